// @ts-check
/**
 * One connection of the broker as the page holds it: a descriptor and the state of its two halves.
 *
 * The descriptor is one end of a socket pair, so it cannot say *why* it ended. The event `network.ended` does. It
 * comes when nothing more is to be read, and once more when what could still be written is over as well, if that is
 * later. It always comes, before the descriptor's own end or after it; so whoever meets that waits for the event, and
 * an event takes nothing from what is still to be read. Only what was taken away ends at once.
 */

import { DOMException, Map, WeakRef, arrayPush, mapDelete, mapGet, mapSet, weakRefDeref } from "../primordials.js";
import { toException } from "../bridge.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */
/** @typedef {(error: Error | null) => void} EndCallback is given null for an end in order */

/**
 * One of the two streams.
 * @typedef {object} Half
 * @property {() => "idle" | "busy" | "unread" | "over"} state what it is doing
 * @property {() => void} end ends it in order, without a word to the other side
 */

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
  /** Whether nothing more is to be read. */
  #isReadOver = false;
  /** Whether nothing can be written either. */
  #isOver = false;
  /** Why it has ended. @type {Error | null} */
  #reason = null;
  /** Those who wait for the end of reading. @type {EndCallback[]} */
  #awaitingRead = [];
  /** Those who wait for the end of everything. @type {EndCallback[]} */
  #awaitingAll = [];
  /** Told of an end that has not been met yet. @type {() => void} */
  #onEnded = () => {};
  /** Sends what was gathered. @type {() => void} */
  #onFlush = () => {};
  /** What is made of the halves. @type {object[]} */
  #streams = [];
  /** Told of an error that ends both halves at once. @type {((error: unknown) => void)[]} */
  #onFailure = [];
  /** What is made of the halves, as long as they are in use. @type {Half[]} */
  #halves = [];
  #isDetached = false;
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
   * Keeps a stream for as long as there is the connection, whatever the page holds: a reader or a writer alone does not keep
   * one in every engine.
   * @param {object} stream
   */
  keep(stream) {
    arrayPush(this.#streams, stream);
  }

  /**
   * Registers what a half does when the whole connection fails.
   * @param {(error: unknown) => void} callback
   */
  onFailure(callback) {
    arrayPush(this.#onFailure, callback);
  }

  /** @param {Half} half */
  addHalf(half) {
    arrayPush(this.#halves, half);
  }

  /** What the first of the halves that is not idle is doing. */
  get state() {
    for (let i = 0; i < this.#halves.length; i++) {
      const state = this.#halves[i].state();
      if (state !== "idle") return state;
    }
    return "idle";
  }

  /**
   * Ends both halves in order. The descriptor stays, and the connection with it, until somebody has gone on with it, or
   * failed to: that calls the returned function.
   * @returns {() => void}
   */
  detach() {
    this.#isDetached = true;
    for (let i = 0; i < this.#halves.length; i++) this.#halves[i].end();
    this.finishReadable();
    this.finishWritable();
    return () => {
      this.#isDetached = false;
      this.#finishBoth();
    };
  }

  /**
   * How does reading end? For whoever has met the end.
   * @param {EndCallback} callback
   */
  whenReadOver(callback) {
    if (this.#isReadOver) callback(this.#reason);
    else arrayPush(this.#awaitingRead, callback);
  }

  /**
   * How does it end altogether? For whoever cannot write any more, or whose reading has failed.
   * @param {EndCallback} callback
   */
  whenOver(callback) {
    if (this.#isOver) callback(this.#reason);
    else arrayPush(this.#awaitingAll, callback);
  }

  /** Whether it is known that it ends. */
  get isEnding() {
    return this.#isReadOver;
  }

  /**
   * Registers who looks for the end, in case that nobody reads.
   * @param {() => void} callback
   */
  onEnded(callback) {
    this.#onEnded = callback;
  }

  /**
   * Registers who sends what was gathered.
   * @param {() => void} callback
   */
  onFlush(callback) {
    this.#onFlush = callback;
  }

  /** Sends what was gathered: an answer to it may be expected. */
  flush() {
    this.#onFlush();
  }

  /**
   * The event has come.
   * @param {import("../bridge.js").Message} end
   */
  ended({ error, over }) {
    this.#isReadOver = true;
    this.#isOver = !!over;
    if (error) {
      this.#reason = this.#exceptionOf(toException(error), error.name);
      if (error.name === "NotAllowedError") {
        this.fail(this.#reason);
        return;
      }
    }
    const reading = this.#awaitingRead;
    this.#awaitingRead = [];
    for (let i = 0; i < reading.length; i++) reading[i](this.#reason);
    if (this.#isOver) {
      const all = this.#awaitingAll;
      this.#awaitingAll = [];
      for (let i = 0; i < all.length; i++) all[i](this.#reason);
    }
    if (!this.closed) this.#onEnded();
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
   * A half broke, and the broker may not know why.
   * @param {Error | null} error what the event said
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
    if (!this.closed || this.#isDetached) return;
    this.descriptor.close();
    this.#bridge.notify("network.close", { connection: this.#id });
    this.#onClosed(this.#failed, this.#failure);
  }
}

/**
 * What is told how it ends: a connection, or what waits for some.
 * @typedef {object} Ending
 * @property {(end: import("../bridge.js").Message) => void} ended
 * @property {(error: unknown) => void} fail
 */

/** A document's connections, which are told how they end. */
export class Connections {
  /** @type {Map<number, { deref: () => Ending | undefined }>} */
  #byId = new Map();

  /** Numbers what can be aborted, fetches and sockets, so that it can before there is an answer. */
  #lastRequest = 0;

  /** @param {Bridge} bridge */
  constructor(bridge) {
    bridge.listen("network.ended", (end) => mapGet(this.#byId, end.connection)?.deref()?.ended(end));
  }

  /** A number that nothing else of this document is aborted by. */
  nextRequest() {
    return ++this.#lastRequest;
  }

  /**
   * Holds a connection until it is forgotten, even if the page has let go of its streams.
   * @param {number} id the broker's number of it
   * @param {Ending} connection
   */
  hold(id, connection) {
    mapSet(this.#byId, id, /** @type {any} */ ({ __proto__: null, deref: () => connection }));
  }

  /**
   * Knows a connection, which goes when the page lets go of its streams.
   * @param {number} id the broker's number of it
   * @param {Connection} connection
   */
  know(id, connection) {
    const reference = new WeakRef(connection);
    mapSet(this.#byId, id, /** @type {any} */ ({ __proto__: null, deref: () => weakRefDeref(reference) }));
  }

  /**
   * Ends a connection, if it is still there.
   * @param {number} id
   * @param {unknown} error
   */
  fail(id, error) {
    mapGet(this.#byId, id)?.deref()?.fail(error);
  }

  /** @param {number} id */
  forget(id) {
    mapDelete(this.#byId, id);
  }
}
