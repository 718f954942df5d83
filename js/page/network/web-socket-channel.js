// @ts-check
/**
 * The messages of a WebSocket, over a descriptor. Each has five bytes before it: the kind, and the length of the rest.
 *
 * Each message that comes is given to the page in a task of its own, as the platform's WebSocket does: who waits for one
 * with a promise has asked for the next before it comes.
 */

import {
  Uint8Array,
  bytesCopy,
  bytesLength,
  bytesSet,
  bytesView,
  createScratch,
  min,
  stringSlice,
} from "../primordials.js";
import { decodeText, encodeText } from "./primordials.js";
import { CHUNK_BYTES, WOULD_BLOCK } from "./connection.js";
import { DescriptorWriter } from "./descriptor-writer.js";
import { beginTurn, spendTurn, yieldTurn } from "./turn.js";

/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */

/**
 * Told what comes.
 * @typedef {object} Receiver
 * @property {(bytes: Uint8Array<ArrayBuffer>, isText: boolean) => void} onMessage
 * @property {(bytes: number) => void} onSent so many bytes of messages are on the network
 * @property {(code: number, reason: string) => void} onClose the other side has closed, too
 * @property {() => void} onEnd nothing more comes, and nobody has closed
 */

const HEAD = 5;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 3;
const SENT = 4;

/** The status code of a close that has none (RFC 6455 §7.4.1). */
const NO_STATUS = 1005;

/** Up to so many bytes a message is put behind its head, which saves a system call. */
const JOINED_BYTES = 16 * 1024 - HEAD;

/** The longest message that can be sent. */
export const LONGEST_MESSAGE = 2 ** 32 - 1;

/** What all of them read into. @type {Uint8Array<ArrayBuffer> | undefined} */
let scratch;

export class WebSocketChannel {
  #descriptor;
  #receiver;
  #writer;
  /** What has been read and not looked at. @type {Uint8Array | null} */
  #pending = null;
  /** How far it has been looked at. */
  #at = 0;
  /** Whether it is the scratch buffer's, which others use in the next task. */
  #isShared = false;
  #head = new Uint8Array(HEAD);
  #headBytes = 0;
  /** What comes after the head. @type {Uint8Array<ArrayBuffer> | null} */
  #rest = null;
  #restBytes = 0;
  #isStopped = false;

  /**
   * @param {NativeDescriptor} descriptor
   * @param {Receiver} receiver
   */
  constructor(descriptor, receiver) {
    this.#descriptor = descriptor;
    this.#receiver = receiver;
    // Whoever reads hears why.
    this.#writer = new DescriptorWriter(descriptor, () => {});
  }

  /** Begins to read, in another task. */
  start() {
    yieldTurn(() => this.#read());
  }

  /** Nothing is read or written any more. */
  stop() {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#writer.stop();
    this.#descriptor.close();
  }

  /**
   * Sends a message.
   * @param {Uint8Array} bytes read before this returns
   * @param {boolean} isText
   */
  send(bytes, isText) {
    this.#write(isText ? TEXT : BINARY, bytes);
  }

  /**
   * Says that nothing more will be sent.
   * @param {number | undefined} code
   * @param {Uint8Array} reason
   */
  close(code, reason) {
    if (code === undefined) {
      this.#write(CLOSE, new Uint8Array(0));
      return;
    }
    const rest = new Uint8Array(2 + bytesLength(reason));
    rest[0] = code >> 8;
    rest[1] = code & 255;
    bytesSet(rest, reason, 2);
    this.#write(CLOSE, rest);
  }

  /** @param {number} kind @param {Uint8Array} rest */
  #write(kind, rest) {
    if (this.#isStopped) return;
    const length = bytesLength(rest);
    const joined = new Uint8Array(length <= JOINED_BYTES ? HEAD + length : HEAD);
    joined[0] = kind;
    joined[1] = length >>> 24;
    joined[2] = (length >>> 16) & 255;
    joined[3] = (length >>> 8) & 255;
    joined[4] = length & 255;
    if (length <= JOINED_BYTES) bytesSet(joined, rest, HEAD);
    this.#writer.write(joined, () => {});
    if (length > JOINED_BYTES) this.#writer.write(rest, () => {});
  }

  #read() {
    while (!this.#isStopped) {
      if (spendTurn()) {
        this.#continue();
        return;
      }
      if (!this.#pending && !this.#fill()) return;
      if (this.#parse() && this.#deliver()) {
        this.#continue();
        return;
      }
    }
  }

  /** Goes on in another task. */
  #continue() {
    this.#own();
    yieldTurn(() => this.#read());
  }

  /** Keeps what has been read and not looked at. */
  #own() {
    if (!this.#pending || !this.#isShared) return;
    this.#pending = bytesCopy(this.#pending, this.#at, bytesLength(this.#pending));
    this.#at = 0;
    this.#isShared = false;
  }

  /** Whether there is something to look at. */
  #fill() {
    scratch ??= createScratch(CHUNK_BYTES);
    const count = this.#descriptor.readInto(scratch);
    if (count > 0) {
      this.#pending = bytesView(scratch, 0, count);
      this.#at = 0;
      this.#isShared = true;
      return true;
    }
    if (count === WOULD_BLOCK) {
      this.#descriptor.waitRead(() => {
        beginTurn();
        this.#read();
      });
    } else {
      this.#receiver.onEnd();
    }
    return false;
  }

  /** Whether something is there whole. */
  #parse() {
    const bytes = /** @type {Uint8Array} */ (this.#pending);
    const end = bytesLength(bytes);
    while (this.#headBytes < HEAD && this.#at < end) this.#head[this.#headBytes++] = bytes[this.#at++];
    let isWhole = false;
    if (this.#headBytes === HEAD) {
      const length = numberAt(this.#head, 1);
      this.#rest ??= new Uint8Array(length);
      const count = min(length - this.#restBytes, end - this.#at);
      if (count > 0) bytesSet(this.#rest, bytesView(bytes, this.#at, this.#at + count), this.#restBytes);
      this.#at += count;
      this.#restBytes += count;
      isWhole = this.#restBytes === length;
    }
    if (this.#at === end) this.#pending = null;
    return isWhole;
  }

  /** Gives away what is there, and says whether the page has heard of it. */
  #deliver() {
    const rest = /** @type {Uint8Array<ArrayBuffer>} */ (this.#rest);
    this.#headBytes = 0;
    this.#rest = null;
    this.#restBytes = 0;
    switch (this.#head[0]) {
      case TEXT:
      case BINARY:
        // What the page does then may have others read into the same buffer.
        this.#own();
        this.#receiver.onMessage(rest, this.#head[0] === TEXT);
        return true;
      case CLOSE:
        if (bytesLength(rest) < 2) this.#receiver.onClose(NO_STATUS, "");
        else {
          const reason = decodeText(bytesView(rest, 2, bytesLength(rest)));
          this.#receiver.onClose(rest[0] * 256 + rest[1], reason);
        }
        return true;
      case SENT:
        this.#receiver.onSent(numberAt(rest, 0) * 2 ** 32 + numberAt(rest, 4));
    }
    return false;
  }
}

/** A number of four bytes, the highest first. @param {Uint8Array} bytes @param {number} at */
function numberAt(bytes, at) {
  return bytes[at] * 2 ** 24 + bytes[at + 1] * 2 ** 16 + bytes[at + 2] * 2 ** 8 + bytes[at + 3];
}

/** A reason in UTF-8. @param {string} text */
export function encodeReason(text) {
  // Longer ones are refused whatever comes after: nobody waits for megabytes to be encoded.
  return encodeText(stringSlice(text, 0, 200));
}
