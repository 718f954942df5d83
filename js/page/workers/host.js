// @ts-check
/**
 * The document's side of its workers' network. A worker has no bridge: what it asks for, its document does for it, so it has
 * the document's rights and no others, and the document's descriptors, whose bytes are passed on.
 */

import { Map, arrayPush, mapDelete, mapForEach, mapGet, mapSet } from "../primordials.js";
import { decode, encode } from "../bridge.js";
import { ignoreRejection } from "../webidl.js";
import { ADOPT, ANSWER, CALL, CLOSE, CREDIT, EVENT, HELD, NOTE, SHUTDOWN, WRITE, portChannel } from "./channel.js";
import { HostedDescriptor } from "./hosted-descriptor.js";
import { lockName } from "./marker.js";
import { RequestNumbers } from "./request-numbers.js";

/** @typedef {import("../bridge.js").Bridge} Bridge */
/** @typedef {import("../bridge.js").Message} Message */
/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */
/** @typedef {import("../network/connection.js").Connections} Connections */
/** @typedef {import("./channel.js").Channel} Channel */

/**
 * Which calls of the network a worker makes: all but the one that asks the user, for which a document has to be clicked, and
 * media URLs, for which it has no elements.
 * @satisfies {{ __proto__: null } & Record<Extract<keyof import("../../generated/bridge.js").Calls, `network.${string}`>, boolean> & Record<string, boolean | null>}
 */
const CALLS = {
  __proto__: null,
  "network.accept": true,
  "network.connect": true,
  "network.createMediaUrl": false,
  "network.fetch": true,
  "network.interfaces": true,
  "network.joinGroup": true,
  "network.leaveGroup": true,
  "network.listen": true,
  "network.publicAddress": true,
  "network.relinquish": true,
  "network.request": false,
  "network.resolve": true,
  "network.startTls": true,
  "network.state": true,
  "network.udp": true,
  "network.upload": true,
  "network.webSocket": true,
  "network.watchInformation": true,
  "permission.query": true,
};

/**
 * Which notes.
 * @satisfies {{ __proto__: null } & Record<Extract<keyof import("../../generated/bridge.js").Notes, `network.${string}`>, boolean> & Record<string, boolean | null>}
 */
const NOTES = {
  __proto__: null,
  "network.abort": true,
  "network.close": true,
  "network.revokeMediaUrl": false,
  "network.watchInterfaces": true,
};

/** @param {Record<string, boolean | null>} list @param {string} name */
const is = (list, name) => list[name] === true;

/** Events that are for everybody. `network.ended` is for whoever has the connection. */
const EVENTS = /** @type {const} */ ([
  "network.statechange",
  "network.informationchange",
  "network.interfaceschange",
  "permission.change",
]);

/**
 * @param {Bridge} bridge
 * @param {Connections} connections
 * @param {(name: string, onHeld: () => void) => Promise<unknown>} requestLock
 * @returns {(channel: Channel, nonce: string) => void} takes a worker on
 */
export function createHost(bridge, connections, requestLock) {
  /** @type {Map<string, HostedWorker>} */
  const workers = new Map();
  for (let i = 0; i < EVENTS.length; i++) {
    bridge.listen(EVENTS[i], (/** @type {Message} */ params) => {
      mapForEach(workers, (worker) => worker.tell(EVENTS[i], params));
    });
  }

  /** @param {Channel} channel @param {string} nonce */
  return function adopt(channel, nonce) {
    const worker = new HostedWorker(bridge, connections, channel);
    channel.listen((message, port) => {
      if (message[0] === ADOPT) {
        if (port) adopt(portChannel(port), message[1]);
      } else if (message[0] === HELD) {
        mapSet(workers, nonce, worker);
        // It lets go of the lock when it ends, in whatever way.
        const whenOver = requestLock(lockName(nonce), () => {
          mapDelete(workers, nonce);
          worker.end();
        });
        ignoreRejection(whenOver);
      } else {
        worker.receive(message);
      }
    });
  };
}

/** One worker, from its first word to its end. */
class HostedWorker {
  #bridge;
  #connections;
  #channel;
  /** @type {Map<number, HostedDescriptor>} */
  #descriptors = new Map();
  #lastDescriptor = 0;
  /** Its connections and listeners, each with its descriptor, if it has one. @type {Map<number, number>} */
  #connectionsOpen = new Map();
  #requests;
  #isOver = false;

  /**
   * @param {Bridge} bridge
   * @param {Connections} connections
   * @param {Channel} channel
   */
  constructor(bridge, connections, channel) {
    this.#bridge = bridge;
    this.#connections = connections;
    this.#channel = channel;
    this.#requests = new RequestNumbers(() => connections.nextRequest());
  }

