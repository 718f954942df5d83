// @ts-check
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { open } from "./dom.js";
import { settle } from "./fake-native.js";

/** @type {ReturnType<typeof open>[]} */
const pages = [];
/** A frame that has a guest, its menus, and what the runtime knows of them. */
async function frame(chromium = false) {
  const opened = open('<controlledframe src="https://a.test/"></controlledframe>', undefined, undefined, chromium);
  pages.push(opened);
  await settle();
  const element = opened.document.querySelector("controlledframe");
  const { fake } = opened;
  const known = () => fake.paramsOf("frame.setContextMenu").at(-1)?.items ?? [];
  const checks = () =>
    known()
      .filter((/** @type {any} */ item) => item.checked)
      .map((/** @type {any} */ item) => item.id);
  return { ...opened, element, menus: element.contextMenus, known, checks };
}
afterEach(() => {
  for (const { close } of pages.splice(0)) close();
});

/** @param {string} menuItemId @param {object} [more] */
const click = (menuItemId, more = {}) => ({
  frame: 1,
  menuItemId,
  editable: false,
  frameId: 0,
  frameUrl: null,
  linkUrl: null,
  mediaType: null,
  pageUrl: "https://a.test/",
  selectionText: null,
  srcUrl: null,
  ...more,
});

/** @param {Promise<unknown>} promise */
const refusal = (promise) => promise.then(String, (error) => `${error.name}: ${error.message}`);

test("the first draft's way gives ids and calls back", async () => {
  const { menus, known } = await frame();
  /** @type {string[]} */
  const called = [];
  const first = menus.create({ title: "One", context: ["link"], targetUrlPatterns: "*://*/*" }, () => called.push("made"));
  assert.equal(typeof first, "string");
  assert.equal(menus.create({ id: "own", title: "Two" }, null), "own");
  assert.notEqual(menus.create({ title: "Three" }), first);
  menus.update("own", { title: "Changed" }, () => called.push("changed"));
  menus.remove(first, () => called.push("removed"));
  await settle();
  assert.deepEqual(called, ["made", "changed", "removed"]);
  assert.deepEqual(
    known().map((/** @type {any} */ item) => item.title),
    ["Changed", "Three"],
  );
  menus.removeAll(() => called.push("none left"));
  await settle();
  assert.deepEqual(known(), []);
  assert.throws(() => menus.create({ id: "x", title: "", context: ["page"] }), { name: "TypeError" });
  assert.throws(() => menus.create({ title: "x" }, "no function"), { name: "TypeError" });
});

test("today's way gives promises", async () => {
  const { menus, known } = await frame();
  const made = menus.create({
    id: "it",
    title: "It",
    contexts: ["image", "video"],
    documentURLPatterns: ["https://a.test/*", "<all_urls>"],
    enabled: false,
  });
  assert.equal(await made, undefined);
  assert.deepEqual(known(), [
    {
      id: "it",
      type: "normal",
      title: "It",
      contexts: ["image", "video"],
      documentUrlPatterns: [{ match: "https://a.test/*" }, { match: "<all_urls>" }],
      targetUrlPatterns: [],
      enabled: false,
      checked: false,
    },
  ]);
  assert.equal(await menus.update("it", { enabled: true }), undefined);
  assert.equal(known()[0].enabled, true);
  assert.deepEqual(known()[0].contexts, ["image", "video"], "what is not given stays");
  assert.equal(await menus.remove("it"), undefined);
  assert.equal(await menus.removeAll(), undefined);
  // Apps that wait for the promise give `onclick` as well, which only the first draft has.
  const onclick = () => {};
  assert.equal(await menus.create({ id: "it", title: "It", contexts: ["all"], onclick }), undefined);
  assert.equal(menus.create({ id: "too", title: "Too", onclick }), "too");
});

test("where both spellings are given, today's counts", async () => {
  const { menus, known } = await frame();
  menus.create({ id: "it", title: "It", context: ["link"], contexts: ["page"], documentUrlPatterns: "http://old/*", documentURLPatterns: ["http://new/*"] });
  await settle();
  assert.deepEqual(known()[0].contexts, ["page"]);
  assert.deepEqual(known()[0].documentUrlPatterns, [{ match: "http://new/*" }]);
});

