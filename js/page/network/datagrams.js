// @ts-check
/**
 * The streams of a UDP socket. Each datagram is one packet of the descriptor, with its address before it:
 * the length of the address, the kind of address that a name is looked up to, two bytes of the port, the address.
 */

import {
  DOMException,
  Promise,
  ReadableStream,
  TypeError,
  Uint8Array,
  WritableStream,
  addEventListener,
  bytesLength,
  bytesOf,
  bytesSet,
  bytesView,
  createScratch,
  scratchCopy,
  stringCharCodeAt,
  stringFromCharCode,
} from "../primordials.js";
import {
  defaultControllerEnqueue,
  defaultControllerError,
  signalReason,
  writableControllerError,
  writableControllerSignal,
} from "./primordials.js";
import { toDictionary, toDOMString, toEnum, toUnsigned } from "../webidl.js";
import { toException } from "../bridge.js";
import { NETWORK_ERROR, WOULD_BLOCK } from "./connection.js";
import { encodeAscii } from "./host-name.js";
import { beginTurn, spendTurn, yieldTurn } from "./turn.js";

/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */

const HEAD = 4;
const MOST_ADDRESS = 255;
/** What the broker takes at once. */
export const PACKET_BYTES = HEAD + MOST_ADDRESS + 65_535;
const CONTEXT = "Failed to write to the UDPSocket";
const FAMILIES = /** @type {const} */ (["ipv4", "ipv6"]);

export class Datagrams {
  /** @type {ReadableStream<object>} */
  readable;
  /** @type {WritableStream<object>} */
  writable;
  #descriptor;
  #isBound;
  #onClosed;
  #incoming = createScratch(PACKET_BYTES);
  #outgoing = new Uint8Array(PACKET_BYTES);
  #isReadOver = false;
  #isWriteOver = false;
  #failed = false;
  /** @type {unknown} */
  #failure = undefined;
  /** @type {ReadableStreamDefaultController<object> | undefined} */
  #reader;
  /** @type {WritableStreamDefaultController | undefined} */
  #writer;
  /** @type {(() => void) | null} */
  #resolvePull = null;
  /** @type {(reason: unknown) => void} */
  #rejectWrite = () => {};

  /**
   * @param {NativeDescriptor} descriptor
   * @param {boolean} isBound whether each datagram has an address
   * @param {(failed: boolean, failure: unknown) => void} onClosed called once, when all is over
   */
  constructor(descriptor, isBound, onClosed) {
    this.#descriptor = descriptor;
    this.#isBound = isBound;
    this.#onClosed = onClosed;
    this.readable = this.#createReadable();
    this.writable = this.#createWritable();
  }

