// @ts-check
/** Headers as a page gives them (https://fetch.spec.whatwg.org/#typedefdef-headersinit), as a list. */

import {
  TypeError,
  arrayPush,
  getOwnPropertyDescriptor,
  isArray,
  ownKeys,
  regExpExec,
  symbolIterator,
} from "../primordials.js";
import { headersForEach, headersHas } from "./primordials.js";
import { toDOMString } from "../webidl.js";

/** @typedef {[name: string, value: string]} Header */

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FORBIDDEN_VALUE = /[\0\r\n\u0100-\uffff]/;
const WHITESPACE_AROUND = /^[\t\n\r ]*([^]*?)[\t\n\r ]*$/;

/** Whether HTTP takes it for a name. @param {string} text */
export function isToken(text) {
  return regExpExec(TOKEN, text) !== null;
}

/**
 * HeadersInit: a Headers object, a sequence of pairs or a record.
 * @param {unknown} value
 * @param {string} context
 * @returns {Header[]}
 */
export function convertHeaders(value, context) {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") {
    throw new TypeError(`${context}: The provided headers are not of type 'HeadersInit'.`);
  }
  const fromHeaders = tryListOf(value);
  if (fromHeaders) return fromHeaders;
  /** @type {Header[]} */
  const headers = [];
  if (/** @type {any} */ (value)[symbolIterator] !== undefined) {
    for (const pair of /** @type {Iterable<Iterable<unknown>>} */ (value)) {
      const parts = isArray(pair) ? pair : [...pair];
      if (parts.length !== 2) throw new TypeError(`${context}: A header needs a name and a value.`);
      addHeader(headers, context, toDOMString(parts[0]), toDOMString(parts[1]));
    }
    return headers;
  }
  const names = ownKeys(value);
  for (let i = 0; i < names.length; i++) {
    if (!getOwnPropertyDescriptor(value, names[i])?.enumerable) continue;
    addHeader(headers, context, toDOMString(names[i]), toDOMString(/** @type {any} */ (value)[names[i]]));
  }
  return headers;
}

/** @param {object} value @returns {Header[] | null} null when it is no Headers object */
function tryListOf(value) {
  try {
    headersHas(/** @type {Headers} */ (value), "a");
  } catch {
    return null;
  }
  return listOf(/** @type {Headers} */ (value));
}

/** @param {Headers} headers @returns {Header[]} */
export function listOf(headers) {
  /** @type {Header[]} */
  const list = [];
  headersForEach(headers, (value, name) => void arrayPush(list, [name, value]));
  return list;
}

/** @param {Header[]} headers @param {string} context @param {string} name @param {string} value */
function addHeader(headers, context, name, value) {
  if (!isToken(name)) throw new TypeError(`${context}: '${name}' is not a valid header name.`);
  const trimmed = /** @type {RegExpExecArray} */ (regExpExec(WHITESPACE_AROUND, value))[1];
  if (regExpExec(FORBIDDEN_VALUE, trimmed)) {
    throw new TypeError(`${context}: The value of header '${name}' is not a valid one.`);
  }
  arrayPush(headers, [name, trimmed]);
}
