// @ts-check
/**
 * Rectangles, in CSS pixels. Pure: nothing here knows of elements.
 *
 * @typedef {object} Rect
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 *
 * Corner radii in the order of CSS: top left, top right, bottom right, bottom left.
 * @typedef {[number, number, number, number]} Radii
 *
 * @typedef {Rect & { radii: Readonly<Radii> }} RoundedRect
 */

import { arrayPush, arraySort, max, min, round } from "../primordials.js";

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @returns {Rect}
 */
export const rect = (x, y, width, height) => ({ x, y, width, height });

/** Far larger than any page; stands for "not clipped". */
export const EVERYWHERE = rect(-1e6, -1e6, 2e6, 2e6);

/** @type {Readonly<Radii>} */
export const SQUARE = [0, 0, 0, 0];

/** @param {Rect} r */
export const isEmpty = (r) => r.width <= 0 || r.height <= 0;

/**
 * The common part; its width or height is 0 when there is none.
 * @param {Rect} a
 * @param {Rect} b
 * @returns {Rect}
 */
export function intersect(a, b) {
  const x = max(a.x, b.x);
  const y = max(a.y, b.y);
  return rect(
    x,
    y,
    max(0, min(a.x + a.width, b.x + b.width) - x),
    max(0, min(a.y + a.height, b.y + b.height) - y),
  );
}

/** @param {Rect} outer @param {Rect} inner */
export function covers(outer, inner) {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height
  );
}

/**
 * A horizontal band of a rectangle and the parts of it that are left, from left to right.
 * @typedef {{ y: number, height: number, spans: { x: number, width: number }[] }} Band
 */

/**
 * What is left of `whole` without `holes`, as bands from top to bottom that cover all of its height.
 * @param {Rect} whole
 * @param {Rect[]} holes
 * @returns {Band[]}
 */
export function bandsAround(whole, holes) {
  /** @type {Rect[]} */
  const cuts = [];
  const edges = [whole.y, whole.y + whole.height];
  for (let i = 0; i < holes.length; i++) {
    const cut = intersect(whole, holes[i]);
    if (isEmpty(cut)) continue;
    arrayPush(cuts, cut);
    arrayPush(edges, cut.y, cut.y + cut.height);
  }
  arraySort(edges, ascending);
  arraySort(cuts, (a, b) => a.x - b.x);
  /** @type {Band[]} */
  const bands = [];
  for (let i = 1; i < edges.length; i++) {
    const y = edges[i - 1];
    const height = edges[i] - y;
    if (height > 0) arrayPush(bands, { y, height, spans: spansOf(whole, cuts, y, height) });
  }
  return bands;
}

/** @param {number} a @param {number} b */
const ascending = (a, b) => a - b;

/**
 * @param {Rect} whole
 * @param {Rect[]} cuts from left to right
 * @param {number} y
 * @param {number} height
 */
function spansOf(whole, cuts, y, height) {
  /** @type {{ x: number, width: number }[]} */
  const spans = [];
  let { x } = whole;
  for (let i = 0; i < cuts.length; i++) {
    const cut = cuts[i];
    if (cut.y > y || cut.y + cut.height < y + height) continue;
    if (cut.x > x) arrayPush(spans, { x, width: cut.x - x });
    x = max(x, cut.x + cut.width);
  }
  const right = whole.x + whole.width;
  if (right > x) arrayPush(spans, { x, width: right - x });
  return spans;
}

/**
 * A rectangle moved and scaled, as the viewport of a child document lies in its parent.
 * @param {Rect} r
 * @param {number} dx
 * @param {number} dy
 * @param {number} scale
 */
export const transform = (r, dx, dy, scale) =>
  rect(dx + r.x * scale, dy + r.y * scale, r.width * scale, r.height * scale);

/**
 * The same with corners.
 * @param {RoundedRect} r
 * @param {number} dx
 * @param {number} dy
 * @param {number} scale
 * @returns {RoundedRect}
 */
export const transformRounded = (r, dx, dy, scale) => ({
  ...transform(r, dx, dy, scale),
  radii: [r.radii[0] * scale, r.radii[1] * scale, r.radii[2] * scale, r.radii[3] * scale],
});

/**
 * The common part of rounded rectangles, with the radii that show at its corners. A corner that lies
 * inside the rounded-off part of a rectangle keeps what is left of that radius, which is exact where
 * corners coincide and close to it elsewhere.
 * @param {RoundedRect[]} rects
 * @returns {RoundedRect}
 */
export function intersectRounded(rects) {
  /** @type {Rect} */
  let common = EVERYWHERE;
  for (let i = 0; i < rects.length; i++) common = intersect(common, rects[i]);
  /** @type {Radii} */
  const radii = [0, 0, 0, 0];
  for (let i = 0; i < rects.length; i++) {
    const r = rects[i];
    const left = common.x - r.x;
    const top = common.y - r.y;
    const right = r.x + r.width - (common.x + common.width);
    const bottom = r.y + r.height - (common.y + common.height);
    radii[0] = max(radii[0], r.radii[0] - max(left, top));
    radii[1] = max(radii[1], r.radii[1] - max(right, top));
    radii[2] = max(radii[2], r.radii[2] - max(right, bottom));
    radii[3] = max(radii[3], r.radii[3] - max(left, bottom));
  }
  return { ...common, radii };
}

/** Hundredths of a pixel: finer than any screen, and equal when nothing moved. @param {number} n */
export const tidy = (n) => round(n * 100) / 100;

/** A rectangle with a margin around it. @param {Rect} r @param {number} by */
export const grown = (r, by) => (by ? rect(r.x - by, r.y - by, r.width + 2 * by, r.height + 2 * by) : r);
