// @ts-check
/**
 * The arguments of `fetch` (https://fetch.spec.whatwg.org/#dom-request) as plain data.
 */

import {
  Request,
  Response,
  TypeError,
  URL,
  arrayPush,
  promiseThen,
  stringToLowerCase,
  stringToUpperCase,
  urlHref,
  urlPassword,
  urlProtocol,
  urlUsername,
} from "../primordials.js";
import {
  blobSize,
  headersGet,
  readableLocked,
  requestArrayBuffer,
  requestBodyUsed,
  requestHeaders,
  requestIntegrity,
  requestMethod,
  requestMode,
  requestRedirect,
  requestSignal,
  requestUrl,
  responseArrayBuffer,
  responseHeaders,
  signalAborted,
} from "./primordials.js";
import { asFormData, encodeFormData } from "./form-data.js";
import { convertHeaders, isToken, listOf } from "./headers.js";
import { baseUrl, readInit } from "./request-init.js";
import { describe, toDOMString, toUSVString } from "../webidl.js";

/** @typedef {import("./headers.js").Header} Header */
/**
 * Where the bytes of a body come from. A stream's can be had once, and nobody knows how many there are.
 * @typedef {{ stream: ReadableStream<Uint8Array> } | { blob: Blob } | { bytes: Promise<ArrayBuffer> }} Body
 */

const CONTEXT = "Failed to execute 'fetch' on 'UnrestrictedNetwork'";

/**
 * @param {unknown} input a Request, a URL or a string
 * @param {unknown} value a RequestInit
 */
export function readRequest(input, value) {
  const init = readInit(value, CONTEXT);
  const from = asRequest(input);
  const { body: givenBody, headers: givenHeaders, method: givenMethod, redirect, signal } = init;

  if (init.cache === "only-if-cached" && (init.mode ?? (from && requestMode(from))) !== "same-origin") {
    throw new TypeError(`${CONTEXT}: 'only-if-cached' can be set only with 'same-origin' mode.`);
  }
  const url = parseUrl(from ? requestUrl(from) : input);
  const method = normalizeMethod(givenMethod === undefined ? from && requestMethod(from) : givenMethod);
  const headers =
    givenHeaders === undefined ? (from ? listOf(requestHeaders(from)) : []) : convertHeaders(givenHeaders, CONTEXT);

  /** @type {Body | null} */
  let body = null;
  if (givenBody !== undefined && givenBody !== null) {
    if (method === "GET" || method === "HEAD") {
      throw new TypeError(`${CONTEXT}: Request with GET/HEAD method cannot have body.`);
    }
    body = convertBody(givenBody, init, headers);
  } else if (from && method !== "GET" && method !== "HEAD") {
    if (requestBodyUsed(from))
      throw new TypeError(`${CONTEXT}: The body of the Request has already been read.`);
    body = bodyOf(requestArrayBuffer(from));
  } else if (from && requestMethod(from) !== method) {
    // Whether it has a body that would be lost is the engine's to say.
    new Request(from, /** @type {any} */ ({ __proto__: null, method }));
  }

  return {
    url: urlHref(url),
    /** Whether it is found without the network. */
    isLocal: isLocal(url),
    method,
    headers,
    body,
    integrity: init.integrity ?? (from ? requestIntegrity(from) : ""),
    redirect: redirect ?? (from ? requestRedirect(from) : "follow"),
    credentials: init.unaCredentials,
    timeout: init.timeout || undefined,
    signal: signal === undefined ? from && requestSignal(from) : convertSignal(signal),
  };
}

/** @param {unknown} input @returns {Request | null} */
function asRequest(input) {
  try {
    requestUrl(/** @type {Request} */ (input));
  } catch {
    return null;
  }
  return /** @type {Request} */ (input);
}

