// Runs an app's script in the runtime's isolated world of an embedded document, for executeScript.
//
// The answer is JSON in which every value carries its type; js/page/structured.js reads it and describes the form.
// Nothing of the page can be in the way: the world has its own built-in objects.

/**
 * @param {string} code the app's script
 * @returns {Promise<string>} `{"value": …}`, or `{"error": {name, message, stack?, thrown}}`
 */
async function execute(code) {
  try {
    // Indirect, so that the script runs in the world's global scope and its completion value is the result.
    return `{"value":${JSON.stringify(tag(await (0, eval)(code), []))}}`;
  } catch (thrown) {
    return `{"error":${JSON.stringify(describe(thrown))}}`;
  }

  /** @param {unknown} thrown */
  function describe(thrown) {
    const isError = thrown instanceof Error || thrown instanceof DOMException;
    const description = isError
      ? { name: String(thrown.name), message: String(thrown.message), stack: String(thrown.stack ?? "") }
      : { name: "Error", message: String(thrown) };
    try {
      return { ...description, thrown: tag(thrown, []) };
    } catch {
      return description;
    }
  }

  /**
   * @param {unknown} value
   * @param {object[]} seen the objects entered so far, to name one that comes again
   * @returns {unknown}
   */
  function tag(value, seen) {
    switch (typeof value) {
      case "undefined":
        return { $: ["undefined"] };
      case "number":
        if (Object.is(value, -0)) return { $: ["number", "-0"] };
        return Number.isFinite(value) ? value : { $: ["number", String(value)] };
      case "bigint":
        return { $: ["bigint", String(value)] };
      case "object":
        return value === null ? null : tagObject(value, seen);
      case "function":
      case "symbol":
        throw new DOMException(`A ${typeof value} cannot be cloned.`, "DataCloneError");
      default:
        return value;
    }
  }

  /**
   * @param {object} value
   * @param {object[]} seen
   */
  function tagObject(value, seen) {
    const known = seen.indexOf(value);
    if (known !== -1) return { $: ["ref", known] };
    seen.push(value);
    if (Array.isArray(value)) return Array.from(value, (item) => tag(item, seen));
    if (value instanceof Date) return { $: ["Date", value.getTime()] };
    if (value instanceof RegExp) return { $: ["RegExp", value.source, value.flags] };
    if (value instanceof Map) return { $: ["Map", Array.from(value, ([key, item]) => [tag(key, seen), tag(item, seen)])] };
    if (value instanceof Set) return { $: ["Set", Array.from(value, (item) => tag(item, seen))] };
    if (value instanceof ArrayBuffer) return { $: ["ArrayBuffer", base64(new Uint8Array(value))] };
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return { $: [value.constructor.name, base64(bytes)] };
    }
    if (value instanceof Error || value instanceof DOMException) {
      return { $: ["Error", String(value.name), String(value.message), String(value.stack ?? "")] };
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null && isPlatformObject(value)) {
      throw new DOMException(`${value.constructor?.name ?? "The object"} cannot be cloned.`, "DataCloneError");
    }
    const entries = Object.entries(value).map(([key, item]) => [key, tag(item, seen)]);
    if (entries.length === 1 && entries[0]?.[0] === "$") return { $: ["Object", entries] };
    return Object.fromEntries(entries);
  }

  /**
   * Nodes, windows, promises and the like are not data (HTML, section 2.7.3 "StructuredSerializeInternal").
   * @param {object} value
   */
  function isPlatformObject(value) {
    return (
      value instanceof EventTarget ||
      value instanceof Promise ||
      value instanceof WeakMap ||
      value instanceof WeakSet ||
      !["[object Object]", "[object Array]"].includes(Object.prototype.toString.call(value))
    );
  }

  /** @param {Uint8Array} bytes */
  function base64(bytes) {
    let binary = "";
    for (let from = 0; from < bytes.length; from += 0x8000) {
      binary += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
    }
    return btoa(binary);
  }
}
