// @ts-check
/**
 * MulticastController (https://wicg.github.io/direct-sockets/, multicast): the groups that a bound UDP socket hears. Whether it
 * may hear one, and whether it does already, the runtime knows.
 */

import {
  DOMException,
  Set,
  TypeError,
  WeakMap,
  arrayPush,
  freeze,
  setAdd,
  setDelete,
  setForEach,
  weakMapGet,
  weakMapSet,
} from "../primordials.js";
import { filter, map } from "../lists.js";
import {
  createPlatformObject,
  finishInterface,
  illegalInvocation,
  promiseFrom,
  requireArguments,
  toDictionary,
  toDOMString,
} from "../webidl.js";
import { isAddress } from "./address.js";

/** @typedef {import("../../generated/bridge.js").GroupResult} Membership */

/**
 * @callback CreateMulticastController
 * @param {number} connection the broker's number of the socket
 * @returns {{ controller: object, close: (failed: boolean, failure: unknown) => void }}
 */

/**
 * Makes the interface object of MulticastController.
 * @param {import("../bridge.js").Bridge} bridge
 */
export function createMulticastController(bridge) {
  /** @type {WeakMap<object, Groups>} */
  const groups = new WeakMap();

  class MulticastController {
    constructor() {
      throw new TypeError("Illegal constructor");
    }

    /** @returns {readonly unknown[]} */
    get joinedGroups() {
      const own = weakMapGet(groups, this);
      if (!own) throw new TypeError("Illegal invocation");
      return own.joined;
    }

    /** @param {string} ipAddress @param {object} options a MulticastGroupOptions dictionary */
    joinGroup(ipAddress, options = {}) {
      return change(this, "joinGroup", ipAddress, options, arguments.length);
    }

    /** @param {string} ipAddress @param {object} options a MulticastGroupOptions dictionary */
    leaveGroup(ipAddress, options = {}) {
      return change(this, "leaveGroup", ipAddress, options, arguments.length);
    }
  }
  finishInterface(MulticastController, "MulticastController", ["joinedGroups", "joinGroup", "leaveGroup"]);

  /**
   * @param {object} controller
   * @param {"joinGroup" | "leaveGroup"} operation
   * @param {unknown} ipAddress
   * @param {unknown} options
   * @param {number} given
   * @returns {Promise<undefined>}
   */
  function change(controller, operation, ipAddress, options, given) {
    const own = weakMapGet(groups, controller);
    if (!own) return illegalInvocation(operation, "MulticastController");
    const context = `Failed to execute '${operation}' on 'MulticastController'`;
    return promiseFrom((resolve, reject) => {
      requireArguments(context, given, 1);
      const group = convert(ipAddress, options, context);
      own.change(operation, group, /** @type {() => void} */ (resolve), reject, context);
    });
  }

  /** @type {CreateMulticastController} */
  const createController = (connection) => {
    const controller = createPlatformObject(MulticastController);
    const own = new Groups(bridge, connection);
    weakMapSet(groups, controller, own);
    return { controller, close: (failed, failure) => own.close(failed, failure) };
  };
  return { MulticastController, createController };
}

/** The groups of one socket. No page gets hold of it. */
class Groups {
  #bridge;
  #connection;
  #isOpen = true;
  /** @type {Membership[]} */
  #memberships = [];
  /** What the page is given of them. @type {readonly unknown[]} */
  #joined = freeze([]);
  /** How those fail that are under way. @type {Set<(reason: unknown) => void>} */
  #pending = new Set();

  /**
   * @param {import("../bridge.js").Bridge} bridge
   * @param {number} connection
   */
  constructor(bridge, connection) {
    this.#bridge = bridge;
    this.#connection = connection;
  }

  get joined() {
    return this.#joined;
  }

  /**
   * @param {"joinGroup" | "leaveGroup"} operation
   * @param {{ groupAddress: string, sourceAddress?: string, interfaceName?: string }} group
   * @param {() => void} resolve
   * @param {(reason: unknown) => void} reject
   * @param {string} context
   */
  change(operation, group, resolve, reject, context) {
    if (!this.#isOpen) throw new DOMException(`${context}: the socket is not open.`, "InvalidStateError");
    setAdd(this.#pending, reject);
    this.#bridge.call(
      `network.${operation}`,
      { connection: this.#connection, ...group },
      (membership) => {
        setDelete(this.#pending, reject);
        if (!this.#isOpen) return;
        this.#change(operation === "joinGroup", membership);
        resolve();
      },
      (error) => {
        setDelete(this.#pending, reject);
        reject(error);
      },
    );
  }

  /** @param {boolean} isJoined @param {Membership} membership */
  #change(isJoined, { groupAddress, sourceAddress, interfaceName }) {
    const left = filter(
      this.#memberships,
      (other) =>
        other.groupAddress !== groupAddress ||
        other.sourceAddress !== sourceAddress ||
        other.interfaceName !== interfaceName,
    );
    if (isJoined) arrayPush(left, { groupAddress, sourceAddress, interfaceName });
    this.#memberships = left;
    this.#joined = freeze(map(left, describe));
  }

  /**
   * The socket has ended, and is in no group any more.
   * @param {boolean} failed
   * @param {unknown} failure
   */
  close(failed, failure) {
    this.#isOpen = false;
    this.#memberships = [];
    this.#joined = freeze([]);
    const reason = failed ? failure : new DOMException("The socket has been closed.", "AbortError");
    const pending = this.#pending;
    this.#pending = new Set();
    setForEach(pending, (reject) => reject(reason));
  }
}

/**
 * A group as a page is told of it: by its address alone, where nothing else was said of it.
 * @param {Membership} membership
 */
function describe({ groupAddress, sourceAddress, interfaceName }) {
  if (sourceAddress === null && interfaceName === null) return groupAddress;
  return freeze({
    groupAddress,
    ...(sourceAddress !== null && { sourceAddress }),
    ...(interfaceName !== null && { interfaceName }),
  });
}

/**
 * The arguments, the dictionary's members in the order in which Web IDL reads them.
 * @param {unknown} ipAddress
 * @param {unknown} value
 * @param {string} context
 */
function convert(ipAddress, value, context) {
  const groupAddress = toDOMString(ipAddress);
  const options = toDictionary(value, context, "MulticastGroupOptions");
  const { interfaceName: name } = options;
  const interfaceName = name === undefined ? undefined : toDOMString(name);
  const { sourceAddress: source } = options;
  const sourceAddress = source === undefined ? undefined : toDOMString(source);
  if (!isAddress(groupAddress)) throw new TypeError(`${context}: ipAddress is not a valid IP address.`);
  if (sourceAddress !== undefined && !isAddress(sourceAddress)) {
    throw new TypeError(`${context}: sourceAddress is not a valid IP address.`);
  }
  return { groupAddress, sourceAddress, interfaceName };
}
