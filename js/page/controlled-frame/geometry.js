// @ts-check
/**
 * Where an element's content box is on the screen, and which part of it can be seen.
 *
 * @typedef {import("./rect.js").Rect} Rect
 * @typedef {import("./rect.js").RoundedRect} RoundedRect
 * @typedef {import("./rect.js").Radii} Radii
 *
 * Lengths in CSS pixels of a viewport.
 * @typedef {object} Box
 * @property {Rect} rect the content box
 * @property {RoundedRect} clip what clips it: ancestors, viewports, its own rounded corners
 * @property {boolean} visible
 * @property {number} scale of CSS transforms, 1 when there are none
 *
 * An element as the app view shows it, and how its own document lies in there:
 * `x = origin.x + origin.scale * own.x`.
 * @typedef {Box & { own: Box, origin: { x: number, y: number, scale: number } }} Placement
 */

import { abs, arrayPush, max, min, regExpExec, stringIncludes, stringStartsWith } from "../primordials.js";
import {
  clientHeight,
  clientLeft,
  clientTop,
  clientWidth,
  computedStyle,
  bodyOf,
  defaultViewOf,
  documentElementOf,
  flatParent,
  frameElementOf,
  getBoundingClientRect,
  isVisible,
  offsetHeight,
  offsetWidth,
  ownerDocument,
  rectHeight,
  rectLeft,
  rectTop,
  rectWidth,
  styleValue,
  window,
  windowHeight,
  windowWidth,
} from "./dom.js";
import { EVERYWHERE, intersectRounded, isEmpty, rect, transform } from "./rect.js";

/**
 * Measures an element in the app view's viewport, through the chain of same-origin frames.
 * @param {HTMLElement} element
 * @returns {Placement}
 */
export function measure(element) {
  const own = measureInDocument(element);
  let box = own;
  let origin = { x: 0, y: 0, scale: 1 };
  let view = window;
  for (;;) {
    const container = frameElementOf(view);
    const parent = container && defaultViewOf(ownerDocument(container));
    if (!container || !parent) return { ...box, own, origin };
    const outer = measureInDocument(/** @type {HTMLElement} */ (container));
    const { x, y } = outer.rect;
    const { scale } = outer;
    const clip = transform(box.clip, x, y, scale);
    /** @type {Radii} */
    const radii = [0, 0, 0, 0];
    for (let i = 0; i < 4; i++) radii[i] = box.clip.radii[i] * scale;
    box = {
      rect: transform(box.rect, x, y, scale),
      clip: intersectRounded([{ ...clip, radii }, outer.clip]),
      visible: box.visible && outer.visible,
      scale: box.scale * scale,
    };
    origin = { x: x + origin.x * scale, y: y + origin.y * scale, scale: origin.scale * scale };
    view = parent;
  }
}

/**
 * The border box of an element in its own viewport.
 * @param {Element} element
 */
export function borderBox(element) {
  const r = getBoundingClientRect(element);
  return rect(rectLeft(r), rectTop(r), rectWidth(r), rectHeight(r));
}

/**
 * How much transforms enlarge an element.
 * @param {Element} element
 * @param {Rect} border its border box
 */
export function scaleOf(element, border) {
  const width = offsetWidth(/** @type {HTMLElement} */ (element));
  const height = offsetHeight(/** @type {HTMLElement} */ (element));
  // offsetWidth is rounded: a difference within that is none.
  if (width && abs(border.width - width) > 0.51) return border.width / width;
  if (height && abs(border.height - height) > 0.51) return border.height / height;
  return 1;
}

