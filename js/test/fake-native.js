// @ts-check
// The native side as the modules see it, in memory: answers to calls, and descriptors with kernel-like
// buffers of a limited size.

/** @typedef {import("../page/bridge.js").NativeDescriptor} NativeDescriptor */

export const EAGAIN = -11;
export const EPIPE = -32;
export const ECONNRESET = -104;

/**
 * @typedef {object} Answer
 * @property {object} [result]
 * @property {{ name: string, message: string }} [error]
 * @property {NativeDescriptor} [descriptor]
 */

/** Records what the page asks and tells; answers through `answer`. */
export class FakeNative {
  /** @type {{ method: string, params: any }[]} */
  calls = [];
  /** @type {{ method: string, params: any }[]} */
  notes = [];
  /** @type {Map<string, (params: any) => Answer | Promise<Answer>>} */
  #answers = new Map();
  /** @type {{ question: number, answer: any }[]} */
  replies = [];
  /** @type {import("../page/bridge.js").NativeListener} */
  #listener = () => {};

  /**
   * @param {string} method
   * @param {(params: any) => Answer | Promise<Answer>} answer
   */
  answer(method, answer) {
    this.#answers.set(method, answer);
  }

  /** @param {string} event @param {{ frame?: number } & Record<string, unknown>} params */
  emit(event, { frame = 0, ...params }) {
    this.#listener(frame, event, JSON.stringify(params), 0);
  }

  /** Asks the page. @param {number} number @param {string} question @param {{ frame?: number } & Record<string, unknown>} params */
  ask(number, question, { frame = 0, ...params }) {
    this.#listener(frame, question, JSON.stringify(params), number);
  }

  /** @param {string} method */
  paramsOf(method) {
    return [...this.calls, ...this.notes]
      .filter((entry) => entry.method === method)
      .map(({ params }) => params);
  }

  /** @type {import("../page/bridge.js").Native} */
  native = {
    call: (frame, method, json, callback) => {
      const params = { ...(frame && { frame }), ...JSON.parse(json) };
      this.calls.push({ method, params });
      /** @type {(params: any) => Answer | Promise<Answer>} */
      const answer = this.#answers.get(method) ?? (() => ({}));
      Promise.resolve()
        .then(() => answer(params))
        .then(({ result = {}, error, descriptor }) => {
          if (error) callback(JSON.stringify(error), null, null);
          else callback(null, JSON.stringify(result), descriptor ?? null);
          const carried = descriptor && carriers.get(descriptor);
          if (carried && "connection" in result) carried.beCarriedBy(this, Number(result.connection));
        });
    },
    notify: (frame, method, json) => {
      this.notes.push({ method, params: { ...(frame && { frame }), ...JSON.parse(json) } });
    },
    reply: (question, json) => {
      this.replies.push({ question, answer: JSON.parse(json) });
    },
    listen: (callback) => {
      this.#listener = callback;
    },
  };
}

/** Whose descriptor it is. @type {WeakMap<NativeDescriptor, FakeConnection>} */
const carriers = new WeakMap();

/** One direction of a socket pair. */
class Pipe {
  /** @type {number[]} */
  #bytes = [];
  #capacity;
  ended = false;
  broken = false;
  /** @type {Set<() => void>} */
  #readers = new Set();
  /** @type {Set<() => void>} */
  #writers = new Set();

  /** @param {number} capacity */
  constructor(capacity) {
    this.#capacity = capacity;
  }

  get size() {
    return this.#bytes.length;
  }

