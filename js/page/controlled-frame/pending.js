// @ts-check
/**
 * Questions without an answer yet, so that all of them can be answered with an error at once.
 */

import { Set, setAdd, setDelete, setForEach } from "../primordials.js";

/** @typedef {(reason: unknown) => void} Reject */

export class Pending {
  /** @type {Set<Reject>} */
  #waiting = new Set();

  /**
   * @param {Reject} reject
   * @returns {() => boolean} to be called with the answer; false when it comes too late
   */
  track(reject) {
    setAdd(this.#waiting, reject);
    return () => setDelete(this.#waiting, reject);
  }

  /** @param {unknown} reason */
  rejectAll(reason) {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    setForEach(waiting, (reject) => reject(reason));
  }
}
