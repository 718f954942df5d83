// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./dom.js";
import { settle } from "./fake-native.js";

const WIFI = {
  online: true,
  type: "wifi",
  downlinkMax: null,
  saveData: false,
  metered: true,
  connectivity: "full",
  cellularGeneration: null,
};
const WIRE = { ...WIFI, type: "ethernet", downlinkMax: 1000, metered: false };
const NAMES = ["online", "type", "downlinkMax", "saveData", "metered", "connectivity", "cellularGeneration"];
const UNKNOWN = [true, "unknown", Infinity, false, false, "unknown", null];

/** @param {any} connection */
const read = (connection) => NAMES.map((name) => connection[name]);

test("nothing is asked until a page looks, and change tells of each difference", async () => {
  const { window, fake, close } = open();
  fake.answer("network.state", () => ({ result: { state: "granted" } }));
  fake.answer("network.watchInformation", () => ({ result: WIFI }));
  await settle();
  const calls = () => fake.paramsOf("network.watchInformation").length;
  assert.equal(calls(), 0);

  const { connection } = window.navigator.unrestrictedNetwork;
  assert.equal(connection, window.navigator.unrestrictedNetwork.connection);
  assert.deepEqual(read(connection), UNKNOWN);
  let changes = 0;
  connection.onchange = () => changes++;
  await settle();
  assert.deepEqual(read(connection), [true, "wifi", Infinity, false, true, "full", null]);
  assert.deepEqual([changes, calls()], [1, 1]);

  fake.emit("network.informationchange", WIFI);
  assert.equal(changes, 1);
  fake.emit("network.informationchange", WIRE);
  assert.deepEqual(read(connection), [true, "ethernet", 1000, false, false, "full", null]);
  for (const [name, value] of Object.entries({ saveData: true, cellularGeneration: "5g", online: false })) {
    fake.emit("network.informationchange", { ...WIRE, [name]: value });
    assert.equal(connection[name], value);
  }
  assert.equal(changes, 5);
  close();
});

test("without the grant it knows nothing, and what comes back with the grant is asked for again", async () => {
  const { window, fake, close } = open();
  let isGranted = false;
  fake.answer("network.watchInformation", () =>
    isGranted ? { result: WIFI } : { error: { name: "NotAllowedError", message: "no grant" } },
  );
  const { unrestrictedNetwork } = window.navigator;
  const { connection } = unrestrictedNetwork;
  /** @type {string[]} */
  const seen = [];
  unrestrictedNetwork.onstatechange = () => seen.push(unrestrictedNetwork.state);
  connection.addEventListener("change", () => seen.push(connection.type));
  await settle();
  assert.deepEqual([read(connection), seen], [UNKNOWN, []]);

  isGranted = true;
  fake.emit("network.statechange", { state: "granted" });
  await settle();
  fake.emit("network.statechange", { state: "denied" });
  assert.deepEqual(read(connection), UNKNOWN);
  fake.emit("network.statechange", { state: "granted" });
  await settle();
  assert.deepEqual(seen, ["granted", "wifi", "denied", "unknown", "granted", "wifi"]);
  close();
});

test("only the runtime makes one, and its members are its own", () => {
  const { window, close } = open();
  const { prototype } = window.UnrestrictedNetworkConnection;
  assert.throws(() => new window.UnrestrictedNetworkConnection(), /Illegal constructor/);
  for (const name of [...NAMES, "onchange"]) {
    const { get, set, enumerable } = /** @type {any} */ (Object.getOwnPropertyDescriptor(prototype, name));
    assert.ok(enumerable && !set === (name !== "onchange"), name);
    assert.throws(() => get.call(new window.EventTarget()), window.TypeError, name);
  }
  assert.equal(String(window.navigator.unrestrictedNetwork.connection), "[object UnrestrictedNetworkConnection]");
  close();
});
