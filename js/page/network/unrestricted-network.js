// @ts-check
/**
 * navigator.unrestrictedNetwork: the grant, and a fetch that neither CORS nor the page's policy
 * binds. `window.fetch` stays as it is.
 */

import { Event, EventTarget, TypeError, dispatchEvent, getPrototypeOf } from "../primordials.js";
import { getHandler, setHandler } from "../event-handlers.js";
import {
  copyAccessor,
  exposeInterface,
  finishInterface,
  illegalInvocation,
  promiseFrom,
  requireArguments,
} from "../webidl.js";
import { createFetch } from "./fetch.js";
import { createInformation } from "./information.js";
import { addInterfaces } from "./interfaces.js";
import { addMediaUrls } from "./media-url.js";
import { addPublicAddress } from "./public-address.js";
import { addRequest } from "./request.js";
import { createWebSocket } from "./web-socket.js";
import { addResolve } from "./resolve.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("./grant.js").Grant} Grant */

/**
 * Defines UnrestrictedNetwork and its one instance on the navigator.
 * @param {Bridge} bridge
 * @param {import("./connection.js").Connections} connections
 * @param {Grant} grant
 * @param {boolean} isWindow whether the user can be asked from here; not in a worker
 */
export function installUnrestrictedNetwork(bridge, connections, grant, isWindow) {
  const fetchResponse = createFetch(bridge, connections);
  /** Only this module can make an instance. */
  let constructing = false;

  class UnrestrictedNetwork extends EventTarget {
    constructor() {
      if (!constructing) throw new TypeError("Illegal constructor");
      super();
    }

    /** @returns {import("./grant.js").NetworkState} */
    get state() {
      if (!isInstance(this)) throw new TypeError("Illegal invocation");
      return grant.state;
    }

    get connection() {
      if (!isInstance(this)) throw new TypeError("Illegal invocation");
      return connection();
    }

    get onstatechange() {
      if (!isInstance(this)) throw new TypeError("Illegal invocation");
      return getHandler(this, "statechange");
    }

    set onstatechange(value) {
      if (!isInstance(this)) throw new TypeError("Illegal invocation");
      setHandler(this, "statechange", value);
    }

    /** @returns {Promise<void>} */
    relinquish() {
      if (!isInstance(this)) return illegalInvocation("relinquish", "UnrestrictedNetwork");
      return promiseFrom((resolve, reject) => {
        bridge.call(
          "network.relinquish",
          {},
          ({ state }) => {
            grant.update(state);
            resolve(undefined);
          },
          reject,
        );
      });
    }

    /**
     * @param {RequestInfo | URL} input
     * @param {RequestInit} init
     * @returns {Promise<Response>}
     */
    fetch(input, init = {}) {
      if (!isInstance(this)) return illegalInvocation("fetch", "UnrestrictedNetwork");
      const given = arguments.length;
      return promiseFrom((resolve, reject) => {
        requireArguments("Failed to execute 'fetch' on 'UnrestrictedNetwork'", given, 1);
        fetchResponse(input, init, resolve, reject);
      });
    }
  }
  const members = ["state", "connection", "onstatechange", "relinquish", "fetch"];
  if (isWindow) {
    addRequest(UnrestrictedNetwork.prototype, members, bridge, grant, () => instance);
    addMediaUrls(UnrestrictedNetwork.prototype, members, bridge, () => instance);
  }
  addInterfaces(UnrestrictedNetwork.prototype, members, bridge, grant, () => instance);
  addPublicAddress(UnrestrictedNetwork.prototype, members, bridge, connections, () => instance);
  addResolve(UnrestrictedNetwork.prototype, members, bridge, connections, () => instance);
  finishInterface(UnrestrictedNetwork, "UnrestrictedNetwork", members);
  exposeInterface("UnrestrictedNetwork", UnrestrictedNetwork);
  exposeInterface("UnrestrictedWebSocket", createWebSocket(bridge, connections, grant));

  constructing = true;
  const instance = new UnrestrictedNetwork();
  constructing = false;
  /** @param {unknown} value */
  const isInstance = (value) => value === instance;
  grant.onChange(() => dispatchEvent(instance, new Event("statechange")));
  const connection = createInformation(bridge, grant);

  const navigatorObject = globalThis.navigator;
  const holder = {
    get unrestrictedNetwork() {
      if (/** @type {unknown} */ (this) !== navigatorObject) throw new TypeError("Illegal invocation");
      return instance;
    },
  };
  copyAccessor(/** @type {object} */ (getPrototypeOf(navigatorObject)), "unrestrictedNetwork", holder);
}
