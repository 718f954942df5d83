// @ts-check
/** navigator.unrestrictedNetwork.resolve(): records of names. */

import { TypeError, addEventListener, removeEventListener } from "../primordials.js";
import { signalAborted, signalReason } from "./primordials.js";
import { map } from "../lists.js";
import {
  copyOperations,
  illegalInvocation,
  promiseFrom,
  requireArguments,
  toDictionary,
  toDOMString,
  toEnum,
} from "../webidl.js";
import { decodeBytes } from "./tls.js";

/** @typedef {import("../../generated/bridge.js").HttpsResult} HttpsResult */
/** @typedef {import("../../generated/bridge.js").RecordResult} RecordResult */

const CONTEXT = "Failed to execute 'resolve' on 'UnrestrictedNetwork'";
const TYPES = /** @type {const} */ ([
  "A",
  "AAAA",
  "CAA",
  "CNAME",
  "HTTPS",
  "MX",
  "NS",
  "PTR",
  "SOA",
  "SRV",
  "TXT",
]);

/**
 * Adds `resolve` to UnrestrictedNetwork.
 * @param {object} prototype
 * @param {string[]} members to which its name is added
 * @param {import("../bridge.js").Bridge} bridge
 * @param {import("./connection.js").Connections} connections
 * @param {() => EventTarget} instance the one instance, once it is made
 */
export function addResolve(prototype, members, bridge, connections, instance) {
  const source = {
    /**
     * @param {string} name
     * @param {object} options a ResolveOptions dictionary
     * @returns {Promise<unknown[]>}
     */
    resolve(name, options = {}) {
      if (/** @type {unknown} */ (this) !== instance()) return illegalInvocation("resolve", "UnrestrictedNetwork");
      const given = arguments.length;
      return promiseFrom((resolve, reject) => {
        requireArguments(CONTEXT, given, 1);
        const asked = toDOMString(name);
        const { signal, type } = convertOptions(options);
        if (signal && signalAborted(signal)) throw signalReason(signal);
        const request = connections.nextRequest();
        const abort = () => {
          bridge.notify("network.abort", { request });
          finish();
          reject(signalReason(/** @type {AbortSignal} */ (signal)));
        };
        const finish = () => {
          if (signal) removeEventListener(signal, "abort", abort);
        };
        if (signal) addEventListener(signal, "abort", abort);
        bridge.call(
          "network.resolve",
          { name: asked, type, request },
          ({ records }) => {
            finish();
            resolve(type === "HTTPS" ? map(/** @type {HttpsResult[]} */ (records), toHttpsRecord) : records);
          },
          (error) => {
            finish();
            reject(error);
          },
        );
      });
    },
  };
  copyOperations(prototype, source, members);
}

/**
 * What the server has not said is not there.
 * @param {HttpsResult} result
 */
function toHttpsRecord({ priority, target, noDefaultAlpn, alpn, port, ipv4hint, ipv6hint, ech }) {
  return {
    priority,
    target,
    noDefaultAlpn,
    ...(alpn && { alpn }),
    ...(port !== null && { port }),
    ...(ipv4hint && { ipv4hint }),
    ...(ipv6hint && { ipv6hint }),
    ...(ech !== null && { ech: decodeBytes(ech) }),
  };
}

/**
 * The dictionary, its members in the order in which Web IDL reads them.
 * @param {unknown} value
 */
function convertOptions(value) {
  const options = toDictionary(value, CONTEXT, "ResolveOptions");
  const { signal } = options;
  if (signal !== undefined) checkSignal(signal);
  const { type: given } = options;
  const type = given === undefined ? "A" : toEnum(given, TYPES, CONTEXT, "DnsRecordType");
  return { signal: /** @type {AbortSignal | undefined} */ (signal), type };
}

/** @param {unknown} signal */
function checkSignal(signal) {
  try {
    signalAborted(/** @type {AbortSignal} */ (signal));
  } catch {
    throw new TypeError(`${CONTEXT}: Failed to read 'signal': it is not of type 'AbortSignal'.`);
  }
}
