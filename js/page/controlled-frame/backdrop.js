// @ts-check
/**
 * Holes in the app's page. Embedded views lie under the app's view in the window, so whatever the
 * page paints behind a frame has to be left out exactly there:
 *
 * - the canvas (the background of html or body) becomes transparent as a whole; the UI process paints
 *   its colour at the bottom of the window;
 * - any other element behind a frame has its background colour painted in pieces around the frame.
 *
 * Both are done with paused Web Animations, which override the author's declarations and leave no
 * trace in the document. Limits: a background *image* behind a frame is left out altogether (and a
 * warning says so), a background that is `!important` wins over animations and stays, and what is
 * painted otherwise (text, pictures, pseudo-elements) cannot be cut.
 *
 * @typedef {import("./color.js").Color} Color
 * @typedef {import("./rect.js").Rect} Rect
 *
 * @typedef {object} Target
 * @property {HTMLElement} element a frame
 * @property {Rect} visible what can be seen of it, in the viewport of its document
 * @property {Rect} clip the same in the viewport of the top document
 *
 * What an element's author wants painted.
 * @typedef {object} Background
 * @property {Element} element
 * @property {Color} color
 * @property {string} colorText
 * @property {Element} anchor the element in whose padding box it is positioned
 * @property {Rect} whole what the colour fills, from the corner of that box
 * @property {boolean} isCanvas
 */

import {
  Map,
  Set,
  WeakMap,
  arrayPush,
  mapDelete,
  mapForEach,
  mapGet,
  mapSet,
  max,
  round,
  setAdd,
  setHas,
  stringIncludes,
  warn,
  weakMapDelete,
  weakMapGet,
  weakMapSet,
} from "../primordials.js";
import { over, parseColor } from "./color.js";
import {
  bodyOf,
  clientHeight,
  clientLeft,
  clientTop,
  clientWidth,
  computedStyle,
  containsDeeply,
  defaultViewOf,
  document,
  documentElementOf,
  elementsFromPoint,
  flatParent,
  frameElementOf,
  matchMedia,
  mediaMatches,
  localName,
  devicePixelRatio,
  ownerDocument,
  scrollHeight,
  scrollWidth,
  styleValue,
  window,
  windowHeight,
  windowWidth,
} from "./dom.js";
import { borderBox, scaleOf } from "./geometry.js";
import { Override } from "./override.js";
import { bandsAround, intersect, isEmpty, rect, tidy } from "./rect.js";

/** The canvas of a page without backgrounds, in either colour scheme. @type {Color} */
const WHITE = [255, 255, 255, 1];
/** @type {Color} */
const DARK = [30, 30, 30, 1];

const darkScheme = matchMedia("(prefers-color-scheme: dark)");

export class Backdrop {
  /** What is overridden now. @type {Map<Element, Override>} */
  #overrides = new Map();
  /** @type {Map<Element, Background>} */
  #backgrounds = new Map();
  /** What lies behind each frame, the furthest first. @type {WeakMap<HTMLElement, Background[]>} */
  #behind = new WeakMap();
  /** The outermost ancestor of a frame that clips with round corners. @type {WeakMap<HTMLElement, Element>} */
  #roundedBy = new WeakMap();
  /** Elements that have been warned about. @type {WeakMap<Element, true>} */
  #warned = new WeakMap();
  /** @type {Color | undefined} */
  #canvas;

  /**
   * The colour of the app's page canvas; undefined in a child frame that cannot see it, because the
   * top document has frames of its own and has made it transparent.
   */
  get canvas() {
    return this.#canvas;
  }

