// @ts-check
/**
 * Holes in the app's page. A view that lies under the app's view in the window is seen through what the page
 * does not paint, so whatever is painted behind the frame has to be left out exactly there:
 *
 * - a canvas (the background of html or body) of one colour becomes transparent as a whole, as soon as there are
 *   frames; the UI process paints its colour at the bottom of the window. A page that goes from opaque to
 *   transparent is white for a moment in one of ten cases, so that must not happen with every menu;
 * - any other background behind a frame, of a colour or of gradients, is painted in pieces around it.
 *
 * Both are done with paused Web Animations, which override the author's declarations and leave no
 * trace in the document. What cannot be cut stays as it is, and `mustLieAbove` says that the frame has
 * to stay above the page: pictures, gradients beside round corners or behind what fades, `!important`
 * backgrounds, those of a `fieldset` with a `legend`, pseudo-elements, replaced elements and text below the
 * frame. Limits: shadows below a frame are not noticed.
 *
 * What an element's author wants painted.
 * @typedef {object} Background
 * @property {Element} element
 * @property {Color} color
 * @property {string} colorText
 * @property {string} clip the box that the colour fills
 * @property {Layer[] | null} layers images, the topmost first; null when they cannot be cut
 * @property {string} author tells it from what the author wanted before
 * @property {Element} anchor the element in whose padding box it is positioned
 * @property {Rect} area what the colour fills, from the corner of that box
 * @property {Rect} whole what all of it fills
 * @property {number} zoom how much larger its pixels are than the anchor's
 * @property {boolean} isCanvas
 *
 * What lies behind a frame.
 * @typedef {object} Backdrop
 * @property {Background[]} backgrounds the furthest first
 * @property {Element | null} rounding the outermost ancestor of the frame that clips with round corners
 * @property {boolean} isWhole whether something of it cannot be cut, so that the frame has to lie above the page
 *
 * @import { Layer, Piece, Values } from "./background.js"
 * @import { Color } from "./color.js"
 * @import { Group } from "./opacity.js"
 * @import { Rect, RoundedRect } from "./rect.js"
 * @import { Survey, Target } from "./survey.js"
 */

import { append, every, filter, map, some } from "../lists.js";
import {
  Map,
  Set,
  WeakMap,
  arrayPush,
  arraySplice,
  mapDelete,
  mapForEach,
  mapGet,
  mapSet,
  max,
  setAdd,
  setHas,
  stringIncludes,
  weakMapGet,
  weakMapSet,
} from "../primordials.js";
import { canvasSource, hasLegend, hasPadding, placeOf, valuesOf } from "./author.js";
import { boxNamed, colorPieces, piecesOf, readLayers } from "./background.js";
import { borderBox, clientBox, scaleOf } from "./boxes.js";
import { hasRoundCorners } from "./clips.js";
import { over, parseColor } from "./color.js";
import {
  bodyOf,
  computedStyle,
  containerOf,
  containsDeeply,
  defaultViewOf,
  document,
  documentElementOf,
  flatParent,
  frameElementOf,
  matchMedia,
  mediaMatches,
  ownerDocument,
  styleValue,
  window,
} from "../controlled-frame/dom.js";
import { splitList } from "./length.js";
import { blend, blendThrough, depthIn } from "./opacity.js";
import { Override } from "./override.js";
import { around, isEmpty, meet, rect, tidy } from "./rect.js";
import { snap, snapped } from "./screen.js";

/** The canvas of a page without backgrounds, in either colour scheme. @type {Color} */
const WHITE = [255, 255, 255, 1];
/** @type {Color} */
const DARK = [30, 30, 30, 1];
/** @type {Color} */
const TRANSPARENT = [0, 0, 0, 0];

const darkScheme = matchMedia("(prefers-color-scheme: dark)");

export class Holes {
  #survey;
  #opaquePages;
  /** What is overridden now. @type {Map<Element, Override>} */
  #overrides = new Map();
  /** @type {Map<Element, Background>} */
  #backgrounds = new Map();
  /** @type {WeakMap<HTMLElement, Backdrop>} */
  #backdrops = new WeakMap();
  /** @type {Color | undefined} */
  #canvas;

