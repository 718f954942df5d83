// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBridge } from "../page/bridge.js";
import { Connections } from "../page/network/connection.js";
import { Grant } from "../page/network/grant.js";
import { createTCPSocket } from "../page/network/tcp-socket.js";
import { createMulticastController } from "../page/network/multicast.js";
import { createUDPSocket } from "../page/network/udp-socket.js";
import { createFetch } from "../page/network/fetch.js";
import { CHUNK, HELD, MESSAGE_COST, WINDOW, WRITE, createPendingChannel } from "../page/workers/channel.js";
import { createHost } from "../page/workers/host.js";
import { createLine } from "../page/workers/line.js";
import { createMarker, readMarker } from "../page/workers/marker.js";
import { createRemoteNative } from "../page/workers/remote-native.js";
import { EAGAIN, FakeConnection, FakeNative, settle } from "./fake-native.js";

/** Both ends of a channel: messages are copied, and come later. */
function createChannel() {
  /** @type {any[]} */
  const log = [];
  const end = () => ({ listener: /** @type {(message: any[], port: any) => void} */ (() => {}) });
  const [document, worker] = [end(), end()];
  /** @param {ReturnType<typeof end>} from @param {ReturnType<typeof end>} to */
  const channel = (from, to) => ({
    /** @param {any[]} message @param {any} [given] */
    post(message, given) {
      const copy = structuredClone(message, given ? { transfer: [given] } : undefined);
      log.push(copy);
      setImmediate(() => to.listener(copy, undefined));
    },
    /** @param {(message: any[], port: any) => void} listener */
    listen: (listener) => void (from.listener = listener),
  });
  return { log, ofDocument: channel(document, worker), ofWorker: channel(worker, document) };
}

/** A document with a worker. */
function setUp() {
  const fake = new FakeNative();
  fake.answer("network.state", () => ({ result: { state: "granted" } }));
  const bridge = createBridge(fake.native);
  const connections = new Connections(bridge);
  /** What waits for the worker's lock. */
  let end = () => {};
  const adopt = createHost(bridge, connections, async (_, onHeld) => void (end = onHeld));
  const { log, ofDocument, ofWorker } = createChannel();
  adopt(ofDocument, "nonce");
  const channel = createPendingChannel();
  const native = createRemoteNative(channel);
  const inWorker = createBridge(native);
  const grant = new Grant(inWorker, "prompt");
  const known = new Connections(inWorker);
  const { TCPSocket } = createTCPSocket(inWorker, known, grant, true);
  const UDPSocket = createUDPSocket(inWorker, known, grant, true, createMulticastController(inWorker).createController);
  ofWorker.post([HELD]);
  channel.open(ofWorker);
  const sent = () => log.filter(([kind]) => kind === CHUNK).map(([, , buffer]) => buffer.byteLength);
  return { fake, bridge, connections, native, inWorker, known, grant, TCPSocket, UDPSocket, channel, log, sent, end: () => end() };
}

const INFO = { connection: 7, remoteAddress: "192.0.2.1", remotePort: 80, localAddress: "192.0.2.9", localPort: 50000 };

/** @param {ReturnType<typeof setUp>} world @param {FakeConnection} connection @param {object} [options] */
async function connect(world, connection, options) {
  world.fake.answer("network.connect", () => ({ result: INFO, descriptor: connection.descriptor }));
  const socket = new world.TCPSocket("example.test", 80, options);
  return { socket, .../** @type {any} */ (await socket.opened) };
}

test("a marker says what the document knows, and leaves the script's own fragment", () => {
  const nonce = "0123456789abcdef0123456789abcdef";
  for (const hash of ["", "#part", "#a#b"]) {
    const facts = { sockets: true, topLevel: false, losesStreams: true, state: /** @type {const} */ ("denied") };
    const read = readMarker(createMarker("module", nonce, facts) + hash);
    assert.deepEqual({ ...read, facts: { ...read?.facts } }, { type: "module", nonce, facts, hash });
  }
  for (const hash of ["", "#", "#part", "#insula-worker-classic-00-110-granted;"]) assert.equal(readMarker(hash), null);
});

test("what both say goes among the page's messages, and nobody else hears it", () => {
  const worker = new EventTarget();
  /** @type {any[]} */
  const posted = [];
  const line = createLine(worker, (message) => void posted.push(message));
  /** @type {any[]} */
  const heard = [];
  /** @param {string} by */
  const hear = (by) => (/** @type {Event} */ event) => heard.push([by, /** @type {MessageEvent} */ (event).data]);
  worker.addEventListener("message", hear("page"), true);
  worker.addEventListener("message", hear("page"));
  /** @param {any} data */
  const say = (data) => worker.dispatchEvent(new MessageEvent("message", { data }));
  line.whenGreeted((nonce) => heard.push(["greeted", nonce]));
  say(["insula-worker", "n1"]);
  const channel = line.open("n1");
  line.greet("n1");
  channel.listen((message) => heard.push(["channel", message]));
  channel.post([1, 2]);
  say(["n1", [3, 4]]);
  for (const data of [["n2", [5]], "text", null, ["insula-worker"]]) say(data);
  assert.deepEqual(posted, [["insula-worker", "n1"], ["n1", [1, 2]]]);
  assert.deepEqual(heard.slice(0, 2), [["greeted", "n1"], ["channel", [3, 4]]]);
  const own = [["n2", [5]], "text", null, ["insula-worker"]];
  assert.deepEqual(heard.slice(2), own.flatMap((data) => [["page", data], ["page", data]]));
});

