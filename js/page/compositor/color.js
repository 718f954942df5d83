// @ts-check
/**
 * Computed colours as numbers.
 *
 * @typedef {[red: number, green: number, blue: number, alpha: number]} Color the first three 0 to
 *   255, alpha 0 to 1
 */

import {
  Map,
  getterOf,
  mapGet,
  mapSet,
  mapSize,
  regExpExec,
  round,
  setterOf,
  uncurryThis,
} from "../primordials.js";
import { createElement, document } from "../controlled-frame/dom.js";

const LEGACY = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.e-]+))?\)$/;

/** Colours in notations that only the engine can convert. @type {Map<string, Color>} */
const converted = new Map();

/**
 * @param {string} text a computed colour
 * @returns {Color}
 */
export function parseColor(text) {
  const legacy = regExpExec(LEGACY, text);
  if (legacy) return [+legacy[1], +legacy[2], +legacy[3], legacy[4] === undefined ? 1 : +legacy[4]];
  if (text === "transparent" || text === "") return [0, 0, 0, 0];
  let color = mapGet(converted, text);
  if (!color) {
    color = paint(text);
    // A page that animates a colour would otherwise fill the map.
    if (mapSize(converted) < 256) mapSet(converted, text, color);
  }
  return color;
}

/**
 * `top` painted over `bottom`.
 * @param {Color} bottom
 * @param {Color} top
 * @returns {Color}
 */
export function over(bottom, top) {
  const alpha = top[3] + bottom[3] * (1 - top[3]);
  if (alpha === 0) return [0, 0, 0, 0];
  /** @param {0 | 1 | 2} i */
  const mix = (i) => round((top[i] * top[3] + bottom[i] * bottom[3] * (1 - top[3])) / alpha);
  return [mix(0), mix(1), mix(2), alpha];
}

const { HTMLCanvasElement, CanvasRenderingContext2D, ImageData } = globalThis;
const getContext = HTMLCanvasElement && uncurryThis(HTMLCanvasElement.prototype.getContext);
const prototype = CanvasRenderingContext2D?.prototype;
const setFillStyle = prototype && setterOf(prototype, "fillStyle");
const fillRect = prototype && uncurryThis(prototype.fillRect);
const clearRect = prototype && uncurryThis(prototype.clearRect);
const getImageData = prototype && uncurryThis(prototype.getImageData);
const imageDataBytes = ImageData && getterOf(ImageData.prototype, "data");

/** @type {CanvasRenderingContext2D} */
let context;

/**
 * oklch(), color(), lab()…: paints a pixel and looks at it.
 * @param {string} text
 * @returns {Color}
 */
function paint(text) {
  try {
    const options = { __proto__: null, willReadFrequently: true };
    context ??= /** @type {any} */ (getContext)(createElement(document, "canvas"), "2d", options);
    clearRect(context, 0, 0, 1, 1);
    setFillStyle(context, text);
    fillRect(context, 0, 0, 1, 1);
    const bytes = imageDataBytes(getImageData(context, 0, 0, 1, 1));
    return [bytes[0], bytes[1], bytes[2], bytes[3] / 255];
  } catch {
    return [255, 255, 255, 1];
  }
}
