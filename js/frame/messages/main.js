// @ts-check
/**
 * Runs in the isolated world of the app's scripts in an embedded document, once the app first sends that a message:
 * takes messages to the page's own world, and keeps what the page answers until the runtime asks for it.
 */

import { decodeStructured } from "../../page/structured.js";

/** How many answers wait at the most; what comes then is lost. */
const MOST = 1000;

/** @param {string} name of the events between the two worlds, which nobody else knows */
export function createMessages(name) {
  /** @type {unknown[]} */
  let waiting = [];
  /** @type {((messages: unknown[]) => void) | null} */
  let taker = null;
  let embedder = "";

  function hand() {
    if (!taker || waiting.length === 0) return;
    const [take, messages] = [taker, waiting];
    [taker, waiting] = [null, []];
    take(messages);
  }

  // The app's content scripts hear the page's message events as well. What the page's world has put on their source is not
  // seen in this one. No window that a page hears from is a port.
  /** @param {MessageEvent} event */
  function giveSource({ source, origin }) {
    if (!(source instanceof MessagePort) || origin !== embedder) return;
    const postMessage = (/** @type {unknown} */ message) =>
      void dispatchEvent(new CustomEvent(`${name}-out`, { detail: structuredClone(message) }));
    Object.defineProperty(source, "postMessage", { value: postMessage, configurable: true });
  }

  /** @param {Event} event */
  function take(event) {
    if (waiting.length === MOST) return;
    waiting.push(/** @type {CustomEvent} */ (event).detail);
    hand();
  }

  return {
    /**
     * @param {string} json in the form that structured.js describes
     * @param {string} origin the app's
     * @returns {boolean} whether anybody in the page's own world has heard it
     */
    deliver(json, origin) {
      let detail;
      embedder = origin;
      // document.open() forgets all listeners; one that is there is not added again.
      addEventListener("message", giveSource, true);
      addEventListener(`${name}-out`, take);
      try {
        detail = { data: decodeStructured(JSON.parse(json)), origin };
      } catch {
        detail = { data: null, origin, isMalformed: true };
      }
      return !dispatchEvent(new CustomEvent(`${name}-in`, { detail, cancelable: true }));
    },

    /** Resolves with the answers that have come, once there are some. */
    next: () =>
      new Promise((resolve) => {
        taker = resolve;
        hand();
      }),
  };
}
