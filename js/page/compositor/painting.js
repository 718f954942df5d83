// @ts-check
/**
 * What elements and their pseudo-elements paint, and how they take part in the order of painting.
 *
 * @typedef {Box & { element: Element, pseudo: string, isClear: boolean }} ElementBox
 * `isClear`: nothing fades, filters, masks or turns it.
 *
 * What something paints, its descendants aside.
 * @typedef {object} Ink
 * @property {boolean} any
 * @property {boolean} isSolid whether it fills its border box with an opaque colour, up to the corners
 * @property {boolean} isContent whether that is text or a picture alone, without a background
 * @property {Color | null} tint the one colour that it paints evenly, if that is all
 * @property {number} spread how far beyond its border box, in CSS pixels
 *
 * @import { Color } from "./color.js"
 * @import { Box, Kind } from "./order.js"
 * @import { Rect } from "./rect.js"
 */

import { every, some } from "../lists.js";
import {
  Map,
  abs,
  arraySplice,
  getterOf,
  mapGet,
  mapSet,
  max,
  min,
  regExpExec,
  stringIncludes,
  uncurryThis,
} from "../primordials.js";
import {
  clientOf,
  computedStyle,
  document,
  documentElementOf,
  flatParent,
  isHtml,
  isInTopLayer,
  localName,
  rectOf,
  styleValue,
} from "../controlled-frame/dom.js";
import { borderBox, bordersOf, clientBox, insetsOf, scaleOf, viewportOf } from "./boxes.js";
import { hasRoundCorners } from "./clips.js";
import { parseColor } from "./color.js";
import { containsPositioned, hasEffect, hasTransform, makesContext } from "./effects.js";
import { pixels, splitList } from "./length.js";
import { covers, meet, rect } from "./rect.js";
import { matrixOf } from "./transform.js";

/** Further out nothing is looked for. */
export const FURTHEST = 64;

/** Elements that paint more than a background. */
const REPLACED =
  /^(?:img|picture|canvas|video|audio|iframe|object|embed|input|button|select|textarea|progress|meter)$/;

const windowGetComputedStyle = globalThis.getComputedStyle;
const { Document, Node, Range } = globalThis;
const firstChild = getterOf(Node.prototype, "firstChild");
const nextSibling = getterOf(Node.prototype, "nextSibling");
const nodeType = getterOf(Node.prototype, "nodeType");
const nodeValue = getterOf(Node.prototype, "nodeValue");
const comparePosition = uncurryThis(Node.prototype.compareDocumentPosition);
const createRange = uncurryThis(Document.prototype.createRange);
const selectNode = uncurryThis(Range.prototype.selectNode);
const rangeBox = uncurryThis(Range.prototype.getBoundingClientRect ?? (() => undefined));

/** Boxes of elements, for as long as styles do not change. */
export class Boxes {
  /** @type {Map<Element, ElementBox>} */
  #boxes = new Map();

