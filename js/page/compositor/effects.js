// @ts-check
/**
 * What a style makes of its box besides a place: a stacking context, a containing block.
 */

import { some } from "../lists.js";
import { regExpExec } from "../primordials.js";
import { styleValue } from "../controlled-frame/dom.js";

/** Properties that make a stacking context, as `opacity` does. */
const EFFECTS = ["filter", "backdrop-filter", "-webkit-backdrop-filter", "clip-path", "mask-image", "mix-blend-mode"];
/** The same, but not within a line, where they do nothing. */
const TRANSFORMS = ["transform", "translate", "scale", "rotate", "perspective"];
/** What they are when they do not. An engine without a property says nothing. */
const INITIAL = /^(?:none|normal|)$/;
const WILL_CHANGE = /(?:^|, )(?:opacity|filter|backdrop-filter|clip-path|mask|isolation|mix-blend-mode|z-index|position)/;
const WILL_TRANSFORM = /(?:^|, )(?:transform|translate|scale|rotate|perspective|contain)/;

/** Whether something fades, filters or masks a box. @param {CSSStyleDeclaration} style */
export const hasEffect = (style) => styleValue(style, "opacity") !== "1" || hasAny(style, EFFECTS);

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
  hasAny(style, ["filter"]);

/** Whether a box clips what is in it, whatever its overflow. @param {CSSStyleDeclaration} style */
export const containsPaint = (style) => regExpExec(/strict|content|paint/, styleValue(style, "contain")) !== null;

/** @param {CSSStyleDeclaration} style */
const containsFixed = (style) =>
  hasTransform(style) ||
  regExpExec(WILL_TRANSFORM, styleValue(style, "will-change")) !== null ||
  regExpExec(/strict|content|paint|layout/, styleValue(style, "contain")) !== null;

/** @param {CSSStyleDeclaration} style @param {string[]} properties */
const hasAny = (style, properties) =>
  some(properties, (property) => regExpExec(INITIAL, styleValue(style, property)) === null);
