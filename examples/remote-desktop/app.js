// A thin client. Where the desktop is comes from the address, `/?server=HOST:PORT&meetings=ORIGIN,ORIGIN`, or from the
// user; it is remembered.

import { passOn } from "./input.js";
import { Redirection } from "./redirection.js";
import { Desktop } from "./rfb.js";

const SETTINGS = "desktop.settings";
const PAUSE = 2000;

/** @param {string} id */
function at(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`There is no #${id}.`);
  return found;
}
const input = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (at(id));
const canvas = /** @type {HTMLCanvasElement} */ (at("picture"));

/** @type {Desktop | undefined} */
let desktop;
/** The one that counts: each `connect()` ends what was before. */
let attempt = 0;

/** @param {"off" | "connecting" | "on"} state @param {string} text */
function showLink(state, text) {
  at("link").dataset.state = state;
  at("link-text").textContent = text;
  at("disconnect").hidden = state === "off";
  at("connect").hidden = state === "on";
  at("desktop").hidden = state !== "on";
}

/** Makes the picture as large as there is room, with all of it to be seen. */
function fit() {
  const { clientWidth, clientHeight } = at("room");
  const scale = Math.min(clientWidth / canvas.width, clientHeight / canvas.height);
  at("desktop").style.width = `${canvas.width * scale}px`;
  at("desktop").style.height = `${canvas.height * scale}px`;
}

/** @param {{ server: string, meetings: string }} settings */
async function connect(settings) {
  localStorage.setItem(SETTINGS, JSON.stringify(settings));
  const own = ++attempt;
  const colon = settings.server.lastIndexOf(":");
  const [host, port] = [settings.server.slice(0, colon), Number(settings.server.slice(colon + 1))];
  const origins = settings.meetings.split(/[\s,]+/).filter((text) => URL.canParse(text)).map((text) => new URL(text).origin);
  const redirection = new Redirection(at("desktop"), canvas, origins, (text) => (at("devices").textContent = text));
  const resized = new ResizeObserver(() => {
    fit();
    redirection.layOut();
  });
  resized.observe(at("room"));
  at("problem").textContent = "";
  while (own === attempt) {
    showLink("connecting", `Connecting to ${host}`);
    try {
      const socket = new TCPSocket(host, port, { noDelay: true, keepAliveDelay: 10_000 });
      desktop = new Desktop(await socket.opened, canvas, {
        size(name) {
          at("name").textContent = document.title = name || host;
          showLink("on", "Connected");
          fit();
          redirection.layOut();
          canvas.focus();
        },
        window: (window) => redirection.apply(window),
      });
      if (own !== attempt) desktop.close();
      await desktop.ended;
    } catch (error) {
      if (own === attempt) at("problem").textContent = /** @type {Error} */ (error).message;
    }
    redirection.clear();
    if (own !== attempt) break;
    showLink("connecting", `Connecting to ${host} again`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  resized.disconnect();
}

function disconnect() {
  attempt += 1;
  desktop?.close();
  at("name").textContent = "";
  showLink("off", "Not connected");
}

passOn(canvas, () => desktop);
at("disconnect").addEventListener("click", disconnect);
at("connect").addEventListener("submit", (event) => {
  event.preventDefault();
  disconnect();
  connect({ server: input("server").value, meetings: input("meetings").value });
});

const given = Object.fromEntries(new URLSearchParams(location.search));
/** @type {{ server: string, meetings: string }} */
const settings = { server: "", meetings: "", ...JSON.parse(localStorage.getItem(SETTINGS) ?? "{}"), ...given };
[input("server").value, input("meetings").value] = [settings.server, settings.meetings];
if (given.server) connect(settings);
