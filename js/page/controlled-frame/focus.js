// @ts-check
/**
 * Keyboard focus across the edge of an embedded view.
 *
 * The element takes part in the app's tab order like an iframe. When it gets the focus, the UI
 * process moves the real focus into the embedded view; when Tab leaves that view, the UI process
 * says so and the focus goes to the app's next element.
 */

import {
  addEventListener,
  arrayPush,
  arraySort,
  eventStopNow,
  eventTarget,
  queueTask,
  weakMapGet,
  weakMapSet,
  WeakMap,
} from "../primordials.js";
import {
  blurElement,
  codeOf,
  deepActiveElement,
  documentElementOf,
  document,
  firstElementChild,
  focusElement,
  fragmentFirstElementChild,
  hasAttribute,
  isVisible,
  matches,
  nextElementSibling,
  setAttribute,
  shadowRootOf,
  shiftOf,
  tabIndexOf,
  window,
} from "./dom.js";

/** @typedef {import("./frames.js").Frames} Frames */
/** @typedef {import("./controller.js").FrameController} FrameController */
/** @typedef {"here" | "forward" | "backward"} Direction */

const CAPTURE = /** @type {any} */ ({ __proto__: null, capture: true, passive: true });

export class Focus {
  #bridge;
  #frames;
  /** The guest that has the real focus, or 0. */
  #focused = 0;
  /** Where a focus that happens now comes from. @type {Direction} */
  #direction = "here";
  /** What the focus goes to by no wish of the page or the user, within this task. @type {Element | null} */
  #returning = null;
  /** What is told that it has the focus, within this task, although it had it all along. @type {Element | null} */
  #again = null;
  /** Elements that listen already. @type {WeakMap<HTMLElement, true>} */
  #listening = new WeakMap();