/** @param {HTMLElement} element @returns {Box} */
function measureInDocument(element) {
  const style = computedStyle(element);
  const border = borderBox(element);
  const scale = scaleOf(element, border);
  /** @param {string} name */
  const length = (name) => pixels(styleValue(style, name)) * scale;
  const edge = {
    left: length("border-left-width") + length("padding-left"),
    top: length("border-top-width") + length("padding-top"),
    right: length("border-right-width") + length("padding-right"),
    bottom: length("border-bottom-width") + length("padding-bottom"),
  };
  const content = rect(
    border.x + edge.left,
    border.y + edge.top,
    max(0, border.width - edge.left - edge.right),
    max(0, border.height - edge.top - edge.bottom),
  );
  const corners = radiiOf(style, border, scale);
  /** @type {Radii} */
  const radii = [
    max(0, corners[0] - max(edge.left, edge.top)),
    max(0, corners[1] - max(edge.right, edge.top)),
    max(0, corners[2] - max(edge.right, edge.bottom)),
    max(0, corners[3] - max(edge.left, edge.bottom)),
  ];
  const clips = [{ ...content, radii }];
  addAncestorClips(element, style, border, clips);
  const clip = intersectRounded(clips);
  return { rect: content, clip, scale, visible: !isEmpty(clip) && isVisible(element) };
}

/**
 * @param {HTMLElement} element
 * @param {CSSStyleDeclaration} ownStyle
 * @param {Rect} border
 * @param {RoundedRect[]} into
 */
function addAncestorClips(element, ownStyle, border, into) {
  const document = ownerDocument(element);
  const view = document && defaultViewOf(document);
  if (!document || !view) return;
  const root = documentElementOf(document);
  arrayPush(into, { x: 0, y: 0, width: windowWidth(view), height: windowHeight(view), radii: [0, 0, 0, 0] });

  const own = insetClip(ownStyle, border, 1);
  if (own) arrayPush(into, own);
  // An absolutely positioned box is clipped only from its containing block upwards.
  let position = styleValue(ownStyle, "position");
  let ancestor = flatParent(element);
  for (; ancestor && ancestor !== root; ancestor = flatParent(ancestor)) {
    const style = computedStyle(ancestor);
    if (styleValue(style, "display") === "contents") continue;
    const ancestorPosition = styleValue(style, "position");
    if (position === "fixed" || position === "absolute") {
      const contains = (position === "absolute" && ancestorPosition !== "static") || containsFixed(style);
      if (!contains) continue;
    }
    position = ancestorPosition;
    const clip = clipOf(ancestor, style, root);
    if (clip) arrayPush(into, clip);
  }
}

/**
 * Whether fixed descendants are laid out in this box (https://drafts.csswg.org/css-transforms/#containing-block-for-all-descendants).
 * @param {CSSStyleDeclaration} style
 */
function containsFixed(style) {
  return (
    styleValue(style, "transform") !== "none" ||
    !isNone(styleValue(style, "translate")) ||
    !isNone(styleValue(style, "scale")) ||
    !isNone(styleValue(style, "rotate")) ||
    !isNone(styleValue(style, "perspective")) ||
    !isNone(styleValue(style, "filter")) ||
    containsPaint(style) ||
    stringIncludes(styleValue(style, "contain"), "layout")
  );
}

/** @param {string} value */
const isNone = (value) => value === "none" || value === "";

/** @param {CSSStyleDeclaration} style */
function containsPaint(style) {
  const contain = styleValue(style, "contain");
  return contain === "strict" || contain === "content" || stringIncludes(contain, "paint");
}

/**
 * @param {Element} ancestor
 * @param {CSSStyleDeclaration} style
 * @param {Element | null} root
 * @returns {RoundedRect | null} null when it clips nothing
 */
function clipOf(ancestor, style, root) {
  const overflowX = styleValue(style, "overflow-x");
  const overflowY = styleValue(style, "overflow-y");
  const paint = containsPaint(style);
  let horizontally = overflowX !== "visible" || paint;
  let vertically = overflowY !== "visible" || paint;
  // The overflow of body goes to the viewport when the root element has none.
  if (!paint && root && ancestor === bodyOf(/** @type {Document} */ (ownerDocument(ancestor)))) {
    const rootStyle = computedStyle(root);
    if (
      styleValue(rootStyle, "overflow-x") === "visible" &&
      styleValue(rootStyle, "overflow-y") === "visible"
    ) {
      horizontally = vertically = false;
    }
  }
  const clipPath = styleValue(style, "clip-path");
  if (!horizontally && !vertically && isNone(clipPath)) return null;

  const border = borderBox(ancestor);
  const scale = scaleOf(ancestor, border);
  const clips = [];
  const inset = insetClip(style, border, scale);
  if (inset) clips[0] = inset;
  if (horizontally || vertically) {
    const padding = {
      x: border.x + clientLeft(ancestor) * scale,
      y: border.y + clientTop(ancestor) * scale,
      width: clientWidth(ancestor) * scale,
      height: clientHeight(ancestor) * scale,
    };
    const edges = max(clientLeft(ancestor), clientTop(ancestor)) * scale;
    const corners = radiiOf(style, border, scale);
    /** @type {Radii} */
    const radii = [0, 0, 0, 0];
    for (let i = 0; i < 4; i++) radii[i] = horizontally && vertically ? max(0, corners[i] - edges) : 0;
    clips[clips.length] = {
      x: horizontally ? padding.x : EVERYWHERE.x,
      y: vertically ? padding.y : EVERYWHERE.y,
      width: horizontally ? padding.width : EVERYWHERE.width,
      height: vertically ? padding.height : EVERYWHERE.height,
      radii,
    };
  }
  return clips.length ? intersectRounded(clips) : null;
}

