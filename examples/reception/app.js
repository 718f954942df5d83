// The reception: a site for one visitor after the other. Who walks away in the middle of it is noticed, asked, and then everything
// begins anew.
//
//   waiting ── somebody touches it ─→ used ── nobody uses the page for a time ─→ asking
//      ↑                               ↑ └────────── "Start over" ──┐            │  │
//      └── nobody answers in time ─────┼────────────────────────────┼────────────┘  │
//                                      └─────── somebody is there ──┴───────────────┘

import { Visit } from "./visit.js";

/**
 * @typedef {object} Settings The file settings.json.
 * @property {string} name Whose reception it is.
 * @property {string} greeting What is written on the screen while nobody uses it.
 * @property {string} url Where a visit begins.
 * @property {number} idleSeconds After how long without a touch or a key the visitor is asked.
 * @property {number} noticeSeconds How long the visitor has for the answer.
 */

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** How long after a page could not be had it is tried again. */
const RETRY = 15_000;

/** For how long a key may still be the one by which somebody was noticed. */
const MOMENT = 300;

const STATES = { waiting: "Ready for the next visitor", used: "In use", asking: "Still there?", broken: "" };

/** @type {Settings} */
let settings;
/** @type {Visit | undefined} */
let visit;
/** @type {number | undefined} */
let countdown;
/** @type {number | undefined} */
let retry;
/** When somebody was there again. */
let since = -Infinity;

/** @returns {keyof typeof STATES} */
const state = () => /** @type {any} */ (document.body.dataset.state);

/** @param {keyof typeof STATES} next */
function become(next) {
  document.body.dataset.state = next;
  at("state").textContent = STATES[next];
  clearInterval(countdown);
}

/** Begins anew. @param {"waiting" | "used"} next */
function begin(next) {
  visit?.end();
  clearTimeout(retry);
  at("failure").hidden = true;
  visit = new Visit(settings.url, settings.idleSeconds, at("place"), {
    begins() {
      at("failure").hidden = true;
    },
    fails(reason) {
      at("failure-reason").textContent = reason;
      at("failure").hidden = false;
      clearTimeout(retry);
      retry = setTimeout(() => visit?.reload(), RETRY);
    },
    // What the visitor did is lost with the page.
    breaks: () => begin(state() === "waiting" ? "waiting" : "used"),
    // A page that nobody has begun to use stays as it is.
    idle: () => state() === "used" && ask(),
    active: isThere,
  });
  become(next);
  if (next === "used") visit.focus();
}

/** Somebody is there, by a touch or a key, on this page or in the site. */
function isThere() {
  if (state() !== "waiting" && state() !== "asking") return;
  since = performance.now();
  become("used");
  visit?.countAnew();
  visit?.focus();
}

function ask() {
  become("asking");
  let left = settings.noticeSeconds;
  const tell = () => {
    at("seconds").textContent = String(left);
    at("ring").style.strokeDashoffset = String(1 - left / settings.noticeSeconds);
    if (left-- === 0) begin("waiting");
  };
  countdown = setInterval(tell, 1000);
  tell();
  at("stay").focus();
}

function tellTime() {
  const now = new Date();
  at("clock").textContent = now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  setTimeout(tellTime, 60_000 - (now.getTime() % 60_000));
}

at("over").addEventListener("click", () => begin("used"));
// On this page any touch or key tells; in the site the frame and the app do, when nobody was there before.
addEventListener("pointerdown", isThere);
addEventListener("keydown", (event) => {
  isThere();
  // A key that says no more than that is not for the site, which has the keyboard from now on.
  if (performance.now() - since < MOMENT) event.preventDefault();
});
navigator.appActivity.addEventListener("active", isThere);

try {
  settings = await (await fetch("/settings.json")).json();
  new URL(settings.url);
  document.title = settings.name;
  at("name").textContent = settings.name;
  at("greeting").textContent = settings.greeting;
  navigator.appActivity.idleInterval = settings.idleSeconds * 1000;
  tellTime();
  begin("waiting");
} catch (error) {
  at("broken-reason").textContent = `settings.json: ${error}`;
  become("broken");
}
