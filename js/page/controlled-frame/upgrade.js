// @ts-check
/**
 * How an unknown element becomes a controlled frame.
 *
 * The engine refuses `customElements.define` for a name without a dash, so it makes every
 * `<controlledframe>` an HTMLUnknownElement. One is given its own prototype at the first of these:
 * it is made by createElement and the like; the observer sees it in the document; or a script
 * touches a member, which HTMLUnknownElement.prototype answers once and then never again. The last
 * covers every other way to make one (innerHTML, templates, DOMParser…), synchronously.
 */

import {
  defineProperty,
  getOwnPropertyDescriptor,
  getterOf,
  ownKeys,
  reflectApply,
  reflectGet,
  stringSlice,
  stringStartsWith,
  toStringTag,
} from "../primordials.js";
import { hidden } from "../webidl.js";
import { setHandler } from "../event-handlers.js";
import {
  HTMLElement,
  HTMLUnknownElement,
  createElement,
  document,
  getAttribute,
  getOnClick,
  hasAttribute,
  isElement,
  localName,
  namespaceUri,
  setAttribute,
} from "./dom.js";
import { handlerTypes } from "./events.js";

const HTML = "http://www.w3.org/1999/xhtml";

const rootOfInternals = getterOf(globalThis.ElementInternals.prototype, "shadowRoot");

/** Whether an element is a controlled frame by its name. @param {Element} element */
export const isFrame = (element) =>
  localName(element) === "controlledframe" && namespaceUri(element) === HTML;

/** @param {unknown} value @returns {value is HTMLElement} */
export function isFrameValue(value) {
  if (typeof value !== "object" || value === null) return false;
  try {
    return isFrame(/** @type {Element} */ (value));
  } catch {
    return false; // not an element
  }
}

/**
 * Lets the members of the interface be found on elements that still have the unknown prototype. For other unknown
 * elements they are undefined, and yet `"src" in element` is true: a prototype cannot tell who asks that.
 * @param {object} prototype of the interface
 * @param {(element: unknown) => void} upgrade
 */
export function answerForUnknownElements(prototype, upgrade) {
  const names = ownKeys(prototype);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (name === "constructor" || typeof name === "symbol") continue;
    defineProperty(
      HTMLUnknownElement.prototype,
      name,
      /** @type {any} */ ({
        __proto__: null,
        get() {
          // Of others it is what every element has by that name, most often nothing.
          if (!isFrameValue(this)) return reflectGet(HTMLElement.prototype, name, this);
          upgrade(this);
          return /** @type {any} */ (this)[name];
        },
        set(/** @type {unknown} */ value) {
          if (isFrameValue(this)) {
            upgrade(this);
            /** @type {any} */ (this)[name] = value;
          } else {
            // For other elements the member does not exist: an assignment makes an own property.
            defineProperty(this, name, { ...hidden(value, true), enumerable: true });
          }
        },
        enumerable: false,
        configurable: true,
      }),
    );
  }
  defineProperty(
    HTMLUnknownElement.prototype,
    toStringTag,
    /** @type {any} */ ({
      __proto__: null,
      get() {
        if (!isFrameValue(this)) return "HTMLUnknownElement";
        upgrade(this);
        return /** @type {any} */ (this)[toStringTag];
      },
      enumerable: false,
      configurable: true,
    }),
  );
}

/**
 * Upgrades what the DOM's own functions make, and tells of shadow roots.
 * @param {(element: unknown) => void} upgrade
 * @param {(host: Element, root: ShadowRoot) => void} onShadowRoot
 * @param {() => void} onUnsafeMarkup told of markup that may have shadow roots in it
 */
