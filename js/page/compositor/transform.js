// @ts-check
/**
 * Elements that do not lie upright: rotated, skewed, mirrored, squeezed, by their own transform or by
 * an ancestor's.
 *
 * Where the corners of a box lie, the engine says itself (`webkitConvertPointFromNodeToPage`, which
 * takes transforms of every kind into account). A box in perspective is taken for the parallelogram
 * that comes closest to it.
 *
 * A box that does not lie upright.
 * @typedef {object} Transform
 * @property {Matrix} matrix from its own pixels to the viewport
 * @property {number} width its own
 * @property {number} height its own
 * @property {RoundedRect} shape what its own corners and ancestors turned alike let show, in its own pixels
 *
 * @import { Matrix, Point } from "./matrix.js"
 * @import { Rect, RoundedRect } from "./rect.js"
 */

import { abs, max } from "../primordials.js";
import { convertPointToPage, offsetOf } from "../controlled-frame/dom.js";
import { around } from "./matrix.js";

/** In pixels: less is the engine's arithmetic. */
const TOLERANCE = 0.1;

/**
 * The matrix of an element's border box; null when it lies upright, and when it has no area.
 * @param {Element} element
 * @param {Rect} border the box around it, in the viewport
 * @returns {Matrix | null}
 */
export function matrixOf(element, border) {
  const { width, height } = offsetOf(element);
  if (!convertPointToPage || !width || !height) return null;
  const p = convertPointToPage(element, 0, 0);
  const q = convertPointToPage(element, width, 0);
  const r = convertPointToPage(element, width, height);
  const s = convertPointToPage(element, 0, height);
  // The mean of opposite edges.
  const across = { x: (q.x - p.x + r.x - s.x) / 2, y: (q.y - p.y + r.y - s.y) / 2 };
  const down = { x: (s.x - p.x + r.x - q.x) / 2, y: (s.y - p.y + r.y - q.y) / 2 };
  if (isUpright(across, down, width, height)) return null;
  // Those points are in the page, and in the pixels of a page that may be zoomed: the box around them
  // is known in the viewport's.
  const bounds = around(p, q, r, s);
  const scaleX = bounds.width ? border.width / bounds.width : 1;
  const scaleY = bounds.height ? border.height / bounds.height : 1;
  const centre = { x: (p.x + q.x + r.x + s.x) / 4, y: (p.y + q.y + r.y + s.y) / 4 };
  return [
    (across.x * scaleX) / width,
    (across.y * scaleY) / width,
    (down.x * scaleX) / height,
    (down.y * scaleY) / height,
    border.x + (centre.x - bounds.x - (across.x + down.x) / 2) * scaleX,
    border.y + (centre.y - bounds.y - (across.y + down.y) / 2) * scaleY,
  ];
}

/**
 * Whether a box is no more than moved and scaled, as much across as down.
 * @param {Point} across
 * @param {Point} down
 * @param {number} width
 * @param {number} height
 */
function isUpright(across, down, width, height) {
  return (
    abs(across.y) < TOLERANCE &&
    abs(down.x) < TOLERANCE &&
    across.x > 0 &&
    down.y > 0 &&
    abs(across.x * height - down.y * width) < max(width, height) * TOLERANCE
  );
}
