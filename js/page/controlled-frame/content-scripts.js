// @ts-check
/**
 * The content scripts of one element. They are the element's, whichever guest it has: what is added before there is one
 * counts for the first page as well.
 *
 * Files are read before anything counts. Meanwhile what is asked later waits, and so does the element's `src`.
 */

import {
  Blob,
  DOMException,
  Map,
  arrayPush,
  arraySplice,
  keys,
  mapDelete,
  mapForEach,
  mapGet,
  mapSet,
  mapSize,
  stringCharCodeAt,
} from "../primordials.js";
import { blobSize } from "../network/primordials.js";
import { MOST_SCRIPTS } from "./content-script-details.js";
import { loadCode } from "./inject-details.js";

/** @import { ContentScript } from "../../generated/bridge.js" */
/** @import { Details, InjectionItems } from "./content-script-details.js" */

/** How long the texts of all content scripts of a frame are together at the most, in bytes; the runtime has the same bound. */
const LONGEST = 16 * 1024 * 1024;

/** How long the texts of one message are, in bytes: JSON is longer. */
const LONGEST_MESSAGE = 2 * 1024 * 1024;

/** Something that waits for its turn; it can be done when it is known how. @typedef {{ perform: (() => void) | null }} Turn */

export class ContentScripts {
  /** @type {Map<string, { script: ContentScript, length: number }>} */
  #scripts = new Map();
  #length = 0;
  /** What was asked and is not done, in its order. @type {Turn[]} */
  #turns = [];
  /** What waits until all is done. */
  #afterwards = () => {};

  /** Whether there are none, and none are about to come. */
  get isEmpty() {
    return mapSize(this.#scripts) === 0 && this.#turns.length === 0;
  }

  /**
   * Adds some, each in the place of one of the same name.
   * @param {readonly Details[]} list
   * @param {(scripts: ContentScript[], undo: () => void) => void} onAdded called when they count
   * @param {(reason: unknown) => void} onError
   */
  add(list, onAdded, onError) {
    const turn = this.#takeTurn();
    readAll(
      list,
      (scripts) =>
        this.#do(turn, () => {
          try {
            this.#set(scripts);
          } catch (error) {
            onError(error);
            return;
          }
          onAdded(scripts, () => this.#unset(scripts));
        }),
      (error) => {
        this.#do(turn, () => {});
        onError(error);
      },
    );
  }

  /**
   * Takes some away.
   * @param {readonly string[] | null} names null for all
   * @param {() => void} onRemoved
   */
  remove(names, onRemoved) {
    this.#do(this.#takeTurn(), () => {
      if (names) {
        for (let i = 0; i < names.length; i++) this.#delete(names[i]);
      } else {
        this.#scripts = new Map();
        this.#length = 0;
      }
      onRemoved();
    });
  }

  /**
   * Does something once all that was asked before is done: now, if it is. Only the last such thing is done.
   * @param {() => void} task
   */
  afterwards(task) {
    this.#afterwards = task;
    this.#advance();
  }

  /**
   * All content scripts in their order, in parts that messages have room for.
   * @param {(scripts: ContentScript[]) => void} callback
   */
  forEachPart(callback) {
    /** @type {ContentScript[]} */
    let part = [];
    let total = 0;
    mapForEach(this.#scripts, ({ script, length }) => {
      if (part.length > 0 && total + length > LONGEST_MESSAGE) {
        callback(part);
        part = [];
        total = 0;
      }
      arrayPush(part, script);
      total += length;
    });
    if (part.length > 0) callback(part);
  }

  /** @param {ContentScript[]} scripts @throws {DOMException} when they are too many or too long */
  #set(scripts) {
    /** @type {number[]} */
    const lengths = [];
    let count = mapSize(this.#scripts);
    let total = this.#length;
    for (let i = 0; i < scripts.length; i++) {
      const known = mapGet(this.#scripts, scripts[i].name);
      arrayPush(lengths, lengthOf(scripts[i]));
      count += known ? 0 : 1;
      total += lengths[i] - (known?.length ?? 0);
    }
    if (count > MOST_SCRIPTS || total > LONGEST) {
      throw new DOMException(
        `A frame has ${MOST_SCRIPTS} content scripts at the most, of ${LONGEST / 1024 / 1024} MiB together.`,
        "QuotaExceededError",
      );
    }
    this.#length = total;
    for (let i = 0; i < scripts.length; i++) {
      mapSet(this.#scripts, scripts[i].name, { script: scripts[i], length: lengths[i] });
    }
  }

  /** Takes back what the runtime has refused. @param {ContentScript[]} scripts */
  #unset(scripts) {
    for (let i = 0; i < scripts.length; i++) {
      if (mapGet(this.#scripts, scripts[i].name)?.script === scripts[i]) this.#delete(scripts[i].name);
    }
  }

  /** @param {string} name */
  #delete(name) {
    this.#length -= mapGet(this.#scripts, name)?.length ?? 0;
    mapDelete(this.#scripts, name);
  }

  /** @returns {Turn} */
  #takeTurn() {
    const turn = { perform: null };
    arrayPush(this.#turns, turn);
    return turn;
  }

  /** @param {Turn} turn @param {() => void} perform */
  #do(turn, perform) {
    turn.perform = perform;
    this.#advance();
  }

  #advance() {
    for (;;) {
      const perform = this.#turns[0]?.perform;
      if (!perform) break;
      arraySplice(this.#turns, 0, 1);
      perform();
    }
    if (this.#turns.length > 0) return;
    const task = this.#afterwards;
    this.#afterwards = () => {};
    task();
  }
}

/**
 * Reads all files of some content scripts.
 * @param {readonly Details[]} list
 * @param {(scripts: ContentScript[]) => void} onRead called at once when there are no files
 * @param {(reason: unknown) => void} onError called once
 */
function readAll(list, onRead, onError) {
  /** @type {ContentScript[]} */
  const scripts = [];
  let missing = 1;
  let hasFailed = false;
  const arrived = () => {
    missing -= 1;
    if (missing === 0 && !hasFailed) onRead(scripts);
  };
  /** @param {unknown} reason */
  const failed = (reason) => {
    if (!hasFailed) onError(reason);
    hasFailed = true;
  };
  /** @param {InjectionItems | null} items @param {string[]} texts */
  const read = (items, texts) => {
    if (!items) return;
    if ("code" in items) {
      texts[0] = items.code;
      return;
    }
    for (let i = 0; i < items.files.length; i++) {
      texts[i] = "";
      missing += 1;
      loadCode(
        { file: items.files[i] },
        (text) => {
          texts[i] = text;
          arrived();
        },
        failed,
      );
    }
  };
  for (let i = 0; i < list.length && !hasFailed; i++) {
    const script = { ...list[i].selection, js: [], css: [] };
    arrayPush(scripts, script);
    read(list[i].js, script.js);
    read(list[i].css, script.css);
  }
  arrived();
}

/** How long all texts in plain data are, in bytes of UTF-8. @param {unknown} data @returns {number} */
function lengthOf(data) {
  if (typeof data === "string") return bytesOf(data);
  if (typeof data !== "object" || data === null) return 0;
  const names = keys(data);
  let length = 0;
  for (let i = 0; i < names.length; i++) length += lengthOf(/** @type {any} */ (data)[names[i]]);
  return length;
}

/** @param {string} text */
function bytesOf(text) {
  if (text.length > 1000) return blobSize(new Blob([text]));
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = stringCharCodeAt(text, i);
    // Each half of a pair counts two.
    if (unit >= 0x80) length += unit >= 0x800 && (unit & 0xf800) !== 0xd800 ? 2 : 1;
  }
  return length;
}