  /** @param {any[]} message */
  receive(message) {
    if (this.#isOver) return;
    switch (message[0]) {
      case CALL:
        if (is(CALLS, message[2])) this.#call(message[1], message[2], decode(message[3]));
        return;
      case NOTE:
        if (is(NOTES, message[1])) this.#note(message[1], decode(message[2]));
        return;
      case CREDIT:
        mapGet(this.#descriptors, message[1])?.addCredit(message[2]);
        return;
      case WRITE:
        mapGet(this.#descriptors, message[1])?.write(message[2]);
        return;
      case SHUTDOWN:
        mapGet(this.#descriptors, message[1])?.shutdown(message[2]);
        return;
      case CLOSE:
        this.#closeDescriptor(message[1]);
    }
  }

  /** @param {string} event @param {object} params */
  tell(event, params) {
    this.#channel.post([EVENT, event, encode(params)]);
  }

  /** The worker has gone, and all that it had goes with it. */
  end() {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#requests.forEach((request) => this.#bridge.notify("network.abort", { request }));
    mapForEach(this.#descriptors, (descriptor) => descriptor.close());
    mapForEach(this.#connectionsOpen, (_, connection) => {
      this.#connections.forget(connection);
      this.#bridge.notify("network.close", { connection });
    });
    this.#descriptors = new Map();
    this.#connectionsOpen = new Map();
  }

  /**
   * @param {number} call the worker's number of it
   * @param {string} method
   * @param {Message} params
   */
  #call(call, method, params) {
    const request = this.#requests.replace(params);
    this.#bridge.call(
      /** @type {any} */ (method),
      /** @type {any} */ (params),
      (/** @type {Message} */ result, descriptor) => {
        const connection = result.connection ?? result.listener;
        this.#requests.answered(request, connection);
        if (this.#isOver) {
          descriptor?.close();
          if (connection !== undefined) this.#bridge.notify("network.close", { connection });
          return;
        }
        if (method === "network.startTls") this.#secured(params.connection, connection);
        const carriesPackets = method === "network.udp";
        const number = descriptor ? this.#addDescriptor(descriptor, carriesPackets) : 0;
        this.#channel.post([ANSWER, call, null, encode(result), number, carriesPackets]);
        // What the broker says of its end comes after its answer.
        if (connection !== undefined) this.#addConnection(connection, number);
      },
      (_exception, error) => {
        this.#requests.answered(request, undefined);
        if (!this.#isOver) this.#channel.post([ANSWER, call, encode(error), null, 0, false]);
      },
    );
  }

  /** @param {string} method @param {Message} params */
  #note(method, params) {
    if (method === "network.abort") {
      const request = this.#requests.find(params.request);
      if (request !== undefined) this.#bridge.notify("network.abort", { request });
      return;
    }
    if (method === "network.close") this.#forget(params.connection);
    this.#bridge.notify(/** @type {any} */ (method), /** @type {any} */ (params));
  }

  /** @param {NativeDescriptor} descriptor @param {boolean} carriesPackets */
  #addDescriptor(descriptor, carriesPackets) {
    const number = ++this.#lastDescriptor;
    mapSet(this.#descriptors, number, new HostedDescriptor(descriptor, number, carriesPackets, this.#channel));
    return number;
  }

  /** @param {number} connection @param {number} descriptor */
  #addConnection(connection, descriptor) {
    mapSet(this.#connectionsOpen, connection, descriptor);
    this.#connections.hold(connection, {
      ended: (end) => this.tell("network.ended", end),
      fail: () => {
        // Only the document's own fetches are failed by their number.
      },
    });
  }

  /**
   * A connection goes on in another. What came before that, and was not read, the worker must know of: nobody has secured it.
   * @param {number} from
   * @param {number} to
   */
  #secured(from, to) {
    const descriptor = mapGet(this.#connectionsOpen, from);
    if (descriptor) mapGet(this.#descriptors, descriptor)?.pushUnread();
    this.#requests.move(from, to);
  }

  /** @param {number} number */
  #closeDescriptor(number) {
    mapGet(this.#descriptors, number)?.close();
    mapDelete(this.#descriptors, number);
    /** @type {number[]} */
    const over = [];
    mapForEach(this.#connectionsOpen, (descriptor, connection) => {
      if (descriptor === number) arrayPush(over, connection);
    });
    for (let i = 0; i < over.length; i++) this.#forget(over[i]);
  }

  /** @param {number} connection */
  #forget(connection) {
    mapDelete(this.#connectionsOpen, connection);
    this.#connections.forget(connection);
    this.#requests.forget(connection);
  }
}
