// What is done in the pages themselves. It runs before their scripts, in a world that they do not see, in frames inside as well.

/** The attribute of what leads to a site that is not open. */
export const MARK = "data-not-open-here";

/** How that looks. */
export const STYLE = `
  a[${MARK}], area[${MARK}] { opacity: 0.45 !important; filter: grayscale(1) !important; cursor: not-allowed !important;
    text-decoration: line-through !important; }
  iframe[${MARK}] { background: repeating-linear-gradient(45deg, #8884 0 8px, #8882 8px 16px) !important; }`;

/**
 * Keeps a document's visitor on the sites that are open. It is run as its own text, so it stands for itself.
 *
 * @param {string[]} patterns
 * @param {(url: string, patterns: string[]) => boolean} isOpen
 * @param {string} mark
 */
export function guard(patterns, isOpen, mark) {
  const isTop = window === window.top;
  const root = document.documentElement;

  // Whatever led here: nothing of it is shown, and no script of it runs.
  if (!isOpen(location.href, patterns)) {
    window.stop();
    root?.replaceChildren();
    return;
  }

  // The engine itself keeps frames inside and forms on the list.
  const sources = patterns.flatMap((pattern) => {
    const [, scheme, host, port = "*"] = /^([^:]+):\/\/([^/:]+)(?::([^/]+))?/.exec(pattern) ?? [];
    const schemes = scheme === "*" ? ["http", "https"] : [scheme];
    const hosts = host.startsWith("*.") ? [host, host.slice(2)] : [host];
    return schemes.flatMap((scheme) => hosts.map((host) => (host === "*" ? `${scheme}:` : `${scheme}://${host}:${port}`)));
  });
  const list = sources.join(" ");
  const meta = document.createElement("meta");
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = `frame-src ${list} data: blob:; object-src ${list} data: blob:; form-action ${list} javascript:`;
  const head = document.createElement("head");
  head.append(meta);
  // A policy stays when its element goes, and the page finds no trace of it.
  root?.append(head);
  head.remove();

  /** @type {{ url: string, how: string }[]} */
  const attempts = [];
  /** @type {((attempt: { url: string, how: string } | null) => void) | undefined} */
  let waiting;

  /**
   * @param {string} url
   * @param {string} how
   */
  const tell = (url, how) => {
    if (waiting) waiting({ url, how });
    else if (attempts.length < 10) attempts.push({ url, how });
    waiting = undefined;
  };
  // The app asks for the next one. Who asked before is not there any more.
  Object.assign(globalThis, {
    nextAttempt: () =>
      new Promise((resolve) => {
        waiting?.(null);
        waiting = undefined;
        const first = attempts.shift();
        if (first) resolve(first);
        else waiting = resolve;
      }),
  });

  /** @param {string} url */
  const leadsAway = (url) => !url.startsWith("javascript:") && !isOpen(url, patterns);

  /** @param {Element} element */
  const target = (element) => {
    const name = element.localName === "iframe" ? "src" : "href";
    const value = element.getAttribute(name) ?? element.getAttributeNS("http://www.w3.org/1999/xlink", "href");
    if (value === null || (name === "src" && value.startsWith("data:"))) return undefined;
    return URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI).href : undefined;
  };

  const links = "a, area, iframe";
  /** @param {Element} element */
  const look = (element) => {
    const url = target(element);
    const isMarked = url !== undefined && leadsAway(url);
    if (isMarked === element.hasAttribute(mark)) return;
    element.toggleAttribute(mark, isMarked);
    if (isMarked) element.setAttribute("title", `${new URL(/** @type {string} */ (url)).host} is not open here`);
    else element.removeAttribute("title");
  };
  /** @param {Node} node */
  const lookIn = (node) => {
    if (!(node instanceof Element)) return;
    if (node.matches(links)) look(node);
    node.querySelectorAll(links).forEach(look);
  };
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === "attributes") lookIn(target);
      else addedNodes.forEach(lookIn);
    }
  }).observe(document, { childList: true, subtree: true, attributeFilter: ["href", "src"] });
  lookIn(root);

  // In frames inside it is the engine that blocks: what happens there cannot be told from here.
  if (!isTop) return;

  /** @param {Event} event */
  const keepFrom = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  /** @param {Event} event */
  const onClick = (event) => {
    const link = event.composedPath().find((node) => node instanceof Element && node.matches("a, area"));
    const url = link && target(/** @type {Element} */ (link));
    if (!url || !leadsAway(url)) return;
    keepFrom(event);
    tell(url, "link");
  };
  addEventListener("click", onClick, true);
  addEventListener("auxclick", onClick, true);
  addEventListener(
    "submit",
    (event) => {
      const form = /** @type {HTMLFormElement} */ (event.target);
      const action = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
      const url = URL.canParse(action, document.baseURI) ? new URL(action, document.baseURI).href : "";
      if (!url || !leadsAway(url)) return;
      keepFrom(event);
      tell(url, "form");
    },
    true,
  );
  document.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective, originalPolicy }) => {
    if (originalPolicy !== meta.content) return;
    // Where a server would have led on to is not said: then it is what was asked that is named.
    const url = isOpen(blockedURI, patterns) ? "" : blockedURI;
    if (effectiveDirective === "form-action") tell(url, "form");
    else if (url) tell(url, "inside");
  });
}
