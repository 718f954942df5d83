// @ts-check
/**
 * Whether the app gets Chromium's answers where the specification has others (docs/chromium.md lists them). It is decided
 * for the whole app, and known before its first script.
 */

import { Error, defineProperty, reflectApply } from "../primordials.js";
import { hidden } from "../webidl.js";

let chromium = false;

export const isChromium = () => chromium;

/** @param {boolean} isChosen */
export function setChromium(isChosen) {
  chromium = isChosen;
}

/**
 * Chromium's promises refuse a callback beside them.
 * @param {unknown} last the last argument
 */
export function refuseCallback(last) {
  if (chromium && typeof last === "function") {
    throw new Error("Callback form deprecated, see API doc for correct usage.");
  }
}

/**
 * An operation that refuses a callback, as Chromium's does.
 * @param {Function} operation
 * @param {string} name
 */
export function refusingCallback(operation, name) {
  const { [name]: refusing } = {
    /** @this {unknown} @param {unknown[]} args */
    [name](...args) {
      refuseCallback(args[args.length - 1]);
      return reflectApply(operation, this, args);
    },
  };
  defineProperty(refusing, "length", hidden(operation.length, false));
  return refusing;
}
