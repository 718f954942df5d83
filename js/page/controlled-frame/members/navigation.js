// @ts-check
/** Where a frame goes, and its session history. */

import { TypeError } from "../../primordials.js";
import { promiseFrom, wholeNumber } from "../../webidl.js";

/** @import { ControllerOf } from "../element.js" */

/** @param {ControllerOf} controllerOf */
export const navigationMembers = (controllerOf) => ({
  /** @returns {Promise<boolean>} */
  back() {
    return promiseFrom((resolve, reject) => controllerOf(this).go(-1, resolve, reject));
  },

  canGoBack() {
    return controllerOf(this).canGoBack;
  },

  canGoForward() {
    return controllerOf(this).canGoForward;
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
    controllerOf(this).tell("frame.reload", {});
  },

  stop() {
    controllerOf(this).tell("frame.stop", {});
  },
});
