// @ts-check
/**
 * The members of the DOM that Controlled Frame uses, as they were before any page script ran (see
 * ../primordials.js), and the few questions about trees that are asked everywhere.
 */

import { WeakMap, getterOf, uncurryThis, weakMapGet, weakMapSet } from "../primordials.js";

/** The window of this document. */
export const window = globalThis.window;
/** The document in which this bundle runs. */
export const document = globalThis.document;

const { Document, Element, HTMLElement, Node, ShadowRoot } = globalThis;
export { HTMLElement };
export const HTMLUnknownElement = globalThis.HTMLUnknownElement;

const nodeType = getterOf(Node.prototype, "nodeType");
export const parentNode = getterOf(Node.prototype, "parentNode");
export const isConnected = getterOf(Node.prototype, "isConnected");
const rootNode = uncurryThis(Node.prototype.getRootNode);
export const ownerDocument = /** @type {(node: Node) => Document} */ (
  getterOf(Node.prototype, "ownerDocument")
);
export const baseUri = getterOf(Node.prototype, "baseURI");
export const localName = getterOf(Element.prototype, "localName");
export const namespaceUri = getterOf(Element.prototype, "namespaceURI");
/** @param {Element} element */
export const isHtml = (element) => namespaceUri(element) === "http://www.w3.org/1999/xhtml";
export const getAttribute = uncurryThis(Element.prototype.getAttribute);
export const setAttribute = uncurryThis(Element.prototype.setAttribute);
export const removeAttribute = uncurryThis(Element.prototype.removeAttribute);
export const hasAttribute = uncurryThis(Element.prototype.hasAttribute);
export const matches = uncurryThis(Element.prototype.matches);
const openShadowRootOf = getterOf(Element.prototype, "shadowRoot");
export const attachShadow = uncurryThis(Element.prototype.attachShadow);
const openAssignedSlot = getterOf(Element.prototype, "assignedSlot");
export const firstElementChild = getterOf(Element.prototype, "firstElementChild");
export const fragmentFirstElementChild = getterOf(globalThis.DocumentFragment.prototype, "firstElementChild");
export const nextElementSibling = getterOf(Element.prototype, "nextElementSibling");
export const getBoundingClientRect = uncurryThis(Element.prototype.getBoundingClientRect);
const clientLeft = getterOf(Element.prototype, "clientLeft");
const clientTop = getterOf(Element.prototype, "clientTop");
const clientWidth = getterOf(Element.prototype, "clientWidth");
const clientHeight = getterOf(Element.prototype, "clientHeight");
const scrollWidth = getterOf(Element.prototype, "scrollWidth");
const scrollHeight = getterOf(Element.prototype, "scrollHeight");
const offsetWidth = getterOf(HTMLElement.prototype, "offsetWidth");
const offsetHeight = getterOf(HTMLElement.prototype, "offsetHeight");
/** The padding box of an element without its scrollbars, from the corner of its border box. @param {Element} element */
export const clientOf = (element) => ({
  x: clientLeft(element),
  y: clientTop(element),
  width: clientWidth(element),
  height: clientHeight(element),
});
/** The size of what scrolls in an element. @param {Element} element */
export const scrollOf = (element) => ({ width: scrollWidth(element), height: scrollHeight(element) });
/** The size of a border box before transforms, in whole pixels. Only HTML elements have one. @param {Element} element */
export function offsetOf(element) {
  const html = /** @type {HTMLElement} */ (element);
  return isHtml(element) ? { width: offsetWidth(html), height: offsetHeight(html) } : { width: 0, height: 0 };
}
const styleOf = getterOf(HTMLElement.prototype, "style");
const setProperty = uncurryThis(globalThis.CSSStyleDeclaration.prototype.setProperty);
/** @param {HTMLElement} element @param {string} name @param {string} value */
export const setStyle = (element, name, value) => setProperty(styleOf(element), name, value);
export const tabIndexOf = getterOf(HTMLElement.prototype, "tabIndex");
export const focusElement = uncurryThis(HTMLElement.prototype.focus);
export const blurElement = uncurryThis(HTMLElement.prototype.blur);
export const getOnClick = getterOf(HTMLElement.prototype, "onclick");
export const hostOf = getterOf(ShadowRoot.prototype, "host");
export const createElement = uncurryThis(Document.prototype.createElement);
export const documentElementOf = getterOf(Document.prototype, "documentElement");
export const bodyOf = getterOf(Document.prototype, "body");
export const readyStateOf = getterOf(Document.prototype, "readyState");
export const scrollingElementOf = getterOf(Document.prototype, "scrollingElement");
const documentActiveElement = getterOf(Document.prototype, "activeElement");
const rootActiveElement = getterOf(ShadowRoot.prototype, "activeElement");
const documentQueryAll = uncurryThis(Document.prototype.querySelectorAll);
const elementQueryAll = uncurryThis(Element.prototype.querySelectorAll);
const fragmentQueryAll = uncurryThis(globalThis.DocumentFragment.prototype.querySelectorAll);
const rectLeft = getterOf(globalThis.DOMRectReadOnly.prototype, "left");
const rectTop = getterOf(globalThis.DOMRectReadOnly.prototype, "top");
const rectWidth = getterOf(globalThis.DOMRectReadOnly.prototype, "width");
const rectHeight = getterOf(globalThis.DOMRectReadOnly.prototype, "height");
/** @param {DOMRectReadOnly} r */
export const rectOf = (r) => ({ x: rectLeft(r), y: rectTop(r), width: rectWidth(r), height: rectHeight(r) });

