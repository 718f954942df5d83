// @ts-check
/** Where a frame goes, and its session history. */

import { TypeError } from "../../primordials.js";
import { promiseFrom, wholeNumber } from "../../webidl.js";
import { isChromium } from "../compatibility.js";

/** @import { ControllerOf } from "../element.js" */

/** @param {ControllerOf} controllerOf */
export const navigationMembers = (controllerOf) => ({
  /** @returns {Promise<boolean>} */
  back() {
    return promiseFrom((resolve, reject) => controllerOf(this).go(-1, resolve, reject));
  },

  canGoBack() {
    return truth(() => controllerOf(this).canGoBack);
  },

  canGoForward() {
    return truth(() => controllerOf(this).canGoForward);
  },

  /** @returns {Promise<boolean>} */
  forward() {
    return promiseFrom((resolve, reject) => controllerOf(this).go(1, resolve, reject));
  },

  /**
   * @param {number} relativeIndex absent or 0 reloads
   * @returns {Promise<boolean>}
   */
  go(relativeIndex = 0) {
    return promiseFrom((resolve, reject) => {
      const controller = controllerOf(this);
      const delta = wholeNumber(relativeIndex);
      if (delta === null) {
        throw new TypeError(
          "Failed to execute 'go' on 'HTMLControlledFrameElement': The index is not a whole number.",
        );
      }
      controller.go(delta, resolve, reject);
    });
  },

  reload() {
    return told(controllerOf(this).tell("frame.reload", {}));
  },

  stop() {
    return told(controllerOf(this).tell("frame.stop", {}));
  },
});

/** What is known at once, which Chromium promises. @param {() => boolean} steps */
const truth = (steps) =>
  isChromium() ? promiseFrom((/** @type {(value: boolean) => void} */ resolve) => resolve(steps())) : steps();

/** What only Chromium answers. @param {boolean} hasGuest */
const told = (hasGuest) => (isChromium() ? hasGuest : undefined);
