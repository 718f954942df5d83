// @ts-check
/**
 * Overrides the background of one element by an animation that is paused for good. The page finds
 * it neither in the document nor, after `hideOverrides`, among the animations.
 *
 * WebKit animates `background-image`, `-position` and `-size` as lists; of the properties that have one
 * value for all layers it is sure of none but the first layer's. So only the first layer relies on
 * `no-repeat`, and the others are images as large as the element, which has room for one tile.
 *
 * @typedef {import("./rect.js").Rect} Rect
 * @typedef {import("./rect.js").Band} Band
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
import { tidy } from "./rect.js";

const { Animation, Document, Element, KeyframeEffect, ShadowRoot } = globalThis;
const setEffect = setterOf(Animation.prototype, "effect");
const pause = uncurryThis(Animation.prototype.pause);

/** @type {WeakMap<Animation, true>} */
const own = new WeakMap();

const TIMING = { __proto__: null, duration: 1e9, fill: "both" };

export class Override {
  #element;
  #animation = new Animation(null);
  /** @type {KeyframeEffect | null} */
  #effect = null;
  /** The keyframe in force, to see whether a new one differs. */
  #current = "";

  /** @param {Element} element */
  constructor(element) {
    this.#element = element;
    weakMapSet(own, this.#animation, true);
  }

  /** Lets the author's background show until `resume`. */
  suspend() {
    setEffect(this.#animation, null);
  }

  /** Lets the author's background show until there is a new value. */
  lift() {
    if (!this.#effect) return;
    this.#effect = null;
    this.#current = "";
    setEffect(this.#animation, null);
  }

  /** Puts the override back as `suspend` found it. */
  resume() {
    setEffect(this.#animation, this.#effect);
  }

  /** No background at all. */
  clear() {
    this.#apply("none", "0px 0px", "auto");
  }

  /**
   * A colour with holes in it.
   * @param {string} color
   * @param {Rect} whole what the colour fills, from the corner of the padding box
   * @param {Band[]} bands the parts of it that are left
   * @param {boolean} opaque whether the colour is; then layers may overlap to hide their seams
   */
  fill(color, whole, bands, opaque) {
    const layers = new Layers();
    let vertical = "";
    let hasFirst = false;
    for (let i = 0; i < bands.length; i++) {
      const band = bands[i];
      const solid = isSolid(band, whole);
      const top = tidy(band.y - whole.y);
      vertical += `, ${solid ? color : "transparent"} ${top}px ${tidy(top + band.height)}px`;
      if (solid || !band.spans.length) continue;
      if (hasFirst) {
        addPieces(layers, color, whole, band);
      } else {
        hasFirst = true;
        const above = opaque && i > 0 && isSolid(bands[i - 1], whole) ? 1 : 0;
        const below = opaque && i + 1 < bands.length && isSolid(bands[i + 1], whole) ? 1 : 0;
        const image = `linear-gradient(to right${stopsAcross(color, whole, band)})`;
        layers.add(image, whole.x, band.y - above, whole.width, band.height + above + below);
      }
    }
    // Without a band that needs it, the first layer is a hole from side to side.
    if (!hasFirst) layers.add("linear-gradient(transparent, transparent)", 0, 0, 0, 0);
    layers.add(`linear-gradient(to bottom${vertical})`, whole.x, whole.y, whole.width, whole.height);
    this.#apply(layers.images, layers.positions, layers.sizes);
  }

  /**
   * @param {string} backgroundImage
   * @param {string} backgroundPosition
   * @param {string} backgroundSize
   */
  #apply(backgroundImage, backgroundPosition, backgroundSize) {
    const current = `${backgroundImage}/${backgroundPosition}/${backgroundSize}`;
    if (current === this.#current) return;
    this.#current = current;
    const keyframe = () => ({
      __proto__: null,
      backgroundColor: "transparent",
      backgroundImage,
      backgroundPosition,
      backgroundSize,
      // Only this one of the single values: with two of them WebKit adds layers of its own.
      backgroundRepeat: "no-repeat",
    });
    // Two equal keyframes: one alone would be blended with the author's value.
    const keyframes = [keyframe(), keyframe()];
    this.#effect = new KeyframeEffect(
      this.#element,
      /** @type {any} */ (keyframes),
      /** @type {any} */ (TIMING),
    );
    setEffect(this.#animation, this.#effect);
    pause(this.#animation);
  }
}

/** The lists of the background properties, grown a layer at a time. */
class Layers {
  images = "";
  positions = "";
  sizes = "";

  /**
   * @param {string} image
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   */
  add(image, x, y, width, height) {
    const comma = this.images ? ", " : "";
    this.images += comma + image;
    this.positions += `${comma}${tidy(x)}px ${tidy(y)}px`;
    this.sizes += `${comma}${tidy(width)}px ${tidy(height)}px`;
  }
}

/** Whether a band has no hole. @param {Band} band @param {Rect} whole */
const isSolid = ({ spans }, whole) => spans.length === 1 && spans[0].width === whole.width;

/** The colour stops along a band. @param {string} color @param {Rect} whole @param {Band} band */
function stopsAcross(color, whole, { spans }) {
  let stops = "";
  let end = 0;
  for (let i = 0; i < spans.length; i++) {
    const start = tidy(spans[i].x - whole.x);
    stops += `, transparent ${end}px ${start}px`;
    end = tidy(start + spans[i].width);
    stops += `, ${color} ${start}px ${end}px`;
  }
  return `${stops}, transparent ${end}px`;
}

/**
 * Further bands, a layer for each piece: a conic gradient fills just the corner of a tile that is as
 * large as everything, so that no other tile shows.
 * @param {Layers} layers
 * @param {string} color
 * @param {Rect} whole
 * @param {Band} band
 */
function addPieces(layers, color, whole, { y, height, spans }) {
  for (let i = 0; i < spans.length; i++) {
    const { x, width } = spans[i];
    const corner = `${tidy(width)}px ${tidy(height)}px`;
    const image = `conic-gradient(from 270deg at ${corner}, ${color} 90deg, transparent 90deg)`;
    layers.add(image, x, y, whole.width, whole.height);
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
