// @ts-check
/**
 * Follows the frames over the screen: looks where they are and what is over them, decides how each of them
 * is to lie, makes holes in the page where that takes them, and tells the UI process what has changed.
 *
 * Measuring is cheap and always done; what is expensive (sizes by default, a survey of the page, backgrounds) only
 * when something may have changed it, and once before it stops.
 *
 * @import { Bridge } from "../bridge.js"
 * @import { FrameSize } from "../../generated/bridge.js"
 * @import { Frames } from "../controlled-frame/frames.js"
 * @import { Planned } from "./message.js"
 * @import { Progress, Scene, State } from "./plan.js"
 * @import { Target } from "./survey.js"
 */

import { every, filter, map, some } from "../lists.js";
import {
  Set,
  WeakMap,
  arrayPush,
  arraySort,
  regExpExec,
  setAdd,
  setHas,
  weakMapGet,
  weakMapSet,
} from "../primordials.js";
import { encode } from "../bridge.js";
import { DefaultSizes } from "./default-size.js";
import {
  ResizeObserver,
  document,
  flatParent,
  hasAttribute,
  isElement,
  localName,
  observeSize,
  readyStateOf,
  unobserveSize,
} from "../controlled-frame/dom.js";
import { measure } from "./geometry.js";
import { Holes } from "./holes.js";
import { InStep } from "./in-step.js";
import { describe } from "./message.js";
import { groupsAround } from "./opacity.js";
import { hideOverrides } from "./paused.js";
import { START, hasHole, isSettled, needsHole, next } from "./plan.js";
import { Pulse } from "./pulse.js";
import { meet } from "./rect.js";
import { Survey } from "./survey.js";
import { noteZoom, setUsersZoom } from "./zoom.js";

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
  #inStep = new InStep();
  /** How each frame lies. @type {WeakMap<HTMLElement, Readonly<State>>} */
  #states = new WeakMap();
  #resizes = new ResizeObserver(() => {
    this.#update();
    this.#pulse.wake();
  });
  /** The frames, whose sizes #resizes watches. @type {HTMLElement[]} */
  #watched = [];
  /** The frames and what they are in. @type {Set<Node>} */
  #around = new Set();
  #stylesDirty = true;
  #pulse = new Pulse({
    look: (isFrame) => {
      if (isFrame && this.#untold > 0) {
        this.#untold--;
        this.#bridge.notify("stage.animationFrame", {});
      }
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
    this.#holes = new Holes(this.#survey);
    this.#onLook = onLook;
    bridge.listen("stage.zoom", ({ zoom }) => {
      setUsersZoom(zoom);
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
    this.#watch();
    if (isActive) {
      if (!this.#pulse.isActive) {
        this.#first = this.#progress.told + 1;
        this.#pulse.start();
      }
      this.#pulse.wake();
    } else if (this.#pulse.isActive) {
      this.#pulse.stop();
      this.#holes.remove();
      this.#inStep.refresh(() => false);
      this.#send([]);
    }
  }

  /**
   * How large the content of a frame will be, for its first page. While the document is parsed it is not known, and asking
   * for it would show the document before its style sheets are there.
   * @param {HTMLElement} element
   * @returns {{ size?: FrameSize }}
   */
  sizeOf(element) {
    if (readyStateOf(document) === "loading") return {};
    this.#sizes.refresh(element);
    noteZoom([element]);
    const { rect, scale, zoom, transform } = measure(element);
    const transformed = scale / zoom;
    if (transform || !(rect.width > 0) || !(rect.height > 0) || !(transformed > 0)) return {};
    return { size: { width: rect.width / transformed, height: rect.height / transformed, zoom } };
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

  /** Measures everything and tells what has changed. */
  #update(isFrame = false) {
    if (!this.#pulse.isActive) return;
    if (this.#stylesDirty) this.#frames.forEach(({ element }) => this.#sizes.refresh(element));
    if (isFrame) this.#inStep.refresh((element) => setHas(this.#around, element));
    const targets = this.#measure();
    this.#survey.step(filter(targets, isSeen));
    const frames = map(targets, (target) => ({
      ...target,
      scene: this.#sceneOf(target),
      // Who cannot be seen begins anew.
      state: (isSeen(target) && weakMapGet(this.#states, target.element)) || START,
    }));
    this.#plan(filter(frames, isSeen), isFrame);
    this.#send(frames);
  }

  /**
   * Decides how the frames lie, and makes the holes for it.
   * @param {Planned[]} planned those that can be seen
   * @param {boolean} isFrame whether that is in an animation frame, which is how time is counted
   */
  #plan(planned, isFrame) {
    joinOverlapping(planned);
    // A page can leave a hole for what lies upright in a page that is not opaque.
    const holed = filter(planned, ({ scene, state }) => scene.canLieBeneath && (needsHole(scene) || hasHole(state)));
    if (this.#stylesDirty || !areAlike(holed, this.#holed)) {
      this.#holed = holed;
      this.#stylesDirty = false;
      this.#noteSurroundings();
      this.#holes.refresh(holed);
    }
    /** @type {Planned[]} */
    const cut = [];
    for (let i = 0; i < planned.length; i++) {
      const plan = planned[i];
      plan.scene.canLieBeneath &&= !this.#holes.mustLieAbove(plan);
      const following = next(plan.state, plan.scene, this.#progress);
      if (!isSettled(following) || following.place !== plan.state.place) this.#pulse.wake();
      if (isFrame) plan.state = following;
      weakMapSet(this.#states, plan.element, plan.state);
      // What fades together with a frame must not show through the frame, also if that stays above.
      if (hasHole(plan.state) || (plan.scene.fades && some(holed, (other) => other === plan))) arrayPush(cut, plan);
    }
    this.#holes.cut(cut, this.#isCanvasKnown && !this.#opaquePages);
  }

  /** Whether the UI process paints the colour of the canvas. */
  get #isCanvasKnown() {
    return this.#progress.applied >= this.#first;
  }

  /** @param {Target} target @returns {Scene} */
  #sceneOf({ element, box, visible, groups }) {
    const { over, isBeyondInput } = this.#survey.about(element);
    return {
      visible,
      covers: map(over, (cover) => ({ ...cover, box: cover.locate() })),
      fades: groups.length > 0,
      // What the app shows through a frame is behind it.
      canLieBeneath: !this.#opaquePages && box.transform === null && !hasAttribute(element, "allowtransparency"),
      isJoined: false,
      isBeyondInput,
    };
  }

  #measure() {
    /** @type {Target[]} */
    const targets = [];
    noteZoom(this.#watched);
    this.#frames.forEach(({ element, number }) => {
      const box = measure(element);
      const groups = box.visible ? groupsAround(element) : [];
      arrayPush(targets, { element, number, box, visible: box.own.clip, groups });
    });
    return targets;
  }

  #noteSurroundings() {
    this.#around = new Set();
    this.#frames.forEach(({ element }) => {
      for (let node = /** @type {Element | null} */ (element); node; node = flatParent(node)) setAdd(this.#around, node);
    });
  }

  /** Has changes of the frames' sizes told at once. */
  #watch() {
    for (let i = 0; i < this.#watched.length; i++) unobserveSize(this.#resizes, this.#watched[i]);
    this.#watched = [];
    this.#frames.forEach(({ element }) => {
      observeSize(this.#resizes, element);
      arrayPush(this.#watched, element);
    });
  }

  /** @param {Planned[]} frames */
  #send(frames) {
    // From the lowest to the topmost.
    arraySort(frames, (one, other) => this.#survey.compare(one.element, other.element));
    const params = { canvas: this.#holes.canvas, frames: map(frames, (frame) => describe(frame, this.#holes)) };
    const text = encode(params);
    if (text === this.#sent) return;
    this.#sent = text;
    this.#untold = TOLD_FRAMES;
    this.#pulse.wake();
    const number = ++this.#progress.told;
    const isAwaited = !this.#isCanvasKnown || some(frames, ({ state }) => state.place === "closing");
    this.#bridge.notify("stage.layout", isAwaited ? { ...params, number } : params);
  }
}

/** @param {Target} target */
const isSeen = ({ box }) => box.visible;

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

/** Whether the same has to be cut for two lists of targets. @param {Target[]} list @param {Target[]} others */
const areAlike = (list, others) =>
  list.length === others.length &&
  every(list, ({ element, groups }, i) => element === others[i].element && groups.length === others[i].groups.length);

/** Whether a target's contents are style rules. @param {Node} target */
const isStyleSource = (target) =>
  isElement(target) && regExpExec(/^(?:style|link|head)$/, localName(target)) !== null;