test("reads into the worker's own buffers get what has come, also a part of it", async () => {
  const world = setUp();
  const connection = new FakeConnection();
  const { readable } = await connect(world, connection);
  const reader = readable.getReader({ mode: "byob" });
  connection.send("abcdef");
  const first = await reader.read(new Uint8Array(2));
  assert.equal(new TextDecoder().decode(first.value), "ab");
  reader.releaseLock();
  const rest = await readable.getReader().read();
  assert.equal(new TextDecoder().decode(rest.value), "cdef");
  assert.equal(rest.value.buffer.byteLength, 4, "it has no more of the memory than that");
});

test("a worker's socket carries bytes both ways, and each half ends by itself", async () => {
  const world = setUp();
  const connection = new FakeConnection();
  const { socket, readable, writable, remoteAddress } = await connect(world, connection);
  assert.equal(remoteAddress, "192.0.2.1");
  const writer = writable.getWriter();
  await writer.write(new TextEncoder().encode("hello"));
  assert.equal(new TextDecoder().decode(await connection.receive()), "hello", "what is written has arrived");
  connection.send("there");
  const reader = readable.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "there");
  connection.end();
  assert.deepEqual(await reader.read(), { done: true, value: undefined });
  await writer.write(new TextEncoder().encode("!"));
  await writer.close();
  assert.equal(new TextDecoder().decode(await connection.receiveAll()), "!");
  await socket.closed;
  await settle();
  assert.ok(connection.closed);
  assert.deepEqual(world.fake.paramsOf("network.close"), [{ connection: 7 }]);
});

test("nothing is read before the worker reads, and then no more than a window ahead", async () => {
  const world = setUp();
  const connection = new FakeConnection(4 * WINDOW);
  const { readable } = await connect(world, connection);
  connection.send(new Uint8Array(4 * WINDOW));
  await settle();
  assert.deepEqual(world.sent(), []);
  const reader = readable.getReader();
  let total = (await reader.read()).value.length;
  for (let i = 0; i < 20; i++) await settle();
  const ahead = world.sent().reduce((sum, length) => sum + length, 0);
  assert.ok(ahead > WINDOW / 2 && ahead <= WINDOW + WINDOW / 4, `${ahead}`);
  while (total < 4 * WINDOW) total += (await reader.read()).value.length;
  assert.equal(connection.unread, 0, "the rest comes as it is read");
});

test("tiny pieces use up the window as well", async () => {
  const world = setUp();
  const connection = new FakeConnection();
  const { readable } = await connect(world, connection);
  const reader = readable.getReader();
  connection.send("a");
  await reader.read();
  const most = WINDOW / MESSAGE_COST + 10;
  let left = 0;
  for (let i = 0; i < most + 100; i++) {
    connection.send("a");
    await new Promise((resolve) => setImmediate(resolve));
    left = connection.unread;
  }
  assert.ok(left >= 50, `${left} are left to the kernel`);
});

test("a write is done when the kernel has it, and no more than a window is on the way", async () => {
  const world = setUp();
  const connection = new FakeConnection(1000);
  const { writable } = await connect(world, connection);
  const writer = writable.getWriter();
  let isDone = false;
  const sent = Uint8Array.from({ length: 3 * WINDOW }, (_, at) => at % 251);
  const written = writer.write(sent).then(() => (isDone = true));
  for (let i = 0; i < 5; i++) await settle();
  assert.equal(isDone, false);
  assert.equal(connection.written, 1000);
  const posted = world.log.filter(([kind]) => kind === WRITE).reduce((sum, [, , buffer]) => sum + buffer.byteLength, 0);
  assert.ok(posted <= WINDOW + WINDOW / 4, `${posted}`);
  /** @type {number[]} */
  const received = [];
  while (received.length < sent.length) for (const byte of await connection.receive()) received.push(byte);
  await written;
  assert.ok(received.every((byte, at) => byte === at % 251));
});

test("a connection that breaks, or is taken away, says why in the worker", async () => {
  for (const [error, name] of /** @type {const} */ ([
    [{ name: "NetworkError", message: "It was reset." }, "NetworkError"],
    [{ name: "NotAllowedError", message: "It was taken back." }, "NotAllowedError"],
  ])) {
    const world = setUp();
    const connection = new FakeConnection(10);
    const { socket, readable, writable } = await connect(world, connection);
    const read = readable.getReader().read();
    const write = writable.getWriter().write(new Uint8Array(1000));
    const named = (/** @type {Error} */ it) => it.name === name;
    await settle();
    connection.break(error);
    await Promise.all([
      assert.rejects(read, named),
      assert.rejects(write, named),
      assert.rejects(socket.closed, named),
    ]);
    await settle();
    assert.ok(connection.closed);
  }
});

