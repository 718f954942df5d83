// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { decide } from "../page/display-mode.js";

test("conditions about the mode are decided, and everything else is left to the engine", () => {
  const yes = "(min-width: 0px)";
  const no = "(max-width: -1px)";
  for (const [query, expected] of [
    ["(display-mode: standalone)", yes],
    ["( display-mode:standalone )", yes],
    ["(display-mode: browser)", no],
    ["not (display-mode: browser)", `not ${no}`],
    [
      "(display-mode: minimal-ui) and (min-width: 9px), (DISPLAY-MODE: standalone)",
      `${no} and (min-width: 9px), ${yes}`,
    ],
    ["(display-mode)", "(display-mode)"],
    ["", ""],
  ]) {
    assert.equal(decide(query, "standalone"), expected, query);
  }
  assert.equal(decide("(display-mode: minimal-ui)", "minimal-ui"), yes);
});
