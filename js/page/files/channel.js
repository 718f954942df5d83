// @ts-check
/**
 * What a page says about a file that it writes, to the runtime's thread that writes it.
 *
 * A command is a byte that says which, a position or a size in eight, a length in four, the lowest byte first, and the bytes of
 * a write. Each is answered with one byte before the next is sent (`runtime/src/writables/command.rs`).
 */

import { DOMException, Uint8Array, bytesLength, bytesSet, bytesView, min, trunc } from "../primordials.js";
import { WOULD_BLOCK } from "../network/connection.js";
import { DescriptorWriter } from "../network/descriptor-writer.js";

/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */
/** @typedef {(error: Error | null) => void} Done is given null for what has been done */

const WRITE = 1;
const TRUNCATE = 2;
const CLOSE = 3;
const ABORT = 4;

const HEADER_BYTES = 13;

/** How many bytes go in one command. Larger ones were not measured to gain anything with connections. */
const MOST_BYTES = 256 * 1024;

/** From here on a double does not tell a number from its neighbours: no file is so large. */
const BEYOND = 2 ** 53;

/** What the answers mean but 0, by their numbers. */
const FAILURES = /** @type {const} */ ([
  ["NotAllowedError", "The app may not save the file any more."],
  ["QuotaExceededError", "There is no room for the file."],
  ["NotFoundError", "The file is not there any more."],
  ["NotAllowedError", "The system does not let the file be written."],
  ["UnknownError", "The file could not be written."],
]);

export class WriteChannel {
  /** @type {NativeDescriptor} */
  #descriptor;
  #writer;
  #answer = new Uint8Array(1);
  /** Made as large as commands are. */
  #command = new Uint8Array(HEADER_BYTES);
  #isOver = false;

  /** @param {NativeDescriptor} descriptor */
  constructor(descriptor) {
    this.#descriptor = descriptor;
    // Who breaks it off may have said why: the answer is read in any case.
    this.#writer = new DescriptorWriter(descriptor, () => {});
  }

  /**
   * @param {number} position
   * @param {Uint8Array} bytes not changed until it is done
   * @param {Done} onDone
   */
  write(position, bytes, onDone) {
    const total = bytesLength(bytes);
    /** @param {number} from */
    const send = (from) => {
      const to = min(total, from + MOST_BYTES);
      this.#send(WRITE, position + from, bytesView(bytes, from, to), (error) => {
        if (error || to === total) onDone(error);
        else send(to);
      });
    };
    send(0);
  }

  /** @param {number} size @param {Done} onDone */
  truncate(size, onDone) {
    this.#send(TRUNCATE, size, null, onDone);
  }

  /** Makes what was written the file's content. @param {Done} onDone */
  close(onDone) {
    this.#end(CLOSE, onDone);
  }

  /** Gives it up, if it is not over. @param {Done} onDone */
  abort(onDone) {
    this.#end(ABORT, onDone);
  }

  /** @param {number} kind @param {Done} onDone */
  #end(kind, onDone) {
    if (this.#isOver) {
      onDone(failure(0));
      return;
    }
    this.#send(kind, 0, null, (error) => {
      this.#finish();
      onDone(error);
    });
  }

  /**
   * @param {number} kind
   * @param {number} number
   * @param {Uint8Array | null} bytes
   * @param {Done} onDone
   */
  #send(kind, number, bytes, onDone) {
    const length = bytes ? bytesLength(bytes) : 0;
    if (bytesLength(this.#command) < HEADER_BYTES + length) this.#command = new Uint8Array(HEADER_BYTES + length);
    const command = bytesView(this.#command, 0, HEADER_BYTES + length);
    command[0] = kind;
    for (let i = 0, rest = number; i < 8; i++, rest = trunc(rest / 256)) {
      command[1 + i] = number < BEYOND ? rest % 256 : 255;
    }
    for (let i = 0, rest = length; i < 4; i++, rest = trunc(rest / 256)) command[9 + i] = rest % 256;
    if (bytes) bytesSet(command, bytes, HEADER_BYTES);
    this.#writer.write(command, () => {});
    // Nobody waits for more to go along with it.
    this.#writer.flush();
    this.#read(onDone);
  }

  /** @param {Done} onDone */
  #read(onDone) {
    const count = this.#descriptor.readInto(this.#answer);
    if (count === WOULD_BLOCK) {
      this.#descriptor.waitRead(() => this.#read(onDone));
      return;
    }
    const status = count > 0 ? this.#answer[0] : -1;
    if (status === 0) {
      onDone(null);
      return;
    }
    this.#finish();
    onDone(failure(status));
  }

  #finish() {
    this.#isOver = true;
    this.#writer.stop();
    this.#descriptor.close();
  }
}

/** @param {number} status an answer, or something else where the descriptor has ended without one */
function failure(status) {
  const known = status >= 0 && status < FAILURES.length ? FAILURES[status] : FAILURES[0];
  return new DOMException(known[1], known[0]);
}
