// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBridge } from "../page/bridge.js";
import { Connections } from "../page/network/connection.js";
import { Grant } from "../page/network/grant.js";
import { createTCPSocket } from "../page/network/tcp-socket.js";
import { EPIPE, FakeConnection, FakeNative, settle } from "./fake-native.js";

const INFO = {
  connection: 7,
  remoteAddress: "192.0.2.1",
  remotePort: 80,
  localAddress: "192.0.2.9",
  localPort: 50000,
};

/**
 * @param {{ allowed?: boolean, capacity?: number, state?: string }} options
 */
function setUp({ allowed = true, capacity, state = "prompt" } = {}) {
  const fake = new FakeNative();
  const connection = new FakeConnection(capacity);
  fake.answer("network.connect", () => ({ result: INFO, descriptor: connection.descriptor }));
  fake.answer("network.state", () => ({ result: { state } }));
  const bridge = createBridge(fake.native);
  const grant = new Grant(bridge, "prompt");
  const TCPSocket = createTCPSocket(bridge, new Connections(bridge), grant, allowed);
  return { fake, connection, grant, TCPSocket };
}

/** @param {Promise<unknown>} promise @param {string} name */
const rejectsWith = (promise, name) =>
  assert.rejects(promise, (/** @type {Error} */ error) => error.name === name || assert.fail(`${error}`));

test("opened carries the streams and the addresses of the connection", async () => {
  const { TCPSocket, fake } = setUp();
  const socket = new TCPSocket("example.test", 80, { noDelay: true, keepAliveDelay: 2000 });
  const opened = /** @type {any} */ (await socket.opened);
  assert.deepEqual(Object.keys(opened), [
    "readable",
    "writable",
    "remoteAddress",
    "remotePort",
    "localAddress",
    "localPort",
  ]);
  assert.equal(opened.localPort, 50000);
  assert.deepEqual(fake.paramsOf("network.connect"), [
    { host: "example.test", port: 80, options: { keepAliveDelay: 2000, noDelay: true } },
  ]);
});

test("the constructor refuses what Web IDL and the specification refuse, synchronously", () => {
  const { TCPSocket } = setUp();
  const Any = /** @type {any} */ (TCPSocket);
  assert.throws(() => Any("a", 1), TypeError);
  for (const [args, message] of /** @type {[unknown[], RegExp][]} */ ([
    [[], /2 arguments required, but only 0 present/],
    [["a"], /2 arguments required, but only 1 present/],
    [[Symbol("a"), 1], /symbol/i],
    [["a", -1], /outside/],
    [["a", 65536], /outside/],
    [["a", NaN], /outside/],
    [["a", "port"], /outside/],
    [["a", 1, 5], /TCPSocketOptions/],
    [["a", 1, { sendBufferSize: 0 }], /sendBufferSize/],
    [["a", 1, { receiveBufferSize: 0 }], /receiveBufferSize/],
    [["a", 1, { keepAliveDelay: 999 }], /keepAliveDelay/],
    [["a", 1, { keepAliveDelay: Infinity }], /outside/],
    [["a", 1, { dnsQueryType: "ipv5" }], /SocketDnsQueryType/],
  ])) {
    assert.throws(
      () => new Any(...args),
      (/** @type {Error} */ error) => error instanceof TypeError && message.test(error.message),
    );
  }
});

test("unknown options are ignored and numbers are converted", async () => {
  const { TCPSocket, fake } = setUp();
  await new /** @type {any} */ (TCPSocket)("a", "443", { ipv6Only: true, sendBufferSize: "1024.7" }).opened;
  assert.deepEqual(fake.paramsOf("network.connect"), [
    { host: "a", port: 443, options: { sendBufferSize: 1024 } },
  ]);
});

test("without the policy feature and the grant the constructor throws NotAllowedError", async () => {
  const { TCPSocket } = setUp({ allowed: false, state: "denied" });
  await settle();
  assert.throws(
    () => new TCPSocket("a", 1),
    (/** @type {Error} */ error) =>
      error.name === "NotAllowedError" &&
      error.message === "Failed to construct 'TCPSocket': Permissions-Policy: direct-sockets are disabled.",
  );
});

test("the grant does for an app whose policy lacks the feature", async () => {
  const { TCPSocket } = setUp({ allowed: false, state: "granted" });
  await settle();
  await new TCPSocket("a", 1).opened;
});

