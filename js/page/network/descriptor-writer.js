// @ts-check
/**
 * Writing into a descriptor.
 *
 * A write is done when the kernel has taken every byte. What it does not take at once is held by the native side,
 * which sends it on without the page's help. Small writes that follow each other are gathered first: a system call,
 * and a turn of the broker, for each costs many times what the bytes do. Those count as done a moment before the
 * kernel has them: at the latest in the next task, at the next read, and before anything that comes after them.
 */

import {
  Uint8Array,
  arrayPush,
  bytesLength,
  bytesSet,
  bytesView,
  min,
} from "../primordials.js";
import { CHUNK_BYTES, WOULD_BLOCK } from "./connection.js";
import { beginTurn, spendTurn, yieldTurn } from "./turn.js";

/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */

/** The size of a first scratch buffer. */
const SMALL_CHUNK_BYTES = 16 * 1024;

/** A write of at most so many bytes is small. */
const SMALL_WRITE_BYTES = 16 * 1024;

/** So many small writes in a row go out one by one: they may be the messages of a conversation. */
const FIRST_WRITES = 4;

/** How many bytes are gathered at most. */
const GATHERED_BYTES = 64 * 1024;

/** Those that have gathered bytes. @type {DescriptorWriter[]} */
let gathering = [];

/** Sends what all of them have gathered. */
export function flushGathered() {
  const writers = gathering;
  gathering = [];
  for (let i = 0; i < writers.length; i++) writers[i].flush();
}

/**
 * Writes bytes to a descriptor through a scratch buffer. Native functions pin the memory that they are given, and a
 * pinned buffer of the page could never be transferred again.
 */
export class DescriptorWriter {
  /** @type {NativeDescriptor} */
  #descriptor;
  #onBroken;
  #scratch = new Uint8Array(SMALL_CHUNK_BYTES);
  #scratchBytes = SMALL_CHUNK_BYTES;
  /** How many gathered bytes the scratch buffer holds. */
  #gathered = 0;
  /** How many small writes there were in a row. */
  #row = 0;
  #isGathering = false;
  /** Whether the native side holds bytes. */
  #isHeld = false;
  #isBroken = false;
  #isStopped = false;

  /**
   * @param {NativeDescriptor} descriptor
   * @param {() => void} onBroken called when a write fails for good
   */
  constructor(descriptor, onBroken) {
    this.#descriptor = descriptor;
    this.#onBroken = onBroken;
  }

  /** Whether not all that was written is the kernel's. */
  get isHeld() {
    return this.#isHeld;
  }

  /** Forgets the write under way, and what was gathered; its callback will not be called. */
  stop() {
    this.#isStopped = true;
    this.#gathered = 0;
  }

  /**
   * Writes all of `bytes`, unless the descriptor breaks first.
   * @param {Uint8Array} bytes read before this returns, so the caller may change them after
   * @param {() => void} onDone
   */
  write(bytes, onDone) {
    const total = bytesLength(bytes);
    if (total > SMALL_WRITE_BYTES) this.#row = 0;
    else if (this.#row++ >= FIRST_WRITES) {
      this.#gather(bytes, total, onDone);
      return;
    }
    this.#sendGathered();
    this.#grow(total);
    for (let next = 0; next < total; ) {
      // The page is not kept for longer: the native side goes on.
      if (next > 0 && spendTurn()) this.#isHeld = true;
      const length = min(total - next, this.#scratchBytes);
      bytesSet(this.#scratch, bytesView(bytes, next, next + length));
      next += length;
      this.#send(length);
    }
    this.#whenTaken(onDone);
  }

  /** Sends what was gathered, for whoever expects that it has gone. */
  flush() {
    this.#isGathering = false;
    this.#row = 0;
    if (this.#gathered === 0) return;
    this.#sendGathered();
    this.#whenTaken(() => {});
  }

  /**
   * Calls back when the kernel has taken everything that was written.
   * @param {() => void} onDone
   */
  finish(onDone) {
    this.#sendGathered();
    this.#whenTaken(onDone);
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} total how many they are
   * @param {() => void} onDone
   */
  #gather(bytes, total, onDone) {
    this.#grow(GATHERED_BYTES);
    bytesSet(bytesView(this.#scratch, this.#gathered, this.#gathered + total), bytes);
    this.#gathered += total;
    if (this.#gathered > GATHERED_BYTES - SMALL_WRITE_BYTES) {
      this.#sendGathered();
      this.#whenTaken(onDone);
      return;
    }
    if (!this.#isGathering) {
      this.#isGathering = true;
      arrayPush(gathering, /** @type {DescriptorWriter} */ (this));
      if (gathering.length === 1) yieldTurn(flushGathered);
    }
    onDone();
  }

  #sendGathered() {
    const length = this.#gathered;
    this.#gathered = 0;
    if (length > 0) this.#send(length);
  }

  /** Makes room for so many bytes, with no gathered ones lost. @param {number} total */
  #grow(total) {
    if (total <= this.#scratchBytes || this.#scratchBytes === CHUNK_BYTES || this.#gathered > 0) return;
    this.#scratchBytes = total <= GATHERED_BYTES ? GATHERED_BYTES : CHUNK_BYTES;
    this.#scratch = new Uint8Array(this.#scratchBytes);
  }

  /** Sends the scratch buffer's first bytes. @param {number} length */
  #send(length) {
    let sent = 0;
    while (!this.#isHeld && !this.#isBroken && sent < length) {
      const count = this.#descriptor.write(this.#scratch, sent, length);
      if (count >= 0) sent += count;
      else if (count === WOULD_BLOCK) this.#isHeld = true;
      else this.#isBroken = true;
    }
    if (this.#isHeld && sent < length && this.#descriptor.hold(this.#scratch, sent, length) < 0) {
      this.#isBroken = true;
    }
  }

  /** @param {() => void} onDone called in time for other tasks to have their turn */
  #whenTaken(onDone) {
    if (this.#isBroken) {
      this.#onBroken();
      return;
    }
    if (!this.#isHeld) {
      if (spendTurn()) yieldTurn(() => this.#isStopped || onDone());
      else onDone();
      return;
    }
    /** @param {number} state 0, or -errno */
    const flushed = (state) => {
      this.#isHeld = false;
      this.#isBroken = state < 0;
      if (this.#isStopped) return;
      if (this.#isBroken) this.#onBroken();
      else onDone();
    };
    const state = this.#descriptor.flush((state) => {
      beginTurn();
      flushed(state);
    });
    if (state === 0) yieldTurn(() => flushed(0));
    else if (state !== WOULD_BLOCK) flushed(state);
  }
}
