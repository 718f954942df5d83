// @ts-check
/**
 * `contentWindow`: what messages go to and come from. It is in another process, so nothing else of the window is here.
 */

import {
  DOMException,
  MessageEvent,
  URL,
  defineProperty,
  dispatchEvent,
  jsonParse,
  setPrototypeOf,
  structuredClone,
  urlHost,
  urlProtocol,
} from "../primordials.js";
import { decodeStructured } from "../structured.js";
import { encodeStructured } from "../structured-encode.js";
import { requireArguments, toDictionary, toUSVString } from "../webidl.js";
import { window } from "./dom.js";

const CONTEXT = "Failed to execute 'postMessage' on 'Window'";

/** The longest message, in characters of its JSON. */
const LONGEST = 8 << 20;

/**
 * Sends a message, as JSON, to a document of an origin; "*" is any.
 * @typedef {(message: string, targetOrigin: string) => void} Send
 */

/**
 * @param {Send} send
 * @returns {{ postMessage: Function }}
 */
export function createContentWindow(send) {
  const contentWindow = {
    /**
     * `Window.postMessage` (HTML, section 9.3.3 "Posting messages").
     * @param {unknown} message
     * @param {string | WindowPostMessageOptions} [options]
     * @param {Transferable[]} [transfer]
     */
    postMessage(message, options, transfer) {
      requireArguments(CONTEXT, arguments.length, 1);
      const given =
        typeof options === "string" ? { __proto__: null, targetOrigin: options } : toDictionary(options, CONTEXT, "WindowPostMessageOptions");
      const { targetOrigin } = given;
      const target = targetOf(targetOrigin === undefined ? "/" : toUSVString(targetOrigin));
      const list = typeof options === "string" ? transfer : given.transfer;
      const init = { __proto__: null, transfer: list ?? [] };
      const json = encodeStructured(structuredClone(message, /** @type {any} */ (init)));
      if (json.length > LONGEST) {
        throw new DOMException(`${CONTEXT}: The message is longer than ${LONGEST >> 20} MiB.`, "QuotaExceededError");
      }
      // What is meant for this page's own origin is not for the embedded page.
      if (target) send(json, target);
    },
  };
  return setPrototypeOf(contentWindow, null);
}

/** @param {string} targetOrigin @returns {string | null} null for the sender's own */
function targetOf(targetOrigin) {
  if (targetOrigin === "*") return "*";
  if (targetOrigin === "/") return null;
  try {
    const url = new URL(targetOrigin);
    return `${urlProtocol(url)}//${urlHost(url)}`;
  } catch {
    throw new DOMException(`${CONTEXT}: Invalid target origin '${targetOrigin}' in a call to 'postMessage'.`, "SyntaxError");
  }
}

/**
 * Dispatches the messages of an embedded page at the app's window.
 * @param {string} messages JSON
 * @param {string} origin the embedded page's
 * @param {object} source
 */
export function dispatchMessages(messages, origin, source) {
  const list = /** @type {unknown[]} */ (decodeStructured(jsonParse(messages)));
  for (let i = 0; i < list.length; i++) {
    const event = new MessageEvent("message", /** @type {any} */ ({ __proto__: null, data: list[i], origin }));
    // The event's own would have to be a window of this process.
    defineProperty(event, "source", /** @type {any} */ ({ __proto__: null, value: source, enumerable: true }));
    dispatchEvent(window, event);
  }
}
