// @ts-check
/**
 * `contextMenus` of an element: the app's items in the menu of its content.
 *
 * The first draft's functions return ids and nothing, and call back; today's return promises. `create` does the former when
 * it is called in that way: with a callback, without an id, or with a member that today's draft does not have (`context`,
 * `onclick`). Of `onclick` beside a member that only today's draft has, apps wait for the promise. The others return a promise,
 * and call back if they are given a callback. In Chromium there is only today's way.
 */

import {
  Event,
  EventTarget,
  Promise,
  TypeError,
  WeakMap,
  defineProperty,
  dispatchEvent,
  freeze,
  promiseReject,
  promiseThen,
  reflectApply,
  weakMapGet,
  weakMapSet,
} from "../primordials.js";
import { getHandler, setHandler } from "../event-handlers.js";
import { exposeInterface, finishInterface, requireArguments } from "../webidl.js";
import { isChromium, refuseCallback } from "./compatibility.js";
import { readProperties, toCallback, toId } from "./menu-item.js";

/** @import { Events } from "../../generated/bridge.js" */
/** @import { MenuItems } from "./menu-items.js" */

/** The items behind each instance. @type {WeakMap<object, MenuItems>} */
const itemsOfInstances = new WeakMap();

/** As Chromium says it. */
const NO_ID = "Failed to read the 'id' property from 'ContextMenusCreateProperties': Required member is undefined.";

/** Only this module can make an instance. */
let constructing = false;

class ContextMenus extends EventTarget {
  constructor() {
    if (!constructing) throw new TypeError("Illegal constructor");
    super();
  }

  /**
   * @param {unknown} properties
   * @param {unknown} callback
   * @returns {string | Promise<void>} the id, or what settles when there is such an item
   */
  create(properties, callback) {
    const items = itemsOf(this);
    refuseCallback(callback);
    const context = failed("create");
    let isFirstDraft = callback !== undefined && !isChromium();
    try {
      requireArguments(context, arguments.length, 1);
      const called = toCallback(callback, context);
      /** @type {string | undefined} */
      let id;
      const given = readProperties(properties, context, (details) => {
        const { id: own, context: places, onclick, contexts, documentURLPatterns, targetURLPatterns } = details;
        const isTodays = (contexts ?? documentURLPatterns ?? targetURLPatterns) !== undefined;
        isFirstDraft ||= own === undefined || places !== undefined || (onclick !== undefined && !isTodays);
        if (isChromium()) {
          isFirstDraft = false;
          if (own === undefined) throw new TypeError(`${context}: ${NO_ID}`);
        }
        id = own === undefined ? items.newId() : toId(own, context);
      });
      const made = /** @type {string} */ (/** @type {unknown} */ (id));
      items.create(made, given, context);
      const told = afterwards(items.tell(), called);
      if (!isFirstDraft) return told;
      promiseThen(told, undefined, () => {}); // nobody is told of what the runtime refuses
      return made;
    } catch (error) {
      if (isFirstDraft) throw error;
      return promiseReject(error);
    }
  }

  /**
   * @param {unknown} id
   * @param {unknown} properties
   * @param {unknown} callback
   * @returns {Promise<void>}
   */
  update(id, properties, callback) {
    const given = arguments.length;
    return change(this, "update", callback, (items, context) => {
      requireArguments(context, given, 2);
      items.update(
        toId(id, context),
        readProperties(properties, context, () => {}),
        context,
      );
    });
  }

  /**
   * @param {unknown} menuItemId
   * @param {unknown} callback
   * @returns {Promise<void>}
   */
  remove(menuItemId, callback) {
    const given = arguments.length;
    return change(this, "remove", callback, (items, context) => {
      requireArguments(context, given, 1);
      items.remove(toId(menuItemId, context), context);
    });
  }

  /** @param {unknown} callback @returns {Promise<void>} */
  removeAll(callback) {
    return change(this, "removeAll", callback, (items) => items.removeAll());
  }

  get onshow() {
    return itemsOf(this) && getHandler(this, "show");
  }
  set onshow(value) {
    if (itemsOf(this)) setHandler(this, "show", value);
  }

