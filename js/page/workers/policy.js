// @ts-check
/**
 * Trusted Types for the scripts that this side asks for. An app's policy that names which policies there may be is given this
 * one besides (`content/scheme/headers.rs`); it is made before the app's scripts run, and cannot be made twice.
 */

import { uncurryThis } from "../primordials.js";

const NAME = "insula-workers";

/**
 * Makes the policy.
 * @returns {((url: string) => string) | null} marks a URL as trusted; null where that cannot be
 */
export function createTrust() {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  if (!trustedTypes) return (url) => url;
  try {
    const policy = trustedTypes.createPolicy(NAME, { __proto__: null, createScriptURL: (/** @type {string} */ url) => url });
    const createScriptURL = uncurryThis(policy.createScriptURL);
    return (url) => /** @type {string} */ (createScriptURL(policy, url));
  } catch {
    return null;
  }
}
