// @ts-check
/**
 * TCPSocket, exactly as Direct Sockets has it (https://wicg.github.io/direct-sockets/). What Insula adds are optional
 * members, and `startTls()`.
 */

import { DOMException, TypeError, WeakMap, weakMapGet, weakMapSet } from "../primordials.js";
import {
  createPlatformObject,
  finishInterface,
  illegalInvocation,
  requireArguments,
  toDOMString,
  toUnsigned,
} from "../webidl.js";
import { Socket } from "./socket.js";
import { checkOptions, convertOptions } from "./socket-options.js";
import { convertTls } from "./tls.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("./connection.js").Connections} Connections */
/** @typedef {import("./grant.js").Grant} Grant */

const CONSTRUCT = "Failed to construct 'TCPSocket'";

/**
 * Makes the interface object of TCPSocket, and what makes an object of it for a socket that is open already.
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
      const converted = convertOptions(options, CONSTRUCT);
      if (!allowedByPolicy && grant.isKnownToBeMissing()) {
        throw socketsDisabled(CONSTRUCT);
      }
      checkOptions(converted, CONSTRUCT);
      const object = createPlatformObject(new.target);
      weakMapSet(sockets, object, Socket.connect(bridge, connections, { host, port, options: converted }));
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

    get secureTransport() {
      return of(this).secureTransport;
    }

    get upgraded() {
      return of(this).upgraded;
    }

    /**
     * @param {object} options a TlsOptions dictionary
     * @returns {TCPSocket} in whose place the connection goes on, secured
     */
    startTls(options = {}) {
      const socket = of(this);
      const context = "Failed to execute 'startTls' on 'TCPSocket'";
      const secured = socket.startTls(convertTls(options, context), context);
      return wrap(secured);
    }
  }
  finishInterface(TCPSocket, "TCPSocket", ["opened", "closed", "close", "secureTransport", "upgraded", "startTls"]);

  /** @param {object} object @returns {Socket} */
  function of(object) {
    const socket = weakMapGet(sockets, object);
    if (!socket) throw new TypeError("Illegal invocation");
    return socket;
  }

  /** @param {Socket} socket @returns {TCPSocket} */
  function wrap(socket) {
    const object = createPlatformObject(TCPSocket);
    weakMapSet(sockets, object, socket);
    return /** @type {TCPSocket} */ (object);
  }

  return { TCPSocket, wrap };
}

/** @param {string} context */
export function socketsDisabled(context) {
  return new DOMException(`${context}: Permissions-Policy: direct-sockets are disabled.`, "NotAllowedError");
}