  #createReadable() {
    const source = {
      __proto__: null,
      /** @param {ReadableStreamDefaultController<object>} controller */
      start: (controller) => {
        this.#reader = controller;
      },
      pull: () =>
        new Promise((resolve) => {
          this.#resolvePull = /** @type {() => void} */ (resolve);
          this.#read();
        }),
      cancel: () => this.#finishRead(),
    };
    return new ReadableStream(/** @type {any} */ (source), /** @type {any} */ ({ __proto__: null, highWaterMark: 0 }));
  }

  #createWritable() {
    const sink = {
      __proto__: null,
      /** @param {WritableStreamDefaultController} controller */
      start: (controller) => {
        this.#writer = controller;
        // An abort must not wait for a write that nobody takes.
        const signal = writableControllerSignal(controller);
        addEventListener(signal, "abort", () => this.#rejectWrite(signalReason(signal)));
      },
      /** @param {unknown} chunk */
      write: (chunk) =>
        new Promise((resolve, reject) => {
          this.#rejectWrite = reject;
          this.#write(chunk, /** @type {() => void} */ (resolve));
        }),
      close: () => this.#finishWrite(),
      abort: () => this.#finishWrite(),
    };
    return new WritableStream(/** @type {any} */ (sink), /** @type {any} */ ({ __proto__: null, highWaterMark: 1 }));
  }

  #read() {
    if (this.#isReadOver) return;
    if (spendTurn()) {
      yieldTurn(() => this.#read());
      return;
    }
    const count = this.#descriptor.readInto(this.#incoming);
    if (count === WOULD_BLOCK) {
      this.#descriptor.waitRead(() => {
        beginTurn();
        this.#read();
      });
    } else if (count >= HEAD) {
      const message = this.#message(count);
      defaultControllerEnqueue(/** @type {ReadableStreamDefaultController<object>} */ (this.#reader), message);
      this.#pulled();
    }
    // At its end the broker says why.
  }

  /** @param {number} count */
  #message(count) {
    const packet = scratchCopy(this.#incoming, count);
    const length = packet[0];
    // A buffer of its own, which the page can give away.
    const data = new Uint8Array(count - HEAD - length);
    bytesSet(data, bytesView(packet, HEAD + length, count));
    if (!this.#isBound) return { data };
    let remoteAddress = "";
    for (let i = 0; i < length; i++) remoteAddress += stringFromCharCode(packet[HEAD + i]);
    return { data, remoteAddress, remotePort: packet[2] * 256 + packet[3] };
  }

  /** @param {unknown} chunk @param {() => void} done */
  #write(chunk, done) {
    let length;
    try {
      length = this.#encode(chunk);
    } catch (error) {
      this.fail(error);
      return;
    }
    if (length > PACKET_BYTES) {
      this.fail(new DOMException("The datagram is too long.", NETWORK_ERROR));
      return;
    }
    const count = this.#descriptor.write(this.#outgoing, 0, length);
    if (count === WOULD_BLOCK && this.#descriptor.hold(this.#outgoing, 0, length) === 0) {
      const state = this.#descriptor.flush((state) => {
        beginTurn();
        if (state === 0) done();
      });
      // It went meanwhile.
      if (state === 0) yieldTurn(done);
    } else if (count >= 0) {
      if (spendTurn()) yieldTurn(done);
      else done();
    }
    // What cannot be written any more has ended, and the broker says why.
  }

  /**
   * Writes a chunk into the scratch buffer, and returns how long that is; more than there is room for, if it is too long.
   * @param {unknown} chunk a UDPMessage dictionary
   */
  #encode(chunk) {
    const message = toDictionary(chunk, CONTEXT, "UDPMessage");
    const bytes = bytesOf(message.data);
    if (!bytes) throw new TypeError(`${CONTEXT}: 'data' is not an ArrayBuffer or a view of one.`);
    const { dnsQueryType: kind, remoteAddress: address, remotePort: number } = message;
    const family = kind === undefined ? undefined : toEnum(kind, FAMILIES, CONTEXT, "SocketDnsQueryType");
    const host = address === undefined ? undefined : toDOMString(address);
    const port = number === undefined ? undefined : toUnsigned(number, 16, CONTEXT);
    if (this.#isBound && (host === undefined || port === undefined)) {
      throw new TypeError(`${CONTEXT}: either 'remoteAddress' or 'remotePort' is not specified.`);
    }
    if (!this.#isBound && (host !== undefined || port !== undefined || family !== undefined)) {
      const members = "'remoteAddress', 'remotePort' or 'dnsQueryType'";
      throw new TypeError(`${CONTEXT}: ${members} must not be specified of a socket that has one peer.`);
    }
    const packet = this.#outgoing;
    const name = host === undefined ? "" : encodeAscii(host, CONTEXT);
    const start = HEAD + name.length;
    const length = start + bytesLength(bytes);
    if (length > PACKET_BYTES) return length;
    packet[0] = name.length;
    packet[1] = family === "ipv4" ? 4 : family === "ipv6" ? 6 : 0;
    packet[2] = (port ?? 0) >> 8;
    packet[3] = (port ?? 0) & 255;
    for (let i = 0; i < name.length; i++) packet[HEAD + i] = stringCharCodeAt(name, i);
    bytesSet(bytesView(packet, start, length), bytes);
    return length;
  }

  /**
   * The broker says that it has ended, which it does by itself only for a reason.
   * @param {import("../bridge.js").Message} end
   */
  ended({ error }) {
    this.fail(error ? toException(error) : new DOMException("The socket was closed.", NETWORK_ERROR));
  }

  /** @param {unknown} error */
  fail(error) {
    if (this.#isReadOver && this.#isWriteOver) return;
    this.#failed = true;
    this.#failure = error;
    if (!this.#isReadOver) {
      defaultControllerError(/** @type {ReadableStreamDefaultController<object>} */ (this.#reader), error);
      this.#isReadOver = true;
    }
    if (!this.#isWriteOver) {
      this.#rejectWrite(error);
      writableControllerError(/** @type {WritableStreamDefaultController} */ (this.#writer), error);
      this.#isWriteOver = true;
    }
    this.#pulled();
    this.#finish();
  }

  #finishRead() {
    if (this.#isReadOver) return;
    this.#isReadOver = true;
    this.#pulled();
    this.#finish();
  }

  #finishWrite() {
    if (this.#isWriteOver) return;
    this.#isWriteOver = true;
    this.#finish();
  }

  #finish() {
    if (this.#isReadOver && this.#isWriteOver) this.#onClosed(this.#failed, this.#failure);
  }

  #pulled() {
    this.#resolvePull?.();
    this.#resolvePull = null;
  }
}
