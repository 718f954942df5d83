// @ts-check
/** Workers, ports and locks as they were before any page script ran (see ../primordials.js). */

import {
  MessageChannel,
  MessageEvent,
  addEventListener,
  getOwnPropertyDescriptor,
  getterOf,
  reflectApply,
  symbolIterator,
  uncurryThis,
} from "../primordials.js";

/** The engine's own; in some workers there is none. @type {typeof globalThis.Worker | undefined} */
export const Worker = globalThis.Worker;
const workerPostMessage = Worker && uncurryThis(Worker.prototype.postMessage);

/** @type {(event: Event) => any} */
export const messageData = /** @type {any} */ (getterOf(MessageEvent.prototype, "data"));
/** @type {(event: Event) => readonly MessagePort[]} */
export const messagePorts = /** @type {any} */ (getterOf(MessageEvent.prototype, "ports"));

const postMessage = uncurryThis(globalThis.MessagePort.prototype.postMessage);
const portStart = uncurryThis(globalThis.MessagePort.prototype.start);

/** @param {"port1" | "port2"} name @returns {(channel: MessageChannel) => MessagePort} */
const portOf = (name) => {
  const getter = getOwnPropertyDescriptor(MessageChannel.prototype, name)?.get;
  // Not every engine has them on the prototype.
  return getter ? /** @type {any} */ (uncurryThis(getter)) : (channel) => channel[name];
};
const firstPort = portOf("port1");
const secondPort = portOf("port2");

/** Two ports of which each is the other's end. */
export function createPorts() {
  const channel = new MessageChannel();
  return { __proto__: null, near: firstPort(channel), far: secondPort(channel) };
}

/** @param {MessagePort} port @param {unknown} message @param {Transferable} [given] what is transferred with it */
export function portPost(port, message, given) {
  if (given === undefined) postMessage(port, message);
  else postMessage(port, message, /** @type {any} */ (transferring(given)));
}

/** @param {Worker} worker @param {unknown} message @param {Transferable} [given] what is transferred with it */
export function workerPost(worker, message, given) {
  if (given === undefined) workerPostMessage?.(worker, message);
  else workerPostMessage?.(worker, message, /** @type {any} */ (transferring(given)));
}

const { postMessage: scopePostMessage } = globalThis;

/**
 * Sends from a worker to whoever has started it.
 * @param {unknown} message
 * @param {Transferable} [given] what is transferred with it
 */
export function scopePost(message, given) {
  const args = given === undefined ? [message] : [message, transferring(given)];
  reflectApply(/** @type {Function} */ (scopePostMessage), globalThis, args);
}

/**
 * Takes what comes to a port.
 * @param {MessagePort} port
 * @param {(event: Event) => void} listener
 */
export function portListen(port, listener) {
  addEventListener(port, "message", listener);
  portStart(port);
}

/**
 * The options of a message that takes one thing along. An array would be read through an iterator that a page can replace.
 * @param {Transferable} given
 */
function transferring(given) {
  let isDone = false;
  const iterator = {
    __proto__: null,
    next() {
      if (isDone) return { __proto__: null, done: true, value: undefined };
      isDone = true;
      return { __proto__: null, done: false, value: given };
    },
  };
  const transfer = { __proto__: null, [symbolIterator]: () => iterator };
  return { __proto__: null, transfer };
}

const { locks } = globalThis.navigator ?? {};
const { request: lockRequest } = locks ?? {};

/**
 * Asks for a lock.
 * @param {string} name
 * @param {() => unknown} onHeld what it returns, if a promise, holds the lock until it is settled
 * @returns {Promise<unknown>}
 */
export function requestLock(name, onHeld) {
  return reflectApply(/** @type {Function} */ (lockRequest), locks, [name, onHeld]);
}