test("the document's number aborts, whatever number the worker has given", async () => {
  const world = setUp();
  world.connections.nextRequest();
  world.fake.answer("network.connect", () => new Promise(() => {}));
  const abort = new AbortController();
  const socket = new world.TCPSocket("example.test", 80, { signal: abort.signal });
  await settle();
  abort.abort();
  await assert.rejects(socket.opened, { name: "AbortError" });
  await settle();
  const [{ options }] = world.fake.paramsOf("network.connect");
  assert.equal(options.request, 2);
  assert.deepEqual(world.fake.paramsOf("network.abort"), [{ request: 2 }]);
});

test("what a worker may not ask is not passed on", async () => {
  const { fake, native } = setUp();
  native.call(0, "network.request", "{}", () => {});
  native.call(0, "frame.create", "{}", () => {});
  native.call(0, "__proto__", "{}", () => {});
  native.notify(0, "badge.set", "{}");
  await settle();
  assert.deepEqual(fake.calls.map(({ method }) => method), ["network.state", "network.state"].slice(0, fake.calls.length));
  assert.deepEqual(fake.notes, []);
});

test("what was there before TLS is met by who secures", async () => {
  const world = setUp();
  const [plain, secured] = [new FakeConnection(), new FakeConnection()];
  const { socket } = await connect(world, plain, { secureTransport: "starttls" });
  world.fake.answer("network.startTls", () => {
    plain.send("injected");
    return { result: { ...INFO, connection: 8 }, descriptor: secured.descriptor };
  });
  const upgraded = /** @type {any} */ (socket).startTls();
  await assert.rejects(upgraded.opened, { name: "SecurityError" });
  await settle();
  assert.ok(plain.closed && secured.closed);
});

test("datagrams keep their bounds, of any size", async () => {
  const world = setUp();
  /** @type {Uint8Array[]} */
  const incoming = [];
  /** @type {number[]} */
  const outgoing = [];
  const descriptor = /** @type {any} */ ({
    readInto(/** @type {Uint8Array} */ into) {
      const packet = incoming.shift();
      if (!packet) return EAGAIN;
      into.set(packet);
      return packet.length;
    },
    waitRead: (/** @type {() => void} */ callback) => void setTimeout(callback, 1),
    write: (/** @type {Uint8Array} */ _, /** @type {number} */ from, /** @type {number} */ to) => {
      outgoing.push(to - from);
      return to - from;
    },
    peek: () => EAGAIN,
    close() {},
  });
  const result = { connection: 9, remoteAddress: "192.0.2.1", remotePort: 5, localAddress: "192.0.2.9", localPort: 6 };
  world.fake.answer("network.udp", () => ({ result, descriptor }));
  const socket = new world.UDPSocket({ remoteAddress: "192.0.2.1", remotePort: 5 });
  const { readable, writable } = /** @type {any} */ (await socket.opened);
  const sizes = [0, 1, 65_507, 0, 1200];
  for (const size of sizes) incoming.push(new Uint8Array(4 + size));
  const reader = readable.getReader();
  for (const size of sizes) assert.equal((await reader.read()).value.data.length, size);
  const writer = writable.getWriter();
  for (const size of sizes) await writer.write({ data: new Uint8Array(size) });
  assert.deepEqual(outgoing, sizes.map((size) => size + 4));
});

test("a worker that ends takes all it has with it, also what is still to come", async () => {
  const world = setUp();
  const connection = new FakeConnection();
  const late = new FakeConnection();
  await connect(world, connection);
  /** @type {(answer: any) => void} */
  let answer = () => {};
  world.fake.answer("network.fetch", () => new Promise((resolve) => (answer = resolve)));
  const fetch = createFetch(world.inWorker, world.known);
  fetch("https://example.test/", {}, () => {}, () => {});
  await settle();
  world.end();
  assert.ok(connection.closed);
  const [{ request }] = world.fake.paramsOf("network.fetch");
  assert.deepEqual(world.fake.paramsOf("network.abort"), [{ request }]);
  const head = { url: "https://example.test/", redirected: false, status: 200, statusText: "", headers: [] };
  answer({ result: { ...head, body: "stream", connection: 12 }, descriptor: late.descriptor });
  await settle();
  assert.ok(late.closed);
  assert.deepEqual(world.fake.paramsOf("network.close"), [{ connection: 7 }, { connection: 12 }]);
});

test("a worker learns of the grant, and of changes of it", async () => {
  const world = setUp();
  await settle();
  assert.equal(world.grant.state, "granted");
  world.fake.emit("network.statechange", { state: "denied" });
  await settle();
  assert.equal(world.grant.state, "denied");
  await settle();
  assert.throws(() => new (createTCPSocket(world.inWorker, world.known, world.grant, false).TCPSocket)("a", 1), {
    name: "NotAllowedError",
  });
});
