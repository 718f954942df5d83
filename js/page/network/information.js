// @ts-check
/**
 * navigator.unrestrictedNetwork.connection: how the device is connected (Network Information API, and what that lacks).
 *
 * Nothing is asked of the system until a page looks at it. What the grant hides says what an engine says that knows nothing.
 */

import { Event, EventTarget, TypeError, dispatchEvent, isFiniteNumber } from "../primordials.js";
import { getHandler, setHandler } from "../event-handlers.js";
import { exposeInterface, finishInterface } from "../webidl.js";

/**
 * @typedef {import("../../generated/bridge.js").NetworkInformation} NetworkInformation
 */

/** @type {NetworkInformation} */
const UNKNOWN = {
  online: true,
  type: "unknown",
  downlinkMax: null,
  saveData: false,
  metered: false,
  connectivity: "unknown",
  cellularGeneration: null,
};

/**
 * Defines UnrestrictedNetworkConnection.
 * @param {import("../bridge.js").Bridge} bridge
 * @param {import("./grant.js").Grant} grant
 * @returns {() => EventTarget} its one instance; from the first call on it is kept up to date
 */
export function createInformation(bridge, grant) {
  /** Only this module can make an instance. */
  let constructing = false;
  let current = UNKNOWN;
  let isWatched = false;

  class UnrestrictedNetworkConnection extends EventTarget {
    constructor() {
      if (!constructing) throw new TypeError("Illegal constructor");
      super();
    }

    get online() {
      return of(this).online;
    }

    get type() {
      return of(this).type;
    }

    get downlinkMax() {
      const { downlinkMax } = of(this);
      return isFiniteNumber(downlinkMax) ? downlinkMax : Infinity;
    }

    get saveData() {
      return of(this).saveData;
    }

    get metered() {
      return of(this).metered;
    }

    get connectivity() {
      return of(this).connectivity;
    }

    get cellularGeneration() {
      return of(this).cellularGeneration;
    }

    get onchange() {
      of(this);
      return getHandler(this, "change");
    }

    set onchange(value) {
      of(this);
      setHandler(this, "change", value);
    }
  }
  finishInterface(UnrestrictedNetworkConnection, "UnrestrictedNetworkConnection", [
    "online",
    "type",
    "downlinkMax",
    "saveData",
    "metered",
    "connectivity",
    "cellularGeneration",
    "onchange",
  ]);
  exposeInterface("UnrestrictedNetworkConnection", UnrestrictedNetworkConnection);

  constructing = true;
  const instance = new UnrestrictedNetworkConnection();
  constructing = false;

  /** @param {unknown} receiver @returns {NetworkInformation} */
  function of(receiver) {
    if (receiver !== instance) throw new TypeError("Illegal invocation");
    return current;
  }

  /** @param {NetworkInformation} next */
  function update(next) {
    const last = current;
    current = next;
    const isSame =
      next.online === last.online &&
      next.type === last.type &&
      next.downlinkMax === last.downlinkMax &&
      next.saveData === last.saveData &&
      next.metered === last.metered &&
      next.connectivity === last.connectivity &&
      next.cellularGeneration === last.cellularGeneration;
    if (!isSame) dispatchEvent(instance, new Event("change"));
  }

  function watch() {
    if (grant.isKnownToBeMissing()) return;
    bridge.call("network.watchInformation", {}, update, () => {
      // There is no grant: the next that comes begins it anew.
    });
  }

  bridge.listen("network.informationchange", update);
  grant.onChange(() => {
    if (!isWatched) return;
    if (grant.state === "granted") watch();
    else update(UNKNOWN);
  });

  return () => {
    if (!isWatched) {
      isWatched = true;
      watch();
    }
    return instance;
  };
}
