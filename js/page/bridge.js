// @ts-check
/**
 * The page's end of the bridge: JSON in and out of the native functions.
 *
 * A page's word proves nothing to the other side, which checks each call again. What this module
 * guards is the opposite direction: that no page script can put itself between the classes here and
 * the native functions, or get hold of a descriptor.
 *
 * @typedef {object} Native
 * @property {(method: string, params: string, callback: NativeCallback) => void} call
 * @property {(method: string, params: string) => void} notify
 * @property {(callback: (event: string, params: string) => void) => void} listen
 *
 * @callback NativeCallback
 * @param {string | null} error JSON of `{name, message}`
 * @param {string | null} result JSON
 * @param {NativeDescriptor | null} descriptor
 * @returns {void}
 *
 * One end of a socket pair, non-blocking. Counts are bytes; negative ones are -errno.
 * @typedef {object} NativeDescriptor
 * @property {(bytes: Uint8Array) => number} readInto 0 at the end of the stream
 * @property {() => number} peek 1 if there is something to read, 0 at the end of the stream
 * @property {(bytes: Uint8Array, from: number, to: number) => number} write
 * @property {(callback: () => void) => void} waitRead
 * @property {(callback: () => void) => void} waitWrite
 * @property {(how: 0 | 1 | 2) => void} shutdown
 * @property {() => void} close
 *
 * A decoded answer; it has no prototype, so an absent member is undefined whatever the page did.
 * @typedef {Record<string, any>} Message
 *
 * @typedef {ReturnType<typeof createBridge>} Bridge
 */

import {
  DOMException,
  RangeError,
  SyntaxError,
  TypeError,
  isArray,
  jsonParse,
  jsonStringify,
  keys,
  mapGet,
  mapSet,
  Map,
  setPrototypeOf,
  stringToWellFormed,
} from "./primordials.js";

/**
 * @param {Native} native
 */
export function createBridge(native) {
  /** @type {Map<string, (params: Message) => void>} */
  const listeners = new Map();
  native.listen((event, params) => {
    const listener = mapGet(listeners, event);
    if (listener) listener(decode(params));
  });

  return /** @satisfies {object} */ ({
    __proto__: null,

    /**
     * Asks the UI process; exactly one of the two callbacks is called, later.
     * @param {string} method
     * @param {object} params
     * @param {(result: Message, descriptor: NativeDescriptor | null) => void} onResult
     * @param {(exception: Error, error: Message) => void} onError
     */
    call(method, params, onResult, onError) {
      native.call(method, encode(params), (error, result, descriptor) => {
        if (error === null) {
          onResult(decode(result ?? "{}"), descriptor);
        } else {
          if (descriptor) descriptor.close();
          const message = decode(error);
          onError(toException(message), message);
        }
      });
    },

    /**
     * Tells the UI process; there is no answer.
     * @param {string} method
     * @param {object} params
     */
    notify(method, params) {
      native.notify(method, encode(params));
    },

    /**
     * Sets the listener of an event that the UI process sends.
     * @param {string} event
     * @param {(params: Message) => void} listener
     */
    listen(event, listener) {
      mapSet(listeners, event, listener);
    },
  });
}

/**
 * JSON of plain data. JSON.stringify would call a `toJSON` that a page put on a prototype, so only
 * primitives reach it. Strings are made well-formed, since halves of characters are no text outside of JavaScript.
 * @param {unknown} value
 * @returns {string}
 */
export function encode(value) {
  if (typeof value === "string") return jsonStringify(stringToWellFormed(value));
  if (typeof value !== "object" || value === null) return jsonStringify(value);
  let text = "";
  if (isArray(value)) {
    for (let i = 0; i < value.length; i++) text += (i ? "," : "") + encode(value[i]);
    return `[${text}]`;
  }
  const names = keys(value);
  for (let i = 0; i < names.length; i++) {
    const member = /** @type {Record<string, unknown>} */ (value)[names[i]];
    if (member !== undefined) text += `${text ? "," : ""}${jsonStringify(names[i])}:${encode(member)}`;
  }
  return `{${text}}`;
}

/** @param {string} json @returns {Message} */
function decode(json) {
  const value = jsonParse(json);
  if (typeof value !== "object" || value === null) return /** @type {any} */ ({ __proto__: null });
  return isArray(value) ? value : setPrototypeOf(value, null);
}

/**
 * The exception that a page sees for an error of the bridge.
 * @param {Message} error
 * @returns {Error}
 */
export function toException({ name, message }) {
  if (name === "TypeError") return new TypeError(message);
  if (name === "RangeError") return new RangeError(message);
  if (name === "SyntaxError") return new SyntaxError(message);
  return new DOMException(message, name);
}
