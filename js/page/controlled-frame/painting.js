// @ts-check
/**
 * What of the app's elements is seen above a frame.
 */

import { paintsAnything } from "./beneath.js";
import { computedStyle, styleValue } from "./dom.js";
import { PausedAnimation } from "./paused.js";

/**
 * Whether there is anything to see of an element, its descendants aside.
 * @param {Element} element
 */
export function isSeen(element) {
  const style = computedStyle(element);
  if (styleValue(style, "visibility") !== "visible" || styleValue(style, "opacity") === "0") return false;
  return paintsAnything(element);
}

/**
 * Runs a function for which an element with `pointer-events: none` can be hit. Nothing is painted
 * meanwhile, and no script of the page runs.
 * @template Result
 * @param {Element} element
 * @param {() => Result} work
 * @returns {Result}
 */
export function whileHittable(element, work) {
  if (styleValue(computedStyle(element), "pointer-events") !== "none") return work();
  const override = new PausedAnimation();
  override.apply(element, "auto", () => ({ __proto__: null, pointerEvents: "auto" }));
  try {
    return work();
  } finally {
    override.lift();
  }
}
