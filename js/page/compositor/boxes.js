// @ts-check
/**
 * The boxes of an element in its own viewport.
 *
 * @typedef {import("./rect.js").Rect} Rect
 * @typedef {import("./rect.js").Edges} Edges
 */

import { map } from "../lists.js";
import { abs } from "../primordials.js";
import {
  clientHeight,
  clientLeft,
  clientTop,
  clientWidth,
  getBoundingClientRect,
  offsetHeight,
  offsetWidth,
  rectHeight,
  rectLeft,
  rectTop,
  rectWidth,
  styleValue,
} from "../controlled-frame/dom.js";
import { pixels } from "./length.js";
import { rect } from "./rect.js";
import { uncountedZoomOf } from "./zoom.js";

/** The border box of an element. @param {Element} element */
export function borderBox(element) {
  const r = getBoundingClientRect(element);
  const zoom = uncountedZoomOf(element);
  return rect(rectLeft(r) * zoom, rectTop(r) * zoom, rectWidth(r) * zoom, rectHeight(r) * zoom);
}

/**
 * How much transforms and `zoom` enlarge an element.
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

/**
 * The padding box of an element without its scrollbars.
 * @param {Element} element
 * @param {Rect} border its border box
 * @param {number} scale
 */
export const clientBox = (element, border, scale) =>
  rect(
    border.x + clientLeft(element) * scale,
    border.y + clientTop(element) * scale,
    clientWidth(element) * scale,
    clientHeight(element) * scale,
  );

/** @param {CSSStyleDeclaration} style */
export const bordersOf = (style) => edges((edge) => pixels(styleValue(style, `border-${edge}-width`)));

/** @param {CSSStyleDeclaration} style */
export const paddingsOf = (style) => edges((edge) => pixels(styleValue(style, `padding-${edge}`)));

/**
 * What is between an element's border box and its content box.
 * @param {CSSStyleDeclaration} style
 * @param {number} scale
 */
export function insetsOf(style, scale) {
  const borders = bordersOf(style);
  const paddings = paddingsOf(style);
  return edges((_, i) => (borders[i] + paddings[i]) * scale);
}

const EDGES = ["top", "right", "bottom", "left"];

/** @param {(edge: string, i: number) => number} length @returns {Edges} */
const edges = (length) => /** @type {Edges} */ (map(EDGES, length));
