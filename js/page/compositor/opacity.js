// @ts-check
/**
 * Opacity of frames. Each element with an `opacity` below 1 is painted as a group with what is in it, and the
 * group then fades (https://drafts.csswg.org/css-color-4/#transparency). The app's view does that with the
 * app's own elements; a frame is painted besides, so it is told how much all groups around it leave of it, and
 * which colour takes the place of the rest.
 *
 * @typedef {{ element: Element, opacity: number }} Group
 *
 * A colour behind a frame, and in how many of the frame's groups it is not.
 * @typedef {{ color: Color, depth: number }} Layer
 *
 * @import { Color } from "./color.js"
 */

import { arrayPush, min, round } from "../primordials.js";
import { over } from "./color.js";
import { computedStyle, containerOf, flatParent, isInTopLayer, styleValue } from "../controlled-frame/dom.js";

/**
 * The groups that an element is in, the innermost first, through the chain of same-origin frames.
 * @param {Element} element
 */
export function groupsAround(element) {
  /** @type {Group[]} */
  const groups = [];
  for (let node = /** @type {Element | null} */ (element); node; node = parentPainting(node)) {
    const style = computedStyle(node);
    const opacity = +styleValue(style, "opacity");
    // One of 0 hides the frame; so much is known without it.
    if (opacity > 0 && opacity < 1 && styleValue(style, "display") !== "contents") {
      arrayPush(groups, { element: node, opacity });
    }
  }
  return groups;
}

/** What groups leave of a frame. @param {Group[]} groups */
export function opacityIn(groups) {
  let opacity = 1;
  for (let i = 0; i < groups.length; i++) opacity *= groups[i].opacity;
  return opacity;
}

/**
 * In how many of the groups around a frame something else is not.
 * @param {Group[]} groups
 * @param {Element} element
 */
export function depthIn(groups, element) {
  for (let node = /** @type {Element | null} */ (element); node && groups.length; node = parentPainting(node)) {
    for (let i = 0; i < groups.length; i++) if (groups[i].element === node) return i;
  }
  return groups.length;
}

/**
 * The colour of the canvas with layers over it, as their groups let them be seen.
 * @param {Group[]} groups
 * @param {Layer[]} layers the furthest first
 * @param {Color} canvas
 * @param {Color} nearest painted over them, in the innermost group
 * @returns {Color}
 */
export function blend(groups, layers, canvas, nearest) {
  let color = nearest;
  for (let depth = 0; depth <= groups.length; depth++) {
    for (let i = layers.length - 1; i >= 0; i--) {
      if (layers[i].depth === depth) color = over(layers[i].color, color);
    }
    if (depth < groups.length) color = [color[0], color[1], color[2], color[3] * groups[depth].opacity];
  }
  return over(canvas, color);
}

/**
 * The colour that has to lie under a frame, so that it looks right when the frame is painted over it with the
 * opacity that the groups leave of it: what is in a group with the frame is seen less than what is around it.
 * @param {Group[]} groups
 * @param {Layer[]} layers the furthest first
 * @param {Color} canvas
 * @returns {Color}
 */
export function blendThrough(groups, layers, canvas) {
  const rest = 1 - opacityIn(groups);
  if (rest === 0) return [0, 0, 0, 0];
  // With a black frame, nothing but that colour is seen.
  const seen = blend(groups, layers, canvas, BLACK);
  /** @param {0 | 1 | 2} i */
  const whole = (i) => min(255, round(seen[i] / rest));
  return [whole(0), whole(1), whole(2), seen[3]];
}

/** @type {Color} */
const BLACK = [0, 0, 0, 1];

/**
 * The parent in whose group an element is painted: what is in the top layer is in none of its document's.
 * @param {Element} element
 */
const parentPainting = (element) => (!isInTopLayer(element) && flatParent(element)) || containerOf(element);
