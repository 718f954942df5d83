// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  START,
  hasHole,
  isAbove,
  isSettled,
  next,
  occludersOf,
  overlaysOf,
  tintsOf,
} from "../page/compositor/plan.js";
import { rect, square } from "../page/compositor/rect.js";

/** @typedef {import("../page/compositor/plan.js").Cover} Cover */
/** @typedef {import("../page/compositor/plan.js").Scene} Scene */
/** @typedef {import("../page/compositor/plan.js").State} State */

const VISIBLE = square(rect(100, 100, 400, 300));

/** @param {Partial<Cover>} [cover] @returns {Cover} */
const cover = (cover) => ({
  box: square(rect(0, 50, 1000, 100)),
  part: "",
  paints: true,
  isSolid: true,
  tint: null,
  takesPointer: true,
  ...cover,
});

/** @param {Cover[]} covers @param {Partial<Scene>} [rest] @returns {Scene} */
const scene = (covers, rest) => ({
  visible: VISIBLE,
  covers,
  fades: false,
  isJoined: false,
  canLieBeneath: true,
  isBeyondInput: false,
  ...rest,
});

/** Every layout is on the screen before it is told. */
const AT_ONCE = { told: 0, applied: 1 };

const BAR = cover();
const SHADOW = cover({ isSolid: false });

/**
 * The places that a frame goes through, without repetitions, until it stays.
 * @param {Readonly<State>} state
 * @param {Scene} seen
 */
function journey(state, seen) {
  /** @type {string[]} */
  const places = [];
  for (let i = 0; i < 100; i++) {
    const following = next(state, seen, AT_ONCE);
    if (following.place !== state.place) places.push(following.place);
    state = following;
  }
  assert.ok(isSettled(state));
  return { places, state };
}

test("a frame that nothing shows over lies above a page without a hole", () => {
  for (const covers of [[], [BAR], [cover({ paints: false, isSolid: false })]]) {
    const { places, state } = journey(START, scene(covers));
    assert.deepEqual(places, []);
    assert.ok(isAbove(state) && !hasHole(state));
  }
});

test("on the way beneath there is a hole before the view leaves, and on the way back until it is there", () => {
  const { places, state } = journey(START, scene([SHADOW]));
  assert.deepEqual(places, ["opening", "beneath"]);
  assert.deepEqual(journey(state, scene([BAR])).places, ["closing", "above"]);
  for (const place of /** @type {const} */ (["opening", "beneath", "closing"])) {
    assert.ok(hasHole({ ...START, place }));
    assert.equal(isAbove({ ...START, place }), place !== "beneath");
  }
});

test("on the way back the hole stays until the view is seen above it", () => {
  let state = journey(START, scene([SHADOW])).state;
  const progress = { told: 7, applied: 7 };
  for (let i = 0; i < 100; i++) state = next(state, scene([]), progress);
  assert.deepEqual(state, { place: "closing", frames: 0, layout: 8 });
  assert.equal(next(state, scene([]), { told: 9, applied: 8 }), START);
});

test("a hole is kept for the next menu", () => {
  let state = journey(START, scene([SHADOW])).state;
  for (let i = 0; i < 10; i++) state = next(state, scene([]), AT_ONCE);
  assert.equal(state.place, "beneath");
  state = next(state, scene([SHADOW]), AT_ONCE);
  assert.ok(isSettled(state));
  const closing = /** @type {const} */ ({ place: "closing", frames: 0, layout: 9 });
  assert.equal(next(closing, scene([SHADOW]), AT_ONCE).place, "beneath", "the hole is still there");
});

test("what fades lies beneath, and what goes with another frame", () => {
  assert.deepEqual(journey(START, scene([], { isJoined: true })).places, ["opening", "beneath"]);
  assert.deepEqual(journey(START, scene([], { fades: true })).places, ["opening", "beneath"]);
});

test("where the page can have no hole a frame stays above, and comes back at once", () => {
  const blocked = scene([SHADOW], { canLieBeneath: false });
  assert.deepEqual(journey(START, blocked).places, []);
  assert.equal(next({ ...START, place: "beneath" }, blocked, AT_ONCE).place, "above");
});

test("a bar is painted again over a view above the page, within the frame", () => {
  const expected = [square(rect(100, 100, 400, 50))];
  assert.deepEqual(overlaysOf(scene([BAR]), START), expected);
  assert.deepEqual(overlaysOf(scene([BAR]), { ...START, place: "beneath" }), []);
});

test("what something shows through waits for the hole, and is painted again where there will be none", () => {
  assert.deepEqual(overlaysOf(scene([SHADOW]), { ...START, place: "opening" }), []);
  assert.equal(overlaysOf(scene([SHADOW], { canLieBeneath: false }), START).length, 1);
});

test("the backdrop of a dialog tints a frame that stays above, and no hole is made for it", () => {
  const backdrop = cover({ box: VISIBLE, isSolid: false, part: "::backdrop", tint: [0, 0, 0, 0.1] });
  assert.deepEqual(journey(START, scene([backdrop])).places, []);
  assert.deepEqual(overlaysOf(scene([backdrop]), START), []);
  assert.deepEqual(tintsOf(scene([backdrop]), START), [{ clip: VISIBLE, color: [0, 0, 0, 0.1] }]);
  assert.deepEqual(tintsOf(scene([backdrop, SHADOW]), { ...START, place: "beneath" }), [], "the page has it");
});

test("the pointer is the app's over what takes it", () => {
  const covers = [BAR, cover({ takesPointer: false, box: VISIBLE })];
  assert.deepEqual(occludersOf(scene(covers)), [rect(100, 100, 400, 50)]);
  assert.deepEqual(occludersOf(scene([], { isBeyondInput: true })), [VISIBLE]);
});
