// @ts-check
/**
 * What the app paints over its frames, what takes the pointer there, and what lies behind them.
 *
 * Any element may be painted anywhere, so all of them are looked at, in passes over the document that are
 * spread over animation frames: a page of some thousand elements is done within one, a huge one takes a few,
 * and none is held up. What has just changed is looked at first.
 *
 * @typedef {import("./rect.js").Rect} Rect
 * @typedef {import("./rect.js").RoundedRect} RoundedRect
 * @typedef {import("./painting.js").ElementBox} ElementBox
 *
 * A frame that can be seen.
 * @typedef {object} Target
 * @property {HTMLElement} element
 * @property {RoundedRect} visible what can be seen of it, in the viewport of its document
 * @property {Rect} clip the same in the viewport of the top document
 * @property {import("./opacity.js").Group[]} groups those that fade it
 * @property {boolean} isTransformed whether it does not lie upright
 *
 * Something of the app over a frame.
 * @typedef {object} Over
 * @property {Element} element
 * @property {Part} part of it
 * @property {boolean} paints
 * @property {boolean} isSolid whether nothing shows through it, or beside its corners
 * @property {import("./color.js").Color | null} tint the colour that is all it is, if it is one
 * @property {boolean} takesPointer
 *
 * @typedef {"box" | "::before" | "::after" | "::backdrop" | "scrollbar" | "bottom scrollbar"} Part
 *
 * Something behind a frame that is not around it.
 * @typedef {object} Behind
 * @property {Element[]} elements from the lowest to the topmost, roughly
 * @property {boolean} isObstructed whether something is painted there that cannot be cut
 *
 * @typedef {{ over: Over[], behind: Behind }} Finding
 */

import { Map, Set, arrayPush, arraySplice, mapGet, mapSet, setAdd, setHas } from "../primordials.js";
import { clipOf, eachClippingAncestor, radiiOf } from "./clips.js";
import {
  clientHeight,
  clientLeft,
  clientTop,
  clientWidth,
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
  offsetHeight,
  offsetWidth,
  parentNode,
  queryEach,
  scrollHeight,
  scrollWidth,
  shadowRootOf,
  styleValue,
  window,
  windowHeight,
  windowWidth,
} from "../controlled-frame/dom.js";
import { borderBox, scaleOf } from "./geometry.js";
import { compare, placeOf } from "./order.js";
import {
  Boxes,
  FURTHEST,
  PSEUDOS,
  backdropStyle,
  inkOf,
  isFree,
  paintsBackground,
  paintsMore,
  pseudoBox,
  pseudoStyle,
  tintOf,
  treeOrder,
} from "./painting.js";
import { SQUARE, covers, grown, intersect, intersectRounded, isEmpty, rect } from "./rect.js";

/** More would cost the UI process more than it gains; the first ones found are the outermost. */
const MOST = 64;
/** What one animation frame may cost, in looks at an element; a few milliseconds. */
const BUDGET = 2000;
/** What it costs to look at one that is near a frame, in the same unit. */
const NEAR_COST = 10;
/** Changes to look at first; beyond that a pass finds them soon enough. */
const MOST_CHANGES = 64;
/** How wide a scrollbar is that lies over what scrolls. */
const SCROLLBAR = 12;

/** @returns {Finding} */
const nothing = () => ({ over: [], behind: { elements: [], isObstructed: false } });

export class Survey {
  /** From the last complete pass, and from changes since. @type {Map<HTMLElement, Finding>} */
  #known = new Map();
  /** From the pass under way. @type {Map<HTMLElement, Finding>} */
  #finding = new Map();
  /** The next element of the pass under way; null when there is none. @type {Element | null} */
  #cursor = null;
  /** The frames that no click reaches. @type {Set<HTMLElement>} */
  #beyondInput = new Set();
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
    if (this.#isStale) {
      this.#boxes = new Boxes();
      this.#noteBeyondInput();
    }
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
      for (let i = 0; i < targets.length; i++) mapSet(this.#finding, targets[i].element, nothing());
      this.#lookAtScrollbars();
      this.#cursor = documentElementOf(document);
    }
    while (this.#cursor && this.#budget > 0) {
      this.#look(this.#cursor, this.#finding);
      this.#cursor = after(this.#cursor, null);
      if (!this.#cursor) this.#known = this.#finding;
    }
  }

