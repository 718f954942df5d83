// @ts-check
/**
 * Animations that are paused for good, to override what an element's author declares without a trace:
 * the page finds them neither in the document nor, after `hideOverrides`, among the animations. Only what
 * is `!important` wins over them.
 */

import { filter, map } from "../lists.js";
import {
  WeakMap,
  arrayPush,
  defineProperty,
  getOwnPropertyDescriptor,
  reflectApply,
  setterOf,
  uncurryThis,
  weakMapHas,
  weakMapSet,
} from "../primordials.js";

const { Animation, Document, Element, KeyframeEffect, ShadowRoot } = globalThis;
const setEffect = setterOf(Animation.prototype, "effect");
const pause = uncurryThis(Animation.prototype.pause);

/** @type {WeakMap<Animation, true>} */
const own = new WeakMap();

/** Sets properties of one element. */
export class PausedAnimations {
  element;
  /** Each is applied after those before it. @type {Animation[]} */
  #animations = [];
  /** @type {KeyframeEffect[]} */
  #effects = [];
  /** Tells the keyframes in force from others; empty when there are none. */
  #current = "";

  /** @param {Element} element @param {number} count */
  constructor(element, count) {
    this.element = element;
    for (let i = 0; i < count; i++) {
      const animation = new Animation(null);
      weakMapSet(own, animation, true);
      arrayPush(this.#animations, animation);
    }
  }

  /** Lets the author's values show until `resume`. */
  suspend() {
    for (let i = 0; i < this.#animations.length; i++) setEffect(this.#animations[i], null);
  }

  /** Lets the author's values show until there are new ones. */
  lift() {
    if (!this.#current) return;
    this.#current = "";
    this.#effects = [];
    this.suspend();
  }

  /** Puts the values back as `suspend` found them. */
  resume() {
    for (let i = 0; i < this.#effects.length; i++) setEffect(this.#animations[i], this.#effects[i]);
  }

  /**
   * @param {string} name tells these keyframes from others
   * @param {() => object[]} keyframesOf what each animation sets
   */
  apply(name, keyframesOf) {
    if (name === this.#current) return;
    this.#current = name;
    const options = { __proto__: null, duration: 1e9, fill: "both" };
    // Two equal keyframes: one alone would be blended with the author's value.
    this.#effects = map(
      keyframesOf(),
      (keyframe) =>
        new KeyframeEffect(this.element, /** @type {any} */ ([keyframe, keyframe]), /** @type {any} */ (options)),
    );
    this.resume();
    for (let i = 0; i < this.#animations.length; i++) pause(this.#animations[i]);
  }
}

/** Leaves overrides out of what `getAnimations` tells the page. */
export function hideOverrides() {
  hideFrom(Document.prototype);
  hideFrom(Element.prototype);
  hideFrom(ShadowRoot.prototype);
}

/** @param {object} prototype */
function hideFrom(prototype) {
  const descriptor = getOwnPropertyDescriptor(prototype, "getAnimations");
  if (!descriptor) return;
  const native = descriptor.value;
  const holder = {
    /** @this {unknown} */
    getAnimations() {
      /** @type {Animation[]} */
      const all = reflectApply(native, this, arguments);
      return filter(all, (animation) => !weakMapHas(own, animation));
    },
  };
  defineProperty(
    prototype,
    "getAnimations",
    /** @type {any} */ ({
      ...descriptor,
      __proto__: null,
      value: holder.getAnimations,
    }),
  );
}
