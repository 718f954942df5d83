// @ts-check
/** An app's scripts and style sheets in a frame's documents: in the one that is shown, and in all that will be. */

import { promiseFrom, requireArguments, toDOMString, toSequence } from "../../webidl.js";
import { isChromium } from "../compatibility.js";
import { MOST_SCRIPTS, readContentScripts } from "../content-script-details.js";
import { loadCode, readInjectDetails } from "../inject-details.js";

/** @typedef {import("../controller.js").FrameController} FrameController */
/** @import { ControllerOf } from "../element.js" */
/** @import { Place } from "../inject-details.js" */

/** @param {string} member */
const failedTo = (member) => `Failed to execute '${member}' on 'HTMLControlledFrameElement'`;

/** @param {ControllerOf} controllerOf */
export const scriptMembers = (controllerOf) => ({
  /**
   * @param {Iterable<ContentScriptDetails>} contentScriptList
   * @returns {Promise<void>} settles when the next page will have them
   */
  addContentScripts(contentScriptList) {
    const given = arguments.length;
    return promiseFrom((resolve, reject) => {
      const controller = controllerOf(this);
      const context = failedTo("addContentScripts");
      requireArguments(context, given, 1);
      controller.equipment.addContentScripts(
        readContentScripts(contentScriptList, context),
        () => resolve(undefined),
        reject,
      );
    });
  },

  /**
   * @param {{ code?: string, file?: string, allFrames?: boolean, matchAboutBlank?: boolean, runAt?: string }} details
   * @returns {Promise<unknown>}
   */
  executeScript(details = {}) {
    return promiseFrom((resolve, reject) => {
      inject(controllerOf(this), "executeScript", details, reject, (controller, code, place) => {
        const { allFrames, matchAboutBlank, runAt } = place;
        const chromiums = { matchAboutBlank: allFrames, runAt: runAt ?? "document_idle", form: /** @type {const} */ ("plain") };
        const params = { code, allFrames, ...(isChromium() ? chromiums : { matchAboutBlank, runAt }) };
        controller.executeScript({ params, resolve, reject });
      });
    });
  },

  /**
   * @param {{ code?: string, file?: string, allFrames?: boolean }} details
   * @returns {Promise<void>}
   */
  insertCSS(details = {}) {
    return promiseFrom((resolve, reject) => {
      inject(controllerOf(this), "insertCSS", details, reject, (controller, code, { allFrames }) =>
        controller.ask("frame.insertCSS", { code, allFrames }, () => resolve(undefined), reject),
      );
    });
  },

  /**
   * @param {Iterable<string> | null} scriptNameList all of them if there is none, or nothing in it
   * @returns {Promise<void>}
   */
  removeContentScripts(scriptNameList = null) {
    return promiseFrom((resolve, reject) => {
      const controller = controllerOf(this);
      const names =
        scriptNameList === null
          ? []
          : toSequence(scriptNameList, failedTo("removeContentScripts"), MOST_SCRIPTS, toDOMString);
      controller.equipment.removeContentScripts(names.length > 0 ? names : null, () => resolve(undefined), reject);
    });
  },
});

/**
 * @param {FrameController} controller
 * @param {string} member for messages
 * @param {unknown} details
 * @param {(reason: unknown) => void} reject
 * @param {(controller: FrameController, code: string, place: Place) => void} perform
 */
function inject(controller, member, details, reject, perform) {
  const { source, place } = readInjectDetails(details, failedTo(member));
  controller.checkGuest();
  loadCode(
    source,
    (code) => {
      try {
        perform(controller, code, place);
      } catch (error) {
        reject(error); // the guest ended while the file was loading
      }
    },
    reject,
  );
}
