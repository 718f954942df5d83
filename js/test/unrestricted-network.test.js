// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./dom.js";
import { settle } from "./fake-native.js";

test("the object is the same each time, on the top frame's navigator only", () => {
  const { window, close } = open();
  const { navigator } = window;
  assert.equal(navigator.unrestrictedNetwork, navigator.unrestrictedNetwork);
  assert.equal(String(navigator.unrestrictedNetwork), "[object UnrestrictedNetwork]");
  assert.throws(() => new window.UnrestrictedNetwork(), /Illegal constructor/);
  const { get } = /** @type {any} */ (
    Object.getOwnPropertyDescriptor(window.Navigator.prototype, "unrestrictedNetwork")
  );
  assert.equal(get.name, "get unrestrictedNetwork");
  assert.throws(() => get.call({}), window.TypeError);
  close();

  const child = open("", [], false);
  assert.equal("unrestrictedNetwork" in child.window.navigator, false);
  child.close();
});

test("state follows the runtime, and statechange tells of it", async () => {
  const { window, fake, close } = open();
  const { unrestrictedNetwork } = window.navigator;
  assert.equal(unrestrictedNetwork.state, "prompt");
  /** @type {string[]} */
  const seen = [];
  unrestrictedNetwork.onstatechange = () => seen.push(`handler ${unrestrictedNetwork.state}`);
  unrestrictedNetwork.addEventListener("statechange", () => seen.push("listener"));
  fake.answer("network.request", () => ({ result: { state: "granted" } }));
  assert.equal(await unrestrictedNetwork.request(), "granted");
  fake.emit("network.statechange", { state: "granted" });
  fake.emit("network.statechange", { state: "denied" });
  assert.deepEqual(seen, ["handler granted", "listener", "handler denied", "listener"]);
  close();
});

test("a refused request rejects under the name that the runtime gives", async () => {
  const { window, fake, close } = open();
  fake.answer("network.request", () => ({
    error: { name: "NotAllowedError", message: "no user activation" },
  }));
  await assert.rejects(window.navigator.unrestrictedNetwork.request(), { name: "NotAllowedError" });
  const { request, fetch } = window.UnrestrictedNetwork.prototype;
  for (const other of [{}, undefined, null, 1]) {
    await assert.rejects(request.call(other), window.TypeError);
    await assert.rejects(fetch.call(other, "https://a.test/"), /not a valid instance of UnrestrictedNetwork/);
  }
  const { prototype } = window.UnrestrictedNetwork;
  for (const member of ["state", "onstatechange"]) {
    assert.throws(() => prototype[member], { name: "TypeError", message: "Illegal invocation" });
  }
  await assert.rejects(window.navigator.unrestrictedNetwork.fetch(), /1 argument required/);
  close();
});

test("permissions.query asks the runtime about names that the engine does not know", async () => {
  const { window, fake, close } = open();
  const { permissions } = window.navigator;
  fake.answer("permission.query", ({ name }) =>
    name === "unrestricted-network"
      ? { result: { state: "prompt" } }
      : { error: { name: "TypeError", message: "unknown" } },
  );
  assert.equal((await permissions.query({ name: "geolocation" })).state, "prompt");
  assert.deepEqual(fake.paramsOf("permission.query"), []);

  const status = await permissions.query({ name: "unrestricted-network" });
  assert.deepEqual([status.name, status.state], ["unrestricted-network", "prompt"]);
  assert.ok(status instanceof window.PermissionStatus);
  let changes = 0;
  status.onchange = () => changes++;
  fake.emit("network.statechange", { state: "granted" });
  await settle();
  assert.deepEqual([status.state, changes], ["granted", 1]);

  await assert.rejects(permissions.query({ name: "nonsense" }), /unknown name nonsense/);
  await assert.rejects(permissions.query(), { name: "TypeError" });
  close();
});
