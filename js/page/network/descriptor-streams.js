// @ts-check
/**
 * Streams over the descriptor of a connection.
 *
 * Native reads and writes pin the memory they are given: it could never be transferred again. So
 * each stream has one scratch buffer that is pinned, and what the page sees are copies.
 */

import {
  DOMException,
  Promise,
  ReadableStream,
  Set,
  TypeError,
  WritableStream,
  bytesLength,
  bytesOf,
  bytesSet,
  bytesView,
  createScratch,
  min,
  scratchCopy,
  setAdd,
  setDelete,
  addEventListener,
} from "../primordials.js";
import {
  byobRequestRespond,
  byobRequestView,
  byteControllerClose,
  byteControllerDesiredSize,
  byteControllerEnqueue,
  byteControllerError,
  byteControllerRequest,
  signalReason,
  writableControllerError,
  writableControllerSignal,
} from "./primordials.js";
import { CHUNK_BYTES, WOULD_BLOCK } from "./connection.js";
import { DescriptorWriter } from "./descriptor-writer.js";
import { beginTurn, spendTurn, yieldTurn } from "./turn.js";

/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */
/** @typedef {import("./connection.js").Connection} Connection */

/** A first scratch buffer; a stream that fills it is given one of CHUNK_BYTES. */
const SMALL_CHUNK_BYTES = 16 * 1024;

let losesStreams = false;

/** @param {boolean} loses whether the engine collects the functions of a stream's source while somebody reads */
export function setLosesStreams(loses) {
  losesStreams = loses;
}

/**
 * The streams that somebody has begun to read, where the engine would lose them. One that nobody reads is not held: it is
 * collected together with its response, and so is its connection. Engines that lose none would never collect a stream that
 * the functions of its own source hold.
 * @type {Set<ReadableStream>}
 */
const begun = new Set();

/**
 * A readable byte stream of what the connection delivers. Nothing is read ahead: the kernel's
 * buffers are the only ones, so back-pressure reaches the other side.
 * @param {Connection} connection
 * @returns {ReadableStream<Uint8Array>}
 */
export function createReadable(connection) {
  const { descriptor } = connection;
  let scratch = createScratch(SMALL_CHUNK_BYTES);
  let over = false;
  /** @type {ReadableByteStreamController} */
  let controller;
  /** Resolves the promise of the pull under way. @type {(() => void) | null} */
  let resolvePull = null;
  /** The stream, where the engine would lose it. @type {ReadableStream | null} */
  let held = null;

  function pulled() {
    resolvePull?.();
    resolvePull = null;
    if (over && held) setDelete(begun, held);
    if (connection.isEnding) lookForEnd();
  }

  /** Meets the end that was told, unless a pull does. What is left to read comes before it. */
  function lookForEnd() {
    if (over || resolvePull) return;
    const state = descriptor.peek();
    if (state === WOULD_BLOCK) descriptor.waitRead(lookForEnd);
    else if (state <= 0) endWith(state);
  }

  connection.onEnded(lookForEnd);

  connection.onFailure((error) => {
    if (over) return;
    over = true;
    byteControllerError(controller, error);
    pulled();
  });

  /** Delivers one chunk, or waits until it can. */
  function read() {
    if (over) return;
    connection.flush();
    if (spendTurn()) {
      yieldTurn(read);
      return;
    }
    const request = byteControllerRequest(controller);
    const view = request && /** @type {Uint8Array} */ (byobRequestView(request));
    if (descriptor.take) {
      const taken = view ? null : descriptor.take();
      if (taken) {
        byteControllerEnqueue(controller, taken);
        pulled();
        return;
      }
    }
    const room = view ? min(bytesLength(view), scratch.length) : scratch.length;
    const place = room === scratch.length ? scratch : bytesView(scratch, 0, room);
    // What pins no memory may have the page's.
    const isDirect = view !== null && descriptor.take !== undefined;
    const count = descriptor.readInto(isDirect ? view : place);
    if (count > 0) {
      deliver(count, request, view, isDirect);
    } else if (count === WOULD_BLOCK) {
      descriptor.waitRead(resume);
    } else {
      endWith(count);
    }
  }

  /** @param {number} state 0 at the end of the stream, or -errno */
  function endWith(state) {
    if (state === 0) connection.whenReadOver(ended);
    else connection.whenOver((error) => connection.failBroken(error));
  }

  function resume() {
    beginTurn();
    read();
  }

  /**
   * @param {number} count
   * @param {ReadableStreamBYOBRequest | null} request
   * @param {Uint8Array | null} view
   * @param {boolean} isDirect whether the bytes are in the view
   */
  function deliver(count, request, view, isDirect) {
    if (request && view) {
      if (!isDirect) bytesSet(view, bytesView(scratch, 0, count));
      byobRequestRespond(request, count);
    } else {
      byteControllerEnqueue(controller, scratchCopy(scratch, count));
    }
    // Streams that only ever carry small messages keep the small buffer.
    if (count === scratch.length && count < CHUNK_BYTES)
      scratch = createScratch(min(count * 4, CHUNK_BYTES));
    // WebKit does not pull again for a reader that still waits with a buffer of its own: for the rest of
    // an element, or for its next read. (ReadableByteStreamControllerRespondInternal, step 7)
    if (request && byteControllerRequest(controller)) read();
    else pulled();
  }

  /** @param {Error | null} error */
  function ended(error) {
    if (over) return;
    if (error) {
      connection.fail(error);
      return;
    }
    over = true;
    close();
    pulled();
    connection.finishReadable();
  }

  function close() {
    const request = byteControllerRequest(controller);
    try {
      byteControllerClose(controller);
      // A reader that waits with its own buffer gets the buffer back.
      if (request) byobRequestRespond(request, 0);
    } catch (failure) {
      // It came amid an element, which has failed the stream (ReadableByteStreamControllerClose, step 4).
      connection.noteFailure(failure);
    }
  }

  connection.addHalf({
    state() {
      if (over) return "over";
      // A reader that was let go may have left something behind, here or in the kernel.
      return (byteControllerDesiredSize(controller) ?? 0) < 0 || descriptor.peek() > 0 ? "unread" : "idle";
    },
    end() {
      over = true;
      close();
      pulled();
    },
  });

  const source = {
    __proto__: null,
    type: "bytes",
    /** @param {ReadableByteStreamController} streamController */
    start(streamController) {
      controller = streamController;
    },
    pull() {
      if (held) setAdd(begun, held);
      return new Promise((resolve) => {
        resolvePull = /** @type {() => void} */ (resolve);
        read();
      });
    },
    cancel() {
      over = true;
      pulled();
      if (!connection.closed) descriptor.shutdown(0);
      connection.finishReadable();
    },
  };
  /** @type {ReadableStream<Uint8Array>} */
  const stream = new ReadableStream(
    /** @type {any} */ (source),
    /** @type {any} */ ({ __proto__: null, highWaterMark: 0 }),
  );
  if (losesStreams) {
    held = stream;
    connection.keep(stream);
  }
  return stream;
}

