// @ts-check
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const source = await readFile(new URL("../guard/guard.js", import.meta.url), "utf8");

/** What the guard guards, as the engine has it, in a realm of its own. */
const ENGINE = `
  globalThis.done = [];
  globalThis.DOMException = class extends Error {
    constructor(message, name) { super(message); this.name = name }
  };
  globalThis.GeolocationPositionError = class {};
  globalThis.Notification = class {};
  globalThis.ServiceWorkerRegistration = class { async showNotification(title) { done.push(title) } };
  globalThis.Clipboard = class { async writeText(text) { done.push(text) } };
  globalThis.Document = class { execCommand(command) { done.push(command); return true } };
  globalThis.EventTarget = class { addEventListener() {} };
  globalThis.WakeLockSentinel = class extends EventTarget { async release() { done.push("released") } };
  globalThis.WakeLock = class { async request() { return new WakeLockSentinel() } };
  globalThis.Geolocation = class {
    watchPosition(succeeded, failed) { this.succeeded = succeeded; this.failed = failed; return 7 }
    clearWatch(number) { done.push("cleared " + number) }
  };
  globalThis.clipboard = new Clipboard();
  globalThis.document = new Document();
  globalThis.wakeLock = new WakeLock();
  globalThis.geolocation = new Geolocation();
`;

/** A guarded document in which these are granted. @param {string[]} granted @param {boolean} isStranger */
function guarded(granted, isStranger = false) {
  /** @type {any} */
  const realm = { setTimeout };
  /** @type {(script: string) => any} */
  const run = (script) => runInNewContext(script, realm);
  run(ENGINE);
  const end = run(source)({ allows: (/** @type {string} */ name) => granted.includes(name) }, isStranger);
  return { run, end, realm };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

test("what is not granted is refused, and what is works as before", async () => {
  const { run, realm } = guarded([]);
  await assert.rejects(run("clipboard.writeText('a')"), { name: "NotAllowedError" });
  await assert.rejects(run("wakeLock.request('screen')"), { name: "NotAllowedError" });
  assert.equal(run("document.execCommand('COPY')"), false);
  assert.equal(run("document.execCommand({ toString: () => 'cut' })"), false);
  assert.equal(run("document.execCommand('bold')"), true);
  assert.deepEqual([...realm.done], ["bold"]);
  const granted = guarded(["clipboard-write", "screen-wake-lock"]);
  await granted.run("clipboard.writeText('a')");
  assert.equal(granted.run("document.execCommand('copy')"), true);
  assert.equal(granted.run("Clipboard.prototype.writeText.name + Clipboard.prototype.writeText.length"), "writeText1");
  assert.ok(await granted.run("wakeLock.request('screen')"));
});

test("a service worker's notification is shown only where notifications are granted", async () => {
  const show = "new ServiceWorkerRegistration().showNotification('Mail')";
  const { run, realm } = guarded([]);
  await assert.rejects(run(show), { name: "TypeError" });
  assert.deepEqual([...realm.done], []);
  const granted = guarded(["notifications"]);
  await granted.run(show);
  assert.deepEqual([...granted.realm.done], ["Mail"]);
});

test("only strangers go without notifications", () => {
  assert.equal(guarded([]).run("typeof Notification"), "function");
  assert.equal(guarded([], true).run("typeof Notification"), "undefined");
});

test("a page can hide no wake lock", async () => {
  const granted = ["screen-wake-lock"];
  const { run, end, realm } = guarded(granted);
  run(`
    Object.defineProperty(Promise.prototype, "constructor", { get() { throw new Error("hidden") } });
    Promise.prototype.then = Set.prototype.add = Set.prototype.forEach = () => {};
    WakeLockSentinel.prototype.release = () => {};
    wakeLock.request("screen");
  `);
  await settle();
  end();
  assert.deepEqual([...realm.done], []);
  granted.length = 0;
  end();
  assert.deepEqual([...realm.done], ["released"]);
  // One that is on its way when it is taken back is not kept either.
  granted.push("screen-wake-lock");
  run("wakeLock.request('screen')");
  granted.length = 0;
  await settle();
  assert.ok(realm.done.length >= 2);
});

test("a position is told until it is taken back, and then to nobody", async () => {
  const granted = ["geolocation"];
  const { run, end, realm } = guarded(granted);
  run(`
    globalThis.codes = [];
    globalThis.number = geolocation.watchPosition(() => done.push("told"), ({ code }) => codes.push(code));
    geolocation.succeeded({});
  `);
  assert.equal(realm.number, 7);
  granted.length = 0;
  run("geolocation.succeeded({})");
  end();
  await settle();
  assert.deepEqual([...realm.done], ["told", "cleared 7"]);
  assert.deepEqual([...realm.codes], [1]);
  assert.equal(run("geolocation.watchPosition(() => {}, ({ code }) => codes.push(code))"), 0);
  await settle();
  assert.deepEqual([...realm.codes], [1, 1]);
});

test("who has never known the position is asked about by the engine", () => {
  const { run, end, realm } = guarded([]);
  assert.equal(run("geolocation.watchPosition(() => {})"), 7);
  end();
  assert.deepEqual([...realm.done], []);
});
