// @ts-check
/** What a frame's partition keeps. */

import { Error, TypeError, arrayPush, isFiniteNumber, keys } from "../../primordials.js";
import { promiseFrom, toDictionary } from "../../webidl.js";

/** @import { ControllerOf } from "../element.js" */
/** @import { DataType } from "../../../generated/bridge.js" */

/** @type {readonly DataType[]} */
const TYPES = [
  "appcache",
  "cache",
  "cookies",
  "fileSystems",
  "indexedDB",
  "localStorage",
  "persistentCookies",
  "sessionCookies",
  "webSQL",
];

/** @param {ControllerOf} controllerOf */
export const dataMembers = (controllerOf) => ({
  /**
   * @param {{ since?: number }} options
   * @param {{ [type in DataType]?: boolean }} types
   * @returns {Promise<void>}
   */
  clearData(options = {}, types = {}) {
    return promiseFrom((resolve, reject) => {
      const controller = controllerOf(this);
      const context = "Failed to execute 'clearData' on 'HTMLControlledFrameElement'";
      const { since } = toDictionary(options, context, "ClearDataOptions");
      const params = {
        since: since === undefined ? 0 : toTime(since, context),
        types: toTypes(toDictionary(types, context, "ClearDataTypeSet"), context),
      };
      controller.checkGuest();
      // What Chromium says of it.
      if (!params.types.length) throw new Error("Unknown error.", /** @type {any} */ (NO_TYPES));
      controller.ask("frame.clearData", params, () => resolve(undefined), reject);
    });
  },
});

const NO_TYPES = { __proto__: null, cause: "No type of data is named." };

/** @param {unknown} value milliseconds since 1970, also as a Date @param {string} context */
function toTime(value, context) {
  const time = +(/** @type {any} */ (value));
  if (!isFiniteNumber(time)) throw new TypeError(`${context}: 'since' is not a number of milliseconds.`);
  return time;
}

/**
 * The types that are true. One that nobody knows is an error, even where it is false: data that the app believes to be
 * gone would stay.
 * @param {Record<string, unknown>} set
 * @param {string} context
 */
function toTypes(set, context) {
  const names = keys(set);
  for (let i = 0; i < names.length; i++) {
    let isKnown = false;
    for (let j = 0; j < TYPES.length; j++) isKnown ||= TYPES[j] === names[i];
    if (!isKnown) throw new TypeError(`${context}: There is no type of data '${names[i]}'.`);
  }
  /** @type {DataType[]} */
  const types = [];
  for (let i = 0; i < TYPES.length; i++) if (set[TYPES[i]]) arrayPush(types, TYPES[i]);
  return types;
}
