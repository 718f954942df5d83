// @ts-check
/**
 * What can be written to a file (File System, `FileSystemWriteChunkType`).
 */

import { TypeError, bytesCopy, bytesLength, bytesOf, isFiniteNumber, trunc } from "../primordials.js";
import { isBlob } from "../network/fetch-request.js";
import { encodeText } from "../network/primordials.js";
import { isObject, toDictionary, toEnum, toUSVString } from "../webidl.js";

/** @typedef {{ bytes: Uint8Array } | { blob: Blob }} Data */

const TYPES = /** @type {const} */ (["write", "seek", "truncate"]);

/** From here on a double does not tell a number from its neighbours. */
const BEYOND = 2 ** 64;

/** One thing to be done, with values that no page can change any more. */
export class WriteChunk {
  /** @type {"write" | "seek" | "truncate"} */
  type;
  /** Where to write, or to go. @type {number | null} */
  position;
  /** How long the file becomes. @type {number | null} */
  size;
  /** What to write. @type {Data | null} */
  data;
  #isOne = true;

  /**
   * @param {"write" | "seek" | "truncate"} type
   * @param {{ position?: number | null, size?: number | null, data?: Data | null }} members
   */
  constructor(type, { position = null, size = null, data = null }) {
    this.type = type;
    this.position = position;
    this.size = size;
    this.data = data;
  }

  /** @param {unknown} value @returns {value is WriteChunk} */
  static isOne(value) {
    return isObject(value) && #isOne in value;
  }
}

/**
 * @param {unknown} value
 * @param {string} context
 * @returns {WriteChunk}
 */
export function toWriteChunk(value, context) {
  if (WriteChunk.isOne(value)) return value;
  if (value !== undefined && value !== null) {
    const data = isObject(value) ? binary(value) : text(value);
    if (data) return new WriteChunk("write", /** @type {any} */ ({ __proto__: null, data }));
  }
  const params = toDictionary(value, context, "WriteParams");
  // In the order in which Web IDL reads them.
  const { data } = params;
  const written = data === undefined || data === null ? null : toData(data);
  const position = nullable(params.position);
  const size = nullable(params.size);
  const given = params.type;
  if (given === undefined) {
    throw new TypeError(`${context}: Failed to read the 'type' property from 'WriteParams': Required member is undefined.`);
  }
  const type = toEnum(given, TYPES, context, "WriteCommandType");
  /** @param {string} member */
  const required = (member) => new TypeError(`${context}: '${type}' requires a ${member} argument.`);
  if (type === "write" && written === null) throw required("data");
  if (type === "seek" && position === null) throw required("position");
  if (type === "truncate" && size === null) throw required("size");
  return new WriteChunk(type, /** @type {any} */ ({ __proto__: null, position, size, data: written }));
}

/** @param {unknown} value @returns {Data} */
function toData(value) {
  return (isObject(value) && binary(value)) || text(value);
}

/** A Blob, or the bytes of a BufferSource as they are now. @param {object} value @returns {Data | null} */
function binary(value) {
  if (isBlob(value)) return /** @type {any} */ ({ __proto__: null, blob: value });
  const bytes = bytesOf(value);
  return bytes && ofBytes(bytesCopy(bytes, 0, bytesLength(bytes)));
}

/** @param {unknown} value @returns {Data} */
function text(value) {
  return ofBytes(encodeText(toUSVString(value)));
}

/** @param {Uint8Array} bytes @returns {Data} */
function ofBytes(bytes) {
  return /** @type {any} */ ({ __proto__: null, bytes });
}

/** @param {unknown} value */
function nullable(value) {
  return value === undefined || value === null ? null : toUnsignedLongLong(value);
}

/**
 * `unsigned long long` (Web IDL §3.2.4.9). What is below zero is a number that no file has.
 * @param {unknown} value
 */
export function toUnsignedLongLong(value) {
  const number = +(/** @type {any} */ (value));
  if (!isFiniteNumber(number)) return 0;
  const rest = trunc(number) % BEYOND;
  return rest < 0 ? BEYOND : rest + 0;
}
