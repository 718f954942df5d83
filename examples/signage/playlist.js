// What a screen shows: a list of pages that a server has. The last good one is kept, for a start without a network.

/**
 * @typedef {object} Item
 * @property {string} url
 * @property {string} title
 * @property {number} seconds for how long it is shown; alone in its list, after how long it is loaded anew
 * @property {boolean} scroll whether a page that is higher than the screen scrolls down by itself
 * @property {string[]} hide selectors of what is not to be seen, besides the usual cookie banners
 * @property {number} zoom 1 is the page's own size
 *
 * @typedef {object} Playlist
 * @property {string} name
 * @property {string} [report] where the screen says how it is, by POST
 * @property {number} refresh after how many seconds it is read again
 * @property {Item[]} items
 */

const KEPT = "signage.playlist";

/**
 * Makes a playlist of what a server sent. Throws an Error that says what is wrong with it.
 * @param {any} value
 * @param {string} base the URL of the playlist, which the others may be relative to
 * @returns {Playlist}
 */
export function parse(value, base) {
  if (!Array.isArray(value?.items) || value.items.length === 0) throw new Error("The playlist has no items.");
  const text = (/** @type {unknown} */ given, /** @type {string} */ otherwise) =>
    typeof given === "string" && given.trim() ? given : otherwise;
  const number = (/** @type {unknown} */ given, /** @type {number} */ otherwise, least = 1, most = 86_400) =>
    typeof given === "number" && Number.isFinite(given) ? Math.min(Math.max(given, least), most) : otherwise;
  const items = value.items.map((/** @type {any} */ item, /** @type {number} */ index) => {
    if (!URL.canParse(item?.url, base)) throw new Error(`Item ${index + 1} of the playlist has no valid URL.`);
    const { href, host } = new URL(item.url, base);
    return {
      url: href,
      title: text(item.title, host),
      seconds: number(item.seconds, 30),
      scroll: item.scroll === true,
      hide: Array.isArray(item.hide) ? item.hide.filter((/** @type {unknown} */ it) => typeof it === "string") : [],
      zoom: number(item.zoom, 1, 0.25, 5),
    };
  });
  const report = URL.canParse(value.report, base) ? new URL(value.report, base).href : undefined;
  return { name: text(value.name, "Signage"), report, refresh: number(value.refresh, 60), items };
}

/**
 * Reads the playlist of a server, and keeps it.
 * @param {string} url
 */
export async function read(url) {
  const response = await navigator.unrestrictedNetwork.fetch(url, { signal: AbortSignal.timeout(20_000) });
  if (!response.ok) throw new Error(`The server of the playlist answers ${response.status}.`);
  const playlist = parse(await response.json(), url);
  localStorage.setItem(KEPT, JSON.stringify({ url, playlist }));
  return playlist;
}

/**
 * The playlist that was read last, if it was this one.
 * @param {string} url
 * @returns {Playlist | undefined}
 */
export function kept(url) {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    return found?.url === url ? parse(found.playlist, url) : undefined;
  } catch {
    return undefined; // kept by an older version of the app
  }
}
