// @ts-check
/** The process of a frame's page. */

import { reflectApply, reflectGet } from "../../primordials.js";
import { HTMLElement } from "../dom.js";

/** @import { ControllerOf } from "../element.js" */

/** @param {ControllerOf} controllerOf */
export const processMembers = (controllerOf) => ({
  /**
   * What every target has, or what the page has put in its place. Whether an embedded page answers is looked at only where
   * somebody wants to hear of it.
   * @param {string} type
   * @param {EventListenerOrEventListenerObject | null} _callback
   */
  addEventListener(type, _callback) {
    const controller = controllerOf(this);
    reflectApply(reflectGet(HTMLElement.prototype, "addEventListener", this), this, arguments);
    controller.equipment.listens(type);
  },

  /** Ends the process of the frame's page, and with it that of the other frames in there. */
  terminate() {
    controllerOf(this).tell("frame.terminate", {});
  },
});
