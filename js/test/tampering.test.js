// @ts-check
// A page that replaces the built-ins, as hostile or merely careless pages do, neither breaks the
// modules nor sees a native object.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBridge } from "../page/bridge.js";
import { createFetch } from "../page/network/fetch.js";
import { Grant } from "../page/network/grant.js";
import { Connections } from "../page/network/connection.js";
import { createTCPSocket } from "../page/network/tcp-socket.js";
import { FakeConnection, FakeNative } from "./fake-native.js";

// Node writes its streams and its fetch in JavaScript, and they use some built-ins themselves: those
// are left out here.

/** What dictionaries lack is looked up on Object.prototype. */
const DICTIONARY_MEMBERS = ["start", "pull", "cancel", "write", "type", "connection", "descriptor", "number"];

/** Objects that a replaced built-in was given. @type {unknown[]} */
const seen = [];
/** @type {[object, string][]} */
const TARGETS = [
  [Array.prototype, "push"],
  [Array.prototype, "splice"],
  [Array.prototype, "slice"],
  [Array.prototype, "forEach"],
  [Function.prototype, "call"],
  [Function.prototype, "apply"],
  [Function.prototype, "bind"],
  [Map.prototype, "get"],
  [Map.prototype, "set"],
  [Set.prototype, "add"],
  [Set.prototype, "forEach"],
  [WeakMap.prototype, "get"],
  [Promise.prototype, "then"],
  [JSON, "parse"],
  [JSON, "stringify"],
  [Object, "defineProperty"],
  [Object, "keys"],
  [Reflect, "apply"],
  [Reflect, "ownKeys"],
  [Object.getPrototypeOf(Uint8Array.prototype), "set"],
  [Object.getPrototypeOf(Uint8Array.prototype), "slice"],
  [Object.getPrototypeOf(Uint8Array.prototype), "subarray"],
  [RegExp.prototype, "exec"],
  [EventTarget.prototype, "dispatchEvent"],
  [EventTarget.prototype, "addEventListener"],
];

/** Replaces the built-ins while `work` runs synchronously. @param {() => void} work */
function whileTampered(work) {
  const originals = TARGETS.map(([holder, name]) => Object.getOwnPropertyDescriptor(holder, name));
  const { defineProperty } = Object;
  for (const [holder, name] of TARGETS) {
    defineProperty(holder, name, {
      configurable: true,
      writable: true,
      value: function tampered() {
        seen[seen.length] = name;
        throw new Error(`the page's ${name} was called`);
      },
    });
  }
  for (const name of DICTIONARY_MEMBERS) {
    defineProperty(Object.prototype, name, {
      configurable: true,
      get() {
        seen[seen.length] = `Object.prototype.${name}`;
        return undefined;
      },
    });
  }
  try {
    work();
  } finally {
    for (const name of DICTIONARY_MEMBERS) delete (/** @type {any} */ (Object.prototype)[name]);
    for (let i = 0; i < TARGETS.length; i++) {
      defineProperty(TARGETS[i][0], TARGETS[i][1], /** @type {PropertyDescriptor} */ (originals[i]));
    }
  }
}

/** A native side that answers when told to, within the tampered time. */
class ManualNative extends FakeNative {
  /** @type {import("../page/bridge.js").NativeCallback[]} */
  callbacks = [];
  constructor() {
    super();
    /** @type {import("../page/bridge.js").NativeListener} */
    this.listener = () => {};
    /** @type {import("../page/bridge.js").Native["call"]} */
    const call = (_frame, _method, _params, callback) =>
      void (this.callbacks[this.callbacks.length] = callback);
    /** @type {import("../page/bridge.js").Native["listen"]} */
    const listen = (callback) => void (this.listener = callback);
    this.native = { ...this.native, call, listen, notify: () => {} };
  }
}

test("connecting, reading and writing use none of the page's built-ins", async () => {
  const fake = new ManualNative();
  const connection = new FakeConnection();
  const received = connection.descriptor;
  let written = 0;
  connection.descriptor = {
    ...received,
    readInto: () => 5,
    waitRead: () => {},
    write: (_bytes, from, to) => ((written += to - from), to - from),
  };
  const bridge = createBridge(fake.native);
  const grant = new Grant(bridge, "prompt");
  const connections = new Connections(bridge);
  const { TCPSocket } = createTCPSocket(bridge, connections, grant, true);
  /** @type {any} */
  let socket;
  whileTampered(() => {
    socket = new TCPSocket("a", 1, { noDelay: true });
    fake.callbacks[1](null, '{"connection":1,"remoteAddress":"a"}', connection.descriptor);
  });
  assert.deepEqual(seen, []);
  const { readable, writable } = await socket.opened;
  const chunk = await readable.getReader().read();
  assert.equal(chunk.value.length, 5);
  await writable.getWriter().write(new Uint8Array(10));
  assert.equal(written, 10);
  const end = '{"connection":1,"error":{"name":"NotAllowedError","message":"taken away"},"over":true}';
  whileTampered(() => fake.listener(0, "network.ended", end, 0));
  assert.deepEqual(seen, []);
  await assert.rejects(socket.closed, /taken away/);
});

test("reading the arguments of a fetch uses none of the page's built-ins", async () => {
  const fake = new ManualNative();
  const bridge = createBridge(fake.native);
  const start = createFetch(bridge, new Connections(bridge));
  const promise = new Promise((resolve, reject) => {
    whileTampered(() => start("https://a.test/", { __proto__: null, headers: { a: "b" } }, resolve, reject));
  });
  fake.callbacks[0](
    null,
    '{"status":200,"statusText":"","headers":[["a","b"]],"url":"u","redirected":false}',
    null,
  );
  assert.equal((await promise).status, 200);
  assert.deepEqual(seen, []);
});