  /** @param {Element} element @returns {ElementBox} */
  of(element) {
    const known = mapGet(this.#boxes, element);
    if (known) return known;
    const style = computedStyle(element);
    const parentElement = flatParent(element);
    const parent = parentElement && this.of(parentElement);
    const inTopLayer = isInTopLayer(element);
    /** @type {ElementBox} */
    const box = {
      element,
      pseudo: "",
      parent,
      ...placeIn(style, parentElement),
      ...(inTopLayer && { kind: /** @type {Kind} */ ("top") }),
      isClear: isClear(element, style) && (inTopLayer || !parent || parent.isClear),
    };
    mapSet(this.#boxes, element, box);
    return box;
  }

  /**
   * @param {Element} element
   * @param {string} pseudo
   * @param {CSSStyleDeclaration} style of the pseudo-element
   * @returns {ElementBox}
   */
  ofPseudo(element, pseudo, style) {
    const parent = this.of(element);
    return { element, pseudo, parent, ...placeIn(style, element), isClear: false };
  }
}

/** The order of boxes in the tree. @param {Box} first @param {Box} second */
export function treeOrder(first, second) {
  const a = /** @type {ElementBox} */ (first);
  const b = /** @type {ElementBox} */ (second);
  if (a.element === b.element) return rank(a) - rank(b);
  const one = pathTo(a.element);
  const two = pathTo(b.element);
  let i = 0;
  while (i < one.length && one[i] === two[i]) i++;
  // One is in the other.
  if (i === one.length) return a.pseudo === "::after" ? 1 : -1;
  if (i === two.length) return b.pseudo === "::after" ? -1 : 1;
  return comparePosition(one[i], two[i]) & 4 ? -1 : 1;
}

/** An element and what it is in, from the outermost. @param {Element} element */
function pathTo(element) {
  /** @type {Element[]} */
  const path = [];
  for (let node = /** @type {Element | null} */ (element); node; node = flatParent(node)) arraySplice(path, 0, 0, node);
  return path;
}

/** @param {ElementBox} box */
const rank = ({ pseudo }) => (pseudo === "::after" ? 2 : pseudo ? 1 : 0);

/**
 * What a box's own style says of its place.
 * @param {CSSStyleDeclaration} style
 * @param {Element | null} parent
 * @returns {Pick<Box, "kind" | "z">}
 */
function placeIn(style, parent) {
  const position = styleValue(style, "position");
  const around = parent ? styleValue(computedStyle(parent), "display") : "";
  const isItem = stringIncludes(around, "flex") || stringIncludes(around, "grid");
  // It counts for what is positioned and for items only. For `auto` it is no number.
  const zIndex = position !== "static" || isItem ? +styleValue(style, "z-index") : NaN;
  const kind = zIndex === zIndex ? "context" : kindOf(style, position, isItem);
  return { kind, z: zIndex || 0 };
}

/** @param {CSSStyleDeclaration} style @param {string} position @param {boolean} isItem @returns {Kind} */
function kindOf(style, position, isItem) {
  const display = styleValue(style, "display");
  const isInline = display === "inline" && !isItem && position !== "absolute" && position !== "fixed";
  const isFloating = styleValue(style, "float") !== "none";
  if (position === "fixed" || position === "sticky") return "context";
  if (makesContext(style, isInline && !isFloating)) return "context";
  if (position !== "static") return "positioned";
  if (isItem) return "atomic";
  if (isFloating) return "float";
  if (isInline) return "inline";
  return stringIncludes(display, "inline-") ? "atomic" : "flow";
}

/** @param {Element} element @param {CSSStyleDeclaration} style */
function isClear(element, style) {
  if (hasEffect(style)) return false;
  if (!hasTransform(style) || !isHtml(element)) return true;
  return !matrixOf(/** @type {HTMLElement} */ (element), borderBox(element));
}

/** @param {Element} element @param {CSSStyleDeclaration} style @returns {Ink} */
export function inkOf(element, style) {
  const isReplaced = !isHtml(element) || regExpExec(REPLACED, localName(element)) !== null;
  const hasBackground = paintsBackground(style);
  const hasBorder = hasBorders(element);
  const hasContent = isReplaced || hasText(element, null) || paintsInside(element);
  const spread = spreadOf(style);
  return {
    any: hasContent || hasBackground || hasBorder || spread > 0,
    isSolid: !isReplaced && isSolid(style, hasBorder),
    isContent: hasContent && !hasBackground && !hasBorder,
    tint: hasContent || hasBorder ? null : tintOf(style),
    spread,
  };
}

/** @param {Element} element */
function hasBorders(element) {
  const { x, y } = clientOf(element);
  return x > 0 || y > 0;
}

/** @param {CSSStyleDeclaration} style @param {boolean} hasBorder */
function isSolid(style, hasBorder) {
  const clip = styleValue(style, "background-clip");
  return (
    parseColor(styleValue(style, "background-color"))[3] === 1 &&
    (clip === "border-box" || (!hasBorder && clip === "padding-box")) &&
    styleValue(style, "background-blend-mode") === "normal" &&
    !hasRoundCorners(style)
  );
}

/** The colour of a background that is nothing else. @param {CSSStyleDeclaration} style @returns {Color | null} */
export function tintOf(style) {
  if (styleValue(style, "background-image") !== "none" || stringIncludes(styleValue(style, "background-clip"), "text"))
    return null;
  return parseColor(styleValue(style, "background-color"));
}

/** How far shadows, outlines and filters reach. @param {CSSStyleDeclaration} style */
function spreadOf(style) {
  let spread = max(shadowSpread(styleValue(style, "box-shadow")), shadowSpread(styleValue(style, "text-shadow")));
  if (styleValue(style, "outline-style") !== "none") {
    const offset = pixels(styleValue(style, "outline-offset"));
    spread = max(spread, pixels(styleValue(style, "outline-width")) + offset);
  }
  const filter = styleValue(style, "filter");
  if (stringIncludes(filter, "blur(") || stringIncludes(filter, "shadow(")) spread = FURTHEST;
  return min(spread, FURTHEST);
}

/** @param {string} value of `box-shadow` or `text-shadow` */
function shadowSpread(value) {
  if (value === "none" || value === "") return 0;
  let spread = 0;
  const shadows = splitList(value, ",");
  for (let i = 0; i < shadows.length; i++) {
    const lengths = regExpExec(/(-?[\d.]+)px (-?[\d.]+)px(?: ([\d.]+)px)?(?: (-?[\d.]+)px)?/, shadows[i]);
    if (!lengths || regExpExec(/inset|rgba\([^)]*, 0\)|transparent/, shadows[i])) continue;
    const reach = max(abs(+lengths[1]), abs(+lengths[2])) + +(lengths[3] ?? 0) + +(lengths[4] ?? 0);
    spread = max(spread, reach);
  }
  return spread;
}

/**
 * Whether an element paints anything but a background in a rectangle.
 * @param {Element} element
 * @param {Rect} within
 */
export function paintsMore(element, within) {
  if (!isHtml(element) || regExpExec(REPLACED, localName(element))) return true;
  if (hasText(element, within) || paintsInside(element)) return true;
  return hasBorders(element) && !covers(clientBox(element), within);
}

/** Whether a pseudo-element that lies in its element has something to see. @param {Element} element */
const paintsInside = (element) =>
  some(PSEUDOS, (name) => {
    const style = pseudoStyle(element, name);
    return style && !isFree(style);
  });

export const PSEUDOS = ["::before", "::after"];

/**
 * The style of a pseudo-element with something to see.
 * @param {Element} element
 * @param {string} name
 * @returns {CSSStyleDeclaration | null}
 */
export function pseudoStyle(element, name) {
  const style = windowGetComputedStyle(element, name);
  const content = styleValue(style, "content");
  if (content === "none" || content === "normal" || content === "") return null;
  if (styleValue(style, "display") === "none" || styleValue(style, "visibility") !== "visible") return null;
  const hasBorder = some(bordersOf(style), (width) => width > 0);
  const seen = content !== '""' || hasBorder || paintsBackground(style) || styleValue(style, "box-shadow") !== "none";
  return seen && styleValue(style, "opacity") !== "0" ? style : null;
}

/** Whether a pseudo-element may lie outside of its element. @param {CSSStyleDeclaration} style */
export function isFree(style) {
  const position = styleValue(style, "position");
  return position === "absolute" || position === "fixed";
}

/**
 * Where such a pseudo-element lies, as far as its style tells.
 * @param {Element} element
 * @param {CSSStyleDeclaration} style
 * @returns {Rect}
 */
export function pseudoBox(element, style) {
  const position = styleValue(style, "position");
  const root = documentElementOf(document);
  let container = /** @type {Element | null} */ (element);
  while (container && !containsPositioned(computedStyle(container), position)) container = flatParent(container);
  const scale = container ? scaleOf(container, borderBox(container)) : 1;
  // Else it is laid out in the viewport, or in what the root element is.
  const isInPage = position !== "fixed" && root !== null;
  const around = container ? clientBox(container) : isInPage ? borderBox(root) : viewportOf();
  /** @param {string} name */
  const length = (name) => pixels(styleValue(style, name)) * scale;
  const isKnown = every(["left", "top", "width", "height"], (name) => regExpExec(/px$/, styleValue(style, name)));
  if (!isKnown) return around;
  const insets = styleValue(style, "box-sizing") === "border-box" ? [0, 0, 0, 0] : insetsOf(style, scale);
  return rect(
    around.x + length("left") + length("margin-left"),
    around.y + length("top") + length("margin-top"),
    length("width") + insets[1] + insets[3],
    length("height") + insets[0] + insets[2],
  );
}

/** @param {CSSStyleDeclaration} style */
export function paintsBackground(style) {
  return (
    styleValue(style, "background-image") !== "none" ||
    parseColor(styleValue(style, "background-color"))[3] > 0
  );
}

/** The style of what is behind an element in the top layer. @param {Element} element */
export const backdropStyle = (element) => windowGetComputedStyle(element, "::backdrop");

/**
 * Whether an element has text of its own.
 * @param {Element} element
 * @param {Rect | null} within only there, if it is said where
 */
function hasText(element, within) {
  for (let node = firstChild(element); node; node = nextSibling(node)) {
    if (nodeType(node) !== 3 || !regExpExec(/\S/, nodeValue(node) ?? "")) continue;
    if (!within) return true;
    const range = createRange(document);
    selectNode(range, node);
    if (meet(within, rectOf(rangeBox(range)))) return true;
  }
  return false;
}
