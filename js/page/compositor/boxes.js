// @ts-check
/**
 * What an element says of its background, and the boxes in which that is painted.
 *
 * @typedef {import("./background.js").Boxes} Boxes
 * @typedef {import("./background.js").Values} Values
 * @typedef {import("./rect.js").Rect} Rect
 */

import { getterOf, max } from "../primordials.js";
import { parseColor } from "./color.js";
import {
  bodyOf,
  clientLeft,
  clientTop,
  computedStyle,
  defaultViewOf,
  documentElementOf,
  firstElementChild,
  localName,
  nextElementSibling,
  ownerDocument,
  scrollHeight,
  scrollWidth,
  styleValue,
  window,
  windowHeight,
  windowWidth,
} from "../controlled-frame/dom.js";
import { borderBox, scaleOf } from "./geometry.js";
import { parseLength } from "./gradient.js";
import { rect, tidy, transform } from "./rect.js";
import { snap } from "./screen.js";
import { zoomOf } from "./zoom.js";

const scrollX = getterOf(/** @type {any} */ (window), "scrollX");
const scrollY = getterOf(/** @type {any} */ (window), "scrollY");

/** @param {CSSStyleDeclaration} style @returns {import("./background.js").Values} */
export function valuesOf(style) {
  /** @param {string} name */
  const value = (name) => styleValue(style, `background-${name}`);
  return {
    image: value("image"),
    position: value("position"),
    size: value("size"),
    repeat: value("repeat"),
    origin: value("origin"),
    clip: value("clip"),
    attachment: value("attachment"),
    blend: value("blend-mode"),
  };
}

/**
 * Where the background of an element is painted.
 * @param {Element} element
 * @returns {{ anchor: Element, boxes: Boxes, canvas: Rect | null, zoom: number }} the element in whose padding
 *   box it is positioned; that element's boxes, and the canvas of its document if it is the canvas's
 *   background, in its own pixels; and how much larger these are than the anchor's
 */
export function placeOf(element) {
  const owner = ownerDocument(element);
  const root = documentElementOf(owner);
  if (!root || canvasSource(root, bodyOf(owner)) !== element) {
    return { anchor: element, boxes: boxesOf(element), canvas: null, zoom: 1 };
  }
  // The canvas is larger than its elements, and its background is positioned in the root element.
  const view = /** @type {Window} */ (defaultViewOf(owner));
  const { x, y } = borderBox(root);
  const width = max(scrollWidth(root), windowWidth(view));
  const height = max(scrollHeight(root), windowHeight(view));
  const left = x + scrollX(view) + clientLeft(root);
  const top = y + scrollY(view) + clientTop(root);
  const { border, padding, content } = boxesOf(root);
  const zoom = zoomOf(element) / zoomOf(root);
  /** @param {Rect} box */
  const own = (box) => transform(box, 0, 0, 1 / zoom);
  return {
    anchor: root,
    boxes: { border: own(border), padding: own(padding), content: own(content) },
    canvas: own(rect(tidy(-left), tidy(-top), width, height)),
    zoom,
  };
}

/** @param {Element} element @returns {Boxes} */
function boxesOf(element) {
  const measured = borderBox(element);
  const scale = scaleOf(element, measured) || 1;
  // The engine paints boxes on whole device pixels.
  const box = scale === 1 ? snapped(measured) : measured;
  const style = computedStyle(element);
  /** @param {string} name */
  const length = (name) => parseLength(styleValue(style, name))?.pixels ?? 0;
  const left = length("border-left-width");
  const top = length("border-top-width");
  const border = rect(-left, -top, tidy(box.width / scale), tidy(box.height / scale));
  const padding = rect(
    0,
    0,
    border.width - left - length("border-right-width"),
    border.height - top - length("border-bottom-width"),
  );
  const paddingLeft = length("padding-left");
  const paddingTop = length("padding-top");
  const content = rect(
    paddingLeft,
    paddingTop,
    padding.width - paddingLeft - length("padding-right"),
    padding.height - paddingTop - length("padding-bottom"),
  );
  return { border, padding, content };
}

/**
 * The element whose background the canvas takes.
 * @param {Element} root
 * @param {Element | null} body
 */
export function canvasSource(root, body) {
  const style = computedStyle(root);
  const own =
    parseColor(styleValue(style, "background-color"))[3] > 0 ||
    styleValue(style, "background-image") !== "none";
  return own || !body ? root : body;
}

/** Whether an element's background shows around its content. @param {Element} element */
export function hasPadding(element) {
  const style = computedStyle(element);
  for (let i = 0; i < 4; i++) if (styleValue(style, PADDINGS[i]) !== "0px") return true;
  return false;
}

const PADDINGS = ["padding-top", "padding-right", "padding-bottom", "padding-left"];

/** Whether the engine paints an element's background from the middle of its legend on. @param {Element} element */
export function hasLegend(element) {
  if (localName(element) !== "fieldset") return false;
  let child = firstElementChild(element);
  while (child && localName(child) !== "legend") child = nextElementSibling(child);
  return child !== null;
}

/** A rectangle with its edges on whole device pixels. @param {Rect} r */
export const snapped = ({ x, y, width, height }) =>
  rect(snap(x), snap(y), snap(x + width) - snap(x), snap(y + height) - snap(y));
