// The list of a feed's episodes.

import * as database from "./database.js";
import { clock } from "./dates.js";
import { keep, remove } from "./downloads.js";
import { element, make } from "./page.js";
import * as player from "./player.js";

/** @typedef {import("./feed.js").Episode} Episode */

/** Rows that are made at once. The list grows when its end comes near. */
const ROWS = 50;

const list = element("episodes");
const dates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
/** What is being kept at the moment. @type {Map<string, { stop: AbortController, received: number, total: number | null }>} */
const downloads = new Map();
/** @type {Set<string>} */
let kept = new Set();
/** @type {Map<string, HTMLElement>} */
const rows = new Map();
/** @type {Episode[]} */
let shown = [];
let playing = /** @type {string | null} */ (null);

const end = make("li", { "aria-hidden": "true", hidden: "" });
const watcher = new IntersectionObserver((entries) => {
  if (entries.some(({ isIntersecting }) => isIntersecting)) grow();
}, { root: element("main"), rootMargin: "800px" });

/** @param {Episode[]} episodes */
export async function show(episodes) {
  kept = new Set((await database.keptIds()).map(String));
  shown = episodes;
  rows.clear();
  list.replaceChildren();
  element("main").scrollTop = 0;
  grow();
}

function grow() {
  const next = shown.slice(rows.size, rows.size + ROWS);
  for (const episode of next) {
    const row = make("li");
    rows.set(episode.id, row);
    draw(episode, row);
    list.append(row);
  }
  watcher.disconnect();
  if (rows.size === shown.length) return end.remove();
  end.hidden = false;
  list.append(end);
  watcher.observe(end);
}

/** @param {Episode} episode @param {HTMLElement} row @param {string | null} problem */
function draw(episode, row, problem = null) {
  const facts = [
    episode.published === null ? "" : dates.format(episode.published),
    episode.duration === null ? "" : clock(episode.duration),
    kept.has(episode.id) ? "On this device" : "",
  ];
  const play = make("button", { class: "play", "aria-label": `Play ${episode.title}` }, "▶");
  play.addEventListener("click", () => void player.play(episode).catch(() => {}));
  const middle = make("div", {}, make("h3", {}, episode.title), make("p", {}, facts.filter(Boolean).join(" · ")));
  if (problem) middle.append(make("p", { class: "wrong", role: "alert" }, problem));
  else if (episode.summary) middle.append(make("p", { class: "text" }, episode.summary));
  const download = downloads.get(episode.id);
  if (download) middle.append(bar(episode, download));
  row.replaceChildren(play, middle, keeping(episode, row));
  row.setAttribute("aria-current", String(episode.id === playing));
}

/** @param {Episode} episode @param {{ received: number, total: number | null }} download */
function bar(episode, { received, total }) {
  const made = make("progress", { "aria-label": `Downloading ${episode.title}` });
  if (total) [made.max, made.value] = [total, Math.min(received, total)];
  return made;
}

/** The button that keeps an episode, stops that, or removes it. @param {Episode} episode @param {HTMLElement} row */
function keeping(episode, row) {
  const { id } = episode;
  const download = downloads.get(id);
  const [word, work] = download
    ? ["Cancel", async () => (download.stop.abort(), null)]
    : kept.has(id)
      ? ["Remove", () => remove(id).then(() => (kept.delete(id), null))]
      : ["Download", () => begin(episode, row)];
  const button = make("button", { class: "keep", "aria-label": `${word} ${episode.title}` }, word);
  button.addEventListener("click", async () => {
    const problem = await work();
    // The list may have been made anew meanwhile.
    const drawn = rows.get(id);
    if (drawn) draw(episode, drawn, problem);
  });
  return button;
}

/**
 * Keeps an episode, and answers with what went wrong.
 * @param {Episode} episode
 * @param {HTMLElement} row
 * @returns {Promise<string | null>}
 */
async function begin(episode, row) {
  const download = { stop: new AbortController(), received: 0, total: /** @type {number | null} */ (null) };
  downloads.set(episode.id, download);
  draw(episode, row);
  const progress = (/** @type {number} */ received, /** @type {number | null} */ total) => {
    [download.received, download.total] = [received, total];
    const drawn = rows.get(episode.id)?.querySelector("progress");
    if (drawn && total) [drawn.max, drawn.value] = [total, Math.min(received, total)];
  };
  try {
    await keep(episode, progress, download.stop.signal);
    kept.add(episode.id);
    return null;
  } catch (error) {
    if (download.stop.signal.aborted) return null;
    return `It could not be downloaded: ${/** @type {Error} */ (error).message}`;
  } finally {
    downloads.delete(episode.id);
  }
}

player.onChange((id, problem) => {
  const before = playing;
  playing = id;
  for (const episode of shown) {
    const row = rows.get(episode.id);
    if (row && (episode.id === before || episode.id === id)) draw(episode, row, episode.id === id ? problem : null);
  }
});
