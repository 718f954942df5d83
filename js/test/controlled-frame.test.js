// @ts-check
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { open } from "./dom.js";
import { settle } from "./fake-native.js";

const URL_A = "https://a.test/";

/** @type {ReturnType<typeof open>[]} */
const pages = [];
/** @param {string} [body] @param {string[]} [features] */
function page(body, features) {
  const opened = open(body, features);
  pages.push(opened);
  return opened;
}
afterEach(() => {
  for (const { close } of pages.splice(0)) close();
});

/** The calls and notes about frames, as "create 1 url". @param {ReturnType<typeof open>["fake"]} fake */
function story(fake) {
  return [...fake.calls, ...fake.notes]
    .filter(({ method }) => /^frame\.(create|navigate|destroy)$/.test(method))
    .map(({ method, params }) =>
      [method.slice(6), params.frame, params.url].filter((part) => part !== undefined).join(" "),
    )
    .sort();
}

test("every way to make an element gives an instance at once", () => {
  const { window, document } = page();
  const { ControlledFrame } = window;
  assert.equal(ControlledFrame, window.HTMLControlledFrameElement);
  const div = document.createElement("div");
  div.innerHTML = `<b><controlledframe src="${URL_A}"></controlledframe></b>`;
  const inner = div.querySelector("controlledframe");
  const template = document.createElement("template");
  template.innerHTML = "<controlledframe></controlledframe>";
  const parsed = new window.DOMParser().parseFromString("<controlledframe></controlledframe>", "text/html");
  for (const element of [
    new ControlledFrame(),
    document.createElement("controlledframe"),
    document.createElement("ControlledFrame"),
    document.createElementNS("http://www.w3.org/1999/xhtml", "controlledframe"),
    inner,
    inner.cloneNode(),
    div.cloneNode(true).querySelector("controlledframe"),
    document.importNode(inner),
    template.content.firstChild,
    parsed.querySelector("controlledframe"),
  ]) {
    assert.ok(element instanceof ControlledFrame);
    assert.equal(Object.getPrototypeOf(element), ControlledFrame.prototype);
    assert.equal(String(element), "[object HTMLControlledFrameElement]");
  }
});

test("an element that nothing has touched yet says what it is", () => {
  const { document } = page();
  const div = document.createElement("div");
  div.innerHTML = "<controlledframe></controlledframe><other></other>";
  const [frame, other] = div.cloneNode(true).children;
  assert.equal(String(frame), "[object HTMLControlledFrameElement]");
  assert.equal(String(other), "[object HTMLUnknownElement]");
});

test("members work on an element that nothing has touched yet", () => {
  const { document } = page();
  const div = document.createElement("div");
  div.innerHTML = `<controlledframe src="${URL_A}" name="n" autosize></controlledframe>`;
  assert.equal(div.firstChild.src, URL_A);
  div.innerHTML = "<controlledframe></controlledframe>";
  assert.equal(typeof div.firstChild.executeScript, "function");
  div.innerHTML = "<controlledframe></controlledframe>";
  div.firstChild.partition = "p";
  assert.equal(div.firstChild.getAttribute("partition"), "p");
});

test("other unknown elements do not get the members", () => {
  const { document } = page();
  const other = document.createElement("other");
  assert.equal(other.src, undefined);
  other.src = "own";
  assert.equal(other.src, "own");
  assert.equal(other.hasAttribute("src"), false);
});

test("the interface has the shape that Web IDL gives it", () => {
  const { window } = page();
  const { ControlledFrame } = window;
  assert.throws(() => ControlledFrame(), window.TypeError);
  assert.equal(ControlledFrame.name, "HTMLControlledFrameElement");
  assert.equal(Object.getPrototypeOf(ControlledFrame), window.HTMLElement);
  const descriptor = Object.getOwnPropertyDescriptor(window, "ControlledFrame");
  assert.deepEqual(
    [descriptor?.enumerable, descriptor?.writable, descriptor?.configurable],
    [false, true, true],
  );
  const src = Object.getOwnPropertyDescriptor(ControlledFrame.prototype, "src");
  assert.deepEqual([src?.enumerable, src?.get?.name, src?.set?.name], [true, "get src", "set src"]);
  assert.throws(() => src?.get?.call({}), window.TypeError);
  class Own extends ControlledFrame {}
  assert.ok(new Own() instanceof Own);
});

