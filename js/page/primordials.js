// @ts-check
/**
 * The language and the web platform as they were before any page script ran.
 *
 * Everything in this bundle runs in the page's own world, where a page may replace
 * `Array.prototype.push`, `Promise.prototype.then`, `JSON.stringify` and so on. So nothing here calls
 * a method through an object: it calls the copies below, bound so that `this` is the first argument.
 *
 * Three habits go with that, in every module:
 * - option bags and property descriptors are written `{ __proto__: null, … }`: a dictionary is read
 *   member by member, and `Object.prototype` answers for the members that are absent;
 * - no `for…of`, spread or array destructuring, which go through patchable iterators;
 * - a promise of ours is only ever resolved with what the page may see, because resolving one looks
 *   up `then` on the value.
 *
 * DOM members are in `controlled-frame/dom.js`, so that the network modules load without a document. Streams and
 * Fetch are in `network/primordials.js`: embedded pages, where some of these modules run as well, lack parts of them.
 */

const { apply, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
const { bind, call } = Function.prototype;

/**
 * `uncurryThis(f)(object, ...rest)` is `f.call(object, ...rest)`, whatever became of `call` since.
 * @type {<This, Arguments extends unknown[], Result>(
 *   method: (this: This, ...rest: Arguments) => Result,
 * ) => (self: This, ...rest: Arguments) => Result}
 */
export const uncurryThis = apply(bind, call, [bind, call]);

/**
 * The getter of an accessor property as a function of the object. The property is looked for on
 * `holder` and its prototypes, because engines disagree about where some of them live.
 * @template {object} This
 * @template {keyof This} Key
 * @param {This | undefined} holder
 * @param {Key} key
 * @returns {(self: This) => This[Key]}
 */
export function getterOf(holder, key) {
  return /** @type {any} */ (uncurryThis(/** @type {any} */ (accessorOf(holder, key).get)));
}

/**
 * The setter of an accessor property as a function of the object and the value.
 * @template {object} This
 * @template {keyof This} Key
 * @param {This | undefined} holder
 * @param {Key} key
 * @returns {(self: This, value: This[Key]) => void}
 */
export function setterOf(holder, key) {
  return /** @type {any} */ (uncurryThis(/** @type {any} */ (accessorOf(holder, key).set)));
}

/**
 * @param {object | undefined} holder
 * @param {PropertyKey} key
 * @returns {PropertyDescriptor}
 */
function accessorOf(holder, key) {
  /** @type {object | null | undefined} */
  let object = holder;
  while (object) {
    const descriptor = getOwnPropertyDescriptor(object, key);
    if (descriptor) return descriptor;
    object = getPrototypeOf(object);
  }
  throw new TypeError(`This engine has no ${String(key)}`);
}

// Constructors and functions that need no receiver.
export const {
  AbortSignal,
  Array,
  ArrayBuffer,
  BigInt,
  Blob,
  DataView,
  Date,
  DOMException,
  Error,
  Event,
  EventTarget,
  FinalizationRegistry,
  Headers,
  Map,
  MessageChannel,
  MessageEvent,
  Number,
  Object,
  Promise,
  Proxy,
  RangeError,
  ReadableStream,
  RegExp,
  Request,
  Response,
  Set,
  String,
  Symbol,
  SyntaxError,
  TypeError,
  URL,
  Uint8Array,
  WeakMap,
  WeakRef,
  WritableStream,
} = globalThis;

/** Not every engine has it. @type {any} */
export const URLPattern = /** @type {any} */ (globalThis).URLPattern;

export const { isArray } = Array;
export const { parse: jsonParse, stringify: jsonStringify } = JSON;
export const { PI: pi, abs, atan2, cos, hypot, max, min, round, sin, sqrt, trunc } = Math;
export const { isFinite: isFiniteNumber } = Number;
export const { create, defineProperty, freeze, hasOwn, keys, setPrototypeOf } = Object;
export const { apply: reflectApply, construct: reflectConstruct, deleteProperty, get: reflectGet, ownKeys } = Reflect;
export { getOwnPropertyDescriptor, getPrototypeOf };
export const { iterator: symbolIterator, toStringTag, hasInstance } = Symbol;
export const { isView } = ArrayBuffer;
export const { atob: base64Decode, btoa: base64Encode, parseInt } = globalThis;
export const { fromCharCode: stringFromCharCode } = String;

const consoleObject = globalThis.console;
const { warn: consoleWarn } = consoleObject;
/** Writes a warning for the app's developer. @param {string} message */
export const warn = (message) => apply(consoleWarn, consoleObject, [message]);

const performanceObject = globalThis.performance;
const performanceNow = uncurryThis(performanceObject.now);
/** Milliseconds since the document's time origin. */
export const now = () => performanceNow(performanceObject);

// Methods, with `this` as the first argument.
export const arrayPush = uncurryThis(Array.prototype.push);
export const arraySort = uncurryThis(Array.prototype.sort);
export const arraySplice = uncurryThis(Array.prototype.splice);
export const stringCharCodeAt = uncurryThis(String.prototype.charCodeAt);
export const stringSlice = uncurryThis(String.prototype.slice);
export const stringStartsWith = uncurryThis(String.prototype.startsWith);
export const stringIncludes = uncurryThis(String.prototype.includes);
export const stringToLowerCase = uncurryThis(String.prototype.toLowerCase);
export const stringToUpperCase = uncurryThis(String.prototype.toUpperCase);
// `exec` alone: `test`, `match`, `replace` and `split` all look `exec` up on the object again.
export const regExpExec = uncurryThis(RegExp.prototype.exec);
/** @type {(value: string) => string} */
export const stringToWellFormed =
  "toWellFormed" in String.prototype
    ? uncurryThis(/** @type {any} */ (String.prototype).toWellFormed)
    : String;
export const regExpSource = getterOf(RegExp.prototype, "source");
export const dateGetTime = uncurryThis(Date.prototype.getTime);
export const mapGet = uncurryThis(Map.prototype.get);
export const mapSet = uncurryThis(Map.prototype.set);
export const mapDelete = uncurryThis(Map.prototype.delete);
export const mapForEach = uncurryThis(Map.prototype.forEach);
export const mapSize = getterOf(/** @type {Map<any, any>} */ (Map.prototype), "size");
export const setAdd = uncurryThis(Set.prototype.add);
export const setHas = uncurryThis(Set.prototype.has);
export const setDelete = uncurryThis(Set.prototype.delete);
export const setForEach = uncurryThis(Set.prototype.forEach);
export const setSize = getterOf(/** @type {Set<any>} */ (Set.prototype), "size");
export const weakMapGet = uncurryThis(WeakMap.prototype.get);
export const weakMapSet = uncurryThis(WeakMap.prototype.set);
export const weakMapDelete = uncurryThis(WeakMap.prototype.delete);
export const weakMapHas = uncurryThis(WeakMap.prototype.has);
/** @type {<T extends object>(self: WeakRef<T>) => T | undefined} */
export const weakRefDeref = /** @type {any} */ (uncurryThis(WeakRef.prototype.deref));
/** @type {<T>(self: FinalizationRegistry<T>, target: object, held: T) => void} */
export const finalizationRegister = /** @type {any} */ (uncurryThis(FinalizationRegistry.prototype.register));
export const promiseThen = uncurryThis(Promise.prototype.then);
/** A promise rejected with `reason`. @type {(reason: unknown) => Promise<never>} */
export const promiseReject = (reason) => new Promise((_, reject) => reject(reason));

// Bytes.
/** %TypedArray%.prototype, which has no name of its own. @type {Uint8Array} */
const typedArrayPrototype = /** @type {any} */ (getPrototypeOf(Uint8Array.prototype));
/** @type {(self: Uint8Array, source: ArrayLike<number>, offset?: number) => void} */
export const bytesSet = uncurryThis(typedArrayPrototype.set);
/** @type {(self: Uint8Array) => number} */
export const bytesLength = getterOf(typedArrayPrototype, "length");
export const typedArrayBuffer = getterOf(typedArrayPrototype, "buffer");
const typedArrayByteOffset = getterOf(typedArrayPrototype, "byteOffset");
const typedArrayByteLength = getterOf(typedArrayPrototype, "byteLength");
const dataViewBuffer = getterOf(DataView.prototype, "buffer");
const dataViewByteOffset = getterOf(DataView.prototype, "byteOffset");
const dataViewByteLength = getterOf(DataView.prototype, "byteLength");
const typedArrayTag = uncurryThis(
  /** @type {() => string | undefined} */ (accessorOf(typedArrayPrototype, toStringTag).get),
);
const arrayBufferSlice = uncurryThis(ArrayBuffer.prototype.slice);
const arrayBufferByteLength = getterOf(ArrayBuffer.prototype, "byteLength");

/**
 * A view of part of the same memory. `subarray` would ask the array for a constructor, which a page
 * can replace; so would `slice`.
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} end
 */
export function bytesView(bytes, start, end) {
  return new Uint8Array(typedArrayBuffer(bytes), typedArrayByteOffset(bytes) + start, end - start);
}

/**
 * A copy of part of the bytes, in memory of its own.
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} end
 */
export function bytesCopy(bytes, start, end) {
  const copy = new Uint8Array(end - start);
  bytesSet(copy, bytesView(bytes, start, end));
  return copy;
}

/**
 * An array to copy from by `scratchCopy`.
 * @param {number} length in bytes
 */
export function createScratch(length) {
  const scratch = new Uint8Array(length);
  // `slice` makes what this says; undefined stands for an ordinary buffer, whatever a page has done to those.
  defineProperty(typedArrayBuffer(scratch), "constructor", /** @type {any} */ ({ __proto__: null }));
  return scratch;
}

/**
 * A copy of the first bytes of a scratch array. Unlike with `bytesCopy`, the engine does not clear the
 * memory first, which is a fifth of what a fast stream costs.
 * @param {Uint8Array} scratch
 * @param {number} length in bytes
 */
export function scratchCopy(scratch, length) {
  return new Uint8Array(arrayBufferSlice(typedArrayBuffer(scratch), 0, length));
}

/**
 * The bytes of a BufferSource, as a view of the same memory.
 * @param {unknown} value
 * @returns {Uint8Array | null} null when `value` is no BufferSource
 */
export function bytesOf(value) {
  if (!isView(value) && !isArrayBuffer(value)) return null;
  try {
    return isView(value) ? viewBytes(value) : new Uint8Array(value);
  } catch {
    // A buffer that was transferred has no bytes (https://webidl.spec.whatwg.org/#dfn-get-buffer-source-copy).
    return new Uint8Array(0);
  }
}

/** @param {unknown} value @returns {value is ArrayBuffer} */
function isArrayBuffer(value) {
  try {
    arrayBufferByteLength(/** @type {ArrayBuffer} */ (value));
    return true;
  } catch {
    return false;
  }
}

/** @param {ArrayBufferView} value */
function viewBytes(value) {
  if (typedArrayTag(/** @type {any} */ (value)) === undefined) {
    const view = /** @type {DataView} */ (value);
    return new Uint8Array(dataViewBuffer(view), dataViewByteOffset(view), dataViewByteLength(view));
  }
  const array = /** @type {Uint8Array} */ (value);
  return new Uint8Array(typedArrayBuffer(array), typedArrayByteOffset(array), typedArrayByteLength(array));
}

/** The name of a view's class, whatever that says of itself. @param {ArrayBufferView} view */
export const viewName = (view) => typedArrayTag(/** @type {any} */ (view)) ?? "DataView";

/** What an object around a primitive value is made of. @param {object} object @returns {unknown} */
export function valueOf(object) {
  for (let i = 0; i < unwraps.length; i++) {
    try {
      return unwraps[i](object);
    } catch {
      // It is another kind.
    }
  }
  throw new TypeError("It is no object around a value.");
}

const unwraps = [Number, String, BigInt, globalThis.Boolean].map((constructor) =>
  uncurryThis(/** @type {() => unknown} */ (constructor.prototype.valueOf)),
);

// Events.
export const addEventListener = uncurryThis(EventTarget.prototype.addEventListener);
export const removeEventListener = uncurryThis(EventTarget.prototype.removeEventListener);
export const dispatchEvent = uncurryThis(EventTarget.prototype.dispatchEvent);

export const eventPreventDefault = uncurryThis(Event.prototype.preventDefault);
export const eventStopNow = uncurryThis(Event.prototype.stopImmediatePropagation);
/** @type {(event: Event) => EventTarget | null} */
export const eventTarget = getterOf(Event.prototype, "target");

// URLs and values.
export const urlHash = getterOf(URL.prototype, "hash");
export const urlHref = getterOf(URL.prototype, "href");
export const urlProtocol = getterOf(URL.prototype, "protocol");
export const urlHost = getterOf(URL.prototype, "host");
export const urlHostname = getterOf(URL.prototype, "hostname");
export const urlUsername = getterOf(URL.prototype, "username");
export const urlPassword = getterOf(URL.prototype, "password");
const structuredCloneFunction = globalThis.structuredClone;
/** @type {(value: unknown, options: StructuredSerializeOptions) => unknown} */
export const structuredClone = (value, options) => structuredCloneFunction(value, options);

const { port1: taskReceiver, port2: taskSender } = new MessageChannel();
const portPostMessage = uncurryThis(globalThis.MessagePort.prototype.postMessage);
/** @type {(() => void)[]} */
const tasks = [];
taskReceiver.onmessage = () => {
  const task = arraySplice(tasks, 0, 1)[0];
  if (task) task();
};

/**
 * Runs a callback in a task of its own, so that input, timers and painting get their turn first.
 * @param {() => void} callback
 */
export function queueTask(callback) {
  tasks[tasks.length] = callback;
  portPostMessage(taskSender, 0);
}

const windowSetTimeout = globalThis.setTimeout;
/**
 * @param {() => void} callback
 * @param {number} milliseconds
 */
export function setTimeout(callback, milliseconds) {
  windowSetTimeout(callback, milliseconds);
}
