// @ts-check
/** One connection of TCP, from the attempt to its end. No page gets hold of it. */

import {
  DOMException,
  Promise,
  addEventListener,
  promiseReject,
  removeEventListener,
} from "../primordials.js";
import {
  readableCancel,
  readableLocked,
  signalAborted,
  signalReason,
  writableAbort,
  writableLocked,
} from "./primordials.js";
import { ignoreRejection } from "../webidl.js";
import { Connection } from "./connection.js";
import { createReadable, createWritable } from "./descriptor-streams.js";
import { createTlsInfo } from "./tls.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */
/** @typedef {import("../../generated/bridge.js").ConnectResult} ConnectResult */
/** @typedef {import("../../generated/bridge.js").TlsParams} TlsParams */
/** @typedef {import("./connection.js").Connections} Connections */
/** @typedef {import("./socket-options.js").SocketOptions} SocketOptions */

/**
 * Has the connection made, or secured; exactly one of the two callbacks is called, later.
 * @typedef {(onResult: (info: ConnectResult, descriptor: NativeDescriptor) => void, onError: (error: Error) => void) => void} Begin
 */

export class Socket {
  /** @type {Promise<object>} */
  opened;
  /** @type {Promise<undefined>} */
  closed;
  /** Whether it has given its connection to another socket, which is secured. */
  upgraded = false;
  /** @type {Bridge} */
  #bridge;
  /** @type {Connections} */
  #connections;
  /** @type {SocketOptions} */
  #options;
  /** By what it is aborted. */
  #request;
  /** @type {"opening" | "open" | "closed" | "failed"} */
  #state = "opening";
  /** @type {Connection | undefined} */
  #connection;
  #id = 0;
  /** @type {ReadableStream | undefined} */
  #readable;
  /** @type {WritableStream | undefined} */
  #writable;
  /** @type {(info: object) => void} */
  #resolveOpened = () => {};
  /** @type {(reason: unknown) => void} */
  #rejectOpened = () => {};
  /** @type {(value: undefined) => void} */
  #resolveClosed = () => {};
  /** @type {(reason: unknown) => void} */
  #rejectClosed = () => {};

