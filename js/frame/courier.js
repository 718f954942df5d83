// Runs in the isolated world of the app's scripts, in every embedded document before its own scripts. It asks the runtime
// for the scripts that the app wants run, and sends back what they came to.
//
// The engine can run a script by itself as well, but that counts as the user's gesture: the page could open windows and fill
// the screen whenever the app looks at it. A message that is answered is no gesture, and the script is not parsed anew with
// all that is around it.

/**
 * @param {any} handlers of messages: `scripts` is answered with JSON of what is to be run, `settled` with nothing
 */
function serve(handlers) {
  const known = Symbol.for("insula.document");
  const { [known]: before } = /** @type {any} */ (globalThis);
  // document.open() brings new content, and with it this script again, into the same document, and forgets the listeners.
  if (before?.document === document) return before.follow();

  const moments = createMoments();
  // What the runtime tells documents apart by. A window that a page has opened speaks by way of its opener's view, so that
  // top documents say where they are, by which they are found the first time.
  const name = String(Math.random());
  const isTop = self === top;
  const who = isTop ? `${name} ${location.href.slice(0, 4096)}` : name;

  /** Asks for scripts until there is no answer: nobody wants any more of this document. */
  async function ask() {
    for (;;) {
      const jobs = await handlers.scripts.postMessage(who);
      if (typeof jobs !== "string") return;
      for (const job of JSON.parse(jobs)) moments.at(job.runAt, () => run(job));
    }
  }

  /** @param {{ id: number, code: string, form: "structured" | "plain", matchAboutBlank: boolean }} job */
  async function run({ id, code, form, matchAboutBlank }) {
    const isLeftOut = !isTop && location.protocol === "about:" && !matchAboutBlank;
    let settled = '{"skipped":null}';
    if (!isLeftOut) settled = form === "plain" ? executePlainly(code) : await execute(code);
    handlers.settled.postMessage(`${id}:${settled}`);
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

  const state = { document, follow, inject };
  Object.defineProperty(globalThis, known, { value: state, configurable: true });
  follow();
  ask();
}
