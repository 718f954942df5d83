// Measures inside the app and reports each figure as one console message: {"name": …, "value": …, "unit": …}.
// The address says which suite to run and where the servers are:
// ?suite=…&tcp=port&http=port&ws=port&mib=256&sites=address:port,…

import { MIB, loadedFrame, median, medianOf, page, parameters, port, rate, report, seconds, total } from "./common.js";
import { frameSuites } from "./frames.js";
import { memberSuites } from "./members.js";
import { networkSuites } from "./network.js";
import { drain, echoOnce, readOnce, writeInParts } from "./tcp.js";

const suites = {
  async tcp() {
    report("tcp read", await medianOf(3, () => readOnce()), "MiB/s");
    report("tcp write", await medianOf(3, () => writeInParts(total, 256 * 1024)), "MiB/s");
    report("tcp echo", await medianOf(3, () => echoOnce()), "round trips/s");
  },

  async writes() {
    report("one write", await medianOf(3, () => writeInParts(128 * MIB, 128 * MIB)), "MiB/s");
    report("1 MiB writes", await medianOf(3, () => writeInParts(128 * MIB, MIB)), "MiB/s");
    report("1 KiB writes", await medianOf(3, () => writeInParts(16 * MIB, 1024)), "MiB/s");
  },

  /** In an embedded page: the policy of an Isolated Web App lets none of its own open ws:. */
  async websocket() {
    const frame = await loadedFrame(page());
    const once = () => frame.executeScript({ code: `(${measureWebSocket})(${port("ws")}, ${total})` });
    await once();
    const runs = [await once(), await once(), await once()];
    report("websocket read", median(runs.map(({ read }) => read)), "MiB/s");
    report("websocket write", median(runs.map(({ write }) => write)), "MiB/s");
    report("websocket echo", median(runs.map(({ echo }) => echo)), "round trips/s");
    frame.remove();
  },

  async fetch() {
    const once = async () => {
      const start = performance.now();
      const response = await navigator.unrestrictedNetwork.fetch(`http://127.0.0.1:${port("http")}/bytes/${total}`);
      await drain(response.body, total);
      return rate(start);
    };
    report("fetch", await medianOf(3, once), "MiB/s");
  },

  /** The engine's own fetch, run in a page of the same server: without CORS or CSP in the way. */
  async engineFetch() {
    const frame = await loadedFrame(page());
    const code = `(async () => {
      const start = performance.now();
      const reader = (await fetch("/bytes/${total}")).body.getReader();
      let received = 0;
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        received += value.byteLength;
      }
      return [received, performance.now() - start];
    })()`;
    const once = async () => {
      const [received, milliseconds] = await frame.executeScript({ code });
      if (received !== total) throw new Error("not every byte came");
      return total / MIB / (milliseconds / 1000);
    };
    report("engine fetch", await medianOf(3, once), "MiB/s");
    frame.remove();
  },

  ...frameSuites,
  ...memberSuites,
  ...networkSuites,
};

/** Runs in an embedded page, by its text. */
async function measureWebSocket(port, total) {
  const MIB = 2 ** 20;
  const connect = async (path) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${path}`);
    socket.binaryType = "arraybuffer";
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error("the WebSocket did not open"));
    });
    return socket;
  };
  const seconds = (since) => (performance.now() - since) / 1000;
  const measured = {};
  {
    const socket = await connect(`down?${total}`);
    const start = performance.now();
    let received = 0;
    await new Promise((resolve) => {
      socket.onmessage = ({ data }) => {
        received += data.byteLength;
        if (received >= total) resolve();
      };
      socket.send("go");
    });
    measured.read = total / MIB / seconds(start);
    socket.close();
  }
  {
    const socket = await connect(`up?${total}`);
    const chunk = new Uint8Array(256 * 1024);
    const start = performance.now();
    const done = new Promise((resolve) => (socket.onmessage = resolve));
    for (let sent = 0; sent < total; sent += chunk.length) {
      socket.send(chunk);
      while (socket.bufferedAmount > 8 * MIB) await new Promise((resolve) => setTimeout(resolve));
    }
    await done;
    measured.write = total / MIB / seconds(start);
    socket.close();
  }
  {
    const socket = await connect("echo");
    const message = new Uint8Array(64);
    const rounds = 5000;
    const start = performance.now();
    for (let round = 0; round < rounds; round++) {
      const answer = new Promise((resolve) => (socket.onmessage = resolve));
      socket.send(message);
      await answer;
    }
    measured.echo = rounds / seconds(start);
    socket.close();
  }
  return measured;
}

const suite = parameters.get("suite");
try {
  await suites[suite]();
  report("done", 0, "");
} catch (error) {
  report("failed", `${suite}: ${error.name}: ${error.message}`, "");
}
