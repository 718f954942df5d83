// @ts-check
/**
 * The members of a RequestInit (https://fetch.spec.whatwg.org/#requestinit) as Web IDL converts them.
 *
 * Some mean nothing to the broker. They are held to what Fetch accepts all the same, so that a
 * mistake is seen here as it is seen with `window.fetch`.
 */

import { TypeError, URL } from "../primordials.js";
import { toDictionary, toDOMString, toEnum, toUnsigned, toUSVString } from "../webidl.js";

const CACHES = /** @type {const} */ ([
  "default",
  "no-store",
  "reload",
  "no-cache",
  "force-cache",
  "only-if-cached",
]);
const CREDENTIALS = /** @type {const} */ (["omit", "same-origin", "include"]);
const MODES = /** @type {const} */ (["navigate", "same-origin", "no-cors", "cors"]);
const PRIORITIES = /** @type {const} */ (["high", "low", "auto"]);
const REDIRECTS = /** @type {const} */ (["follow", "error", "manual"]);
const REFERRER_POLICIES = /** @type {const} */ ([
  "",
  "no-referrer",
  "no-referrer-when-downgrade",
  "same-origin",
  "origin",
  "strict-origin",
  "origin-when-cross-origin",
  "strict-origin-when-cross-origin",
  "unsafe-url",
]);

/** Which cookies go along: none, or the app's own. */
const UNA_CREDENTIALS = /** @type {const} */ (["omit", "app"]);

/**
 * Reads each member once.
 * @param {unknown} value
 * @param {string} context
 */
export function readInit(value, context) {
  const {
    body,
    cache,
    credentials,
    duplex,
    headers,
    integrity,
    keepalive,
    method,
    mode,
    priority,
    redirect,
    referrer,
    referrerPolicy,
    signal,
    timeout,
    unaCredentials,
    window,
  } = toDictionary(value, context, "RequestInit");

  /**
   * @template {string} Value
   * @param {unknown} member
   * @param {readonly Value[]} values
   * @param {string} type
   */
  const enumeration = (member, values, type) =>
    member === undefined ? undefined : toEnum(member, values, context, type);

  enumeration(credentials, CREDENTIALS, "RequestCredentials");
  enumeration(priority, PRIORITIES, "RequestPriority");
  enumeration(referrerPolicy, REFERRER_POLICIES, "ReferrerPolicy");
  const converted = {
    __proto__: null,
    body,
    cache: enumeration(cache, CACHES, "RequestCache"),
    duplex: enumeration(duplex, /** @type {const} */ (["half"]), "RequestDuplex"),
    headers,
    integrity: integrity === undefined ? undefined : toDOMString(integrity),
    keepalive: !!keepalive,
    method,
    mode: enumeration(mode, MODES, "RequestMode"),
    redirect: enumeration(redirect, REDIRECTS, "RequestRedirect"),
    signal,
    /** 0 is as good as none. */
    timeout: timeout === undefined ? 0 : toUnsigned(timeout, 32, `${context}: Failed to read 'timeout'`),
    unaCredentials: enumeration(unaCredentials, UNA_CREDENTIALS, "UnrestrictedNetworkCredentials"),
  };
  if (converted.mode === "navigate") {
    throw new TypeError(`${context}: Cannot construct a Request with a RequestInit whose mode is 'navigate'.`);
  }
  if (window !== undefined && window !== null) {
    throw new TypeError(`${context}: RequestInit's window can only be null.`);
  }
  if (referrer !== undefined) checkReferrer(toUSVString(referrer), context);
  return converted;
}

/**
 * @param {string} referrer
 * @param {string} context
 */
function checkReferrer(referrer, context) {
  if (referrer === "") return;
  try {
    new URL(referrer, baseUrl());
  } catch {
    throw new TypeError(`${context}: Referrer '${referrer}' is not a valid URL.`);
  }
}

/** What relative URLs are relative to. @returns {string | undefined} */
export function baseUrl() {
  // A worker has no document.
  return globalThis.document?.baseURI ?? globalThis.location?.href;
}