/**
 * Where a point of an element's border box lies in the page, transforms included; null in an engine that
 * cannot tell.
 * @type {((element: Element, x: number, y: number) => { x: number, y: number }) | null}
 */
export const convertPointToPage = pointConverter(/** @type {any} */ (globalThis));

/** @param {any} global */
function pointConverter({ WebKitPoint, webkitConvertPointFromNodeToPage: convert }) {
  if (!WebKitPoint || !convert) return null;
  const pointX = getterOf(WebKitPoint.prototype, "x");
  const pointY = getterOf(WebKitPoint.prototype, "y");
  /** @param {Element} element @param {number} x @param {number} y */
  return (element, x, y) => {
    const point = convert(element, new WebKitPoint(x, y));
    return { x: pointX(point), y: pointY(point) };
  };
}

/** @type {(document: Document, x: number, y: number) => Element[]} */
export const elementsFromPoint = uncurryThis(Document.prototype.elementsFromPoint);
/** @type {(root: ShadowRoot, x: number, y: number) => Element[]} */
const shadowElementsFromPoint = uncurryThis(
  /** @type {any} */ (ShadowRoot.prototype).elementsFromPoint ?? Document.prototype.elementsFromPoint,
);

const windowGetComputedStyle = globalThis.getComputedStyle;
const getPropertyValue = uncurryThis(globalThis.CSSStyleDeclaration.prototype.getPropertyValue);
/** @param {Element} element */
export const computedStyle = (element) => windowGetComputedStyle(element);
/** A property of a computed style. @param {CSSStyleDeclaration} style @param {string} name */
export const styleValue = (style, name) => getPropertyValue(style, name);

const computedStyleMap = uncurryThis(Element.prototype.computedStyleMap);
const styleMapGet = uncurryThis(globalThis.StylePropertyMapReadOnly.prototype.get);
const cssText = uncurryThis(globalThis.CSSStyleValue.prototype.toString);
/**
 * A property as it is computed, before layout: `auto` is still `auto`.
 * @param {Element} element
 * @param {string} name
 */
export function computedValue(element, name) {
  const value = styleMapGet(computedStyleMap(element), name);
  return value ? cssText(value) : "";
}

const windowRequestAnimationFrame = globalThis.requestAnimationFrame;
/** @param {() => void} callback */
export const requestAnimationFrame = (callback) => windowRequestAnimationFrame(callback);