test("a failed connect rejects opened and closed alike", async () => {
  const { TCPSocket, fake } = setUp();
  fake.answer("network.connect", () => ({ error: { name: "NetworkError", message: "refused" } }));
  const socket = new TCPSocket("a", 1);
  await rejectsWith(socket.opened, "NetworkError");
  await rejectsWith(socket.closed, "NetworkError");
  await rejectsWith(socket.close(), "InvalidStateError");
});

test("bytes arrive in order, to default and to BYOB readers", async () => {
  const { TCPSocket, connection } = setUp();
  const { readable } = /** @type {any} */ (await new TCPSocket("a", 1).opened);
  connection.send("hello");
  const reader = readable.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "hello");
  reader.releaseLock();
  const byob = readable.getReader({ mode: "byob" });
  const waiting = byob.read(new Uint8Array(3));
  await settle();
  connection.send("world");
  assert.equal(new TextDecoder().decode((await waiting).value), "wor");
  assert.equal(new TextDecoder().decode((await byob.read(new Uint8Array(8))).value), "ld");
  connection.end();
  const { done, value } = await byob.read(new Uint8Array(4));
  assert.equal(done, true);
  assert.equal(value.byteLength, 0);
});

test("chunks can be transferred, because only the scratch buffer is pinned", async () => {
  const { TCPSocket, connection } = setUp();
  const { readable } = /** @type {any} */ (await new TCPSocket("a", 1).opened);
  connection.send("abc");
  const { value } = await readable.getReader().read();
  assert.equal(value.buffer.byteLength, 3);
  assert.equal(structuredClone(value, { transfer: [value.buffer] }).length, 3);
});

test("nothing is read before the page asks", async () => {
  const { TCPSocket, connection } = setUp();
  await new TCPSocket("a", 1).opened;
  connection.send("unread");
  await settle();
  assert.equal(connection.unread, 6);
});

test("every byte of a loop of awaited writes arrives, also when the kernel's buffer is full", async () => {
  const { TCPSocket, connection } = setUp({ capacity: 1000 });
  const { writable } = /** @type {any} */ (await new TCPSocket("a", 1).opened);
  const received = connection.receiveAll();
  const writer = writable.getWriter();
  const sent = [];
  for (let i = 0; i < 50; i++) {
    const chunk = new Uint8Array(777).fill(i);
    sent.push(...chunk);
    await writer.write(chunk);
  }
  await writer.close();
  assert.deepEqual(await received, Uint8Array.from(sent));
});

test("a write takes the bytes as they are when it is called", async () => {
  const { TCPSocket, connection } = setUp({ capacity: 10 });
  const { writable } = /** @type {any} */ (await new TCPSocket("a", 1).opened);
  const writer = writable.getWriter();
  const chunk = new Uint8Array(600_000).fill(1);
  await settle();
  const written = writer.write(chunk);
  await settle();
  chunk.fill(2);
  // A capacity of 10 bytes would take for ever: look at the beginning, then at what follows it.
  for (let i = 0; i < 100; i++) assert.ok((await connection.receive()).every((byte) => byte === 1));
  connection.break();
  await assert.rejects(written);
});

test("every kind of BufferSource can be written, and nothing else", async () => {
  const { TCPSocket, connection } = setUp();
  const socket = new TCPSocket("a", 1);
  const { writable } = /** @type {any} */ (await socket.opened);
  const writer = writable.getWriter();
  const { buffer } = Uint8Array.of(1, 2, 3, 4, 5, 6);
  await writer.write(buffer);
  await writer.write(new DataView(buffer, 1, 2));
  await writer.write(new Uint16Array(buffer, 2, 1));
  assert.deepEqual([...(await connection.receive())], [1, 2, 3, 4, 5, 6, 2, 3, 3, 4]);
  await rejectsWith(writer.write("text"), "TypeError");
  await rejectsWith(writer.closed, "TypeError");
});

test("what has been transferred has no bytes to write", async () => {
  const { TCPSocket, connection } = setUp();
  const { writable } = /** @type {any} */ (await new TCPSocket("a", 1).opened);
  const writer = writable.getWriter();
  for (const chunk of [new ArrayBuffer(4), new Uint8Array(4), new DataView(new ArrayBuffer(4))]) {
    structuredClone(chunk, { transfer: ["buffer" in chunk ? chunk.buffer : chunk] });
    await writer.write(chunk);
  }
  await writer.write(Uint8Array.of(1));
  await writer.close();
  assert.deepEqual([...(await connection.receiveAll())], [1]);
});

