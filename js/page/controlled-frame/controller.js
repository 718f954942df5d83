// @ts-check
/**
 * The state behind one `<controlledframe>`: which guest it has, if any, and what is known of it.
 *
 * A *guest* is an embedded view of the UI process. It begins when the element is in a document and
 * has a `src`, and ends when the element leaves the document; put back, the element gets a new one.
 * It also ends when the UI process refuses it, at once or later: the next `src` asks for a new one.
 */

import { DOMException, TypeError, dispatchEvent, warn } from "../primordials.js";
import { toException } from "../bridge.js";
import { createContextMenus, dispatchClick, dispatchShow } from "./context-menus.js";
import { decodeStructured } from "../structured.js";
import { dispatchDialog } from "./dialog.js";
import { getAttribute, hasAttribute, setAttribute } from "./dom.js";
import { createEvent } from "./events.js";
import { MenuItems } from "./menu-items.js";
import { Pending } from "./pending.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("../bridge.js").Message} Message */
/** @typedef {import("./frames.js").Frames} Frames */
/** @import { Calls, DialogAnswer, Events, Notes, Questions } from "../../generated/bridge.js" */

/**
 * A script that waits for its result.
 * @typedef {object} Script
 * @property {string} code
 * @property {(value: unknown) => void} resolve
 * @property {(reason: unknown) => void} reject
 */

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
  #bridge;
  #frames;
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

  /** The element is in the document now. */
  connect() {
    this.connected = true;
    this.#load();
  }

  /** The element has left the document. */
  disconnect() {
    this.connected = false;
    this.#refusal = null;
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
    const url = getAttribute(this.element, "src");
    if (!url) {
      // Once there is a guest, a src cannot be taken away.
      if (this.#guest && this.#source) this.#frames.setAttributeSilently(this.element, "src", this.#source);
      return;
    }
    this.#source = url;
    if (this.#guest) {
      // What is wrong with the URL arrives as a loadabort event.
      this.#bridge.callFrame(
        this.#guest.number,
        "frame.navigate",
        { url },
        () => {},
        () => {},
      );
      return;
    }
    const guest = new Guest(this.#frames.add(this), getAttribute(this.element, "partition"));
    this.#guest = guest;
    this.#refusal = null;
    const partition = guest.partition ?? "";
    this.#bridge.callFrame(
      guest.number,
      "frame.create",
      {
        partition,
        url,
        ownProcess: hasAttribute(this.element, "ownprocess"),
        userAgent: this.userAgent || undefined,
      },
      () => {},
      (_, error) => {
        if (this.#guest === guest) this.handleEnded(error);
      },
    );
    if (!this.#menuItems.isEmpty) void this.#menuItems.tell();
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
   */
  tell(method, params) {
    if (this.#guest) this.#bridge.notifyFrame(this.#guest.number, method, params);
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

  /** @param {Script} script */
  executeScript({ code, resolve, reject }) {
    this.#ask(
      this.#requireGuest(),
      "frame.executeScript",
      { code },
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
