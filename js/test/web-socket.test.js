// @ts-check
import "./events-polyfill.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBridge } from "../page/bridge.js";
import { Connections } from "../page/network/connection.js";
import { Grant } from "../page/network/grant.js";
import { createWebSocket } from "../page/network/web-socket.js";
import { FakeConnection, FakeNative, settle } from "./fake-native.js";

const TEXT = 1;
const BINARY = 2;
const CLOSE = 3;
const SENT = 4;

/** @param {number} kind @param {ArrayLike<number>} rest */
function frame(kind, rest) {
  const bytes = new Uint8Array(5 + rest.length);
  bytes[0] = kind;
  new DataView(bytes.buffer).setUint32(1, rest.length);
  bytes.set(rest, 5);
  return bytes;
}

/** @param {string} text */
const utf8 = (text) => new TextEncoder().encode(text);
/** @param {number} bytes */
const sent = (bytes) => frame(SENT, [0, 0, 0, 0, 0, 0, bytes >> 8, bytes & 255]);

function setUp({ state = "granted" } = {}) {
  const fake = new FakeNative();
  const connection = new FakeConnection(1 << 20);
  fake.answer("network.state", () => ({ result: { state } }));
  fake.answer("network.webSocket", () => ({
    result: { connection: 5, protocol: "chat" },
    descriptor: connection.descriptor,
  }));
  const bridge = createBridge(fake.native);
  const grant = new Grant(bridge, /** @type {any} */ (state));
  /** @type {any} */
  const UnrestrictedWebSocket = createWebSocket(bridge, new Connections(bridge), grant);
  return { fake, connection, UnrestrictedWebSocket };
}

/** A socket, and what happens to it. @param {ReturnType<typeof setUp>} parts @param {any[]} rest */
function observe({ UnrestrictedWebSocket }, url = "ws://a.test/", ...rest) {
  const socket = new UnrestrictedWebSocket(url, ...rest);
  /** @type {any[]} */
  const events = [];
  for (const type of ["open", "message", "error", "close"]) {
    socket.addEventListener(type, (/** @type {any} */ event) => events.push(event));
  }
  return { socket, events, types: () => events.map(({ type }) => type) };
}

test("it has the shape of the platform's WebSocket", () => {
  const { UnrestrictedWebSocket } = setUp();
  assert.equal(UnrestrictedWebSocket.name, "UnrestrictedWebSocket");
  assert.equal(UnrestrictedWebSocket.length, 1);
  const socket = new UnrestrictedWebSocket("wss://a.test/x?y");
  assert.equal(EventTarget.prototype.isPrototypeOf(socket), true);
  assert.equal(String(socket), "[object UnrestrictedWebSocket]");
  for (const [name, value] of [["CONNECTING", 0], ["OPEN", 1], ["CLOSING", 2], ["CLOSED", 3]]) {
    for (const holder of [UnrestrictedWebSocket, UnrestrictedWebSocket.prototype]) {
      const expected = { value, writable: false, enumerable: true, configurable: false };
      assert.deepEqual(Object.getOwnPropertyDescriptor(holder, name), expected);
    }
  }
  const { url, readyState, bufferedAmount, extensions, protocol, binaryType, onopen, onmessage } = socket;
  assert.deepEqual(
    { url, readyState, bufferedAmount, extensions, protocol, binaryType, onopen, onmessage },
    {
      url: "wss://a.test/x?y",
      readyState: 0,
      bufferedAmount: 0,
      extensions: "",
      protocol: "",
      binaryType: "blob",
      onopen: null,
      onmessage: null,
    },
  );
  socket.binaryType = "arraybuffer";
  socket.binaryType = "text";
  assert.equal(socket.binaryType, "arraybuffer");
  assert.throws(() => UnrestrictedWebSocket.prototype.readyState, TypeError);
  assert.throws(() => UnrestrictedWebSocket("ws://a.test/"), TypeError);
});