test("closing the writer shuts down one half, and closed waits for the other", async () => {
  const { TCPSocket, connection, fake } = setUp();
  const socket = new TCPSocket("a", 1);
  const { readable, writable } = /** @type {any} */ (await socket.opened);
  await writable.getWriter().close();
  assert.deepEqual(connection.shutdowns, [1]);
  let closed = false;
  socket.closed.then(() => (closed = true));
  connection.send("late");
  connection.end();
  await settle();
  assert.equal(closed, false);
  const chunks = [];
  for await (const chunk of readable) chunks.push(...chunk);
  assert.equal(chunks.length, 4);
  await socket.closed;
  assert.equal(connection.closed, true);
  assert.deepEqual(fake.paramsOf("network.close"), [{ connection: 7 }]);
});

test("aborting the writer does not wait for a write that is stuck", async () => {
  const { TCPSocket, connection } = setUp({ capacity: 4 });
  const { writable } = /** @type {any} */ (await new TCPSocket("a", 1).opened);
  const writer = writable.getWriter();
  const stuck = writer.write(new Uint8Array(100));
  const outcome = assert.rejects(stuck, /enough/);
  await settle();
  await writer.abort(new Error("enough"));
  await outcome;
  assert.deepEqual(connection.shutdowns, [1]);
});

const RESET = { name: "NetworkError", message: "reset by the peer" };
const REVOKED = { name: "NotAllowedError", message: "revoked" };

test("an error of the connection errors both streams and closed", async () => {
  const { TCPSocket, connection } = setUp();
  const socket = new TCPSocket("a", 1);
  const { readable, writable } = /** @type {any} */ (await socket.opened);
  connection.break(RESET);
  await rejectsWith(readable.getReader().read(), "NetworkError");
  await rejectsWith(writable.getWriter().closed, "NetworkError");
  await assert.rejects(socket.closed, /reset by the peer/);
  assert.equal(connection.closed, true);
});

test("an end of the stream that was not clean is an error, not an end", async () => {
  const { TCPSocket, connection } = setUp();
  const { readable } = /** @type {any} */ (await new TCPSocket("a", 1).opened);
  connection.end(RESET);
  await rejectsWith(readable.getReader().read(), "NetworkError");
});

test("an end amid an element of the reader's array ends the socket with an error", async () => {
  const { TCPSocket, connection } = setUp();
  const socket = new TCPSocket("a", 1);
  const { readable, writable } = /** @type {any} */ (await socket.opened);
  connection.send("a");
  connection.end();
  await rejectsWith(readable.getReader({ mode: "byob" }).read(new Uint16Array(2)), "TypeError");
  await writable.close();
  await rejectsWith(socket.closed, "TypeError");
  assert.equal(connection.closed, true);
});

test("the end of a connection shows although nobody reads, once nothing is left to read", async () => {
  const { TCPSocket, connection } = setUp();
  const { readable } = /** @type {any} */ (await new TCPSocket("a", 1).opened);
  const reader = readable.getReader();
  connection.send("last");
  connection.end();
  let closed = false;
  reader.closed.then(() => (closed = true));
  await settle();
  assert.equal(closed, false);
  assert.equal((await reader.read()).value.length, 4);
  await reader.closed;
});

test("a connection that breaks shows in all its promises although nobody reads or writes", async () => {
  const { TCPSocket, connection } = setUp();
  const socket = new TCPSocket("a", 1);
  const { readable, writable } = /** @type {any} */ (await socket.opened);
  await settle();
  connection.end(RESET);
  await rejectsWith(writable.getWriter().closed, "NetworkError");
  await rejectsWith(readable.getReader().closed, "NetworkError");
  await rejectsWith(socket.closed, "NetworkError");
});

test("what was sent before the connection broke is read, whichever the page hears of first", async () => {
  for (const isToldFirst of [true, false]) {
    const { TCPSocket, connection } = setUp();
    const { readable } = /** @type {any} */ (await new TCPSocket("a", 1).opened);
    const reader = readable.getReader();
    connection.send("last");
    if (isToldFirst) connection.tell(RESET, true);
    await settle();
    assert.equal((await reader.read()).value.length, 4);
    const next = reader.read();
    await settle();
    connection.end(RESET);
    await rejectsWith(next, "NetworkError");
  }
});

test("a stream that has ended waits for the event that says how", async () => {
  const { TCPSocket, fake, connection } = setUp();
  const { readable } = /** @type {any} */ (await new TCPSocket("a", 1).opened);
  connection.descriptor.readInto = () => 0;
  let done = false;
  const read = readable.getReader().read();
  read.then(() => (done = true));
  await settle();
  assert.equal(done, false);
  fake.emit("network.ended", { connection: 8, error: RESET, over: true });
  fake.emit("network.ended", { connection: INFO.connection, error: null, over: false });
  assert.equal((await read).done, true);
});

