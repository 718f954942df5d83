// @ts-check
/** How much the app has zoomed a frame. */

import { TypeError, isFiniteNumber } from "../../primordials.js";
import { promiseFrom, requireArguments, toEnum } from "../../webidl.js";
import { isChromium } from "../compatibility.js";

/** @import { ControllerOf } from "../element.js" */
/** @import { ZoomMode } from "../../../generated/bridge.js" */

const MODES = /** @type {const} */ (["per-origin", "per-view", "disabled"]);

/** @param {ControllerOf} controllerOf */
export const zoomMembers = (controllerOf) => ({
  /** @returns {Promise<number>} how large a CSS pixel is, of what it is without zoom */
  getZoom() {
    return promiseFrom((resolve, reject) =>
      controllerOf(this).ask("frame.getZoom", {}, ({ factor }) => resolve(factor), reject),
    );
  },

  /** @returns {Promise<ZoomMode>} */
  getZoomMode() {
    return promiseFrom((resolve, reject) =>
      controllerOf(this).ask("frame.getZoomMode", {}, ({ mode }) => resolve(mode), reject),
    );
  },

  /**
   * @param {number} zoomFactor
   * @returns {Promise<void>}
   */
  setZoom(zoomFactor) {
    const given = arguments.length;
    return promiseFrom((resolve, reject) => {
      const controller = controllerOf(this);
      const context = "Failed to execute 'setZoom' on 'HTMLControlledFrameElement'";
      requireArguments(context, given, 1);
      const factor = +zoomFactor;
      if (!isFiniteNumber(factor)) {
        throw new TypeError(`${context}: The provided double value is non-finite.`);
      }
      controller.ask("frame.setZoom", { factor, isToldAnyway: isChromium() }, () => resolve(undefined), reject);
    });
  },

  /**
   * @param {ZoomMode} mode
   * @returns {Promise<void>}
   */
  setZoomMode(mode) {
    const given = arguments.length;
    return promiseFrom((resolve, reject) => {
      const controller = controllerOf(this);
      const context = "Failed to execute 'setZoomMode' on 'HTMLControlledFrameElement'";
      requireArguments(context, given, 1);
      const value = toEnum(mode, MODES, context, "ZoomMode");
      controller.ask("frame.setZoomMode", { mode: value }, () => resolve(undefined), reject);
    });
  },
});
