// @ts-check
/**
 * What the UI process is told of a frame.
 *
 * A frame and where it was found.
 * @typedef {object} Placed
 * @property {FrameController} controller
 * @property {Placement} box
 *
 * One that can be seen, and what is to be done with it.
 * @typedef {Target & { scene: Scene, state: Readonly<State> }} Planned
 *
 * @import { FrameController } from "../controlled-frame/controller.js"
 * @import { Placement } from "./geometry.js"
 * @import { Holes } from "./holes.js"
 * @import { Scene, State } from "./plan.js"
 * @import { Rect, RoundedRect } from "./rect.js"
 * @import { Target } from "./survey.js"
 * @import { Transform } from "./transform.js"
 */

import { map } from "../lists.js";
import { round } from "../primordials.js";
import { opacityIn } from "./opacity.js";
import { isAbove, occludersOf, overlaysOf, tintsOf } from "./plan.js";
import { corners, isEmpty, rect, tidy, transform, transformRounded } from "./rect.js";

/**
 * One entry of `stage.layout`.
 * @param {Placed} placed
 * @param {Planned | null} plan null when it cannot be seen
 * @param {Holes} holes
 * @returns {any}
 */
export function describe({ controller, box }, plan, holes) {
  const { x, y, scale } = box.origin;
  const above = plan === null || isAbove(plan.state);
  /** @param {RoundedRect} r in the frame's own document */
  const onPage = (r) => tidiedClip(transformRounded(r, x, y, scale));
  return {
    frame: controller.number,
    ...tidied(box.rect),
    scale: fine(box.scale / box.zoom),
    zoom: fine(box.zoom),
    transform: box.transform && tidiedTransform(box.transform),
    clip: tidiedClip(box.clip),
    visible: box.visible && !isEmpty(box.clip),
    above,
    opacity: plan ? fine(opacityIn(plan.groups)) : 1,
    backdrop: !plan || above ? TRANSPARENT : holes.colorBehind(plan),
    through: !plan || above ? TRANSPARENT : holes.colorThrough(plan),
    occluders: map(plan ? occludersOf(plan.scene) : [], (occluder) => {
      const r = tidied(transform(occluder, x, y, scale));
      return [r.x, r.y, r.width, r.height];
    }),
    tints: map(plan ? tintsOf(plan.scene, plan.state) : [], ({ clip, color }) => ({ clip: onPage(clip), color })),
    overlays: map(plan ? overlaysOf(plan.scene, plan.state) : [], onPage),
  };
}

/** Beneath a frame that lies above the page nothing is missing. */
const TRANSPARENT = [0, 0, 0, 0];

/** A factor, to the precision at which it moves no edge. @param {number} n */
const fine = (n) => round(n * 1e5) / 1e5;

/** @param {Rect} r */
const tidied = ({ x, y, width, height }) => rect(tidy(x), tidy(y), tidy(width), tidy(height));

/** @param {RoundedRect} clip */
const tidiedClip = (clip) => ({
  ...tidied(clip),
  radii: corners((i) => tidy(clip.radii[i])),
});

/** @param {Transform} transform */
const tidiedTransform = ({ matrix, width, height, shape }) => ({
  matrix: map(matrix, (n, i) => (i < 4 ? fine(n) : tidy(n))),
  width: tidy(width),
  height: tidy(height),
  shape: tidiedClip(shape),
});