test("a write that fails after the server has finished says why it does", async () => {
  const { TCPSocket, connection } = setUp();
  const socket = new TCPSocket("a", 1);
  const { readable, writable } = /** @type {any} */ (await socket.opened);
  connection.end();
  assert.equal((await readable.getReader().read()).done, true);
  connection.descriptor.write = () => EPIPE;
  const written = writable.getWriter().write(new Uint8Array(1));
  await settle();
  connection.tell(RESET, true);
  await assert.rejects(written, /reset by the peer/);
  await assert.rejects(socket.closed, /reset by the peer/);
});

test("what is taken away ends at once: an idle socket, one with unread bytes, one whose server has finished", async () => {
  for (const prepare of [
    () => {},
    (/** @type {FakeConnection} */ connection) => connection.send("unread"),
    (/** @type {FakeConnection} */ connection) => connection.end(),
  ]) {
    const { TCPSocket, connection } = setUp({ state: "granted" });
    const socket = new TCPSocket("a", 1);
    const { writable } = /** @type {any} */ (await socket.opened);
    prepare(connection);
    await settle();
    connection.tell(REVOKED, true);
    await rejectsWith(socket.closed, "NotAllowedError");
    await rejectsWith(writable.getWriter().write(new Uint8Array(1)), "NotAllowedError");
  }
});

test("who reads sends what was gathered first", async () => {
  const { TCPSocket, connection } = setUp();
  const { readable, writable } = /** @type {any} */ (await new TCPSocket("a", 1).opened);
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  for (let i = 0; i < 6; i++) await writer.write(Uint8Array.of(i));
  const answer = reader.read();
  // Promises alone get their turn: no task comes that would send it anyway.
  await null;
  assert.equal(connection.written, 6);
  connection.send("answer");
  assert.equal((await answer).value.length, 6);
});

test("close ends both halves, and can be called again", async () => {
  const { TCPSocket, connection } = setUp();
  const socket = new TCPSocket("a", 1);
  await rejectsWith(socket.close(), "InvalidStateError");
  await socket.opened;
  assert.equal(await socket.close(), undefined);
  assert.equal(await socket.close(), undefined);
  assert.equal(connection.closed, true);
});

test("a writer of a closed socket says why it cannot write", async () => {
  const { TCPSocket } = setUp();
  const socket = new TCPSocket("a", 1);
  const { writable } = /** @type {any} */ (await socket.opened);
  await socket.close();
  const writer = writable.getWriter();
  await rejectsWith(writer.closed, "AbortError");
  await rejectsWith(writer.write(Uint8Array.of(1)), "AbortError");
});

test("a socket cannot be cloned, and can be derived from", () => {
  const { TCPSocket } = setUp();
  class Derived extends TCPSocket {
    #own = 1;
    get own() {
      return this.#own;
    }
  }
  const socket = new Derived("a", 1);
  assert.ok(socket instanceof TCPSocket && socket.own === 1);
  assert.equal(Object.prototype.toString.call(socket), "[object TCPSocket]");
  for (const given of [socket, new TCPSocket("a", 1)]) {
    assert.throws(() => structuredClone(given), { name: "DataCloneError" });
  }
});

test("close refuses while a stream is locked", async () => {
  const { TCPSocket } = setUp();
  const socket = new TCPSocket("a", 1);
  const { readable, writable } = /** @type {any} */ (await socket.opened);
  const reader = readable.getReader();
  await rejectsWith(socket.close(), "InvalidStateError");
  await reader.cancel();
  reader.releaseLock();
  const writer = writable.getWriter();
  await rejectsWith(socket.close(), "InvalidStateError");
  writer.releaseLock();
  await socket.close();
});

test("members called on something else reject instead of throwing", async () => {
  const { TCPSocket } = setUp();
  const { prototype } = TCPSocket;
  const { get } = /** @type {any} */ (Object.getOwnPropertyDescriptor(prototype, "opened"));
  for (const other of /** @type {any[]} */ ([{}, undefined, null, 1])) {
    await assert.rejects(prototype.close.call(other), TypeError);
    await assert.rejects(get.call(other), TypeError);
  }
  await assert.rejects(/** @type {any} */ (prototype).opened, TypeError);
  assert.equal(Object.prototype.toString.call(prototype), "[object TCPSocket]");
  assert.deepEqual(Object.keys(prototype), ["opened", "closed", "close"]);
  assert.equal(TCPSocket.length, 2);
});
