// @ts-check
/**
 * What clips an element: ancestors with their overflow and containment, `clip-path`, round corners.
 *
 * @typedef {import("./rect.js").Rect} Rect
 * @typedef {import("./rect.js").RoundedRect} RoundedRect
 * @typedef {import("./rect.js").Radii} Radii
 */

import { max, min, regExpExec, stringIncludes, stringStartsWith } from "../primordials.js";
import {
  bodyOf,
  clientHeight,
  clientLeft,
  clientTop,
  clientWidth,
  computedStyle,
  documentElementOf,
  flatParent,
  ownerDocument,
  styleValue,
} from "../controlled-frame/dom.js";
import { EVERYWHERE, intersectRounded } from "./rect.js";

/**
 * Calls back for each ancestor that may clip an element.
 * @param {HTMLElement} element
 * @param {CSSStyleDeclaration} ownStyle
 * @param {(ancestor: Element, style: CSSStyleDeclaration) => void} callback
 */
export function eachClippingAncestor(element, ownStyle, callback) {
  const root = documentElementOf(ownerDocument(element));
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
    callback(ancestor, style);
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
 * @param {Rect} border its border box
 * @param {number} scale
 * @returns {RoundedRect | null} null when it clips nothing
 */
export function clipOf(ancestor, style, border, scale) {
  const overflowX = styleValue(style, "overflow-x");
  const overflowY = styleValue(style, "overflow-y");
  const paint = containsPaint(style);
  let horizontally = overflowX !== "visible" || paint;
  let vertically = overflowY !== "visible" || paint;
  // The overflow of body goes to the viewport when the root element has none.
  const root = documentElementOf(ownerDocument(ancestor));
  if (!paint && root && ancestor === bodyOf(ownerDocument(ancestor))) {
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
export function insetClip(style, border, scale) {
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
export function radiiOf(style, border, scale) {
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
export function pixels(text) {
  return resolve(text, 0, 1);
}
