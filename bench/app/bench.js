// Measures inside the app and reports each figure as one console message: {"name": …, "value": …, "unit": …}.
// The address says which suite to run and where the servers are:
// ?suite=…&tcp=port&http=port&ws=port&mib=256&sites=address:port,…

import { MIB, idle, loadedFrame, median, page, parameters, port, rate, report, seconds, total } from "./common.js";
import { frameSuites } from "./frames.js";
import { memberSuites } from "./members.js";

/** A connection of the TCP server: one command byte, eight bytes of length. */
async function open(command, length = 0) {
  const socket = new TCPSocket("127.0.0.1", port("tcp"), { noDelay: true });
  const { readable, writable } = await socket.opened;
  const head = new DataView(new ArrayBuffer(9));
  head.setUint8(0, command.charCodeAt(0));
  head.setBigUint64(1, BigInt(length), true);
  const writer = writable.getWriter();
  await writer.write(head);
  return { socket, readable, writer };
}

async function drain(readable, length) {
  const reader = readable.getReader();
  let received = 0;
  while (received < length) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`only ${received} of ${length} bytes came`);
    received += value.byteLength;
  }
  reader.releaseLock();
  return received;
}

async function readOnce() {
  const { readable } = await open("D", total);
  const start = performance.now();
  await drain(readable, total);
  return rate(start);
}

/** One awaited write after the other, all of the same length. */
async function writeInParts(bytes, length) {
  const { readable, writer } = await open("U", bytes);
  // Memory that nobody has written costs most when it is read first.
  const chunk = new Uint8Array(length).fill(1);
  const start = performance.now();
  for (let sent = 0; sent < bytes; sent += length) await writer.write(chunk);
  // The server answers with eight bytes once every byte has come.
  await drain(readable, 8);
  return bytes / MIB / seconds(start);
}

async function echoOnce() {
  const { readable, writer } = await open("E");
  const reader = readable.getReader({ mode: "byob" });
  const message = new Uint8Array(64);
  let buffer = new Uint8Array(64);
  const rounds = 5000;
  const start = performance.now();
  for (let round = 0; round < rounds; round++) {
    writer.write(message);
    let received = 0;
    while (received < 64) {
      const { value } = await reader.read(buffer);
      received += value.byteLength;
      buffer = new Uint8Array(value.buffer);
    }
  }
  return rounds / seconds(start);
}

/** The median of some runs, after one that does not count: the engine compiles while it runs. */
async function medianOf(runs, measure) {
  await measure();
  const values = [];
  for (let run = 0; run < runs; run++) values.push(await measure());
  return median(values);
}

const suites = {
  async tcp() {
    report("tcp read", await medianOf(3, readOnce), "MiB/s");
    report("tcp write", await medianOf(3, () => writeInParts(total, 256 * 1024)), "MiB/s");
    report("tcp echo", await medianOf(3, echoOnce), "round trips/s");
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
