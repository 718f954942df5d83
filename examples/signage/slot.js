// A page on the stage: an element of its own, what the app puts into the page, and somebody who watches whether it lives.

/** @import { Item } from "./playlist.js" */

/** How long a page may take until it is seen. */
const PATIENCE = 30_000;

/** True once the page has been painted. Behind other windows nothing is: then it counts as painted after a moment. */
const PAINTED = `new Promise((resolve) => {
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)));
  setTimeout(resolve, 500, true);
})`;

/**
 * What becomes of a page: it is seen, once; or it is lost, whether it was seen before or not, and nothing comes after.
 * @typedef {{ shown(): void, lost(cause: string): void }} Fate
 */

export class Slot {
  /** @type {HTMLControlledFrameElement} */
  #frame;
  /** @type {Fate} */
  #fate;
  /** @type {"loading" | "shown" | "over"} */
  #state = "loading";
  /** @type {ReturnType<typeof setTimeout>} */
  #timeout;

  /**
   * Puts a page on the stage, beneath those that are there.
   * @param {Item} item
   * @param {Element} stage
   * @param {Fate} fate
   */
  constructor(item, stage, fate) {
    this.item = item;
    this.#fate = fate;
    this.#frame = document.createElement("controlledframe");
    const frame = this.#frame;
    frame.className = "page";
    frame.title = item.title;
    // On the disk, so that a site's login outlives the process that crashed, and the machine's restart.
    frame.partition = "persist:signage";
    frame.addContentScripts(behaviours(item));
    this.#listen(frame);
    frame.src = item.url;
    stage.prepend(frame);
    this.#timeout = setTimeout(() => this.#lose("took too long to load"), PATIENCE);
  }

  /** Takes the page away. Its process is ended by who has it: a crashed one is gone, one that hangs was terminated. */
  close() {
    this.#state = "over";
    clearTimeout(this.#timeout);
    this.#frame.remove();
  }

  /** @param {HTMLControlledFrameElement} frame */
  #listen(frame) {
    let failure = "";
    frame.addEventListener("loadstart", (event) => {
      // A frame that may not go to its very first page shows the empty one.
      if (event.isTopLevel && event.url !== "about:blank") failure = "";
    });
    frame.addEventListener("loadabort", (event) => {
      // A page that goes elsewhere while it loads aborts the first load.
      if (event.isTopLevel && event.reason !== "ERR_ABORTED") failure = event.reason;
    });
    frame.addEventListener("loadstop", () => {
      if (failure) this.#lose(`could not be loaded (${failure})`);
      else this.#look();
    });
    frame.addEventListener("exit", (event) => this.#lose(EXITS[event.reason]));
    frame.addEventListener("unresponsive", () => {
      frame.terminate();
      this.#lose("hung");
    });
    // Nobody is there to answer, and the page would wait.
    frame.addEventListener("dialog", (event) => event.dialog.ok());
  }

  async #look() {
    if (this.#state !== "loading") return;
    try {
      if (this.item.zoom !== 1) {
        // The mode first: else the zoom would be that of the whole site.
        await this.#frame.setZoomMode("per-view");
        await this.#frame.setZoom(this.item.zoom);
      }
      await this.#frame.executeScript({ code: PAINTED });
    } catch {
      return; // another document has come, or the process has gone: either is told
    }
    if (this.#state !== "loading") return;
    this.#state = "shown";
    clearTimeout(this.#timeout);
    this.#fate.shown();
  }

  /** @param {string} cause */
  #lose(cause) {
    if (this.#state === "over") return;
    this.close();
    this.#fate.lost(cause);
  }
}

const EXITS = {
  normal: "ended",
  abnormal: "ended",
  crashed: "crashed",
  killed: "was killed",
  oom: "used too much memory",
};

/**
 * @param {Item} item
 * @returns {ContentScriptDetails[]}
 */
function behaviours(item) {
  const everywhere = ["<all_urls>"];
  const hidden = item.hide.map((selector) => `${selector} { display: none !important }`).join("\n");
  /** @type {ContentScriptDetails[]} */
  const scripts = [{ name: "quiet", matches: everywhere, allFrames: true, css: { files: ["/content/quiet.css"] } }];
  if (hidden) scripts.push({ name: "hidden", matches: everywhere, css: { code: hidden } });
  if (item.scroll) scripts.push({ name: "scroll", matches: everywhere, js: { files: ["/content/scroll.js"] } });
  return scripts;
}
