// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./dom.js";

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

test("requests while the question is open share its answer, and later ones ask anew", async () => {
  const { window, fake, close } = open();
  const { unrestrictedNetwork } = window.navigator;
  // The runtime takes the click for the first.
  let states = ["prompt", "granted"];
  fake.answer("network.request", () => ({ result: { state: states.shift() } }));
  assert.deepEqual(await Promise.all([unrestrictedNetwork.request(), unrestrictedNetwork.request()]), [
    "prompt",
    "prompt",
  ]);
  assert.equal(await unrestrictedNetwork.request(), "granted");
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
