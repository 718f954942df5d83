// @ts-check
/**
 * What the UI process is told of a frame.
 *
 * @typedef {import("./rect.js").Rect} Rect
 * @typedef {import("./survey.js").Target} Target
 * @typedef {import("../controlled-frame/controller.js").FrameController} FrameController
 *
 * A frame and where it was found.
 * @typedef {object} Placed
 * @property {FrameController} controller
 * @property {import("./geometry.js").Placement} box
 *
 * One that can be seen, and what is to be done with it.
 * @typedef {Target & { scene: import("./plan.js").Scene, state: Readonly<import("./plan.js").State> }} Planned
 */

import { arrayPush, round } from "../primordials.js";
import { opacityIn } from "./opacity.js";
import { isAbove, occludersOf, overlaysOf, tintsOf } from "./plan.js";
import { isEmpty, rect, tidy, transform, transformRounded } from "./rect.js";

/**
 * One entry of `stage.layout`.
 * @param {Placed} placed
 * @param {Planned | null} plan null when it cannot be seen
 * @param {import("./holes.js").Holes} holes
 */
export function describe({ controller, box }, plan, holes) {
  const { clip, origin } = box;
  const above = plan === null || isAbove(plan.state);
  const covered = plan ? occludersOf(plan.scene) : [];
  const painted = plan ? overlaysOf(plan.scene, plan.state) : [];
  const tinted = plan ? tintsOf(plan.scene, plan.state) : [];
  /** @type {number[][]} */
  const occluders = [];
  /** @type {object[]} */
  const tints = [];
  /** @type {object[]} */
  const overlays = [];
  for (let i = 0; i < covered.length; i++) {
    const { x, y, width, height } = tidied(transform(covered[i], origin.x, origin.y, origin.scale));
    arrayPush(occluders, [x, y, width, height]);
  }
  for (let i = 0; i < tinted.length; i++) {
    const { clip: part, color } = tinted[i];
    arrayPush(tints, { clip: tidiedClip(transformRounded(part, origin.x, origin.y, origin.scale)), color });
  }
  for (let i = 0; i < painted.length; i++) {
    arrayPush(overlays, tidiedClip(transformRounded(painted[i], origin.x, origin.y, origin.scale)));
  }
  return {
    frame: controller.number,
    ...tidied(box.rect),
    scale: fine(box.scale / box.zoom),
    zoom: fine(box.zoom),
    transform: box.transform && tidiedTransform(box.transform),
    clip: tidiedClip(clip),
    visible: box.visible && !isEmpty(clip),
    above,
    opacity: plan ? fine(opacityIn(plan.groups)) : 1,
    backdrop: !plan || above ? TRANSPARENT : holes.colorBehind(plan),
    through: !plan || above ? TRANSPARENT : holes.colorThrough(plan),
    occluders,
    tints,
    overlays,
  };
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

/** @param {import("./transform.js").Transform} transform */
const tidiedTransform = ({ matrix, width, height, shape }) => ({
  matrix: [fine(matrix[0]), fine(matrix[1]), fine(matrix[2]), fine(matrix[3]), tidy(matrix[4]), tidy(matrix[5])],
  width: tidy(width),
  height: tidy(height),
  shape: tidiedClip(shape),
});
