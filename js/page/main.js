// @ts-check
/**
 * Entry of the page side. The web process extension evaluates the bundle in the main world of every
 * frame that it has proven to be the app's own, before any script of the page, and calls `main`.
 *
 * Nothing here protects the machine from the app: each native call is checked again by the runtime.
 */

import { installBadge } from "./badge.js";
import { createBridge } from "./bridge.js";
import { installByteStreams } from "./byte-streams.js";
import { explainAbsence } from "./controlled-frame/absence.js";
import { installAppActivity } from "./controlled-frame/activity.js";
import { setChromium } from "./controlled-frame/compatibility.js";
import { installControlledFrame } from "./controlled-frame/install.js";
import { renewCanvas } from "./compositor/canvas.js";
import { setCountsZoom } from "./compositor/zoom.js";
import { installDisplayMode } from "./display-mode.js";
import { installCrossOriginIsolated } from "./isolation.js";
import { installLaunchQueue } from "./launch.js";
import { installStreamIteration } from "./stream-iteration.js";
import { installFormRequest } from "./network/form-request.js";
import { Connections } from "./network/connection.js";
import { setLosesStreams } from "./network/descriptor-streams.js";
import { flushGathered } from "./network/descriptor-writer.js";
import { Grant } from "./network/grant.js";
import { createMulticastController } from "./network/multicast.js";
import { createTCPServerSocket } from "./network/tcp-server-socket.js";
import { createTCPSocket } from "./network/tcp-socket.js";
import { createUDPSocket } from "./network/udp-socket.js";
import { installUnrestrictedNetwork } from "./network/unrestricted-network.js";
import { installPermissionsQuery } from "./permissions.js";
import { hideServiceWorker } from "./service-worker.js";
import { addEventListener } from "./primordials.js";
import { followWorkers } from "./workers/follow.js";
import { createHost } from "./workers/host.js";
import { installWorkers } from "./workers/install.js";
import { createTrust } from "./workers/policy.js";
import { requestLock } from "./workers/primordials.js";
import { exposeInterface } from "./webidl.js";

/**
 * What the runtime has established about the frame.
 * @typedef {object} Config
 * @property {string[]} features policy-controlled features that are on in this frame
 * @property {boolean} topLevel whether it is the app's top frame
 * @property {boolean} opaquePages whether the engine draws pages without transparency
 * @property {boolean} countsZoom whether the engine counts zoom in what it tells of boxes and pixels
 * @property {boolean} chromium whether `<controlledframe>` answers as Chromium's does
 * @property {boolean} onTheWeb whether the app is a site, for which the engine has what it has for any site
 * @property {string} displayMode the display mode of the app's windows
 * @property {boolean} losesStreams whether the engine collects the functions of a stream's source too early
 * @property {import("./network/grant.js").NetworkState} networkState the grant, as it is now
 */

/**
 * Installs what the frame may have.
 * @param {import("./bridge.js").Native} native
 * @param {Config} config
 */
export function main(native, config) {
  const { features, topLevel, opaquePages, countsZoom, losesStreams, networkState, chromium, onTheWeb, displayMode } = config;
  /** @param {string} feature */
  const allows = (feature) => {
    for (let i = 0; i < features.length; i++) if (features[i] === feature) return true;
    return false;
  };
  const bridge = createBridge(native);

  if (!onTheWeb) {
    hideServiceWorker();
    installCrossOriginIsolated();
  }
  installDisplayMode(displayMode);
  installBadge(bridge);
  if (topLevel) installLaunchQueue(bridge);
  installByteStreams();
  installStreamIteration();
  installFormRequest();
  const grant = new Grant(bridge, topLevel ? networkState : "unavailable");
  const connections = new Connections(bridge);
  setLosesStreams(losesStreams);
  // The last chance of what a document that goes has written.
  addEventListener(globalThis, "pagehide", flushGathered);
  const sockets = allows("direct-sockets");
  const { TCPSocket, wrap } = createTCPSocket(bridge, connections, grant, sockets);
  exposeInterface("TCPSocket", TCPSocket);
  exposeInterface("TCPServerSocket", createTCPServerSocket(bridge, connections, grant, sockets, wrap));
  const { MulticastController, createController } = createMulticastController(bridge);
  exposeInterface("MulticastController", MulticastController);
  exposeInterface("UDPSocket", createUDPSocket(bridge, connections, grant, sockets, createController));
  if (topLevel) installUnrestrictedNetwork(bridge, connections, grant, true);
  const host = createHost(bridge, connections, requestLock);
  /** @param {import("./workers/line.js").Line} line @param {string} nonce */
  const adopt = (line, nonce) => {
    line.greet(nonce);
    host(line.open(nonce), nonce);
  };
  const trust = onTheWeb ? null : createTrust();
  if (onTheWeb) followWorkers(adopt);
  else if (trust) installWorkers(() => ({ sockets, topLevel, losesStreams, state: grant.state }), trust, adopt);
  installPermissionsQuery(bridge);
  bridge.listen("stage.opaque", renewCanvas);
  setCountsZoom(countsZoom);
  setChromium(!!chromium);
  if (allows("controlled-frame")) {
    installControlledFrame(bridge, opaquePages);
    installAppActivity(bridge);
  } else if (!onTheWeb) {
    explainAbsence();
  }
}
