// @ts-check
/**
 * What an element's author says of its background, and the boxes in which that is painted.
 *
 * @import { Boxes, Values } from "./background.js"
 * @import { Rect } from "./rect.js"
 */

import { some } from "../lists.js";
import { getterOf, max } from "../primordials.js";
import {
  bodyOf,
  computedStyle,
  defaultViewOf,
  documentElementOf,
  firstElementChild,
  localName,
  nextElementSibling,
  ownerDocument,
  scrollOf,
  styleValue,
  window,
} from "../controlled-frame/dom.js";
import { borderBox, bordersOf, clientBox, paddingsOf, scaleOf, viewportOf } from "./boxes.js";
import { paintsBackground } from "./painting.js";
import { inset, rect, square, tidy, transform } from "./rect.js";
import { snapped, zoomOf } from "./zoom.js";

const scrollX = getterOf(/** @type {any} */ (window), "scrollX");
const scrollY = getterOf(/** @type {any} */ (window), "scrollY");

/** Of `background-…`. */
const PROPERTIES = ["color", "image", "position", "size", "repeat", "origin", "clip", "attachment", "blend-mode"];

/** @param {CSSStyleDeclaration} style @returns {Values} */
export const valuesOf = (style) => (name) => styleValue(style, `background-${name}`);

/** All of that, to tell it from another background. @param {Values} values */
export function textOf(values) {
  let text = "";
  for (let i = 0; i < PROPERTIES.length; i++) text += `${values(PROPERTIES[i])};`;
  return text;
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
  const { x, y } = clientBox(root);
  const size = viewportOf(view);
  const content = scrollOf(root);
  const canvas = rect(
    tidy(-x - scrollX(view)),
    tidy(-y - scrollY(view)),
    max(content.width, size.width),
    max(content.height, size.height),
  );
  const boxes = boxesOf(root);
  const zoom = zoomOf(element) / zoomOf(root);
  /** @param {Rect} box */
  const own = (box) => transform(box, 0, 0, 1 / zoom);
  return {
    anchor: root,
    boxes: { border: own(boxes.border), padding: own(boxes.padding), content: own(boxes.content) },
    canvas: own(canvas),
    zoom,
  };
}

/** @param {Element} element @returns {Boxes} */
function boxesOf(element) {
  const measured = borderBox(element);
  const scale = scaleOf(element, measured);
  // The engine paints boxes on whole device pixels.
  const box = scale === 1 ? snapped(measured) : measured;
  const style = computedStyle(element);
  const borders = bordersOf(style);
  const border = square(rect(-borders[3], -borders[0], tidy(box.width / scale), tidy(box.height / scale)));
  const padding = inset(border, borders);
  return { border, padding, content: inset(padding, paddingsOf(style)) };
}

/**
 * The element whose background the canvas takes.
 * @param {Element} root
 * @param {Element | null} body
 */
export const canvasSource = (root, body) => (!body || paintsBackground(computedStyle(root)) ? root : body);

/** Whether an element's background shows around its content. @param {Element} element */
export const hasPadding = (element) => some(paddingsOf(computedStyle(element)), (length) => length > 0);

/** Whether the engine paints an element's background from the middle of its legend on. @param {Element} element */
export function hasLegend(element) {
  if (localName(element) !== "fieldset") return false;
  let child = firstElementChild(element);
  while (child && localName(child) !== "legend") child = nextElementSibling(child);
  return child !== null;
}
