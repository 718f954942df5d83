// A client of the Remote Framebuffer protocol (RFC 6143), version 3.8, without a password. It draws raw and copied
// rectangles, and knows one encoding of its own, by which a server says where a window lies that this machine is to show.

import { Bytes } from "./bytes.js";

const RAW = 0;
const COPY = 1;
const DESKTOP_SIZE = -223;
/** "INSU": the rectangle is a window's; instead of pixels there is a text of JSON, with its length before it. */
const WINDOW = 0x494e5355;

/** Larger screens are believed of nobody. */
const MOST_PIXELS = 8192 * 8192;

/**
 * @typedef {object} RemoteWindow
 * @property {string} id
 * @property {string} url what it shows
 * @property {string} title
 * @property {boolean} visible
 * @property {boolean} closed
 * @property {{ x: number, y: number, width: number, height: number }} rect in pixels of the remote screen
 *
 * @typedef {object} Listener
 * @property {(name: string, width: number, height: number) => void} size the desktop is there, or has another size
 * @property {(window: RemoteWindow) => void} window
 */

export class Desktop {
  #bytes;
  #writer;
  #canvas;
  #listener;
  /** Sending, one after the other. A connection that fails is noticed by who reads from it. */
  #sending = Promise.resolve();

  /**
   * Draws the desktop at the other end of a connection until that ends; rejects then.
   * @param {TCPSocketOpenInfo} connection
   * @param {HTMLCanvasElement} canvas
   * @param {Listener} listener
   */
  constructor({ readable, writable }, canvas, listener) {
    this.#bytes = new Bytes(readable);
    this.#writer = writable.getWriter();
    this.#canvas = canvas;
    this.#listener = listener;
    this.ended = this.#run().finally(() => this.close());
  }

  /** @param {number} x @param {number} y @param {number} buttons as RFB has them: left, middle, right, wheel up, wheel down */
  pointer(x, y, buttons) {
    this.#send([5, buttons, x >> 8, x & 255, y >> 8, y & 255]);
  }

  /** @param {number} keysym @param {boolean} isDown */
  key(keysym, isDown) {
    this.#send([4, Number(isDown), 0, 0, ...number(keysym)]);
  }

  close() {
    this.#bytes.cancel(undefined).catch(() => {});
    this.#writer.abort().catch(() => {});
  }

  async #run() {
    const { width, height, name } = await this.#shakeHands();
    this.#resize(name, width, height);
    this.#demand(false);
    for (;;) {
      const type = await this.#bytes.u8();
      if (type === 0) {
        await this.#update(name);
        this.#demand(true);
      } else if (type === 3) {
        await this.#bytes.view(3);
        await this.#bytes.text(1 << 20); // the other machine's clipboard, which stays there
      } else if (type !== 2) {
        throw new Error(`The other computer says something that is not RFB (${type}).`);
      }
    }
  }

  async #shakeHands() {
    const version = new TextDecoder().decode(await this.#bytes.fill(new Uint8Array(12)));
    const [, major, minor] = (/^RFB (\d{3})\.(\d{3})\n$/.exec(version) ?? []).map(Number);
    if (major !== 3 || !(minor >= 8)) throw new Error("The other computer does not speak RFB 3.8.");
    this.#send(new TextEncoder().encode("RFB 003.008\n"));
    const count = await this.#bytes.u8();
    if (count === 0) throw new Error(await this.#bytes.text());
    const types = await this.#bytes.fill(new Uint8Array(count));
    if (!types.includes(1)) throw new Error("The other computer wants a password, which this app does not know to give.");
    this.#send([1]);
    if ((await this.#bytes.u32()) !== 0) throw new Error(await this.#bytes.text());
    this.#send([1]); // others may look on
    const [width, height] = [await this.#bytes.u16(), await this.#bytes.u16()];
    await this.#bytes.view(16); // the server's format of pixels, instead of which it gets this one:
    const name = await this.#bytes.text();
    // 32 bits, of which 24 count, little endian, red first: as a canvas has them.
    this.#send([0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0]);
    const encodings = [COPY, RAW, DESKTOP_SIZE, WINDOW];
    this.#send([2, 0, 0, encodings.length, ...encodings.flatMap(number)]);
    return { width, height, name };
  }

  /** @param {string} name */
  async #update(name) {
    await this.#bytes.u8();
    const context = this.#canvas.getContext("2d");
    if (!context) throw new Error("There is no canvas to draw on.");
    for (let left = await this.#bytes.u16(); left > 0; left--) {
      const head = await this.#bytes.view(12);
      const [x, y, width, height] = [head.getUint16(0), head.getUint16(2), head.getUint16(4), head.getUint16(6)];
      const encoding = head.getInt32(8);
      if (encoding === RAW) {
        if (width === 0 || height === 0) continue;
        const image = new ImageData(width, height);
        await this.#bytes.fill(image.data);
        // The fourth byte is nobody's; for a canvas it says how opaque a pixel is.
        for (let index = 3; index < image.data.length; index += 4) image.data[index] = 255;
        context.putImageData(image, x, y);
      } else if (encoding === COPY) {
        const from = await this.#bytes.view(4);
        context.drawImage(this.#canvas, from.getUint16(0), from.getUint16(2), width, height, x, y, width, height);
      } else if (encoding === DESKTOP_SIZE) {
        this.#resize(name, width, height);
      } else if (encoding === WINDOW) {
        const { id, url, title, visible, closed } = JSON.parse(await this.#bytes.text());
        const rect = { x, y, width, height };
        this.#listener.window({
          id: String(id),
          url: String(url),
          title: String(title),
          visible: visible === true,
          closed: closed === true,
          rect,
        });
      } else {
        throw new Error(`The other computer draws in a way that was not asked for (${encoding}).`);
      }
    }
  }

  /** @param {string} name @param {number} width @param {number} height */
  #resize(name, width, height) {
    if (width * height > MOST_PIXELS) throw new Error("The other computer’s screen is too large.");
    [this.#canvas.width, this.#canvas.height] = [width, height];
    this.#listener.size(name, width, height);
  }

  /** Asks for the next picture. @param {boolean} incremental whether only for what has changed */
  #demand(incremental) {
    const { width, height } = this.#canvas;
    this.#send([3, Number(incremental), 0, 0, 0, 0, width >> 8, width & 255, height >> 8, height & 255]);
  }

  /** @param {Iterable<number>} bytes */
  #send(bytes) {
    const chunk = Uint8Array.from(bytes);
    this.#sending = this.#sending.then(() => this.#writer.write(chunk)).catch(() => {});
  }
}

/** @param {number} value */
const number = (value) => [(value >> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255];
