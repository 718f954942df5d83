// A screen that a teacher, or an administrator, switches over the network. Where they are comes from the address,
// `/?server=HOST:PORT&room=NAME&secret=…`, or from whoever sets the screen up; it is remembered.

import { Connection } from "./connection.js";
import { Stage, at } from "./stage.js";

/** @import { Settings, State } from "./connection.js" */
/** @import { Message } from "./protocol.js" */

const SETTINGS = "classroom.settings";
const LINKS = { waiting: "Not connected", connected: "Connected", untrusted: "Not trusted" };

const dialog = /** @type {HTMLDialogElement} */ (at("setup"));
const input = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (at(id));

/** @type {Settings | undefined} */
let settings;
/** @type {Connection | undefined} */
let connection;
const stage = new Stage((what) => connection?.say(what));

/** What the teacher may say. @type {Record<string, (message: Message) => void>} */
const commands = {
  show({ url, title }) {
    if (typeof url !== "string" || !/^https?:/.test(url) || !URL.canParse(url)) return refuse(url);
    stage.show(url, typeof title === "string" ? title : "");
  },
  reload: () => stage.reload(),
  note: ({ text }) => stage.note(typeof text === "string" ? text : ""),
  attention: ({ text }) =>
    stage.cover("attention", typeof text === "string" && text ? text : "Eyes to the front", "The page comes back in a moment."),
  clear() {
    stage.clear();
    stage.note("");
    wait("The lesson has not begun yet.");
  },
};

/** @param {unknown} url */
function refuse(url) {
  connection?.say({ type: "failed", url: String(url), why: "no URL of a site" });
}

/** @param {string} text */
function wait(text) {
  stage.cover("waiting", "Ready when you are", text);
}

/** @param {State} state */
function showLink(state) {
  at("link").dataset.state = state;
  at("link-text").textContent = LINKS[state];
}

/** @param {Settings} chosen */
function start(chosen) {
  settings = chosen;
  localStorage.setItem(SETTINGS, JSON.stringify(settings));
  at("cover-room").textContent = settings.room;
  document.title = settings.room;
  connection?.close();
  stage.clear();
  showLink("waiting");
  wait(`Looking for the teacher at ${settings.server}.`);
  connection = new Connection(settings, {
    state(state, why) {
      showLink(state);
      if (state === "connected") return;
      stage.note("");
      // Whoever is away decides nothing: until somebody comes back the screen shows a page of its own.
      if (state === "untrusted") stage.cover("untrusted", "Somebody else answers", why);
      else wait(`Looking for the teacher at ${settings?.server}. ${why}`);
    },
    told(message) {
      showLink("connected");
      commands[message.type]?.(message);
    },
  });
}

function openSetup() {
  for (const id of /** @type {const} */ (["server", "room", "secret"])) input(id).value = settings?.[id] ?? "";
  dialog.showModal();
}

at("setup-button").addEventListener("click", openSetup);
at("cancel").addEventListener("click", () => dialog.close());
at("setup-form").addEventListener("submit", () =>
  start({ server: input("server").value, room: input("room").value, secret: input("secret").value }),
);

const tick = () => {
  at("clock").textContent = new Date().toLocaleTimeString([], { timeStyle: "short" });
};
setInterval(tick, 1000);
tick();

const given = Object.fromEntries(new URLSearchParams(location.search));
const chosen = { ...JSON.parse(localStorage.getItem(SETTINGS) ?? "{}"), ...given };
if (chosen.server && chosen.room && chosen.secret) {
  // A secret stays out of the address, which anybody in front of the screen could see.
  history.replaceState(null, "", "/");
  start({ server: chosen.server, room: chosen.room, secret: chosen.secret });
} else {
  wait("This screen has to be set up first.");
  openSetup();
}
