// @ts-check
/**
 * What the app paints over its frames, what takes the pointer there, and what lies behind them.
 *
 * Any element may be painted anywhere, so all of them are looked at, in passes over the document that are
 * spread over animation frames: a page of some thousand elements is done within one, a huge one takes a few,
 * and none is held up. What has just changed is looked at first.
 *
 * A frame.
 * @typedef {object} Target
 * @property {HTMLElement} element
 * @property {number} number by which the UI process knows it
 * @property {Placement} box
 * @property {RoundedRect} visible what can be seen of it, in the viewport of its document
 * @property {Group[]} groups those that fade it
 *
 * Something of the app over a frame.
 * @typedef {object} Over
 * @property {Element} element
 * @property {string} part of it: a pseudo-element, its outline, or nothing for its own box
 * @property {() => RoundedRect} locate where it is now, in the viewport of its document
 * @property {boolean} paints
 * @property {boolean} isSolid whether nothing shows through it, or beside its corners
 * @property {Color | null} tint the colour that is all it is, if it is one
 * @property {boolean} takesPointer
 *
 * What there is about a frame.
 * @typedef {object} Finding
 * @property {Over[]} over
 * @property {Element[]} behind it without being around it, from the lowest to the topmost, roughly
 * @property {boolean} isObstructed whether something is painted there that cannot be cut
 * @property {boolean} isBeyondInput whether no click can reach the frame wherever it lands
 *
 * @import { Color } from "./color.js"
 * @import { Placement } from "./geometry.js"
 * @import { Group } from "./opacity.js"
 * @import { Step } from "./order.js"
 * @import { ElementBox } from "./painting.js"
 * @import { Rect, RoundedRect } from "./rect.js"
 */

import { filter } from "../lists.js";
import { Map, arrayPush, mapGet, mapSet } from "../primordials.js";
import { canvasSource } from "./author.js";
import { clipOf, eachClippingAncestor, radiiOf } from "./clips.js";
import {
  bodyOf,
  computedStyle,
  containsDeeply,
  document,
  documentElementOf,
  elementsFromPoint,
  firstElementChild,
  flatParent,
  fragmentFirstElementChild,
  hasAttribute,
  hostOf,
  isConnected,
  isElement,
  isHitAt,
  isInTopLayer,
  isShadowRoot,
  isVisible,
  nextElementSibling,
  parentNode,
  queryEach,
  shadowRootOf,
  styleValue,
} from "../controlled-frame/dom.js";
import { borderBox, scaleOf, viewportOf } from "./boxes.js";
import { compare, placeOf, placeOfOutline } from "./order.js";
import {
  Boxes,
  FURTHEST,
  PSEUDOS,
  backdropStyle,
  inkOf,
  isFree,
  outlineOf,
  paintsBackground,
  paintsMore,
  pseudoBox,
  pseudoStyle,
  tintOf,
  treeOrder,
} from "./painting.js";
import { covers, grown, intersect, intersectRounded, isEmpty, meet, rect, square } from "./rect.js";

/** More would cost the UI process more than it gains; the first ones found are the outermost. */
const MOST = 64;
/** What one animation frame may cost, in looks at an element; a few milliseconds. */
const BUDGET = 2000;
/** What it costs to look at one that is near a frame, in the same unit. */
const NEAR_COST = 10;
/** Changes to look at first; beyond that a pass finds them soon enough. */
const MOST_CHANGES = 64;

/** @returns {Finding} */
const nothing = () => ({ over: [], behind: [], isObstructed: false, isBeyondInput: false });

export class Survey {
  /** From the last complete pass, and from changes since. @type {Map<HTMLElement, Finding>} */
  #known = new Map();
  /** From the pass under way. @type {Map<HTMLElement, Finding>} */
  #finding = new Map();
  /** The next element of the pass under way; null when there is none. @type {Element | null} */
  #cursor = null;
  #isStale = true;
  /** @type {Element[]} */
  #changes = [];
  #budget = 0;
  #boxes = new Boxes();
  /** @type {Target[]} */
  #targets = [];

