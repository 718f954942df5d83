// @ts-check
/**
 * Follows the frames over the screen: in every animation frame while there are any, it measures them
 * and tells the UI process what has changed. Measuring is cheap and always done; what is expensive
 * (sizes by default, backgrounds, occluders) only when something may have changed it, and now and
 * then, because style sheets and `:hover` change without a word.
 *
 * @typedef {import("./geometry.js").Placement} Placement
 * @typedef {import("./rect.js").Rect} Rect
 * @typedef {import("./occluders.js").Target} Target
 * @typedef {import("./controller.js").FrameController} FrameController
 */

import {
  Set,
  addEventListener,
  arrayPush,
  getterOf,
  removeEventListener,
  round,
  setAdd,
  setHas,
  uncurryThis,
} from "../primordials.js";
import { encode } from "../bridge.js";
import { Backdrop } from "./backdrop.js";
import { DefaultSizes } from "./default-size.js";
import {
  ResizeObserver,
  document,
  flatParent,
  isElement,
  localName,
  observeSize,
  requestAnimationFrame,
  unobserveSize,
  window,
} from "./dom.js";
import { measure } from "./geometry.js";
import { Occluders } from "./occluders.js";
import { groupsAround, opacityIn } from "./opacity.js";
import { hideOverrides } from "./paused.js";
import { isEmpty, rect, tidy, transform, transformRounded } from "./rect.js";
import { setZoom } from "./screen.js";
import { forgetZoom, noteZoom } from "./zoom.js";

/** Half a second of frames. */
const REFRESH_FRAMES = 30;

