// @ts-check
/**
 * How a frame and its content fit each other: `autosize` with its bounds, `allowscaling` and `allowtransparency`.
 */

import { dispatchEvent, parseInt } from "../primordials.js";
import { getAttribute, hasAttribute, offsetOf, setStyle } from "./dom.js";
import { createEvent } from "./events.js";

/** @import { Events, Fit } from "../../generated/bridge.js" */

/** The attributes that say how. */
const NAMES = ["autosize", "minwidth", "minheight", "maxwidth", "maxheight", "allowscaling", "allowtransparency"];

/** No window is larger, in pixels. */
const LARGEST = 65535;

/** Whether an attribute says how a frame and its content fit. @param {string} name */
export function isFitAttribute(name) {
  for (let i = 0; i < NAMES.length; i++) if (NAMES[i] === name) return true;
  return false;
}

/** What the attributes of an element say. @param {HTMLElement} element @returns {Fit} */
export const fitOf = (element) => ({
  autosize: hasAttribute(element, "autosize") ? boundsOf(element) : undefined,
  scaling: hasAttribute(element, "allowscaling"),
  transparent: hasAttribute(element, "allowtransparency"),
});

/** Whether that is what a frame is without being told. @param {Fit} fit */
export const isPlain = ({ autosize, scaling, transparent }) => !autosize && !scaling && !transparent;

/**
 * As in Chromium a length without an upper bound has its lower one; one without either is not the content's to decide.
 * @param {HTMLElement} element
 */
function boundsOf(element) {
  const { width, height } = offsetOf(element);
  const [minWidth, maxWidth] = rangeOf(element, "minwidth", "maxwidth", width);
  const [minHeight, maxHeight] = rangeOf(element, "minheight", "maxheight", height);
  return { minWidth, minHeight, maxWidth, maxHeight };
}

/**
 * @param {HTMLElement} element
 * @param {string} least
 * @param {string} most
 * @param {number} own what it has without bounds
 */
function rangeOf(element, least, most, own) {
  const [from, to] = [lengthOf(element, least), lengthOf(element, most)];
  if (!from && !to) return [limited(own), limited(own)];
  return [limited(from), limited(to > from ? to : from)];
}

/** @param {HTMLElement} element @param {string} name */
const lengthOf = (element, name) => parseInt(getAttribute(element, name) ?? "") || 0;

/** @param {number} length */
const limited = (length) => (length < 1 ? 1 : length > LARGEST ? LARGEST : length);

/**
 * The content has another size, and the element gets it.
 * @param {HTMLElement} element
 * @param {Events["frame.contentsize"]} size
 */
export function fitToContent(element, { width, height }) {
  const { width: oldWidth, height: oldHeight } = offsetOf(element);
  if (oldWidth === width && oldHeight === height) return;
  setStyle(element, "width", `${width}px`);
  setStyle(element, "height", `${height}px`);
  const sizes = { __proto__: null, oldWidth, oldHeight, newWidth: width, newHeight: height };
  dispatchEvent(element, createEvent("sizechanged", sizes));
  dispatchEvent(element, createEvent("contentresize", sizes));
}