  /**
   * Reads the author's backgrounds again. For that the overrides are lifted, within this task, so
   * that nothing of it is ever painted.
   * @param {Target[]} targets
   */
  refresh(targets) {
    mapForEach(this.#overrides, (override) => override.suspend());
    this.#backgrounds = new Map();
    this.#canvas = this.#readCanvas();
    for (let i = 0; i < targets.length; i++) {
      const behind = this.#readBehind(targets[i]);
      weakMapSet(this.#behind, targets[i].element, behind);
    }
    mapForEach(this.#overrides, (override, element) => {
      if (mapGet(this.#backgrounds, element)) override.resume();
      else mapDelete(this.#overrides, element);
    });
  }

  /**
   * Puts the holes where the frames are. Cheap when nothing has moved.
   * @param {Target[]} targets
   */
  cut(targets) {
    mapForEach(this.#backgrounds, (background, element) => {
      let override = mapGet(this.#overrides, element);
      if (!override) mapSet(this.#overrides, element, (override = new Override(element)));
      if (background.isCanvas) {
        override.clear();
        return;
      }
      const holes = this.#holes(background, targets);
      if (!holes.length) override.lift();
      else if (background.color[3] === 0) override.clear();
      else
        override.fill(
          background.colorText,
          background.whole,
          bandsAround(background.whole, holes),
          background.color[3] === 1,
        );
    });
  }

  /** There are no frames: the page is the author's again. */
  remove() {
    mapForEach(this.#overrides, (override) => override.suspend());
    this.#overrides = new Map();
    this.#backgrounds = new Map();
  }

  /**
   * The colour that shows under a frame, where its corners are rounded.
   * @param {HTMLElement} element
   * @returns {Color}
   */
  colorBehind(element) {
    let color = this.#canvas ?? WHITE;
    const behind = weakMapGet(this.#behind, element) ?? [];
    const round = weakMapGet(this.#roundedBy, element);
    for (let i = 0; i < behind.length; i++) {
      // Beside the corners of an ancestor that clips, neither it nor what is in it is painted.
      const isClipped = round && containsDeeply(round, behind[i].element);
      if (!behind[i].isCanvas && !isClipped) color = over(color, behind[i].color);
    }
    return color;
  }

  /** Reads the canvas of the top document (https://drafts.csswg.org/css-backgrounds/#special-backgrounds). */
  #readCanvas() {
    const view = topView();
    const top = /** @type {Document} */ (view.document);
    const root = documentElementOf(top);
    if (!root) return undefined;
    const scheme = styleValue(computedStyle(root), "color-scheme");
    const dark =
      stringIncludes(scheme, "dark") && (!stringIncludes(scheme, "light") || mediaMatches(darkScheme));
    const base = dark ? DARK : WHITE;
    const background = this.#read(canvasSource(root, bodyOf(top)), true);
    if (background) return over(base, background.color);
    return view === window || dark ? base : undefined;
  }

  /**
   * Everything with a background behind a frame, the furthest first.
   * @param {Target} target
   */
  #readBehind({ element, visible }) {
    /** @type {Background[]} */
    const behind = [];
    /** @type {Set<Element>} */
    const seen = new Set();
    /** @param {Element} candidate */
    const add = (candidate) => {
      if (setHas(seen, candidate)) return;
      setAdd(seen, candidate);
      const background = this.#read(candidate, false);
      if (background) arrayPush(behind, background);
    };
    // From the frame outwards: what it is painted over, then what it is in.
    const lower = isEmpty(visible) ? [] : elementsBelow(element, visible);
    for (let i = 0; i < lower.length; i++) add(lower[i]);
    /** @type {Element | undefined} */
    let rounding;
    for (let ancestor = ancestorAcrossFrames(element); ancestor; ancestor = ancestorAcrossFrames(ancestor)) {
      add(ancestor);
      if (clipsRound(ancestor)) rounding = ancestor;
    }
    /** @type {Background[]} */
    const furthestFirst = [];
    for (let i = behind.length - 1; i >= 0; i--) arrayPush(furthestFirst, behind[i]);
    if (rounding) weakMapSet(this.#roundedBy, element, rounding);
    else weakMapDelete(this.#roundedBy, element);
    return furthestFirst;
  }

  /**
   * @param {Element} element
   * @param {boolean} isCanvas
   * @returns {Background | null} null when it paints none
   */
  #read(element, isCanvas) {
    const known = mapGet(this.#backgrounds, element);
    if (known) return known;
    const style = computedStyle(element);
    const colorText = styleValue(style, "background-color");
    const color = parseColor(colorText);
    const hasImage = styleValue(style, "background-image") !== "none";
    if (color[3] === 0 && !hasImage) return null;
    if (hasImage) this.#warnOfImage(element);
    const clip = styleValue(style, "background-clip");
    if (stringIncludes(clip, "text")) return null; // paints letters only
    const background = { element, color, colorText, isCanvas, ...area(element, clip) };
    mapSet(this.#backgrounds, element, background);
    return background;
  }

  /** @param {Element} element */
  #warnOfImage(element) {
    if (weakMapGet(this.#warned, element)) return;
    weakMapSet(this.#warned, element, true);
    warn(
      `<controlledframe>: the background image of <${localName(element)}> lies behind a frame and is not painted. ` +
        "Put it on an element that is not behind the frame, or use a background color.",
    );
  }

  /**
   * Where the frames are in a background.
   * @param {Background} background
   * @param {Target[]} targets
   * @returns {Rect[]}
   */
  #holes({ element, anchor, whole }, targets) {
    const border = borderBox(anchor);
    const scale = scaleOf(anchor, border) || 1;
    const left = border.x + clientLeft(anchor) * scale;
    const top = border.y + clientTop(anchor) * scale;
    // A frame in a frame: its own document and the top one are cut exactly, others in between are
    // taken for the top one.
    const inOwnDocument = ownerDocument(element) === document;
    /** @type {Rect[]} */
    const holes = [];
    for (let i = 0; i < targets.length; i++) {
      const { element: frame, visible, clip } = targets[i];
      if (isEmpty(visible) || !this.#isBehind(element, frame)) continue;
      const { x, y, width, height } = snapped(inOwnDocument ? visible : clip);
      const hole = rect(
        tidy((x - left) / scale),
        tidy((y - top) / scale),
        tidy(width / scale),
        tidy(height / scale),
      );
      if (!isEmpty(intersect(hole, whole))) arrayPush(holes, hole);
    }
    return holes;
  }

  /** @param {Element} element @param {HTMLElement} frame */
  #isBehind(element, frame) {
    const behind = weakMapGet(this.#behind, frame);
    if (behind) for (let i = 0; i < behind.length; i++) if (behind[i].element === element) return true;
    return false;
  }
}

/**
 * What the background colour of an element fills. A clip to the content box is taken for one to the
 * padding box.
 * @param {Element} element
 * @param {string} clip its background-clip
 * @returns {{ anchor: Element, whole: Rect }}
 */
function area(element, clip) {
  const owner = ownerDocument(element);
  const root = documentElementOf(owner);
  if (root && canvasSource(root, bodyOf(owner)) === element) {
    // The canvas of a document, which is larger than its elements.
    const view = /** @type {Window} */ (defaultViewOf(owner));
    const width = max(scrollWidth(root), windowWidth(view));
    return { anchor: root, whole: rect(0, 0, width, max(scrollHeight(root), windowHeight(view))) };
  }
  if (clip !== "border-box") {
    return { anchor: element, whole: rect(0, 0, clientWidth(element), clientHeight(element)) };
  }
  const border = borderBox(element);
  const scale = scaleOf(element, border) || 1;
  const width = tidy(border.width / scale);
  const height = tidy(border.height / scale);
  return { anchor: element, whole: rect(-clientLeft(element), -clientTop(element), width, height) };
}

/** A rectangle with its edges on whole device pixels. @param {Rect} r */
function snapped({ x, y, width, height }) {
  const ratio = devicePixelRatio(window);
  /** @param {number} n */
  const snap = (n) => round(n * ratio) / ratio;
  return rect(snap(x), snap(y), snap(x + width) - snap(x), snap(y + height) - snap(y));
}

/**
 * The element whose background the canvas takes.
 * @param {Element} root
 * @param {Element | null} body
 */
function canvasSource(root, body) {
  const style = computedStyle(root);
  const own =
    parseColor(styleValue(style, "background-color"))[3] > 0 ||
    styleValue(style, "background-image") !== "none";
  return own || !body ? root : body;
}

/** The outermost window of the same origin. */
function topView() {
  /** @type {Window & typeof globalThis} */
  let view = window;
  for (;;) {
    const container = frameElementOf(view);
    const parent = container && defaultViewOf(ownerDocument(container));
    if (!parent) return view;
    view = parent;
  }
}

/** @param {Element} element */
function ancestorAcrossFrames(element) {
  const parent = flatParent(element);
  if (parent) return parent;
  const view = defaultViewOf(ownerDocument(element));
  return view && frameElementOf(view);
}

/**
 * Elements that are painted below a frame without containing it, the nearest first, judged at the
 * middle of what is visible and near its corners.
 * @param {HTMLElement} frame
 * @param {Rect} visible
 */
function elementsBelow(frame, { x, y, width, height }) {
  /** @type {Element[]} */
  const below = [];
  const insetX = width > 4 ? 2 : width / 2;
  const insetY = height > 4 ? 2 : height / 2;
  const points = [
    [x + width / 2, y + height / 2],
    [x + insetX, y + insetY],
    [x + width - insetX, y + insetY],
    [x + insetX, y + height - insetY],
    [x + width - insetX, y + height - insetY],
  ];
  for (let i = 0; i < points.length; i++) {
    const stack = elementsFromPoint(document, points[i][0], points[i][1]);
    let under = false;
    for (let j = 0; j < stack.length; j++) {
      if (under) arrayPush(below, stack[j]);
      // Inside a shadow tree, the stack has the host in place of the frame.
      else under = containsDeeply(stack[j], frame);
    }
  }
  return below;
}

/** Whether an element clips what is in it with round corners. @param {Element} element */
function clipsRound(element) {
  const style = computedStyle(element);
  return (
    styleValue(style, "overflow-x") !== "visible" &&
    styleValue(style, "overflow-y") !== "visible" &&
    styleValue(style, "border-radius") !== "0px"
  );
}
