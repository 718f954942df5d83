// @ts-check
/**
 * A descriptor that a worker uses, at the document: bytes between the kernel and the channel.
 *
 * Nothing is read that the worker has given no credit for, so back-pressure reaches the server: the kernel's buffers fill.
 */

import {
  Array,
  Uint8Array,
  arrayPush,
  arraySplice,
  bytesLength,
  bytesSet,
  bytesView,
  createScratch,
  min,
  scratchCopy,
  typedArrayBuffer,
} from "../primordials.js";
import { CHUNK_BYTES, WOULD_BLOCK } from "../network/connection.js";
import { PACKET_BYTES } from "../network/datagrams.js";
import { beginTurn, spendTurn, yieldTurn } from "../network/turn.js";
import { CHUNK, END, MESSAGE_COST, TAKEN } from "./channel.js";

/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */

/** How many bytes of packets go in one message, before the last of them. */
const BATCH_BYTES = 64 * 1024;

/** What all of them read into. Made when the first worker reads. @type {Uint8Array | undefined} */
let scratch;
/** Where packets are put together. @type {Uint8Array | undefined} */
let batch;

export class HostedDescriptor {
  #descriptor;
  #number;
  #carriesPackets;
  #channel;
  #credit = 0;
  /** Whether a wait, or a task, goes on with reading. */
  #isReading = false;
  #isReadOver = false;
  #isClosed = false;
  /** What comes after the write that is held. @type {Uint8Array[]} */
  #queue = new Array();
  #isHeld = false;
  /** Why nothing can be written, as -errno. */
  #broken = 0;

  /**
   * @param {NativeDescriptor} descriptor
   * @param {number} number what the worker calls it
   * @param {boolean} carriesPackets
   * @param {import("./channel.js").Channel} channel
   */
  constructor(descriptor, number, carriesPackets, channel) {
    this.#descriptor = descriptor;
    this.#number = number;
    this.#carriesPackets = carriesPackets;
    this.#channel = channel;
  }

  /** The worker takes so many bytes more. @param {number} bytes */
  addCredit(bytes) {
    this.#credit += bytes;
    if (!this.#isReading) this.#read();
  }

  /** Sends what the credit allows, and waits for more. */
  #read() {
    this.#isReading = false;
    while (this.#credit > 0 && !this.#isReadOver && !this.#isClosed) {
      if (spendTurn()) {
        this.#isReading = true;
        yieldTurn(() => this.#read());
        return;
      }
      const state = this.#carriesPackets ? this.#sendPackets() : this.#sendBytes();
      if (state === WOULD_BLOCK) {
        this.#isReading = true;
        this.#descriptor.waitRead(() => {
          beginTurn();
          this.#read();
        });
        return;
      }
      if (state <= 0) {
        this.#isReadOver = true;
        this.#channel.post([END, this.#number, state]);
      }
    }
  }

  /** @returns {number} as `readInto` */
  #sendBytes() {
    scratch ??= createScratch(CHUNK_BYTES);
    const room = min(this.#credit, CHUNK_BYTES);
    const count = this.#descriptor.readInto(room === CHUNK_BYTES ? scratch : bytesView(scratch, 0, room));
    if (count > 0) this.#send(scratchCopy(scratch, count), null, count + MESSAGE_COST);
    return count;
  }

  /** @returns {number} as `readInto` */
  #sendPackets() {
    scratch ??= createScratch(CHUNK_BYTES);
    batch ??= createScratch(BATCH_BYTES + PACKET_BYTES);
    const place = bytesView(scratch, 0, PACKET_BYTES);
    /** @type {number[]} */
    const lengths = new Array();
    let total = 0;
    let state = WOULD_BLOCK;
    for (let cost = 0; total < BATCH_BYTES && cost < this.#credit; cost = total + lengths.length * MESSAGE_COST) {
      state = this.#descriptor.readInto(place);
      if (state <= 0) break;
      bytesSet(batch, bytesView(scratch, 0, state), total);
      arrayPush(lengths, state);
      total += state;
    }
    if (lengths.length === 0) return state;
    this.#send(scratchCopy(batch, total), lengths, total + lengths.length * MESSAGE_COST);
    // What comes after them is met by the next read.
    return 1;
  }

  /** @param {Uint8Array} bytes @param {number[] | null} lengths @param {number} cost */
  #send(bytes, lengths, cost) {
    this.#credit -= cost;
    const buffer = /** @type {ArrayBuffer} */ (typedArrayBuffer(bytes));
    this.#channel.post([CHUNK, this.#number, buffer, lengths], buffer);
  }

  /** The worker writes. It has no more on the way than a window. @param {ArrayBuffer} buffer */
  write(buffer) {
    const bytes = new Uint8Array(buffer);
    if (this.#isHeld) arrayPush(this.#queue, bytes);
    else this.#writeAll(bytes);
  }

  /** @param {Uint8Array} bytes */
  #writeAll(bytes) {
    const total = bytesLength(bytes);
    let sent = 0;
    while (!this.#broken && sent < total) {
      let count = this.#descriptor.write(bytes, sent, total);
      if (count === WOULD_BLOCK) {
        count = this.#descriptor.hold(bytes, sent, total);
        if (count === 0) {
          this.#whenFlushed(total);
          return;
        }
      }
      if (count < 0) this.#broken = count;
      sent += count;
    }
    this.#taken(total);
  }

  /** @param {number} total how much the worker has written at once */
  #whenFlushed(total) {
    this.#isHeld = true;
    /** @param {number} state */
    const flushed = (state) => {
      this.#isHeld = false;
      if (state < 0) this.#broken = state;
      this.#taken(total);
      while (!this.#isHeld && this.#queue.length > 0) this.#writeAll(arraySplice(this.#queue, 0, 1)[0]);
    };
    const state = this.#descriptor.flush(flushed);
    // It went meanwhile, or never will.
    if (state !== WOULD_BLOCK) flushed(state);
  }

  /** @param {number} count */
  #taken(count) {
    if (!this.#isClosed) this.#channel.post([TAKEN, this.#number, count, this.#broken]);
  }

  /** @param {0 | 1 | 2} how */
  shutdown(how) {
    if (how !== 1) this.#isReadOver = true;
    if (how !== 0) this.#queue = new Array();
    this.#descriptor.shutdown(how);
  }

  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#queue = new Array();
    this.#descriptor.close();
  }

  /** Sends a piece of what is there and was not sent, whatever the credit, so that the worker knows of it. */
  pushUnread() {
    if (this.#isReadOver || this.#isClosed || this.#descriptor.peek() <= 0) return;
    if (this.#credit < 1) this.#credit = 1;
    this.#sendBytes();
  }
}
