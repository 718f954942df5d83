// @ts-check
/**
 * What this document knows of the user's grant of unrestricted network access. The UI process
 * decides each call; this copy only answers what must be answered synchronously.
 */

import { arrayPush } from "../primordials.js";

/** @typedef {"unavailable" | "prompt" | "granted" | "denied"} NetworkState */
/** @typedef {import("../bridge.js").Bridge} Bridge */

export class Grant {
  /** @type {NetworkState} */
  #state;
  /** Whether #state came from the UI process. */
  #known = false;
  /** @type {(() => void)[]} */
  #onChange = [];

  /**
   * @param {Bridge} bridge
   * @param {NetworkState} initial what to say until the UI process has answered
   */
  constructor(bridge, initial) {
    this.#state = initial;
    // Comes before the ends of the connections that it ends, so that an app knows why they fail.
    bridge.listen("network.statechange", ({ state }) => this.update(state));
    bridge.call(
      "network.state",
      {},
      ({ state }) => this.update(state),
      () => this.update("unavailable"),
    );
  }

  get state() {
    return this.#state;
  }

  /** Whether a call that needs the grant can be refused without asking the UI process. */
  isKnownToBeMissing() {
    return this.#known && this.#state !== "granted";
  }

  /** @param {() => void} callback called after each change */
  onChange(callback) {
    arrayPush(this.#onChange, callback);
  }

  /** @param {NetworkState} state */
  update(state) {
    if (typeof state !== "string") return;
    this.#known = true;
    if (state === this.#state) return;
    this.#state = state;
    for (let i = 0; i < this.#onChange.length; i++) this.#onChange[i]();
  }
}
