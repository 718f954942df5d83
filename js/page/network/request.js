// @ts-check
/** navigator.unrestrictedNetwork.request(): asks the user for the grant. */

import { copyOperations, illegalInvocation, promiseFrom } from "../webidl.js";

/** @typedef {import("./grant.js").NetworkState} NetworkState */

/**
 * Adds `request` to UnrestrictedNetwork.
 * @param {object} prototype
 * @param {string[]} members to which its name is added
 * @param {import("../bridge.js").Bridge} bridge
 * @param {import("./grant.js").Grant} grant
 * @param {() => EventTarget} instance the one instance, once it is made
 */
export function addRequest(prototype, members, bridge, grant, instance) {
  /** The question that waits for the user's answer. @type {Promise<NetworkState> | null} */
  let asking = null;
  const source = {
    /** @returns {Promise<NetworkState>} */
    request() {
      if (/** @type {unknown} */ (this) !== instance()) return illegalInvocation("request", "UnrestrictedNetwork");
      // The first call has used up the click; one before its answer waits for the same.
      if (asking) return asking;
      asking = promiseFrom((resolve, reject) => {
        bridge.call(
          "network.request",
          {},
          ({ state }) => {
            asking = null;
            grant.update(state);
            resolve(state);
          },
          (error) => {
            asking = null;
            reject(error);
          },
        );
      });
      return asking;
    },
  };
  copyOperations(prototype, source, members);
}
