// @ts-check
/**
 * Whether a frame's view lies above the app's page or beneath it. Pure: works on what a survey has found.
 *
 * Above is the usual way: the page stays as its author wrote it. What the app has over the frame and nothing
 * shows through, such as a bar, the UI process paints a second time, and it tints the frame where the app does, as
 * the backdrop of a dialog. Only while something else lies over the frame (a shadow, a round corner, a fading menu) or
 * the frame itself fades, its view lies beneath the page, and the page has a hole there.
 *
 * Page and views are painted by two processes, so going from one to the other takes two steps, at each of
 * which both are right: first the hole is made while the view still hides it, then the view goes beneath; and
 * back the other way round. The hole's picture comes with the page's animation frames. When the view has come up,
 * only the UI process can tell, which may be slow to paint.
 *
 * - `above`: no hole;
 * - `opening`: the page has a hole, which the view still covers;
 * - `beneath`: the view is seen through the hole;
 * - `closing`: the view covers the hole again.
 * @typedef {"above" | "opening" | "beneath" | "closing"} Place
 *
 * @typedef {object} State
 * @property {Place} place
 * @property {number} frames for how many animation frames `opening`, or in `beneath` a hole that nobody needs, has lasted
 * @property {number} layout the first one that tells of `closing`
 *
 * Something of the app over a frame, and where that is.
 * @typedef {Pick<Over, "part" | "paints" | "isSolid" | "tint" | "takesPointer"> & { box: RoundedRect }} Cover
 *
 * @typedef {object} Scene
 * @property {RoundedRect} visible what can be seen of the frame
 * @property {Cover[]} covers
 * @property {boolean} fades
 * @property {boolean} isJoined whether it goes with another frame that needs a hole
 * @property {boolean} canLieBeneath whether a hole in the page would show it whole
 * @property {boolean} isBeyondInput
 *
 * What the UI process knows, as numbers of layouts.
 * @typedef {{ told: number, applied: number }} Progress
 *
 * @import { Rect, RoundedRect } from "./rect.js"
 * @import { Over } from "./survey.js"
 */

import { filter, map, some } from "../lists.js";
import { intersect, intersectRounded, isEmpty, meet, square } from "./rect.js";

/** @type {Readonly<State>} */
export const START = { place: "above", frames: 0, layout: 0 };

/** In the second animation frame after it was made a hole is on the screen. */
const STEP_FRAMES = 1;
/** A hole that nobody needs is kept for so long: the next menu may be near. */
const KEPT_FRAMES = 20;

/**
 * Whether a frame looks right only through a hole in the page.
 * @param {Scene} scene
 */
export const needsHole = ({ covers, fades, isJoined }) =>
  fades || isJoined || some(covers, ({ paints, isSolid, tint }) => paints && !isSolid && !tint);

/**
 * The state in the next animation frame.
 * @param {Readonly<State>} state
 * @param {Scene} scene
 * @param {Progress} progress
 * @returns {Readonly<State>}
 */
export function next(state, scene, { told, applied }) {
  if (!scene.canLieBeneath) return START;
  const { place, frames, layout } = state;
  const wants = needsHole(scene);
  const later = { place, frames: frames + 1, layout };
  if (place === "above") return wants ? { ...START, place: "opening" } : START;
  if (place === "opening") return frames < STEP_FRAMES ? later : { ...START, place: "beneath" };
  if (wants) return { ...START, place: "beneath" };
  if (place === "beneath") return frames < KEPT_FRAMES ? later : { ...START, place: "closing", layout: told + 1 };
  return applied < layout ? state : START;
}

/** Whether a state lasts by itself. @param {Readonly<State>} state */
export const isSettled = ({ place, frames }) => place === "above" || (place === "beneath" && frames === 0);

/** Whether the page has a hole. @param {Readonly<State>} state */
export const hasHole = ({ place }) => place !== "above";

/** Whether the view lies above the page. @param {Readonly<State>} state */
export const isAbove = ({ place }) => place !== "beneath";

/**
 * Where the pointer is the app's.
 * @param {Scene} scene
 * @returns {Rect[]}
 */
export function occludersOf({ visible, covers, isBeyondInput }) {
  if (isBeyondInput) return [visible];
  const taking = filter(covers, ({ box, takesPointer }) => takesPointer && meet(box, visible));
  return map(taking, ({ box }) => intersect(box, visible));
}

/**
 * What is painted a second time, over a view that lies above the page. What something shows through has to wait for
 * the hole, unless there will be none.
 * @param {Scene} scene
 * @param {Readonly<State>} state
 */
export function overlaysOf({ visible, covers, canLieBeneath }, state) {
  if (!isAbove(state)) return [];
  const again = filter(covers, ({ part, paints, isSolid, tint }) => paints && !part && (isSolid || !(tint || canLieBeneath)));
  const boxes = map(again, ({ box }) => intersectRounded([square(visible), box]));
  return filter(boxes, (box) => !isEmpty(box));
}

/**
 * What tints a view that lies above the page.
 * @param {Scene} scene
 * @param {Readonly<State>} state
 */
export function tintsOf({ visible, covers }, state) {
  if (!isAbove(state)) return [];
  const tints = map(covers, ({ box, isSolid, tint }) => ({
    clip: intersectRounded([square(visible), box]),
    color: isSolid ? null : tint,
  }));
  return filter(tints, ({ clip, color }) => color && !isEmpty(clip));
}
