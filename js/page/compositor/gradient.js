// @ts-check
/**
 * CSS gradients, so that a part of one can be painted alone. Pure: works on computed values
 * (https://drafts.csswg.org/css-images-4/#gradients). The part of a gradient in a rectangle is a
 * gradient again:
 *
 * - linear: at the same angle, with its stops moved along the line by as much as the line's start moves;
 * - radial: of the same radii, about the same point;
 * - conic: about the same point.
 *
 * @typedef {{ width: number, height: number }} Size
 *
 * @typedef {object} Gradient
 * @property {"linear" | "radial" | "conic"} kind
 * @property {boolean} repeating
 * @property {string} shape what comes before the stops, colour interpolation aside
 * @property {string} interpolation ` in oklch` and the like, or nothing
 * @property {Stop[]} stops
 *
 * A stop, or a hint when it has no colour.
 * @typedef {{ color: string, positions: string[] }} Stop
 *
 * @import { Rect } from "./rect.js"
 */

import { every, filter, map, some } from "../lists.js";
import {
  abs,
  arraySplice,
  atan2,
  cos,
  hypot,
  isFiniteNumber,
  max,
  min,
  pi,
  regExpExec,
  round,
  sin,
  sqrt,
  stringIncludes,
  stringSlice,
} from "../primordials.js";
import { lengthIn, splitList } from "./length.js";

/** Longer ones are left to the engine. */
const LONGEST = 4096;
const MOST_STOPS = 64;

