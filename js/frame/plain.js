// Runs an app's script as Chromium's element does, for apps that ask for that: what it comes to is known at once, a promise
// is not awaited, and what is thrown is null, and told of on the console. Of values only what JSON has is left, and bytes.

/**
 * @param {string} code the app's script
 * @returns {string} `{"value": …}` in the form that js/page/structured.js reads
 */
function executePlainly(code) {
  let value = null;
  try {
    // Indirect, so that the script runs in the world's global scope and its completion value is the result.
    value = plain((0, eval)(code), []) ?? null;
  } catch (thrown) {
    console.error("Uncaught", thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : thrown);
  }
  try {
    return bounded(`{"value":${JSON.stringify(value)}}`);
  } catch (tooLong) {
    const { name, message } = /** @type {DOMException} */ (tooLong);
    return JSON.stringify({ error: { name, message } });
  }
}

/** How deep in one another objects may be. */
const DEEPEST = 100;

/**
 * @param {unknown} value
 * @param {object[]} around the objects that it is in
 * @returns {unknown} undefined where nothing is left
 */
function plain(value, around) {
  switch (typeof value) {
    case "number":
      if (Object.is(value, -0)) return { $: ["number", "-0"] };
      return Number.isFinite(value) ? value : undefined;
    case "string":
    case "boolean":
      return value;
    case "object":
      if (value === null) return null;
      if (around.includes(value) || around.length >= DEEPEST) return undefined;
      return plainObject(value, [...around, value]);
    default:
      return undefined;
  }
}

/** @param {object} value @param {object[]} around the objects that its members are in */
function plainObject(value, around) {
  if (Array.isArray(value)) return Array.from(value, (item) => plain(item, around) ?? null);
  if (value instanceof ArrayBuffer) return { $: ["ArrayBuffer", base64(new Uint8Array(value))] };
  if (ArrayBuffer.isView(value)) {
    return { $: ["ArrayBuffer", base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))] };
  }
  if (value instanceof EventTarget) return {};
  /** @type {[string, unknown][]} */
  const entries = [];
  for (const key of Object.keys(value)) {
    try {
      const member = plain(/** @type {any} */ (value)[key], around);
      if (member !== undefined) entries.push([key, member]);
    } catch {
      // A getter that throws leaves nothing.
    }
  }
  if (entries.length === 1 && entries[0]?.[0] === "$") return { $: ["Object", entries] };
  return Object.fromEntries(entries);
}
