// @ts-check
/**
 * Values that cross from an embedded page: JSON in which an object with the single key "$" stands
 * for what JSON cannot say:
 *
 *   null, boolean, finite number, string, array, plain object    themselves
 *   {"$": ["undefined"]}
 *   {"$": ["number", "NaN" | "Infinity" | "-Infinity" | "-0"]}
 *   {"$": ["bigint", digits]}
 *   {"$": ["Date", milliseconds]}          {"$": ["RegExp", source, flags]}
 *   {"$": ["Map", [[key, value], …]]}      {"$": ["Set", [value, …]]}
 *   {"$": ["ArrayBuffer", base64]}         {"$": [typed array or "DataView", base64]}
 *   {"$": ["Error", name, message, stack]}
 *   {"$": ["Object", [[key, value], …]]}   an object whose only key is "$"
 *   {"$": ["ref", n]}                      the n-th object, counted from 0 as objects are entered
 */

import {
  ArrayBuffer,
  BigInt,
  DataView,
  Date,
  Error,
  Map,
  RegExp,
  Set,
  TypeError,
  Uint8Array,
  base64Decode,
  defineProperty,
  isArray,
  keys,
  mapSet,
  setAdd,
  stringCharCodeAt,
} from "./primordials.js";
import { hidden } from "./webidl.js";

/** The constructors that a tag names by itself; `Object.prototype` must not answer for others. */
const views = /** @type {Record<string, new (buffer: ArrayBuffer) => object>} */ (
  /** @type {unknown} */ ({
    __proto__: null,
    DataView,
    Uint8Array,
    Int8Array: globalThis.Int8Array,
    Uint8ClampedArray: globalThis.Uint8ClampedArray,
    Int16Array: globalThis.Int16Array,
    Uint16Array: globalThis.Uint16Array,
    Int32Array: globalThis.Int32Array,
    Uint32Array: globalThis.Uint32Array,
    Float32Array: globalThis.Float32Array,
    Float64Array: globalThis.Float64Array,
    BigInt64Array: globalThis.BigInt64Array,
    BigUint64Array: globalThis.BigUint64Array,
    // Not every engine has it yet.
    Float16Array: /** @type {any} */ (globalThis).Float16Array,
  })
);

const errors = /** @type {Record<string, ErrorConstructor>} */ (
  /** @type {unknown} */ ({
    __proto__: null,
    EvalError: globalThis.EvalError,
    RangeError: globalThis.RangeError,
    ReferenceError: globalThis.ReferenceError,
    SyntaxError: globalThis.SyntaxError,
    TypeError,
    URIError: globalThis.URIError,
  })
);

/**
 * Rebuilds a value.
 * @param {unknown} tagged parsed JSON
 * @returns {unknown}
 * @throws {TypeError} when a tag is unknown or malformed
 */
export function decodeStructured(tagged) {
  /** Objects in the order in which they were entered. @type {unknown[]} */
  const entered = [];
  return decode(tagged, entered);
}

/**
 * @param {unknown} value
 * @param {unknown[]} entered
 * @returns {unknown}
 */
function decode(value, entered) {
  if (typeof value !== "object" || value === null) return value;
  if (isArray(value)) {
    const array = enter(/** @type {unknown[]} */ ([]), entered);
    for (let i = 0; i < value.length; i++) defineMember(array, i, decode(value[i], entered));
    return array;
  }
  const names = keys(value);
  const members = /** @type {Record<string, unknown>} */ (value);
  if (names.length === 1 && names[0] === "$") return decodeTag(members.$, entered);
  const object = enter({}, entered);
  for (let i = 0; i < names.length; i++) defineMember(object, names[i], decode(members[names[i]], entered));
  return object;
}

/**
 * @param {unknown} parts
 * @param {unknown[]} entered
 * @returns {unknown}
 */
function decodeTag(parts, entered) {
  if (!isArray(parts)) throw malformed("$");
  const tag = parts[0];
  const first = parts.length > 1 ? parts[1] : undefined;
  switch (tag) {
    case "undefined":
      return undefined;
    case "number":
      return +first;
    case "bigint":
      return BigInt(first);
    case "ref":
      // A reference can only point back, at an object that is being built or is complete.
      if (!(first >= 0 && first < entered.length)) throw malformed(tag);
      return entered[first];
    case "Date":
      return enter(new Date(first ?? NaN), entered); // JSON has null for an invalid date
    case "RegExp":
      return enter(new RegExp(first, parts[2]), entered);
    case "Error":
      return enter(decodeError(first, parts[2], parts[3]), entered);
    case "ArrayBuffer":
      return enter(decodeBytes(first), entered);
  }
  if (typeof tag === "string" && views[tag]) return enter(new views[tag](decodeBytes(first)), entered);
  if (!isArray(first)) throw malformed(tag);
  switch (tag) {
    case "Object": {
      const object = enter({}, entered);
      for (let i = 0; i < first.length; i++) defineMember(object, first[i][0], decode(first[i][1], entered));
      return object;
    }
    case "Map": {
      const map = enter(new Map(), entered);
      for (let i = 0; i < first.length; i++) {
        const key = decode(first[i][0], entered);
        mapSet(map, key, decode(first[i][1], entered));
      }
      return map;
    }
    case "Set": {
      const set = enter(new Set(), entered);
      for (let i = 0; i < first.length; i++) setAdd(set, decode(first[i], entered));
      return set;
    }
  }
  throw malformed(tag);
}

/**
 * @template {object} T
 * @param {T} object
 * @param {unknown[]} entered
 * @returns {T}
 */
function enter(object, entered) {
  defineMember(entered, entered.length, object);
  return object;
}

/** Defines rather than assigns, so that no setter on a prototype (`__proto__`!) is called.
 * @param {object} object
 * @param {PropertyKey} key
 * @param {unknown} value
 */
function defineMember(object, key, value) {
  defineProperty(
    object,
    key,
    /** @type {any} */ ({
      __proto__: null,
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    }),
  );
}

/**
 * @param {string} name
 * @param {string} message
 * @param {string} stack
 */
function decodeError(name, message, stack) {
  const error = new (errors[name] ?? Error)(message);
  if (error.name !== name) defineProperty(error, "name", hidden(name, true));
  defineProperty(error, "stack", hidden(stack, true));
  return error;
}

/** @param {string} base64 */
function decodeBytes(base64) {
  const binary = base64Decode(base64);
  const bytes = new Uint8Array(new ArrayBuffer(binary.length));
  for (let i = 0; i < bytes.length; i++) bytes[i] = stringCharCodeAt(binary, i);
  return bytes.buffer;
}

/** @param {unknown} tag */
function malformed(tag) {
  return new TypeError(`The embedded page sent a malformed value (${tag})`);
}
