// @ts-check
/**
 * Follows the frames over the screen: looks where they are and what is over them, decides how each of them
 * is to lie, makes holes in the page where that takes them, and tells the UI process what has changed.
 *
 * Measuring is cheap and always done; what is expensive (sizes by default, a survey of the page, backgrounds) only
 * when something may have changed it, and once before it stops.
 *
 * @import { Bridge } from "../bridge.js"
 * @import { Frames } from "../controlled-frame/frames.js"
 * @import { Placed, Planned } from "./message.js"
 * @import { Progress, Scene, State } from "./plan.js"
 * @import { Target } from "./survey.js"
 */

import { every, filter, map, some } from "../lists.js";
import {
  Set,
  WeakMap,
  arrayPush,
  arraySort,
  setAdd,
  setHas,
  weakMapGet,
  weakMapSet,
} from "../primordials.js";
import { encode } from "../bridge.js";
import { DefaultSizes } from "./default-size.js";
import {
  ResizeObserver,
  flatParent,
  isElement,
  localName,
  observeSize,
  unobserveSize,
} from "../controlled-frame/dom.js";
import { measure } from "./geometry.js";
import { Holes } from "./holes.js";
import { describe } from "./message.js";
import { groupsAround } from "./opacity.js";
import { hideOverrides } from "./paused.js";
import { START, hasHole, isSettled, needsHole, next } from "./plan.js";
import { Pulse } from "./pulse.js";
import { meet } from "./rect.js";
import { setZoom } from "./screen.js";
import { Survey } from "./survey.js";
import { forgetZoom, noteZoom } from "./zoom.js";

/** By this animation frame after a layout the page's picture of its moment has come, with which the layout holds. */
const TOLD_FRAMES = 4;

