// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeConnection, FakeNative } from "./fake-native.js";

// Node delivers a chain of messages without turning its event loop; a browser makes each a task of
// its own. These ports do as a browser does. The modules keep what they find when they are loaded.
class TaskPort {
  /** @type {TaskPort | undefined} */
  peer;
  onmessage = () => {};
  postMessage() {
    setImmediate(() => this.peer?.onmessage());
  }
}
const taskGlobals = {
  MessagePort: TaskPort,
  MessageChannel: class {
    port1 = new TaskPort();
    port2 = new TaskPort();
    constructor() {
      this.port2.peer = this.port1;
    }
  },
};
Object.assign(globalThis, taskGlobals);

// A clock of which each look takes half a millisecond: no outcome depends on the machine.
const realPerformance = globalThis.performance;
let time = 0;
Object.defineProperty(globalThis, "performance", {
  configurable: true,
  value: { now: () => (time += 0.5) },
});
const { createBridge } = await import("../page/bridge.js");
const { Grant } = await import("../page/network/grant.js");
const { Connections } = await import("../page/network/connection.js");
const { createTCPSocket } = await import("../page/network/tcp-socket.js");
Object.defineProperty(globalThis, "performance", { configurable: true, value: realPerformance });

/** Counts tasks for as long as `work` takes. @param {() => Promise<void>} work */
async function tasksDuring(work) {
  let count = 0;
  let over = false;
  const next = () => {
    count++;
    if (!over) setImmediate(next);
  };
  setImmediate(next);
  await work();
  over = true;
  return count;
}

async function open() {
  const fake = new FakeNative();
  const connection = new FakeConnection();
  connection.descriptor.readInto = (bytes) => bytes.length;
  connection.descriptor.write = (_bytes, from, to) => to - from;
  connection.descriptor.hold = () => 0;
  connection.descriptor.flush = () => 0;
  fake.answer("network.connect", () => ({ result: { connection: 1 }, descriptor: connection.descriptor }));
  const bridge = createBridge(fake.native);
  const { TCPSocket } = createTCPSocket(bridge, new Connections(bridge), new Grant(bridge, "prompt"), true);
  return /** @type {any} */ (await new TCPSocket("a", 1).opened);
}

test("a stream that always has data lets other tasks run every few reads", async () => {
  const reader = (await open()).readable.getReader();
  const tasks = await tasksDuring(async () => {
    for (let i = 0; i < 100; i++) await reader.read();
  });
  assert.ok(tasks >= 10, `only ${tasks} tasks in 100 reads of half a millisecond`);
});

test("so does a stream that can always be written", async () => {
  const writer = (await open()).writable.getWriter();
  const chunk = new Uint8Array(1 << 20);
  const tasks = await tasksDuring(async () => {
    for (let i = 0; i < 25; i++) await writer.write(chunk);
  });
  assert.ok(tasks >= 10, `only ${tasks} tasks in 100 writes of half a millisecond`);
});

test("so do small writes that are gathered", async () => {
  const writer = (await open()).writable.getWriter();
  const chunk = new Uint8Array(16 * 1024);
  const tasks = await tasksDuring(async () => {
    for (let i = 0; i < 400; i++) await writer.write(chunk);
  });
  assert.ok(tasks >= 10, `only ${tasks} tasks in 100 writes of half a millisecond`);
});
