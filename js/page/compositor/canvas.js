// @ts-check
/**
 * The canvas of a page without backgrounds, which the engine paints in the page's colour scheme.
 */

import { arrayPush, getterOf, uncurryThis } from "../primordials.js";
import { computedStyle, document, documentElementOf, styleValue } from "../controlled-frame/dom.js";

const { CSSStyleSheet, Document } = globalThis;
const adoptedStyleSheets = getterOf(Document.prototype, "adoptedStyleSheets");
const replaceSync = uncurryThis(CSSStyleSheet.prototype.replaceSync);

/**
 * Has the engine choose the colour of the canvas again, which it does only when the scheme changes. So it does, and
 * back, within this task.
 */
export function renewCanvas() {
  const root = documentElementOf(document);
  // Without one the engine has not chosen yet.
  if (!root) return;
  const sheet = new CSSStyleSheet();
  replaceSync(sheet, ":root { color-scheme: light !important }");
  const sheets = adoptedStyleSheets(document);
  arrayPush(sheets, sheet);
  styleValue(computedStyle(root), "color-scheme");
  // The engine notices this, and does not notice that a sheet goes.
  replaceSync(sheet, "");
  styleValue(computedStyle(root), "color-scheme");
  sheets.length--;
}
