// Runs in the runtime's own world of an embedded document when Tab enters it: focuses its first or last stop.

/** @param {"forward" | "backward"} direction */
function focusEdge(direction) {
  const stops = Array.from(
    document.querySelectorAll(
      "a[href], area[href], button, input, select, textarea, iframe, summary, audio[controls], video[controls], " +
        "[tabindex], [contenteditable]:not([contenteditable='false'])",
    ),
  ).filter(
    (element) =>
      element instanceof HTMLElement &&
      element.tabIndex >= 0 &&
      !element.matches(":disabled, [inert], [inert] *") &&
      element.checkVisibility({ visibilityProperty: true }),
  );
  // Positive indices come first, in their order (HTML, section 6.6.3 "The tabindex attribute").
  const rank = (/** @type {Element} */ element) => /** @type {HTMLElement} */ (element).tabIndex || Infinity;
  stops.sort((a, b) => Math.sign(rank(a) - rank(b)) || 0);
  const stop = /** @type {HTMLElement | undefined} */ (direction === "forward" ? stops[0] : stops.at(-1));
  stop?.focus();
}
