// Hands on what js/frame/console.js tells, and what a page throws that nobody catches, from the isolated world, which the
// page cannot see into.

((/** @type {string} */ name) => {
  // As in js/frame/console.js, whose word is the page's.
  const MOST_MESSAGES = 1000;
  const MOST_CHARACTERS = 1024 * 1024 + 64 * 1024;
  let second = 0;
  let messages = 0;
  let characters = 0;

  /** @param {string} console */
  function report(console) {
    const now = performance.now();
    if (now - second > 1000) [second, messages, characters] = [now, 0, 0];
    messages += 1;
    characters += console.length;
    if (messages > MOST_MESSAGES || characters > MOST_CHARACTERS) return;
    /** @type {any} */ (globalThis).webkit.messageHandlers.insula.postMessage({ console });
  }

  /** Since when those have watched that are heard, by their world. @type {Record<string, number>} */
  const heard = { page: -1, app: -1 };
  addEventListener(name, (event) => {
    const detail = String(/** @type {CustomEvent} */ (event).detail);
    const [world, since] = detail.split(" ", 2);
    if (!(Number(since) >= heard[world])) return;
    heard[world] = Number(since);
    report(detail.slice(world.length + since.length + 2));
  });
  addEventListener("error", (event) => {
    const { message, filename, lineno } = event;
    // Only what no listener of the page has taken.
    setTimeout(() => {
      if (message && !event.defaultPrevented) report(`2 ${lineno} ${filename}\nUncaught ${message}`.slice(0, 65536));
    });
  });
  addEventListener("unhandledrejection", (event) => {
    const what = describe(event.reason);
    setTimeout(() => {
      if (!event.defaultPrevented) report(`2 0 \nUncaught (in promise)${what}`.slice(0, 65536));
    });
  });

  /** Nothing of the page's own is called for it. @param {unknown} reason */
  function describe(reason) {
    const { isError } = /** @type {{ isError?: (value: unknown) => boolean }} */ (/** @type {unknown} */ (Error));
    if (typeof reason === "function") return "";
    if (typeof reason !== "object" || reason === null) return ` ${String(reason)}`;
    const exception = describeException(reason);
    if (exception) return exception;
    if (!isError || !isError(reason)) return " [object Object]";
    const message = Object.getOwnPropertyDescriptor(reason, "message");
    return message && typeof message.value === "string" ? ` Error: ${message.value}` : " Error";
  }

  /** What the engine's own getters say. @param {object} reason */
  function describeException(reason) {
    /** @param {"name" | "message"} name */
    const get = (name) => Object.getOwnPropertyDescriptor(DOMException.prototype, name)?.get?.call(reason);
    try {
      return ` ${get("name")}: ${get("message")}`;
    } catch {
      return null; // It is no DOMException.
    }
  }
})("EVENT");
