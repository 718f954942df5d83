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
 * Lengths at the edges in the order of CSS: top, right, bottom, left.
 * @typedef {[number, number, number, number]} Edges
 *
 * @typedef {Rect & { radii: Readonly<Radii> }} RoundedRect
 */

import { filter, map } from "../lists.js";
import { arrayPush, max, min, round } from "../primordials.js";

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
const SQUARE = [0, 0, 0, 0];

/** A rectangle as one with corners. @param {Rect} r @returns {RoundedRect} */
export const square = ({ x, y, width, height }) => ({ x, y, width, height, radii: SQUARE });

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

/** Whether two rectangles have something in common. @param {Rect} a @param {Rect} b */
export const meet = (a, b) => !isEmpty(intersect(a, b));

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
 * What is left of a rectangle without holes, in pieces that do not overlap.
 * @param {Rect} whole
 * @param {Rect[]} holes
 */
export function around(whole, holes) {
  let pieces = [whole];
  for (let i = 0; i < holes.length; i++) {
    /** @type {Rect[]} */
    const left = [];
    for (let j = 0; j < pieces.length; j++) {
      const { x, y, width, height } = pieces[j];
      const hole = intersect(pieces[j], holes[i]);
      if (isEmpty(hole)) {
        arrayPush(left, pieces[j]);
        continue;
      }
      const right = hole.x + hole.width;
      const bottom = hole.y + hole.height;
      arrayPush(
        left,
        rect(x, y, width, hole.y - y),
        rect(x, hole.y, hole.x - x, hole.height),
        rect(right, hole.y, x + width - right, hole.height),
        rect(x, bottom, width, y + height - bottom),
      );
    }
    pieces = filter(left, (piece) => !isEmpty(piece));
  }
  return pieces;
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
  radii: corners((i) => r.radii[i] * scale),
});

/** @param {(i: 0 | 1 | 2 | 3) => number} radius at each corner @returns {Radii} */
export const corners = (radius) => [radius(0), radius(1), radius(2), radius(3)];

/** The edges that meet at a corner. @param {Edges} edges @param {0 | 1 | 2 | 3} i */
const beside = (edges, i) => max(edges[i < 2 ? 0 : 2], edges[i === 0 || i === 3 ? 3 : 1]);

/**
 * What is within the edges of a rectangle.
 * @param {RoundedRect} r
 * @param {Edges} edges
 * @returns {RoundedRect}
 */
export const inset = (r, edges) => ({
  x: r.x + edges[3],
  y: r.y + edges[0],
  width: max(0, r.width - edges[1] - edges[3]),
  height: max(0, r.height - edges[0] - edges[2]),
  radii: corners((i) => max(0, r.radii[i] - beside(edges, i))),
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
  const cut = map(rects, (r) =>
    inset(r, [
      common.y - r.y,
      r.x + r.width - (common.x + common.width),
      r.y + r.height - (common.y + common.height),
      common.x - r.x,
    ]),
  );
  /** @param {0 | 1 | 2 | 3} i */
  const roundest = (i) => {
    let radius = 0;
    for (let j = 0; j < cut.length; j++) radius = max(radius, cut[j].radii[i]);
    return radius;
  };
  return { ...common, radii: corners(roundest) };
}

/** Hundredths of a pixel: finer than any screen, and equal when nothing moved. @param {number} n */
export const tidy = (n) => round(n * 100) / 100;

/** @param {Rect} r */
export const tidied = ({ x, y, width, height }) => rect(tidy(x), tidy(y), tidy(width), tidy(height));

/** A rectangle with a margin around it. @param {Rect} r @param {number} by */
export const grown = (r, by) => (by ? rect(r.x - by, r.y - by, r.width + 2 * by, r.height + 2 * by) : r);
