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
  sizechanged: {
    cancelable: false,
    nested: "sizeChange",
    fields: ["oldWidth", "oldHeight", "newWidth", "newHeight"],
  },
  contentresize: { cancelable: false, nested: null, fields: ["oldWidth", "oldHeight", "newWidth", "newHeight"] },
  idle: { cancelable: false, nested: null, fields: [] },
  active: { cancelable: false, nested: null, fields: [] },
  exit: { cancelable: false, nested: null, fields: ["processId", "processID", "reason"] },
  unresponsive: { cancelable: false, nested: null, fields: ["processId", "processID"] },
  responsive: { cancelable: false, nested: null, fields: ["processId", "processID"] },
  consolemessage: {
    cancelable: false,
    nested: "consoleMessage",
    fields: ["level", "message", "line", "sourceId"],
  },
  close: { cancelable: false, nested: null, fields: [] },
  newwindow: {
    cancelable: true,
    nested: "newWindow",
    fields: [
      "targetUrl",
      "initialWidth",
      "initialHeight",
      "name",
      "partition",
      "windowId",
      "windowOpenDisposition",
      "window",
    ],
  },
  permissionrequest: {
    cancelable: true,
    nested: "permissionRequest",
    // Which of them there are depends on the permission.
    fields: ["permission", "url", "origin", "userGesture", "lastUnlockedBySelf", "requestMethod", "request"],
  },
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
  "idle",
  "active",
  "exit",
  "unresponsive",
  "responsive",
  "consolemessage",
  "close",
]);

/** Types that have an `on…` attribute here; HTMLElement has `onloadstart` and `onclose` already. */
export const handlerTypes = /** @type {const} */ ([
  "loadcommit",
  "loadredirect",
  "loadprogress",
  "contentload",
  "loadstop",
  "loadabort",
  "audiostatechanged",
  "zoomchange",
  "idle",
  "active",
  "exit",
  "unresponsive",
  "responsive",
  "sizechanged",
  "contentresize",
  "consolemessage",
  "newwindow",
  "permissionrequest",
  "dialog",
]);

/**
 * @param {typeof bridgedTypes[number] | "dialog" | "newwindow" | "permissionrequest" | "sizechanged" | "contentresize"} type
 * @param {Record<string, any>} values the fields; one that is null or undefined the event does not have
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
    if (value === undefined || value === null) continue;
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
