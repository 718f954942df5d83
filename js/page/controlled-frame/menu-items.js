// @ts-check
/**
 * The app's items in the menu of an element's content. They belong to the element: each guest that it gets has them, and
 * what is asked for without one is done as well.
 *
 * What an item is, and whether it is checked, is known here alone. The runtime is told of all of them whenever something
 * has changed, once for all changes of one turn.
 */

import {
  Map,
  Promise,
  Set,
  TypeError,
  arrayPush,
  mapDelete,
  mapForEach,
  mapGet,
  mapSet,
  mapSize,
  promiseThen,
  setAdd,
  setHas,
} from "../primordials.js";

/** @import { MenuItem } from "../../generated/bridge.js" */
/** @import { Properties } from "./menu-item.js" */

/**
 * @typedef {object} Item
 * @property {MenuItem} item
 * @property {Function | null} onclick
 */

/** How many items a frame has at the most, and how many menus lie in one another. */
const MOST_ITEMS = 1000;
const DEEPEST = 10;

export class MenuItems {
  /** In the order in which they were made. @type {Map<string, Item>} */
  #items = new Map();
  #lastId = 0;
  #tell;
  /** Settles when the runtime knows what has changed in this turn. @type {Promise<void> | null} */
  #telling = null;

  /** @param {(items: MenuItem[], resolve: () => void, reject: (reason: unknown) => void) => void} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  get isEmpty() {
    return mapSize(this.#items) === 0;
  }

  /** All items, as the runtime takes them. @returns {MenuItem[]} */
  list() {
    /** @type {MenuItem[]} */
    const list = [];
    mapForEach(this.#items, ({ item }) => arrayPush(list, item));
    return list;
  }

  /** An id that no item has. */
  newId() {
    do this.#lastId += 1;
    while (mapGet(this.#items, `${this.#lastId}`));
    return `${this.#lastId}`;
  }

  /**
   * @param {string} id
   * @param {Properties} properties
   * @param {string} context for messages
   */
  create(id, properties, context) {
    if (mapGet(this.#items, id)) {
      throw new TypeError(`${context}: Cannot create item with duplicate id ${id}`);
    }
    if (mapSize(this.#items) >= MOST_ITEMS) {
      throw new TypeError(`${context}: A frame has ${MOST_ITEMS} menu items at the most.`);
    }
    const { onclick, ...given } = properties;
    /** @type {MenuItem} */
    const item = {
      id,
      type: given.type ?? "normal",
      title: given.title ?? "",
      contexts: given.contexts ?? ["page"],
      documentUrlPatterns: given.documentUrlPatterns ?? [],
      targetUrlPatterns: given.targetUrlPatterns ?? [],
      enabled: given.enabled ?? true,
      checked: given.checked ?? false,
      parentId: given.parentId,
    };
    this.#check(item, context);
    mapSet(this.#items, id, { item, onclick: onclick ?? null });
    if (item.checked) this.#uncheckOthers(item);
    this.#checkOneOfEach();
  }

  /**
   * Changes what is given, and leaves the rest.
   * @param {string} id
   * @param {Properties} properties
   * @param {string} context
   */
  update(id, properties, context) {
    const found = this.#find(id, context);
    const { onclick, ...given } = properties;
    const changed = { ...found.item };
    if (given.type !== undefined) changed.type = given.type;
    if (given.title !== undefined) changed.title = given.title;
    if (given.contexts !== undefined) changed.contexts = given.contexts;
    if (given.documentUrlPatterns !== undefined) changed.documentUrlPatterns = given.documentUrlPatterns;
    if (given.targetUrlPatterns !== undefined) changed.targetUrlPatterns = given.targetUrlPatterns;
    if (given.enabled !== undefined) changed.enabled = given.enabled;
    if (given.checked !== undefined) changed.checked = given.checked;
    if (given.parentId !== undefined) changed.parentId = given.parentId;
    if (given.checked === undefined && changed.type !== "checkbox" && changed.type !== "radio") {
      changed.checked = false;
    }
    this.#check(changed, context);
    found.item = changed;
    if (onclick !== undefined) found.onclick = onclick;
    if (changed.checked) this.#uncheckOthers(changed);
    this.#checkOneOfEach();
  }

  /**
   * Takes an item away, and those in its menu.
   * @param {string} id
   * @param {string} context
   */
  remove(id, context) {
    this.#find(id, context);
    /** @type {Set<string>} */
    const going = new Set();
    setAdd(going, id);
    for (let depth = 0; depth < DEEPEST; depth++) {
      mapForEach(this.#items, ({ item }) => {
        if (item.parentId !== undefined && setHas(going, item.parentId)) setAdd(going, item.id);
      });
    }
    mapForEach(this.#items, ({ item }) => {
      if (setHas(going, item.id)) mapDelete(this.#items, item.id);
    });
    this.#checkOneOfEach();
  }

  removeAll() {
    this.#items = new Map();
  }

  /**
   * An item was chosen. A checkbox changes, and a radio button is the one of its group now.
   * @param {string} id
   * @returns {{ item: MenuItem, wasChecked: boolean, onclick: Function | null } | null} null if it has gone meanwhile
   */
  choose(id) {
    const found = mapGet(this.#items, id);
    if (!found) return null;
    const wasChecked = found.item.checked;
    if (found.item.type === "checkbox") found.item = { ...found.item, checked: !wasChecked };
    if (found.item.type === "radio") {
      found.item = { ...found.item, checked: true };
      this.#uncheckOthers(found.item);
    }
    return { item: found.item, wasChecked, onclick: found.onclick };
  }

  /**
   * Tells the runtime, once for all that changes in this turn.
   * @returns {Promise<void>} settles when it knows
   */
  tell() {
    this.#telling ??= promiseThen(
      new Promise((resolve) => resolve(undefined)),
      () =>
        new Promise((resolve, reject) => {
          this.#telling = null;
          this.#tell(this.list(), () => resolve(undefined), reject);
        }),
    );
    return this.#telling;
  }

  /** @param {string} id @param {string} context @returns {Item} */
  #find(id, context) {
    const found = mapGet(this.#items, id);
    if (!found) throw new TypeError(`${context}: Cannot find menu item with id ${id}`);
    return found;
  }

  /** @param {MenuItem} item @param {string} context */
  #check(item, context) {
    if (item.title === "" && item.type !== "separator") {
      throw new TypeError(`${context}: All menu items except for separators must have a title`);
    }
    if (item.checked && item.type !== "checkbox" && item.type !== "radio") {
      throw new TypeError(`${context}: Only items with type "radio" or "checkbox" can be checked`);
    }
    /** @type {string | undefined} */
    let parentId = item.parentId;
    for (let depth = 1; parentId !== undefined; depth++) {
      if (parentId === item.id) throw new TypeError(`${context}: Cannot set parent to self or descendant`);
      const parent = this.#find(parentId, context);
      if (parent.item.type !== "normal") {
        throw new TypeError(`${context}: Parent items must have type "normal"`);
      }
      if (depth >= DEEPEST) {
        throw new TypeError(`${context}: No more than ${DEEPEST} menus can lie in one another.`);
      }
      parentId = parent.item.parentId;
    }
    if (item.type !== "normal") {
      mapForEach(this.#items, (other) => {
        if (other.item.parentId === item.id) {
          throw new TypeError(`${context}: Parent items must have type "normal"`);
        }
      });
    }
  }

  /**
   * The groups of radio buttons: those that follow one another in one menu.
   * @returns {Item[][]}
   */
  #groups() {
    /** @type {Item[][]} */
    const groups = [];
    /** The group at the end of each menu, if there is one. @type {Map<string | undefined, Item[]>} */
    const last = new Map();
    mapForEach(this.#items, (item) => {
      const { parentId, type } = item.item;
      if (type !== "radio") {
        mapDelete(last, parentId);
        return;
      }
      let group = mapGet(last, parentId);
      if (!group) {
        group = [];
        mapSet(last, parentId, group);
        arrayPush(groups, group);
      }
      arrayPush(group, item);
    });
    return groups;
  }

  /** @param {MenuItem} chosen */
  #uncheckOthers(chosen) {
    if (chosen.type !== "radio") return;
    const groups = this.#groups();
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i];
      let isIts = false;
      for (let j = 0; j < group.length; j++) isIts ||= group[j].item.id === chosen.id;
      for (let j = 0; isIts && j < group.length; j++) {
        const { item } = group[j];
        if (item.id !== chosen.id && item.checked) group[j].item = { ...item, checked: false };
      }
    }
  }

  /** One of each group is checked: the first that is, or else the first. */
  #checkOneOfEach() {
    const groups = this.#groups();
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i];
      let isChecked = false;
      for (let j = 0; j < group.length; j++) {
        const { item } = group[j];
        if (item.checked && isChecked) group[j].item = { ...item, checked: false };
        isChecked ||= item.checked;
      }
      if (!isChecked) group[0].item = { ...group[0].item, checked: true };
    }
  }
}