test("attributes are reflected", () => {
  const { window } = page();
  const frame = new window.ControlledFrame();
  for (const name of ["name", "maxheight", "maxwidth", "minheight", "minwidth", "partition"]) {
    assert.equal(frame[name], "");
    frame[name] = 5;
    assert.equal(frame.getAttribute(name), "5");
    assert.equal(frame[name], "5");
  }
  for (const name of ["allowfullscreen", "allowscaling", "allowtransparency", "autosize"]) {
    assert.equal(frame[name], false);
    frame[name] = 1;
    assert.equal(frame.getAttribute(name), "");
    frame[name] = false;
    assert.equal(frame.hasAttribute(name), false);
  }
  frame.src = "https://x.test/\ud800";
  assert.equal(frame.src, "https://x.test/\ufffd");
});

test("a guest begins in the document with a src, and ends with the element", async () => {
  const { window, document, fake } = page();
  const frame = new window.ControlledFrame();
  frame.src = URL_A;
  await settle();
  assert.deepEqual(story(fake), []);
  frame.partition = "persist:x";
  document.body.append(frame);
  await settle();
  assert.deepEqual(fake.paramsOf("frame.create"), [{ frame: 1, partition: "persist:x", url: URL_A, ownProcess: false }]);
  frame.remove();
  await settle();
  assert.deepEqual(story(fake), ["create 1 https://a.test/", "destroy 1"]);
});

test("markup with several frames makes one guest each", async () => {
  const { fake } = page(
    `<p><controlledframe src="https://a.test/"></controlledframe></p><controlledframe src="https://b.test/"></controlledframe>`,
  );
  await settle();
  assert.deepEqual(story(fake), ["create 1 https://a.test/", "create 2 https://b.test/"]);
});

test("moving an element ends its guest and begins another, also within one task", async () => {
  const { document, fake } = page(`<div><controlledframe src="${URL_A}"></controlledframe></div><p></p>`);
  await settle();
  document.querySelector("p").append(document.querySelector("div"));
  await settle();
  assert.deepEqual(story(fake), ["create 1 https://a.test/", "create 2 https://a.test/", "destroy 1"]);
});

