// @ts-check
/**
 * What the UI process is told of a frame.
 *
 * A frame and what is to be done with it.
 * @typedef {Target & { scene: Scene, state: Readonly<State> }} Planned
 *
 * @import { Holes } from "./holes.js"
 * @import { Scene, State } from "./plan.js"
 * @import { RoundedRect } from "./rect.js"
 * @import { Target } from "./survey.js"
 * @import { Transform } from "./transform.js"
 */

import { map } from "../lists.js";
import { round } from "../primordials.js";
import { opacityIn } from "./opacity.js";
import { isAbove, occludersOf, overlaysOf, tintsOf } from "./plan.js";
import { corners, isEmpty, tidied, tidy, transform, transformRounded } from "./rect.js";

/**
 * One entry of `stage.layout`.
 * @param {Planned} frame
 * @param {Holes} holes
 * @returns {any}
 */
export function describe(frame, holes) {
  const { number, box, groups, scene, state } = frame;
  const { x, y, scale } = box.origin;
  const above = isAbove(state);
  /** @param {RoundedRect} r in the frame's own document */
  const onPage = (r) => tidiedClip(transformRounded(r, x, y, scale));
  return {
    frame: number,
    ...tidied(box.rect),
    scale: fine(box.scale / box.zoom),
    zoom: fine(box.zoom),
    transform: box.transform && tidiedTransform(box.transform),
    clip: tidiedClip(box.clip),
    visible: box.visible && !isEmpty(box.clip),
    above,
    opacity: fine(opacityIn(groups)),
    // Beneath a frame that lies above the page nothing is missing.
    ...(above ? { backdrop: TRANSPARENT, through: TRANSPARENT } : holes.colorsBehind(frame)),
    occluders: map(occludersOf(scene), (occluder) => {
      const r = tidied(transform(occluder, x, y, scale));
      return [r.x, r.y, r.width, r.height];
    }),
    tints: map(tintsOf(scene, state), ({ clip, color }) => ({ clip: onPage(clip), color })),
    overlays: map(overlaysOf(scene, state), onPage),
  };
}

const TRANSPARENT = [0, 0, 0, 0];

/** A factor, to the precision at which it moves no edge. @param {number} n */
const fine = (n) => round(n * 1e5) / 1e5;

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