/** @type {(view: Window) => Element | null} */
const windowFrameElement = getterOf(/** @type {any} */ (window), "frameElement");
/**
 * The element that shows a window, when both have the same origin.
 * @param {Window} view
 */
export function frameElementOf(view) {
  try {
    return windowFrameElement(view);
  } catch {
    return null;
  }
}
/** The window around another one, when both have the same origin. @param {Window} view */
export function viewAround(view) {
  const container = frameElementOf(view);
  return container && defaultViewOf(ownerDocument(container));
}
export const defaultViewOf = /** @type {(document: Document) => (Window & typeof globalThis) | null} */ (
  getterOf(Document.prototype, "defaultView")
);
/**
 * The element that shows the document of an element, when both have the same origin.
 * @param {Element} element
 */
export function containerOf(element) {
  const view = defaultViewOf(ownerDocument(element));
  return view && frameElementOf(view);
}
export const windowWidth = windowLength("innerWidth");
export const windowHeight = windowLength("innerHeight");
export const devicePixelRatio = windowLength("devicePixelRatio");

/**
 * @param {"innerWidth" | "innerHeight" | "devicePixelRatio"} name
 * @returns {(view: Window) => number}
 */
function windowLength(name) {
  return getterOf(/** @type {any} */ (window), name);
}

const navigatorUserAgent = getterOf(globalThis.Navigator.prototype, "userAgent");
const navigatorObject = globalThis.navigator;
/** What the app's own pages say they are. */
export const userAgent = () => navigatorUserAgent(navigatorObject);

const windowMatchMedia = globalThis.matchMedia;
/** @param {string} query */
export const matchMedia = (query) => windowMatchMedia(query);
export const mediaMatches = getterOf(globalThis.MediaQueryList.prototype, "matches");

export const { MutationObserver, ResizeObserver } = globalThis;
export const observeMutations = uncurryThis(MutationObserver.prototype.observe);
export const takeRecords = uncurryThis(MutationObserver.prototype.takeRecords);
export const recordType = getterOf(globalThis.MutationRecord.prototype, "type");
export const recordTarget = getterOf(globalThis.MutationRecord.prototype, "target");
export const recordAttribute = getterOf(globalThis.MutationRecord.prototype, "attributeName");
export const recordAdded = getterOf(globalThis.MutationRecord.prototype, "addedNodes");
export const recordRemoved = getterOf(globalThis.MutationRecord.prototype, "removedNodes");
export const nodeListLength = getterOf(globalThis.NodeList.prototype, "length");
export const nodeListItem = uncurryThis(globalThis.NodeList.prototype.item);
export const observeSize = uncurryThis(ResizeObserver.prototype.observe);
export const unobserveSize = uncurryThis(ResizeObserver.prototype.unobserve);
export const unobserveSizes = uncurryThis(ResizeObserver.prototype.disconnect);

export const codeOf = getterOf(globalThis.KeyboardEvent.prototype, "code");
export const shiftOf = getterOf(globalThis.KeyboardEvent.prototype, "shiftKey");

/** @type {((element: Element, options: object) => boolean) | null} */
const checkVisibility = /** @type {any} */ (Element.prototype).checkVisibility
  ? uncurryThis(/** @type {any} */ (Element.prototype).checkVisibility)
  : null;

const VISIBILITY = {
  __proto__: null,
  opacityProperty: true,
  visibilityProperty: true,
  contentVisibilityAuto: false,
};

/**
 * Whether an element is rendered, visible and not fully transparent, by all its ancestors as well.
 * @param {Element} element
 */
export function isVisible(element) {
  if (checkVisibility) return checkVisibility(element, VISIBILITY);
  return styleValue(computedStyle(element), "visibility") === "visible";
}

/** @param {Node} node @returns {node is Element} */
export const isElement = (node) => nodeType(node) === 1;

/** @param {Node} node @returns {node is ShadowRoot} */
export function isShadowRoot(node) {
  if (nodeType(node) !== 11) return false;
  try {
    return !!hostOf(/** @type {ShadowRoot} */ (node));
  } catch {
    return false; // an ordinary fragment
  }
}

