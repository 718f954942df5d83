// @ts-check
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { decodeStructured } from "../page/structured.js";

test("plain values stand for themselves", () => {
  const value = { a: [1, "x", null, true, { b: {} }], "": 0 };
  assert.deepEqual(decodeStructured(structuredClone(value)), value);
});

test("numbers and primitives that JSON lacks", () => {
  assert.equal(decodeStructured({ $: ["undefined"] }), undefined);
  assert.ok(Number.isNaN(decodeStructured({ $: ["number", "NaN"] })));
  assert.equal(decodeStructured({ $: ["number", "-Infinity"] }), -Infinity);
  assert.ok(Object.is(decodeStructured({ $: ["number", "-0"] }), -0));
  assert.equal(decodeStructured({ $: ["bigint", "123456789012345678901"] }), 123456789012345678901n);
});

test("built-in objects come back as themselves", () => {
  assert.deepEqual(decodeStructured({ $: ["Date", 86400000] }), new Date(86400000));
  assert.deepEqual(decodeStructured({ $: ["RegExp", "a+", "gi"] }), /a+/gi);
  assert.deepEqual(
    decodeStructured({
      $: [
        "Map",
        [
          ["k", [1]],
          [2, { $: ["undefined"] }],
        ],
      ],
    }),
    new Map(
      /** @type {any} */ ([
        ["k", [1]],
        [2, undefined],
      ]),
    ),
  );
  assert.deepEqual(decodeStructured({ $: ["Set", [1, "a"]] }), new Set([1, "a"]));
});

test("a date that is none stays one", () => {
  assert.ok(Number.isNaN(/** @type {Date} */ (decodeStructured({ $: ["Date", null] })).getTime()));
});

test("bytes keep the type of their view", () => {
  const base64 = btoa("\x01\x00\xff\x7f");
  assert.deepEqual(decodeStructured({ $: ["ArrayBuffer", base64] }), Uint8Array.of(1, 0, 255, 127).buffer);
  assert.deepEqual(decodeStructured({ $: ["Uint8Array", base64] }), Uint8Array.of(1, 0, 255, 127));
  assert.deepEqual(decodeStructured({ $: ["Uint16Array", base64] }), Uint16Array.of(1, 0x7fff));
  assert.ok(decodeStructured({ $: ["DataView", base64] }) instanceof DataView);
});

test("errors keep name, message and stack", () => {
  const error = /** @type {Error} */ (decodeStructured({ $: ["Error", "RangeError", "too far", "at x"] }));
  assert.ok(error instanceof RangeError);
  assert.equal(error.message, "too far");
  assert.equal(error.stack, "at x");
  const own = /** @type {Error} */ (decodeStructured({ $: ["Error", "MyError", "m", ""] }));
  assert.equal(own.name, "MyError");
  assert.equal(own.constructor, Error);
});

test("cycles and shared objects are the same object again", () => {
  const cycle = /** @type {any} */ (
    decodeStructured({ self: { $: ["ref", 0] }, list: [{ $: ["ref", 1] }, { $: ["ref", 0] }] })
  );
  assert.equal(cycle.self, cycle);
  assert.equal(cycle.list[0], cycle.list);
  assert.equal(cycle.list[1], cycle);
  const map = /** @type {any} */ (
    decodeStructured({ $: ["Map", [[{ $: ["Date", 0] }, { $: ["ref", 1] }]]] })
  );
  const [[key, value]] = map;
  assert.equal(key, value);
});

test("an object whose only key is $ is not taken for a tag", () => {
  assert.deepEqual(decodeStructured({ $: ["Object", [["$", ["number", "NaN"]]]] }), { $: ["number", "NaN"] });
});

test("a __proto__ key makes a member, not a prototype", () => {
  const value = /** @type {any} */ (decodeStructured(JSON.parse('{"__proto__": {"polluted": 1}}')));
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.deepEqual(Object.keys(value), ["__proto__"]);
  assert.equal(value.polluted, undefined);
});

