// Tells the runtime what a page writes to its console, for the event `consolemessage`.
//
// It runs in the page's own world, before the page's scripts: the engine tells nobody. What takes the places of the
// console's methods looks like the engine's own; no method of a logged object is called, which could tell; and what goes
// out is an event whose name nobody but the runtime's script in the isolated world knows. A page that has had the window
// before, as that of an iframe that had not loaded yet, can learn the name: what comes under it is bounded there.

((/** @type {string} */ name, /** @type {string} */ world) => {
  // In strict mode the engine's own method is called in the place of the function that watches it, which is not on the stack
  // then: the engine's console says where the page called it.
  "use strict";

  // Taken before the page can change them.
  const { CustomEvent, Error, String, performance } = globalThis;
  const { apply, defineProperty, getOwnPropertyDescriptor } = Reflect;
  const { bind, toString: functionToString } = Function.prototype;
  const { slice } = String.prototype;
  const { exec } = RegExp.prototype;
  const { toString: symbolToString } = Symbol.prototype;
  const { isError } = /** @type {{ isError?: (value: unknown) => boolean }} */ (/** @type {unknown} */ (Error));
  const { dispatchEvent } = EventTarget.prototype;
  const { now } = Performance.prototype;
  const page = globalThis;
  const native = console;

  // document.open() brings this script into the same window again, where it watches what is watched: the last is heard.
  const since = apply(now, performance, []);

  // Of more than this, in a second, nothing is told.
  const MOST_MESSAGES = 1000;
  const MOST_CHARACTERS = 1024 * 1024;
  const LONGEST = 64 * 1024;
  // As many calls as would fill more of the stack than all that is done here.
  const DEPTH = 1000;
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

  /** Where a method was called from: the first place in the stack that is not in here. */
  function place() {
    const { stack } = new Error();
    if (typeof stack !== "string") return "0 ";
    const found = apply(exec, /(?:^|@|\n)((?!user-script:)[a-z][-+.a-z0-9]*:[^\n]*):(\d+):\d+(?:\n|$)/, [stack]);
    return found ? `${found[2]} ${found[1]}` : "0 ";
  }

  /** Throws where the stack is nearly full: what the engine calls from here would throw later, in the page's sight. @returns {boolean} */
  function hasRoom(depth = DEPTH) {
    return depth === 0 || !!hasRoom(depth - 1);
  }

  /** @param {number} level @param {unknown[]} values @param {number} [from] the first of them that is said */
  function tell(level, values, from = 0) {
    const time = apply(now, performance, []);
    if (time - second > 1000) {
      second = time;
      messages = 0;
      characters = 0;
    }
    if (messages++ >= MOST_MESSAGES || characters >= MOST_CHARACTERS) return;
    hasRoom();
    let message = "";
    for (let i = from; i < values.length && message.length < LONGEST; i++) {
      message += (i > from ? " " : "") + describe(values[i]);
    }
    message = apply(slice, message, [0, LONGEST]);
    characters += message.length;
    const detail = `${world} ${since} ${level} ${place()}\n${message}`;
    const init = /** @type {any} */ ({ __proto__: null, detail });
    apply(dispatchEvent, page, [new CustomEvent(name, init)]);
  }

  const { debug, log, info, trace, dir, warn, error, assert } = native;
  // A method of an object has no prototype and cannot be constructed, and one that is bound shows no source, but the name
  // that is written here: like the engine's own. What is thrown in here, where the stack is full, is not the page's to see.
  const watching = {
    /** @param {unknown[]} values */
    debug(...values) {
      try {
        tell(-1, values);
      } catch {}
      return apply(debug, native, values);
    },
    /** @param {unknown[]} values */
    log(...values) {
      try {
        tell(0, values);
      } catch {}
      return apply(log, native, values);
    },
    /** @param {unknown[]} values */
    info(...values) {
      try {
        tell(0, values);
      } catch {}
      return apply(info, native, values);
    },
    /** @param {unknown[]} values */
    trace(...values) {
      try {
        tell(0, values);
      } catch {}
      return apply(trace, native, values);
    },
    /** @param {unknown[]} values */
    dir(...values) {
      try {
        tell(0, values);
      } catch {}
      return apply(dir, native, values);
    },
    /** @param {unknown[]} values */
    warn(...values) {
      try {
        tell(1, values);
      } catch {}
      return apply(warn, native, values);
    },
    /** @param {unknown[]} values */
    error(...values) {
      try {
        tell(2, values);
      } catch {}
      return apply(error, native, values);
    },
    /** @param {unknown[]} values */
    assert(...values) {
      try {
        if (!values[0]) tell(2, values, 1);
      } catch {}
      return apply(assert, native, values);
    },
  };
  for (const name of /** @type {(keyof typeof watching)[]} */ (Object.keys(watching))) {
    const descriptor = getOwnPropertyDescriptor(native, name);
    if (!descriptor || typeof descriptor.value !== "function") continue;
    const bound = apply(bind, watching[name], [undefined]);
    for (const key of ["length", "name"]) {
      const like = getOwnPropertyDescriptor(descriptor.value, key);
      if (like) defineProperty(bound, key, like);
    }
    defineProperty(native, name, { ...descriptor, value: bound });
  }
})("EVENT", "WORLD");
