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

  return {
    /** Listens to the document: once, and again after document.open(), which forgets all listeners. */
    follow() {
      if (document.readyState === "complete") reach(2);
      else addEventListener("load", () => reach(2), { once: true, capture: true });
    },

    /** The document is parsed: the engine runs a script then that says so. */
    parsed() {
      reach(1);
      // Where the page forbids scripts, no listener is called, and no timer is heard.
      if (hearsEvents()) setTimeout(() => reach(2), PATIENCE);
      else reach(2);
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

/** Whether listeners are called in this document. */
function hearsEvents() {
  let isHeard = false;
  const target = new EventTarget();
  target.addEventListener("probe", () => {
    isHeard = true;
  });
  target.dispatchEvent(new Event("probe"));
  return isHeard;
}
