// @ts-check
/**
 * A Request made from a form. WebKit keeps the form and sends its files, but cannot give their bytes to a
 * script: neither by the methods of the Request, nor by its stream, nor by a copy. So the form is encoded
 * before the Request is made.
 */

import {
  Proxy,
  Request,
  defineProperty,
  getOwnPropertyDescriptor,
  reflectConstruct,
} from "../primordials.js";
import { asFormData, encodeFormData } from "./form-data.js";
import { isObject } from "../webidl.js";

/** Puts a constructor before the engine's that differs in nothing else. */
export function installFormRequest() {
  const handler = {
    __proto__: null,
    /**
     * @param {typeof Request} target
     * @param {unknown[]} args
     * @param {Function} newTarget
     */
    construct(target, args, newTarget) {
      const init = args[1];
      if (isObject(init)) {
        const form = asFormData(/** @type {RequestInit} */ (init).body);
        if (form) args[1] = withBody(init, encodeFormData(form));
      }
      return reflectConstruct(target, args, newTarget);
    },
  };
  const wrapper = new Proxy(Request, /** @type {any} */ (handler));
  replace(globalThis, "Request", wrapper);
  replace(Request.prototype, "constructor", wrapper);
}

/**
 * @param {object} init a RequestInit, whose members may be getters that want it as `this`
 * @param {Blob} body instead of its own
 */
function withBody(init, body) {
  const handler = {
    __proto__: null,
    /** @param {object} _target @param {string} name */
    get: (_target, name) => (name === "body" ? body : /** @type {any} */ (init)[name]),
  };
  return new Proxy({ __proto__: null }, /** @type {any} */ (handler));
}

/** @param {object} holder @param {string} name @param {unknown} value */
function replace(holder, name, value) {
  const own = getOwnPropertyDescriptor(holder, name);
  defineProperty(holder, name, /** @type {any} */ ({ ...own, __proto__: null, value }));
}
