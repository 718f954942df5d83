// @ts-check
/** One WebSocket, from the attempt to its end. No page gets hold of it. */

import {
  Blob,
  DOMException,
  Event,
  MessageEvent,
  Response,
  URL,
  Uint8Array,
  addEventListener,
  arrayPush,
  arraySplice,
  bytesCopy,
  bytesLength,
  dispatchEvent,
  promiseThen,
  queueTask,
  removeEventListener,
  typedArrayBuffer,
  urlHost,
  urlProtocol,
} from "../primordials.js";
import {
  CloseEvent,
  ErrorEvent,
  decodeText,
  responseArrayBuffer,
  signalAborted,
  signalReason,
} from "./primordials.js";
import { toException } from "../bridge.js";
import { NETWORK_ERROR } from "./connection.js";
import { LONGEST_MESSAGE, WebSocketChannel } from "./web-socket-channel.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */
/** @typedef {import("./connection.js").Connections} Connections */
/** @typedef {import("./web-socket-arguments.js").Arguments} Arguments */
/** @typedef {import("./web-socket-arguments.js").OutgoingClose} OutgoingClose */
/** @typedef {import("./web-socket-arguments.js").OutgoingMessage} OutgoingMessage */

export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSING = 2;
export const CLOSED = 3;

/** The status code of what ends without a close (RFC 6455 §7.4.1). */
const ABNORMAL = 1006;

export class WebSocketState {
  /** @type {string} */
  url;
  readyState = CONNECTING;
  /** How many bytes of messages are not on the network yet. */
  bufferedAmount = 0;
  protocol = "";
  /** @type {"blob" | "arraybuffer"} */
  binaryType = "blob";
  #bridge;
  #connections;
  /** What the page has. @type {EventTarget} */
  #object;
  #signal;
  #request;
  #origin;
  /** @type {WebSocketChannel | undefined} */
  #channel;
  /** The broker's number of it. @type {number | undefined} */
  #connection;
  /** What waits for a Blob to be read. @type {(OutgoingMessage | OutgoingClose)[]} */
  #queue = [];
  #isReadingBlob = false;
  /** What the broker says that it ended with. @type {{ error: Error | null } | undefined} */
  #end;
  /** Whether everything has been read that came before. */
  #isReadOver = false;

