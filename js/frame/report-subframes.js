// Runs in the runtime's own world of embedded documents, before their scripts: reports documents inside the top one, and
// that the user does something in one of them that is of another origin. The engine does not say who asks for what.
if (self !== top) {
  const { insula } = webkit.messageHandlers;
  insula.postMessage({ subframe: location.href });

  /** A document of another origin may not look. */
  const isStranger = () => {
    try {
      return /** @type {Window} */ (top).origin !== origin;
    } catch {
      return true;
    }
  };
  /** @param {Event} event */
  const tell = ({ isTrusted }) => {
    if (isTrusted && isStranger()) insula.postMessage({ stranger: "" });
  };
  // All that the engine takes for a gesture.
  for (const type of ["mousedown", "mouseup", "click", "keydown", "keyup", "touchstart", "touchend", "pointerup"]) {
    addEventListener(type, tell, { capture: true, passive: true });
  }
}
