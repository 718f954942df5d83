// The reading room: tiles of the sites that are open, a frame that stays on them, and a word about what does not open.

import { Browser, EMPTY } from "./browser.js";
import { readSites } from "./sites.js";

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {string} id */
const button = (id) => /** @type {HTMLButtonElement} */ (at(id));
const frame = /** @type {HTMLControlledFrameElement} */ (at("frame"));
const progress = /** @type {HTMLProgressElement} */ (at("progress"));

/** @type {Browser} */
let browser;
/** @type {import("./sites.js").Sites} */
let list;
/** @type {number | undefined} */
let fading;

/** @param {"home" | "page" | "blocked" | "failed" | "broken"} view */
function show(view) {
  document.body.dataset.view = view;
}

/** @param {string} url */
function placeOf(url) {
  if (!URL.canParse(url)) return "another site";
  const { protocol, host } = new URL(url);
  return host || (url === EMPTY ? "its own" : protocol);
}

/** What is said of each way to leave. @type {Record<import("./browser.js").Way, (from: string, to: string) => string>} */
const REASONS = {
  link: (from, to) => `A link on ${from} leads to ${to}.`,
  form: (from, to) => `A form on ${from} would have sent what you typed to ${to}.`,
  redirect: (from, to) => `The way from ${from} leads on to ${to}.`,
  window: (from, to) => `${from} wanted to open a window of ${to}.`,
  download: (from, to) => `${from} offered a file of ${to}, and files cannot be saved here.`,
  program: (from, to) => `${from} wanted to open another program (${to}).`,
  page: (from, to) => `${from} wanted to go to ${to}.`,
  inside: (_from, to) => `A part of this page comes from ${to}, and is not shown.`,
};

/** @type {import("./browser.js").BrowserListener} */
const listener = {
  shows(url) {
    at("site").textContent = placeOf(url);
    at("lock").hidden = !url.startsWith("https:");
    if (url !== EMPTY) show("page");
    loaded();
  },
  loads(share) {
    progress.value = share;
    progress.hidden = share === 1;
    if (share === 1) loaded();
  },
  blocks(url, way, from) {
    const reason = REASONS[way](from ? placeOf(from) : "the page", placeOf(url));
    // The page itself is what was asked for, and is there.
    if (way === "inside" || url === EMPTY) return say(reason);
    at("blocked-reason").textContent = reason;
    at("blocked-url").textContent = url;
    show("blocked");
    at("return").focus();
  },
  fails(url, reason) {
    at("failed-reason").textContent = `${placeOf(url)}: ${reason}`;
    show("failed");
    at("again").focus();
  },
};

function loaded() {
  button("back").disabled = !browser.canGoBack;
  button("forward").disabled = !browser.canGoForward;
}

/** Says something for some seconds. @param {string} text */
function say(text) {
  at("toast").textContent = text;
  at("toast").hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => (at("toast").hidden = true), 6000);
}

function home() {
  browser.go(EMPTY);
  show("home");
  at("tiles").querySelector("button")?.focus();
}

/** @param {import("./sites.js").Site} site */
function tile({ name, about, url }) {
  const tile = document.createElement("button");
  for (const [kind, text] of [["letter", name[0]], ["name", name], ["about", about], ["host", placeOf(url)]]) {
    tile.append(Object.assign(document.createElement("span"), { className: kind, textContent: text }));
  }
  tile.addEventListener("click", () => {
    browser.go(url);
    at("site").textContent = placeOf(url);
    show("page");
    frame.focus();
  });
  return tile;
}

at("home").addEventListener("click", home);
at("go-home").addEventListener("click", home);
at("back").addEventListener("click", () => browser.back());
at("forward").addEventListener("click", () => browser.forward());
at("reload").addEventListener("click", () => browser.reload());
at("again").addEventListener("click", () => browser.reload());
at("return").addEventListener("click", () => {
  browser.resume();
  show("page");
  frame.focus();
});

try {
  list = await readSites("/sites.json");
  browser = new Browser(frame, list, listener);
  await browser.prepare();
  for (const element of document.querySelectorAll(".place")) element.textContent = list.name;
  for (const element of document.querySelectorAll(".contact")) element.textContent = list.contact;
  document.title = list.name;
  at("tiles").append(...list.sites.map(tile));
  show("home");
} catch (error) {
  at("broken-reason").textContent = `sites.json: ${error}`;
  show("broken");
}
