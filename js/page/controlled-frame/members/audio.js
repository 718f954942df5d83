// @ts-check
/** What is heard of a frame. */

import { promiseFrom } from "../../webidl.js";
import { isChromium } from "../compatibility.js";

/** @import { ControllerOf } from "../element.js" */

/** @param {ControllerOf} controllerOf */
export const audioMembers = (controllerOf) => ({
  /** @returns {Promise<boolean>} whether it makes sounds, muted or not */
  getAudioState() {
    return promiseFrom((resolve, reject) =>
      controllerOf(this).ask("frame.getAudioState", {}, ({ value }) => resolve(value), reject),
    );
  },

  /** @returns {Promise<boolean>} */
  isAudioMuted() {
    return promiseFrom((resolve, reject) =>
      controllerOf(this).ask("frame.isAudioMuted", {}, ({ value }) => resolve(value), reject),
    );
  },

  /** @param {boolean} mute @returns {boolean | void} what only Chromium answers: whether there is a page to do it to */
  setAudioMuted(mute) {
    const controller = controllerOf(this);
    if (isChromium()) return controller.tell("frame.setAudioMuted", { mute: !!mute });
    controller.tellGuest("frame.setAudioMuted", { mute: !!mute });
  },
});
