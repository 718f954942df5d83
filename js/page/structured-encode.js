// @ts-check
/**
 * Values that cross to an embedded page, as JSON in the form that structured.js describes.
 */

import {
  Array,
  ArrayBuffer,
  BigInt,
  DOMException,
  Date,
  Error,
  Map,
  Object,
  RegExp,
  Set,
  String,
  Uint8Array,
  arrayPush,
  base64Encode,
  bytesOf,
  dateGetTime,
  getPrototypeOf,
  hasOwn,
  isArray,
  isFiniteNumber,
  isView,
  jsonStringify,
  keys,
  mapForEach,
  mapGet,
  mapSet,
  mapSize,
  reflectApply,
  regExpSource,
  setForEach,
  stringFromCharCode,
  valueOf,
  viewName,
} from "./primordials.js";

/** @typedef {Map<object, number>} Entered objects, and when each was entered */

/** Interfaces of the platform whose objects are data, and the members that their constructors take. */
const platform = /** @type {Record<string, string[]>} */ (/** @type {unknown} */ ({
  __proto__: null,
  DOMRect: ["x", "y", "width", "height"],
  DOMRectReadOnly: ["x", "y", "width", "height"],
  DOMPoint: ["x", "y", "z", "w"],
  DOMPointReadOnly: ["x", "y", "z", "w"],
  DOMQuad: ["p1", "p2", "p3", "p4"],
  ImageData: ["data", "width", "height"],
}));

/**
 * @param {unknown} value what `structuredClone` has made, so that its objects are the language's and the platform's own, and
 *   nobody's getters are in it
 * @returns {string} JSON
 * @throws {DOMException} DataCloneError: a value that cannot cross to another process, such as a blob or a port
 */
export function encodeStructured(value) {
  return write(value, new Map());
}

/**
 * @param {unknown} value
 * @param {Entered} entered
 * @returns {string}
 */
function write(value, entered) {
  switch (typeof value) {
    case "undefined":
      return tagged("undefined");
    case "number":
      if (value === 0 && 1 / value < 0) return tagged("number", '"-0"');
      return isFiniteNumber(value) ? `${value}` : tagged("number", jsonStringify(String(value)));
    case "bigint":
      return tagged("bigint", `"${value}"`);
    case "object":
      return value === null ? "null" : writeObject(value, entered);
    default:
      return jsonStringify(value);
  }
}

/** @param {string} tag @param {string} [parts] JSON */
const tagged = (tag, parts) => (parts === undefined ? `{"$":["${tag}"]}` : `{"$":["${tag}",${parts}]}`);

/**
 * @param {object} value
 * @param {Entered} entered
 * @returns {string}
 */
function writeObject(value, entered) {
  const known = mapGet(entered, value);
  if (known !== undefined) return tagged("ref", `${known}`);
  mapSet(entered, value, mapSize(entered));
  if (isArray(value)) return writeList(value, entered);
  switch (getPrototypeOf(value)) {
    case Object.prototype:
      return writePlain(value, entered);
    case Date.prototype: {
      const time = dateGetTime(/** @type {Date} */ (value));
      return tagged("Date", isFiniteNumber(time) ? `${time}` : "null");
    }
    case RegExp.prototype: {
      const expression = /** @type {RegExp} */ (value);
      // The getter of `flags` asks the object itself for each of them.
      return tagged("RegExp", `${jsonStringify(regExpSource(expression))},${jsonStringify(expression.flags)}`);
    }
    case Map.prototype: {
      /** @type {unknown[]} */
      const pairs = [];
      mapForEach(/** @type {Map<unknown, unknown>} */ (value), (item, key) => arrayPush(pairs, [key, item]));
      return tagged("Map", join(pairs, (pair) => `[${write(pair[0], entered)},${write(pair[1], entered)}]`));
    }
    case Set.prototype: {
      /** @type {unknown[]} */
      const items = [];
      setForEach(/** @type {Set<unknown>} */ (value), (item) => arrayPush(items, item));
      return tagged("Set", join(items, (item) => write(item, entered)));
    }
    case ArrayBuffer.prototype:
      return tagged("ArrayBuffer", base64(value));
    case Number.prototype:
    case String.prototype:
    case Boolean.prototype:
    case BigInt.prototype:
      return tagged("Primitive", write(valueOf(value), entered));
    case DOMException.prototype:
      return writeError("DOMException", /** @type {DOMException} */ (value), entered);
  }
  if (isView(value)) return tagged(viewName(value), base64(value));
  if (isError(value)) return writeError("Error", value, entered);
  return writeOfPlatform(value, entered);
}

const { Number, Boolean } = globalThis;

/** @param {object} value @returns {value is Error} */
function isError(value) {
  for (let prototype = getPrototypeOf(value); prototype; prototype = getPrototypeOf(prototype)) {
    if (prototype === Error.prototype) return true;
  }
  return false;
}

/**
 * @param {unknown[]} list
 * @param {Entered} entered
 */
function writeList(list, entered) {
  let text = "";
  // Of a list with holes these are told as undefined.
  for (let i = 0; i < list.length; i++) text += `${i ? "," : ""}${write(list[i], entered)}`;
  return `[${text}]`;
}

/**
 * @param {object} value
 * @param {Entered} entered
 */
function writePlain(value, entered) {
  const names = keys(value);
  const members = /** @type {Record<string, unknown>} */ (value);
  if (names.length === 1 && names[0] === "$") return tagged("Object", `[["$",${write(members.$, entered)}]]`);
  let text = "";
  for (let i = 0; i < names.length; i++) {
    text += `${i ? "," : ""}${jsonStringify(names[i])}:${write(members[names[i]], entered)}`;
  }
  return `{${text}}`;
}

/**
 * @param {"Error" | "DOMException"} tag
 * @param {Error} error
 * @param {Entered} entered
 */
function writeError(tag, error, entered) {
  let parts = `${text(error.name)},${text(error.message)},${text(error.stack ?? "")}`;
  if (tag === "Error" && hasOwn(error, "cause")) parts += `,${write(error.cause, entered)}`;
  return tagged(tag, parts);
}

/** @param {unknown} value */
const text = (value) => jsonStringify(String(value));

/**
 * @param {object} value
 * @param {Entered} entered
 */
function writeOfPlatform(value, entered) {
  const names = keys(platform);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    const constructor = /** @type {any} */ (globalThis)[name];
    if (!constructor || getPrototypeOf(value) !== constructor.prototype) continue;
    return tagged(name, join(platform[name], (member) => write(/** @type {any} */ (value)[member], entered)));
  }
  throw new DOMException(
    `${reflectApply(Object.prototype.toString, value, [])} cannot be sent to another process.`,
    "DataCloneError",
  );
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {(item: any) => string} writeItem
 */
function join(list, writeItem) {
  let text = "";
  for (let i = 0; i < list.length; i++) text += `${i ? "," : ""}${writeItem(list[i])}`;
  return `[${text}]`;
}

/** How many bytes become characters at once. */
const PIECE = 0x4000;

/** @param {object} source a buffer or a view @returns {string} JSON */
function base64(source) {
  const bytes = bytesOf(source) ?? new Uint8Array(0);
  let binary = "";
  for (let from = 0; from < bytes.length; from += PIECE) {
    const to = from + PIECE < bytes.length ? from + PIECE : bytes.length;
    const codes = new Array(to - from);
    for (let i = from; i < to; i++) codes[i - from] = bytes[i];
    binary += reflectApply(stringFromCharCode, undefined, codes);
  }
  return `"${base64Encode(binary)}"`;
}
