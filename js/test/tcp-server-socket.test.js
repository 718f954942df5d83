// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBridge } from "../page/bridge.js";
import { isAddress } from "../page/network/address.js";
import { Connections } from "../page/network/connection.js";
import { Grant } from "../page/network/grant.js";
import { createTCPServerSocket } from "../page/network/tcp-server-socket.js";
import { createTCPSocket } from "../page/network/tcp-socket.js";
import { FakeConnection, FakeNative, settle } from "./fake-native.js";

const PLACE = { listener: 4, localAddress: "127.0.0.1", localPort: 8080 };
const INFO = {
  connection: 7,
  remoteAddress: "127.0.0.1",
  remotePort: 50000,
  localAddress: "127.0.0.1",
  localPort: 8080,
};

/** @param {{ allowed?: boolean }} options */
function setUp({ allowed = true } = {}) {
  const fake = new FakeNative();
  /** Those who wait for a connection. @type {((answer: object) => void)[]} */
  const accepting = [];
  fake.answer("network.state", () => ({ result: { state: "prompt" } }));
  fake.answer("network.listen", () => ({ result: PLACE }));
  fake.answer("network.accept", () => new Promise((resolve) => accepting.push(resolve)));
  const bridge = createBridge(fake.native);
  const connections = new Connections(bridge);
  const grant = new Grant(bridge, "prompt");
  const { TCPSocket, wrap } = createTCPSocket(bridge, connections, grant, allowed);
  const TCPServerSocket = createTCPServerSocket(bridge, connections, grant, allowed, wrap);
  /** @param {...any} args */
  const listen = (...args) => Reflect.construct(TCPServerSocket, args);
  return { fake, accepting, listen, TCPSocket };
}

test("what listens is a stream of sockets that are open already, one for each read", async () => {
  const { fake, accepting, listen, TCPSocket } = setUp();
  const server = listen("127.0.0.1", { localPort: 8080, backlog: 5 });
  const opened = await server.opened;
  assert.deepEqual(Object.keys(opened), ["readable", "localAddress", "localPort"]);
  assert.deepEqual(fake.paramsOf("network.listen"), [{ address: "127.0.0.1", backlog: 5, port: 8080 }]);
  await settle();
  assert.equal(accepting.length, 0, "nobody reads");
  const reader = opened.readable.getReader();
  const reading = reader.read();
  await settle();
  const connection = new FakeConnection();
  accepting[0]({ result: INFO, descriptor: connection.descriptor });
  const { value: socket } = await reading;
  assert.ok(socket instanceof TCPSocket);
  const { readable, remotePort } = /** @type {any} */ (await socket.opened);
  assert.equal(remotePort, 50000);
  connection.send(new Uint8Array([1, 2]));
  assert.deepEqual((await readable.getReader().read()).value, new Uint8Array([1, 2]));
});

test("the constructor refuses what the specification refuses, synchronously", () => {
  const { listen } = setUp();
  for (const [args, message] of /** @type {[unknown[], RegExp][]} */ ([
    [[], /1 argument required/],
    [["localhost"], /localAddress/],
    [["127.1"], /localAddress/],
    [["0x7f000001"], /localAddress/],
    [[""], /localAddress/],
    [["127.0.0.1:80"], /localAddress/],
    [["127.0.0.1", { localPort: 0 }], /localPort/],
    [["127.0.0.1", { localPort: 65536 }], /outside/],
    [["127.0.0.1", { backlog: 0 }], /backlog/],
    [["127.0.0.1", { ipv6Only: true }], /ipv6Only/],
    [["::1", { ipv6Only: true }], /ipv6Only/],
  ])) {
    assert.throws(() => listen(...args), (/** @type {Error} */ error) => {
      return error instanceof TypeError && message.test(error.message);
    });
  }
  for (const address of ["0.0.0.0", "::", "::1", "fe80::1", "::ffff:1.2.3.4", "192.168.1.20"]) {
    assert.ok(isAddress(address), address);
  }
});

test("without the policy feature and the grant there is none", async () => {
  const { listen } = setUp({ allowed: false });
  await settle();
  assert.throws(() => listen("127.0.0.1"), { name: "NotAllowedError" });
});

test("closing it ends what waits, resolves closed, and tells the runtime", async () => {
  const { fake, accepting, listen } = setUp();
  const server = listen("127.0.0.1");
  await assert.rejects(server.close(), { name: "InvalidStateError" });
  const { readable } = await server.opened;
  const reader = readable.getReader();
  const reading = reader.read();
  await settle();
  await assert.rejects(server.close(), { name: "InvalidStateError" });
  await reader.cancel();
  assert.equal((await reading).done, true);
  assert.equal(await server.closed, undefined);
  assert.equal(await server.close(), undefined);
  assert.deepEqual(fake.paramsOf("network.close"), [{ connection: 4 }]);
  // One that is accepted all the same is nobody's.
  const late = new FakeConnection();
  accepting[0]({ result: INFO, descriptor: late.descriptor });
  await settle();
  assert.ok(late.closed);
});

test("what is taken back is an error of the stream and of closed", async () => {
  const { fake, listen } = setUp();
  const server = listen("127.0.0.1");
  const { readable } = await server.opened;
  const reading = readable.getReader().read();
  fake.emit("network.ended", { connection: 4, error: { name: "NotAllowedError", message: "no" }, over: true });
  await assert.rejects(reading, { name: "NotAllowedError" });
  await assert.rejects(server.closed, { name: "NotAllowedError" });
});

test("where nobody can listen both promises reject", async () => {
  const { fake, listen } = setUp();
  fake.answer("network.listen", () => ({ error: { name: "NetworkError", message: "in use" } }));
  const server = listen("127.0.0.1", { localPort: 8080 });
  await assert.rejects(server.opened, { name: "NetworkError" });
  await assert.rejects(server.closed, { name: "NetworkError" });
});
