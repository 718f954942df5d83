// @ts-check
/** UDPSocket (https://wicg.github.io/direct-sockets/#udpsocket-interface). */

import {
  DOMException,
  Promise,
  TypeError,
  WeakMap,
  promiseReject,
  weakMapGet,
  weakMapSet,
} from "../primordials.js";
import { readableCancel, readableLocked, writableAbort, writableLocked } from "./primordials.js";
import {
  createPlatformObject,
  finishInterface,
  ignoreRejection,
  illegalInvocation,
  toDictionary,
  toDOMString,
  toEnum,
  toUnsigned,
} from "../webidl.js";
import { isAddress } from "./address.js";
import { Datagrams } from "./datagrams.js";
import { socketsDisabled } from "./tcp-socket.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */
/** @typedef {import("../../generated/bridge.js").UdpParams} UdpParams */
/** @typedef {import("./connection.js").Connections} Connections */
/** @typedef {import("./grant.js").Grant} Grant */

const CONSTRUCT = "Failed to construct 'UDPSocket'";

/**
 * Makes the interface object of UDPSocket.
 * @param {Bridge} bridge
 * @param {Connections} connections
 * @param {Grant} grant
 * @param {boolean} allowedByPolicy whether the policy of this document has `direct-sockets`
 * @param {import("./multicast.js").CreateMulticastController} createController
 */
export function createUDPSocket(bridge, connections, grant, allowedByPolicy, createController) {
  /** @type {WeakMap<object, Socket>} */
  const sockets = new WeakMap();

  class UDPSocket {
    /** @param {object} options a UDPSocketOptions dictionary */
    constructor(options = {}) {
      const converted = convertOptions(options);
      if (!allowedByPolicy && grant.isKnownToBeMissing()) throw socketsDisabled(CONSTRUCT);
      checkOptions(converted);
      const object = createPlatformObject(new.target);
      weakMapSet(sockets, object, new Socket(bridge, connections, converted, createController));
      return /** @type {UDPSocket} */ (object);
    }

    /** @returns {Promise<object>} */
    get opened() {
      return weakMapGet(sockets, this)?.opened ?? illegalInvocation("opened", "UDPSocket");
    }

    /** @returns {Promise<undefined>} */
    get closed() {
      return weakMapGet(sockets, this)?.closed ?? illegalInvocation("closed", "UDPSocket");
    }

    /** @returns {Promise<undefined>} */
    close() {
      return weakMapGet(sockets, this)?.close() ?? illegalInvocation("close", "UDPSocket");
    }
  }
  finishInterface(UDPSocket, "UDPSocket", ["opened", "closed", "close"]);
  return UDPSocket;
}

/** One socket, from the attempt to its end. No page gets hold of it. */
class Socket {
  /** @type {Promise<object>} */
  opened;
  /** @type {Promise<undefined>} */
  closed;
  /** @type {Datagrams | undefined} */
  #datagrams;
  #isClosed = false;

  /**
   * @param {Bridge} bridge
   * @param {Connections} connections
   * @param {UdpParams} options
   * @param {import("./multicast.js").CreateMulticastController} createController
   */
  constructor(bridge, connections, options, createController) {
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
        "network.udp",
        options,
        ({ connection, remoteAddress, remotePort, localAddress, localPort }, received) => {
          const descriptor = /** @type {NativeDescriptor} */ (received);
          const isBound = remoteAddress === null;
          const multicast = isBound ? createController(connection) : null;
          const datagrams = new Datagrams(descriptor, isBound, (failed, failure) => {
            this.#isClosed = true;
            multicast?.close(failed, failure);
            descriptor.close();
            bridge.notify("network.close", { connection });
            connections.forget(connection);
            if (failed) rejectClosed(failure);
            else resolveClosed(undefined);
          });
          connections.hold(connection, datagrams);
          this.#datagrams = datagrams;
          const { readable, writable } = datagrams;
          const peer = isBound ? undefined : { remoteAddress, remotePort };
          const groups = multicast ? { multicastController: multicast.controller } : undefined;
          resolve({ readable, writable, ...peer, localAddress, localPort, ...groups });
        },
        (error) => {
          reject(error);
          rejectClosed(error);
        },
      );
    });
  }

  /** @returns {Promise<undefined>} */
  close() {
    if (this.#isClosed) return this.closed;
    if (!this.#datagrams) {
      return promiseReject(new DOMException("Socket is not properly initialized.", "InvalidStateError"));
    }
    const { readable, writable } = this.#datagrams;
    if (readableLocked(readable) || writableLocked(writable)) {
      return promiseReject(
        new DOMException("Close is called while a stream of the socket is locked.", "InvalidStateError"),
      );
    }
    const reason = new DOMException("The socket has been closed.", "AbortError");
    ignoreRejection(readableCancel(readable, reason));
    ignoreRejection(writableAbort(writable, reason));
    return this.closed;
  }
}

