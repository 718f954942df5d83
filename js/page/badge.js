// @ts-check
/**
 * `navigator.setAppBadge` and `navigator.clearAppBadge` (Badging API). The desktop shows the badge, where it shows any.
 */

import { TypeError } from "./primordials.js";
import { copyOperations, promiseFrom, toUnsigned } from "./webidl.js";

const SET = "Failed to execute 'setAppBadge' on 'Navigator'";

/** @param {import("./bridge.js").Bridge} bridge */
export function installBadge(bridge) {
  const { Navigator, navigator } = globalThis;
  const holder = {
    /** @param {unknown} [contents] @returns {Promise<void>} */
    setAppBadge(contents) {
      return promiseFrom((resolve) => {
        const count = contents === undefined ? undefined : toUnsigned(contents, 64, SET);
        requireNavigator(this);
        bridge.notify("badge.set", { count });
        resolve(undefined);
      });
    },
    /** @returns {Promise<void>} */
    clearAppBadge() {
      return promiseFrom((resolve) => {
        requireNavigator(this);
        bridge.notify("badge.set", { count: 0 });
        resolve(undefined);
      });
    },
  };
  /** @type {string[]} */
  const names = [];
  copyOperations(Navigator.prototype, holder, names);

  /** @param {unknown} receiver */
  function requireNavigator(receiver) {
    if (receiver !== navigator) throw new TypeError("Illegal invocation");
  }
}
