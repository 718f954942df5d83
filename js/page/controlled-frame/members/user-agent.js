// @ts-check
/** What a frame's pages say they are, as Chromium's element has it; and printing. */

import { TypeError, regExpExec } from "../../primordials.js";
import { requireArguments, toDOMString } from "../../webidl.js";
import { userAgent } from "../dom.js";

/** @import { ControllerOf } from "../element.js" */

const LONGEST = 4096;
/** What headers cannot have. */
const CONTROL = /[\0-\x1f\x7f-\x9f]/;

/** @param {ControllerOf} controllerOf */
export const userAgentMembers = (controllerOf) => ({
  /** @returns {string} */
  getUserAgent() {
    return controllerOf(this).equipment.userAgent || userAgent();
  },

  /** @returns {boolean} */
  isUserAgentOverridden() {
    return controllerOf(this).equipment.userAgent !== "";
  },

  /**
   * @param {string} userAgent the empty text restores it
   * @returns {boolean}
   */
  setUserAgentOverride(userAgent) {
    const context = "Failed to execute 'setUserAgentOverride' on 'HTMLControlledFrameElement'";
    const controller = controllerOf(this);
    requireArguments(context, arguments.length, 1);
    const text = toDOMString(userAgent);
    if (text.length > LONGEST || regExpExec(CONTROL, text)) {
      throw new TypeError(`${context}: No header can have this text.`);
    }
    controller.equipment.overrideUserAgent(text);
    return true;
  },

  /** The engine sends no client hints, so there is no brand in them. @param {boolean} _isEnabled */
  setClientHintsUABrandEnabled(_isEnabled) {
    controllerOf(this);
  },

  print() {
    controllerOf(this).tellGuest("frame.print", {});
  },
});
