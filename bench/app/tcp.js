// The TCP server of the benchmarks, and transfers of each kind.

import { MIB, parameters, port, rate, seconds, total } from "./common.js";

const tls = () => ({ secureTransport: "on", tls: { pinnedSha256: [parameters.get("pin")] } });

/** A connection of the TCP server: one command byte, eight bytes of length. `kind` is "tcp" or "tls". */
export async function open(kind, command, length = 0) {
  const options = { noDelay: true, ...(kind === "tls" ? tls() : {}) };
  const socket = new TCPSocket("127.0.0.1", port(kind), options);
  const { readable, writable } = await socket.opened;
  const head = new DataView(new ArrayBuffer(9));
  head.setUint8(0, command.charCodeAt(0));
  head.setBigUint64(1, BigInt(length), true);
  const writer = writable.getWriter();
  await writer.write(head);
  return { socket, readable, writer };
}

export async function drain(readable, length) {
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

export async function readOnce(kind = "tcp") {
  const { readable } = await open(kind, "D", total);
  const start = performance.now();
  await drain(readable, total);
  return rate(start);
}

/** One awaited write after the other, all of the same length. */
export async function writeInParts(bytes, length, kind = "tcp") {
  const { readable, writer } = await open(kind, "U", bytes);
  // Memory that nobody has written costs most when it is read first.
  const chunk = new Uint8Array(length).fill(1);
  const start = performance.now();
  for (let sent = 0; sent < bytes; sent += length) await writer.write(chunk);
  // The server answers with eight bytes once every byte has come.
  await drain(readable, 8);
  return bytes / MIB / seconds(start);
}

export async function echoOnce(kind = "tcp") {
  const { readable, writer } = await open(kind, "E");
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
