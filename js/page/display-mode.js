// @ts-check
/**
 * `display-mode` for apps (Web Application Manifest, "display modes"). The engine knows no mode, whatever the window is:
 * here scripts are told what is true. Style sheets ask the engine itself, which nobody can help.
 */

import { WeakMap, defineProperty, getterOf, regExpExec, stringSlice, stringToLowerCase, uncurryThis, weakMapGet, weakMapSet } from "./primordials.js";
import { copyAccessor } from "./webidl.js";

/** A condition about the mode. */
const CONDITION = /\(\s*display-mode\s*:\s*([a-z-]+)\s*\)/i;

/** Conditions that always and never hold, of features that every engine has. */
const ALWAYS = "(min-width: 0px)";
const NEVER = "(max-width: -1px)";

/**
 * Lets `matchMedia` know the mode.
 * @param {string} mode that of the app's windows: what covers the screen says so itself
 */
export function installDisplayMode(mode) {
  if (typeof globalThis.matchMedia !== "function" || !("media" in (globalThis.MediaQueryList?.prototype ?? {}))) return;
  const native = globalThis.matchMedia;
  const match = uncurryThis(native);
  const mediaOf = getterOf(MediaQueryList.prototype, "media");
  /** What was asked, of lists whose conditions were replaced. @type {WeakMap<MediaQueryList, string>} */
  const asked = new WeakMap();
  const holder = {
    /** @param {string} query */
    matchMedia(query) {
      if (arguments.length === 0) return /** @type {any} */ (match)(this);
      const text = `${query}`;
      const decided = decide(text, mode);
      const list = match(/** @type {any} */ (this), decided);
      if (decided !== text) weakMapSet(asked, list, text);
      return list;
    },
    get media() {
      const list = /** @type {MediaQueryList} */ (/** @type {unknown} */ (this));
      return weakMapGet(asked, list) ?? mediaOf(list);
    },
  };
  defineProperty(globalThis, "matchMedia", /** @type {any} */ ({
    __proto__: null,
    value: holder.matchMedia,
    writable: true,
    enumerable: true,
    configurable: true,
  }));
  copyAccessor(MediaQueryList.prototype, "media", holder);
}

/**
 * A query with the mode decided in it.
 * @param {string} query
 * @param {string} mode
 */
export function decide(query, mode) {
  let decided = "";
  let rest = query;
  for (let found = regExpExec(CONDITION, rest); found; found = regExpExec(CONDITION, rest)) {
    const holds = stringToLowerCase(found[1]) === mode;
    decided += stringSlice(rest, 0, found.index) + (holds ? ALWAYS : NEVER);
    rest = stringSlice(rest, found.index + found[0].length);
  }
  return decided + rest;
}
