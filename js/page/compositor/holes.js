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
 *
 * @import { Layer, Piece } from "./background.js"
 * @import { Color } from "./color.js"
 * @import { Planned } from "./message.js"
 * @import { Rect, RoundedRect } from "./rect.js"
 * @import { Survey, Target } from "./survey.js"
 */

import { append, every, filter, map, some } from "../lists.js";
import {
  Map,
  WeakMap,
  arrayPush,
  arraySplice,
  mapDelete,
  mapForEach,
  mapGet,
  mapSet,
  max,
  stringIncludes,
  weakMapGet,
  weakMapSet,
} from "../primordials.js";
import { canvasSource, hasLegend, hasPadding, placeOf, textOf, valuesOf } from "./author.js";
import { boxNamed, colorPieces, piecesOf, readLayers } from "./background.js";
import { borderBox, clientBox, scaleOf } from "./boxes.js";
import { hasRoundCorners } from "./clips.js";
import { over, parseColor } from "./color.js";
import {
  bodyOf,
  computedStyle,
  containerOf,
  containsDeeply,
  document,
  documentElementOf,
  flatParent,
  matchMedia,
  mediaMatches,
  ownerDocument,
  styleValue,
  viewAround,
  window,
} from "../controlled-frame/dom.js";
import { splitList } from "./length.js";
import { blend, blendThrough, depthIn } from "./opacity.js";
import { Override } from "./override.js";
import { around, isEmpty, meet, tidied, transform } from "./rect.js";
import { snapped } from "./zoom.js";

/** The canvas of a page without backgrounds, in either colour scheme. @type {Color} */
const WHITE = [255, 255, 255, 1];
/** @type {Color} */
const DARK = [30, 30, 30, 1];
/** @type {Color} */
const TRANSPARENT = [0, 0, 0, 0];

const darkScheme = matchMedia("(prefers-color-scheme: dark)");

export class Holes {
  #survey;
  /** What is overridden now. @type {Map<Element, Override>} */
  #overrides = new Map();
  /** @type {Map<Element, Background>} */
  #backgrounds = new Map();
  /** @type {WeakMap<HTMLElement, Backdrop>} */
  #backdrops = new WeakMap();
  /**
   * The colour of the app's page canvas; undefined in a child frame that cannot see it, because the
   * top document has frames of its own and has made it transparent.
   * @type {Color | undefined}
   */
  canvas;

  /** @param {Survey} survey */
  constructor(survey) {
    this.#survey = survey;
  }

