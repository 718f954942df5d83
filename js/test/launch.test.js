// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./dom.js";
import { settle } from "./fake-native.js";

/** A page that has been told of launches; `params` are all that its consumer has got. */
function openConsuming() {
  const page = open();
  /** @type {any[]} */
  const params = [];
  const consume = () => page.window.launchQueue.setConsumer((/** @type {any} */ launch) => params.push(launch));
  /** @param {string} targetUrl @param {{ file: number, name: string }[]} files */
  const launch = (targetUrl, files = []) => page.fake.emit("launch.params", { targetUrl, files });
  return { ...page, params, consume, launch };
}

test("what the app was started for waits for who takes it, in order", async () => {
  const { window, params, consume, launch, close } = openConsuming();
  launch("https://example.com/a");
  launch("https://example.com/b", [{ file: 0, name: "notes.txt" }]);
  consume();
  launch("https://example.com/c");
  assert.deepEqual(
    params.map(({ targetURL, files }) => [targetURL, [...files].map((/** @type {any} */ file) => file.name)]),
    [
      ["https://example.com/a", []],
      ["https://example.com/b", ["notes.txt"]],
      ["https://example.com/c", []],
    ],
  );
  assert.ok(params[0] instanceof window.LaunchParams && Object.isFrozen(params[1].files));
  assert.throws(() => new window.LaunchParams(), { name: "TypeError" });
  assert.throws(() => window.launchQueue.setConsumer(1), { name: "TypeError" });
  close();
});

test("a consumer that throws does not keep the next launch from the page", async () => {
  const { window, params, launch, close } = openConsuming();
  launch("https://example.com/a");
  launch("https://example.com/b");
  window.launchQueue.setConsumer((/** @type {any} */ launch) => {
    params.push(launch);
    throw new Error("a mistake");
  });
  assert.equal(params.length, 2);
  close();
});

test("a file is got from a chooser that only the runtime can open", async () => {
  const { window, fake, params, consume, launch, close } = openConsuming();
  launch("https://example.com/", [
    { file: 0, name: "notes.txt" },
    { file: 1, name: "other.txt" },
  ]);
  consume();
  const [handle, other] = params[0].files;
  assert.deepEqual([handle.kind, handle.name], ["file", "notes.txt"]);
  assert.equal(await handle.queryPermission(), "granted");
  assert.deepEqual([await handle.isSameEntry(handle), await handle.isSameEntry(other)], [true, false]);
  assert.ok(handle instanceof window.FileSystemFileHandle && handle instanceof window.FileSystemHandle);
  await assert.rejects(window.FileSystemFileHandle.prototype.getFile.call({}), { name: "TypeError" });

  fake.answer("launch.file", () => ({ result: { mediaType: "application/x-secret", event: "secret" } }));
  const got = handle.getFile();
  await settle();
  assert.deepEqual(fake.paramsOf("launch.file"), [{ file: 0 }]);
  const fail = () => assert.fail("a page has no part in it");
  window.HTMLElement.prototype.click = fail;
  window.HTMLInputElement.prototype.click = fail;
  window.document.createElement = fail;
  Object.defineProperty(window.HTMLInputElement.prototype, "files", { get: fail });
  window.FileList.prototype.item = fail;
  const { choosersOpened, filesPicked } = window;
  const say = (/** @type {string} */ event) => window.dispatchEvent(new window.Event(event));
  say("other");
  assert.equal(choosersOpened.length, 0, "another event opens none");
  say("secret");
  say("secret");
  const [chooser, again] = choosersOpened;
  assert.ok(chooser === again && choosersOpened.length === 2, "it is opened until it is open");
  assert.deepEqual([chooser.accept, chooser.isConnected], ["application/x-secret", false], "it is nowhere in the page");
  const file = new window.File(["text"], "notes.txt");
  filesPicked.set(chooser, [file]);
  chooser.dispatchEvent(new window.Event("change"));
  assert.equal(await got, file);
  say("secret");
  assert.equal(choosersOpened.length, 2, "it is not opened again");

  const gone = other.getFile();
  await settle();
  say("secret");
  assert.notEqual(choosersOpened[2], chooser);
  choosersOpened[2].dispatchEvent(new window.Event("cancel"));
  await assert.rejects(gone, { name: "NotFoundError" });
  close();
});

test("a badge is a number, a mark without one, or none", async () => {
  const { window, fake, close } = openConsuming();
  const { navigator } = window;
  await navigator.setAppBadge(7.9);
  await navigator.setAppBadge();
  await navigator.setAppBadge(0);
  await navigator.clearAppBadge();
  for (const wrong of [-1, NaN, Infinity, 2 ** 53, "many"]) {
    await assert.rejects(navigator.setAppBadge(wrong), { name: "TypeError" }, `${wrong}`);
  }
  await assert.rejects(navigator.setAppBadge.call({}, 1), { name: "TypeError" });
  assert.deepEqual(fake.paramsOf("badge.set"), [{ count: 7 }, {}, { count: 0 }, { count: 0 }]);
  close();
});
