// Runs in the isolated world of the app's scripts in an embedded document, as long as the app wants to know how large its
// content is (`autosize`), or wants it made smaller (`allowscaling`).
//
// The content's width is the least in which nothing overflows; its height is that at this width, within bounds. Both are
// measured under animations that begin and end in between: the page sees neither them nor another size.

/**
 * Resolves with the content's size and the viewport's width, in CSS pixels, once one of them is not what was told last;
 * with null when somebody else asks.
 * @param {{ minWidth: number, minHeight: number, maxWidth: number, maxHeight: number }} bounds
 * @param {string} told what was told last, as text
 * @returns {Promise<number[] | null>}
 */
(function followSize({ minWidth, minHeight, maxWidth, maxHeight }, told) {
  const known = Symbol.for("insula.size");
  /** @type {any} */ (globalThis)[known]?.();

  return new Promise((resolve) => {
    const observer = new ResizeObserver(look);
    /** @param {number[] | null} size */
    function end(size) {
      observer.disconnect();
      removeEventListener("resize", look);
      removeEventListener("load", look, true);
      resolve(size);
    }
    Object.defineProperty(globalThis, known, { value: () => end(null), configurable: true });

    function look() {
      const root = document.documentElement;
      if (!root) return;
      const width = within(measure(root, "min-content").width, minWidth, maxWidth);
      const height = within(measure(root, `${width}px`).height, minHeight, maxHeight);
      const size = [width, height, innerWidth];
      if (String(size) !== told) end(size);
    }

    for (const element of [document.documentElement, document.body]) if (element) observer.observe(element);
    addEventListener("resize", look);
    // Also of what is in the page, such as images.
    addEventListener("load", look, true);
    look();
  });

  /** @param {Element} root @param {string} width */
  function measure(root, width) {
    const frame = { width, minWidth: "0px", maxWidth: "none", height: "auto", minHeight: "0px", maxHeight: "none" };
    const animation = root.animate([frame, frame], { duration: 1, fill: "both" });
    animation.pause();
    try {
      const box = root.getBoundingClientRect();
      const style = getComputedStyle(root);
      const margin = (/** @type {string} */ side) => parseFloat(style.getPropertyValue(`margin-${side}`)) || 0;
      return {
        width: Math.ceil(box.width + margin("left") + margin("right")),
        height: Math.ceil(box.height + margin("top") + margin("bottom")),
      };
    } finally {
      animation.cancel();
    }
  }

  /** @param {number} length @param {number} least @param {number} most */
  function within(length, least, most) {
    return Math.max(least, Math.min(length, most));
  }
})
