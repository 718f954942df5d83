// @ts-check
/**
 * Has animations move frames in the page's own time.
 *
 * The engine runs an animation of `transform` in its compositor, and paints the page where that is by then, which no script
 * can know: a frame would follow some pixels behind. It does not while another animation of the element adds to what the
 * first one sets. So what moves a frame gets an animation that adds nothing.
 */

import { some } from "../lists.js";
import {
  Map,
  Set,
  WeakMap,
  getterOf,
  hasOwn,
  mapDelete,
  mapForEach,
  mapGet,
  mapSet,
  setAdd,
  setForEach,
  setHas,
  uncurryThis,
  weakMapGet,
  weakMapSet,
} from "../primordials.js";
import { document } from "../controlled-frame/dom.js";
import { PausedAnimations } from "./paused.js";

const { Animation, Document, KeyframeEffect } = globalThis;
const getAnimations = uncurryThis(Document.prototype.getAnimations);
const playState = getterOf(Animation.prototype, "playState");
const effectOf = getterOf(Animation.prototype, "effect");
const targetOf = getterOf(KeyframeEffect.prototype, "target");
const keyframesOf = uncurryThis(KeyframeEffect.prototype.getKeyframes);

/** What the engine animates in its compositor. */
const MOVING = ["transform", "translate", "rotate", "scale", "offsetPath", "offsetDistance"];
const NOTHING = { __proto__: null, transform: "none", composite: "add" };

export class InStep {
  /** @type {Map<Element, PausedAnimations>} */
  #held = new Map();
  /** Whether an effect moves its element. @type {WeakMap<AnimationEffect, boolean>} */
  #moving = new WeakMap();

  /**
   * Holds what moves now, and lets go of what no longer does.
   * @param {(element: Element) => boolean} hasFrame whether a frame is in an element, or is one
   */
  refresh(hasFrame) {
    const animations = getAnimations(document);
    /** @type {Set<Element>} */
    const moved = new Set();
    for (let i = 0; i < animations.length; i++) {
      const effect = effectOf(animations[i]);
      if (!effect || playState(animations[i]) !== "running") continue;
      const target = targetOf(/** @type {KeyframeEffect} */ (effect));
      if (target && hasFrame(target) && this.#moves(effect)) setAdd(moved, target);
    }
    mapForEach(this.#held, (held, element) => {
      if (setHas(moved, element)) return;
      held.lift();
      mapDelete(this.#held, element);
    });
    setForEach(moved, (element) => {
      if (mapGet(this.#held, element)) return;
      const held = new PausedAnimations(element, 1);
      held.apply("nothing", () => [NOTHING]);
      mapSet(this.#held, element, held);
    });
  }

  /** @param {AnimationEffect} effect */
  #moves(effect) {
    const known = weakMapGet(this.#moving, effect);
    if (known !== undefined) return known;
    const moves = some(keyframesOf(/** @type {KeyframeEffect} */ (effect)), (keyframe) => some(MOVING, (name) => hasOwn(keyframe, name)));
    weakMapSet(this.#moving, effect, moves);
    return moves;
  }
}