  /** @param {Uint8Array} into */
  read(into) {
    if (this.#bytes.length === 0) return this.broken ? ECONNRESET : this.ended ? 0 : EAGAIN;
    const taken = this.#bytes.splice(0, into.length);
    into.set(taken);
    this.#wake(this.#writers);
    return taken.length;
  }

  peek() {
    if (this.#bytes.length > 0) return 1;
    return this.broken ? ECONNRESET : this.ended ? 0 : EAGAIN;
  }

  /** @param {Uint8Array} from */
  write(from) {
    if (this.broken || this.ended) return EPIPE;
    const room = this.#capacity - this.#bytes.length;
    if (room === 0) return EAGAIN;
    const taken = from.subarray(0, room);
    for (const byte of taken) this.#bytes.push(byte);
    this.#wake(this.#readers);
    return taken.length;
  }

  end() {
    this.ended = true;
    this.#wake(this.#readers);
    this.#wake(this.#writers);
  }

  break() {
    this.broken = true;
    this.end();
  }

  /** @param {() => void} callback */
  waitRead(callback) {
    if (this.size || this.ended) setImmediate(callback);
    else this.#readers.add(callback);
  }

  /** @param {() => void} callback */
  waitWrite(callback) {
    if (this.size < this.#capacity || this.ended) setImmediate(callback);
    else this.#writers.add(callback);
  }

  /** @param {Set<() => void>} waiting */
  #wake(waiting) {
    const callbacks = [...waiting];
    waiting.clear();
    for (const callback of callbacks) setImmediate(callback);
  }
}

/** What the native side holds until there is room. */
class Held {
  #pipe;
  /** @type {Uint8Array[]} */
  #parts = [];
  /** @type {((state: number) => void) | undefined} */
  #callback;

  /** @param {Pipe} pipe */
  constructor(pipe) {
    this.#pipe = pipe;
  }

  get isEmpty() {
    return this.#parts.length === 0;
  }

  /** @param {Uint8Array} bytes */
  push(bytes) {
    this.#parts.push(bytes);
    if (this.#parts.length === 1) this.#pipe.waitWrite(() => this.#send());
    return 0;
  }

  /** @param {(state: number) => void} callback */
  flush(callback) {
    if (this.isEmpty) return 0;
    this.#callback = callback;
    return EAGAIN;
  }

  #send() {
    while (!this.isEmpty) {
      const count = this.#pipe.write(this.#parts[0]);
      if (count === EAGAIN) {
        this.#pipe.waitWrite(() => this.#send());
        return;
      }
      if (count < 0) {
        this.#parts = [];
        this.#callback?.(count);
        return;
      }
      this.#parts[0] = this.#parts[0].subarray(count);
      if (this.#parts[0].length === 0) this.#parts.shift();
    }
    this.#callback?.(0);
  }
}

/** A descriptor for the page and the other end for the test. */
export class FakeConnection {
  #down;
  #up;
  closed = false;
  /** Halves that the page has shut down. @type {number[]} */
  shutdowns = [];
  /** @type {NativeDescriptor} */
  descriptor;
  /** Events that the page has not been told of, because it has no answer yet. @type {object[]} */
  #untold = [];
  /** @type {((end: object) => void) | undefined} */
  #tell;

  /** @param {number} capacity of each direction, in bytes */
  constructor(capacity = 64 * 1024) {
    const down = new Pipe(capacity);
    const up = new Pipe(capacity);
    this.#down = down;
    this.#up = up;
    const held = new Held(up);
    this.descriptor = {
      readInto: (bytes) => down.read(bytes),
      peek: () => down.peek(),
      write: (bytes, from, to) => (held.isEmpty ? up.write(bytes.subarray(from, to)) : EAGAIN),
      hold: (bytes, from, to) => held.push(bytes.slice(from, to)),
      flush: (callback) => held.flush(callback),
      waitRead: (callback) => down.waitRead(callback),
      shutdown: (how) => {
        this.shutdowns.push(how);
        if (how !== 0) up.end();
      },
      close: () => {
        this.closed = true;
        up.end();
      },
    };
    carriers.set(this.descriptor, this);
  }

  /**
   * The page has been given it.
   * @param {FakeNative} native
   * @param {number} connection
   */
  beCarriedBy(native, connection) {
    this.#tell = (end) => native.emit("network.ended", { connection, ...end });
    for (const end of this.#untold.splice(0)) this.#tell(end);
  }

  /**
   * Tells how it ends: the event, without the descriptor.
   * @param {{ name: string, message: string } | null} error
   * @param {boolean} over whether nothing can be written either
   */
  tell(error, over) {
    if (this.#tell) this.#tell({ error, over });
    else this.#untold.push({ error, over });
  }

  /** Sends to the page. @param {Uint8Array | string} data */
  send(data) {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    const taken = this.#down.write(bytes);
    if (taken !== bytes.length) throw new Error("the test sends more than fits");
  }

  /** How much of what the page has written is unread. */
  get written() {
    return this.#up.size;
  }

  /** Room for data to the page, and how much of it is unread. */
  get unread() {
    return this.#down.size;
  }

  /**
   * The other side has sent everything, or will not send the rest.
   * @param {{ name: string, message: string } | null} error
   */
  end(error = null) {
    this.#down.end();
    this.tell(error, error !== null);
  }

  /**
   * The connection is gone.
   * @param {{ name: string, message: string } | null} error
   */
  break(error = null) {
    this.#down.break();
    this.#up.break();
    this.tell(error, true);
  }

  /** What the page has written, up to its end. */
  async receiveAll() {
    /** @type {number[]} */
    const all = [];
    const buffer = new Uint8Array(4096);
    for (;;) {
      const count = this.#up.read(buffer);
      if (count === EAGAIN)
        await new Promise((resolve) => this.#up.waitRead(/** @type {() => void} */ (resolve)));
      else if (count <= 0) return Uint8Array.from(all);
      else all.push(...buffer.subarray(0, count));
    }
  }

  /** What the page has written so far; at least one byte. */
  async receive() {
    const buffer = new Uint8Array(1 << 20);
    for (;;) {
      const count = this.#up.read(buffer);
      if (count !== EAGAIN) return buffer.slice(0, Math.max(0, count));
      await new Promise((resolve) => this.#up.waitRead(/** @type {() => void} */ (resolve)));
    }
  }
}

/** Waits until all tasks that are ready have run. */
export async function settle() {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
