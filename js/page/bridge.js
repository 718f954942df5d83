// @ts-check
/**
 * The page's end of the bridge: JSON in and out of the native functions.
 *
 * A page's word proves nothing to the other side, which checks each call again. What this module
 * guards is the opposite direction: that no page script can put itself between the classes here and
 * the native functions, or get hold of a descriptor.
 *
 * Which messages there are, with their parameters and answers, is generated from the runtime's tables.
 * @import { Calls, Events, Notes, Questions } from "../generated/bridge.js"
 *
 * A frame is a number that the page has given to it; 0 stands for none.
 * @typedef {object} Native
 * @property {(frame: number, method: string, params: string, callback: NativeCallback) => void} call
 * @property {(frame: number, method: string, params: string) => void} notify
 * @property {(question: number, answer: string) => void} reply
 * @property {(callback: NativeListener) => void} listen
 *
 * @callback NativeListener
 * @param {number} frame
 * @param {string} event or question
 * @param {string} params JSON
 * @param {number} question its number, or 0 for an event
 * @returns {void}
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
 * @property {() => Uint8Array<ArrayBuffer> | null} [take] what has come, in memory of its own, if anything has. Where this is
 *   there, no memory is pinned
 * @property {() => number} peek 1 if there is something to read, 0 at the end of the stream
 * @property {(callback: () => void) => void} waitRead
 * @property {(bytes: Uint8Array, from: number, to: number) => number} write
 * @property {(bytes: Uint8Array, from: number, to: number) => number} hold keeps bytes until the kernel takes them
 * @property {(callback: (state: number) => void) => number} flush 0 if nothing is held; -EAGAIN if the callback will be
 *   told how that ended, with 0 or -errno
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
  arrayPush,
  defineProperty,
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
  /** @type {Map<string, ((params: Message, frame: number) => void)[]>} */
  const listeners = new Map();
  /** @type {Map<string, (params: Message, frame: number, answer: (answer: object) => void) => void>} */
  const responders = new Map();

  native.listen((frame, name, params, question) => {
    if (!question) {
      const all = mapGet(listeners, name);
      for (let i = 0; all && i < all.length; i++) all[i](decode(params), frame);
      return;
    }
    let answered = false;
    /** @param {object | null} answer null for none */
    const reply = (answer) => {
      if (!answered) native.reply(question, encode(answer));
      answered = true;
    };
    const responder = mapGet(responders, name);
    if (responder) responder(decode(params), frame, reply);
    else reply(null);
  });

  /**
   * @param {number} frame
   * @param {string} method
   * @param {object} params
   * @param {(result: any, descriptor: NativeDescriptor | null) => void} onResult
   * @param {(exception: Error, error: Message) => void} onError
   */
  function call(frame, method, params, onResult, onError) {
    native.call(frame, method, encode(params), (error, result, descriptor) => {
      if (error === null) {
        onResult(decode(result ?? "{}"), descriptor);
      } else {
        if (descriptor) descriptor.close();
        const message = decode(error);
        onError(toException(message), message);
      }
    });
  }

  return /** @satisfies {object} */ ({
    __proto__: null,

    /**
     * Asks the UI process; exactly one of the two callbacks is called, later.
     * @template {keyof Calls} Method
     * @param {Method} method
     * @param {Calls[Method]["params"]} params
     * @param {(result: Calls[Method]["answer"], descriptor: NativeDescriptor | null) => void} onResult
     * @param {(exception: Error, error: Message) => void} onError
     */
    call(method, params, onResult, onError) {
      call(0, method, params, onResult, onError);
    },

    /**
     * Asks about a frame.
     * @template {keyof Calls} Method
     * @param {number} frame
     * @param {Method} method
     * @param {Calls[Method]["params"]} params
     * @param {(result: Calls[Method]["answer"]) => void} onResult
     * @param {(exception: Error, error: Message) => void} onError
     */
    callFrame(frame, method, params, onResult, onError) {
      call(frame, method, params, onResult, onError);
    },

    /**
     * Tells the UI process; there is no answer.
     * @template {keyof Notes} Method
     * @param {Method} method
     * @param {Notes[Method]} params
     */
    notify(method, params) {
      native.notify(0, method, encode(params));
    },

    /**
     * Tells of a frame.
     * @template {keyof Notes} Method
     * @param {number} frame
     * @param {Method} method
     * @param {Notes[Method]} params
     */
    notifyFrame(frame, method, params) {
      native.notify(frame, method, encode(params));
    },

    /**
     * Adds a listener of an event that the UI process sends.
     * @template {keyof Events} Name
     * @param {Name} event
     * @param {(params: Events[Name], frame: number) => void} listener
     */
    listen(event, listener) {
      const all = mapGet(listeners, event);
      if (all) arrayPush(all, /** @type {any} */ (listener));
      else mapSet(listeners, event, [/** @type {any} */ (listener)]);
    },

    /**
     * Sets who answers a question of the UI process; only the first answer counts.
     * @template {keyof Questions} Name
     * @param {Name} question
     * @param {(params: Questions[Name]["params"], frame: number, answer: (answer: Questions[Name]["answer"]) => void) => void} responder
     */
    respond(question, responder) {
      mapSet(responders, question, /** @type {any} */ (responder));
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
export function decode(json) {
  const value = jsonParse(json);
  if (typeof value !== "object" || value === null) return /** @type {any} */ ({ __proto__: null });
  return isArray(value) ? value : setPrototypeOf(value, null);
}

/**
 * The exception that a page sees for an error of the bridge.
 * @param {Message} error
 * @returns {Error}
 */
export function toException({ name, message, tlsError }) {
  if (tlsError !== undefined) return withMember(new DOMException(message, name), "tlsError", tlsError);
  if (name === "TypeError") return new TypeError(message);
  if (name === "RangeError") return new RangeError(message);
  if (name === "SyntaxError") return new SyntaxError(message);
  return new DOMException(message, name);
}

/**
 * An exception that says something more, in a member of its own.
 * @param {DOMException} exception
 * @param {string} name
 * @param {unknown} value
 */
function withMember(exception, name, value) {
  const property = { __proto__: null, value, enumerable: true, configurable: true, writable: true };
  return defineProperty(exception, name, /** @type {PropertyDescriptor} */ (property));
}
