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

import { abs, arrayPush, max } from "../primordials.js";
import { clipOf, eachClippingAncestor, insetClip, pixels, radiiOf } from "./clips.js";
import {
  computedStyle,
  defaultViewOf,
  frameElementOf,
  getBoundingClientRect,
  isVisible,
  offsetHeight,
  offsetWidth,
  ownerDocument,
  rectHeight,
  rectLeft,
  rectTop,
  rectWidth,
  styleValue,
  window,
  windowHeight,
  windowWidth,
} from "../controlled-frame/dom.js";
import { areParallel, boundsOf, compose, movedTo, unapply } from "./matrix.js";
import { intersectRounded, isEmpty, rect, transform, transformRounded } from "./rect.js";
import { matrixOf } from "./transform.js";
import { uncountedZoomOf, zoomOf } from "./zoom.js";

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
    clip: intersectRounded([{ ...boundsOf(matrix, box.clip), radii: [0, 0, 0, 0] }, outer.clip]),
    visible: box.visible && outer.visible,
    scale: 1,
    zoom: 1,
    transform: { ...inner, matrix: compose(matrix, inner.matrix) },
  };
}

/**
 * The border box of an element in its own viewport.
 * @param {Element} element
 */
export function borderBox(element) {
  const r = getBoundingClientRect(element);
  const zoom = uncountedZoomOf(element);
  return rect(rectLeft(r) * zoom, rectTop(r) * zoom, rectWidth(r) * zoom, rectHeight(r) * zoom);
}

/**
 * How much transforms and `zoom` enlarge an element.
 * @param {Element} element
 * @param {Rect} border its border box
 */
export function scaleOf(element, border) {
  const width = offsetWidth(/** @type {HTMLElement} */ (element));
  const height = offsetHeight(/** @type {HTMLElement} */ (element));
  // offsetWidth is rounded: a difference within that is none.
  if (width && abs(border.width - width) > 0.51) return border.width / width;
  if (height && abs(border.height - height) > 0.51) return border.height / height;
  return 1;
}

/** @param {HTMLElement} element @returns {Box} */
function measureInDocument(element) {
  const border = borderBox(element);
  const matrix = matrixOf(element, border);
  const style = computedStyle(element);
  return matrix ? measureTransformed(element, style, matrix) : measureUpright(element, style, border);
}

/**
 * @param {HTMLElement} element
 * @param {CSSStyleDeclaration} style
 * @param {Rect} border
 * @returns {Box}
 */
function measureUpright(element, style, border) {
  const scale = scaleOf(element, border);
  const content = contentOf(style, border, scale);
  /** @type {RoundedRect[]} */
  const clips = [content];
  const inset = insetClip(style, border, scale);
  if (inset) arrayPush(clips, inset);
  eachClippingAncestor(element, style, (ancestor, ancestorStyle) => {
    const box = borderBox(ancestor);
    const clip = clipOf(ancestor, ancestorStyle, box, scaleOf(ancestor, box));
    if (clip) arrayPush(clips, clip);
  });
  arrayPush(clips, viewportOf(element));
  const clip = intersectRounded(clips);
  const { x, y, width, height } = content;
  return {
    rect: rect(x, y, width, height),
    clip,
    scale,
    zoom: zoomOf(element),
    transform: null,
    visible: !isEmpty(clip) && isVisible(element),
  };
}

/**
 * An ancestor that is turned like the element clips exactly, any other one as the box around it.
 * @param {HTMLElement} element
 * @param {CSSStyleDeclaration} style
 * @param {Matrix} matrix of its border box
 * @returns {Box}
 */
function measureTransformed(element, style, matrix) {
  const border = rect(0, 0, offsetWidth(element), offsetHeight(element));
  const content = contentOf(style, border, 1);
  /** In the pixels of the border box. @type {RoundedRect[]} */
  const shapes = [content];
  /** In the viewport's. @type {RoundedRect[]} */
  const clips = [{ ...boundsOf(matrix, content), radii: [0, 0, 0, 0] }];
  const inset = insetClip(style, border, 1);
  if (inset) arrayPush(shapes, inset);
  eachClippingAncestor(element, style, (ancestor, ancestorStyle) => {
    const box = borderBox(ancestor);
    const outer = matrixOf(/** @type {HTMLElement} */ (ancestor), box);
    if (outer && areParallel(outer, matrix)) {
      const { x, y } = unapply(matrix, outer[4], outer[5]);
      const size = /** @type {HTMLElement} */ (ancestor);
      const shape = clipOf(ancestor, ancestorStyle, rect(x, y, offsetWidth(size), offsetHeight(size)), 1);
      if (shape) arrayPush(shapes, shape);
    } else {
      const clip = clipOf(ancestor, ancestorStyle, box, scaleOf(ancestor, box));
      if (clip) arrayPush(clips, outer ? { ...box, radii: [0, 0, 0, 0] } : clip);
    }
  });
  arrayPush(clips, viewportOf(element));
  const shape = intersectRounded(shapes);
  const clip = intersectRounded(clips);
  const { x, y, width, height } = content;
  return {
    rect: boundsOf(matrix, content),
    clip,
    scale: 1,
    zoom: 1,
    transform: {
      matrix: movedTo(matrix, x, y),
      width,
      height,
      shape: { ...shape, x: shape.x - x, y: shape.y - y },
    },
    visible: !isEmpty(clip) && !isEmpty(shape) && isVisible(element),
  };
}

/**
 * The content box with its corners.
 * @param {CSSStyleDeclaration} style
 * @param {Rect} border
 * @param {number} scale
 * @returns {RoundedRect}
 */
function contentOf(style, border, scale) {
  /** @param {string} name */
  const length = (name) => pixels(styleValue(style, name)) * scale;
  const left = length("border-left-width") + length("padding-left");
  const top = length("border-top-width") + length("padding-top");
  const right = length("border-right-width") + length("padding-right");
  const bottom = length("border-bottom-width") + length("padding-bottom");
  const corners = radiiOf(style, border, scale);
  return {
    x: border.x + left,
    y: border.y + top,
    width: max(0, border.width - left - right),
    height: max(0, border.height - top - bottom),
    radii: [
      max(0, corners[0] - max(left, top)),
      max(0, corners[1] - max(right, top)),
      max(0, corners[2] - max(right, bottom)),
      max(0, corners[3] - max(left, bottom)),
    ],
  };
}

/** The viewport of an element's document. @param {HTMLElement} element @returns {RoundedRect} */
function viewportOf(element) {
  const view = defaultViewOf(ownerDocument(element));
  return view ? { ...rect(0, 0, windowWidth(view), windowHeight(view)), radii: [0, 0, 0, 0] } : NOTHING;
}

/** @type {RoundedRect} */
const NOTHING = { ...rect(0, 0, 0, 0), radii: [0, 0, 0, 0] };
