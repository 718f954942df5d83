// Windows of the remote desktop that this machine shows itself: a page of its own over the picture, where the other
// machine says that the window is. A meeting's picture and sound take the short way then.

/** @import { RemoteWindow } from "./rfb.js" */

const PAUSE = 1000;
/** More than that no desktop has at once. */
const MOST_WINDOWS = 8;

export class Redirection {
  /** @type {Map<string, { frame: HTMLControlledFrameElement, window: RemoteWindow }>} */
  #windows = new Map();
  #desktop;
  #canvas;
  #trusted;
  #tell;

  /**
   * @param {HTMLElement} desktop what the pages are put into, over the picture
   * @param {HTMLCanvasElement} canvas
   * @param {string[]} trusted origins that may use the camera and the microphone
   * @param {(text: string) => void} tell what the user is told of these
   */
  constructor(desktop, canvas, trusted, tell) {
    this.#desktop = desktop;
    this.#canvas = canvas;
    this.#trusted = trusted;
    this.#tell = tell;
  }

  /** Does as the other machine says. @param {RemoteWindow} window */
  apply(window) {
    const { id, closed, url, visible, title } = window;
    const known = this.#windows.get(id);
    if (closed) {
      known?.frame.remove();
      this.#windows.delete(id);
      if (known) this.#tell("");
      return;
    }
    // The other machine decides what is seen here, as it does in the rest of its picture: but only of the web.
    if (!/^https?:/.test(url) || !URL.canParse(url)) return;
    if (!known && this.#windows.size >= MOST_WINDOWS) return;
    const frame = known?.frame ?? this.#make(url);
    if (known && known.window.url !== url) this.#go(frame, url);
    this.#windows.set(id, { frame, window });
    frame.title = title;
    frame.classList.toggle("away", !visible);
    this.#place(frame, window);
  }

  /** The picture has another size on this screen. */
  layOut() {
    for (const { frame, window } of this.#windows.values()) this.#place(frame, window);
  }

  clear() {
    for (const { frame } of this.#windows.values()) frame.remove();
    this.#windows.clear();
    this.#tell("");
  }

  /** @param {HTMLControlledFrameElement} frame @param {RemoteWindow} window */
  #place(frame, { rect }) {
    const scale = this.#canvas.clientWidth / this.#canvas.width;
    for (const [property, value] of /** @type {const} */ ([
      ["left", rect.x],
      ["top", rect.y],
      ["width", rect.width],
      ["height", rect.height],
    ])) {
      frame.style[property] = `${value * scale}px`;
    }
  }

  /** @param {string} url */
  #make(url) {
    const frame = document.createElement("controlledframe");
    frame.addEventListener("permissionrequest", (event) => this.#answer(event));
    // What was allowed was so for one document.
    frame.addEventListener("loadcommit", (event) => {
      if (event.isTopLevel) this.#tell("");
    });
    // A meeting that crashes is joined again; not at once, because one may crash whenever it is loaded.
    frame.addEventListener("exit", () => setTimeout(() => frame.isConnected && frame.reload(), PAUSE));
    frame.addEventListener("unresponsive", () => frame.terminate());
    this.#go(frame, url);
    this.#desktop.append(frame);
    return frame;
  }

  /** @param {HTMLControlledFrameElement} frame @param {string} url */
  #go(frame, url) {
    // Handed on to the sites that are trusted, wherever the page goes; whatever else it goes to has nothing.
    const origins = this.#trusted.join(" ") || "'none'";
    frame.allow = `camera ${origins}; microphone ${origins}`;
    frame.src = url;
  }

  /** @param {ControlledFramePermissionRequestEvent} event */
  #answer({ permission, url, request }) {
    if (permission === "fullscreen" || permission === "pointerLock") return request.allow();
    const origin = url && URL.canParse(url) ? new URL(url).origin : "";
    if (permission !== "media" || !this.#trusted.includes(origin)) return request.deny();
    request.allow();
    this.#tell(`${new URL(origin).host} may use camera and microphone`);
  }
}
