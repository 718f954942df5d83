// Generated from js/frame/messages/main.js by `npm run bundle`; do not edit.
(() => {
"use strict";
var bundle = (() => {
  var __defProp = Object.defineProperty;
  var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __hasOwnProp = Object.prototype.hasOwnProperty;
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: true });
  };
  var __copyProps = (to, from, except, desc) => {
    if (from && typeof from === "object" || typeof from === "function") {
      for (let key of __getOwnPropNames(from))
        if (!__hasOwnProp.call(to, key) && key !== except)
          __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
    }
    return to;
  };
  var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

  // frame/messages/main.js
  var main_exports = {};
  __export(main_exports, {
    createMessages: () => createMessages
  });

  // page/primordials.js
  var { apply, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
  var { bind, call } = Function.prototype;
  var uncurryThis = apply(bind, call, [bind, call]);
  function getterOf(holder, key) {
    return (
      /** @type {any} */
      uncurryThis(
        /** @type {any} */
        accessorOf(holder, key).get
      )
    );
  }
  function accessorOf(holder, key) {
    let object = holder;
    while (object) {
      const descriptor = getOwnPropertyDescriptor(object, key);
      if (descriptor) return descriptor;
      object = getPrototypeOf(object);
    }
    throw new TypeError2(`This engine has no ${String(key)}`);
  }
  var {
    AbortSignal,
    Array,
    ArrayBuffer,
    BigInt,
    Blob,
    DataView,
    Date,
    DOMException,
    Error: Error2,
    Event,
    EventTarget,
    FinalizationRegistry,
    Headers,
    Map,
    MessageChannel,
    MessageEvent,
    Number,
    Object: Object2,
    Promise: Promise2,
    Proxy: Proxy2,
    RangeError,
    ReadableStream,
    RegExp,
    Request,
    Response,
    Set,
    String,
    Symbol: Symbol2,
    SyntaxError,
    TypeError: TypeError2,
    URL,
    Uint8Array: Uint8Array2,
    WeakMap,
    WeakRef,
    WritableStream
  } = globalThis;
  var URLPattern = (
    /** @type {any} */
    globalThis.URLPattern
  );
  var { isArray } = Array;
  var { parse: jsonParse, stringify: jsonStringify } = JSON;
  var { PI: pi, abs, atan2, cos, hypot, max, min, round, sin, sqrt, trunc } = Math;
  var { isFinite: isFiniteNumber } = Number;
  var { create, defineProperty, freeze, hasOwn, keys, setPrototypeOf } = Object2;
  var { apply: reflectApply, construct: reflectConstruct, deleteProperty, get: reflectGet, ownKeys } = Reflect;
  var { iterator: symbolIterator, toStringTag, hasInstance } = Symbol2;
  var { isView } = ArrayBuffer;
  var { atob: base64Decode, btoa: base64Encode, parseInt } = globalThis;
  var { fromCharCode: stringFromCharCode } = String;
  var consoleObject = globalThis.console;
  var { warn: consoleWarn } = consoleObject;
  var performanceObject = globalThis.performance;
  var performanceNow = uncurryThis(performanceObject.now);
  var arrayPush = uncurryThis(Array.prototype.push);
  var arraySort = uncurryThis(Array.prototype.sort);
  var arraySplice = uncurryThis(Array.prototype.splice);
  var stringCharCodeAt = uncurryThis(String.prototype.charCodeAt);
  var stringSlice = uncurryThis(String.prototype.slice);
  var stringStartsWith = uncurryThis(String.prototype.startsWith);
  var stringIncludes = uncurryThis(String.prototype.includes);
  var stringToLowerCase = uncurryThis(String.prototype.toLowerCase);
  var stringToUpperCase = uncurryThis(String.prototype.toUpperCase);
  var regExpExec = uncurryThis(RegExp.prototype.exec);
  var stringToWellFormed = "toWellFormed" in String.prototype ? uncurryThis(
    /** @type {any} */
    String.prototype.toWellFormed
  ) : String;
  var regExpSource = getterOf(RegExp.prototype, "source");
  var dateGetTime = uncurryThis(Date.prototype.getTime);
  var mapGet = uncurryThis(Map.prototype.get);
  var mapSet = uncurryThis(Map.prototype.set);
  var mapDelete = uncurryThis(Map.prototype.delete);
  var mapForEach = uncurryThis(Map.prototype.forEach);
  var mapSize = getterOf(
    /** @type {Map<any, any>} */
    Map.prototype,
    "size"
  );
  var setAdd = uncurryThis(Set.prototype.add);
  var setHas = uncurryThis(Set.prototype.has);
  var setDelete = uncurryThis(Set.prototype.delete);
  var setForEach = uncurryThis(Set.prototype.forEach);
  var setSize = getterOf(
    /** @type {Set<any>} */
    Set.prototype,
    "size"
  );
  var weakMapGet = uncurryThis(WeakMap.prototype.get);
  var weakMapSet = uncurryThis(WeakMap.prototype.set);
  var weakMapDelete = uncurryThis(WeakMap.prototype.delete);
  var weakMapHas = uncurryThis(WeakMap.prototype.has);
  var weakRefDeref = (
    /** @type {any} */
    uncurryThis(WeakRef.prototype.deref)
  );
  var finalizationRegister = (
    /** @type {any} */
    uncurryThis(FinalizationRegistry.prototype.register)
  );
  var promiseThen = uncurryThis(Promise2.prototype.then);
  var typedArrayPrototype = (
    /** @type {any} */
    getPrototypeOf(Uint8Array2.prototype)
  );
  var bytesSet = uncurryThis(typedArrayPrototype.set);
  var bytesLength = getterOf(typedArrayPrototype, "length");
  var typedArrayBuffer = getterOf(typedArrayPrototype, "buffer");
  var typedArrayByteOffset = getterOf(typedArrayPrototype, "byteOffset");
  var typedArrayByteLength = getterOf(typedArrayPrototype, "byteLength");
  var dataViewBuffer = getterOf(DataView.prototype, "buffer");
  var dataViewByteOffset = getterOf(DataView.prototype, "byteOffset");
  var dataViewByteLength = getterOf(DataView.prototype, "byteLength");
  var typedArrayTag = uncurryThis(
    /** @type {() => string | undefined} */
    accessorOf(typedArrayPrototype, toStringTag).get
  );
  var arrayBufferSlice = uncurryThis(ArrayBuffer.prototype.slice);
  var arrayBufferByteLength = getterOf(ArrayBuffer.prototype, "byteLength");
  var unwraps = [Number, String, BigInt, globalThis.Boolean].map(
    (constructor) => uncurryThis(
      /** @type {() => unknown} */
      constructor.prototype.valueOf
    )
  );
  var addEventListener2 = uncurryThis(EventTarget.prototype.addEventListener);
  var removeEventListener = uncurryThis(EventTarget.prototype.removeEventListener);
  var dispatchEvent2 = uncurryThis(EventTarget.prototype.dispatchEvent);
  var eventPreventDefault = uncurryThis(Event.prototype.preventDefault);
  var eventStopNow = uncurryThis(Event.prototype.stopImmediatePropagation);
  var eventTarget = getterOf(Event.prototype, "target");
  var urlHash = getterOf(URL.prototype, "hash");
  var urlHref = getterOf(URL.prototype, "href");
  var urlProtocol = getterOf(URL.prototype, "protocol");
  var urlHost = getterOf(URL.prototype, "host");
  var urlHostname = getterOf(URL.prototype, "hostname");
  var urlUsername = getterOf(URL.prototype, "username");
  var urlPassword = getterOf(URL.prototype, "password");
  var structuredCloneFunction = globalThis.structuredClone;
  var { port1: taskReceiver, port2: taskSender } = new MessageChannel();
  var portPostMessage = uncurryThis(globalThis.MessagePort.prototype.postMessage);
  var tasks = [];
  taskReceiver.onmessage = () => {
    const task = arraySplice(tasks, 0, 1)[0];
    if (task) task();
  };
  var windowSetTimeout = globalThis.setTimeout;

  // page/webidl.js
  function hidden(value, writable) {
    return (
      /** @type {any} */
      { __proto__: null, value, writable, enumerable: false, configurable: true }
    );
  }

  // page/structured.js
  var views = (
    /** @type {Record<string, new (buffer: ArrayBuffer) => object>} */
    /** @type {unknown} */
    {
      __proto__: null,
      DataView,
      Uint8Array: Uint8Array2,
      Int8Array: globalThis.Int8Array,
      Uint8ClampedArray: globalThis.Uint8ClampedArray,
      Int16Array: globalThis.Int16Array,
      Uint16Array: globalThis.Uint16Array,
      Int32Array: globalThis.Int32Array,
      Uint32Array: globalThis.Uint32Array,
      Float32Array: globalThis.Float32Array,
      Float64Array: globalThis.Float64Array,
      BigInt64Array: globalThis.BigInt64Array,
      BigUint64Array: globalThis.BigUint64Array,
      // Not every engine has it yet.
      Float16Array: (
        /** @type {any} */
        globalThis.Float16Array
      )
    }
  );
  var errors = (
    /** @type {Record<string, ErrorConstructor>} */
    /** @type {unknown} */
    {
      __proto__: null,
      EvalError: globalThis.EvalError,
      RangeError: globalThis.RangeError,
      ReferenceError: globalThis.ReferenceError,
      SyntaxError: globalThis.SyntaxError,
      TypeError: TypeError2,
      URIError: globalThis.URIError
    }
  );
  var platform = (
    /** @type {Record<string, any>} */
    /** @type {unknown} */
    {
      __proto__: null,
      DOMRect: globalThis.DOMRect,
      DOMRectReadOnly: globalThis.DOMRectReadOnly,
      DOMPoint: globalThis.DOMPoint,
      DOMPointReadOnly: globalThis.DOMPointReadOnly,
      DOMQuad: globalThis.DOMQuad,
      DOMMatrix: globalThis.DOMMatrix,
      DOMMatrixReadOnly: globalThis.DOMMatrixReadOnly,
      ImageData: globalThis.ImageData
    }
  );
  function decodeStructured(tagged) {
    const entered = [];
    return decode(tagged, entered);
  }
  function decode(value, entered) {
    if (typeof value !== "object" || value === null) return value;
    if (isArray(value)) {
      const array = enter(
        /** @type {unknown[]} */
        [],
        entered
      );
      for (let i = 0; i < value.length; i++) defineMember(array, i, decode(value[i], entered));
      return array;
    }
    const names = keys(value);
    const members = (
      /** @type {Record<string, unknown>} */
      value
    );
    if (names.length === 1 && names[0] === "$") return decodeTag(members.$, entered);
    const object = enter({}, entered);
    for (let i = 0; i < names.length; i++) defineMember(object, names[i], decode(members[names[i]], entered));
    return object;
  }
  function decodeTag(parts, entered) {
    if (!isArray(parts)) throw malformed("$");
    const tag = parts[0];
    const first = parts.length > 1 ? parts[1] : void 0;
    switch (tag) {
      case "undefined":
        return void 0;
      case "number":
        return +first;
      case "bigint":
        return BigInt(first);
      case "ref":
        if (!(first >= 0 && first < entered.length)) throw malformed(tag);
        return entered[first];
      case "Date":
        return enter(new Date(first ?? NaN), entered);
      // JSON has null for an invalid date
      case "RegExp":
        return enter(new RegExp(first, parts[2]), entered);
      case "Error":
      case "DOMException":
        return decodeError(parts, entered);
      case "Primitive":
        return decodePrimitiveObject(first, entered);
      case "ArrayBuffer":
        return enter(decodeBytes(first), entered);
    }
    if (typeof tag === "string" && views[tag]) return enter(new views[tag](decodeBytes(first)), entered);
    if (!isArray(first)) throw malformed(tag);
    if (typeof tag === "string" && platform[tag]) return construct(platform[tag], first, entered);
    switch (tag) {
      case "Object": {
        const object = enter({}, entered);
        for (let i = 0; i < first.length; i++) defineMember(object, first[i][0], decode(first[i][1], entered));
        return object;
      }
      case "Map": {
        const map = enter(new Map(), entered);
        for (let i = 0; i < first.length; i++) {
          const key = decode(first[i][0], entered);
          mapSet(map, key, decode(first[i][1], entered));
        }
        return map;
      }
      case "Set": {
        const set = enter(new Set(), entered);
        for (let i = 0; i < first.length; i++) setAdd(set, decode(first[i], entered));
        return set;
      }
    }
    throw malformed(tag);
  }
  function enter(object, entered) {
    defineMember(entered, entered.length, object);
    return object;
  }
  function defineMember(object, key, value) {
    defineProperty(
      object,
      key,
      /** @type {any} */
      {
        __proto__: null,
        value,
        writable: true,
        enumerable: true,
        configurable: true
      }
    );
  }
  function decodeError(parts, entered) {
    const name = parts[1];
    const message = parts[2];
    const error = parts[0] === "DOMException" ? new DOMException(message, name) : new (errors[name] ?? Error2)(message);
    enter(error, entered);
    if (error.name !== name) defineProperty(error, "name", hidden(name, true));
    defineProperty(error, "stack", hidden(parts[3], true));
    if (parts.length > 4) defineProperty(error, "cause", hidden(decode(parts[4], entered), true));
    return error;
  }
  function decodePrimitiveObject(tagged, entered) {
    return enter(Object2(decode(tagged, [])), entered);
  }
  function construct(constructor, tagged, entered) {
    const place = entered.length;
    enter({}, entered);
    const made = [];
    for (let i = 0; i < tagged.length; i++) defineMember(made, i, decode(tagged[i], entered));
    const object = reflectConstruct(constructor, made);
    defineMember(entered, place, object);
    return object;
  }
  function decodeBytes(base64) {
    const binary = base64Decode(base64);
    const bytes = new Uint8Array2(new ArrayBuffer(binary.length));
    for (let i = 0; i < bytes.length; i++) bytes[i] = stringCharCodeAt(binary, i);
    return bytes.buffer;
  }
  function malformed(tag) {
    return new TypeError2(`The embedded page sent a malformed value (${tag})`);
  }

  // frame/messages/main.js
  var MOST = 1e3;
  function createMessages(name) {
    let waiting = [];
    let taker = null;
    let embedder = "";
    function hand() {
      if (!taker || waiting.length === 0) return;
      const [take2, messages] = [taker, waiting];
      [taker, waiting] = [null, []];
      take2(messages);
    }
    function giveSource({ source, origin }) {
      if (!(source instanceof MessagePort) || origin !== embedder) return;
      const postMessage = (message) => void dispatchEvent(new CustomEvent(`${name}-out`, { detail: structuredClone(message) }));
      Object.defineProperty(source, "postMessage", { value: postMessage, configurable: true });
    }
    function take(event) {
      if (waiting.length === MOST) return;
      waiting.push(
        /** @type {CustomEvent} */
        event.detail
      );
      hand();
    }
    return {
      /**
       * @param {string} json in the form that structured.js describes
       * @param {string} origin the app's
       * @returns {boolean} whether anybody in the page's own world has heard it
       */
      deliver(json, origin) {
        let detail;
        embedder = origin;
        addEventListener("message", giveSource, true);
        addEventListener(`${name}-out`, take);
        try {
          detail = { data: decodeStructured(JSON.parse(json)), origin };
        } catch {
          detail = { data: null, origin, isMalformed: true };
        }
        return !dispatchEvent(new CustomEvent(`${name}-in`, { detail, cancelable: true }));
      },
      /** Resolves with the answers that have come, once there are some. */
      next: () => new Promise((resolve) => {
        taker = resolve;
        hand();
      })
    };
  }
  return __toCommonJS(main_exports);
})();
return bundle.createMessages;
})();
