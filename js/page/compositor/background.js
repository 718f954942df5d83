// @ts-check
/**
 * Where the layers of a background are painted, and what of them is left around holes. Pure: works on
 * computed values and boxes (https://drafts.csswg.org/css-backgrounds/#backgrounds).
 *
 * The boxes of an element, from the corner of its padding box.
 * @typedef {{ border: Rect, padding: Rect, content: Rect }} Boxes
 *
 * The computed value of a property `background-…`, by the rest of its name.
 * @typedef {(name: string) => string} Values
 *
 * A layer that can be cut.
 * @typedef {object} Layer
 * @property {Gradient} gradient
 * @property {Rect} area the box in which it is painted
 * @property {Rect[]} tiles where in there
 *
 * An image in a rectangle.
 * @typedef {Rect & { image: string }} Piece
 *
 * @import { Gradient } from "./gradient.js"
 * @import { Rect } from "./rect.js"
 */

import { every, filter, map } from "../lists.js";
import { arrayPush, max, round } from "../primordials.js";
import { parseGradient, pieceOf } from "./gradient.js";
import { parseLength, splitList } from "./length.js";
import { intersect, isEmpty, meet, rect } from "./rect.js";

/** A pattern of more tiles than this is not worth cutting. */
const MOST_TILES = 16;

/**
 * @param {Values} values
 * @param {Boxes} boxes of the element, or what stands for them on the canvas
 * @param {Rect | null} canvas what the background fills when it is the canvas's
 * @returns {Layer[] | null} the topmost first; null when one of them is not of a kind that can be cut
 */
export function readLayers(values, boxes, canvas) {
  /** @param {string} name @param {number} i */
  const valueOf = (name, i) => {
    const list = splitList(values(name), ",");
    // A shorter list of values is used again from its start.
    return list[i % list.length];
  };
  const images = splitList(values("image"), ",");
  /** @type {Layer[]} */
  const layers = [];
  for (let i = 0; i < images.length; i++) {
    if (images[i] === "none") continue;
    const gradient = parseGradient(images[i]);
    if (!gradient || valueOf("attachment", i) !== "scroll" || valueOf("blend-mode", i) !== "normal") return null;
    const origin = boxNamed(boxes, valueOf("origin", i));
    const area = canvas ?? boxNamed(boxes, valueOf("clip", i));
    if (isEmpty(area) || isEmpty(origin)) continue;
    const tiles = tilesOf(origin, area, valueOf("position", i), valueOf("size", i), valueOf("repeat", i));
    if (!tiles) return null;
    arrayPush(layers, { gradient, area, tiles });
  }
  return layers;
}

/**
 * What is left of layers, the topmost first.
 * @param {Layer[]} layers
 * @param {Rect[]} parts that are left of what they fill
 * @returns {Piece[] | null} null when it cannot be said
 */
export function piecesOf(layers, parts) {
  /** @type {Piece[]} */
  const pieces = [];
  for (let i = 0; i < layers.length; i++) {
    const { gradient, area, tiles } = layers[i];
    for (let j = 0; j < tiles.length; j++) {
      const tile = tiles[j];
      const left = common(parts, intersect(tile, area));
      for (let k = 0; k < left.length; k++) {
        const { x, y, width, height } = left[k];
        const image = pieceOf(gradient, tile, rect(x - tile.x, y - tile.y, width, height));
        if (!image) return null;
        arrayPush(pieces, { x, y, width, height, image });
      }
    }
  }
  return pieces;
}

/**
 * A colour in the parts that are left.
 * @param {string} color
 * @param {boolean} isOpaque then pieces may overlap to hide their seams
 * @param {Rect} area the box that it fills
 * @param {Rect[]} parts
 * @param {Rect[]} holes between them
 * @returns {Piece[]}
 */
export function colorPieces(color, isOpaque, area, parts, holes) {
  const image = `linear-gradient(${color}, ${color})`;
  return map(common(parts, area), (part) => {
    const longer = intersect(area, rect(part.x, part.y - 1, part.width, part.height + 2));
    const isFree = isOpaque && every(holes, (hole) => !meet(hole, longer));
    return { ...(isFree ? longer : part), image };
  });
}

/** What parts have in common with an area. @param {Rect[]} parts @param {Rect} area */
const common = (parts, area) =>
  filter(
    map(parts, (part) => intersect(part, area)),
    (part) => !isEmpty(part),
  );

/** @param {Boxes} boxes @param {string} name the value of a property */
export function boxNamed(boxes, name) {
  if (name === "border-box") return boxes.border;
  return name === "content-box" ? boxes.content : boxes.padding;
}

/**
 * The tiles of a gradient that reach into an area.
 * @param {Rect} origin the box in which it is positioned
 * @param {Rect} area
 * @param {string} position
 * @param {string} size
 * @param {string} repeat
 * @returns {Rect[] | null}
 */
function tilesOf(origin, area, position, size, repeat) {
  // A gradient has neither a size nor proportions: what is not said fills the box.
  const isWhole = size === "auto" || size === "cover" || size === "contain";
  const sizes = splitList(isWhole ? "auto auto" : size, " ");
  const places = splitList(position, " ");
  const repeats = repeatOf(repeat);
  if (places.length !== 2 || !repeats) return null;
  const columns = along(origin.x, origin.width, area.x, area.width, places[0], sizes[0], repeats[0]);
  const rows = along(origin.y, origin.height, area.y, area.height, places[1], sizes[1] ?? "auto", repeats[1]);
  if (!columns || !rows || columns.starts.length * rows.starts.length > MOST_TILES) return null;
  /** @type {Rect[]} */
  const tiles = [];
  for (let i = 0; i < rows.starts.length; i++) {
    for (let j = 0; j < columns.starts.length; j++) {
      arrayPush(tiles, rect(columns.starts[j], rows.starts[i], columns.length, rows.length));
    }
  }
  return tiles;
}

/** @param {string} text @returns {[string, string] | null} how to repeat horizontally and vertically */
function repeatOf(text) {
  if (text === "repeat-x") return ["repeat", "no-repeat"];
  if (text === "repeat-y") return ["no-repeat", "repeat"];
  const parts = splitList(text, " ");
  return parts.length > 2 ? null : [parts[0], parts[1] ?? parts[0]];
}

/**
 * The tiles along one axis.
 * @param {number} start of the box in which the image is positioned
 * @param {number} whole its length
 * @param {number} areaStart
 * @param {number} areaLength
 * @param {string} position
 * @param {string} size
 * @param {string} repeat
 * @returns {{ length: number, starts: number[] } | null}
 */
function along(start, whole, areaStart, areaLength, position, size, repeat) {
  const place = parseLength(position);
  const given = size === "auto" ? { share: 1, pixels: 0 } : parseLength(size);
  if (!place || !given) return null;
  let length = given.share * whole + given.pixels;
  if (length <= 0) return { length: 0, starts: [] };
  if (repeat === "round") length = whole / max(1, round(whole / length));
  else if (repeat === "space") return null;
  const first = start + place.share * (whole - length) + place.pixels;
  if (repeat === "no-repeat") return { length, starts: [first] };
  if (areaLength / length > MOST_TILES) return null;
  /** @type {number[]} */
  const starts = [];
  let at = first + round((areaStart - first) / length - 1) * length;
  for (; at < areaStart + areaLength; at += length) {
    // Less than a hundredth of a pixel is a rounding error.
    if (at + length > areaStart + 0.01 && at < areaStart + areaLength - 0.01) arrayPush(starts, at);
  }
  return { length, starts };
}