test("what is wrong is refused, and changes nothing", async () => {
  const { menus, known, window } = await frame();
  await menus.create({ id: "it", title: "It" });
  await menus.create({ id: "box", type: "checkbox", title: "Box" });
  for (const [promise, expected] of /** @type {[Promise<unknown>, RegExp][]} */ ([
    [menus.create({ id: "it", title: "Again" }), /^TypeError: .*Cannot create item with duplicate id it$/],
    [menus.create({ id: "x" }), /title/],
    [menus.create({ id: "x", title: "x", type: "button" }), /ItemType/],
    [menus.create({ id: "x", title: "x", contexts: ["launcher"] }), /ContextType/],
    [menus.create({ id: "x", title: "x", contexts: [] }), /no context/],
    [menus.create({ id: "x", title: "x", contexts: "page" }), /sequence/],
    [menus.create({ id: "x", title: "x", checked: true }), /can be checked/],
    [menus.create({ id: "x", title: "x", parentId: "nobody" }), /Cannot find menu item with id nobody/],
    [menus.create({ id: "x", title: "x", parentId: "box" }), /must have type "normal"/],
    [menus.create({ id: "x", title: "x", documentURLPatterns: ["no pattern"] }), /not a valid URL pattern/],
    [menus.create({ id: "x", title: "x".repeat(1001) }), /longer than/],
    [menus.create({ id: "x", title: Symbol("x") }), /^TypeError/],
    [menus.create({ id: "x", get title() { throw new RangeError("thrown"); } }), /^RangeError: thrown$/],
    [menus.create(5, undefined), /not of type/],
    [menus.update("nobody", {}), /Cannot find menu item with id nobody/],
    [menus.update("it", { parentId: "it" }), /self or descendant/],
    [menus.update("it"), /2 arguments required/],
    [menus.remove("nobody"), /Cannot find menu item with id nobody/],
    [menus.remove(), /1 argument required/],
    [menus.remove.call({}, "it"), /Illegal invocation/],
    [(0, menus.removeAll)(), /Illegal invocation/],
  ])) {
    assert.match(await refusal(promise), expected);
  }
  assert.throws(() => (0, menus.create)({ id: "x", title: "x" }), { name: "TypeError" });
  assert.throws(() => new window.ContextMenus(), { message: "Illegal constructor" });
  assert.equal(known().length, 2);
});

test("items are bounded, and so is how deep menus lie", async () => {
  const { menus, known } = await frame();
  for (let i = 0; i < 1000; i++) menus.create({ title: `${i}` });
  assert.throws(() => menus.create({ title: "one more" }), /1000 menu items/);
  await settle();
  assert.equal(known().length, 1000);
  await menus.removeAll();
  for (let i = 0; i < 10; i++) menus.create({ id: `${i}`, title: "x", parentId: i ? `${i - 1}` : undefined }, () => {});
  assert.match(await refusal(menus.create({ id: "10", title: "x", parentId: "9" })), /lie in one another/);
  await menus.remove("0");
  assert.deepEqual(known(), []);
});

test("changes of one turn are told at once", async () => {
  const { menus, fake } = await frame();
  for (let i = 0; i < 50; i++) menus.create({ title: `${i}` });
  await settle();
  assert.equal(fake.paramsOf("frame.setContextMenu").length, 1);
});

test("radio buttons that are neighbours exclude one another", async () => {
  const { menus, fake, known, checks } = await frame();
  const radio = (/** @type {string} */ id, more = {}) => menus.create({ id, type: "radio", title: id, ...more });
  await radio("a");
  assert.deepEqual(checks(), ["a"], "one of each group is checked");
  await radio("b");
  await radio("c", { checked: true });
  assert.deepEqual(checks(), ["c"]);
  await menus.create({ id: "line", type: "separator" });
  await radio("d");
  assert.deepEqual(checks(), ["c", "d"]);
  await menus.update("b", { checked: true });
  assert.deepEqual(checks(), ["b", "d"]);
  /** @type {any[]} */
  const clicks = [];
  menus.addEventListener("click", (/** @type {any} */ { menuItem }) => clicks.push(menuItem));
  fake.emit("frame.contextMenuClick", click("a"));
  fake.emit("frame.contextMenuClick", click("a"));
  await settle();
  assert.deepEqual(checks(), ["a", "d"]);
  assert.deepEqual(
    clicks.map(({ id, checked, wasChecked }) => [id, checked, wasChecked]),
    [
      ["a", true, false],
      ["a", true, true],
    ],
  );
  await menus.remove("a");
  assert.deepEqual(checks(), ["b", "d"]);
  await menus.remove("line");
  assert.equal(checks().length, 1, "they are one group now");
  assert.equal(known().length, 3);
});

test("a checkbox changes when it is chosen", async () => {
  const { menus, fake, checks } = await frame();
  await menus.create({ id: "box", type: "checkbox", title: "Box", checked: true });
  /** @type {any[]} */
  const clicks = [];
  menus.onclick = (/** @type {any} */ { checked, wasChecked }) => clicks.push([checked, wasChecked]);
  fake.emit("frame.contextMenuClick", click("box"));
  await settle();
  assert.deepEqual(checks(), []);
  fake.emit("frame.contextMenuClick", click("box"));
  fake.emit("frame.contextMenuClick", click("gone"));
  await settle();
  assert.deepEqual(checks(), ["box"]);
  assert.deepEqual(clicks, [
    [false, true],
    [true, false],
  ]);
});

