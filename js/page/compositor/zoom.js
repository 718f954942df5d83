// @ts-check
/**
 * What enlarges the page: the user's zoom, and CSS `zoom`. Up to WebKit 2.50 the engine leaves both out of what it reports:
 * the user's of `devicePixelRatio`, so that the UI process tells it, and CSS's of the boxes of an element, which lie on
 * the screen as their own zoom and that of their ancestors enlarges them. Newer ones count zoom themselves.
 *
 * Asking every element for it would cost more than measuring it, so all are taken for unzoomed until a
 * frame turns out not to be: an app that zooms, zooms the page or the part that has the frame.
 *
 * @import { Rect } from "./rect.js"
 */

import { some } from "../lists.js";
import { round } from "../primordials.js";
import { computedStyle, devicePixelRatio, flatParent, styleValue, window } from "../controlled-frame/dom.js";
import { rect } from "./rect.js";

let usersZoom = 1;
let inUse = false;
let counted = false;

/** @param {boolean} counts whether the engine counts zoom in boxes, and the user's in `devicePixelRatio` */
export function setCountsZoom(counts) {
  counted = counts;
}

/** The user has zoomed the app. @param {number} factor */
export function setUsersZoom(factor) {
  usersZoom = factor;
}

/** A rectangle with its edges at those of the screen's pixels, where WebKit puts the edges of boxes. @param {Rect} r */
export function snapped({ x, y, width, height }) {
  const ratio = devicePixelRatio(window) * (counted ? 1 : usersZoom);
  /** @param {number} length */
  const snap = (length) => round(length * ratio) / ratio;
  return rect(snap(x), snap(y), snap(x + width) - snap(x), snap(y + height) - snap(y));
}

/** Looks whether some of the frames are zoomed. @param {Element[]} frames */
export function noteZoom(frames) {
  inUse = some(frames, (frame) => zoomAt(frame) !== 1);
}

/** How much CSS `zoom` enlarges an element. @param {Element} element */
export function zoomOf(element) {
  return inUse ? zoomAt(element) : 1;
}

/** How much larger an element's box is than the engine says. @param {Element} element */
export function uncountedZoomOf(element) {
  return counted ? 1 : zoomOf(element);
}

/** @param {Element} element */
function zoomAt(element) {
  let zoom = 1;
  for (let node = /** @type {Element | null} */ (element); node; node = flatParent(node)) {
    // An engine without the property, or an element that is not rendered.
    zoom *= +styleValue(computedStyle(node), "zoom") || 1;
  }
  return zoom;
}
