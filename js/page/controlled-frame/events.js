// @ts-check
/**
 * The events of an element. Chromium's have their fields on the event itself, today's draft has them
 * in a dictionary member; an event here has both.
 */

import { Event, defineProperty, freeze } from "../primordials.js";

/**
 * @typedef {object} EventShape
 * @property {boolean} cancelable
 * @property {string | null} nested the draft's member that holds the fields
 * @property {readonly string[]} fields
 */

/** @type {Record<string, EventShape>} */
const shapes = /** @type {any} */ ({
  __proto__: null,
  loadstart: { cancelable: false, nested: "loadInfo", fields: ["url", "isTopLevel"] },
  loadcommit: { cancelable: false, nested: "loadInfo", fields: ["url", "isTopLevel"] },
  loadredirect: { cancelable: false, nested: "loadRedirectInfo", fields: ["oldUrl", "newUrl", "isTopLevel"] },
  loadprogress: { cancelable: false, nested: null, fields: ["url", "progress"] },
  contentload: { cancelable: false, nested: null, fields: [] },
  loadstop: { cancelable: false, nested: null, fields: [] },
  loadabort: { cancelable: true, nested: "loadAbortInfo", fields: ["url", "isTopLevel", "code", "reason"] },
  audiostatechanged: { cancelable: false, nested: null, fields: ["audible"] },
  zoomchange: { cancelable: false, nested: "zoomChange", fields: ["oldZoomFactor", "newZoomFactor"] },
  exit: { cancelable: false, nested: null, fields: ["processId", "processID", "reason"] },
  unresponsive: { cancelable: false, nested: null, fields: ["processId", "processID"] },
  responsive: { cancelable: false, nested: null, fields: ["processId", "processID"] },
  dialog: {
    cancelable: true,
    nested: "dialogMessage",
    fields: ["messageType", "messageText", "defaultPromptText", "url", "dialog"],
  },
});

/** Those that come as events of the bridge, of the same name and with the same fields. */
export const bridgedTypes = /** @type {const} */ ([
  "loadstart",
  "loadcommit",
  "loadredirect",
  "loadprogress",
  "contentload",
  "loadstop",
  "loadabort",
  "audiostatechanged",
  "zoomchange",
  "exit",
  "unresponsive",
  "responsive",
]);

/** Types that have an `on…` attribute here; HTMLElement has `onloadstart` already, for media. */
export const handlerTypes = /** @type {const} */ ([
  "loadcommit",
  "loadredirect",
  "loadprogress",
  "contentload",
  "loadstop",
  "loadabort",
  "audiostatechanged",
  "zoomchange",
  "exit",
  "unresponsive",
  "responsive",
  "dialog",
]);

/**
 * @param {typeof bridgedTypes[number] | "dialog"} type
 * @param {Record<string, any>} values the fields
 * @returns {Event}
 */
export function createEvent(type, values) {
  const shape = shapes[type];
  const init = { __proto__: null, bubbles: true, cancelable: shape.cancelable };
  const event = new Event(type, /** @type {any} */ (init));
  /** @type {Record<string, unknown>} */
  const nested = {};
  for (let i = 0; i < shape.fields.length; i++) {
    const field = shape.fields[i];
    // Some apps spell it in another way.
    const value = field === "processID" ? values.processId : values[field];
    defineField(event, field, value);
    defineField(nested, field, value);
  }
  if (shape.nested) defineField(event, shape.nested, freeze(nested));
  return event;
}

/** @param {object} object @param {string} name @param {unknown} value */
function defineField(object, name, value) {
  defineProperty(
    object,
    name,
    /** @type {any} */ ({
      __proto__: null,
      value,
      writable: false,
      enumerable: true,
      configurable: true,
    }),
  );
}
