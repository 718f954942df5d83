// @ts-check
/** Addresses as they are written (RFC 4291 §2.2, and four decimal numbers). */

import { URL, regExpExec, urlHostname } from "../primordials.js";

const FOUR_NUMBERS = /^\d{1,3}(\.\d{1,3}){3}$/;
const HEXADECIMAL = /^[0-9a-f:.]+$/i;

/**
 * Whether a text is an address, and no name.
 * @param {string} text
 */
export function isAddress(text) {
  try {
    if (regExpExec(FOUR_NUMBERS, text)) return urlHostname(new URL(`http://${text}`)) === text;
    // Throws unless it is one.
    return regExpExec(HEXADECIMAL, text) !== null && urlHostname(new URL(`http://[${text}]`)) !== "";
  } catch {
    return false;
  }
}