test("a click has the names of both drafts on one event", async () => {
  const { menus, fake } = await frame();
  /** @type {any[]} */
  const events = [];
  menus.create({ id: "parent", title: "Parent" }, () => {});
  menus.create({ id: "it", title: "It", parentId: "parent", onclick: (/** @type {any} */ data) => events.push(data) });
  menus.addEventListener("click", (/** @type {any} */ event) => events.push(event));
  await settle();
  fake.emit(
    "frame.contextMenuClick",
    click("it", {
      editable: true,
      frameId: 3,
      frameUrl: "https://f.test/",
      linkUrl: "https://l.test/",
      mediaType: "image",
      selectionText: "text",
      srcUrl: "https://s.test/",
    }),
  );
  await settle();
  const [event, data] = events;
  assert.equal(event, data);
  assert.equal(event.type, "click");
  assert.equal(event.bubbles, false);
  assert.deepEqual({ ...event.menuItem }, { id: "it", parentMenuId: "parent" });
  const fields = { ...event };
  delete fields.isTrusted;
  delete fields.menuItem;
  assert.deepEqual(fields, {
    menuItemId: "it",
    parentMenuId: "parent",
    editable: true,
    frameId: 3,
    frameURL: "https://f.test/",
    frameUrl: "https://f.test/",
    linkURL: "https://l.test/",
    linkUrl: "https://l.test/",
    mediaType: "image",
    pageURL: "https://a.test/",
    pageUrl: "https://a.test/",
    selectionText: "text",
    srcURL: "https://s.test/",
    srcUrl: "https://s.test/",
  });
});

test("show is told, whatever it is called", async () => {
  const { menus, fake } = await frame();
  /** @type {string[]} */
  const told = [];
  menus.addEventListener("show", () => told.push("listener"));
  menus.onShow = () => told.push("first draft");
  fake.emit("frame.contextMenuShow", { frame: 1 });
  menus.onshow = () => told.push("today");
  assert.equal(menus.onShow, menus.onshow);
  fake.emit("frame.contextMenuShow", { frame: 1 });
  assert.deepEqual(told, ["listener", "first draft", "listener", "today"]);
});

test("items belong to the element, with a guest and without", async () => {
  const opened = open("");
  pages.push(opened);
  const { document, fake } = opened;
  const element = document.createElement("controlledframe");
  assert.equal(element.contextMenus, element.contextMenus);
  await element.contextMenus.create({ id: "it", title: "It" });
  assert.deepEqual(fake.paramsOf("frame.setContextMenu"), []);
  element.src = "https://a.test/";
  document.body.append(element);
  await settle();
  const known = () => fake.paramsOf("frame.setContextMenu").at(-1);
  assert.deepEqual([known().frame, known().items[0].id], [1, "it"]);
  element.remove();
  await settle();
  await element.contextMenus.create({ id: "another", title: "Another" });
  document.body.append(element);
  await settle();
  assert.deepEqual([known().frame, known().items.length], [2, 2]);
});

test("as in Chromium there is only today's way, and an id", async () => {
  const { menus, known } = await frame(true);
  const outcome = (/** @type {unknown} */ given) => refusal(Promise.resolve(given));
  assert.equal(await outcome(menus.create({ id: "a", title: "A", contexts: ["link"] })), "undefined");
  assert.equal(await outcome(menus.create({ id: "b", title: "B", onclick: () => {} })), "undefined");
  assert.equal(
    await outcome(menus.create({ title: "C" })),
    "TypeError: Failed to execute 'create' on 'ContextMenus': " +
      "Failed to read the 'id' property from 'ContextMenusCreateProperties': Required member is undefined.",
  );
  assert.match(await outcome(menus.create({ id: "a", title: "A" })), /^TypeError: .*duplicate id a/);
  const callback = () => {};
  const refused = { name: "Error", message: "Callback form deprecated, see API doc for correct usage." };
  assert.throws(() => menus.create({ id: "c", title: "C" }, callback), refused);
  assert.throws(() => menus.update("a", { title: "C" }, callback), refused);
  assert.throws(() => menus.remove("a", callback), refused);
  assert.throws(() => menus.removeAll(callback), refused);
  await settle();
  assert.deepEqual(
    known().map((/** @type {any} */ item) => item.id),
    ["a", "b"],
  );
});
