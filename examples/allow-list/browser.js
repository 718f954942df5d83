import { MARK, STYLE, guard } from "./guard.js";
import { isOpen } from "./sites.js";

/**
 * How a page tried to leave: by a link, a form, a redirect, a window, a file, a frame inside it, another program, or by
 * itself.
 *
 * @typedef {"link" | "form" | "redirect" | "window" | "download" | "inside" | "program" | "page"} Way
 */

/**
 * @typedef {object} BrowserListener What happens while somebody reads.
 * @property {(url: string) => void} shows Another page is shown.
 * @property {(progress: number) => void} loads How far it is loaded, from 0 to 1.
 * @property {(url: string, way: Way, from: string) => void} blocks Something was kept from happening.
 * @property {(url: string, reason: string) => void} fails A page could not be had.
 */

/** The address of an empty page. */
export const EMPTY = "about:blank";

/** @type {readonly string[]} */
const TOLD_BY_PAGES = ["link", "form", "inside"];

/**
 * A frame that stays on a list of sites.
 *
 * Two things keep it there. In each page a guard (guard.js) takes links and forms away before they are followed, and has the
 * engine block frames inside. And each navigation is looked at by its events here, whatever a page did: what it does by script,
 * where a server leads it, windows and files.
 */
export class Browser {
  #frame;
  #patterns;
  #downloads;
  #listener;
  /** The page that is shown, as far as it is open. */
  #shown = "";
  /** Whether what is shown is not open, and so is empty. */
  #isAway = false;
  /** What was blocked last, as long as nobody has gone on from there. */
  #blocked = "";
  /** Whether what is shown is the engine's word that there is no page. */
  #hasFailed = false;

  /**
   * @param {HTMLControlledFrameElement} frame
   * @param {import("./sites.js").Sites} list
   * @param {BrowserListener} listener
   */
  constructor(frame, list, listener) {
    this.#frame = frame;
    this.#patterns = list.sites.flatMap(({ allow }) => allow);
    this.#downloads = list.downloads;
    this.#listener = listener;
    this.#follow();
  }

  /** Is to be called once, before it goes anywhere. */
  async prepare() {
    await this.#frame.addContentScripts([
      {
        name: "guard",
        matches: ["<all_urls>"],
        all_frames: true,
        match_about_blank: true,
        run_at: "document_start",
        js: { code: `(${guard})(${JSON.stringify(this.#patterns)}, ${isOpen}, ${JSON.stringify(MARK)});` },
        css: { code: STYLE },
      },
    ]);
  }

  /** @param {string} url */
  go(url) {
    this.#frame.src = url;
  }

  back() {
    this.#frame.back();
  }

  forward() {
    this.#frame.forward();
  }

  reload() {
    this.#frame.reload();
  }

  get canGoBack() {
    return this.#frame.canGoBack();
  }

  get canGoForward() {
    return this.#frame.canGoForward();
  }

  /** Goes on with the page from which something was blocked. */
  resume() {
    this.#blocked = "";
    // What was not open may have been shown by now, empty.
    if (this.#isAway) this.#frame.back();
  }

  #follow() {
    const frame = this.#frame;
    frame.addEventListener("loadstart", ({ url, isTopLevel }) => {
      if (isTopLevel) this.#hasFailed = false;
      if (!isOpen(url, this.#patterns)) this.#stop(url, isTopLevel ? "page" : "inside");
    });
    frame.addEventListener("loadredirect", ({ newUrl, isTopLevel }) => {
      if (!isOpen(newUrl, this.#patterns)) this.#stop(newUrl, isTopLevel ? "redirect" : "inside");
    });
    frame.addEventListener("loadcommit", ({ url, isTopLevel }) => {
      if (!isTopLevel || this.#hasFailed) return;
      this.#isAway = !isOpen(url, this.#patterns);
      if (this.#isAway) return this.#stop(url, "page");
      this.#shown = url;
      this.#blocked = "";
      this.#listener.shows(url);
      this.#hear();
    });
    frame.addEventListener("loadprogress", ({ progress }) => this.#listener.loads(progress));
    frame.addEventListener("loadstop", () => this.#listener.loads(1));
    frame.addEventListener("loadabort", ({ url, isTopLevel, reason }) => {
      if (!isTopLevel || reason === "ERR_ABORTED") return;
      if (reason === "ERR_DISALLOWED_URL_SCHEME") this.#block(url, "program");
      else if (isOpen(url, this.#patterns)) this.#fail(url, reason);
    });
    frame.addEventListener("exit", () => this.#fail(this.#shown, "the page broke"));
    frame.addEventListener("newwindow", (event) => {
      event.window.discard();
      // There is one window: what is open is shown in its place. An empty one would be for the page to fill, and cannot be.
      const url = event.targetUrl || EMPTY;
      if (url === EMPTY || !isOpen(url, this.#patterns)) this.#block(url, "window");
      else this.go(url);
    });
    frame.addEventListener("permissionrequest", ({ permission, url = "", request }) => {
      // What nobody allows is denied.
      if (permission !== "download") return;
      if (this.#downloads && isOpen(url, this.#patterns)) request.allow();
      else this.#block(url, "download");
    });
  }

  /**
   * Stops what has begun. Of frames inside, the guard and the engine have done so.
   *
   * @param {string} url
   * @param {Way} way
   */
  #stop(url, way) {
    if (way !== "inside") this.#frame.stop();
    this.#block(url, way);
  }

  /**
   * @param {string} url
   * @param {Way} way
   */
  #block(url, way) {
    // It may come to be shown, empty, before it is stopped: that is no news.
    if (way === "page" && url === this.#blocked) return;
    if (way !== "inside") this.#blocked = url;
    this.#listener.blocks(url, way, this.#shown);
  }

  /**
   * @param {string} url
   * @param {string} reason
   */
  #fail(url, reason) {
    this.#hasFailed = true;
    this.#listener.fails(url, reason);
  }

  /** Asks the guard of the page that is shown what it has kept from happening, until another page comes. */
  async #hear() {
    for (;;) {
      let attempt;
      try {
        attempt = await this.#frame.executeScript({ code: "globalThis.nextAttempt?.()" });
      } catch {
        return; // Another page has come.
      }
      if (!attempt) return;
      const { url, how } = attempt;
      if (typeof url === "string" && TOLD_BY_PAGES.includes(how)) this.#block(url, how);
    }
  }
}
