// @ts-check
/**
 * Animations that are paused for good, to override what an element's author declares without a trace:
 * the page finds them neither in the document nor, after `hideOverrides`, among the animations. Only what
 * is `!important` wins over them.
 */

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
export class PausedAnimation {
  #animation = new Animation(null);
  /** @type {KeyframeEffect | null} */
  #effect = null;
  /** Tells the keyframe in force from others. */
  #current = "";

  constructor() {
    weakMapSet(own, this.#animation, true);
  }

  /** Lets the author's values show until `resume`. */
  suspend() {
    setEffect(this.#animation, null);
  }

  /** Lets the author's values show until there are new ones. */
  lift() {
    if (!this.#effect) return;
    this.#effect = null;
    this.#current = "";
    setEffect(this.#animation, null);
  }

  /** Puts the values back as `suspend` found them. */
  resume() {
    setEffect(this.#animation, this.#effect);
  }

  /**
   * @param {Element} element
   * @param {string} name tells this keyframe from others
   * @param {() => object} keyframe
   * @param {string | null} pseudoElement of the element, if it is one that is meant
   */
  apply(element, name, keyframe, pseudoElement = null) {
    if (name === this.#current) return;
    this.#current = name;
    // Two equal keyframes: one alone would be blended with the author's value.
    const keyframes = [keyframe(), keyframe()];
    const options = { __proto__: null, duration: 1e9, fill: "both", pseudoElement };
    this.#effect = new KeyframeEffect(element, /** @type {any} */ (keyframes), /** @type {any} */ (options));
    setEffect(this.#animation, this.#effect);
    pause(this.#animation);
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
      /** @type {Animation[]} */
      const shown = [];
      for (let i = 0; i < all.length; i++) if (!weakMapHas(own, all[i])) arrayPush(shown, all[i]);
      return shown;
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