/** Events after which other elements may be painted elsewhere, or in other colours. */
const RESTYLING = [
  "scroll",
  "resize",
  "toggle",
  "pointerover",
  "pointerdown",
  "pointerup",
  "focusin",
  "keydown",
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

/**
 * A frame and where it was found.
 * @typedef {object} Placed
 * @property {FrameController} controller
 * @property {Placement} box
 */

export class Layout {
  #bridge;
  #frames;
  #opaquePages;
  #onFrame;
  #sizes = new DefaultSizes();
  #backdrop = new Backdrop();
  #occluders = new Occluders();
  #resizes = new ResizeObserver(() => this.#update());
  /** The elements that #resizes watches. @type {HTMLElement[]} */
  #watched = [];
  /** The frames and what they are in. @type {Set<Node>} */
  #around = new Set();
  #active = false;
  #scheduled = false;
  #stylesDirty = true;
  #framesSinceRefresh = 0;
  /** How many groups fade frames. */
  #groups = 0;
  /** What the UI process was told last. */
  #sent = "";
  /** @type {(event: Event) => void} */
  #onRestyle = () => {
    this.#occluders.invalidate();
  };

  /**
   * @param {import("../bridge.js").Bridge} bridge
   * @param {import("./frames.js").Frames} frames
   * @param {boolean} opaquePages whether no frame can be seen through the page
   * @param {() => void} onFrame called first in every animation frame while there are guests
   */
  constructor(bridge, frames, opaquePages, onFrame) {
    this.#bridge = bridge;
    this.#frames = frames;
    this.#opaquePages = opaquePages;
    this.#onFrame = onFrame;
    bridge.listen("stage.zoom", ({ zoom }) => {
      setZoom(zoom);
      this.#update();
    });
    hideOverrides();
  }

  /** Guests have come or gone: starts with the first one and stops after the last. */
  guestsChanged() {
    const active = this.#frames.size > 0;
    this.#stylesDirty = true;
    this.#occluders.invalidate();
    if (active === this.#active) return;
    this.#active = active;
    const change = active ? addEventListener : removeEventListener;
    for (let i = 0; i < RESTYLING.length; i++) change(window, RESTYLING[i], this.#onRestyle, CAPTURE);
    if (active) {
      this.#schedule();
    } else {
      this.#backdrop.remove();
      this.#send([], []);
    }
  }

  /**
   * Something in the document has changed.
   * @param {Node} target
   * @param {boolean} isAttribute
   */
  noteMutation(target, isAttribute) {
    if (!this.#active) return;
    if (isElement(target)) this.#occluders.noteChange(target);
    else this.#occluders.invalidate();
    // Most changes are nowhere near what is behind a frame; those are seen at the next refresh.
    if (isStyleSource(target) || (isAttribute && setHas(this.#around, target))) this.#stylesDirty = true;
  }

  #schedule() {
    if (this.#scheduled || !this.#active) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      if (!this.#active) return;
      this.#schedule();
      this.#onFrame();
      if (++this.#framesSinceRefresh >= REFRESH_FRAMES) {
        this.#stylesDirty = true;
        this.#occluders.invalidate();
      }
      this.#update();
    });
  }

  /** Measures everything and tells what has changed. */
  #update() {
    if (!this.#active) return;
    if (this.#stylesDirty) this.#frames.forEach(({ element }) => this.#sizes.refresh(element));
    const placed = this.#measure();
    this.#watch(placed);

    /** Those that can be seen. @type {Target[]} */
    const targets = [];
    /** Those of them that the page may leave holes for. @type {Target[]} */
    const holes = [];
    let groupCount = 0;
    for (let i = 0; i < placed.length; i++) {
      const { controller, box } = placed[i];
      if (!box.visible) continue;
      const { element } = controller;
      const above = this.#opaquePages || box.turn !== null;
      const groups = groupsAround(element);
      groupCount += groups.length;
      const { clip: visible, turn } = box.own;
      const target = { element, visible, clip: box.clip, groups, turn, above };
      arrayPush(targets, target);
      if (!above) arrayPush(holes, target);
    }
    // What fades may have to lie above the page.
    if (this.#stylesDirty || groupCount !== this.#groups) {
      this.#groups = groupCount;
      this.#stylesDirty = false;
      this.#framesSinceRefresh = 0;
      this.#noteSurroundings(placed);
      this.#backdrop.refresh(holes);
    }
    for (let i = 0; i < holes.length; i++) holes[i].above = this.#backdrop.mustLieAbove(holes[i].element);
    this.#backdrop.cut(holes);

    if (isAnimating()) this.#occluders.invalidate();
    this.#occluders.step(targets);
    this.#send(placed, targets);
  }

  /** @returns {Placed[]} */
  #measure() {
    /** @type {Placed[]} */
    const placed = [];
    forgetZoom();
    this.#frames.forEach((controller) => noteZoom(controller.element));
    this.#frames.forEach((controller) => {
      arrayPush(placed, { controller, box: measure(controller.element) });
    });
    return placed;
  }

  /** @param {Placed[]} placed */
  #noteSurroundings(placed) {
    this.#around = new Set();
    for (let i = 0; i < placed.length; i++) {
      let element = /** @type {Element | null} */ (placed[i].controller.element);
      for (; element; element = flatParent(element)) setAdd(this.#around, element);
    }
  }

  /** @param {Placed[]} placed the frames whose size changes are to be told at once */
  #watch(placed) {
    let same = placed.length === this.#watched.length;
    for (let i = 0; same && i < placed.length; i++) same = placed[i].controller.element === this.#watched[i];
    if (same) return;
    for (let i = 0; i < this.#watched.length; i++) unobserveSize(this.#resizes, this.#watched[i]);
    this.#watched = [];
    for (let i = 0; i < placed.length; i++) {
      arrayPush(this.#watched, placed[i].controller.element);
      observeSize(this.#resizes, placed[i].controller.element);
    }
  }

  /**
   * @param {Placed[]} placed
   * @param {Target[]} targets those of them that can be seen
   */
  #send(placed, targets) {
    /** @type {any[]} */
    const frames = [];
    for (let i = 0, j = 0; i < placed.length; i++) {
      const seen = j < targets.length && targets[j].element === placed[i].controller.element;
      arrayPush(frames, this.#describe(placed[i], seen ? targets[j++] : null));
    }
    const params = { canvas: this.#backdrop.canvas, frames };
    const text = encode(params);
    if (text === this.#sent) return;
    this.#sent = text;
    this.#bridge.notify("stage.layout", params);
  }

  /**
   * One entry of `stage.layout`.
   * @param {Placed} placed
   * @param {Target | null} target null when it cannot be seen
   */
  #describe({ controller, box }, target) {
    const { clip, origin } = box;
    const above = target !== null && target.above;
    /** @type {number[][]} */
    const occluders = [];
    /** @type {object[]} */
    const overlays = [];
    if (target) {
      const covered = this.#occluders.rectsOver(target);
      for (let i = 0; i < covered.length; i++) {
        const { x, y, width, height } = tidied(transform(covered[i], origin.x, origin.y, origin.scale));
        arrayPush(occluders, [x, y, width, height]);
      }
      const painted = this.#occluders.overlaysOver(target);
      for (let i = 0; i < painted.length; i++) {
        arrayPush(overlays, tidiedClip(transformRounded(painted[i], origin.x, origin.y, origin.scale)));
      }
    }
    return {
      frame: controller.number,
      ...tidied(box.rect),
      scale: fine(box.scale / box.zoom),
      zoom: fine(box.zoom),
      turn: box.turn && tidiedTurn(box.turn),
      clip: tidiedClip(clip),
      visible: box.visible && !isEmpty(clip),
      above,
      opacity: target ? fine(opacityIn(target.groups)) : 1,
      backdrop: !target || above ? TRANSPARENT : this.#backdrop.colorBehind(target),
      through: !target || above ? TRANSPARENT : this.#backdrop.colorThrough(target),
      occluders,
      overlays,
    };
  }
}

/** Beneath a frame that lies above the page nothing is missing. */
const TRANSPARENT = [0, 0, 0, 0];

/** A factor, to the precision at which it moves no edge. @param {number} n */
const fine = (n) => round(n * 1e5) / 1e5;

/** @param {Rect} r */
const tidied = ({ x, y, width, height }) => rect(tidy(x), tidy(y), tidy(width), tidy(height));

/** @param {import("./rect.js").RoundedRect} clip */
const tidiedClip = (clip) => ({
  ...tidied(clip),
  radii: [tidy(clip.radii[0]), tidy(clip.radii[1]), tidy(clip.radii[2]), tidy(clip.radii[3])],
});

/** @param {import("./turn.js").Turn} turn */
const tidiedTurn = ({ matrix, width, height, shape }) => ({
  matrix: [fine(matrix[0]), fine(matrix[1]), fine(matrix[2]), fine(matrix[3]), tidy(matrix[4]), tidy(matrix[5])],
  width: tidy(width),
  height: tidy(height),
  shape: tidiedClip(shape),
});

/** Whether a target's contents are style rules. @param {Node} target */
function isStyleSource(target) {
  if (!isElement(target)) return false;
  const name = localName(target);
  return name === "style" || name === "link" || name === "head";
}

/** Whether some animation or transition of the page is running, the overrides aside. */
function isAnimating() {
  const animations = getAnimations(document);
  for (let i = 0; i < animations.length; i++) if (playState(animations[i]) === "running") return true;
  return false;
}
