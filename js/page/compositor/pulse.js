// @ts-check
/**
 * When to look at the frames.
 *
 * While something changes that is in every animation frame, so that frames move with their page. After half a
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
  defaultViewOf,
  document,
  frameElementOf,
  ownerDocument,
  requestAnimationFrame,
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
  /** Animation frames since something changed. */
  #unchanged = 0;
  /** Animation frames since all was invalidated. */
  #sinceThorough = 0;
  /** When a painting last made other elements be looked at, in the document's time. */
  #looked = 0;
  /** Whether a timer will look again. */
  #isLookingLater = false;
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

  start() {
    this.#isActive = true;
    this.#listen(addEventListener);
    this.wake();
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

  /** Styles have just been read, whoever wanted that. */
  noteThoroughLook() {
    this.#sinceThorough = 0;
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
      this.#isScheduled = false;
      if (!this.#isActive) return;
      const animating = isAnimating();
      if (++this.#sinceThorough >= REST_FRAMES) this.#work.invalidate(true);
      else if (animating) this.#work.invalidate(false);
      this.#unchanged++;
      this.#work.look(true);
      if (this.#unchanged <= REST_FRAMES || this.#work.isUnfinished() || animating) this.#schedule();
    });
  }

  /** @param {typeof addEventListener} change begins or ends to listen, here and in the documents around this one */
  #listen(change) {
    for (let view = /** @type {Window | null} */ (window); view; view = parentView(view)) {
      for (let i = 0; i < RESTYLING.length; i++) change(view, RESTYLING[i], this.#onRestyle, CAPTURE);
    }
  }
}

/** The window around another one, if it is of the same origin. @param {Window} view */
function parentView(view) {
  const container = frameElementOf(view);
  return container && defaultViewOf(ownerDocument(container));
}

/** Whether some animation or transition of the page is running. Overrides are paused. */
const isAnimating = () => some(getAnimations(document), (animation) => playState(animation) === "running");
