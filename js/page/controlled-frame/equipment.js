// @ts-check
/**
 * What an element gives each guest that it gets: what the app and the element's attributes say of the guest, before there
 * is one or since. All of it belongs to the element; a guest that has ended takes nothing along.
 */

import { stringSlice, warn } from "../primordials.js";
import { intervalOf } from "./activity.js";
import { ContentScripts } from "./content-scripts.js";
import { createContextMenus } from "./context-menus.js";
import { getAttribute, hasAttribute } from "./dom.js";
import { fitOf, isPlain } from "./fit.js";
import { MenuItems } from "./menu-items.js";

/** @import { Details } from "./content-script-details.js" */
/** @import { FrameController } from "./controller.js" */

/** Of a longer `allow` the beginning counts. */
const LONGEST_ALLOW = 65536;
/** Of a longer name as well. */
const LONGEST_LABEL = 1000;

export class Equipment {
  #controller;
  /** Whether somebody wants to hear whether the guest answers. */
  #isWatched = false;
  #contentScripts = new ContentScripts();
  #menuItems;
  contextMenus;
  /** What its pages say they are instead of what they are; empty for nothing. */
  userAgent = "";

  /** @param {FrameController} controller the element's, which knows its guest */
  constructor(controller) {
    this.#controller = controller;
    this.#menuItems = new MenuItems((items, resolve, reject) =>
      controller.give("frame.setContextMenu", { items }, resolve, reject),
    );
    this.contextMenus = createContextMenus(this.#menuItems);
  }

  /** Whether a guest has content scripts to wait for, before its first page. */
  get hasContentScripts() {
    return !this.#contentScripts.isEmpty;
  }

  /** Gives a new guest all of it. */
  giveAll() {
    if (this.#isWatched) this.#controller.tell("frame.watch", {});
    this.#tellAllow(false);
    this.#tellLabel(false);
    this.#tellFit(false);
    this.#tellIdleInterval(false);
    this.#contentScripts.forEachPart((scripts) =>
      this.#controller.give(
        "frame.addContentScripts",
        { scripts },
        () => {},
        ({ message }) => warn(`<controlledframe>: ${message}`),
      ),
    );
    if (!this.#menuItems.isEmpty) void this.#menuItems.tell();
  }

  /**
   * Does something once the guest has the content scripts that were added before.
   * @param {() => void} task
   */
  afterContentScripts(task) {
    this.#contentScripts.afterwards(task);
  }

  /** Somebody listens for events of a type. @param {string} type */
  listens(type) {
    if (this.#isWatched || (type !== "unresponsive" && type !== "responsive")) return;
    this.#isWatched = true;
    this.#controller.tell("frame.watch", {});
  }

  /** The attributes have changed that say which features the frame hands on. */
  allowChanged() {
    this.#tellAllow(true);
  }

  /** The attributes have changed that say what the frame is called. */
  labelChanged() {
    this.#tellLabel(true);
  }

  /** The attribute has changed that says when the frame counts as idle. */
  idleIntervalChanged() {
    this.#tellIdleInterval(true);
  }

  /** The attributes have changed that say how the element and its content fit. */
  fitChanged() {
    this.#tellFit(true);
  }

  /** @param {string} userAgent empty for none */
  overrideUserAgent(userAgent) {
    if (this.userAgent === userAgent) return;
    this.userAgent = userAgent;
    this.#controller.tell("frame.setUserAgentOverride", { userAgent });
  }

  /**
   * @param {Details[]} list
   * @param {() => void} resolve
   * @param {(reason: unknown) => void} reject
   */
  addContentScripts(list, resolve, reject) {
    this.#contentScripts.add(
      list,
      (scripts, undo) =>
        this.#controller.give("frame.addContentScripts", { scripts }, resolve, (exception) => {
          undo();
          reject(exception);
        }),
      reject,
    );
  }

  /**
   * @param {string[] | null} names null for all
   * @param {() => void} resolve
   * @param {(reason: unknown) => void} reject
   */
  removeContentScripts(names, resolve, reject) {
    this.#contentScripts.remove(names, () =>
      this.#controller.give("frame.removeContentScripts", { names: names ?? undefined }, resolve, reject),
    );
  }

  // A new guest need not be told what is as it is without being told.

  /** @param {boolean} isChange whether something else was told before */
  #tellIdleInterval(isChange) {
    const milliseconds = intervalOf(this.#controller.element);
    if (isChange || milliseconds) this.#controller.tell("frame.setIdleInterval", { milliseconds });
  }

  /** @param {boolean} isChange whether something else was told before */
  #tellFit(isChange) {
    const fit = fitOf(this.#controller.element);
    if (isChange || !isPlain(fit)) this.#controller.tell("frame.setFit", fit);
  }

  /** @param {boolean} isChange whether something else was told before */
  #tellAllow(isChange) {
    const { element } = this.#controller;
    // No policy is as long as that; the rest would only be in the way.
    const allow = stringSlice(getAttribute(element, "allow") ?? "", 0, LONGEST_ALLOW);
    const fullscreen = hasAttribute(element, "allowfullscreen");
    if (isChange || allow || fullscreen) this.#controller.tell("frame.setAllow", { allow, fullscreen });
  }

  /** As of an iframe, for those who cannot see it. @param {boolean} isChange whether something else was told before */
  #tellLabel(isChange) {
    const { element } = this.#controller;
    const given = getAttribute(element, "aria-label") || getAttribute(element, "title") || "";
    const label = stringSlice(given, 0, LONGEST_LABEL);
    if (isChange || label) this.#controller.tell("frame.setLabel", { label });
  }
}
