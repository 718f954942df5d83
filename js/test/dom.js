// @ts-check
// A document without layout, for what the element does in the tree. Geometry, painting and real focus
// are tested in the engine itself, by the end-to-end tests.
// @ts-expect-error jsdom comes without types
import { JSDOM } from "jsdom";
import { readFile } from "node:fs/promises";
import { FakeNative } from "./fake-native.js";

const bundle = await readFile(new URL("../generated/page.js", import.meta.url), "utf8");

/** What jsdom lacks and the modules keep a copy of when they are loaded. @param {any} window */
function complete(window) {
  const { ReadableStream, WritableStream, ReadableStreamDefaultController, ReadableStreamDefaultReader, WritableStreamDefaultController } =
    globalThis;
  const { WritableStreamDefaultWriter, TextEncoder, TextDecoder, Blob } = globalThis;
  const { Request, Response, MessageChannel, MessagePort, fetch } = globalThis;
  Object.assign(window, {
    ReadableStream,
    WritableStream,
    ReadableStreamDefaultController,
    ReadableStreamDefaultReader,
    WritableStreamDefaultController,
    WritableStreamDefaultWriter,
    TextEncoder,
    TextDecoder,
    Blob,
  });
  Object.assign(window, { Request, Response, MessageChannel, MessagePort, fetch });
  window.Animation = class {
    effect = null;
    playState = "paused";
    pause() {}
  };
  Object.defineProperty(window.Animation.prototype, "effect", {
    get: () => null,
    set() {},
    configurable: true,
  });
  Object.defineProperty(window.Animation.prototype, "playState", { get: () => "paused", configurable: true });
  window.KeyframeEffect = class {
    get target() {
      return null;
    }
    getKeyframes() {
      return [];
    }
  };
  // A chooser of files: those that were opened, and what the user has picked in them.
  const { click } = window.HTMLElement.prototype;
  /** @type {any[]} */
  const choosers = (window.choosersOpened = []);
  window.filesPicked = new WeakMap();
  window.HTMLElement.prototype.click = /** @this {any} */ function () {
    if (this.localName === "input" && this.type === "file") choosers.push(this);
    else click.call(this);
  };
  const { HTMLInputElement, FileList, filesPicked } = window;
  Object.defineProperty(HTMLInputElement.prototype, "files", {
    get() {
      return filesPicked.get(this) ?? [];
    },
    configurable: true,
  });
  FileList.prototype.item = /** @this {any} */ function (/** @type {number} */ index) {
    return this[index] ?? null;
  };
  window.CSSStyleValue = class {};
  Object.defineProperty(window.Document.prototype, "scrollingElement", { get: () => null, configurable: true });
  window.CSSStyleSheet.prototype.replaceSync = () => {};
  Object.defineProperty(window.Document.prototype, "adoptedStyleSheets", { get: () => [], configurable: true });
  window.StylePropertyMapReadOnly = class {
    get() {}
  };
  window.Element.prototype.computedStyleMap = () => new window.StylePropertyMapReadOnly();
  window.ResizeObserver = class {
    observe() {}
    unobserve() {}
  };
  window.MediaQueryList = class {
    get matches() {
      return false;
    }
  };
  window.matchMedia = () => new window.MediaQueryList();
  window.PermissionStatus = class extends window.EventTarget {
    #name;
    /** @param {string} name */
    constructor(name) {
      super();
      this.#name = name;
    }
    get name() {
      return this.#name;
    }
    get state() {
      return this.#name && "prompt";
    }
  };
  window.Permissions = class {
    #brand = true;
    /** @param {{ name: string }} descriptor */
    async query({ name }) {
      if (!this.#brand) throw new window.TypeError("no Permissions object");
      if (name === "midi") throw new window.DOMException("not supported", "NotSupportedError");
      if (name === "geolocation" || name === "notifications") return new window.PermissionStatus(name);
      throw new window.TypeError(`unknown name ${name}`);
    }
  };
  window.navigator.permissions = new window.Permissions();
  window.crypto.subtle ??= globalThis.crypto.subtle;
  window.DOMRectReadOnly ??= window.DOMRect;
  window.Element.prototype.getBoundingClientRect = () => new window.DOMRectReadOnly(0, 0, 0, 0);
  for (const holder of [window.Document.prototype, window.Element.prototype, window.ShadowRoot.prototype]) {
    holder.getAnimations = () => [];
  }
  window.Document.prototype.elementsFromPoint = () => [];
  const { requestAnimationFrame } = window;
  window.framesAsked = 0;
  window.requestAnimationFrame = (/** @type {() => void} */ callback) => {
    window.framesAsked++;
    return requestAnimationFrame(callback);
  };
  for (const [name, value] of Object.entries({ innerWidth: 1024, innerHeight: 768, devicePixelRatio: 1, scrollX: 0, scrollY: 0 })) {
    Object.defineProperty(window, name, { get: () => value, configurable: true });
  }
}

/**
 * Opens a page of an app, with the bundle in place before its scripts.
 * @param {string} body
 * @param {string[]} features of its policy
 * @param {boolean} topLevel
 * @param {boolean} chromium whether its frames answer as Chromium's
 */
export function open(
  body = "",
  features = ["controlled-frame", "direct-sockets"],
  topLevel = true,
  chromium = false,
) {
  const dom = new JSDOM("<!doctype html><body></body>", {
    url: "https://app.test/index.html",
    runScripts: "outside-only",
    pretendToBeVisual: true,
  });
  const window = /** @type {any} */ (dom.window);
  complete(window);
  const fake = new FakeNative();
  window.eval(bundle)(fake.native, {
    features,
    topLevel,
    chromium,
    losesStreams: false,
    networkState: "prompt",
  });
  window.document.body.innerHTML = body;
  return { window, document: window.document, fake, close: () => window.close() };
}