const INSET = /^inset\(([^)]*?)(?: round ([^)]*))?\)$/;
const LENGTHS = /^(\S+)(?: (\S+))?(?: (\S+))?(?: (\S+))?$/;

/**
 * The rectangle of `clip-path: inset(…)`. Other shapes cannot be said to the compositor as a rounded
 * rectangle, and are left out.
 * @param {CSSStyleDeclaration} style
 * @param {Rect} border
 * @param {number} scale
 * @returns {RoundedRect | null}
 */
function insetClip(style, border, scale) {
  const value = styleValue(style, "clip-path");
  if (!stringStartsWith(value, "inset(")) return null;
  const parts = regExpExec(INSET, value);
  const sides = parts && regExpExec(LENGTHS, parts[1]);
  if (!parts || !sides) return null;
  /** @param {string | undefined} text @param {number} whole */
  const length = (text, whole) => resolve(text ?? "0px", whole, scale);
  const top = length(sides[1], border.height);
  const right = length(sides[2] ?? sides[1], border.width);
  const bottom = length(sides[3] ?? sides[1], border.height);
  const left = length(sides[4] ?? sides[2] ?? sides[1], border.width);
  const rounds = parts[2] ? regExpExec(LENGTHS, parts[2]) : null;
  /** @param {number} i @param {number} j @param {number} k */
  const corner = (i, j, k) =>
    rounds ? length(rounds[i] ?? rounds[j] ?? rounds[k] ?? rounds[1], min(border.width, border.height)) : 0;
  return {
    x: border.x + left,
    y: border.y + top,
    width: border.width - left - right,
    height: border.height - top - bottom,
    radii: [corner(1, 1, 1), corner(2, 1, 1), corner(3, 1, 1), corner(4, 2, 1)],
  };
}

/** @param {CSSStyleDeclaration} style @param {Rect} border @param {number} scale @returns {Radii} */
function radiiOf(style, border, scale) {
  /** @param {string} name */
  const radius = (name) => {
    const parts = regExpExec(LENGTHS, styleValue(style, name));
    if (!parts) return 0;
    // The compositor knows circular corners; an elliptic one is taken at its smaller radius.
    const horizontal = resolve(parts[1], border.width, scale);
    const vertical = parts[2]
      ? resolve(parts[2], border.height, scale)
      : resolve(parts[1], border.height, scale);
    return min(horizontal, vertical);
  };
  /** @type {Radii} */
  const radii = [
    radius("border-top-left-radius"),
    radius("border-top-right-radius"),
    radius("border-bottom-right-radius"),
    radius("border-bottom-left-radius"),
  ];
  const limit = min(border.width, border.height) / 2;
  for (let i = 0; i < 4; i++) radii[i] = min(radii[i], limit);
  return radii;
}

/** @param {string} text a computed length or percentage @param {number} whole @param {number} scale */
function resolve(text, whole, scale) {
  const parts = regExpExec(/^(-?[\d.]+(?:e-?\d+)?)(px|%)?$/, text);
  if (!parts) return 0;
  return parts[2] === "%" ? (+parts[1] / 100) * whole : +parts[1] * scale;
}

/** @param {string} text */
function pixels(text) {
  return resolve(text, 0, 1);
}