/** The closed shadow roots that are known, by their hosts. @type {WeakMap<Element, ShadowRoot>} */
const closedRoots = new WeakMap();

/** Makes a closed shadow root known. @param {Element} host @param {ShadowRoot} root */
export function noteClosedRoot(host, root) {
  if (!openShadowRootOf(host)) weakMapSet(closedRoots, host, root);
}

/** The shadow root of an element, closed or open. @param {Element} element @returns {ShadowRoot | null} */
export const shadowRootOf = (element) => openShadowRootOf(element) ?? weakMapGet(closedRoots, element) ?? null;

/**
 * The slot that an element is shown in. Those of a closed root are found by their names
 * (https://dom.spec.whatwg.org/#find-a-slot).
 * @param {Element} element
 * @returns {Element | null}
 */
function slotOf(element) {
  const open = openAssignedSlot(element);
  if (open) return open;
  const host = parentNode(element);
  const root = host && isElement(host) && weakMapGet(closedRoots, host);
  if (!root) return null;
  const name = getAttribute(element, "slot") ?? "";
  /** @type {Element | null} */
  let found = null;
  queryEach(root, "slot", (slot) => {
    if ((getAttribute(slot, "name") ?? "") === name) found ??= slot;
  });
  return found;
}

/**
 * The parent in the tree as it is rendered: through slots and out of shadow roots.
 * @param {Element} element
 * @returns {Element | null}
 */
export function flatParent(element) {
  const slot = slotOf(element);
  if (slot) return slot;
  const parent = parentNode(element);
  if (!parent) return null;
  if (isElement(parent)) return parent;
  return isShadowRoot(parent) ? hostOf(parent) : null;
}

/**
 * Whether an element is painted in the top layer (https://drafts.csswg.org/css-position-4/#top-layer).
 * @param {Element} element
 */
export const isInTopLayer = (element) => matches(element, ":modal, :popover-open, :fullscreen");

/**
 * Whether `ancestor` is `node` or contains it, through shadow roots.
 * @param {Node} ancestor
 * @param {Node} node
 */
export function containsDeeply(ancestor, node) {
  /** @type {Node | null} */
  let current = node;
  while (current) {
    if (current === ancestor) return true;
    current = parentNode(current) ?? (isShadowRoot(current) ? hostOf(current) : null);
  }
  return false;
}

/**
 * Whether a click at a point of the viewport would reach an element if nothing lay above it.
 * @param {Element} element
 * @param {number} x
 * @param {number} y
 */
export function isHitAt(element, x, y) {
  const root = rootNode(element);
  const hits = isShadowRoot(root) ? shadowElementsFromPoint(root, x, y) : elementsFromPoint(document, x, y);
  for (let i = 0; i < hits.length; i++) if (hits[i] === element) return true;
  return false;
}

/** The focused element, looked for inside shadow roots as well. */
export function deepActiveElement() {
  let element = documentActiveElement(document);
  while (element) {
    const root = shadowRootOf(element);
    const inner = root && rootActiveElement(root);
    if (!inner) return element;
    element = inner;
  }
  return null;
}

/**
 * Calls back for each descendant element that matches, in tree order.
 * @param {Node} root
 * @param {string} selector
 * @param {(element: Element) => void} callback
 */
export function queryEach(root, selector, callback) {
  /** @type {NodeListOf<Element>} */
  let list;
  if (isElement(root)) list = elementQueryAll(root, selector);
  else if (nodeType(root) === 9) list = documentQueryAll(/** @type {Document} */ (root), selector);
  else if (nodeType(root) === 11) list = fragmentQueryAll(/** @type {DocumentFragment} */ (root), selector);
  else return;
  const length = nodeListLength(list);
  for (let i = 0; i < length; i++) {
    const element = nodeListItem(list, i);
    if (element) callback(/** @type {Element} */ (element));
  }
}
