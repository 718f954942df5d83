// @ts-check
/**
 * `navigator.setAppBadge` and `navigator.clearAppBadge` (Badging API). The desktop shows the badge, where it shows any.
 */

import { TypeError, isFiniteNumber, trunc } from "./primordials.js";
import { copyOperations, promiseFrom } from "./webidl.js";

/** The largest number that a double tells from its neighbours. */
const LARGEST = 2 ** 53 - 1;

/** @param {import("./bridge.js").Bridge} bridge */
export function installBadge(bridge) {
  const { Navigator, navigator } = globalThis;
  const holder = {
    /** @param {unknown} [contents] @returns {Promise<void>} */
    setAppBadge(contents) {
      return promiseFrom((resolve) => {
        const count = contents === undefined ? undefined : toCount(contents);
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

/** `[EnforceRange] unsigned long long` (Web IDL §3.2.4). @param {unknown} value */
function toCount(value) {
  const number = +(/** @type {any} */ (value));
  const count = trunc(number);
  if (!isFiniteNumber(number) || count < 0 || count > LARGEST) {
    throw new TypeError(
      "Failed to execute 'setAppBadge' on 'Navigator': Value is outside the 'unsigned long long' value range.",
    );
  }
  return count;
}
