// @ts-check
/**
 * The state behind one `<controlledframe>`: which guest it has, if any, and what is known of it.
 *
 * A *guest* is an embedded view of the UI process. It begins when the element is in a document and
 * has a `src`, and ends when the element leaves the document; put back, the element gets a new one.
 * It also ends when the UI process refuses it, at once or later: the next `src` asks for a new one.
 */

import { DOMException, TypeError, dispatchEvent, stringSlice, warn } from "../primordials.js";
import { toException } from "../bridge.js";
import { createContextMenus, dispatchClick, dispatchShow } from "./context-menus.js";
import { decodeStructured } from "../structured.js";
import { intervalOf } from "./activity.js";
import { ContentScripts } from "./content-scripts.js";
import { createContentWindow, dispatchMessages } from "./content-window.js";
import { dispatchDialog } from "./dialog.js";
import { getAttribute, hasAttribute, setAttribute } from "./dom.js";
import { createEvent } from "./events.js";
import { fitOf, fitToContent, isPlain } from "./fit.js";
import { dispatchNewWindow } from "./new-window.js";
import { MenuItems } from "./menu-items.js";
import { Pending } from "./pending.js";
import { dispatchPermissionRequest } from "./permission-request.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("../bridge.js").Message} Message */
/** @typedef {import("./frames.js").Frames} Frames */
/** @import { Details } from "./content-script-details.js" */
/** @import { Calls, ContentScript, DialogAnswer, Events, NewWindowAnswer, Notes } from "../../generated/bridge.js" */
/** @import { PermissionAnswer, Questions, Received } from "../../generated/bridge.js" */

/**
 * A script that waits for its result.
 * @typedef {object} Script
 * @property {Calls["frame.executeScript"]["params"]} params
 * @property {(value: unknown) => void} resolve
 * @property {(reason: unknown) => void} reject
 */

/** Of a longer `allow` the beginning counts. */
const LONGEST_ALLOW = 65536;
/** Of a longer name as well. */
const LONGEST_LABEL = 1000;

/** The guest and everything that ends with it. */
class Guest {
  /** Its name on the bridge. @type {number} */
  number;
  /** The attribute as it was then, or null. @type {string | null} */
  partition;
  canGoBack = false;
  canGoForward = false;
  /** What the UI process has not answered. */
  pending = new Pending();
  /** What messages go to, once somebody has asked for it. @type {object | null} */
  window = null;

  /** @param {number} number @param {string | null} partition */
  constructor(number, partition) {
    this.number = number;
    this.partition = partition;
  }
}

