// @ts-check
/** What is heard of a frame. */

import { promiseFrom } from "../../webidl.js";

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

  /** @param {boolean} mute */
  setAudioMuted(mute) {
    controllerOf(this).tellGuest("frame.setAudioMuted", { mute: !!mute });
  },
});
