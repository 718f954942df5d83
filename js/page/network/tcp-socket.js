// @ts-check
/**
 * TCPSocket, exactly as Direct Sockets has it (https://wicg.github.io/direct-sockets/).
 */

import {
  DOMException,
  Promise,
  TypeError,
  WeakMap,
  promiseReject,
  promiseThen,
  weakMapGet,
  weakMapSet,
} from "../primordials.js";
import { readableCancel, readableLocked, writableAbort, writableLocked } from "./primordials.js";
import {
  createPlatformObject,
  finishInterface,
  illegalInvocation,
  requireArguments,
  toDictionary,
  toDOMString,
  toEnum,
  toUnsigned,
} from "../webidl.js";
import { Connection } from "./connection.js";
import { createReadable, createWritable } from "./descriptor-streams.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("./connection.js").Connections} Connections */
/** @typedef {import("./grant.js").Grant} Grant */

const CONSTRUCT = "Failed to construct 'TCPSocket'";

/**
 * Makes the interface object of TCPSocket.
 * @param {Bridge} bridge
 * @param {Connections} connections
 * @param {Grant} grant
 * @param {boolean} allowedByPolicy whether the policy of this document has `direct-sockets`
 */
export function createTCPSocket(bridge, connections, grant, allowedByPolicy) {
  /** What is behind each TCPSocket. @type {WeakMap<object, Socket>} */
  const sockets = new WeakMap();

  class TCPSocket {
    /**
     * @param {string} remoteAddress
     * @param {number} remotePort
     * @param {object} options a TCPSocketOptions dictionary
     */
    constructor(remoteAddress, remotePort, options = {}) {
      requireArguments(CONSTRUCT, arguments.length, 2);
      const host = toDOMString(remoteAddress);
      const port = toUnsigned(remotePort, 16, CONSTRUCT);
      const converted = convertOptions(options);
      if (!allowedByPolicy && grant.isKnownToBeMissing()) {
        throw new DOMException(
          `${CONSTRUCT}: Permissions-Policy: direct-sockets are disabled.`,
          "NotAllowedError",
        );
      }
      checkOptions(converted);
      const object = createPlatformObject(new.target);
      weakMapSet(sockets, object, new Socket(bridge, connections, { host, port, options: converted }));
      return /** @type {TCPSocket} */ (object);
    }

    /** @returns {Promise<object>} */
    get opened() {
      return weakMapGet(sockets, this)?.opened ?? illegalInvocation("opened", "TCPSocket");
    }

    /** @returns {Promise<undefined>} */
    get closed() {
      return weakMapGet(sockets, this)?.closed ?? illegalInvocation("closed", "TCPSocket");
    }

    /** @returns {Promise<undefined>} */
    close() {
      return weakMapGet(sockets, this)?.close() ?? illegalInvocation("close", "TCPSocket");
    }
  }
  finishInterface(TCPSocket, "TCPSocket", ["opened", "closed", "close"]);
  return TCPSocket;
}

/** One connection, from the attempt to its end. No page gets hold of it. */
class Socket {
  /** @type {Promise<object>} */
  opened;
  /** @type {Promise<undefined>} */
  closed;
  /** @type {"opening" | "open" | "closed" | "failed"} */
  #state = "opening";
  /** @type {ReadableStream | undefined} */
  #readable;
  /** @type {WritableStream | undefined} */
  #writable;

  /**
   * @param {Bridge} bridge
   * @param {Connections} connections
   * @param {{ host: string, port: number, options: ReturnType<typeof convertOptions> }} target
   */
  constructor(bridge, connections, target) {
    /** @type {(value: undefined) => void} */
    let resolveClosed;
    /** @type {(reason: unknown) => void} */
    let rejectClosed;
    this.closed = new Promise((resolve, reject) => {
      resolveClosed = /** @type {any} */ (resolve);
      rejectClosed = reject;
    });
    // Whoever only looks at `opened` must not be told of an unhandled rejection as well.
    ignoreRejection(this.closed);

    this.opened = new Promise((resolve, reject) => {
      bridge.call(
        "network.connect",
        target,
        (info, descriptor) => {
          const connection = new Connection(
            bridge,
            info.connection,
            /** @type {import("../bridge.js").NativeDescriptor} */ (descriptor),
            { readable: true, writable: true },
            (failed, failure) => {
              this.#state = "closed";
              connections.forget(info.connection);
              if (failed) rejectClosed(failure);
              else resolveClosed(undefined);
            },
          );
          connections.hold(info.connection, connection);
          this.#readable = createReadable(connection);
          this.#writable = createWritable(connection);
          this.#state = "open";
          resolve({
            readable: this.#readable,
            writable: this.#writable,
            remoteAddress: info.remoteAddress,
            remotePort: info.remotePort,
            localAddress: info.localAddress,
            localPort: info.localPort,
          });
        },
        (error) => {
          this.#state = "failed";
          reject(error);
          rejectClosed(error);
        },
      );
    });
  }

  /** @returns {Promise<undefined>} */
  close() {
    if (this.#state === "closed") return this.closed;
    if (this.#state !== "open" || !this.#readable || !this.#writable) {
      return promiseReject(new DOMException("Socket is not properly initialized.", "InvalidStateError"));
    }
    if (readableLocked(this.#readable) || writableLocked(this.#writable)) {
      return promiseReject(
        new DOMException("Close is called while a stream of the socket is locked.", "InvalidStateError"),
      );
    }
    // What a writer that is made later rejects with.
    const reason = new DOMException("The socket has been closed.", "AbortError");
    ignoreRejection(readableCancel(this.#readable, reason));
    ignoreRejection(writableAbort(this.#writable, reason));
    return this.closed;
  }
}

/** @param {Promise<unknown>} promise */
function ignoreRejection(promise) {
  promiseThen(promise, undefined, () => {});
}

/**
 * The TCPSocketOptions dictionary, its members in the order in which Web IDL reads them.
 * @param {unknown} value
 */
function convertOptions(value) {
  const options = toDictionary(value, CONSTRUCT, "TCPSocketOptions");
  /** @param {string} name */
  const unsigned = (name) => {
    const member = options[name];
    return member === undefined
      ? undefined
      : toUnsigned(member, 32, `${CONSTRUCT}: Failed to read '${name}'`);
  };
  const { dnsQueryType: family } = options;
  const dnsQueryType =
    family === undefined
      ? undefined
      : toEnum(family, /** @type {const} */ (["ipv4", "ipv6"]), CONSTRUCT, "SocketDnsQueryType");
  const keepAliveDelay = unsigned("keepAliveDelay");
  const noDelay = options.noDelay === undefined ? undefined : !!options.noDelay;
  const receiveBufferSize = unsigned("receiveBufferSize");
  const sendBufferSize = unsigned("sendBufferSize");
  return { dnsQueryType, keepAliveDelay, noDelay, receiveBufferSize, sendBufferSize };
}

/** @param {ReturnType<typeof convertOptions>} options */
function checkOptions({ keepAliveDelay, receiveBufferSize, sendBufferSize }) {
  if (keepAliveDelay !== undefined && keepAliveDelay < 1000) {
    throw new TypeError(`${CONSTRUCT}: keepAliveDelay must be no less than 1,000 milliseconds.`);
  }
  if (sendBufferSize === 0) throw new TypeError(`${CONSTRUCT}: sendBufferSize must be greater than zero.`);
  if (receiveBufferSize === 0)
    throw new TypeError(`${CONSTRUCT}: receiveBufferSize must be greater than zero.`);
}
