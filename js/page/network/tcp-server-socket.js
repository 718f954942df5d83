// @ts-check
/**
 * TCPServerSocket (https://wicg.github.io/direct-sockets/#tcpserversocket-interface): a stream of the connections that
 * others make. One is accepted when the page reads; until then it waits in the kernel.
 */

import {
  DOMException,
  Promise,
  ReadableStream,
  TypeError,
  WeakMap,
  promiseReject,
  setTimeout,
  weakMapGet,
  weakMapSet,
} from "../primordials.js";
import {
  defaultControllerClose,
  defaultControllerEnqueue,
  defaultControllerError,
  readableCancel,
  readableLocked,
} from "./primordials.js";
import {
  createPlatformObject,
  finishInterface,
  ignoreRejection,
  illegalInvocation,
  requireArguments,
  toDictionary,
  toDOMString,
  toUnsigned,
} from "../webidl.js";
import { toException } from "../bridge.js";
import { isAddress } from "./address.js";
import { Socket } from "./socket.js";
import { socketsDisabled } from "./tcp-socket.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */
/** @typedef {import("../../generated/bridge.js").ListenParams} ListenParams */
/** @typedef {import("./connection.js").Connections} Connections */
/** @typedef {import("./grant.js").Grant} Grant */

const CONSTRUCT = "Failed to construct 'TCPServerSocket'";

/** How soon to ask again for a connection when there was no room for it. */
const RETRY_MILLISECONDS = 100;

/**
 * Makes the interface object of TCPServerSocket.
 * @param {Bridge} bridge
 * @param {Connections} connections
 * @param {Grant} grant
 * @param {boolean} allowedByPolicy whether the policy of this document has `direct-sockets`
 * @param {(socket: Socket) => object} wrap makes the TCPSocket of a connection
 */
export function createTCPServerSocket(bridge, connections, grant, allowedByPolicy, wrap) {
  /** @type {WeakMap<object, ServerSocket>} */
  const servers = new WeakMap();

  class TCPServerSocket {
    /**
     * @param {string} localAddress
     * @param {object} options a TCPServerSocketOptions dictionary
     */
    constructor(localAddress, options = {}) {
      requireArguments(CONSTRUCT, arguments.length, 1);
      const address = toDOMString(localAddress);
      const place = { address, ...convertOptions(options) };
      if (!allowedByPolicy && grant.isKnownToBeMissing()) throw socketsDisabled(CONSTRUCT);
      checkPlace(place);
      const object = createPlatformObject(new.target);
      weakMapSet(servers, object, new ServerSocket(bridge, connections, place, wrap));
      return /** @type {TCPServerSocket} */ (object);
    }

    /** @returns {Promise<object>} */
    get opened() {
      return weakMapGet(servers, this)?.opened ?? illegalInvocation("opened", "TCPServerSocket");
    }

    /** @returns {Promise<undefined>} */
    get closed() {
      return weakMapGet(servers, this)?.closed ?? illegalInvocation("closed", "TCPServerSocket");
    }

    /** @returns {Promise<undefined>} */
    close() {
      return weakMapGet(servers, this)?.close() ?? illegalInvocation("close", "TCPServerSocket");
    }
  }
  finishInterface(TCPServerSocket, "TCPServerSocket", ["opened", "closed", "close"]);
  return TCPServerSocket;
}

/** One listener, from the attempt to its end. No page gets hold of it. */
class ServerSocket {
  /** @type {Promise<object>} */
  opened;
  /** @type {Promise<undefined>} */
  closed;
  /** @type {Bridge} */
  #bridge;
  /** @type {Connections} */
  #connections;
  /** @type {(socket: Socket) => object} */
  #wrap;
  /** @type {"opening" | "open" | "closed" | "failed"} */
  #state = "opening";
  #id = 0;
  /** @type {ReadableStream<object> | undefined} */
  #readable;
  /** @type {ReadableStreamDefaultController<object> | undefined} */
  #controller;
  /** @type {(value: undefined) => void} */
  #resolveClosed = () => {};
  /** @type {(reason: unknown) => void} */
  #rejectClosed = () => {};