  /** The first draft's name for it. */
  get onShow() {
    return itemsOf(this) && getHandler(this, "show");
  }
  set onShow(value) {
    if (itemsOf(this)) setHandler(this, "show", value);
  }

  get onclick() {
    return itemsOf(this) && getHandler(this, "click");
  }
  set onclick(value) {
    if (itemsOf(this)) setHandler(this, "click", value);
  }
}

const MEMBERS = ["create", "update", "remove", "removeAll", "onshow", "onShow", "onclick"];

/** Puts the interface on the global. */
export function exposeContextMenus() {
  finishInterface(ContextMenus, "ContextMenus", MEMBERS);
  exposeInterface("ContextMenus", ContextMenus);
}

/** @param {MenuItems} items */
export function createContextMenus(items) {
  constructing = true;
  try {
    const menus = new ContextMenus();
    weakMapSet(itemsOfInstances, menus, items);
    return menus;
  } finally {
    constructing = false;
  }
}

/** The menu of the content is opened. @param {ContextMenus} menus */
export function dispatchShow(menus) {
  dispatchEvent(menus, new Event("show"));
}

/**
 * One of the items was chosen.
 * @param {ContextMenus} menus
 * @param {Events["frame.contextMenuClick"]} params
 */
export function dispatchClick(menus, params) {
  const items = itemsOf(menus);
  const chosen = items.choose(params.menuItemId);
  if (!chosen) return;
  const { item, wasChecked, onclick } = chosen;
  const isChecked = item.type === "checkbox" || item.type === "radio";
  if (isChecked) items.tell();
  const checks = isChecked ? { checked: item.checked, wasChecked } : {};
  const parent = item.parentId === undefined ? {} : { parentMenuId: item.parentId };
  const event = new Event("click");
  const url = (/** @type {string | null | undefined} */ value) => value ?? undefined;
  // Today's names, and the first draft's.
  const fields = /** @type {Record<string, unknown>} */ ({
    __proto__: null,
    menuItem: freeze({ id: item.id, ...parent, ...checks }),
    menuItemId: item.id,
    ...parent,
    ...checks,
    editable: params.editable,
    frameId: params.frameId,
    frameURL: url(params.frameUrl),
    frameUrl: url(params.frameUrl),
    linkURL: url(params.linkUrl),
    linkUrl: url(params.linkUrl),
    mediaType: params.mediaType ?? undefined,
    pageURL: params.pageUrl,
    pageUrl: params.pageUrl,
    selectionText: params.selectionText ?? undefined,
    srcURL: url(params.srcUrl),
    srcUrl: url(params.srcUrl),
  });
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    defineProperty(
      event,
      name,
      /** @type {any} */ ({ __proto__: null, value, writable: false, enumerable: true, configurable: true }),
    );
  }
  // What it throws is told as what a listener throws.
  if (onclick) promiseThen(settled(), () => void reflectApply(onclick, undefined, [event]));
  dispatchEvent(menus, event);
}

/** @param {string} member */
const failed = (member) => `Failed to execute '${member}' on 'ContextMenus'`;

/** @param {unknown} menus @returns {MenuItems} */
function itemsOf(menus) {
  const items = weakMapGet(itemsOfInstances, /** @type {object} */ (menus));
  if (!items) throw new TypeError("Illegal invocation");
  return items;
}

/**
 * @param {unknown} menus
 * @param {string} member
 * @param {unknown} callback
 * @param {(items: MenuItems, context: string) => void} steps
 * @returns {Promise<void>}
 */
function change(menus, member, callback, steps) {
  refuseCallback(callback);
  try {
    const items = itemsOf(menus);
    const called = toCallback(callback, failed(member));
    steps(items, failed(member));
    return afterwards(items.tell(), called);
  } catch (error) {
    return promiseReject(error);
  }
}

/**
 * @param {Promise<void>} told
 * @param {Function | null | undefined} callback
 * @returns {Promise<void>}
 */
function afterwards(told, callback) {
  if (callback) promiseThen(told, () => void reflectApply(callback, undefined, []), () => {});
  return promiseThen(told, () => undefined);
}

/** @returns {Promise<void>} */
const settled = () => new Promise((resolve) => resolve(undefined));
