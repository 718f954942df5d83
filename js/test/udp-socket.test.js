// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBridge } from "../page/bridge.js";
import { Connections } from "../page/network/connection.js";
import { Grant } from "../page/network/grant.js";
import { createMulticastController } from "../page/network/multicast.js";
import { createUDPSocket } from "../page/network/udp-socket.js";
import { EAGAIN, FakeNative, settle } from "./fake-native.js";

/** A descriptor that keeps packets apart. */
class FakePackets {
  /** @type {Uint8Array[]} */
  sent = [];
  /** @type {Uint8Array[]} */
  #received = [];
  /** @type {(() => void) | null} */
  #waiting = null;
  closed = false;
  /** Whether the kernel takes nothing more for now. */
  isFull = false;
  /** @type {((state: number) => void) | null} */
  flushed = null;

  descriptor = /** @type {any} */ ({
    readInto: (/** @type {Uint8Array} */ into) => {
      const packet = this.#received.shift();
      if (!packet) return EAGAIN;
      into.set(packet);
      return packet.length;
    },
    waitRead: (/** @type {() => void} */ callback) => (this.#waiting = callback),
    write: (/** @type {Uint8Array} */ bytes, /** @type {number} */ from, /** @type {number} */ to) => {
      if (this.isFull) return EAGAIN;
      this.sent.push(bytes.slice(from, to));
      return to - from;
    },
    hold: (/** @type {Uint8Array} */ bytes, /** @type {number} */ from, /** @type {number} */ to) => {
      this.sent.push(bytes.slice(from, to));
      return 0;
    },
    flush: (/** @type {(state: number) => void} */ callback) => {
      this.flushed = callback;
      return EAGAIN;
    },
    close: () => (this.closed = true),
  });

  /** @param {...number} bytes */
  send(...bytes) {
    this.#received.push(new Uint8Array(bytes));
    this.#waiting?.();
    this.#waiting = null;
  }
}

/** @param {object} options @param {{ allowed?: boolean, remote?: boolean }} how */
function open(options, { allowed = true, remote = true } = {}) {
  const fake = new FakeNative();
  const packets = new FakePackets();
  const peer = remote ? { remoteAddress: "192.0.2.1", remotePort: 53 } : { remoteAddress: null, remotePort: null };
  const result = { connection: 7, ...peer, localAddress: "192.0.2.9", localPort: 5000 };
  fake.answer("network.state", () => ({ result: { state: "prompt" } }));
  fake.answer("network.udp", () => ({ result, descriptor: packets.descriptor }));
  const bridge = createBridge(fake.native);
  const UDPSocket = createUDPSocket(bridge, new Connections(bridge), new Grant(bridge, "prompt"), allowed, createMulticastController(bridge).createController);
  /** @returns {any} */
  const construct = () => Reflect.construct(UDPSocket, [options]);
  return { fake, packets, construct };
}

const PEER = { remoteAddress: "a.test", remotePort: 53 };
const HERE = { localAddress: "0.0.0.0" };

test("a socket with one peer sends and receives data alone", async () => {
  const { fake, packets, construct } = open({ ...PEER, dnsQueryType: "ipv4" });
  const opened = await construct().opened;
  assert.deepEqual(Object.keys(opened), [
    "readable",
    "writable",
    "remoteAddress",
    "remotePort",
    "localAddress",
    "localPort",
  ]);
  assert.deepEqual(fake.paramsOf("network.udp"), [{ ...PEER, dnsQueryType: "ipv4" }]);
  await opened.writable.getWriter().write({ data: new Uint8Array([1, 2]) });
  assert.deepEqual(packets.sent, [new Uint8Array([0, 0, 0, 0, 1, 2])]);
  const reader = opened.readable.getReader();
  packets.send(0, 0, 0, 0, 5);
  packets.send(0, 0, 0, 0);
  assert.deepEqual(await reader.read(), { done: false, value: { data: new Uint8Array([5]) } });
  assert.deepEqual(await reader.read(), { done: false, value: { data: new Uint8Array([]) } });
});

test("a bound socket says who sent, and is told to whom to send", async () => {
  const { packets, construct } = open(HERE, { remote: false });
  const opened = await construct().opened;
  assert.deepEqual(Object.keys(opened), ["readable", "writable", "localAddress", "localPort", "multicastController"]);
  const writer = opened.writable.getWriter();
  await writer.write({ data: new Uint8Array([1]), remoteAddress: "::1", remotePort: 258, dnsQueryType: "ipv6" });
  assert.deepEqual(packets.sent, [new Uint8Array([3, 6, 1, 2, 58, 58, 49, 1])]);
  packets.send(3, 0, 1, 2, 58, 58, 49, 9);
  const { value } = await opened.readable.getReader().read();
  assert.deepEqual(value, { data: new Uint8Array([9]), remoteAddress: "::1", remotePort: 258 });
});

test("the constructor refuses what the specification refuses, synchronously", () => {
  for (const [options, message] of /** @type {[object, RegExp][]} */ ([
    [{}, /neither/],
    [{ remoteAddress: "a" }, /together/],
    [{ remotePort: 1 }, /together/],
    [{ ...PEER, ...HERE }, /together/],
    [{ localPort: 5000, ...PEER }, /localPort/],
    [{ ...HERE, localPort: 0 }, /localPort/],
    [{ localAddress: "localhost" }, /localAddress/],
    [{ ...HERE, dnsQueryType: "ipv4" }, /dnsQueryType/],
    [{ ...PEER, ipv6Only: true }, /ipv6Only/],
    [{ ...HERE, ipv6Only: true }, /ipv6Only/],
    [{ ...PEER, sendBufferSize: 0 }, /sendBufferSize/],
    [{ ...PEER, receiveBufferSize: 0 }, /receiveBufferSize/],
    [{ ...PEER, remotePort: 65536 }, /outside/],
  ])) {
    assert.throws(open(options).construct, (/** @type {Error} */ error) => {
      return error instanceof TypeError && message.test(error.message);
    });
  }
});

test("without the policy feature and the grant there is none", async () => {
  const { construct } = open(PEER, { allowed: false });
  await settle();
  assert.throws(construct, { name: "NotAllowedError" });
});

test("a message that is none ends the socket with a TypeError", async () => {
  for (const [options, remote, message] of /** @type {[object, boolean, any][]} */ ([
    [PEER, true, new Uint8Array([1])],
    [PEER, true, {}],
    [PEER, true, { data: "text" }],
    [PEER, true, { data: new Uint8Array(1), ...PEER }],
    [HERE, false, { data: new Uint8Array(1) }],
    [HERE, false, { data: new Uint8Array(1), remoteAddress: "a" }],
    [HERE, false, { data: new Uint8Array(1), remoteAddress: "", remotePort: 1 }],
  ])) {
    const { packets, construct } = open(options, { remote });
    const socket = construct();
    const { writable, readable } = await socket.opened;
    const reading = readable.getReader().read();
    await assert.rejects(writable.getWriter().write(message), TypeError);
    await assert.rejects(reading, TypeError);
    await assert.rejects(socket.closed, TypeError);
    assert.deepEqual([packets.sent, packets.closed], [[], true]);
  }
});

test("a datagram that no network carries is a NetworkError", async () => {
  const { construct } = open(PEER);
  const { writable } = await construct().opened;
  await assert.rejects(writable.getWriter().write({ data: new Uint8Array(100_000) }), { name: "NetworkError" });
});

test("a write waits until the kernel has taken it", async () => {
  const { packets, construct } = open(PEER);
  const { writable } = await construct().opened;
  packets.isFull = true;
  let written = false;
  const writing = writable.getWriter().write({ data: new Uint8Array([1]) });
  void writing.then(() => (written = true));
  await settle();
  assert.equal(written, false);
  packets.flushed?.(0);
  await writing;
});

test("closed settles once both streams are over, and close needs them unlocked", async () => {
  const { fake, packets, construct } = open(PEER);
  const socket = construct();
  await assert.rejects(socket.close(), { name: "InvalidStateError" });
  const { readable, writable } = await socket.opened;
  const reader = readable.getReader();
  await assert.rejects(socket.close(), { name: "InvalidStateError" });
  await reader.cancel();
  reader.releaseLock();
  assert.equal(packets.closed, false);
  await writable.close();
  assert.equal(await socket.closed, undefined);
  assert.deepEqual(fake.paramsOf("network.close"), [{ connection: 7 }]);
  assert.equal(await socket.close(), undefined);
});

test("what is taken back is an error of both streams", async () => {
  const { fake, construct } = open(PEER);
  const socket = construct();
  const { readable, writable } = await socket.opened;
  const reading = readable.getReader().read();
  fake.emit("network.ended", { connection: 7, error: { name: "NotAllowedError", message: "no" }, over: true });
  await assert.rejects(reading, { name: "NotAllowedError" });
  await assert.rejects(writable.getWriter().write({ data: new Uint8Array(1) }), { name: "NotAllowedError" });
  await assert.rejects(socket.closed, { name: "NotAllowedError" });
});
