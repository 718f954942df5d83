// @ts-check
/**
 * The body of a request on its way out: read from a stream, written into a descriptor.
 */

import { Response, TypeError, Uint8Array, bytesLength, bytesOf, promiseThen } from "../primordials.js";
import { blobSize, readableGetReader, readerCancel, readerRead, responseBody } from "./primordials.js";
import { DescriptorWriter } from "./descriptor-writer.js";

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
   * @param {(upload: number, length: number | undefined) => void} onReady called with the number to
   *   fetch with, and the body's length if it is known; the body is written while the fetch goes on
   * @param {(reason: unknown) => void} onFailure called when the body cannot be read
   */
  constructor(bridge, body, onReady, onFailure) {
    this.#onFailure = onFailure;
    if ("stream" in body) this.#reader = readableGetReader(body.stream);
    if ("blob" in body) this.#reader = readableGetReader(streamOf(body.blob));
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
        if ("bytes" in body) {
          this.#writeAll(body.bytes, (length) => onReady(upload, length));
        } else {
          onReady(upload, "blob" in body ? blobSize(body.blob) : undefined);
          this.#pump();
        }
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

  /**
   * @param {Promise<ArrayBuffer>} promise
   * @param {(length: number) => void} onLength
   */
  #writeAll(promise, onLength) {
    promiseThen(
      promise,
      (buffer) => {
        if (this.#over) return;
        const bytes = new Uint8Array(buffer);
        onLength(bytesLength(bytes));
        this.#writer?.write(bytes, () => this.#end());
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
          this.#end();
          return;
        }
        const bytes = bytesOf(value);
        if (bytes) this.#writer?.write(bytes, () => this.#pump());
        else this.#fail(new TypeError("A chunk of the body is not a Uint8Array."));
      },
      (error) => this.#fail(error),
    );
  }

  /** Says that the body is complete. Closing the descriptor before the broker does would break it off. */
  #end() {
    this.#writer?.finish(() => {
      const descriptor = /** @type {NativeDescriptor} */ (this.#descriptor);
      this.#over = true;
      descriptor.shutdown(1);
      descriptor.waitRead(() => descriptor.close());
    });
  }

  /** @param {unknown} reason */
  #fail(reason) {
    if (this.#over) return;
    this.stop(reason);
    this.#onFailure(reason);
  }
}

/** The content of a Blob. @param {Blob} blob @returns {ReadableStream<Uint8Array>} */
export function streamOf(blob) {
  return /** @type {ReadableStream<Uint8Array>} */ (responseBody(new Response(blob)));
}
