// @ts-check
/**
 * `navigator.permissions.query()` for names that the engine does not know: those of this runtime,
 * and those of the specifications that the engine leaves out. What the engine knows, it answers.
 */

import {
  Event,
  EventTarget,
  Promise,
  TypeError,
  defineProperty,
  dispatchEvent,
  getOwnPropertyDescriptor,
  promiseThen,
  reflectApply,
  setPrototypeOf,
  toStringTag,
  uncurryThis,
} from "./primordials.js";
import { getHandler, setHandler } from "./event-handlers.js";
import { hidden, isObject } from "./webidl.js";

/** @typedef {import("./bridge.js").Bridge} Bridge */

/**
 * @param {Bridge} bridge
 * @param {import("./network/grant.js").Grant} grant the one permission whose changes are told
 */
export function installPermissionsQuery(bridge, grant) {
  if (!globalThis.Permissions) return;
  const { prototype } = globalThis.Permissions;
  const nativeQuery = uncurryThis(prototype.query);
  const createStatus = defineStatus();

  const holder = {
    /** @param {PermissionDescriptor} descriptor */
    query(descriptor) {
      // A receiver that is not a Permissions object, or no argument: the engine's own rejection.
      const answer = reflectApply(nativeQuery, undefined, arguments.length ? [this, descriptor] : [this]);
      return new Promise((resolve, reject) => {
        promiseThen(answer, resolve, (reason) => {
          const name = nameOf(descriptor);
          if (name === null || !(reason instanceof TypeError)) {
            reject(reason);
            return;
          }
          bridge.call(
            "permission.query",
            { name },
            ({ state }) => {
              const status = createStatus(name, state);
              if (name === "unrestricted-network")
                grant.onChange(() => status.update(permissionState(grant)));
              resolve(status.object);
            },
            // A name that the runtime does not know either is the engine's error.
            (error) => reject(error instanceof TypeError ? reason : error),
          );
        });
      });
    },
  };
  const own = /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(prototype, "query"));
  defineProperty(prototype, "query", /** @type {any} */ ({ ...own, __proto__: null, value: holder.query }));
}

/** @param {import("./network/grant.js").Grant} grant @returns {PermissionState} */
function permissionState({ state }) {
  return state === "unavailable" ? "denied" : state;
}

/** @param {unknown} descriptor @returns {string | null} */
function nameOf(descriptor) {
  try {
    const { name } = /** @type {{ name: unknown }} */ (descriptor);
    return typeof name === "string" && name !== "" ? name : null;
  } catch {
    return null;
  }
}

/**
 * Objects that are PermissionStatus to `instanceof` and in their members; the engine makes real ones
 * for its own names only.
 */
function defineStatus() {
  const nativePrototype = globalThis.PermissionStatus?.prototype ?? EventTarget.prototype;

  class Status extends EventTarget {
    #name;
    #state;

    /** @param {string} name @param {PermissionState} state */
    constructor(name, state) {
      super();
      this.#name = name;
      this.#state = state;
    }

    get name() {
      return Status.#of(this).#name;
    }

    get state() {
      return Status.#of(this).#state;
    }

    get onchange() {
      Status.#of(this);
      return getHandler(this, "change");
    }

    set onchange(value) {
      Status.#of(this);
      setHandler(this, "change", value);
    }

    /** @param {unknown} value @returns {Status} */
    static #of(value) {
      if (!isObject(value) || !(#name in value)) throw new TypeError("Illegal invocation");
      return /** @type {Status} */ (value);
    }

    /** @param {Status} status @param {PermissionState} state */
    static update(status, state) {
      if (status.#state === state) return;
      status.#state = state;
      dispatchEvent(status, new Event("change"));
    }
  }
  const { update } = Status;
  // The page finds PermissionStatus by `constructor`, and no way to `update`.
  setPrototypeOf(Status.prototype, nativePrototype);
  delete (/** @type {any} */ (Status.prototype).constructor);
  defineProperty(Status.prototype, toStringTag, hidden("PermissionStatus", false));

  /** @param {string} name @param {PermissionState} state */
  return (name, state) => {
    const object = new Status(name, state);
    return { object, update: (/** @type {PermissionState} */ changed) => update(object, changed) };
  };
}