  /**
   * @param {Bridge} bridge
   * @param {Connections} connections
   * @param {ListenParams} place
   * @param {(socket: Socket) => object} wrap
   */
  constructor(bridge, connections, place, wrap) {
    this.#bridge = bridge;
    this.#connections = connections;
    this.#wrap = wrap;
    this.closed = new Promise((resolve, reject) => {
      this.#resolveClosed = /** @type {any} */ (resolve);
      this.#rejectClosed = reject;
    });
    // Whoever only looks at `opened` must not be told of an unhandled rejection as well.
    ignoreRejection(this.closed);
    this.opened = new Promise((resolve, reject) => {
      bridge.call(
        "network.listen",
        place,
        ({ listener, localAddress, localPort }) => {
          this.#id = listener;
          this.#state = "open";
          connections.hold(listener, this);
          this.#readable = this.#createReadable();
          resolve({ readable: this.#readable, localAddress, localPort });
        },
        (error) => {
          this.#state = "failed";
          reject(error);
          this.#rejectClosed(error);
        },
      );
    });
  }

  #createReadable() {
    const source = {
      __proto__: null,
      /** @param {ReadableStreamDefaultController<object>} controller */
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => new Promise((resolve) => this.#accept(/** @type {() => void} */ (resolve))),
      cancel: () => this.#finish(),
    };
    return new ReadableStream(
      /** @type {any} */ (source),
      /** @type {any} */ ({ __proto__: null, highWaterMark: 0 }),
    );
  }

  /** @param {() => void} done */
  #accept(done) {
    this.#bridge.call(
      "network.accept",
      { listener: this.#id },
      (info, received) => {
        const descriptor = /** @type {NativeDescriptor} */ (received);
        if (this.#state === "open") {
          const socket = Socket.accepted(this.#bridge, this.#connections, info, descriptor);
          const controller = /** @type {ReadableStreamDefaultController<object>} */ (this.#controller);
          defaultControllerEnqueue(controller, this.#wrap(socket));
        } else {
          descriptor.close();
          this.#bridge.notify("network.close", { connection: info.connection });
        }
        done();
      },
      (error, { name }) => {
        // The runtime is short of something for a moment. How the listener ends, an event says.
        if (name === "QuotaExceededError" && this.#state === "open") {
          setTimeout(() => this.#accept(done), RETRY_MILLISECONDS);
          return;
        }
        this.fail(error);
        done();
      },
    );
  }

  /**
   * The broker says that it has ended.
   * @param {import("../bridge.js").Message} end
   */
  ended({ error }) {
    if (error) this.fail(toException(error));
    else if (this.#state === "open") {
      defaultControllerClose(/** @type {ReadableStreamDefaultController<object>} */ (this.#controller));
      this.#finish();
    }
  }

  /** @param {unknown} error */
  fail(error) {
    if (this.#state !== "open") return;
    this.#state = "closed";
    this.#release();
    defaultControllerError(/** @type {ReadableStreamDefaultController<object>} */ (this.#controller), error);
    this.#rejectClosed(error);
  }

  #finish() {
    if (this.#state !== "open") return;
    this.#state = "closed";
    this.#release();
    this.#resolveClosed(undefined);
  }

  #release() {
    this.#bridge.notify("network.close", { connection: this.#id });
    this.#connections.forget(this.#id);
  }

  /** @returns {Promise<undefined>} */
  close() {
    if (this.#state === "closed") return this.closed;
    if (this.#state !== "open" || !this.#readable) {
      return promiseReject(new DOMException("Socket is not properly initialized.", "InvalidStateError"));
    }
    if (readableLocked(this.#readable)) {
      return promiseReject(
        new DOMException("Close is called while the stream of the socket is locked.", "InvalidStateError"),
      );
    }
    ignoreRejection(readableCancel(this.#readable, undefined));
    return this.closed;
  }
}

/**
 * The TCPServerSocketOptions dictionary, its members in the order in which Web IDL reads them.
 * @param {unknown} value
 */
function convertOptions(value) {
  const options = toDictionary(value, CONSTRUCT, "TCPServerSocketOptions");
  /** @param {string} name @param {16 | 32} bits */
  const unsigned = (name, bits) => {
    const member = options[name];
    return member === undefined ? undefined : toUnsigned(member, bits, `${CONSTRUCT}: Failed to read '${name}'`);
  };
  const backlog = unsigned("backlog", 32);
  const ipv6Only = options.ipv6Only === undefined ? undefined : !!options.ipv6Only;
  const port = unsigned("localPort", 16);
  return { backlog, ipv6Only, port };
}

/** @param {ListenParams} place */
function checkPlace({ address, port, backlog, ipv6Only }) {
  if (!isAddress(address)) throw new TypeError(`${CONSTRUCT}: localAddress must be a valid IP address.`);
  if (port === 0) throw new TypeError(`${CONSTRUCT}: localPort must be greater than zero.`);
  if (backlog === 0) throw new TypeError(`${CONSTRUCT}: backlog must be greater than zero.`);
  if (ipv6Only && address !== "::") {
    throw new TypeError(`${CONSTRUCT}: ipv6Only can only be set to true if localAddress is "::".`);
  }
}
