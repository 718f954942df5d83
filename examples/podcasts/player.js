// The one episode that plays, and how far it was heard.

import * as database from "./database.js";
import { clock } from "./dates.js";
import { localURL } from "./downloads.js";
import { element } from "./page.js";

/** @typedef {import("./feed.js").Episode} Episode */

/** Seconds after which the position is written down again. */
const STEP = 5;

const audio = /** @type {HTMLAudioElement} */ (element("audio"));
const seek = /** @type {HTMLInputElement} */ (element("seek"));
const toggle = element("toggle");

/** @type {Episode | null} */
let current = null;
let url = "";
let written = 0;

/** @type {(id: string | null, problem: string | null) => void} */
let changed = () => {};

/** @param {typeof changed} callback Told which episode is played, and what is wrong with it. */
export function onChange(callback) {
  changed = callback;
}

/** Plays an episode from where it was left: from this device, or from its server. @param {Episode} episode */
export async function play(episode) {
  if (current?.id === episode.id && !audio.error) return void audio.play();
  release();
  current = episode;
  localStorage.setItem("playing", JSON.stringify(episode));
  await load(episode);
  await audio.play().catch(() => {});
}

/** Shows what was played last, without playing it. */
export async function restore() {
  const last = localStorage.getItem("playing");
  if (last === null) return;
  current = /** @type {Episode} */ (JSON.parse(last));
  await load(current).catch(() => {});
}

/** @param {Episode} episode */
async function load(episode) {
  element("player").hidden = false;
  element("playing-title").textContent = episode.title;
  const at = (await database.position(episode.id)) ?? 0;
  written = at;
  show(at, episode.duration ?? 0);
  changed(episode.id, null);
  try {
    url = (await localURL(episode.id)) ?? (await navigator.unrestrictedNetwork.createMediaURL(episode.url));
  } catch (error) {
    changed(episode.id, /** @type {Error} */ (error).message);
    throw error;
  }
  // Set before there is anything to seek in, it is where playing begins.
  audio.src = url;
  audio.currentTime = at;
}

function release() {
  keepPosition();
  audio.pause();
  if (url.startsWith("blob:")) URL.revokeObjectURL(url);
  else if (url) navigator.unrestrictedNetwork.revokeMediaURL(url);
  url = "";
}

function keepPosition() {
  if (!current || !audio.src || audio.readyState === 0) return;
  written = audio.ended ? 0 : audio.currentTime;
  void database.putPosition(current.id, written);
}

/** @param {number} at @param {number} end In seconds. */
function show(at, end) {
  element("at").textContent = clock(at);
  element("end").textContent = clock(end);
  seek.max = String(Math.floor(end));
  seek.value = String(Math.floor(at));
  seek.setAttribute("aria-valuetext", `${clock(at)} of ${clock(end)}`);
  document.title = current ? `${current.title} ${clock(at)}` : "Podcasts";
}

const length = () => (Number.isFinite(audio.duration) ? audio.duration : (current?.duration ?? 0));

audio.addEventListener("timeupdate", () => {
  show(audio.currentTime, length());
  if (Math.abs(audio.currentTime - written) >= STEP) keepPosition();
});
audio.addEventListener("loadedmetadata", () => show(audio.currentTime, length()));
for (const type of ["play", "pause"]) {
  audio.addEventListener(type, () => {
    toggle.textContent = audio.paused ? "▶" : "❚❚";
    toggle.setAttribute("aria-label", audio.paused ? "Play" : "Pause");
    if (audio.paused) keepPosition();
  });
}
audio.addEventListener("ended", keepPosition);
audio.addEventListener("error", () => changed(current?.id ?? null, "This episode cannot be played."));
toggle.addEventListener("click", () => {
  if (!current) return;
  if (!audio.paused) audio.pause();
  else void play(current);
});
seek.addEventListener("input", () => (audio.currentTime = Number(seek.value)));
element("back").addEventListener("click", () => (audio.currentTime -= 15));
element("forward").addEventListener("click", () => (audio.currentTime += 30));
addEventListener("pagehide", keepPosition);
