// @ts-check
/**
 * Which parts of a frame lie under the app's own elements. Where the embedded view is below the app's
 * view in the window, painting comes right by itself, and this is for input only: a click on a menu that
 * hangs over a frame belongs to the app. Above a frame whose view is on top, those elements are also
 * what has to be painted again; what paints nothing would only hide the frame, and what lets clicks
 * through has to be seen as well, so these are found separately.
 *
 * Any element may be painted anywhere, so all of them are looked at, in passes over the document
 * that are spread over animation frames: a page of some hundred elements is done within one, a huge
 * one takes a few, and none is held up. What has just changed is looked at first.
 *
 * @typedef {import("./rect.js").Rect} Rect
 * @typedef {import("./rect.js").RoundedRect} RoundedRect
 * @typedef {import("./backdrop.js").Target & { above: boolean, turn: import("./turn.js").Turn | null }} Target
 */

import { Map, Set, arrayPush, arraySplice, mapGet, mapSet, min, setAdd, setHas, sqrt } from "../primordials.js";
import { radiiOf } from "./clips.js";
import {
  computedStyle,
  containsDeeply,
  deepElementFromPoint,
  document,
  documentElementOf,
  firstElementChild,
  flatParent,
  fragmentFirstElementChild,
  hasAttribute,
  hostOf,
  isConnected,
  isElement,
  isHitAt,
  isShadowRoot,
  nextElementSibling,
  parentNode,
  queryEach,
  shadowRootOf,
  styleValue,
} from "./dom.js";
import { borderBox, scaleOf } from "./geometry.js";
import { isSeen, whileHittable } from "./painting.js";
import { SQUARE, covers, intersect, intersectRounded, isEmpty } from "./rect.js";
import { showsAt } from "./turn.js";

/** More would cost the UI process more than it gains; the first ones found are the outermost. */
const MOST = 64;

/** What one animation frame may cost, in looks at an element; about a millisecond. */
const BUDGET = 700;
/** What it costs to ask what is on top at a point, in the same unit. */
const HIT_COST = 20;
/** What it costs to find out whether an element paints something. */
const PAINT_COST = 5;

/** How far inside of the edges a round corner is nearest to its square one, in radii. */
const BESIDE_CORNER = 1 - sqrt(1 / 2);

/** Changes to look at first; beyond that a pass finds them soon enough. */
const MOST_CHANGES = 64;

/**
 * Elements found on top of a frame.
 * @typedef {object} Above
 * @property {Element[]} hit those that clicks go to
 * @property {Element[]} painted those that are seen, for a frame whose view is above the app's
 *
 * @typedef {Map<HTMLElement, Above>} Found
 */

/** @type {Readonly<Above>} */
const NONE = { hit: [], painted: [] };

export class Occluders {
  /** From the last complete pass, and from changes since. @type {Found} */
  #known = new Map();
  /** From the pass under way. @type {Found} */
  #finding = new Map();
  /** The next element of the pass under way; null when there is none. @type {Element | null} */
  #cursor = null;
  /** The frames that no click reaches. @type {Set<HTMLElement>} */
  #beyondInput = new Set();
  #stale = true;
  /** @type {Element[]} */
  #changes = [];
  #budget = 0;

  /** Anything may have moved: a new pass is due. */
  invalidate() {
    this.#stale = true;
  }

  /**
   * An element has changed, and perhaps what is in it.
   * @param {Element} element
   */
  noteChange(element) {
    this.#stale = true;
    const changes = this.#changes;
    if (changes.length < MOST_CHANGES && changes[changes.length - 1] !== element) arrayPush(changes, element);
  }

