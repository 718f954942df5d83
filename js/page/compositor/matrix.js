// @ts-check
/**
 * Affine matrices. Pure: nothing here knows of elements.
 *
 * @typedef {{ x: number, y: number }} Point
 *
 * The six numbers of CSS' `matrix()`: a point `x, y` lies at `a·x + c·y + e, b·x + d·y + f`.
 * @typedef {[number, number, number, number, number, number]} Matrix
 *
 * @import { Rect } from "./rect.js"
 */

import { every } from "../lists.js";
import { abs, max, min } from "../primordials.js";
import { rect } from "./rect.js";

/**
 * First `inner`, then `outer`.
 * @param {Matrix} outer
 * @param {Matrix} inner
 * @returns {Matrix}
 */
export function compose(outer, inner) {
  const { x, y } = apply(outer, inner[4], inner[5]);
  return [
    outer[0] * inner[0] + outer[2] * inner[1],
    outer[1] * inner[0] + outer[3] * inner[1],
    outer[0] * inner[2] + outer[2] * inner[3],
    outer[1] * inner[2] + outer[3] * inner[3],
    x,
    y,
  ];
}

/**
 * Whether two boxes are turned alike: the pixels of one are those of the other, but for where they begin.
 * @param {Matrix} one
 * @param {Matrix} two
 */
export const areParallel = (one, two) => every([0, 1, 2, 3], (i) => abs(one[i] - two[i]) <= 1e-3);

/**
 * Where a point of the viewport lies in a box's own pixels.
 * @param {Matrix} matrix
 * @param {number} x
 * @param {number} y
 * @returns {Point}
 */
export function unapply(matrix, x, y) {
  const dx = x - matrix[4];
  const dy = y - matrix[5];
  const determinant = matrix[0] * matrix[3] - matrix[1] * matrix[2] || 1;
  return {
    x: (matrix[3] * dx - matrix[2] * dy) / determinant,
    y: (matrix[0] * dy - matrix[1] * dx) / determinant,
  };
}

/**
 * The box around a rectangle of a turned box.
 * @param {Matrix} matrix
 * @param {Rect} r in its own pixels
 */
export function boundsOf(matrix, { x, y, width, height }) {
  return around(
    apply(matrix, x, y),
    apply(matrix, x + width, y),
    apply(matrix, x, y + height),
    apply(matrix, x + width, y + height),
  );
}

/** The box around four points. @param {Point} p @param {Point} q @param {Point} r @param {Point} s */
export function around(p, q, r, s) {
  const x = min(min(p.x, q.x), min(r.x, s.x));
  const y = min(min(p.y, q.y), min(r.y, s.y));
  return rect(x, y, max(max(p.x, q.x), max(r.x, s.x)) - x, max(max(p.y, q.y), max(r.y, s.y)) - y);
}

/** @param {Matrix} matrix @param {number} x @param {number} y @returns {Point} */
function apply(matrix, x, y) {
  return {
    x: matrix[0] * x + matrix[2] * y + matrix[4],
    y: matrix[1] * x + matrix[3] * y + matrix[5],
  };
}