export class FrameController {
  /** @type {HTMLElement} */
  element;
  /** Whether the element is in the document, as far as the observer has told. */
  connected = false;
  /** @type {Guest | null} */
  #guest = null;
  /** Why the UI process refused the last guest, as the bridge says it. @type {Message | null} */
  #refusal = null;
  /** Whether somebody wants to hear whether the guest answers. */
  #isWatched = false;
  #bridge;
  #frames;
  #contentScripts = new ContentScripts();
  /** The window that the element shows once it is in the document. @type {{ number: number, partition: string } | null} */
  #window = null;
  #menuItems = new MenuItems((items, resolve, reject) => this.#tellMenuItems(items, resolve, reject));
  /** What its pages say they are instead of what they are; empty for nothing. */
  userAgent = "";
  contextMenus = createContextMenus(this.#menuItems);
  /** The last `src` that was not empty; an empty one is ignored once there is a guest. */
  #source = "";

  /**
   * @param {HTMLElement} element
   * @param {Bridge} bridge
   * @param {Frames} frames
   */
  constructor(element, bridge, frames) {
    this.element = element;
    this.#bridge = bridge;
    this.#frames = frames;
  }

  /** The guest's number, or 0. */
  get number() {
    return this.#guest ? this.#guest.number : 0;
  }

  get canGoBack() {
    return !!this.#guest && this.#guest.canGoBack;
  }

  get canGoForward() {
    return !!this.#guest && this.#guest.canGoForward;
  }

  /** What messages to the guest go to; null without one. */
  get contentWindow() {
    const guest = this.#guest;
    if (!guest) return null;
    guest.window ??= createContentWindow((message, targetOrigin) => {
      if (this.#guest !== guest) return; // a window that is gone
      this.tell("frame.postMessage", { message, targetOrigin });
    });
    return guest.window;
  }

  /**
   * @param {Questions["frame.messages"]["params"]} params
   * @param {(answer: Received) => void} answer
   */
  handleMessages({ messages, origin }, answer) {
    const source = this.contentWindow;
    if (source) dispatchMessages(messages, origin, source);
    answer({});
  }

  /** The element is in the document now. */
  connect() {
    this.connected = true;
    this.#load();
  }

  /** The element has left the document. */
  disconnect() {
    this.connected = false;
    this.#refusal = null;
    this.#endGuest();
  }

  /**
   * Shows a window that an embedded page has opened, in the place of what the element shows.
   * @param {number} number the window's
   * @param {string} partition
   */
  attach(number, partition) {
    this.#endGuest();
    if (this.#window) this.#bridge.notifyFrame(this.#window.number, "frame.destroy", {});
    this.#window = { number, partition };
    if (this.connected) this.#load();
  }

  #endGuest() {
    const guest = this.#guest;
    if (!guest) return;
    this.#guest = null;
    this.#frames.remove(guest.number);
    this.#bridge.notifyFrame(guest.number, "frame.destroy", {});
    guest.pending.rejectAll(new DOMException("The controlled frame has been removed.", "AbortError"));
  }

  /** The `src` attribute was set, perhaps to what it was. */
  sourceChanged() {
    if (this.connected) this.#load();
  }

  #load() {
    if (this.#window) return this.#showWindow(this.#window);
    const url = getAttribute(this.element, "src");
    if (!url) {
      // Once there is a guest, a src cannot be taken away.
      if (this.#guest && this.#source) this.#frames.setAttributeSilently(this.element, "src", this.#source);
      return;
    }
    this.#source = url;
    if (this.#guest) {
      this.#navigate(this.#guest, url);
      return;
    }
    const guest = new Guest(this.#frames.add(this), getAttribute(this.element, "partition"));
    this.#guest = guest;
    this.#refusal = null;
    const partition = guest.partition ?? "";
    // The first page has them as well.
    const waits = !this.#contentScripts.isEmpty;
    this.#bridge.callFrame(
      guest.number,
      "frame.create",
      {
        partition,
        url,
        ownProcess: hasAttribute(this.element, "ownprocess"),
        waits: waits || undefined,
        ...this.#frames.sizeOf(this.element),
        userAgent: this.userAgent || undefined,
      },
      () => {},
      (_, error) => {
        if (this.#guest === guest) this.handleEnded(error);
      },
    );
    this.#equip(guest);
    if (waits) this.#navigate(guest, url);
  }

  /** Gives a new guest what the element has. @param {Guest} guest */
  #equip(guest) {
    if (this.#isWatched) this.tell("frame.watch", {});
    this.#tellAllow();
    this.#tellLabel();
    this.#tellFit();
    this.#tellIdleInterval();
    this.#contentScripts.forEachPart((scripts) => this.#tellContentScripts(guest, scripts));
    if (!this.#menuItems.isEmpty) void this.#menuItems.tell();
  }

  /** Somebody listens for events of a type. @param {string} type */
  listens(type) {
    if (this.#isWatched || (type !== "unresponsive" && type !== "responsive")) return;
    this.#isWatched = true;
    this.tell("frame.watch", {});
  }

  /**
   * Goes there, once the page will have the content scripts that were added before.
   * @param {Guest} guest
   * @param {string} url
   */
  #navigate(guest, url) {
    this.#contentScripts.afterwards(() => {
      // What is wrong with the URL arrives as a loadabort event.
      if (this.#guest === guest) {
        this.#bridge.callFrame(
          guest.number,
          "frame.navigate",
          { url },
          () => {},
          () => {},
        );
      }
    });
  }

  /**
   * @param {Guest} guest
   * @param {ContentScript[]} scripts those that the element has already
   */
  #tellContentScripts(guest, scripts) {
    this.#bridge.callFrame(
      guest.number,
      "frame.addContentScripts",
      { scripts },
      () => {},
      (_, error) => warn(`<controlledframe>: ${error.message}`),
    );
  }