  /** Whether a pass is under way, or due. */
  get isUnfinished() {
    return this.#isStale || this.#cursor !== null;
  }

  /** Anything may have moved: a new pass is due. */
  invalidate() {
    this.#isStale = true;
  }

  /**
   * An element has changed, and perhaps what is in it.
   * @param {Element} element
   */
  noteChange(element) {
    this.#isStale = true;
    const changes = this.#changes;
    if (changes.length < MOST_CHANGES && changes[changes.length - 1] !== element) arrayPush(changes, element);
  }

  /**
   * Goes on looking, within the budget.
   * @param {Target[]} targets
   */
  step(targets) {
    this.#budget = BUDGET;
    this.#targets = targets;
    if (this.#isStale) this.#boxes = new Boxes();
    const changes = this.#changes;
    this.#changes = [];
    for (let i = 0; i < changes.length && this.#budget > 0; i++) {
      if (isConnected(changes[i])) this.#lookThrough(changes[i]);
    }
    if (this.#cursor && !isConnected(this.#cursor)) {
      this.#cursor = null;
      this.#isStale = true;
    }
    if (!this.#cursor && this.#isStale) {
      this.#isStale = false;
      this.#finding = new Map();
      let hasModal = false;
      queryEach(document, "dialog:modal", () => {
        hasModal = true;
      });
      for (let i = 0; i < targets.length; i++) {
        const found = { ...nothing(), isBeyondInput: isBeyondInput(targets[i], hasModal) };
        mapSet(this.#finding, targets[i].element, found);
      }
      this.#cursor = documentElementOf(document);
    }
    while (this.#cursor && this.#budget > 0) {
      this.#look(this.#cursor, this.#finding);
      this.#cursor = after(this.#cursor, null);
      if (!this.#cursor) this.#known = this.#finding;
    }
  }

  /** What is known about a frame. @param {HTMLElement} frame @returns {Finding} */
  about(frame) {
    const found = mapGet(this.#known, frame) ?? nothing();
    return {
      ...found,
      over: filter(found.over, ({ element }) => isConnected(element)),
      behind: filter(found.behind, (element) => isConnected(element)),
    };
  }

  /** Positive when one frame is painted over the other. @param {HTMLElement} one @param {HTMLElement} other */
  compare(one, other) {
    return compare(placeOf(this.#boxes.of(one), true), placeOf(this.#boxes.of(other), true), treeOrder);
  }

  /** @param {Element} root */
  #lookThrough(root) {
    let element = /** @type {Element | null} */ (root);
    while (element && this.#budget > 0) {
      this.#look(element, this.#known);
      element = after(element, root);
    }
  }

  /** @param {Element} element @param {Map<HTMLElement, Finding>} findings */
  #look(element, findings) {
    this.#budget--;
    const box = borderBox(element);
    if (isEmpty(box)) return;
    /** @type {CSSStyleDeclaration | null} */
    let style = null;
    const isTop = isInTopLayer(element);
    for (let i = 0; i < this.#targets.length; i++) {
      const target = this.#targets[i];
      const isNear = !isEmpty(intersect(grown(box, FURTHEST), target.visible));
      const isInside = element !== target.element && containsDeeply(target.element, element);
      if ((!isNear && !isTop) || isInside) continue;
      this.#budget -= NEAR_COST;
      const found = mapGet(findings, target.element) ?? nothing();
      mapSet(findings, target.element, found);
      style ??= computedStyle(element);
      const isAround = containsDeeply(element, target.element);
      if (isTop) this.#lookAtBackdrop(element, target, found, isAround);
      if (!isNear) continue;
      this.#lookAtPseudos(element, target, found);
      if (isAround) this.#lookAtOutline(element, style, box, target, found);
      if (!isAround || this.#isBoxOver(element, target)) this.#lookAtBox(element, style, box, target, found);
    }
  }

  /**
   * @param {Element} element
   * @param {CSSStyleDeclaration} style
   * @param {Rect} box
   * @param {Target} target
   * @param {Finding} found
   */
  #lookAtBox(element, style, box, target, found) {
    if (styleValue(style, "visibility") !== "visible") return;
    const takesPointer = styleValue(style, "pointer-events") !== "none";
    const ink = inkOf(element, style);
    const paints = ink.any && isVisible(element);
    if (!paints && !takesPointer) return;
    const spread = paints ? ink.spread : 0;
    const common = intersect(clipped(element, style, square(grown(box, spread))), target.visible);
    if (isEmpty(common)) return;
    const own = this.#boxes.of(element);
    if (this.#isOver(placeOf(own, ink.isContent), target)) {
      const isPlain = paints && own.isClear && spread === 0;
      const isSolid = isPlain && ink.isSolid;
      const tint = isPlain ? ink.tint : null;
      const locate = () => ownBox(element);
      addOver(found.over, { element, part: "", locate, paints, isSolid, tint, takesPointer }, common);
    } else if (paints) {
      const within = intersect(box, target.visible);
      if (isEmpty(within)) return;
      arrayPush(found.behind, element);
      found.isObstructed ||= paintsMore(element, within);
    }
  }

  /**
   * The outline of what a frame is in lies over the frame where it is drawn inwards.
   * @param {Element} element
   * @param {CSSStyleDeclaration} style
   * @param {Rect} box
   * @param {Target} target
   * @param {Finding} found
   */
  #lookAtOutline(element, style, box, target, found) {
    const outline = outlineOf(style);
    if (!outline || outline.offset >= 0 || !isVisible(element)) return;
    const inner = grown(box, outline.offset);
    if (covers(inner, target.visible) || !meet(grown(inner, outline.width), target.visible)) return;
    if (this.#isOver(placeOfOutline(this.#boxes.of(element)), target)) {
      addOver(found.over, glass(element, "outline", () => borderBox(element)));
    } else {
      found.isObstructed = true;
    }
  }

  /** @param {Element} element @param {Target} target @param {Finding} found */
  #lookAtPseudos(element, target, found) {
    for (let i = 0; i < PSEUDOS.length; i++) {
      const part = PSEUDOS[i];
      const style = pseudoStyle(element, part);
      if (!style || !isFree(style) || !isVisible(element)) continue;
      if (!meet(pseudoBox(element, style), target.visible)) continue;
      if (!this.#isOver(placeOf(this.#boxes.ofPseudo(element, part, style), false), target)) {
        found.isObstructed = true;
        continue;
      }
      const locate = () => {
        const now = pseudoStyle(element, part);
        return now ? pseudoBox(element, now) : NOWHERE;
      };
      const takesPointer = styleValue(style, "pointer-events") !== "none";
      addOver(found.over, { ...glass(element, part, locate), takesPointer });
    }
  }

  /** @param {Element} element in the top layer @param {Target} target @param {Finding} found @param {boolean} isAround */
  #lookAtBackdrop(element, target, found, isAround) {
    const style = backdropStyle(element);
    if (!paintsBackground(style)) return;
    if (isAround) found.isObstructed = true;
    else if (this.#isOver(placeOf(this.#boxes.of(element), false), target)) {
      const tint = styleValue(style, "opacity") === "1" ? tintOf(style) : null;
      addOver(found.over, { ...glass(element, "::backdrop", viewportOf), tint });
    }
  }

  /**
   * Whether what a frame is in is painted after the frame, which has a negative `z-index` then.
   * @param {Element} element
   * @param {Target} target
   */
  #isBoxOver(element, target) {
    const root = documentElementOf(document);
    // The canvas lies below all.
    if (!root || element === root || element === canvasSource(root, bodyOf(document))) return false;
    return this.#isOver(placeOf(this.#boxes.of(element), false), target);
  }

