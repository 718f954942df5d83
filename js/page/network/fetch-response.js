// @ts-check
/**
 * A Response as `window.fetch` would give it. The constructor cannot make one that has been
 * redirected, that has a URL or a status over 599, or that shows Set-Cookie; these are own members of
 * the object instead.
 */

import {
  Headers,
  Response,
  TypeError,
  WeakMap,
  defineProperty,
  promiseThen,
  regExpExec,
  uncurryThis,
  weakMapGet,
  weakMapSet,
} from "../primordials.js";
import { headersAppend, responseClone, responseStatus } from "./primordials.js";
import { hidden } from "../webidl.js";

const REASON_PHRASE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The methods that read the whole body. */
const READERS = /** @type {const} */ (["arrayBuffer", "blob", "bytes", "formData", "json", "text"]);
const nativeReaders = readersOf(Response.prototype);

/**
 * What happened to the body on its way, told to those who read it.
 * @typedef {{ failed: boolean, reason: unknown }} Outcome
 */

/**
 * @param {import("../bridge.js").Message} info the answer of `network.fetch`
 * @param {ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null} body
 * @param {Outcome} outcome changes when the body fails
 * @returns {Response}
 */
export function createResponse(info, body, outcome) {
  const { headers: list, status, statusText, url, redirected } = info;
  // The guard of a Response's own headers drops Set-Cookie; a Headers object by itself has no guard.
  const headers = new Headers();
  for (let i = 0; i < list.length; i++) {
    try {
      headersAppend(headers, list[i][0], list[i][1]);
    } catch {
      // A server's header that HTTP does not allow is not worth losing the response for.
    }
  }
  const init = {
    __proto__: null,
    status: status >= 200 && status <= 599 ? status : 599,
    statusText: regExpExec(REASON_PHRASE, statusText) ? statusText : "",
    headers,
  };
  const response = new Response(body, /** @type {any} */ (init));
  weakMapSet(bodies, response, body);
  return complete(response, { url, redirected, status, headers }, outcome);
}

/** The bodies of responses: an engine may collect a body that nobody has begun to read, though its response is there. */
const bodies = new WeakMap();

/**
 * @param {Response} response
 * @param {{ url: string, redirected: boolean, status: number, headers: Headers }} members
 * @param {Outcome} outcome
 * @returns {Response}
 */
function complete(response, { url, redirected, status, headers }, outcome) {
  makeImmutable(headers);
  defineProperty(response, "url", hidden(url, false));
  defineProperty(response, "redirected", hidden(redirected, false));
  defineProperty(response, "headers", hidden(headers, false));
  if (responseStatus(response) !== status) defineProperty(response, "status", hidden(status, false));
  const clone = () => {
    const copy = responseClone(response);
    weakMapSet(bodies, copy, weakMapGet(bodies, response));
    return complete(copy, { url, redirected, status, headers: new Headers(headers) }, outcome);
  };
  defineProperty(response, "clone", hidden(clone, true));
  for (let i = 0; i < READERS.length; i++) {
    const native = nativeReaders[i];
    if (native) defineProperty(response, READERS[i], hidden(readerWith(native, response, outcome), true));
  }
  return response;
}

/**
 * Fetch's guard of an answer's headers, which only the engine can set.
 * @param {Headers} headers
 */
function makeImmutable(headers) {
  const refuse = () => {
    throw new TypeError("The headers of a response from the network cannot be changed.");
  };
  defineProperty(headers, "append", hidden(refuse, false));
  defineProperty(headers, "delete", hidden(refuse, false));
  defineProperty(headers, "set", hidden(refuse, false));
}

/**
 * A method that reads the body, whose rejection says what really happened. WebKit has a TypeError for
 * whatever a stream failed with.
 * @param {(response: Response) => Promise<unknown>} native
 * @param {Response} response
 * @param {Outcome} outcome
 */
function readerWith(native, response, outcome) {
  return () =>
    promiseThen(native(response), undefined, (error) => {
      throw outcome.failed ? outcome.reason : error;
    });
}

/** @param {Response} prototype @returns {(((response: Response) => Promise<unknown>) | null)[]} */
function readersOf(prototype) {
  /** @type {(((response: Response) => Promise<unknown>) | null)[]} */
  const readers = [];
  for (let i = 0; i < READERS.length; i++) {
    const method = /** @type {any} */ (prototype)[READERS[i]];
    readers[i] = method ? uncurryThis(method) : null;
  }
  return readers;
}
