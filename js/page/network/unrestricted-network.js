// @ts-check
/**
 * navigator.unrestrictedNetwork: the grant, and a fetch that neither CORS nor the page's policy
 * binds. `window.fetch` stays as it is.
 */

import { Event, EventTarget, TypeError, dispatchEvent } from "../primordials.js";
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
import { addPublicAddress } from "./public-address.js";
import { addResolve } from "./resolve.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("./grant.js").Grant} Grant */

/**
 * Defines UnrestrictedNetwork and its one instance on the navigator.
 * @param {Bridge} bridge
 * @param {import("./connection.js").Connections} connections
 * @param {Grant} grant
 */
export function installUnrestrictedNetwork(bridge, connections, grant) {
  const fetchResponse = createFetch(bridge, connections);
  /** Only this module can make an instance. */
  let constructing = false;
  /** The question that waits for the user's answer. @type {Promise<import("./grant.js").NetworkState> | null} */
  let asking = null;

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

    /** @returns {Promise<import("./grant.js").NetworkState>} */
    request() {
      if (!isInstance(this)) return illegalInvocation("request", "UnrestrictedNetwork");
      // The first call has used up the click; one before its answer waits for the same.
      if (asking) return asking;
      asking = promiseFrom((resolve, reject) => {
        bridge.call(
          "network.request",
          {},
          ({ state }) => {
            asking = null;
            grant.update(state);
            resolve(state);
          },
          (error) => {
            asking = null;
            reject(error);
          },
        );
      });
      return asking;
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
  const members = ["state", "connection", "onstatechange", "request", "fetch"];
  addInterfaces(UnrestrictedNetwork.prototype, members, bridge, grant, () => instance);
  addPublicAddress(UnrestrictedNetwork.prototype, members, bridge, connections, () => instance);
  addResolve(UnrestrictedNetwork.prototype, members, bridge, connections, () => instance);
  finishInterface(UnrestrictedNetwork, "UnrestrictedNetwork", members);
  exposeInterface("UnrestrictedNetwork", UnrestrictedNetwork);

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
  copyAccessor(globalThis.Navigator.prototype, "unrestrictedNetwork", holder);
}