  /**
   * Goes on looking, within the budget.
   * @param {Target[]} targets
   */
  step(targets) {
    this.#budget = BUDGET;
    if (this.#stale) this.#noteBeyondInput(targets);
    const changes = this.#changes;
    this.#changes = [];
    for (let i = 0; i < changes.length && this.#budget > 0; i++) {
      if (isConnected(changes[i])) this.#lookThrough(changes[i], targets);
    }
    if (this.#cursor && !isConnected(this.#cursor)) {
      this.#cursor = null;
      this.#stale = true;
    }
    if (!this.#cursor && this.#stale) {
      this.#stale = false;
      this.#finding = new Map();
      this.#cursor = documentElementOf(document);
    }
    while (this.#cursor && this.#budget > 0) {
      this.#look(this.#cursor, targets, this.#finding);
      this.#cursor = after(this.#cursor, null);
      if (!this.#cursor) this.#known = this.#finding;
    }
  }

  /**
   * The parts of a frame that are covered, in the viewport of its document.
   * @param {Target} target
   * @returns {Rect[]}
   */
  rectsOver({ element, visible }) {
    if (setHas(this.#beyondInput, element)) return [visible];
    /** @type {Rect[]} */
    const rects = [];
    forEachConnected((mapGet(this.#known, element) ?? NONE).hit, (occluder) => {
      const common = intersect(borderBox(occluder), visible);
      if (!isEmpty(common)) arrayPush(rects, common);
    });
    return rects;
  }

  /**
   * What has to be painted again above a frame whose view is above the app's, in the viewport of its
   * document.
   * @param {Target} target
   * @returns {RoundedRect[]}
   */
  overlaysOver({ element, visible, above }) {
    /** @type {RoundedRect[]} */
    const overlays = [];
    if (!above) return overlays;
    /** @type {RoundedRect} */
    const whole = { ...visible, radii: SQUARE };
    forEachConnected((mapGet(this.#known, element) ?? NONE).painted, (overlay) => {
      const box = borderBox(overlay);
      const radii = radiiOf(computedStyle(overlay), box, scaleOf(overlay, box));
      const common = intersectRounded([whole, { ...box, radii }]);
      if (!isEmpty(common)) arrayPush(overlays, common);
    });
    return overlays;
  }

  /** @param {Target[]} targets */
  #noteBeyondInput(targets) {
    this.#beyondInput = new Set();
    let isModal = false;
    queryEach(document, "dialog:modal", () => {
      isModal = true;
    });
    for (let i = 0; i < targets.length; i++) {
      if (isBeyondInput(targets[i], isModal)) setAdd(this.#beyondInput, targets[i].element);
    }
  }

  /** @param {Element} root @param {Target[]} targets */
  #lookThrough(root, targets) {
    let element = /** @type {Element | null} */ (root);
    while (element && this.#budget > 0) {
      this.#look(element, targets, this.#known);
      element = after(element, root);
    }
  }

  /** @param {Element} candidate @param {Target[]} targets @param {Found} found */
  #look(candidate, targets, found) {
    this.#budget--;
    const box = borderBox(candidate);
    if (isEmpty(box)) return;
    for (let i = 0; i < targets.length; i++) {
      const { element: frame, visible, above, turn } = targets[i];
      const common = intersectRounded([{ ...box, radii: SQUARE }, visible]);
      if (isEmpty(common) || containsDeeply(candidate, frame) || containsDeeply(frame, candidate)) continue;
      let known = mapGet(found, frame);
      if (!known) mapSet(found, frame, (known = { hit: [], painted: [] }));
      const { hit, painted } = known;
      if (mayAdd(hit, candidate, common) && this.#isOnTop(candidate, common, turn)) arrayPush(hit, candidate);
      if (above && mayAdd(painted, candidate, common) && this.#isPaintedOnTop(candidate, common, turn)) {
        arrayPush(painted, candidate);
      }
    }
  }

  /** @param {Element} candidate @param {RoundedRect} common @param {Target["turn"]} turn */
  #isPaintedOnTop(candidate, common, turn) {
    this.#budget -= PAINT_COST;
    return isSeen(candidate) && whileHittable(candidate, () => this.#isOnTop(candidate, common, turn));
  }

  /**
   * Whether a click into the rectangle would go to an element, judged by its middle and its corners.
   * What has `pointer-events: none` lets clicks through, and is rightly not found.
   * @param {Element} candidate
   * @param {RoundedRect} common
   * @param {Target["turn"]} turn
   */
  #isOnTop(candidate, { x, y, width, height, radii }, turn) {
    const right = x + width;
    const bottom = y + height;
    // Beside the corners of a frame that is round or turned, the hit would be what is behind it.
    /** @param {0 | 1 | 2 | 3} i */
    const inset = (i) => min(1 + radii[i] * BESIDE_CORNER, min(width, height) / 2);
    /** @param {number} pointX @param {number} pointY */
    const isHit = (pointX, pointY) =>
      (!turn || showsAt(turn, pointX, pointY)) && this.#isHit(candidate, pointX, pointY);
    return (
      isHit(x + width / 2, y + height / 2) ||
      isHit(x + inset(0), y + inset(0)) ||
      isHit(right - inset(1), y + inset(1)) ||
      isHit(right - inset(2), bottom - inset(2)) ||
      isHit(x + inset(3), bottom - inset(3))
    );
  }

  /** @param {Element} candidate @param {number} x @param {number} y */
  #isHit(candidate, x, y) {
    this.#budget -= HIT_COST;
    const hit = deepElementFromPoint(x, y);
    return hit !== null && containsDeeply(candidate, hit);
  }
}

/**
 * Calls back for elements that are still in the document, and forgets the others.
 * @param {Element[]} elements
 * @param {(element: Element) => void} callback
 */
function forEachConnected(elements, callback) {
  for (let i = elements.length - 1; i >= 0; i--) {
    if (isConnected(elements[i])) callback(elements[i]);
    else arraySplice(elements, i, 1);
  }
}

/**
 * Whether there is room for an element, and those found before neither cover it nor include it.
 * @param {Element[]} list
 * @param {Element} candidate
 * @param {Rect} common what counts of its box
 */
function mayAdd(list, candidate, common) {
  if (list.length >= MOST) return false;
  for (let i = 0; i < list.length; i++) {
    if (list[i] === candidate || covers(borderBox(list[i]), common)) return false;
  }
  return true;
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
 * Whether no click can reach a frame wherever it lands: it is inert, or outside of the modal dialog on top.
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