  /**
   * @param {Bridge} bridge
   * @param {Connections} connections
   * @param {EventTarget} object
   * @param {Arguments} given
   */
  constructor(bridge, connections, object, { url, protocols, headers, tls, signal }) {
    this.url = url;
    this.#bridge = bridge;
    this.#connections = connections;
    this.#object = object;
    this.#signal = signal;
    const parsed = new URL(url);
    this.#origin = `${urlProtocol(parsed)}//${urlHost(parsed)}`;
    const request = (this.#request = connections.nextRequest());
    if (signal && signalAborted(signal)) {
      this.#failSoon(signalReason(signal));
      return;
    }
    if (signal) addEventListener(signal, "abort", this.#abort);
    bridge.call(
      "network.webSocket",
      { request, url, protocols, headers, tls },
      (info, descriptor) => this.#opened(info, /** @type {NativeDescriptor} */ (descriptor)),
      (error) => this.fail(error),
    );
  }

  /**
   * @param {OutgoingMessage} message
   * @param {string} context
   */
  send(message, context) {
    if (this.readyState === CONNECTING) {
      throw new DOMException(`${context}: Still in CONNECTING state.`, "InvalidStateError");
    }
    this.bufferedAmount += message.size;
    if (this.readyState !== OPEN) return;
    if (message.size > LONGEST_MESSAGE) {
      this.#breakOff(new DOMException("The message is too long.", NETWORK_ERROR));
    } else if ("bytes" in message && !this.#isReadingBlob) {
      this.#channel?.send(message.bytes, message.isText);
    } else {
      this.#enqueue(
        "bytes" in message
          ? { ...message, bytes: bytesCopy(message.bytes, 0, bytesLength(message.bytes)) }
          : message,
      );
    }
  }

  /** @param {OutgoingClose} how */
  close(how) {
    if (this.readyState === CONNECTING) {
      this.#bridge.notify("network.abort", { request: this.#request });
      this.#failSoon(new DOMException("WebSocket is closed before the connection is established.", NETWORK_ERROR));
    } else if (this.readyState === OPEN) {
      this.readyState = CLOSING;
      this.#enqueue(how);
    }
  }

  /** @param {OutgoingMessage | OutgoingClose} item */
  #enqueue(item) {
    arrayPush(this.#queue, item);
    if (!this.#isReadingBlob) this.#sendQueue();
  }

  #sendQueue() {
    while (this.#queue.length > 0) {
      const item = arraySplice(this.#queue, 0, 1)[0];
      if ("blob" in item) {
        this.#isReadingBlob = true;
        promiseThen(
          responseArrayBuffer(new Response(item.blob)),
          (bytes) => {
            this.#isReadingBlob = false;
            this.#channel?.send(new Uint8Array(bytes), false);
            this.#sendQueue();
          },
          () => this.#breakOff(new DOMException("A Blob that was sent could not be read.", NETWORK_ERROR)),
        );
        return;
      }
      if ("bytes" in item) this.#channel?.send(item.bytes, item.isText);
      else this.#channel?.close(item.code, item.reason);
    }
  }

  /**
   * @param {import("../../generated/bridge.js").WebSocketResult} info
   * @param {NativeDescriptor} descriptor
   */
  #opened({ connection, protocol }, descriptor) {
    if (this.readyState !== CONNECTING) {
      descriptor.close();
      this.#bridge.notify("network.close", { connection });
      return;
    }
    this.#connection = connection;
    // It stays as long as it is open, whatever the page holds.
    this.#connections.hold(connection, this);
    const channel = new WebSocketChannel(descriptor, {
      onMessage: (bytes, isText) => this.#message(bytes, isText),
      onSent: (bytes) => {
        this.bufferedAmount -= bytes;
      },
      onClose: (code, reason) => this.#closed(code, reason),
      onEnd: () => {
        this.#isReadOver = true;
        this.#finish();
      },
    });
    this.#channel = channel;
    this.readyState = OPEN;
    this.protocol = protocol;
    dispatchEvent(this.#object, new Event("open"));
    channel.start();
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes @param {boolean} isText */
  #message(bytes, isText) {
    if (this.readyState !== OPEN) return;
    /** @type {string | ArrayBuffer | Blob} */
    let data;
    if (isText) data = decodeText(bytes);
    else if (this.binaryType === "arraybuffer") data = /** @type {ArrayBuffer} */ (typedArrayBuffer(bytes));
    else data = new Blob([bytes]);
    const init = /** @type {MessageEventInit} */ ({ __proto__: null, data, origin: this.#origin });
    dispatchEvent(this.#object, new MessageEvent("message", init));
  }

  /**
   * The broker says how it ended. What came before may not have been read yet, but where it was taken away.
   * @param {import("../bridge.js").Message} end
   */
  ended({ error }) {
    this.#end = { error: error ? toException(error) : null };
    if (error && error.name === "NotAllowedError") this.fail(this.#end.error);
    else this.#finish();
  }

  #finish() {
    if (!this.#isReadOver || !this.#end) return;
    this.fail(this.#end.error ?? new DOMException("The connection was closed by the other side.", NETWORK_ERROR));
  }

  #abort = () => {
    this.#bridge.notify("network.abort", { request: this.#request });
    this.fail(signalReason(/** @type {AbortSignal} */ (this.#signal)));
  };

  /** Ends what is open. @param {unknown} error */
  #breakOff(error) {
    if (this.readyState === CLOSED) return;
    this.#bridge.notify("network.abort", { request: this.#request });
    this.#failSoon(error);
  }

  /** It has failed, which the page hears in a task of its own. @param {unknown} error */
  #failSoon(error) {
    this.readyState = CLOSING;
    queueTask(() => this.fail(error));
  }

  /** It has failed. @param {unknown} error */
  fail(error) {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#letGo();
    const message = error instanceof DOMException ? error.message : "";
    const init = /** @type {ErrorEventInit} */ ({ __proto__: null, error, message });
    dispatchEvent(this.#object, new ErrorEvent("error", init));
    this.#tellClosed(ABNORMAL, "", false);
  }

  /** Both sides have closed. @param {number} code @param {string} reason */
  #closed(code, reason) {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#letGo();
    this.#tellClosed(code, reason, true);
  }

  /** @param {number} code @param {string} reason @param {boolean} wasClean */
  #tellClosed(code, reason, wasClean) {
    const init = /** @type {CloseEventInit} */ ({ __proto__: null, code, reason, wasClean });
    dispatchEvent(this.#object, new CloseEvent("close", init));
  }

  #letGo() {
    this.#queue = [];
    if (this.#signal) removeEventListener(this.#signal, "abort", this.#abort);
    this.#channel?.stop();
    if (this.#connection === undefined) return;
    this.#connections.forget(this.#connection);
    this.#bridge.notify("network.close", { connection: this.#connection });
  }
}
