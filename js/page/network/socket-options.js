// @ts-check
/** The TCPSocketOptions dictionary: Direct Sockets' members, and Insula's own. */

import { TypeError } from "../primordials.js";
import { signalAborted } from "./primordials.js";
import { toDictionary, toDOMString, toEnum, toUnsigned } from "../webidl.js";
import { convertTls } from "./tls.js";

/** @typedef {ReturnType<typeof convertOptions>} SocketOptions */

const SECURE_TRANSPORTS = /** @type {const} */ (["off", "on", "starttls"]);

/**
 * The dictionary, its members in the order in which Web IDL reads them.
 * @param {unknown} value
 * @param {string} context
 */
export function convertOptions(value, context) {
  const options = toDictionary(value, context, "TCPSocketOptions");
  /** @param {string} name */
  const unsigned = (name) => {
    const member = options[name];
    return member === undefined
      ? undefined
      : toUnsigned(member, 32, `${context}: Failed to read '${name}'`);
  };
  const connectTimeout = unsigned("connectTimeout");
  const { dnsQueryType: family } = options;
  const dnsQueryType =
    family === undefined
      ? undefined
      : toEnum(family, /** @type {const} */ (["ipv4", "ipv6"]), context, "SocketDnsQueryType");
  const keepAliveDelay = unsigned("keepAliveDelay");
  const { localAddress: local } = options;
  const localAddress = local === undefined ? undefined : toDOMString(local);
  const noDelay = options.noDelay === undefined ? undefined : !!options.noDelay;
  const receiveBufferSize = unsigned("receiveBufferSize");
  const { secureTransport: secure } = options;
  const secureTransport =
    secure === undefined ? "off" : toEnum(secure, SECURE_TRANSPORTS, context, "SecureTransport");
  const sendBufferSize = unsigned("sendBufferSize");
  const { signal } = options;
  if (signal !== undefined) checkSignal(signal, context);
  const { tls: secured } = options;
  const tls = secured === undefined ? undefined : convertTls(secured, context);
  return {
    secureTransport,
    signal: /** @type {AbortSignal | undefined} */ (signal),
    /** How it is secured, at once or later. */
    tls,
    /** What the broker is told of the connection. */
    connection: /** @type {import("../../generated/bridge.js").SocketOptions} */ ({
      dnsQueryType,
      keepAliveDelay,
      noDelay,
      receiveBufferSize,
      sendBufferSize,
      connectTimeout,
      localAddress,
    }),
  };
}

/**
 * What cannot be, whatever the network's state.
 * @param {SocketOptions} options
 * @param {string} context
 */
export function checkOptions({ connection, secureTransport, tls }, context) {
  const { keepAliveDelay, receiveBufferSize, sendBufferSize, connectTimeout } = connection;
  if (keepAliveDelay !== undefined && keepAliveDelay < 1000) {
    throw new TypeError(`${context}: keepAliveDelay must be no less than 1,000 milliseconds.`);
  }
  if (sendBufferSize === 0) throw new TypeError(`${context}: sendBufferSize must be greater than zero.`);
  if (receiveBufferSize === 0)
    throw new TypeError(`${context}: receiveBufferSize must be greater than zero.`);
  if (connectTimeout === 0) throw new TypeError(`${context}: connectTimeout must be greater than zero.`);
  if (tls && secureTransport === "off") {
    throw new TypeError(`${context}: tls is for a socket whose secureTransport is "on" or "starttls".`);
  }
}

/** @param {unknown} signal @param {string} context */
function checkSignal(signal, context) {
  try {
    signalAborted(/** @type {AbortSignal} */ (signal));
  } catch {
    throw new TypeError(`${context}: Failed to read 'signal': it is not of type 'AbortSignal'.`);
  }
}
