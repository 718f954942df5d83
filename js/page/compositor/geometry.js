// @ts-check
/**
 * Where an element's content box is on the screen, and which part of it can be seen.
 *
 * @typedef {import("./rect.js").Rect} Rect
 * @typedef {import("./rect.js").RoundedRect} RoundedRect
 * @typedef {import("./transform.js").Transform} Transform
 * @typedef {import("./matrix.js").Matrix} Matrix
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
 */

import { append } from "../lists.js";
import { arrayPush } from "../primordials.js";
import {
  computedStyle,
  defaultViewOf,
  frameElementOf,
  isVisible,
  offsetHeight,
  offsetWidth,
  ownerDocument,
  window,
  windowHeight,
  windowWidth,
} from "../controlled-frame/dom.js";
import { borderBox, insetsOf, scaleOf } from "./boxes.js";
import { clipIn, clipOf, eachClippingAncestor, insetClip, radiiOf } from "./clips.js";
import { areParallel, boundsOf, compose, movedTo, unapply } from "./matrix.js";
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
  let view = window;
  for (;;) {
    const container = frameElementOf(view);
    const parent = container && defaultViewOf(ownerDocument(container));
    if (!container || !parent) return { ...box, own, origin };
    const outer = measureInDocument(/** @type {HTMLElement} */ (container));
    const { x, y } = outer.rect;
    const { scale } = outer;
    box = outer.transform ? insideTransformed(box, outer, outer.transform.matrix) : insideUpright(box, outer);
    origin = { x: x + origin.x * scale, y: y + origin.y * scale, scale: origin.scale * scale };
    view = parent;
  }
}

/**
 * A box of a document as the document around it has it.
 * @param {Box} box
 * @param {Box} outer the element that shows the document
 * @returns {Box}
 */
function insideUpright(box, outer) {
  const { x, y } = outer.rect;
  const { scale } = outer;
  const own = box.transform;
  return {
    rect: transform(box.rect, x, y, scale),
    clip: intersectRounded([transformRounded(box.clip, x, y, scale), outer.clip]),
    visible: box.visible && outer.visible,
    scale: box.scale * scale,
    zoom: box.zoom,
    transform: own && { ...own, matrix: compose([scale, 0, 0, scale, x, y], own.matrix) },
  };
}

/**
 * The same when that element is turned. What clips the box inside its document is kept exactly only
 * when it lies upright there.
 * @param {Box} box
 * @param {Box} outer
 * @param {Matrix} matrix
 * @returns {Box}
 */
function insideTransformed(box, outer, matrix) {
  const { x, y, width, height } = box.rect;
  const { scale } = box;
  /** @type {Transform} */
  const inner = box.transform ?? {
    matrix: [scale, 0, 0, scale, x, y],
    width: width / scale,
    height: height / scale,
    shape: transformRounded(box.clip, -x / scale, -y / scale, 1 / scale),
  };
  return {
    rect: boundsOf(matrix, box.rect),
    clip: intersectRounded([square(boundsOf(matrix, box.clip)), outer.clip]),
    visible: box.visible && outer.visible,
    scale: 1,
    zoom: 1,
    transform: { ...inner, matrix: compose(matrix, inner.matrix) },
  };
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
  const border = matrix ? rect(0, 0, offsetWidth(element), offsetHeight(element)) : measured;
  const scale = matrix ? 1 : scaleOf(element, border);
  const outline = { ...border, radii: radiiOf(style, border, scale) };
  const content = inset(outline, insetsOf(style, scale));
  const shapes = [content];
  /** In the viewport's. @type {RoundedRect[]} */
  const clips = [viewportOf(element)];
  const path = insetClip(style, border, scale);
  if (path) arrayPush(shapes, path);
  eachClippingAncestor(element, style, (ancestor, ancestorStyle) => {
    const size = /** @type {HTMLElement} */ (ancestor);
    const outer = matrix && matrixOf(size, borderBox(ancestor));
    if (matrix && outer && areParallel(outer, matrix)) {
      const { x, y } = unapply(matrix, outer[4], outer[5]);
      const shape = clipIn(ancestor, ancestorStyle, rect(x, y, offsetWidth(size), offsetHeight(size)), 1);
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
    transform: { matrix: movedTo(matrix, x, y), width, height, shape: { ...shape, x: shape.x - x, y: shape.y - y } },
  };
}

/** The viewport of an element's document. @param {HTMLElement} element */
function viewportOf(element) {
  const view = defaultViewOf(ownerDocument(element));
  return square(view ? rect(0, 0, windowWidth(view), windowHeight(view)) : rect(0, 0, 0, 0));
}
