// @ts-check
/**
 * The body of a request on its way out: read from a stream, written into a descriptor.
 */

import {
  TypeError,
  Uint8Array,
  bytesOf,
  promiseThen,
  readableGetReader,
  readerCancel,
  readerRead,
} from "../primordials.js";
import { DescriptorWriter } from "./descriptor-streams.js";

/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */

export class Upload {
  /** @type {NativeDescriptor | undefined} */
  #descriptor;
  /** @type {DescriptorWriter | undefined} */
  #writer;
  /** @type {ReadableStreamDefaultReader<Uint8Array> | undefined} */
  #reader;
  #over = false;
  #onFailure;

  /**
   * @param {import("../bridge.js").Bridge} bridge
   * @param {import("./fetch-request.js").Body} body
   * @param {(upload: number) => void} onReady called with the number to fetch with; the body is
   *   written while the fetch goes on
   * @param {(reason: unknown) => void} onFailure called when the body cannot be read
   */
  constructor(bridge, body, onReady, onFailure) {
    this.#onFailure = onFailure;
    if ("stream" in body) this.#reader = readableGetReader(body.stream);
    bridge.call(
      "network.upload",
      {},
      ({ upload }, descriptor) => {
        if (!descriptor) {
          this.#fail(new TypeError("The upload could not be opened."));
          return;
        }
        if (this.#over) {
          descriptor.close();
          return;
        }
        this.#descriptor = descriptor;
        this.#writer = new DescriptorWriter(descriptor, () => this.stop(undefined));
        onReady(upload);
        if ("bytes" in body) this.#writeAll(body.bytes);
        else this.#pump();
      },
      (error) => this.#fail(error),
    );
  }

  /**
   * Stops sending: the fetch is over, or the server wants no more.
   * @param {unknown} reason
   */
  stop(reason) {
    if (this.#over) return;
    this.#over = true;
    this.#writer?.stop();
    this.#descriptor?.close();
    // A stream that has failed already rejects; there is nobody to tell.
    if (this.#reader) promiseThen(readerCancel(this.#reader, reason), undefined, () => {});
  }

  /** @param {Promise<ArrayBuffer>} promise */
  #writeAll(promise) {
    promiseThen(
      promise,
      (buffer) => {
        if (!this.#over) this.#writer?.write(new Uint8Array(buffer), () => this.#finish());
      },
      (error) => this.#fail(error),
    );
  }

  #pump() {
    const reader = /** @type {ReadableStreamDefaultReader<Uint8Array>} */ (this.#reader);
    promiseThen(
      readerRead(reader),
      ({ done, value }) => {
        if (this.#over) return;
        if (done) {
          this.#finish();
          return;
        }
        const bytes = bytesOf(value);
        if (bytes) this.#writer?.write(bytes, () => this.#pump());
        else this.#fail(new TypeError("A chunk of the body is not a Uint8Array."));
      },
      (error) => this.#fail(error),
    );
  }

  #finish() {
    this.#over = true;
    this.#descriptor?.shutdown(1);
    this.#descriptor?.close();
  }

  /** @param {unknown} reason */
  #fail(reason) {
    if (this.#over) return;
    this.stop(reason);
    this.#onFailure(reason);
  }
}