  /**
   * @param {import("../bridge.js").Bridge} bridge
   * @param {Frames} frames
   */
  constructor(bridge, frames) {
    this.#bridge = bridge;
    this.#frames = frames;
    bridge.listen("frame.focused", (_, frame) => this.#onFocused(frame));
    bridge.listen("frame.leave", ({ direction }, frame) => 
      this.#onLeave(frame, direction === "backward" ? "backward" : "forward"),
    );
    addEventListener(
      window,
      "keydown",
      (event) => this.#onKeyDown(/** @type {KeyboardEvent} */ (event)),
      CAPTURE,
    );
    // The window gets its focus back when the user clicks into the app. The engine then also tells
    // the element that had the focus before, which is not the user's wish. When the focus comes from
    // an iframe of the app, the element that it goes to has not had it.
    addEventListener(window, "focus", (event) => this.#hideReturn(event), CAPTURE);
    addEventListener(window, "blur", (event) => this.#hideParting(event), CAPTURE);
    addEventListener(window, "focus", () => {
      this.#returning = deepActiveElement();
      this.#again = this.#returning;
      queueTask(() => {
        this.#returning = null;
        this.#again = null;
      });
    });
  }

  /**
   * Gives an element in the document its place in the tab order, unless its author has.
   * @param {HTMLElement} element
   */
  makeFocusable(element) {
    // An element without a tabindex cannot have the focus at all, so this one trace is left.
    if (!hasAttribute(element, "tabindex")) setAttribute(element, "tabindex", "0");
    if (weakMapGet(this.#listening, element)) return;
    weakMapSet(this.#listening, element, true);
    addEventListener(element, "focus", () => this.#onElementFocus(element));
    // Where the focus goes is known after the event. In a shadow tree nobody else hears of it.
    addEventListener(element, "blur", () => queueTask(() => this.check()));
  }

  /**
   * When a frame gets the real focus, the engine tells its element that it has lost the focus, as the whole page has. It is
   * still the active element: an iframe would not be told.
   * @param {Event} event
   */
  #hideParting(event) {
    if (!this.#focused || eventTarget(event) === window) return;
    if (deepActiveElement() === this.#frames.find(this.#focused)?.element) eventStopNow(event);
  }

  /** When the page gets the focus back, it is told that it has it again. @param {Event} event */
  #hideReturn(event) {
    if (eventTarget(event) === window || !this.#again) return;
    if (deepActiveElement() === this.#again && this.#frames.controllerOf(this.#again)) eventStopNow(event);
  }

  /** Notices that the app has taken the focus elsewhere; cheap. */
  check() {
    if (!this.#focused) return;
    const controller = this.#frames.find(this.#focused);
    if (controller && deepActiveElement() === controller.element) return;
    if (controller) this.#bridge.notifyFrame(this.#focused, "frame.blur", {});
    this.#focused = 0;
  }

  /** @param {KeyboardEvent} event */
  #onKeyDown(event) {
    // The key rather than its meaning: with Shift the engine does not name it.
    if (codeOf(event) !== "Tab" || this.#frames.size === 0) return;
    this.#direction = shiftOf(event) ? "backward" : "forward";
    // The focus moves after the event, within the same task.
    queueTask(() => {
      this.#direction = "here";
    });
  }

  /** @param {HTMLElement} element */
  #onElementFocus(element) {
    if (this.#returning === element) return;
    this.#frames.forEach(({ element: candidate, number }) => {
      if (candidate !== element) return;
      this.#focused = number;
      this.#bridge.notifyFrame(number, "frame.focus", { direction: this.#direction });
    });
  }

  /** @param {number} number of a guest that the user has clicked into */
  #onFocused(number) {
    const controller = this.#frames.find(number);
    if (!controller) return;
    this.#focused = number;
    this.#returning = controller.element;
    focusElement(controller.element, /** @type {any} */ ({ __proto__: null, preventScroll: true }));
    this.#returning = null;
  }

  /** @param {number} number @param {"forward" | "backward"} direction */
  #onLeave(number, direction) {
    const controller = this.#frames.find(number);
    if (!controller) return;
    this.#focused = 0;
    const next = neighbour(controller.element, direction);
    if (!next) {
      blurElement(controller.element);
      return;
    }
    this.#direction = direction;
    focusElement(next);
    this.#direction = "here";
  }
}

const FOCUSABLE =
  "a[href], area[href], button, input, select, textarea, iframe, controlledframe, summary, audio[controls], " +
  "video[controls], object, embed, [tabindex], [contenteditable]:not([contenteditable='false'])";

/**
 * The element that Tab goes to from another, around the end to the other end. It follows the tab
 * order of HTML (https://html.spec.whatwg.org/#sequential-focus-navigation) but for radio groups,
 * and takes shadow trees in place rather than as scopes of their own.
 * @param {HTMLElement} from
 * @param {"forward" | "backward"} direction
 * @returns {HTMLElement | null} null when there is no other
 */
function neighbour(from, direction) {
  /** @type {{ element: HTMLElement, tabIndex: number, order: number }[]} */
  const stops = [];
  collect(documentElementOf(document), from, stops);
  arraySort(stops, (a, b) => rank(a.tabIndex) - rank(b.tabIndex) || a.order - b.order);
  for (let i = 0; i < stops.length; i++) {
    if (stops[i].element !== from) continue;
    const step = direction === "forward" ? 1 : stops.length - 1;
    const { element } = stops[(i + step) % stops.length];
    return element === from ? null : element;
  }
  return null;
}

/** Positive indices come first, in their order; 0 comes last. @param {number} tabIndex */
const rank = (tabIndex) => (tabIndex > 0 ? tabIndex : 1e9);

/**
 * @param {Element | null} element
 * @param {HTMLElement} from is collected whatever its state
 * @param {{ element: HTMLElement, tabIndex: number, order: number }[]} stops
 */
function collect(element, from, stops) {
  if (!element || hasAttribute(element, "inert")) return;
  const html = /** @type {HTMLElement} */ (element);
  if (element === from) {
    arrayPush(stops, { element: from, tabIndex: 0, order: stops.length });
  } else if (
    matches(element, FOCUSABLE) &&
    !matches(element, ":disabled") &&
    tabIndexOf(html) >= 0 &&
    isVisible(element)
  ) {
    arrayPush(stops, { element: html, tabIndex: tabIndexOf(html), order: stops.length });
  }
  const root = shadowRootOf(element);
  for (let child = root && fragmentFirstElementChild(root); child; child = nextElementSibling(child)) {
    collect(child, from, stops);
  }
  for (let child = firstElementChild(element); child; child = nextElementSibling(child))
    collect(child, from, stops);
}
