// What a screen and a teacher say to each other: lines of text, each a signature and what is signed, as JSON.
//
//   <HMAC-SHA-256 of the rest, in base64> {"nonce":"…","number":3,"type":"show","url":"https://…"}
//
// The screen begins with a nonce of its own, which no teacher has seen before. All that it is told on this connection has
// to have it, and a number that is higher than the last one. So nobody can change a message, make one, say one again, or
// use one of another screen.

/** Longer lines come from nobody who knows the secret. */
const LONGEST_LINE = 64 * 1024;

/** @typedef {{ type: string, [name: string]: unknown }} Message */

/** @param {string} secret */
export const keyOf = (secret) =>
  crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
    "verify",
  ]);

/** One side of a conversation: seals what is said, and opens what is heard. */
export class Conversation {
  #key;
  #said = 0;
  #heard = 0;
  nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))));

  /** @param {CryptoKey} key */
  constructor(key) {
    this.#key = key;
  }

  /**
   * @param {Message} message
   * @returns {Promise<Uint8Array<ArrayBuffer>>} a line
   */
  async seal(message) {
    const text = JSON.stringify({ ...message, nonce: this.nonce, number: ++this.#said });
    const signature = await crypto.subtle.sign("HMAC", this.#key, bytes(text));
    return bytes(`${btoa(String.fromCharCode(...new Uint8Array(signature)))} ${text}\n`);
  }

  /**
   * Throws an Error unless whoever knows the secret said it, now, and to this screen.
   * @param {string} line
   * @returns {Promise<Message>}
   */
  async open(line) {
    const space = line.indexOf(" ");
    const text = line.slice(space + 1);
    const signature = Uint8Array.from(atob(line.slice(0, Math.max(space, 0))), (it) => it.charCodeAt(0));
    if (!(await crypto.subtle.verify("HMAC", this.#key, signature, bytes(text)))) throw new Error("a wrong signature");
    const { nonce, number, ...message } = JSON.parse(text);
    if (nonce !== this.nonce) throw new Error("a message to somebody else");
    if (!(number > this.#heard)) throw new Error("an old message");
    this.#heard = number;
    return message;
  }
}

/** @param {string} text */
const bytes = (text) => new TextEncoder().encode(text);

/**
 * The lines of a stream of bytes. Throws when one is too long.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 * @param {AbortSignal} signal ends it
 */
export async function* lines(stream, signal) {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream(), { signal })) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > LONGEST_LINE) throw new Error("a line without an end");
    yield* parts;
  }
}
