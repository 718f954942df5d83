// @ts-check
/**
 * How the page's pixels fall on the screen's. Where `devicePixelRatio` leaves the user's zoom out, it is
 * as the UI process tells it.
 *
 * @import { Rect } from "./rect.js"
 */

import { round } from "../primordials.js";
import { devicePixelRatio, window } from "../controlled-frame/dom.js";
import { rect } from "./rect.js";
import { countsZoom } from "./zoom.js";

let zoom = 1;

/** The user has zoomed the app. @param {number} factor */
export function setZoom(factor) {
  zoom = factor;
}

/** A length to the next edge of the screen's pixels, where WebKit puts the edges of boxes. @param {number} length */
export function snap(length) {
  const ratio = devicePixelRatio(window) * (countsZoom() ? 1 : zoom);
  return round(length * ratio) / ratio;
}

/** A rectangle with its edges there. @param {Rect} r */
export const snapped = ({ x, y, width, height }) =>
  rect(snap(x), snap(y), snap(x + width) - snap(x), snap(y + height) - snap(y));
