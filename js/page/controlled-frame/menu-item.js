// @ts-check
/**
 * ContextMenusProperties: what an item of a menu is, in the spelling of the first draft (`context`, `documentUrlPatterns`)
 * and in today's (`contexts`, `documentURLPatterns`). Where both are given, today's counts.
 */

import {
  TypeError,
  URLPattern,
  getterOf,
  isArray,
  regExpExec,
  stringSlice,
} from "../primordials.js";
import { map } from "../lists.js";
import { isObject, toDictionary, toDOMString, toEnum, toSequence, toUSVString } from "../webidl.js";

/** @import { MenuContext, MenuItemType, MenuUrlPattern, UrlComponents } from "../../generated/bridge.js" */

const CONTEXTS = /** @type {const} */ ([
  "all",
  "page",
  "frame",
  "selection",
  "link",
  "editable",
  "image",
  "video",
  "audio",
]);
const TYPES = /** @type {const} */ (["normal", "checkbox", "radio", "separator"]);

/** How long a title, an id or a pattern is at the most, and how many patterns or contexts an item has. */
const LONGEST = 1000;
const MOST = 100;

/**
 * What of an item is given; what is not given is undefined.
 * @typedef {object} Properties
 * @property {MenuItemType | undefined} type
 * @property {string | undefined} title
 * @property {MenuContext[] | undefined} contexts
 * @property {MenuUrlPattern[] | undefined} documentUrlPatterns
 * @property {MenuUrlPattern[] | undefined} targetUrlPatterns
 * @property {boolean | undefined} enabled
 * @property {boolean | undefined} checked
 * @property {string | undefined} parentId
 * @property {Function | null | undefined} onclick
 */

/**
 * @param {unknown} value
 * @param {string} context for messages
 * @param {(details: Record<string, unknown>) => void} look is shown the dictionary before anything else is read of it
 * @returns {Properties}
 */
export function readProperties(value, context, look) {
  const details = toDictionary(value, context, "ContextMenusProperties");
  look(details);
  const { type, title, enabled, checked, parentId } = details;
  const patterns = (/** @type {unknown} */ list) => (list === undefined ? undefined : toPatterns(list, context));
  return {
    type: type === undefined ? undefined : toEnum(type, TYPES, context, "ItemType"),
    title: title === undefined ? undefined : bounded(toDOMString(title), context, "title"),
    contexts: toContexts(details.contexts === undefined ? details.context : details.contexts, context),
    documentUrlPatterns: patterns(details.documentURLPatterns ?? details.documentUrlPatterns),
    targetUrlPatterns: patterns(details.targetURLPatterns ?? details.targetUrlPatterns),
    enabled: enabled === undefined ? undefined : !!enabled,
    checked: checked === undefined ? undefined : !!checked,
    parentId: parentId === undefined || parentId === null ? undefined : toId(parentId, context),
    onclick: toCallback(details.onclick, context),
  };
}

/** @param {unknown} id @param {string} context */
export const toId = (id, context) => bounded(toDOMString(id), context, "id");

/**
 * @param {unknown} value
 * @param {string} context
 * @returns {Function | null | undefined}
 */
export function toCallback(value, context) {
  if (value === undefined || value === null || typeof value === "function") return value;
  throw new TypeError(`${context}: The provided callback is not a function.`);
}

/** @param {string} text @param {string} context @param {string} what */
function bounded(text, context, what) {
  if (text.length <= LONGEST) return text;
  throw new TypeError(`${context}: The ${what} is longer than ${LONGEST} characters.`);
}

/** @param {unknown} value @param {string} context @returns {MenuContext[] | undefined} */
function toContexts(value, context) {
  if (value === undefined) return undefined;
  const contexts = toSequence(value, context, MOST, (item) => toEnum(item, CONTEXTS, context, "ContextType"));
  if (contexts.length === 0) throw new TypeError(`${context}: There is no context.`);
  return contexts;
}

/**
 * @param {unknown} value one pattern, or a sequence of them
 * @param {string} context
 * @returns {MenuUrlPattern[]}
 */
function toPatterns(value, context) {
  if (isArray(value) || (isObject(value) && !componentsOf(value))) {
    return toSequence(value, context, MOST, (item) => toPattern(item, context));
  }
  return [toPattern(value, context)];
}

/** A match pattern of WebExtensions, roughly: the runtime reads it. An origin alone stands for all that is at it. */
const MATCH_PATTERN = /^(?:<all_urls>|(?:\*|https?|wss?|ftp|file):\/\/(?:\*|(?:\*\.)?[^/*?#@\\\s]*)(?::(?:\*|\d{1,5}))?(?:\/[^\0]*)?)$/i;

/**
 * @param {unknown} value a match pattern, a URLPattern, or what one is made of
 * @param {string} context
 * @returns {MenuUrlPattern}
 */
function toPattern(value, context) {
  if (isObject(value)) return { components: componentsOf(value) ?? makeComponents(value, context) };
  const text = bounded(toUSVString(value), context, "URL pattern");
  return regExpExec(MATCH_PATTERN, text) ? { match: text } : { components: makeComponents(text, context) };
}

const COMPONENTS = /** @type {const} */ ([
  "protocol",
  "username",
  "password",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
]);

/** The getters of a URLPattern's components. */
const getters = URLPattern && map(COMPONENTS, (name) => getterOf(URLPattern.prototype, name));

/**
 * @param {unknown} input
 * @param {string} context
 * @returns {UrlComponents}
 */
function makeComponents(input, context) {
  let components = null;
  try {
    components = URLPattern && componentsOf(new URLPattern(input));
  } catch {
    // The message is more to the point.
  }
  if (components) return components;
  const written = typeof input === "string" ? `'${stringSlice(input, 0, 100)}'` : "The provided value";
  throw new TypeError(`${context}: ${written} is not a valid URL pattern.`);
}

/** @param {unknown} pattern @returns {UrlComponents | null} null where it is no URLPattern */
function componentsOf(pattern) {
  if (!getters) return null;
  /** @type {any} */
  const components = { __proto__: null };
  try {
    for (let i = 0; i < COMPONENTS.length; i++) components[COMPONENTS[i]] = getters[i](pattern);
  } catch {
    return null;
  }
  return components;
}
