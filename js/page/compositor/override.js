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
 * @typedef {import("./rect.js").Rect} Rect
 * @typedef {import("./rect.js").Band} Band
 * @typedef {import("./background.js").Piece} Piece
 *
 * The layers that an override can have on its element.
 * @typedef {object} Slots
 * @property {number} total
 * @property {boolean[]} usable which of them paint an image once, where they are told to
 */

import { Map, mapGet, mapSet, max } from "../primordials.js";
import { parseColor } from "./color.js";
import { computedStyle, styleValue } from "../controlled-frame/dom.js";
import { splitList } from "./gradient.js";
import { PausedAnimation } from "./paused.js";
import { tidy } from "./rect.js";

/** An image that paints nothing. */
const BLANK = "linear-gradient(transparent, transparent)";

/** The same as the engine says it. */
const BLANK_COMPUTED = "linear-gradient(rgba(0, 0, 0, 0), rgba(0, 0, 0, 0))";

/** More layers would cost more than drawing the frame above the page. */
const MOST_LAYERS = 256;

export class Override {
  #element;
  /** Sets what has one value for all layers. */
  #single = new PausedAnimation();
  /** Sets the lists: made after the other one, it is applied after it. */
  #lists = new PausedAnimation();
  /** What the author's layers were like when #slots were found. */
  #author = "";
  /** By the number of pieces. @type {Map<number, Slots | null>} */
  #slots = new Map();

  /** @param {Element} element */
  constructor(element) {
    this.#element = element;
  }

  /** Lets the author's background show until `resume`. */
  suspend() {
    this.#single.suspend();
    this.#lists.suspend();
  }

  /** Lets the author's background show until there is a new value. */
  lift() {
    this.#single.lift();
    this.#lists.lift();
  }

  /** Puts the override back as `suspend` found it. */
  resume() {
    this.#single.resume();
    this.#lists.resume();
  }

  /**
   * Nothing to see, on an element that has no images. It still is a background: without one the canvas would take
   * that of `body` instead of that of the root element.
   */
  clear() {
    this.#apply("border-box", { images: BLANK, positions: "0px 0px", sizes: "1px 1px" });
  }

  /**
   * A colour with holes in it, on an element that has no images.
   * @param {string} color
   * @param {string} clip the author's `background-clip`
   * @param {Rect} whole what the colour fills, from the corner of the padding box
   * @param {Band[]} bands the parts of it that are left
   * @param {boolean} opaque whether the colour is; then layers may overlap to hide their seams
   */
  fill(color, clip, whole, bands, opaque) {
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
        addPieces(layers, color, band);
      } else {
        hasFirst = true;
        const above = opaque && i > 0 && isSolid(bands[i - 1], whole) ? 1 : 0;
        const below = opaque && i + 1 < bands.length && isSolid(bands[i + 1], whole) ? 1 : 0;
        const image = `linear-gradient(to right${stopsAcross(color, whole, band)})`;
        layers.add(image, whole.x, band.y - above, whole.width, band.height + above + below);
      }
    }
    layers.add(`linear-gradient(to bottom${vertical})`, whole.x, whole.y, whole.width, whole.height);
    this.#apply(clip, layers);
  }

  /**
   * Pieces of images, on any element.
   * @param {string} author tells the author's layers from others
   * @param {string} clip the author's `background-clip`
   * @param {Piece[]} pieces the topmost first
   * @returns {boolean} false when there is no room for so many; nothing is overridden then
   */
  paint(author, clip, pieces) {
    const slots = this.#slotsFor(author, clip, pieces.length);
    if (!slots) {
      this.lift();
      return false;
    }
    const layers = new Layers();
    let next = 0;
    for (let i = 0; i < slots.total; i++) {
      const piece = next < pieces.length && slots.usable[i] ? pieces[next++] : null;
      if (piece) layers.add(piece.image, piece.x, piece.y, piece.width, piece.height);
      else layers.add(BLANK, 0, 0, 1, 1);
    }
    this.#apply(clip, layers);
    return true;
  }

  /** Whether a `paint` without pieces leaves nothing: not where the author's declarations are `!important`. */
  isInForce() {
    const style = computedStyle(this.#element);
    if (parseColor(styleValue(style, "background-color"))[3] > 0) return false;
    const images = splitList(styleValue(style, "background-image"), ",");
    for (let i = 0; i < images.length; i++) if (images[i] !== BLANK_COMPUTED) return false;
    const sizes = splitList(styleValue(style, "background-size"), ",");
    return sizes[0] === "1px 1px";
  }

  /**
   * @param {string} author
   * @param {string} clip
   * @param {number} count of pieces
   * @returns {Slots | null}
   */
  #slotsFor(author, clip, count) {
    const key = author + clip;
    if (key !== this.#author) {
      this.#author = key;
      this.#slots = new Map();
    }
    const known = mapGet(this.#slots, count);
    if (known !== undefined) return known;
    /** @type {Slots | null} */
    let slots = null;
    for (let asked = max(1, count); !slots && asked <= MOST_LAYERS; asked *= 2) {
      const found = this.#layersOf(clip, asked);
      let usable = 0;
      for (let i = 0; i < found.total; i++) if (found.usable[i]) usable++;
      if (usable >= count) slots = found;
    }
    mapSet(this.#slots, count, slots);
    return slots;
  }

  /**
   * Finds out what layers there are when some are asked for.
   * @param {string} clip
   * @param {number} asked
   * @returns {Slots}
   */
  #layersOf(clip, asked) {
    const blank = new Layers();
    for (let i = 0; i < asked; i++) blank.add(BLANK, 0, 0, 1, 1);
    this.#apply(clip, blank);
    const style = computedStyle(this.#element);
    const repeats = splitList(styleValue(style, "background-repeat"), ",");
    const origins = splitList(styleValue(style, "background-origin"), ",");
    const attachments = splitList(styleValue(style, "background-attachment"), ",");
    const clips = splitList(styleValue(style, "background-clip"), ",");
    /** @type {boolean[]} */
    const usable = [];
    for (let i = 0; i < repeats.length; i++) {
      usable[i] =
        repeats[i] === "no-repeat" &&
        origins[i] === "padding-box" &&
        attachments[i] === "scroll" &&
        clips[i] === clip;
    }
    return { total: repeats.length, usable };
  }

  /**
   * @param {string} backgroundClip
   * @param {{ images: string, positions: string, sizes: string }} layers
   */
  #apply(backgroundClip, { images, positions, sizes }) {
    this.#single.apply(this.#element, backgroundClip, () => ({
      __proto__: null,
      backgroundRepeat: "no-repeat",
      backgroundOrigin: "padding-box",
      backgroundAttachment: "scroll",
      backgroundClip,
    }));
    this.#lists.apply(this.#element, `${images}/${positions}/${sizes}`, () => ({
      __proto__: null,
      backgroundColor: "transparent",
      backgroundImage: images,
      backgroundPosition: positions,
      backgroundSize: sizes,
    }));
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
 * Further bands, a layer for each piece.
 * @param {Layers} layers
 * @param {string} color
 * @param {Band} band
 */
function addPieces(layers, color, { y, height, spans }) {
  for (let i = 0; i < spans.length; i++) {
    layers.add(`linear-gradient(${color}, ${color})`, spans[i].x, y, spans[i].width, height);
  }
}
