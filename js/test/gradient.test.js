// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { colorPieces, piecesOf, readLayers } from "../page/compositor/background.js";
import { parseGradient, pieceOf } from "../page/compositor/gradient.js";
import { splitList } from "../page/compositor/length.js";
import { around, covers, rect } from "../page/compositor/rect.js";

const RED = "rgb(255, 0, 0)";
const BLUE = "rgb(0, 0, 255)";
const SIZE = { width: 200, height: 100 };
const PIECE = rect(50, 20, 30, 40);

/** @param {string} text @param {import("../page/compositor/rect.js").Rect} piece */
function cut(text, piece = PIECE, size = SIZE) {
  const gradient = parseGradient(text);
  return gradient && pieceOf(gradient, size, piece);
}

test("a piece of a vertical gradient begins and ends as far outside of itself as the whole does", () => {
  const expected = `linear-gradient(180deg, ${RED} -20px, ${BLUE} 80px)`;
  assert.equal(cut(`linear-gradient(${RED}, ${BLUE})`), expected);
  assert.equal(cut(`linear-gradient(to bottom, ${RED} 0%, ${BLUE} 100%)`), expected);
  assert.equal(cut(`linear-gradient(0.5turn, ${RED}, ${BLUE})`), expected);
});

test("stops keep their order, their hints and what the engine puts between them", () => {
  assert.equal(
    cut(`repeating-linear-gradient(90deg in oklch, ${RED} 10px 20%, 40%, lab(50 1 2), ${BLUE} calc(50% + 3px))`),
    `repeating-linear-gradient(90deg in oklch, ${RED} -40px -10px, 30px, lab(50 1 2), ${BLUE} 53px)`,
  );
});

