// @ts-check
/**
 * navigator.unrestrictedNetwork.fetch(): the Fetch Standard's arguments, carried out by the broker.
 *
 * Differences from `window.fetch`, all of them documented in types/insula.d.ts: headers that Fetch
 * forbids may be set through `init.headers` (a Request object has lost them already), `integrity` is
 * refused rather than ignored, and `mode`, `credentials`, `cache` and `referrer` mean nothing here.
 */

import { addEventListener, removeEventListener, signalAborted, signalReason } from "../primordials.js";
import { Connection } from "./connection.js";
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
    const { body, signal, ...head } = readRequest(input, init);
    if (signal && signalAborted(signal)) throw signalReason(signal);
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
          );
          connection = opened;
          grant.remember(opened);
          resolve(createResponse(info, createReadable(opened), outcome));
        },
        fail,
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