export function patchFactories(upgrade, onShadowRoot, onUnsafeMarkup) {
  const { Document, Element, Node } = globalThis;
  // Each wrapper has the name and the number of parameters of what it wraps.
  wrap(Document.prototype, "createElement", (native) => ({
    createElement(/** @type {unknown} */ _localName) {
      return upgraded(reflectApply(native, this, arguments));
    },
  }));
  wrap(Document.prototype, "createElementNS", (native) => ({
    createElementNS(/** @type {unknown} */ _namespace, /** @type {unknown} */ _qualifiedName) {
      return upgraded(reflectApply(native, this, arguments));
    },
  }));
  wrap(Document.prototype, "importNode", (native) => ({
    importNode(/** @type {unknown} */ _node) {
      return upgraded(reflectApply(native, this, arguments));
    },
  }));
  wrap(Node.prototype, "cloneNode", (native) => ({
    cloneNode() {
      return upgraded(reflectApply(native, this, arguments));
    },
  }));
  wrap(Element.prototype, "attachShadow", (native) => ({
    attachShadow(/** @type {unknown} */ _init) {
      const root = reflectApply(native, this, arguments);
      onShadowRoot(/** @type {any} */ (this), root);
      return root;
    },
  }));
  // A closed root that came with the markup: no other script than its custom element's can reach it, by this way.
  wrap(globalThis.HTMLElement.prototype, "attachInternals", (native) => ({
    attachInternals() {
      const internals = reflectApply(native, this, arguments);
      const root = rootOfInternals(internals);
      if (root) onShadowRoot(/** @type {any} */ (this), root);
      return internals;
    },
  }));
  const holders = [Element.prototype, globalThis.ShadowRoot.prototype];
  for (let i = 0; i < holders.length; i++) {
    wrap(holders[i], "setHTMLUnsafe", (native) => ({
      setHTMLUnsafe(/** @type {unknown} */ _html) {
        onUnsafeMarkup();
        return reflectApply(native, this, arguments);
      },
    }));
  }
  wrap(Document, "parseHTMLUnsafe", (native) => ({
    parseHTMLUnsafe(/** @type {unknown} */ _html) {
      onUnsafeMarkup();
      return reflectApply(native, this, arguments);
    },
  }));

  /** @param {Node} node */
  function upgraded(node) {
    if (isElement(node) && isFrame(node)) upgrade(node);
    return node;
  }
}

/**
 * @param {object} holder
 * @param {string} name
 * @param {(native: Function) => object} wrapperOf
 */
function wrap(holder, name, wrapperOf) {
  const own = getOwnPropertyDescriptor(holder, name);
  if (!own) return; // an engine without it
  const wrapper = /** @type {any} */ (wrapperOf(own.value))[name];
  defineProperty(holder, name, /** @type {any} */ ({ ...own, __proto__: null, value: wrapper }));
}

/**
 * Follows the content attribute of an event handler.
 * @param {HTMLElement} element
 * @param {string} name of the attribute that was added, changed or removed
 * @param {(type: string) => void} onListener told that somebody listens
 */
export function handlerAttributeChanged(element, name, onListener) {
  if (!stringStartsWith(name, "on")) return;
  const type = stringSlice(name, 2);
  for (let i = 0; i < handlerTypes.length; i++) {
    if (handlerTypes[i] !== type) continue;
    setHandler(element, type, compile(getAttribute(element, name)));
    onListener(type);
  }
}

/**
 * Reads the handlers that an element came with.
 * @param {HTMLElement} element
 * @param {(type: string) => void} onListener
 */
export function readHandlerAttributes(element, onListener) {
  for (let i = 0; i < handlerTypes.length; i++) {
    const name = `on${handlerTypes[i]}`;
    if (hasAttribute(element, name)) handlerAttributeChanged(element, name, onListener);
  }
}

/**
 * Compiles the text of a handler. The engine does it, as the handler of an element that is never
 * used otherwise, so that the page's Content Security Policy and Trusted Types decide as they do for
 * every other handler.
 * @param {string | null} code
 */
function compile(code) {
  if (code === null) return null;
  const scratch = createElement(document, "span");
  try {
    setAttribute(scratch, "onclick", code);
    return getOnClick(scratch);
  } catch {
    return null;
  }
}
