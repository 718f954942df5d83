// Shows the pages of a playlist in turn. The next one loads beneath the one that is seen; one that is lost comes again.

import { Slot } from "./slot.js";

/** @import { Item } from "./playlist.js" */

/** How often a page may be lost before it is seen; then it is another one's turn. */
const ATTEMPTS = 3;
/** How long to wait before a page that cannot be shown is tried again, with nothing else to show. */
const PAUSE = 5000;
/** How many recoveries are remembered. */
const HISTORY = 100;

/**
 * @typedef {{ cause: string, at: Date, milliseconds: number }} Recovery a page was lost, and seen again so much later
 * @typedef {{ cause: string, date: Date, since: number }} Loss
 */

/** Sends "change" whenever something of it is different. */
export class Player extends EventTarget {
  /** @type {Item[]} */
  items = [];
  /** @type {"starting" | "showing" | "recovering" | "failed"} */
  state = "starting";
  /** The page that is seen, or is to be. @type {Item | undefined} */
  item;
  /** Why nothing is seen, while the state is "failed". */
  problem = "";
  /** The last ones, the newest first. @type {Recovery[]} */
  history = [];
  /** How many there were in all. */
  recoveries = 0;
  /** The longest of all, in milliseconds. */
  slowest = 0;
  /** When the next one's turn is, by `performance.now()`. */
  turn = { begins: 0, ends: 0 };

  #stage;
  #index = 0;
  /** What is seen. @type {Slot | undefined} */
  #current;
  /** What is loading. @type {Slot | undefined} */
  #coming;
  /** What was lost, as long as nothing is seen again. @type {Loss | undefined} */
  #loss;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Element} stage */
  constructor(stage) {
    super();
    this.#stage = stage;
  }

  /**
   * Shows these instead of what was shown. The same ones again change nothing.
   * @param {Item[]} items
   */
  play(items) {
    if (JSON.stringify(items) === JSON.stringify(this.items)) return;
    this.items = items;
    this.#go(0);
  }

  /** @param {number} index */
  #go(index) {
    this.#index = index % this.items.length;
    this.#show(this.items[this.#index], 1);
  }

  /**
   * @param {Item} item
   * @param {number} attempt
   */
  #show(item, attempt) {
    clearTimeout(this.#timer);
    this.#coming?.close();
    const slot = new Slot(item, this.#stage, {
      shown: () => {
        this.#current?.close();
        [this.#current, this.#coming] = [slot, undefined];
        this.#remember();
        this.#wait(item.seconds * 1000);
        this.#become("showing", item);
      },
      lost: (cause) => {
        if (this.#current === slot) {
          this.#current = undefined;
          this.#loss = { cause, date: new Date(), since: performance.now() };
          // If the next one is coming, it is seen sooner than this one would be.
          if (this.#coming) this.#become("recovering", this.#coming.item);
          else this.#show(item, 1);
        } else {
          this.#coming = undefined;
          if (attempt < ATTEMPTS) this.#show(item, attempt + 1);
          else this.#giveUp(item, cause);
        }
      },
    });
    this.#coming = slot;
    if (!this.#current) this.#become(this.#loss ? "recovering" : "starting", item);
  }

  /**
   * @param {Item} item
   * @param {string} cause
   */
  #giveUp(item, cause) {
    this.problem = `${item.title} ${cause}.`;
    // While another page is seen it simply stays; else the next one's turn comes soon.
    this.#wait(this.#current ? item.seconds * 1000 : PAUSE);
    this.#become(this.#current ? "showing" : "failed", this.#current?.item ?? item);
  }

  /** @param {number} milliseconds */
  #wait(milliseconds) {
    clearTimeout(this.#timer);
    const begins = performance.now();
    this.turn = { begins, ends: begins + milliseconds };
    this.#timer = setTimeout(() => this.#go(this.#index + 1), milliseconds);
  }

  /** Something is seen again, if nothing was. */
  #remember() {
    if (!this.#loss) return;
    const { cause, date, since } = this.#loss;
    this.#loss = undefined;
    const milliseconds = Math.round(performance.now() - since);
    this.recoveries += 1;
    this.slowest = Math.max(this.slowest, milliseconds);
    this.history = [{ cause, at: date, milliseconds }, ...this.history].slice(0, HISTORY);
  }

  /**
   * @param {typeof this.state} state
   * @param {Item} item
   */
  #become(state, item) {
    [this.state, this.item] = [state, item];
    this.dispatchEvent(new Event("change"));
  }
}
