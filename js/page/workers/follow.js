// @ts-check
/**
 * The workers of an installed site. Their scripts come from its server, with its policies and by its service worker, and nothing
 * is put before them. One that wants the network loads it, by a line of its own (`worker.js`), and says so to whoever has
 * started it.
 */

import { reflectConstruct } from "../primordials.js";
import { lineTo, replaceWorker } from "./line.js";

/**
 * @param {(line: import("./line.js").Line, nonce: string) => void} adopt is given the line to each worker that wants the
 *   network, to answer its greeting
 */
export function followWorkers(adopt) {
  replaceWorker((target, args, newTarget) => {
    const worker = reflectConstruct(target, args, newTarget);
    const line = lineTo(worker);
    line.whenGreeted((nonce) => adopt(line, nonce));
    return worker;
  });
}
