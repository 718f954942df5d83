// The connection to the teacher, which comes back by itself.

import { Conversation, keyOf, lines } from "./protocol.js";

/** @import { Message } from "./protocol.js" */

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;
/** A teacher says something every five seconds; who is silent for so long is gone. */
const SILENCE = 15_000;

/**
 * @typedef {{ server: string, room: string, secret: string }} Settings
 * @typedef {"waiting" | "connected" | "untrusted"} State "untrusted": somebody answers who does not know the secret
 * @typedef {{ state(state: State, why: string): void, told(message: Message): void }} Listener
 */

export class Connection {
  #settings;
  #listener;
  /** Ends what is open. */
  #ending = new AbortController();
  /** @type {((message: Message) => Promise<void>) | undefined} */
  #say;
  #over = false;
  #pause = FIRST_PAUSE;
  /** Ends a pause. */
  #wake = () => {};

  /**
   * @param {Settings} settings
   * @param {Listener} listener
   */
  constructor(settings, listener) {
    this.#settings = settings;
    this.#listener = listener;
    this.#run();
  }

  /** Says something to the teacher, if one is there. @param {Message} message */
  say(message) {
    // The connection that fails is noticed by who reads from it.
    this.#say?.(message).catch(() => {});
  }

  close() {
    this.#over = true;
    this.#wake();
    this.#ending.abort();
  }

  async #run() {
    const key = await keyOf(this.#settings.secret);
    while (!this.#over) {
      /** @type {State} */
      let state = "waiting";
      let why = "";
      try {
        await this.#converse(key);
        // Who does not know the secret is sent away without a word.
        why = `The teacher’s computer has closed the connection.${this.#say ? "" : " Is the secret the same there?"}`;
      } catch (error) {
        if (error instanceof Untrusted) state = "untrusted";
        why = /** @type {Error} */ (error).message;
      }
      this.#say = undefined;
      if (this.#over) return;
      this.#listener.state(state, why);
      await new Promise((resolve) => {
        this.#wake = () => resolve(undefined);
        // Not all screens of a school at once.
        setTimeout(resolve, this.#pause * (0.75 + Math.random() / 2));
      });
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    }
  }

  /** One connection, to its end. @param {CryptoKey} key */
  async #converse(key) {
    const [host, port] = splitAddress(this.#settings.server);
    const socket = new TCPSocket(host, port, { noDelay: true, keepAliveDelay: 10_000 });
    const ending = new AbortController();
    this.#ending = ending;
    const { readable, writable } = await socket.opened;
    const writer = writable.getWriter();
    const conversation = new Conversation(key);
    // One after the other, so that they are numbered in the order in which they are sent.
    let sending = Promise.resolve();
    /** @param {Message} message */
    const say = (message) => (sending = sending.then(async () => writer.write(await conversation.seal(message))));
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let silence;
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => ending.abort(new Error("The teacher’s computer says nothing any more.")), SILENCE);
    };
    try {
      await say({ type: "hello", room: this.#settings.room });
      listen();
      for await (const line of lines(readable, ending.signal)) {
        /** @type {Message} */
        let message;
        try {
          message = await conversation.open(line);
        } catch (error) {
          throw new Untrusted(`What is there does not know the secret, or somebody is in between: ${/** @type {Error} */ (error).message}.`);
        }
        listen();
        this.#say ??= say;
        this.#pause = FIRST_PAUSE;
        if (message.type === "alive") this.#listener.state("connected", "");
        else this.#listener.told(message);
      }
    } finally {
      clearTimeout(silence);
      // Also when the other side goes on talking.
      await Promise.allSettled([writer.abort(), socket.closed]);
    }
  }
}

class Untrusted extends Error {}

/**
 * @param {string} address
 * @returns {[host: string, port: number]}
 */
function splitAddress(address) {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon).replace(/^\[|\]$/g, ""), Number(address.slice(colon + 1))];
}
