// @ts-check
/**
 * Lists, gone through without the methods and iterators of `Array.prototype`, which a page may replace.
 */

import { arrayPush } from "./primordials.js";

/**
 * @template T, U
 * @param {readonly T[]} list
 * @param {(item: T, index: number) => U} change
 * @returns {U[]}
 */
export function map(list, change) {
  /** @type {U[]} */
  const changed = [];
  for (let i = 0; i < list.length; i++) arrayPush(changed, change(list[i], i));
  return changed;
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {(item: T, index: number) => unknown} counts
 * @returns {T[]}
 */
export function filter(list, counts) {
  /** @type {T[]} */
  const left = [];
  for (let i = 0; i < list.length; i++) if (counts(list[i], i)) arrayPush(left, list[i]);
  return left;
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {(item: T, index: number) => unknown} counts
 * @returns {boolean} whether one of them counts
 */
export function some(list, counts) {
  for (let i = 0; i < list.length; i++) if (counts(list[i], i)) return true;
  return false;
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {(item: T, index: number) => unknown} counts
 * @returns {boolean} whether all of them count
 */
export const every = (list, counts) => !some(list, (item, index) => !counts(item, index));

/** Adds items at the end of a list. @template T @param {T[]} list @param {readonly T[]} items */
export function append(list, items) {
  for (let i = 0; i < items.length; i++) arrayPush(list, items[i]);
}
