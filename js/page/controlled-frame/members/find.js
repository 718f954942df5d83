// @ts-check
/** Text that the app looks for in a frame, as Chromium's element has it. */

import { promiseThen, reflectApply } from "../../primordials.js";
import { promiseFrom, requireArguments, toDictionary, toDOMString, toEnum } from "../../webidl.js";
import { toCallback } from "../menu-item.js";

/** @import { ControllerOf } from "../element.js" */
/** @import { FindResult } from "../../../generated/bridge.js" */

const ACTIONS = /** @type {const} */ (["clear", "keep", "activate"]);

/** @param {ControllerOf} controllerOf */
export const findMembers = (controllerOf) => ({
  /**
   * @param {string} searchText
   * @param {{ backward?: boolean, matchCase?: boolean } | null} [options]
   * @param {((result: FindResult) => void) | null} [callback] is told the same as the promise
   * @returns {Promise<FindResult>}
   */
  find(searchText, options, callback) {
    const given = arguments.length;
    const context = "Failed to execute 'find' on 'HTMLControlledFrameElement'";
    /** @type {Function | null | undefined} */
    let called;
    const found = /** @type {Promise<FindResult>} */ (
      promiseFrom((resolve, reject) => {
        const controller = controllerOf(this);
        requireArguments(context, given, 1);
        const text = toDOMString(searchText);
        const { backward, matchCase } = toDictionary(options, context, "FindOptions");
        called = toCallback(callback, context);
        const params = { text, backward: !!backward, matchCase: !!matchCase };
        controller.ask("frame.find", params, resolve, reject);
      })
    );
    if (called) {
      const callee = called;
      // What it throws is told as what a listener throws.
      promiseThen(found, (result) => void reflectApply(callee, undefined, [result]), () => {});
    }
    return found;
  },

  /** @param {"clear" | "keep" | "activate"} [action] what becomes of the match that was found last */
  stopFinding(action = "keep") {
    const controller = controllerOf(this);
    const context = "Failed to execute 'stopFinding' on 'HTMLControlledFrameElement'";
    controller.tell("frame.stopFinding", { action: toEnum(action, ACTIONS, context, "StopFindingAction") });
  },
});
