// @ts-check
/**
 * UnrestrictedWebSocket: the platform's WebSocket (https://websockets.spec.whatwg.org/), with headers of its own, and past
 * the page's policy. What Insula adds is the constructor's third argument, and `error` of the error event.
 */

import { DOMException, EventTarget, TypeError, WeakMap, defineProperty, weakMapGet, weakMapSet } from "../primordials.js";
import { getHandler, setHandler } from "../event-handlers.js";
import { finishInterface, requireArguments, toEnum } from "../webidl.js";
import { CLOSED, CLOSING, CONNECTING, OPEN, WebSocketState } from "./web-socket-state.js";
import { readArguments, readClose, readMessage } from "./web-socket-arguments.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("./connection.js").Connections} Connections */
/** @typedef {import("./grant.js").Grant} Grant */

const NAME = "UnrestrictedWebSocket";
const CONSTRUCT = `Failed to construct '${NAME}'`;
const BINARY_TYPES = /** @type {const} */ (["blob", "arraybuffer"]);

/**
 * Makes the interface object.
 * @param {Bridge} bridge
 * @param {Connections} connections
 * @param {Grant} grant
 */
export function createWebSocket(bridge, connections, grant) {
  /** What is behind each. @type {WeakMap<object, WebSocketState>} */
  const states = new WeakMap();

  class UnrestrictedWebSocket extends EventTarget {
    /**
     * @param {string | URL} url
     * @param {string | string[]} protocols
     * @param {object} options an UnrestrictedWebSocketOptions dictionary
     */
    constructor(url, protocols = [], options = {}) {
      requireArguments(CONSTRUCT, arguments.length, 1);
      const converted = readArguments(url, protocols, options, CONSTRUCT);
      if (grant.isKnownToBeMissing()) {
        throw new DOMException(`${CONSTRUCT}: the app has no unrestricted network access.`, "NotAllowedError");
      }
      super();
      weakMapSet(states, this, new WebSocketState(bridge, connections, this, converted));
    }

    get url() {
      return of(this).url;
    }

    get readyState() {
      return of(this).readyState;
    }

    get bufferedAmount() {
      return of(this).bufferedAmount;
    }

    get extensions() {
      // None are offered.
      return of(this) && "";
    }

    get protocol() {
      return of(this).protocol;
    }

    get binaryType() {
      return of(this).binaryType;
    }

    set binaryType(value) {
      const state = of(this);
      try {
        state.binaryType = toEnum(value, BINARY_TYPES, "", "BinaryType");
      } catch (error) {
        // What no enumeration has is ignored (Web IDL §3.7.6).
        if (typeof value === "symbol") throw error;
      }
    }

    get onopen() {
      return of(this) && getHandler(this, "open");
    }

    set onopen(value) {
      of(this);
      setHandler(this, "open", value);
    }

    get onerror() {
      return of(this) && getHandler(this, "error");
    }

    set onerror(value) {
      of(this);
      setHandler(this, "error", value);
    }

    get onclose() {
      return of(this) && getHandler(this, "close");
    }

    set onclose(value) {
      of(this);
      setHandler(this, "close", value);
    }

    get onmessage() {
      return of(this) && getHandler(this, "message");
    }

    set onmessage(value) {
      of(this);
      setHandler(this, "message", value);
    }

    /** @param {string | BufferSource | Blob} data */
    send(data) {
      const state = of(this);
      const context = `Failed to execute 'send' on '${NAME}'`;
      requireArguments(context, arguments.length, 1);
      state.send(readMessage(data), context);
    }

    /**
     * @param {number | undefined} code
     * @param {string | undefined} reason
     */
    close(code = undefined, reason = undefined) {
      const state = of(this);
      state.close(readClose(code, reason, `Failed to execute 'close' on '${NAME}'`));
    }
  }
  finishInterface(UnrestrictedWebSocket, NAME, [
    "url",
    "readyState",
    "bufferedAmount",
    "onopen",
    "onerror",
    "onclose",
    "extensions",
    "protocol",
    "onmessage",
    "binaryType",
    "send",
    "close",
  ]);
  addConstant("CONNECTING", CONNECTING);
  addConstant("OPEN", OPEN);
  addConstant("CLOSING", CLOSING);
  addConstant("CLOSED", CLOSED);

  /** @param {string} name @param {number} value */
  function addConstant(name, value) {
    const property = /** @type {PropertyDescriptor} */ ({ __proto__: null, value, enumerable: true });
    defineProperty(UnrestrictedWebSocket, name, property);
    defineProperty(UnrestrictedWebSocket.prototype, name, property);
  }

  /** @param {object} object @returns {WebSocketState} */
  function of(object) {
    const state = weakMapGet(states, object);
    if (!state) throw new TypeError("Illegal invocation");
    return state;
  }

  return UnrestrictedWebSocket;
}
