// @ts-check
/**
 * navigator.unrestrictedNetwork.fetch(): the Fetch Standard's arguments, carried out by the broker.
 *
 * Differences from `window.fetch`, all of them documented in types/insula.d.ts: headers that Fetch
 * forbids may be set through `init.headers` (a Request object has lost them already), `integrity` is
 * refused rather than ignored, and `mode`, `credentials`, `cache` and `referrer` mean nothing here.
 * What is at a data: or blob: URL is the engine's to fetch, and the page's policy to allow.
 * What goes wrong on the way is a TypeError, as Fetch has it (section "network error"), whose `cause`
 * is the NetworkError that a socket would have given; a refusal keeps its own name.
 */

import {
  Headers,
  TypeError,
  addEventListener,
  fetch,
  headersAppend,
  promiseThen,
  removeEventListener,
  signalAborted,
  signalReason,
} from "../primordials.js";
import { Connection, NETWORK_ERROR } from "./connection.js";
import { createReadable } from "./descriptor-streams.js";
import { readRequest } from "./fetch-request.js";
import { createResponse } from "./fetch-response.js";
import { Upload } from "./upload.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("./grant.js").Grant} Grant */

/**
 * @param {Bridge} bridge
 * @param {Grant} grant
 */
export function createFetch(bridge, grant) {
  /** Numbers the fetches of this document, so that one can be aborted before it has an answer. */
  let lastRequest = 0;

  /**
   * Throws what is wrong with the arguments; everything later goes to the callbacks.
   * @param {unknown} input
   * @param {unknown} init
   * @param {(response: Response) => void} resolve
   * @param {(reason: unknown) => void} reject
   */
  return (input, init, resolve, reject) => {
    const { body, signal, isLocal, ...head } = readRequest(input, init);
    if (signal && signalAborted(signal)) throw signalReason(signal);
    if (isLocal) {
      promiseThen(fetchLocal(head, signal), resolve, reject);
      return;
    }
    const request = ++lastRequest;

    /** @type {Upload | undefined} */
    let upload;
    /** @type {Connection | undefined} */
    let connection;
    /** @type {import("./fetch-response.js").Outcome} */
    const outcome = { failed: false, reason: undefined };
    let finished = false;
    /** The fetch is over, one way or another. */
    const finish = () => {
      finished = true;
      if (signal) removeEventListener(signal, "abort", abort);
    };
    /** @param {unknown} reason */
    const fail = (reason) => {
      if (finished) return;
      finish();
      upload?.stop(reason);
      if (connection) connection.fail(reason);
      else reject(reason);
    };
    const abort = () => {
      if (finished) return;
      bridge.notify("network.abort", { request });
      fail(signalReason(/** @type {AbortSignal} */ (signal)));
    };
    if (signal) addEventListener(signal, "abort", abort);

    /**
     * @param {number} [uploadNumber]
     * @param {number} [uploadLength]
     */
    const send = (uploadNumber, uploadLength) => {
      if (finished) return;
      bridge.call(
        "network.fetch",
        { request, ...head, upload: uploadNumber, uploadLength },
        (info, descriptor) => {
          if (finished) {
            if (descriptor) descriptor.close();
            if (info.connection !== undefined)
              bridge.notify("network.close", { connection: info.connection });
            return;
          }
          if (!descriptor) {
            finish();
            resolve(createResponse(info, null, outcome));
            return;
          }
          const opened = new Connection(
            bridge,
            info.connection,
            descriptor,
            { readable: true, writable: false },
            (failed, reason) => {
              outcome.failed = failed;
              outcome.reason = reason;
              grant.forget(opened);
              finish();
            },
            fetchError,
          );
          connection = opened;
          grant.remember(opened);
          resolve(createResponse(info, createReadable(opened), outcome));
        },
        (error, { name }) => fail(fetchError(error, name)),
      );
    };

    if (body === null) {
      send();
      return;
    }
    upload = new Upload(bridge, body, send, (reason) => {
      // A body that cannot be read ends the request; one that the server did not want does not.
      if (!finished) bridge.notify("network.abort", { request });
      fail(reason);
    });
  };
}

/**
 * Fetches what is in a URL itself, or in a blob of the page's. Neither takes a body.
 * @param {{ url: string, method: string, headers: import("./fetch-request.js").Header[] }} head
 * @param {AbortSignal | null} signal
 */
function fetchLocal({ url, method, headers: list }, signal) {
  const headers = new Headers();
  for (let i = 0; i < list.length; i++) headersAppend(headers, list[i][0], list[i][1]);
  return fetch(url, /** @type {any} */ ({ __proto__: null, method, headers, signal }));
}

/**
 * @param {Error} error
 * @param {string} name its name, which a page cannot have changed
 * @returns {Error}
 */
function fetchError(error, name) {
  if (name !== NETWORK_ERROR) return error;
  const init = { __proto__: null, cause: error };
  return new TypeError(`Failed to fetch: ${error.message}`, /** @type {any} */ (init));
}
