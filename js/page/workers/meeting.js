// @ts-check
/** How a document and a worker of its meet: by the first message of either, in which a port is. */

import {
  Proxy,
  Uint8Array,
  addEventListener,
  defineProperty,
  eventStopNow,
  getOwnPropertyDescriptor,
  isArray,
  removeEventListener,
} from "../primordials.js";
import { getRandomValues } from "../network/primordials.js";
import { Worker, messageData, messagePorts } from "./primordials.js";

/** How that message begins. A number that is made for it follows. */
export const HELLO = "insula-worker";

/**
 * Puts a constructor before the engine's that differs in nothing else.
 * @param {(target: typeof globalThis.Worker, args: any[], newTarget: Function) => Worker} construct
 */
export function replaceWorker(construct) {
  if (!Worker) return;
  const wrapper = new Proxy(Worker, /** @type {any} */ ({ __proto__: null, construct }));
  replace(globalThis, "Worker", wrapper);
  replace(Worker.prototype, "constructor", wrapper);
}

/** @param {object} holder @param {string} name @param {unknown} value */
function replace(holder, name, value) {
  const own = getOwnPropertyDescriptor(holder, name);
  defineProperty(holder, name, /** @type {any} */ ({ ...own, __proto__: null, value }));
}

/**
 * Takes the message with the port, which nobody else is to see; whoever listens later does not.
 * @param {EventTarget} target
 * @param {string | null} nonce its number, if it is known; it is the first message then, or never comes
 * @param {(port: MessagePort, nonce: string) => void} onPort
 */
export function receivePort(target, nonce, onPort) {
  /** @param {Event} event */
  const listener = (event) => {
    const data = messageData(event);
    const isHello = isArray(data) && data[0] === HELLO && typeof data[1] === "string";
    if (isHello || nonce !== null) removeEventListener(target, "message", listener);
    if (!isHello || (nonce !== null && data[1] !== nonce)) return;
    eventStopNow(event);
    onPort(messagePorts(event)[0], data[1]);
  };
  addEventListener(target, "message", listener);
}

/** @returns {string} 32 hexadecimal digits */
export function createNonce() {
  const bytes = getRandomValues(new Uint8Array(16));
  let text = "";
  for (let i = 0; i < 16; i++) text += "0123456789abcdef"[bytes[i] >> 4] + "0123456789abcdef"[bytes[i] & 15];
  return text;
}
