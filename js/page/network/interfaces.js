// @ts-check
/**
 * navigator.unrestrictedNetwork.interfaces(), and the event that tells of changes. The runtime watches the interfaces
 * once somebody has asked or listens, and only for a document that has the grant.
 */

import { Event, EventTarget, TypeError, dispatchEvent, reflectApply } from "../primordials.js";
import { getHandler, setHandler } from "../event-handlers.js";
import { copyOperations, illegalInvocation, promiseFrom } from "../webidl.js";

const CHANGE = "interfaceschange";

// The engine's own, as a page would call it.
const { addEventListener: nativeAddEventListener } = EventTarget.prototype;

/**
 * Adds `interfaces` and `oninterfaceschange` to UnrestrictedNetwork.
 * @param {object} prototype
 * @param {string[]} members to which their names are added
 * @param {import("../bridge.js").Bridge} bridge
 * @param {import("./grant.js").Grant} grant
 * @param {() => EventTarget} instance the one instance, once it is made
 */
export function addInterfaces(prototype, members, bridge, grant, instance) {
  /** Whether anybody has listened. */
  let isHeard = false;
  const watch = () => {
    if (isHeard && grant.state === "granted") bridge.notify("network.watchInterfaces", {});
  };
  const hear = () => {
    if (isHeard) return;
    isHeard = true;
    watch();
  };
  // What was taken back with the grant is wanted again with the next one.
  grant.onChange(watch);
  bridge.listen("network.interfaceschange", () => {
    if (grant.state === "granted") dispatchEvent(instance(), new Event(CHANGE));
  });

  /** @param {unknown} value */
  const check = (value) => {
    if (value !== instance()) throw new TypeError("Illegal invocation");
  };
  const source = {
    /** @returns {Promise<import("../../generated/bridge.js").InterfaceResult[]>} */
    interfaces() {
      if (/** @type {unknown} */ (this) !== instance()) return illegalInvocation("interfaces", "UnrestrictedNetwork");
      return promiseFrom((resolve, reject) => {
        bridge.call("network.interfaces", {}, ({ interfaces }) => resolve(interfaces), reject);
      });
    },

    get oninterfaceschange() {
      check(this);
      return getHandler(instance(), CHANGE);
    },

    set oninterfaceschange(value) {
      check(this);
      setHandler(instance(), CHANGE, value);
      if (value) hear();
    },

    /** @param {any[]} given */
    addEventListener(...given) {
      if (given[0] === CHANGE && /** @type {unknown} */ (this) === instance()) hear();
      return reflectApply(nativeAddEventListener, this, given);
    },
  };
  copyOperations(prototype, source, members);
}
