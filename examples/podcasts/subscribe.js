// A feed, from its server.

import { parseFeed } from "./feed.js";
import { decode } from "./text.js";

/** No feed is longer, in bytes. */
const LONGEST = 64 << 20;

/** How long a server may be silent, in milliseconds. */
const PATIENCE = 20_000;

const parser = new DOMParser();

// What is made of a feed is never shown as markup; this only lets the parser read it.
const { trustedTypes } = /** @type {any} */ (globalThis);
const policy = trustedTypes?.createPolicy("feeds", { createHTML: (/** @type {string} */ text) => text });

/**
 * @param {string} url
 * @returns {Promise<import("./database.js").Subscription>}
 * @throws {Error} with a sentence for the user.
 */
export async function fetchFeed(url) {
  const headers = { Accept: "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5" };
  let response;
  try {
    response = await navigator.unrestrictedNetwork.fetch(url, { headers, timeout: PATIENCE });
  } catch (error) {
    const { message, cause } = /** @type {Error} */ (error);
    throw new Error(`The server cannot be reached: ${cause instanceof Error ? cause.message : message}`);
  }
  if (!response.ok) throw new Error(`The server answered ${response.status} ${response.statusText}.`);
  const bytes = await read(response);
  const text = decode(bytes, response.headers.get("content-type"));
  const parse = (/** @type {string} */ markup, /** @type {"text/xml" | "text/html"} */ type) =>
    parser.parseFromString(policy?.createHTML(markup) ?? markup, type);
  // A feed that has moved is asked for where it is from now on.
  const moved = response.redirected ? response.url : url;
  return { ...parseFeed(text, response.url || url, parse), url: moved, fetched: Date.now() };
}

/** @param {Response} response */
async function read(response) {
  /** @type {Uint8Array[]} */
  const chunks = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST) throw new Error("This is too long for a feed.");
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
