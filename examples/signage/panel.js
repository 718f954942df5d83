// What the app says itself: the bar below, the details, and the cards on an empty stage.

/** @import { Player } from "./player.js" */

const HEALTH = { starting: "Starting", showing: "On air", recovering: "Coming back", failed: "Off air" };

/** @param {string} id */
export function at(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`There is no #${id}.`);
  return found;
}

/**
 * @param {string} id
 * @param {string} text
 */
export function say(id, text) {
  const element = at(id);
  // What is the same is not written again: a text that changes is painted anew.
  if (element.textContent !== text) element.textContent = text;
}

/** @param {number} milliseconds */
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;
/** @param {number} count */
const times = (count) => (count === 1 ? "once" : `${count} times`);
/** @param {Date} date */
const clock = (date, length = /** @type {"short" | "medium"} */ ("short")) =>
  date.toLocaleTimeString([], { timeStyle: length });

/** @param {Player} player */
export function show(player) {
  const { state, item, items, history, recoveries, slowest, problem } = player;
  at("health").dataset.state = state;
  say("health-text", HEALTH[state]);
  say("now", item ? item.title : "");
  say("recoveries", recoveries ? `Shown again ${times(recoveries)}, last in ${seconds(history[0].milliseconds)}` : "");
  say("count", recoveries ? times(recoveries) : "never");
  say("slowest", recoveries ? seconds(slowest) : "–");
  at("items").replaceChildren(
    ...items.map(({ title, seconds, url }) => {
      const line = Object.assign(document.createElement("li"), { textContent: `${title}, ${seconds} s`, title: url });
      line.classList.toggle("current", url === item?.url);
      return line;
    }),
  );
  if (history.length) {
    at("history").replaceChildren(
      ...history.slice(0, 6).map(({ at: date, cause, milliseconds }) => {
        const row = document.createElement("tr");
        for (const text of [clock(date, "medium"), cause, seconds(milliseconds)]) row.insertCell().textContent = text;
        return row;
      }),
    );
  }
  if (state === "showing") notice();
  else if (state === "failed") notice("Nothing to show right now", `${problem} The screen tries again in a moment.`);
  else if (state === "recovering") notice("Back in a moment", item?.title);
  else notice("One moment", item?.title);
}

/**
 * @param {string} [title] nothing takes the card away
 * @param {string} [text]
 */
export function notice(title, text = "") {
  at("notice").hidden = !title;
  say("notice-title", title ?? "");
  say("notice-text", text);
}

/**
 * What changes with time.
 * @param {Player} player
 */
export function tick({ turn, state }) {
  const now = performance.now();
  say("clock", clock(new Date()));
  const minutes = Math.floor(now / 60_000);
  const hours = Math.floor(minutes / 60);
  say("uptime", hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`);
  const part = state === "showing" ? Math.min((now - turn.begins) / (turn.ends - turn.begins), 1) : 0;
  at("progress").style.setProperty("--part", part.toFixed(3));
}
