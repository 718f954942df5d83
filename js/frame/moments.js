// The moments of a document at which scripts run: document_start, document_end and document_idle.

/** How long a parsed document has to load until it counts as idle, in milliseconds: as in Chromium. */
const PATIENCE = 200;

/** The moments in their order. @type {Record<string, number>} */
const MOMENTS = { document_start: 0, document_end: 1, document_idle: 2 };

/** Follows the moments of this document. */
function createMoments() {
  let reached = 0;
  /** @type {{ moment: number, task: () => void }[]} */
  let waiting = [];

  /** @param {number} moment */
  function reach(moment) {
    while (reached < moment) {
      reached += 1;
      const due = waiting.filter((one) => one.moment <= reached);
      waiting = waiting.filter((one) => one.moment > reached);
      for (const { task } of due) task();
    }
  }

  function parsed() {
    reach(1);
    setTimeout(() => reach(2), PATIENCE);
  }

  return {
    /** Listens to the document: once, and again after document.open(), which forgets all listeners. */
    follow() {
      const once = { once: true, capture: true };
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", parsed, once);
      else parsed();
      if (document.readyState === "complete") reach(2);
      else addEventListener("load", () => reach(2), once);
    },

    /**
     * Does something at a moment, or now if that is over.
     * @param {string} moment its name
     * @param {() => void} task
     */
    at(moment, task) {
      if (MOMENTS[moment] <= reached) task();
      else waiting.push({ moment: MOMENTS[moment], task });
    },
  };
}