export class Compositor {
  #bridge;
  #frames;
  #opaquePages;
  #onLook;
  #sizes = new DefaultSizes();
  #survey = new Survey();
  #holes;
  /** How each frame lies. @type {WeakMap<HTMLElement, Readonly<State>>} */
  #states = new WeakMap();
  #resizes = new ResizeObserver(() => {
    this.#update();
    this.#pulse.wake();
  });
  /** The elements that #resizes watches. @type {HTMLElement[]} */
  #watched = [];
  /** The frames and what they are in. @type {Set<Node>} */
  #around = new Set();
  #stylesDirty = true;
  #pulse = new Pulse({
    look: (isFrame) => {
      if (isFrame) this.#tellAnimationFrame();
      this.#onLook();
      this.#update(isFrame);
    },
    invalidate: (thoroughly) => {
      this.#stylesDirty ||= thoroughly;
      this.#survey.invalidate();
    },
    isUnfinished: () => this.#stylesDirty || this.#survey.isUnfinished,
  });
  /** Those for which backgrounds were last read. @type {Target[]} */
  #holed = [];
  /** What the UI process was told last. */
  #sent = "";
  /** The number of that, and of the last one that is known to be on the screen. @type {Progress} */
  #progress = { told: 0, applied: 0 };
  /** Of how many animation frames the UI process is still to be told. */
  #untold = 0;
  /** The layout that told the colour of the canvas first. */
  #first = 0;

  /**
   * @param {Bridge} bridge
   * @param {Frames} frames
   * @param {boolean} opaquePages whether no frame can be seen through the page
   * @param {() => void} onLook called first whenever the frames are looked at
   */
  constructor(bridge, frames, opaquePages, onLook) {
    this.#bridge = bridge;
    this.#frames = frames;
    this.#opaquePages = opaquePages;
    this.#holes = new Holes(this.#survey, opaquePages);
    this.#onLook = onLook;
    bridge.listen("stage.zoom", ({ zoom }) => {
      setZoom(zoom);
      this.#update();
      this.#pulse.wake();
    });
    bridge.listen("stage.painted", () => this.#pulse.painted());
    bridge.listen("stage.applied", ({ layout }) => {
      this.#progress.applied = layout;
      this.#pulse.wake();
    });
    hideOverrides();
  }

  /** Guests have come or gone: starts with the first one and stops after the last. */
  guestsChanged() {
    const isActive = this.#frames.size > 0;
    this.#stylesDirty = true;
    this.#survey.invalidate();
    if (isActive) {
      if (!this.#pulse.isActive) {
        this.#first = this.#progress.told + 1;
        this.#pulse.start();
      }
      this.#pulse.wake();
    } else if (this.#pulse.isActive) {
      this.#pulse.stop();
      this.#holes.remove();
      this.#send([], []);
    }
  }

  /**
   * Something in the document has changed.
   * @param {Node} target
   * @param {boolean} isAttribute
   */
  noteMutation(target, isAttribute) {
    if (!this.#pulse.isActive) return;
    this.#pulse.wake();
    if (isElement(target)) this.#survey.noteChange(target);
    else this.#survey.invalidate();
    // Most changes are nowhere near what is behind a frame; those are seen at the next refresh.
    if (isStyleSource(target) || (isAttribute && setHas(this.#around, target))) this.#stylesDirty = true;
  }

  /** Tells that an animation frame begins, if what was told last may wait for that. */
  #tellAnimationFrame() {
    if (this.#untold === 0) return;
    this.#untold--;
    this.#bridge.notify("stage.animationFrame", {});
  }

  /** Measures everything and tells what has changed. */
  #update(isFrame = false) {
    if (!this.#pulse.isActive) return;
    if (this.#stylesDirty) this.#frames.forEach(({ element }) => this.#sizes.refresh(element));
    const placed = this.#measure();
    this.#watch(placed);

    const targets = targetsOf(placed);
    this.#survey.step(targets);
    const planned = this.#plan(placed, targets, isFrame);
    this.#send(placed, planned);
  }

  /**
   * Decides how the frames lie, and makes the holes for it.
   * @param {Placed[]} placed
   * @param {Target[]} targets
   * @param {boolean} isFrame whether that is in an animation frame, which is how time is counted
   */
  #plan(placed, targets, isFrame) {
    /** @type {Planned[]} */
    const planned = map(targets, (target) => ({
      ...target,
      scene: this.#sceneOf(target),
      state: weakMapGet(this.#states, target.element) ?? START,
    }));
    joinOverlapping(planned);
    // A page can leave a hole for what lies upright in a page that is not opaque.
    const holed = filter(planned, ({ scene, state }) => scene.canLieBeneath && (needsHole(scene) || hasHole(state)));
    if (this.#stylesDirty || !isSame(holed, this.#holed, isAlike)) {
      this.#holed = holed;
      this.#stylesDirty = false;
      this.#pulse.noteThoroughLook();
      this.#noteSurroundings(placed);
      this.#holes.refresh(holed);
    }
    /** @type {Target[]} */
    const cut = [];
    /** Who cannot be seen begins anew. @type {WeakMap<HTMLElement, Readonly<State>>} */
    const states = new WeakMap();
    for (let i = 0; i < planned.length; i++) {
      const plan = planned[i];
      plan.scene.canLieBeneath &&= !this.#holes.mustLieAbove(plan.element);
      const following = next(plan.state, plan.scene, this.#progress);
      if (!isSettled(following) || following.place !== plan.state.place) this.#pulse.wake();
      if (isFrame) plan.state = following;
      weakMapSet(states, plan.element, plan.state);
      // What fades together with a frame must not show through the frame, also if that stays above.
      if (hasHole(plan.state) || (plan.scene.fades && some(holed, (other) => other === plan))) arrayPush(cut, plan);
    }
    this.#states = states;
    this.#holes.cut(cut, this.#isCanvasKnown);
    return planned;
  }

  /** Whether the UI process paints the colour of the canvas. */
  get #isCanvasKnown() {
    return this.#progress.applied >= this.#first;
  }

  /** @param {Target} target @returns {Scene} */
  #sceneOf({ element, visible, groups, isTransformed }) {
    return {
      visible,
      covers: map(this.#survey.over(element), (over) => ({ ...over, box: over.locate() })),
      fades: groups.length > 0,
      canLieBeneath: !this.#opaquePages && !isTransformed,
      isJoined: false,
      isBeyondInput: this.#survey.isBeyondInput(element),
    };
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
    const elements = map(placed, ({ controller }) => controller.element);
    if (isSame(elements, this.#watched, (one, other) => one === other)) return;
    for (let i = 0; i < this.#watched.length; i++) unobserveSize(this.#resizes, this.#watched[i]);
    for (let i = 0; i < elements.length; i++) observeSize(this.#resizes, elements[i]);
    this.#watched = elements;
  }

  /**
   * @param {Placed[]} placed
   * @param {Planned[]} planned those of them that can be seen
   */
  #send(placed, planned) {
    // From the lowest to the topmost.
    arraySort(placed, (one, other) => this.#survey.compare(one.controller.element, other.controller.element));
    const frames = map(placed, (frame) => {
      const plan = filter(planned, ({ element }) => element === frame.controller.element);
      return describe(frame, plan[0] ?? null, this.#holes);
    });
    const params = { canvas: this.#holes.canvas, frames };
    const text = encode(params);
    if (text === this.#sent) return;
    this.#sent = text;
    this.#untold = TOLD_FRAMES;
    this.#pulse.wake();
    const number = ++this.#progress.told;
    const isAwaited = !this.#isCanvasKnown || some(planned, ({ state }) => state.place === "closing");
    this.#bridge.notify("stage.layout", isAwaited ? { ...params, number } : params);
  }
}

/** The frames that can be seen. @param {Placed[]} placed @returns {Target[]} */
const targetsOf = (placed) =>
  map(
    filter(placed, ({ box }) => box.visible),
    ({ controller: { element }, box }) => ({
      element,
      visible: box.own.clip,
      clip: box.clip,
      groups: groupsAround(element),
      isTransformed: box.transform !== null,
    }),
  );

/**
 * Frames that overlap lie beneath together: through the hole for one, another one above the page would be seen.
 * @param {Planned[]} planned
 */
function joinOverlapping(planned) {
  for (let i = 0; i < planned.length; i++) {
    for (let j = 0; j < planned.length && !needsHole(planned[i].scene); j++) {
      const isJoined = i !== j && meet(planned[i].visible, planned[j].visible);
      planned[i].scene.isJoined ||= isJoined && needsHole(planned[j].scene);
    }
  }
}

/** Whether the same has to be cut for two targets. @param {Target} one @param {Target} other */
const isAlike = (one, other) => one.element === other.element && one.groups.length === other.groups.length;

/**
 * Whether two lists have the same items.
 * @template T
 * @param {T[]} list
 * @param {T[]} others
 * @param {(one: T, other: T) => boolean} areAlike
 */
const isSame = (list, others, areAlike) =>
  list.length === others.length && every(list, (one, i) => areAlike(one, others[i]));

/** Whether a target's contents are style rules. @param {Node} target */
function isStyleSource(target) {
  if (!isElement(target)) return false;
  const name = localName(target);
  return name === "style" || name === "link" || name === "head";
}
