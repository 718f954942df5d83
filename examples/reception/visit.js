/**
 * @typedef {object} VisitListener What happens in a visit.
 * @property {() => void} begins A page begins to load.
 * @property {(reason: string) => void} fails A page could not be had.
 * @property {() => void} breaks The page's process has ended.
 * @property {() => void} idle Nobody has used the page for some time.
 * @property {() => void} active Somebody uses it again.
 */

/** One visitor's use of the site: a frame that nobody used before, with a partition in memory that is its own. */
export class Visit {
  #frame = document.createElement("controlledframe");
  #listening = new AbortController();

  /**
   * @param {string} url Where it begins.
   * @param {number} idleSeconds After how long without a touch or a key the page counts as idle.
   * @param {Element} place What the frame is put into.
   * @param {VisitListener} listener
   */
  constructor(url, idleSeconds, place, listener) {
    const { signal } = this.#listening;
    const frame = this.#frame;
    frame.addEventListener("loadstart", ({ isTopLevel }) => isTopLevel && listener.begins(), { signal });
    frame.addEventListener(
      "loadabort",
      ({ isTopLevel, reason }) => isTopLevel && reason !== "ERR_ABORTED" && listener.fails(reason),
      { signal },
    );
    frame.addEventListener("exit", () => listener.breaks(), { signal });
    frame.addEventListener("idle", () => listener.idle(), { signal });
    frame.addEventListener("active", () => listener.active(), { signal });
    frame.addEventListener(
      "newwindow",
      (event) => {
        event.window.discard();
        if (event.targetUrl) frame.src = event.targetUrl;
      },
      { signal },
    );
    frame.partition = `visit-${crypto.randomUUID()}`;
    frame.idleInterval = idleSeconds * 1000;
    frame.src = url;
    place.append(frame);
  }

  /** Counts the time without input from now on. */
  countAnew() {
    // Setting it is what begins the time, also with what it is already.
    this.#frame.idleInterval = this.#frame.idleInterval;
  }

  focus() {
    this.#frame.focus();
  }

  reload() {
    this.#frame.reload();
  }

  end() {
    this.#listening.abort();
    this.#frame.remove();
  }
}
