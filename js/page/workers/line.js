// @ts-check
/**
 * How a worker and who has started it speak with each other: among the messages of the page's own, before whose listeners ours
 * is asked. Ports would take ten times as long, because this engine leads what they carry through another process.
 */

import {
  Proxy,
  Uint8Array,
  addEventListener,
  defineProperty,
  eventStopNow,
  getOwnPropertyDescriptor,
  isArray,
} from "../primordials.js";
import { getRandomValues } from "../network/primordials.js";
import { Worker, messageData, messagePorts, scopePost, workerPost } from "./primordials.js";

/** How a greeting begins. A number that is made for the worker follows. */
const HELLO = "insula-worker";

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

/** @typedef {ReturnType<typeof createLine>} Line */

/**
 * Makes a line of what goes between a worker and who has started it.
 * @param {EventTarget} target where it arrives; nobody can have listened to it yet
 * @param {(message: any[], given?: Transferable) => void} post
 */
export function createLine(target, post) {
  /** What marks the messages of the channel. @type {string | null} */
  let mark = null;
  /** @type {(message: any[], port: MessagePort | undefined) => void} */
  let onMessage = () => {};
  /** @type {(nonce: string, port: MessagePort | undefined) => void} */
  let onHello = () => {};
  /** @param {Event} event */
  const listener = (event) => {
    const data = messageData(event);
    if (!isArray(data)) return;
    const port = messagePorts(event)[0];
    if (data[0] === HELLO && typeof data[1] === "string") onHello(data[1], port);
    else if (mark !== null && data[0] === mark) onMessage(data[1], port);
    else return;
    // Nobody else is to see it.
    eventStopNow(event);
  };
  // Those that capture are called before those that do not.
  addEventListener(target, "message", listener, true);

  return {
    /** @param {string} nonce @param {MessagePort} [port] for what is to be said, where it takes a way of its own */
    greet(nonce, port) {
      post([HELLO, nonce], port);
    },

    /** @param {(nonce: string, port: MessagePort | undefined) => void} callback */
    whenGreeted(callback) {
      onHello = callback;
    },

    /** @param {string} nonce @returns {import("./channel.js").Channel} on this line */
    open(nonce) {
      mark = nonce;
      return {
        post: (message, given) => post([nonce, message], given),
        listen: (callback) => void (onMessage = callback),
      };
    },
  };
}

/** The line to a worker that was just made. @param {Worker} worker */
export const lineTo = (worker) => createLine(worker, (message, given) => workerPost(worker, message, given));

/** The line to who has started this worker, before its own script has run. */
export const lineUp = () => createLine(/** @type {any} */ (globalThis), scopePost);

/** @returns {string} 32 hexadecimal digits */
export function createNonce() {
  const bytes = getRandomValues(new Uint8Array(16));
  let text = "";
  for (let i = 0; i < 16; i++) text += "0123456789abcdef"[bytes[i] >> 4] + "0123456789abcdef"[bytes[i] & 15];
  return text;
}
