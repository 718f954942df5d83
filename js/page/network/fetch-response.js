// @ts-check
/**
 * A Response as `window.fetch` would give it. The constructor cannot make one that has been
 * redirected, that has a URL, or that shows Set-Cookie; these are own members of the object instead.
 */

import {
  Headers,
  Response,
  defineProperty,
  headersAppend,
  regExpExec,
  responseClone,
} from "../primordials.js";
import { hidden } from "../webidl.js";

const REASON_PHRASE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * @param {import("../bridge.js").Message} info the answer of `network.fetch`
 * @param {ReadableStream<Uint8Array> | null} body
 * @returns {Response}
 */
export function createResponse(info, body) {
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
    status,
    statusText: regExpExec(REASON_PHRASE, statusText) ? statusText : "",
    headers,
  };
  return complete(new Response(body, /** @type {any} */ (init)), { url, redirected, headers });
}

/**
 * @param {Response} response
 * @param {{ url: string, redirected: boolean, headers: Headers }} members
 * @returns {Response}
 */
function complete(response, { url, redirected, headers }) {
  defineProperty(response, "url", hidden(url, false));
  defineProperty(response, "redirected", hidden(redirected, false));
  defineProperty(response, "headers", hidden(headers, false));
  defineProperty(
    response,
    "clone",
    hidden(function clone() {
      return complete(responseClone(response), { url, redirected, headers: new Headers(headers) });
    }, true),
  );
  return response;
}
