// Exact numbers of bytes out of a stream, and numbers out of bytes (network order).

export class Bytes {
  #reader;
  /** What has come and was not asked for yet. @type {Uint8Array<ArrayBuffer>} */
  #rest = new Uint8Array(0);

  /** @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream */
  constructor(stream) {
    this.#reader = stream.getReader();
  }

  /**
   * Fills an array.
   * @template {Uint8Array | Uint8ClampedArray} Target
   * @param {Target} target
   */
  async fill(target) {
    let filled = 0;
    while (filled < target.length) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#reader.read();
        if (done) throw new Error("The other computer has closed the connection.");
        this.#rest = value;
      }
      const part = this.#rest.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return target;
  }

  /** @param {number} length */
  async view(length) {
    const { buffer } = await this.fill(new Uint8Array(length));
    return new DataView(buffer);
  }

  async u8() {
    return (await this.view(1)).getUint8(0);
  }

  async u16() {
    return (await this.view(2)).getUint16(0);
  }

  async u32() {
    return (await this.view(4)).getUint32(0);
  }

  /** A length that is not believed beyond `most`, and so many bytes of UTF-8. */
  async text(most = 64 * 1024) {
    const length = await this.u32();
    if (length > most) throw new Error("The other computer sends a text that is too long.");
    return new TextDecoder().decode(await this.fill(new Uint8Array(length)));
  }

  /** Says that nobody reads any more. @param {unknown} why */
  cancel(why) {
    return this.#reader.cancel(why);
  }
}
