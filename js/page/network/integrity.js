// @ts-check
/**
 * Whether a body is the one that the page expects
 * (https://www.w3.org/TR/sri-2/#does-response-match-metadatalist).
 */

import { Uint8Array, arrayPush, base64Encode, promiseThen, regExpExec, stringFromCharCode } from "../primordials.js";
import { subtleDigest } from "./primordials.js";

/** From the weakest to the strongest. */
const ALGORITHMS = /** @type {const} */ (["sha256", "sha384", "sha512"]);
const NAMES = /** @type {const} */ ({ sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" });
/** The next expression; one that is no hash of a known algorithm counts for nothing. */
const EXPRESSION = /[\t\n\f\r ]*([^\t\n\f\r ]+)/y;
const HASH = /^(sha256|sha384|sha512)-([\w+/-]+=*)(?:\?|$)/;

/**
 * The hashes of the strongest algorithm in it, one of which has to match.
 * @typedef {{ algorithm: keyof typeof NAMES, digests: string[] }} Integrity
 */

/**
 * @param {string} metadata the member `integrity` of a request
 * @returns {Integrity | null} null when it asks for nothing
 */
export function parseIntegrity(metadata) {
  let strongest = -1;
  /** @type {string[]} */
  let digests = [];
  EXPRESSION.lastIndex = 0;
  for (let found; (found = regExpExec(EXPRESSION, metadata)); ) {
    const hash = regExpExec(HASH, found[1]);
    if (!hash) continue;
    let strength = 0;
    while (ALGORITHMS[strength] !== hash[1]) strength++;
    if (strength < strongest) continue;
    if (strength > strongest) digests = [];
    strongest = strength;
    arrayPush(digests, hash[2]);
  }
  return strongest < 0 ? null : { algorithm: ALGORITHMS[strongest], digests };
}

/**
 * @param {ArrayBuffer} bytes
 * @param {Integrity} integrity
 * @returns {Promise<boolean>}
 */
export function matchesIntegrity(bytes, { algorithm, digests }) {
  return promiseThen(subtleDigest(NAMES[algorithm], bytes), (digest) => {
    const view = new Uint8Array(digest);
    let binary = "";
    for (let i = 0; i < view.length; i++) binary += stringFromCharCode(view[i]);
    const actual = base64Encode(binary);
    for (let i = 0; i < digests.length; i++) if (isSame(actual, digests[i])) return true;
    return false;
  });
}

/**
 * @param {string} actual in base64
 * @param {string} expected in base64, whose alphabet may be that for URLs
 */
function isSame(actual, expected) {
  if (actual.length !== expected.length) return false;
  for (let i = 0; i < actual.length; i++) {
    const character = expected[i] === "-" ? "+" : expected[i] === "_" ? "/" : expected[i];
    if (character !== actual[i]) return false;
  }
  return true;
}
