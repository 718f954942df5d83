// @ts-check
/**
 * A descriptor that the document has, as the worker sees it: the same functions as the native one's, over the channel.
 *
 * Nothing is asked of the document before somebody reads; from then on it may be ahead by a window of bytes, and no more.
 * What is written is held here, and at the document for another window, until the kernel has it.
 */

import {
  Array,
  FinalizationRegistry,
  Map,
  Set,
  Uint8Array,
  WeakRef,
  arrayPush,
  arraySplice,
  bytesCopy,
  bytesLength,
  bytesSet,
  bytesView,
  finalizationRegister,
  mapDelete,
  mapGet,
  mapSet,
  min,
  queueTask,
  setAdd,
  setDelete,
  typedArrayBuffer,
  weakRefDeref,
} from "../primordials.js";
import { WOULD_BLOCK } from "../network/connection.js";
import { CLOSE, CREDIT, MESSAGE_COST, SHUTDOWN, WINDOW, WRITE } from "./channel.js";

/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */
/** @typedef {import("./channel.js").Channel} Channel */

/** -EBADF */
const CLOSED = -9;

/** Credit is given back when so much of it was used. */
const CREDIT_STEP = WINDOW / 4;

/** The descriptors of a worker, by the document's numbers. */
export class RemoteDescriptors {
  #channel;
  /** @type {Map<number, WeakRef<RemoteDescriptor>>} */
  #byNumber = new Map();
  /** Those that something is expected of: nobody else may hold them. @type {Set<RemoteDescriptor>} */
  #awaited = new Set();
  /** What nobody can reach any more closes, as the native ones do. @type {FinalizationRegistry<number>} */
  #dropped = new FinalizationRegistry((number) => this.#close(number));

  /** @param {Channel} channel */
  constructor(channel) {
    this.#channel = channel;
  }

