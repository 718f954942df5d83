// Run in a frame's page, in the app's world, when the engine has found text there: tells where it is, as what is selected.
// That may be in a document inside the page, and in a text field.
(() => {
  /** @param {Window & typeof globalThis} view @param {number} left @param {number} top @param {number} depth */
  const look = (view, left, top, depth) => {
    const { document } = view;
    const selection = view.getSelection();
    const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
    const field = /** @type {any} */ (document.activeElement);
    const isInField = typeof field?.selectionStart === "number" && field.selectionStart !== field.selectionEnd;
    const found = range && !range.collapsed ? range : isInField ? field : null;
    if (found) {
      const box = found.getBoundingClientRect();
      return [left + box.left, top + box.top, box.width, box.height];
    }
    if (depth === 8) return null;
    /** @type {number[] | null} */
    let inside = null;
    document.querySelectorAll("iframe, frame").forEach((frame) => {
      const inner = /** @type {HTMLIFrameElement} */ (frame).contentDocument?.defaultView;
      if (!inner || inside) return;
      const box = frame.getBoundingClientRect();
      inside = look(inner, left + box.left + frame.clientLeft, top + box.top + frame.clientTop, depth + 1);
    });
    return inside;
  };
  return look(window, 0, 0, 0);
})()
