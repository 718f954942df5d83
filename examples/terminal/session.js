/**
 * @typedef {object} SessionListener What happens in a session.
 * @property {() => void} begins It begins to load a page.
 * @property {(url: string) => void} shows It shows another page, or that there is none.
 * @property {(progress: number) => void} loads How far the page is loaded, from 0 to 1.
 * @property {(reason: string) => void} fails A page could not be had.
 * @property {(isBusy: boolean) => void} hangs The page does not answer, or does again.
 * @property {() => void} breaks The page's process has ended.
 */

/** What a frame tells when the next load takes the place of this one, or the page makes a download of it. */
const ABORTED = "ERR_ABORTED";

/**
 * One customer's use of a site.
 *
 * The frame's partition is in memory, and no other session has it: a partition has no "persist:" in its name, and a name that
 * nobody can guess. So there is nothing to be removed when the session ends, and nothing that could be forgotten: cookies,
 * storage, caches, service workers and history go with the frame. The page cannot delay that, as it is not asked.
 */
export class Session {
  #frame = document.createElement("controlledframe");
  #listening = new AbortController();
  #url;

  /**
   * @param {string} url Where it begins.
   * @param {Element} place What the frame is put into.
   * @param {SessionListener} listener
   */
  constructor(url, place, listener) {
    this.#url = url;
    this.#listen(listener);
    this.#frame.partition = `session-${crypto.randomUUID()}`;
    this.#frame.src = url;
    place.append(this.#frame);
  }

  get canGoBack() {
    return this.#frame.canGoBack();
  }

  back() {
    this.#frame.back();
  }

  home() {
    this.#frame.src = this.#url;
  }

  again() {
    this.#frame.reload();
  }

  focus() {
    this.#frame.focus();
  }

  /** Nothing of it is left afterwards. */
  end() {
    this.#listening.abort();
    this.#frame.remove();
  }

  /** @param {SessionListener} listener */
  #listen(listener) {
    const { signal } = this.#listening;
    const frame = this.#frame;
    frame.addEventListener("loadstart", ({ isTopLevel }) => isTopLevel && listener.begins(), { signal });
    frame.addEventListener("loadcommit", ({ isTopLevel, url }) => isTopLevel && listener.shows(url), { signal });
    frame.addEventListener("loadprogress", ({ progress }) => listener.loads(progress), { signal });
    frame.addEventListener("loadstop", () => listener.loads(1), { signal });
    frame.addEventListener(
      "loadabort",
      ({ isTopLevel, reason }) => isTopLevel && reason !== ABORTED && listener.fails(reason),
      { signal },
    );
    frame.addEventListener("unresponsive", () => listener.hangs(true), { signal });
    frame.addEventListener("responsive", () => listener.hangs(false), { signal });
    frame.addEventListener("exit", () => listener.breaks(), { signal });
    // There is one window: what would open another is shown in its place.
    frame.addEventListener(
      "newwindow",
      (event) => {
        event.window.discard();
        if (event.targetUrl) frame.src = event.targetUrl;
      },
      { signal },
    );
    // Nothing is put on the terminal's disk, and nobody is filmed at it: what nobody allows is denied.
  }
}
