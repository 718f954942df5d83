// @ts-check
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, test } from "node:test";
import { decodeStructured } from "../page/structured.js";
import { open } from "./dom.js";
import { settle } from "./fake-native.js";

const URL_A = "https://a.test/";

/** @type {ReturnType<typeof open>[]} */
const pages = [];
/** @param {string} [body] @param {boolean} [chromium] */
function page(body, chromium) {
  const opened = open(body, undefined, undefined, chromium);
  pages.push(opened);
  return opened;
}
afterEach(() => {
  for (const { close } of pages.splice(0)) close();
});

/** What the runtime hears of frames, shortly. @param {ReturnType<typeof open>["fake"]} fake */
const story = (fake) =>
  fake.calls.filter(({ method }) => method.startsWith("frame.")).map(({ method, params }) => {
    const what = params.scripts?.map((/** @type {any} */ { name }) => name) ?? params.names ?? params.url ?? "";
    return `${method.slice(6)}${params.waits ? " waits" : ""} ${what}`.trim();
  });

/** @param {string} name @param {object} [js] */
const script = (name, js = { code: name }) => ({ name, matches: ["<all_urls>"], js });

test("content scripts that are there before the guest are told before it goes anywhere", async () => {
  const { document, fake } = page();
  const frame = document.createElement("controlledframe");
  await frame.addContentScripts([script("a"), script("b")]);
  await frame.addContentScripts([script("c"), script("a", { code: "other" })]);
  await frame.removeContentScripts(["b", "unknown"]);
  assert.deepEqual(story(fake), []);
  frame.src = URL_A;
  document.body.append(frame);
  await settle();
  assert.deepEqual(story(fake), [`create waits ${URL_A}`, "addContentScripts a,c", `navigate ${URL_A}`]);
  assert.deepEqual(fake.paramsOf("frame.addContentScripts")[0].scripts[0].js, ["other"]);
  // Put elsewhere, it has them again.
  frame.remove();
  await settle();
  document.body.append(frame);
  await settle();
  assert.deepEqual(story(fake).slice(3), [`create waits ${URL_A}`, "addContentScripts a,c", `navigate ${URL_A}`]);
});