  /** @param {Step[]} place @param {Target} target */
  #isOver(place, { element: frame, visible: { x, y, width, height } }) {
    const framePlace = placeOf(this.#boxes.of(frame), true);
    const top = place[0].box;
    const frameTop = framePlace[0].box;
    if (top.kind !== "top" || frameTop.kind !== "top" || top === frameTop) {
      return compare(place, framePlace, treeOrder) > 0;
    }
    // The order of the top layer is that in which its elements came into it: only hit tests tell it.
    const hits = elementsFromPoint(document, x + width / 2, y + height / 2);
    const topElement = /** @type {ElementBox} */ (top).element;
    const frameTopElement = /** @type {ElementBox} */ (frameTop).element;
    for (let i = 0; i < hits.length; i++) {
      if (containsDeeply(frameTopElement, hits[i])) return false;
      if (containsDeeply(topElement, hits[i])) return true;
    }
    return treeOrder(top, frameTop) > 0;
  }
}

const NOWHERE = rect(0, 0, 0, 0);

/**
 * Something that what is behind it shows through.
 * @param {Element} element
 * @param {string} part of it
 * @param {() => Rect} locate
 * @returns {Over}
 */
const glass = (element, part, locate) => ({
  element,
  part,
  locate: () => square(locate()),
  paints: true,
  isSolid: false,
  tint: null,
  takesPointer: false,
});

