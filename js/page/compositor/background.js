// @ts-check
/**
 * Where the layers of a background are painted, and what of them is left around holes. Pure: works on
 * computed values and boxes (https://drafts.csswg.org/css-backgrounds/#backgrounds).
 *
 * @typedef {import("./gradient.js").Gradient} Gradient
 * @typedef {import("./rect.js").Rect} Rect
 * @typedef {import("./rect.js").Band} Band
 *
 * The boxes of an element, from the corner of its padding box.
 * @typedef {{ border: Rect, padding: Rect, content: Rect }} Boxes
 *
 * Computed values of the `background-…` properties.
 * @typedef {object} Values
 * @property {string} image
 * @property {string} position
 * @property {string} size
 * @property {string} repeat
 * @property {string} origin
 * @property {string} clip
 * @property {string} attachment
 * @property {string} blend the `-blend-mode`
 *
 * A layer that can be cut.
 * @typedef {object} Layer
 * @property {Gradient} gradient
 * @property {Rect} area the box in which it is painted
 * @property {Rect[]} tiles where in there
 *
 * An image in a rectangle.
 * @typedef {Rect & { image: string }} Piece
 */

import { arrayPush, max, round } from "../primordials.js";
import { parseGradient, parseLength, pieceOf, splitList } from "./gradient.js";
import { intersect, isEmpty, rect } from "./rect.js";

/** A pattern of more tiles than this is not worth cutting. */
const MOST_TILES = 16;

/**
 * @param {Values} values
 * @param {Boxes} boxes of the element, or what stands for them on the canvas
 * @param {Rect | null} canvas what the background fills when it is the canvas's
 * @returns {Layer[] | null} the topmost first; null when one of them is not of a kind that can be cut
 */
export function readLayers(values, boxes, canvas) {
  const images = splitList(values.image, ",");
  const positions = splitList(values.position, ",");
  const sizes = splitList(values.size, ",");
  const repeats = splitList(values.repeat, ",");
  const origins = splitList(values.origin, ",");
  const clips = splitList(values.clip, ",");
  const attachments = splitList(values.attachment, ",");
  const blends = splitList(values.blend, ",");
  /** @type {Layer[]} */
  const layers = [];
  for (let i = 0; i < images.length; i++) {
    if (images[i] === "none") continue;
    const gradient = parseGradient(images[i]);
    if (!gradient || nth(attachments, i) !== "scroll" || nth(blends, i) !== "normal") return null;
    const origin = boxNamed(boxes, nth(origins, i));
    const area = canvas ?? boxNamed(boxes, nth(clips, i));
    if (isEmpty(area) || isEmpty(origin)) continue;
    const tiles = tilesOf(origin, area, nth(positions, i), nth(sizes, i), nth(repeats, i));
    if (!tiles) return null;
    arrayPush(layers, { gradient, area, tiles });
  }
  return layers;
}

/**
 * What is left of layers, the topmost first.
 * @param {Layer[]} layers
 * @param {Band[]} bands the parts that are left
 * @returns {Piece[] | null} null when it cannot be said
 */
export function piecesOf(layers, bands) {
  /** @type {Piece[]} */
  const pieces = [];
  for (let i = 0; i < layers.length; i++) {
    const { gradient, area, tiles } = layers[i];
    for (let j = 0; j < tiles.length; j++) {
      const tile = tiles[j];
      const shown = intersect(tile, area);
      for (let k = 0; k < bands.length; k++) {
        const { y, height, spans } = bands[k];
        for (let l = 0; l < spans.length; l++) {
          const part = intersect(shown, rect(spans[l].x, y, spans[l].width, height));
          if (isEmpty(part)) continue;
          const inTile = rect(part.x - tile.x, part.y - tile.y, part.width, part.height);
          const image = pieceOf(gradient, tile, inTile);
          if (!image) return null;
          arrayPush(pieces, { ...part, image });
        }
      }
    }
  }
  return pieces;
}

/**
 * A colour in the parts that are left.
 * @param {string} color
 * @param {Rect} area the box that it fills
 * @param {Band[]} bands
 */
export function colorPieces(color, area, bands) {
  const image = `linear-gradient(${color}, ${color})`;
  /** @type {Piece[]} */
  const pieces = [];
  for (let i = 0; i < bands.length; i++) {
    const { y, height, spans } = bands[i];
    for (let j = 0; j < spans.length; j++) {
      const part = intersect(area, rect(spans[j].x, y, spans[j].width, height));
      if (!isEmpty(part)) arrayPush(pieces, { ...part, image });
    }
  }
  return pieces;
}

/** @param {Boxes} boxes @param {string} name the value of a property */
export function boxNamed(boxes, name) {
  if (name === "border-box") return boxes.border;
  return name === "content-box" ? boxes.content : boxes.padding;
}

/** A shorter list of values is used again from its start. @param {string[]} list @param {number} i */
const nth = (list, i) => list[i % list.length];

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
