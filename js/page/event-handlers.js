// @ts-check
/**
 * Event handler attributes (https://html.spec.whatwg.org/#event-handler-idl-attributes): a listener
 * that keeps its place among the others while the function behind it changes.
 */

import {
  Map,
  WeakMap,
  addEventListener,
  eventPreventDefault,
  mapDelete,
  mapGet,
  mapSet,
  reflectApply,
  removeEventListener,
  weakMapGet,
  weakMapSet,
} from "./primordials.js";

/** @typedef {{ value: unknown, listener: (event: Event) => void }} Handler */

/** @type {WeakMap<EventTarget, Map<string, Handler>>} */
const handlers = new WeakMap();

/**
 * @param {EventTarget} target
 * @param {string} type
 * @returns {unknown} the function or object that was set, else null
 */
export function getHandler(target, type) {
  const map = weakMapGet(handlers, target);
  return (map && mapGet(map, type)?.value) ?? null;
}

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {unknown} value what is neither function nor object removes the handler
 */
export function setHandler(target, type, value) {
  let map = weakMapGet(handlers, target);
  if (!map) weakMapSet(handlers, target, (map = new Map()));
  const handler = mapGet(map, type);
  if (typeof value !== "function" && (typeof value !== "object" || value === null)) {
    if (!handler) return;
    mapDelete(map, type);
    removeEventListener(target, type, handler.listener);
  } else if (handler) {
    handler.value = value;
  } else {
    /** @type {Handler} */
    const created = {
      value,
      listener(event) {
        if (typeof created.value !== "function") return;
        // [LegacyTreatNonObjectAsNull]: a handler that is an object is kept, but cannot be called.
        if (reflectApply(created.value, target, [event]) === false) eventPreventDefault(event);
      },
    };
    mapSet(map, type, created);
    addEventListener(target, type, created.listener);
  }
}
