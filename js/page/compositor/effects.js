// @ts-check
/**
 * What a style makes of its box besides a place: a stacking context, a containing block.
 */

import { some } from "../lists.js";
import { regExpExec } from "../primordials.js";
import { styleValue } from "../controlled-frame/dom.js";

/** Properties that make a stacking context, with the value by which they do not. */
const EFFECTS = [
  ["opacity", "1"],
  ["filter", "none"],
  ["backdrop-filter", "none"],
  ["-webkit-backdrop-filter", "none"],
  ["clip-path", "none"],
  ["mask-image", "none"],
  ["mix-blend-mode", "normal"],
];
/** The same, but not within a line, where they do nothing. */
const TRANSFORMS = [
  ["transform", "none"],
  ["translate", "none"],
  ["scale", "none"],
  ["rotate", "none"],
  ["perspective", "none"],
];
const WILL_CHANGE = /(?:^|, )(?:opacity|filter|backdrop-filter|clip-path|mask|isolation|mix-blend-mode|z-index|position)/;
const WILL_TRANSFORM = /(?:^|, )(?:transform|translate|scale|rotate|perspective|contain)/;

/** Whether something fades, filters or masks a box. @param {CSSStyleDeclaration} style */
export const hasEffect = (style) => hasAny(style, EFFECTS);

/** @param {CSSStyleDeclaration} style */
export const hasTransform = (style) => hasAny(style, TRANSFORMS);

/** Whether what is in a box is painted in one go. @param {CSSStyleDeclaration} style @param {boolean} isInline */
export const makesContext = (style, isInline) =>
  hasEffect(style) ||
  styleValue(style, "isolation") === "isolate" ||
  regExpExec(WILL_CHANGE, styleValue(style, "will-change")) !== null ||
  (!isInline && containsFixed(style));

/**
 * Whether a positioned descendant is laid out in this box
 * (https://drafts.csswg.org/css-transforms/#containing-block-for-all-descendants).
 * @param {CSSStyleDeclaration} style
 * @param {string} position the descendant's
 */
export const containsPositioned = (style, position) =>
  (position === "absolute" && styleValue(style, "position") !== "static") ||
  containsFixed(style) ||
  hasAny(style, [["filter", "none"]]);

/** Whether a box clips what is in it, whatever its overflow. @param {CSSStyleDeclaration} style */
export const containsPaint = (style) => regExpExec(/strict|content|paint/, styleValue(style, "contain")) !== null;

/** @param {CSSStyleDeclaration} style */
const containsFixed = (style) =>
  hasTransform(style) ||
  regExpExec(WILL_TRANSFORM, styleValue(style, "will-change")) !== null ||
  regExpExec(/strict|content|paint|layout/, styleValue(style, "contain")) !== null;

/** @param {CSSStyleDeclaration} style @param {string[][]} properties with their initial values */
const hasAny = (style, properties) =>
  some(properties, (property) => {
    // An engine without a property says nothing.
    const value = styleValue(style, property[0]);
    return value !== "" && value !== property[1];
  });
