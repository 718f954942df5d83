// Sockets of every kind, many of them, and what else the page does meanwhile.

import { MIB, idle, loadedFrame, median, medianOf, page, port, quantile, report, seconds, total } from "./common.js";
import { echoOnce, open, readOnce, writeInParts } from "./tcp.js";

const CONNECTS = 2000;
const FETCHES = 1000;
const CROWD = 2000;

async function udp() {
  const socket = new UDPSocket({ remoteAddress: "127.0.0.1", remotePort: port("udp") });
  const { readable, writable } = await socket.opened;
  return { socket, reader: readable.getReader(), writer: writable.getWriter() };
}

async function udpEcho() {
  const { reader, writer } = await udp();
  const data = new Uint8Array(64).fill(7);
  const rounds = 5000;
  const start = performance.now();
  for (let round = 0; round < rounds; round++) {
    writer.write({ data });
    await reader.read();
  }
  return rounds / seconds(start);
}

/** Sends one datagram after the other, each once the one before has been taken. */
async function udpSend() {
  const { writer } = await udp();
  const data = new Uint8Array(64);
  const rounds = 20000;
  const start = performance.now();
  for (let round = 0; round < rounds; round++) await writer.write({ data });
  return rounds / seconds(start);
}

async function connectOnce() {
  const socket = new TCPSocket("127.0.0.1", port("tcp"));
  await socket.opened;
  socket.close();
}

async function connects(atOnce) {
  const start = performance.now();
  let left = CONNECTS;
  const row = async () => {
    while (left-- > 0) await connectOnce();
  };
  await Promise.all(Array.from({ length: atOnce }, row));
  return CONNECTS / seconds(start);
}

/** Fetches small answers as fast as they come. Runs in an embedded page as well, by its text. */
async function smallFetches(fetchOne, count) {
  const start = performance.now();
  await Promise.all(Array.from({ length: count }, async () => (await fetchOne()).arrayBuffer()));
  return count / ((performance.now() - start) / 1000);
}

/** How long calls take that the runtime answers at once, one every few milliseconds, until `work` is done. */
async function callsDuring(work) {
  const took = [];
  let isOver = false;
  const over = Promise.resolve(work).finally(() => (isOver = true));
  while (!isOver) {
    const start = performance.now();
    await navigator.permissions.query({ name: "unrestricted-network" });
    took.push(performance.now() - start);
    await idle(2);
  }
  await over;
  return quantile(took, 0.99);
}

export const networkSuites = {
  async tls() {
    report("tls read", await medianOf(3, () => readOnce("tls")), "MiB/s");
    report("tls write", await medianOf(3, () => writeInParts(total, 256 * 1024, "tls")), "MiB/s");
    report("tls echo", await medianOf(3, () => echoOnce("tls")), "round trips/s");
  },

  async udp() {
    report("udp echo", await medianOf(3, udpEcho), "round trips/s");
    report("udp send", await medianOf(3, udpSend), "datagrams/s");
  },

  async connects() {
    report("connects", await medianOf(3, () => connects(1)), "/s");
    report("connects at once", await medianOf(3, () => connects(16)), "/s");
  },

  async accepts() {
    const server = new TCPServerSocket("127.0.0.1", { backlog: 4096 });
    const { readable, localPort } = await server.opened;
    const reader = readable.getReader();
    report("listening", localPort, "");
    await reader.read();
    const start = performance.now();
    for (let accepted = 1; accepted < CONNECTS; accepted++) await reader.read();
    report("accepts", (CONNECTS - 1) / seconds(start), "/s");
  },

  async smallFetches() {
    const one = () => navigator.unrestrictedNetwork.fetch(`http://127.0.0.1:${port("http")}/bytes/1024`);
    report("small fetches", await medianOf(3, () => smallFetches(one, FETCHES)), "/s");
  },

  /** In a page of the same server: without CORS or CSP in the way. */
  async engineSmallFetches() {
    const frame = await loadedFrame(page());
    const code = `(${smallFetches})(() => fetch("/bytes/1024"), ${FETCHES})`;
    const once = () => frame.executeScript({ code });
    await once();
    report("engine small fetches", median([await once(), await once(), await once()]), "/s");
    frame.remove();
  },

  async crowd() {
    await idle(5000);
    report("ready", 0, "");
    await idle(5000);
    const start = performance.now();
    globalThis.crowd = await Promise.all(
      Array.from({ length: CROWD }, async () => {
        const { readable, writer, socket } = await open("tcp", "E");
        writer.write(new Uint8Array(64));
        const reader = readable.getReader();
        await reader.read();
        return [socket, reader, writer];
      }),
    );
    report("open", seconds(start), "s");
  },

  async calls() {
    report("call at rest 99th", await callsDuring(idle(3000)), "ms");
    const several = async (transfer) => {
      for (let run = 0; run < 5; run++) await transfer();
    };
    report("call during a download 99th", await callsDuring(several(() => readOnce())), "ms");
    report("call during an upload 99th", await callsDuring(several(() => writeInParts(total, MIB))), "ms");
  },
};
