// What the screen shows: a page of somebody else, or a page of its own over it.

/** How long a page that has died stays away: one that dies whenever it is loaded is not to keep the machine busy. */
const PAUSE = 2000;

const EXITS = { normal: "ended", abnormal: "ended", crashed: "crashed", killed: "was ended", oom: "needs too much memory" };

/** @param {string} id */
export function at(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`There is no #${id}.`);
  return found;
}

export class Stage {
  /** @type {HTMLControlledFrameElement | undefined} */
  #frame;
  #url = "";
  #failed = false;
  #report;

  /** @param {(what: { type: "shows" | "failed", url: string, why?: string }) => void} report */
  constructor(report) {
    this.#report = report;
  }

  /**
   * @param {string} url
   * @param {string} title
   */
  show(url, title) {
    const { host } = new URL(url);
    at("title").textContent = title || host;
    at("host").textContent = host;
    // The same page again, after the teacher was away: it stays as it is.
    if (this.#frame && this.#url === url && !this.#failed) {
      this.uncover();
      this.#report({ type: "shows", url });
      return;
    }
    this.#url = url;
    this.#frame ??= this.#make();
    this.#frame.title = title;
    this.#frame.src = url;
  }

  reload() {
    this.#frame?.reload();
  }

  /** Takes the page away, and what it stored. */
  clear() {
    this.#frame?.remove();
    this.#frame = undefined;
    this.#url = "";
    at("title").textContent = "";
    at("host").textContent = "";
  }

  /**
   * The screen's own page.
   * @param {"waiting" | "untrusted" | "attention" | "failed"} kind
   * @param {string} title
   * @param {string} text
   */
  cover(kind, title, text) {
    at("cover").hidden = false;
    at("cover").dataset.kind = kind;
    at("cover-title").textContent = title;
    at("cover-text").textContent = text;
  }

  uncover() {
    at("cover").hidden = true;
  }

  /** Says something over the page. @param {string} text nothing takes it away */
  note(text) {
    at("note").hidden = !text;
    at("note").textContent = text;
  }

  #make() {
    const frame = document.createElement("controlledframe");
    frame.id = "page";
    let failure = "";
    const fail = (/** @type {string} */ why) => {
      const url = this.#url;
      this.#failed = true;
      this.cover("failed", "This page cannot be shown", `${new URL(url).host}: ${why}`);
      this.#report({ type: "failed", url, why });
    };
    frame.addEventListener("loadstart", (event) => {
      // A frame that may not go to its very first page shows the empty one.
      if (!event.isTopLevel || event.url === "about:blank") return;
      failure = "";
      this.#failed = false;
    });
    frame.addEventListener("loadabort", (event) => {
      if (event.isTopLevel && event.reason !== "ERR_ABORTED") failure = event.reason;
    });
    frame.addEventListener("loadcommit", (event) => {
      if (event.isTopLevel) at("host").textContent = new URL(event.url).host;
    });
    frame.addEventListener("loadstop", () => {
      if (failure) return fail(failure);
      this.uncover();
      this.#report({ type: "shows", url: this.#url });
    });
    frame.addEventListener("exit", (event) => {
      fail(`the page ${EXITS[event.reason]}`);
      setTimeout(() => {
        if (this.#frame === frame && this.#failed) frame.reload();
      }, PAUSE);
    });
    frame.addEventListener("unresponsive", () => frame.terminate());
    at("stage").prepend(frame);
    return frame;
  }
}