  /**
   * @param {Survey} survey
   * @param {boolean} opaquePages whether nothing can be seen through the page
   */
  constructor(survey, opaquePages) {
    this.#survey = survey;
    this.#opaquePages = opaquePages;
  }

  /**
   * The colour of the app's page canvas; undefined in a child frame that cannot see it, because the
   * top document has frames of its own and has made it transparent.
   */
  get canvas() {
    return this.#canvas;
  }

  /**
   * Whether something behind a frame cannot be cut, so that the frame has to be drawn above the page.
   * @param {HTMLElement} frame
   */
  mustLieAbove(frame) {
    return weakMapGet(this.#backdrops, frame)?.isWhole ?? false;
  }

  /**
   * Reads the author's backgrounds again. For that the overrides are lifted, within this task, so
   * that nothing of it is ever painted.
   * @param {Target[]} targets
   */
  refresh(targets) {
    mapForEach(this.#overrides, (override) => override.suspend());
    this.#backgrounds = new Map();
    this.#backdrops = new WeakMap();
    this.#readCanvas();
    const backdrops = map(targets, ({ element }) => this.#readBackdrop(element));
    mapForEach(this.#overrides, (override, element) => {
      if (mapGet(this.#backgrounds, element)) override.resume();
      else mapDelete(this.#overrides, element);
    });
    mapForEach(this.#backgrounds, (background) => {
      const { element, author, clip, layers } = background;
      if (layers && !this.#override(element).canPaint(author, clip)) background.layers = null;
    });
    for (let i = 0; i < targets.length; i++) {
      const { isObstructed } = this.#survey.behind(targets[i].element);
      backdrops[i].isWhole = isObstructed || !this.#canCutAll(targets[i]);
    }
  }

  /**
   * Puts the holes where the frames are. Cheap when nothing has moved.
   * @param {Target[]} targets
   * @param {boolean} isCanvasKnown whether the UI process already paints the colour of the canvas
   */
  cut(targets, isCanvasKnown) {
    mapForEach(this.#backgrounds, (background, element) => {
      const holes = this.#holes(background, targets);
      const isOpen = holes.length > 0 || (background.isCanvas && isCanvasKnown && !this.#opaquePages);
      const pieces = isOpen ? piecesAround(background, holes) : null;
      if (!pieces) mapGet(this.#overrides, element)?.lift();
      else if (!this.#override(element).paint(background.author, background.clip, pieces)) background.layers = null;
      if (!isOpen || background.layers) return;
      for (let i = 0; i < targets.length; i++) {
        const backdrop = weakMapGet(this.#backdrops, targets[i].element);
        if (backdrop && !this.#canCutAll(targets[i])) backdrop.isWhole = true;
      }
    });
  }

  /** There are no frames: the page is the author's again. */
  remove() {
    mapForEach(this.#overrides, (override) => override.suspend());
    this.#overrides = new Map();
    this.#backgrounds = new Map();
    this.#backdrops = new WeakMap();
  }

  /**
   * The colour that shows beside a frame's round corners.
   * @param {Target} target
   */
  colorBehind({ element, groups }) {
    const layers = this.#layersBehind(element, groups, (behind) => !this.#isClipped(behind, element));
    return blend(groups, layers, this.#canvas ?? WHITE, TRANSPARENT);
  }

  /**
   * The colour that shows through a frame which is not opaque.
   * @param {Target} target
   */
  colorThrough({ element, groups }) {
    const layers = this.#layersBehind(element, groups, () => true);
    return blendThrough(groups, layers, this.#canvas ?? WHITE);
  }

  /**
   * The colours behind a frame, the furthest first.
   * @param {HTMLElement} frame
   * @param {Group[]} groups
   * @param {(element: Element) => boolean} counts
   */
  #layersBehind(frame, groups, counts) {
    const behind = filter(this.#behind(frame), ({ element, isCanvas }) => !isCanvas && counts(element));
    return map(behind, ({ element, color }) => ({ color, depth: depthIn(groups, element) }));
  }

  /** @param {HTMLElement} frame */
  #behind(frame) {
    return weakMapGet(this.#backdrops, frame)?.backgrounds ?? [];
  }

  /** @param {Element} element */
  #override(element) {
    const override = mapGet(this.#overrides, element) ?? new Override(element);
    mapSet(this.#overrides, element, override);
    return override;
  }

  /**
   * Whether all backgrounds behind a frame can be cut.
   * @param {Target} target
   */
  #canCutAll(target) {
    return every(
      this.#behind(target.element),
      (background) => this.#canCut(background, target) || !holeIn(background, target),
    );
  }

  /**
   * Whether a hole in a background looks right.
   * @param {Background} background
   * @param {Target} target
   */
  #canCut({ element, layers }, { element: frame, visible, groups }) {
    if (!layers) return false;
    const hasCorners = isRounded(visible) && !this.#isClipped(element, frame);
    // Holes have square corners. Beside round ones, and through what fades, the UI process paints one colour.
    if (hasCorners && (layers.length || element === frame)) return false;
    return !layers.length || !groups.length || depthIn(groups, element) === 0;
  }

  /**
   * Whether a background is not painted beside the round corners of a frame, because they are its own or
   * those of an ancestor that clips it as well.
   * @param {Element} element
   * @param {HTMLElement} frame
   */
  #isClipped(element, frame) {
    if (element === frame && !hasPadding(frame)) return true;
    const rounding = weakMapGet(this.#backdrops, frame)?.rounding;
    return rounding ? containsDeeply(rounding, element) : false;
  }

  /** Reads the canvas of the top document (https://drafts.csswg.org/css-backgrounds/#special-backgrounds). */
  #readCanvas() {
    const view = topView();
    const top = /** @type {Document} */ (view.document);
    const root = documentElementOf(top);
    const scheme = root ? styleValue(computedStyle(root), "color-scheme") : "";
    const dark =
      stringIncludes(scheme, "dark") && (!stringIncludes(scheme, "light") || mediaMatches(darkScheme));
    const base = dark ? DARK : WHITE;
    const background = root && this.#read(canvasSource(root, bodyOf(top)), true);
    if (background) this.#canvas = over(base, background.color);
    else this.#canvas = root && (view === window || dark) ? base : undefined;
  }

  /**
   * Reads everything with a background behind a frame.
   * @param {HTMLElement} frame
   * @returns {Backdrop}
   */
  #readBackdrop(frame) {
    /** From the frame outwards: its own, what it is painted over, then what it is in. @type {Element[]} */
    const candidates = [frame];
    const { elements } = this.#survey.behind(frame);
    for (let i = elements.length - 1; i >= 0; i--) arrayPush(candidates, elements[i]);
    /** @type {Element | null} */
    let rounding = null;
    for (let ancestor = ancestorAcrossFrames(frame); ancestor; ancestor = ancestorAcrossFrames(ancestor)) {
      arrayPush(candidates, ancestor);
      if (clipsRound(ancestor)) rounding = ancestor;
    }
    /** @type {Background[]} */
    const backgrounds = [];
    /** @type {Set<Element>} */
    const seen = new Set();
    for (let i = 0; i < candidates.length; i++) {
      if (setHas(seen, candidates[i])) continue;
      setAdd(seen, candidates[i]);
      const background = this.#read(candidates[i], false);
      if (background) arraySplice(backgrounds, 0, 0, background);
    }
    const backdrop = { backgrounds, rounding, isWhole: false };
    weakMapSet(this.#backdrops, frame, backdrop);
    return backdrop;
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
    const values = valuesOf(style);
    const hasImage = values.image !== "none";
    if (color[3] === 0 && !hasImage) return null;
    if (stringIncludes(values.clip, "text")) return null; // paints letters only
    const { anchor, boxes, canvas, zoom } = placeOf(element);
    // The colour is part of the last layer.
    const clips = splitList(values.clip, ",");
    const clip = clips[clips.length - 1];
    const area = canvas ?? boxNamed(boxes, clip);
    /** @type {Background} */
    const background = {
      element,
      color,
      colorText,
      clip,
      layers: hasLegend(element) ? null : hasImage ? readLayers(values, boxes, canvas) : [],
      author: textOf(values) + colorText,
      anchor,
      area,
      whole: hasImage ? (canvas ?? boxes.border) : area,
      zoom,
      isCanvas,
    };
    mapSet(this.#backgrounds, element, background);
    return background;
  }

  /**
   * Where the frames are in a background.
   * @param {Background} background
   * @param {Target[]} targets
   * @returns {Rect[]}
   */
  #holes(background, targets) {
    /** @type {Rect[]} */
    const holes = [];
    for (let i = 0; i < targets.length; i++) {
      const { element: frame, groups } = targets[i];
      if (!some(this.#behind(frame), ({ element }) => element === background.element)) continue;
      // Above the page a frame hides all by itself, unless it fades: then what fades with it must not show through.
      const isHidden = groups.length > 0 && depthIn(groups, background.element) === 0;
      if (this.mustLieAbove(frame) && !(isHidden && this.#canCut(background, targets[i]))) continue;
      const hole = holeIn(background, targets[i]);
      if (hole) arrayPush(holes, hole);
    }
    return holes;
  }
}

/**
 * What is left of a background around holes.
 * @param {Background} background
 * @param {Rect[]} holes
 * @returns {Piece[] | null} null when it cannot be cut
 */
function piecesAround(background, holes) {
  const { layers, color, colorText, area, whole, isCanvas } = background;
  const parts = around(whole, holes);
  const pieces = layers && piecesOf(layers, parts);
  background.layers = pieces && layers;
  // The UI process paints the colour of the canvas.
  if (pieces && !isCanvas && color[3] > 0) append(pieces, colorPieces(colorText, color[3] === 1, area, parts, holes));
  return pieces;
}

/**
 * Where a frame is in a background.
 * @param {Background} background
 * @param {Target} target
 * @returns {Rect | null} null when it is not there
 */
function holeIn({ element, anchor, whole, zoom }, { visible, clip }) {
  if (isEmpty(visible)) return null;
  const border = borderBox(anchor);
  const anchorScale = scaleOf(anchor, border) || 1;
  const scale = anchorScale * zoom;
  const padding = clientBox(anchor, border, anchorScale);
  // The background begins where the engine snaps the box to. (In a scaled one it snaps before scaling.)
  const left = anchorScale === 1 ? snap(padding.x) : padding.x;
  const top = anchorScale === 1 ? snap(padding.y) : padding.y;
  // A frame in a frame: its own document and the top one are cut exactly, others in between are
  // taken for the top one.
  const { x, y, width, height } = snapped(ownerDocument(element) === document ? visible : clip);
  const hole = rect(
    tidy((x - left) / scale),
    tidy((y - top) / scale),
    tidy(width / scale),
    tidy(height / scale),
  );
  return meet(hole, whole) ? hole : null;
}

/** @param {Values} v */
const textOf = (v) =>
  `${v.image};${v.position};${v.size};${v.repeat};${v.origin};${v.clip};${v.attachment};${v.blend};`;

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
const ancestorAcrossFrames = (element) => flatParent(element) ?? containerOf(element);

/** Whether corners are so round that what is beside them is seen. @param {RoundedRect} r */
const isRounded = ({ radii }) => max(radii[0], radii[1], radii[2], radii[3]) > 3;

/** Whether an element clips what is in it with round corners. @param {Element} element */
function clipsRound(element) {
  const style = computedStyle(element);
  return (
    styleValue(style, "overflow-x") !== "visible" &&
    styleValue(style, "overflow-y") !== "visible" &&
    hasRoundCorners(style)
  );
}
