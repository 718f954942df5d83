// @ts-check
/**
 * The workers of an installed site. Their scripts come from its server, with its policies and by its service worker, and nothing
 * is put before them. One that wants the network loads it, by a line of its own (`worker.js`), and says so to whoever has
 * started it.
 */

import { reflectConstruct } from "../primordials.js";
import { receivePort, replaceWorker } from "./meeting.js";

/** @param {(port: MessagePort, nonce: string) => void} adopt gets the port of each worker that wants the network */
export function followWorkers(adopt) {
  replaceWorker((target, args, newTarget) => {
    const worker = reflectConstruct(target, args, newTarget);
    receivePort(worker, null, adopt);
    return worker;
  });
}