  /** @param {{ number: number, partition: string }} window */
  #showWindow({ number, partition }) {
    this.#window = null;
    this.#refusal = null;
    const guest = new Guest(number, partition);
    this.#guest = guest;
    this.#frames.addWindow(this, number);
    // A window is where its opener is.
    this.#frames.setAttributeSilently(this.element, "partition", partition || null);
    this.#equip(guest);
    this.#bridge.callFrame(
      number,
      "frame.attach",
      {},
      () => {},
      (_, error) => {
        if (this.#guest === guest) this.handleEnded(error);
      },
    );
  }

  /** The attributes have changed that say which features the frame hands on. */
  allowChanged() {
    if (this.#guest) this.#tellAllow(true);
  }

  /** The attributes have changed that say what the frame is called. */
  labelChanged() {
    if (this.#guest) this.#tellLabel(true);
  }

  /** As of an iframe, for those who cannot see it. @param {boolean} [isChange] whether something else was told before */
  #tellLabel(isChange = false) {
    const given = getAttribute(this.element, "aria-label") || getAttribute(this.element, "title") || "";
    const label = stringSlice(given, 0, LONGEST_LABEL);
    if (isChange || label) this.tell("frame.setLabel", { label });
  }

  /** The attribute has changed that says when the frame counts as idle. */
  idleIntervalChanged() {
    if (this.#guest) this.#tellIdleInterval(true);
  }

  /** @param {boolean} [isChange] whether something else was told before */
  #tellIdleInterval(isChange = false) {
    const milliseconds = intervalOf(this.element);
    if (isChange || milliseconds) this.tell("frame.setIdleInterval", { milliseconds });
  }

  /** The attributes have changed that say how the element and its content fit. */
  fitChanged() {
    if (this.#guest) this.#tellFit(true);
  }

  /** @param {boolean} [isChange] whether something else was told before */
  #tellFit(isChange = false) {
    const fit = fitOf(this.element);
    if (isChange || !isPlain(fit)) this.tell("frame.setFit", fit);
  }

  /** @param {Events["frame.contentsize"]} size */
  handleContentSize(size) {
    if (this.#guest && hasAttribute(this.element, "autosize")) fitToContent(this.element, size);
  }

  /** @param {boolean} [isChange] whether something else was told before */
  #tellAllow(isChange = false) {
    // No policy is as long as that; the rest would only be in the way.
    const allow = stringSlice(getAttribute(this.element, "allow") ?? "", 0, LONGEST_ALLOW);
    const fullscreen = hasAttribute(this.element, "allowfullscreen");
    if (isChange || allow || fullscreen) this.tell("frame.setAllow", { allow, fullscreen });
  }

  /**
   * @param {Calls["frame.setContextMenu"]["params"]["items"]} items
   * @param {() => void} resolve
   * @param {(reason: unknown) => void} reject
   */
  #tellMenuItems(items, resolve, reject) {
    if (!this.#guest) return resolve();
    this.#ask(this.#guest, "frame.setContextMenu", { items }, resolve, (exception, { name }) =>
      // A guest that has ended has refused nothing: the next one gets them.
      name === undefined ? resolve() : reject(exception),
    );
  }

  /** @param {string} userAgent empty for none */
  overrideUserAgent(userAgent) {
    if (this.userAgent === userAgent) return;
    this.userAgent = userAgent;
    this.tell("frame.setUserAgentOverride", { userAgent });
  }

  handleContextMenuShow() {
    if (this.#guest) dispatchShow(this.contextMenus);
  }

  /** @param {Events["frame.contextMenuClick"]} params */
  handleContextMenuClick(params) {
    if (this.#guest) dispatchClick(this.contextMenus, params);
  }

  /** The UI process has ended the guest. @param {Message} error name and message, as of a failed call */
  handleEnded(error) {
    const guest = this.#guest;
    if (!guest) return;
    this.#guest = null;
    this.#refusal = error;
    this.#frames.remove(guest.number);
    guest.pending.rejectAll(toException(error));
    warn(`<controlledframe>: ${error.message}`);
  }

  /** The `partition` attribute was set: while there is a guest, it says where that is. */
  partitionChanged() {
    if (!this.#guest) return;
    const { partition } = this.#guest;
    if (getAttribute(this.element, "partition") === partition) return;
    this.#frames.setAttributeSilently(this.element, "partition", partition);
  }

  /**
   * Sets a partition, which a guest fixes for its life.
   * @param {string} name
   */
  setPartition(name) {
    if (this.#guest) {
      throw new DOMException(
        "The partition cannot change once the frame has been loaded.",
        "NotSupportedError",
      );
    }
    setAttribute(this.element, "partition", name);
  }

  /** @param {Events["frame.history"]} history */
  handleHistory({ canGoBack, canGoForward }) {
    if (!this.#guest) return;
    this.#guest.canGoBack = !!canGoBack;
    this.#guest.canGoForward = !!canGoForward;
  }

  /**
   * @param {typeof import("./events.js").bridgedTypes[number]} type
   * @param {Message} params
   */
  handleEvent(type, params) {
    if (!this.#guest) return;
    const { isTopLevel, url } = params;
    if (type === "loadcommit" && isTopLevel) {
      this.#source = url;
      this.#frames.setAttributeSilently(this.element, "src", url);
    }
    dispatchEvent(this.element, createEvent(type, params));
  }

  /**
   * @param {Questions["frame.dialog"]["params"]} dialog
   * @param {(answer: DialogAnswer) => void} answer
   */
  handleDialog(dialog, answer) {
    if (this.#guest) dispatchDialog(this.element, dialog, answer);
    else answer({ action: "cancel" });
  }

  /**
   * @param {Questions["frame.permissionrequest"]["params"]} request
   * @param {(answer: PermissionAnswer) => void} answer
   */
  handlePermissionRequest(request, answer) {
    if (this.#guest) dispatchPermissionRequest(this.element, request, answer);
    else answer({ action: "deny" });
  }

  /**
   * @param {Questions["frame.newwindow"]["params"]} window
   * @param {(answer: NewWindowAnswer) => void} answer
   */
  handleNewWindow(window, answer) {
    if (this.#guest) dispatchNewWindow(this.element, window, this.#frames.controllerOf, answer);
    else answer({ action: "discard" });
  }

  /**
   * Moves through the session history; 0 reloads.
   * @param {number} delta
   * @param {(navigated: boolean) => void} resolve
   * @param {(reason: unknown) => void} reject
   */
  go(delta, resolve, reject) {
    const guest = this.#requireGuest();
    this.#ask(
      guest,
      "frame.go",
      { delta },
      ({ navigated }) => resolve(!!navigated),
      reject,
    );
  }

  /**
   * Tells the guest something; without one it does nothing.
   * @template {keyof Notes} Method
   * @param {Method} method
   * @param {Notes[Method]} params
   * @returns {boolean} whether there is one
   */
  tell(method, params) {
    if (this.#guest) this.#bridge.notifyFrame(this.#guest.number, method, params);
    return !!this.#guest;
  }

  /**
   * Tells the guest something.
   * @template {keyof Notes} Method
   * @param {Method} method
   * @param {Notes[Method]} params
   * @throws when there is no guest
   */
  tellGuest(method, params) {
    this.#bridge.notifyFrame(this.#requireGuest().number, method, params);
  }

  /**
   * Asks the guest something.
   * @template {keyof Calls} Method
   * @param {Method} method
   * @param {Calls[Method]["params"]} params
   * @param {(result: Calls[Method]["answer"]) => void} onResult
   * @param {(exception: unknown) => void} onError
   * @throws when there is no guest
   */
  ask(method, params, onResult, onError) {
    this.#ask(this.#requireGuest(), method, params, onResult, onError);
  }

  /** @throws when there is no guest */
  checkGuest() {
    this.#requireGuest();
  }

  /**
   * Adds content scripts: to the element, and to its guest.
   * @param {Details[]} list
   * @param {() => void} resolve
   * @param {(reason: unknown) => void} reject
   */
  addContentScripts(list, resolve, reject) {
    this.#contentScripts.add(
      list,
      (scripts, undo) => {
        if (!this.#guest) return resolve();
        this.#ask(this.#guest, "frame.addContentScripts", { scripts }, resolve, (exception, { name }) => {
          // A guest that has ended has refused nothing: the next one gets them.
          if (name === undefined) return resolve();
          undo();
          reject(exception);
        });
      },
      reject,
    );
  }

  /**
   * Takes content scripts away: from the element, and from its guest.
   * @param {string[] | null} names null for all
   * @param {() => void} resolve
   * @param {(reason: unknown) => void} reject
   */
  removeContentScripts(names, resolve, reject) {
    this.#contentScripts.remove(names, () => {
      if (!this.#guest) return resolve();
      const params = { names: names ?? undefined };
      this.#ask(this.#guest, "frame.removeContentScripts", params, resolve, (exception, { name }) =>
        name === undefined ? resolve() : reject(exception),
      );
    });
  }

  /** @param {Script} script */
  executeScript({ params, resolve, reject }) {
    this.#ask(
      this.#requireGuest(),
      "frame.executeScript",
      params,
      ({ value }) => resolve(decodeStructured(value)),
      (exception, { thrown }) => reject(thrown === undefined ? exception : decodeStructured(thrown)),
    );
  }

  /**
   * Asks about a guest; its end answers if the UI process does not.
   * @template {keyof Calls} Method
   * @param {Guest} guest
   * @param {Method} method
   * @param {Calls[Method]["params"]} params
   * @param {(result: Calls[Method]["answer"]) => void} onResult
   * @param {(exception: unknown, error: Message) => void} onError
   */
  #ask(guest, method, params, onResult, onError) {
    /** @param {unknown} reason */
    const abandoned = (reason) => onError(reason, /** @type {any} */ ({ __proto__: null }));
    const settle = guest.pending.track(abandoned);
    /** @param {() => void} tell */
    const answer = (tell) => {
      // The element may have gone, of which the observer is told a moment later.
      this.#frames.flush();
      if (!settle()) return;
      try {
        tell();
      } catch (error) {
        abandoned(error); // a malformed value
      }
    };
    this.#bridge.callFrame(
      guest.number,
      method,
      params,
      (result) => answer(() => onResult(result)),
      (exception, error) => answer(() => onError(exception, error)),
    );
  }

  #requireGuest() {
    if (this.#guest) return this.#guest;
    if (this.#refusal) throw toException(this.#refusal);
    throw new TypeError("The controlled frame has no content: it is not in a document, or has no src.");
  }
}
