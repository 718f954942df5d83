// @ts-check
/**
 * The interface of the element: HTMLControlledFrameElement, and ControlledFrame as an older draft
 * calls it. Its operations are in members/, with their conversions and checks; what they do is in controller.js.
 */

import { Symbol, TypeError, setPrototypeOf, uncurryThis, weakMapGet } from "../primordials.js";
import { getHandler, setHandler } from "../event-handlers.js";
import {
  copyAccessor,
  copyOperations,
  finishInterface,
  toDOMString,
  toUSVString,
} from "../webidl.js";
import {
  HTMLElement,
  createElement,
  document,
  getAttribute,
  hasAttribute,
  removeAttribute,
  setAttribute,
} from "./dom.js";
import { isChromium, refusingCallback } from "./compatibility.js";
import { intervalOf, toInterval } from "./activity.js";
import { handlerTypes } from "./events.js";
import { audioMembers } from "./members/audio.js";
import { captureMembers } from "./members/capture.js";
import { dataMembers } from "./members/data.js";
import { findMembers } from "./members/find.js";
import { navigationMembers } from "./members/navigation.js";
import { processMembers } from "./members/process.js";
import { scriptMembers } from "./members/scripts.js";
import { windowMembers } from "./members/window.js";
import { userAgentMembers } from "./members/user-agent.js";
import { zoomMembers } from "./members/zoom.js";

/** @typedef {import("./controller.js").FrameController} FrameController */

/** Content attributes that a member of the same name reflects. */
const REFLECTED_STRINGS = ["allow", "name", "maxheight", "maxwidth", "minheight", "minwidth"];
const REFLECTED_BOOLEANS = ["allowfullscreen", "allowscaling", "allowtransparency", "autosize", "ownprocess"];

/** Operations that take no callback in Chromium. */
const WITHOUT_CALLBACK = [
  "addContentScripts",
  "back",
  "captureVisibleRegion",
  "clearData",
  "executeScript",
  "forward",
  "getAudioState",
  "getZoom",
  "go",
  "insertCSS",
  "isAudioMuted",
  "removeContentScripts",
  "setZoom",
  "setZoomMode",
];

/** `instanceof` without the interface's own answer. */
export const ordinaryHasInstance = uncurryThis(Function.prototype[Symbol.hasInstance]);

/**
 * Answers the state behind an element, whatever the operation was called on.
 * @typedef {(element: unknown) => FrameController} ControllerOf
 */

/** @typedef {ReturnType<typeof createInterface>} Interface */

/**
 * Makes the interface object.
 * @param {WeakMap<object, FrameController>} controllers of the elements that have been upgraded
 * @param {(value: unknown) => void} upgrade makes an element of it, if it is one by its name
 * @param {() => void} flush lets the observer catch up with the document
 */
export function createInterface(controllers, upgrade, flush) {
  /**
   * The brand check of every member. The observer runs later than scripts, so the state is brought
   * up to date first.
   * @param {unknown} element
   * @returns {FrameController}
   */
  function controllerOf(element) {
    upgrade(element);
    const controller = weakMapGet(controllers, /** @type {object} */ (element));
    if (!controller) throw new TypeError("Illegal invocation");
    flush();
    return controller;
  }

  class HTMLControlledFrameElement extends HTMLElement {
    // The engine refuses to define a custom element of this name, so there is nothing to call
    // super() for: the element is made like any other and then given its prototype.
    // @ts-expect-error a derived constructor that returns an object need not call super()
    constructor() {
      const element = createElement(document, "controlledframe");
      upgrade(element);
      if (new.target !== HTMLControlledFrameElement) setPrototypeOf(element, new.target.prototype);
      return /** @type {any} */ (element);
    }

    /**
     * An element made by the parser is an instance before anything has touched it.
     * @override
     * @param {unknown} value
     */
    static [Symbol.hasInstance](value) {
      upgrade(value);
      return ordinaryHasInstance(this, value);
    }

    get src() {
      return getAttribute(controllerOf(this).element, "src") ?? "";
    }

    set src(value) {
      const { element } = controllerOf(this);
      // Chromium's null is no URL either.
      setAttribute(element, "src", value === null ? "" : toUSVString(value));
      flush();
    }

    get idleInterval() {
      return intervalOf(controllerOf(this).element);
    }

    set idleInterval(value) {
      const { element } = controllerOf(this);
      const context = "Failed to set the 'idleInterval' property on 'HTMLControlledFrameElement'";
      setAttribute(element, "idleinterval", `${toInterval(value, context)}`);
    }

    get partition() {
      return getAttribute(controllerOf(this).element, "partition") ?? "";
    }

    set partition(value) {
      controllerOf(this).setPartition(toDOMString(value));
    }
  }
  const { prototype } = HTMLControlledFrameElement;
  copyAccessor(prototype, "contextMenus", {
    get contextMenus() {
      return controllerOf(this).equipment.contextMenus;
    },
  });
  const operations = [
    navigationMembers,
    scriptMembers,
    dataMembers,
    audioMembers,
    zoomMembers,
    captureMembers,
    findMembers,
    processMembers,
    userAgentMembers,
    windowMembers,
  ];
  const names = ["src", "idleInterval", "partition"];
  for (let i = 0; i < operations.length; i++) copyOperations(prototype, operations[i](controllerOf), names);
  for (let i = 0; isChromium() && i < WITHOUT_CALLBACK.length; i++) {
    const name = WITHOUT_CALLBACK[i];
    const { [name]: operation } = /** @type {Record<string, any>} */ (/** @type {unknown} */ (prototype));
    copyOperations(prototype, { [name]: refusingCallback(operation, name) }, []);
  }

  for (let i = 0; i < REFLECTED_STRINGS.length; i++) {
    const name = REFLECTED_STRINGS[i];
    copyAccessor(prototype, name, {
      get [name]() {
        return getAttribute(controllerOf(this).element, name) ?? "";
      },
      set [name](/** @type {any} */ value) {
        setAttribute(controllerOf(this).element, name, toDOMString(value));
      },
    });
  }
  for (let i = 0; i < REFLECTED_BOOLEANS.length; i++) {
    const name = REFLECTED_BOOLEANS[i];
    copyAccessor(prototype, name, {
      get [name]() {
        return hasAttribute(controllerOf(this).element, name);
      },
      set [name](/** @type {any} */ value) {
        const { element } = controllerOf(this);
        if (value) setAttribute(element, name, "");
        else removeAttribute(element, name);
      },
    });
  }
  for (let i = 0; i < handlerTypes.length; i++) {
    const type = handlerTypes[i];
    const name = `on${type}`;
    copyAccessor(prototype, name, {
      get [name]() {
        return getHandler(controllerOf(this).element, type);
      },
      set [name](/** @type {any} */ value) {
        const controller = controllerOf(this);
        setHandler(controller.element, type, value);
        controller.equipment.listens(type);
      },
    });
  }
  finishInterface(HTMLControlledFrameElement, "HTMLControlledFrameElement", names);
  return HTMLControlledFrameElement;
}