/** The border box of an element as far as its ancestors let it show. @param {Element} element */
function ownBox(element) {
  const box = borderBox(element);
  const style = computedStyle(element);
  return clipped(element, style, { ...box, radii: radiiOf(style, box, scaleOf(element, box)) });
}

/**
 * What the ancestors of an element let show of a box.
 * @param {Element} element
 * @param {CSSStyleDeclaration} style
 * @param {RoundedRect} box
 */
function clipped(element, style, box) {
  const clips = [box];
  eachClippingAncestor(element, style, (ancestor, ancestorStyle) => {
    const clip = clipOf(ancestor, ancestorStyle);
    if (clip) arrayPush(clips, clip);
  });
  return clips.length === 1 ? box : intersectRounded(clips);
}

/**
 * Adds what those found before neither cover nor include.
 * @param {Over[]} list
 * @param {Over} found
 * @param {Rect | null} common what counts of its box
 */
function addOver(list, found, common = null) {
  if (list.length >= MOST) return;
  for (let i = 0; i < list.length; i++) {
    const other = list[i];
    if (other.element === found.element && other.part === found.part) {
      list[i] = found;
      return;
    }
    // Of what tints the frame no more than the tint is painted over it, and nothing of what is in it.
    const paintsAll = other.paints && (other.isSolid || !other.tint);
    const doesAsMuch = (paintsAll || !found.paints) && (other.takesPointer || !found.takesPointer);
    if (common && !other.part && doesAsMuch && covers(other.locate(), common)) return;
  }
  arrayPush(list, found);
}

/**
 * The next element in the order of the tree, shadow trees before the children of their hosts.
 * @param {Element} element
 * @param {Element | null} root stays within this one
 * @returns {Element | null}
 */
function after(element, root) {
  const shadow = shadowRootOf(element);
  const child = (shadow && fragmentFirstElementChild(shadow)) ?? firstElementChild(element);
  if (child) return child;
  for (let node = element; node !== root; ) {
    const sibling = nextElementSibling(node);
    if (sibling) return sibling;
    const parent = parentNode(node);
    if (parent && isElement(parent)) {
      node = parent;
    } else if (parent && isShadowRoot(parent)) {
      node = hostOf(parent);
      const light = firstElementChild(node);
      if (light) return light;
    } else {
      return null;
    }
  }
  return null;
}

/**
 * Whether a frame is inert, lets the pointer through, or is outside of the modal dialog on top.
 * @param {Target} target
 * @param {boolean} hasModal whether a modal dialog is open
 */
function isBeyondInput({ element, visible: { x, y, width, height } }, hasModal) {
  if (styleValue(computedStyle(element), "pointer-events") === "none") return true;
  for (let node = /** @type {Element | null} */ (element); node; node = flatParent(node)) {
    if (hasAttribute(node, "inert")) return true;
  }
  // Which of several dialogs is on top, nothing tells but what can be hit.
  return hasModal && !isHitAt(element, x + width / 2, y + height / 2);
}