test("malformed tags are errors", () => {
  for (const tagged of [
    { $: 1 },
    { $: ["ref", 0] },
    { $: ["ref", -1] },
    { $: ["constructor", "AA=="] },
    { $: ["Map", 1] },
    { $: [] },
  ]) {
    assert.throws(() => decodeStructured(tagged), TypeError);
  }
});

test("what the embedded side encodes is what comes out", async () => {
  const source = await readFile(new URL("../frame/execute.js", import.meta.url), "utf8");
  /** @type {(code: string) => Promise<string>} */
  const execute = new Function(`${source}; return execute;`)();
  for (const code of [
    "[undefined, NaN, -Infinity, -0, 12n, 'text', null, true, [[], 1]]",
    "({ $: 1 })",
    "({ b: 1, 10: 2, 2: { $: { $: [] } }, ['__proto__']: 3 })",
    "[new Date(5), /a\\/b/giu, new Error('m'), new RangeError('r')]",
    "new Map([[{ a: 1 }, new Set([[], 'x'])], [NaN, new Map()]])",
    "[Uint8Array.of(1, 255), new Float64Array([1.5]), new DataView(new ArrayBuffer(3)), BigInt64Array.of(-1n)]",
    "Promise.resolve({ awaited: true })",
    "[Object(true), Object(-0), Object('s'), Object(5n), {}]",
    "[new Error('m', { cause: new Map([[1, { deep: true }]]) }), { after: [] }]",
  ]) {
    const { value } = JSON.parse(await execute(code));
    assert.deepEqual(decodeStructured(value), await (0, eval)(code));
  }
  const { value } = JSON.parse(
    await execute("const o = { list: [] }; o.self = o; o.list.push(o.list, new Date(0)); o"),
  );
  const cycle = /** @type {any} */ (decodeStructured(value));
  assert.equal(cycle.self, cycle);
  assert.equal(cycle.list[0], cycle.list);
  const afterLostCause = "const twice = {}; [new Error('m', { cause: [{}, () => 1] }), twice, twice]";
  const [error, once, again] = /** @type {any} */ (
    decodeStructured(JSON.parse(await execute(afterLostCause)).value)
  );
  assert.ok(!("cause" in error));
  assert.deepEqual(once, {});
  assert.equal(once, again);
});

test("whatever the embedded side throws arrives as itself, or as the reason why it cannot", async () => {
  const source = await readFile(new URL("../frame/execute.js", import.meta.url), "utf8");
  /** @type {(code: string) => Promise<string>} */
  const execute = new Function(`${source}; return execute;`)();
  /** @type {(code: string) => Promise<any>} */
  const thrownBy = async (code) => decodeStructured(JSON.parse(await execute(code)).error.thrown);
  assert.deepEqual(await thrownBy("throw { reason: [1n] }"), { reason: [1n] });
  assert.deepEqual(await thrownBy("throw new (class Own extends Uint8Array {})([7])"), Uint8Array.of(7));
  const named = "class Own extends DataView {}; throw new Own(new ArrayBuffer(1))";
  assert.deepEqual(await thrownBy(named), new DataView(new ArrayBuffer(1)));
  const abort = await thrownBy("throw new DOMException('enough', 'AbortError')");
  assert.ok(abort instanceof DOMException);
  assert.deepEqual([abort.name, abort.message, abort.code], ["AbortError", "enough", 20]);
  for (const code of ["throw () => 1", "throw new WeakMap()", "() => 1", "throw { get x() { throw 1 } }"]) {
    const error = await thrownBy(code);
    assert.ok(error instanceof DOMException, code);
    assert.equal(error.name, "DataCloneError", code);
  }
  const error = await thrownBy("throw new TypeError('m', { cause: () => 1 })");
  assert.ok(error instanceof TypeError && !("cause" in error));
});
