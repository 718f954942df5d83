// @ts-check
/**
 * All guests of a document, by their numbers on the bridge, and the events that come for them.
 */

import {
  Map,
  Set,
  mapDelete,
  mapForEach,
  mapGet,
  mapSet,
  mapSize,
  setAdd,
  setDelete,
  setForEach,
  setSize,
} from "../primordials.js";
import { removeAttribute, setAttribute } from "./dom.js";
import { bridgedTypes } from "./events.js";

/** @import { FrameSize } from "../../generated/bridge.js" */
/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("./controller.js").FrameController} FrameController */

export class Frames {
  /** @type {Map<number, FrameController>} */
  #byNumber = new Map();
  #lastNumber = 0;
  /** The elements in the document, with a guest or without. @type {Set<FrameController>} */
  #connected = new Set();
  /** Told when guests come and go. */
  onGuestsChange = () => {};
  /** Told when the first element comes and when the last one goes. @type {(any: boolean) => void} */
  onConnectedChange = () => {};
  /** Has the observer tell at once of what has happened to the elements. */
  flush = () => {};
  /**
   * How large an element will be, as far as that is known.
   * @type {(element: HTMLElement) => { size?: FrameSize }}
   */
  sizeOf = () => ({});
  /**
   * Runs a function whose attribute changes are the runtime's own, not the page's.
   * @type {(change: () => void) => void}
   */
  unobserved = (change) => change();

  /**
   * The state behind an element, if it is a frame.
   * @type {(value: unknown) => FrameController | null}
   */
  controllerOf = () => null;

  /** @param {Bridge} bridge */
  constructor(bridge) {
    for (let i = 0; i < bridgedTypes.length; i++) {
      const type = bridgedTypes[i];
      bridge.listen(`frame.${type}`, (params, frame) => this.find(frame)?.handleEvent(type, params));
    }
    bridge.listen("frame.ended", (error, frame) => this.find(frame)?.handleEnded(error));
    bridge.listen("frame.contentsize", (size, frame) => this.find(frame)?.handleContentSize(size));
    bridge.listen("frame.contextMenuShow", (_, frame) => this.find(frame)?.handleContextMenuShow());
    bridge.listen("frame.contextMenuClick", (click, frame) => this.find(frame)?.handleContextMenuClick(click));
    bridge.listen("frame.history", (history, frame) => this.find(frame)?.handleHistory(history));
    bridge.respond("frame.messages", (params, frame, answer) => {
      const controller = this.find(frame);
      if (controller) controller.handleMessages(params, answer);
      else answer({});
    });
    bridge.respond("frame.dialog", (dialog, frame, answer) => {
      const controller = this.find(frame);
      if (controller) controller.handleDialog(dialog, answer);
      else answer({ action: "cancel" });
    });
    bridge.respond("frame.permissionrequest", (request, frame, answer) => {
      const controller = this.find(frame);
      if (controller) controller.handlePermissionRequest(request, answer);
      else answer({ action: "deny" });
    });
    bridge.respond("frame.newwindow", (window, frame, answer) => {
      const controller = this.find(frame);
      if (controller) controller.handleNewWindow(window, answer);
      else answer({ action: "discard" });
    });
  }

  /** How many guests there are. */
  get size() {
    return mapSize(this.#byNumber);
  }

  /** @param {number} number */
  find(number) {
    return mapGet(this.#byNumber, number);
  }

  /** @param {(controller: FrameController) => void} callback */
  forEach(callback) {
    mapForEach(this.#byNumber, callback);
  }

  /** @param {FrameController} controller */
  connected(controller) {
    setAdd(this.#connected, controller);
    if (setSize(this.#connected) === 1) this.onConnectedChange(true);
  }

  /** @param {FrameController} controller */
  disconnected(controller) {
    setDelete(this.#connected, controller);
    if (setSize(this.#connected) === 0) this.onConnectedChange(false);
  }

  /** @param {(controller: FrameController) => void} callback */
  forEachConnected(callback) {
    setForEach(this.#connected, callback);
  }

  /**
   * @param {FrameController} controller
   * @returns {number} the number of its new guest; none is used twice
   */
  add(controller) {
    const number = ++this.#lastNumber;
    mapSet(this.#byNumber, number, controller);
    this.onGuestsChange();
    return number;
  }

  /**
   * A guest that has its number already: a window that an embedded page has opened.
   * @param {FrameController} controller
   * @param {number} number
   */
  addWindow(controller, number) {
    mapSet(this.#byNumber, number, controller);
    this.onGuestsChange();
  }

  /** @param {number} number */
  remove(number) {
    mapDelete(this.#byNumber, number);
    this.onGuestsChange();
  }

  /**
   * Sets an attribute without the observer taking it for the page's doing.
   * @param {HTMLElement} element
   * @param {string} name
   * @param {string | null} value null removes it
   */
  setAttributeSilently(element, name, value) {
    this.unobserved(() => {
      if (value === null) removeAttribute(element, name);
      else setAttribute(element, name, value);
    });
  }
}