test("a guest is told of them, and what it refuses does not count", async () => {
  const { window, document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  await frame.addContentScripts(new Set([script("a")]));
  fake.answer("frame.addContentScripts", () => ({ error: { name: "QuotaExceededError", message: "m" } }));
  await assert.rejects(frame.addContentScripts([script("b")]), { name: "QuotaExceededError" });
  await frame.removeContentScripts();
  await frame.removeContentScripts(null);
  await frame.removeContentScripts([]);
  assert.deepEqual(story(fake), [
    `create ${URL_A}`,
    "addContentScripts a",
    "addContentScripts b",
    ...Array.from({ length: 3 }, () => "removeContentScripts"),
  ]);
  await assert.rejects(frame.addContentScripts(), window.TypeError);
  await assert.rejects(frame.removeContentScripts("names"), window.TypeError);
  for (const stranger of [undefined, {}, document.createElement("b")]) {
    for (const member of ["addContentScripts", "removeContentScripts", "executeScript", "insertCSS"]) {
      await assert.rejects(Reflect.apply(frame[member], stranger, [[]]), window.TypeError, member);
    }
  }
});

test("what comes after files waits for them, in its order", async () => {
  const { window, document, fake } = page();
  const frame = document.createElement("controlledframe");
  document.body.append(frame);
  const failing = frame.addContentScripts([script("gone", { files: ["https://other.test/a.js"] })]);
  await assert.rejects(failing, window.TypeError);
  // There is no server here.
  const slow = frame.addContentScripts([script("file", { files: ["/a.js"] })]);
  const fast = frame.addContentScripts([script("fast")]);
  frame.src = URL_A;
  await assert.rejects(slow, window.TypeError);
  await fast;
  await settle();
  assert.deepEqual(story(fake), [`create waits ${URL_A}`, "addContentScripts fast", `navigate ${URL_A}`]);
});

test("they are bounded before there is a guest as well", async () => {
  const { document } = page();
  const frame = document.createElement("controlledframe");
  await frame.addContentScripts([script("a", { code: "x".repeat(10_000_000) })]);
  const tooLong = frame.addContentScripts([script("b", { code: "ä".repeat(5_000_000) })]);
  await assert.rejects(tooLong, { name: "QuotaExceededError" });
  await frame.addContentScripts([script("a", { code: "short" })]);
  await frame.addContentScripts([script("b", { code: "ä".repeat(5_000_000) })]);
});

test("Chromium's members say where and when a script runs", async () => {
  const { window, document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  await frame.executeScript({ code: "1", allFrames: true, matchAboutBlank: 1, runAt: "document_end" });
  await frame.executeScript({ code: "1", allFrames: false, runAt: "document-idle" });
  await frame.insertCSS({ code: "a {}", allFrames: true });
  assert.deepEqual(fake.paramsOf("frame.executeScript"), [
    { frame: 1, code: "1", allFrames: true, matchAboutBlank: true, runAt: "document_end" },
    { frame: 1, code: "1", runAt: "document_idle" },
  ]);
  assert.deepEqual(fake.paramsOf("frame.insertCSS"), [{ frame: 1, code: "a {}", allFrames: true }]);
  await assert.rejects(frame.executeScript({ code: "1", runAt: "later" }), window.TypeError);
});

test("an app that asks for Chromium's answers gets them", async () => {
  const { window, document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`, true);
  const frame = document.querySelector("controlledframe");
  const alone = document.createElement("controlledframe");
  fake.answer("frame.executeScript", () => ({ result: { value: [1, null] } }));
  // The lists of a page are of its own realm.
  assert.equal(JSON.stringify(await frame.executeScript({ code: "1" })), "[1,null]");
  assert.deepEqual(fake.paramsOf("frame.executeScript"), [
    { frame: 1, code: "1", runAt: "document_idle", form: "plain" },
  ]);
  assert.ok(frame.canGoBack() instanceof window.Promise);
  assert.equal(await frame.canGoForward(), false);
  assert.deepEqual([frame.reload(), frame.stop(), alone.reload(), alone.stop()], [true, true, false, false]);
  const stranger = document.createElement("b");
  await assert.rejects(Reflect.apply(frame.canGoBack, stranger, []), window.TypeError);
});

test("others get what is specified", () => {
  const { document } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  assert.deepEqual(
    [frame.canGoBack(), frame.canGoForward(), frame.reload(), frame.stop()],
    [false, false, undefined, undefined],
  );
});

test("a script that is run as in Chromium gives what JSON has, and bytes", async () => {
  const [execute, plain] = await Promise.all(
    ["execute", "plain"].map((name) => readFile(new URL(`../frame/${name}.js`, import.meta.url), "utf8")),
  );
  const executePlainly = new Function(`${execute}; ${plain}; return executePlainly;`)();
  for (const [code, value] of /** @type {[string, unknown][]} */ ([
    ["1 + 1", 2],
    ["undefined", null],
    ["NaN", null],
    ["-Infinity", null],
    ["1n", null],
    ["Symbol()", null],
    ["() => 1", null],
    ["Promise.resolve(1)", {}],
    ["Promise.reject(1).catch(() => {}), new Date(0)", {}],
    ["new Map([[1, 2]])", {}],
    ["new Error('m')", {}],
    ["new EventTarget()", {}],
    ["throw 1", null],
    ["(", null],
    ["[undefined, NaN, () => 1, 'a', true, null]", [null, null, null, "a", true, null]],
    ["({ a: undefined, b: NaN, c: () => 1, d: 'a', e: null, get f() { throw 1 } })", { d: "a", e: null }],
    ["({ $: 1 })", { $: 1 }],
    ["const o = { list: [] }; o.self = o; o.list.push(o, 1); o", { list: [null, 1] }],
    ["const a = {}; [a, a]", [{}, {}]],
    ["new Uint8Array([0, 1, 2, 3]).subarray(1, 3)", Uint8Array.of(1, 2).buffer],
    ["new Uint8Array([9]).buffer", Uint8Array.of(9).buffer],
  ])) {
    assert.deepEqual(decodeStructured(JSON.parse(executePlainly(code)).value), value, code);
  }
  assert.ok(Object.is(decodeStructured(JSON.parse(executePlainly("-0")).value), -0));
  const { error } = JSON.parse(executePlainly("'x'.repeat(40 * 1024 * 1024)"));
  assert.equal(error.name, "QuotaExceededError");
});

test("as in Chromium so much waits for a guest, and the rest is refused", async () => {
  const { document, fake } = page("", true);
  const frame = document.createElement("controlledframe");
  let isSettled = false;
  for (let index = 0; index < 1000; index++) frame.getZoom().finally(() => (isSettled = true));
  await assert.rejects(frame.getZoom(), { name: "TypeError", message: /has no content/ });
  assert.equal(isSettled, false);
  frame.src = URL_A;
  document.body.append(frame);
  await settle();
  assert.equal(story(fake)[0], `create ${URL_A}`);
  assert.equal(story(fake).filter((call) => call === "getZoom").length, 1000);
  await assert.rejects(page().document.createElement("controlledframe").getZoom(), { name: "TypeError" });
});
