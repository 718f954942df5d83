// What the members of a frame cost: how long each takes, and for how long it keeps the app's page from its own work.

import { idle, loadedFrame, page, quantile, report, seconds } from "./common.js";

export const memberSuites = {
  /** One call after the other. */
  async members() {
    const { frame, members } = await prepare();
    for (const [name, [rounds, call]] of Object.entries(members)) {
      await call();
      const start = performance.now();
      for (let round = 0; round < rounds; round++) await call();
      report(name, (1000 * seconds(start)) / rounds, "ms");
    }
    frame.remove();
  },

  /** The same, while the page does as many short tasks as it can: how long the next one has to wait. */
  async blocking() {
    const { frame, members } = await prepare();
    const all = { nothing: [1, () => idle(2000)], ...members };
    for (const [name, [rounds, call]] of Object.entries(all)) {
      await call();
      const waits = waitsOfTasks();
      for (let round = 0; round < rounds; round++) await call();
      const values = waits.stop();
      report(`${name} 99th`, quantile(values, 0.99), "ms");
      report(`${name} worst`, Math.max(...values), "ms");
    }
    frame.remove();
  },
};

/** A frame, and for each member how often it is called and how. */
async function prepare() {
  const frame = await loadedFrame(page(), "", "width: 320px; height: 200px");
  await frame.addContentScripts([
    {
      name: "answers",
      urlPatterns: ["http://*:*/*"],
      runAt: "document-start",
      js: { code: "addEventListener('message', ({ data, source }) => source.postMessage(data, '*'))" },
    },
  ]);
  const loaded = new Promise((resolve) => frame.addEventListener("contentload", resolve, { once: true }));
  frame.src = page("?with-script");
  await loaded;
  const reload = () =>
    new Promise((resolve) => {
      frame.addEventListener("loadstop", resolve, { once: true });
      frame.reload();
    });
  const answer = () =>
    new Promise((resolve) => {
      addEventListener("message", resolve, { once: true });
      frame.contentWindow.postMessage("hello", "*");
    });
  const members = {
    executeScript: [500, () => frame.executeScript({ code: "1 + 1" })],
    "content script": [500, answer],
    insertCSS: [100, () => frame.insertCSS({ code: "p { color: green }" })],
    getZoom: [500, () => frame.getZoom()],
    captureVisibleRegion: [50, () => frame.captureVisibleRegion()],
    reload: [50, reload],
  };
  return { frame, members };
}

/** Measures the time between one task and the next, until it is stopped. */
function waitsOfTasks() {
  const { port1, port2 } = new MessageChannel();
  const waits = [];
  let last = performance.now();
  port1.onmessage = () => {
    const now = performance.now();
    waits.push(now - last);
    last = now;
    port2.postMessage(0);
  };
  port2.postMessage(0);
  return {
    stop() {
      port1.close();
      return waits;
    },
  };
}
