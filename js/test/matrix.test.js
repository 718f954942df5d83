// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { areParallel, boundsOf, compose, unapply } from "../page/compositor/matrix.js";
import { rect } from "../page/compositor/rect.js";

/** A quarter turn to the right about 100, 100. @type {import("../page/compositor/matrix.js").Matrix} */
const QUARTER = [0, 1, -1, 0, 200, 0];

test("a turned box is as high as it was wide", () => {
  assert.deepEqual(boundsOf(QUARTER, rect(0, 0, 200, 100)), rect(100, 0, 100, 200));
});

test("what was applied can be undone", () => {
  const point = unapply([1.5, 0.5, -0.25, 2, 10, 20], 1.5 * 30 - 0.25 * 40 + 10, 0.5 * 30 + 2 * 40 + 20);
  assert.ok(Math.hypot(point.x - 30, point.y - 40) < 1e-9);
});

test("a box in a turned box is turned with it", () => {
  const twice = compose(QUARTER, [1, 0, 0, 1, 20, 0]);
  assert.deepEqual(boundsOf(twice, rect(0, 0, 180, 100)), rect(100, 20, 100, 180));
});

test("boxes are parallel wherever they lie, but not at another scale", () => {
  assert.ok(areParallel(QUARTER, compose(QUARTER, [1, 0, 0, 1, 5, 7])));
  assert.ok(!areParallel(QUARTER, compose(QUARTER, [2, 0, 0, 2, 0, 0])));
});
