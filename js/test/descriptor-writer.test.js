// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { EPIPE, FakeConnection, settle } from "./fake-native.js";

// A clock that stands still: no outcome depends on how fast the machine is. The modules keep what they find.
Object.defineProperty(globalThis, "performance", { configurable: true, value: { now: () => 0 } });
const { DescriptorWriter, flushGathered } = await import("../page/network/descriptor-writer.js");

/** A writer, what it writes into, and the sizes of the native writes that it makes. */
function setUp({ capacity = 1 << 20 } = {}) {
  const connection = new FakeConnection(capacity);
  const { descriptor } = connection;
  const write = descriptor.write;
  /** @type {number[]} */
  const sizes = [];
  descriptor.write = (bytes, from, to) => {
    sizes.push(to - from);
    return write(bytes, from, to);
  };
  let broken = 0;
  const writer = new DescriptorWriter(descriptor, () => broken++);
  const written = (/** @type {Uint8Array} */ bytes) =>
    /** @type {Promise<void>} */ (new Promise((resolve) => writer.write(bytes, resolve)));
  return { connection, descriptor, sizes, writer, written, broken: () => broken };
}

const numbered = (/** @type {number} */ from, /** @type {number} */ to) =>
  Uint8Array.from({ length: to - from }, (_, i) => (from + i) % 251);

test("small writes that follow each other are gathered, the first few are not", async () => {
  const { connection, sizes, writer, written } = setUp();
  for (let i = 0; i < 200; i++) await written(numbered(i * 1000, (i + 1) * 1000));
  assert.deepEqual(sizes.slice(0, 4), [1000, 1000, 1000, 1000]);
  assert.ok(sizes.length < 20, `${sizes}`);
  writer.finish(() => connection.descriptor.shutdown(1));
  assert.deepEqual(await connection.receiveAll(), numbered(0, 200_000));
});

test("what is gathered goes in the next task, and before what follows it", async () => {
  const { connection, written } = setUp();
  for (let i = 0; i < 6; i++) await written(numbered(i, i + 1));
  await settle();
  assert.deepEqual(await connection.receive(), numbered(0, 6));
  for (let i = 0; i < 6; i++) await written(numbered(i, i + 1));
  await written(numbered(6, 40_000));
  assert.deepEqual(await connection.receive(), numbered(0, 40_000));
});

test("who expects an answer sends what was gathered", async () => {
  const { connection, writer, written } = setUp();
  for (let i = 0; i < 6; i++) await written(numbered(i, i + 1));
  writer.flush();
  assert.deepEqual(await connection.receive(), numbered(0, 6));
});

test("a document that goes sends what was gathered", async () => {
  const { connection, written } = setUp();
  for (let i = 0; i < 6; i++) await written(numbered(i, i + 1));
  flushGathered();
  assert.deepEqual(await connection.receive(), numbered(0, 6));
});

test("what the kernel does not take at once is done when it has, whatever the page does with it meanwhile", async () => {
  for (const size of [5, 1000, 600_000]) {
    const { connection, written } = setUp({ capacity: 4 });
    const bytes = numbered(0, size);
    let isDone = false;
    const done = written(bytes).then(() => (isDone = true));
    bytes.fill(0);
    await settle();
    assert.equal(isDone, false);
    const received = connection.receiveAll();
    await done;
    connection.descriptor.shutdown(1);
    assert.deepEqual(await received, numbered(0, size));
  }
});

test("a descriptor that breaks is told of, also when it does so later, and never when nobody writes any more", async () => {
  const { descriptor, writer, broken } = setUp();
  descriptor.write = () => EPIPE;
  writer.write(new Uint8Array(1), () => assert.fail());
  assert.equal(broken(), 1);

  const later = setUp({ capacity: 4 });
  later.writer.write(new Uint8Array(5), () => assert.fail());
  later.connection.break();
  await settle();
  assert.equal(later.broken(), 1);

  const stopped = setUp({ capacity: 4 });
  stopped.writer.write(new Uint8Array(5), () => assert.fail());
  stopped.writer.stop();
  stopped.connection.break();
  await settle();
  assert.equal(stopped.broken(), 0);
});
