// @ts-check
/**
 * Which parts of a frame lie under the app's own elements. The embedded view is below the app's view
 * in the window, so painting comes right by itself; this is for input: a click on a menu that hangs
 * over a frame belongs to the app.
 *
 * @typedef {import("./rect.js").Rect} Rect
 */

import { arrayPush } from "../primordials.js";
import {
  computedStyle,
  containsDeeply,
  deepElementFromPoint,
  document,
  documentElementOf,
  firstElementChild,
  flatParent,
  fragmentFirstElementChild,
  getBoundingClientRect,
  hasAttribute,
  nextElementSibling,
  queryEach,
  rectHeight,
  rectLeft,
  rectTop,
  rectWidth,
  shadowRootOf,
  styleValue,
} from "./dom.js";
import { covers, intersect, isEmpty, rect } from "./rect.js";

/** More would cost the UI process more than it gains; the first ones found are the outermost. */
const MOST = 64;

/**
 * @param {HTMLElement} element
 * @param {Rect} visible what can be seen of it, in the viewport of its document
 * @returns {Rect[]}
 */
export function findOccluders(element, visible) {
  if (isEmpty(visible)) return [];
  if (isBeyondInput(element)) return [visible];
  /** @type {Rect[]} */
  const found = [];
  visit(documentElementOf(document), element, visible, found);
  return found;
}

/**
 * Whether no click can reach an element wherever it lands: a modal dialog is open, or it is inert.
 * @param {HTMLElement} element
 */
function isBeyondInput(element) {
  if (styleValue(computedStyle(element), "pointer-events") === "none") return true;
  for (let node = /** @type {Element | null} */ (element); node; node = flatParent(node)) {
    if (hasAttribute(node, "inert")) return true;
  }
  let behindModal = false;
  queryEach(document, "dialog:modal", (dialog) => {
    behindModal = !containsDeeply(dialog, element);
  });
  return behindModal;
}

/**
 * @param {Element | null} candidate
 * @param {HTMLElement} frame
 * @param {Rect} visible
 * @param {Rect[]} found
 */
function visit(candidate, frame, visible, found) {
  if (!candidate || candidate === frame || found.length >= MOST) return;
  const r = getBoundingClientRect(candidate);
  const width = rectWidth(r);
  const height = rectHeight(r);
  if (width > 0 && height > 0) {
    const common = intersect(rect(rectLeft(r), rectTop(r), width, height), visible);
    if (!isEmpty(common)) {
      if (isCovered(common, found)) {
        // Its descendants may still stick out of it.
      } else if (!containsDeeply(candidate, frame) && isOnTop(candidate, common)) {
        arrayPush(found, common);
      }
    }
  }
  const root = shadowRootOf(candidate);
  if (root) visitAll(fragmentFirstElementChild(root), frame, visible, found);
  visitAll(firstElementChild(candidate), frame, visible, found);
}

/**
 * @param {Element | null} first
 * @param {HTMLElement} frame
 * @param {Rect} visible
 * @param {Rect[]} found
 */
function visitAll(first, frame, visible, found) {
  for (let child = first; child; child = nextElementSibling(child)) visit(child, frame, visible, found);
}

/** @param {Rect} common @param {Rect[]} found */
function isCovered(common, found) {
  for (let i = 0; i < found.length; i++) if (covers(found[i], common)) return true;
  return false;
}

/**
 * Whether a click into the rectangle would go to an element, judged by its middle and its corners.
 * What has `pointer-events: none` lets clicks through, and is rightly not found.
 * @param {Element} candidate
 * @param {Rect} common
 */
function isOnTop(candidate, { x, y, width, height }) {
  const dx = width > 2 ? 1 : width / 2;
  const dy = height > 2 ? 1 : height / 2;
  return (
    isHit(candidate, x + width / 2, y + height / 2) ||
    isHit(candidate, x + dx, y + dy) ||
    isHit(candidate, x + width - dx, y + dy) ||
    isHit(candidate, x + dx, y + height - dy) ||
    isHit(candidate, x + width - dx, y + height - dy)
  );
}

/** @param {Element} candidate @param {number} x @param {number} y */
function isHit(candidate, x, y) {
  const hit = deepElementFromPoint(x, y);
  return hit !== null && containsDeeply(candidate, hit);
}
