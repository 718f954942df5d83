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
 *   {"$": ["Error" or "DOMException", name, message, stack]} and the cause, where there is one
 *   {"$": ["Primitive", value]}            an object around a boolean, number, string or bigint
 *   {"$": ["DOMRect", [argument, …]]}      and the like: what its constructor takes
 *   {"$": ["Object", [[key, value], …]]}   an object whose only key is "$"
 *   {"$": ["ref", n]}                      the n-th object, counted from 0 as objects are entered
 */

import {
  ArrayBuffer,
  BigInt,
  DataView,
  Date,
  DOMException,
  Error,
  Map,
  Object,
  RegExp,
  Set,
  TypeError,
  Uint8Array,
  base64Decode,
  defineProperty,
  isArray,
  keys,
  mapSet,
  reflectConstruct,
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

/** Interfaces of the platform whose objects are data. */
const platform = /** @type {Record<string, any>} */ (
  /** @type {unknown} */ ({
    __proto__: null,
    DOMRect: globalThis.DOMRect,
    DOMRectReadOnly: globalThis.DOMRectReadOnly,
    DOMPoint: globalThis.DOMPoint,
    DOMPointReadOnly: globalThis.DOMPointReadOnly,
    DOMQuad: globalThis.DOMQuad,
    DOMMatrix: globalThis.DOMMatrix,
    DOMMatrixReadOnly: globalThis.DOMMatrixReadOnly,
    ImageData: globalThis.ImageData,
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
    case "DOMException":
      return decodeError(parts, entered);
    case "Primitive":
      return decodePrimitiveObject(first, entered);
    case "ArrayBuffer":
      return enter(decodeBytes(first), entered);
  }
  if (typeof tag === "string" && views[tag]) return enter(new views[tag](decodeBytes(first)), entered);
  if (!isArray(first)) throw malformed(tag);
  if (typeof tag === "string" && platform[tag]) return construct(platform[tag], first, entered);
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
 * @param {any[]} parts
 * @param {unknown[]} entered
 */
function decodeError(parts, entered) {
  const name = parts[1];
  const message = parts[2];
  const error =
    parts[0] === "DOMException" ? new DOMException(message, name) : new (errors[name] ?? Error)(message);
  enter(error, entered);
  if (error.name !== name) defineProperty(error, "name", hidden(name, true));
  defineProperty(error, "stack", hidden(parts[3], true));
  if (parts.length > 4) defineProperty(error, "cause", hidden(decode(parts[4], entered), true));
  return error;
}

/**
 * @param {unknown} tagged a primitive value
 * @param {unknown[]} entered
 */
function decodePrimitiveObject(tagged, entered) {
  // The object is entered before what is in it, which is no object.
  return enter(Object(decode(tagged, [])), entered);
}

/**
 * @param {Function} constructor
 * @param {unknown[]} tagged its arguments
 * @param {unknown[]} entered
 */
function construct(constructor, tagged, entered) {
  const place = entered.length;
  enter({}, entered); // it comes before what it is made of
  /** @type {unknown[]} */
  const made = [];
  for (let i = 0; i < tagged.length; i++) defineMember(made, i, decode(tagged[i], entered));
  const object = reflectConstruct(constructor, made);
  defineMember(entered, place, object);
  return object;
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
