// @ts-check
/** `location` in a worker whose script was asked for by a marked URL: it says the URL without the marker. */

import { copyAccessor, hidden } from "../webidl.js";
import { defineProperty, getPrototypeOf, getterOf, stringSlice } from "../primordials.js";
import { readMarker } from "./marker.js";

/**
 * Takes the marker away.
 * @returns {{ marker: NonNullable<ReturnType<typeof readMarker>>, script: string } | null} what it says, and the script's own
 *   URL; null without a marker
 */
export function takeMarker() {
  const { location } = globalThis;
  const nativeHref = getterOf(location, "href");
  const nativeHash = getterOf(location, "hash");
  const marked = nativeHash(location);
  const marker = readMarker(marked);
  if (!marker) return null;
  const href = nativeHref(location);
  const script = stringSlice(href, 0, href.length - marked.length);
  const own = `${script}${marker.hash}`;
  const hash = marker.hash === "#" ? "" : marker.hash;
  /** @param {unknown} receiver the engine throws for what is no location */
  const check = (receiver) => void nativeHref(/** @type {Location} */ (receiver));
  const source = {
    get href() {
      check(this);
      return own;
    },
    get hash() {
      check(this);
      return hash;
    },
    toString() {
      check(this);
      return own;
    },
  };
  const prototype = /** @type {object} */ (getPrototypeOf(location));
  copyAccessor(prototype, "href", source);
  copyAccessor(prototype, "hash", source);
  defineProperty(prototype, "toString", /** @type {any} */ ({ ...hidden(source.toString, true), enumerable: true }));
  return { marker, script };
}
