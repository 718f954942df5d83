/**
 * @typedef {object} Site One tile.
 * @property {string} name
 * @property {string} about What it is, in a line.
 * @property {string} url Where it begins.
 * @property {string[]} allow What is open of it: match patterns, as WebExtensions have them.
 */

/**
 * @typedef {object} Sites The file sites.json.
 * @property {string} name What the place is called.
 * @property {string} contact Whom to ask about what is not open.
 * @property {boolean} downloads Whether files of open sites can be saved.
 * @property {Site[]} sites
 */

/**
 * Reads the list. A mistake in it must not open more than was meant, nor less without a word.
 *
 * @param {string} path
 * @returns {Promise<Sites>}
 */
export async function readSites(path) {
  /** @type {Sites} */
  const list = await (await fetch(path)).json();
  for (const { name, url, allow } of list.sites) {
    for (const pattern of allow) {
      if (!PATTERN.test(pattern)) throw new TypeError(`“${pattern}” of ${name} is no match pattern`);
    }
    if (!isOpen(url, allow)) throw new TypeError(`the first page of ${name} is not among what it allows`);
  }
  return list;
}

const PATTERN = /^(\*|https?):\/\/(\*|(\*\.)?[^/*:]+)(:(\*|\d+))?\/.*$/;

/**
 * Whether match patterns have a URL in them. Without a port they mean any, as those of content scripts do.
 *
 * The guard in the pages has this function as its text, so it stands for itself.
 *
 * @param {string} url
 * @param {string[]} patterns
 * @returns {boolean}
 */
export function isOpen(url, patterns) {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, pathname, search } = new URL(url);
  // An empty document is what a page that is open makes of it, and so is a blob.
  if (protocol === "about:") return true;
  if (protocol === "blob:") return isOpen(pathname, patterns);
  /** @param {string} text */
  const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return patterns.some((pattern) => {
    const [scheme, rest] = pattern.split("://");
    const [, host, wantedPort, path] = /^([^/:]+)(?::([^/]+))?(\/.*)$/.exec(rest) ?? [];
    if (host === undefined) return false;
    const isScheme = scheme === "*" ? protocol === "http:" || protocol === "https:" : protocol === `${scheme}:`;
    const isHost =
      host === "*" || hostname === host || (host.startsWith("*.") && `.${hostname}`.endsWith(host.slice(1)));
    const ownPort = port || (protocol === "https:" ? "443" : "80");
    const isPort = wantedPort === undefined || wantedPort === "*" || wantedPort === ownPort;
    const isPath = new RegExp(`^${path.split("*").map(escape).join(".*")}$`).test(pathname + search);
    return isScheme && isHost && isPort && isPath;
  });
}