/** @param {unknown} input @param {string} [context] */
export function parseUrl(input, context = CONTEXT) {
  const text = toUSVString(input);
  /** @type {URL} */
  let url;
  try {
    url = new URL(text, baseUrl());
  } catch {
    throw new TypeError(`${context}: Failed to parse URL from ${text}`);
  }
  const protocol = urlProtocol(url);
  if (protocol !== "http:" && protocol !== "https:" && !isLocal(url)) {
    throw new TypeError(`${context}: URL scheme "${protocol}" is not supported.`);
  }
  if (urlUsername(url) || urlPassword(url)) {
    throw new TypeError(`${context}: The URL includes credentials.`);
  }
  return url;
}

/** @param {URL} url */
export function isLocal(url) {
  const protocol = urlProtocol(url);
  return protocol === "data:" || protocol === "blob:";
}

/** @param {unknown} value @returns {string} */
function normalizeMethod(value) {
  if (value === undefined || value === null) return "GET";
  const method = toDOMString(value);
  const upper = stringToUpperCase(method);
  if (!isToken(method)) throw new TypeError(`${CONTEXT}: '${method}' is not a valid HTTP method.`);
  switch (upper) {
    case "CONNECT":
    case "TRACE":
    case "TRACK":
      throw new TypeError(`${CONTEXT}: '${method}' HTTP method is unsupported.`);
    case "DELETE":
    case "GET":
    case "HEAD":
    case "OPTIONS":
    case "POST":
    case "PUT":
      return upper;
  }
  // Other methods are case-sensitive.
  return method;
}

/**
 * BodyInit. A Response of the engine's own knows every type of it, and its Content-Type.
 * @param {unknown} value
 * @param {{ duplex: "half" | undefined, keepalive: boolean }} init
 * @param {Header[]} headers gets the Content-Type, unless it has one
 * @returns {Body}
 */
function convertBody(value, { duplex, keepalive }, headers) {
  if (isReadableStream(value)) {
    if (duplex === undefined) {
      throw new TypeError(`${CONTEXT}: A stream as the body needs duplex: 'half'.`);
    }
    if (keepalive) throw new TypeError(`${CONTEXT}: A request with a stream as the body cannot be kept alive.`);
    if (!isUnread(value)) {
      throw new TypeError(`${CONTEXT}: The stream of the body is locked or has been read from.`);
    }
    return { stream: value };
  }
  const form = asFormData(value);
  const source = form ? encodeFormData(form) : value;
  const response = new Response(/** @type {BodyInit} */ (source));
  const type = headersGet(responseHeaders(response), "content-type");
  if (type !== null) {
    let missing = true;
    for (let i = 0; i < headers.length; i++) {
      if (stringToLowerCase(headers[i][0]) === "content-type") missing = false;
    }
    if (missing) arrayPush(headers, ["content-type", type]);
  }
  // A Blob may be large, so it is read bit by bit.
  return isBlob(source) ? { blob: source } : bodyOf(responseArrayBuffer(response));
}

/** @param {Promise<ArrayBuffer>} bytes @returns {Body} */
function bodyOf(bytes) {
  // Whoever sends it hears of a failure, but only asks later: it is not one that nobody handles.
  promiseThen(bytes, undefined, () => {});
  return { bytes };
}

/** @param {unknown} value @returns {value is Blob} */
export function isBlob(value) {
  try {
    blobSize(/** @type {Blob} */ (value));
    return true;
  } catch {
    return false;
  }
}

/** @param {unknown} value @returns {value is ReadableStream<Uint8Array>} */
function isReadableStream(value) {
  try {
    readableLocked(/** @type {ReadableStream} */ (value));
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether nobody has taken anything from a stream, which only the engine knows.
 * @param {ReadableStream<Uint8Array>} stream
 */
function isUnread(stream) {
  if (readableLocked(stream)) return false;
  try {
    new Response(stream);
    return true;
  } catch {
    return false;
  }
}

/** @param {unknown} value @returns {AbortSignal | null} */
function convertSignal(value) {
  if (value === null) return null;
  try {
    signalAborted(/** @type {AbortSignal} */ (value));
  } catch {
    throw new TypeError(`${CONTEXT}: member signal is not of type AbortSignal (${describe(value)}).`);
  }
  return /** @type {AbortSignal} */ (value);
}
