// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./dom.js";
import { settle } from "./fake-native.js";

/** A document whose grant is known. @param {string} state */
async function opened(state) {
  const page = open();
  page.fake.emit("network.statechange", { state });
  await settle();
  return { ...page, network: page.window.navigator.unrestrictedNetwork };
}

test("interfaces are the runtime's, and so is the refusal", async () => {
  const { network, fake, close } = await opened("granted");
  const lo = { name: "lo", type: "loopback", up: true, loopback: true, addresses: [] };
  fake.answer("network.interfaces", () => ({ result: { interfaces: [lo] } }));
  assert.deepEqual(JSON.parse(JSON.stringify(await network.interfaces())), [lo]);
  fake.answer("network.interfaces", () => ({ error: { name: "NotAllowedError", message: "no grant" } }));
  await assert.rejects(network.interfaces(), { name: "NotAllowedError" });
  await assert.rejects(network.interfaces.call({}), /not a valid instance of UnrestrictedNetwork/);
  close();
});

test("interfaces are watched once somebody listens, with the grant, and again with the next one", async () => {
  const { network, window, fake, close } = await opened("prompt");
  const watched = () => fake.paramsOf("network.watchInterfaces").length;
  /** @type {string[]} */
  const seen = [];
  network.addEventListener("statechange", () => {});
  fake.emit("network.statechange", { state: "granted" });
  assert.equal(watched(), 0, "nobody listens");
  fake.emit("network.statechange", { state: "denied" });
  network.addEventListener("interfaceschange", () => seen.push("listener"));
  network.oninterfaceschange = () => seen.push("handler");
  assert.equal(watched(), 0, "there is no grant");
  fake.emit("network.interfaceschange", {});
  assert.deepEqual(seen, []);
  fake.emit("network.statechange", { state: "granted" });
  assert.equal(watched(), 1);
  network.addEventListener("interfaceschange", () => {});
  assert.equal(watched(), 1);
  fake.emit("network.interfaceschange", {});
  assert.deepEqual(seen, ["listener", "handler"]);
  fake.emit("network.statechange", { state: "denied" });
  fake.emit("network.statechange", { state: "granted" });
  assert.equal(watched(), 2);

  // A listener on something else is none.
  const { addEventListener } = window.UnrestrictedNetwork.prototype;
  addEventListener.call(new window.EventTarget(), "interfaceschange", () => {});
  assert.throws(() => addEventListener.call({}, "interfaceschange", () => {}));
  assert.throws(() => window.UnrestrictedNetwork.prototype.oninterfaceschange, /Illegal invocation/);
  close();
});

test("the public address is asked of the page's servers", async () => {
  const { network, window, fake, close } = await opened("granted");
  const found = { address: "192.0.2.1", port: 9, family: "ipv4", natMapped: true, server: "stun:a:3478" };
  fake.answer("network.publicAddress", () => ({ result: found }));
  const answer = await network.publicAddress({ stunServers: new window.Set(["stun:a"]), family: "ipv4" });
  assert.deepEqual({ ...answer }, found);
  await network.publicAddress();
  assert.deepEqual(
    fake.paramsOf("network.publicAddress").map(({ request, ...params }) => params),
    [{ stunServers: ["stun:a"], family: "ipv4" }, { stunServers: [] }],
  );
  for (const options of [1, { stunServers: 5 }, { family: "unix" }, { signal: {} }]) {
    await assert.rejects(network.publicAddress(options), window.TypeError, JSON.stringify(options));
  }
  await assert.rejects(network.publicAddress.call({}), /not a valid instance of UnrestrictedNetwork/);
  assert.equal(fake.paramsOf("network.publicAddress").length, 2);
  close();
});

test("records are asked for by name and type, and come in the page's own form", async () => {
  const { network, window, fake, close } = await opened("granted");
  const https = {
    priority: 1,
    target: ".",
    alpn: ["h2"],
    noDefaultAlpn: false,
    port: null,
    ipv4hint: null,
    ipv6hint: ["2001:db8::1"],
    ech: "AAL+DQ==",
  };
  /** @type {Record<string, unknown[]>} */
  const answers = { A: ["192.0.2.1"], MX: [{ preference: 10, exchange: "mail.example." }], HTTPS: [https] };
  fake.answer("network.resolve", (/** @type {any} */ { type }) => ({ result: { records: answers[type] } }));
  assert.deepEqual([...(await network.resolve("a.example"))], answers.A);
  assert.deepEqual(JSON.parse(JSON.stringify(await network.resolve("a.example", { type: "MX" }))), answers.MX);
  const [record] = await network.resolve("a.example", { type: "HTTPS" });
  assert.deepEqual(Object.keys(record), ["priority", "target", "noDefaultAlpn", "alpn", "ipv6hint", "ech"]);
  assert.deepEqual([...record.ech], [0, 2, 254, 13]);
  assert.ok(record.ech instanceof window.Uint8Array);
  const asked = fake.paramsOf("network.resolve").map(({ request, ...params }) => params);
  const types = ["A", "MX", "HTTPS"];
  assert.deepEqual(asked, types.map((type) => ({ name: "a.example", type })));

  for (const given of [[], ["a", 1], ["a", { type: "ANY" }], ["a", { type: "mx" }], ["a", { signal: {} }]]) {
    await assert.rejects(network.resolve(...given), window.TypeError, JSON.stringify(given));
  }
  await assert.rejects(network.resolve.call({}, "a"), /not a valid instance of UnrestrictedNetwork/);
  fake.answer("network.resolve", () => ({ error: { name: "NotFoundError", message: "no such name" } }));
  await assert.rejects(network.resolve("a.example"), { name: "NotFoundError" });
  close();
});

test("a signal gives up looking up, before and meanwhile", async () => {
  const { network, window, fake, close } = await opened("granted");
  fake.answer("network.resolve", () => new Promise(() => {}));
  const reasonOf = (/** @type {Promise<unknown>} */ asked) => asked.catch((reason) => reason);
  assert.equal(await reasonOf(network.resolve("a", { signal: window.AbortSignal.abort("gone") })), "gone");
  const controller = new window.AbortController();
  const asked = network.resolve("a", { signal: controller.signal });
  controller.abort("enough");
  assert.equal(await reasonOf(asked), "enough");
  const [{ request }] = fake.paramsOf("network.resolve");
  assert.deepEqual(fake.paramsOf("network.abort"), [{ request }]);
  close();
});

test("a signal gives up, before and while it is asked", async () => {
  const { network, window, fake, close } = await opened("granted");
  fake.answer("network.publicAddress", () => new Promise(() => {}));
  const gone = window.AbortSignal.abort("gone");
  assert.equal(await network.publicAddress({ signal: gone }).catch((/** @type {any} */ reason) => reason), "gone");
  const controller = new window.AbortController();
  const asked = network.publicAddress({ signal: controller.signal });
  controller.abort("enough");
  assert.equal(await asked.catch((/** @type {any} */ reason) => reason), "enough");
  const [{ request }] = fake.paramsOf("network.publicAddress");
  assert.deepEqual(fake.paramsOf("network.abort"), [{ request }]);
  close();
});
