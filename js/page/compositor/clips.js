// @ts-check
/**
 * What clips an element: ancestors with their overflow and containment, `clip-path`, round corners.
 *
 * @import { Radii, Rect, RoundedRect } from "./rect.js"
 */

import { some } from "../lists.js";
import { max, min, regExpExec } from "../primordials.js";
import { bodyOf, computedStyle, documentElementOf, flatParent, ownerDocument, styleValue } from "../controlled-frame/dom.js";
import { borderBox, clientBox, scaleOf } from "./boxes.js";
import { containsPaint, containsPositioned } from "./effects.js";
import { lengthIn, splitList } from "./length.js";
import { EVERYWHERE, corners, inset, intersectRounded, square } from "./rect.js";

/**
 * Calls back for each ancestor that may clip an element.
 * @param {Element} element
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
    if ((position === "fixed" || position === "absolute") && !containsPositioned(style, position)) continue;
    position = styleValue(style, "position");
    callback(ancestor, style);
  }
}

/**
 * @param {Element} ancestor
 * @param {CSSStyleDeclaration} style
 * @param {Rect} [border] its border box
 * @param {number} [scale]
 * @returns {RoundedRect | null} null when it clips nothing
 */
export function clipOf(ancestor, style, border = borderBox(ancestor), scale = scaleOf(ancestor, border)) {
  const isClipping = containsPaint(style);
  const isAsked = isClipping || !givesOverflowAway(ancestor);
  const horizontally = isClipping || (isAsked && styleValue(style, "overflow-x") !== "visible");
  const vertically = isClipping || (isAsked && styleValue(style, "overflow-y") !== "visible");
  const path = insetClip(style, border, scale);
  if (!horizontally && !vertically) return path;

  const client = clientBox(ancestor, border, scale);
  const edges = max(client.x - border.x, client.y - border.y);
  const radii = radiiOf(style, border, scale);
  /** @type {RoundedRect} */
  const overflow = {
    x: horizontally ? client.x : EVERYWHERE.x,
    y: vertically ? client.y : EVERYWHERE.y,
    width: horizontally ? client.width : EVERYWHERE.width,
    height: vertically ? client.height : EVERYWHERE.height,
    radii: corners((i) => (horizontally && vertically ? max(0, radii[i] - edges) : 0)),
  };
  return path ? intersectRounded([path, overflow]) : overflow;
}

/** Whether an element is a body whose overflow is the viewport's: the root element has none. @param {Element} element */
function givesOverflowAway(element) {
  const owner = ownerDocument(element);
  const root = documentElementOf(owner);
  if (!root || element !== bodyOf(owner)) return false;
  const style = computedStyle(root);
  return styleValue(style, "overflow-x") === "visible" && styleValue(style, "overflow-y") === "visible";
}

const INSET = /^inset\(([^)]*?)(?: round ([^)]*))?\)$/;

/**
 * The rectangle of `clip-path: inset(…)`. Other shapes cannot be said to the compositor as a rounded
 * rectangle, and are left out.
 * @param {CSSStyleDeclaration} style
 * @param {Rect} border
 * @param {number} scale
 * @returns {RoundedRect | null}
 */
export function insetClip(style, border, scale) {
  const parts = regExpExec(INSET, styleValue(style, "clip-path"));
  if (!parts) return null;
  const sides = fourOf(parts[1]);
  const rounds = fourOf(parts[2] ?? "0px");
  const edges = corners((i) => lengthIn(sides[i], i % 2 ? border.width : border.height, scale) || 0);
  return {
    ...inset(square(border), edges),
    radii: corners((i) => lengthIn(rounds[i], min(border.width, border.height), scale) || 0),
  };
}

/** One to four values as CSS has them for four edges or corners. @param {string} text */
function fourOf(text) {
  const parts = splitList(text, " ");
  const second = parts[1] ?? parts[0];
  return [parts[0], second, parts[2] ?? parts[0], parts[3] ?? second];
}

const CORNERS = ["top-left", "top-right", "bottom-right", "bottom-left"];

/** @param {CSSStyleDeclaration} style */
export const hasRoundCorners = (style) =>
  some(CORNERS, (corner) => styleValue(style, `border-${corner}-radius`) !== "0px");

/** @param {CSSStyleDeclaration} style @param {Rect} border @param {number} scale @returns {Radii} */
export function radiiOf(style, border, scale) {
  const limit = min(border.width, border.height) / 2;
  return corners((i) => {
    const parts = splitList(styleValue(style, `border-${CORNERS[i]}-radius`), " ");
    // The compositor knows circular corners; an elliptic one is taken at its smaller radius.
    const horizontal = lengthIn(parts[0], border.width, scale) || 0;
    const vertical = lengthIn(parts[1] ?? parts[0], border.height, scale) || 0;
    return min(min(horizontal, vertical), limit);
  });
}
