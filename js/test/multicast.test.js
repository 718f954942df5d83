// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBridge } from "../page/bridge.js";
import { Connections } from "../page/network/connection.js";
import { Grant } from "../page/network/grant.js";
import { createMulticastController } from "../page/network/multicast.js";
import { createUDPSocket } from "../page/network/udp-socket.js";
import { FakeNative } from "./fake-native.js";

/** A bound socket that is open. @param {object} [options] */
async function open(options) {
  const fake = new FakeNative();
  fake.answer("network.state", () => ({ result: { state: "granted" } }));
  const descriptor = /** @type {any} */ ({ readInto: () => -11, waitRead() {}, close() {} });
  const result = { connection: 7, remoteAddress: null, remotePort: null, localAddress: "0.0.0.0", localPort: 5353 };
  fake.answer("network.udp", () => ({ result, descriptor }));
  for (const call of ["network.joinGroup", "network.leaveGroup"]) {
    fake.answer(call, (/** @type {any} */ { groupAddress, sourceAddress = null, interfaceName = null }) => ({
      result: { groupAddress: groupAddress.toLowerCase(), sourceAddress, interfaceName },
    }));
  }
  const bridge = createBridge(fake.native);
  const { MulticastController, createController } = createMulticastController(bridge);
  const grant = new Grant(bridge, "granted");
  const UDPSocket = createUDPSocket(bridge, new Connections(bridge), grant, true, createController);
  const socket = new UDPSocket({ localAddress: "0.0.0.0", ...options });
  const { multicastController: controller, ...streams } = /** @type {any} */ (await socket.opened);
  return { fake, socket, controller, MulticastController, ...streams };
}

test("a bound socket joins and leaves groups, which a frozen list has", async () => {
  const { controller, fake, MulticastController } = await open();
  assert.ok(controller instanceof MulticastController);
  assert.deepEqual(controller.joinedGroups, []);
  assert.equal(await controller.joinGroup("FF02::FB"), undefined);
  const joined = controller.joinedGroups;
  assert.deepEqual(joined, ["ff02::fb"]);
  assert.ok(Object.isFrozen(joined) && controller.joinedGroups === joined);
  await controller.joinGroup("232.1.1.1", { sourceAddress: "192.0.2.1", interfaceName: "eth0" });
  await controller.joinGroup("224.0.0.251", { interfaceName: "lo" });
  assert.deepEqual(controller.joinedGroups, [
    "ff02::fb",
    { groupAddress: "232.1.1.1", sourceAddress: "192.0.2.1", interfaceName: "eth0" },
    { groupAddress: "224.0.0.251", interfaceName: "lo" },
  ]);
  assert.deepEqual(joined, ["ff02::fb"]);
  await controller.leaveGroup("ff02::fb");
  await controller.leaveGroup("224.0.0.251", { interfaceName: "lo" });
  assert.equal(controller.joinedGroups.length, 1);
  assert.deepEqual(fake.paramsOf("network.joinGroup")[1], {
    connection: 7,
    groupAddress: "232.1.1.1",
    sourceAddress: "192.0.2.1",
    interfaceName: "eth0",
  });
});

test("what is no address is a TypeError, and the runtime's refusals are the page's", async () => {
  const { controller, fake, MulticastController } = await open();
  for (const given of [[], [""], ["localhost"], ["224.0.0"], ["224.0.0.1", 1], ["224.0.0.1", { sourceAddress: "" }]]) {
    for (const operation of ["joinGroup", "leaveGroup"]) {
      await assert.rejects(controller[operation](...given), TypeError, JSON.stringify(given));
    }
  }
  assert.equal(fake.paramsOf("network.joinGroup").length, 0);
  fake.answer("network.joinGroup", () => ({ error: { name: "InvalidStateError", message: "joined already" } }));
  await assert.rejects(controller.joinGroup("224.0.0.1"), { name: "InvalidStateError" });
  assert.deepEqual(controller.joinedGroups, []);
  await assert.rejects(MulticastController.prototype.joinGroup.call(/** @type {any} */ ({}), "224.0.0.1"), TypeError);
  assert.throws(() => MulticastController.prototype.joinedGroups, TypeError);
  assert.throws(() => new MulticastController(), /Illegal constructor/);
});

test("a socket that has ended is in no group, and what was under way is aborted", async () => {
  const { controller, socket, fake } = await open();
  await controller.joinGroup("224.0.0.1");
  fake.answer("network.joinGroup", () => new Promise(() => {}));
  const joining = controller.joinGroup("224.0.0.2");
  void socket.close();
  await assert.rejects(joining, { name: "AbortError" });
  assert.deepEqual(controller.joinedGroups, []);
  await assert.rejects(controller.joinGroup("224.0.0.1"), { name: "InvalidStateError" });
  await assert.rejects(controller.leaveGroup("224.0.0.1"), { name: "InvalidStateError" });
});

test("how a socket sends to groups is said when it is made", async () => {
  const multicast = {
    multicastAllowAddressSharing: true,
    multicastInterface: "eth0",
    multicastLoopback: false,
    multicastTimeToLive: 255,
  };
  const { fake } = await open(multicast);
  assert.deepEqual(fake.paramsOf("network.udp"), [{ localAddress: "0.0.0.0", ...multicast }]);
  for (const multicastTimeToLive of [-1, 256, NaN]) {
    await assert.rejects(open({ multicastTimeToLive }), /outside the 'octet' value range/);
  }
});
