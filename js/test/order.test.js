// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, placeOf, placeOfOutline } from "../page/compositor/order.js";

/** @typedef {import("../page/compositor/order.js").Kind} Kind */
/** @typedef {{ name: string, kind: Kind, z?: number, in?: Tree[] }} Tree */

/** @param {any} box @param {string} name */
const placeIn = (box, name) => (name.endsWith("|") ? placeOfOutline(box) : placeOf(box, name.endsWith("!")));

/**
 * What of a page is painted over what, the lowest first. Of each box its background is meant; of a box whose name
 * ends with `!`, its text; with `|`, its outline.
 * @param {Tree[]} tree
 */
function painted(tree) {
  /** @type {{ name: string, box: any, place: any }[]} */
  const boxes = [];
  /** @param {Tree[]} nodes @param {any} parent */
  const add = (nodes, parent) => {
    for (const node of nodes) {
      const box = { parent, kind: node.kind, z: node.z ?? 0, order: boxes.length };
      boxes.push({ name: node.name, box, place: placeIn(box, node.name) });
      add(node.in ?? [], box);
    }
  };
  add(tree, { parent: null, kind: "flow", z: 0, order: -1 });
  const treeOrder = (/** @type {any} */ a, /** @type {any} */ b) => a.order - b.order;
  boxes.sort((a, b) => compare(a.place, b.place, treeOrder));
  return boxes.map(({ name }) => name).join(" ");
}

/** @param {string} name @param {Kind} kind @param {Tree[]} [children] @param {number} [z] @returns {Tree} */
const box = (name, kind, children, z) => ({ name, kind, in: children, z });

test("blocks lie below floats, floats below text, text below what is positioned", () => {
  const page = [box("bar", "positioned"), box("text!", "flow"), box("float", "float"), box("block", "flow")];
  assert.equal(painted(page), "block float text! bar");
});

test("outlines lie over all but what is positioned, those of a context in the context", () => {
  const page = [
    box("ring|", "flow", [box("frame!", "atomic"), box("bar", "positioned")]),
    box("card|", "context", [box("text!", "flow")], 1),
  ];
  assert.equal(painted(page), "frame! ring| bar text! card|");
});

test("a z-index counts within its context only", () => {
  const page = [
    box("low", "context", [box("inner", "context", [], 1000)], 1),
    box("high", "context", [], 2),
    box("under", "context", [], -1),
    box("block", "flow"),
  ];
  assert.equal(painted(page), "under block low inner high");
});

test("what is positioned takes its place in the context around it, out of floats and of what is positioned", () => {
  const page = [
    box("float", "float", [box("menu", "positioned")]),
    box("card", "positioned", [box("badge", "context", [], 3), box("label!", "flow")]),
    box("bar", "positioned"),
  ];
  assert.equal(painted(page), "float menu card label! bar badge");
});

test("a frame in a line lies over the blocks before and after it, and below later parts of its line", () => {
  const page = [box("before", "flow"), box("frame!", "atomic"), box("after", "flow"), box("button", "atomic")];
  assert.equal(painted(page), "before after frame! button");
});

test("the top layer lies over everything, whatever it is in", () => {
  const page = [box("hidden", "context", [box("dialog", "top", [box("frame!", "flow")])], -5), box("bar", "context", [], 9)];
  assert.equal(painted(page), "hidden bar dialog frame!");
});