/**
 * The UDPSocketOptions dictionary, its members in the order in which Web IDL reads them.
 * @param {unknown} value
 * @returns {UdpParams}
 */
function convertOptions(value) {
  const options = toDictionary(value, CONSTRUCT, "UDPSocketOptions");
  /** @param {string} name @param {8 | 16 | 32} bits */
  const unsigned = (name, bits) => {
    const member = options[name];
    return member === undefined ? undefined : toUnsigned(member, bits, `${CONSTRUCT}: Failed to read '${name}'`);
  };
  /** @param {string} name */
  const text = (name) => {
    const member = options[name];
    return member === undefined ? undefined : toDOMString(member);
  };
  const { dnsQueryType: family } = options;
  const dnsQueryType =
    family === undefined
      ? undefined
      : toEnum(family, /** @type {const} */ (["ipv4", "ipv6"]), CONSTRUCT, "SocketDnsQueryType");
  const ipv6Only = options.ipv6Only === undefined ? undefined : !!options.ipv6Only;
  const localAddress = text("localAddress");
  const localPort = unsigned("localPort", 16);
  const sharing = options.multicastAllowAddressSharing;
  const multicastAllowAddressSharing = sharing === undefined ? undefined : !!sharing;
  const multicastInterface = text("multicastInterface");
  const loopback = options.multicastLoopback;
  const multicastLoopback = loopback === undefined ? undefined : !!loopback;
  const multicastTimeToLive = unsigned("multicastTimeToLive", 8);
  const receiveBufferSize = unsigned("receiveBufferSize", 32);
  const remoteAddress = text("remoteAddress");
  const remotePort = unsigned("remotePort", 16);
  const sendBufferSize = unsigned("sendBufferSize", 32);
  return {
    dnsQueryType,
    ipv6Only,
    localAddress,
    localPort,
    multicastAllowAddressSharing,
    multicastInterface,
    multicastLoopback,
    multicastTimeToLive,
    receiveBufferSize,
    remoteAddress,
    remotePort,
    sendBufferSize,
  };
}

/** @param {UdpParams} options */
function checkOptions(options) {
  const { dnsQueryType, ipv6Only, localAddress, localPort, remoteAddress, remotePort } = options;
  /** @param {string} what */
  const wrong = (what) => new TypeError(`${CONSTRUCT}: ${what}`);
  if ((remoteAddress === undefined) !== (remotePort === undefined)) {
    throw wrong("remoteAddress and remotePort should either be specified together or not specified at all.");
  }
  const isConnected = remoteAddress !== undefined;
  if (!isConnected && localAddress === undefined) {
    throw wrong("neither remoteAddress nor localAddress specified.");
  }
  if (isConnected && localAddress !== undefined) {
    throw wrong("remoteAddress and localAddress cannot be specified together.");
  }
  if (localPort !== undefined && localAddress === undefined) {
    throw wrong("localPort cannot be specified without localAddress.");
  }
  if (localPort === 0) throw wrong("localPort must be greater than zero.");
  if (localAddress !== undefined && !isAddress(localAddress)) throw wrong("localAddress must be a valid IP address.");
  if (dnsQueryType !== undefined && !isConnected) {
    throw wrong("dnsQueryType is only relevant when remoteAddress is specified.");
  }
  if (ipv6Only !== undefined && isConnected) throw wrong("ipv6Only is only relevant when localAddress is specified.");
  if (ipv6Only && localAddress !== "::") throw wrong('ipv6Only can only be set to true if localAddress is "::".');
  if (options.sendBufferSize === 0) throw wrong("sendBufferSize must be greater than zero.");
  if (options.receiveBufferSize === 0) throw wrong("receiveBufferSize must be greater than zero.");
}
