// A screen that nobody attends. Where its playlist is comes from the address, `/?playlist=…&screen=…`, or from whoever
// sets it up; it is remembered.

import { Player } from "./player.js";
import { kept, read } from "./playlist.js";
import { Reporter } from "./reporter.js";
import { at, notice, say, show, tick } from "./panel.js";

const SETTINGS = "signage.settings";
const RETRY = 10_000;

const network = navigator.unrestrictedNetwork;
const player = new Player(at("stage"));
const form = /** @type {HTMLFormElement} */ (at("setup"));
const address = /** @type {HTMLInputElement} */ (at("playlist-url"));
const screenName = /** @type {HTMLInputElement} */ (at("screen-name"));

/** @type {{ playlist: string, screen: string }} */
let settings = { playlist: "", screen: "" };
/** @type {ReturnType<typeof setTimeout> | undefined} */
let refreshing;

const reporter = new Reporter(() => {
  const { state, item, problem, recoveries, slowest, history } = player;
  return {
    screen: settings.screen,
    state,
    page: item?.url,
    problem: state === "failed" ? problem : undefined,
    recoveries,
    slowest,
    last: history[0] && { cause: history[0].cause, milliseconds: history[0].milliseconds },
    running: Math.round(performance.now() / 1000),
  };
});

player.addEventListener("change", () => {
  show(player);
  reporter.send();
});

/** @param {string} [problem] */
function openSetup(problem = "") {
  [address.value, screenName.value] = [settings.playlist, settings.screen];
  say("setup-problem", problem);
  notice();
  say("health-text", "Not set up");
  form.hidden = false;
  address.focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  // A playlist is on any server, which the user has to allow, and somebody has just clicked.
  if (network.state === "prompt") await network.request().catch(() => {});
  start({ playlist: address.value, screen: screenName.value });
});

at("setup-button").addEventListener("click", () => {
  at("details").hidePopover();
  openSetup();
});

/** @param {typeof settings} chosen */
function start(chosen) {
  settings = chosen;
  localStorage.setItem(SETTINGS, JSON.stringify(settings));
  form.hidden = true;
  say("details-name", settings.screen || "This screen");
  document.title = settings.screen ? `Signage: ${settings.screen}` : "Signage";
  const old = kept(settings.playlist);
  if (old) player.play(old.items);
  else notice("One moment", "Reading the playlist");
  refresh();
}

async function refresh() {
  clearTimeout(refreshing);
  let pause = RETRY;
  try {
    const playlist = await read(settings.playlist);
    say("source", `${playlist.name}, read at ${new Date().toLocaleTimeString([], { timeStyle: "short" })}`);
    pause = playlist.refresh * 1000;
    reporter.url = playlist.report;
    if (form.hidden) player.play(playlist.items);
  } catch (error) {
    // Without the permission nothing will come of trying again; a server may come back.
    const { name, message } = /** @type {Error} */ (error);
    const problem = name === "NotAllowedError" ? "This app is not allowed to use the network yet." : message;
    say("source", `Not read: ${problem}`);
    if (!player.items.length) return openSetup(problem);
  }
  refreshing = setTimeout(refresh, pause);
}

/** A screen that goes dark is none. What takes the lock away, such as another program in front, is over one day. */
async function stayAwake() {
  if (document.visibilityState !== "visible") return;
  try {
    const lock = await navigator.wakeLock.request("screen");
    say("wake", "stays on");
    lock.addEventListener("release", () => say("wake", "may go dark"));
  } catch {
    say("wake", "may go dark");
  }
}
document.addEventListener("visibilitychange", stayAwake);
stayAwake();

// What is in the page is small; once a second is often enough, and costs nothing at rest.
setInterval(() => tick(player), 1000);
tick(player);

const given = new URLSearchParams(location.search);
const remembered = JSON.parse(localStorage.getItem(SETTINGS) ?? "null");
const playlist = given.get("playlist") ?? remembered?.playlist;
if (playlist) start({ playlist, screen: given.get("screen") ?? remembered?.screen ?? "" });
else openSetup();
