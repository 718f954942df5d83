// @ts-check
/**
 * How a worker's script is asked for: at its own URL, with a fragment that begins with a marker. The runtime answers such a
 * request with a few lines that run Insula's part first and the script after it, at its own URL (`content/scheme/worker.rs`).
 * The marker also says what the document knows, so that it is known before the script's first line.
 */

import { regExpExec, stringSlice } from "../primordials.js";

/**
 * What a worker has from its document.
 * @typedef {object} Facts
 * @property {boolean} sockets whether the document's policy has `direct-sockets`
 * @property {boolean} topLevel whether it is the app's top frame, which has `navigator.unrestrictedNetwork`
 * @property {boolean} losesStreams
 * @property {import("../network/grant.js").NetworkState} state the grant
 */

const MARKER = /^#insula-worker-(classic|module)-([0-9a-f]{32})-([01])([01])([01])-(unavailable|prompt|granted|denied);/;

/**
 * @param {"classic" | "module"} type
 * @param {string} nonce
 * @param {Facts} facts
 * @returns {string} what comes between a URL without its fragment, and the fragment with its `#`
 */
export function createMarker(type, nonce, { sockets, topLevel, losesStreams, state }) {
  return `#insula-worker-${type}-${nonce}-${+sockets}${+topLevel}${+losesStreams}-${state};`;
}

/**
 * Reads what a fragment begins with.
 * @param {string} hash
 */
export function readMarker(hash) {
  const match = regExpExec(MARKER, hash);
  if (!match) return null;
  return {
    __proto__: null,
    type: match[1],
    nonce: match[2],
    facts: /** @type {Facts} */ (
      /** @type {unknown} */ ({
        __proto__: null,
        sockets: match[3] === "1",
        topLevel: match[4] === "1",
        losesStreams: match[5] === "1",
        state: match[6],
      })
    ),
    /** The fragment that the script was asked for with, with its `#`, or nothing. */
    hash: stringSlice(hash, match[0].length),
  };
}

/** The lock that a worker holds as long as it lives. @param {string} nonce */
export const lockName = (nonce) => `insula-worker-${nonce}`;
