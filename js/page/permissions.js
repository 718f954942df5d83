// @ts-check
/**
 * `navigator.permissions.query()`: for every name that the runtime knows, the runtime answers. The
 * engine checks the arguments and makes the objects. Left to itself it says "prompt" to a page that
 * was refused and has not asked yet, refuses half of the names, and tells of no change.
 */

import {
  Event,
  FinalizationRegistry,
  Map,
  Promise,
  Set,
  TypeError,
  WeakMap,
  WeakRef,
  defineProperty,
  dispatchEvent,
  finalizationRegister,
  getOwnPropertyDescriptor,
  getterOf,
  mapForEach,
  mapGet,
  mapSet,
  promiseThen,
  reflectApply,
  setAdd,
  setDelete,
  setForEach,
  setSize,
  uncurryThis,
  weakMapGet,
  weakMapSet,
  weakRefDeref,
} from "./primordials.js";
import { copyAccessor } from "./webidl.js";

/** @typedef {import("./bridge.js").Bridge} Bridge */
/** @typedef {WeakRef<PermissionStatus>} StatusReference */

/** A name that the engine knows: its objects stand for names that it does not know. */
const BORROWED = "notifications";

/** @param {Bridge} bridge */
export function installPermissionsQuery(bridge) {
  if (!globalThis.Permissions) return;
  const { prototype } = globalThis.Permissions;
  const nativeQuery = uncurryThis(prototype.query);
  const nativeName = getterOf(globalThis.PermissionStatus.prototype, "name");
  const follow = followStatuses(bridge);

  const holder = {
    /** @this {Permissions} @param {PermissionDescriptor} descriptor */
    query(descriptor) {
      const answer = reflectApply(nativeQuery, undefined, arguments.length ? [this, descriptor] : [this]);
      return new Promise((resolve, reject) => {
        /** @param {string} name @param {PermissionStatus} status @param {() => void} onUnknown */
        const ask = (name, status, onUnknown) =>
          bridge.call(
            "permission.query",
            { name },
            ({ state }) => {
              follow(status, name, state);
              resolve(status);
            },
            (error) => (error instanceof TypeError ? onUnknown() : reject(error)),
          );
        promiseThen(
          answer,
          (status) => ask(nativeName(status), status, () => resolve(status)),
          (reason) => {
            const name = nameOf(descriptor);
            if (name === null) return reject(reason);
            // What is wrong besides the name (the receiver, the document) is wrong here as well.
            promiseThen(
              nativeQuery(this, /** @type {any} */ ({ __proto__: null, name: BORROWED })),
              (status) => ask(name, status, () => reject(reason)),
              () => reject(reason),
            );
          },
        );
      });
    },
  };
  const own = /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(prototype, "query"));
  defineProperty(prototype, "query", /** @type {any} */ ({ ...own, __proto__: null, value: holder.query }));
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
 * Keeps status objects as the runtime says, now and after each change.
 * @param {Bridge} bridge
 * @returns {(status: PermissionStatus, name: string, state: PermissionState) => void}
 */
function followStatuses(bridge) {
  const shown = overrideStatus();
  /**
   * The objects of each name. The engine keeps those alive that somebody listens to; nothing keeps the
   * others, so a page may ask again and again.
   * @type {Map<string, Set<StatusReference>>}
   */
  const objects = new Map();
  /** @type {FinalizationRegistry<{ references: Set<StatusReference>, reference: StatusReference }>} */
  const dropped = new FinalizationRegistry(({ references, reference }) => setDelete(references, reference));

  /** @param {StatusReference} reference @param {PermissionState} state */
  const update = (reference, state) => {
    const status = weakRefDeref(reference);
    const entry = status && weakMapGet(shown, status);
    if (!entry || entry.state === state) return;
    entry.state = state;
    dispatchEvent(status, new Event("change"));
  };
  bridge.listen("permission.change", () => {
    mapForEach(objects, (references, name) => {
      if (setSize(references) === 0) return;
      bridge.call(
        "permission.query",
        { name },
        ({ state }) => setForEach(references, (reference) => update(reference, state)),
        () => {
          // The document ends.
        },
      );
    });
  });

  return (status, name, state) => {
    weakMapSet(shown, status, { name, state });
    const references = mapGet(objects, name) ?? new Set();
    mapSet(objects, name, references);
    const reference = /** @type {StatusReference} */ (new WeakRef(status));
    setAdd(references, reference);
    finalizationRegister(dropped, status, { references, reference });
  };
}

/**
 * Makes PermissionStatus objects say what is in the map that it returns; the engine speaks for those
 * that are not in it, and throws at what is none.
 */
function overrideStatus() {
  /** @type {WeakMap<PermissionStatus, { name: string, state: PermissionState }>} */
  const shown = new WeakMap();
  const { prototype } = globalThis.PermissionStatus;
  const nativeName = getterOf(prototype, "name");
  const nativeState = getterOf(prototype, "state");
  const accessors = {
    get name() {
      const status = /** @type {PermissionStatus} */ (/** @type {unknown} */ (this));
      return weakMapGet(shown, status)?.name ?? nativeName(status);
    },
    get state() {
      const status = /** @type {PermissionStatus} */ (/** @type {unknown} */ (this));
      return weakMapGet(shown, status)?.state ?? nativeState(status);
    },
  };
  copyAccessor(prototype, "name", accessors);
  copyAccessor(prototype, "state", accessors);
  return shown;
}
