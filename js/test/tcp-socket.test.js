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
  const { TCPSocket } = createTCPSocket(bridge, new Connections(bridge), grant, allowed);
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
  assert.deepEqual(Object.keys(prototype), ["opened", "closed", "close", "secureTransport", "upgraded", "startTls"]);
  assert.equal(TCPSocket.length, 2);
});

const CERTIFICATE = { der: btoa("\x01\x02"), sha256: "ab" };
const TLS = {
  version: "TLSv1.3",
  cipherSuite: "TLS_AES_128_GCM_SHA256",
  alpnProtocol: "pop3",
  serverName: "mail.test",
  certificates: [CERTIFICATE],
  authorized: true,
};

/** A socket that is to be secured later, and what it is secured by. */
function setUpStartTls() {
  const plain = setUp();
  const secured = new FakeConnection();
  plain.fake.answer("network.startTls", () => ({
    result: { ...INFO, connection: 8, tls: TLS },
    descriptor: secured.descriptor,
  }));
  const options = { secureTransport: "starttls", tls: { serverName: "mail.test", minVersion: "TLSv1.3" } };
  const socket = new plain.TCPSocket("example.test", 110, /** @type {any} */ (options));
  return { ...plain, secured, socket: /** @type {any} */ (socket) };
}

test("a socket is secured at once, and says how", async () => {
  const { TCPSocket, fake } = setUp();
  const tls = { alpnProtocols: ["pop3"], pinnedSha256: ["ab"], serverName: "mail.test" };
  fake.answer("network.connect", () => ({ result: { ...INFO, tls: TLS }, descriptor: new FakeConnection().descriptor }));
  const socket = new TCPSocket("a", 995, /** @type {any} */ ({ secureTransport: "on", tls }));
  const { tls: info } = /** @type {any} */ (await socket.opened);
  assert.deepEqual(fake.paramsOf("network.connect")[0].options, { tls });
  assert.deepEqual([info.version, info.alpnProtocol, info.authorized], ["TLSv1.3", "pop3", true]);
  assert.deepEqual(new Uint8Array(info.certificates[0].rawDER), new Uint8Array([1, 2]));
  assert.equal(info.certificates[0].fingerprint.sha256, "ab");
  new TCPSocket("a", 995, /** @type {any} */ ({ secureTransport: "on" }));
  assert.deepEqual(fake.paramsOf("network.connect")[1].options, { tls: {} });
});

test("options of TLS that would not count, or do not exist, are refused", () => {
  const { TCPSocket } = setUp();
  for (const options of /** @type {any[]} */ ([
    { tls: {} },
    { secureTransport: "yes" },
    { secureTransport: "on", tls: { minVersion: "TLSv1.1" } },
    { secureTransport: "on", tls: { alpnProtocols: "pop3" } },
    { secureTransport: "on", tls: 1 },
    { signal: {} },
    { connectTimeout: 0 },
  ])) {
    assert.throws(() => new TCPSocket("a", 1, options), TypeError, JSON.stringify(options));
  }
});

test("what is wrong with TLS is a member of the error", async () => {
  const { TCPSocket, fake } = setUp();
  fake.answer("network.connect", () => ({
    error: /** @type {any} */ ({ name: "NetworkError", message: "no", tlsError: "untrusted" }),
  }));
  const failed = await new TCPSocket("a", 1).opened.catch((/** @type {any} */ error) => error);
  assert.deepEqual([failed.name, failed.tlsError], ["NetworkError", "untrusted"]);
});

test("startTls gives the connection to a new socket, and ends the old one in order", async () => {
  const { fake, socket, connection, secured, TCPSocket } = setUpStartTls();
  const { readable, writable } = await socket.opened;
  const writer = writable.getWriter();
  await writer.write(new Uint8Array([1]));
  writer.releaseLock();
  assert.deepEqual([socket.secureTransport, socket.upgraded], ["starttls", false]);
  const next = socket.startTls({ serverName: "other.test" });
  assert.ok(next instanceof TCPSocket && next !== socket);
  assert.equal(socket.upgraded, true);
  assert.equal((await readable.getReader().read()).done, true);
  assert.deepEqual(fake.paramsOf("network.startTls"), [
    { connection: 7, tls: { serverName: "other.test", minVersion: "TLSv1.3" } },
  ]);
  const opened = /** @type {any} */ (await next.opened);
  assert.equal(await socket.closed, undefined);
  assert.ok(connection.closed && !secured.closed);
  assert.equal(opened.tls.serverName, "mail.test");
  secured.send(new Uint8Array([5]));
  assert.deepEqual((await opened.readable.getReader().read()).value, new Uint8Array([5]));
  assert.throws(() => socket.startTls(), { name: "InvalidStateError" });
});

test("startTls needs an open socket that is at rest", async () => {
  const { TCPSocket } = setUp();
  const plain = /** @type {any} */ (new TCPSocket("a", 1));
  await plain.opened;
  assert.throws(() => plain.startTls(), { name: "InvalidStateError" });
  const { socket } = setUpStartTls();
  assert.throws(() => socket.startTls(), { name: "InvalidStateError" });
  const { readable, writable } = await socket.opened;
  const reader = readable.getReader();
  assert.throws(() => socket.startTls(), { name: "InvalidStateError" });
  reader.releaseLock();
  const writer = writable.getWriter();
  assert.throws(() => socket.startTls(), { name: "InvalidStateError" });
  await writer.close();
  writer.releaseLock();
  assert.throws(() => socket.startTls(), { name: "InvalidStateError" });
  assert.throws(() => socket.startTls({ minVersion: "SSLv3" }), TypeError);
});

test("what came before TLS is never read after it", async () => {
  const before = setUpStartTls();
  await before.socket.opened;
  before.connection.send(new Uint8Array([1]));
  assert.throws(() => before.socket.startTls(), { name: "SecurityError" });
  // It may come while the broker takes the connection over.
  const amid = setUpStartTls();
  await amid.socket.opened;
  const next = amid.socket.startTls();
  amid.connection.send(new Uint8Array([1]));
  await rejectsWith(next.opened, "SecurityError");
  await rejectsWith(next.closed, "SecurityError");
  assert.ok(amid.secured.closed);
});

test("a signal aborts a socket before, while and after it opens", async () => {
  const { TCPSocket, fake } = setUp();
  const reason = new Error("enough");
  const early = new TCPSocket("a", 1, /** @type {any} */ ({ signal: AbortSignal.abort(reason) }));
  await assert.rejects(early.opened, reason);
  assert.deepEqual(fake.paramsOf("network.connect"), []);

  const aborter = new AbortController();
  const socket = new TCPSocket("a", 1, /** @type {any} */ ({ signal: aborter.signal }));
  const { readable } = /** @type {any} */ (await socket.opened);
  const read = readable.getReader().read();
  aborter.abort(reason);
  await assert.rejects(read, reason);
  await assert.rejects(socket.closed, reason);
  const { request } = fake.paramsOf("network.connect")[0].options;
  assert.deepEqual(fake.paramsOf("network.abort"), [{ request }]);

  fake.answer("network.connect", () => new Promise(() => {}));
  const other = new AbortController();
  const opening = new TCPSocket("a", 1, /** @type {any} */ ({ signal: other.signal }));
  other.abort(reason);
  await assert.rejects(opening.opened, reason);
});
