// @ts-check
/** What a page gives to an UnrestrictedWebSocket. */

import {
  DOMException,
  TypeError,
  URL,
  bytesLength,
  bytesOf,
  max,
  min,
  round,
  stringIncludes,
  stringSlice,
  symbolIterator,
  urlHref,
  urlPassword,
  urlProtocol,
  urlUsername,
} from "../primordials.js";
import { blobSize, encodeText, signalAborted } from "./primordials.js";
import { isObject, toDictionary, toDOMString, toSequence, toUSVString } from "../webidl.js";
import { isBlob } from "./fetch-request.js";
import { convertHeaders, isToken } from "./headers.js";
import { baseUrl } from "./request-init.js";
import { convertTls } from "./tls.js";
import { encodeReason } from "./web-socket-channel.js";

/** @typedef {ReturnType<typeof readArguments>} Arguments */
/** @typedef {{ bytes: Uint8Array, isText: boolean, size: number } | { blob: Blob, size: number }} OutgoingMessage */
/** @typedef {{ code: number | undefined, reason: Uint8Array }} OutgoingClose */

/** How many subprotocols are taken. */
const MOST_PROTOCOLS = 100;

/** The longest reason, in bytes of UTF-8. */
const LONGEST_REASON = 123;

/**
 * The arguments of the constructor.
 * @param {unknown} url
 * @param {unknown} protocols
 * @param {unknown} options
 * @param {string} context
 */
export function readArguments(url, protocols, options, context) {
  const text = toUSVString(url);
  const names =
    isObject(protocols) && /** @type {any} */ (protocols)[symbolIterator] !== undefined
      ? toSequence(protocols, context, MOST_PROTOCOLS, toDOMString)
      : [toDOMString(protocols)];
  const { headers, signal, tls } = toDictionary(options, context, "UnrestrictedWebSocketOptions");
  const list = headers === undefined ? [] : convertHeaders(headers, context);
  if (signal !== undefined) checkSignal(signal, context);
  const secured = tls === undefined ? undefined : convertTls(tls, context);

  const address = parseUrl(text, context);
  for (let i = 0; i < names.length; i++) {
    if (!isToken(names[i])) throw syntaxError(context, `the subprotocol '${names[i]}' is invalid.`);
    for (let j = 0; j < i; j++) {
      if (names[j] === names[i]) throw syntaxError(context, `the subprotocol '${names[i]}' is there twice.`);
    }
  }
  if (secured && address.isPlain) throw new TypeError(`${context}: tls is for URLs of wss.`);
  return {
    __proto__: null,
    url: address.href,
    protocols: names,
    headers: list,
    tls: secured,
    signal: /** @type {AbortSignal | undefined} */ (signal),
  };
}

/** @param {string} text @param {string} context */
function parseUrl(text, context) {
  /** @type {URL} */
  let url;
  try {
    url = new URL(text, baseUrl());
  } catch {
    throw syntaxError(context, `the URL '${text}' is invalid.`);
  }
  const protocol = urlProtocol(url);
  let href = urlHref(url);
  if (protocol === "http:") href = `ws${stringSlice(href, 4)}`;
  else if (protocol === "https:") href = `wss${stringSlice(href, 5)}`;
  else if (protocol !== "ws:" && protocol !== "wss:") {
    throw syntaxError(context, `the URL's scheme must be 'http', 'https', 'ws' or 'wss'; '${protocol}' is not allowed.`);
  }
  if (stringIncludes(href, "#")) throw syntaxError(context, `the URL contains a fragment identifier.`);
  if (urlUsername(url) || urlPassword(url)) {
    throw syntaxError(context, "the URL has credentials in it: use an Authorization header.");
  }
  return { href, isPlain: protocol === "ws:" || protocol === "http:" };
}

/**
 * The argument of `send()`.
 * @param {unknown} data
 * @returns {OutgoingMessage}
 */
export function readMessage(data) {
  if (isObject(data)) {
    if (isBlob(data)) return { blob: data, size: blobSize(data) };
    const bytes = bytesOf(data);
    if (bytes) return { bytes, isText: false, size: bytesLength(bytes) };
  }
  const bytes = encodeText(toUSVString(data));
  return { bytes, isText: true, size: bytesLength(bytes) };
}

/**
 * The arguments of `close()`.
 * @param {unknown} code
 * @param {unknown} text
 * @param {string} context
 * @returns {OutgoingClose}
 */
export function readClose(code, text, context) {
  const number = code === undefined ? undefined : toClampedShort(code);
  const reason = encodeReason(text === undefined ? "" : toUSVString(text));
  if (number !== undefined && number !== 1000 && (number < 3000 || number > 4999)) {
    const message = `${context}: The close code must be either 1000, or between 3000 and 4999. ${number} is neither.`;
    throw new DOMException(message, "InvalidAccessError");
  }
  if (bytesLength(reason) > LONGEST_REASON) {
    throw syntaxError(context, `The close reason must not be greater than ${LONGEST_REASON} UTF-8 bytes.`);
  }
  // A reason needs a code before it.
  return { code: number === undefined && bytesLength(reason) > 0 ? 1000 : number, reason };
}

/** unsigned short with [Clamp] (Web IDL §3.2.4.9). @param {unknown} value */
function toClampedShort(value) {
  const number = min(max(+(/** @type {any} */ (value)), 0), 65_535);
  if (number !== number) return 0;
  // Halves go to the even number.
  const rounded = round(number);
  return rounded - number === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

/** @param {unknown} signal @param {string} context */
function checkSignal(signal, context) {
  try {
    signalAborted(/** @type {AbortSignal} */ (signal));
  } catch {
    throw new TypeError(`${context}: Failed to read 'signal': it is not of type 'AbortSignal'.`);
  }
}

/** @param {string} context @param {string} message */
function syntaxError(context, message) {
  return new DOMException(`${context}: ${message}`, "SyntaxError");
}
