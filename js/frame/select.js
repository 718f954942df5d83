// Which documents a content script is for. What patterns are made of, js/page/controlled-frame/content-script-details.js
// reads from what the app writes.
//
// The engine's own patterns know neither ports nor queries, so the engine runs the content scripts' one script in every
// document, and here is decided.

/** How many documents that made one another are asked for their address. */
const FARTHEST = 64;

/**
 * Whether a content script is for a document.
 * @param {any} script
 * @param {{ url: URL, creator: URL | null, isTop: boolean, isBlank: boolean }} place where the document is, and where the
 *   one that made it is, if it is blank
 */
function isFor(script, { url, creator, isTop, isBlank }) {
  if (!isTop && !script.allFrames) return false;
  if (!isBlank) return selects(script, url);
  return script.matchAboutBlank && (selects(script, url) || (creator !== null && selects(script, creator)));
}

/** Whether a content script's patterns and globs select a URL. @param {any} script @param {URL} url */
function selects(script, url) {
  const { href } = url;
  const matches = (/** @type {any} */ pattern) => matchesPattern(pattern, url);
  const globs = (/** @type {string} */ glob) => matchesGlob(glob, href, true);
  const tests = (/** @type {any} */ components) => matchesURLPattern(components, href);
  return (
    (script.matches.some(matches) || script.urlPatterns.some(tests)) &&
    (script.includeGlobs.length === 0 || script.includeGlobs.some(globs)) &&
    !script.excludeMatches.some(matches) &&
    !script.excludeUrlPatterns.some(tests) &&
    !script.excludeGlobs.some(globs)
  );
}

/**
 * A match pattern of WebExtensions. The path's glob is about the query as well, and about no fragment.
 * @param {{ scheme: string, host: string, subdomains: boolean, port: string, path: string }} pattern `*` in scheme, host and
 *   port stands for all
 * @param {URL} url
 */
function matchesPattern(pattern, url) {
  const scheme = url.protocol.slice(0, -1);
  if (pattern.scheme === "*" ? scheme !== "http" && scheme !== "https" : scheme !== pattern.scheme) return false;
  const host = url.hostname.replace(/\.$/, "");
  if (
    pattern.host !== "*" &&
    host !== pattern.host &&
    !(pattern.subdomains && host.endsWith(`.${pattern.host}`))
  ) {
    return false;
  }
  const port = url.port || { http: "80", https: "443" }[scheme] || "";
  if (pattern.port !== "*" && pattern.port !== port) return false;
  const [address] = /** @type {[string]} */ (url.href.split("#", 1));
  return matchesGlob(pattern.path, address.slice(address.indexOf("/", url.protocol.length + 2)), false);
}

/** @param {Record<string, string>} components of a URLPattern @param {string} url */
function matchesURLPattern(components, url) {
  try {
    return new URLPattern(components).test(url);
  } catch {
    return false; // an engine that takes less than that of the app's page
  }
}

/**
 * Whether a glob stands for the whole of a text: `*` for any characters, and `?`, where it is one of its signs, for one.
 * It goes back to the last `*` alone, so that no glob takes more than the product of the lengths.
 * @param {string} glob
 * @param {string} text
 * @param {boolean} hasSingles
 */
function matchesGlob(glob, text, hasSingles) {
  let [at, from, star, tried] = [0, 0, -1, 0];
  while (from < text.length) {
    if (glob[at] === "*") {
      star = at++;
      tried = from;
    } else if (at < glob.length && (glob[at] === text[from] || (hasSingles && glob[at] === "?"))) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      at = star + 1;
      from = ++tried;
    } else {
      return false;
    }
  }
  while (glob[at] === "*") at += 1;
  return at === glob.length;
}

/**
 * Where this document is. A blank one (about:blank, about:srcdoc) has the rights of the document that made it, and counts
 * as being where that is. One that has other rights, in a sandbox, is nowhere.
 */
function placeOfDocument() {
  const isBlank = location.protocol === "about:";
  const place = { url: new URL(location.href), creator: null, isTop: self === top, isBlank };
  return isBlank ? { ...place, creator: creatorOfDocument() } : place;
}

/** @returns {URL | null} */
function creatorOfDocument() {
  /** @type {Window | null} */
  let frame = self;
  try {
    for (let asked = 0; frame && asked < FARTHEST; asked++) {
      if (frame.location.protocol !== "about:") return new URL(frame.location.href);
      frame = frame === frame.parent ? frame.opener : frame.parent;
    }
  } catch {
    // It may not be asked: this document has other rights.
  }
  return null;
}
