// @ts-check
// What `fetch()` takes besides Fetch's own members.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBridge } from "../page/bridge.js";
import { Connections } from "../page/network/connection.js";
import { createFetch } from "../page/network/fetch.js";
import { FakeConnection, FakeNative } from "./fake-native.js";

function setUp() {
  const fake = new FakeNative();
  const connection = new FakeConnection();
  const head = { connection: 3, url: "https://a.test/", redirected: false, status: 200, statusText: "", headers: [] };
  fake.answer("network.fetch", () => ({ result: { ...head, body: "stream" }, descriptor: connection.descriptor }));
  const bridge = createBridge(fake.native);
  const start = createFetch(bridge, new Connections(bridge));
  /** @type {(input: unknown, init?: unknown) => Promise<Response>} */
  const fetch = (input, init) => new Promise((resolve, reject) => start(input, init, resolve, reject));
  return { fake, connection, fetch };
}

test("a timeout goes to the broker, 0 is none, and what is no number of milliseconds is refused", async () => {
  const { fake, fetch } = setUp();
  for (const timeout of [undefined, 0, 1500.9]) await fetch("https://a.test/", { timeout });
  assert.deepEqual(
    fake.paramsOf("network.fetch").map(({ timeout }) => timeout),
    [undefined, undefined, 1500],
  );
  for (const timeout of [-1, NaN, Infinity, 2 ** 32, "soon"]) {
    await assert.rejects(fetch("https://a.test/", { timeout }), TypeError);
  }
});

test("the app's cookies are asked for by a name, and by no other", async () => {
  const { fake, fetch } = setUp();
  for (const unaCredentials of [undefined, "omit", "app"]) await fetch("https://a.test/", { unaCredentials });
  assert.deepEqual(
    fake.paramsOf("network.fetch").map(({ credentials }) => credentials),
    [undefined, "omit", "app"],
  );
  for (const unaCredentials of ["include", "same-origin", "", null, "App"]) {
    await assert.rejects(fetch("https://a.test/", { unaCredentials }), TypeError);
  }
});

test("a response or a body that comes too late is a TimeoutError", async () => {
  const error = { name: "TimeoutError", message: "too late" };
  const { fake, fetch, connection } = setUp();
  const response = await fetch("https://a.test/", { timeout: 10 });
  connection.send("half");
  connection.end(error);
  await assert.rejects(response.text(), { name: "TimeoutError" });
  fake.answer("network.fetch", () => ({ error }));
  const late = fetch("https://a.test/", { timeout: 10 });
  await assert.rejects(late, (error) => error instanceof DOMException && error.name === "TimeoutError");
});
