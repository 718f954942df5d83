// Episodes that are kept on this device: written down part by part as they come, so that none has to fit into memory.

import * as database from "./database.js";

/** What is written down at once. */
const PART = 4 << 20;

/** How long a server may be silent, in milliseconds. */
const PATIENCE = 30_000;

/**
 * @param {import("./feed.js").Episode} episode
 * @param {(received: number, total: number | null) => void} progress
 * @param {AbortSignal} signal
 */
export async function keep(episode, progress, signal) {
  const response = await navigator.unrestrictedNetwork.fetch(episode.url, { signal, timeout: PATIENCE });
  if (!response.ok || !response.body) throw new Error(`The server answered ${response.status}.`);
  const total = Number(response.headers.get("content-length")) || episode.length;
  await database.deleteParts(episode.id);
  let [received, index] = [0, 0];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  let waiting = [];
  let size = 0;
  const write = async () => {
    const part = new Uint8Array(size);
    let at = 0;
    for (const chunk of waiting) {
      part.set(chunk, at);
      at += chunk.length;
    }
    [waiting, size] = [[], 0];
    await database.putPart(episode.id, index++, part);
  };
  try {
    for await (const chunk of response.body) {
      waiting.push(chunk);
      size += chunk.length;
      received += chunk.length;
      progress(received, total);
      if (size >= PART) await write();
    }
    await write();
    await database.putKept({ id: episode.id, type: response.headers.get("content-type") ?? "audio/mpeg" });
  } catch (error) {
    await database.deleteParts(episode.id);
    throw error;
  }
}

/** @param {string} id */
export async function remove(id) {
  await database.deleteKept(id);
  await database.deleteParts(id);
}

/**
 * A URL of what is kept; null where nothing is.
 * @param {string} id
 */
export async function localURL(id) {
  const known = await database.kept(id);
  if (!known) return null;
  /** @type {Blob[]} */
  const blobs = [];
  for (let index = 0; ; index++) {
    const part = await database.part(id, index);
    if (!part) return URL.createObjectURL(new Blob(blobs, { type: known.type }));
    blobs.push(new Blob([part.bytes]));
  }
}