test("a point has the same place on the gradient line in the piece as in the whole", () => {
  for (const angle of [0, 30, 45, 90, 135, 200.5, 270, 359, -20]) {
    const text = cut(`linear-gradient(${angle}deg, ${RED} 0px, ${BLUE} 100px)`);
    const parts = /^linear-gradient\(([-\d.]+)deg, rgb\(255, 0, 0\) ([-\d.]+)px,/.exec(text ?? "");
    assert.ok(parts, text ?? "");
    /** @param {number} x @param {number} y @param {number} width @param {number} height */
    const place = (x, y, width, height) => {
      const [sin, cos] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
      const length = Math.abs(width * sin) + Math.abs(height * cos);
      return (x - width / 2) * sin - (y - height / 2) * cos + length / 2;
    };
    const inWhole = place(60, 30, SIZE.width, SIZE.height);
    const inPiece = place(60 - PIECE.x, 30 - PIECE.y, PIECE.width, PIECE.height);
    assert.ok(Math.abs(inPiece - (inWhole + Number(parts[2]))) < 0.001, `${angle}: ${text}`);
  }
});

test("the middle of a gradient into a corner goes through the corners beside it", () => {
  const text = cut(`linear-gradient(to right bottom, ${RED}, ${BLUE})`, rect(0, 0, 200, 100));
  const angle = Math.atan2(100, -200) * (180 / Math.PI);
  assert.ok(text?.startsWith(`linear-gradient(${Math.round(angle * 1e4) / 1e4}deg, `), text ?? "");
});

test("a radial gradient keeps its radii and its centre", () => {
  /** @type {[string, string][]} */
  const cases = [
    ["", "141.4214px 70.7107px at 50px 30px"],
    ["circle closest-side at 30px 40%, ", "circle 30px at -20px 20px"],
    ["circle at 0% 0%, ", "circle 223.6068px at -50px -20px"],
    ["farthest-side at calc(100% - 20px) 50%, ", "180px 50px at 130px 30px"],
    ["40px, ", "circle 40px at 50px 30px"],
    ["10% 20px at 0px 0px, ", "20px 20px at -50px -20px"],
    ["10% calc(5% - 1px) in oklab, ", "20px 4px at 50px 30px in oklab"],
  ];
  for (const [shape, expected] of cases) {
    assert.equal(
      cut(`radial-gradient(${shape}${RED} 10%, ${BLUE})`),
      `radial-gradient(${expected}, ${RED} 10%, ${BLUE})`,
    );
  }
});

test("a conic gradient keeps its angles and its centre", () => {
  assert.equal(
    cut(`repeating-conic-gradient(from 30deg at 10% 20px in hsl longer hue, ${RED} 10deg, ${BLUE} 40% 50%)`),
    `repeating-conic-gradient(from 30deg at -30px 0px in hsl longer hue, ${RED} 10deg, ${BLUE} 40% 50%)`,
  );
});

test("what is not understood is not cut", () => {
  for (const text of [
    "none",
    'url("a.png")',
    `-webkit-linear-gradient(top, ${RED}, ${BLUE})`,
    `linear-gradient(to nowhere, ${RED}, ${BLUE})`,
    `linear-gradient(${RED} calc(1px * 2), ${BLUE})`,
    `radial-gradient(circle closest-side at 0px 0px, ${RED}, ${BLUE})`,
    `linear-gradient(${`${RED}, `.repeat(500)}${BLUE})`,
    "linear-gradient(",
    "linear-gradient()",
  ]) {
    assert.equal(cut(text), null, text);
  }
});

test("lists are split between parentheses", () => {
  assert.deepEqual(splitList("a(b, c(d, e)), f,g", ","), ["a(b, c(d, e))", "f", "g"]);
});

const box = rect(0, 0, 200, 100);
const BOXES = { border: rect(-5, -5, 210, 110), padding: box, content: rect(10, 10, 180, 80) };
const PLAIN = {
  image: `linear-gradient(${RED}, ${BLUE})`,
  position: "0% 0%",
  size: "auto",
  repeat: "repeat",
  origin: "padding-box",
  clip: "padding-box",
  attachment: "scroll",
  "blend-mode": "normal",
};

/** @param {Record<string, string>} values @param {import("../page/compositor/rect.js").Rect | null} [canvas] */
const read = (values, canvas = null) => readLayers((name) => values[name], BOXES, canvas);

test("a gradient fills the box that it is positioned in, and is repeated around it", () => {
  assert.deepEqual(read(PLAIN)?.[0].tiles, [box]);
  const around = read({ ...PLAIN, clip: "border-box" })?.[0];
  assert.deepEqual(around?.area, BOXES.border);
  assert.equal(around?.tiles.length, 9);
  const canvas = read(PLAIN, rect(0, 0, 200, 250))?.[0];
  assert.deepEqual(canvas?.tiles, [box, rect(0, 100, 200, 100), rect(0, 200, 200, 100)]);
});

test("a gradient with a size and a place has one tile there", () => {
  const values = { ...PLAIN, size: "50% 20px", position: "calc(100% - 10px) 50%", repeat: "no-repeat" };
  assert.deepEqual(read(values)?.[0].tiles, [rect(90, 40, 100, 20)]);
});

test("layers that are fixed, blended, pictures or patterns are not cut", () => {
  for (const change of [
    { attachment: "fixed" },
    { "blend-mode": "multiply" },
    { image: `${PLAIN.image}, url("a.png")` },
    { size: "4px 4px" },
    { repeat: "space" },
  ]) {
    assert.equal(read({ ...PLAIN, ...change }), null);
  }
});

const HOLE = rect(50, 20, 30, 40);

test("pieces cover what is around a hole once, with the topmost layer first", () => {
  const layers = read({ ...PLAIN, image: `none, ${PLAIN.image}` }) ?? [];
  const pieces = piecesOf(layers, around(box, [HOLE])) ?? [];
  assert.deepEqual(
    pieces.map(({ x, y, width, height }) => [x, y, width, height]),
    [
      [0, 0, 200, 20],
      [0, 20, 50, 40],
      [80, 20, 120, 40],
      [0, 60, 200, 40],
    ],
  );
  assert.equal(pieces[3].image, `linear-gradient(180deg, ${RED} -60px, ${BLUE} 40px)`);
});

test("pieces of an opaque colour overlap, but not into a hole", () => {
  const parts = around(box, [HOLE]);
  assert.equal(colorPieces(RED, false, box, parts, [HOLE])[1].height, 40);
  const [top, left] = colorPieces(RED, true, box, parts, [HOLE]);
  assert.ok(covers(left, rect(0, 19, 50, 42)));
  assert.equal(top.height, 20);
});
