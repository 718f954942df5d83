// @ts-check
/**
 * What is painted below a frame without containing it, and what of it cannot be cut.
 *
 * The engine is asked, by hit tests: it alone knows the order of painting. What lets the pointer through
 * (`pointer-events: none`) is not in its answers, and a pseudo-element is not told from its element; so
 * for the time of the tests, which is within one task, `pointer-events` is overridden.
 *
 * @typedef {import("./backdrop.js").Target} Target
 * @typedef {import("./rect.js").Rect} Rect
 *
 * @typedef {object} Finding
 * @property {Element[]} below from the lowest to the topmost, roughly
 * @property {boolean} obstructed whether something is painted there that cannot be cut
 *
 * An element that may lie below a frame.
 * @typedef {{ element: Element, common: Rect }} Candidate
 */

import {
  Map,
  Set,
  WeakMap,
  arrayPush,
  getterOf,
  mapGet,
  mapSet,
  now,
  regExpExec,
  setAdd,
  setHas,
  uncurryThis,
  weakMapGet,
  weakMapHas,
  weakMapSet,
} from "../primordials.js";
import { parseColor } from "./color.js";
import {
  clientHeight,
  clientLeft,
  clientTop,
  clientWidth,
  computedStyle,
  containsDeeply,
  document,
  elementsFromPoint,
  flatParent,
  hasAttribute,
  hostOf,
  isConnected,
  isInTopLayer,
  isShadowRoot,
  localName,
  matches,
  namespaceUri,
  parentNode,
  queryEach,
  rectHeight,
  rectLeft,
  rectTop,
  rectWidth,
  styleValue,
} from "./dom.js";
import { borderBox } from "./geometry.js";
import { PausedAnimation } from "./paused.js";
import { covers, intersect, isEmpty, rect } from "./rect.js";

/** Elements that are looked at for one frame, and hit tests; what is found by then is nearly all there is. */
const MOST_CANDIDATES = 300;
const MOST_TESTS = 100;
/** A look may take this share of the time; the next one waits accordingly. */
const SHARE = 0.03;
/** Pseudo-elements that are looked for behind one frame. */
const MOST_PSEUDOS = 8;

/** Elements that paint more than a background. */
const REPLACED =
  /^(?:img|picture|canvas|video|audio|iframe|object|embed|input|button|select|textarea|progress|meter)$/;
const HTML = "http://www.w3.org/1999/xhtml";

const { Document, Node, Range } = globalThis;
const firstChild = getterOf(Node.prototype, "firstChild");
const nextSibling = getterOf(Node.prototype, "nextSibling");
const nodeType = getterOf(Node.prototype, "nodeType");
const nodeValue = getterOf(Node.prototype, "nodeValue");
const createRange = uncurryThis(Document.prototype.createRange);
const selectNode = uncurryThis(Range.prototype.selectNode);
const rangeBox = uncurryThis(Range.prototype.getBoundingClientRect ?? (() => undefined));
const windowGetComputedStyle = globalThis.getComputedStyle;

/** @type {Finding} */
const NOTHING = { below: [], obstructed: false };

export class Beneath {
  /** @type {WeakMap<HTMLElement, Finding>} */
  #findings = new WeakMap();
  /** When to look again, in the document's time. */
  #next = 0;

