// @ts-check
/** Pictures of what a frame shows. */

import { TypeError, isFiniteNumber, trunc } from "../../primordials.js";
import { promiseFrom, toDictionary, toEnum } from "../../webidl.js";

/** @import { ControllerOf } from "../element.js" */

const FORMATS = /** @type {const} */ (["jpeg", "png"]);

/** @param {ControllerOf} controllerOf */
export const captureMembers = (controllerOf) => ({
  /**
   * @param {{ format?: "jpeg" | "png", quality?: number }} options JPEG of the best quality, if nothing else is said
   * @returns {Promise<string>} a `data:` URL
   */
  captureVisibleRegion(options = {}) {
    return promiseFrom((resolve, reject) => {
      const controller = controllerOf(this);
      const context = "Failed to execute 'captureVisibleRegion' on 'HTMLControlledFrameElement'";
      const { format, quality } = toDictionary(options, context, "ImageDetails");
      const params = {
        format: format === undefined ? "jpeg" : toEnum(format, FORMATS, context, "ImageFormat"),
        quality: quality === undefined ? 100 : toQuality(quality, context),
      };
      controller.ask("frame.captureVisibleRegion", params, ({ url }) => resolve(url), reject);
    });
  },
});

/** @param {unknown} value @param {string} context */
function toQuality(value, context) {
  const quality = trunc(+(/** @type {any} */ (value)));
  if (!isFiniteNumber(quality) || quality < 0 || quality > 100) {
    throw new TypeError(`${context}: The quality is not a number from 0 to 100.`);
  }
  return quality;
}