/**
 * A writable stream into the connection.
 * @param {Connection} connection
 * @returns {WritableStream<BufferSource>}
 */
export function createWritable(connection) {
  const { descriptor } = connection;
  const writer = new DescriptorWriter(descriptor, () => {
    connection.whenOver((error) => connection.failBroken(error));
  });
  let over = false;
  /** How many writes are under way. */
  let writes = 0;
  /** @type {WritableStreamDefaultController} */
  let controller;
  /** Rejects the write under way. @type {(reason: unknown) => void} */
  let rejectWrite = () => {};

  connection.onFailure((error) => {
    if (over) return;
    over = true;
    writer.stop();
    rejectWrite(error);
    writableControllerError(controller, error);
  });

  connection.onFlush(() => writer.flush());

  const finish = () => {
    over = true;
    writer.stop();
    if (!connection.closed) descriptor.shutdown(1);
    connection.finishWritable();
  };

  const sink = {
    __proto__: null,
    /** @param {WritableStreamDefaultController} streamController */
    start(streamController) {
      controller = streamController;
      // An abort must not wait for a write that the other side never takes.
      const signal = writableControllerSignal(controller);
      addEventListener(signal, "abort", () => {
        writer.stop();
        rejectWrite(signalReason(signal));
      });
    },
    /** @param {unknown} chunk */
    write(chunk) {
      return new Promise((resolve, reject) => {
        rejectWrite = reject;
        const bytes = bytesOf(chunk);
        if (bytes) {
          writes++;
          writer.write(bytes, () => {
            writes--;
            resolve(undefined);
          });
          return;
        }
        const error = new TypeError("The chunk is not an ArrayBuffer or a view of one.");
        connection.noteFailure(error);
        reject(error);
        finish();
      });
    },
    close() {
      return new Promise((resolve, reject) => {
        rejectWrite = reject;
        writer.finish(() => {
          finish();
          resolve(undefined);
        });
      });
    },
    abort: finish,
  };
  connection.addHalf({
    state() {
      if (over) return "over";
      return writes > 0 || writer.isHeld ? "busy" : "idle";
    },
    end() {
      over = true;
      writer.stop();
      writableControllerError(controller, new DOMException("The socket has been upgraded.", "InvalidStateError"));
    },
  });

  /** @type {WritableStream<BufferSource>} */
  const stream = new WritableStream(
    /** @type {any} */ (sink),
    /** @type {any} */ ({ __proto__: null, highWaterMark: 1 }),
  );
  if (losesStreams) connection.keep(stream);
  return stream;
}