  /** What was found below a frame. @param {HTMLElement} frame */
  find(frame) {
    return weakMapGet(this.#findings, frame) ?? NOTHING;
  }

  /**
   * Looks again below all frames, unless that has just taken long.
   * @param {Target[]} targets
   */
  look(targets) {
    const start = now();
    if (start < this.#next && this.#knowsAll(targets)) return;
    const candidates = overlapping(targets);
    for (let i = 0; i < targets.length; i++) {
      const { element } = targets[i];
      const search = new Search(targets[i], mapGet(candidates, element) ?? []);
      // Behind a modal dialog hit tests find nothing; what was known still holds.
      const finding = search.run() ?? stillThere(this.find(element));
      weakMapSet(this.#findings, element, finding);
    }
    const end = now();
    this.#next = end + (end - start) / SHARE;
  }

  /** @param {Target[]} targets */
  #knowsAll(targets) {
    for (let i = 0; i < targets.length; i++) {
      const { element } = targets[i];
      if (!weakMapHas(this.#findings, element)) return false;
      weakMapSet(this.#findings, element, stillThere(this.find(element)));
    }
    return true;
  }
}

/** The tests for one frame. */
class Search {
  /** @type {HTMLElement} */
  #frame;
  /** What stands for it in hit tests. @type {Element} */
  #shown;
  /** @type {Rect} */
  #visible;
  /** The modal dialog that it is in. @type {Element | null} */
  #modal;
  /** @type {Candidate[]} */
  #candidates;
  /** @type {Set<Element>} */
  #above = new Set();
  /** @type {Set<Element>} */
  #below = new Set();
  /** @type {PausedAnimation[]} */
  #overrides = [];
  #tests = 0;
  #wasHit = false;

  /** @param {Target} target @param {Candidate[]} candidates */
  constructor({ element, visible }, candidates) {
    this.#frame = element;
    this.#shown = outermostHost(element);
    this.#visible = visible;
    this.#modal = modalAround(element);
    this.#candidates = candidates;
  }

  /** @returns {Finding | null} null when the frame itself is out of reach */
  run() {
    try {
      return this.#find();
    } finally {
      this.#lift();
    }
  }

  #find() {
    this.#expose(this.#frame);
    for (let i = 0; i < this.#candidates.length; i++) this.#expose(this.#candidates[i].element);
    /** @type {Element[]} */
    const below = [];
    let obstructed = false;
    for (let i = 0; i < this.#candidates.length; i++) {
      const { element, common } = this.#candidates[i];
      if (!this.#isBelow(element, common)) continue;
      arrayPush(below, element);
      obstructed ||= paintsMore(element, common);
    }
    this.#lift();
    if (this.#candidates.length && !this.#wasHit) return null;
    return { below, obstructed: obstructed || this.#hasPseudoBelow(below) };
  }

  /** @param {Element} element @param {Rect} common */
  #isBelow(element, common) {
    const parent = flatParent(element);
    // What is in an element above is above.
    if (parent && setHas(this.#above, parent)) setAdd(this.#above, element);
    const points = pointsIn(common);
    for (let i = 0; i < points.length && this.#tests < MOST_TESTS; i++) {
      if (setHas(this.#above, element) || setHas(this.#below, element)) break;
      this.#test(points[i]);
    }
    if (setHas(this.#below, element)) return true;
    return this.#wasHit && !setHas(this.#above, element) && this.#isOutOfReach(element);
  }

  /**
   * Whether an element is inert where the frame is not: no hit test finds it, and it lies behind, whether by
   * the modal dialog that the frame is in or as the page around one that the app makes itself.
   * @param {Element} element
   */
  #isOutOfReach(element) {
    if (this.#modal && !containsDeeply(this.#modal, element)) return true;
    for (let node = /** @type {Element | null} */ (element); node; node = flatParent(node)) {
      if (hasAttribute(node, "inert")) return true;
    }
    return false;
  }

  /** Notes what is above and below the frame at a point. @param {number[]} point */
  #test(point) {
    this.#tests++;
    const stack = elementsFromPoint(document, point[0], point[1]);
    let at = 0;
    while (at < stack.length && stack[at] !== this.#shown) at++;
    if (at === stack.length) return;
    this.#wasHit = true;
    for (let i = 0; i < stack.length; i++) {
      if (i < at) setAdd(this.#above, stack[i]);
      else if (i > at) setAdd(this.#below, stack[i]);
    }
  }

  /**
   * Whether a pseudo-element with something to see lies below the frame: of what is below it, or of what
   * it is in.
   * @param {Element[]} below
   */
  #hasPseudoBelow(below) {
    let count = 0;
    /** @param {Element} element */
    const has = (element) => {
      for (let i = 0; i < 2; i++) {
        const name = i ? "::after" : "::before";
        if (paints(element, name) && count++ < MOST_PSEUDOS && this.#isPseudoBelow(element, name)) return true;
      }
      return false;
    };
    for (let i = 0; i < below.length; i++) if (has(below[i])) return true;
    let ancestor = flatParent(this.#frame);
    for (; ancestor; ancestor = flatParent(ancestor)) if (has(ancestor) || paintsBackdrop(ancestor)) return true;
    return false;
  }

  /**
   * While the element is out of the pointer's reach and its pseudo-element is not, a hit of the element
   * is one of the pseudo-element.
   * @param {Element} element
   * @param {string} pseudo
   */
  #isPseudoBelow(element, pseudo) {
    this.#override(element, "none");
    this.#override(element, "auto", pseudo);
    this.#override(this.#frame, "auto");
    const points = pointsIn(this.#visible);
    let found = false;
    for (let i = 0; i < points.length && !found; i++) {
      const stack = elementsFromPoint(document, points[i][0], points[i][1]);
      let frameSeen = false;
      for (let j = 0; j < stack.length && !found; j++) {
        if (stack[j] === this.#shown) frameSeen = true;
        if (stack[j] !== element) continue;
        found = frameSeen;
        break;
      }
    }
    this.#lift();
    return found;
  }

  /** Puts an element within the pointer's reach. @param {Element} element */
  #expose(element) {
    if (styleValue(computedStyle(element), "pointer-events") === "none") this.#override(element, "auto");
  }

  /** @param {Element} element @param {string} pointerEvents @param {string | null} pseudo */
  #override(element, pointerEvents, pseudo = null) {
    const animation = new PausedAnimation();
    animation.apply(element, pointerEvents, () => ({ __proto__: null, pointerEvents }), pseudo);
    arrayPush(this.#overrides, animation);
  }

  #lift() {
    for (let i = 0; i < this.#overrides.length; i++) this.#overrides[i].lift();
    this.#overrides = [];
  }
}

/** Whether an element is in the top layer with something to see behind it. @param {Element} element */
function paintsBackdrop(element) {
  return isInTopLayer(element) && paintsBackground(windowGetComputedStyle(element, "::backdrop"));
}

/** @param {Element} element */
function modalAround(element) {
  let ancestor = flatParent(element);
  while (ancestor && !(localName(ancestor) === "dialog" && matches(ancestor, ":modal"))) {
    ancestor = flatParent(ancestor);
  }
  return ancestor;
}

/**
 * For each frame, what overlaps it, paints something, and is neither around nor inside of it, in the
 * order of the tree.
 * @param {Target[]} targets
 */
function overlapping(targets) {
  /** @type {Map<HTMLElement, Candidate[]>} */
  const found = new Map();
  /** @type {Set<Element>} */
  const around = new Set();
  for (let i = 0; i < targets.length; i++) {
    for (let node = flatParent(targets[i].element); node; node = flatParent(node)) setAdd(around, node);
  }
  queryEach(document, "*", (element) => {
    const box = borderBox(element);
    for (let i = 0; i < targets.length; i++) {
      const { element: frame, visible } = targets[i];
      const common = intersect(box, visible);
      if (isEmpty(common) || element === frame) continue;
      if (setHas(around, element) && containsDeeply(element, frame)) continue;
      if (containsDeeply(frame, element)) continue;
      let list = mapGet(found, frame);
      if (!list) mapSet(found, frame, (list = []));
      if (list.length < MOST_CANDIDATES && paintsAnything(element)) arrayPush(list, { element, common });
    }
  });
  return found;
}

/** Whether an element paints anything inside its box, its descendants aside. @param {Element} element */
export function paintsAnything(element) {
  return (
    isReplaced(element) ||
    hasText(element, null) ||
    paintsBackground(computedStyle(element)) ||
    clientLeft(element) > 0 ||
    clientTop(element) > 0 ||
    paints(element, "::before") ||
    paints(element, "::after")
  );
}

/**
 * Whether an element paints anything but a background in a rectangle.
 * @param {Element} element
 * @param {Rect} common
 */
function paintsMore(element, common) {
  if (isReplaced(element) || hasText(element, common)) return true;
  const left = clientLeft(element);
  const top = clientTop(element);
  if (left === 0 && top === 0) return false;
  const { x, y } = borderBox(element);
  return !covers(rect(x + left, y + top, clientWidth(element), clientHeight(element)), common);
}

/** @param {Element} element */
function isReplaced(element) {
  if (namespaceUri(element) !== HTML) return true;
  return regExpExec(REPLACED, localName(element)) !== null;
}

/** Whether a pseudo-element has something to see. @param {Element} element @param {string} name */
function paints(element, name) {
  const style = windowGetComputedStyle(element, name);
  const content = styleValue(style, "content");
  if (content === "none" || content === "normal" || content === "") return false;
  return content !== '""' || paintsBackground(style);
}

/** @param {CSSStyleDeclaration} style */
function paintsBackground(style) {
  return (
    styleValue(style, "background-image") !== "none" ||
    parseColor(styleValue(style, "background-color"))[3] > 0
  );
}

/**
 * Whether an element has text of its own.
 * @param {Element} element
 * @param {Rect | null} within only there, if it is said where
 */
function hasText(element, within) {
  for (let node = firstChild(element); node; node = nextSibling(node)) {
    if (nodeType(node) !== 3 || !regExpExec(/\S/, nodeValue(node) ?? "")) continue;
    if (!within) return true;
    const range = createRange(document);
    selectNode(range, node);
    const box = rangeBox(range);
    if (!isEmpty(intersect(within, rect(rectLeft(box), rectTop(box), rectWidth(box), rectHeight(box))))) {
      return true;
    }
  }
  return false;
}

/** The element itself, or the host in the document of the shadow tree that it is in. @param {Element} element */
function outermostHost(element) {
  let outermost = element;
  for (let node = parentNode(element); node; node = parentNode(node)) {
    if (isShadowRoot(node)) node = outermost = hostOf(node);
  }
  return outermost;
}

/** What is left of a finding. @param {Finding} finding @returns {Finding} */
function stillThere({ below, obstructed }) {
  /** @type {Element[]} */
  const left = [];
  for (let i = 0; i < below.length; i++) if (isConnected(below[i])) arrayPush(left, below[i]);
  return { below: left, obstructed };
}

/** The middle of a rectangle, and points near its corners. @param {Rect} r */
function pointsIn({ x, y, width, height }) {
  const dx = width > 4 ? 2 : width / 2;
  const dy = height > 4 ? 2 : height / 2;
  return [
    [x + width / 2, y + height / 2],
    [x + dx, y + dy],
    [x + width - dx, y + dy],
    [x + dx, y + height - dy],
    [x + width - dx, y + height - dy],
  ];
}
