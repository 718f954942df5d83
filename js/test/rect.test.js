// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  around,
  covers,
  intersect,
  intersectRounded,
  isEmpty,
  rect,
  transform,
} from "../page/compositor/rect.js";

test("the common part of rectangles that do not meet is empty", () => {
  assert.ok(isEmpty(intersect(rect(0, 0, 10, 10), rect(20, 0, 5, 5))));
  assert.ok(isEmpty(intersect(rect(0, 0, 10, 10), rect(10, 0, 5, 5))));
  assert.deepEqual(intersect(rect(0, 0, 10, 10), rect(5, -5, 10, 10)), rect(5, 0, 5, 5));
});

test("a hole in the middle leaves what is above, beside and below it", () => {
  const left = [rect(0, 0, 100, 20), rect(0, 20, 10, 40), rect(40, 20, 60, 40), rect(0, 60, 100, 20)];
  assert.deepEqual(around(rect(0, 0, 100, 80), [rect(10, 20, 30, 40)]), left);
});

test("a hole over everything leaves nothing, one outside leaves all", () => {
  assert.deepEqual(around(rect(0, 0, 10, 10), [rect(-5, -5, 50, 50)]), []);
  assert.deepEqual(around(rect(0, 0, 10, 10), [rect(10, 0, 5, 5)]), [rect(0, 0, 10, 10)]);
});

test("pieces around overlapping holes neither overlap nor miss anything", () => {
  const whole = rect(-2, -3, 60, 60);
  const holes = [rect(5, 5, 20, 20), rect(15, 15, 20, 20), rect(50, 0, 5, 60), rect(0, 10, 40, 3)];
  const pieces = around(whole, holes);
  for (let x = -1.5; x < 58; x++) {
    for (let y = -2.5; y < 57; y++) {
      const point = rect(x, y, 0.1, 0.1);
      const inHole = holes.some((hole) => covers(hole, point));
      assert.equal(pieces.filter((piece) => covers(piece, point)).length, inHole ? 0 : 1);
    }
  }
});

test("corners keep the radius of the rectangle that rounds them", () => {
  const outer = { ...rect(0, 0, 100, 100), radii: /** @type {any} */ ([20, 20, 20, 20]) };
  const inner = { ...rect(0, 50, 200, 100), radii: /** @type {any} */ ([0, 0, 0, 0]) };
  const { radii, ...common } = intersectRounded([outer, inner]);
  assert.deepEqual(common, rect(0, 50, 100, 50));
  assert.deepEqual(radii, [0, 0, 20, 20]);
});

test("a corner in a rounded-off part is as round as what is missing there", () => {
  const rounded = { ...rect(0, 0, 100, 100), radii: /** @type {any} */ ([30, 0, 0, 0]) };
  /** @param {number} x @param {number} y */
  const radiusAt = (x, y) =>
    intersectRounded([rounded, { ...rect(x, y, 50, 50), radii: /** @type {any} */ ([0, 0, 0, 0]) }]).radii[0];
  assert.equal(radiusAt(0, 0), 30);
  assert.equal(radiusAt(0, 30), 0, "below it");
  assert.equal(radiusAt(10, 10), 0, "inside of the circle");
  // 6 of the upper edge and 18 of the left one.
  assert.equal(Math.round(radiusAt(0, 12) ** 2), 6 * 18);
});

test("a child document is moved and scaled into its parent", () => {
  assert.deepEqual(transform(rect(10, 20, 30, 40), 100, 200, 2), rect(120, 240, 60, 80));
});

