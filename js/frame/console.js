// Tells the runtime what a page writes to its console, for the event `consolemessage`.
//
// It runs in the page's own world, before the page's scripts: the engine tells nobody. A page cannot find it. What takes
// the places of the console's methods looks like the engine's own; no method of a logged object is called, which could
// tell; and what goes out is an event whose name nobody but the runtime's script in the isolated world knows.

((/** @type {string} */ name) => {
  // Taken before the page can change them.
  const { apply, defineProperty, getOwnPropertyDescriptor } = Reflect;
  const { bind, toString: functionToString } = Function.prototype;
  const { slice } = String.prototype;
  const { exec } = RegExp.prototype;
  const { toString: symbolToString } = Symbol.prototype;
  const { CustomEvent, Error, String, performance } = globalThis;
  const { isError } = /** @type {{ isError?: (value: unknown) => boolean }} */ (/** @type {unknown} */ (Error));
  const { dispatchEvent } = EventTarget.prototype;
  const { now } = Performance.prototype;
  const page = globalThis;
  const native = console;

  // Of more than this, in a second, nothing is told.
  const MOST_MESSAGES = 1000;
  const MOST_CHARACTERS = 1024 * 1024;
  const LONGEST = 64 * 1024;
  let second = 0;
  let messages = 0;
  let characters = 0;

  /** @param {unknown} value @returns {string} */
  function describe(value) {
    switch (typeof value) {
      case "string":
        return value;
      case "symbol":
        return apply(symbolToString, value, []);
      case "function":
        return apply(functionToString, value, []);
      case "object":
        return value === null ? "null" : describeObject(value);
      default:
        return String(value);
    }
  }

  /** @param {object} object */
  function describeObject(object) {
    if (!isError || !isError(object)) return "[object Object]";
    const message = getOwnPropertyDescriptor(object, "message");
    return message && typeof message.value === "string" ? `Error: ${message.value}` : "Error";
  }

  /** Where a method was called from: the first place in the stack that has a URL. */
  function place() {
    const { stack } = new Error();
    if (typeof stack !== "string") return "0 ";
    const found = apply(exec, /(?:^|@|\n)([a-z][-+.a-z0-9]*:[^\n]*):(\d+):\d+(?:\n|$)/, [stack]);
    return found ? `${found[2]} ${found[1]}` : "0 ";
  }

  /** @param {number} level @param {unknown[]} values */
  function tell(level, values) {
    const time = apply(now, performance, []);
    if (time - second > 1000) {
      second = time;
      messages = 0;
      characters = 0;
    }
    if (messages++ >= MOST_MESSAGES || characters >= MOST_CHARACTERS) return;
    let message = "";
    for (let i = 0; i < values.length && message.length < LONGEST; i++) {
      message += (i ? " " : "") + describe(values[i]);
    }
    message = apply(slice, message, [0, LONGEST]);
    characters += message.length;
    const detail = `${level} ${place()}\n${message}`;
    const init = /** @type {any} */ ({ __proto__: null, detail });
    apply(dispatchEvent, page, [new CustomEvent(name, init)]);
  }

  /**
   * @param {"debug" | "log" | "info" | "warn" | "error" | "trace" | "dir" | "assert"} method
   * @param {number} level
   */
  function watch(method, level) {
    const descriptor = getOwnPropertyDescriptor(native, method);
    const original = descriptor && descriptor.value;
    if (!descriptor || typeof original !== "function") return;
    // A method of an object has no prototype and cannot be constructed, and a bound one shows no source, as the engine's.
    const { [method]: watching } = {
      /** @param {unknown[]} values */
      [method](...values) {
        if (method !== "assert") tell(level, values);
        else if (!values[0]) tell(level, assertion(values));
        return apply(original, native, values);
      },
    };
    const bound = apply(bind, watching, [undefined]);
    for (const key of /** @type {const} */ (["name", "length"])) {
      const like = getOwnPropertyDescriptor(original, key);
      if (like) defineProperty(bound, key, like);
    }
    defineProperty(native, method, { ...descriptor, value: bound });
  }

  /** @param {unknown[]} values */
  function assertion(values) {
    const rest = ["Assertion failed"];
    for (let i = 1; i < values.length; i++) defineProperty(rest, i, { value: values[i] });
    return rest;
  }

  watch("debug", -1);
  watch("log", 0);
  watch("info", 0);
  watch("trace", 0);
  watch("dir", 0);
  watch("warn", 1);
  watch("error", 2);
  watch("assert", 2);
})("EVENT");
