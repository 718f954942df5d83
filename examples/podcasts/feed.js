// From the text of a feed, RSS or Atom, to what is shown of it.

import { parseDate, parseDuration } from "./dates.js";
import { repair } from "./text.js";

/**
 * @typedef {object} Episode
 * @property {string} id One of its own in its feed.
 * @property {string} title
 * @property {string} summary As plain text.
 * @property {string} url Where its sound is.
 * @property {number | null} length In bytes, where the feed says so.
 * @property {number | null} duration In seconds, where the feed says so.
 * @property {number | null} published In milliseconds since 1970, where the feed says so.
 *
 * @typedef {object} Feed
 * @property {string} title
 * @property {string} summary
 * @property {string | null} image
 * @property {Episode[]} episodes The newest first.
 *
 * @typedef {(text: string, type: "text/xml" | "text/html") => Document} Parse
 */

/** How much is taken of a feed that has no end. */
const MOST_EPISODES = 20_000;
const LONGEST_SUMMARY = 400;

const SOUNDS = /\.(mp3|m4a|m4b|aac|ogg|oga|opus|flac|wav|mp4|m4v|webm)$/i;

/**
 * @param {string} text
 * @param {string} url Where it came from.
 * @param {Parse} parse
 * @returns {Feed}
 * @throws {Error} if it is no feed.
 */
export function parseFeed(text, url, parse) {
  const plain = (/** @type {string} */ markup) =>
    (parse(markup, "text/html").body?.textContent ?? "").replace(/\s+/g, " ").trim();
  const page = parse(repair(text, (entity) => parse(entity, "text/html").body?.textContent || entity), "text/xml");
  const root = page.documentElement;
  const channel = root && (root.localName === "feed" ? root : first(root, "channel"));
  if (!channel || page.querySelector("parsererror")) throw new Error("This is no podcast feed.");
  // RSS 1.0 has its items beside the channel.
  const items = [...all(channel, "item", "entry"), ...(channel === root ? [] : all(root, "item"))];
  /** @type {Map<string, Episode>} */
  const episodes = new Map();
  for (const item of items.slice(0, MOST_EPISODES)) {
    const episode = parseEpisode(item, url, plain);
    if (!episode) continue;
    // Some programs give every episode the same identifier, and some list an episode twice.
    const other = episodes.get(episode.id);
    if (other && other.url !== episode.url) episode.id += ` ${episode.url}`;
    if (!episodes.has(episode.id)) episodes.set(episode.id, episode);
  }
  return {
    title: plain(said(channel, "title")) || new URL(url).host,
    summary: plain(said(channel, "description", "subtitle", "summary")).slice(0, LONGEST_SUMMARY),
    image: picture(channel, url),
    // Those without a date stay where they are among themselves, at the end.
    episodes: [...episodes.values()].sort((one, other) => (other.published ?? 0) - (one.published ?? 0)),
  };
}

/**
 * @param {Element} item
 * @param {string} url
 * @param {(markup: string) => string} plain
 * @returns {Episode | null} null if there is nothing to hear.
 */
function parseEpisode(item, url, plain) {
  const sound = enclosure(item, url);
  if (!sound) return null;
  const published = parseDate(said(item, "pubDate", "published", "date", "updated"));
  const title = plain(said(item, "title")) || "Untitled episode";
  return {
    ...sound,
    id: said(item, "guid", "id") || sound.url,
    title,
    summary: plain(said(item, "description", "summary", "subtitle", "content", "encoded")).slice(0, LONGEST_SUMMARY),
    duration: parseDuration(said(item, "duration")),
    published,
  };
}

/**
 * The first thing that can be played, of what may be a sound, a transcript and a picture.
 * @param {Element} item
 * @param {string} url
 */
function enclosure(item, url) {
  const links = all(item, "link").filter((link) => link.getAttribute("rel") === "enclosure");
  const found = [...all(item, "enclosure"), ...links, ...all(item, "content").filter(({ prefix }) => prefix === "media")];
  for (const element of found) {
    const address = resolve(element.getAttribute("url") ?? element.getAttribute("href"), element, url);
    if (!address) continue;
    const type = element.getAttribute("type")?.trim().toLowerCase() ?? "";
    const isSound = SOUNDS.test(address.pathname) || /^(audio|video)\//.test(type);
    if (!isSound && type && type !== "application/octet-stream") continue;
    const length = Number(element.getAttribute("length") ?? element.getAttribute("fileSize"));
    return { url: address.href, length: Number.isSafeInteger(length) && length > 0 ? length : null };
  }
  return null;
}

/**
 * @param {Element} channel
 * @param {string} url
 */
function picture(channel, url) {
  for (const element of all(channel, "image", "logo", "icon")) {
    const said = element.getAttribute("href") ?? first(element, "url")?.textContent ?? element.textContent;
    const address = resolve(said, element, url);
    if (address) return address.href;
  }
  return null;
}

/**
 * A URL of http or https, by `xml:base` of what it is in.
 * @param {string | null | undefined} said
 * @param {Element} element
 * @param {string} url
 */
function resolve(said, element, url) {
  if (!said?.trim()) return null;
  const bases = [];
  for (let at = /** @type {Element | null} */ (element); at; at = at.parentElement) {
    const base = at.getAttribute("xml:base");
    if (base) bases.unshift(base);
  }
  try {
    const base = bases.reduce((outer, inner) => new URL(inner.trim(), outer).href, url);
    const address = new URL(said.trim(), base);
    return /^https?:$/.test(address.protocol) ? address : null;
  } catch {
    return null;
  }
}

/**
 * The children of these names, whatever the namespace: feeds spell those in many ways.
 * @param {Element} element
 * @param {string[]} names
 */
function all(element, ...names) {
  return Array.from(element.children).filter(({ localName }) => names.includes(localName));
}

/**
 * @param {Element} element
 * @param {string} name
 */
function first(element, name) {
  return all(element, name)[0];
}

/**
 * What the first child says that says anything, by the order of the names.
 * @param {Element} element
 * @param {string[]} names
 */
function said(element, ...names) {
  for (const name of names) {
    for (const child of all(element, name)) {
      const text = child.textContent?.trim();
      if (text) return text;
    }
  }
  return "";
}

/**
 * The URL of what somebody types or pastes as a feed's address.
 * @param {string} typed
 * @throws {TypeError} if it is none.
 */
export function feedAddress(typed) {
  const bare = typed.trim().replace(/^(feed|pcast|itpc|podcast):(\/\/(?=https?:)|(?=https?:))?/i, "");
  const address = new URL(/^https?:\/\//i.test(bare) ? bare : `https://${bare.replace(/^\/\//, "")}`);
  address.hash = "";
  return address.href;
}
