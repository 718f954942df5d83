// @ts-check
/**
 * Overrides the background of one element by animations that are paused for good (see paused.js).
 *
 * WebKit animates `background-image`, `-position` and `-size` as lists, and makes the layers that an
 * element lacks as copies of those that it has. Of the other properties it sets the first layer's
 * only. So one animation sets those for the first layer, and a second one, which comes after it, makes
 * copies. Where the author has several layers, copies of the others come in between, which may repeat:
 * they are found by looking at the result once, and get images that paint nothing.
 *
 * @import { Piece } from "./background.js"
 * @import { Background } from "./holes.js"
 */

import { every, filter, map } from "../lists.js";
import { Map, mapGet, mapSet, max } from "../primordials.js";
import { valuesOf } from "./author.js";
import { parseColor } from "./color.js";
import { computedStyle } from "../controlled-frame/dom.js";
import { splitList } from "./length.js";
import { PausedAnimations } from "./paused.js";
import { tidy } from "./rect.js";

/** An image that paints nothing. */
const BLANK = "linear-gradient(transparent, transparent)";

/** The same as the engine says it. */
const BLANK_COMPUTED = "linear-gradient(rgba(0, 0, 0, 0), rgba(0, 0, 0, 0))";

/** More layers would cost more than drawing the frame above the page. */
const MOST_LAYERS = 256;

/** Sets what has one value for all layers, and after that the lists. */
export class Override extends PausedAnimations {
  /** What the author's layers were like when #slots were found. */
  #author = "";
  /**
   * For each layer there is whether it paints an image once, where it is told to; by the number of pieces.
   * @type {Map<number, boolean[] | null>}
   */
  #slots = new Map();
  /** Whether there has been no room for pieces. */
  #isExhausted = false;

  /** @param {Element} element */
  constructor(element) {
    super(element, 2);
  }

  /** Whether it wins over what the author declares: not when that is `!important`. @param {Background} background */
  canPaint(background) {
    return this.#slotsFor(background, 0) !== null;
  }

  /**
   * Paints pieces of images instead of the author's background. With no pieces it still is a background: without one the
   * canvas would take that of `body` instead of that of the root element.
   * @param {Background} background
   * @param {Piece[] | null} pieces the topmost first; null when there are none that would do
   * @returns {boolean} false when that is so, or there is no room for so many; nothing is overridden then
   */
  paint(background, pieces) {
    const slots = pieces && this.#slotsFor(background, pieces.length);
    if (!slots) {
      this.lift();
      return false;
    }
    let next = 0;
    const layers = map(slots, (isUsable) => (isUsable && next < pieces.length ? pieces[next++] : null));
    this.#applyLayers(background.clip, layers);
    return true;
  }

  /** @param {Background} background @param {number} count of pieces */
  #slotsFor({ author, clip }, count) {
    if (author !== this.#author) {
      this.#author = author;
      this.#slots = new Map();
      this.#isExhausted = false;
    }
    if (this.#isExhausted) return null;
    const known = mapGet(this.#slots, count);
    if (known) return known;
    for (let asked = max(1, count); asked <= MOST_LAYERS; asked *= 2) {
      const slots = this.#layersOf(clip, asked);
      if (!slots) break;
      if (filter(slots, (isUsable) => isUsable).length < count) continue;
      mapSet(this.#slots, count, slots);
      return slots;
    }
    this.#isExhausted = true;
    return null;
  }

  /**
   * Finds out what layers there are when some are asked for; null when the author's win.
   * @param {string} clip
   * @param {number} asked
   */
  #layersOf(clip, asked) {
    /** @type {null[]} */
    const blank = [];
    for (let i = 0; i < asked; i++) blank[i] = null;
    this.#applyLayers(clip, blank);
    const value = valuesOf(computedStyle(this.element));
    /** @param {string} name */
    const values = (name) => splitList(value(name), ",");
    const isInForce =
      parseColor(value("color"))[3] === 0 &&
      every(values("image"), (image) => image === BLANK_COMPUTED) &&
      values("size")[0] === "1px 1px";
    if (!isInForce) return null;
    const origins = values("origin");
    const attachments = values("attachment");
    const clips = values("clip");
    return map(
      values("repeat"),
      (repeat, i) =>
        repeat === "no-repeat" && origins[i] === "padding-box" && attachments[i] === "scroll" && clips[i] === clip,
    );
  }

  /**
   * @param {string} backgroundClip
   * @param {(Piece | null)[]} layers null where nothing is painted
   */
  #applyLayers(backgroundClip, layers) {
    const images = listOf(layers, (piece) => piece?.image ?? BLANK);
    const positions = listOf(layers, (piece) => `${tidy(piece?.x ?? 0)}px ${tidy(piece?.y ?? 0)}px`);
    const sizes = listOf(layers, (piece) => `${tidy(piece?.width ?? 1)}px ${tidy(piece?.height ?? 1)}px`);
    this.apply(`${backgroundClip}/${images}/${positions}/${sizes}`, () => [
      {
        __proto__: null,
        backgroundRepeat: "no-repeat",
        backgroundOrigin: "padding-box",
        backgroundAttachment: "scroll",
        backgroundClip,
      },
      {
        __proto__: null,
        backgroundColor: "transparent",
        backgroundImage: images,
        backgroundPosition: positions,
        backgroundSize: sizes,
      },
    ]);
  }
}

/**
 * The value of a property for all layers.
 * @param {(Piece | null)[]} layers
 * @param {(piece: Piece | null) => string} valueOf
 */
function listOf(layers, valueOf) {
  let list = "";
  for (let i = 0; i < layers.length; i++) list += (i ? ", " : "") + valueOf(layers[i]);
  return list;
}
