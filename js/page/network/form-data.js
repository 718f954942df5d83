// @ts-check
/**
 * multipart/form-data (https://html.spec.whatwg.org/#multipart-form-data). WebKit sends such forms
 * itself, but cannot give their bytes to a script when there are files in them.
 */

import { Blob, Uint8Array, arrayPush, regExpExec, stringSlice } from "../primordials.js";
import { blobType, fileName, formDataForEach, formDataHas, getRandomValues } from "./primordials.js";

/** @param {unknown} value @returns {FormData | null} */
export function asFormData(value) {
  try {
    formDataHas(/** @type {FormData} */ (value), "a");
  } catch {
    return null;
  }
  return /** @type {FormData} */ (value);
}

/**
 * @param {FormData} form
 * @returns {Blob} the encoded form; its type names the boundary
 */
export function encodeFormData(form) {
  // In small letters: a Blob has its type in no others, and a boundary is compared letter by letter.
  const boundary = `----insulaformboundary${randomHex()}`;
  /** @type {(string | Blob)[]} */
  const parts = [];
  formDataForEach(form, (value, name) => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(normalized(name))}"`;
    if (typeof value === "string") {
      arrayPush(parts, `${head}\r\n\r\n${normalized(value)}\r\n`);
    } else {
      const type = blobType(value) || "application/octet-stream";
      arrayPush(
        parts,
        `${head}; filename="${quoted(fileName(value))}"\r\nContent-Type: ${type}\r\n\r\n`,
        value,
        "\r\n",
      );
    }
  });
  arrayPush(parts, `--${boundary}--\r\n`);
  const options = { __proto__: null, type: `multipart/form-data; boundary=${boundary}` };
  return new Blob(parts, /** @type {any} */ (options));
}

function randomHex() {
  const bytes = getRandomValues(new Uint8Array(12));
  let text = "";
  for (let i = 0; i < bytes.length; i++)
    text += "0123456789abcdef"[bytes[i] >> 4] + "0123456789abcdef"[bytes[i] & 15];
  return text;
}

/** Line breaks as CRLF, whatever they were. @param {string} text */
const normalized = (text) => replaceEach(text, /^([^]*?)(\r\n|\r|\n)/, () => "\r\n");

/** A name between quotes, escaped as HTML says. @param {string} text */
const quoted = (text) =>
  replaceEach(text, /^([^]*?)(["\r\n])/, (found) => (found === '"' ? "%22" : found === "\r" ? "%0D" : "%0A"));

/**
 * String.prototype.replace without the methods that it looks up on the pattern.
 * @param {string} text
 * @param {RegExp} pattern anchored; group 1 is what comes before group 2, which is replaced
 * @param {(found: string) => string} replacement
 */
function replaceEach(text, pattern, replacement) {
  let result = "";
  let rest = text;
  for (;;) {
    const match = regExpExec(pattern, rest);
    if (!match) return result + rest;
    result += match[1] + replacement(match[2]);
    rest = stringSlice(rest, match[0].length);
  }
}
