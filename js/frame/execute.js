// Runs an app's script in the isolated world of the app's scripts in an embedded document, for executeScript.
//
// The answer is JSON in which every value carries its type; js/page/structured.js reads it and describes the form.
// Nothing of the page can be in the way: the world has its own built-in objects.

/**
 * @param {string} code the app's script
 * @returns {Promise<string>} `{"value": …}`, or `{"error": {name, message, stack?, thrown}}`
 */
async function execute(code) {
  // A promise that nothing holds is collected, and those who wait for it with it: the app would hear of that at some
  // time or never.
  const waiting = Symbol("executeScript");
  try {
    // Indirect, so that the script runs in the world's global scope and its completion value is the result.
    const value = Promise.resolve((0, eval)(code));
    Object.defineProperty(globalThis, waiting, { value, configurable: true });
    return bounded(`{"value":${JSON.stringify(tag(await value, new Map()))}}`);
  } catch (thrown) {
    try {
      return bounded(`{"error":${JSON.stringify(describe(thrown))}}`);
    } catch (tooLong) {
      return `{"error":${JSON.stringify(describe(tooLong))}}`;
    }
  } finally {
    Reflect.deleteProperty(globalThis, waiting);
  }

  /** @param {unknown} thrown what cannot be cloned is told of by the error that says so */
  function describe(thrown) {
    try {
      const tagged = tag(thrown, new Map());
      return { ...nameOf(thrown), thrown: tagged };
    } catch {
      const error = new DOMException("The script threw a value that cannot be cloned.", "DataCloneError");
      return { ...nameOf(error), thrown: tag(error, new Map()) };
    }
  }

  /** @param {unknown} thrown */
  function nameOf(thrown) {
    return isError(thrown)
      ? { name: String(thrown.name), message: String(thrown.message) }
      : { name: "Error", message: String(thrown) };
  }

  /** @param {unknown} value @returns {value is Error} */
  function isError(value) {
    return value instanceof Error || value instanceof DOMException;
  }

  /**
   * @param {unknown} value
   * @param {Map<object, number>} seen the objects entered so far and the place of each, to name one that comes again
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
   * @param {Map<object, number>} seen
   */
  function tagObject(value, seen) {
    const known = seen.get(value);
    if (known !== undefined) return { $: ["ref", known] };
    seen.set(value, seen.size);
    if (Array.isArray(value)) return Array.from(value, (item) => tag(item, seen));
    if (value instanceof Date) return { $: ["Date", value.getTime()] };
    if (value instanceof RegExp) return { $: ["RegExp", value.source, value.flags] };
    if (value instanceof Map) return { $: ["Map", Array.from(value, ([key, item]) => [tag(key, seen), tag(item, seen)])] };
    if (value instanceof Set) return { $: ["Set", Array.from(value, (item) => tag(item, seen))] };
    if (value instanceof ArrayBuffer) return { $: ["ArrayBuffer", base64(new Uint8Array(value))] };
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return { $: [viewName(value), base64(bytes)] };
    }
    if (isError(value)) return { $: tagError(value, seen) };
    if (value instanceof Boolean || value instanceof Number || value instanceof String || value instanceof BigInt) {
      return { $: ["Primitive", tag(value.valueOf(), seen)] };
    }
    for (const [name, argumentsOf] of platformInterfaces()) {
      const constructor = /** @type {any} */ (globalThis)[name];
      if (constructor && value instanceof constructor) {
        return { $: [name, argumentsOf(value).map((argument) => tag(argument, seen))] };
      }
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
   * @param {Error} error
   * @param {Map<object, number>} seen
   */
  function tagError(error, seen) {
    const kind = error instanceof DOMException ? "DOMException" : "Error";
    const parts = [kind, String(error.name), String(error.message), String(error.stack ?? "")];
    if (!Object.hasOwn(error, "cause")) return parts;
    const entered = seen.size;
    try {
      return [...parts, tag(error.cause, seen)];
    } catch {
      for (const [object, place] of seen) if (place >= entered) seen.delete(object);
      return parts; // the error matters more than a cause that cannot be cloned
    }
  }

  /**
   * Interfaces of the platform whose objects are data, derived ones first, and what constructs such an object again.
   * @returns {[name: string, argumentsOf: (value: any) => unknown[]][]}
   */
  function platformInterfaces() {
    const members = (/** @type {string[]} */ ...names) => (/** @type {any} */ value) => names.map((name) => value[name]);
    const [rect, point] = [members("x", "y", "width", "height"), members("x", "y", "z", "w")];
    const matrix = (/** @type {DOMMatrixReadOnly} */ value) => [Array.from(value.toFloat64Array())];
    return [
      ["DOMRect", rect],
      ["DOMRectReadOnly", rect],
      ["DOMPoint", point],
      ["DOMPointReadOnly", point],
      ["DOMQuad", members("p1", "p2", "p3", "p4")],
      ["DOMMatrix", matrix],
      ["DOMMatrixReadOnly", matrix],
      ["ImageData", ({ data, width, height, colorSpace }) => [data, width, height, { colorSpace }]],
    ];
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

  /**
   * What kind of view it is, whatever its class says of itself: %TypedArray%.prototype[@@toStringTag] looks inside.
   * @param {ArrayBufferView} view
   * @returns {string}
   */
  function viewName(view) {
    const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
    return Reflect.get(typedArray, Symbol.toStringTag, view) ?? "DataView";
  }
}

/**
 * Whoever wrote the page decides how long its texts are: more than this would cost the app too much.
 * @param {string} json
 */
function bounded(json) {
  if (json.length <= 32 * 1024 * 1024) return json;
  throw new DOMException("What the script came to is longer than 32 MiB.", "QuotaExceededError");
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let binary = "";
  for (let from = 0; from < bytes.length; from += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
  }
  return btoa(binary);
}