test("the constructor takes what WebSocket takes, and headers", async () => {
  const parts = setUp();
  const { fake, UnrestrictedWebSocket } = parts;
  for (const [url, seen] of [
    ["http://a.test/", "ws://a.test/"],
    ["https://a.test:8443/x", "wss://a.test:8443/x"],
    ["WS://A.test:80", "ws://a.test/"],
  ]) {
    assert.equal(new UnrestrictedWebSocket(url).url, seen);
  }
  const tls = { pinnedSha256: ["ab"] };
  new UnrestrictedWebSocket("wss://a.test/", "one", { headers: { Cookie: "a=1" }, tls });
  new UnrestrictedWebSocket("wss://a.test/", ["one", "two"], { headers: [["X-Y", "z"]] });
  const asked = fake.paramsOf("network.webSocket").slice(3);
  const common = { url: "wss://a.test/" };
  assert.deepEqual(asked, [
    { request: 4, ...common, protocols: ["one"], headers: [["Cookie", "a=1"]], tls },
    { request: 5, ...common, protocols: ["one", "two"], headers: [["X-Y", "z"]] },
  ]);
  for (const [args, name] of /** @type {[any[], string][]} */ ([
    [[], "TypeError"],
    [["ftp://a.test/"], "SyntaxError"],
    [["nothing"], "SyntaxError"],
    [["ws://a.test/#x"], "SyntaxError"],
    [["ws://a.test/#"], "SyntaxError"],
    [["ws://user:password@a.test/"], "SyntaxError"],
    [["ws://a.test/", ""], "SyntaxError"],
    [["ws://a.test/", "a b"], "SyntaxError"],
    [["ws://a.test/", ["a", "a"]], "SyntaxError"],
    [["ws://a.test/", [], 1], "TypeError"],
    [["ws://a.test/", [], { headers: { "a b": "c" } }], "TypeError"],
    [["ws://a.test/", [], { headers: { a: "b\nc" } }], "TypeError"],
    [["ws://a.test/", [], { signal: {} }], "TypeError"],
    [["ws://a.test/", [], { tls }], "TypeError"],
  ])) {
    assert.throws(() => new UnrestrictedWebSocket(...args), { name }, JSON.stringify(args));
  }
  const without = setUp({ state: "prompt" });
  await settle();
  assert.throws(() => new without.UnrestrictedWebSocket("ws://a.test/"), { name: "NotAllowedError" });
});

test("it opens, and messages come one in a task, as what was asked for", async () => {
  const parts = setUp();
  const { socket, types } = observe(parts);
  assert.throws(() => socket.send("early"), { name: "InvalidStateError" });
  await settle();
  assert.deepEqual(types(), ["open"]);
  assert.deepEqual([socket.readyState, socket.protocol], [1, "chat"]);
  const next = () => new Promise((resolve) => (socket.onmessage = (/** @type {any} */ event) => resolve(event)));
  const all = [frame(TEXT, utf8("\ufeffh\u00e9")), frame(BINARY, [1, 2]), frame(BINARY, [])];
  const bytes = new Uint8Array(all.flatMap((part) => [...part]));
  // All at once, and once more in pieces.
  const first = next();
  parts.connection.send(bytes);
  const text = await first;
  assert.deepEqual([text.data, text.origin], ["\ufeffh\u00e9", "ws://a.test"]);
  const blob = (await next()).data;
  assert.deepEqual([...new Uint8Array(await blob.arrayBuffer())], [1, 2]);
  socket.binaryType = "arraybuffer";
  for (const byte of bytes) {
    const reading = next();
    parts.connection.send(new Uint8Array([byte]));
    await Promise.race([reading, settle()]);
  }
  await settle();
  assert.deepEqual(types(), ["open", "message", "message", "message", "message", "message", "message"]);
});

test("what is sent goes in order, copied, and counts until it is on the network", async () => {
  const parts = setUp();
  const { socket } = observe(parts);
  await settle();
  const bytes = new Uint8Array([1, 2, 3]);
  socket.send("h\u00e9");
  socket.send(bytes);
  socket.send(bytes.subarray(1));
  socket.send(new Blob([bytes]));
  socket.send(bytes.buffer);
  bytes.fill(9);
  socket.send("");
  assert.equal(socket.bufferedAmount, 14);
  await settle();
  const expected = [
    frame(TEXT, utf8("h\u00e9")),
    frame(BINARY, [1, 2, 3]),
    frame(BINARY, [2, 3]),
    frame(BINARY, [1, 2, 3]),
    frame(BINARY, [1, 2, 3]),
    frame(TEXT, []),
  ];
  assert.deepEqual([...(await parts.connection.receive())], expected.flatMap((part) => [...part]));
  parts.connection.send(sent(10));
  await settle();
  assert.equal(socket.bufferedAmount, 4);
  socket.send(new Uint8Array(100_000));
  const long = await parts.connection.receive();
  assert.deepEqual([long.length, [...long.slice(0, 5)]], [100_005, [BINARY, 0, 1, 0x86, 0xa0]]);
});

