// @ts-check
/**
 * Where an element's content box is on the screen, and which part of it can be seen.
 *
 * Lengths in CSS pixels of a viewport.
 * @typedef {object} Box
 * @property {Rect} rect the content box, or the box around it when it is turned
 * @property {RoundedRect} clip what clips it: ancestors, viewports, its own rounded corners
 * @property {boolean} visible
 * @property {number} scale of CSS transforms and `zoom`, 1 when there are none
 * @property {number} zoom the part of `scale` that is the element's `zoom`, and its content's as well
 * @property {Transform | null} transform where it lies exactly, when it does not lie upright
 *
 * An element as the app view shows it, and how its own document lies in there:
 * `x = origin.x + origin.scale * own.x`.
 * @typedef {Box & { own: Box, origin: { x: number, y: number, scale: number } }} Placement
 *
 * @import { Matrix } from "./matrix.js"
 * @import { Rect, RoundedRect } from "./rect.js"
 * @import { Transform } from "./transform.js"
 */

import { append } from "../lists.js";
import { arrayPush } from "../primordials.js";
import {
  computedStyle,
  defaultViewOf,
  frameElementOf,
  isVisible,
  offsetOf,
  ownerDocument,
  viewAround,
  window,
} from "../controlled-frame/dom.js";
import { borderBox, insetsOf, scaleOf, viewportOf } from "./boxes.js";
import { clipOf, eachClippingAncestor, insetClip, radiiOf } from "./clips.js";
import { areParallel, boundsOf, compose, unapply } from "./matrix.js";
import { inset, intersectRounded, isEmpty, rect, square, transform, transformRounded } from "./rect.js";
import { matrixOf } from "./transform.js";
import { zoomOf } from "./zoom.js";

/**
 * Measures an element in the app view's viewport, through the chain of same-origin frames.
 * @param {HTMLElement} element
 * @returns {Placement}
 */
export function measure(element) {
  const own = measureInDocument(element);
  let box = own;
  let origin = { x: 0, y: 0, scale: 1 };
  for (let view = window, outer = viewAround(view); outer; view = outer, outer = viewAround(view)) {
    const container = measureInDocument(/** @type {HTMLElement} */ (frameElementOf(view)));
    const { x, y } = container.rect;
    const { scale } = container;
    box = inside(box, container);
    origin = { x: x + origin.x * scale, y: y + origin.y * scale, scale: origin.scale * scale };
  }
  return { ...box, own, origin };
}

/**
 * A box of a document as the document around it has it. When the element that shows it is turned, what clips the box
 * inside its document is kept exactly only when it lies upright there.
 * @param {Box} box
 * @param {Box} outer the element that shows the document
 * @returns {Box}
 */
function inside(box, outer) {
  const isTurned = outer.transform !== null;
  const { x, y } = outer.rect;
  const scale = isTurned ? 1 : outer.scale;
  const matrix = outer.transform?.matrix ?? uprightMatrix(outer);
  const own = box.transform ?? (isTurned ? uprightTransform(box) : null);
  const clip = isTurned ? square(boundsOf(matrix, box.clip)) : transformRounded(box.clip, x, y, scale);
  return {
    rect: boundsOf(matrix, box.rect),
    clip: intersectRounded([clip, outer.clip]),
    visible: box.visible && outer.visible,
    scale: isTurned ? 1 : box.scale * scale,
    zoom: isTurned ? 1 : box.zoom,
    transform: own && { ...own, matrix: compose(matrix, own.matrix) },
  };
}

/** @param {Box} box one that lies upright @returns {Matrix} */
const uprightMatrix = ({ rect: { x, y }, scale }) => [scale, 0, 0, scale, x, y];

/** @param {Box} box one that lies upright @returns {Transform} */
function uprightTransform(box) {
  const { x, y, width, height } = transform(box.rect, 0, 0, 1 / box.scale);
  const shape = transformRounded(box.clip, -x, -y, 1 / box.scale);
  return { matrix: uprightMatrix(box), width, height, shape };
}

/**
 * An upright ancestor of an upright element clips exactly, as does one that is turned like the element; any other one
 * clips as the box around it.
 * @param {HTMLElement} element
 * @returns {Box}
 */
function measureInDocument(element) {
  const measured = borderBox(element);
  const matrix = matrixOf(element, measured);
  const style = computedStyle(element);
  /** In the pixels in which the element lies upright: its own when it is turned, else the viewport's. */
  const border = matrix ? { ...rect(0, 0, 0, 0), ...offsetOf(element) } : measured;
  const scale = matrix ? 1 : scaleOf(element, border);
  const outline = { ...border, radii: radiiOf(style, border, scale) };
  const content = inset(outline, insetsOf(style, scale));
  const shapes = [content];
  const view = defaultViewOf(ownerDocument(element));
  /** In the viewport's. @type {RoundedRect[]} */
  const clips = [square(view ? viewportOf(view) : rect(0, 0, 0, 0))];
  const path = insetClip(style, border, scale);
  if (path) arrayPush(shapes, path);
  eachClippingAncestor(element, style, (ancestor, ancestorStyle) => {
    const outer = matrix && matrixOf(ancestor, borderBox(ancestor));
    if (matrix && outer && areParallel(outer, matrix)) {
      const { x, y } = unapply(matrix, outer[4], outer[5]);
      const shape = clipOf(ancestor, ancestorStyle, { x, y, ...offsetOf(ancestor) }, 1);
      if (shape) arrayPush(shapes, shape);
    } else {
      const clip = clipOf(ancestor, ancestorStyle);
      if (clip) arrayPush(clips, outer ? square(borderBox(ancestor)) : clip);
    }
  });
  const shape = intersectRounded(shapes);
  append(clips, matrix ? [square(boundsOf(matrix, content))] : shapes);
  const clip = intersectRounded(clips);
  const { x, y, width, height } = content;
  const visible = !isEmpty(clip) && !isEmpty(shape) && isVisible(element);
  if (!matrix) return { rect: rect(x, y, width, height), clip, visible, scale, zoom: zoomOf(element), transform: null };
  return {
    rect: boundsOf(matrix, content),
    clip,
    visible,
    scale: 1,
    zoom: 1,
    transform: { matrix: compose(matrix, [1, 0, 0, 1, x, y]), width, height, shape: { ...shape, x: shape.x - x, y: shape.y - y } },
  };
}
