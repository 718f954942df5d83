// Runs in the isolated world of the app's scripts, in every embedded document before its own scripts. It asks the runtime
// for the scripts that the app wants run, and sends back what they came to.
//
// The engine can run a script by itself as well, but that counts as the user's gesture: the page could open windows and fill
// the screen whenever the app looks at it. A message that is answered is no gesture, and the script is not parsed anew with
// all that is around it.

/** How often other microtasks have their turn before it counts as late what a script comes to. */
const TURNS = 8;

/**
 * @param {any} handlers of messages: `scripts`, this document's name and a line for each script that has settled, is answered
 *   with JSON of what is to be run next; `settled`, such a line of one that settled late, is not answered. With its first
 *   question, and with the first after a way back to it, a document says where it is
 */
function serve(handlers) {
  const known = Symbol.for("insula.document");
  const { [known]: before } = /** @type {any} */ (globalThis);
  // document.open() brings new content, and with it this script again, into the same document, and forgets the listeners.
  if (before?.document === document) return before.follow();

  const moments = createMoments();
  const isTop = self === top;
  // What the runtime tells documents apart by.
  const name = `${isTop ? "top" : "inside"} ${Math.random()}`;

  /** Asks for scripts until there is no answer: nobody wants any more of this document. */
  async function ask() {
    // What asks without that, and is not known, has been left: the next document's scripts are not for it. And a window that a
    // page has opened speaks by way of its opener's view: by where it says that it is it is found first.
    let message = `${name}\nat:${location.href.slice(0, 4096)}`;
    for (;;) {
      const jobs = await handlers.scripts.postMessage(message);
      if (typeof jobs !== "string") return;
      message = name;
      let isLate = false;
      /** @param {string} outcome */
      const tell = (outcome) => {
        if (isLate) handlers.settled.postMessage(outcome);
        else message += `\n${outcome}`;
      };
      for (const job of JSON.parse(jobs)) moments.at(job.runAt, () => run(job, tell));
      // Most settle at once. One message is faster than two.
      for (let turn = 0; turn < TURNS; turn++) await undefined;
      isLate = true;
    }
  }

  /**
   * @param {{ id: number, code: string, form: "structured" | "plain", matchAboutBlank: boolean }} job
   * @param {(outcome: string) => void} tell
   */
  async function run({ id, code, form, matchAboutBlank }, tell) {
    const isLeftOut = !isTop && location.protocol === "about:" && !matchAboutBlank;
    let settled = '{"skipped":null}';
    if (!isLeftOut) settled = form === "plain" ? executePlainly(code) : await execute(code);
    tell(`${id}:${settled}`);
  }

  function follow() {
    moments.follow();
    // A document that is kept for the way back was forgotten meanwhile.
    addEventListener("pageshow", ({ persisted }) => persisted && ask(), { capture: true });
    if (!isTop) addEventListener("pagehide", () => handlers.settled.postMessage(`gone:${name}`), { capture: true });
  }

  /** @param {any[]} scripts the content scripts, in their order */
  function inject(scripts) {
    if (/** @type {any} */ (state).injected) return;
    /** @type {any} */ (state).injected = true;
    injectContentScripts(scripts, moments);
  }

  const state = { document, follow, inject, parsed: moments.parsed };
  Object.defineProperty(globalThis, known, { value: state, configurable: true });
  follow();
  ask();
}
