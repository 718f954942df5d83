// @ts-check
/** The native side as a worker has it: its document, at the other end of a channel. */

import { Map, mapDelete, mapGet, mapSet } from "../primordials.js";
import { ANSWER, CALL, CHUNK, END, EVENT, NOTE, TAKEN } from "./channel.js";
import { RemoteDescriptors } from "./remote-descriptor.js";

/** @typedef {import("../bridge.js").Native} Native */

/**
 * @param {import("./channel.js").Channel} channel
 * @returns {Native}
 */
export function createRemoteNative(channel) {
  const descriptors = new RemoteDescriptors(channel);
  /** Calls that wait for their answers. @type {Map<number, import("../bridge.js").NativeCallback>} */
  const waiting = new Map();
  let lastCall = 0;
  /** @type {import("../bridge.js").NativeListener} */
  let listener = () => {};

  channel.listen((message) => {
    switch (message[0]) {
      case ANSWER: {
        const callback = mapGet(waiting, message[1]);
        mapDelete(waiting, message[1]);
        const number = message[4];
        callback?.(message[2], message[3], number ? descriptors.create(number, message[5]) : null);
        return;
      }
      case EVENT:
        listener(0, message[1], message[2], 0);
        return;
      case CHUNK:
        descriptors.find(message[1])?.receive(message[2], message[3]);
        return;
      case END:
        descriptors.find(message[1])?.ended(message[2]);
        return;
      case TAKEN:
        descriptors.find(message[1])?.taken(message[2], message[3]);
    }
  });

  return {
    call(_frame, method, params, callback) {
      mapSet(waiting, ++lastCall, callback);
      channel.post([CALL, lastCall, method, params]);
    },
    notify(_frame, method, params) {
      channel.post([NOTE, method, params]);
    },
    reply() {
      // No question comes here.
    },
    listen(callback) {
      listener = callback;
    },
  };
}
