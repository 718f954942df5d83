// Runs in the runtime's own world of embedded documents, before their scripts: reports where in the page a menu is about to
// be opened. The engine asks the runtime for the menu right after this event, and says nothing of these.
(() => {
  const LONGEST = 10_000;
  const DEEPEST = 64;

  /** @param {EventTarget | undefined} target */
  function selectionAt(target) {
    const { selectionStart, selectionEnd, type, value } = /** @type {any} */ (target ?? {});
    if (type === "password") return "";
    if (typeof selectionStart === "number") {
      return value.slice(selectionStart, Math.min(selectionEnd, selectionStart + LONGEST));
    }
    return String(getSelection() ?? "").slice(0, LONGEST);
  }

  /** The place of this document among those of its window, as "0.2": the third in the first one in the top document. */
  function pathOfDocument() {
    const path = [];
    for (let frame = self; frame !== frame.parent && path.length < DEEPEST; frame = frame.parent) {
      let index = 0;
      while (index < frame.parent.length && frame.parent[index] !== frame) index += 1;
      path.unshift(index);
    }
    return path.join(".");
  }

  addEventListener(
    "contextmenu",
    (event) => {
      // What a script dispatches opens nothing.
      if (!event.isTrusted) return;
      const [target] = event.composedPath();
      const name = target instanceof Element ? target.localName : "";
      webkit.messageHandlers.insula.postMessage({
        menu: location.href.slice(0, LONGEST * 10),
        path: pathOfDocument(),
        selection: selectionAt(target),
        media: name === "video" || name === "audio" ? name : "",
      });
    },
    true,
  );
})();
