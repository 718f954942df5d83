// @ts-check
/**
 * What a custom element's reactions would tell: elements that come into the document or leave it,
 * and attributes that change. A MutationObserver tells it a little later, so whoever needs to know
 * now calls `flush`.
 */

import {
  Set,
  WeakMap,
  addEventListener,
  setAdd,
  setHas,
  weakMapHas,
  weakMapSet,
} from "../primordials.js";
import {
  MutationObserver,
  document,
  firstElementChild,
  fragmentFirstElementChild,
  hostOf,
  isConnected,
  isElement,
  isShadowRoot,
  nextElementSibling,
  nodeListItem,
  nodeListLength,
  noteClosedRoot,
  observeMutations,
  parentNode,
  queryEach,
  recordAdded,
  recordAttribute,
  recordRemoved,
  recordTarget,
  recordType,
  shadowRootOf,
  takeRecords,
} from "./dom.js";

/**
 * @typedef {object} Reactions
 * @property {(element: Element) => boolean} isFrame whether an element is one to tell about
 * @property {(element: HTMLElement) => void} connected
 * @property {(element: HTMLElement) => void} disconnected
 * @property {(element: HTMLElement, name: string) => void} attributeChanged
 * @property {(callback: (element: HTMLElement) => void) => void} forEachConnected
 * @property {(target: Node, isAttribute: boolean) => void} changed something else happened
 */

const TREE = { __proto__: null, childList: true, subtree: true };
const ALL = { __proto__: null, childList: true, subtree: true, attributes: true, characterData: true };

export class Observer {
  /** @type {Reactions} */
  #reactions;
  /** @type {MutationObserver} */
  #observer;
  /** The roots that are observed, by their hosts. @type {WeakMap<Element, ShadowRoot>} */
  #roots = new WeakMap();
  #silent = false;
  /** Whether added trees may bring shadow roots, so that they have to be searched for them. */
  #searching = true;
  #foundRoot = false;

  /** @param {Reactions} reactions */
  constructor(reactions) {
    this.#reactions = reactions;
    this.#observer = new MutationObserver((records) => this.#process(records));
    observeMutations(this.#observer, document, /** @type {any} */ (TREE));
    // After the document's own markup, only what `expectRoots` is told of brings any.
    addEventListener(document, "DOMContentLoaded", () => {
      this.flush();
      this.#searching = this.#foundRoot;
    });
  }

  /** Markup with shadow roots in it may be added from now on. */
  expectRoots() {
    this.#foundRoot = true;
    this.#searching = true;
  }

  /**
   * Attributes and text are looked at only while there are frames.
   * @param {boolean} active
   */
  setActive(active) {
    observeMutations(this.#observer, document, /** @type {any} */ (active ? ALL : TREE));
  }

  /** Tells at once of everything that has happened so far. */
  flush() {
    this.#process(takeRecords(this.#observer));
  }

  /**
   * Runs a function whose attribute changes are nobody's business.
   * @param {() => void} change
   */
  unobserved(change) {
    this.flush();
    change();
    this.#silent = true;
    try {
      this.flush();
    } finally {
      this.#silent = false;
    }
  }

  /**
   * Observes a shadow tree as well, for as long as it lives.
   * @param {Element} host
   * @param {ShadowRoot} root
   */
  addRoot(host, root) {
    if (weakMapHas(this.#roots, host)) return;
    weakMapSet(this.#roots, host, root);
    noteClosedRoot(host, root);
    this.expectRoots();
    observeMutations(this.#observer, root, /** @type {any} */ (ALL));
    this.#scan(fragmentFirstElementChild(root), new Set());
  }

  /** @param {MutationRecord[]} records */
  #process(records) {
    const count = records.length;
    if (!count) return;
    this.#tellRemoved(records);
    // Whose src has been acted on: connecting reads the newest one, and so does the first change.
    /** @type {Set<Node>} */
    const loaded = new Set();
    for (let i = 0; i < count; i++) {
      const record = records[i];
      const target = recordTarget(record);
      if (recordType(record) === "childList") {
        const added = recordAdded(record);
        const length = nodeListLength(added);
        for (let j = 0; j < length; j++) {
          const node = nodeListItem(added, j);
          if (node && isElement(node) && isConnected(node)) this.#visitAdded(node, loaded);
        }
        this.#reactions.changed(target, false);
      } else if (recordType(record) === "characterData") {
        this.#reactions.changed(parentNode(target) ?? target, false);
      } else {
        const name = recordAttribute(record);
        const isFrame = isElement(target) && this.#reactions.isFrame(target);
        if (isFrame && name !== null && !this.#silent && !(name === "src" && setHas(loaded, target))) {
          if (name === "src") setAdd(loaded, target);
          this.#reactions.attributeChanged(/** @type {HTMLElement} */ (target), name);
        }
        this.#reactions.changed(target, true);
      }
    }
  }

  /**
   * A frame has been removed when it, or something it was in, has been, even if it is back already.
   * @param {MutationRecord[]} records
   */
  #tellRemoved(records) {
    /** @type {Set<Node> | null} */
    let removed = null;
    for (let i = 0; i < records.length; i++) {
      const nodes = recordRemoved(records[i]);
      const length = nodeListLength(nodes);
      for (let j = 0; j < length; j++) {
        const node = nodeListItem(nodes, j);
        if (node && isElement(node)) setAdd((removed ??= new Set()), node);
      }
    }
    if (!removed) return;
    const nodes = removed;
    this.#reactions.forEachConnected((element) => {
      /** @type {Node | null} */
      let node = element;
      while (node) {
        if (setHas(nodes, node)) {
          this.#reactions.disconnected(element);
          return;
        }
        node = parentNode(node) ?? (isShadowRoot(node) ? hostOf(node) : null);
      }
    });
  }

  /** @param {Element} element @param {Set<Node>} connected gets the frames in it */
  #visitAdded(element, connected) {
    if (this.#searching) {
      this.#visit(element, connected);
      return;
    }
    // Without shadow roots the engine finds the frames, ten times as fast.
    if (this.#reactions.isFrame(element)) this.#connect(element, connected);
    queryEach(element, "controlledframe", (frame) => {
      if (this.#reactions.isFrame(frame)) this.#connect(frame, connected);
    });
  }

  /** @param {Element} element @param {Set<Node>} connected */
  #connect(element, connected) {
    setAdd(connected, element);
    this.#reactions.connected(/** @type {HTMLElement} */ (element));
  }

  /**
   * Visits an element, its following siblings and all they contain.
   * @param {Element | null} first
   * @param {Set<Node>} connected gets the frames among them
   */
  #scan(first, connected) {
    for (let element = first; element; element = nextElementSibling(element)) this.#visit(element, connected);
  }

  /** @param {Element} element @param {Set<Node>} connected */
  #visit(element, connected) {
    if (this.#reactions.isFrame(element) && isConnected(element)) this.#connect(element, connected);
    const root = shadowRootOf(element);
    if (root) {
      if (weakMapHas(this.#roots, element)) this.#scan(fragmentFirstElementChild(root), connected);
      // A root that came with the markup has never been seen by attachShadow.
      else this.addRoot(element, root);
    }
    this.#scan(firstElementChild(element), connected);
  }
}
