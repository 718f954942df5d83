// @ts-check
/**
 * The boxes of an element in its own viewport.
 *
 * @import { Edges, Rect } from "./rect.js"
 */

import { map } from "../lists.js";
import { abs } from "../primordials.js";
import {
  clientOf,
  getBoundingClientRect,
  offsetOf,
  rectOf,
  styleValue,
  window,
  windowHeight,
  windowWidth,
} from "../controlled-frame/dom.js";
import { pixels } from "./length.js";
import { rect, transform } from "./rect.js";
import { uncountedZoomOf } from "./zoom.js";

/** The border box of an element. @param {Element} element */
export function borderBox(element) {
  return transform(rectOf(getBoundingClientRect(element)), 0, 0, uncountedZoomOf(element));
}

/** The viewport of a window. @param {Window} [view] */
export const viewportOf = (view = window) => rect(0, 0, windowWidth(view), windowHeight(view));

/**
 * How much transforms and `zoom` enlarge an element; 1 when nothing is left of it.
 * @param {Element} element
 * @param {Rect} border its border box
 */
export function scaleOf(element, border) {
  const { width, height } = offsetOf(element);
  // That is rounded: a difference within that is none.
  if (width && abs(border.width - width) > 0.51) return border.width / width || 1;
  if (height && abs(border.height - height) > 0.51) return border.height / height || 1;
  return 1;
}

/**
 * The padding box of an element without its scrollbars.
 * @param {Element} element
 * @param {Rect} [border] its border box
 * @param {number} [scale]
 */
export const clientBox = (element, border = borderBox(element), scale = scaleOf(element, border)) =>
  transform(clientOf(element), border.x, border.y, scale);

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