  /**
   * @param {number} number
   * @param {boolean} carriesPackets
   * @returns {NativeDescriptor}
   */
  create(number, carriesPackets) {
    const descriptor = new RemoteDescriptor(this.#channel, number, carriesPackets, {
      onAwaited: (isAwaited) => {
        if (isAwaited) setAdd(this.#awaited, descriptor);
        else setDelete(this.#awaited, descriptor);
      },
      onClosed: () => this.#close(number),
    });
    mapSet(this.#byNumber, number, new WeakRef(descriptor));
    finalizationRegister(this.#dropped, descriptor, number);
    return descriptor;
  }

  /** @param {number} number @returns {RemoteDescriptor | undefined} */
  find(number) {
    const reference = mapGet(this.#byNumber, number);
    return reference && weakRefDeref(reference);
  }

  /** @param {number} number */
  #close(number) {
    if (mapDelete(this.#byNumber, number)) this.#channel.post([CLOSE, number]);
  }
}

/**
 * @typedef {object} Owner
 * @property {(isAwaited: boolean) => void} onAwaited
 * @property {() => void} onClosed
 */

class RemoteDescriptor {
  #channel;
  #number;
  #carriesPackets;
  /** @type {Owner} */
  #owner;
  #isClosed = false;

  /** What has come and was not read yet, a packet each or as it came. @type {Uint8Array<ArrayBuffer>[]} */
  #incoming = new Array();
  /** How many bytes of the first of them were read. */
  #offset = 0;
  /** Whether anything was asked for. */
  #isAsked = false;
  /** How much credit was used and not given back. */
  #used = 0;
  /** How it ended, when everything is read. @type {number | undefined} */
  #end = undefined;
  /** @type {(() => void) | undefined} */
  #onReadable = undefined;

  /** What is still to be sent. @type {Uint8Array<ArrayBuffer>[]} */
  #outgoing = new Array();
  /** What the kernel does not have yet of what was sent, in bytes. */
  #untaken = 0;
  /** Why nothing can be written, as -errno. */
  #broken = 0;
  /** @type {((state: number) => void) | undefined} */
  #onFlushed = undefined;

  /**
   * @param {Channel} channel
   * @param {number} number
   * @param {boolean} carriesPackets
   * @param {Owner} owner
   */
  constructor(channel, number, carriesPackets, owner) {
    this.#channel = channel;
    this.#number = number;
    this.#carriesPackets = carriesPackets;
    this.#owner = owner;
  }

  /** @param {Uint8Array} into @returns {number} */
  readInto(into) {
    if (this.#isClosed) return CLOSED;
    if (this.#incoming.length === 0) {
      if (this.#end !== undefined) return this.#end;
      this.#ask();
      return WOULD_BLOCK;
    }
    const first = this.#incoming[0];
    const length = bytesLength(first);
    const rest = length - this.#offset;
    const count = min(rest, bytesLength(into));
    bytesSet(into, bytesView(first, this.#offset, this.#offset + count));
    this.#offset += count;
    // What of a packet has no room is lost, as the kernel has it.
    if (count === rest || this.#carriesPackets) {
      this.#offset = 0;
      arraySplice(this.#incoming, 0, 1);
      this.#giveBack(length);
    }
    return count;
  }

  /** @returns {Uint8Array<ArrayBuffer> | null} */
  take() {
    if (this.#isClosed || this.#incoming.length === 0) return null;
    const first = this.#incoming[0];
    const offset = this.#offset;
    const length = bytesLength(first);
    this.#offset = 0;
    arraySplice(this.#incoming, 0, 1);
    this.#giveBack(length);
    return offset > 0 ? bytesCopy(first, offset, length) : first;
  }

  peek() {
    if (this.#isClosed) return CLOSED;
    if (this.#incoming.length > 0) return 1;
    return this.#end ?? WOULD_BLOCK;
  }

  /** @param {() => void} callback */
  waitRead(callback) {
    if (this.#isClosed) return;
    this.#onReadable = callback;
    if (this.#incoming.length > 0 || this.#end !== undefined) queueTask(() => this.#wakeReader());
    else this.#ask();
    this.#tellOwner();
  }

  /** All that is written is held: nothing counts as written before the kernel has it. */
  write() {
    return this.#isClosed ? CLOSED : this.#broken || WOULD_BLOCK;
  }

  /** @param {Uint8Array} bytes @param {number} from @param {number} to */
  hold(bytes, from, to) {
    if (this.#isClosed) return CLOSED;
    if (this.#broken) return this.#broken;
    arrayPush(this.#outgoing, /** @type {Uint8Array<ArrayBuffer>} */ (bytesCopy(bytes, from, to)));
    this.#send();
    this.#tellOwner();
    return 0;
  }

  /** @param {(state: number) => void} callback */
  flush(callback) {
    if (this.#isClosed) return CLOSED;
    if (this.#broken) return this.#broken;
    if (this.#isFlushed) return 0;
    this.#onFlushed = callback;
    return WOULD_BLOCK;
  }

  /** @param {0 | 1 | 2} how */
  shutdown(how) {
    if (this.#isClosed) return;
    if (how !== 1) this.#incoming = new Array();
    if (how !== 0) this.#forgetOutgoing();
    this.#channel.post([SHUTDOWN, this.#number, how]);
    this.#tellOwner();
  }

  /** Whoever waits is woken and finds it closed. */
  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#incoming = new Array();
    this.#owner.onClosed();
    const flushed = this.#onFlushed;
    this.#forgetOutgoing();
    this.#wakeReader();
    flushed?.(CLOSED);
  }

  /**
   * Bytes have come.
   * @param {ArrayBuffer} buffer
   * @param {number[] | null} lengths of the packets in it
   */
  receive(buffer, lengths) {
    if (this.#isClosed) return;
    const bytes = new Uint8Array(buffer);
    if (lengths) {
      for (let i = 0, at = 0; i < lengths.length; at += lengths[i], i++) {
        arrayPush(this.#incoming, /** @type {Uint8Array<ArrayBuffer>} */ (bytesView(bytes, at, at + lengths[i])));
      }
    } else {
      arrayPush(this.#incoming, bytes);
    }
    this.#wakeReader();
  }

  /** Nothing more will come. @param {number} state 0, or -errno */
  ended(state) {
    this.#end = state;
    this.#wakeReader();
  }

  /**
   * The kernel has taken so many bytes, or never will.
   * @param {number} count
   * @param {number} state 0, or -errno
   */
  taken(count, state) {
    this.#untaken -= count;
    if (state < 0) this.#broken = state;
    if (this.#broken) this.#outgoing = new Array();
    else this.#send();
    if (this.#broken || this.#isFlushed) {
      const callback = this.#onFlushed;
      this.#onFlushed = undefined;
      this.#tellOwner();
      callback?.(this.#broken);
    }
  }

  get #isFlushed() {
    return this.#untaken === 0 && this.#outgoing.length === 0;
  }

  /** Sends what may be on its way. */
  #send() {
    let next = 0;
    while (next < this.#outgoing.length && this.#untaken < WINDOW) {
      const bytes = this.#outgoing[next++];
      this.#untaken += bytesLength(bytes);
      const buffer = typedArrayBuffer(bytes);
      this.#channel.post([WRITE, this.#number, buffer], /** @type {ArrayBuffer} */ (buffer));
    }
    arraySplice(this.#outgoing, 0, next);
  }

  #forgetOutgoing() {
    this.#outgoing = new Array();
    this.#onFlushed = undefined;
  }

  /** Asks for bytes, if that was not done yet. */
  #ask() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#channel.post([CREDIT, this.#number, WINDOW]);
  }

  /** @param {number} count bytes of a chunk, or a packet, that was read */
  #giveBack(count) {
    this.#used += count + MESSAGE_COST;
    if (this.#used < CREDIT_STEP || this.#end !== undefined) return;
    this.#channel.post([CREDIT, this.#number, this.#used]);
    this.#used = 0;
  }

  #wakeReader() {
    const callback = this.#onReadable;
    this.#onReadable = undefined;
    this.#tellOwner();
    callback?.();
  }

  /** Somebody waits for bytes, or some are on their way out. */
  #tellOwner() {
    this.#owner.onAwaited(!this.#isClosed && (this.#onReadable !== undefined || !(this.#isFlushed || this.#broken)));
  }
}