  /**
   * @param {Bridge} bridge
   * @param {Connections} connections
   * @param {SocketOptions} options
   * @param {number} request
   * @param {Begin} begin
   */
  constructor(bridge, connections, options, request, begin) {
    this.#bridge = bridge;
    this.#connections = connections;
    this.#options = options;
    this.#request = request;
    this.closed = new Promise((resolve, reject) => {
      this.#resolveClosed = /** @type {any} */ (resolve);
      this.#rejectClosed = reject;
    });
    // Whoever only looks at `opened` must not be told of an unhandled rejection as well.
    ignoreRejection(this.closed);
    this.opened = new Promise((resolve, reject) => {
      this.#resolveOpened = /** @type {any} */ (resolve);
      this.#rejectOpened = reject;
    });
    const { signal } = options;
    if (signal && signalAborted(signal)) {
      this.#fail(signalReason(signal));
      return;
    }
    if (signal) addEventListener(signal, "abort", this.#abort);
    begin(
      (info, descriptor) => this.#open(info, descriptor),
      (error) => this.#fail(error),
    );
  }

  /**
   * Connects to a host.
   * @param {Bridge} bridge
   * @param {Connections} connections
   * @param {{ host: string, port: number, options: SocketOptions }} target
   */
  static connect(bridge, connections, { host, port, options }) {
    const request = connections.nextRequest();
    const { secureTransport, connection, signal } = options;
    const tls = secureTransport === "on" ? (options.tls ?? {}) : undefined;
    return new Socket(bridge, connections, options, request, (onResult, onError) => {
      bridge.call(
        "network.connect",
        { host, port, options: { ...connection, tls, request: signal && request } },
        (info, descriptor) => onResult(info, /** @type {NativeDescriptor} */ (descriptor)),
        onError,
      );
    });
  }

  /**
   * A connection that the other side has made.
   * @param {Bridge} bridge
   * @param {Connections} connections
   * @param {ConnectResult} info
   * @param {NativeDescriptor} descriptor
   */
  static accepted(bridge, connections, info, descriptor) {
    /** @type {SocketOptions} */
    const options = { secureTransport: "off", signal: undefined, tls: undefined, connection: {} };
    return new Socket(bridge, connections, options, 0, (onResult) => onResult(info, descriptor));
  }

  get secureTransport() {
    return this.#options.secureTransport;
  }

  /** @param {ConnectResult} info @param {NativeDescriptor} descriptor */
  #open(info, descriptor) {
    const { connection: id } = info;
    if (this.#state !== "opening") {
      // It was aborted meanwhile.
      descriptor.close();
      this.#bridge.notify("network.close", { connection: id });
      return;
    }
    const halves = { readable: true, writable: true };
    const connection = new Connection(this.#bridge, id, descriptor, halves, (failed, failure) => {
      this.#connections.forget(id);
      this.#end("closed");
      if (failed) this.#rejectClosed(failure);
      else this.#resolveClosed(undefined);
    });
    this.#connections.hold(id, connection);
    this.#id = id;
    this.#connection = connection;
    this.#readable = createReadable(connection);
    this.#writable = createWritable(connection);
    this.#state = "open";
    this.#resolveOpened({
      readable: this.#readable,
      writable: this.#writable,
      remoteAddress: info.remoteAddress,
      remotePort: info.remotePort,
      localAddress: info.localAddress,
      localPort: info.localPort,
      ...(info.tls ? { tls: createTlsInfo(info.tls) } : undefined),
    });
  }

  /** It will never be open. @param {unknown} error */
  #fail(error) {
    if (this.#state !== "opening") return;
    this.#end("failed");
    this.#rejectOpened(error);
    this.#rejectClosed(error);
  }

  /** @param {"closed" | "failed"} state */
  #end(state) {
    this.#state = state;
    const { signal } = this.#options;
    if (signal) removeEventListener(signal, "abort", this.#abort);
  }

  #abort = () => {
    const reason = signalReason(/** @type {AbortSignal} */ (this.#options.signal));
    this.#bridge.notify("network.abort", { request: this.#request });
    if (this.#state === "open") this.#connection?.fail(reason);
    else this.#fail(reason);
  };

  /** @returns {Promise<undefined>} */
  close() {
    if (this.#state === "closed") return this.closed;
    if (this.#state !== "open" || !this.#readable || !this.#writable) {
      return promiseReject(new DOMException("Socket is not properly initialized.", "InvalidStateError"));
    }
    if (this.#isLocked()) {
      return promiseReject(
        new DOMException("Close is called while a stream of the socket is locked.", "InvalidStateError"),
      );
    }
    // What a writer that is made later rejects with.
    const reason = new DOMException("The socket has been closed.", "AbortError");
    ignoreRejection(readableCancel(this.#readable, reason));
    ignoreRejection(writableAbort(this.#writable, reason));
    return this.closed;
  }

  /**
   * Gives the connection to a socket that is secured.
   * @param {TlsParams} options
   * @param {string} context
   * @returns {Socket}
   */
  startTls(options, context) {
    /** @param {string} what */
    const invalid = (what) => new DOMException(`${context}: ${what}`, "InvalidStateError");
    if (this.secureTransport !== "starttls") throw invalid('the socket was not made with secureTransport "starttls".');
    const connection = this.#connection;
    if (this.#state !== "open" || !connection) throw invalid("the socket is not open.");
    if (this.#isLocked()) throw invalid("a stream of the socket is locked.");
    const { signal } = this.#options;
    // Its other listeners may come first.
    if (signal && signalAborted(signal)) throw signalReason(signal);
    connection.flush();
    const state = connection.state;
    if (state === "busy") throw invalid("a write is under way.");
    if (state === "over") throw invalid("a stream of the socket has ended.");
    if (state === "unread") throw dataBeforeTls(context);
    this.upgraded = true;
    const release = connection.detach();
    const secured = /** @type {TlsParams} */ ({ ...this.#options.tls, ...defined(options) });
    return new Socket(this.#bridge, this.#connections, this.#options, this.#request, (onResult, onError) => {
      this.#bridge.call(
        "network.startTls",
        { connection: this.#id, tls: secured },
        (info, descriptor) => {
          const next = /** @type {NativeDescriptor} */ (descriptor);
          // The broker has nothing more for the old one: what is there now has come before.
          const hasUnread = connection.descriptor.peek() > 0;
          release();
          if (!hasUnread) return onResult(info, next);
          next.close();
          this.#bridge.notify("network.close", { connection: info.connection });
          onError(dataBeforeTls(context));
        },
        (error) => {
          release();
          onError(error);
        },
      );
    });
  }

  #isLocked() {
    return (
      readableLocked(/** @type {ReadableStream} */ (this.#readable)) ||
      writableLocked(/** @type {WritableStream} */ (this.#writable))
    );
  }
}

/** RFC 3207 §6: what came before TLS may be anybody's. @param {string} context */
function dataBeforeTls(context) {
  return new DOMException(`${context}: there is data from before TLS, which nobody has secured.`, "SecurityError");
}

/**
 * The members that are there.
 * @param {TlsParams} options
 */
function defined({ alpnProtocols, minVersion, pinnedSha256, serverName }) {
  return {
    ...(alpnProtocols !== undefined && { alpnProtocols }),
    ...(minVersion !== undefined && { minVersion }),
    ...(pinnedSha256 !== undefined && { pinnedSha256 }),
    ...(serverName !== undefined && { serverName }),
  };
}
