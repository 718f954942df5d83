// Podcasts: the subscriptions, and the one that is shown.

import * as database from "./database.js";
import * as episodes from "./episodes.js";
import { feedAddress } from "./feed.js";
import { element, make, showPicture } from "./page.js";
import * as player from "./player.js";
import { fetchFeed } from "./subscribe.js";

/** @typedef {import("./database.js").Subscription} Subscription */

const network = navigator.unrestrictedNetwork;
const address = /** @type {HTMLInputElement} */ (element("address"));

/** @type {Subscription[]} */
let subscriptions = [];
/** @type {Subscription | undefined} */
let shown;

/** @param {Subscription | undefined} subscription */
async function show(subscription) {
  shown = subscription;
  element("feed").hidden = !subscription;
  element("empty").hidden = !!subscription;
  list();
  await episodes.show(subscription?.episodes ?? []);
  if (!subscription) return;
  element("title").textContent = subscription.title;
  element("summary").textContent = subscription.summary;
  element("state").textContent = `${subscription.episodes.length} episodes`;
  await showPicture(/** @type {HTMLImageElement} */ (element("picture")), subscription.image);
}

function list() {
  element("feeds").replaceChildren(
    ...subscriptions.map((subscription) => {
      const picture = make("img", { alt: "" });
      void showPicture(picture, subscription.image);
      const current = String(subscription.url === shown?.url);
      const button = make("button", { "aria-current": current }, picture, subscription.title);
      button.addEventListener("click", () => show(subscription));
      return button;
    }),
  );
}

/** @param {string} url */
async function subscribe(url) {
  const found = await fetchFeed(url);
  await database.putSubscription(found);
  // It may have moved.
  if (found.url !== url) await database.deleteSubscription(url);
  subscriptions = await database.subscriptions();
  await show(found);
}

/** Whether the network may be used, and what is to be done about it. */
function showGrant() {
  const { state } = network;
  element("grant").hidden = state === "granted";
  element("allow").hidden = state !== "prompt";
  if (state === "denied") {
    element("grant-text").textContent =
      "It was denied. What is on this device can be heard; to allow the network, open the permissions in the window's menu.";
  } else if (state === "unavailable") {
    element("grant-text").textContent = "This app has to be installed to use the network.";
  }
}

/** @param {string | null} text */
function problem(text) {
  element("problem").hidden = text === null;
  element("problem").textContent = text;
}

element("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  problem(null);
  const button = /** @type {HTMLButtonElement} */ (element("subscribe"));
  button.disabled = true;
  try {
    if (network.state === "prompt" && (await network.request()) !== "granted") return;
    await subscribe(feedAddress(address.value));
    address.value = "";
  } catch (error) {
    problem(error instanceof TypeError ? "This is no address of a feed." : /** @type {Error} */ (error).message);
  } finally {
    button.disabled = false;
  }
});
element("allow").addEventListener("click", () => void network.request());
element("refresh").addEventListener("click", async () => {
  const asked = shown;
  if (!asked) return;
  element("state").textContent = "Looking for new episodes…";
  try {
    await subscribe(asked.url);
  } catch (error) {
    element("state").textContent = /** @type {Error} */ (error).message;
  }
});
element("unsubscribe").addEventListener("click", async () => {
  if (!shown) return;
  await database.deleteSubscription(shown.url);
  subscriptions = await database.subscriptions();
  await show(subscriptions[0]);
});
network.addEventListener("statechange", () => {
  showGrant();
  if (network.state === "granted") void show(shown);
});

showGrant();
// A link to the app can name a feed; it is for the user to subscribe.
address.value = new URLSearchParams(location.search).get("feed") ?? "";
subscriptions = await database.subscriptions();
await show(subscriptions[0]);
document.title = "Podcasts";
await player.restore();
document.body.dataset.state = "ready";
