// The terminal: a welcome, a session for each customer, and its end, by the customer or because nobody is there any more.

import { Session } from "./session.js";

/**
 * @typedef {object} Settings The file settings.json.
 * @property {string} name What the terminal is called.
 * @property {string} url Where a session begins.
 * @property {number} idleSeconds After how long without a touch or a key the customer is asked.
 * @property {number} noticeSeconds How long the customer has for the answer.
 */

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const back = /** @type {HTMLButtonElement} */ (at("back"));
const progress = /** @type {HTMLProgressElement} */ (at("progress"));

/** @type {Settings} */
let settings;
/** @type {Session | undefined} */
let session;
/** @type {number | undefined} */
let countdown;

/** @param {"welcome" | "session" | "broken"} view */
function show(view) {
  document.body.dataset.view = view;
}

function start() {
  forgetClipboard();
  begins();
  at("site").textContent = "";
  back.disabled = true;
  session = new Session(settings.url, at("place"), { begins, shows, loads, fails, hangs, breaks });
  show("session");
  session.focus();
  navigator.appActivity.idleInterval = settings.idleSeconds * 1000;
}

/** @param {string} farewell What the welcome says to the customer who goes. */
function finish(farewell) {
  if (!session) return;
  session.end();
  session = undefined;
  navigator.appActivity.idleInterval = 0;
  withdrawNotice();
  forgetClipboard();
  at("farewell").textContent = farewell;
  show("welcome");
  at("start").focus();
}

/**
 * What a customer copied is not for the next one. It takes a click or a key, which the end of an abandoned session has not, but
 * the beginning of the next.
 */
function forgetClipboard() {
  navigator.clipboard.writeText("").catch(() => {});
}

// What happens in the session.

function begins() {
  at("failure").hidden = true;
}

/** @param {string} url */
function shows(url) {
  at("site").textContent = url.startsWith("https:") ? new URL(url).host : url;
  back.disabled = !session?.canGoBack;
}

/** @param {number} share */
function loads(share) {
  progress.value = share;
  progress.hidden = share === 1;
  if (share === 1) back.disabled = !session?.canGoBack;
}

/** @param {string} reason */
function fails(reason) {
  complain("This page cannot be reached", `Please try again in a moment, or ask our staff. (${reason})`);
}

/** @param {boolean} isBusy */
function hangs(isBusy) {
  if (isBusy) complain("This page does not answer", "Please wait a moment, or load it again.");
  else at("failure").hidden = true;
}

function breaks() {
  finish("The page broke. Please start again.");
}

/**
 * @param {string} title
 * @param {string} reason
 */
function complain(title, reason) {
  at("failure-title").textContent = title;
  at("failure-reason").textContent = reason;
  at("failure").hidden = false;
}

// Whether somebody is there.

function ask() {
  if (!session) return;
  let left = settings.noticeSeconds;
  const tell = () => {
    at("seconds").textContent = `${left} second${left === 1 ? "" : "s"}`;
    if (left-- === 0) finish("The last session was ended, because nobody was there.");
  };
  at("notice").hidden = false;
  countdown = setInterval(tell, 1000);
  tell();
}

function withdrawNotice() {
  clearInterval(countdown);
  at("notice").hidden = true;
}

at("start").addEventListener("click", start);
at("finish").addEventListener("click", () => finish("Thank you. Nothing of your session is left here."));
at("back").addEventListener("click", () => session?.back());
at("home").addEventListener("click", () => session?.home());
at("again").addEventListener("click", () => session?.again());
// Any touch or key will do, here or in the page: "Go on" is only where it is looked for.
navigator.appActivity.addEventListener("idle", ask);
navigator.appActivity.addEventListener("active", () => {
  withdrawNotice();
  session?.focus();
});

try {
  settings = await (await fetch("/settings.json")).json();
  new URL(settings.url);
  for (const name of document.querySelectorAll(".name")) name.textContent = settings.name;
  document.title = settings.name;
  show("welcome");
  at("start").focus();
} catch (error) {
  at("broken-reason").textContent = `settings.json: ${error}`;
  show("broken");
}
