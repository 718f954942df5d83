// @ts-check
/**
 * What a worker and its document say to each other of the network.
 *
 * It goes the way of the page's own messages to the worker (`line.js`). Only a worker that another worker has started needs a
 * port, because there is no other way to the document.
 *
 * A message is an array that begins with its kind: what a page puts on Object.prototype is not found in one.
 */

import { Array, arrayPush } from "../primordials.js";
import { messageData, messagePorts, portListen, portPost } from "./primordials.js";

/**
 * The kinds of messages. First what the worker says.
 *
 * - HELD: it lives, and holds the lock by which its end is noticed; comes first.
 * - CALL number, method, parameters (JSON)
 * - NOTE method, parameters (JSON)
 * - CREDIT descriptor, bytes: so many more may be sent.
 * - WRITE descriptor, buffer
 * - SHUTDOWN descriptor, how
 * - CLOSE descriptor
 * - ADOPT nonce, with a port: a worker that this one has started.
 *
 * Then what the document says.
 *
 * - ANSWER number, error or null, result or null (both JSON), descriptor or 0, whether it carries packets
 * - EVENT name, parameters (JSON)
 * - CHUNK descriptor, buffer, the lengths of the packets in it or null
 * - END descriptor, state: 0, or -errno
 * - TAKEN descriptor, bytes, state: the kernel has them, or, with -errno, will never.
 */
export const HELD = 0;
export const CALL = 1;
export const NOTE = 2;
export const CREDIT = 3;
export const WRITE = 4;
export const SHUTDOWN = 5;
export const CLOSE = 6;
export const ADOPT = 7;
export const ANSWER = 8;
export const EVENT = 9;
export const CHUNK = 10;
export const END = 11;
export const TAKEN = 12;

/** How many bytes of each direction of a connection may be on their way between document and worker, or wait there. */
export const WINDOW = 1024 * 1024;

/** What a message counts besides its bytes, so that small ones do not pile up either. */
export const MESSAGE_COST = 512;

/**
 * @typedef {object} Channel
 * @property {(message: any[], given?: Transferable) => void} post
 * @property {(listener: (message: any[], port: MessagePort | undefined) => void) => void} listen
 */

/** @param {MessagePort} port @returns {Channel} */
export function portChannel(port) {
  return {
    post: (message, given) => portPost(port, message, given),
    listen: (listener) => portListen(port, (event) => listener(messageData(event), messagePorts(event)[0])),
  };
}

/**
 * A channel whose port is still to come. What is posted until then waits.
 * @returns {Channel & { open: (channel: Channel) => void }}
 */
export function createPendingChannel() {
  /** @type {Channel | undefined} */
  let opened;
  /** @type {{ message: any[], given: Transferable | undefined }[]} */
  let waiting = new Array();
  /** @type {((message: any[], port: MessagePort | undefined) => void)[]} */
  const listeners = new Array();
  return {
    post(message, given) {
      if (opened) opened.post(message, given);
      else arrayPush(waiting, { message, given });
    },
    listen(listener) {
      if (opened) opened.listen(listener);
      else arrayPush(listeners, listener);
    },
    open(channel) {
      opened = channel;
      for (let i = 0; i < waiting.length; i++) channel.post(waiting[i].message, waiting[i].given);
      waiting = new Array();
      for (let i = 0; i < listeners.length; i++) channel.listen(listeners[i]);
    },
  };
}
