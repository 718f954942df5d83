// @ts-check
/** An app's scripts and style sheets in a frame's document. */

import { promiseFrom } from "../../webidl.js";
import { loadCode, readInjectDetails } from "../inject-details.js";

/** @typedef {import("../controller.js").FrameController} FrameController */
/** @import { ControllerOf } from "../element.js" */

/** @param {ControllerOf} controllerOf */
export const scriptMembers = (controllerOf) => ({
  /**
   * @param {{ code?: string, file?: string }} details
   * @returns {Promise<unknown>}
   */
  executeScript(details = {}) {
    return promiseFrom((resolve, reject) => {
      inject(controllerOf(this), "executeScript", details, reject, (controller, code) =>
        controller.executeScript({ code, resolve, reject }),
      );
    });
  },

  /**
   * @param {{ code?: string, file?: string }} details
   * @returns {Promise<void>}
   */
  insertCSS(details = {}) {
    return promiseFrom((resolve, reject) => {
      inject(controllerOf(this), "insertCSS", details, reject, (controller, code) =>
        controller.ask("frame.insertCSS", { code }, () => resolve(undefined), reject),
      );
    });
  },
});

/**
 * @param {FrameController} controller
 * @param {string} member for messages
 * @param {unknown} details
 * @param {(reason: unknown) => void} reject
 * @param {(controller: FrameController, code: string) => void} perform
 */
function inject(controller, member, details, reject, perform) {
  const injected = readInjectDetails(details, `Failed to execute '${member}' on 'HTMLControlledFrameElement'`);
  controller.checkGuest();
  loadCode(
    injected,
    (code) => {
      try {
        perform(controller, code);
      } catch (error) {
        reject(error); // the guest ended while the file was loading
      }
    },
    reject,
  );
}
