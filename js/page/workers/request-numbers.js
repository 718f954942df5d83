// @ts-check
/**
 * The numbers by which a worker's requests can be aborted. Each worker counts from one, and so does the document, so the
 * document's numbers take the place of the worker's.
 */

import { Map, mapDelete, mapForEach, mapGet, mapSet } from "../primordials.js";

/** @typedef {import("../bridge.js").Message} Message */

export class RequestNumbers {
  #next;
  /** The document's number for each of the worker's. @type {Map<number, number>} */
  #numbers = new Map();
  /** Whose connection can still be aborted by the worker's number. @type {Map<number, number>} */
  #byConnection = new Map();

  /** @param {() => number} next makes a number of the document's */
  constructor(next) {
    this.#next = next;
  }

  /**
   * Replaces the number in a call's parameters.
   * @param {Message} params
   * @returns {number | undefined} the worker's
   */
  replace(params) {
    const holder = typeof params.request === "number" ? params : params.options;
    const number = holder?.request;
    if (typeof number !== "number") return undefined;
    const known = mapGet(this.#numbers, number) ?? this.#next();
    mapSet(this.#numbers, number, known);
    holder.request = known;
    return number;
  }

  /** @param {number} number the worker's @returns {number | undefined} the document's */
  find(number) {
    return mapGet(this.#numbers, number);
  }

  /**
   * A call has been answered.
   * @param {number | undefined} number the worker's, if the call had one
   * @param {number | undefined} connection which can still be aborted by it
   */
  answered(number, connection) {
    if (number === undefined) return;
    if (connection === undefined) mapDelete(this.#numbers, number);
    else mapSet(this.#byConnection, connection, number);
  }

  /** A connection goes on under another number. @param {number} from @param {number} to */
  move(from, to) {
    const number = mapGet(this.#byConnection, from);
    if (number === undefined) return;
    mapDelete(this.#byConnection, from);
    mapSet(this.#byConnection, to, number);
  }

  /** A connection is over. @param {number} connection */
  forget(connection) {
    const number = mapGet(this.#byConnection, connection);
    if (number === undefined) return;
    mapDelete(this.#byConnection, connection);
    mapDelete(this.#numbers, number);
  }

  /** @param {(number: number) => void} callback is called with each of the document's numbers */
  forEach(callback) {
    mapForEach(this.#numbers, callback);
  }
}
