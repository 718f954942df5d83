// @ts-check
/**
 * The boxes of an element in its own viewport.
 *
 * @import { Edges, Rect } from "./rect.js"
 */

import { map } from "../lists.js";
import { abs } from "../primordials.js";
import {
  bodyOf,
  clientOf,
  computedStyle,
  documentElementOf,
  getBoundingClientRect,
  offsetOf,
  rectOf,
  scrollingElementOf,
  styleValue,
  window,
  windowHeight,
  windowWidth,
} from "../controlled-frame/dom.js";
import { pixels } from "./length.js";
import { rect, transform } from "./rect.js";
import { uncountedZoomOf, zoomOf } from "./zoom.js";

/** The border box of an element. @param {Element} element */
export function borderBox(element) {
  return transform(rectOf(getBoundingClientRect(element)), 0, 0, uncountedZoomOf(element));
}

/** The viewport of a window, without scrollbars. @param {Window} [view] */
export function viewportOf(view = window) {
  const width = windowWidth(view);
  const height = windowHeight(view);
  const scroller = scrollingElementOf(view.document);
  if (!scroller) return rect(0, 0, width, height);
  const inside = transform(clientOf(scroller), 0, 0, zoomOf(scroller));
  return rect(0, 0, withoutBar(width, inside.width), withoutBar(height, inside.height));
}

/** Client lengths are whole pixels: a difference within that is no scrollbar. @param {number} whole @param {number} inside */
const withoutBar = (whole, inside) => (whole - inside < 2 ? whole : inside);

/**
 * How far to the right in a window its viewport begins: where text runs from right to left, the scrollbar is on the left.
 * @param {Window} view
 */
export function viewportStart(view) {
  const text = bodyOf(view.document) ?? documentElementOf(view.document);
  const isFromRight = text && styleValue(computedStyle(text), "direction") === "rtl";
  return isFromRight ? windowWidth(view) - viewportOf(view).width : 0;
}

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

/**
 * The part of an element in which its content scrolls. In its client box the engine leaves out how far a scrollbar on the
 * left moves that.
 * @param {Element} element
 * @param {CSSStyleDeclaration} style
 * @param {Rect} border its border box
 * @param {number} scale
 */
export function scrollportOf(element, style, border, scale) {
  const box = clientBox(element, border, scale);
  if (styleValue(style, "direction") !== "rtl") return box;
  const borders = bordersOf(style);
  const bar = border.width - box.width - (borders[1] + borders[3]) * scale;
  return bar < 2 ? box : { ...box, x: border.x + borders[3] * scale + bar };
}

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
