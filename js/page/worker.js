// @ts-check
/**
 * What a worker of an app has in common with its document: the network.
 *
 * A worker of an Isolated Web App runs this before its own script, without having asked for it (`content/scheme/worker.rs`).
 * One of an installed site loads it: `importScripts("/.well-known/insula/worker.js")`, or `import` of the same.
 */

import { createBridge } from "./bridge.js";
import { installByteStreams } from "./byte-streams.js";
import { installCrossOriginIsolated } from "./isolation.js";
import { Connections } from "./network/connection.js";
import { setLosesStreams } from "./network/descriptor-streams.js";
import { installFormRequest } from "./network/form-request.js";
import { Grant } from "./network/grant.js";
import { createTCPServerSocket } from "./network/tcp-server-socket.js";
import { createTCPSocket } from "./network/tcp-socket.js";
import { takeNoTurns } from "./network/turn.js";
import { createMulticastController } from "./network/multicast.js";
import { createUDPSocket } from "./network/udp-socket.js";
import { installUnrestrictedNetwork } from "./network/unrestricted-network.js";
import { installPermissionsQuery } from "./permissions.js";
import { DOMException, Promise, hasOwn } from "./primordials.js";
import { installStreamIteration } from "./stream-iteration.js";
import { exposeInterface, ignoreRejection } from "./webidl.js";
import { ADOPT, HELD, createPendingChannel, portChannel } from "./workers/channel.js";
import { followWorkers } from "./workers/follow.js";
import { installWorkers } from "./workers/install.js";
import { createNonce, lineUp } from "./workers/line.js";
import { takeMarker } from "./workers/location.js";
import { lockName } from "./workers/marker.js";
import { createTrust } from "./workers/policy.js";
import { createPorts, requestLock } from "./workers/primordials.js";
import { createRemoteNative } from "./workers/remote-native.js";

/**
 * Installs what the worker may have.
 * @param {boolean} losesStreams whether the engine collects the functions of a stream's source too early
 * @returns {string} what `importScripts` is to load next, if that is how it began
 */
export function main(losesStreams) {
  if (!("DedicatedWorkerGlobalScope" in globalThis)) {
    throw new DOMException("The network is loaded by dedicated workers only.", "NotSupportedError");
  }
  const channel = createPendingChannel();
  /** The document takes those on that this one starts. @param {import("./workers/line.js").Line} line @param {string} nonce */
  const adopt = (line, nonce) => {
    const { near, far } = createPorts();
    line.greet(nonce, far);
    channel.post([ADOPT, nonce], near);
  };
  const taken = takeMarker();
  if (taken) {
    const { marker, script } = taken;
    meet(channel, marker.nonce);
    installCrossOriginIsolated();
    const grant = installNetwork(channel, marker.facts);
    const trust = createTrust();
    if (!trust) return script;
    const facts = () => ({ ...marker.facts, state: grant.state });
    installWorkers(facts, trust, adopt);
    return trust(script);
  }

  // It has been loaded before.
  if (hasOwn(globalThis, "TCPSocket")) return "";
  const nonce = createNonce();
  const line = meet(channel, nonce);
  installNetwork(channel, { sockets: true, topLevel: true, losesStreams, state: "prompt" });
  followWorkers(adopt);
  line.greet(nonce);
  return "";
}

/**
 * Begins to speak with the document when it has been greeted, and holds the lock by which its end is noticed: before, it has
 * nothing that would have to be let go.
 * @param {ReturnType<typeof createPendingChannel>} channel
 * @param {string} nonce
 */
function meet(channel, nonce) {
  const line = lineUp();
  line.whenGreeted((given, port) => {
    if (given !== nonce) return;
    const opened = port ? portChannel(port) : line.open(nonce);
    const whenOver = requestLock(lockName(nonce), () => {
      opened.post([HELD]);
      channel.open(opened);
      return new Promise(() => {});
    });
    ignoreRejection(whenOver);
  });
  return line;
}

/**
 * @param {import("./workers/channel.js").Channel} channel
 * @param {import("./workers/marker.js").Facts} facts
 */
function installNetwork(channel, { sockets, topLevel, losesStreams, state }) {
  takeNoTurns();
  installByteStreams();
  installStreamIteration();
  installFormRequest();
  setLosesStreams(losesStreams);
  const bridge = createBridge(createRemoteNative(channel));
  const grant = new Grant(bridge, topLevel ? state : "unavailable");
  const connections = new Connections(bridge);
  const { TCPSocket, wrap } = createTCPSocket(bridge, connections, grant, sockets);
  exposeInterface("TCPSocket", TCPSocket);
  exposeInterface("TCPServerSocket", createTCPServerSocket(bridge, connections, grant, sockets, wrap));
  const { MulticastController, createController } = createMulticastController(bridge);
  exposeInterface("MulticastController", MulticastController);
  exposeInterface("UDPSocket", createUDPSocket(bridge, connections, grant, sockets, createController));
  if (topLevel) installUnrestrictedNetwork(bridge, connections, grant, false);
  installPermissionsQuery(bridge);
  return grant;
}
