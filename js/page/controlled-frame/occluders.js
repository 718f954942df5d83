// @ts-check
/**
 * Which parts of a frame lie under the app's own elements. The embedded view is below the app's view
 * in the window, so painting comes right by itself; this is for input: a click on a menu that hangs
 * over a frame belongs to the app.
 *
 * Any element may be painted anywhere, so all of them are looked at, in passes over the document
 * that are spread over animation frames: a page of some hundred elements is done within one, a huge
 * one takes a few, and none is held up. What has just changed is looked at first.
 *
 * @typedef {import("./rect.js").Rect} Rect
 * @typedef {import("./backdrop.js").Target} Target
 */

import { Map, arrayPush, arraySplice, mapGet, mapSet } from "../primordials.js";
import {
  computedStyle,
  containsDeeply,
  deepElementFromPoint,
  document,
  documentElementOf,
  firstElementChild,
  flatParent,
  fragmentFirstElementChild,
  getBoundingClientRect,
  hasAttribute,
  hostOf,
  isConnected,
  isElement,
  isShadowRoot,
  nextElementSibling,
  parentNode,
  queryEach,
  rectHeight,
  rectLeft,
  rectTop,
  rectWidth,
  shadowRootOf,
  styleValue,
} from "./dom.js";
import { covers, intersect, isEmpty, rect } from "./rect.js";

/** More would cost the UI process more than it gains; the first ones found are the outermost. */
const MOST = 64;

/** What one animation frame may cost, in looks at an element; about a millisecond. */
const BUDGET = 700;
/** What it costs to ask what is on top at a point, in the same unit. */
const HIT_COST = 20;

/** Changes to look at first; beyond that a pass finds them soon enough. */
const MOST_CHANGES = 64;

/** Elements found on top of each frame. @typedef {Map<HTMLElement, Element[]>} Found */

export class Occluders {
  /** From the last complete pass, and from changes since. @type {Found} */
  #known = new Map();
  /** From the pass under way. @type {Found} */
  #finding = new Map();
  /** The next element of the pass under way; null when there is none. @type {Element | null} */
  #cursor = null;
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
    if (isBeyondInput(element)) return [visible];
    /** @type {Rect[]} */
    const rects = [];
    const known = mapGet(this.#known, element) ?? [];
    for (let i = known.length - 1; i >= 0; i--) {
      if (!isConnected(known[i])) {
        arraySplice(known, i, 1);
        continue;
      }
      const common = intersect(boxOf(known[i]), visible);
      if (!isEmpty(common)) arrayPush(rects, common);
    }
    return rects;
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
    const box = boxOf(candidate);
    if (isEmpty(box)) return;
    for (let i = 0; i < targets.length; i++) {
      const { element: frame, visible } = targets[i];
      const common = intersect(box, visible);
      if (isEmpty(common) || containsDeeply(candidate, frame) || containsDeeply(frame, candidate)) continue;
      let list = mapGet(found, frame);
      if (!list) mapSet(found, frame, (list = []));
      if (list.length < MOST && !isCovered(common, list, candidate) && this.#isOnTop(candidate, common)) {
        arrayPush(list, candidate);
      }
    }
  }

  /**
   * Whether a click into the rectangle would go to an element, judged by its middle and its corners.
   * What has `pointer-events: none` lets clicks through, and is rightly not found.
   * @param {Element} candidate
   * @param {Rect} common
   */
  #isOnTop(candidate, { x, y, width, height }) {
    const dx = width > 2 ? 1 : width / 2;
    const dy = height > 2 ? 1 : height / 2;
    return (
      this.#isHit(candidate, x + width / 2, y + height / 2) ||
      this.#isHit(candidate, x + dx, y + dy) ||
      this.#isHit(candidate, x + width - dx, y + dy) ||
      this.#isHit(candidate, x + dx, y + height - dy) ||
      this.#isHit(candidate, x + width - dx, y + height - dy)
    );
  }

  /** @param {Element} candidate @param {number} x @param {number} y */
  #isHit(candidate, x, y) {
    this.#budget -= HIT_COST;
    const hit = deepElementFromPoint(x, y);
    return hit !== null && containsDeeply(candidate, hit);
  }
}

/** @param {Element} element */
function boxOf(element) {
  const r = getBoundingClientRect(element);
  const width = rectWidth(r);
  const height = rectHeight(r);
  if (width === 0 || height === 0) return NOTHING;
  return rect(rectLeft(r), rectTop(r), width, height);
}

const NOTHING = rect(0, 0, 0, 0);

/**
 * Whether elements found before cover a rectangle anyway, or include the candidate itself.
 * @param {Rect} common
 * @param {Element[]} list
 * @param {Element} candidate
 */
function isCovered(common, list, candidate) {
  for (let i = 0; i < list.length; i++) {
    if (list[i] === candidate || covers(boxOf(list[i]), common)) return true;
  }
  return false;
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
 * Whether no click can reach an element wherever it lands: a modal dialog is open, or it is inert.
 * @param {HTMLElement} element
 */
function isBeyondInput(element) {
  if (styleValue(computedStyle(element), "pointer-events") === "none") return true;
  for (let node = /** @type {Element | null} */ (element); node; node = flatParent(node)) {
    if (hasAttribute(node, "inert")) return true;
  }
  let behindModal = false;
  queryEach(document, "dialog:modal", (dialog) => {
    behindModal = !containsDeeply(dialog, element);
  });
  return behindModal;
}
