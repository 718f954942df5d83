// @ts-check
/**
 * CSS `zoom`, and what the engine makes of it. Up to WebKit 2.50 it reports the boxes of an element in
 * pixels that its own zoom and that of its ancestors do not enlarge; where it lies on the screen, they
 * do. Newer ones count zoom themselves.
 *
 * Asking every element for it would cost more than measuring it, so all are taken for unzoomed until a
 * frame turns out not to be: an app that zooms, zooms the page or the part that has the frame.
 */

import { computedStyle, flatParent, styleValue } from "../controlled-frame/dom.js";

let inUse = false;
let counted = false;

/** @param {boolean} counts whether the engine counts zoom in boxes, and the user's in `devicePixelRatio` */
export function setCountsZoom(counts) {
  counted = counts;
}

/** Whether the engine counts zoom in boxes, and the user's in `devicePixelRatio`. */
export const countsZoom = () => counted;

/** Nothing is zoomed until `noteZoom` finds out. */
export function forgetZoom() {
  inUse = false;
}

/** Looks whether an element is zoomed. @param {Element} element */
export function noteZoom(element) {
  inUse ||= zoomAt(element) !== 1;
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