  /**
   * Whether something behind a frame cannot be cut, so that the frame has to be drawn above the page.
   * @param {Target} target
   */
  mustLieAbove(target) {
    if (!weakMapGet(this.#backdrops, target.element)) return false;
    const canCut = every(
      this.#behind(target.element),
      (background) => this.#canCut(background, target) || !holeIn(background, target),
    );
    return !canCut || this.#survey.about(target.element).isObstructed;
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
    for (let i = 0; i < targets.length; i++) this.#readBackdrop(targets[i].element);
    mapForEach(this.#overrides, (override, element) => {
      if (mapGet(this.#backgrounds, element)) override.resume();
      else mapDelete(this.#overrides, element);
    });
    mapForEach(this.#backgrounds, (background, element) => {
      if (background.layers && !this.#override(element).canPaint(background)) background.layers = null;
    });
  }

  /**
   * Puts the holes where the frames are. Cheap when nothing has moved.
   * @param {Planned[]} targets
   * @param {boolean} isCanvasOpen whether the canvas is transparent, because the UI process paints its colour
   */
  cut(targets, isCanvasOpen) {
    mapForEach(this.#backgrounds, (background, element) => {
      const holes = this.#holes(background, targets);
      const isOpen = holes.length > 0 || (background.isCanvas && isCanvasOpen);
      if (!isOpen) mapGet(this.#overrides, element)?.lift();
      else if (!this.#override(element).paint(background, piecesAround(background, holes))) background.layers = null;
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
   * The colours that show beside the round corners of a frame, and through one that is not opaque.
   * @param {Target} target
   */
  colorsBehind({ element: frame, groups }) {
    const canvas = this.canvas ?? WHITE;
    const behind = filter(this.#behind(frame), ({ isCanvas }) => !isCanvas);
    const layers = map(behind, ({ element, color }) => ({ element, color, depth: depthIn(groups, element) }));
    const beside = filter(layers, ({ element }) => !this.#isClipped(element, frame));
    return { backdrop: blend(groups, beside, canvas, TRANSPARENT), through: blendThrough(groups, layers, canvas) };
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
    if (background) this.canvas = over(base, background.color);
    else this.canvas = root && (view === window || dark) ? base : undefined;
  }

  /** Reads everything with a background behind a frame. @param {HTMLElement} frame */
  #readBackdrop(frame) {
    /** @type {Background[]} */
    const backgrounds = [];
    /** @param {Element} element */
    const add = (element) => {
      const background = this.#read(element, false);
      if (background && !some(backgrounds, (other) => other === background)) arraySplice(backgrounds, 0, 0, background);
    };
    // From the frame outwards: its own, what it is painted over, then what it is in.
    add(frame);
    const { behind } = this.#survey.about(frame);
    for (let i = behind.length - 1; i >= 0; i--) add(behind[i]);
    /** @type {Element | null} */
    let rounding = null;
    for (let ancestor = ancestorAcrossFrames(frame); ancestor; ancestor = ancestorAcrossFrames(ancestor)) {
      add(ancestor);
      if (clipsRound(ancestor)) rounding = ancestor;
    }
    weakMapSet(this.#backdrops, frame, { backgrounds, rounding });
  }

  /**
   * @param {Element} element
   * @param {boolean} isCanvas
   * @returns {Background | null} null when it paints none
   */
  #read(element, isCanvas) {
    const known = mapGet(this.#backgrounds, element);
    if (known) return known;
    const values = valuesOf(computedStyle(element));
    const colorText = values("color");
    const color = parseColor(colorText);
    const hasImage = values("image") !== "none";
    if (color[3] === 0 && !hasImage) return null;
    if (stringIncludes(values("clip"), "text")) return null; // paints letters only
    const { anchor, boxes, canvas, zoom } = placeOf(element);
    // The colour is part of the last layer.
    const clips = splitList(values("clip"), ",");
    const clip = clips[clips.length - 1];
    const area = canvas ?? boxNamed(boxes, clip);
    /** @type {Background} */
    const background = {
      element,
      color,
      colorText,
      clip,
      layers: hasLegend(element) ? null : hasImage ? readLayers(values, boxes, canvas) : [],
      author: textOf(values),
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
   * @param {Planned[]} targets
   * @returns {Rect[]}
   */
  #holes(background, targets) {
    /** @type {Rect[]} */
    const holes = [];
    for (let i = 0; i < targets.length; i++) {
      const { element: frame, groups, scene } = targets[i];
      if (!some(this.#behind(frame), ({ element }) => element === background.element)) continue;
      // Above the page a frame hides all by itself, unless it fades: then what fades with it must not show through.
      const isHidden = groups.length > 0 && depthIn(groups, background.element) === 0;
      if (!scene.canLieBeneath && !(isHidden && this.#canCut(background, targets[i]))) continue;
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
function holeIn({ element, anchor, whole, zoom }, { visible, box }) {
  if (isEmpty(visible)) return null;
  const anchorScale = scaleOf(anchor, borderBox(anchor));
  const scale = anchorScale * zoom;
  // The background begins where the engine snaps the box to. (In a scaled one it snaps before scaling.)
  const padding = anchorScale === 1 ? snapped(clientBox(anchor)) : clientBox(anchor);
  // A frame in a frame: its own document and the top one are cut exactly, others in between are
  // taken for the top one.
  const seen = snapped(ownerDocument(element) === document ? visible : box.clip);
  const hole = tidied(transform(seen, -padding.x / scale, -padding.y / scale, 1 / scale));
  return meet(hole, whole) ? hole : null;
}

/** The outermost window of the same origin. */
function topView() {
  let view = window;
  for (let outer = viewAround(view); outer; outer = viewAround(view)) view = outer;
  return view;
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
