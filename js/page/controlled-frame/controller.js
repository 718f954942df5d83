// @ts-check
/**
 * The state behind one `<controlledframe>`: which guest it has, if any, and what is known of it.
 *
 * A *guest* is an embedded view of the UI process. It begins when the element is in a document and
 * has a `src`, and ends when the element leaves the document; put back, the element gets a new one.
 * It also ends when the UI process refuses it, at once or later: the next `src` asks for a new one.
 */

import { DOMException, TypeError, dispatchEvent, warn } from "../primordials.js";
import { isChromium } from "./compatibility.js";
import { toException } from "../bridge.js";
import { dispatchClick, dispatchShow } from "./context-menus.js";
import { decodeStructured } from "../structured.js";
import { createContentWindow, dispatchMessages } from "./content-window.js";
import { dispatchDialog } from "./dialog.js";
import { getAttribute, hasAttribute, setAttribute } from "./dom.js";
import { Equipment } from "./equipment.js";
import { createEvent } from "./events.js";
import { fitToContent } from "./fit.js";
import { dispatchNewWindow } from "./new-window.js";
import { Pending } from "./pending.js";
import { dispatchPermissionRequest } from "./permission-request.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("../bridge.js").Message} Message */
/** @typedef {import("./frames.js").Frames} Frames */
/** @import { Calls, DialogAnswer, Events, NewWindowAnswer, Notes } from "../../generated/bridge.js" */
/** @import { PermissionAnswer, Questions, Received } from "../../generated/bridge.js" */

/**
 * A script that waits for its result.
 * @typedef {object} Script
 * @property {Calls["frame.executeScript"]["params"]} params
 * @property {(value: unknown) => void} resolve
 * @property {(reason: unknown) => void} reject
 */

/** How much waits for a guest at most; what more is asked is refused. */
const MOST_WAITING = 1000;

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
  #bridge;
  #frames;
  /** The window that the element shows once it is in the document. @type {{ number: number, partition: string } | null} */
  #window = null;
  /** What each of its guests gets. */
  equipment = new Equipment(this);
  /** What is done once there is a guest. @type {((guest: Guest) => void)[]} */
  #waiting = [];
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
    const waits = this.equipment.hasContentScripts;
    this.#bridge.callFrame(
      guest.number,
      "frame.create",
      {
        partition,
        url,
        ownProcess: hasAttribute(this.element, "ownprocess"),
        waits: waits || undefined,
        ...this.#frames.sizeOf(this.element),
        userAgent: this.equipment.userAgent || undefined,
      },
      () => {},
      (_, error) => {
        if (this.#guest === guest) this.handleEnded(error);
      },
    );
    this.equipment.giveAll();
    this.#doWhatWaits(guest);
    if (waits) this.#navigate(guest, url);
  }

  /**
   * Goes there, once the page will have the content scripts that were added before.
   * @param {Guest} guest
   * @param {string} url
   */
  #navigate(guest, url) {
    this.equipment.afterContentScripts(() => {
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

  /** @param {{ number: number, partition: string }} window */
  #showWindow({ number, partition }) {
    this.#window = null;
    this.#refusal = null;
    const guest = new Guest(number, partition);
    this.#guest = guest;
    this.#frames.addWindow(this, number);
    // A window is where its opener is.
    this.#frames.setAttributeSilently(this.element, "partition", partition || null);
    this.equipment.giveAll();
    this.#bridge.callFrame(
      number,
      "frame.attach",
      {},
      () => {},
      (_, error) => {
        if (this.#guest === guest) this.handleEnded(error);
      },
    );
    this.#doWhatWaits(guest);
  }

  /** @param {Guest} guest */
  #doWhatWaits(guest) {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let i = 0; i < waiting.length; i++) waiting[i](guest);
  }

  /** @param {Events["frame.contentsize"]} size */
  handleContentSize(size) {
    if (this.#guest && hasAttribute(this.element, "autosize")) fitToContent(this.element, size);
  }

  handleContextMenuShow() {
    if (this.#guest) dispatchShow(this.equipment.contextMenus);
  }

  /** @param {Events["frame.contextMenuClick"]} params */
  handleContextMenuClick(params) {
    if (this.#guest) dispatchClick(this.equipment.contextMenus, params);
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
      if (name === (getAttribute(this.element, "partition") ?? "")) return;
      if (isChromium()) {
        warn("<controlledframe>: The object has already navigated, so its partition cannot be changed.");
        return;
      }
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
    this.ask("frame.go", { delta }, ({ navigated }) => resolve(!!navigated), reject);
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
    this.#withGuest((guest) => this.#ask(guest, method, params, onResult, onError));
  }

  /**
   * Gives the guest something that belongs to the element: without a guest there is nothing to do.
   * @template {keyof Calls} Method
   * @param {Method} method
   * @param {Calls[Method]["params"]} params
   * @param {() => void} resolve
   * @param {(exception: any) => void} reject
   */
  give(method, params, resolve, reject) {
    if (!this.#guest) return resolve();
    this.#ask(this.#guest, method, params, resolve, (exception, { name }) =>
      // A guest that has ended has refused nothing: the next one gets it.
      name === undefined ? resolve() : reject(exception),
    );
  }

  /** @throws when there is no guest */
  checkGuest() {
    if (!this.#canWait) this.#requireGuest();
  }

  /** @param {Script} script */
  executeScript({ params, resolve, reject }) {
    this.#withGuest((guest) =>
      this.#ask(
        guest,
        "frame.executeScript",
        params,
        ({ value }) => resolve(decodeStructured(value)),
        (exception, { thrown }) => reject(thrown === undefined ? exception : decodeStructured(thrown)),
      ),
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

  /** Whether there is no guest, and what is asked of it waits for one, as in Chromium. */
  get #canWait() {
    return isChromium() && !this.#guest && !this.#refusal && this.#waiting.length < MOST_WAITING;
  }

  /**
   * @param {(guest: Guest) => void} task
   * @throws when there is no guest
   */
  #withGuest(task) {
    if (this.#canWait) this.#waiting[this.#waiting.length] = task;
    else task(this.#requireGuest());
  }

  #requireGuest() {
    if (this.#guest) return this.#guest;
    if (this.#refusal) throw toException(this.#refusal);
    throw new TypeError("The controlled frame has no content: it is not in a document, or has no src.");
  }
}
