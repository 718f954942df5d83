// @ts-check
/** The window of a frame's page. */

/** @import { ControllerOf } from "../element.js" */

/** @param {ControllerOf} controllerOf */
export const windowMembers = (controllerOf) => ({
  get contentWindow() {
    return controllerOf(this).contentWindow;
  },
});