// Conforms: src
test("setting src navigates, to the same URL as well, once for each turn", async () => {
  const { document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  await settle();
  frame.src = URL_A;
  frame.setAttribute("src", "https://b.test/");
  await settle();
  assert.deepEqual(story(fake), [
    "create 1 https://a.test/",
    "navigate 1 https://a.test/",
    "navigate 1 https://b.test/",
  ]);
});

test("a src that is set right after insertion is loaded once", async () => {
  const { document, fake } = page();
  const frame = document.createElement("controlledframe");
  document.body.append(frame);
  frame.setAttribute("src", URL_A);
  await settle();
  assert.deepEqual(story(fake), ["create 1 https://a.test/"]);
});

test("a frame whose tabindex is taken away can have the focus still", async () => {
  const { document } = page(`<controlledframe src="${URL_A}" tabindex="-1"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  await settle();
  assert.equal(frame.tabIndex, -1);
  frame.removeAttribute("tabindex");
  await settle();
  frame.focus();
  assert.equal(document.activeElement, frame);
});

// Conforms: src
test("an empty src is ignored once there is a guest", async () => {
  const { document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  await settle();
  frame.src = "";
  frame.removeAttribute("src");
  frame.src = null;
  await settle();
  assert.equal(frame.src, URL_A);
  assert.deepEqual(story(fake), ["create 1 https://a.test/"]);
});

test("a document without the feature says why its frames stay empty", async () => {
  const warnings = async (/** @type {string} */ body, /** @type {string[]} */ features) => {
    const opened = open(body, features);
    pages.push(opened);
    /** @type {string[]} */
    const told = [];
    opened.window._virtualConsole.on("warn", (/** @type {string} */ message) => told.push(message));
    await new Promise((resolve) => opened.window.addEventListener("load", resolve));
    return told.length;
  };
  const frame = `<controlledframe src="${URL_A}"></controlledframe>`;
  assert.equal(await warnings(frame, []), 1);
  assert.equal(await warnings("", []), 0);
  assert.equal(await warnings(frame, ["controlled-frame"]), 0);
});

// Conforms: src
test("src follows what the guest commits, without navigating it", async () => {
  const { document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  await settle();
  fake.emit("frame.loadcommit", { frame: 1, url: "https://a.test/2", isTopLevel: true });
  fake.emit("frame.loadcommit", { frame: 1, url: "https://ads.test/", isTopLevel: false });
  await settle();
  assert.equal(document.querySelector("controlledframe").getAttribute("src"), "https://a.test/2");
  assert.deepEqual(story(fake), ["create 1 https://a.test/"]);
});

test("the partition is fixed once there is a guest", async () => {
  const { window, document } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  await settle();
  assert.throws(
    () => (frame.partition = "x"),
    (/** @type {Error} */ error) =>
      error instanceof window.DOMException && error.name === "NotSupportedError",
  );
  // The one that it is in already changes nothing.
  frame.partition = "";
  frame.setAttribute("partition", "x");
  assert.equal(frame.partition, "");
  assert.equal(frame.hasAttribute("partition"), false);
  frame.remove();
  frame.partition = "x";
  assert.equal(frame.getAttribute("partition"), "x");
});

test("as in Chromium another partition is only warned of", async () => {
  const opened = open(`<controlledframe src="${URL_A}" partition="persist:a"></controlledframe>`, undefined, undefined, true);
  pages.push(opened);
  const frame = opened.document.querySelector("controlledframe");
  await settle();
  frame.partition = "x";
  assert.equal(frame.getAttribute("partition"), "persist:a");
});

test("frames in shadow trees live as others do", async () => {
  const { document, fake } = page("<div></div>");
  const host = document.querySelector("div");
  const root = host.attachShadow({ mode: "closed" });
  root.innerHTML = `<controlledframe src="${URL_A}"></controlledframe>`;
  await settle();
  host.remove();
  await settle();
  document.body.append(host);
  await settle();
  assert.deepEqual(story(fake), ["create 1 https://a.test/", "create 2 https://a.test/", "destroy 1"]);
});

test("events have their fields flat and nested", async () => {
  const { document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  await settle();
  /** @type {any[]} */
  const events = [];
  for (const type of ["loadstart", "loadcommit", "contentload", "loadstop", "loadabort"]) {
    frame.addEventListener(type, (/** @type {Event} */ event) => events.push(event));
  }
  fake.emit("frame.loadstart", { frame: 1, url: URL_A, isTopLevel: true });
  fake.emit("frame.loadabort", {
    frame: 1,
    url: URL_A,
    isTopLevel: true,
    code: -3,
    reason: "ERR_ABORTED",
  });
  fake.emit("frame.loadstop", { frame: 1 });
  fake.emit("frame.unknowntype", { frame: 1 });
  assert.deepEqual(
    events.map(({ type }) => type),
    ["loadstart", "loadabort", "loadstop"],
  );
  const [start, abort] = events;
  assert.deepEqual(
    [start.url, start.isTopLevel, start.bubbles, start.cancelable],
    [URL_A, true, true, false],
  );
  assert.equal(JSON.stringify(start.loadInfo), JSON.stringify({ url: URL_A, isTopLevel: true }));
  assert.deepEqual([abort.code, abort.reason, abort.cancelable], [-3, "ERR_ABORTED", true]);
  assert.equal(abort.loadAbortInfo.reason, "ERR_ABORTED");
});

test("on… attributes and members call one handler, which keeps its place", async () => {
  const { document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  await settle();
  /** @type {string[]} */
  const calls = [];
  frame.onloadstop = () => calls.push("first");
  frame.addEventListener("loadstop", () => calls.push("listener"));
  frame.onloadstop = () => calls.push("second");
  fake.emit("frame.loadstop", { frame: 1 });
  assert.deepEqual(calls, ["second", "listener"]);
  frame.onloadstop = 5;
  assert.equal(frame.onloadstop, null);
});

test("history is answered synchronously from what was pushed", async () => {
  const { document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  await settle();
  assert.equal(frame.canGoBack(), false);
  fake.emit("frame.history", { frame: 1, canGoBack: true, canGoForward: false });
  assert.deepEqual([frame.canGoBack(), frame.canGoForward()], [true, false]);
  fake.answer("frame.go", ({ delta }) => ({ result: { navigated: delta === -1 } }));
  assert.equal(await frame.back(), true);
  assert.equal(await frame.forward(), false);
  await frame.go();
  assert.deepEqual(
    fake.paramsOf("frame.go").map(({ delta }) => delta),
    [-1, 1, 0],
  );
});

test("without a guest promises reject and the others do nothing", async () => {
  const { window, fake } = page();
  const frame = new window.ControlledFrame();
  for (const promise of [frame.back(), frame.forward(), frame.go(1), frame.executeScript({ code: "1" })]) {
    await assert.rejects(promise, window.TypeError);
  }
  await assert.rejects(frame.go(1.5), window.TypeError);
  await assert.rejects(frame.go.call({}), window.TypeError);
  assert.equal(frame.reload(), undefined);
  assert.equal(frame.stop(), undefined);
  assert.deepEqual(
    fake.notes.filter(({ method }) => !method.startsWith("stage.")),
    [],
  );
});

test("executeScript asks with the code, and gives the value with its type", async () => {
  const { document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  fake.answer("frame.executeScript", () => ({ result: { value: { $: ["Date", 0] } } }));
  const result = frame.executeScript({ code: "new Date(0)" });
  assert.equal((await result).getTime(), 0);
  assert.deepEqual(fake.paramsOf("frame.executeScript"), [{ frame: 1, code: "new Date(0)" }]);
});

test("a dialog is answered at once, later, or not by the app", async () => {
  const { document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  await settle();
  const prompt = { frame: 1, messageType: "prompt", messageText: "m", defaultPromptText: "d", url: URL_A };
  const answers = () => fake.replies.map(({ answer }) => answer);

  fake.ask(1, "frame.dialog", prompt);
  assert.deepEqual(answers(), [{ action: "unhandled" }]);

  /** @type {any[]} */
  const events = [];
  frame.addEventListener("dialog", (/** @type {any} */ event) => events.push(event));
  frame.ondialog = (/** @type {any} */ event) => event.preventDefault();
  fake.ask(2, "frame.dialog", prompt);
  assert.equal(answers().length, 1, "it waits");
  const [{ messageType, messageText, defaultPromptText, url, dialog, dialogMessage }] = events;
  assert.deepEqual([messageType, messageText, defaultPromptText, url], ["prompt", "m", "d", URL_A]);
  assert.equal(dialogMessage.dialog, dialog);
  dialog.ok("text");
  assert.deepEqual(answers()[1], { action: "ok", text: "text" });
  assert.throws(() => dialog.cancel(), /already been taken/);

  frame.ondialog = (/** @type {any} */ event) => event.dialogMessage.dialog.okay();
  fake.ask(3, "frame.dialog", prompt);
  assert.deepEqual(answers()[2], { action: "ok", text: "" });

  frame.ondialog = null;
  frame.addEventListener("dialog", (/** @type {any} */ event) => event.dialog.cancel());
  fake.ask(4, "frame.dialog", prompt);
  fake.ask(5, "frame.dialog", { ...prompt, frame: 9 });
  assert.deepEqual(answers().slice(3), [{ action: "cancel" }, { action: "cancel" }]);
});

test("as in Chromium a dialog that no listener answers is answered at once", async () => {
  const opened = open(`<controlledframe src="${URL_A}"></controlledframe>`, undefined, undefined, true);
  pages.push(opened);
  await settle();
  const { document, fake } = opened;
  const dialog = { frame: 1, messageText: "m", defaultPromptText: "", url: URL_A };
  const actions = () => fake.replies.map(({ answer }) => answer.action);
  for (const [i, messageType] of ["alert", "confirm", "prompt", "beforeunload"].entries()) {
    fake.ask(i + 1, "frame.dialog", { ...dialog, messageType });
  }
  assert.deepEqual(actions(), ["cancel", "cancel", "cancel", "unhandled"]);
  document.querySelector("controlledframe").ondialog = (/** @type {any} */ event) => event.preventDefault();
  fake.ask(9, "frame.dialog", { ...dialog, messageType: "alert" });
  assert.equal(actions().length, 4, "it waits");
});

test("executeScript takes exactly one of code and file", async () => {
  const { window, document } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  for (const details of [undefined, null, {}, { code: "1", file: "/a.js" }, { file: "" }, 5]) {
    await assert.rejects(frame.executeScript(details), window.TypeError);
  }
});

test("a file from another origin is not fetched", async () => {
  const { window, document } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  await assert.rejects(frame.executeScript({ file: "https://other.test/a.js" }), /Failed to load file/);
  await assert.rejects(frame.executeScript({ file: "https://[" }), window.TypeError);
});

test("executeScript rejects with what was thrown, whatever it is", async () => {
  const { document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  await settle();
  fake.emit("frame.loadcommit", { frame: 1, url: URL_A, isTopLevel: true });
  const error = { name: "Error", message: "m" };
  fake.answer("frame.executeScript", () => ({
    error: /** @type {any} */ ({ ...error, thrown: [1, { $: ["undefined"] }] }),
  }));
  await assert.rejects(frame.executeScript({ code: "" }), (thrown) => JSON.stringify(thrown) === "[1,null]");
  fake.answer("frame.executeScript", () => ({ result: { value: { $: ["nonsense"] } } }));
  await assert.rejects(frame.executeScript({ code: "" }), /malformed/);
  fake.answer("frame.executeScript", () => ({
    error: /** @type {any} */ ({ ...error, thrown: { $: ["nonsense"] } }),
  }));
  await assert.rejects(frame.executeScript({ code: "" }), /malformed/);
});

test("the end of a guest rejects what it has not answered", async () => {
  const { document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  fake.answer("frame.go", () => new Promise(() => {}));
  fake.answer("frame.executeScript", () => new Promise(() => {}));
  const waiting = frame.executeScript({ code: "1" });
  const going = frame.back();
  const outcomes = Promise.allSettled([waiting, going]);
  frame.remove();
  const names = (await outcomes).map((outcome) => outcome.status === "rejected" && outcome.reason.name);
  assert.deepEqual(names, ["AbortError", "AbortError"]);
});

test("an element whose guest cannot be made has none", async () => {
  const { window, document, fake } = page();
  fake.answer("frame.create", () => ({ error: { name: "NotAllowedError", message: "policy" } }));
  const frame = new window.ControlledFrame();
  frame.src = URL_A;
  document.body.append(frame);
  const script = frame.executeScript({ code: "1" });
  await assert.rejects(script, { name: "NotAllowedError" });
  await assert.rejects(frame.back(), { name: "NotAllowedError" });
});

test("a guest that the UI process ends leaves an empty element, which the next src fills", async () => {
  const { document, fake } = page(`<controlledframe src="${URL_A}"></controlledframe>`);
  const frame = document.querySelector("controlledframe");
  fake.answer("frame.executeScript", () => new Promise(() => {}));
  fake.emit("frame.loadcommit", { frame: 1, url: URL_A, isTopLevel: true });
  const running = frame.executeScript({ code: "1" });
  fake.emit("frame.ended", { frame: 1, name: "NotAllowedError", message: "taken back" });
  for (const promise of [running, frame.executeScript({ code: "1" }), frame.go(0)]) {
    await assert.rejects(promise, { name: "NotAllowedError", message: "taken back" });
  }
  frame.reload();
  assert.deepEqual(fake.paramsOf("frame.reload"), []);

  fake.answer("frame.executeScript", () => ({ result: { value: 2 } }));
  frame.src = URL_A;
  fake.emit("frame.loadcommit", { frame: 2, url: URL_A, isTopLevel: true });
  assert.deepEqual(story(fake), ["create 1 https://a.test/", "create 2 https://a.test/"]);
  assert.equal(await frame.executeScript({ code: "2" }), 2);
});

test("without the policy feature the element and its interface do not exist", () => {
  const { window, document } = page("", []);
  assert.equal(window.ControlledFrame, undefined);
  assert.equal(window.HTMLControlledFrameElement, undefined);
  assert.equal(document.createElement("controlledframe").executeScript, undefined);
  assert.equal(typeof window.TCPSocket, "function");
  assert.equal(window.crossOriginIsolated, true);
});

test("the bundle leaves nothing else in the global scope", () => {
  const { window } = page();
  assert.deepEqual(
    Object.keys(window).filter((name) => /bundle|native|insula/i.test(name)),
    [],
  );
});
