// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./dom.js";
import { FakeConnection } from "./fake-native.js";

const NAMES = ["", "write", "truncate", "close", "abort"];

/** A handle of a file that the user lets the app save, and what the runtime's side does. */
function openEditor() {
  const page = open();
  /** @type {any[]} */
  const params = [];
  page.window.launchQueue.setConsumer((/** @type {any} */ launch) => params.push(launch));
  page.fake.emit("launch.params", { targetUrl: "https://example.com/", files: [{ file: 0, name: "notes.txt" }] });
  const [handle] = params[0].files;
  /** @type {FakeFile[]} */
  const files = [];
  page.fake.answer("launch.write", () => {
    const file = new FakeFile();
    files.push(file);
    return { descriptor: file.connection.descriptor };
  });
  return { ...page, handle, files };
}

/** The runtime's end of a file that is written: it does what it is told, and remembers it. */
class FakeFile {
  connection = new FakeConnection(1 << 22);
  /** @type {[string, number, string?][]} */
  commands = [];
  /** The answer to each command, by its number; 0 without. @type {Map<number, number>} */
  answers = new Map();
  #held = Buffer.alloc(0);

  constructor() {
    this.#serve();
  }

  async #serve() {
    for (;;) {
      const header = await this.#take(13);
      if (!header) return;
      const kind = NAMES[header[0]];
      const number = Number(header.readBigUInt64LE(1));
      const length = header.readUInt32LE(9);
      this.commands.push(kind === "write" ? [kind, number, String(await this.#take(length))] : [kind, number]);
      this.connection.send(Uint8Array.of(this.answers.get(this.commands.length - 1) ?? 0));
    }
  }

  /** Nothing once the page has closed its end. @param {number} length */
  async #take(length) {
    while (this.#held.length < length) {
      const received = await this.connection.receive();
      if (received.length === 0) return null;
      this.#held = Buffer.concat([this.#held, received]);
    }
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }
}

test("whether a file may be written is the runtime's to say, reading it is allowed", async () => {
  const { fake, handle, window, close } = openEditor();
  fake.answer("launch.queryWriting", () => ({ result: { state: "prompt" } }));
  fake.answer("launch.requestWriting", () => ({ error: { name: "SecurityError", message: "no click" } }));
  assert.equal(await handle.queryPermission({ mode: "read" }), "granted");
  assert.equal(await handle.requestPermission(), "granted");
  assert.equal(await handle.queryPermission({ mode: "readwrite" }), "prompt");
  await assert.rejects(handle.requestPermission({ mode: "readwrite" }), { name: "SecurityError" });
  await assert.rejects(handle.queryPermission({ mode: "write" }), { name: "TypeError" });
  fake.answer("launch.write", () => ({ error: { name: "NotAllowedError", message: "not allowed" } }));
  await assert.rejects(handle.createWritable(), { name: "NotAllowedError" });
  await assert.rejects(handle.createWritable({ mode: "alone" }), { name: "TypeError" });
  await assert.rejects(handle.createWritable({ mode: "exclusive", keepExistingData: 1 }), { name: "NotAllowedError" });
  assert.deepEqual(fake.paramsOf("launch.write"), [
    { file: 0, keepExistingData: false, exclusive: false },
    { file: 0, keepExistingData: true, exclusive: true },
  ]);
  await assert.rejects(window.FileSystemFileHandle.prototype.createWritable.call({}), { name: "TypeError" });
  close();
});

test("every kind of data is written where the file has come to, or where it is told", async () => {
  const { handle, files, window, close } = openEditor();
  const writable = await handle.createWritable();
  assert.ok(writable instanceof window.WritableStream && writable instanceof window.FileSystemWritableFileStream);
  await writable.write("ä");
  await writable.write(new window.Uint8Array([98, 99]));
  await writable.write(new window.Uint8Array([0, 100, 0]).buffer.slice(1, 2));
  await writable.write(new window.DataView(new window.Uint8Array([101, 102]).buffer, 1));
  await writable.write(new globalThis.Blob(["blob"]));
  await writable.write({ type: "write", position: 2, data: 7 });
  await writable.write({ type: "write", data: "x", position: null });
  await writable.write({ type: "seek", position: 1 });
  await writable.write("y");
  await writable.seek(10);
  await writable.truncate(5);
  await writable.write("z");
  await writable.write({ type: "truncate", size: 9 });
  await writable.write("");
  await writable.close();
  assert.deepEqual(files[0].commands, [
    ["write", 0, "ä"],
    ["write", 2, "bc"],
    ["write", 4, "d"],
    ["write", 5, "f"],
    ["write", 6, "blob"],
    ["write", 2, "7"],
    ["write", 3, "x"],
    ["write", 1, "y"],
    ["truncate", 5],
    ["write", 5, "z"],
    ["truncate", 9],
    ["write", 6, ""],
    ["close", 0],
  ]);
  assert.ok(files[0].connection.closed);
  close();
});

test("what is large goes in pieces, and a page that changes it meanwhile changes nothing", async () => {
  const { handle, files, window, close } = openEditor();
  const writable = await handle.createWritable();
  const bytes = new window.Uint8Array(600_000).fill(97);
  const writing = writable.write(bytes);
  bytes.fill(98);
  await writing;
  await writable.write("b");
  await writable.close();
  const commands = files[0].commands.map(([kind, position, data]) => [kind, position, data?.length]);
  assert.deepEqual(commands, [
    ["write", 0, 262_144],
    ["write", 262_144, 262_144],
    ["write", 524_288, 75_712],
    ["write", 600_000, 1],
    ["close", 0, undefined],
  ]);
  assert.ok(files[0].commands.every(([, , data]) => !data || /^(a+|b)$/.test(data)));
  close();
});

test("a stream of the page is piped into a file, which is closed with it", async () => {
  const { handle, files, window, close } = openEditor();
  const source = new window.ReadableStream({
    start(/** @type {any} */ controller) {
      controller.enqueue("one");
      controller.enqueue({ type: "write", position: 10, data: "two" });
      controller.close();
    },
  });
  await source.pipeTo(await handle.createWritable());
  assert.deepEqual(files[0].commands, [["write", 0, "one"], ["write", 10, "two"], ["close", 0]]);
  close();
});

test("what cannot be written is a TypeError, and what is converted first leaves the file open", async () => {
  const { handle, files, window, close } = openEditor();
  const writable = await handle.createWritable();
  const wrong = [
    undefined,
    null,
    {},
    { type: "append", data: "x" },
    { type: "write" },
    { type: "write", data: null },
    { type: "seek" },
    { type: "truncate", size: null },
    Symbol("x"),
  ];
  for (const chunk of wrong) await assert.rejects(writable.write(chunk), { name: "TypeError" }, String(chunk));
  await assert.rejects(writable.write(), { name: "TypeError" });
  await assert.rejects(writable.seek(), { name: "TypeError" });
  await assert.rejects(window.FileSystemWritableFileStream.prototype.write.call({}, "x"), { name: "TypeError" });
  assert.throws(() => new window.FileSystemWritableFileStream(), { name: "TypeError" });
  await writable.write("kept");

  // By a writer nothing is converted before, so the stream is over, and the file is as it was.
  const writer = writable.getWriter();
  await assert.rejects(writable.write("locked"), { name: "TypeError" });
  await assert.rejects(writer.write({ type: "seek" }), { name: "TypeError" });
  await assert.rejects(writer.close(), { name: "TypeError" });
  assert.deepEqual(files[0].commands, [["write", 0, "kept"], ["abort", 0]]);
  assert.ok(files[0].connection.closed);
  close();
});

test("a number that no file has reaches the runtime as one", async () => {
  const { handle, files, close } = openEditor();
  const writable = await handle.createWritable();
  for (const position of [-1, 2 ** 53, 2 ** 64 - 2048]) await writable.write({ type: "write", position, data: "x" });
  await writable.write({ type: "write", position: 2 ** 53 - 1, data: "x" });
  await writable.write({ type: "write", position: NaN, data: "x" });
  assert.deepEqual(
    files[0].commands.map(([, position]) => position),
    [2 ** 64, 2 ** 64, 2 ** 64, 2 ** 53 - 1, 0],
  );
  await writable.abort();
  close();
});

test("an error of the runtime's reaches the promise, and ends the stream", async () => {
  const { handle, files, close } = openEditor();
  const names = ["", "QuotaExceededError", "NotFoundError", "NotAllowedError", "UnknownError"];
  for (let answer = 1; answer < names.length; answer++) {
    const writable = await handle.createWritable();
    const file = files[answer - 1];
    file.answers.set(1, answer);
    await writable.write("one");
    await assert.rejects(writable.write("two"), { name: names[answer] });
    await assert.rejects(writable.write("three"), { name: names[answer] });
    assert.deepEqual([file.commands.length, file.connection.closed], [2, true]);
  }
  const writable = await handle.createWritable();
  const file = files[names.length - 1];
  file.answers.set(0, 2);
  await assert.rejects(writable.close(), { name: "NotFoundError" });

  const broken = await handle.createWritable();
  files[names.length].connection.break();
  await assert.rejects(broken.write("x"), { name: "NotAllowedError" });
  close();
});

test("what is given up is told, and is over when that is answered", async () => {
  const { handle, files, close } = openEditor();
  const writable = await handle.createWritable();
  await writable.write("x");
  await writable.abort();
  assert.deepEqual(files[0].commands, [["write", 0, "x"], ["abort", 0]]);
  assert.ok(files[0].connection.closed);
  await assert.rejects(writable.write("y"));
  close();
});

test("a blob that cannot be read gives the file up", async () => {
  const { handle, files, window, close } = openEditor();
  const writable = await handle.createWritable();
  const blob = new globalThis.Blob(["x"]);
  const failing = new globalThis.ReadableStream({
    pull() {
      throw new window.DOMException("gone", "NotReadableError");
    },
  });
  Object.defineProperty(blob, "stream", { value: () => failing });
  await assert.rejects(writable.write(blob), { name: "NotReadableError" });
  assert.deepEqual(files[0].commands, [["abort", 0]]);
  close();
});

test("a page that replaces what the stream is made of gets nothing of it", async () => {
  const { handle, files, window, close } = openEditor();
  const writable = await handle.createWritable();
  const fail = () => assert.fail("a page has no part in it");
  window.WritableStream.prototype.getWriter = fail;
  window.TextEncoder.prototype.encode = fail;
  Object.defineProperty(window.Object.prototype, "position", { get: fail, set: fail, configurable: true });
  Object.defineProperty(window.Object.prototype, "blob", { get: fail, set: fail, configurable: true });
  await writable.write("x");
  await writable.seek(3);
  await writable.write(new window.Uint8Array([97]));
  await writable.close();
  assert.deepEqual(files[0].commands, [["write", 0, "x"], ["write", 3, "a"], ["close", 0]]);
  close();
});
