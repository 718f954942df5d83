// @ts-check
/**
 * Computed lengths and lists of values. Pure: works on texts.
 *
 * @typedef {{ share: number, pixels: number }} Length a share of a whole, and pixels
 */

import { arrayPush, regExpExec, stringCharCodeAt, stringSlice } from "../primordials.js";

const LENGTH = /^(-?[\d.]+(?:e-?\d+)?)(px|%)?$/;
const SUM = /^calc\((-?[\d.]+)% ([+-]) ([\d.]+)px\)$/;

/**
 * @param {string} text a computed length, percentage, or sum of both
 * @returns {Length | null}
 */
export function parseLength(text) {
  const single = regExpExec(LENGTH, text);
  if (single) {
    return single[2] === "%" ? { share: +single[1] / 100, pixels: 0 } : { share: 0, pixels: +single[1] };
  }
  const sum = regExpExec(SUM, text);
  return sum && { share: +sum[1] / 100, pixels: sum[2] === "-" ? -sum[3] : +sum[3] };
}

/**
 * @param {string} text
 * @param {number} whole of which a percentage is meant
 * @param {number} scale of pixels
 * @returns {number} NaN when it is no length
 */
export function lengthIn(text, whole, scale = 1) {
  const length = parseLength(text);
  return length ? length.share * whole + length.pixels * scale : NaN;
}

/** The pixels of a length; 0 when it is none. @param {string} text */
export const pixels = (text) => lengthIn(text, 0) || 0;

/**
 * Splits at the top level of parentheses.
 * @param {string} text
 * @param {string} separator one character; white space after it is dropped
 */
export function splitList(text, separator) {
  /** @type {string[]} */
  const items = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const character = text[i];
    if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (i === text.length || (character === separator && depth === 0)) {
      arrayPush(items, stringSlice(text, start, i));
      while (stringCharCodeAt(text, i + 1) === 32) i++;
      start = i + 1;
    }
  }
  return items;
}
