// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeStructured } from "../page/structured.js";
import { encodeStructured } from "../page/structured-encode.js";

/** @param {unknown} value */
const cross = (value) => decodeStructured(JSON.parse(encodeStructured(structuredClone(value))));

test("what the structured clone algorithm takes arrives as it was", () => {
  const value = {
    numbers: [0, -0, NaN, Infinity, -1.5e300],
    texts: ["", "é\u0000\ud800", "$"],
    others: [undefined, null, true, 12345678901234567890n],
    date: new Date(86400000),
    expression: /a+\/"/giu,
    map: new Map(/** @type {any} */ ([["k", [1]], [new Date(1), undefined]])),
    set: new Set([1, "a"]),
    bytes: new Uint8Array(40_000).fill(7),
    view: new DataView(new ArrayBuffer(3)),
    floats: new Float32Array([1.5, -2]),
    buffer: new Uint8Array([1, 2, 255]).buffer,
    wrapped: [Object(1), Object("x"), Object(false), Object(2n)],
    $: 1,
    only: { $: { $: 2 } },
    ["__proto__"]: 3,
  };
  assert.deepEqual(cross(value), structuredClone(value));
  assert.ok(Number.isNaN(/** @type {Date} */ (cross(new Date(NaN))).getTime()));
});

test("objects that come again are the same, also in circles", () => {
  const shared = { a: 1 };
  const value = /** @type {any} */ ({ one: shared, two: shared });
  value.self = value;
  value.map = new Map([[shared, value]]);
  const crossed = /** @type {any} */ (cross(value));
  assert.equal(crossed.one, crossed.two);
  assert.equal(crossed.self, crossed);
  assert.equal(crossed.map.get(crossed.one), crossed);
});

test("errors keep their kind, their text and their cause", () => {
  const error = /** @type {any} */ (cross(new RangeError("too far", { cause: new TypeError("why") })));
  assert.ok(error instanceof RangeError);
  assert.equal(error.message, "too far");
  assert.ok(error.cause instanceof TypeError);
});

test("what cannot cross to another process is an error that says so", () => {
  const { port1, port2 } = new MessageChannel();
  assert.throws(() => encodeStructured({ port1 }), { name: "DataCloneError" });
  assert.throws(() => encodeStructured(new Blob(["x"])), { name: "DataCloneError" });
  port1.close();
  port2.close();
});
