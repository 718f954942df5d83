// @ts-check
/**
 * navigator.unrestrictedNetwork.fetch(): the Fetch Standard's arguments, carried out by the broker.
 *
 * Differences from `window.fetch`, all of them documented in types/insula.d.ts: headers that Fetch
 * forbids may be set through `init.headers` (a Request object has lost them already), and `mode`,
 * `credentials`, `cache` and `referrer` mean nothing here.
 * What is at a data: or blob: URL is the engine's to fetch, and the page's policy to allow.
 * What goes wrong on the way is a TypeError, as Fetch has it (section "network error"), whose `cause`
 * is the NetworkError that a socket would have given; a refusal keeps its own name.
 */

import {
  FinalizationRegistry,
  Headers,
  TypeError,
  Uint8Array,
  addEventListener,
  finalizationRegister,
  promiseReject,
  promiseThen,
  removeEventListener,
} from "../primordials.js";
import { fetch, headersAppend, responseArrayBuffer, responseBody, signalAborted, signalReason } from "./primordials.js";
import { Connection, NETWORK_ERROR } from "./connection.js";
import { createReadable } from "./descriptor-streams.js";
import { readRequest } from "./fetch-request.js";
import { createResponse } from "./fetch-response.js";
import { matchesIntegrity, parseIntegrity } from "./integrity.js";
import { Upload } from "./upload.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("./connection.js").Connections} Connections */

/**
 * @param {Bridge} bridge
 * @param {Connections} connections
 */
export function createFetch(bridge, connections) {
  /** The fetches whose responses the page has dropped unread: the descriptor has closed by itself. */
  const dropped = new FinalizationRegistry((/** @type {() => void} */ finish) => finish());

  /**
   * Throws what is wrong with the arguments; everything later goes to the callbacks.
   * @param {unknown} input
   * @param {unknown} init
   * @param {(response: Response) => void} resolve
   * @param {(reason: unknown) => void} reject
   */
  return (input, init, resolve, reject) => {
    const { body, signal, isLocal, integrity: metadata, ...asked } = readRequest(input, init);
    /** What to ask the broker for. @type {Omit<import("../../generated/bridge.js").FetchParams, "request">} */
    let head = asked;
    if (signal && signalAborted(signal)) throw signalReason(signal);
    if (isLocal) {
      promiseThen(fetchLocal(asked, metadata, signal), resolve, reject);
      return;
    }
    const request = connections.nextRequest();
    const integrity = parseIntegrity(metadata);

    /** @type {Upload | undefined} */
    let upload;
    /**
     * Those who wait for the answer, until it is there. Nothing here may hold the response, nor the
     * promise that does: the signal, which keeps this closure, can live for ever.
     * @type {{ resolve: (response: Response) => void, reject: (reason: unknown) => void } | null}
     */
    let waiting = { resolve, reject };
    /** The broker's number of the body's connection. @type {number | undefined} */
    let connection;
    /** @type {import("./fetch-response.js").Outcome} */
    const outcome = { failed: false, reason: undefined };
    let finished = false;
    /** The fetch is over, one way or another. */
    const finish = () => {
      finished = true;
      if (signal) removeEventListener(signal, "abort", abort);
      if (connection !== undefined) connections.forget(connection);
    };
    /** @param {unknown} reason */
    const fail = (reason) => {
      if (finished) return;
      if (!waiting && connection !== undefined) connections.fail(connection, reason);
      finish();
      upload?.stop(reason);
      waiting?.reject(reason);
    };
    const abort = () => {
      if (finished) return;
      bridge.notify("network.abort", { request });
      fail(signalReason(/** @type {AbortSignal} */ (signal)));
    };
    if (signal) addEventListener(signal, "abort", abort);

    /**
     * @param {import("../bridge.js").Message} info
     * @param {ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null} responseBody
     */
    const answer = (info, responseBody) => {
      const response = createResponse(info, responseBody, outcome);
      if (!integrity) {
        waiting?.resolve(response);
      } else if (waiting) {
        const { resolve, reject } = waiting;
        promiseThen(
          checked(response, integrity, outcome),
          (bytes) => resolve(createResponse(info, bytes, outcome)),
          reject,
        );
      }
      waiting = null;
    };

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
            if (descriptor) {
              descriptor.close();
              if ("connection" in info) bridge.notify("network.close", { connection: info.connection });
            }
            return;
          }
          if ("again" in info) {
            // Another server is to have the body, or the connection was closed under it.
            head = { ...head, ...info.again };
            sendWithBody();
            return;
          }
          if (info.body !== "stream") {
            finish();
            answer(info, info.body === "empty" ? new Uint8Array(0) : null);
            return;
          }
          const opened = new Connection(
            bridge,
            info.connection,
            /** @type {import("../bridge.js").NativeDescriptor} */ (descriptor),
            { readable: true, writable: false },
            (failed, reason) => {
              outcome.failed = failed;
              outcome.reason = reason;
              finish();
            },
            fetchError,
          );
          connection = info.connection;
          connections.know(info.connection, opened);
          finalizationRegister(dropped, opened, finish);
          answer(info, createReadable(opened));
        },
        (error, { name }) => fail(fetchError(error, name)),
      );
    };

    const sendWithBody = () => {
      upload?.stop(undefined);
      upload = new Upload(bridge, /** @type {import("./fetch-request.js").Body} */ (body), send, (reason) => {
        // A body that cannot be read ends the request; one that the server did not want does not.
        if (!finished) bridge.notify("network.abort", { request });
        fail(reason);
      });
    };
    if (body === null) send();
    else sendWithBody();
  };
}

/**
 * The whole body, if it is the one that the page expects (https://fetch.spec.whatwg.org/#main-fetch,
 * step 22).
 * @param {Response} response
 * @param {import("./integrity.js").Integrity} integrity
 * @param {import("./fetch-response.js").Outcome} outcome
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
function checked(response, integrity, outcome) {
  const mismatch = () => new TypeError("Failed to fetch: the response is not the one that 'integrity' expects.");
  if (responseBody(response) === null) return promiseReject(mismatch());
  return promiseThen(
    responseArrayBuffer(response),
    (bytes) =>
      promiseThen(matchesIntegrity(bytes, integrity), (matches) => {
        if (!matches) throw mismatch();
        return new Uint8Array(bytes);
      }),
    (error) => {
      throw outcome.failed ? outcome.reason : error;
    },
  );
}

/**
 * Fetches what is in a URL itself, or in a blob of the page's. Neither takes a body.
 * @param {{ url: string, method: string, headers: import("./fetch-request.js").Header[] }} head
 * @param {string} integrity
 * @param {AbortSignal | null} signal
 */
function fetchLocal({ url, method, headers: list }, integrity, signal) {
  const headers = new Headers();
  for (let i = 0; i < list.length; i++) headersAppend(headers, list[i][0], list[i][1]);
  return fetch(url, /** @type {any} */ ({ __proto__: null, method, headers, integrity, signal }));
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
