// @ts-check
/**
 * navigator.unrestrictedNetwork.createMediaURL(): what `<audio>`, `<video>`, `<img>` and `<track>` of the page load past CORS.
 */

import { TypeError, urlHref } from "../primordials.js";
import { copyOperations, illegalInvocation, promiseFrom, requireArguments, toDictionary, toUSVString } from "../webidl.js";
import { isLocal, parseUrl } from "./fetch-request.js";
import { convertHeaders } from "./headers.js";

const CREATE = "Failed to execute 'createMediaURL' on 'UnrestrictedNetwork'";
const REVOKE = "Failed to execute 'revokeMediaURL' on 'UnrestrictedNetwork'";

/**
 * Adds `createMediaURL` and `revokeMediaURL` to UnrestrictedNetwork.
 * @param {object} prototype
 * @param {string[]} members to which their names are added
 * @param {import("../bridge.js").Bridge} bridge
 * @param {() => EventTarget} instance the one instance, once it is made
 */
export function addMediaUrls(prototype, members, bridge, instance) {
  const source = {
    /**
     * @param {string | URL} url
     * @param {object} init a MediaURLInit dictionary
     * @returns {Promise<string>}
     */
    createMediaURL(url, init = {}) {
      if (/** @type {unknown} */ (this) !== instance()) {
        return illegalInvocation("createMediaURL", "UnrestrictedNetwork");
      }
      const given = arguments.length;
      return promiseFrom((resolve, reject) => {
        requireArguments(CREATE, given, 1);
        const { headers: list } = toDictionary(init, CREATE, "MediaURLInit");
        const headers = list === undefined ? [] : convertHeaders(list, CREATE);
        const parsed = parseUrl(url, CREATE);
        if (isLocal(parsed)) throw new TypeError(`${CREATE}: what is in the page already needs no other URL.`);
        bridge.call("network.createMediaUrl", { url: urlHref(parsed), headers }, ({ url }) => resolve(url), reject);
      });
    },

    /** @param {string} url */
    revokeMediaURL(url) {
      if (/** @type {unknown} */ (this) !== instance()) throw new TypeError("Illegal invocation");
      requireArguments(REVOKE, arguments.length, 1);
      bridge.notify("network.revokeMediaUrl", { url: toUSVString(url) });
    },
  };
  copyOperations(prototype, source, members);
}
