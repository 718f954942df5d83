// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { open } from "./dom.js";
import { settle } from "./fake-native.js";

/** Opens a page whose runtime knows these states. @param {Record<string, string>} states */
function openWith(states) {
  const page = open();
  page.fake.answer("permission.query", ({ name }) =>
    name in states
      ? { result: { state: states[name] } }
      : { error: { name: "TypeError", message: "not a permission's name" } },
  );
  /** @param {string} name @returns {Promise<PermissionStatus>} */
  const query = (name) => page.window.navigator.permissions.query({ name });
  return { ...page, query };
}

test("the runtime answers for what the engine knows, refuses or has never heard of", async () => {
  const { window, query, close } = openWith({ geolocation: "denied", midi: "denied", "local-network": "granted" });
  for (const [name, state] of [
    ["geolocation", "denied"],
    ["midi", "denied"],
    ["local-network", "granted"],
    ["notifications", "prompt"],
  ]) {
    const status = await query(name);
    assert.deepEqual([status.name, status.state], [name, state]);
    assert.ok(status instanceof window.PermissionStatus);
    assert.deepEqual(Object.keys(status), []);
  }
  close();
});

test("what is wrong with a call is said by the engine", async () => {
  const { window, query, close } = openWith({ camera: "granted" });
  const { permissions } = window.navigator;
  await assert.rejects(query("nonsense"), /unknown name nonsense/);
  await assert.rejects(permissions.query(), { name: "TypeError" });
  await assert.rejects(permissions.query.call({}, { name: "camera" }), { name: "TypeError" });
  const { get } = /** @type {any} */ (
    Object.getOwnPropertyDescriptor(window.PermissionStatus.prototype, "state")
  );
  assert.equal(get.name, "get state");
  assert.throws(() => get.call({}), { name: "TypeError" });
  close();
});

test("a document that ends gets the runtime's error and not the engine's word", async () => {
  const { fake, query, close } = openWith({});
  fake.answer("permission.query", () => ({ error: { name: "InvalidStateError", message: "not active" } }));
  for (const name of ["geolocation", "local-network"]) {
    await assert.rejects(query(name), { name: "InvalidStateError" });
  }
  close();
});

test("every status follows its permission, and change is fired once, where it changed", async () => {
  /** @type {Record<string, string>} */
  const states = { geolocation: "prompt", "local-network": "granted" };
  const { fake, query, close } = openWith(states);
  const held = [await query("geolocation"), await query("geolocation"), await query("local-network")];
  /** @type {string[]} */
  const changes = [];
  held.forEach((status, index) =>
    status.addEventListener("change", () => changes.push(`${index} ${status.state}`)),
  );
  fake.emit("permission.change", {});
  await settle();
  assert.deepEqual(changes, []);

  states.geolocation = "denied";
  fake.emit("permission.change", {});
  await settle();
  assert.deepEqual(changes, ["0 denied", "1 denied"]);
  assert.deepEqual(
    held.map(({ state }) => state),
    ["denied", "denied", "granted"],
  );
  close();
});

test("a page that asks again and again keeps nothing", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const { fake, query, close } = openWith({ geolocation: "prompt" });
  for (let i = 0; i < 100; i++) await query("geolocation");
  const asked = () => fake.paramsOf("permission.query").length;
  // Nobody holds one any more when nothing is asked about them.
  for (let round = 0; ; round++) {
    assert.ok(round < 50, "they are still held");
    await settle();
    collect();
    const before = asked();
    fake.emit("permission.change", {});
    if (asked() === before) break;
  }
  close();
});
