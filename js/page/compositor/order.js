// @ts-check
/**
 * Which of two boxes is painted over the other (https://drafts.csswg.org/css2/#painting-order). Pure: it knows
 * boxes by how they take part in the order, and nothing of elements.
 *
 * A page is painted as a tree of *stacking contexts*. What is positioned, or a context itself, is painted at
 * its place in the context that it is in, whatever lies between; floats, inline blocks and the items of
 * flexible boxes are painted in one go in their line; the rest in the layers of its context: backgrounds of blocks
 * first, then floats, then text, then outlines.
 *
 * How a box takes part:
 * - `flow`: a block; `inline`: a part of a line, which is not painted in one go;
 * - `float`, `atomic`: painted in one go where it is;
 * - `positioned`: the same, at its place in the context around it;
 * - `context`: a stacking context; `top`: one in the top layer, over everything.
 * @typedef {"flow" | "inline" | "float" | "atomic" | "positioned" | "context" | "top"} Kind
 *
 * @typedef {object} Box
 * @property {Box | null} parent null for the root
 * @property {Kind} kind
 * @property {number} z its `z-index`; 0 for `auto`
 *
 * A place in the order of what is around.
 * @typedef {{ level: number, box: Box }} Step
 */

import { arrayPush } from "../primordials.js";

/** Layers of a context. Those of `z-index` are the whole numbers around them. */
const OWN_BACKGROUND = -1e9;
const BLOCKS = 0.1;
const FLOATS = 0.2;
const LINES = 0.3;
const OUTLINES = 0.35;
const POSITIONED = 0.4;
const TOP_LAYER = 1e9;

/**
 * Where a box is painted, from the outermost context to itself.
 * @param {Box} box
 * @param {boolean} isContent whether its text or picture is meant, not its background
 * @returns {Step[]}
 */
export function placeOf(box, isContent) {
  const { kind, parent } = box;
  const isInLine = isContent || kind === "inline";
  if (kind === "flow" || kind === "inline") return add(inside(parent), isInLine ? LINES : BLOCKS, box);
  return add(inside(box), isContent ? LINES : OWN_BACKGROUND, box);
}

/** Where the outline of a box is painted. @param {Box} box @returns {Step[]} */
export function placeOfOutline(box) {
  const { kind, parent } = box;
  return add(inside(kind === "flow" || kind === "inline" ? parent : box), OUTLINES, box);
}

/**
 * @param {Step[]} one
 * @param {Step[]} two
 * @param {(one: Box, two: Box) => number} treeOrder negative when the first comes first in the tree
 * @returns {number} positive when the first is painted over the second
 */
export function compare(one, two, treeOrder) {
  for (let i = 0; i < one.length && i < two.length; i++) {
    const a = one[i];
    const b = two[i];
    if (a.level !== b.level) return a.level - b.level;
    if (a.box !== b.box) return treeOrder(a.box, b.box);
  }
  return one.length - two.length;
}

/** Where what is in a box is painted. @param {Box | null} box @returns {Step[]} */
function inside(box) {
  if (!box) return [];
  const { kind, parent, z } = box;
  if (kind === "top") return [{ level: TOP_LAYER, box }];
  if (kind === "context" || kind === "positioned") return add(inside(contextOf(parent)), z || POSITIONED, box);
  if (kind === "float") return add(inside(parent), FLOATS, box);
  return kind === "atomic" ? add(inside(parent), LINES, box) : inside(parent);
}

/** The nearest stacking context. @param {Box | null} box */
function contextOf(box) {
  let context = box;
  while (context && context.kind !== "context" && context.kind !== "top") context = context.parent;
  return context;
}

/** @param {Step[]} steps @param {number} level @param {Box} box */
function add(steps, level, box) {
  arrayPush(steps, { level, box });
  return steps;
}
