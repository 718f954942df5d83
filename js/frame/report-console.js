// Hands on what js/frame/console.js tells, and what a page throws that nobody catches, from the isolated world, which the
// page cannot see into.

((/** @type {string} */ name) => {
  /** @param {string} console */
  const report = (console) => /** @type {any} */ (globalThis).webkit.messageHandlers.insula.postMessage({ console });
  addEventListener(name, (event) => report(String(/** @type {CustomEvent} */ (event).detail)));
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
