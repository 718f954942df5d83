// @ts-check
/**
 * One connection of the broker as the page holds it: a descriptor and the state of its two halves.
 *
 * The descriptor is one end of a socket pair, so it cannot say *why* it ended. Whoever sees the end
 * of it, or an error on it, asks `network.end`, which knows.
 */

import { DOMException, WeakRef, arrayPush, weakRefDeref } from "../primordials.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */
/** @typedef {{ ended: boolean, error: Error | null }} End */

/** The name of what goes wrong on the way. */
export const NETWORK_ERROR = "NetworkError";

/** -EAGAIN: nothing to read, or no room to write, for now. */
export const WOULD_BLOCK = -11;

/**
 * A chunk never holds more than this; also the size of a scratch buffer. Larger ones were measured
 * to gain nothing.
 */
export const CHUNK_BYTES = 256 * 1024;

export class Connection {
  /**
   * Declared, as every public field here: an assignment to an undeclared one would call a setter
   * that a page has put on Object.prototype, and hand it over.
   * @type {NativeDescriptor}
   */
  descriptor;
  /** @type {Bridge} */
  #bridge;
  /** @type {number} */
  #id;
  #readableDone;
  #writableDone;
  /** The first error of either half, which decides how `closed` settles. @type {unknown} */
  #failure = undefined;
  #failed = false;
  /** @type {"unasked" | "asked" | "answered"} */
  #question = "unasked";
  /** @type {Error | null} */
  #answer = null;
  /** @type {((error: Error | null) => void)[]} */
  #waiting = [];
  /** Told of an error that ends both halves at once. @type {((error: unknown) => void)[]} */
  #onFailure = [];
  /** @type {(failed: boolean, failure: unknown) => void} */
  #onClosed;
  /** @type {(error: Error, name: string) => Error} */
  #exceptionOf;

  /**
   * @param {Bridge} bridge
   * @param {number} id the broker's number of it
   * @param {NativeDescriptor} descriptor
   * @param {{ readable: boolean, writable: boolean }} halves which directions exist
   * @param {(failed: boolean, failure: unknown) => void} onClosed called once, when all is over
   * @param {(error: Error, name: string) => Error} [exceptionOf] what the page sees for an error of a name
   */
  constructor(bridge, id, descriptor, halves, onClosed, exceptionOf = (error) => error) {
    this.#bridge = bridge;
    this.#id = id;
    this.descriptor = descriptor;
    this.#readableDone = !halves.readable;
    this.#writableDone = !halves.writable;
    this.#onClosed = onClosed;
    this.#exceptionOf = exceptionOf;
  }

  /** Whether both halves are over and the descriptor is closed. */
  get closed() {
    return this.#readableDone && this.#writableDone;
  }

  /**
   * Registers what a half does when the whole connection fails.
   * @param {(error: unknown) => void} callback
   */
  onFailure(callback) {
    arrayPush(this.#onFailure, callback);
  }

  /**
   * How did the connection end? Waits until the broker knows.
   * @param {(error: Error | null) => void} callback gets null for a clean end
   */
  askEnd(callback) {
    if (this.#question === "answered") {
      callback(this.#answer);
      return;
    }
    arrayPush(this.#waiting, callback);
    if (this.#question === "asked") return;
    this.#question = "asked";
    this.#bridge.call(
      "network.end",
      { connection: this.#id },
      () => this.#answered(null),
      (error, { name }) => this.#answered(this.#exceptionOf(error, name)),
    );
  }

  /** @param {Error | null} error */
  #answered(error) {
    // A clean end is the reader's only: what is still open for writing can break or be taken away.
    this.#question = error ? "answered" : "unasked";
    this.#answer = error;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let i = 0; i < waiting.length; i++) waiting[i](error);
  }

  /**
   * Asks whether the connection has been taken away, and fails it at once if so. An idle connection
   * is read by nobody, so nobody would see its descriptor end.
   */
  checkRevoked() {
    this.askEnd((error) => {
      if (error && /** @type {DOMException} */ (error).name === "NotAllowedError") this.fail(error);
    });
  }

  /**
   * Ends both halves with an error, unless they are over already.
   * @param {unknown} error
   */
  fail(error) {
    if (this.closed) return;
    this.noteFailure(error);
    for (let i = 0; i < this.#onFailure.length; i++) this.#onFailure[i](error);
    this.finishReadable();
    this.finishWritable();
  }

  /**
   * A half broke without the broker knowing why.
   * @param {Error | null} error what `askEnd` said
   */
  failBroken(error) {
    if (error) this.fail(error);
    else {
      const closed = new DOMException("The connection was closed by the other side.", NETWORK_ERROR);
      this.fail(this.#exceptionOf(closed, NETWORK_ERROR));
    }
  }

  /** The readable half is over. */
  finishReadable() {
    if (this.#readableDone) return;
    this.#readableDone = true;
    this.#finishBoth();
  }

  /** The writable half is over. */
  finishWritable() {
    if (this.#writableDone) return;
    this.#writableDone = true;
    this.#finishBoth();
  }

  /**
   * Remembers what `closed` rejects with.
   * @param {unknown} error
   */
  noteFailure(error) {
    if (this.#failed) return;
    this.#failed = true;
    this.#failure = error;
  }

  #finishBoth() {
    if (!this.closed) return;
    this.descriptor.close();
    this.#bridge.notify("network.close", { connection: this.#id });
    this.#onClosed(this.#failed, this.#failure);
  }
}

/**
 * A connection that goes when the page lets go of its streams, wherever else it is known.
 */
export class WeakConnection {
  /** @type {WeakRef<Connection>} */
  #connection;
  /** @type {Bridge} */
  #bridge;
  /** @type {number} */
  #id;
  #isAsked = false;

  /**
   * @param {Bridge} bridge
   * @param {number} id the broker's number of it
   * @param {Connection} connection
   */
  constructor(bridge, id, connection) {
    this.#bridge = bridge;
    this.#id = id;
    this.#connection = new WeakRef(connection);
  }

  /**
   * As that of a Connection, but nothing that waits for the answer holds the connection: the answer may
   * not come before its end.
   */
  checkRevoked() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#bridge.call(
      "network.end",
      { connection: this.#id },
      () => {},
      (error, { name }) => {
        this.#isAsked = false;
        if (name === "NotAllowedError") this.fail(error);
      },
    );
  }

  /** @param {unknown} error */
  fail(error) {
    weakRefDeref(this.#connection)?.fail(error);
  }
}
