// @ts-check
/** navigator.unrestrictedNetwork.publicAddress(): how STUN servers see this machine. */

import { TypeError, addEventListener, removeEventListener } from "../primordials.js";
import { signalAborted, signalReason } from "./primordials.js";
import {
  copyOperations,
  illegalInvocation,
  promiseFrom,
  toDictionary,
  toEnum,
  toSequence,
  toUSVString,
} from "../webidl.js";

const CONTEXT = "Failed to execute 'publicAddress' on 'UnrestrictedNetwork'";
const FAMILIES = /** @type {const} */ (["ipv4", "ipv6"]);

/** How many servers are read; the runtime takes fewer. */
const MOST = 1000;

/**
 * Adds `publicAddress` to UnrestrictedNetwork.
 * @param {object} prototype
 * @param {string[]} members to which its name is added
 * @param {import("../bridge.js").Bridge} bridge
 * @param {import("./connection.js").Connections} connections
 * @param {() => EventTarget} instance the one instance, once it is made
 */
export function addPublicAddress(prototype, members, bridge, connections, instance) {
  const source = {
    /**
     * @param {object} options a PublicAddressOptions dictionary
     * @returns {Promise<object>}
     */
    publicAddress(options = {}) {
      if (/** @type {unknown} */ (this) !== instance()) return illegalInvocation("publicAddress", "UnrestrictedNetwork");
      return promiseFrom((resolve, reject) => {
        const { signal, ...asked } = convertOptions(options);
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
          "network.publicAddress",
          { ...asked, request },
          ({ address, port, family, natMapped, server }) => {
            finish();
            resolve({ address, port, family, natMapped, server });
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
 * The dictionary, its members in the order in which Web IDL reads them.
 * @param {unknown} value
 */
function convertOptions(value) {
  const options = toDictionary(value, CONTEXT, "PublicAddressOptions");
  const { family: given } = options;
  const family = given === undefined ? undefined : toEnum(given, FAMILIES, CONTEXT, "IPAddressFamily");
  const { signal } = options;
  if (signal !== undefined) checkSignal(signal);
  const { stunServers: list } = options;
  const stunServers = list === undefined ? [] : toSequence(list, `${CONTEXT}: 'stunServers'`, MOST, toUSVString);
  return { family, signal: /** @type {AbortSignal | undefined} */ (signal), stunServers };
}

/** @param {unknown} signal */
function checkSignal(signal) {
  try {
    signalAborted(/** @type {AbortSignal} */ (signal));
  } catch {
    throw new TypeError(`${CONTEXT}: Failed to read 'signal': it is not of type 'AbortSignal'.`);
  }
}