const GRADIENT = /^(repeating-)?(linear|radial|conic)-gradient\((.*)\)$/;
/** How the argument before the stops begins; no computed colour begins like this. */
const SHAPE = {
  __proto__: null,
  linear: /^(?:to |in |[-\d.])/,
  radial: /^(?:circle|ellipse|closest-|farthest-|at |in |[\d.]|calc)/,
  conic: /^(?:from |at |in )/,
};
const INTERPOLATION = /^(.*?)((?:^| )in [a-z][a-z0-9 -]*)$/;
const STOP = /^(.+?)(?: (-?[\d.]+(?:px|%|deg)|calc\([^()]*\)))?(?: (-?[\d.]+(?:px|%|deg)|calc\([^()]*\)))?$/;
const HINT = /^(?:-?[\d.]+(?:px|%|deg)|calc\([^()]*\))$/;
const ANGLE = /^(-?[\d.]+)(deg|grad|rad|turn)$/;
const POSITION = /^(.*?)(?:^| )at (\S+|calc\([^()]*\)) (\S+|calc\([^()]*\))$/;
/** Radii in so many words. */
const GIVEN = /^(?:circle |ellipse )?((?:[\d.]|calc\().*)$/;

/**
 * @param {string} text one layer of a computed `background-image`
 * @returns {Gradient | null} null when it is anything else
 */
export function parseGradient(text) {
  if (text.length > LONGEST) return null;
  const parts = regExpExec(GRADIENT, text);
  if (!parts) return null;
  const kind = /** @type {Gradient["kind"]} */ (parts[2]);
  const items = splitList(parts[3], ",");
  let shape = "";
  let interpolation = "";
  if (regExpExec(SHAPE[kind], items[0])) {
    const words = regExpExec(INTERPOLATION, items[0]);
    shape = words ? words[1] : items[0];
    interpolation = words ? ` in ${stringSlice(words[2], words[2][0] === " " ? 4 : 3)}` : "";
    arraySplice(items, 0, 1);
  }
  if (!items.length || items.length > MOST_STOPS) return null;
  const stops = map(items, parseStop);
  if (!every(stops, (stop) => stop)) return null;
  return { kind, repeating: !!parts[1], shape, interpolation, stops: /** @type {Stop[]} */ (stops) };
}

/**
 * The part of a gradient in a rectangle.
 * @param {Gradient} gradient
 * @param {Size} size of the box that the gradient fills
 * @param {Rect} piece from the corner of that box
 * @returns {string | null} an image for a box of the rectangle's size; null when it cannot be said
 */
export function pieceOf(gradient, size, piece) {
  const { kind, repeating, interpolation } = gradient;
  const name = `${repeating ? "repeating-" : ""}${kind}-gradient`;
  if (kind === "linear") {
    const line = linePiece(gradient, size, piece);
    return line && `${name}(${line.angle}deg${interpolation}${line.stops})`;
  }
  const place = regExpExec(POSITION, gradient.shape);
  const shape = place ? place[1] : gradient.shape;
  const x = lengthIn(place ? place[2] : "50%", size.width);
  const y = lengthIn(place ? place[3] : "50%", size.height);
  if (!isFiniteNumber(fine(x - piece.x) + fine(y - piece.y))) return null;
  const at = ` at ${fine(x - piece.x)}px ${fine(y - piece.y)}px`;
  const stops = stopsText(gradient.stops);
  if (kind === "conic") return `${name}(${shape}${at}${interpolation}${stops})`;
  const radii = radiiOf(shape, size, x, y);
  return radii && `${name}(${radii}${at}${interpolation}${stops})`;
}

/** @param {string} text @returns {Stop | null} */
function parseStop(text) {
  if (regExpExec(HINT, text)) return { color: "", positions: [text] };
  const parts = regExpExec(STOP, text);
  if (!parts) return null;
  return { color: parts[1], positions: filter([parts[2], parts[3]], (position) => position !== undefined) };
}

/**
 * @param {Gradient} gradient
 * @param {Size} size
 * @param {Rect} piece
 */
function linePiece({ shape, stops }, size, piece) {
  const angle = angleOf(shape, size);
  if (angle === null) return null;
  const dx = sin(angle);
  const dy = -cos(angle);
  /** @param {Size} box */
  const lineIn = (box) => abs(box.width * dx) + abs(box.height * dy);
  const length = lineIn(size);
  const toCentreX = size.width / 2 - (piece.x + piece.width / 2);
  const toCentreY = size.height / 2 - (piece.y + piece.height / 2);
  const shift = toCentreX * dx + toCentreY * dy + (lineIn(piece) - length) / 2;
  const moved = map(stops, ({ color, positions }, i) => {
    // The first and the last one are at the ends unless they say otherwise, and those have moved.
    const isEnd = i === 0 || i === stops.length - 1;
    const known = positions.length || !isEnd ? positions : [i === 0 ? "0%" : "100%"];
    return { color, positions: map(known, (position) => `${fine(lengthIn(position, length) + shift)}px`) };
  });
  if (some(moved, ({ positions }) => some(positions, (position) => position === "NaNpx"))) return null;
  return { angle: fine((angle * 180) / pi), stops: stopsText(moved) };
}

/**
 * The direction of a linear gradient, in radians clockwise from upwards.
 * @param {string} shape
 * @param {Size} size
 */
function angleOf(shape, { width, height }) {
  if (shape === "") return pi;
  const parts = regExpExec(ANGLE, shape);
  if (parts) {
    const unit = parts[2];
    const turns = unit === "deg" ? 360 : unit === "grad" ? 400 : unit === "rad" ? 2 * pi : 1;
    return (+parts[1] / turns) * 2 * pi;
  }
  const x = stringIncludes(shape, "right") ? 1 : stringIncludes(shape, "left") ? -1 : 0;
  const y = stringIncludes(shape, "bottom") ? 1 : stringIncludes(shape, "top") ? -1 : 0;
  if (!x && !y) return null;
  // Into a corner, the middle colour goes through the two corners beside it.
  return x && y ? atan2(x * height, -y * width) : atan2(x, -y);
}

/**
 * The radii of a radial gradient (https://drafts.csswg.org/css-images-4/#radial-size).
 * @param {string} shape without the position
 * @param {Size} size
 * @param {number} x
 * @param {number} y
 * @returns {string | null} null when there is none to speak of
 */
function radiiOf(shape, size, x, y) {
  const given = regExpExec(GIVEN, shape);
  if (given) return givenRadii(given[1], size);
  const left = abs(x);
  const right = abs(size.width - x);
  const top = abs(y);
  const bottom = abs(size.height - y);
  const isClosest = stringIncludes(shape, "closest");
  const toSide = stringIncludes(shape, "side");
  const pick = isClosest ? min : max;
  const horizontal = pick(left, right);
  const vertical = pick(top, bottom);
  if (stringIncludes(shape, "circle")) {
    const radius = toSide ? pick(horizontal, vertical) : hypot(horizontal, vertical);
    return isSize(radius) ? `circle ${fine(radius)}px` : null;
  }
  if (!isSize(horizontal) || !isSize(vertical)) return null;
  // The ellipse through a corner has the proportions of the one to the sides.
  const factor = toSide ? 1 : sqrt(2);
  return `${fine(horizontal * factor)}px ${fine(vertical * factor)}px`;
}

/** @param {string} text @param {Size} size */
function givenRadii(text, size) {
  const radii = splitList(text, " ");
  const isCircle = radii.length === 1;
  const horizontal = lengthIn(radii[0], size.width);
  const vertical = isCircle ? horizontal : lengthIn(radii[1], size.height);
  if (!isSize(horizontal) || !isSize(vertical)) return null;
  return isCircle ? `circle ${fine(horizontal)}px` : `${fine(horizontal)}px ${fine(vertical)}px`;
}

/** @param {Stop[]} stops */
function stopsText(stops) {
  let text = "";
  for (let i = 0; i < stops.length; i++) {
    const { color, positions } = stops[i];
    text += ", " + color;
    for (let j = 0; j < positions.length; j++) text += `${color || j ? " " : ""}${positions[j]}`;
  }
  return text;
}

/** Whether a radius can be drawn; the engine has rules of its own for others. @param {number} n */
const isSize = (n) => n > 0.001 && n < 1e6;

/** Ten-thousandths, never in exponential notation; NaN beyond what a page can be. @param {number} n */
const fine = (n) => (abs(n) < 1e7 ? round(n * 1e4) / 1e4 : NaN);