test("close takes what WebSocket takes, sends what was sent before, and waits for the other side", async () => {
  const parts = setUp();
  const { socket, events, types } = observe(parts);
  await settle();
  for (const [args, name] of /** @type {[any[], string][]} */ ([
    [[1001], "InvalidAccessError"],
    [[2999], "InvalidAccessError"],
    [[5000], "InvalidAccessError"],
    [[0], "InvalidAccessError"],
    [[1000, "x".repeat(124)], "SyntaxError"],
    [[1000, "\u00e9".repeat(62)], "SyntaxError"],
  ])) {
    assert.throws(() => socket.close(...args), { name }, JSON.stringify(args));
  }
  socket.send(new Blob(["last"]));
  socket.close(4001, "b\u00ffe");
  socket.close();
  socket.send("late");
  assert.deepEqual([socket.readyState, socket.bufferedAmount], [2, 8]);
  await settle();
  const expected = [...frame(BINARY, utf8("last")), ...frame(CLOSE, [15, 161, ...utf8("b\u00ffe")])];
  assert.deepEqual([...(await parts.connection.receive())], expected);
  // What still comes nobody hears.
  parts.connection.send(frame(TEXT, utf8("late")));
  parts.connection.send(frame(CLOSE, [15, 161, ...utf8("b\u00ffe")]));
  await settle();
  assert.deepEqual(types(), ["open", "close"]);
  const { code, reason, wasClean } = events[1];
  assert.deepEqual({ code, reason, wasClean }, { code: 4001, reason: "b\u00ffe", wasClean: true });
  assert.deepEqual([socket.readyState, parts.connection.closed], [3, true]);
  assert.deepEqual(parts.fake.paramsOf("network.close"), [{ connection: 5 }]);
});

test("the other side closes after what it sent", async () => {
  const parts = setUp();
  const { socket, events, types } = observe(parts);
  await settle();
  parts.connection.send(frame(TEXT, utf8("last")));
  parts.connection.send(frame(CLOSE, []));
  parts.connection.end();
  await settle();
  assert.deepEqual(types(), ["open", "message", "close"]);
  assert.deepEqual([events[2].code, events[2].wasClean, socket.readyState], [1005, true, 3]);
});

test("what fails is told by the error event, after what came before, and closes with 1006", async () => {
  const parts = setUp();
  const { events, types } = observe(parts);
  await settle();
  parts.connection.send(frame(TEXT, utf8("last")));
  parts.connection.end({ name: "NetworkError", message: "the WebSocket failed: it is too long" });
  await settle();
  assert.deepEqual(types(), ["open", "message", "error", "close"]);
  assert.deepEqual([events[2].error.name, events[2].message], ["NetworkError", "the WebSocket failed: it is too long"]);
  assert.deepEqual([events[3].code, events[3].reason, events[3].wasClean], [1006, "", false]);

  const refused = setUp();
  refused.fake.answer("network.webSocket", () => ({ error: { name: "NotAllowedError", message: "no" } }));
  const { socket, events: told, types: toldTypes } = observe(refused);
  await settle();
  assert.deepEqual(toldTypes(), ["error", "close"]);
  assert.deepEqual([told[0].error.name, told[1].code, socket.readyState], ["NotAllowedError", 1006, 3]);
});

test("what is taken back ends at once, whatever is unread", async () => {
  const parts = setUp();
  const { socket, types } = observe(parts);
  await settle();
  parts.connection.send(frame(TEXT, utf8("unread")));
  parts.connection.tell({ name: "NotAllowedError", message: "network access was taken back" }, true);
  assert.equal(socket.readyState, 3);
  await settle();
  assert.deepEqual(types(), ["open", "error", "close"]);
});

test("one that is not open yet can be closed, and any can be aborted", async () => {
  const parts = setUp();
  const { socket, events, types } = observe(parts);
  socket.close();
  assert.deepEqual([socket.readyState, types()], [2, []]);
  await settle();
  assert.deepEqual([types(), events[0].error.name, events[1].code], [["error", "close"], "NetworkError", 1006]);
  assert.deepEqual(parts.fake.paramsOf("network.abort"), [{ request: 1 }]);
  assert.equal(parts.connection.closed, true, "what comes late is closed");

  const other = setUp();
  const controller = new AbortController();
  const { events: told, types: toldTypes } = observe(other, "ws://a.test/", [], { signal: controller.signal });
  await settle();
  controller.abort(new Error("enough"));
  assert.deepEqual(toldTypes(), ["open", "error", "close"]);
  assert.equal(told[1].error.message, "enough");
  assert.deepEqual(other.fake.paramsOf("network.abort"), [{ request: 1 }]);
  const late = observe(other, "ws://a.test/", [], { signal: controller.signal });
  await settle();
  assert.deepEqual([late.types(), other.fake.paramsOf("network.webSocket").length], [["error", "close"], 1]);
});

test("a library that asks for a WebSocket class gets along with it", async () => {
  const parts = setUp();
  const socket = new parts.UnrestrictedWebSocket("ws://a.test/", undefined, undefined);
  /** @type {string[]} */
  const seen = [];
  socket.onopen = () => seen.push("open");
  socket.onmessage = (/** @type {any} */ { data }) => seen.push(data);
  socket.onclose = (/** @type {any} */ { code }) => seen.push(String(code));
  socket.onerror = null;
  await settle();
  if (socket.readyState === socket.OPEN) socket.send("x");
  parts.connection.send(frame(TEXT, utf8("y")));
  parts.connection.send(frame(CLOSE, [3, 232]));
  await settle();
  assert.deepEqual(seen, ["open", "y", "1000"]);
});