  /** What is over a frame. @param {HTMLElement} frame @returns {Over[]} */
  over(frame) {
    const over = mapGet(this.#known, frame)?.over ?? [];
    for (let i = over.length - 1; i >= 0; i--) if (!isConnected(over[i].element)) arraySplice(over, i, 1);
    return over;
  }

  /** What is behind a frame without being around it. @param {HTMLElement} frame @returns {Behind} */
  behind(frame) {
    const { elements, isObstructed } = (mapGet(this.#known, frame) ?? nothing()).behind;
    /** @type {Element[]} */
    const left = [];
    for (let i = 0; i < elements.length; i++) if (isConnected(elements[i])) arrayPush(left, elements[i]);
    return { elements: left, isObstructed };
  }

  /**
   * Whether one frame is painted over another.
   * @param {HTMLElement} one
   * @param {HTMLElement} other
   */
  isAbove(one, other) {
    return compare(placeOf(this.#boxes.of(one), true), placeOf(this.#boxes.of(other), true), treeOrder) > 0;
  }

  /** Whether no click can reach a frame wherever it lands. @param {HTMLElement} frame */
  isBeyondInput(frame) {
    return setHas(this.#beyondInput, frame);
  }

  #noteBeyondInput() {
    this.#beyondInput = new Set();
    let isModal = false;
    queryEach(document, "dialog:modal", () => {
      isModal = true;
    });
    for (let i = 0; i < this.#targets.length; i++) {
      if (isBeyondInput(this.#targets[i], isModal)) setAdd(this.#beyondInput, this.#targets[i].element);
    }
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
      let finding = mapGet(findings, target.element);
      if (!finding) mapSet(findings, target.element, (finding = nothing()));
      style ??= computedStyle(element);
      const isAround = containsDeeply(element, target.element);
      if (isTop) this.#lookAtBackdrop(element, target, finding, isAround);
      if (!isNear) continue;
      this.#lookAtPseudos(element, target, finding);
      if (!isAround) this.#lookAtBox(element, style, box, target, finding);
    }
  }

  /**
   * @param {Element} element
   * @param {CSSStyleDeclaration} style
   * @param {Rect} box
   * @param {Target} target
   * @param {Finding} finding
   */
  #lookAtBox(element, style, box, target, { over, behind }) {
    if (styleValue(style, "visibility") !== "visible") return;
    const takesPointer = styleValue(style, "pointer-events") !== "none";
    const ink = inkOf(element, style);
    const paints = ink.any && isVisible(element);
    if (!paints && !takesPointer) return;
    const spread = paints ? ink.spread : 0;
    const reach = clippedBy(element, style, grown(box, spread));
    const common = intersect(reach, target.visible);
    if (isEmpty(common)) return;
    const own = this.#boxes.of(element);
    if (this.#isOver(own, ink.isContent, target)) {
      const isSolid = paints && ink.isSolid && own.isClear && spread === 0;
      const tint = paints && own.isClear && spread === 0 ? ink.tint : null;
      addOver(over, { element, part: "box", paints, isSolid, tint, takesPointer }, common);
    } else if (paints) {
      const within = intersect(box, target.visible);
      if (isEmpty(within)) return;
      arrayPush(behind.elements, element);
      behind.isObstructed ||= paintsMore(element, within);
    }
  }

  /** @param {Element} element @param {Target} target @param {Finding} finding */
  #lookAtPseudos(element, target, { over, behind }) {
    for (let i = 0; i < PSEUDOS.length; i++) {
      const name = /** @type {"::before" | "::after"} */ (PSEUDOS[i]);
      const style = pseudoStyle(element, name);
      if (!style || !isFree(style) || isEmpty(intersect(pseudoBox(element, style), target.visible))) continue;
      if (!isVisible(element)) continue;
      const takesPointer = styleValue(style, "pointer-events") !== "none";
      if (this.#isOver(this.#boxes.ofPseudo(element, name, style), false, target)) {
        addOver(over, { element, part: name, paints: true, isSolid: false, tint: null, takesPointer }, null);
      } else {
        behind.isObstructed = true;
      }
    }
  }

  /** @param {Element} element in the top layer @param {Target} target @param {Finding} finding @param {boolean} isAround */
  #lookAtBackdrop(element, target, { over, behind }, isAround) {
    const style = backdropStyle(element);
    if (!paintsBackground(style)) return;
    if (isAround) behind.isObstructed = true;
    else if (this.#isOver(this.#boxes.of(element), false, target)) {
      const tint = styleValue(style, "opacity") === "1" ? tintOf(style) : null;
      addOver(
        over,
        { element, part: "::backdrop", paints: true, isSolid: false, tint, takesPointer: false },
        null,
      );
    }
  }

  /** Scrollbars that take no room of their own lie over what scrolls. */
  #lookAtScrollbars() {
    for (let i = 0; i < this.#targets.length; i++) {
      const target = this.#targets[i];
      const { over } = mapGet(this.#finding, target.element) ?? nothing();
      for (let node = flatParent(target.element); node; node = flatParent(node)) {
        for (let j = 0; j < SCROLLBARS.length; j++) {
          const strip = scrollbarOf(node, SCROLLBARS[j]);
          if (!strip || isEmpty(intersect(strip, target.visible))) continue;
          const part = SCROLLBARS[j];
          addOver(
            over,
            { element: node, part, paints: true, isSolid: false, tint: null, takesPointer: true },
            null,
          );
        }
      }
    }
  }

  /** @param {ElementBox} box @param {boolean} isContent @param {Target} target */
  #isOver(box, isContent, { element: frame, visible: { x, y, width, height } }) {
    const place = placeOf(box, isContent);
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

/**
 * Where something over a frame is, in the viewport of its document.
 * @param {Over} over
 * @returns {RoundedRect}
 */
export function boxOf({ element, part }) {
  if (part === "scrollbar" || part === "bottom scrollbar") {
    return { ...(scrollbarOf(element, part) ?? rect(0, 0, 0, 0)), radii: SQUARE };
  }
  if (part === "::backdrop") {
    return { ...rect(0, 0, windowWidth(window), windowHeight(window)), radii: SQUARE };
  }
  if (part !== "box") {
    const style = pseudoStyle(element, part);
    return { ...(style ? pseudoBox(element, style) : rect(0, 0, 0, 0)), radii: SQUARE };
  }
  const box = borderBox(element);
  const style = computedStyle(element);
  const radii = radiiOf(style, box, scaleOf(element, box));
  return clippedBy(element, style, { ...box, radii });
}

/**
 * What the ancestors of an element let show of a box.
 * @param {Element} element
 * @param {CSSStyleDeclaration} style
 * @param {Rect | RoundedRect} box
 * @returns {RoundedRect}
 */
function clippedBy(element, style, box) {
  /** @type {RoundedRect[]} */
  const clips = ["radii" in box ? box : { ...box, radii: SQUARE }];
  eachClippingAncestor(/** @type {HTMLElement} */ (element), style, (ancestor, ancestorStyle) => {
    const around = borderBox(ancestor);
    const clip = clipOf(ancestor, ancestorStyle, around, scaleOf(ancestor, around));
    if (clip) arrayPush(clips, clip);
  });
  return clips.length === 1 ? clips[0] : intersectRounded(clips);
}

/**
 * Adds what those found before neither cover nor include.
 * @param {Over[]} list
 * @param {Over} found
 * @param {Rect | null} common what counts of its box
 */
function addOver(list, found, common) {
  if (list.length >= MOST) return;
  for (let i = 0; i < list.length; i++) {
    const other = list[i];
    if (other.element === found.element && other.part === found.part) {
      list[i] = found;
      return;
    }
    const doesAsMuch = (other.paints || !found.paints) && (other.takesPointer || !found.takesPointer);
    if (common && other.part === "box" && doesAsMuch && covers(boxOf(other), common)) return;
  }
  arrayPush(list, found);
}

/** @type {("scrollbar" | "bottom scrollbar")[]} */
const SCROLLBARS = ["scrollbar", "bottom scrollbar"];

/**
 * Where a scrollbar lies over what scrolls.
 * @param {Element} element
 * @param {"scrollbar" | "bottom scrollbar"} which the vertical one or the horizontal one
 * @returns {Rect | null}
 */
function scrollbarOf(element, which) {
  const isVertical = which === "scrollbar";
  const style = computedStyle(element);
  if (styleValue(style, "scrollbar-width") === "none") return null;
  const overflow = styleValue(style, isVertical ? "overflow-y" : "overflow-x");
  const isRoot = element === documentElementOf(document);
  if (overflow !== "auto" && overflow !== "scroll" && !(isRoot && overflow === "visible")) return null;
  const overflows = isVertical
    ? scrollHeight(element) > clientHeight(element)
    : scrollWidth(element) > clientWidth(element);
  if (!overflows) return null;
  const html = /** @type {HTMLElement} */ (element);
  const width = isRoot ? windowWidth(window) : offsetWidth(html);
  const height = isRoot ? windowHeight(window) : offsetHeight(html);
  const borders = isRoot ? 0 : 2 * (isVertical ? clientLeft(element) : clientTop(element));
  const room = isVertical ? width - clientWidth(element) - borders : height - clientHeight(element) - borders;
  if (room > 1) return null;
  const box = isRoot ? rect(0, 0, width, height) : borderBox(element);
  return isVertical
    ? rect(box.x + box.width - SCROLLBAR, box.y, SCROLLBAR, box.height)
    : rect(box.x, box.y + box.height - SCROLLBAR, box.width, SCROLLBAR);
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
  let current = element;
  for (;;) {
    if (current === root) return null;
    const sibling = nextElementSibling(current);
    if (sibling) return sibling;
    const parent = parentNode(current);
    if (!parent) return null;
    if (isElement(parent)) {
      current = parent;
    } else {
      if (!isShadowRoot(parent)) return null;
      const host = hostOf(parent);
      const light = firstElementChild(host);
      if (light) return light;
      current = host;
    }
  }
}

/**
 * Whether a frame is inert, lets the pointer through, or is outside of the modal dialog on top.
 * @param {Target} target
 * @param {boolean} isModal whether a modal dialog is open
 */
function isBeyondInput({ element, visible: { x, y, width, height } }, isModal) {
  if (styleValue(computedStyle(element), "pointer-events") === "none") return true;
  for (let node = /** @type {Element | null} */ (element); node; node = flatParent(node)) {
    if (hasAttribute(node, "inert")) return true;
  }
  // Which of several dialogs is on top, nothing tells but what can be hit.
  return isModal && !isHitAt(element, x + width / 2, y + height / 2);
}
