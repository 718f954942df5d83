// @ts-check
/**
 * When to look at the frames.
 *
 * While something changes that is at the end of every animation frame, so that frames move with their page. After half a
 * second without a change it stops, and nothing runs until something may have changed: an event or a mutation says
 * so, or the UI process, which sees that the page has been painted. The latter is the net under all else, because
 * style sheets, `:hover` and scrollers in shadow trees change without a word.
 *
 * @typedef {object} Work
 * @property {(isFrame: boolean) => void} look at everything that may have changed; in an animation frame or not
 * @property {(thoroughly: boolean) => void} invalidate what is known of other elements; thoroughly, of styles as well
 * @property {() => boolean} isUnfinished whether there is more to find out
 */

import { some } from "../lists.js";
import {
  addEventListener,
  getterOf,
  now,
  removeEventListener,
  setTimeout,
  uncurryThis,
} from "../primordials.js";
import {
  ResizeObserver,
  document,
  documentElementOf,
  observeSize,
  requestAnimationFrame,
  unobserveSizes,
  viewAround,
  window,
} from "../controlled-frame/dom.js";

/** Half a second of animation frames, and the same in milliseconds. */
const REST_FRAMES = 30;
const REST_TIME = 500;

/** Events after which other elements may be painted elsewhere, or in other colours. */
const RESTYLING = [
  "scroll",
  "resize",
  "toggle",
  "pointerover",
  "pointerdown",
  "pointerup",
  "focusin",
  "focusout",
  "keydown",
  "input",
  "change",
  "load",
  "transitionrun",
  "transitionend",
  "transitioncancel",
  "animationstart",
  "animationend",
  "animationcancel",
  "fullscreenchange",
];
const CAPTURE = /** @type {any} */ ({ __proto__: null, capture: true, passive: true });

const getAnimations = uncurryThis(globalThis.Document.prototype.getAnimations);
const playState = getterOf(globalThis.Animation.prototype, "playState");

export class Pulse {
  #work;
  #isActive = false;
  #isScheduled = false;
  /** Whether an animation frame has begun in which it is to be looked. */
  #isDue = false;
  /** Animation frames since something changed. */
  #unchanged = 0;
  /** Animation frames since styles were invalidated. */
  #sinceThorough = 0;
  /** When a painting last made other elements be looked at, in the document's time. */
  #looked = 0;
  /** Whether a timer will look again. */
  #isLookingLater = false;
  /**
   * Who is observed anew is told of in the same animation frame, when all that the page has to do in it is done: where its
   * scripts have moved something by then, that will be painted (HTML, "update the rendering"). It is observed no longer:
   * the root is where it would count as a loop of observers, an error of the page, that anything changes its height then.
   */
  #layouts = new ResizeObserver(() => {
    unobserveSizes(this.#layouts);
    this.#beat();
  });
  #onRestyle = () => {
    this.#work.invalidate(false);
    this.wake();
  };

  /** @param {Work} work */
  constructor(work) {
    this.#work = work;
  }

  get isActive() {
    return this.#isActive;
  }

  /** Begins to listen; `wake` begins to look. */
  start() {
    this.#isActive = true;
    this.#listen(addEventListener);
  }

  stop() {
    this.#isActive = false;
    this.#listen(removeEventListener);
  }

  /** Something may have changed: looks until nothing does any more. */
  wake() {
    this.#unchanged = 0;
    this.#schedule();
  }

  /**
   * The page has been painted. What is done then must not have it painted again: it neither asks for an
   * animation frame nor invalidates styles, unless it finds that something has changed.
   */
  painted() {
    if (this.#isScheduled || !this.#isActive) return;
    const rest = this.#looked + REST_TIME - now();
    if (rest <= 0) {
      this.#looked = now();
      this.#work.invalidate(false);
    }
    this.#work.look(false);
    if (this.#work.isUnfinished()) this.#lookLater(0);
    else if (rest > 0) this.#lookLater(rest);
  }

  /** @param {number} milliseconds */
  #lookLater(milliseconds) {
    if (this.#isLookingLater) return;
    this.#isLookingLater = true;
    setTimeout(() => {
      this.#isLookingLater = false;
      this.painted();
    }, milliseconds);
  }

  #schedule() {
    if (this.#isScheduled || !this.#isActive) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isDue = true;
      const root = documentElementOf(document);
      if (root) observeSize(this.#layouts, root);
      // A root that has no size is not told of.
      requestAnimationFrame(() => this.#beat());
    });
  }

  #beat() {
    if (!this.#isDue) return;
    this.#isDue = false;
    this.#isScheduled = false;
    if (!this.#isActive) return;
    const animating = isAnimating();
    this.#sinceThorough = (this.#sinceThorough + 1) % REST_FRAMES;
    if (animating || this.#sinceThorough === 0) this.#work.invalidate(this.#sinceThorough === 0);
    this.#unchanged++;
    this.#work.look(true);
    if (this.#unchanged <= REST_FRAMES || this.#work.isUnfinished() || animating) this.#schedule();
  }

  /** @param {typeof addEventListener} change begins or ends to listen, here and in the documents around this one */
  #listen(change) {
    for (let view = /** @type {Window | null} */ (window); view; view = viewAround(view)) {
      for (let i = 0; i < RESTYLING.length; i++) change(view, RESTYLING[i], this.#onRestyle, CAPTURE);
    }
  }
}

/** Whether some animation or transition of the page is running. Overrides are paused. */
const isAnimating = () => some(getAnimations(document), (animation) => playState(animation) === "running");
