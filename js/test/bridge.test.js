// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBridge, encode, toException } from "../page/bridge.js";
import { FakeConnection, FakeNative } from "./fake-native.js";

test("encode gives the JSON that JSON.stringify gives", () => {
  for (const value of [
    1,
    'a"\u2028',
    null,
    true,
    [],
    {},
    [1, [null, { a: "b" }]],
    { a: undefined, b: 1 },
    { "k\n": [] },
  ]) {
    assert.equal(encode(value), JSON.stringify(value));
  }
});

test("halves of characters are replaced, as they are on the way to another process", () => {
  const halved = { code: "`\ud800`.length", list: ["\udc00", "whole \u{1f600}"] };
  assert.equal(encode(halved), '{"code":"`\ufffd`.length","list":["\ufffd","whole \u{1f600}"]}');
});

test("a toJSON on a prototype is not called", () => {
  const spied = /** @type {any[]} */ ([]);
  const prototypes = /** @type {any[]} */ ([Object.prototype, Array.prototype]);
  try {
    for (const prototype of prototypes) {
      prototype.toJSON = function () {
        spied.push(this);
        return "spied";
      };
    }
    assert.equal(encode({ a: [{ b: 1 }] }), '{"a":[{"b":1}]}');
  } finally {
    for (const prototype of prototypes) delete prototype.toJSON;
  }
  assert.deepEqual(spied, []);
});

test("members that an answer lacks are not looked up on Object.prototype", async () => {
  const fake = new FakeNative();
  const bridge = createBridge(fake.native);
  const result = await new Promise((resolve, reject) =>
    bridge.call("network.state", {}, (message) => resolve([message]), reject),
  );
  assert.equal(Object.getPrototypeOf(result[0]), null);
});

test("an error that comes with a descriptor closes it", async () => {
  const connection = new FakeConnection();
  /** @type {import("../page/bridge.js").Native} */
  const native = {
    call: (_frame, _method, _params, callback) =>
      callback('{"name":"NetworkError","message":"m"}', null, connection.descriptor),
    notify: () => {},
    reply: () => {},
    listen: () => {},
  };
  const error = await new Promise((resolve) => createBridge(native).call("network.state", {}, () => {}, resolve));
  assert.equal(error.name, "NetworkError");
  assert.equal(connection.closed, true);
});

test("names of errors become the exceptions that a page expects", () => {
  assert.ok(toException({ name: "TypeError", message: "m" }) instanceof TypeError);
  const exception = toException({ name: "NotAllowedError", message: "m" });
  assert.ok(exception instanceof DOMException);
  assert.equal(exception.message, "m");
});

test("a question is answered once, and by none when nobody listens", () => {
  const fake = new FakeNative();
  const bridge = createBridge(fake.native);
  const question = { frame: 3, messageType: "alert", messageText: "m", defaultPromptText: "", url: "u" };
  fake.ask(7, "frame.dialog", question);
  bridge.respond("frame.dialog", ({ messageText }, frame, answer) => {
    answer({ action: "ok", text: `${messageText}${frame}` });
    answer({ action: "cancel" });
  });
  fake.ask(8, "frame.dialog", question);
  assert.deepEqual(fake.replies, [
    { question: 7, answer: null },
    { question: 8, answer: { action: "ok", text: "m3" } },
  ]);
});
