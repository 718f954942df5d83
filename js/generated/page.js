// Generated from js/page/main.js by `npm run bundle`; do not edit.
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

  // page/main.js
  var main_exports = {};
  __export(main_exports, {
    main: () => main
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
  function setterOf(holder, key) {
    return (
      /** @type {any} */
      uncurryThis(
        /** @type {any} */
        accessorOf(holder, key).set
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
  var warn = (message) => apply(consoleWarn, consoleObject, [message]);
  var performanceObject = globalThis.performance;
  var performanceNow = uncurryThis(performanceObject.now);
  var now = () => performanceNow(performanceObject);
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
  var promiseReject = (reason) => new Promise2((_, reject) => reject(reason));
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
  function bytesView(bytes, start, end) {
    return new Uint8Array2(typedArrayBuffer(bytes), typedArrayByteOffset(bytes) + start, end - start);
  }
  function bytesCopy(bytes, start, end) {
    const copy = new Uint8Array2(end - start);
    bytesSet(copy, bytesView(bytes, start, end));
    return copy;
  }
  function createScratch(length) {
    const scratch3 = new Uint8Array2(length);
    defineProperty(
      typedArrayBuffer(scratch3),
      "constructor",
      /** @type {any} */
      { __proto__: null }
    );
    return scratch3;
  }
  function scratchCopy(scratch3, length) {
    return new Uint8Array2(arrayBufferSlice(typedArrayBuffer(scratch3), 0, length));
  }
  function bytesOf(value) {
    if (!isView(value) && !isArrayBuffer(value)) return null;
    try {
      return isView(value) ? viewBytes(value) : new Uint8Array2(value);
    } catch {
      return new Uint8Array2(0);
    }
  }
  function isArrayBuffer(value) {
    try {
      arrayBufferByteLength(
        /** @type {ArrayBuffer} */
        value
      );
      return true;
    } catch {
      return false;
    }
  }
  function viewBytes(value) {
    if (typedArrayTag(
      /** @type {any} */
      value
    ) === void 0) {
      const view = (
        /** @type {DataView} */
        value
      );
      return new Uint8Array2(dataViewBuffer(view), dataViewByteOffset(view), dataViewByteLength(view));
    }
    const array = (
      /** @type {Uint8Array} */
      value
    );
    return new Uint8Array2(typedArrayBuffer(array), typedArrayByteOffset(array), typedArrayByteLength(array));
  }
  var viewName = (view) => typedArrayTag(
    /** @type {any} */
    view
  ) ?? "DataView";
  function valueOf(object) {
    for (let i = 0; i < unwraps.length; i++) {
      try {
        return unwraps[i](object);
      } catch {
      }
    }
    throw new TypeError2("It is no object around a value.");
  }
  var unwraps = [Number, String, BigInt, globalThis.Boolean].map(
    (constructor) => uncurryThis(
      /** @type {() => unknown} */
      constructor.prototype.valueOf
    )
  );
  var addEventListener = uncurryThis(EventTarget.prototype.addEventListener);
  var removeEventListener = uncurryThis(EventTarget.prototype.removeEventListener);
  var dispatchEvent = uncurryThis(EventTarget.prototype.dispatchEvent);
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
  var structuredClone = (value, options) => structuredCloneFunction(value, options);
  var { port1: taskReceiver, port2: taskSender } = new MessageChannel();
  var portPostMessage = uncurryThis(globalThis.MessagePort.prototype.postMessage);
  var tasks = [];
  taskReceiver.onmessage = () => {
    const task = arraySplice(tasks, 0, 1)[0];
    if (task) task();
  };
  function queueTask(callback) {
    tasks[tasks.length] = callback;
    portPostMessage(taskSender, 0);
  }
  var windowSetTimeout = globalThis.setTimeout;
  function setTimeout(callback, milliseconds) {
    windowSetTimeout(callback, milliseconds);
  }

  // page/webidl.js
  function requireArguments(context2, given, required) {
    if (given >= required) return;
    const noun = required === 1 ? "argument" : "arguments";
    throw new TypeError2(`${context2}: ${required} ${noun} required, but only ${given} present.`);
  }
  function toDOMString(value) {
    return `${value}`;
  }
  function toUSVString(value) {
    return stringToWellFormed(`${value}`);
  }
  function toUnsigned(value, bits, context2) {
    const number = +/** @type {any} */
    value;
    const integer = trunc(number);
    if (!isFiniteNumber(number) || integer < 0 || integer >= 2 ** (bits === 64 ? 53 : bits)) {
      const type = bits === 8 ? "octet" : bits === 16 ? "unsigned short" : bits === 32 ? "unsigned long" : "unsigned long long";
      throw new TypeError2(`${context2}: Value is outside the '${type}' value range.`);
    }
    return abs(integer);
  }
  function toEnum(value, values, context2, type) {
    const string = toDOMString(value);
    for (let i = 0; i < values.length; i++) {
      if (values[i] === string) return values[i];
    }
    throw new TypeError2(
      `${context2}: The provided value '${string}' is not a valid enum value of type ${type}.`
    );
  }
  function toDictionary(value, context2, type) {
    if (value === void 0 || value === null) return (
      /** @type {any} */
      { __proto__: null }
    );
    if (typeof value === "object" || typeof value === "function") return (
      /** @type {any} */
      value
    );
    throw new TypeError2(`${context2}: The provided value is not of type '${type}'.`);
  }
  function toSequence(value, context2, most, convert2) {
    const method = isObject(value) ? (
      /** @type {any} */
      value[symbolIterator]
    ) : void 0;
    if (typeof method !== "function") {
      throw new TypeError2(`${context2}: The provided value cannot be converted to a sequence.`);
    }
    const iterator = reflectApply(method, value, []);
    const { next: next2 } = iterator;
    const list = [];
    for (; ; ) {
      const { done, value: item } = reflectApply(next2, iterator, []);
      if (done) return list;
      if (list.length >= most) throw new TypeError2(`${context2}: A sequence has more than ${most} items.`);
      arrayPush(list, convert2(item));
    }
  }
  function promiseFrom(steps) {
    return new Promise2((resolve, reject) => {
      try {
        steps(
          /** @type {(value: Result) => void} */
          resolve,
          reject
        );
      } catch (error) {
        reject(error);
      }
    });
  }
  function ignoreRejection(promise) {
    promiseThen(promise, void 0, () => {
    });
  }
  function illegalInvocation(member, type) {
    return promiseReject(
      new TypeError2(`'${member}' called on an object that is not a valid instance of ${type}.`)
    );
  }
  function finishInterface(constructor, name, members) {
    const { prototype: prototype2 } = constructor;
    for (let i = 0; i < members.length; i++) {
      const descriptor = getOwnPropertyDescriptor(prototype2, members[i]);
      if (!descriptor) throw new TypeError2(`${name} has no member ${members[i]}`);
      defineProperty(
        prototype2,
        members[i],
        /** @type {any} */
        {
          ...descriptor,
          __proto__: null,
          enumerable: true
        }
      );
    }
    defineProperty(prototype2, toStringTag, hidden(name, false));
  }
  function exposeInterface(name, constructor) {
    defineProperty(globalThis, name, hidden(constructor, true));
  }
  function copyAccessor(target, name, source) {
    const { get, set } = (
      /** @type {PropertyDescriptor} */
      getOwnPropertyDescriptor(source, name)
    );
    defineProperty(
      target,
      name,
      /** @type {any} */
      { __proto__: null, get, set, enumerable: true, configurable: true }
    );
  }
  function copyOperations(prototype2, source, names) {
    const own2 = ownKeys(source);
    for (let i = 0; i < own2.length; i++) {
      const name = (
        /** @type {string} */
        own2[i]
      );
      const descriptor = getOwnPropertyDescriptor(source, name);
      defineProperty(
        prototype2,
        name,
        /** @type {any} */
        { ...descriptor, __proto__: null }
      );
      names[names.length] = name;
    }
  }
  function hidden(value, writable) {
    return (
      /** @type {any} */
      { __proto__: null, value, writable, enumerable: false, configurable: true }
    );
  }
  function wholeNumber(value) {
    const number = Number(value);
    return number === (number | 0) ? number | 0 : null;
  }
  function isObject(value) {
    return typeof value === "object" && value !== null || typeof value === "function";
  }
  function createPlatformObject({ prototype: prototype2 }) {
    return setPrototypeOf(new WeakMap(), prototype2);
  }
  function describe(value) {
    try {
      return String(value);
    } catch {
      return "(a value without a string form)";
    }
  }

  // page/badge.js
  var SET = "Failed to execute 'setAppBadge' on 'Navigator'";
  function installBadge(bridge) {
    const { Navigator: Navigator2, navigator } = globalThis;
    const holder = {
      /** @param {unknown} [contents] @returns {Promise<void>} */
      setAppBadge(contents) {
        return promiseFrom((resolve) => {
          const count = contents === void 0 ? void 0 : toUnsigned(contents, 64, SET);
          requireNavigator(this);
          bridge.notify("badge.set", { count });
          resolve(void 0);
        });
      },
      /** @returns {Promise<void>} */
      clearAppBadge() {
        return promiseFrom((resolve) => {
          requireNavigator(this);
          bridge.notify("badge.set", { count: 0 });
          resolve(void 0);
        });
      }
    };
    const names = [];
    copyOperations(Navigator2.prototype, holder, names);
    function requireNavigator(receiver) {
      if (receiver !== navigator) throw new TypeError2("Illegal invocation");
    }
  }

  // page/bridge.js
  function createBridge(native) {
    const listeners = new Map();
    const responders = new Map();
    native.listen((frame, name, params, question) => {
      if (!question) {
        const all = mapGet(listeners, name);
        for (let i = 0; all && i < all.length; i++) all[i](decode(params), frame);
        return;
      }
      let answered = false;
      const reply = (answer) => {
        if (!answered) native.reply(question, encode(answer));
        answered = true;
      };
      const responder = mapGet(responders, name);
      if (responder) responder(decode(params), frame, reply);
      else reply(null);
    });
    function call2(frame, method, params, onResult, onError) {
      native.call(frame, method, encode(params), (error, result, descriptor) => {
        if (error === null) {
          onResult(decode(result ?? "{}"), descriptor);
        } else {
          if (descriptor) descriptor.close();
          const message = decode(error);
          onError(toException(message), message);
        }
      });
    }
    return (
      /** @satisfies {object} */
      {
        __proto__: null,
        /**
         * Asks the UI process; exactly one of the two callbacks is called, later.
         * @template {keyof Calls} Method
         * @param {Method} method
         * @param {Calls[Method]["params"]} params
         * @param {(result: Calls[Method]["answer"], descriptor: NativeDescriptor | null) => void} onResult
         * @param {(exception: Error, error: Message) => void} onError
         */
        call(method, params, onResult, onError) {
          call2(0, method, params, onResult, onError);
        },
        /**
         * Asks about a frame.
         * @template {keyof Calls} Method
         * @param {number} frame
         * @param {Method} method
         * @param {Calls[Method]["params"]} params
         * @param {(result: Calls[Method]["answer"]) => void} onResult
         * @param {(exception: Error, error: Message) => void} onError
         */
        callFrame(frame, method, params, onResult, onError) {
          call2(frame, method, params, onResult, onError);
        },
        /**
         * Tells the UI process; there is no answer.
         * @template {keyof Notes} Method
         * @param {Method} method
         * @param {Notes[Method]} params
         */
        notify(method, params) {
          native.notify(0, method, encode(params));
        },
        /**
         * Tells of a frame.
         * @template {keyof Notes} Method
         * @param {number} frame
         * @param {Method} method
         * @param {Notes[Method]} params
         */
        notifyFrame(frame, method, params) {
          native.notify(frame, method, encode(params));
        },
        /**
         * Adds a listener of an event that the UI process sends.
         * @template {keyof Events} Name
         * @param {Name} event
         * @param {(params: Events[Name], frame: number) => void} listener
         */
        listen(event, listener) {
          const all = mapGet(listeners, event);
          if (all) arrayPush(
            all,
            /** @type {any} */
            listener
          );
          else mapSet(listeners, event, [
            /** @type {any} */
            listener
          ]);
        },
        /**
         * Sets who answers a question of the UI process; only the first answer counts.
         * @template {keyof Questions} Name
         * @param {Name} question
         * @param {(params: Questions[Name]["params"], frame: number, answer: (answer: Questions[Name]["answer"]) => void) => void} responder
         */
        respond(question, responder) {
          mapSet(
            responders,
            question,
            /** @type {any} */
            responder
          );
        }
      }
    );
  }
  function encode(value) {
    if (typeof value === "string") return jsonStringify(stringToWellFormed(value));
    if (typeof value !== "object" || value === null) return jsonStringify(value);
    let text3 = "";
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) text3 += (i ? "," : "") + encode(value[i]);
      return `[${text3}]`;
    }
    const names = keys(value);
    for (let i = 0; i < names.length; i++) {
      const member = (
        /** @type {Record<string, unknown>} */
        value[names[i]]
      );
      if (member !== void 0) text3 += `${text3 ? "," : ""}${jsonStringify(names[i])}:${encode(member)}`;
    }
    return `{${text3}}`;
  }
  function decode(json) {
    const value = jsonParse(json);
    if (typeof value !== "object" || value === null) return (
      /** @type {any} */
      { __proto__: null }
    );
    return isArray(value) ? value : setPrototypeOf(value, null);
  }
  function toException({ name, message, tlsError }) {
    if (tlsError !== void 0) return withMember(new DOMException(message, name), "tlsError", tlsError);
    if (name === "TypeError") return new TypeError2(message);
    if (name === "RangeError") return new RangeError(message);
    if (name === "SyntaxError") return new SyntaxError(message);
    return new DOMException(message, name);
  }
  function withMember(exception, name, value) {
    const property = { __proto__: null, value, enumerable: true, configurable: true, writable: true };
    return defineProperty(
      exception,
      name,
      /** @type {PropertyDescriptor} */
      property
    );
  }

  // page/network/primordials.js
  var { byteControllerPrototype, byobRequestPrototype, byobReaderPrototype } = probeByteStream();
  var byteControllerRequest = getterOf(byteControllerPrototype, "byobRequest");
  var byteControllerEnqueue = uncurryThis(byteControllerPrototype.enqueue);
  var byteControllerClose = uncurryThis(byteControllerPrototype.close);
  var byteControllerDesiredSize = getterOf(byteControllerPrototype, "desiredSize");
  var byteControllerError = uncurryThis(byteControllerPrototype.error);
  var byobRequestView = getterOf(byobRequestPrototype, "view");
  var byobRequestRespond = uncurryThis(byobRequestPrototype.respond);
  var defaultControllerPrototype = globalThis.ReadableStreamDefaultController.prototype;
  var defaultControllerClose = uncurryThis(defaultControllerPrototype.close);
  var defaultControllerEnqueue = (
    /** @type {any} */
    uncurryThis(defaultControllerPrototype.enqueue)
  );
  var defaultControllerError = uncurryThis(defaultControllerPrototype.error);
  var readableLocked = getterOf(ReadableStream.prototype, "locked");
  var readableCancel = uncurryThis(ReadableStream.prototype.cancel);
  var readableGetReader = (
    /** @type {any} */
    uncurryThis(ReadableStream.prototype.getReader)
  );
  var readerRead = uncurryThis(globalThis.ReadableStreamDefaultReader.prototype.read);
  var readerReleaseLock = uncurryThis(globalThis.ReadableStreamDefaultReader.prototype.releaseLock);
  var readerCancel = uncurryThis(globalThis.ReadableStreamDefaultReader.prototype.cancel);
  var writableLocked = getterOf(WritableStream.prototype, "locked");
  var writableGetWriter = uncurryThis(WritableStream.prototype.getWriter);
  var writerWrite = uncurryThis(globalThis.WritableStreamDefaultWriter.prototype.write);
  var writerReleaseLock = uncurryThis(globalThis.WritableStreamDefaultWriter.prototype.releaseLock);
  var writableAbort = uncurryThis(WritableStream.prototype.abort);
  var writableControllerPrototype = globalThis.WritableStreamDefaultController.prototype;
  var writableControllerError = uncurryThis(writableControllerPrototype.error);
  var writableControllerSignal = getterOf(writableControllerPrototype, "signal");
  function probeByteStream() {
    let controller;
    const source = {
      __proto__: null,
      type: "bytes",
      /** @param {ReadableByteStreamController} streamController */
      start(streamController) {
        controller = streamController;
      }
    };
    const stream = new ReadableStream(
      /** @type {UnderlyingByteSource} */
      /** @type {unknown} */
      source
    );
    const reader = stream.getReader({ mode: "byob" });
    void reader.read(new Uint8Array2(1));
    const started2 = (
      /** @type {ReadableByteStreamController} */
      /** @type {unknown} */
      controller
    );
    const request = (
      /** @type {ReadableStreamBYOBRequest} */
      started2.byobRequest
    );
    return {
      byteControllerPrototype: (
        /** @type {ReadableByteStreamController} */
        getPrototypeOf(started2)
      ),
      byobRequestPrototype: (
        /** @type {ReadableStreamBYOBRequest} */
        getPrototypeOf(request)
      ),
      byobReaderPrototype: (
        /** @type {ReadableStreamBYOBReader} */
        getPrototypeOf(reader)
      )
    };
  }
  var textEncoder = new globalThis.TextEncoder();
  var textEncoderEncode = uncurryThis(globalThis.TextEncoder.prototype.encode);
  var encodeText = (text3) => textEncoderEncode(textEncoder, text3);
  var textDecoder = new globalThis.TextDecoder("utf-8", { ignoreBOM: true });
  var textDecoderDecode = uncurryThis(globalThis.TextDecoder.prototype.decode);
  var decodeText = (bytes) => textDecoderDecode(textDecoder, bytes);
  var { CloseEvent, ErrorEvent } = globalThis;
  var headersAppend = uncurryThis(Headers.prototype.append);
  var headersGet = uncurryThis(Headers.prototype.get);
  var headersHas = uncurryThis(Headers.prototype.has);
  var headersForEach = uncurryThis(Headers.prototype.forEach);
  var requestUrl = getterOf(Request.prototype, "url");
  var requestMode = getterOf(Request.prototype, "mode");
  var requestMethod = getterOf(Request.prototype, "method");
  var requestHeaders = getterOf(Request.prototype, "headers");
  var requestRedirect = getterOf(Request.prototype, "redirect");
  var requestIntegrity = getterOf(Request.prototype, "integrity");
  var requestSignal = getterOf(Request.prototype, "signal");
  var requestBodyUsed = getterOf(Request.prototype, "bodyUsed");
  var requestArrayBuffer = uncurryThis(Request.prototype.arrayBuffer);
  var responseBody = getterOf(Response.prototype, "body");
  var responseArrayBuffer = uncurryThis(Response.prototype.arrayBuffer);
  var formDataForEach = uncurryThis(globalThis.FormData.prototype.forEach);
  var formDataHas = uncurryThis(globalThis.FormData.prototype.has);
  var blobType = getterOf(Blob.prototype, "type");
  var fileName = getterOf(globalThis.File.prototype, "name");
  var cryptoObject = globalThis.crypto;
  var cryptoGetRandomValues = uncurryThis(cryptoObject.getRandomValues);
  var getRandomValues = (bytes) => (
    /** @type {Uint8Array} */
    cryptoGetRandomValues(cryptoObject, bytes)
  );
  var subtleCrypto = cryptoObject.subtle;
  var cryptoDigest = uncurryThis(subtleCrypto.digest);
  var subtleDigest = (algorithm, bytes) => cryptoDigest(subtleCrypto, algorithm, bytes);
  var blobSize = getterOf(Blob.prototype, "size");
  var responseHeaders = getterOf(Response.prototype, "headers");
  var responseStatus = getterOf(Response.prototype, "status");
  var responseOk = getterOf(Response.prototype, "ok");
  var responseText = uncurryThis(Response.prototype.text);
  var responseClone = uncurryThis(Response.prototype.clone);
  var signalAborted = getterOf(AbortSignal.prototype, "aborted");
  var signalReason = getterOf(AbortSignal.prototype, "reason");
  var fetchFunction = globalThis.fetch;
  var fetch = (input, init) => fetchFunction(input, init);

  // page/byte-streams.js
  function installByteStreams() {
    const interfaces = [byobReaderPrototype, byobRequestPrototype, byteControllerPrototype];
    for (let i = 0; i < interfaces.length; i++) {
      const { constructor } = interfaces[i];
      if (!(constructor.name in globalThis)) exposeInterface(constructor.name, constructor);
    }
  }

  // page/controlled-frame/dom.js
  var window = globalThis.window;
  var document = globalThis.document;
  var { Document, Element, HTMLElement, Node, ShadowRoot } = globalThis;
  var HTMLUnknownElement = globalThis.HTMLUnknownElement;
  var nodeType = getterOf(Node.prototype, "nodeType");
  var parentNode = getterOf(Node.prototype, "parentNode");
  var isConnected = getterOf(Node.prototype, "isConnected");
  var rootNode = uncurryThis(Node.prototype.getRootNode);
  var ownerDocument = (
    /** @type {(node: Node) => Document} */
    getterOf(Node.prototype, "ownerDocument")
  );
  var baseUri = getterOf(Node.prototype, "baseURI");
  var localName = getterOf(Element.prototype, "localName");
  var namespaceUri = getterOf(Element.prototype, "namespaceURI");
  var isHtml = (element) => namespaceUri(element) === "http://www.w3.org/1999/xhtml";
  var getAttribute = uncurryThis(Element.prototype.getAttribute);
  var setAttribute = uncurryThis(Element.prototype.setAttribute);
  var removeAttribute = uncurryThis(Element.prototype.removeAttribute);
  var hasAttribute = uncurryThis(Element.prototype.hasAttribute);
  var matches = uncurryThis(Element.prototype.matches);
  var openShadowRootOf = getterOf(Element.prototype, "shadowRoot");
  var attachShadow = uncurryThis(Element.prototype.attachShadow);
  var openAssignedSlot = getterOf(Element.prototype, "assignedSlot");
  var firstElementChild = getterOf(Element.prototype, "firstElementChild");
  var fragmentFirstElementChild = getterOf(globalThis.DocumentFragment.prototype, "firstElementChild");
  var nextElementSibling = getterOf(Element.prototype, "nextElementSibling");
  var getBoundingClientRect = uncurryThis(Element.prototype.getBoundingClientRect);
  var clientLeft = getterOf(Element.prototype, "clientLeft");
  var clientTop = getterOf(Element.prototype, "clientTop");
  var clientWidth = getterOf(Element.prototype, "clientWidth");
  var clientHeight = getterOf(Element.prototype, "clientHeight");
  var scrollWidth = getterOf(Element.prototype, "scrollWidth");
  var scrollHeight = getterOf(Element.prototype, "scrollHeight");
  var offsetWidth = getterOf(HTMLElement.prototype, "offsetWidth");
  var offsetHeight = getterOf(HTMLElement.prototype, "offsetHeight");
  var clientOf = (element) => ({
    x: clientLeft(element),
    y: clientTop(element),
    width: clientWidth(element),
    height: clientHeight(element)
  });
  var scrollOf = (element) => ({ width: scrollWidth(element), height: scrollHeight(element) });
  function offsetOf(element) {
    const html = (
      /** @type {HTMLElement} */
      element
    );
    return isHtml(element) ? { width: offsetWidth(html), height: offsetHeight(html) } : { width: 0, height: 0 };
  }
  var styleOf = getterOf(HTMLElement.prototype, "style");
  var setProperty = uncurryThis(globalThis.CSSStyleDeclaration.prototype.setProperty);
  var setStyle = (element, name, value) => setProperty(styleOf(element), name, value);
  var tabIndexOf = getterOf(HTMLElement.prototype, "tabIndex");
  var focusElement = uncurryThis(HTMLElement.prototype.focus);
  var blurElement = uncurryThis(HTMLElement.prototype.blur);
  var getOnClick = getterOf(HTMLElement.prototype, "onclick");
  var hostOf = getterOf(ShadowRoot.prototype, "host");
  var createElement = uncurryThis(Document.prototype.createElement);
  var documentElementOf = getterOf(Document.prototype, "documentElement");
  var bodyOf = getterOf(Document.prototype, "body");
  var readyStateOf = getterOf(Document.prototype, "readyState");
  var scrollingElementOf = getterOf(Document.prototype, "scrollingElement");
  var documentActiveElement = getterOf(Document.prototype, "activeElement");
  var rootActiveElement = getterOf(ShadowRoot.prototype, "activeElement");
  var documentQueryAll = uncurryThis(Document.prototype.querySelectorAll);
  var elementQueryAll = uncurryThis(Element.prototype.querySelectorAll);
  var fragmentQueryAll = uncurryThis(globalThis.DocumentFragment.prototype.querySelectorAll);
  var rectLeft = getterOf(globalThis.DOMRectReadOnly.prototype, "left");
  var rectTop = getterOf(globalThis.DOMRectReadOnly.prototype, "top");
  var rectWidth = getterOf(globalThis.DOMRectReadOnly.prototype, "width");
  var rectHeight = getterOf(globalThis.DOMRectReadOnly.prototype, "height");
  var rectOf = (r) => ({ x: rectLeft(r), y: rectTop(r), width: rectWidth(r), height: rectHeight(r) });
  var convertPointToPage = pointConverter(
    /** @type {any} */
    globalThis
  );
  function pointConverter({ WebKitPoint, webkitConvertPointFromNodeToPage: convert2 }) {
    if (!WebKitPoint || !convert2) return null;
    const pointX = getterOf(WebKitPoint.prototype, "x");
    const pointY = getterOf(WebKitPoint.prototype, "y");
    return (element, x, y) => {
      const point = convert2(element, new WebKitPoint(x, y));
      return { x: pointX(point), y: pointY(point) };
    };
  }
  var elementsFromPoint = uncurryThis(Document.prototype.elementsFromPoint);
  var shadowElementsFromPoint = uncurryThis(
    /** @type {any} */
    ShadowRoot.prototype.elementsFromPoint ?? Document.prototype.elementsFromPoint
  );
  var windowGetComputedStyle = globalThis.getComputedStyle;
  var getPropertyValue = uncurryThis(globalThis.CSSStyleDeclaration.prototype.getPropertyValue);
  var computedStyle = (element) => windowGetComputedStyle(element);
  var styleValue = (style, name) => getPropertyValue(style, name);
  var computedStyleMap = uncurryThis(Element.prototype.computedStyleMap);
  var styleMapGet = uncurryThis(globalThis.StylePropertyMapReadOnly.prototype.get);
  var cssText = uncurryThis(globalThis.CSSStyleValue.prototype.toString);
  function computedValue(element, name) {
    const value = styleMapGet(computedStyleMap(element), name);
    return value ? cssText(value) : "";
  }
  var windowRequestAnimationFrame = globalThis.requestAnimationFrame;
  var requestAnimationFrame = (callback) => windowRequestAnimationFrame(callback);
  var windowFrameElement = getterOf(
    /** @type {any} */
    window,
    "frameElement"
  );
  function frameElementOf(view) {
    try {
      return windowFrameElement(view);
    } catch {
      return null;
    }
  }
  function viewAround(view) {
    const container = frameElementOf(view);
    return container && defaultViewOf(ownerDocument(container));
  }
  var defaultViewOf = (
    /** @type {(document: Document) => (Window & typeof globalThis) | null} */
    getterOf(Document.prototype, "defaultView")
  );
  function containerOf(element) {
    const view = defaultViewOf(ownerDocument(element));
    return view && frameElementOf(view);
  }
  var windowWidth = windowLength("innerWidth");
  var windowHeight = windowLength("innerHeight");
  var devicePixelRatio = windowLength("devicePixelRatio");
  function windowLength(name) {
    return getterOf(
      /** @type {any} */
      window,
      name
    );
  }
  var navigatorUserAgent = getterOf(globalThis.Navigator.prototype, "userAgent");
  var navigatorObject = globalThis.navigator;
  var userAgent = () => navigatorUserAgent(navigatorObject);
  var windowMatchMedia = globalThis.matchMedia;
  var matchMedia = (query) => windowMatchMedia(query);
  var mediaMatches = getterOf(globalThis.MediaQueryList.prototype, "matches");
  var { MutationObserver, ResizeObserver } = globalThis;
  var observeMutations = uncurryThis(MutationObserver.prototype.observe);
  var takeRecords = uncurryThis(MutationObserver.prototype.takeRecords);
  var recordType = getterOf(globalThis.MutationRecord.prototype, "type");
  var recordTarget = getterOf(globalThis.MutationRecord.prototype, "target");
  var recordAttribute = getterOf(globalThis.MutationRecord.prototype, "attributeName");
  var recordAdded = getterOf(globalThis.MutationRecord.prototype, "addedNodes");
  var recordRemoved = getterOf(globalThis.MutationRecord.prototype, "removedNodes");
  var nodeListLength = getterOf(globalThis.NodeList.prototype, "length");
  var nodeListItem = uncurryThis(globalThis.NodeList.prototype.item);
  var observeSize = uncurryThis(ResizeObserver.prototype.observe);
  var unobserveSize = uncurryThis(ResizeObserver.prototype.unobserve);
  var unobserveSizes = uncurryThis(ResizeObserver.prototype.disconnect);
  var codeOf = getterOf(globalThis.KeyboardEvent.prototype, "code");
  var shiftOf = getterOf(globalThis.KeyboardEvent.prototype, "shiftKey");
  var checkVisibility = (
    /** @type {any} */
    Element.prototype.checkVisibility ? uncurryThis(
      /** @type {any} */
      Element.prototype.checkVisibility
    ) : null
  );
  var VISIBILITY = {
    __proto__: null,
    opacityProperty: true,
    visibilityProperty: true,
    contentVisibilityAuto: false
  };
  function isVisible(element) {
    if (checkVisibility) return checkVisibility(element, VISIBILITY);
    return styleValue(computedStyle(element), "visibility") === "visible";
  }
  var isElement = (node) => nodeType(node) === 1;
  function isShadowRoot(node) {
    if (nodeType(node) !== 11) return false;
    try {
      return !!hostOf(
        /** @type {ShadowRoot} */
        node
      );
    } catch {
      return false;
    }
  }
  var closedRoots = new WeakMap();
  function noteClosedRoot(host, root) {
    if (!openShadowRootOf(host)) weakMapSet(closedRoots, host, root);
  }
  var shadowRootOf = (element) => openShadowRootOf(element) ?? weakMapGet(closedRoots, element) ?? null;
  function slotOf(element) {
    const open = openAssignedSlot(element);
    if (open) return open;
    const host = parentNode(element);
    const root = host && isElement(host) && weakMapGet(closedRoots, host);
    if (!root) return null;
    const name = getAttribute(element, "slot") ?? "";
    let found = null;
    queryEach(root, "slot", (slot) => {
      if ((getAttribute(slot, "name") ?? "") === name) found ??= slot;
    });
    return found;
  }
  function flatParent(element) {
    const slot = slotOf(element);
    if (slot) return slot;
    const parent = parentNode(element);
    if (!parent) return null;
    if (isElement(parent)) return parent;
    return isShadowRoot(parent) ? hostOf(parent) : null;
  }
  var isInTopLayer = (element) => matches(element, ":modal, :popover-open, :fullscreen");
  function containsDeeply(ancestor, node) {
    let current = node;
    while (current) {
      if (current === ancestor) return true;
      current = parentNode(current) ?? (isShadowRoot(current) ? hostOf(current) : null);
    }
    return false;
  }
  function isHitAt(element, x, y) {
    const root = rootNode(element);
    const hits = isShadowRoot(root) ? shadowElementsFromPoint(root, x, y) : elementsFromPoint(document, x, y);
    for (let i = 0; i < hits.length; i++) if (hits[i] === element) return true;
    return false;
  }
  function deepActiveElement() {
    let element = documentActiveElement(document);
    while (element) {
      const root = shadowRootOf(element);
      const inner = root && rootActiveElement(root);
      if (!inner) return element;
      element = inner;
    }
    return null;
  }
  function queryEach(root, selector, callback) {
    let list;
    if (isElement(root)) list = elementQueryAll(root, selector);
    else if (nodeType(root) === 9) list = documentQueryAll(
      /** @type {Document} */
      root,
      selector
    );
    else if (nodeType(root) === 11) list = fragmentQueryAll(
      /** @type {DocumentFragment} */
      root,
      selector
    );
    else return;
    const length = nodeListLength(list);
    for (let i = 0; i < length; i++) {
      const element = nodeListItem(list, i);
      if (element) callback(
        /** @type {Element} */
        element
      );
    }
  }

  // page/controlled-frame/absence.js
  function explainAbsence() {
    addEventListener(globalThis, "load", () => {
      let isUsed = false;
      queryEach(document, "controlledframe", () => isUsed = true);
      if (isUsed) {
        warn(
          "<controlledframe>: This document does not have the feature “controlled-frame”. The app's manifest has to list it in “permissions_policy”."
        );
      }
    });
  }

  // page/event-handlers.js
  var handlers = new WeakMap();
  function getHandler(target, type) {
    const map2 = weakMapGet(handlers, target);
    return (map2 && mapGet(map2, type)?.value) ?? null;
  }
  function setHandler(target, type, value) {
    let map2 = weakMapGet(handlers, target);
    if (!map2) weakMapSet(handlers, target, map2 = new Map());
    const handler = mapGet(map2, type);
    if (typeof value !== "function" && (typeof value !== "object" || value === null)) {
      if (!handler) return;
      mapDelete(map2, type);
      removeEventListener(target, type, handler.listener);
    } else if (handler) {
      handler.value = value;
    } else {
      const created = {
        value,
        listener(event) {
          if (typeof created.value !== "function") return;
          if (reflectApply(created.value, target, [event]) === false) eventPreventDefault(event);
        }
      };
      mapSet(map2, type, created);
      addEventListener(target, type, created.listener);
    }
  }

  // page/controlled-frame/activity.js
  var SHORTEST = 100;
  function toInterval(value, context2) {
    const interval = toUnsigned(value, 32, context2);
    return interval && interval < SHORTEST ? SHORTEST : interval;
  }
  function intervalOf(element) {
    const interval = parseInt(getAttribute(element, "idleinterval") ?? "");
    if (!(interval > 0)) return 0;
    return interval < SHORTEST ? SHORTEST : interval > 4294967295 ? 4294967295 : interval;
  }
  function installAppActivity(bridge) {
    let constructing2 = false;
    let interval = 0;
    let idle = false;
    class AppActivity extends EventTarget {
      constructor() {
        if (!constructing2) throw new TypeError2("Illegal constructor");
        super();
      }
      get idleInterval() {
        check(this);
        return interval;
      }
      set idleInterval(value) {
        check(this);
        interval = toInterval(value, "Failed to set the 'idleInterval' property on 'AppActivity'");
        idle = false;
        bridge.notify("stage.setIdleInterval", { milliseconds: interval });
      }
      get idle() {
        check(this);
        return idle;
      }
      get onidle() {
        return getHandler(check(this), "idle");
      }
      set onidle(value) {
        setHandler(check(this), "idle", value);
      }
      get onactive() {
        return getHandler(check(this), "active");
      }
      set onactive(value) {
        setHandler(check(this), "active", value);
      }
    }
    finishInterface(AppActivity, "AppActivity", ["idleInterval", "idle", "onidle", "onactive"]);
    exposeInterface("AppActivity", AppActivity);
    constructing2 = true;
    const instance = new AppActivity();
    constructing2 = false;
    bridge.listen("stage.idle", ({ idle: isIdle }) => {
      idle = isIdle;
      dispatchEvent(instance, new Event(isIdle ? "idle" : "active"));
    });
    function check(value) {
      if (value !== instance) throw new TypeError2("Illegal invocation");
      return instance;
    }
    const navigatorObject2 = globalThis.navigator;
    const holder = {
      get appActivity() {
        if (
          /** @type {unknown} */
          this !== navigatorObject2
        ) throw new TypeError2("Illegal invocation");
        return instance;
      }
    };
    copyAccessor(globalThis.Navigator.prototype, "appActivity", holder);
  }

  // page/controlled-frame/compatibility.js
  var chromium = false;
  var isChromium = () => chromium;
  function setChromium(isChosen) {
    chromium = isChosen;
  }
  function refuseCallback(last) {
    if (chromium && typeof last === "function") {
      throw new Error2("Callback form deprecated, see API doc for correct usage.");
    }
  }
  function refusingCallback(operation, name) {
    const { [name]: refusing } = {
      /** @this {unknown} @param {unknown[]} args */
      [name](...args) {
        refuseCallback(args[args.length - 1]);
        return reflectApply(operation, this, args);
      }
    };
    defineProperty(refusing, "length", hidden(operation.length, false));
    return refusing;
  }

  // page/lists.js
  function map(list, change2) {
    const changed = [];
    for (let i = 0; i < list.length; i++) arrayPush(changed, change2(list[i], i));
    return changed;
  }
  function filter(list, counts) {
    const left = [];
    for (let i = 0; i < list.length; i++) if (counts(list[i], i)) arrayPush(left, list[i]);
    return left;
  }
  function some(list, counts) {
    for (let i = 0; i < list.length; i++) if (counts(list[i], i)) return true;
    return false;
  }
  var every = (list, counts) => !some(list, (item, index) => !counts(item, index));
  function append(list, items) {
    for (let i = 0; i < items.length; i++) arrayPush(list, items[i]);
  }

  // page/compositor/paused.js
  var { Animation, Document: Document2, Element: Element2, KeyframeEffect, ShadowRoot: ShadowRoot2 } = globalThis;
  var setEffect = setterOf(Animation.prototype, "effect");
  var pause = uncurryThis(Animation.prototype.pause);
  var own = new WeakMap();
  var PausedAnimations = class {
    element;
    /** Each is applied after those before it. @type {Animation[]} */
    #animations = [];
    /** @type {KeyframeEffect[]} */
    #effects = [];
    /** Tells the keyframes in force from others; empty when there are none. */
    #current = "";
    /** @param {Element} element @param {number} count */
    constructor(element, count) {
      this.element = element;
      for (let i = 0; i < count; i++) {
        const animation = new Animation(null);
        weakMapSet(own, animation, true);
        arrayPush(this.#animations, animation);
      }
    }
    /** Lets the author's values show until `resume`. */
    suspend() {
      for (let i = 0; i < this.#animations.length; i++) setEffect(this.#animations[i], null);
    }
    /** Lets the author's values show until there are new ones. */
    lift() {
      if (!this.#current) return;
      this.#current = "";
      this.#effects = [];
      this.suspend();
    }
    /** Puts the values back as `suspend` found them. */
    resume() {
      for (let i = 0; i < this.#effects.length; i++) setEffect(this.#animations[i], this.#effects[i]);
    }
    /**
     * @param {string} name tells these keyframes from others
     * @param {() => object[]} keyframesOf what each animation sets
     */
    apply(name, keyframesOf2) {
      if (name === this.#current) return;
      this.#current = name;
      const options = { __proto__: null, duration: 1e9, fill: "both" };
      this.#effects = map(
        keyframesOf2(),
        (keyframe) => new KeyframeEffect(
          this.element,
          /** @type {any} */
          [keyframe, keyframe],
          /** @type {any} */
          options
        )
      );
      this.resume();
      for (let i = 0; i < this.#animations.length; i++) pause(this.#animations[i]);
    }
  };
  function hideOverrides() {
    hideFrom(Document2.prototype);
    hideFrom(Element2.prototype);
    hideFrom(ShadowRoot2.prototype);
  }
  function hideFrom(prototype2) {
    const descriptor = getOwnPropertyDescriptor(prototype2, "getAnimations");
    if (!descriptor) return;
    const native = descriptor.value;
    const holder = {
      /** @this {unknown} */
      getAnimations() {
        const all = reflectApply(native, this, arguments);
        return filter(all, (animation) => !weakMapHas(own, animation));
      }
    };
    defineProperty(
      prototype2,
      "getAnimations",
      /** @type {any} */
      {
        ...descriptor,
        __proto__: null,
        value: holder.getAnimations
      }
    );
  }

  // page/compositor/default-size.js
  var DefaultSizes = class {
    /** @type {WeakMap<Element, PausedAnimations>} */
    #given = new WeakMap();
    /**
     * Gives a frame the size that its author does not, as its styles are now.
     * @param {Element} element
     */
    refresh(element) {
      const given = weakMapGet(this.#given, element);
      given?.suspend();
      const inLine = computedValue(element, "display") === "inline-block";
      const width = inLine && computedValue(element, "width") === "auto";
      const height = inLine && computedValue(element, "height") === "auto";
      if (!width && !height) return given?.lift();
      given?.resume();
      const animation = given ?? new PausedAnimations(element, 1);
      weakMapSet(this.#given, element, animation);
      animation.apply(`${width} ${height}`, () => [
        { __proto__: null, ...width && { width: "100%" }, ...height && { height: "100%" } }
      ]);
    }
  };

  // page/compositor/length.js
  var LENGTH = /^(-?[\d.]+(?:e-?\d+)?)(px|%)?$/;
  var SUM = /^calc\((-?[\d.]+)% ([+-]) ([\d.]+)px\)$/;
  function parseLength(text3) {
    const single = regExpExec(LENGTH, text3);
    if (single) {
      return single[2] === "%" ? { share: +single[1] / 100, pixels: 0 } : { share: 0, pixels: +single[1] };
    }
    const sum = regExpExec(SUM, text3);
    return sum && { share: +sum[1] / 100, pixels: sum[2] === "-" ? -sum[3] : +sum[3] };
  }
  function lengthIn(text3, whole, scale = 1) {
    const length = parseLength(text3);
    return length ? length.share * whole + length.pixels * scale : NaN;
  }
  var pixels = (text3) => lengthIn(text3, 0) || 0;
  function splitList(text3, separator) {
    const items = [];
    let depth = 0;
    let start = 0;
    for (let i = 0; i <= text3.length; i++) {
      const character = text3[i];
      if (character === "(") depth++;
      else if (character === ")") depth--;
      else if (i === text3.length || character === separator && depth === 0) {
        arrayPush(items, stringSlice(text3, start, i));
        while (stringCharCodeAt(text3, i + 1) === 32) i++;
        start = i + 1;
      }
    }
    return items;
  }

  // page/compositor/rect.js
  var rect = (x, y, width, height) => ({ x, y, width, height });
  var EVERYWHERE = rect(-1e6, -1e6, 2e6, 2e6);
  var SQUARE = [0, 0, 0, 0];
  var square = ({ x, y, width, height }) => ({ x, y, width, height, radii: SQUARE });
  var isEmpty = (r) => r.width <= 0 || r.height <= 0;
  function intersect(a, b) {
    const x = max(a.x, b.x);
    const y = max(a.y, b.y);
    return rect(
      x,
      y,
      max(0, min(a.x + a.width, b.x + b.width) - x),
      max(0, min(a.y + a.height, b.y + b.height) - y)
    );
  }
  var meet = (a, b) => !isEmpty(intersect(a, b));
  function covers(outer, inner) {
    return outer.x <= inner.x && outer.y <= inner.y && outer.x + outer.width >= inner.x + inner.width && outer.y + outer.height >= inner.y + inner.height;
  }
  function around(whole, holes) {
    let pieces = [whole];
    for (let i = 0; i < holes.length; i++) {
      const left = [];
      for (let j = 0; j < pieces.length; j++) {
        const { x, y, width, height } = pieces[j];
        const hole = intersect(pieces[j], holes[i]);
        if (isEmpty(hole)) {
          arrayPush(left, pieces[j]);
          continue;
        }
        const right = hole.x + hole.width;
        const bottom = hole.y + hole.height;
        arrayPush(
          left,
          rect(x, y, width, hole.y - y),
          rect(x, hole.y, hole.x - x, hole.height),
          rect(right, hole.y, x + width - right, hole.height),
          rect(x, bottom, width, y + height - bottom)
        );
      }
      pieces = filter(left, (piece) => !isEmpty(piece));
    }
    return pieces;
  }
  var transform = (r, dx, dy, scale) => rect(dx + r.x * scale, dy + r.y * scale, r.width * scale, r.height * scale);
  var transformRounded = (r, dx, dy, scale) => ({
    ...transform(r, dx, dy, scale),
    radii: corners((i) => r.radii[i] * scale)
  });
  var corners = (radius) => [radius(0), radius(1), radius(2), radius(3)];
  var beside = (edges2, i) => max(edges2[i < 2 ? 0 : 2], edges2[i === 0 || i === 3 ? 3 : 1]);
  var inset = (r, edges2) => ({
    x: r.x + edges2[3],
    y: r.y + edges2[0],
    width: max(0, r.width - edges2[1] - edges2[3]),
    height: max(0, r.height - edges2[0] - edges2[2]),
    radii: corners((i) => max(0, r.radii[i] - beside(edges2, i)))
  });
  function intersectRounded(rects) {
    let common2 = EVERYWHERE;
    for (let i = 0; i < rects.length; i++) common2 = intersect(common2, rects[i]);
    const roundest = (i) => {
      let radius = 0;
      for (let j = 0; j < rects.length; j++) {
        const r = rects[j];
        const dx = i === 0 || i === 3 ? common2.x - r.x : r.x + r.width - (common2.x + common2.width);
        const dy = i < 2 ? common2.y - r.y : r.y + r.height - (common2.y + common2.height);
        const across = r.radii[i] - dx - chord(r.radii[i], dy);
        const down = r.radii[i] - dy - chord(r.radii[i], dx);
        if (across > 0 && down > 0) radius = max(radius, sqrt(across * down));
      }
      return radius;
    };
    return { ...common2, radii: corners(roundest) };
  }
  function chord(radius, depth) {
    const height = max(0, radius - depth);
    return sqrt(max(0, radius * radius - height * height));
  }
  var tidy = (n) => round(n * 100) / 100;
  var tidied = ({ x, y, width, height }) => rect(tidy(x), tidy(y), tidy(width), tidy(height));
  var grown = (r, by) => by ? rect(r.x - by, r.y - by, r.width + 2 * by, r.height + 2 * by) : r;

  // page/compositor/zoom.js
  var usersZoom = 1;
  var inUse = false;
  var counted = false;
  function setCountsZoom(counts) {
    counted = counts;
  }
  function setUsersZoom(factor) {
    usersZoom = factor;
  }
  function snapped({ x, y, width, height }) {
    const ratio = devicePixelRatio(window) * (counted ? 1 : usersZoom);
    const snap = (length) => round(length * ratio) / ratio;
    return rect(snap(x), snap(y), snap(x + width) - snap(x), snap(y + height) - snap(y));
  }
  function noteZoom(frames) {
    inUse = some(frames, (frame) => zoomAt(frame) !== 1);
  }
  function zoomOf(element) {
    return inUse ? zoomAt(element) : 1;
  }
  function uncountedZoomOf(element) {
    return counted ? 1 : zoomOf(element);
  }
  function zoomAt(element) {
    let zoom = 1;
    for (let node = (
      /** @type {Element | null} */
      element
    ); node; node = flatParent(node)) {
      zoom *= +styleValue(computedStyle(node), "zoom") || 1;
    }
    return zoom;
  }

  // page/compositor/boxes.js
  function borderBox(element) {
    return transform(rectOf(getBoundingClientRect(element)), 0, 0, uncountedZoomOf(element));
  }
  function viewportOf(view = window) {
    const width = windowWidth(view);
    const height = windowHeight(view);
    const scroller = scrollingElementOf(view.document);
    if (!scroller) return rect(0, 0, width, height);
    const inside3 = transform(clientOf(scroller), 0, 0, zoomOf(scroller));
    return rect(0, 0, withoutBar(width, inside3.width), withoutBar(height, inside3.height));
  }
  var withoutBar = (whole, inside3) => whole - inside3 < 2 ? whole : inside3;
  function viewportStart(view) {
    const text3 = bodyOf(view.document) ?? documentElementOf(view.document);
    const isFromRight = text3 && styleValue(computedStyle(text3), "direction") === "rtl";
    return isFromRight ? windowWidth(view) - viewportOf(view).width : 0;
  }
  function scaleOf(element, border) {
    const { width, height } = offsetOf(element);
    if (width && abs(border.width - width) > 0.51) return border.width / width || 1;
    if (height && abs(border.height - height) > 0.51) return border.height / height || 1;
    return 1;
  }
  var clientBox = (element, border = borderBox(element), scale = scaleOf(element, border)) => transform(clientOf(element), border.x, border.y, scale);
  function scrollportOf(element, style, border, scale) {
    const box = clientBox(element, border, scale);
    if (styleValue(style, "direction") !== "rtl") return box;
    const borders = bordersOf(style);
    const bar = border.width - box.width - (borders[1] + borders[3]) * scale;
    return bar < 2 ? box : { ...box, x: border.x + borders[3] * scale + bar };
  }
  var bordersOf = (style) => edges((edge) => pixels(styleValue(style, `border-${edge}-width`)));
  var paddingsOf = (style) => edges((edge) => pixels(styleValue(style, `padding-${edge}`)));
  function insetsOf(style, scale) {
    const borders = bordersOf(style);
    const paddings = paddingsOf(style);
    return edges((_, i) => (borders[i] + paddings[i]) * scale);
  }
  var EDGES = ["top", "right", "bottom", "left"];
  var edges = (length) => (
    /** @type {Edges} */
    map(EDGES, length)
  );

  // page/compositor/effects.js
  var EFFECTS = ["filter", "backdrop-filter", "-webkit-backdrop-filter", "clip-path", "mask-image", "mix-blend-mode"];
  var TRANSFORMS = ["transform", "translate", "scale", "rotate", "perspective"];
  var INITIAL = /^(?:none|normal|)$/;
  var WILL_CHANGE = /(?:^|, )(?:opacity|filter|backdrop-filter|clip-path|mask|isolation|mix-blend-mode|z-index|position)/;
  var WILL_TRANSFORM = /(?:^|, )(?:transform|translate|scale|rotate|perspective|contain)/;
  var hasEffect = (style) => styleValue(style, "opacity") !== "1" || hasAny(style, EFFECTS);
  var hasTransform = (style) => hasAny(style, TRANSFORMS);
  var makesContext = (style, isInline) => hasEffect(style) || styleValue(style, "isolation") === "isolate" || regExpExec(WILL_CHANGE, styleValue(style, "will-change")) !== null || !isInline && containsFixed(style);
  var containsPositioned = (style, position) => position === "absolute" && styleValue(style, "position") !== "static" || containsFixed(style) || hasAny(style, ["filter"]);
  var containsPaint = (style) => regExpExec(/strict|content|paint/, styleValue(style, "contain")) !== null;
  var containsFixed = (style) => hasTransform(style) || regExpExec(WILL_TRANSFORM, styleValue(style, "will-change")) !== null || regExpExec(/strict|content|paint|layout/, styleValue(style, "contain")) !== null;
  var hasAny = (style, properties) => some(properties, (property) => regExpExec(INITIAL, styleValue(style, property)) === null);

  // page/compositor/clips.js
  function eachClippingAncestor(element, ownStyle, callback) {
    const root = documentElementOf(ownerDocument(element));
    let position = styleValue(ownStyle, "position");
    let ancestor = flatParent(element);
    for (; ancestor && ancestor !== root; ancestor = flatParent(ancestor)) {
      const style = computedStyle(ancestor);
      if (styleValue(style, "display") === "contents") continue;
      if ((position === "fixed" || position === "absolute") && !containsPositioned(style, position)) continue;
      position = styleValue(style, "position");
      callback(ancestor, style);
    }
  }
  function clipOf(ancestor, style, border = borderBox(ancestor), scale = scaleOf(ancestor, border)) {
    const isClipping = containsPaint(style);
    const isAsked = isClipping || !givesOverflowAway(ancestor);
    const horizontally = isClipping || isAsked && styleValue(style, "overflow-x") !== "visible";
    const vertically = isClipping || isAsked && styleValue(style, "overflow-y") !== "visible";
    const path = insetClip(style, border, scale);
    if (!horizontally && !vertically) return path;
    const client = scrollportOf(ancestor, style, border, scale);
    const borders = bordersOf(style);
    const edges2 = max(borders[0], borders[3]) * scale;
    const radii = radiiOf(style, border, scale);
    const overflow = {
      x: horizontally ? client.x : EVERYWHERE.x,
      y: vertically ? client.y : EVERYWHERE.y,
      width: horizontally ? client.width : EVERYWHERE.width,
      height: vertically ? client.height : EVERYWHERE.height,
      radii: corners((i) => horizontally && vertically ? max(0, radii[i] - edges2) : 0)
    };
    return path ? intersectRounded([path, overflow]) : overflow;
  }
  function givesOverflowAway(element) {
    const owner = ownerDocument(element);
    const root = documentElementOf(owner);
    if (!root || element !== bodyOf(owner)) return false;
    const style = computedStyle(root);
    return styleValue(style, "overflow-x") === "visible" && styleValue(style, "overflow-y") === "visible";
  }
  var INSET = /^inset\(([^)]*?)(?: round ([^)]*))?\)$/;
  function insetClip(style, border, scale) {
    const parts = regExpExec(INSET, styleValue(style, "clip-path"));
    if (!parts) return null;
    const sides = fourOf(parts[1]);
    const rounds = fourOf(parts[2] ?? "0px");
    const edges2 = corners((i) => lengthIn(sides[i], i % 2 ? border.width : border.height, scale) || 0);
    return {
      ...inset(square(border), edges2),
      radii: corners((i) => lengthIn(rounds[i], min(border.width, border.height), scale) || 0)
    };
  }
  function fourOf(text3) {
    const parts = splitList(text3, " ");
    const second = parts[1] ?? parts[0];
    return [parts[0], second, parts[2] ?? parts[0], parts[3] ?? second];
  }
  var CORNERS = ["top-left", "top-right", "bottom-right", "bottom-left"];
  var hasRoundCorners = (style) => some(CORNERS, (corner) => styleValue(style, `border-${corner}-radius`) !== "0px");
  function radiiOf(style, border, scale) {
    const limit = min(border.width, border.height) / 2;
    return corners((i) => {
      const parts = splitList(styleValue(style, `border-${CORNERS[i]}-radius`), " ");
      const horizontal = lengthIn(parts[0], border.width, scale) || 0;
      const vertical = lengthIn(parts[1] ?? parts[0], border.height, scale) || 0;
      return min(min(horizontal, vertical), limit);
    });
  }

  // page/compositor/matrix.js
  function compose(outer, inner) {
    const { x, y } = apply2(outer, inner[4], inner[5]);
    return [
      outer[0] * inner[0] + outer[2] * inner[1],
      outer[1] * inner[0] + outer[3] * inner[1],
      outer[0] * inner[2] + outer[2] * inner[3],
      outer[1] * inner[2] + outer[3] * inner[3],
      x,
      y
    ];
  }
  var areParallel = (one, two) => every([0, 1, 2, 3], (i) => abs(one[i] - two[i]) <= 1e-3);
  function unapply(matrix, x, y) {
    const dx = x - matrix[4];
    const dy = y - matrix[5];
    const determinant = matrix[0] * matrix[3] - matrix[1] * matrix[2] || 1;
    return {
      x: (matrix[3] * dx - matrix[2] * dy) / determinant,
      y: (matrix[0] * dy - matrix[1] * dx) / determinant
    };
  }
  function boundsOf(matrix, { x, y, width, height }) {
    return around2(
      apply2(matrix, x, y),
      apply2(matrix, x + width, y),
      apply2(matrix, x, y + height),
      apply2(matrix, x + width, y + height)
    );
  }
  function around2(p, q, r, s) {
    const x = min(min(p.x, q.x), min(r.x, s.x));
    const y = min(min(p.y, q.y), min(r.y, s.y));
    return rect(x, y, max(max(p.x, q.x), max(r.x, s.x)) - x, max(max(p.y, q.y), max(r.y, s.y)) - y);
  }
  function apply2(matrix, x, y) {
    return {
      x: matrix[0] * x + matrix[2] * y + matrix[4],
      y: matrix[1] * x + matrix[3] * y + matrix[5]
    };
  }

  // page/compositor/transform.js
  var TOLERANCE = 0.1;
  function matrixOf(element, border) {
    const { width, height } = offsetOf(element);
    if (!convertPointToPage || !width || !height) return null;
    const p = convertPointToPage(element, 0, 0);
    const q = convertPointToPage(element, width, 0);
    const r = convertPointToPage(element, width, height);
    const s = convertPointToPage(element, 0, height);
    const across = { x: (q.x - p.x + r.x - s.x) / 2, y: (q.y - p.y + r.y - s.y) / 2 };
    const down = { x: (s.x - p.x + r.x - q.x) / 2, y: (s.y - p.y + r.y - q.y) / 2 };
    if (isUpright(across, down, width, height)) return null;
    const bounds = around2(p, q, r, s);
    const scaleX = bounds.width ? border.width / bounds.width : 1;
    const scaleY = bounds.height ? border.height / bounds.height : 1;
    const centre = { x: (p.x + q.x + r.x + s.x) / 4, y: (p.y + q.y + r.y + s.y) / 4 };
    return [
      across.x * scaleX / width,
      across.y * scaleY / width,
      down.x * scaleX / height,
      down.y * scaleY / height,
      border.x + (centre.x - bounds.x - (across.x + down.x) / 2) * scaleX,
      border.y + (centre.y - bounds.y - (across.y + down.y) / 2) * scaleY
    ];
  }
  function isUpright(across, down, width, height) {
    return abs(across.y) < TOLERANCE && abs(down.x) < TOLERANCE && across.x > 0 && down.y > 0 && abs(across.x * height - down.y * width) < max(width, height) * TOLERANCE;
  }

  // page/compositor/geometry.js
  function measure(element) {
    const own2 = measureInDocument(element);
    const start = viewportStart(window);
    let box = moved(own2, start);
    let origin = { x: start, y: 0, scale: 1 };
    for (let view = window, outer = viewAround(view); outer; view = outer, outer = viewAround(view)) {
      const container = measureInDocument(
        /** @type {HTMLElement} */
        frameElementOf(view)
      );
      const { x, y } = container.rect;
      const { scale } = container;
      const outerStart = viewportStart(outer);
      box = moved(inside(box, container), outerStart);
      origin = { x: outerStart + x + origin.x * scale, y: y + origin.y * scale, scale: origin.scale * scale };
    }
    return { ...box, own: own2, origin };
  }
  function moved(box, dx) {
    if (!dx) return box;
    const { rect: rect2, clip, transform: turned } = box;
    return {
      ...box,
      rect: transform(rect2, dx, 0, 1),
      clip: transformRounded(clip, dx, 0, 1),
      transform: turned && { ...turned, matrix: compose([1, 0, 0, 1, dx, 0], turned.matrix) }
    };
  }
  function inside(box, outer) {
    const isTurned = outer.transform !== null;
    const { x, y } = outer.rect;
    const scale = isTurned ? 1 : outer.scale;
    const matrix = outer.transform?.matrix ?? uprightMatrix(outer);
    const own2 = box.transform ?? (isTurned ? uprightTransform(box) : null);
    const clip = isTurned ? square(boundsOf(matrix, box.clip)) : transformRounded(box.clip, x, y, scale);
    return {
      rect: boundsOf(matrix, box.rect),
      clip: intersectRounded([clip, outer.clip]),
      visible: box.visible && outer.visible,
      scale: isTurned ? 1 : box.scale * scale,
      zoom: isTurned ? 1 : box.zoom,
      transform: own2 && { ...own2, matrix: compose(matrix, own2.matrix) }
    };
  }
  var uprightMatrix = ({ rect: { x, y }, scale }) => [scale, 0, 0, scale, x, y];
  function uprightTransform(box) {
    const { x, y, width, height } = transform(box.rect, 0, 0, 1 / box.scale);
    const shape = transformRounded(box.clip, -x, -y, 1 / box.scale);
    return { matrix: uprightMatrix(box), width, height, shape };
  }
  function measureInDocument(element) {
    const measured = borderBox(element);
    const matrix = matrixOf(element, measured);
    const style = computedStyle(element);
    const border = matrix ? { ...rect(0, 0, 0, 0), ...offsetOf(element) } : measured;
    const scale = matrix ? 1 : scaleOf(element, border);
    const outline = { ...border, radii: radiiOf(style, border, scale) };
    const content = inset(outline, insetsOf(style, scale));
    const shapes2 = [content];
    const view = defaultViewOf(ownerDocument(element));
    const clips = [square(view ? viewportOf(view) : rect(0, 0, 0, 0))];
    const path = insetClip(style, border, scale);
    if (path) arrayPush(shapes2, path);
    eachClippingAncestor(element, style, (ancestor, ancestorStyle) => {
      const outer = matrix && matrixOf(ancestor, borderBox(ancestor));
      if (matrix && outer && areParallel(outer, matrix)) {
        const { x: x2, y: y2 } = unapply(matrix, outer[4], outer[5]);
        const shape2 = clipOf(ancestor, ancestorStyle, { x: x2, y: y2, ...offsetOf(ancestor) }, 1);
        if (shape2) arrayPush(shapes2, shape2);
      } else {
        const clip2 = clipOf(ancestor, ancestorStyle);
        if (clip2) arrayPush(clips, outer ? square(borderBox(ancestor)) : clip2);
      }
    });
    const shape = intersectRounded(shapes2);
    append(clips, matrix ? [square(boundsOf(matrix, content))] : shapes2);
    const clip = intersectRounded(clips);
    const { x, y, width, height } = content;
    const visible = !isEmpty(clip) && !isEmpty(shape) && isVisible(element);
    if (!matrix) return { rect: rect(x, y, width, height), clip, visible, scale, zoom: zoomOf(element), transform: null };
    return {
      rect: boundsOf(matrix, content),
      clip,
      visible,
      scale: 1,
      zoom: 1,
      transform: { matrix: compose(matrix, [1, 0, 0, 1, x, y]), width, height, shape: { ...shape, x: shape.x - x, y: shape.y - y } }
    };
  }

  // page/compositor/color.js
  var LEGACY = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.e-]+))?\)$/;
  var converted = new Map();
  function parseColor(text3) {
    const legacy = regExpExec(LEGACY, text3);
    if (legacy) return [+legacy[1], +legacy[2], +legacy[3], legacy[4] === void 0 ? 1 : +legacy[4]];
    if (text3 === "transparent" || text3 === "") return [0, 0, 0, 0];
    let color = mapGet(converted, text3);
    if (!color) {
      color = paint(text3);
      if (mapSize(converted) < 256) mapSet(converted, text3, color);
    }
    return color;
  }
  function over(bottom, top) {
    const alpha = top[3] + bottom[3] * (1 - top[3]);
    if (alpha === 0) return [0, 0, 0, 0];
    const mix = (i) => round((top[i] * top[3] + bottom[i] * bottom[3] * (1 - top[3])) / alpha);
    return [mix(0), mix(1), mix(2), alpha];
  }
  var { HTMLCanvasElement, CanvasRenderingContext2D, ImageData } = globalThis;
  var getContext = HTMLCanvasElement && uncurryThis(HTMLCanvasElement.prototype.getContext);
  var prototype = CanvasRenderingContext2D?.prototype;
  var setFillStyle = prototype && setterOf(prototype, "fillStyle");
  var fillRect = prototype && uncurryThis(prototype.fillRect);
  var clearRect = prototype && uncurryThis(prototype.clearRect);
  var getImageData = prototype && uncurryThis(prototype.getImageData);
  var imageDataBytes = ImageData && getterOf(ImageData.prototype, "data");
  var context;
  function paint(text3) {
    try {
      const options = { __proto__: null, willReadFrequently: true };
      context ??= /** @type {any} */
      getContext(createElement(document, "canvas"), "2d", options);
      clearRect(context, 0, 0, 1, 1);
      setFillStyle(context, text3);
      fillRect(context, 0, 0, 1, 1);
      const bytes = imageDataBytes(getImageData(context, 0, 0, 1, 1));
      return [bytes[0], bytes[1], bytes[2], bytes[3] / 255];
    } catch {
      return [255, 255, 255, 1];
    }
  }

  // page/compositor/painting.js
  var FURTHEST = 64;
  var REPLACED = /^(?:img|picture|canvas|video|audio|iframe|object|embed|input|button|select|textarea|progress|meter)$/;
  var windowGetComputedStyle2 = globalThis.getComputedStyle;
  var { Document: Document3, Node: Node2, Range } = globalThis;
  var firstChild = getterOf(Node2.prototype, "firstChild");
  var nextSibling = getterOf(Node2.prototype, "nextSibling");
  var nodeType2 = getterOf(Node2.prototype, "nodeType");
  var nodeValue = getterOf(Node2.prototype, "nodeValue");
  var comparePosition = uncurryThis(Node2.prototype.compareDocumentPosition);
  var createRange = uncurryThis(Document3.prototype.createRange);
  var selectNode = uncurryThis(Range.prototype.selectNode);
  var rangeBox = uncurryThis(Range.prototype.getBoundingClientRect ?? (() => void 0));
  var Boxes = class {
    /** @type {Map<Element, ElementBox>} */
    #boxes = new Map();
    /** @param {Element} element @returns {ElementBox} */
    of(element) {
      const known = mapGet(this.#boxes, element);
      if (known) return known;
      const style = computedStyle(element);
      const parentElement = flatParent(element);
      const parent = parentElement && this.of(parentElement);
      const inTopLayer = isInTopLayer(element);
      const box = {
        element,
        pseudo: "",
        parent,
        ...placeIn(style, parentElement),
        ...inTopLayer && { kind: (
          /** @type {Kind} */
          "top"
        ) },
        isClear: isClear(element, style) && (inTopLayer || !parent || parent.isClear)
      };
      mapSet(this.#boxes, element, box);
      return box;
    }
    /**
     * @param {Element} element
     * @param {string} pseudo
     * @param {CSSStyleDeclaration} style of the pseudo-element
     * @returns {ElementBox}
     */
    ofPseudo(element, pseudo, style) {
      const parent = this.of(element);
      return { element, pseudo, parent, ...placeIn(style, element), isClear: false };
    }
  };
  function treeOrder(first, second) {
    const a = (
      /** @type {ElementBox} */
      first
    );
    const b = (
      /** @type {ElementBox} */
      second
    );
    if (a.element === b.element) return rank(a) - rank(b);
    const one = pathTo(a.element);
    const two = pathTo(b.element);
    let i = 0;
    while (i < one.length && one[i] === two[i]) i++;
    if (i === one.length) return a.pseudo === "::after" ? 1 : -1;
    if (i === two.length) return b.pseudo === "::after" ? -1 : 1;
    return comparePosition(one[i], two[i]) & 4 ? -1 : 1;
  }
  function pathTo(element) {
    const path = [];
    for (let node = (
      /** @type {Element | null} */
      element
    ); node; node = flatParent(node)) arraySplice(path, 0, 0, node);
    return path;
  }
  var rank = ({ pseudo }) => pseudo === "::after" ? 2 : pseudo ? 1 : 0;
  function placeIn(style, parent) {
    const position = styleValue(style, "position");
    const around3 = parent ? styleValue(computedStyle(parent), "display") : "";
    const isItem = stringIncludes(around3, "flex") || stringIncludes(around3, "grid");
    const zIndex = position !== "static" || isItem ? +styleValue(style, "z-index") : NaN;
    const kind = zIndex === zIndex ? "context" : kindOf(style, position, isItem);
    return { kind, z: zIndex || 0 };
  }
  function kindOf(style, position, isItem) {
    const display = styleValue(style, "display");
    const isInline = display === "inline" && !isItem && position !== "absolute" && position !== "fixed";
    const isFloating = styleValue(style, "float") !== "none";
    if (position === "fixed" || position === "sticky") return "context";
    if (makesContext(style, isInline && !isFloating)) return "context";
    if (position !== "static") return "positioned";
    if (isItem) return "atomic";
    if (isFloating) return "float";
    if (isInline) return "inline";
    return stringIncludes(display, "inline-") ? "atomic" : "flow";
  }
  function isClear(element, style) {
    if (hasEffect(style)) return false;
    if (!hasTransform(style) || !isHtml(element)) return true;
    return !matrixOf(
      /** @type {HTMLElement} */
      element,
      borderBox(element)
    );
  }
  function inkOf(element, style) {
    const isReplaced = !isHtml(element) || regExpExec(REPLACED, localName(element)) !== null;
    const hasBackground = paintsBackground(style);
    const hasBorder = hasBorders(element);
    const hasContent = isReplaced || hasText(element, null) || paintsInside(element);
    const hasEdge = hasBorder || hasInnerShadow(style) || outlineOf(style) !== null;
    const spread = spreadOf(style);
    return {
      any: hasContent || hasBackground || hasEdge || spread > 0,
      isSolid: !isReplaced && isSolid(style, hasBorder),
      isContent: hasContent && !hasBackground && !hasEdge,
      tint: hasContent || hasEdge ? null : tintOf(style),
      spread
    };
  }
  function hasBorders(element) {
    const { x, y } = clientOf(element);
    return x > 0 || y > 0;
  }
  function isSolid(style, hasBorder) {
    const clip = styleValue(style, "background-clip");
    return parseColor(styleValue(style, "background-color"))[3] === 1 && (clip === "border-box" || !hasBorder && clip === "padding-box") && styleValue(style, "background-blend-mode") === "normal" && !hasRoundCorners(style);
  }
  function tintOf(style) {
    if (styleValue(style, "background-image") !== "none" || stringIncludes(styleValue(style, "background-clip"), "text"))
      return null;
    return parseColor(styleValue(style, "background-color"));
  }
  function spreadOf(style) {
    let spread = max(shadowSpread(styleValue(style, "box-shadow")), shadowSpread(styleValue(style, "text-shadow")));
    const outline = outlineOf(style);
    if (outline) spread = max(spread, outline.offset + outline.width);
    const filter2 = styleValue(style, "filter");
    if (stringIncludes(filter2, "blur(") || stringIncludes(filter2, "shadow(")) spread = FURTHEST;
    return min(spread, FURTHEST);
  }
  function outlineOf(style) {
    if (styleValue(style, "outline-style") === "none") return null;
    return { offset: pixels(styleValue(style, "outline-offset")), width: pixels(styleValue(style, "outline-width")) };
  }
  var hasInnerShadow = (style) => stringIncludes(styleValue(style, "box-shadow"), "inset");
  function shadowSpread(value) {
    if (value === "none" || value === "") return 0;
    let spread = 0;
    const shadows = splitList(value, ",");
    for (let i = 0; i < shadows.length; i++) {
      const lengths = regExpExec(/(-?[\d.]+)px (-?[\d.]+)px(?: ([\d.]+)px)?(?: (-?[\d.]+)px)?/, shadows[i]);
      if (!lengths || regExpExec(/inset|rgba\([^)]*, 0\)|transparent/, shadows[i])) continue;
      const reach = max(abs(+lengths[1]), abs(+lengths[2])) + +(lengths[3] ?? 0) + +(lengths[4] ?? 0);
      spread = max(spread, reach);
    }
    return spread;
  }
  function paintsMore(element, within) {
    if (!isHtml(element) || regExpExec(REPLACED, localName(element))) return true;
    if (hasText(element, within) || paintsInside(element)) return true;
    return hasBorders(element) && !covers(clientBox(element), within);
  }
  var paintsInside = (element) => some(PSEUDOS, (name) => {
    const style = pseudoStyle(element, name);
    return style && !isFree(style);
  });
  var PSEUDOS = ["::before", "::after"];
  function pseudoStyle(element, name) {
    const style = windowGetComputedStyle2(element, name);
    const content = styleValue(style, "content");
    if (content === "none" || content === "normal" || content === "") return null;
    if (styleValue(style, "display") === "none" || styleValue(style, "visibility") !== "visible") return null;
    const hasBorder = some(bordersOf(style), (width) => width > 0);
    const seen = content !== '""' || hasBorder || paintsBackground(style) || styleValue(style, "box-shadow") !== "none";
    return seen && styleValue(style, "opacity") !== "0" ? style : null;
  }
  function isFree(style) {
    const position = styleValue(style, "position");
    return position === "absolute" || position === "fixed";
  }
  function pseudoBox(element, style) {
    const position = styleValue(style, "position");
    const root = documentElementOf(document);
    let container = (
      /** @type {Element | null} */
      element
    );
    while (container && !containsPositioned(computedStyle(container), position)) container = flatParent(container);
    const scale = container ? scaleOf(container, borderBox(container)) : 1;
    const isInPage = position !== "fixed" && root !== null;
    const around3 = container ? clientBox(container) : isInPage ? borderBox(root) : viewportOf();
    const length = (name) => pixels(styleValue(style, name)) * scale;
    const isKnown = every(["left", "top", "width", "height"], (name) => regExpExec(/px$/, styleValue(style, name)));
    if (!isKnown) return around3;
    const insets = styleValue(style, "box-sizing") === "border-box" ? [0, 0, 0, 0] : insetsOf(style, scale);
    return rect(
      around3.x + length("left") + length("margin-left"),
      around3.y + length("top") + length("margin-top"),
      length("width") + insets[1] + insets[3],
      length("height") + insets[0] + insets[2]
    );
  }
  function paintsBackground(style) {
    return styleValue(style, "background-image") !== "none" || parseColor(styleValue(style, "background-color"))[3] > 0;
  }
  var backdropStyle = (element) => windowGetComputedStyle2(element, "::backdrop");
  function hasText(element, within) {
    for (let node = firstChild(element); node; node = nextSibling(node)) {
      if (nodeType2(node) !== 3 || !regExpExec(/\S/, nodeValue(node) ?? "")) continue;
      if (!within) return true;
      const range = createRange(document);
      selectNode(range, node);
      if (meet(within, rectOf(rangeBox(range)))) return true;
    }
    return false;
  }

  // page/compositor/author.js
  var scrollX = getterOf(
    /** @type {any} */
    window,
    "scrollX"
  );
  var scrollY = getterOf(
    /** @type {any} */
    window,
    "scrollY"
  );
  var PROPERTIES = ["color", "image", "position", "size", "repeat", "origin", "clip", "attachment", "blend-mode"];
  var valuesOf = (style) => (name) => styleValue(style, `background-${name}`);
  function textOf(values) {
    let text3 = "";
    for (let i = 0; i < PROPERTIES.length; i++) text3 += `${values(PROPERTIES[i])};`;
    return text3;
  }
  function placeOf(element) {
    const owner = ownerDocument(element);
    const root = documentElementOf(owner);
    if (!root || canvasSource(root, bodyOf(owner)) !== element) {
      return { anchor: element, boxes: boxesOf(element), canvas: null, zoom: 1 };
    }
    const view = (
      /** @type {Window} */
      defaultViewOf(owner)
    );
    const { x, y } = clientBox(root);
    const size = viewportOf(view);
    const content = scrollOf(root);
    const canvas = rect(
      tidy(-x - scrollX(view)),
      tidy(-y - scrollY(view)),
      max(content.width, size.width),
      max(content.height, size.height)
    );
    const boxes = boxesOf(root);
    const zoom = zoomOf(element) / zoomOf(root);
    const own2 = (box) => transform(box, 0, 0, 1 / zoom);
    return {
      anchor: root,
      boxes: { border: own2(boxes.border), padding: own2(boxes.padding), content: own2(boxes.content) },
      canvas: own2(canvas),
      zoom
    };
  }
  function boxesOf(element) {
    const measured = borderBox(element);
    const scale = scaleOf(element, measured);
    const box = scale === 1 ? snapped(measured) : measured;
    const style = computedStyle(element);
    const borders = bordersOf(style);
    const border = square(rect(-borders[3], -borders[0], tidy(box.width / scale), tidy(box.height / scale)));
    const padding = inset(border, borders);
    return { border, padding, content: inset(padding, paddingsOf(style)) };
  }
  var canvasSource = (root, body) => !body || paintsBackground(computedStyle(root)) ? root : body;
  var hasPadding = (element) => some(paddingsOf(computedStyle(element)), (length) => length > 0);
  function hasLegend(element) {
    if (localName(element) !== "fieldset") return false;
    let child = firstElementChild(element);
    while (child && localName(child) !== "legend") child = nextElementSibling(child);
    return child !== null;
  }

  // page/compositor/gradient.js
  var LONGEST = 4096;
  var MOST_STOPS = 64;
  var GRADIENT = /^(repeating-)?(linear|radial|conic)-gradient\((.*)\)$/;
  var SHAPE = {
    __proto__: null,
    linear: /^(?:to |in |[-\d.])/,
    radial: /^(?:circle|ellipse|closest-|farthest-|at |in |[\d.]|calc)/,
    conic: /^(?:from |at |in )/
  };
  var INTERPOLATION = /^(.*?)((?:^| )in [a-z][a-z0-9 -]*)$/;
  var STOP = /^(.+?)(?: (-?[\d.]+(?:px|%|deg)|calc\([^()]*\)))?(?: (-?[\d.]+(?:px|%|deg)|calc\([^()]*\)))?$/;
  var HINT = /^(?:-?[\d.]+(?:px|%|deg)|calc\([^()]*\))$/;
  var ANGLE = /^(-?[\d.]+)(deg|grad|rad|turn)$/;
  var POSITION = /^(.*?)(?:^| )at (\S+|calc\([^()]*\)) (\S+|calc\([^()]*\))$/;
  var GIVEN = /^(?:circle |ellipse )?((?:[\d.]|calc\().*)$/;
  function parseGradient(text3) {
    if (text3.length > LONGEST) return null;
    const parts = regExpExec(GRADIENT, text3);
    if (!parts) return null;
    const kind = (
      /** @type {Gradient["kind"]} */
      parts[2]
    );
    const items = splitList(parts[3], ",");
    let shape = "";
    let interpolation = "";
    if (regExpExec(SHAPE[kind], items[0])) {
      const words = regExpExec(INTERPOLATION, items[0]);
      shape = words ? words[1] : items[0];
      interpolation = words ? ` in ${stringSlice(words[2], words[2][0] === " " ? 4 : 3)}` : "";
      arraySplice(items, 0, 1);
    }
    if (!items.length || items.length > MOST_STOPS) return null;
    const stops = map(items, parseStop);
    if (!every(stops, (stop) => stop)) return null;
    return { kind, repeating: !!parts[1], shape, interpolation, stops: (
      /** @type {Stop[]} */
      stops
    ) };
  }
  function pieceOf(gradient, size, piece) {
    const { kind, repeating, interpolation } = gradient;
    const name = `${repeating ? "repeating-" : ""}${kind}-gradient`;
    if (kind === "linear") {
      const line = linePiece(gradient, size, piece);
      return line && `${name}(${line.angle}deg${interpolation}${line.stops})`;
    }
    const place = regExpExec(POSITION, gradient.shape);
    const shape = place ? place[1] : gradient.shape;
    const x = lengthIn(place ? place[2] : "50%", size.width);
    const y = lengthIn(place ? place[3] : "50%", size.height);
    if (!isFiniteNumber(fine(x - piece.x) + fine(y - piece.y))) return null;
    const at = ` at ${fine(x - piece.x)}px ${fine(y - piece.y)}px`;
    const stops = stopsText(gradient.stops);
    if (kind === "conic") return `${name}(${shape}${at}${interpolation}${stops})`;
    const radii = radiiOf2(shape, size, x, y);
    return radii && `${name}(${radii}${at}${interpolation}${stops})`;
  }
  function parseStop(text3) {
    if (regExpExec(HINT, text3)) return { color: "", positions: [text3] };
    const parts = regExpExec(STOP, text3);
    if (!parts) return null;
    return { color: parts[1], positions: filter([parts[2], parts[3]], (position) => position !== void 0) };
  }
  function linePiece({ shape, stops }, size, piece) {
    const angle = angleOf(shape, size);
    if (angle === null) return null;
    const dx = sin(angle);
    const dy = -cos(angle);
    const lineIn = (box) => abs(box.width * dx) + abs(box.height * dy);
    const length = lineIn(size);
    const toCentreX = size.width / 2 - (piece.x + piece.width / 2);
    const toCentreY = size.height / 2 - (piece.y + piece.height / 2);
    const shift = toCentreX * dx + toCentreY * dy + (lineIn(piece) - length) / 2;
    const moved2 = map(stops, ({ color, positions }, i) => {
      const isEnd = i === 0 || i === stops.length - 1;
      const known = positions.length || !isEnd ? positions : [i === 0 ? "0%" : "100%"];
      return { color, positions: map(known, (position) => `${fine(lengthIn(position, length) + shift)}px`) };
    });
    if (some(moved2, ({ positions }) => some(positions, (position) => position === "NaNpx"))) return null;
    return { angle: fine(angle * 180 / pi), stops: stopsText(moved2) };
  }
  function angleOf(shape, { width, height }) {
    if (shape === "") return pi;
    const parts = regExpExec(ANGLE, shape);
    if (parts) {
      const unit = parts[2];
      const turns = unit === "deg" ? 360 : unit === "grad" ? 400 : unit === "rad" ? 2 * pi : 1;
      return +parts[1] / turns * 2 * pi;
    }
    const x = stringIncludes(shape, "right") ? 1 : stringIncludes(shape, "left") ? -1 : 0;
    const y = stringIncludes(shape, "bottom") ? 1 : stringIncludes(shape, "top") ? -1 : 0;
    if (!x && !y) return null;
    return x && y ? atan2(x * height, -y * width) : atan2(x, -y);
  }
  function radiiOf2(shape, size, x, y) {
    const given = regExpExec(GIVEN, shape);
    if (given) return givenRadii(given[1], size);
    const left = abs(x);
    const right = abs(size.width - x);
    const top = abs(y);
    const bottom = abs(size.height - y);
    const isClosest = stringIncludes(shape, "closest");
    const toSide = stringIncludes(shape, "side");
    const pick = isClosest ? min : max;
    const horizontal = pick(left, right);
    const vertical = pick(top, bottom);
    if (stringIncludes(shape, "circle")) {
      const radius = toSide ? pick(horizontal, vertical) : hypot(horizontal, vertical);
      return isSize(radius) ? `circle ${fine(radius)}px` : null;
    }
    if (!isSize(horizontal) || !isSize(vertical)) return null;
    const factor = toSide ? 1 : sqrt(2);
    return `${fine(horizontal * factor)}px ${fine(vertical * factor)}px`;
  }
  function givenRadii(text3, size) {
    const radii = splitList(text3, " ");
    const isCircle = radii.length === 1;
    const horizontal = lengthIn(radii[0], size.width);
    const vertical = isCircle ? horizontal : lengthIn(radii[1], size.height);
    if (!isSize(horizontal) || !isSize(vertical)) return null;
    return isCircle ? `circle ${fine(horizontal)}px` : `${fine(horizontal)}px ${fine(vertical)}px`;
  }
  function stopsText(stops) {
    let text3 = "";
    for (let i = 0; i < stops.length; i++) {
      const { color, positions } = stops[i];
      text3 += ", " + color;
      for (let j = 0; j < positions.length; j++) text3 += `${color || j ? " " : ""}${positions[j]}`;
    }
    return text3;
  }
  var isSize = (n) => n > 1e-3 && n < 1e6;
  var fine = (n) => abs(n) < 1e7 ? round(n * 1e4) / 1e4 : NaN;

  // page/compositor/background.js
  var MOST_TILES = 16;
  function readLayers(values, boxes, canvas) {
    const valueOf2 = (name, i) => {
      const list = splitList(values(name), ",");
      return list[i % list.length];
    };
    const images = splitList(values("image"), ",");
    const layers = [];
    for (let i = 0; i < images.length; i++) {
      if (images[i] === "none") continue;
      const gradient = parseGradient(images[i]);
      if (!gradient || valueOf2("attachment", i) !== "scroll" || valueOf2("blend-mode", i) !== "normal") return null;
      const origin = boxNamed(boxes, valueOf2("origin", i));
      const area = canvas ?? boxNamed(boxes, valueOf2("clip", i));
      if (isEmpty(area) || isEmpty(origin)) continue;
      const tiles = tilesOf(origin, area, valueOf2("position", i), valueOf2("size", i), valueOf2("repeat", i));
      if (!tiles) return null;
      arrayPush(layers, { gradient, area, tiles });
    }
    return layers;
  }
  function piecesOf(layers, parts) {
    const pieces = [];
    for (let i = 0; i < layers.length; i++) {
      const { gradient, area, tiles } = layers[i];
      for (let j = 0; j < tiles.length; j++) {
        const tile = tiles[j];
        const left = common(parts, intersect(tile, area));
        for (let k = 0; k < left.length; k++) {
          const { x, y, width, height } = left[k];
          const image = pieceOf(gradient, tile, rect(x - tile.x, y - tile.y, width, height));
          if (!image) return null;
          arrayPush(pieces, { x, y, width, height, image });
        }
      }
    }
    return pieces;
  }
  function colorPieces(color, isOpaque, area, parts, holes) {
    const image = `linear-gradient(${color}, ${color})`;
    return map(common(parts, area), (part) => {
      const longer = intersect(area, rect(part.x, part.y - 1, part.width, part.height + 2));
      const isFree2 = isOpaque && every(holes, (hole) => !meet(hole, longer));
      return { ...isFree2 ? longer : part, image };
    });
  }
  var common = (parts, area) => filter(
    map(parts, (part) => intersect(part, area)),
    (part) => !isEmpty(part)
  );
  function boxNamed(boxes, name) {
    if (name === "border-box") return boxes.border;
    return name === "content-box" ? boxes.content : boxes.padding;
  }
  function tilesOf(origin, area, position, size, repeat) {
    const isWhole = size === "auto" || size === "cover" || size === "contain";
    const sizes = splitList(isWhole ? "auto auto" : size, " ");
    const places = splitList(position, " ");
    const repeats = repeatOf(repeat);
    if (places.length !== 2 || !repeats) return null;
    const columns = along(origin.x, origin.width, area.x, area.width, places[0], sizes[0], repeats[0]);
    const rows = along(origin.y, origin.height, area.y, area.height, places[1], sizes[1] ?? "auto", repeats[1]);
    if (!columns || !rows || columns.starts.length * rows.starts.length > MOST_TILES) return null;
    const tiles = [];
    for (let i = 0; i < rows.starts.length; i++) {
      for (let j = 0; j < columns.starts.length; j++) {
        arrayPush(tiles, rect(columns.starts[j], rows.starts[i], columns.length, rows.length));
      }
    }
    return tiles;
  }
  function repeatOf(text3) {
    if (text3 === "repeat-x") return ["repeat", "no-repeat"];
    if (text3 === "repeat-y") return ["no-repeat", "repeat"];
    const parts = splitList(text3, " ");
    return parts.length > 2 ? null : [parts[0], parts[1] ?? parts[0]];
  }
  function along(start, whole, areaStart, areaLength, position, size, repeat) {
    const place = parseLength(position);
    const given = size === "auto" ? { share: 1, pixels: 0 } : parseLength(size);
    if (!place || !given) return null;
    let length = given.share * whole + given.pixels;
    if (length <= 0) return { length: 0, starts: [] };
    if (repeat === "round") length = whole / max(1, round(whole / length));
    else if (repeat === "space") return null;
    const first = start + place.share * (whole - length) + place.pixels;
    if (repeat === "no-repeat") return { length, starts: [first] };
    if (areaLength / length > MOST_TILES) return null;
    const starts = [];
    let at = first + round((areaStart - first) / length - 1) * length;
    for (; at < areaStart + areaLength; at += length) {
      if (at + length > areaStart + 0.01 && at < areaStart + areaLength - 0.01) arrayPush(starts, at);
    }
    return { length, starts };
  }

  // page/compositor/opacity.js
  function groupsAround(element) {
    const groups = [];
    for (let node = (
      /** @type {Element | null} */
      element
    ); node; node = parentPainting(node)) {
      const style = computedStyle(node);
      const opacity = +styleValue(style, "opacity");
      if (opacity > 0 && opacity < 1 && styleValue(style, "display") !== "contents") {
        arrayPush(groups, { element: node, opacity });
      }
    }
    return groups;
  }
  function opacityIn(groups) {
    let opacity = 1;
    for (let i = 0; i < groups.length; i++) opacity *= groups[i].opacity;
    return opacity;
  }
  function depthIn(groups, element) {
    for (let node = (
      /** @type {Element | null} */
      element
    ); node && groups.length; node = parentPainting(node)) {
      for (let i = 0; i < groups.length; i++) if (groups[i].element === node) return i;
    }
    return groups.length;
  }
  function blend(groups, layers, canvas, nearest) {
    let color = nearest;
    for (let depth = 0; depth <= groups.length; depth++) {
      for (let i = layers.length - 1; i >= 0; i--) {
        if (layers[i].depth === depth) color = over(layers[i].color, color);
      }
      if (depth < groups.length) color = [color[0], color[1], color[2], color[3] * groups[depth].opacity];
    }
    return over(canvas, color);
  }
  function blendThrough(groups, layers, canvas) {
    const rest = 1 - opacityIn(groups);
    if (rest === 0) return [0, 0, 0, 0];
    const seen = blend(groups, layers, canvas, BLACK);
    const whole = (i) => min(255, round(seen[i] / rest));
    return [whole(0), whole(1), whole(2), seen[3]];
  }
  var BLACK = [0, 0, 0, 1];
  var parentPainting = (element) => !isInTopLayer(element) && flatParent(element) || containerOf(element);

  // page/compositor/override.js
  var BLANK = "linear-gradient(transparent, transparent)";
  var BLANK_COMPUTED = "linear-gradient(rgba(0, 0, 0, 0), rgba(0, 0, 0, 0))";
  var MOST_LAYERS = 256;
  var Override = class extends PausedAnimations {
    /** What the author's layers were like when #slots were found. */
    #author = "";
    /**
     * For each layer there is whether it paints an image once, where it is told to; by the number of pieces.
     * @type {Map<number, boolean[] | null>}
     */
    #slots = new Map();
    /** Whether there has been no room for pieces. */
    #isExhausted = false;
    /** @param {Element} element */
    constructor(element) {
      super(element, 2);
    }
    /** Whether it wins over what the author declares: not when that is `!important`. @param {Background} background */
    canPaint(background) {
      return this.#slotsFor(background, 0) !== null;
    }
    /**
     * Paints pieces of images instead of the author's background. With no pieces it still is a background: without one the
     * canvas would take that of `body` instead of that of the root element.
     * @param {Background} background
     * @param {Piece[] | null} pieces the topmost first; null when there are none that would do
     * @returns {boolean} false when that is so, or there is no room for so many; nothing is overridden then
     */
    paint(background, pieces) {
      const slots = pieces && this.#slotsFor(background, pieces.length);
      if (!slots) {
        this.lift();
        return false;
      }
      let next2 = 0;
      const layers = map(slots, (isUsable) => isUsable && next2 < pieces.length ? pieces[next2++] : null);
      this.#applyLayers(background.clip, layers);
      return true;
    }
    /** @param {Background} background @param {number} count of pieces */
    #slotsFor({ author, clip }, count) {
      if (author !== this.#author) {
        this.#author = author;
        this.#slots = new Map();
        this.#isExhausted = false;
      }
      if (this.#isExhausted) return null;
      const known = mapGet(this.#slots, count);
      if (known) return known;
      for (let asked = max(1, count); asked <= MOST_LAYERS; asked *= 2) {
        const slots = this.#layersOf(clip, asked);
        if (!slots) break;
        if (filter(slots, (isUsable) => isUsable).length < count) continue;
        mapSet(this.#slots, count, slots);
        return slots;
      }
      this.#isExhausted = true;
      return null;
    }
    /**
     * Finds out what layers there are when some are asked for; null when the author's win.
     * @param {string} clip
     * @param {number} asked
     */
    #layersOf(clip, asked) {
      const blank = [];
      for (let i = 0; i < asked; i++) blank[i] = null;
      this.#applyLayers(clip, blank);
      const value = valuesOf(computedStyle(this.element));
      const values = (name) => splitList(value(name), ",");
      const images = values("image");
      const isInForce = parseColor(value("color"))[3] === 0 && images[0] === BLANK_COMPUTED && every(images, (image) => image === BLANK_COMPUTED || image === "none") && values("size")[0] === "1px 1px";
      if (!isInForce) return null;
      const origins = values("origin");
      const attachments = values("attachment");
      const clips = values("clip");
      return map(
        values("repeat"),
        (repeat, i) => images[i] === BLANK_COMPUTED && repeat === "no-repeat" && origins[i] === "padding-box" && attachments[i] === "scroll" && clips[i] === clip
      );
    }
    /**
     * @param {string} backgroundClip
     * @param {(Piece | null)[]} layers null where nothing is painted
     */
    #applyLayers(backgroundClip, layers) {
      const images = listOf(layers, (piece) => piece?.image ?? BLANK);
      const positions = listOf(layers, (piece) => `${tidy(piece?.x ?? 0)}px ${tidy(piece?.y ?? 0)}px`);
      const sizes = listOf(layers, (piece) => `${tidy(piece?.width ?? 1)}px ${tidy(piece?.height ?? 1)}px`);
      this.apply(`${backgroundClip}/${images}/${positions}/${sizes}`, () => [
        {
          __proto__: null,
          backgroundRepeat: "no-repeat",
          backgroundOrigin: "padding-box",
          backgroundAttachment: "scroll",
          backgroundClip
        },
        {
          __proto__: null,
          backgroundColor: "transparent",
          backgroundImage: images,
          backgroundPosition: positions,
          backgroundSize: sizes
        }
      ]);
    }
  };
  function listOf(layers, valueOf2) {
    let list = "";
    for (let i = 0; i < layers.length; i++) list += (i ? ", " : "") + valueOf2(layers[i]);
    return list;
  }

  // page/compositor/holes.js
  var WHITE = [255, 255, 255, 1];
  var DARK = [30, 30, 30, 1];
  var TRANSPARENT = [0, 0, 0, 0];
  var darkScheme = matchMedia("(prefers-color-scheme: dark)");
  var Holes = class {
    #survey;
    /** What is overridden now. @type {Map<Element, Override>} */
    #overrides = new Map();
    /** @type {Map<Element, Background>} */
    #backgrounds = new Map();
    /** @type {WeakMap<HTMLElement, Backdrop>} */
    #backdrops = new WeakMap();
    /**
     * The colour of the app's page canvas; undefined in a child frame that cannot see it, because the
     * top document has frames of its own and has made it transparent.
     * @type {Color | undefined}
     */
    canvas;
    /** @param {Survey} survey */
    constructor(survey) {
      this.#survey = survey;
    }
    /**
     * Whether something behind a frame cannot be cut, so that the frame has to be drawn above the page.
     * @param {Target} target
     */
    mustLieAbove(target) {
      if (!weakMapGet(this.#backdrops, target.element)) return false;
      const canCut = every(
        this.#behind(target.element),
        (background) => this.#canCut(background, target) || !holeIn(background, target)
      );
      return !canCut || this.#survey.about(target.element).isObstructed;
    }
    /**
     * Reads the author's backgrounds again. For that the overrides are lifted, within this task, so
     * that nothing of it is ever painted.
     * @param {Target[]} targets
     */
    refresh(targets) {
      mapForEach(this.#overrides, (override) => override.suspend());
      this.#backgrounds = new Map();
      this.#backdrops = new WeakMap();
      this.#readCanvas();
      for (let i = 0; i < targets.length; i++) this.#readBackdrop(targets[i].element);
      mapForEach(this.#overrides, (override, element) => {
        if (mapGet(this.#backgrounds, element)) override.resume();
        else mapDelete(this.#overrides, element);
      });
      mapForEach(this.#backgrounds, (background, element) => {
        if (background.layers && !this.#override(element).canPaint(background)) background.layers = null;
      });
    }
    /**
     * Puts the holes where the frames are. Cheap when nothing has moved.
     * @param {Planned[]} targets
     * @param {boolean} isCanvasOpen whether the canvas is transparent, because the UI process paints its colour
     */
    cut(targets, isCanvasOpen) {
      mapForEach(this.#backgrounds, (background, element) => {
        const holes = this.#holes(background, targets);
        const isOpen = holes.length > 0 || background.isCanvas && isCanvasOpen;
        if (!isOpen) mapGet(this.#overrides, element)?.lift();
        else if (!this.#override(element).paint(background, piecesAround(background, holes))) background.layers = null;
      });
    }
    /** There are no frames: the page is the author's again. */
    remove() {
      mapForEach(this.#overrides, (override) => override.suspend());
      this.#overrides = new Map();
      this.#backgrounds = new Map();
      this.#backdrops = new WeakMap();
    }
    /**
     * The colours that show beside the round corners of a frame, and through one that is not opaque.
     * @param {Target} target
     */
    colorsBehind({ element: frame, groups }) {
      const canvas = this.canvas ?? WHITE;
      const behind = filter(this.#behind(frame), ({ isCanvas }) => !isCanvas);
      const layers = map(behind, ({ element, color }) => ({ element, color, depth: depthIn(groups, element) }));
      const beside2 = filter(layers, ({ element }) => !this.#isClipped(element, frame));
      return { backdrop: blend(groups, beside2, canvas, TRANSPARENT), through: blendThrough(groups, layers, canvas) };
    }
    /** @param {HTMLElement} frame */
    #behind(frame) {
      return weakMapGet(this.#backdrops, frame)?.backgrounds ?? [];
    }
    /** @param {Element} element */
    #override(element) {
      const override = mapGet(this.#overrides, element) ?? new Override(element);
      mapSet(this.#overrides, element, override);
      return override;
    }
    /**
     * Whether a hole in a background looks right.
     * @param {Background} background
     * @param {Target} target
     */
    #canCut({ element, layers }, { element: frame, visible, groups }) {
      if (!layers) return false;
      const hasCorners = isRounded(visible) && !this.#isClipped(element, frame);
      if (hasCorners && (layers.length || element === frame)) return false;
      return !layers.length || !groups.length || depthIn(groups, element) === 0;
    }
    /**
     * Whether a background is not painted beside the round corners of a frame, because they are its own or
     * those of an ancestor that clips it as well.
     * @param {Element} element
     * @param {HTMLElement} frame
     */
    #isClipped(element, frame) {
      if (element === frame && !hasPadding(frame)) return true;
      const rounding = weakMapGet(this.#backdrops, frame)?.rounding;
      return rounding ? containsDeeply(rounding, element) : false;
    }
    /** Reads the canvas of the top document (https://drafts.csswg.org/css-backgrounds/#special-backgrounds). */
    #readCanvas() {
      const view = topView();
      const top = (
        /** @type {Document} */
        view.document
      );
      const root = documentElementOf(top);
      const scheme = root ? styleValue(computedStyle(root), "color-scheme") : "";
      const dark = stringIncludes(scheme, "dark") && (!stringIncludes(scheme, "light") || mediaMatches(darkScheme));
      const base = dark ? DARK : WHITE;
      const background = root && this.#read(canvasSource(root, bodyOf(top)), true);
      if (background) this.canvas = over(base, background.color);
      else this.canvas = root && (view === window || dark) ? base : void 0;
    }
    /** Reads everything with a background behind a frame. @param {HTMLElement} frame */
    #readBackdrop(frame) {
      const backgrounds = [];
      const found = this.#survey.about(frame);
      const add2 = (element) => {
        if (some(found.over, (it) => it.element === element && !it.part)) return;
        const background = this.#read(element, false);
        if (background && !some(backgrounds, (other) => other === background)) arraySplice(backgrounds, 0, 0, background);
      };
      add2(frame);
      for (let i = found.behind.length - 1; i >= 0; i--) add2(found.behind[i]);
      let rounding = null;
      for (let ancestor = ancestorAcrossFrames(frame); ancestor; ancestor = ancestorAcrossFrames(ancestor)) {
        add2(ancestor);
        if (clipsRound(ancestor)) rounding = ancestor;
      }
      weakMapSet(this.#backdrops, frame, { backgrounds, rounding });
    }
    /**
     * @param {Element} element
     * @param {boolean} isCanvas
     * @returns {Background | null} null when it paints none
     */
    #read(element, isCanvas) {
      const known = mapGet(this.#backgrounds, element);
      if (known) return known;
      const values = valuesOf(computedStyle(element));
      const colorText = values("color");
      const color = parseColor(colorText);
      const hasImage = values("image") !== "none";
      if (color[3] === 0 && !hasImage) return null;
      if (stringIncludes(values("clip"), "text")) return null;
      const { anchor, boxes, canvas, zoom } = placeOf(element);
      const clips = splitList(values("clip"), ",");
      const clip = clips[clips.length - 1];
      const area = canvas ?? boxNamed(boxes, clip);
      const background = {
        element,
        color,
        colorText,
        clip,
        layers: hasLegend(element) ? null : hasImage ? readLayers(values, boxes, canvas) : [],
        author: textOf(values),
        anchor,
        area,
        whole: hasImage ? canvas ?? boxes.border : area,
        zoom,
        isCanvas
      };
      mapSet(this.#backgrounds, element, background);
      return background;
    }
    /**
     * Where the frames are in a background.
     * @param {Background} background
     * @param {Planned[]} targets
     * @returns {Rect[]}
     */
    #holes(background, targets) {
      const holes = [];
      for (let i = 0; i < targets.length; i++) {
        const { element: frame, groups, scene } = targets[i];
        if (!some(this.#behind(frame), ({ element }) => element === background.element)) continue;
        const isHidden = groups.length > 0 && depthIn(groups, background.element) === 0;
        if (!scene.canLieBeneath && !(isHidden && this.#canCut(background, targets[i]))) continue;
        const hole = holeIn(background, targets[i]);
        if (hole) arrayPush(holes, hole);
      }
      return holes;
    }
  };
  function piecesAround(background, holes) {
    const { layers, color, colorText, area, whole, isCanvas } = background;
    const parts = around(whole, holes);
    const pieces = layers && piecesOf(layers, parts);
    if (pieces && !isCanvas && color[3] > 0) append(pieces, colorPieces(colorText, color[3] === 1, area, parts, holes));
    return pieces;
  }
  function holeIn({ element, anchor, whole, zoom }, { visible, box }) {
    if (isEmpty(visible)) return null;
    const anchorScale = scaleOf(anchor, borderBox(anchor));
    const scale = anchorScale * zoom;
    const padding = anchorScale === 1 ? snapped(clientBox(anchor)) : clientBox(anchor);
    const seen = snapped(ownerDocument(element) === document ? visible : box.clip);
    const hole = tidied(transform(seen, -padding.x / scale, -padding.y / scale, 1 / scale));
    return meet(hole, whole) ? hole : null;
  }
  function topView() {
    let view = window;
    for (let outer = viewAround(view); outer; outer = viewAround(view)) view = outer;
    return view;
  }
  var ancestorAcrossFrames = (element) => flatParent(element) ?? containerOf(element);
  var isRounded = ({ radii }) => max(radii[0], radii[1], radii[2], radii[3]) > 3;
  function clipsRound(element) {
    const style = computedStyle(element);
    return styleValue(style, "overflow-x") !== "visible" && styleValue(style, "overflow-y") !== "visible" && hasRoundCorners(style);
  }

  // page/compositor/in-step.js
  var { Animation: Animation2, Document: Document4, KeyframeEffect: KeyframeEffect2 } = globalThis;
  var getAnimations = uncurryThis(Document4.prototype.getAnimations);
  var playState = getterOf(Animation2.prototype, "playState");
  var effectOf = getterOf(Animation2.prototype, "effect");
  var targetOf = getterOf(KeyframeEffect2.prototype, "target");
  var keyframesOf = uncurryThis(KeyframeEffect2.prototype.getKeyframes);
  var MOVING = ["transform", "translate", "rotate", "scale", "offsetPath", "offsetDistance"];
  var NOTHING = { __proto__: null, transform: "none", composite: "add" };
  var InStep = class {
    /** @type {Map<Element, PausedAnimations>} */
    #held = new Map();
    /** Whether an effect moves its element. @type {WeakMap<AnimationEffect, boolean>} */
    #moving = new WeakMap();
    /**
     * Holds what moves now, and lets go of what no longer does.
     * @param {(element: Element) => boolean} hasFrame whether a frame is in an element, or is one
     */
    refresh(hasFrame) {
      const animations = getAnimations(document);
      const moved2 = new Set();
      for (let i = 0; i < animations.length; i++) {
        const effect = effectOf(animations[i]);
        if (!effect || playState(animations[i]) !== "running") continue;
        const target = targetOf(
          /** @type {KeyframeEffect} */
          effect
        );
        if (target && hasFrame(target) && this.#moves(effect)) setAdd(moved2, target);
      }
      mapForEach(this.#held, (held, element) => {
        if (setHas(moved2, element)) return;
        held.lift();
        mapDelete(this.#held, element);
      });
      setForEach(moved2, (element) => {
        if (mapGet(this.#held, element)) return;
        const held = new PausedAnimations(element, 1);
        held.apply("nothing", () => [NOTHING]);
        mapSet(this.#held, element, held);
      });
    }
    /** @param {AnimationEffect} effect */
    #moves(effect) {
      const known = weakMapGet(this.#moving, effect);
      if (known !== void 0) return known;
      const moves = some(keyframesOf(
        /** @type {KeyframeEffect} */
        effect
      ), (keyframe) => some(MOVING, (name) => hasOwn(keyframe, name)));
      weakMapSet(this.#moving, effect, moves);
      return moves;
    }
  };

  // page/compositor/plan.js
  var START = { place: "above", frames: 0, layout: 0 };
  var STEP_FRAMES = 1;
  var KEPT_FRAMES = 20;
  var needsHole = ({ covers: covers2, fades, isJoined }) => fades || isJoined || some(covers2, ({ paints, isSolid: isSolid2, tint }) => paints && !isSolid2 && !tint);
  function next(state, scene, { told: told2, applied }) {
    if (!scene.canLieBeneath) return START;
    const { place, frames, layout } = state;
    const wants = needsHole(scene);
    const later = { place, frames: frames + 1, layout };
    if (place === "above") return wants ? { ...START, place: "opening" } : START;
    if (place === "opening") return frames < STEP_FRAMES ? later : { ...START, place: "beneath" };
    if (wants) return { ...START, place: "beneath" };
    if (place === "beneath") return frames < KEPT_FRAMES ? later : { ...START, place: "closing", layout: told2 + 1 };
    return applied < layout ? state : START;
  }
  var isSettled = ({ place, frames }) => place === "above" || place === "beneath" && frames === 0;
  var hasHole = ({ place }) => place !== "above";
  var isAbove = ({ place }) => place !== "beneath";
  function occludersOf({ visible, covers: covers2, isBeyondInput: isBeyondInput2 }) {
    if (isBeyondInput2) return [visible];
    const taking = filter(covers2, ({ box, takesPointer }) => takesPointer && meet(box, visible));
    return map(taking, ({ box }) => intersect(box, visible));
  }
  function overlaysOf({ visible, covers: covers2, canLieBeneath }, state) {
    if (!isAbove(state)) return [];
    const again = filter(covers2, ({ part, paints, isSolid: isSolid2, tint }) => paints && !part && (isSolid2 || !(tint || canLieBeneath)));
    const boxes = map(again, ({ box }) => intersectRounded([square(visible), box]));
    return filter(boxes, (box) => !isEmpty(box));
  }
  function tintsOf({ visible, covers: covers2 }, state) {
    if (!isAbove(state)) return [];
    const tints = map(covers2, ({ box, isSolid: isSolid2, tint }) => ({
      clip: intersectRounded([square(visible), box]),
      color: isSolid2 ? null : tint
    }));
    return filter(tints, ({ clip, color }) => color && !isEmpty(clip));
  }

  // page/compositor/message.js
  function describe2(frame, holes) {
    const { number, box, groups, scene, state } = frame;
    const { x, y, scale } = box.origin;
    const above = isAbove(state);
    const onPage = (r) => tidiedClip(transformRounded(r, x, y, scale));
    return {
      frame: number,
      ...tidied(box.rect),
      scale: fine2(box.scale / box.zoom),
      zoom: fine2(box.zoom),
      transform: box.transform && tidiedTransform(box.transform),
      clip: tidiedClip(box.clip),
      visible: box.visible && !isEmpty(box.clip),
      above,
      opacity: fine2(opacityIn(groups)),
      // Beneath a frame that lies above the page nothing is missing.
      ...above ? { backdrop: TRANSPARENT2, through: TRANSPARENT2 } : holes.colorsBehind(frame),
      occluders: map(occludersOf(scene), (occluder) => {
        const r = tidied(transform(occluder, x, y, scale));
        return [r.x, r.y, r.width, r.height];
      }),
      tints: map(tintsOf(scene, state), ({ clip, color }) => ({ clip: onPage(clip), color })),
      overlays: map(overlaysOf(scene, state), onPage)
    };
  }
  var TRANSPARENT2 = [0, 0, 0, 0];
  var fine2 = (n) => round(n * 1e5) / 1e5;
  var tidiedClip = (clip) => ({
    ...tidied(clip),
    radii: corners((i) => tidy(clip.radii[i]))
  });
  var tidiedTransform = ({ matrix, width, height, shape }) => ({
    matrix: map(matrix, (n, i) => i < 4 ? fine2(n) : tidy(n)),
    width: tidy(width),
    height: tidy(height),
    shape: tidiedClip(shape)
  });

  // page/compositor/pulse.js
  var REST_FRAMES = 30;
  var REST_TIME = 500;
  var RESTYLING = [
    "scroll",
    "resize",
    "toggle",
    "pointerover",
    "pointerdown",
    "pointerup",
    "focusin",
    "focusout",
    "keydown",
    "input",
    "change",
    "load",
    "transitionrun",
    "transitionend",
    "transitioncancel",
    "animationstart",
    "animationend",
    "animationcancel",
    "fullscreenchange"
  ];
  var CAPTURE = (
    /** @type {any} */
    { __proto__: null, capture: true, passive: true }
  );
  var getAnimations2 = uncurryThis(globalThis.Document.prototype.getAnimations);
  var playState2 = getterOf(globalThis.Animation.prototype, "playState");
  var Pulse = class {
    #work;
    #isActive = false;
    #isScheduled = false;
    /** Whether an animation frame has begun in which it is to be looked. */
    #isDue = false;
    /** Animation frames since something changed. */
    #unchanged = 0;
    /** Animation frames since styles were invalidated. */
    #sinceThorough = 0;
    /** When a painting last made other elements be looked at, in the document's time. */
    #looked = 0;
    /** Whether a timer will look again. */
    #isLookingLater = false;
    /**
     * Who is observed anew is told of in the same animation frame, when all that the page has to do in it is done: where its
     * scripts have moved something by then, that will be painted (HTML, "update the rendering"). It is observed no longer:
     * the root is where it would count as a loop of observers, an error of the page, that anything changes its height then.
     */
    #layouts = new ResizeObserver(() => {
      unobserveSizes(this.#layouts);
      this.#beat();
    });
    #onRestyle = () => {
      this.#work.invalidate(false);
      this.wake();
    };
    /** @param {Work} work */
    constructor(work) {
      this.#work = work;
    }
    get isActive() {
      return this.#isActive;
    }
    /** Begins to listen; `wake` begins to look. */
    start() {
      this.#isActive = true;
      this.#listen(addEventListener);
    }
    stop() {
      this.#isActive = false;
      this.#listen(removeEventListener);
    }
    /** Something may have changed: looks until nothing does any more. */
    wake() {
      this.#unchanged = 0;
      this.#schedule();
    }
    /**
     * The page has been painted. What is done then must not have it painted again: it neither asks for an
     * animation frame nor invalidates styles, unless it finds that something has changed.
     */
    painted() {
      if (this.#isScheduled || !this.#isActive) return;
      const rest = this.#looked + REST_TIME - now();
      if (rest <= 0) {
        this.#looked = now();
        this.#work.invalidate(false);
      }
      this.#work.look(false);
      if (this.#work.isUnfinished()) this.#lookLater(0);
      else if (rest > 0) this.#lookLater(rest);
    }
    /** @param {number} milliseconds */
    #lookLater(milliseconds) {
      if (this.#isLookingLater) return;
      this.#isLookingLater = true;
      setTimeout(() => {
        this.#isLookingLater = false;
        this.painted();
      }, milliseconds);
    }
    #schedule() {
      if (this.#isScheduled || !this.#isActive) return;
      this.#isScheduled = true;
      requestAnimationFrame(() => {
        this.#isDue = true;
        const root = documentElementOf(document);
        if (root) observeSize(this.#layouts, root);
        requestAnimationFrame(() => this.#beat());
      });
    }
    #beat() {
      if (!this.#isDue) return;
      this.#isDue = false;
      this.#isScheduled = false;
      if (!this.#isActive) return;
      const animating = isAnimating();
      this.#sinceThorough = (this.#sinceThorough + 1) % REST_FRAMES;
      if (animating || this.#sinceThorough === 0) this.#work.invalidate(this.#sinceThorough === 0);
      this.#unchanged++;
      this.#work.look(true);
      if (this.#unchanged <= REST_FRAMES || this.#work.isUnfinished() || animating) this.#schedule();
    }
    /** @param {typeof addEventListener} change begins or ends to listen, here and in the documents around this one */
    #listen(change2) {
      for (let view = (
        /** @type {Window | null} */
        window
      ); view; view = viewAround(view)) {
        for (let i = 0; i < RESTYLING.length; i++) change2(view, RESTYLING[i], this.#onRestyle, CAPTURE);
      }
    }
  };
  var isAnimating = () => some(getAnimations2(document), (animation) => playState2(animation) === "running");

  // page/compositor/order.js
  var OWN_BACKGROUND = -1e9;
  var BLOCKS = 0.1;
  var FLOATS = 0.2;
  var LINES = 0.3;
  var OUTLINES = 0.35;
  var POSITIONED = 0.4;
  var TOP_LAYER = 1e9;
  function placeOf2(box, isContent) {
    const { kind, parent } = box;
    const isInLine = isContent || kind === "inline";
    if (kind === "flow" || kind === "inline") return add(inside2(parent), isInLine ? LINES : BLOCKS, box);
    return add(inside2(box), isContent ? LINES : OWN_BACKGROUND, box);
  }
  function placeOfOutline(box) {
    const { kind, parent } = box;
    return add(inside2(kind === "flow" || kind === "inline" ? parent : box), OUTLINES, box);
  }
  function compare(one, two, treeOrder2) {
    for (let i = 0; i < one.length && i < two.length; i++) {
      const a = one[i];
      const b = two[i];
      if (a.level !== b.level) return a.level - b.level;
      if (a.box !== b.box) return treeOrder2(a.box, b.box);
    }
    return one.length - two.length;
  }
  function inside2(box) {
    if (!box) return [];
    const { kind, parent, z } = box;
    if (kind === "top") return [{ level: TOP_LAYER, box }];
    if (kind === "context" || kind === "positioned") return add(inside2(contextOf(parent)), z || POSITIONED, box);
    if (kind === "float") return add(inside2(parent), FLOATS, box);
    return kind === "atomic" ? add(inside2(parent), LINES, box) : inside2(parent);
  }
  function contextOf(box) {
    let context2 = box;
    while (context2 && context2.kind !== "context" && context2.kind !== "top") context2 = context2.parent;
    return context2;
  }
  function add(steps, level, box) {
    arrayPush(steps, { level, box });
    return steps;
  }

  // page/compositor/survey.js
  var MOST = 64;
  var BUDGET = 2e3;
  var NEAR_COST = 10;
  var MOST_CHANGES = 64;
  var nothing = () => ({ over: [], behind: [], isObstructed: false, isBeyondInput: false });
  var Survey = class {
    /** From the last complete pass, and from changes since. @type {Map<HTMLElement, Finding>} */
    #known = new Map();
    /** From the pass under way. @type {Map<HTMLElement, Finding>} */
    #finding = new Map();
    /** The next element of the pass under way; null when there is none. @type {Element | null} */
    #cursor = null;
    #isStale = true;
    /** @type {Element[]} */
    #changes = [];
    #budget = 0;
    #boxes = new Boxes();
    /** @type {Target[]} */
    #targets = [];
    /** Whether a pass is under way, or due. */
    get isUnfinished() {
      return this.#isStale || this.#cursor !== null;
    }
    /** Anything may have moved: a new pass is due. */
    invalidate() {
      this.#isStale = true;
    }
    /**
     * An element has changed, and perhaps what is in it.
     * @param {Element} element
     */
    noteChange(element) {
      this.#isStale = true;
      const changes = this.#changes;
      if (changes.length < MOST_CHANGES && changes[changes.length - 1] !== element) arrayPush(changes, element);
    }
    /**
     * Goes on looking, within the budget.
     * @param {Target[]} targets
     */
    step(targets) {
      this.#budget = BUDGET;
      this.#targets = targets;
      if (this.#isStale) this.#boxes = new Boxes();
      const changes = this.#changes;
      this.#changes = [];
      for (let i = 0; i < changes.length && this.#budget > 0; i++) {
        if (isConnected(changes[i])) this.#lookThrough(changes[i]);
      }
      if (this.#cursor && !isConnected(this.#cursor)) {
        this.#cursor = null;
        this.#isStale = true;
      }
      if (!this.#cursor && this.#isStale) {
        this.#isStale = false;
        this.#finding = new Map();
        let hasModal = false;
        queryEach(document, "dialog:modal", () => {
          hasModal = true;
        });
        for (let i = 0; i < targets.length; i++) {
          const found = { ...nothing(), isBeyondInput: isBeyondInput(targets[i], hasModal) };
          mapSet(this.#finding, targets[i].element, found);
        }
        this.#cursor = documentElementOf(document);
      }
      while (this.#cursor && this.#budget > 0) {
        this.#look(this.#cursor, this.#finding);
        this.#cursor = after(this.#cursor, null);
        if (!this.#cursor) this.#known = this.#finding;
      }
    }
    /** What is known about a frame. @param {HTMLElement} frame @returns {Finding} */
    about(frame) {
      const found = mapGet(this.#known, frame) ?? nothing();
      return {
        ...found,
        over: filter(found.over, ({ element }) => isConnected(element)),
        behind: filter(found.behind, (element) => isConnected(element))
      };
    }
    /** Positive when one frame is painted over the other. @param {HTMLElement} one @param {HTMLElement} other */
    compare(one, other) {
      return compare(placeOf2(this.#boxes.of(one), true), placeOf2(this.#boxes.of(other), true), treeOrder);
    }
    /** @param {Element} root */
    #lookThrough(root) {
      let element = (
        /** @type {Element | null} */
        root
      );
      while (element && this.#budget > 0) {
        this.#look(element, this.#known);
        element = after(element, root);
      }
    }
    /** @param {Element} element @param {Map<HTMLElement, Finding>} findings */
    #look(element, findings) {
      this.#budget--;
      const box = borderBox(element);
      if (isEmpty(box)) return;
      let style = null;
      const isTop = isInTopLayer(element);
      for (let i = 0; i < this.#targets.length; i++) {
        const target = this.#targets[i];
        const isNear = !isEmpty(intersect(grown(box, FURTHEST), target.visible));
        const isInside = element !== target.element && containsDeeply(target.element, element);
        if (!isNear && !isTop || isInside) continue;
        this.#budget -= NEAR_COST;
        const found = mapGet(findings, target.element) ?? nothing();
        mapSet(findings, target.element, found);
        style ??= computedStyle(element);
        const isAround = containsDeeply(element, target.element);
        if (isTop) this.#lookAtBackdrop(element, target, found, isAround);
        if (!isNear) continue;
        this.#lookAtPseudos(element, target, found);
        if (isAround) this.#lookAtOutline(element, style, box, target, found);
        if (!isAround || this.#isBoxOver(element, target)) this.#lookAtBox(element, style, box, target, found);
      }
    }
    /**
     * @param {Element} element
     * @param {CSSStyleDeclaration} style
     * @param {Rect} box
     * @param {Target} target
     * @param {Finding} found
     */
    #lookAtBox(element, style, box, target, found) {
      if (styleValue(style, "visibility") !== "visible") return;
      const takesPointer = styleValue(style, "pointer-events") !== "none";
      const ink = inkOf(element, style);
      const paints = ink.any && isVisible(element);
      if (!paints && !takesPointer) return;
      const spread = paints ? ink.spread : 0;
      const common2 = intersect(clipped(element, style, square(grown(box, spread))), target.visible);
      if (isEmpty(common2)) return;
      const own2 = this.#boxes.of(element);
      if (this.#isOver(placeOf2(own2, ink.isContent), target)) {
        const isPlain2 = paints && own2.isClear && spread === 0;
        const isSolid2 = isPlain2 && ink.isSolid;
        const tint = isPlain2 ? ink.tint : null;
        const locate = () => ownBox(element);
        addOver(found.over, { element, part: "", locate, paints, isSolid: isSolid2, tint, takesPointer }, common2);
      } else if (paints) {
        const within = intersect(box, target.visible);
        if (isEmpty(within)) return;
        arrayPush(found.behind, element);
        found.isObstructed ||= paintsMore(element, within);
      }
    }
    /**
     * The outline of what a frame is in lies over the frame where it is drawn inwards.
     * @param {Element} element
     * @param {CSSStyleDeclaration} style
     * @param {Rect} box
     * @param {Target} target
     * @param {Finding} found
     */
    #lookAtOutline(element, style, box, target, found) {
      const outline = outlineOf(style);
      if (!outline || outline.offset >= 0 || !isVisible(element)) return;
      const inner = grown(box, outline.offset);
      if (covers(inner, target.visible) || !meet(grown(inner, outline.width), target.visible)) return;
      if (this.#isOver(placeOfOutline(this.#boxes.of(element)), target)) {
        addOver(found.over, glass(element, "outline", () => borderBox(element)));
      } else {
        found.isObstructed = true;
      }
    }
    /** @param {Element} element @param {Target} target @param {Finding} found */
    #lookAtPseudos(element, target, found) {
      for (let i = 0; i < PSEUDOS.length; i++) {
        const part = PSEUDOS[i];
        const style = pseudoStyle(element, part);
        if (!style || !isFree(style) || !isVisible(element)) continue;
        if (!meet(pseudoBox(element, style), target.visible)) continue;
        if (!this.#isOver(placeOf2(this.#boxes.ofPseudo(element, part, style), false), target)) {
          found.isObstructed = true;
          continue;
        }
        const locate = () => {
          const now2 = pseudoStyle(element, part);
          return now2 ? pseudoBox(element, now2) : NOWHERE;
        };
        const takesPointer = styleValue(style, "pointer-events") !== "none";
        addOver(found.over, { ...glass(element, part, locate), takesPointer });
      }
    }
    /** @param {Element} element in the top layer @param {Target} target @param {Finding} found @param {boolean} isAround */
    #lookAtBackdrop(element, target, found, isAround) {
      const style = backdropStyle(element);
      if (!paintsBackground(style)) return;
      if (isAround) found.isObstructed = true;
      else if (this.#isOver(placeOf2(this.#boxes.of(element), false), target)) {
        const tint = styleValue(style, "opacity") === "1" ? tintOf(style) : null;
        addOver(found.over, { ...glass(element, "::backdrop", viewportOf), tint });
      }
    }
    /**
     * Whether what a frame is in is painted after the frame, which has a negative `z-index` then.
     * @param {Element} element
     * @param {Target} target
     */
    #isBoxOver(element, target) {
      const root = documentElementOf(document);
      if (!root || element === root || element === canvasSource(root, bodyOf(document))) return false;
      return this.#isOver(placeOf2(this.#boxes.of(element), false), target);
    }
    /** @param {Step[]} place @param {Target} target */
    #isOver(place, { element: frame, visible: { x, y, width, height } }) {
      const framePlace = placeOf2(this.#boxes.of(frame), true);
      const top = place[0].box;
      const frameTop = framePlace[0].box;
      if (top.kind !== "top" || frameTop.kind !== "top" || top === frameTop) {
        return compare(place, framePlace, treeOrder) > 0;
      }
      const hits = elementsFromPoint(document, x + width / 2, y + height / 2);
      const topElement = (
        /** @type {ElementBox} */
        top.element
      );
      const frameTopElement = (
        /** @type {ElementBox} */
        frameTop.element
      );
      for (let i = 0; i < hits.length; i++) {
        if (containsDeeply(frameTopElement, hits[i])) return false;
        if (containsDeeply(topElement, hits[i])) return true;
      }
      return treeOrder(top, frameTop) > 0;
    }
  };
  var NOWHERE = rect(0, 0, 0, 0);
  var glass = (element, part, locate) => ({
    element,
    part,
    locate: () => square(locate()),
    paints: true,
    isSolid: false,
    tint: null,
    takesPointer: false
  });
  function ownBox(element) {
    const box = borderBox(element);
    const style = computedStyle(element);
    return clipped(element, style, { ...box, radii: radiiOf(style, box, scaleOf(element, box)) });
  }
  function clipped(element, style, box) {
    const clips = [box];
    eachClippingAncestor(element, style, (ancestor, ancestorStyle) => {
      const clip = clipOf(ancestor, ancestorStyle);
      if (clip) arrayPush(clips, clip);
    });
    return clips.length === 1 ? box : intersectRounded(clips);
  }
  function addOver(list, found, common2 = null) {
    if (list.length >= MOST) return;
    for (let i = 0; i < list.length; i++) {
      const other = list[i];
      if (other.element === found.element && other.part === found.part) {
        list[i] = found;
        return;
      }
      const paintsAll = other.paints && (other.isSolid || !other.tint);
      const doesAsMuch = (paintsAll || !found.paints) && (other.takesPointer || !found.takesPointer);
      if (common2 && !other.part && doesAsMuch && covers(other.locate(), common2)) return;
    }
    arrayPush(list, found);
  }
  function after(element, root) {
    const shadow = shadowRootOf(element);
    const child = (shadow && fragmentFirstElementChild(shadow)) ?? firstElementChild(element);
    if (child) return child;
    for (let node = element; node !== root; ) {
      const sibling = nextElementSibling(node);
      if (sibling) return sibling;
      const parent = parentNode(node);
      if (parent && isElement(parent)) {
        node = parent;
      } else if (parent && isShadowRoot(parent)) {
        node = hostOf(parent);
        const light = firstElementChild(node);
        if (light) return light;
      } else {
        return null;
      }
    }
    return null;
  }
  function isBeyondInput({ element, visible: { x, y, width, height } }, hasModal) {
    if (styleValue(computedStyle(element), "pointer-events") === "none") return true;
    for (let node = (
      /** @type {Element | null} */
      element
    ); node; node = flatParent(node)) {
      if (hasAttribute(node, "inert")) return true;
    }
    return hasModal && !isHitAt(element, x + width / 2, y + height / 2);
  }

  // page/compositor/compositor.js
  var TOLD_FRAMES = 4;
  var Compositor = class {
    #bridge;
    #frames;
    #opaquePages;
    #onLook;
    #sizes = new DefaultSizes();
    #survey = new Survey();
    #holes;
    #inStep = new InStep();
    /** How each frame lies. @type {WeakMap<HTMLElement, Readonly<State>>} */
    #states = new WeakMap();
    #resizes = new ResizeObserver(() => {
      this.#update();
      this.#pulse.wake();
    });
    /** The frames, whose sizes #resizes watches. @type {HTMLElement[]} */
    #watched = [];
    /** The frames and what they are in. @type {Set<Node>} */
    #around = new Set();
    #stylesDirty = true;
    #pulse = new Pulse({
      look: (isFrame2) => {
        if (isFrame2 && this.#untold > 0) {
          this.#untold--;
          this.#bridge.notify("stage.animationFrame", {});
        }
        this.#onLook();
        this.#update(isFrame2);
      },
      invalidate: (thoroughly) => {
        this.#stylesDirty ||= thoroughly;
        this.#survey.invalidate();
      },
      isUnfinished: () => this.#stylesDirty || this.#survey.isUnfinished
    });
    /** Those for which backgrounds were last read. @type {Target[]} */
    #holed = [];
    /** What the UI process was told last. */
    #sent = "";
    /** The number of that, and of the last one that is known to be on the screen. @type {Progress} */
    #progress = { told: 0, applied: 0 };
    /** Of how many animation frames the UI process is still to be told. */
    #untold = 0;
    /** The layout that told the colour of the canvas first. */
    #first = 0;
    /**
     * @param {Bridge} bridge
     * @param {Frames} frames
     * @param {boolean} opaquePages whether no frame can be seen through the page
     * @param {() => void} onLook called first whenever the frames are looked at
     */
    constructor(bridge, frames, opaquePages, onLook) {
      this.#bridge = bridge;
      this.#frames = frames;
      this.#opaquePages = opaquePages;
      this.#holes = new Holes(this.#survey);
      this.#onLook = onLook;
      bridge.listen("stage.zoom", ({ zoom }) => {
        setUsersZoom(zoom);
        this.#update();
        this.#pulse.wake();
      });
      bridge.listen("stage.painted", () => this.#pulse.painted());
      bridge.listen("stage.applied", ({ layout }) => {
        this.#progress.applied = layout;
        this.#pulse.wake();
      });
      hideOverrides();
    }
    /** Guests have come or gone: starts with the first one and stops after the last. */
    guestsChanged() {
      const isActive = this.#frames.size > 0;
      this.#stylesDirty = true;
      this.#survey.invalidate();
      this.#watch();
      if (isActive) {
        if (!this.#pulse.isActive) {
          this.#first = this.#progress.told + 1;
          this.#pulse.start();
        }
        this.#pulse.wake();
      } else if (this.#pulse.isActive) {
        this.#pulse.stop();
        this.#holes.remove();
        this.#inStep.refresh(() => false);
        this.#send([]);
      }
    }
    /**
     * How large the content of a frame will be, for its first page. While the document is parsed it is not known, and asking
     * for it would show the document before its style sheets are there.
     * @param {HTMLElement} element
     * @returns {{ size?: FrameSize }}
     */
    sizeOf(element) {
      if (readyStateOf(document) === "loading") return {};
      this.#sizes.refresh(element);
      noteZoom([element]);
      const { rect: rect2, scale, zoom, transform: transform2 } = measure(element);
      const transformed = scale / zoom;
      if (transform2 || !(rect2.width > 0) || !(rect2.height > 0) || !(transformed > 0)) return {};
      return { size: { width: rect2.width / transformed, height: rect2.height / transformed, zoom } };
    }
    /**
     * Something in the document has changed.
     * @param {Node} target
     * @param {boolean} isAttribute
     */
    noteMutation(target, isAttribute) {
      if (!this.#pulse.isActive) return;
      this.#pulse.wake();
      if (isElement(target)) this.#survey.noteChange(target);
      else this.#survey.invalidate();
      if (isStyleSource(target) || isAttribute && setHas(this.#around, target)) this.#stylesDirty = true;
    }
    /** Measures everything and tells what has changed. */
    #update(isFrame2 = false) {
      if (!this.#pulse.isActive) return;
      if (this.#stylesDirty) this.#frames.forEach(({ element }) => this.#sizes.refresh(element));
      if (isFrame2) this.#inStep.refresh((element) => setHas(this.#around, element));
      const targets = this.#measure();
      this.#survey.step(filter(targets, isSeen));
      const frames = map(targets, (target) => ({
        ...target,
        scene: this.#sceneOf(target),
        // Who cannot be seen begins anew.
        state: isSeen(target) && weakMapGet(this.#states, target.element) || START
      }));
      this.#plan(filter(frames, isSeen), isFrame2);
      this.#send(frames);
    }
    /**
     * Decides how the frames lie, and makes the holes for it.
     * @param {Planned[]} planned those that can be seen
     * @param {boolean} isFrame whether that is in an animation frame, which is how time is counted
     */
    #plan(planned, isFrame2) {
      joinOverlapping(planned);
      const holed = filter(planned, ({ scene, state }) => scene.canLieBeneath && (needsHole(scene) || hasHole(state)));
      if (this.#stylesDirty || !areAlike(holed, this.#holed)) {
        this.#holed = holed;
        this.#stylesDirty = false;
        this.#noteSurroundings();
        this.#holes.refresh(holed);
      }
      const cut = [];
      for (let i = 0; i < planned.length; i++) {
        const plan = planned[i];
        plan.scene.canLieBeneath &&= !this.#holes.mustLieAbove(plan);
        const following = next(plan.state, plan.scene, this.#progress);
        if (!isSettled(following) || following.place !== plan.state.place) this.#pulse.wake();
        if (isFrame2) plan.state = following;
        weakMapSet(this.#states, plan.element, plan.state);
        if (hasHole(plan.state) || plan.scene.fades && some(holed, (other) => other === plan)) arrayPush(cut, plan);
      }
      this.#holes.cut(cut, this.#isCanvasKnown && !this.#opaquePages);
    }
    /** Whether the UI process paints the colour of the canvas. */
    get #isCanvasKnown() {
      return this.#progress.applied >= this.#first;
    }
    /** @param {Target} target @returns {Scene} */
    #sceneOf({ element, box, visible, groups }) {
      const { over: over2, isBeyondInput: isBeyondInput2 } = this.#survey.about(element);
      return {
        visible,
        covers: map(over2, (cover) => ({ ...cover, box: cover.locate() })),
        fades: groups.length > 0,
        // What the app shows through a frame is behind it.
        canLieBeneath: !this.#opaquePages && box.transform === null && !hasAttribute(element, "allowtransparency"),
        isJoined: false,
        isBeyondInput: isBeyondInput2
      };
    }
    #measure() {
      const targets = [];
      noteZoom(this.#watched);
      this.#frames.forEach(({ element, number }) => {
        const box = measure(element);
        const groups = box.visible ? groupsAround(element) : [];
        arrayPush(targets, { element, number, box, visible: box.own.clip, groups });
      });
      return targets;
    }
    #noteSurroundings() {
      this.#around = new Set();
      this.#frames.forEach(({ element }) => {
        for (let node = (
          /** @type {Element | null} */
          element
        ); node; node = flatParent(node)) setAdd(this.#around, node);
      });
    }
    /** Has changes of the frames' sizes told at once. */
    #watch() {
      for (let i = 0; i < this.#watched.length; i++) unobserveSize(this.#resizes, this.#watched[i]);
      this.#watched = [];
      this.#frames.forEach(({ element }) => {
        observeSize(this.#resizes, element);
        arrayPush(this.#watched, element);
      });
    }
    /** @param {Planned[]} frames */
    #send(frames) {
      arraySort(frames, (one, other) => this.#survey.compare(one.element, other.element));
      const params = { canvas: this.#holes.canvas, frames: map(frames, (frame) => describe2(frame, this.#holes)) };
      const text3 = encode(params);
      if (text3 === this.#sent) return;
      this.#sent = text3;
      this.#untold = TOLD_FRAMES;
      this.#pulse.wake();
      const number = ++this.#progress.told;
      const isAwaited = !this.#isCanvasKnown || some(frames, ({ state }) => state.place === "closing");
      this.#bridge.notify("stage.layout", isAwaited ? { ...params, number } : params);
    }
  };
  var isSeen = ({ box }) => box.visible;
  function joinOverlapping(planned) {
    for (let i = 0; i < planned.length; i++) {
      for (let j = 0; j < planned.length && !needsHole(planned[i].scene); j++) {
        const isJoined = i !== j && meet(planned[i].visible, planned[j].visible);
        planned[i].scene.isJoined ||= isJoined && needsHole(planned[j].scene);
      }
    }
  }
  var areAlike = (list, others) => list.length === others.length && every(list, ({ element, groups }, i) => element === others[i].element && groups.length === others[i].groups.length);
  var isStyleSource = (target) => isElement(target) && regExpExec(/^(?:style|link|head)$/, localName(target)) !== null;

  // page/controlled-frame/menu-item.js
  var CONTEXTS = (
    /** @type {const} */
    [
      "all",
      "page",
      "frame",
      "selection",
      "link",
      "editable",
      "image",
      "video",
      "audio"
    ]
  );
  var TYPES = (
    /** @type {const} */
    ["normal", "checkbox", "radio", "separator"]
  );
  var LONGEST2 = 1e3;
  var MOST2 = 100;
  function readProperties(value, context2, look) {
    const details = toDictionary(value, context2, "ContextMenusProperties");
    look(details);
    const { type, title, enabled, checked: checked2, parentId } = details;
    const patterns = (list) => list === void 0 ? void 0 : toPatterns(list, context2);
    return {
      type: type === void 0 ? void 0 : toEnum(type, TYPES, context2, "ItemType"),
      title: title === void 0 ? void 0 : bounded(toDOMString(title), context2, "title"),
      contexts: toContexts(details.contexts === void 0 ? details.context : details.contexts, context2),
      documentUrlPatterns: patterns(details.documentURLPatterns ?? details.documentUrlPatterns),
      targetUrlPatterns: patterns(details.targetURLPatterns ?? details.targetUrlPatterns),
      enabled: enabled === void 0 ? void 0 : !!enabled,
      checked: checked2 === void 0 ? void 0 : !!checked2,
      parentId: parentId === void 0 || parentId === null ? void 0 : toId(parentId, context2),
      onclick: toCallback(details.onclick, context2)
    };
  }
  var toId = (id, context2) => bounded(toDOMString(id), context2, "id");
  function toCallback(value, context2) {
    if (value === void 0 || value === null || typeof value === "function") return value;
    throw new TypeError2(`${context2}: The provided callback is not a function.`);
  }
  function bounded(text3, context2, what) {
    if (text3.length <= LONGEST2) return text3;
    throw new TypeError2(`${context2}: The ${what} is longer than ${LONGEST2} characters.`);
  }
  function toContexts(value, context2) {
    if (value === void 0) return void 0;
    const contexts = toSequence(value, context2, MOST2, (item) => toEnum(item, CONTEXTS, context2, "ContextType"));
    if (contexts.length === 0) throw new TypeError2(`${context2}: There is no context.`);
    return contexts;
  }
  function toPatterns(value, context2) {
    if (isArray(value) || isObject(value) && !componentsOf(value)) {
      return toSequence(value, context2, MOST2, (item) => toPattern(item, context2));
    }
    return [toPattern(value, context2)];
  }
  var MATCH_PATTERN = /^(?:<all_urls>|(?:\*|https?|wss?|ftp|file):\/\/(?:\*|(?:\*\.)?[^/*?#@\\\s]*)(?::(?:\*|\d{1,5}))?(?:\/[^\0]*)?)$/i;
  function toPattern(value, context2) {
    if (isObject(value)) return { components: componentsOf(value) ?? makeComponents(value, context2) };
    const text3 = bounded(toUSVString(value), context2, "URL pattern");
    return regExpExec(MATCH_PATTERN, text3) ? { match: text3 } : { components: makeComponents(text3, context2) };
  }
  var COMPONENTS = (
    /** @type {const} */
    [
      "protocol",
      "username",
      "password",
      "hostname",
      "port",
      "pathname",
      "search",
      "hash"
    ]
  );
  var getters = URLPattern && map(COMPONENTS, (name) => getterOf(URLPattern.prototype, name));
  function makeComponents(input, context2) {
    let components = null;
    try {
      components = URLPattern && componentsOf(new URLPattern(input));
    } catch {
    }
    if (components) return components;
    const written = typeof input === "string" ? `'${stringSlice(input, 0, 100)}'` : "The provided value";
    throw new TypeError2(`${context2}: ${written} is not a valid URL pattern.`);
  }
  function componentsOf(pattern) {
    if (!getters) return null;
    const components = { __proto__: null };
    try {
      for (let i = 0; i < COMPONENTS.length; i++) components[COMPONENTS[i]] = getters[i](pattern);
    } catch {
      return null;
    }
    return components;
  }

  // page/controlled-frame/context-menus.js
  var itemsOfInstances = new WeakMap();
  var NO_ID = "Failed to read the 'id' property from 'ContextMenusCreateProperties': Required member is undefined.";
  var constructing = false;
  var ContextMenus = class extends EventTarget {
    constructor() {
      if (!constructing) throw new TypeError2("Illegal constructor");
      super();
    }
    /**
     * @param {unknown} properties
     * @param {unknown} callback
     * @returns {string | Promise<void>} the id, or what settles when there is such an item
     */
    create(properties, callback) {
      const items = itemsOf(this);
      refuseCallback(callback);
      const context2 = failed("create");
      let isFirstDraft = callback !== void 0 && !isChromium();
      try {
        requireArguments(context2, arguments.length, 1);
        const called = toCallback(callback, context2);
        let id;
        const given = readProperties(properties, context2, (details) => {
          const { id: own2, context: places, onclick, contexts, documentURLPatterns, targetURLPatterns } = details;
          const isTodays = (contexts ?? documentURLPatterns ?? targetURLPatterns) !== void 0;
          isFirstDraft ||= own2 === void 0 || places !== void 0 || onclick !== void 0 && !isTodays;
          if (isChromium()) {
            isFirstDraft = false;
            if (own2 === void 0) throw new TypeError2(`${context2}: ${NO_ID}`);
          }
          id = own2 === void 0 ? items.newId() : toId(own2, context2);
        });
        const made = (
          /** @type {string} */
          /** @type {unknown} */
          id
        );
        items.create(made, given, context2);
        const told2 = afterwards(items.tell(), called);
        if (!isFirstDraft) return told2;
        promiseThen(told2, void 0, () => {
        });
        return made;
      } catch (error) {
        if (isFirstDraft) throw error;
        return promiseReject(error);
      }
    }
    /**
     * @param {unknown} id
     * @param {unknown} properties
     * @param {unknown} callback
     * @returns {Promise<void>}
     */
    update(id, properties, callback) {
      const given = arguments.length;
      return change(this, "update", callback, (items, context2) => {
        requireArguments(context2, given, 2);
        items.update(
          toId(id, context2),
          readProperties(properties, context2, () => {
          }),
          context2
        );
      });
    }
    /**
     * @param {unknown} menuItemId
     * @param {unknown} callback
     * @returns {Promise<void>}
     */
    remove(menuItemId, callback) {
      const given = arguments.length;
      return change(this, "remove", callback, (items, context2) => {
        requireArguments(context2, given, 1);
        items.remove(toId(menuItemId, context2), context2);
      });
    }
    /** @param {unknown} callback @returns {Promise<void>} */
    removeAll(callback) {
      return change(this, "removeAll", callback, (items) => items.removeAll());
    }
    get onshow() {
      return itemsOf(this) && getHandler(this, "show");
    }
    set onshow(value) {
      if (itemsOf(this)) setHandler(this, "show", value);
    }
    /** The first draft's name for it. */
    get onShow() {
      return itemsOf(this) && getHandler(this, "show");
    }
    set onShow(value) {
      if (itemsOf(this)) setHandler(this, "show", value);
    }
    get onclick() {
      return itemsOf(this) && getHandler(this, "click");
    }
    set onclick(value) {
      if (itemsOf(this)) setHandler(this, "click", value);
    }
  };
  var MEMBERS = ["create", "update", "remove", "removeAll", "onshow", "onShow", "onclick"];
  function exposeContextMenus() {
    finishInterface(ContextMenus, "ContextMenus", MEMBERS);
    exposeInterface("ContextMenus", ContextMenus);
  }
  function createContextMenus(items) {
    constructing = true;
    try {
      const menus = new ContextMenus();
      weakMapSet(itemsOfInstances, menus, items);
      return menus;
    } finally {
      constructing = false;
    }
  }
  function dispatchShow(menus) {
    dispatchEvent(menus, new Event("show"));
  }
  function dispatchClick(menus, params) {
    const items = itemsOf(menus);
    const chosen = items.choose(params.menuItemId);
    if (!chosen) return;
    const { item, wasChecked, onclick } = chosen;
    const isChecked = item.type === "checkbox" || item.type === "radio";
    if (isChecked) items.tell();
    const checks = isChecked ? { checked: item.checked, wasChecked } : {};
    const parent = item.parentId === void 0 ? {} : { parentMenuId: item.parentId };
    const event = new Event("click");
    const url = (value) => value ?? void 0;
    const fields = (
      /** @type {Record<string, unknown>} */
      {
        __proto__: null,
        menuItem: freeze({ id: item.id, ...parent, ...checks }),
        menuItemId: item.id,
        ...parent,
        ...checks,
        editable: params.editable,
        frameId: params.frameId,
        frameURL: url(params.frameUrl),
        frameUrl: url(params.frameUrl),
        linkURL: url(params.linkUrl),
        linkUrl: url(params.linkUrl),
        mediaType: params.mediaType ?? void 0,
        pageURL: params.pageUrl,
        pageUrl: params.pageUrl,
        selectionText: params.selectionText ?? void 0,
        srcURL: url(params.srcUrl),
        srcUrl: url(params.srcUrl)
      }
    );
    for (const name in fields) {
      const value = fields[name];
      if (value === void 0) continue;
      defineProperty(
        event,
        name,
        /** @type {any} */
        { __proto__: null, value, writable: false, enumerable: true, configurable: true }
      );
    }
    if (onclick) promiseThen(settled(), () => void reflectApply(onclick, void 0, [event]));
    dispatchEvent(menus, event);
  }
  var failed = (member) => `Failed to execute '${member}' on 'ContextMenus'`;
  function itemsOf(menus) {
    const items = weakMapGet(
      itemsOfInstances,
      /** @type {object} */
      menus
    );
    if (!items) throw new TypeError2("Illegal invocation");
    return items;
  }
  function change(menus, member, callback, steps) {
    refuseCallback(callback);
    try {
      const items = itemsOf(menus);
      const called = toCallback(callback, failed(member));
      steps(items, failed(member));
      return afterwards(items.tell(), called);
    } catch (error) {
      return promiseReject(error);
    }
  }
  function afterwards(told2, callback) {
    if (callback) promiseThen(told2, () => void reflectApply(callback, void 0, []), () => {
    });
    return promiseThen(told2, () => void 0);
  }
  var settled = () => new Promise2((resolve) => resolve(void 0));

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
  function decodeStructured(tagged2) {
    const entered = [];
    return decode2(tagged2, entered);
  }
  function decode2(value, entered) {
    if (typeof value !== "object" || value === null) return value;
    if (isArray(value)) {
      const array = enter(
        /** @type {unknown[]} */
        [],
        entered
      );
      for (let i = 0; i < value.length; i++) defineMember(array, i, decode2(value[i], entered));
      return array;
    }
    const names = keys(value);
    const members = (
      /** @type {Record<string, unknown>} */
      value
    );
    if (names.length === 1 && names[0] === "$") return decodeTag(members.$, entered);
    const object = enter({}, entered);
    for (let i = 0; i < names.length; i++) defineMember(object, names[i], decode2(members[names[i]], entered));
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
        for (let i = 0; i < first.length; i++) defineMember(object, first[i][0], decode2(first[i][1], entered));
        return object;
      }
      case "Map": {
        const map2 = enter(new Map(), entered);
        for (let i = 0; i < first.length; i++) {
          const key = decode2(first[i][0], entered);
          mapSet(map2, key, decode2(first[i][1], entered));
        }
        return map2;
      }
      case "Set": {
        const set = enter(new Set(), entered);
        for (let i = 0; i < first.length; i++) setAdd(set, decode2(first[i], entered));
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
    if (parts.length > 4) defineProperty(error, "cause", hidden(decode2(parts[4], entered), true));
    return error;
  }
  function decodePrimitiveObject(tagged2, entered) {
    return enter(Object2(decode2(tagged2, [])), entered);
  }
  function construct(constructor, tagged2, entered) {
    const place = entered.length;
    enter({}, entered);
    const made = [];
    for (let i = 0; i < tagged2.length; i++) defineMember(made, i, decode2(tagged2[i], entered));
    const object = reflectConstruct(constructor, made);
    defineMember(entered, place, object);
    return object;
  }
  function decodeBytes(base642) {
    const binary2 = base64Decode(base642);
    const bytes = new Uint8Array2(new ArrayBuffer(binary2.length));
    for (let i = 0; i < bytes.length; i++) bytes[i] = stringCharCodeAt(binary2, i);
    return bytes.buffer;
  }
  function malformed(tag) {
    return new TypeError2(`The embedded page sent a malformed value (${tag})`);
  }

  // page/structured-encode.js
  var platform2 = (
    /** @type {Record<string, string[]>} */
    /** @type {unknown} */
    {
      __proto__: null,
      DOMRect: ["x", "y", "width", "height"],
      DOMRectReadOnly: ["x", "y", "width", "height"],
      DOMPoint: ["x", "y", "z", "w"],
      DOMPointReadOnly: ["x", "y", "z", "w"],
      DOMQuad: ["p1", "p2", "p3", "p4"],
      ImageData: ["data", "width", "height"]
    }
  );
  function encodeStructured(value) {
    return write(value, new Map());
  }
  function write(value, entered) {
    switch (typeof value) {
      case "undefined":
        return tagged("undefined");
      case "number":
        if (value === 0 && 1 / value < 0) return tagged("number", '"-0"');
        return isFiniteNumber(value) ? `${value}` : tagged("number", jsonStringify(String(value)));
      case "bigint":
        return tagged("bigint", `"${value}"`);
      case "object":
        return value === null ? "null" : writeObject(value, entered);
      default:
        return jsonStringify(value);
    }
  }
  var tagged = (tag, parts) => parts === void 0 ? `{"$":["${tag}"]}` : `{"$":["${tag}",${parts}]}`;
  function writeObject(value, entered) {
    const known = mapGet(entered, value);
    if (known !== void 0) return tagged("ref", `${known}`);
    mapSet(entered, value, mapSize(entered));
    if (isArray(value)) return writeList(value, entered);
    switch (getPrototypeOf(value)) {
      case Object2.prototype:
        return writePlain(value, entered);
      case Date.prototype: {
        const time = dateGetTime(
          /** @type {Date} */
          value
        );
        return tagged("Date", isFiniteNumber(time) ? `${time}` : "null");
      }
      case RegExp.prototype: {
        const expression = (
          /** @type {RegExp} */
          value
        );
        return tagged("RegExp", `${jsonStringify(regExpSource(expression))},${jsonStringify(expression.flags)}`);
      }
      case Map.prototype: {
        const pairs = [];
        mapForEach(
          /** @type {Map<unknown, unknown>} */
          value,
          (item, key) => arrayPush(pairs, [key, item])
        );
        return tagged("Map", join(pairs, (pair) => `[${write(pair[0], entered)},${write(pair[1], entered)}]`));
      }
      case Set.prototype: {
        const items = [];
        setForEach(
          /** @type {Set<unknown>} */
          value,
          (item) => arrayPush(items, item)
        );
        return tagged("Set", join(items, (item) => write(item, entered)));
      }
      case ArrayBuffer.prototype:
        return tagged("ArrayBuffer", base64(value));
      case Number2.prototype:
      case String.prototype:
      case Boolean2.prototype:
      case BigInt.prototype:
        return tagged("Primitive", write(valueOf(value), entered));
      case DOMException.prototype:
        return writeError(
          "DOMException",
          /** @type {DOMException} */
          value,
          entered
        );
    }
    if (isView(value)) return tagged(viewName(value), base64(value));
    if (isError(value)) return writeError("Error", value, entered);
    return writeOfPlatform(value, entered);
  }
  var { Number: Number2, Boolean: Boolean2 } = globalThis;
  function isError(value) {
    for (let prototype2 = getPrototypeOf(value); prototype2; prototype2 = getPrototypeOf(prototype2)) {
      if (prototype2 === Error2.prototype) return true;
    }
    return false;
  }
  function writeList(list, entered) {
    let text3 = "";
    for (let i = 0; i < list.length; i++) text3 += `${i ? "," : ""}${write(list[i], entered)}`;
    return `[${text3}]`;
  }
  function writePlain(value, entered) {
    const names = keys(value);
    const members = (
      /** @type {Record<string, unknown>} */
      value
    );
    if (names.length === 1 && names[0] === "$") return tagged("Object", `[["$",${write(members.$, entered)}]]`);
    let text3 = "";
    for (let i = 0; i < names.length; i++) {
      text3 += `${i ? "," : ""}${jsonStringify(names[i])}:${write(members[names[i]], entered)}`;
    }
    return `{${text3}}`;
  }
  function writeError(tag, error, entered) {
    let parts = `${text(error.name)},${text(error.message)},${text(error.stack ?? "")}`;
    if (tag === "Error" && hasOwn(error, "cause")) parts += `,${write(error.cause, entered)}`;
    return tagged(tag, parts);
  }
  var text = (value) => jsonStringify(String(value));
  function writeOfPlatform(value, entered) {
    const names = keys(platform2);
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      const constructor = (
        /** @type {any} */
        globalThis[name]
      );
      if (!constructor || getPrototypeOf(value) !== constructor.prototype) continue;
      return tagged(name, join(platform2[name], (member) => write(
        /** @type {any} */
        value[member],
        entered
      )));
    }
    throw new DOMException(
      `${reflectApply(Object2.prototype.toString, value, [])} cannot be sent to another process.`,
      "DataCloneError"
    );
  }
  function join(list, writeItem) {
    let text3 = "";
    for (let i = 0; i < list.length; i++) text3 += `${i ? "," : ""}${writeItem(list[i])}`;
    return `[${text3}]`;
  }
  var PIECE = 16384;
  function base64(source) {
    const bytes = bytesOf(source) ?? new Uint8Array2(0);
    let binary2 = "";
    for (let from = 0; from < bytes.length; from += PIECE) {
      const to = from + PIECE < bytes.length ? from + PIECE : bytes.length;
      const codes = new Array(to - from);
      for (let i = from; i < to; i++) codes[i - from] = bytes[i];
      binary2 += reflectApply(stringFromCharCode, void 0, codes);
    }
    return `"${base64Encode(binary2)}"`;
  }

  // page/controlled-frame/content-window.js
  var CONTEXT = "Failed to execute 'postMessage' on 'Window'";
  var LONGEST3 = 8 << 20;
  function createContentWindow(send) {
    const contentWindow = {
      /**
       * `Window.postMessage` (HTML, section 9.3.3 "Posting messages").
       * @param {unknown} message
       * @param {string | WindowPostMessageOptions} [options]
       * @param {Transferable[]} [transfer]
       */
      postMessage(message, options, transfer) {
        requireArguments(CONTEXT, arguments.length, 1);
        const given = typeof options === "string" ? { __proto__: null, targetOrigin: options } : toDictionary(options, CONTEXT, "WindowPostMessageOptions");
        const { targetOrigin } = given;
        const target = targetOf2(targetOrigin === void 0 ? "/" : toUSVString(targetOrigin));
        const list = typeof options === "string" ? transfer : given.transfer;
        const init = { __proto__: null, transfer: list ?? [] };
        const json = encodeStructured(structuredClone(
          message,
          /** @type {any} */
          init
        ));
        if (json.length > LONGEST3) {
          throw new DOMException(`${CONTEXT}: The message is longer than ${LONGEST3 >> 20} MiB.`, "QuotaExceededError");
        }
        if (target) send(json, target);
      }
    };
    return setPrototypeOf(contentWindow, null);
  }
  function targetOf2(targetOrigin) {
    if (targetOrigin === "*") return "*";
    if (targetOrigin === "/") return null;
    try {
      const url = new URL(targetOrigin);
      return `${urlProtocol(url)}//${urlHost(url)}`;
    } catch {
      throw new DOMException(`${CONTEXT}: Invalid target origin '${targetOrigin}' in a call to 'postMessage'.`, "SyntaxError");
    }
  }
  function dispatchMessages(messages, origin, source) {
    const list = (
      /** @type {unknown[]} */
      decodeStructured(jsonParse(messages))
    );
    for (let i = 0; i < list.length; i++) {
      const event = new MessageEvent(
        "message",
        /** @type {any} */
        { __proto__: null, data: list[i], origin }
      );
      defineProperty(
        event,
        "source",
        /** @type {any} */
        { __proto__: null, value: source, enumerable: true }
      );
      dispatchEvent(window, event);
    }
  }

  // page/controlled-frame/events.js
  var shapes = (
    /** @type {any} */
    {
      __proto__: null,
      loadstart: { cancelable: false, nested: "loadInfo", fields: ["url", "isTopLevel"] },
      loadcommit: { cancelable: false, nested: "loadInfo", fields: ["url", "isTopLevel"] },
      loadredirect: { cancelable: false, nested: "loadRedirectInfo", fields: ["oldUrl", "newUrl", "isTopLevel"] },
      loadprogress: { cancelable: false, nested: null, fields: ["url", "progress"] },
      contentload: { cancelable: false, nested: null, fields: [] },
      loadstop: { cancelable: false, nested: null, fields: [] },
      loadabort: { cancelable: true, nested: "loadAbortInfo", fields: ["url", "isTopLevel", "code", "reason"] },
      audiostatechanged: { cancelable: false, nested: null, fields: ["audible"] },
      zoomchange: { cancelable: false, nested: "zoomChange", fields: ["oldZoomFactor", "newZoomFactor"] },
      sizechanged: {
        cancelable: false,
        nested: "sizeChange",
        fields: ["oldWidth", "oldHeight", "newWidth", "newHeight"]
      },
      contentresize: { cancelable: false, nested: null, fields: ["oldWidth", "oldHeight", "newWidth", "newHeight"] },
      idle: { cancelable: false, nested: null, fields: [] },
      active: { cancelable: false, nested: null, fields: [] },
      exit: { cancelable: false, nested: null, fields: ["processId", "processID", "reason"] },
      unresponsive: { cancelable: false, nested: null, fields: ["processId", "processID"] },
      responsive: { cancelable: false, nested: null, fields: ["processId", "processID"] },
      consolemessage: {
        cancelable: false,
        nested: "consoleMessage",
        fields: ["level", "message", "line", "sourceId"]
      },
      close: { cancelable: false, nested: null, fields: [] },
      newwindow: {
        cancelable: true,
        nested: "newWindow",
        fields: [
          "targetUrl",
          "initialWidth",
          "initialHeight",
          "name",
          "partition",
          "windowId",
          "windowOpenDisposition",
          "window"
        ]
      },
      permissionrequest: {
        cancelable: true,
        nested: "permissionRequest",
        // Which of them there are depends on the permission.
        fields: ["permission", "url", "origin", "userGesture", "lastUnlockedBySelf", "requestMethod", "request"]
      },
      dialog: {
        cancelable: true,
        nested: "dialogMessage",
        fields: ["messageType", "messageText", "defaultPromptText", "url", "dialog"]
      }
    }
  );
  var bridgedTypes = (
    /** @type {const} */
    [
      "loadstart",
      "loadcommit",
      "loadredirect",
      "loadprogress",
      "contentload",
      "loadstop",
      "loadabort",
      "audiostatechanged",
      "zoomchange",
      "idle",
      "active",
      "exit",
      "unresponsive",
      "responsive",
      "consolemessage",
      "close"
    ]
  );
  var handlerTypes = (
    /** @type {const} */
    [
      "loadcommit",
      "loadredirect",
      "loadprogress",
      "contentload",
      "loadstop",
      "loadabort",
      "audiostatechanged",
      "zoomchange",
      "idle",
      "active",
      "exit",
      "unresponsive",
      "responsive",
      "sizechanged",
      "contentresize",
      "consolemessage",
      "newwindow",
      "permissionrequest",
      "dialog"
    ]
  );
  function createEvent(type, values) {
    const shape = shapes[type];
    const init = { __proto__: null, bubbles: true, cancelable: shape.cancelable };
    const event = new Event(
      type,
      /** @type {any} */
      init
    );
    const nested = {};
    for (let i = 0; i < shape.fields.length; i++) {
      const field = shape.fields[i];
      const value = field === "processID" ? values.processId : values[field];
      if (value === void 0 || value === null) continue;
      defineField(event, field, value);
      defineField(nested, field, value);
    }
    if (shape.nested) defineField(event, shape.nested, freeze(nested));
    return event;
  }
  function defineField(object, name, value) {
    defineProperty(
      object,
      name,
      /** @type {any} */
      {
        __proto__: null,
        value,
        writable: false,
        enumerable: true,
        configurable: true
      }
    );
  }

  // page/controlled-frame/dialog.js
  function dispatchDialog(element, params, answer) {
    let isTaken = false;
    const take = (action) => {
      if (isTaken) {
        throw new DOMException(
          '<controlledframe>: An action has already been taken for this "dialog" event.',
          "InvalidStateError"
        );
      }
      isTaken = true;
      answer(action);
    };
    const ok = (text3 = "") => take({ action: "ok", text: toDOMString(text3) });
    const cancel = () => take({ action: "cancel" });
    const dialog = freeze({ __proto__: null, ok, okay: ok, cancel });
    const event = createEvent("dialog", { __proto__: null, ...params, dialog });
    dispatchEvent(element, event);
    if (isTaken || event.defaultPrevented) return;
    const isAnswered = isChromium() && params.messageType !== "beforeunload";
    take({ action: isAnswered ? "cancel" : "unhandled" });
  }

  // page/controlled-frame/content-script-details.js
  var MOST_SCRIPTS = 1e4;
  var MOST_ITEMS = 1e4;
  function readContentScripts(value, context2) {
    const list = toSequence(value, context2, MOST_SCRIPTS, (item) => readDetails(item, context2));
    if (list.length === 0) throw new TypeError2(`${context2}: No content script is given.`);
    const names = new Set();
    for (let i = 0; i < list.length; i++) {
      const { name } = list[i].selection;
      if (setHas(names, name)) {
        throw new TypeError2(`${context2}: The name '${shortened(name)}' is given twice.`);
      }
      setAdd(names, name);
    }
    return list;
  }
  function readDetails(value, context2) {
    const details = toDictionary(value, context2, "ContentScriptDetails");
    const { name, matches: matches2, urlPatterns } = details;
    if (name === void 0) throw new TypeError2(`${context2}: Required member name is undefined.`);
    if (matches2 === void 0 && urlPatterns === void 0) {
      throw new TypeError2(`${context2}: Required member urlPatterns is undefined.`);
    }
    const matchPatterns = (list) => sequenceOf(list, context2, (item) => toMatchPattern(toDOMString(item), context2));
    const components = (list) => sequenceOf(list, context2, (item) => ofAnyPort(toUrlPattern(item, context2)));
    const globs = (list) => sequenceOf(list, context2, toDOMString);
    const selection = {
      name: toDOMString(name),
      matches: matchPatterns(matches2),
      excludeMatches: matchPatterns(details.exclude_matches),
      includeGlobs: globs(details.include_globs),
      excludeGlobs: globs(details.exclude_globs),
      urlPatterns: components(urlPatterns),
      excludeUrlPatterns: components(details.excludeURLPatterns),
      allFrames: !!(details.allFrames ?? details.all_frames),
      matchAboutBlank: !!(details.matchAboutBlank ?? details.match_about_blank),
      runAt: toRunAt(details.runAt ?? details.run_at, context2) ?? "document_idle"
    };
    if (selection.matches.length + selection.urlPatterns.length === 0) {
      throw new TypeError2(`${context2}: '${shortened(selection.name)}' has no patterns.`);
    }
    const js = readItems(details.js, context2);
    const css = readItems(details.css, context2);
    if (!js && !css) throw new TypeError2(`${context2}: No source code or file specified.`);
    return { selection, js, css };
  }
  var sequenceOf = (list, context2, convert2) => list === void 0 ? [] : toSequence(list, context2, MOST_ITEMS, convert2);
  var MOMENTS = (
    /** @type {const} */
    ["document_start", "document_end", "document_idle"]
  );
  function toRunAt(value, context2) {
    if (value === void 0) return null;
    const string = toDOMString(value);
    if (string === "document-start") return "document_start";
    if (string === "document-end") return "document_end";
    if (string === "document-idle") return "document_idle";
    return toEnum(string, MOMENTS, context2, "RunAt");
  }
  function readItems(value, context2) {
    const { code, files } = toDictionary(value, context2, "InjectionItems");
    if (code !== void 0 && files !== void 0) {
      throw new TypeError2(`${context2}: Code and files should not be specified at the same time.`);
    }
    if (code !== void 0) return { code: toDOMString(code) };
    if (files === void 0) return null;
    const list = toSequence(files, context2, MOST_ITEMS, toUSVString);
    if (list.length === 0) throw new TypeError2(`${context2}: No source code or file specified.`);
    return { files: list };
  }
  var MATCH_PATTERN2 = /^(\*|https?|wss?|ftp|file):\/\/([^/]*)(\/.*)$/is;
  var AUTHORITY = /^(?:(\*)|(\*\.)?(\[[^*\]]*\]|[^*:[\]]+))(?::(\*|\d{1,5}))?$/;
  var NO_HOST = /[?#@\\\s]/;
  function toMatchPattern(pattern, context2) {
    if (pattern === "<all_urls>") return { scheme: "*", host: "*", subdomains: false, port: "*", path: "/*" };
    const parts = regExpExec(MATCH_PATTERN2, pattern);
    const scheme = parts && stringToLowerCase(parts[1]);
    const authority = parts && regExpExec(AUTHORITY, parts[2]);
    if (parts && scheme === "file" && parts[2] === "") {
      return { scheme, host: "", subdomains: false, port: "*", path: parts[3] };
    }
    if (parts && scheme && authority) {
      const port = authority[4] ?? "*";
      const host = authority[1] ?? canonicalHost(authority[3]);
      if (host !== null && (port === "*" || +port <= 65535)) {
        return { scheme, host, subdomains: !!authority[2], port: port === "*" ? port : `${+port}`, path: parts[3] };
      }
    }
    throw new TypeError2(`${context2}: '${shortened(pattern)}' is not a match pattern.`);
  }
  function canonicalHost(host) {
    if (regExpExec(NO_HOST, host)) return null;
    try {
      const name = urlHostname(new URL(`http://${host}/`));
      return stringSlice(name, -1) === "." ? stringSlice(name, 0, -1) : name;
    } catch {
      return null;
    }
  }
  var COMPONENTS2 = (
    /** @type {const} */
    [
      "protocol",
      "username",
      "password",
      "hostname",
      "port",
      "pathname",
      "search",
      "hash"
    ]
  );
  var getters2 = URLPattern && map(COMPONENTS2, (name) => getterOf(URLPattern.prototype, name));
  function toUrlPattern(value, context2) {
    if (!getters2) throw new TypeError2(`${context2}: This engine has no URLPattern.`);
    return componentsOf2(value, getters2) ?? componentsOf2(makePattern(value), getters2) ?? makePattern(null);
  }
  function makePattern(input) {
    const isDictionary = typeof input === "object" && input !== null;
    return new URLPattern(isDictionary ? (
      /** @type {any} */
      input
    ) : toUSVString(input));
  }
  function componentsOf2(pattern, getters3) {
    const components = { __proto__: null };
    try {
      for (let i = 0; i < COMPONENTS2.length; i++) components[COMPONENTS2[i]] = getters3[i](pattern);
    } catch {
      return null;
    }
    return components;
  }
  var ofAnyPort = (pattern) => isChromium() && pattern.port === "" ? { __proto__: null, ...pattern, port: "*" } : pattern;
  var shortened = (text3) => text3.length > 100 ? `${stringSlice(text3, 0, 100)}…` : text3;

  // page/controlled-frame/inject-details.js
  var ownOrigin = globalThis.origin;
  function readInjectDetails(value, context2) {
    const details = toDictionary(value, context2, "InjectDetails");
    const { code, file } = details;
    const none = code === void 0 && (file === void 0 || file === "");
    if (none || code !== void 0 && file !== void 0) {
      throw new TypeError2(
        none ? `${context2}: No source code or file specified.` : `${context2}: Code and file should not be specified at the same time.`
      );
    }
    const { allFrames, matchAboutBlank, runAt } = details;
    const place = {
      allFrames: allFrames ? true : void 0,
      matchAboutBlank: matchAboutBlank ? true : void 0,
      runAt: toRunAt(runAt, context2) ?? void 0
    };
    return { source: code === void 0 ? { file: toDOMString(file) } : { code: toDOMString(code) }, place };
  }
  function loadCode(details, onCode, onError) {
    if ("code" in details) {
      onCode(details.code);
      return;
    }
    const failed2 = () => onError(new TypeError2(`Failed to load file '${details.file}'.`));
    let url;
    try {
      url = new URL(details.file, baseUri(document));
    } catch {
      failed2();
      return;
    }
    if (originOf(url) !== ownOrigin) {
      failed2();
      return;
    }
    promiseThen(
      fetch(urlHref(url)),
      (response) => {
        if (responseOk(response)) promiseThen(responseText(response), onCode, failed2);
        else failed2();
      },
      failed2
    );
  }
  function originOf(url) {
    return `${urlProtocol(url)}//${urlHost(url)}`;
  }

  // page/controlled-frame/content-scripts.js
  var LONGEST4 = 16 * 1024 * 1024;
  var LONGEST_MESSAGE = 2 * 1024 * 1024;
  var ContentScripts = class {
    /** @type {Map<string, { script: ContentScript, length: number }>} */
    #scripts = new Map();
    #length = 0;
    /** What was asked and is not done, in its order. @type {Turn[]} */
    #turns = [];
    /** What waits until all is done. */
    #afterwards = () => {
    };
    /** Whether there are none, and none are about to come. */
    get isEmpty() {
      return mapSize(this.#scripts) === 0 && this.#turns.length === 0;
    }
    /**
     * Adds some, each in the place of one of the same name.
     * @param {readonly Details[]} list
     * @param {(scripts: ContentScript[], undo: () => void) => void} onAdded called when they count
     * @param {(reason: unknown) => void} onError
     */
    add(list, onAdded, onError) {
      const turn = this.#takeTurn();
      readAll(
        list,
        (scripts) => this.#do(turn, () => {
          try {
            this.#set(scripts);
          } catch (error) {
            onError(error);
            return;
          }
          onAdded(scripts, () => this.#unset(scripts));
        }),
        (error) => {
          this.#do(turn, () => {
          });
          onError(error);
        }
      );
    }
    /**
     * Takes some away.
     * @param {readonly string[] | null} names null for all
     * @param {() => void} onRemoved
     */
    remove(names, onRemoved) {
      this.#do(this.#takeTurn(), () => {
        if (names) {
          for (let i = 0; i < names.length; i++) this.#delete(names[i]);
        } else {
          this.#scripts = new Map();
          this.#length = 0;
        }
        onRemoved();
      });
    }
    /**
     * Does something once all that was asked before is done: now, if it is. Only the last such thing is done.
     * @param {() => void} task
     */
    afterwards(task) {
      this.#afterwards = task;
      this.#advance();
    }
    /**
     * All content scripts in their order, in parts that messages have room for.
     * @param {(scripts: ContentScript[]) => void} callback
     */
    forEachPart(callback) {
      let part = [];
      let total = 0;
      mapForEach(this.#scripts, ({ script, length }) => {
        if (part.length > 0 && total + length > LONGEST_MESSAGE) {
          callback(part);
          part = [];
          total = 0;
        }
        arrayPush(part, script);
        total += length;
      });
      if (part.length > 0) callback(part);
    }
    /** @param {ContentScript[]} scripts @throws {DOMException} when they are too many or too long */
    #set(scripts) {
      const lengths = [];
      let count = mapSize(this.#scripts);
      let total = this.#length;
      for (let i = 0; i < scripts.length; i++) {
        const known = mapGet(this.#scripts, scripts[i].name);
        arrayPush(lengths, lengthOf(scripts[i]));
        count += known ? 0 : 1;
        total += lengths[i] - (known?.length ?? 0);
      }
      if (count > MOST_SCRIPTS || total > LONGEST4) {
        throw new DOMException(
          `A frame has ${MOST_SCRIPTS} content scripts at the most, of ${LONGEST4 / 1024 / 1024} MiB together.`,
          "QuotaExceededError"
        );
      }
      this.#length = total;
      for (let i = 0; i < scripts.length; i++) {
        mapSet(this.#scripts, scripts[i].name, { script: scripts[i], length: lengths[i] });
      }
    }
    /** Takes back what the runtime has refused. @param {ContentScript[]} scripts */
    #unset(scripts) {
      for (let i = 0; i < scripts.length; i++) {
        if (mapGet(this.#scripts, scripts[i].name)?.script === scripts[i]) this.#delete(scripts[i].name);
      }
    }
    /** @param {string} name */
    #delete(name) {
      this.#length -= mapGet(this.#scripts, name)?.length ?? 0;
      mapDelete(this.#scripts, name);
    }
    /** @returns {Turn} */
    #takeTurn() {
      const turn = { perform: null };
      arrayPush(this.#turns, turn);
      return turn;
    }
    /** @param {Turn} turn @param {() => void} perform */
    #do(turn, perform) {
      turn.perform = perform;
      this.#advance();
    }
    #advance() {
      for (; ; ) {
        const perform = this.#turns[0]?.perform;
        if (!perform) break;
        arraySplice(this.#turns, 0, 1);
        perform();
      }
      if (this.#turns.length > 0) return;
      const task = this.#afterwards;
      this.#afterwards = () => {
      };
      task();
    }
  };
  function readAll(list, onRead, onError) {
    const scripts = [];
    let missing = 1;
    let hasFailed = false;
    const arrived = () => {
      missing -= 1;
      if (missing === 0 && !hasFailed) onRead(scripts);
    };
    const failed2 = (reason) => {
      if (!hasFailed) onError(reason);
      hasFailed = true;
    };
    const read = (items, texts) => {
      if (!items) return;
      if ("code" in items) {
        texts[0] = items.code;
        return;
      }
      for (let i = 0; i < items.files.length; i++) {
        texts[i] = "";
        missing += 1;
        loadCode(
          { file: items.files[i] },
          (text3) => {
            texts[i] = text3;
            arrived();
          },
          failed2
        );
      }
    };
    for (let i = 0; i < list.length && !hasFailed; i++) {
      const script = { ...list[i].selection, js: [], css: [] };
      arrayPush(scripts, script);
      read(list[i].js, script.js);
      read(list[i].css, script.css);
    }
    arrived();
  }
  function lengthOf(data) {
    if (typeof data === "string") return bytesOf2(data);
    if (typeof data !== "object" || data === null) return 0;
    const names = keys(data);
    let length = 0;
    for (let i = 0; i < names.length; i++) length += lengthOf(
      /** @type {any} */
      data[names[i]]
    );
    return length;
  }
  function bytesOf2(text3) {
    if (text3.length > 1e3) return blobSize(new Blob([text3]));
    let length = text3.length;
    for (let i = 0; i < text3.length; i++) {
      const unit = stringCharCodeAt(text3, i);
      if (unit >= 128) length += unit >= 2048 && (unit & 63488) !== 55296 ? 2 : 1;
    }
    return length;
  }

  // page/controlled-frame/fit.js
  var NAMES = ["autosize", "minwidth", "minheight", "maxwidth", "maxheight", "allowscaling", "allowtransparency"];
  var LARGEST = 65535;
  function isFitAttribute(name) {
    for (let i = 0; i < NAMES.length; i++) if (NAMES[i] === name) return true;
    return false;
  }
  var fitOf = (element) => ({
    autosize: hasAttribute(element, "autosize") ? boundsOf2(element) : void 0,
    scaling: hasAttribute(element, "allowscaling"),
    transparent: hasAttribute(element, "allowtransparency")
  });
  var isPlain = ({ autosize, scaling, transparent }) => !autosize && !scaling && !transparent;
  function boundsOf2(element) {
    const { width, height } = offsetOf(element);
    const [minWidth, maxWidth] = rangeOf(element, "minwidth", "maxwidth", width);
    const [minHeight, maxHeight] = rangeOf(element, "minheight", "maxheight", height);
    return { minWidth, minHeight, maxWidth, maxHeight };
  }
  function rangeOf(element, least, most, own2) {
    const [from, to] = [lengthOf2(element, least), lengthOf2(element, most)];
    if (!from && !to) return [limited(own2), limited(own2)];
    return [limited(from), limited(to > from ? to : from)];
  }
  var lengthOf2 = (element, name) => parseInt(getAttribute(element, name) ?? "") || 0;
  var limited = (length) => length < 1 ? 1 : length > LARGEST ? LARGEST : length;
  function fitToContent(element, { width, height }) {
    const { width: oldWidth, height: oldHeight } = offsetOf(element);
    if (oldWidth === width && oldHeight === height) return;
    setStyle(element, "width", `${width}px`);
    setStyle(element, "height", `${height}px`);
    const sizes = { __proto__: null, oldWidth, oldHeight, newWidth: width, newHeight: height };
    dispatchEvent(element, createEvent("sizechanged", sizes));
    dispatchEvent(element, createEvent("contentresize", sizes));
  }

  // page/controlled-frame/menu-items.js
  var MOST_ITEMS2 = 1e3;
  var DEEPEST = 10;
  var MenuItems = class {
    /** In the order in which they were made. @type {Map<string, Item>} */
    #items = new Map();
    #lastId = 0;
    #tell;
    /** Settles when the runtime knows what has changed in this turn. @type {Promise<void> | null} */
    #telling = null;
    /** @param {(items: MenuItem[], resolve: () => void, reject: (reason: unknown) => void) => void} tell */
    constructor(tell) {
      this.#tell = tell;
    }
    get isEmpty() {
      return mapSize(this.#items) === 0;
    }
    /** All items, as the runtime takes them. @returns {MenuItem[]} */
    list() {
      const list = [];
      mapForEach(this.#items, ({ item }) => arrayPush(list, item));
      return list;
    }
    /** An id that no item has. */
    newId() {
      do
        this.#lastId += 1;
      while (mapGet(this.#items, `${this.#lastId}`));
      return `${this.#lastId}`;
    }
    /**
     * @param {string} id
     * @param {Properties} properties
     * @param {string} context for messages
     */
    create(id, properties, context2) {
      if (mapGet(this.#items, id)) {
        throw new TypeError2(`${context2}: Cannot create item with duplicate id ${id}`);
      }
      if (mapSize(this.#items) >= MOST_ITEMS2) {
        throw new TypeError2(`${context2}: A frame has ${MOST_ITEMS2} menu items at the most.`);
      }
      const { onclick, ...given } = properties;
      const item = {
        id,
        type: given.type ?? "normal",
        title: given.title ?? "",
        contexts: given.contexts ?? ["page"],
        documentUrlPatterns: given.documentUrlPatterns ?? [],
        targetUrlPatterns: given.targetUrlPatterns ?? [],
        enabled: given.enabled ?? true,
        checked: given.checked ?? false,
        parentId: given.parentId
      };
      this.#check(item, context2);
      mapSet(this.#items, id, { item, onclick: onclick ?? null });
      if (item.checked) this.#uncheckOthers(item);
      this.#checkOneOfEach();
    }
    /**
     * Changes what is given, and leaves the rest.
     * @param {string} id
     * @param {Properties} properties
     * @param {string} context
     */
    update(id, properties, context2) {
      const found = this.#find(id, context2);
      const { onclick, ...given } = properties;
      const changed = { ...found.item };
      if (given.type !== void 0) changed.type = given.type;
      if (given.title !== void 0) changed.title = given.title;
      if (given.contexts !== void 0) changed.contexts = given.contexts;
      if (given.documentUrlPatterns !== void 0) changed.documentUrlPatterns = given.documentUrlPatterns;
      if (given.targetUrlPatterns !== void 0) changed.targetUrlPatterns = given.targetUrlPatterns;
      if (given.enabled !== void 0) changed.enabled = given.enabled;
      if (given.checked !== void 0) changed.checked = given.checked;
      if (given.parentId !== void 0) changed.parentId = given.parentId;
      if (given.checked === void 0 && changed.type !== "checkbox" && changed.type !== "radio") {
        changed.checked = false;
      }
      this.#check(changed, context2);
      found.item = changed;
      if (onclick !== void 0) found.onclick = onclick;
      if (changed.checked) this.#uncheckOthers(changed);
      this.#checkOneOfEach();
    }
    /**
     * Takes an item away, and those in its menu.
     * @param {string} id
     * @param {string} context
     */
    remove(id, context2) {
      this.#find(id, context2);
      const going = new Set();
      setAdd(going, id);
      for (let depth = 0; depth < DEEPEST; depth++) {
        mapForEach(this.#items, ({ item }) => {
          if (item.parentId !== void 0 && setHas(going, item.parentId)) setAdd(going, item.id);
        });
      }
      mapForEach(this.#items, ({ item }) => {
        if (setHas(going, item.id)) mapDelete(this.#items, item.id);
      });
      this.#checkOneOfEach();
    }
    removeAll() {
      this.#items = new Map();
    }
    /**
     * An item was chosen. A checkbox changes, and a radio button is the one of its group now.
     * @param {string} id
     * @returns {{ item: MenuItem, wasChecked: boolean, onclick: Function | null } | null} null if it has gone meanwhile
     */
    choose(id) {
      const found = mapGet(this.#items, id);
      if (!found) return null;
      const wasChecked = found.item.checked;
      if (found.item.type === "checkbox") found.item = { ...found.item, checked: !wasChecked };
      if (found.item.type === "radio") {
        found.item = { ...found.item, checked: true };
        this.#uncheckOthers(found.item);
      }
      return { item: found.item, wasChecked, onclick: found.onclick };
    }
    /**
     * Tells the runtime, once for all that changes in this turn.
     * @returns {Promise<void>} settles when it knows
     */
    tell() {
      this.#telling ??= promiseThen(
        new Promise2((resolve) => resolve(void 0)),
        () => new Promise2((resolve, reject) => {
          this.#telling = null;
          this.#tell(this.list(), () => resolve(void 0), reject);
        })
      );
      return this.#telling;
    }
    /** @param {string} id @param {string} context @returns {Item} */
    #find(id, context2) {
      const found = mapGet(this.#items, id);
      if (!found) throw new TypeError2(`${context2}: Cannot find menu item with id ${id}`);
      return found;
    }
    /** @param {MenuItem} item @param {string} context */
    #check(item, context2) {
      if (item.title === "" && item.type !== "separator") {
        throw new TypeError2(`${context2}: All menu items except for separators must have a title`);
      }
      if (item.checked && item.type !== "checkbox" && item.type !== "radio") {
        throw new TypeError2(`${context2}: Only items with type "radio" or "checkbox" can be checked`);
      }
      let parentId = item.parentId;
      for (let depth = 1; parentId !== void 0; depth++) {
        if (parentId === item.id) throw new TypeError2(`${context2}: Cannot set parent to self or descendant`);
        const parent = this.#find(parentId, context2);
        if (parent.item.type !== "normal") {
          throw new TypeError2(`${context2}: Parent items must have type "normal"`);
        }
        if (depth >= DEEPEST) {
          throw new TypeError2(`${context2}: No more than ${DEEPEST} menus can lie in one another.`);
        }
        parentId = parent.item.parentId;
      }
      if (item.type !== "normal") {
        mapForEach(this.#items, (other) => {
          if (other.item.parentId === item.id) {
            throw new TypeError2(`${context2}: Parent items must have type "normal"`);
          }
        });
      }
    }
    /**
     * The groups of radio buttons: those that follow one another in one menu.
     * @returns {Item[][]}
     */
    #groups() {
      const groups = [];
      const last = new Map();
      mapForEach(this.#items, (item) => {
        const { parentId, type } = item.item;
        if (type !== "radio") {
          mapDelete(last, parentId);
          return;
        }
        let group = mapGet(last, parentId);
        if (!group) {
          group = [];
          mapSet(last, parentId, group);
          arrayPush(groups, group);
        }
        arrayPush(group, item);
      });
      return groups;
    }
    /** @param {MenuItem} chosen */
    #uncheckOthers(chosen) {
      if (chosen.type !== "radio") return;
      const groups = this.#groups();
      for (let i = 0; i < groups.length; i++) {
        const group = groups[i];
        let isIts = false;
        for (let j = 0; j < group.length; j++) isIts ||= group[j].item.id === chosen.id;
        for (let j = 0; isIts && j < group.length; j++) {
          const { item } = group[j];
          if (item.id !== chosen.id && item.checked) group[j].item = { ...item, checked: false };
        }
      }
    }
    /** One of each group is checked: the first that is, or else the first. */
    #checkOneOfEach() {
      const groups = this.#groups();
      for (let i = 0; i < groups.length; i++) {
        const group = groups[i];
        let isChecked = false;
        for (let j = 0; j < group.length; j++) {
          const { item } = group[j];
          if (item.checked && isChecked) group[j].item = { ...item, checked: false };
          isChecked ||= item.checked;
        }
        if (!isChecked) group[0].item = { ...group[0].item, checked: true };
      }
    }
  };

  // page/controlled-frame/equipment.js
  var LONGEST_ALLOW = 65536;
  var LONGEST_LABEL = 1e3;
  var Equipment = class {
    #controller;
    /** Whether somebody wants to hear whether the guest answers. */
    #isWatched = false;
    #contentScripts = new ContentScripts();
    #menuItems;
    contextMenus;
    /** What its pages say they are instead of what they are; empty for nothing. */
    userAgent = "";
    /** @param {FrameController} controller the element's, which knows its guest */
    constructor(controller) {
      this.#controller = controller;
      this.#menuItems = new MenuItems(
        (items, resolve, reject) => controller.give("frame.setContextMenu", { items }, resolve, reject)
      );
      this.contextMenus = createContextMenus(this.#menuItems);
    }
    /** Whether a guest has content scripts to wait for, before its first page. */
    get hasContentScripts() {
      return !this.#contentScripts.isEmpty;
    }
    /** Gives a new guest all of it. */
    giveAll() {
      if (this.#isWatched) this.#controller.tell("frame.watch", {});
      this.#tellAllow(false);
      this.#tellLabel(false);
      this.#tellFit(false);
      this.#tellIdleInterval(false);
      this.#contentScripts.forEachPart(
        (scripts) => this.#controller.give(
          "frame.addContentScripts",
          { scripts },
          () => {
          },
          ({ message }) => warn(`<controlledframe>: ${message}`)
        )
      );
      if (!this.#menuItems.isEmpty) void this.#menuItems.tell();
    }
    /**
     * Does something once the guest has the content scripts that were added before.
     * @param {() => void} task
     */
    afterContentScripts(task) {
      this.#contentScripts.afterwards(task);
    }
    /** Somebody listens for events of a type. @param {string} type */
    listens(type) {
      if (this.#isWatched || type !== "unresponsive" && type !== "responsive") return;
      this.#isWatched = true;
      this.#controller.tell("frame.watch", {});
    }
    /** The attributes have changed that say which features the frame hands on. */
    allowChanged() {
      this.#tellAllow(true);
    }
    /** The attributes have changed that say what the frame is called. */
    labelChanged() {
      this.#tellLabel(true);
    }
    /** The attribute has changed that says when the frame counts as idle. */
    idleIntervalChanged() {
      this.#tellIdleInterval(true);
    }
    /** The attributes have changed that say how the element and its content fit. */
    fitChanged() {
      this.#tellFit(true);
    }
    /** @param {string} userAgent empty for none */
    overrideUserAgent(userAgent2) {
      if (this.userAgent === userAgent2) return;
      this.userAgent = userAgent2;
      this.#controller.tell("frame.setUserAgentOverride", { userAgent: userAgent2 });
    }
    /**
     * @param {Details[]} list
     * @param {() => void} resolve
     * @param {(reason: unknown) => void} reject
     */
    addContentScripts(list, resolve, reject) {
      this.#contentScripts.add(
        list,
        (scripts, undo) => this.#controller.give("frame.addContentScripts", { scripts }, resolve, (exception) => {
          undo();
          reject(exception);
        }),
        reject
      );
    }
    /**
     * @param {string[] | null} names null for all
     * @param {() => void} resolve
     * @param {(reason: unknown) => void} reject
     */
    removeContentScripts(names, resolve, reject) {
      this.#contentScripts.remove(
        names,
        () => this.#controller.give("frame.removeContentScripts", { names: names ?? void 0 }, resolve, reject)
      );
    }
    // A new guest need not be told what is as it is without being told.
    /** @param {boolean} isChange whether something else was told before */
    #tellIdleInterval(isChange) {
      const milliseconds = intervalOf(this.#controller.element);
      if (isChange || milliseconds) this.#controller.tell("frame.setIdleInterval", { milliseconds });
    }
    /** @param {boolean} isChange whether something else was told before */
    #tellFit(isChange) {
      const fit = fitOf(this.#controller.element);
      if (isChange || !isPlain(fit)) this.#controller.tell("frame.setFit", fit);
    }
    /** @param {boolean} isChange whether something else was told before */
    #tellAllow(isChange) {
      const { element } = this.#controller;
      const allow = stringSlice(getAttribute(element, "allow") ?? "", 0, LONGEST_ALLOW);
      const fullscreen = hasAttribute(element, "allowfullscreen");
      if (isChange || allow || fullscreen) this.#controller.tell("frame.setAllow", { allow, fullscreen });
    }
    /** As of an iframe, for those who cannot see it. @param {boolean} isChange whether something else was told before */
    #tellLabel(isChange) {
      const { element } = this.#controller;
      const given = getAttribute(element, "aria-label") || getAttribute(element, "title") || "";
      const label = stringSlice(given, 0, LONGEST_LABEL);
      if (isChange || label) this.#controller.tell("frame.setLabel", { label });
    }
  };

  // page/controlled-frame/answer-once.js
  var dropped = new FinalizationRegistry((drop) => drop());
  function answerOnce(answer, unanswered, message) {
    let isTaken = false;
    return {
      /** @param {Answer} action */
      take(action) {
        if (isTaken) throw new Error2(message);
        isTaken = true;
        answer(action);
      },
      /**
       * The event has been dispatched.
       * @param {Event} event
       * @param {object} object what the answer is given by, if it is given later
       */
      dispatched(event, object) {
        if (isTaken) return;
        const drop = () => {
          if (isTaken) return;
          isTaken = true;
          answer(unanswered);
        };
        if (event.defaultPrevented) finalizationRegister(dropped, object, drop);
        else drop();
      }
    };
  }

  // page/controlled-frame/new-window.js
  function dispatchNewWindow(element, params, controllerOf, answer) {
    const discarded = (
      /** @type {NewWindowAnswer} */
      { action: "discard" }
    );
    const { take, dispatched } = answerOnce(
      answer,
      discarded,
      '<controlledframe>: An action has already been taken for this "newwindow" event.'
    );
    const { partition, windowId } = params;
    const attach = (container) => {
      const controller = controllerOf(container);
      take({ action: controller ? "attach" : "discard" });
      if (!controller) throw new Error2("Cannot attach to invalid container element.");
      controller.attach(windowId, partition);
    };
    const discard = () => take(discarded);
    const window2 = freeze({ __proto__: null, attach, discard });
    const event = createEvent("newwindow", { __proto__: null, ...params, window: window2 });
    dispatchEvent(element, event);
    dispatched(event, window2);
  }

  // page/controlled-frame/pending.js
  var Pending = class {
    /** @type {Set<Reject>} */
    #waiting = new Set();
    /**
     * @param {Reject} reject
     * @returns {() => boolean} to be called with the answer; false when it comes too late
     */
    track(reject) {
      setAdd(this.#waiting, reject);
      return () => setDelete(this.#waiting, reject);
    }
    /** @param {unknown} reason */
    rejectAll(reason) {
      const waiting = this.#waiting;
      this.#waiting = new Set();
      setForEach(waiting, (reject) => reject(reason));
    }
  };

  // page/controlled-frame/permission-request.js
  var COPIES = (
    /** @type {const} */
    ["url", "origin", "userGesture", "lastUnlockedBySelf", "requestMethod"]
  );
  function dispatchPermissionRequest(element, params, answer) {
    const { lacks } = params;
    const { take, dispatched } = answerOnce(
      answer,
      /** @type {PermissionAnswer} */
      { action: "deny" },
      '<controlledframe>: Permission has already been decided for this "permissionrequest" event.'
    );
    const allow = () => {
      take({ action: lacks ? "deny" : "allow" });
      if (lacks) {
        throw new DOMException(
          `The app can allow only what it may itself: it does not have the permission "${lacks}".`,
          "NotAllowedError"
        );
      }
    };
    const deny = () => take({ action: "deny" });
    const request = { __proto__: null, allow, deny, cancel: deny };
    for (let i = 0; i < COPIES.length; i++) {
      const value = params[COPIES[i]];
      if (value === void 0 || value === null) continue;
      const descriptor = { __proto__: null, value, enumerable: true };
      defineProperty(
        request,
        COPIES[i],
        /** @type {any} */
        descriptor
      );
    }
    freeze(request);
    const event = createEvent("permissionrequest", { __proto__: null, ...params, request });
    dispatchEvent(element, event);
    dispatched(event, request);
  }

  // page/controlled-frame/controller.js
  var MOST_WAITING = 1e3;
  var Guest = class {
    /** Its name on the bridge. @type {number} */
    number;
    /** The attribute as it was then, or null. @type {string | null} */
    partition;
    canGoBack = false;
    canGoForward = false;
    /** What the UI process has not answered. */
    pending = new Pending();
    /** What messages go to, once somebody has asked for it. @type {object | null} */
    window = null;
    /** @param {number} number @param {string | null} partition */
    constructor(number, partition) {
      this.number = number;
      this.partition = partition;
    }
  };
  var FrameController = class {
    /** @type {HTMLElement} */
    element;
    /** Whether the element is in the document, as far as the observer has told. */
    connected = false;
    /** @type {Guest | null} */
    #guest = null;
    /** Why the UI process refused the last guest, as the bridge says it. @type {Message | null} */
    #refusal = null;
    #bridge;
    #frames;
    /** The window that the element shows once it is in the document. @type {{ number: number, partition: string } | null} */
    #window = null;
    /** What each of its guests gets. */
    equipment = new Equipment(this);
    /** What is done once there is a guest. @type {((guest: Guest) => void)[]} */
    #waiting = [];
    /** The last `src` that was not empty; an empty one is ignored once there is a guest. */
    #source = "";
    /**
     * @param {HTMLElement} element
     * @param {Bridge} bridge
     * @param {Frames} frames
     */
    constructor(element, bridge, frames) {
      this.element = element;
      this.#bridge = bridge;
      this.#frames = frames;
    }
    /** The guest's number, or 0. */
    get number() {
      return this.#guest ? this.#guest.number : 0;
    }
    get canGoBack() {
      return !!this.#guest && this.#guest.canGoBack;
    }
    get canGoForward() {
      return !!this.#guest && this.#guest.canGoForward;
    }
    /** What messages to the guest go to; null without one. */
    get contentWindow() {
      const guest = this.#guest;
      if (!guest) return null;
      guest.window ??= createContentWindow((message, targetOrigin) => {
        if (this.#guest !== guest) return;
        this.tell("frame.postMessage", { message, targetOrigin });
      });
      return guest.window;
    }
    /**
     * @param {Questions["frame.messages"]["params"]} params
     * @param {(answer: Received) => void} answer
     */
    handleMessages({ messages, origin }, answer) {
      const source = this.contentWindow;
      if (source) dispatchMessages(messages, origin, source);
      answer({});
    }
    /** The element is in the document now. */
    connect() {
      this.connected = true;
      this.#load();
    }
    /** The element has left the document. */
    disconnect() {
      this.connected = false;
      this.#refusal = null;
      this.#endGuest();
    }
    /**
     * Shows a window that an embedded page has opened, in the place of what the element shows.
     * @param {number} number the window's
     * @param {string} partition
     */
    attach(number, partition) {
      this.#endGuest();
      if (this.#window) this.#bridge.notifyFrame(this.#window.number, "frame.destroy", {});
      this.#window = { number, partition };
      if (this.connected) this.#load();
    }
    #endGuest() {
      const guest = this.#guest;
      if (!guest) return;
      this.#guest = null;
      this.#frames.remove(guest.number);
      this.#bridge.notifyFrame(guest.number, "frame.destroy", {});
      guest.pending.rejectAll(new DOMException("The controlled frame has been removed.", "AbortError"));
    }
    /** The `src` attribute was set, perhaps to what it was. */
    sourceChanged() {
      if (this.connected) this.#load();
    }
    #load() {
      if (this.#window) return this.#showWindow(this.#window);
      const url = getAttribute(this.element, "src");
      if (!url) {
        if (this.#guest && this.#source) this.#frames.setAttributeSilently(this.element, "src", this.#source);
        return;
      }
      this.#source = url;
      if (this.#guest) {
        this.#navigate(this.#guest, url);
        return;
      }
      const guest = new Guest(this.#frames.add(this), getAttribute(this.element, "partition"));
      this.#guest = guest;
      this.#refusal = null;
      const partition = guest.partition ?? "";
      const waits = this.equipment.hasContentScripts;
      this.#bridge.callFrame(
        guest.number,
        "frame.create",
        {
          partition,
          url,
          ownProcess: hasAttribute(this.element, "ownprocess"),
          waits: waits || void 0,
          ...this.#frames.sizeOf(this.element),
          userAgent: this.equipment.userAgent || void 0
        },
        () => {
        },
        (_, error) => {
          if (this.#guest === guest) this.handleEnded(error);
        }
      );
      this.equipment.giveAll();
      this.#doWhatWaits(guest);
      if (waits) this.#navigate(guest, url);
    }
    /**
     * Goes there, once the page will have the content scripts that were added before.
     * @param {Guest} guest
     * @param {string} url
     */
    #navigate(guest, url) {
      this.equipment.afterContentScripts(() => {
        if (this.#guest === guest) {
          this.#bridge.callFrame(
            guest.number,
            "frame.navigate",
            { url },
            () => {
            },
            () => {
            }
          );
        }
      });
    }
    /** @param {{ number: number, partition: string }} window */
    #showWindow({ number, partition }) {
      this.#window = null;
      this.#refusal = null;
      const guest = new Guest(number, partition);
      this.#guest = guest;
      this.#frames.addWindow(this, number);
      this.#frames.setAttributeSilently(this.element, "partition", partition || null);
      this.equipment.giveAll();
      this.#bridge.callFrame(
        number,
        "frame.attach",
        {},
        () => {
        },
        (_, error) => {
          if (this.#guest === guest) this.handleEnded(error);
        }
      );
      this.#doWhatWaits(guest);
    }
    /** @param {Guest} guest */
    #doWhatWaits(guest) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (let i = 0; i < waiting.length; i++) waiting[i](guest);
    }
    /** @param {Events["frame.contentsize"]} size */
    handleContentSize(size) {
      if (this.#guest && hasAttribute(this.element, "autosize")) fitToContent(this.element, size);
    }
    handleContextMenuShow() {
      if (this.#guest) dispatchShow(this.equipment.contextMenus);
    }
    /** @param {Events["frame.contextMenuClick"]} params */
    handleContextMenuClick(params) {
      if (this.#guest) dispatchClick(this.equipment.contextMenus, params);
    }
    /** The UI process has ended the guest. @param {Message} error name and message, as of a failed call */
    handleEnded(error) {
      const guest = this.#guest;
      if (!guest) return;
      this.#guest = null;
      this.#refusal = error;
      this.#frames.remove(guest.number);
      guest.pending.rejectAll(toException(error));
      warn(`<controlledframe>: ${error.message}`);
    }
    /** The `partition` attribute was set: while there is a guest, it says where that is. */
    partitionChanged() {
      if (!this.#guest) return;
      const { partition } = this.#guest;
      if (getAttribute(this.element, "partition") === partition) return;
      this.#frames.setAttributeSilently(this.element, "partition", partition);
    }
    /**
     * Sets a partition, which a guest fixes for its life.
     * @param {string} name
     */
    setPartition(name) {
      if (this.#guest) {
        if (name === (getAttribute(this.element, "partition") ?? "")) return;
        if (isChromium()) {
          warn("<controlledframe>: The object has already navigated, so its partition cannot be changed.");
          return;
        }
        throw new DOMException(
          "The partition cannot change once the frame has been loaded.",
          "NotSupportedError"
        );
      }
      setAttribute(this.element, "partition", name);
    }
    /** @param {Events["frame.history"]} history */
    handleHistory({ canGoBack, canGoForward }) {
      if (!this.#guest) return;
      this.#guest.canGoBack = !!canGoBack;
      this.#guest.canGoForward = !!canGoForward;
    }
    /**
     * @param {typeof import("./events.js").bridgedTypes[number]} type
     * @param {Message} params
     */
    handleEvent(type, params) {
      if (!this.#guest) return;
      const { isTopLevel, url } = params;
      if (type === "loadcommit" && isTopLevel) {
        this.#source = url;
        this.#frames.setAttributeSilently(this.element, "src", url);
      }
      dispatchEvent(this.element, createEvent(type, params));
    }
    /**
     * @param {Questions["frame.dialog"]["params"]} dialog
     * @param {(answer: DialogAnswer) => void} answer
     */
    handleDialog(dialog, answer) {
      if (this.#guest) dispatchDialog(this.element, dialog, answer);
      else answer({ action: "cancel" });
    }
    /**
     * @param {Questions["frame.permissionrequest"]["params"]} request
     * @param {(answer: PermissionAnswer) => void} answer
     */
    handlePermissionRequest(request, answer) {
      if (this.#guest) dispatchPermissionRequest(this.element, request, answer);
      else answer({ action: "deny" });
    }
    /**
     * @param {Questions["frame.newwindow"]["params"]} window
     * @param {(answer: NewWindowAnswer) => void} answer
     */
    handleNewWindow(window2, answer) {
      if (this.#guest) dispatchNewWindow(this.element, window2, this.#frames.controllerOf, answer);
      else answer({ action: "discard" });
    }
    /**
     * Moves through the session history; 0 reloads.
     * @param {number} delta
     * @param {(navigated: boolean) => void} resolve
     * @param {(reason: unknown) => void} reject
     */
    go(delta, resolve, reject) {
      this.ask("frame.go", { delta }, ({ navigated }) => resolve(!!navigated), reject);
    }
    /**
     * Tells the guest something; without one it does nothing.
     * @template {keyof Notes} Method
     * @param {Method} method
     * @param {Notes[Method]} params
     * @returns {boolean} whether there is one
     */
    tell(method, params) {
      if (this.#guest) this.#bridge.notifyFrame(this.#guest.number, method, params);
      return !!this.#guest;
    }
    /**
     * Tells the guest something.
     * @template {keyof Notes} Method
     * @param {Method} method
     * @param {Notes[Method]} params
     * @throws when there is no guest
     */
    tellGuest(method, params) {
      this.#bridge.notifyFrame(this.#requireGuest().number, method, params);
    }
    /**
     * Asks the guest something.
     * @template {keyof Calls} Method
     * @param {Method} method
     * @param {Calls[Method]["params"]} params
     * @param {(result: Calls[Method]["answer"]) => void} onResult
     * @param {(exception: unknown) => void} onError
     * @throws when there is no guest
     */
    ask(method, params, onResult, onError) {
      this.#withGuest((guest) => this.#ask(guest, method, params, onResult, onError));
    }
    /**
     * Gives the guest something that belongs to the element: without a guest there is nothing to do.
     * @template {keyof Calls} Method
     * @param {Method} method
     * @param {Calls[Method]["params"]} params
     * @param {() => void} resolve
     * @param {(exception: any) => void} reject
     */
    give(method, params, resolve, reject) {
      if (!this.#guest) return resolve();
      this.#ask(
        this.#guest,
        method,
        params,
        resolve,
        (exception, { name }) => (
          // A guest that has ended has refused nothing: the next one gets it.
          name === void 0 ? resolve() : reject(exception)
        )
      );
    }
    /** @throws when there is no guest */
    checkGuest() {
      if (!this.#canWait) this.#requireGuest();
    }
    /** @param {Script} script */
    executeScript({ params, resolve, reject }) {
      this.#withGuest(
        (guest) => this.#ask(
          guest,
          "frame.executeScript",
          params,
          ({ value }) => resolve(decodeStructured(value)),
          (exception, { thrown }) => reject(thrown === void 0 ? exception : decodeStructured(thrown))
        )
      );
    }
    /**
     * Asks about a guest; its end answers if the UI process does not.
     * @template {keyof Calls} Method
     * @param {Guest} guest
     * @param {Method} method
     * @param {Calls[Method]["params"]} params
     * @param {(result: Calls[Method]["answer"]) => void} onResult
     * @param {(exception: unknown, error: Message) => void} onError
     */
    #ask(guest, method, params, onResult, onError) {
      const abandoned = (reason) => onError(
        reason,
        /** @type {any} */
        { __proto__: null }
      );
      const settle = guest.pending.track(abandoned);
      const answer = (tell) => {
        this.#frames.flush();
        if (!settle()) return;
        try {
          tell();
        } catch (error) {
          abandoned(error);
        }
      };
      this.#bridge.callFrame(
        guest.number,
        method,
        params,
        (result) => answer(() => onResult(result)),
        (exception, error) => answer(() => onError(exception, error))
      );
    }
    /** Whether there is no guest, and what is asked of it waits for one, as in Chromium. */
    get #canWait() {
      return isChromium() && !this.#guest && !this.#refusal && this.#waiting.length < MOST_WAITING;
    }
    /**
     * @param {(guest: Guest) => void} task
     * @throws when there is no guest
     */
    #withGuest(task) {
      if (this.#canWait) this.#waiting[this.#waiting.length] = task;
      else task(this.#requireGuest());
    }
    #requireGuest() {
      if (this.#guest) return this.#guest;
      if (this.#refusal) throw toException(this.#refusal);
      throw new TypeError2("The controlled frame has no content: it is not in a document, or has no src.");
    }
  };

  // page/controlled-frame/members/audio.js
  var audioMembers = (controllerOf) => ({
    /** @returns {Promise<boolean>} whether it makes sounds, muted or not */
    getAudioState() {
      return promiseFrom(
        (resolve, reject) => controllerOf(this).ask("frame.getAudioState", {}, ({ value }) => resolve(value), reject)
      );
    },
    /** @returns {Promise<boolean>} */
    isAudioMuted() {
      return promiseFrom(
        (resolve, reject) => controllerOf(this).ask("frame.isAudioMuted", {}, ({ value }) => resolve(value), reject)
      );
    },
    /** @param {boolean} mute @returns {boolean | void} what only Chromium answers: whether there is a page to do it to */
    setAudioMuted(mute) {
      const controller = controllerOf(this);
      if (isChromium()) return controller.tell("frame.setAudioMuted", { mute: !!mute });
      controller.tellGuest("frame.setAudioMuted", { mute: !!mute });
    }
  });

  // page/controlled-frame/members/capture.js
  var FORMATS = (
    /** @type {const} */
    ["jpeg", "png"]
  );
  var captureMembers = (controllerOf) => ({
    /**
     * @param {{ format?: "jpeg" | "png", quality?: number }} options JPEG of the best quality, if nothing else is said
     * @returns {Promise<string>} a `data:` URL
     */
    captureVisibleRegion(options = {}) {
      return promiseFrom((resolve, reject) => {
        const controller = controllerOf(this);
        const context2 = "Failed to execute 'captureVisibleRegion' on 'HTMLControlledFrameElement'";
        const { format, quality } = toDictionary(options, context2, "ImageDetails");
        const params = {
          format: format === void 0 ? "jpeg" : toEnum(format, FORMATS, context2, "ImageFormat"),
          quality: quality === void 0 ? 100 : toQuality(quality, context2)
        };
        controller.ask("frame.captureVisibleRegion", params, ({ url }) => resolve(url), reject);
      });
    }
  });
  function toQuality(value, context2) {
    const quality = trunc(+/** @type {any} */
    value);
    if (!isFiniteNumber(quality) || quality < 0 || quality > 100) {
      throw new TypeError2(`${context2}: The quality is not a number from 0 to 100.`);
    }
    return quality;
  }

  // page/controlled-frame/members/data.js
  var TYPES2 = [
    "appcache",
    "cache",
    "cookies",
    "fileSystems",
    "indexedDB",
    "localStorage",
    "persistentCookies",
    "sessionCookies",
    "webSQL"
  ];
  var dataMembers = (controllerOf) => ({
    /**
     * @param {{ since?: number }} options
     * @param {{ [type in DataType]?: boolean }} types
     * @returns {Promise<void>}
     */
    clearData(options = {}, types = {}) {
      return promiseFrom((resolve, reject) => {
        const controller = controllerOf(this);
        const context2 = "Failed to execute 'clearData' on 'HTMLControlledFrameElement'";
        const { since } = toDictionary(options, context2, "ClearDataOptions");
        const params = {
          since: since === void 0 ? 0 : toTime(since, context2),
          types: toTypes(toDictionary(types, context2, "ClearDataTypeSet"), context2)
        };
        controller.checkGuest();
        if (!params.types.length) throw new Error2(
          "Unknown error.",
          /** @type {any} */
          NO_TYPES
        );
        controller.ask("frame.clearData", params, () => resolve(void 0), reject);
      });
    }
  });
  var NO_TYPES = { __proto__: null, cause: "No type of data is named." };
  function toTime(value, context2) {
    const time = +/** @type {any} */
    value;
    if (!isFiniteNumber(time)) throw new TypeError2(`${context2}: 'since' is not a number of milliseconds.`);
    return time;
  }
  function toTypes(set, context2) {
    const names = keys(set);
    for (let i = 0; i < names.length; i++) {
      let isKnown = false;
      for (let j = 0; j < TYPES2.length; j++) isKnown ||= TYPES2[j] === names[i];
      if (!isKnown) throw new TypeError2(`${context2}: There is no type of data '${names[i]}'.`);
    }
    const types = [];
    for (let i = 0; i < TYPES2.length; i++) if (set[TYPES2[i]]) arrayPush(types, TYPES2[i]);
    return types;
  }

  // page/controlled-frame/members/find.js
  var ACTIONS = (
    /** @type {const} */
    ["clear", "keep", "activate"]
  );
  var findMembers = (controllerOf) => ({
    /**
     * @param {string} searchText
     * @param {{ backward?: boolean, matchCase?: boolean } | null} [options]
     * @param {((result: FindResult) => void) | null} [callback] is told the same as the promise
     * @returns {Promise<FindResult>}
     */
    find(searchText, options, callback) {
      const given = arguments.length;
      const context2 = "Failed to execute 'find' on 'HTMLControlledFrameElement'";
      let called;
      const found = (
        /** @type {Promise<FindResult>} */
        promiseFrom((resolve, reject) => {
          const controller = controllerOf(this);
          requireArguments(context2, given, 1);
          const text3 = toDOMString(searchText);
          const { backward, matchCase } = toDictionary(options, context2, "FindOptions");
          called = toCallback(callback, context2);
          const params = { text: text3, backward: !!backward, matchCase: !!matchCase };
          controller.ask("frame.find", params, resolve, reject);
        })
      );
      if (called) {
        const callee = called;
        promiseThen(found, (result) => void reflectApply(callee, void 0, [result]), () => {
        });
      }
      return found;
    },
    /** @param {"clear" | "keep" | "activate"} [action] what becomes of the match that was found last */
    stopFinding(action = "keep") {
      const controller = controllerOf(this);
      const context2 = "Failed to execute 'stopFinding' on 'HTMLControlledFrameElement'";
      controller.tell("frame.stopFinding", { action: toEnum(action, ACTIONS, context2, "StopFindingAction") });
    }
  });

  // page/controlled-frame/members/navigation.js
  var navigationMembers = (controllerOf) => ({
    /** @returns {Promise<boolean>} */
    back() {
      return promiseFrom((resolve, reject) => controllerOf(this).go(-1, resolve, reject));
    },
    canGoBack() {
      return truth(() => controllerOf(this).canGoBack);
    },
    canGoForward() {
      return truth(() => controllerOf(this).canGoForward);
    },
    /** @returns {Promise<boolean>} */
    forward() {
      return promiseFrom((resolve, reject) => controllerOf(this).go(1, resolve, reject));
    },
    /**
     * @param {number} relativeIndex absent or 0 reloads
     * @returns {Promise<boolean>}
     */
    go(relativeIndex = 0) {
      return promiseFrom((resolve, reject) => {
        const controller = controllerOf(this);
        const delta = wholeNumber(relativeIndex);
        if (delta === null) {
          throw new TypeError2(
            "Failed to execute 'go' on 'HTMLControlledFrameElement': The index is not a whole number."
          );
        }
        controller.go(delta, resolve, reject);
      });
    },
    reload() {
      return told(controllerOf(this).tell("frame.reload", {}));
    },
    stop() {
      return told(controllerOf(this).tell("frame.stop", {}));
    }
  });
  var truth = (steps) => isChromium() ? promiseFrom((resolve) => resolve(steps())) : steps();
  var told = (hasGuest) => isChromium() ? hasGuest : void 0;

  // page/controlled-frame/members/process.js
  var processMembers = (controllerOf) => ({
    /**
     * What every target has, or what the page has put in its place. Whether an embedded page answers is looked at only where
     * somebody wants to hear of it.
     * @param {string} type
     * @param {EventListenerOrEventListenerObject | null} _callback
     */
    addEventListener(type, _callback) {
      const controller = controllerOf(this);
      reflectApply(reflectGet(HTMLElement.prototype, "addEventListener", this), this, arguments);
      controller.equipment.listens(type);
    },
    /** Ends the process of the frame's page, and with it that of the other frames in there. */
    terminate() {
      controllerOf(this).tell("frame.terminate", {});
    }
  });

  // page/controlled-frame/members/scripts.js
  var failedTo = (member) => `Failed to execute '${member}' on 'HTMLControlledFrameElement'`;
  var scriptMembers = (controllerOf) => ({
    /**
     * @param {Iterable<ContentScriptDetails>} contentScriptList
     * @returns {Promise<void>} settles when the next page will have them
     */
    addContentScripts(contentScriptList) {
      const given = arguments.length;
      return promiseFrom((resolve, reject) => {
        const controller = controllerOf(this);
        const context2 = failedTo("addContentScripts");
        requireArguments(context2, given, 1);
        controller.equipment.addContentScripts(
          readContentScripts(contentScriptList, context2),
          () => resolve(void 0),
          reject
        );
      });
    },
    /**
     * @param {{ code?: string, file?: string, allFrames?: boolean, matchAboutBlank?: boolean, runAt?: string }} details
     * @returns {Promise<unknown>}
     */
    executeScript(details = {}) {
      return promiseFrom((resolve, reject) => {
        inject(controllerOf(this), "executeScript", details, reject, (controller, code, place) => {
          const { allFrames, matchAboutBlank, runAt } = place;
          const chromiums = { matchAboutBlank: allFrames, runAt: runAt ?? "document_idle", form: (
            /** @type {const} */
            "plain"
          ) };
          const params = { code, allFrames, ...isChromium() ? chromiums : { matchAboutBlank, runAt } };
          controller.executeScript({ params, resolve, reject });
        });
      });
    },
    /**
     * @param {{ code?: string, file?: string, allFrames?: boolean }} details
     * @returns {Promise<void>}
     */
    insertCSS(details = {}) {
      return promiseFrom((resolve, reject) => {
        inject(
          controllerOf(this),
          "insertCSS",
          details,
          reject,
          (controller, code, { allFrames }) => controller.ask("frame.insertCSS", { code, allFrames }, () => resolve(void 0), reject)
        );
      });
    },
    /**
     * @param {Iterable<string> | null} scriptNameList all of them if there is none, or nothing in it
     * @returns {Promise<void>}
     */
    removeContentScripts(scriptNameList = null) {
      return promiseFrom((resolve, reject) => {
        const controller = controllerOf(this);
        const names = scriptNameList === null ? [] : toSequence(scriptNameList, failedTo("removeContentScripts"), MOST_SCRIPTS, toDOMString);
        controller.equipment.removeContentScripts(names.length > 0 ? names : null, () => resolve(void 0), reject);
      });
    }
  });
  function inject(controller, member, details, reject, perform) {
    const { source, place } = readInjectDetails(details, failedTo(member));
    controller.checkGuest();
    loadCode(
      source,
      (code) => {
        try {
          perform(controller, code, place);
        } catch (error) {
          reject(error);
        }
      },
      reject
    );
  }

  // page/controlled-frame/members/window.js
  var windowMembers = (controllerOf) => ({
    get contentWindow() {
      return controllerOf(this).contentWindow;
    }
  });

  // page/controlled-frame/members/user-agent.js
  var LONGEST5 = 4096;
  var CONTROL = /[\0-\x1f\x7f-\x9f]/;
  var userAgentMembers = (controllerOf) => ({
    /** @returns {string} */
    getUserAgent() {
      return controllerOf(this).equipment.userAgent || userAgent();
    },
    /** @returns {boolean} */
    isUserAgentOverridden() {
      return controllerOf(this).equipment.userAgent !== "";
    },
    /**
     * @param {string} userAgent the empty text restores it
     * @returns {boolean}
     */
    setUserAgentOverride(userAgent2) {
      const context2 = "Failed to execute 'setUserAgentOverride' on 'HTMLControlledFrameElement'";
      const controller = controllerOf(this);
      requireArguments(context2, arguments.length, 1);
      const text3 = toDOMString(userAgent2);
      if (text3.length > LONGEST5 || regExpExec(CONTROL, text3)) {
        throw new TypeError2(`${context2}: No header can have this text.`);
      }
      controller.equipment.overrideUserAgent(text3);
      return true;
    },
    /** The engine sends no client hints, so there is no brand in them. @param {boolean} _isEnabled */
    setClientHintsUABrandEnabled(_isEnabled) {
      controllerOf(this);
    },
    /** @returns {Promise<void>} */
    print() {
      return promiseFrom((resolve, reject) => controllerOf(this).ask("frame.print", {}, () => resolve(void 0), reject));
    }
  });

  // page/controlled-frame/members/zoom.js
  var MODES = (
    /** @type {const} */
    ["per-origin", "per-view", "disabled"]
  );
  var zoomMembers = (controllerOf) => ({
    /** @returns {Promise<number>} how large a CSS pixel is, of what it is without zoom */
    getZoom() {
      return promiseFrom(
        (resolve, reject) => controllerOf(this).ask("frame.getZoom", {}, ({ factor }) => resolve(factor), reject)
      );
    },
    /** @returns {Promise<ZoomMode>} */
    getZoomMode() {
      return promiseFrom(
        (resolve, reject) => controllerOf(this).ask("frame.getZoomMode", {}, ({ mode }) => resolve(mode), reject)
      );
    },
    /**
     * @param {number} zoomFactor
     * @returns {Promise<void>}
     */
    setZoom(zoomFactor) {
      const given = arguments.length;
      return promiseFrom((resolve, reject) => {
        const controller = controllerOf(this);
        const context2 = "Failed to execute 'setZoom' on 'HTMLControlledFrameElement'";
        requireArguments(context2, given, 1);
        const factor = +zoomFactor;
        if (!isFiniteNumber(factor)) {
          throw new TypeError2(`${context2}: The provided double value is non-finite.`);
        }
        controller.ask("frame.setZoom", { factor, isToldAnyway: isChromium() }, () => resolve(void 0), reject);
      });
    },
    /**
     * @param {ZoomMode} mode
     * @returns {Promise<void>}
     */
    setZoomMode(mode) {
      const given = arguments.length;
      return promiseFrom((resolve, reject) => {
        const controller = controllerOf(this);
        const context2 = "Failed to execute 'setZoomMode' on 'HTMLControlledFrameElement'";
        requireArguments(context2, given, 1);
        const value = toEnum(mode, MODES, context2, "ZoomMode");
        controller.ask("frame.setZoomMode", { mode: value }, () => resolve(void 0), reject);
      });
    }
  });

  // page/controlled-frame/element.js
  var REFLECTED_STRINGS = ["allow", "name", "maxheight", "maxwidth", "minheight", "minwidth"];
  var REFLECTED_BOOLEANS = ["allowfullscreen", "allowscaling", "allowtransparency", "autosize", "ownprocess"];
  var WITHOUT_CALLBACK = [
    "addContentScripts",
    "back",
    "captureVisibleRegion",
    "clearData",
    "executeScript",
    "forward",
    "getAudioState",
    "getZoom",
    "go",
    "insertCSS",
    "isAudioMuted",
    "removeContentScripts",
    "setZoom",
    "setZoomMode"
  ];
  var ordinaryHasInstance = uncurryThis(Function.prototype[Symbol2.hasInstance]);
  function createInterface(controllers, upgrade, flush) {
    function controllerOf(element) {
      upgrade(element);
      const controller = weakMapGet(
        controllers,
        /** @type {object} */
        element
      );
      if (!controller) throw new TypeError2("Illegal invocation");
      flush();
      return controller;
    }
    class HTMLControlledFrameElement extends HTMLElement {
      // The engine refuses to define a custom element of this name, so there is nothing to call
      // super() for: the element is made like any other and then given its prototype.
      // @ts-expect-error a derived constructor that returns an object need not call super()
      constructor() {
        const element = createElement(document, "controlledframe");
        upgrade(element);
        if (new.target !== HTMLControlledFrameElement) setPrototypeOf(element, new.target.prototype);
        return (
          /** @type {any} */
          element
        );
      }
      /**
       * An element made by the parser is an instance before anything has touched it.
       * @override
       * @param {unknown} value
       */
      static [Symbol2.hasInstance](value) {
        upgrade(value);
        return ordinaryHasInstance(this, value);
      }
      get src() {
        return getAttribute(controllerOf(this).element, "src") ?? "";
      }
      set src(value) {
        const { element } = controllerOf(this);
        setAttribute(element, "src", value === null ? "" : toUSVString(value));
        flush();
      }
      get idleInterval() {
        return intervalOf(controllerOf(this).element);
      }
      set idleInterval(value) {
        const { element } = controllerOf(this);
        const context2 = "Failed to set the 'idleInterval' property on 'HTMLControlledFrameElement'";
        setAttribute(element, "idleinterval", `${toInterval(value, context2)}`);
      }
      get partition() {
        return getAttribute(controllerOf(this).element, "partition") ?? "";
      }
      set partition(value) {
        controllerOf(this).setPartition(toDOMString(value));
      }
    }
    const { prototype: prototype2 } = HTMLControlledFrameElement;
    copyAccessor(prototype2, "contextMenus", {
      get contextMenus() {
        return controllerOf(this).equipment.contextMenus;
      }
    });
    const operations2 = [
      navigationMembers,
      scriptMembers,
      dataMembers,
      audioMembers,
      zoomMembers,
      captureMembers,
      findMembers,
      processMembers,
      userAgentMembers,
      windowMembers
    ];
    const names = ["src", "idleInterval", "partition"];
    for (let i = 0; i < operations2.length; i++) copyOperations(prototype2, operations2[i](controllerOf), names);
    for (let i = 0; isChromium() && i < WITHOUT_CALLBACK.length; i++) {
      const name = WITHOUT_CALLBACK[i];
      const { [name]: operation } = (
        /** @type {Record<string, any>} */
        /** @type {unknown} */
        prototype2
      );
      copyOperations(prototype2, { [name]: refusingCallback(operation, name) }, []);
    }
    for (let i = 0; i < REFLECTED_STRINGS.length; i++) {
      const name = REFLECTED_STRINGS[i];
      copyAccessor(prototype2, name, {
        get [name]() {
          return getAttribute(controllerOf(this).element, name) ?? "";
        },
        set [name](value) {
          setAttribute(controllerOf(this).element, name, toDOMString(value));
        }
      });
    }
    for (let i = 0; i < REFLECTED_BOOLEANS.length; i++) {
      const name = REFLECTED_BOOLEANS[i];
      copyAccessor(prototype2, name, {
        get [name]() {
          return hasAttribute(controllerOf(this).element, name);
        },
        set [name](value) {
          const { element } = controllerOf(this);
          if (value) setAttribute(element, name, "");
          else removeAttribute(element, name);
        }
      });
    }
    for (let i = 0; i < handlerTypes.length; i++) {
      const type = handlerTypes[i];
      const name = `on${type}`;
      copyAccessor(prototype2, name, {
        get [name]() {
          return getHandler(controllerOf(this).element, type);
        },
        set [name](value) {
          const controller = controllerOf(this);
          setHandler(controller.element, type, value);
          controller.equipment.listens(type);
        }
      });
    }
    finishInterface(HTMLControlledFrameElement, "HTMLControlledFrameElement", names);
    return HTMLControlledFrameElement;
  }

  // page/controlled-frame/focus.js
  var CAPTURE2 = (
    /** @type {any} */
    { __proto__: null, capture: true, passive: true }
  );
  var Focus = class {
    #bridge;
    #frames;
    /** The guest that has the real focus, or 0. */
    #focused = 0;
    /** Where a focus that happens now comes from. @type {Direction} */
    #direction = "here";
    /** What the focus goes to by no wish of the page or the user, within this task. @type {Element | null} */
    #returning = null;
    /** What is told that it has the focus, within this task, although it had it all along. @type {Element | null} */
    #again = null;
    /** Elements that listen already. @type {WeakMap<HTMLElement, true>} */
    #listening = new WeakMap();
    /**
     * @param {import("../bridge.js").Bridge} bridge
     * @param {Frames} frames
     */
    constructor(bridge, frames) {
      this.#bridge = bridge;
      this.#frames = frames;
      bridge.listen("frame.focused", (_, frame) => this.#onFocused(frame));
      bridge.listen(
        "frame.leave",
        ({ direction }, frame) => this.#onLeave(frame, direction === "backward" ? "backward" : "forward")
      );
      addEventListener(
        window,
        "keydown",
        (event) => this.#onKeyDown(
          /** @type {KeyboardEvent} */
          event
        ),
        CAPTURE2
      );
      addEventListener(window, "focus", (event) => this.#hideReturn(event), CAPTURE2);
      addEventListener(window, "blur", (event) => this.#hideParting(event), CAPTURE2);
      addEventListener(window, "focus", () => {
        this.#returning = deepActiveElement();
        this.#again = this.#returning;
        queueTask(() => {
          this.#returning = null;
          this.#again = null;
        });
      });
    }
    /**
     * Gives an element in the document its place in the tab order, unless its author has.
     * @param {HTMLElement} element
     */
    makeFocusable(element) {
      if (!hasAttribute(element, "tabindex")) setAttribute(element, "tabindex", "0");
      if (weakMapGet(this.#listening, element)) return;
      weakMapSet(this.#listening, element, true);
      addEventListener(element, "focus", () => this.#onElementFocus(element));
      addEventListener(element, "blur", () => queueTask(() => this.check()));
    }
    /**
     * When a frame gets the real focus, the engine tells its element that it has lost the focus, as the whole page has. It is
     * still the active element: an iframe would not be told.
     * @param {Event} event
     */
    #hideParting(event) {
      if (!this.#focused || eventTarget(event) === window) return;
      if (deepActiveElement() === this.#frames.find(this.#focused)?.element) eventStopNow(event);
    }
    /** When the page gets the focus back, it is told that it has it again. @param {Event} event */
    #hideReturn(event) {
      if (eventTarget(event) === window || !this.#again) return;
      if (deepActiveElement() === this.#again && this.#frames.controllerOf(this.#again)) eventStopNow(event);
    }
    /** Notices that the app has taken the focus elsewhere; cheap. */
    check() {
      if (!this.#focused) return;
      const controller = this.#frames.find(this.#focused);
      if (controller && deepActiveElement() === controller.element) return;
      if (controller) this.#bridge.notifyFrame(this.#focused, "frame.blur", {});
      this.#focused = 0;
    }
    /** @param {KeyboardEvent} event */
    #onKeyDown(event) {
      if (codeOf(event) !== "Tab" || this.#frames.size === 0) return;
      this.#direction = shiftOf(event) ? "backward" : "forward";
      queueTask(() => {
        this.#direction = "here";
      });
    }
    /** @param {HTMLElement} element */
    #onElementFocus(element) {
      if (this.#returning === element) return;
      this.#frames.forEach(({ element: candidate, number }) => {
        if (candidate !== element) return;
        this.#focused = number;
        this.#bridge.notifyFrame(number, "frame.focus", { direction: this.#direction });
      });
    }
    /** @param {number} number of a guest that the user has clicked into */
    #onFocused(number) {
      const controller = this.#frames.find(number);
      if (!controller) return;
      this.#focused = number;
      this.#returning = controller.element;
      focusElement(
        controller.element,
        /** @type {any} */
        { __proto__: null, preventScroll: true }
      );
      this.#returning = null;
    }
    /** @param {number} number @param {"forward" | "backward"} direction */
    #onLeave(number, direction) {
      const controller = this.#frames.find(number);
      if (!controller) return;
      this.#focused = 0;
      const next2 = neighbour(controller.element, direction);
      if (!next2) {
        blurElement(controller.element);
        return;
      }
      this.#direction = direction;
      focusElement(next2);
      this.#direction = "here";
    }
  };
  var FOCUSABLE = "a[href], area[href], button, input, select, textarea, iframe, controlledframe, summary, audio[controls], video[controls], object, embed, [tabindex], [contenteditable]:not([contenteditable='false'])";
  function neighbour(from, direction) {
    const stops = [];
    collect(documentElementOf(document), from, stops);
    arraySort(stops, (a, b) => rank2(a.tabIndex) - rank2(b.tabIndex) || a.order - b.order);
    for (let i = 0; i < stops.length; i++) {
      if (stops[i].element !== from) continue;
      const step = direction === "forward" ? 1 : stops.length - 1;
      const { element } = stops[(i + step) % stops.length];
      return element === from ? null : element;
    }
    return null;
  }
  var rank2 = (tabIndex) => tabIndex > 0 ? tabIndex : 1e9;
  function collect(element, from, stops) {
    if (!element || hasAttribute(element, "inert")) return;
    const html = (
      /** @type {HTMLElement} */
      element
    );
    if (element === from) {
      arrayPush(stops, { element: from, tabIndex: 0, order: stops.length });
    } else if (matches(element, FOCUSABLE) && !matches(element, ":disabled") && tabIndexOf(html) >= 0 && isVisible(element)) {
      arrayPush(stops, { element: html, tabIndex: tabIndexOf(html), order: stops.length });
    }
    const root = shadowRootOf(element);
    for (let child = root && fragmentFirstElementChild(root); child; child = nextElementSibling(child)) {
      collect(child, from, stops);
    }
    for (let child = firstElementChild(element); child; child = nextElementSibling(child))
      collect(child, from, stops);
  }

  // page/controlled-frame/frames.js
  var Frames = class {
    /** @type {Map<number, FrameController>} */
    #byNumber = new Map();
    #lastNumber = 0;
    /** The elements in the document, with a guest or without. @type {Set<FrameController>} */
    #connected = new Set();
    /** Told when guests come and go. */
    onGuestsChange = () => {
    };
    /** Told when the first element comes and when the last one goes. @type {(any: boolean) => void} */
    onConnectedChange = () => {
    };
    /** Has the observer tell at once of what has happened to the elements. */
    flush = () => {
    };
    /**
     * How large an element will be, as far as that is known.
     * @type {(element: HTMLElement) => { size?: FrameSize }}
     */
    sizeOf = () => ({});
    /**
     * Runs a function whose attribute changes are the runtime's own, not the page's.
     * @type {(change: () => void) => void}
     */
    unobserved = (change2) => change2();
    /**
     * The state behind an element, if it is a frame.
     * @type {(value: unknown) => FrameController | null}
     */
    controllerOf = () => null;
    /** @param {Bridge} bridge */
    constructor(bridge) {
      for (let i = 0; i < bridgedTypes.length; i++) {
        const type = bridgedTypes[i];
        bridge.listen(`frame.${type}`, (params, frame) => this.find(frame)?.handleEvent(type, params));
      }
      bridge.listen("frame.ended", (error, frame) => this.find(frame)?.handleEnded(error));
      bridge.listen("frame.contentsize", (size, frame) => this.find(frame)?.handleContentSize(size));
      bridge.listen("frame.contextMenuShow", (_, frame) => this.find(frame)?.handleContextMenuShow());
      bridge.listen("frame.contextMenuClick", (click, frame) => this.find(frame)?.handleContextMenuClick(click));
      bridge.listen("frame.history", (history, frame) => this.find(frame)?.handleHistory(history));
      bridge.respond("frame.messages", (params, frame, answer) => {
        const controller = this.find(frame);
        if (controller) controller.handleMessages(params, answer);
        else answer({});
      });
      bridge.respond("frame.dialog", (dialog, frame, answer) => {
        const controller = this.find(frame);
        if (controller) controller.handleDialog(dialog, answer);
        else answer({ action: "cancel" });
      });
      bridge.respond("frame.permissionrequest", (request, frame, answer) => {
        const controller = this.find(frame);
        if (controller) controller.handlePermissionRequest(request, answer);
        else answer({ action: "deny" });
      });
      bridge.respond("frame.newwindow", (window2, frame, answer) => {
        const controller = this.find(frame);
        if (controller) controller.handleNewWindow(window2, answer);
        else answer({ action: "discard" });
      });
    }
    /** How many guests there are. */
    get size() {
      return mapSize(this.#byNumber);
    }
    /** @param {number} number */
    find(number) {
      return mapGet(this.#byNumber, number);
    }
    /** @param {(controller: FrameController) => void} callback */
    forEach(callback) {
      mapForEach(this.#byNumber, callback);
    }
    /** @param {FrameController} controller */
    connected(controller) {
      setAdd(this.#connected, controller);
      if (setSize(this.#connected) === 1) this.onConnectedChange(true);
    }
    /** @param {FrameController} controller */
    disconnected(controller) {
      setDelete(this.#connected, controller);
      if (setSize(this.#connected) === 0) this.onConnectedChange(false);
    }
    /** @param {(controller: FrameController) => void} callback */
    forEachConnected(callback) {
      setForEach(this.#connected, callback);
    }
    /**
     * @param {FrameController} controller
     * @returns {number} the number of its new guest; none is used twice
     */
    add(controller) {
      const number = ++this.#lastNumber;
      mapSet(this.#byNumber, number, controller);
      this.onGuestsChange();
      return number;
    }
    /**
     * A guest that has its number already: a window that an embedded page has opened.
     * @param {FrameController} controller
     * @param {number} number
     */
    addWindow(controller, number) {
      mapSet(this.#byNumber, number, controller);
      this.onGuestsChange();
    }
    /** @param {number} number */
    remove(number) {
      mapDelete(this.#byNumber, number);
      this.onGuestsChange();
    }
    /**
     * Sets an attribute without the observer taking it for the page's doing.
     * @param {HTMLElement} element
     * @param {string} name
     * @param {string | null} value null removes it
     */
    setAttributeSilently(element, name, value) {
      this.unobserved(() => {
        if (value === null) removeAttribute(element, name);
        else setAttribute(element, name, value);
      });
    }
  };

  // page/controlled-frame/observer.js
  var TREE = { __proto__: null, childList: true, subtree: true };
  var ALL = { __proto__: null, childList: true, subtree: true, attributes: true, characterData: true };
  var Observer = class {
    /** @type {Reactions} */
    #reactions;
    /** @type {MutationObserver} */
    #observer;
    /** The roots that are observed, by their hosts. @type {WeakMap<Element, ShadowRoot>} */
    #roots = new WeakMap();
    #silent = false;
    /** Whether added trees may bring shadow roots, so that they have to be searched for them. */
    #searching = true;
    #foundRoot = false;
    /** @param {Reactions} reactions */
    constructor(reactions) {
      this.#reactions = reactions;
      this.#observer = new MutationObserver((records) => this.#process(records));
      observeMutations(
        this.#observer,
        document,
        /** @type {any} */
        TREE
      );
      addEventListener(document, "DOMContentLoaded", () => {
        this.flush();
        this.#searching = this.#foundRoot;
      });
    }
    /** Markup with shadow roots in it may be added from now on. */
    expectRoots() {
      this.#foundRoot = true;
      this.#searching = true;
    }
    /**
     * Attributes and text are looked at only while there are frames.
     * @param {boolean} active
     */
    setActive(active) {
      observeMutations(
        this.#observer,
        document,
        /** @type {any} */
        active ? ALL : TREE
      );
    }
    /** Tells at once of everything that has happened so far. */
    flush() {
      this.#process(takeRecords(this.#observer));
    }
    /**
     * Runs a function whose attribute changes are nobody's business.
     * @param {() => void} change
     */
    unobserved(change2) {
      this.flush();
      change2();
      this.#silent = true;
      try {
        this.flush();
      } finally {
        this.#silent = false;
      }
    }
    /**
     * Observes a shadow tree as well, for as long as it lives.
     * @param {Element} host
     * @param {ShadowRoot} root
     */
    addRoot(host, root) {
      if (weakMapHas(this.#roots, host)) return;
      weakMapSet(this.#roots, host, root);
      noteClosedRoot(host, root);
      this.expectRoots();
      observeMutations(
        this.#observer,
        root,
        /** @type {any} */
        ALL
      );
      this.#scan(fragmentFirstElementChild(root), new Set());
    }
    /** @param {MutationRecord[]} records */
    #process(records) {
      const count = records.length;
      if (!count) return;
      this.#tellRemoved(records);
      const loaded = new Set();
      for (let i = 0; i < count; i++) {
        const record = records[i];
        const target = recordTarget(record);
        if (recordType(record) === "childList") {
          const added = recordAdded(record);
          const length = nodeListLength(added);
          for (let j = 0; j < length; j++) {
            const node = nodeListItem(added, j);
            if (node && isElement(node) && isConnected(node)) this.#visitAdded(node, loaded);
          }
          this.#reactions.changed(target, false);
        } else if (recordType(record) === "characterData") {
          this.#reactions.changed(parentNode(target) ?? target, false);
        } else {
          const name = recordAttribute(record);
          const isFrame2 = isElement(target) && this.#reactions.isFrame(target);
          if (isFrame2 && name !== null && !this.#silent && !(name === "src" && setHas(loaded, target))) {
            if (name === "src") setAdd(loaded, target);
            this.#reactions.attributeChanged(
              /** @type {HTMLElement} */
              target,
              name
            );
          }
          this.#reactions.changed(target, true);
        }
      }
    }
    /**
     * A frame has been removed when it, or something it was in, has been, even if it is back already.
     * @param {MutationRecord[]} records
     */
    #tellRemoved(records) {
      let removed = null;
      for (let i = 0; i < records.length; i++) {
        const nodes2 = recordRemoved(records[i]);
        const length = nodeListLength(nodes2);
        for (let j = 0; j < length; j++) {
          const node = nodeListItem(nodes2, j);
          if (node && isElement(node)) setAdd(removed ??= new Set(), node);
        }
      }
      if (!removed) return;
      const nodes = removed;
      this.#reactions.forEachConnected((element) => {
        let node = element;
        while (node) {
          if (setHas(nodes, node)) {
            this.#reactions.disconnected(element);
            return;
          }
          node = parentNode(node) ?? (isShadowRoot(node) ? hostOf(node) : null);
        }
      });
    }
    /** @param {Element} element @param {Set<Node>} connected gets the frames in it */
    #visitAdded(element, connected) {
      if (this.#searching) {
        this.#visit(element, connected);
        return;
      }
      if (this.#reactions.isFrame(element)) this.#connect(element, connected);
      queryEach(element, "controlledframe", (frame) => {
        if (this.#reactions.isFrame(frame)) this.#connect(frame, connected);
      });
    }
    /** @param {Element} element @param {Set<Node>} connected */
    #connect(element, connected) {
      setAdd(connected, element);
      this.#reactions.connected(
        /** @type {HTMLElement} */
        element
      );
    }
    /**
     * Visits an element, its following siblings and all they contain.
     * @param {Element | null} first
     * @param {Set<Node>} connected gets the frames among them
     */
    #scan(first, connected) {
      for (let element = first; element; element = nextElementSibling(element)) this.#visit(element, connected);
    }
    /** @param {Element} element @param {Set<Node>} connected */
    #visit(element, connected) {
      if (this.#reactions.isFrame(element) && isConnected(element)) this.#connect(element, connected);
      const root = shadowRootOf(element);
      if (root) {
        if (weakMapHas(this.#roots, element)) this.#scan(fragmentFirstElementChild(root), connected);
        else this.addRoot(element, root);
      }
      this.#scan(firstElementChild(element), connected);
    }
  };

  // page/controlled-frame/upgrade.js
  var HTML = "http://www.w3.org/1999/xhtml";
  var rootOfInternals = getterOf(globalThis.ElementInternals.prototype, "shadowRoot");
  var isFrame = (element) => localName(element) === "controlledframe" && namespaceUri(element) === HTML;
  function isFrameValue(value) {
    if (typeof value !== "object" || value === null) return false;
    try {
      return isFrame(
        /** @type {Element} */
        value
      );
    } catch {
      return false;
    }
  }
  function answerForUnknownElements(prototype2, upgrade) {
    const names = ownKeys(prototype2);
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      if (name === "constructor" || typeof name === "symbol") continue;
      defineProperty(
        HTMLUnknownElement.prototype,
        name,
        /** @type {any} */
        {
          __proto__: null,
          get() {
            if (!isFrameValue(this)) return reflectGet(HTMLElement.prototype, name, this);
            upgrade(this);
            return (
              /** @type {any} */
              this[name]
            );
          },
          set(value) {
            if (isFrameValue(this)) {
              upgrade(this);
              this[name] = value;
            } else {
              defineProperty(this, name, { ...hidden(value, true), enumerable: true });
            }
          },
          enumerable: false,
          configurable: true
        }
      );
    }
    defineProperty(
      HTMLUnknownElement.prototype,
      toStringTag,
      /** @type {any} */
      {
        __proto__: null,
        get() {
          if (!isFrameValue(this)) return "HTMLUnknownElement";
          upgrade(this);
          return (
            /** @type {any} */
            this[toStringTag]
          );
        },
        enumerable: false,
        configurable: true
      }
    );
  }
  function patchFactories(upgrade, onShadowRoot, onUnsafeMarkup) {
    const { Document: Document6, Element: Element3, Node: Node3 } = globalThis;
    wrap(Document6.prototype, "createElement", (native) => ({
      createElement(_localName) {
        return upgraded(reflectApply(native, this, arguments));
      }
    }));
    wrap(Document6.prototype, "createElementNS", (native) => ({
      createElementNS(_namespace, _qualifiedName) {
        return upgraded(reflectApply(native, this, arguments));
      }
    }));
    wrap(Document6.prototype, "importNode", (native) => ({
      importNode(_node) {
        return upgraded(reflectApply(native, this, arguments));
      }
    }));
    wrap(Node3.prototype, "cloneNode", (native) => ({
      cloneNode() {
        return upgraded(reflectApply(native, this, arguments));
      }
    }));
    wrap(Element3.prototype, "attachShadow", (native) => ({
      attachShadow(_init) {
        const root = reflectApply(native, this, arguments);
        onShadowRoot(
          /** @type {any} */
          this,
          root
        );
        return root;
      }
    }));
    wrap(globalThis.HTMLElement.prototype, "attachInternals", (native) => ({
      attachInternals() {
        const internals = reflectApply(native, this, arguments);
        const root = rootOfInternals(internals);
        if (root) onShadowRoot(
          /** @type {any} */
          this,
          root
        );
        return internals;
      }
    }));
    const holders = [Element3.prototype, globalThis.ShadowRoot.prototype];
    for (let i = 0; i < holders.length; i++) {
      wrap(holders[i], "setHTMLUnsafe", (native) => ({
        setHTMLUnsafe(_html) {
          onUnsafeMarkup();
          return reflectApply(native, this, arguments);
        }
      }));
    }
    wrap(Document6, "parseHTMLUnsafe", (native) => ({
      parseHTMLUnsafe(_html) {
        onUnsafeMarkup();
        return reflectApply(native, this, arguments);
      }
    }));
    function upgraded(node) {
      if (isElement(node) && isFrame(node)) upgrade(node);
      return node;
    }
  }
  function wrap(holder, name, wrapperOf) {
    const own2 = getOwnPropertyDescriptor(holder, name);
    if (!own2) return;
    const wrapper = (
      /** @type {any} */
      wrapperOf(own2.value)[name]
    );
    defineProperty(
      holder,
      name,
      /** @type {any} */
      { ...own2, __proto__: null, value: wrapper }
    );
  }
  function handlerAttributeChanged(element, name, onListener) {
    if (!stringStartsWith(name, "on")) return;
    const type = stringSlice(name, 2);
    for (let i = 0; i < handlerTypes.length; i++) {
      if (handlerTypes[i] !== type) continue;
      setHandler(element, type, compile(getAttribute(element, name)));
      onListener(type);
    }
  }
  function readHandlerAttributes(element, onListener) {
    for (let i = 0; i < handlerTypes.length; i++) {
      const name = `on${handlerTypes[i]}`;
      if (hasAttribute(element, name)) handlerAttributeChanged(element, name, onListener);
    }
  }
  function compile(code) {
    if (code === null) return null;
    const scratch3 = createElement(document, "span");
    try {
      setAttribute(scratch3, "onclick", code);
      return getOnClick(scratch3);
    } catch {
      return null;
    }
  }

  // page/controlled-frame/install.js
  function installControlledFrame(bridge, opaquePages) {
    const controllers = new WeakMap();
    const frames = new Frames(bridge);
    const focus = new Focus(bridge, frames);
    const compositor = new Compositor(bridge, frames, opaquePages, () => {
      observer.flush();
      focus.check();
    });
    const upgrade = (value) => {
      if (!isFrameValue(value) || weakMapHas(controllers, value)) return;
      const controller = new FrameController(value, bridge, frames);
      weakMapSet(controllers, value, controller);
      setPrototypeOf(value, Interface.prototype);
      readHandlerAttributes(value, (type) => controller.equipment.listens(type));
    };
    const controllerOf = (element) => {
      upgrade(element);
      return (
        /** @type {FrameController} */
        weakMapGet(controllers, element)
      );
    };
    const observer = new Observer({
      isFrame,
      connected(element) {
        const controller = controllerOf(element);
        if (controller.connected) return;
        if (!ordinaryHasInstance(Interface, element)) setPrototypeOf(element, Interface.prototype);
        frames.connected(controller);
        controller.connect();
        focus.makeFocusable(element);
      },
      disconnected(element) {
        const controller = controllerOf(element);
        frames.disconnected(controller);
        controller.disconnect();
      },
      attributeChanged(element, name) {
        if (name === "src") controllerOf(element).sourceChanged();
        else if (name === "partition") controllerOf(element).partitionChanged();
        else if (name === "allow" || name === "allowfullscreen") controllerOf(element).equipment.allowChanged();
        else if (name === "aria-label" || name === "title") controllerOf(element).equipment.labelChanged();
        else if (name === "idleinterval") controllerOf(element).equipment.idleIntervalChanged();
        else if (isFitAttribute(name)) controllerOf(element).equipment.fitChanged();
        else if (name === "tabindex") focus.makeFocusable(element);
        else handlerAttributeChanged(element, name, (type) => controllerOf(element).equipment.listens(type));
      },
      forEachConnected: (callback) => frames.forEachConnected(({ element }) => callback(element)),
      changed: (target, isAttribute) => compositor.noteMutation(target, isAttribute)
    });
    frames.controllerOf = (value) => isFrameValue(value) ? controllerOf(value) : null;
    frames.unobserved = (change2) => observer.unobserved(change2);
    frames.flush = () => observer.flush();
    frames.sizeOf = (element) => compositor.sizeOf(element);
    frames.onGuestsChange = () => compositor.guestsChanged();
    frames.onConnectedChange = (any) => observer.setActive(any);
    const Interface = createInterface(controllers, upgrade, () => observer.flush());
    answerForUnknownElements(Interface.prototype, upgrade);
    patchFactories(
      upgrade,
      (host, root) => observer.addRoot(host, root),
      () => observer.expectRoots()
    );
    exposeInterface("HTMLControlledFrameElement", Interface);
    exposeInterface("ControlledFrame", Interface);
    exposeContextMenus();
  }

  // page/compositor/canvas.js
  var { CSSStyleSheet, Document: Document5 } = globalThis;
  var adoptedStyleSheets = getterOf(Document5.prototype, "adoptedStyleSheets");
  var replaceSync = uncurryThis(CSSStyleSheet.prototype.replaceSync);
  function renewCanvas() {
    const root = documentElementOf(document);
    if (!root) return;
    const sheet = new CSSStyleSheet();
    replaceSync(sheet, ":root { color-scheme: light !important }");
    const sheets = adoptedStyleSheets(document);
    arrayPush(sheets, sheet);
    styleValue(computedStyle(root), "color-scheme");
    replaceSync(sheet, "");
    styleValue(computedStyle(root), "color-scheme");
    sheets.length--;
  }

  // page/display-mode.js
  var CONDITION = /\(\s*display-mode\s*:\s*([a-z-]+)\s*\)/i;
  var ALWAYS = "(min-width: 0px)";
  var NEVER = "(max-width: -1px)";
  function installDisplayMode(mode) {
    if (typeof globalThis.matchMedia !== "function" || !("media" in (globalThis.MediaQueryList?.prototype ?? {}))) return;
    const native = globalThis.matchMedia;
    const match = uncurryThis(native);
    const mediaOf = getterOf(MediaQueryList.prototype, "media");
    const asked = new WeakMap();
    const holder = {
      /** @param {string} query */
      matchMedia(query) {
        if (arguments.length === 0) return (
          /** @type {any} */
          match(this)
        );
        const text3 = `${query}`;
        const decided = decide(text3, mode);
        const list = match(
          /** @type {any} */
          this,
          decided
        );
        if (decided !== text3) weakMapSet(asked, list, text3);
        return list;
      },
      get media() {
        const list = (
          /** @type {MediaQueryList} */
          /** @type {unknown} */
          this
        );
        return weakMapGet(asked, list) ?? mediaOf(list);
      }
    };
    defineProperty(
      globalThis,
      "matchMedia",
      /** @type {any} */
      {
        __proto__: null,
        value: holder.matchMedia,
        writable: true,
        enumerable: true,
        configurable: true
      }
    );
    copyAccessor(MediaQueryList.prototype, "media", holder);
  }
  function decide(query, mode) {
    let decided = "";
    let rest = query;
    for (let found = regExpExec(CONDITION, rest); found; found = regExpExec(CONDITION, rest)) {
      const holds = stringToLowerCase(found[1]) === mode;
      decided += stringSlice(rest, 0, found.index) + (holds ? ALWAYS : NEVER);
      rest = stringSlice(rest, found.index + found[0].length);
    }
    return decided + rest;
  }

  // page/isolation.js
  function installCrossOriginIsolated() {
    copyAccessor(globalThis, "crossOriginIsolated", {
      get crossOriginIsolated() {
        return true;
      }
    });
  }

  // page/network/connection.js
  var NETWORK_ERROR = "NetworkError";
  var WOULD_BLOCK = -11;
  var CHUNK_BYTES = 256 * 1024;
  var Connection = class {
    /**
     * Declared, as every public field here: an assignment to an undeclared one would call a setter
     * that a page has put on Object.prototype, and hand it over.
     * @type {NativeDescriptor}
     */
    descriptor;
    /** @type {Bridge} */
    #bridge;
    /** @type {number} */
    #id;
    #readableDone;
    #writableDone;
    /** The first error of either half, which decides how `closed` settles. @type {unknown} */
    #failure = void 0;
    #failed = false;
    /** Whether nothing more is to be read. */
    #isReadOver = false;
    /** Whether nothing can be written either. */
    #isOver = false;
    /** Why it has ended. @type {Error | null} */
    #reason = null;
    /** Those who wait for the end of reading. @type {EndCallback[]} */
    #awaitingRead = [];
    /** Those who wait for the end of everything. @type {EndCallback[]} */
    #awaitingAll = [];
    /** Told of an end that has not been met yet. @type {() => void} */
    #onEnded = () => {
    };
    /** Sends what was gathered. @type {() => void} */
    #onFlush = () => {
    };
    /** What is made of the halves. @type {object[]} */
    #streams = [];
    /** Told of an error that ends both halves at once. @type {((error: unknown) => void)[]} */
    #onFailure = [];
    /** What is made of the halves, as long as they are in use. @type {Half[]} */
    #halves = [];
    #isDetached = false;
    /** @type {(failed: boolean, failure: unknown) => void} */
    #onClosed;
    /** @type {(error: Error, name: string) => Error} */
    #exceptionOf;
    /**
     * @param {Bridge} bridge
     * @param {number} id the broker's number of it
     * @param {NativeDescriptor} descriptor
     * @param {{ readable: boolean, writable: boolean }} halves which directions exist
     * @param {(failed: boolean, failure: unknown) => void} onClosed called once, when all is over
     * @param {(error: Error, name: string) => Error} [exceptionOf] what the page sees for an error of a name
     */
    constructor(bridge, id, descriptor, halves, onClosed, exceptionOf = (error) => error) {
      this.#bridge = bridge;
      this.#id = id;
      this.descriptor = descriptor;
      this.#readableDone = !halves.readable;
      this.#writableDone = !halves.writable;
      this.#onClosed = onClosed;
      this.#exceptionOf = exceptionOf;
    }
    /** Whether both halves are over and the descriptor is closed. */
    get closed() {
      return this.#readableDone && this.#writableDone;
    }
    /**
     * Keeps a stream for as long as there is the connection, whatever the page holds: a reader or a writer alone does not keep
     * one in every engine.
     * @param {object} stream
     */
    keep(stream) {
      arrayPush(this.#streams, stream);
    }
    /**
     * Registers what a half does when the whole connection fails.
     * @param {(error: unknown) => void} callback
     */
    onFailure(callback) {
      arrayPush(this.#onFailure, callback);
    }
    /** @param {Half} half */
    addHalf(half) {
      arrayPush(this.#halves, half);
    }
    /** What the first of the halves that is not idle is doing. */
    get state() {
      for (let i = 0; i < this.#halves.length; i++) {
        const state = this.#halves[i].state();
        if (state !== "idle") return state;
      }
      return "idle";
    }
    /**
     * Ends both halves in order. The descriptor stays, and the connection with it, until somebody has gone on with it, or
     * failed to: that calls the returned function.
     * @returns {() => void}
     */
    detach() {
      this.#isDetached = true;
      for (let i = 0; i < this.#halves.length; i++) this.#halves[i].end();
      this.finishReadable();
      this.finishWritable();
      return () => {
        this.#isDetached = false;
        this.#finishBoth();
      };
    }
    /**
     * How does reading end? For whoever has met the end.
     * @param {EndCallback} callback
     */
    whenReadOver(callback) {
      if (this.#isReadOver) callback(this.#reason);
      else arrayPush(this.#awaitingRead, callback);
    }
    /**
     * How does it end altogether? For whoever cannot write any more, or whose reading has failed.
     * @param {EndCallback} callback
     */
    whenOver(callback) {
      if (this.#isOver) callback(this.#reason);
      else arrayPush(this.#awaitingAll, callback);
    }
    /** Whether it is known that it ends. */
    get isEnding() {
      return this.#isReadOver;
    }
    /**
     * Registers who looks for the end, in case that nobody reads.
     * @param {() => void} callback
     */
    onEnded(callback) {
      this.#onEnded = callback;
    }
    /**
     * Registers who sends what was gathered.
     * @param {() => void} callback
     */
    onFlush(callback) {
      this.#onFlush = callback;
    }
    /** Sends what was gathered: an answer to it may be expected. */
    flush() {
      this.#onFlush();
    }
    /**
     * The event has come.
     * @param {import("../bridge.js").Message} end
     */
    ended({ error, over: over2 }) {
      this.#isReadOver = true;
      this.#isOver = !!over2;
      if (error) {
        this.#reason = this.#exceptionOf(toException(error), error.name);
        if (error.name === "NotAllowedError") {
          this.fail(this.#reason);
          return;
        }
      }
      const reading = this.#awaitingRead;
      this.#awaitingRead = [];
      for (let i = 0; i < reading.length; i++) reading[i](this.#reason);
      if (this.#isOver) {
        const all = this.#awaitingAll;
        this.#awaitingAll = [];
        for (let i = 0; i < all.length; i++) all[i](this.#reason);
      }
      if (!this.closed) this.#onEnded();
    }
    /**
     * Ends both halves with an error, unless they are over already.
     * @param {unknown} error
     */
    fail(error) {
      if (this.closed) return;
      this.noteFailure(error);
      for (let i = 0; i < this.#onFailure.length; i++) this.#onFailure[i](error);
      this.finishReadable();
      this.finishWritable();
    }
    /**
     * A half broke, and the broker may not know why.
     * @param {Error | null} error what the event said
     */
    failBroken(error) {
      if (error) this.fail(error);
      else {
        const closed = new DOMException("The connection was closed by the other side.", NETWORK_ERROR);
        this.fail(this.#exceptionOf(closed, NETWORK_ERROR));
      }
    }
    /** The readable half is over. */
    finishReadable() {
      if (this.#readableDone) return;
      this.#readableDone = true;
      this.#finishBoth();
    }
    /** The writable half is over. */
    finishWritable() {
      if (this.#writableDone) return;
      this.#writableDone = true;
      this.#finishBoth();
    }
    /**
     * Remembers what `closed` rejects with.
     * @param {unknown} error
     */
    noteFailure(error) {
      if (this.#failed) return;
      this.#failed = true;
      this.#failure = error;
    }
    #finishBoth() {
      if (!this.closed || this.#isDetached) return;
      this.descriptor.close();
      this.#bridge.notify("network.close", { connection: this.#id });
      this.#onClosed(this.#failed, this.#failure);
    }
  };
  var Connections = class {
    /** @type {Map<number, { deref: () => Ending | undefined }>} */
    #byId = new Map();
    /** Numbers what can be aborted, fetches and sockets, so that it can before there is an answer. */
    #lastRequest = 0;
    /** @param {Bridge} bridge */
    constructor(bridge) {
      bridge.listen("network.ended", (end) => mapGet(this.#byId, end.connection)?.deref()?.ended(end));
    }
    /** A number that nothing else of this document is aborted by. */
    nextRequest() {
      return ++this.#lastRequest;
    }
    /**
     * Holds a connection until it is forgotten, even if the page has let go of its streams.
     * @param {number} id the broker's number of it
     * @param {Ending} connection
     */
    hold(id, connection) {
      mapSet(
        this.#byId,
        id,
        /** @type {any} */
        { __proto__: null, deref: () => connection }
      );
    }
    /**
     * Knows a connection, which goes when the page lets go of its streams.
     * @param {number} id the broker's number of it
     * @param {Connection} connection
     */
    know(id, connection) {
      const reference = new WeakRef(connection);
      mapSet(
        this.#byId,
        id,
        /** @type {any} */
        { __proto__: null, deref: () => weakRefDeref(reference) }
      );
    }
    /**
     * Ends a connection, if it is still there.
     * @param {number} id
     * @param {unknown} error
     */
    fail(id, error) {
      mapGet(this.#byId, id)?.deref()?.fail(error);
    }
    /** @param {number} id */
    forget(id) {
      mapDelete(this.#byId, id);
    }
  };

  // page/network/turn.js
  var BUDGET_MILLISECONDS = 2;
  var operations = 0;
  var started = 0;
  function beginTurn() {
    operations = 0;
  }
  var takesTurns = true;
  function spendTurn() {
    if (operations++ === 0) {
      started = now();
      return false;
    }
    return takesTurns && now() - started > BUDGET_MILLISECONDS;
  }
  function yieldTurn(callback) {
    queueTask(() => {
      beginTurn();
      callback();
    });
  }

  // page/network/descriptor-writer.js
  var SMALL_CHUNK_BYTES = 16 * 1024;
  var SMALL_WRITE_BYTES = 16 * 1024;
  var FIRST_WRITES = 4;
  var GATHERED_BYTES = 64 * 1024;
  var gathering = [];
  function flushGathered() {
    const writers = gathering;
    gathering = [];
    for (let i = 0; i < writers.length; i++) writers[i].flush();
  }
  var DescriptorWriter = class {
    /** @type {NativeDescriptor} */
    #descriptor;
    #onBroken;
    #scratch = new Uint8Array2(SMALL_CHUNK_BYTES);
    #scratchBytes = SMALL_CHUNK_BYTES;
    /** How many gathered bytes the scratch buffer holds. */
    #gathered = 0;
    /** How many small writes there were in a row. */
    #row = 0;
    #isGathering = false;
    /** Whether the native side holds bytes. */
    #isHeld = false;
    #isBroken = false;
    #isStopped = false;
    /**
     * @param {NativeDescriptor} descriptor
     * @param {() => void} onBroken called when a write fails for good
     */
    constructor(descriptor, onBroken) {
      this.#descriptor = descriptor;
      this.#onBroken = onBroken;
    }
    /** Whether not all that was written is the kernel's. */
    get isHeld() {
      return this.#isHeld;
    }
    /** Forgets the write under way, and what was gathered; its callback will not be called. */
    stop() {
      this.#isStopped = true;
      this.#gathered = 0;
    }
    /**
     * Writes all of `bytes`, unless the descriptor breaks first.
     * @param {Uint8Array} bytes read before this returns, so the caller may change them after
     * @param {() => void} onDone
     */
    write(bytes, onDone) {
      const total = bytesLength(bytes);
      if (total > SMALL_WRITE_BYTES) this.#row = 0;
      else if (this.#row++ >= FIRST_WRITES) {
        this.#gather(bytes, total, onDone);
        return;
      }
      this.#sendGathered();
      this.#grow(total);
      for (let next2 = 0; next2 < total; ) {
        if (next2 > 0 && spendTurn()) this.#isHeld = true;
        const length = min(total - next2, this.#scratchBytes);
        bytesSet(this.#scratch, bytesView(bytes, next2, next2 + length));
        next2 += length;
        this.#send(length);
      }
      this.#whenTaken(onDone);
    }
    /** Sends what was gathered, for whoever expects that it has gone. */
    flush() {
      this.#isGathering = false;
      this.#row = 0;
      if (this.#gathered === 0) return;
      this.#sendGathered();
      this.#whenTaken(() => {
      });
    }
    /**
     * Calls back when the kernel has taken everything that was written.
     * @param {() => void} onDone
     */
    finish(onDone) {
      this.#sendGathered();
      this.#whenTaken(onDone);
    }
    /**
     * @param {Uint8Array} bytes
     * @param {number} total how many they are
     * @param {() => void} onDone
     */
    #gather(bytes, total, onDone) {
      this.#grow(GATHERED_BYTES);
      bytesSet(bytesView(this.#scratch, this.#gathered, this.#gathered + total), bytes);
      this.#gathered += total;
      if (this.#gathered > GATHERED_BYTES - SMALL_WRITE_BYTES) {
        this.#sendGathered();
        this.#whenTaken(onDone);
        return;
      }
      if (!this.#isGathering) {
        this.#isGathering = true;
        arrayPush(
          gathering,
          /** @type {DescriptorWriter} */
          this
        );
        if (gathering.length === 1) yieldTurn(flushGathered);
      }
      onDone();
    }
    #sendGathered() {
      const length = this.#gathered;
      this.#gathered = 0;
      if (length > 0) this.#send(length);
    }
    /** Makes room for so many bytes, with no gathered ones lost. @param {number} total */
    #grow(total) {
      if (total <= this.#scratchBytes || this.#scratchBytes === CHUNK_BYTES || this.#gathered > 0) return;
      this.#scratchBytes = total <= GATHERED_BYTES ? GATHERED_BYTES : CHUNK_BYTES;
      this.#scratch = new Uint8Array2(this.#scratchBytes);
    }
    /** Sends the scratch buffer's first bytes. @param {number} length */
    #send(length) {
      let sent = 0;
      while (!this.#isHeld && !this.#isBroken && sent < length) {
        const count = this.#descriptor.write(this.#scratch, sent, length);
        if (count >= 0) sent += count;
        else if (count === WOULD_BLOCK) this.#isHeld = true;
        else this.#isBroken = true;
      }
      if (this.#isHeld && sent < length && this.#descriptor.hold(this.#scratch, sent, length) < 0) {
        this.#isBroken = true;
      }
    }
    /** @param {() => void} onDone called in time for other tasks to have their turn */
    #whenTaken(onDone) {
      if (this.#isBroken) {
        this.#onBroken();
        return;
      }
      if (!this.#isHeld) {
        if (spendTurn()) yieldTurn(() => this.#isStopped || onDone());
        else onDone();
        return;
      }
      const flushed = (state2) => {
        this.#isHeld = false;
        this.#isBroken = state2 < 0;
        if (this.#isStopped) return;
        if (this.#isBroken) this.#onBroken();
        else onDone();
      };
      const state = this.#descriptor.flush((state2) => {
        beginTurn();
        flushed(state2);
      });
      if (state === 0) yieldTurn(() => flushed(0));
      else if (state !== WOULD_BLOCK) flushed(state);
    }
  };

  // page/network/upload.js
  var Upload = class {
    /** @type {NativeDescriptor | undefined} */
    #descriptor;
    /** @type {DescriptorWriter | undefined} */
    #writer;
    /** @type {ReadableStreamDefaultReader<Uint8Array> | undefined} */
    #reader;
    #over = false;
    #onFailure;
    /**
     * @param {import("../bridge.js").Bridge} bridge
     * @param {import("./fetch-request.js").Body} body
     * @param {(upload: number, length: number | undefined) => void} onReady called with the number to
     *   fetch with, and the body's length if it is known; the body is written while the fetch goes on
     * @param {(reason: unknown) => void} onFailure called when the body cannot be read
     */
    constructor(bridge, body, onReady, onFailure) {
      this.#onFailure = onFailure;
      if ("stream" in body) this.#reader = readableGetReader(body.stream);
      if ("blob" in body) this.#reader = readableGetReader(streamOf(body.blob));
      bridge.call(
        "network.upload",
        {},
        ({ upload }, descriptor) => {
          if (!descriptor) {
            this.#fail(new TypeError2("The upload could not be opened."));
            return;
          }
          if (this.#over) {
            descriptor.close();
            return;
          }
          this.#descriptor = descriptor;
          this.#writer = new DescriptorWriter(descriptor, () => this.stop(void 0));
          if ("bytes" in body) {
            this.#writeAll(body.bytes, (length) => onReady(upload, length));
          } else {
            onReady(upload, "blob" in body ? blobSize(body.blob) : void 0);
            this.#pump();
          }
        },
        (error) => this.#fail(error)
      );
    }
    /**
     * Stops sending: the fetch is over, or the server wants no more.
     * @param {unknown} reason
     */
    stop(reason) {
      if (this.#over) return;
      this.#over = true;
      this.#writer?.stop();
      this.#descriptor?.close();
      if (this.#reader) promiseThen(readerCancel(this.#reader, reason), void 0, () => {
      });
    }
    /**
     * @param {Promise<ArrayBuffer>} promise
     * @param {(length: number) => void} onLength
     */
    #writeAll(promise, onLength) {
      promiseThen(
        promise,
        (buffer) => {
          if (this.#over) return;
          const bytes = new Uint8Array2(buffer);
          onLength(bytesLength(bytes));
          this.#writer?.write(bytes, () => this.#end());
        },
        (error) => this.#fail(error)
      );
    }
    #pump() {
      const reader = (
        /** @type {ReadableStreamDefaultReader<Uint8Array>} */
        this.#reader
      );
      promiseThen(
        readerRead(reader),
        ({ done, value }) => {
          if (this.#over) return;
          if (done) {
            this.#end();
            return;
          }
          const bytes = bytesOf(value);
          if (bytes) this.#writer?.write(bytes, () => this.#pump());
          else this.#fail(new TypeError2("A chunk of the body is not a Uint8Array."));
        },
        (error) => this.#fail(error)
      );
    }
    /** Says that the body is complete. Closing the descriptor before the broker does would break it off. */
    #end() {
      this.#writer?.finish(() => {
        const descriptor = (
          /** @type {NativeDescriptor} */
          this.#descriptor
        );
        this.#over = true;
        descriptor.shutdown(1);
        descriptor.waitRead(() => descriptor.close());
      });
    }
    /** @param {unknown} reason */
    #fail(reason) {
      if (this.#over) return;
      this.stop(reason);
      this.#onFailure(reason);
    }
  };
  function streamOf(blob) {
    return (
      /** @type {ReadableStream<Uint8Array>} */
      responseBody(new Response(blob))
    );
  }

  // page/files/channel.js
  var WRITE = 1;
  var TRUNCATE = 2;
  var CLOSE = 3;
  var ABORT = 4;
  var HEADER_BYTES = 13;
  var MOST_BYTES = 256 * 1024;
  var BEYOND = 2 ** 53;
  var FAILURES = (
    /** @type {const} */
    [
      ["NotAllowedError", "The app may not save the file any more."],
      ["QuotaExceededError", "There is no room for the file."],
      ["NotFoundError", "The file is not there any more."],
      ["NotAllowedError", "The system does not let the file be written."],
      ["UnknownError", "The file could not be written."]
    ]
  );
  var WriteChannel = class {
    /** @type {NativeDescriptor} */
    #descriptor;
    #writer;
    #answer = new Uint8Array2(1);
    /** Made as large as commands are. */
    #command = new Uint8Array2(HEADER_BYTES);
    #isOver = false;
    /** @param {NativeDescriptor} descriptor */
    constructor(descriptor) {
      this.#descriptor = descriptor;
      this.#writer = new DescriptorWriter(descriptor, () => {
      });
    }
    /**
     * @param {number} position
     * @param {Uint8Array} bytes not changed until it is done
     * @param {Done} onDone
     */
    write(position, bytes, onDone) {
      const total = bytesLength(bytes);
      const send = (from) => {
        const to = min(total, from + MOST_BYTES);
        this.#send(WRITE, position + from, bytesView(bytes, from, to), (error) => {
          if (error || to === total) onDone(error);
          else send(to);
        });
      };
      send(0);
    }
    /** @param {number} size @param {Done} onDone */
    truncate(size, onDone) {
      this.#send(TRUNCATE, size, null, onDone);
    }
    /** Makes what was written the file's content. @param {Done} onDone */
    close(onDone) {
      this.#end(CLOSE, onDone);
    }
    /** Gives it up, if it is not over. @param {Done} onDone */
    abort(onDone) {
      this.#end(ABORT, onDone);
    }
    /** @param {number} kind @param {Done} onDone */
    #end(kind, onDone) {
      if (this.#isOver) {
        onDone(failure(0));
        return;
      }
      this.#send(kind, 0, null, (error) => {
        this.#finish();
        onDone(error);
      });
    }
    /**
     * @param {number} kind
     * @param {number} number
     * @param {Uint8Array | null} bytes
     * @param {Done} onDone
     */
    #send(kind, number, bytes, onDone) {
      const length = bytes ? bytesLength(bytes) : 0;
      if (bytesLength(this.#command) < HEADER_BYTES + length) this.#command = new Uint8Array2(HEADER_BYTES + length);
      const command = bytesView(this.#command, 0, HEADER_BYTES + length);
      command[0] = kind;
      for (let i = 0, rest = number; i < 8; i++, rest = trunc(rest / 256)) {
        command[1 + i] = number < BEYOND ? rest % 256 : 255;
      }
      for (let i = 0, rest = length; i < 4; i++, rest = trunc(rest / 256)) command[9 + i] = rest % 256;
      if (bytes) bytesSet(command, bytes, HEADER_BYTES);
      this.#writer.write(command, () => {
      });
      this.#writer.flush();
      this.#read(onDone);
    }
    /** @param {Done} onDone */
    #read(onDone) {
      const count = this.#descriptor.readInto(this.#answer);
      if (count === WOULD_BLOCK) {
        this.#descriptor.waitRead(() => this.#read(onDone));
        return;
      }
      const status = count > 0 ? this.#answer[0] : -1;
      if (status === 0) {
        onDone(null);
        return;
      }
      this.#finish();
      onDone(failure(status));
    }
    #finish() {
      this.#isOver = true;
      this.#writer.stop();
      this.#descriptor.close();
    }
  };
  function failure(status) {
    const known = status >= 0 && status < FAILURES.length ? FAILURES[status] : FAILURES[0];
    return new DOMException(known[1], known[0]);
  }

  // page/network/form-data.js
  function asFormData(value) {
    try {
      formDataHas(
        /** @type {FormData} */
        value,
        "a"
      );
    } catch {
      return null;
    }
    return (
      /** @type {FormData} */
      value
    );
  }
  function encodeFormData(form) {
    const boundary = `----insulaformboundary${randomHex()}`;
    const parts = [];
    formDataForEach(form, (value, name) => {
      const head = `--${boundary}\r
Content-Disposition: form-data; name="${quoted(normalized(name))}"`;
      if (typeof value === "string") {
        arrayPush(parts, `${head}\r
\r
${normalized(value)}\r
`);
      } else {
        const type = blobType(value) || "application/octet-stream";
        arrayPush(
          parts,
          `${head}; filename="${quoted(fileName(value))}"\r
Content-Type: ${type}\r
\r
`,
          value,
          "\r\n"
        );
      }
    });
    arrayPush(parts, `--${boundary}--\r
`);
    const options = { __proto__: null, type: `multipart/form-data; boundary=${boundary}` };
    return new Blob(
      parts,
      /** @type {any} */
      options
    );
  }
  function randomHex() {
    const bytes = getRandomValues(new Uint8Array2(12));
    let text3 = "";
    for (let i = 0; i < bytes.length; i++)
      text3 += "0123456789abcdef"[bytes[i] >> 4] + "0123456789abcdef"[bytes[i] & 15];
    return text3;
  }
  var normalized = (text3) => replaceEach(text3, /^([^]*?)(\r\n|\r|\n)/, () => "\r\n");
  var quoted = (text3) => replaceEach(text3, /^([^]*?)(["\r\n])/, (found) => found === '"' ? "%22" : found === "\r" ? "%0D" : "%0A");
  function replaceEach(text3, pattern, replacement) {
    let result = "";
    let rest = text3;
    for (; ; ) {
      const match = regExpExec(pattern, rest);
      if (!match) return result + rest;
      result += match[1] + replacement(match[2]);
      rest = stringSlice(rest, match[0].length);
    }
  }

  // page/network/headers.js
  var TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
  var FORBIDDEN_VALUE = /[\0\r\n\u0100-\uffff]/;
  var WHITESPACE_AROUND = /^[\t\n\r ]*([^]*?)[\t\n\r ]*$/;
  function isToken(text3) {
    return regExpExec(TOKEN, text3) !== null;
  }
  function convertHeaders(value, context2) {
    if ((typeof value !== "object" || value === null) && typeof value !== "function") {
      throw new TypeError2(`${context2}: The provided headers are not of type 'HeadersInit'.`);
    }
    const fromHeaders = tryListOf(value);
    if (fromHeaders) return fromHeaders;
    const headers = [];
    if (
      /** @type {any} */
      value[symbolIterator] !== void 0
    ) {
      for (
        const pair of
        /** @type {Iterable<Iterable<unknown>>} */
        value
      ) {
        const parts = isArray(pair) ? pair : [...pair];
        if (parts.length !== 2) throw new TypeError2(`${context2}: A header needs a name and a value.`);
        addHeader(headers, context2, toDOMString(parts[0]), toDOMString(parts[1]));
      }
      return headers;
    }
    const names = ownKeys(value);
    for (let i = 0; i < names.length; i++) {
      if (!getOwnPropertyDescriptor(value, names[i])?.enumerable) continue;
      addHeader(headers, context2, toDOMString(names[i]), toDOMString(
        /** @type {any} */
        value[names[i]]
      ));
    }
    return headers;
  }
  function tryListOf(value) {
    try {
      headersHas(
        /** @type {Headers} */
        value,
        "a"
      );
    } catch {
      return null;
    }
    return listOf2(
      /** @type {Headers} */
      value
    );
  }
  function listOf2(headers) {
    const list = [];
    headersForEach(headers, (value, name) => void arrayPush(list, [name, value]));
    return list;
  }
  function addHeader(headers, context2, name, value) {
    if (!isToken(name)) throw new TypeError2(`${context2}: '${name}' is not a valid header name.`);
    const trimmed = (
      /** @type {RegExpExecArray} */
      regExpExec(WHITESPACE_AROUND, value)[1]
    );
    if (regExpExec(FORBIDDEN_VALUE, trimmed)) {
      throw new TypeError2(`${context2}: The value of header '${name}' is not a valid one.`);
    }
    arrayPush(headers, [name, trimmed]);
  }

  // page/network/request-init.js
  var CACHES = (
    /** @type {const} */
    [
      "default",
      "no-store",
      "reload",
      "no-cache",
      "force-cache",
      "only-if-cached"
    ]
  );
  var CREDENTIALS = (
    /** @type {const} */
    ["omit", "same-origin", "include"]
  );
  var MODES2 = (
    /** @type {const} */
    ["navigate", "same-origin", "no-cors", "cors"]
  );
  var PRIORITIES = (
    /** @type {const} */
    ["high", "low", "auto"]
  );
  var REDIRECTS = (
    /** @type {const} */
    ["follow", "error", "manual"]
  );
  var REFERRER_POLICIES = (
    /** @type {const} */
    [
      "",
      "no-referrer",
      "no-referrer-when-downgrade",
      "same-origin",
      "origin",
      "strict-origin",
      "origin-when-cross-origin",
      "strict-origin-when-cross-origin",
      "unsafe-url"
    ]
  );
  var UNA_CREDENTIALS = (
    /** @type {const} */
    ["omit", "app"]
  );
  function readInit(value, context2) {
    const {
      body,
      cache,
      credentials,
      duplex,
      headers,
      integrity,
      keepalive,
      method,
      mode,
      priority,
      redirect,
      referrer,
      referrerPolicy,
      signal,
      timeout,
      unaCredentials,
      window: window2
    } = toDictionary(value, context2, "RequestInit");
    const enumeration = (member, values, type) => member === void 0 ? void 0 : toEnum(member, values, context2, type);
    enumeration(credentials, CREDENTIALS, "RequestCredentials");
    enumeration(priority, PRIORITIES, "RequestPriority");
    enumeration(referrerPolicy, REFERRER_POLICIES, "ReferrerPolicy");
    const converted2 = {
      __proto__: null,
      body,
      cache: enumeration(cache, CACHES, "RequestCache"),
      duplex: enumeration(
        duplex,
        /** @type {const} */
        ["half"],
        "RequestDuplex"
      ),
      headers,
      integrity: integrity === void 0 ? void 0 : toDOMString(integrity),
      keepalive: !!keepalive,
      method,
      mode: enumeration(mode, MODES2, "RequestMode"),
      redirect: enumeration(redirect, REDIRECTS, "RequestRedirect"),
      signal,
      /** 0 is as good as none. */
      timeout: timeout === void 0 ? 0 : toUnsigned(timeout, 32, `${context2}: Failed to read 'timeout'`),
      unaCredentials: enumeration(unaCredentials, UNA_CREDENTIALS, "UnrestrictedNetworkCredentials")
    };
    if (converted2.mode === "navigate") {
      throw new TypeError2(`${context2}: Cannot construct a Request with a RequestInit whose mode is 'navigate'.`);
    }
    if (window2 !== void 0 && window2 !== null) {
      throw new TypeError2(`${context2}: RequestInit's window can only be null.`);
    }
    if (referrer !== void 0) checkReferrer(toUSVString(referrer), context2);
    return converted2;
  }
  function checkReferrer(referrer, context2) {
    if (referrer === "") return;
    try {
      new URL(referrer, baseUrl());
    } catch {
      throw new TypeError2(`${context2}: Referrer '${referrer}' is not a valid URL.`);
    }
  }
  function baseUrl() {
    return globalThis.document?.baseURI ?? globalThis.location?.href;
  }

  // page/network/fetch-request.js
  var CONTEXT2 = "Failed to execute 'fetch' on 'UnrestrictedNetwork'";
  function readRequest(input, value) {
    const init = readInit(value, CONTEXT2);
    const from = asRequest(input);
    const { body: givenBody, headers: givenHeaders, method: givenMethod, redirect, signal } = init;
    if (init.cache === "only-if-cached" && (init.mode ?? (from && requestMode(from))) !== "same-origin") {
      throw new TypeError2(`${CONTEXT2}: 'only-if-cached' can be set only with 'same-origin' mode.`);
    }
    const url = parseUrl(from ? requestUrl(from) : input);
    const method = normalizeMethod(givenMethod === void 0 ? from && requestMethod(from) : givenMethod);
    const headers = givenHeaders === void 0 ? from ? listOf2(requestHeaders(from)) : [] : convertHeaders(givenHeaders, CONTEXT2);
    let body = null;
    if (givenBody !== void 0 && givenBody !== null) {
      if (method === "GET" || method === "HEAD") {
        throw new TypeError2(`${CONTEXT2}: Request with GET/HEAD method cannot have body.`);
      }
      body = convertBody(givenBody, init, headers);
    } else if (from && method !== "GET" && method !== "HEAD") {
      if (requestBodyUsed(from))
        throw new TypeError2(`${CONTEXT2}: The body of the Request has already been read.`);
      body = bodyOf2(requestArrayBuffer(from));
    } else if (from && requestMethod(from) !== method) {
      new Request(
        from,
        /** @type {any} */
        { __proto__: null, method }
      );
    }
    return {
      url: urlHref(url),
      /** Whether it is found without the network. */
      isLocal: isLocal(url),
      method,
      headers,
      body,
      integrity: init.integrity ?? (from ? requestIntegrity(from) : ""),
      redirect: redirect ?? (from ? requestRedirect(from) : "follow"),
      credentials: init.unaCredentials,
      timeout: init.timeout || void 0,
      signal: signal === void 0 ? from && requestSignal(from) : convertSignal(signal)
    };
  }
  function asRequest(input) {
    try {
      requestUrl(
        /** @type {Request} */
        input
      );
    } catch {
      return null;
    }
    return (
      /** @type {Request} */
      input
    );
  }
  function parseUrl(input, context2 = CONTEXT2) {
    const text3 = toUSVString(input);
    let url;
    try {
      url = new URL(text3, baseUrl());
    } catch {
      throw new TypeError2(`${context2}: Failed to parse URL from ${text3}`);
    }
    const protocol = urlProtocol(url);
    if (protocol !== "http:" && protocol !== "https:" && !isLocal(url)) {
      throw new TypeError2(`${context2}: URL scheme "${protocol}" is not supported.`);
    }
    if (urlUsername(url) || urlPassword(url)) {
      throw new TypeError2(`${context2}: The URL includes credentials.`);
    }
    return url;
  }
  function isLocal(url) {
    const protocol = urlProtocol(url);
    return protocol === "data:" || protocol === "blob:";
  }
  function normalizeMethod(value) {
    if (value === void 0 || value === null) return "GET";
    const method = toDOMString(value);
    const upper = stringToUpperCase(method);
    if (!isToken(method)) throw new TypeError2(`${CONTEXT2}: '${method}' is not a valid HTTP method.`);
    switch (upper) {
      case "CONNECT":
      case "TRACE":
      case "TRACK":
        throw new TypeError2(`${CONTEXT2}: '${method}' HTTP method is unsupported.`);
      case "DELETE":
      case "GET":
      case "HEAD":
      case "OPTIONS":
      case "POST":
      case "PUT":
        return upper;
    }
    return method;
  }
  function convertBody(value, { duplex, keepalive }, headers) {
    if (isReadableStream(value)) {
      if (duplex === void 0) {
        throw new TypeError2(`${CONTEXT2}: A stream as the body needs duplex: 'half'.`);
      }
      if (keepalive) throw new TypeError2(`${CONTEXT2}: A request with a stream as the body cannot be kept alive.`);
      if (!isUnread(value)) {
        throw new TypeError2(`${CONTEXT2}: The stream of the body is locked or has been read from.`);
      }
      return { stream: value };
    }
    const form = asFormData(value);
    const source = form ? encodeFormData(form) : value;
    const response = new Response(
      /** @type {BodyInit} */
      source
    );
    const type = headersGet(responseHeaders(response), "content-type");
    if (type !== null) {
      let missing = true;
      for (let i = 0; i < headers.length; i++) {
        if (stringToLowerCase(headers[i][0]) === "content-type") missing = false;
      }
      if (missing) arrayPush(headers, ["content-type", type]);
    }
    return isBlob(source) ? { blob: source } : bodyOf2(responseArrayBuffer(response));
  }
  function bodyOf2(bytes) {
    promiseThen(bytes, void 0, () => {
    });
    return { bytes };
  }
  function isBlob(value) {
    try {
      blobSize(
        /** @type {Blob} */
        value
      );
      return true;
    } catch {
      return false;
    }
  }
  function isReadableStream(value) {
    try {
      readableLocked(
        /** @type {ReadableStream} */
        value
      );
      return true;
    } catch {
      return false;
    }
  }
  function isUnread(stream) {
    if (readableLocked(stream)) return false;
    try {
      new Response(stream);
      return true;
    } catch {
      return false;
    }
  }
  function convertSignal(value) {
    if (value === null) return null;
    try {
      signalAborted(
        /** @type {AbortSignal} */
        value
      );
    } catch {
      throw new TypeError2(`${CONTEXT2}: member signal is not of type AbortSignal (${describe(value)}).`);
    }
    return (
      /** @type {AbortSignal} */
      value
    );
  }

  // page/files/write-chunk.js
  var TYPES3 = (
    /** @type {const} */
    ["write", "seek", "truncate"]
  );
  var BEYOND2 = 2 ** 64;
  var WriteChunk = class {
    /** @type {"write" | "seek" | "truncate"} */
    type;
    /** Where to write, or to go. @type {number | null} */
    position;
    /** How long the file becomes. @type {number | null} */
    size;
    /** What to write. @type {Data | null} */
    data;
    #isOne = true;
    /**
     * @param {"write" | "seek" | "truncate"} type
     * @param {{ position?: number | null, size?: number | null, data?: Data | null }} members
     */
    constructor(type, { position = null, size = null, data = null }) {
      this.type = type;
      this.position = position;
      this.size = size;
      this.data = data;
    }
    /** @param {unknown} value @returns {value is WriteChunk} */
    static isOne(value) {
      return isObject(value) && #isOne in value;
    }
  };
  function toWriteChunk(value, context2) {
    if (WriteChunk.isOne(value)) return value;
    if (value !== void 0 && value !== null) {
      const data2 = isObject(value) ? binary(value) : text2(value);
      if (data2) return new WriteChunk(
        "write",
        /** @type {any} */
        { __proto__: null, data: data2 }
      );
    }
    const params = toDictionary(value, context2, "WriteParams");
    const { data } = params;
    const written = data === void 0 || data === null ? null : toData(data);
    const position = nullable(params.position);
    const size = nullable(params.size);
    const given = params.type;
    if (given === void 0) {
      throw new TypeError2(`${context2}: Failed to read the 'type' property from 'WriteParams': Required member is undefined.`);
    }
    const type = toEnum(given, TYPES3, context2, "WriteCommandType");
    const required = (member) => new TypeError2(`${context2}: '${type}' requires a ${member} argument.`);
    if (type === "write" && written === null) throw required("data");
    if (type === "seek" && position === null) throw required("position");
    if (type === "truncate" && size === null) throw required("size");
    return new WriteChunk(
      type,
      /** @type {any} */
      { __proto__: null, position, size, data: written }
    );
  }
  function toData(value) {
    return isObject(value) && binary(value) || text2(value);
  }
  function binary(value) {
    if (isBlob(value)) return (
      /** @type {any} */
      { __proto__: null, blob: value }
    );
    const bytes = bytesOf(value);
    return bytes && ofBytes(bytesCopy(bytes, 0, bytesLength(bytes)));
  }
  function text2(value) {
    return ofBytes(encodeText(toUSVString(value)));
  }
  function ofBytes(bytes) {
    return (
      /** @type {any} */
      { __proto__: null, bytes }
    );
  }
  function nullable(value) {
    return value === void 0 || value === null ? null : toUnsignedLongLong(value);
  }
  function toUnsignedLongLong(value) {
    const number = +/** @type {any} */
    value;
    if (!isFiniteNumber(number)) return 0;
    const rest = trunc(number) % BEYOND2;
    return rest < 0 ? BEYOND2 : rest + 0;
  }

  // page/files/writable.js
  var INTERFACE = "FileSystemWritableFileStream";
  var NOTHING2 = new Uint8Array2(0);
  function createWritables() {
    const known = new WeakMap();
    const open = new Set();
    class FileSystemWritableFileStream extends WritableStream {
      // @ts-expect-error there is nothing to construct
      constructor() {
        throw new TypeError2("Illegal constructor");
      }
      /** @param {unknown} data @returns {Promise<void>} */
      write(data) {
        return perform(this, "write", arguments.length, (context2) => toWriteChunk(data, context2));
      }
      /** @param {number} position @returns {Promise<void>} */
      seek(position) {
        return perform(
          this,
          "seek",
          arguments.length,
          () => new WriteChunk(
            "seek",
            /** @type {any} */
            { __proto__: null, position: toUnsignedLongLong(position) }
          )
        );
      }
      /** @param {number} size @returns {Promise<void>} */
      truncate(size) {
        return perform(
          this,
          "truncate",
          arguments.length,
          () => new WriteChunk(
            "truncate",
            /** @type {any} */
            { __proto__: null, size: toUnsignedLongLong(size) }
          )
        );
      }
    }
    finishInterface(FileSystemWritableFileStream, INTERFACE, ["write", "seek", "truncate"]);
    if (!(INTERFACE in globalThis)) exposeInterface(INTERFACE, FileSystemWritableFileStream);
    function perform(stream, operation, given, convert2) {
      if (!weakMapHas(known, stream)) return illegalInvocation(operation, INTERFACE);
      return promiseFrom((resolve) => {
        const context2 = `Failed to execute '${operation}' on '${INTERFACE}'`;
        requireArguments(context2, given, 1);
        const chunk = convert2(context2);
        const writer = writableGetWriter(stream);
        const written = writerWrite(writer, chunk);
        writerReleaseLock(writer);
        resolve(
          /** @type {any} */
          written
        );
      });
    }
    return (descriptor) => {
      const sink = createSink(new WriteChannel(descriptor), () => setDelete(open, stream));
      const stream = new WritableStream(
        sink,
        /** @type {any} */
        { __proto__: null, highWaterMark: 1 }
      );
      weakMapSet(known, stream, true);
      setAdd(open, stream);
      return setPrototypeOf(stream, FileSystemWritableFileStream.prototype);
    };
  }
  function createSink(channel, onOver) {
    let cursor = 0;
    const settle = (steps) => new Promise2((resolve, reject) => {
      steps((error) => error ? reject(error) : resolve());
    });
    const fail = (done, error) => channel.abort(() => {
      onOver();
      done(error);
    });
    const write2 = ({ data, position }, done) => {
      const from = position ?? cursor;
      const written = (error, length) => {
        if (error) {
          fail(done, error);
          return;
        }
        cursor = from + length;
        done(null);
      };
      if (data && "blob" in data) {
        writeBlob(channel, from, data.blob, written);
      } else {
        const bytes = data ? data.bytes : NOTHING2;
        channel.write(from, bytes, (error) => written(error, bytesLength(bytes)));
      }
    };
    return (
      /** @type {any} */
      {
        __proto__: null,
        /** @param {unknown} value */
        write: (value) => settle((done) => {
          try {
            const chunk = toWriteChunk(value, `Failed to execute 'write' on '${INTERFACE}'`);
            if (chunk.type === "write") {
              write2(chunk, done);
            } else if (chunk.type === "seek") {
              cursor = chunk.position ?? 0;
              done(null);
            } else {
              const size = chunk.size ?? 0;
              channel.truncate(size, (error) => {
                if (error) {
                  fail(done, error);
                  return;
                }
                cursor = min(cursor, size);
                done(null);
              });
            }
          } catch (error) {
            fail(done, error);
          }
        }),
        close: () => settle(
          (done) => channel.close((error) => {
            onOver();
            done(error);
          })
        ),
        abort: () => settle(
          (done) => channel.abort(() => {
            onOver();
            done(null);
          })
        )
      }
    );
  }
  function writeBlob(channel, from, blob, done) {
    const reader = readableGetReader(streamOf(blob));
    let length = 0;
    const next2 = () => {
      promiseThen(
        readerRead(reader),
        ({ done: isOver, value }) => {
          if (isOver) {
            if (length === 0) channel.write(from, NOTHING2, (error) => done(error, 0));
            else done(null, length);
            return;
          }
          const bytes = bytesOf(value) ?? NOTHING2;
          channel.write(from + length, bytes, (error) => {
            length += bytesLength(bytes);
            if (!error) {
              next2();
              return;
            }
            promiseThen(readerCancel(reader, error), void 0, () => {
            });
            done(error, length);
          });
        },
        (error) => done(error, length)
      );
    };
    next2();
  }

  // page/launch.js
  var ONCE = (
    /** @type {AddEventListenerOptions} */
    { __proto__: null, once: true }
  );
  var MODES3 = (
    /** @type {const} */
    ["read", "readwrite"]
  );
  var LOCKS = (
    /** @type {const} */
    ["exclusive", "siloed"]
  );
  function installLaunchQueue(bridge) {
    const createHandle = createFileHandles(bridge);
    const paramsOf = new WeakMap();
    const waiting = [];
    let consumer = null;
    const { reportError } = globalThis;
    class LaunchParams {
      constructor() {
        throw new TypeError2("Illegal constructor");
      }
      get targetURL() {
        return of(this).targetURL;
      }
      get files() {
        return of(this).files;
      }
    }
    finishInterface(LaunchParams, "LaunchParams", ["targetURL", "files"]);
    exposeInterface("LaunchParams", LaunchParams);
    function of(params) {
      const found = weakMapGet(paramsOf, params);
      if (!found) throw new TypeError2("Illegal invocation");
      return found;
    }
    class LaunchQueue {
      constructor() {
        throw new TypeError2("Illegal constructor");
      }
      /** @param {(params: object) => unknown} callback */
      setConsumer(callback) {
        if (
          /** @type {unknown} */
          this !== queue
        ) throw new TypeError2("Illegal invocation");
        const context2 = "Failed to execute 'setConsumer' on 'LaunchQueue'";
        requireArguments(context2, arguments.length, 1);
        if (typeof callback !== "function") {
          throw new TypeError2(`${context2}: parameter 1 is not of type 'Function'.`);
        }
        consumer = callback;
        consume();
      }
    }
    finishInterface(LaunchQueue, "LaunchQueue", ["setConsumer"]);
    exposeInterface("LaunchQueue", LaunchQueue);
    const queue = createPlatformObject(LaunchQueue);
    copyAccessor(globalThis, "launchQueue", {
      get launchQueue() {
        return queue;
      }
    });
    function consume() {
      while (consumer && waiting.length > 0) {
        const params = arraySplice(waiting, 0, 1)[0];
        const take = consumer;
        try {
          take(params);
        } catch (error) {
          if (reportError) reportError(error);
        }
      }
    }
    bridge.listen("launch.params", ({ targetUrl, files }) => {
      const handles = [];
      for (let i = 0; i < files.length; i++) arrayPush(handles, createHandle(files[i].file, files[i].name));
      const params = createPlatformObject(LaunchParams);
      weakMapSet(
        paramsOf,
        params,
        /** @type {any} */
        { __proto__: null, targetURL: targetUrl, files: freeze(handles) }
      );
      arrayPush(waiting, params);
      consume();
    });
  }
  function createFileHandles(bridge) {
    const files = new WeakMap();
    const choose = createChooser();
    const createWritable2 = createWritables();
    class FileSystemHandle {
      constructor() {
        throw new TypeError2("Illegal constructor");
      }
      get kind() {
        of(this);
        return "file";
      }
      get name() {
        return of(this).name;
      }
      /** @param {object} other @returns {Promise<boolean>} */
      isSameEntry(other) {
        const own2 = weakMapGet(files, this);
        if (!own2) return illegalInvocation("isSameEntry", "FileSystemHandle");
        const given = arguments.length;
        return promiseFrom((resolve) => {
          requireArguments("Failed to execute 'isSameEntry' on 'FileSystemHandle'", given, 1);
          resolve(weakMapGet(files, other)?.file === own2.file);
        });
      }
      /** @param {object} [descriptor] @returns {Promise<PermissionState>} */
      queryPermission(descriptor) {
        const own2 = weakMapGet(files, this);
        if (!own2) return illegalInvocation("queryPermission", "FileSystemHandle");
        return permission(own2.file, descriptor, "queryPermission", "launch.queryWriting");
      }
      /** @param {object} [descriptor] @returns {Promise<PermissionState>} */
      requestPermission(descriptor) {
        const own2 = weakMapGet(files, this);
        if (!own2) return illegalInvocation("requestPermission", "FileSystemHandle");
        return permission(own2.file, descriptor, "requestPermission", "launch.requestWriting");
      }
    }
    finishInterface(FileSystemHandle, "FileSystemHandle", [
      "kind",
      "name",
      "isSameEntry",
      "queryPermission",
      "requestPermission"
    ]);
    class FileSystemFileHandle extends FileSystemHandle {
      /** @returns {Promise<File>} */
      getFile() {
        const own2 = weakMapGet(files, this);
        if (!own2) return illegalInvocation("getFile", "FileSystemFileHandle");
        return promiseFrom((resolve, reject) => {
          bridge.call("launch.file", { file: own2.file }, (chosen) => choose(chosen, resolve, reject), reject);
        });
      }
      /** @param {object} [options] @returns {Promise<WritableStream>} */
      createWritable(options) {
        const own2 = weakMapGet(files, this);
        if (!own2) return illegalInvocation("createWritable", "FileSystemFileHandle");
        return promiseFrom((resolve, reject) => {
          const context2 = "Failed to execute 'createWritable' on 'FileSystemFileHandle'";
          const { keepExistingData, mode } = toDictionary(options, context2, "FileSystemCreateWritableOptions");
          const isExclusive = mode !== void 0 && toEnum(mode, LOCKS, context2, "FileSystemWritableFileStreamMode") === "exclusive";
          bridge.call(
            "launch.write",
            { file: own2.file, keepExistingData: !!keepExistingData, exclusive: isExclusive },
            (_, descriptor) => {
              if (descriptor) resolve(createWritable2(descriptor));
              else reject(new DOMException("The file could not be opened.", "UnknownError"));
            },
            reject
          );
        });
      }
    }
    finishInterface(FileSystemFileHandle, "FileSystemFileHandle", ["getFile", "createWritable"]);
    if (!("FileSystemHandle" in globalThis)) {
      exposeInterface("FileSystemHandle", FileSystemHandle);
      exposeInterface("FileSystemFileHandle", FileSystemFileHandle);
    }
    function of(handle) {
      const found = weakMapGet(files, handle);
      if (!found) throw new TypeError2("Illegal invocation");
      return found;
    }
    function permission(file, descriptor, operation, method) {
      return promiseFrom((resolve, reject) => {
        const context2 = `Failed to execute '${operation}' on 'FileSystemHandle'`;
        const { mode } = toDictionary(descriptor, context2, "FileSystemHandlePermissionDescriptor");
        const wanted = mode === void 0 ? "read" : toEnum(mode, MODES3, context2, "FileSystemPermissionMode");
        if (wanted === "read") resolve("granted");
        else bridge.call(method, { file }, ({ state }) => resolve(state), reject);
      });
    }
    return (file, name) => {
      const handle = createPlatformObject(FileSystemFileHandle);
      weakMapSet(
        files,
        handle,
        /** @type {any} */
        { __proto__: null, file, name }
      );
      return handle;
    };
  }
  function createChooser() {
    const { document: document2, HTMLInputElement } = globalThis;
    const createElement2 = uncurryThis(document2.createElement);
    const setAttribute2 = uncurryThis(globalThis.Element.prototype.setAttribute);
    const click = uncurryThis(globalThis.HTMLElement.prototype.click);
    const filesOf = getterOf(HTMLInputElement.prototype, "files");
    const itemOf = uncurryThis(globalThis.FileList.prototype.item);
    const open = new Set();
    return ({ mediaType, event }, resolve, reject) => {
      const chooser = (
        /** @type {HTMLInputElement} */
        /** @type {any} */
        createElement2(document2, "input")
      );
      setAttribute2(chooser, "type", "file");
      setAttribute2(chooser, "accept", mediaType);
      setAdd(open, chooser);
      const openIt = () => click(chooser);
      const finish = () => {
        setDelete(open, chooser);
        removeEventListener(globalThis, event, openIt);
        const files = filesOf(chooser);
        const file = files && itemOf(files, 0);
        if (file) resolve(file);
        else reject(new DOMException("The file is not there any more.", "NotFoundError"));
      };
      addEventListener(chooser, "change", finish, ONCE);
      addEventListener(chooser, "cancel", finish, ONCE);
      addEventListener(globalThis, event, openIt);
    };
  }

  // page/stream-iteration.js
  function installStreamIteration() {
    if (Symbol.asyncIterator in ReadableStream.prototype) return;
    const { values } = {
      /** @this {ReadableStream} @param {{ preventCancel?: boolean }} [options] */
      values(options) {
        const preventCancel = options === void 0 || options === null ? false : Boolean(options.preventCancel);
        return iterate(readableGetReader(this), preventCancel);
      }
    };
    defineProperty(ReadableStream.prototype, "values", hidden(values, true));
    defineProperty(ReadableStream.prototype, Symbol.asyncIterator, hidden(values, true));
  }
  var AsyncIteratorPrototype = Object.getPrototypeOf(
    Object.getPrototypeOf(Object.getPrototypeOf((async function* () {
    })()))
  );
  function iterate(reader, preventCancel) {
    let finished = false;
    let last = new Promise2((resolve) => resolve(void 0));
    const enqueue = (step) => {
      last = promiseThen(last, step, step);
      return last;
    };
    const finish = () => {
      finished = true;
      readerReleaseLock(reader);
    };
    return {
      __proto__: AsyncIteratorPrototype,
      next: () => enqueue(() => {
        if (finished) return resolved({ done: true, value: void 0 });
        return promiseThen(
          readerRead(reader),
          ({ done, value }) => {
            if (done) finish();
            return { done, value: done ? void 0 : value };
          },
          (error) => {
            finish();
            throw error;
          }
        );
      }),
      /** @param {unknown} value */
      return: (value) => enqueue(() => {
        if (finished) return resolved({ done: true, value });
        const canceled = preventCancel ? resolved(void 0) : readerCancel(reader, value);
        finish();
        return promiseThen(canceled, () => ({ done: true, value }));
      })
    };
  }
  var resolved = (value) => new Promise2((resolve) => resolve(value));

  // page/network/form-request.js
  function installFormRequest() {
    const handler = {
      __proto__: null,
      /**
       * @param {typeof Request} target
       * @param {unknown[]} args
       * @param {Function} newTarget
       */
      construct(target, args, newTarget) {
        const init = args[1];
        if (isObject(init)) {
          const form = asFormData(
            /** @type {RequestInit} */
            init.body
          );
          if (form) args[1] = withBody(init, encodeFormData(form));
        }
        return reflectConstruct(target, args, newTarget);
      }
    };
    const wrapper = new Proxy2(
      Request,
      /** @type {any} */
      handler
    );
    replace(globalThis, "Request", wrapper);
    replace(Request.prototype, "constructor", wrapper);
  }
  function withBody(init, body) {
    const handler = {
      __proto__: null,
      /** @param {object} _target @param {string} name */
      get: (_target, name) => name === "body" ? body : (
        /** @type {any} */
        init[name]
      )
    };
    return new Proxy2(
      { __proto__: null },
      /** @type {any} */
      handler
    );
  }
  function replace(holder, name, value) {
    const own2 = getOwnPropertyDescriptor(holder, name);
    defineProperty(
      holder,
      name,
      /** @type {any} */
      { ...own2, __proto__: null, value }
    );
  }

  // page/network/descriptor-streams.js
  var SMALL_CHUNK_BYTES2 = 16 * 1024;
  var losesStreams = false;
  function setLosesStreams(loses) {
    losesStreams = loses;
  }
  var begun = new Set();
  function createReadable(connection) {
    const { descriptor } = connection;
    let scratch3 = createScratch(SMALL_CHUNK_BYTES2);
    let over2 = false;
    let controller;
    let resolvePull = null;
    let held = null;
    function pulled() {
      resolvePull?.();
      resolvePull = null;
      if (over2 && held) setDelete(begun, held);
      if (connection.isEnding) lookForEnd();
    }
    function lookForEnd() {
      if (over2 || resolvePull) return;
      const state = descriptor.peek();
      if (state === WOULD_BLOCK) descriptor.waitRead(lookForEnd);
      else if (state <= 0) endWith(state);
    }
    connection.onEnded(lookForEnd);
    connection.onFailure((error) => {
      if (over2) return;
      over2 = true;
      byteControllerError(controller, error);
      pulled();
    });
    function read() {
      if (over2) return;
      connection.flush();
      if (spendTurn()) {
        yieldTurn(read);
        return;
      }
      const request = byteControllerRequest(controller);
      const view = request && /** @type {Uint8Array} */
      byobRequestView(request);
      if (descriptor.take) {
        const taken = view ? null : descriptor.take();
        if (taken) {
          byteControllerEnqueue(controller, taken);
          pulled();
          return;
        }
      }
      const room = view ? min(bytesLength(view), scratch3.length) : scratch3.length;
      const place = room === scratch3.length ? scratch3 : bytesView(scratch3, 0, room);
      const isDirect = view !== null && descriptor.take !== void 0;
      const count = descriptor.readInto(isDirect ? view : place);
      if (count > 0) {
        deliver(count, request, view, isDirect);
      } else if (count === WOULD_BLOCK) {
        descriptor.waitRead(resume);
      } else {
        endWith(count);
      }
    }
    function endWith(state) {
      if (state === 0) connection.whenReadOver(ended);
      else connection.whenOver((error) => connection.failBroken(error));
    }
    function resume() {
      beginTurn();
      read();
    }
    function deliver(count, request, view, isDirect) {
      if (request && view) {
        if (!isDirect) bytesSet(view, bytesView(scratch3, 0, count));
        byobRequestRespond(request, count);
      } else {
        byteControllerEnqueue(controller, scratchCopy(scratch3, count));
      }
      if (count === scratch3.length && count < CHUNK_BYTES)
        scratch3 = createScratch(min(count * 4, CHUNK_BYTES));
      if (request && byteControllerRequest(controller)) read();
      else pulled();
    }
    function ended(error) {
      if (over2) return;
      if (error) {
        connection.fail(error);
        return;
      }
      over2 = true;
      close();
      pulled();
      connection.finishReadable();
    }
    function close() {
      const request = byteControllerRequest(controller);
      try {
        byteControllerClose(controller);
        if (request) byobRequestRespond(request, 0);
      } catch (failure2) {
        connection.noteFailure(failure2);
      }
    }
    connection.addHalf({
      state() {
        if (over2) return "over";
        return (byteControllerDesiredSize(controller) ?? 0) < 0 || descriptor.peek() > 0 ? "unread" : "idle";
      },
      end() {
        over2 = true;
        close();
        pulled();
      }
    });
    const source = {
      __proto__: null,
      type: "bytes",
      /** @param {ReadableByteStreamController} streamController */
      start(streamController) {
        controller = streamController;
      },
      pull() {
        if (held) setAdd(begun, held);
        return new Promise2((resolve) => {
          resolvePull = /** @type {() => void} */
          resolve;
          read();
        });
      },
      cancel() {
        over2 = true;
        pulled();
        if (!connection.closed) descriptor.shutdown(0);
        connection.finishReadable();
      }
    };
    const stream = new ReadableStream(
      /** @type {any} */
      source,
      /** @type {any} */
      { __proto__: null, highWaterMark: 0 }
    );
    if (losesStreams) {
      held = stream;
      connection.keep(stream);
    }
    return stream;
  }
  function createWritable(connection) {
    const { descriptor } = connection;
    const writer = new DescriptorWriter(descriptor, () => {
      connection.whenOver((error) => connection.failBroken(error));
    });
    let over2 = false;
    let writes = 0;
    let controller;
    let rejectWrite = () => {
    };
    connection.onFailure((error) => {
      if (over2) return;
      over2 = true;
      writer.stop();
      rejectWrite(error);
      writableControllerError(controller, error);
    });
    connection.onFlush(() => writer.flush());
    const finish = () => {
      over2 = true;
      writer.stop();
      if (!connection.closed) descriptor.shutdown(1);
      connection.finishWritable();
    };
    const sink = {
      __proto__: null,
      /** @param {WritableStreamDefaultController} streamController */
      start(streamController) {
        controller = streamController;
        const signal = writableControllerSignal(controller);
        addEventListener(signal, "abort", () => {
          writer.stop();
          rejectWrite(signalReason(signal));
        });
      },
      /** @param {unknown} chunk */
      write(chunk) {
        return new Promise2((resolve, reject) => {
          rejectWrite = reject;
          const bytes = bytesOf(chunk);
          if (bytes) {
            writes++;
            writer.write(bytes, () => {
              writes--;
              resolve(void 0);
            });
            return;
          }
          const error = new TypeError2("The chunk is not an ArrayBuffer or a view of one.");
          connection.noteFailure(error);
          reject(error);
          finish();
        });
      },
      close() {
        return new Promise2((resolve, reject) => {
          rejectWrite = reject;
          writer.finish(() => {
            finish();
            resolve(void 0);
          });
        });
      },
      abort: finish
    };
    connection.addHalf({
      state() {
        if (over2) return "over";
        return writes > 0 || writer.isHeld ? "busy" : "idle";
      },
      end() {
        over2 = true;
        writer.stop();
        writableControllerError(controller, new DOMException("The socket has been upgraded.", "InvalidStateError"));
      }
    });
    const stream = new WritableStream(
      /** @type {any} */
      sink,
      /** @type {any} */
      { __proto__: null, highWaterMark: 1 }
    );
    if (losesStreams) connection.keep(stream);
    return stream;
  }

  // page/network/grant.js
  var Grant = class {
    /** @type {NetworkState} */
    #state;
    /** Whether #state came from the UI process. */
    #known = false;
    /** @type {(() => void)[]} */
    #onChange = [];
    /**
     * @param {Bridge} bridge
     * @param {NetworkState} initial what to say until the UI process has answered
     */
    constructor(bridge, initial) {
      this.#state = initial;
      bridge.listen("network.statechange", ({ state }) => this.update(state));
      bridge.call(
        "network.state",
        {},
        ({ state }) => this.update(state),
        () => this.update("unavailable")
      );
    }
    get state() {
      return this.#state;
    }
    /** Whether a call that needs the grant can be refused without asking the UI process. */
    isKnownToBeMissing() {
      return this.#known && this.#state !== "granted";
    }
    /** @param {() => void} callback called after each change */
    onChange(callback) {
      arrayPush(this.#onChange, callback);
    }
    /** @param {NetworkState} state */
    update(state) {
      if (typeof state !== "string") return;
      this.#known = true;
      if (state === this.#state) return;
      this.#state = state;
      for (let i = 0; i < this.#onChange.length; i++) this.#onChange[i]();
    }
  };

  // page/network/address.js
  var FOUR_NUMBERS = /^\d{1,3}(\.\d{1,3}){3}$/;
  var HEXADECIMAL = /^[0-9a-f:.]+$/i;
  function isAddress(text3) {
    try {
      if (regExpExec(FOUR_NUMBERS, text3)) return urlHostname(new URL(`http://${text3}`)) === text3;
      return regExpExec(HEXADECIMAL, text3) !== null && urlHostname(new URL(`http://[${text3}]`)) !== "";
    } catch {
      return false;
    }
  }

  // page/network/multicast.js
  function createMulticastController(bridge) {
    const groups = new WeakMap();
    class MulticastController {
      constructor() {
        throw new TypeError2("Illegal constructor");
      }
      /** @returns {readonly unknown[]} */
      get joinedGroups() {
        const own2 = weakMapGet(groups, this);
        if (!own2) throw new TypeError2("Illegal invocation");
        return own2.joined;
      }
      /** @param {string} ipAddress @param {object} options a MulticastGroupOptions dictionary */
      joinGroup(ipAddress, options = {}) {
        return change2(this, "joinGroup", ipAddress, options, arguments.length);
      }
      /** @param {string} ipAddress @param {object} options a MulticastGroupOptions dictionary */
      leaveGroup(ipAddress, options = {}) {
        return change2(this, "leaveGroup", ipAddress, options, arguments.length);
      }
    }
    finishInterface(MulticastController, "MulticastController", ["joinedGroups", "joinGroup", "leaveGroup"]);
    function change2(controller, operation, ipAddress, options, given) {
      const own2 = weakMapGet(groups, controller);
      if (!own2) return illegalInvocation(operation, "MulticastController");
      const context2 = `Failed to execute '${operation}' on 'MulticastController'`;
      return promiseFrom((resolve, reject) => {
        requireArguments(context2, given, 1);
        const group = convert(ipAddress, options, context2);
        own2.change(
          operation,
          group,
          /** @type {() => void} */
          resolve,
          reject,
          context2
        );
      });
    }
    const createController = (connection) => {
      const controller = createPlatformObject(MulticastController);
      const own2 = new Groups(bridge, connection);
      weakMapSet(groups, controller, own2);
      return { controller, close: (failed2, failure2) => own2.close(failed2, failure2) };
    };
    return { MulticastController, createController };
  }
  var Groups = class {
    #bridge;
    #connection;
    #isOpen = true;
    /** @type {Membership[]} */
    #memberships = [];
    /** What the page is given of them. @type {readonly unknown[]} */
    #joined = freeze([]);
    /** How those fail that are under way. @type {Set<(reason: unknown) => void>} */
    #pending = new Set();
    /**
     * @param {import("../bridge.js").Bridge} bridge
     * @param {number} connection
     */
    constructor(bridge, connection) {
      this.#bridge = bridge;
      this.#connection = connection;
    }
    get joined() {
      return this.#joined;
    }
    /**
     * @param {"joinGroup" | "leaveGroup"} operation
     * @param {{ groupAddress: string, sourceAddress?: string, interfaceName?: string }} group
     * @param {() => void} resolve
     * @param {(reason: unknown) => void} reject
     * @param {string} context
     */
    change(operation, group, resolve, reject, context2) {
      if (!this.#isOpen) throw new DOMException(`${context2}: the socket is not open.`, "InvalidStateError");
      setAdd(this.#pending, reject);
      this.#bridge.call(
        `network.${operation}`,
        { connection: this.#connection, ...group },
        (membership) => {
          setDelete(this.#pending, reject);
          if (!this.#isOpen) return;
          this.#change(operation === "joinGroup", membership);
          resolve();
        },
        (error) => {
          setDelete(this.#pending, reject);
          reject(error);
        }
      );
    }
    /** @param {boolean} isJoined @param {Membership} membership */
    #change(isJoined, { groupAddress, sourceAddress, interfaceName }) {
      const left = filter(
        this.#memberships,
        (other) => other.groupAddress !== groupAddress || other.sourceAddress !== sourceAddress || other.interfaceName !== interfaceName
      );
      if (isJoined) arrayPush(left, { groupAddress, sourceAddress, interfaceName });
      this.#memberships = left;
      this.#joined = freeze(map(left, describe3));
    }
    /**
     * The socket has ended, and is in no group any more.
     * @param {boolean} failed
     * @param {unknown} failure
     */
    close(failed2, failure2) {
      this.#isOpen = false;
      this.#memberships = [];
      this.#joined = freeze([]);
      const reason = failed2 ? failure2 : new DOMException("The socket has been closed.", "AbortError");
      const pending = this.#pending;
      this.#pending = new Set();
      setForEach(pending, (reject) => reject(reason));
    }
  };
  function describe3({ groupAddress, sourceAddress, interfaceName }) {
    if (sourceAddress === null && interfaceName === null) return groupAddress;
    return freeze({
      groupAddress,
      ...sourceAddress !== null && { sourceAddress },
      ...interfaceName !== null && { interfaceName }
    });
  }
  function convert(ipAddress, value, context2) {
    const groupAddress = toDOMString(ipAddress);
    const options = toDictionary(value, context2, "MulticastGroupOptions");
    const { interfaceName: name } = options;
    const interfaceName = name === void 0 ? void 0 : toDOMString(name);
    const { sourceAddress: source } = options;
    const sourceAddress = source === void 0 ? void 0 : toDOMString(source);
    if (!isAddress(groupAddress)) throw new TypeError2(`${context2}: ipAddress is not a valid IP address.`);
    if (sourceAddress !== void 0 && !isAddress(sourceAddress)) {
      throw new TypeError2(`${context2}: sourceAddress is not a valid IP address.`);
    }
    return { groupAddress, sourceAddress, interfaceName };
  }

  // page/network/tls.js
  var VERSIONS = (
    /** @type {const} */
    ["TLSv1.2", "TLSv1.3"]
  );
  var MOST3 = 1e3;
  function convertTls(value, context2) {
    const options = toDictionary(value, context2, "TlsOptions");
    const list = (name2, convert2) => {
      const member = options[name2];
      return member === void 0 ? void 0 : toSequence(member, `${context2}: '${name2}'`, MOST3, convert2);
    };
    const alpnProtocols = list("alpnProtocols", toDOMString);
    const { minVersion: oldest } = options;
    const minVersion = oldest === void 0 ? void 0 : toEnum(oldest, VERSIONS, context2, "TlsVersion");
    const pinnedSha256 = list("pinnedSha256", toDOMString);
    const { serverName: name } = options;
    const serverName = name === void 0 ? void 0 : toUSVString(name);
    return (
      /** @type {any} */
      { __proto__: null, alpnProtocols, minVersion, pinnedSha256, serverName }
    );
  }
  function createTlsInfo({ version, cipherSuite, alpnProtocol, serverName, certificates, authorized }) {
    const chain = [];
    for (let i = 0; i < certificates.length; i++) {
      const { der, sha256 } = certificates[i];
      const bytes = decodeBytes2(der);
      arrayPush(chain, { rawDER: (
        /** @type {ArrayBuffer} */
        typedArrayBuffer(bytes)
      ), fingerprint: { sha256 } });
    }
    return { version, cipherSuite, alpnProtocol, serverName, certificates: freeze(chain), authorized };
  }
  function decodeBytes2(base642) {
    const binary2 = base64Decode(base642);
    const bytes = new Uint8Array2(binary2.length);
    for (let i = 0; i < binary2.length; i++) bytes[i] = stringCharCodeAt(binary2, i);
    return bytes;
  }

  // page/network/socket.js
  var Socket = class _Socket {
    /** @type {Promise<object>} */
    opened;
    /** @type {Promise<undefined>} */
    closed;
    /** Whether it has given its connection to another socket, which is secured. */
    upgraded = false;
    /** @type {Bridge} */
    #bridge;
    /** @type {Connections} */
    #connections;
    /** @type {SocketOptions} */
    #options;
    /** By what it is aborted. */
    #request;
    /** @type {"opening" | "open" | "closed" | "failed"} */
    #state = "opening";
    /** @type {Connection | undefined} */
    #connection;
    #id = 0;
    /** @type {ReadableStream | undefined} */
    #readable;
    /** @type {WritableStream | undefined} */
    #writable;
    /** @type {(info: object) => void} */
    #resolveOpened = () => {
    };
    /** @type {(reason: unknown) => void} */
    #rejectOpened = () => {
    };
    /** @type {(value: undefined) => void} */
    #resolveClosed = () => {
    };
    /** @type {(reason: unknown) => void} */
    #rejectClosed = () => {
    };
    /**
     * @param {Bridge} bridge
     * @param {Connections} connections
     * @param {SocketOptions} options
     * @param {number} request
     * @param {Begin} begin
     */
    constructor(bridge, connections, options, request, begin) {
      this.#bridge = bridge;
      this.#connections = connections;
      this.#options = options;
      this.#request = request;
      this.closed = new Promise2((resolve, reject) => {
        this.#resolveClosed = /** @type {any} */
        resolve;
        this.#rejectClosed = reject;
      });
      ignoreRejection(this.closed);
      this.opened = new Promise2((resolve, reject) => {
        this.#resolveOpened = /** @type {any} */
        resolve;
        this.#rejectOpened = reject;
      });
      const { signal } = options;
      if (signal && signalAborted(signal)) {
        this.#fail(signalReason(signal));
        return;
      }
      if (signal) addEventListener(signal, "abort", this.#abort);
      begin(
        (info, descriptor) => this.#open(info, descriptor),
        (error) => this.#fail(error)
      );
    }
    /**
     * Connects to a host.
     * @param {Bridge} bridge
     * @param {Connections} connections
     * @param {{ host: string, port: number, options: SocketOptions }} target
     */
    static connect(bridge, connections, { host, port, options }) {
      const request = connections.nextRequest();
      const { secureTransport, connection, signal } = options;
      const tls = secureTransport === "on" ? options.tls ?? {} : void 0;
      return new _Socket(bridge, connections, options, request, (onResult, onError) => {
        bridge.call(
          "network.connect",
          { host, port, options: { ...connection, tls, request: signal && request } },
          (info, descriptor) => onResult(
            info,
            /** @type {NativeDescriptor} */
            descriptor
          ),
          onError
        );
      });
    }
    /**
     * A connection that the other side has made.
     * @param {Bridge} bridge
     * @param {Connections} connections
     * @param {ConnectResult} info
     * @param {NativeDescriptor} descriptor
     */
    static accepted(bridge, connections, info, descriptor) {
      const options = { secureTransport: "off", signal: void 0, tls: void 0, connection: {} };
      return new _Socket(bridge, connections, options, 0, (onResult) => onResult(info, descriptor));
    }
    get secureTransport() {
      return this.#options.secureTransport;
    }
    /** @param {ConnectResult} info @param {NativeDescriptor} descriptor */
    #open(info, descriptor) {
      const { connection: id } = info;
      if (this.#state !== "opening") {
        descriptor.close();
        this.#bridge.notify("network.close", { connection: id });
        return;
      }
      const halves = { readable: true, writable: true };
      const connection = new Connection(this.#bridge, id, descriptor, halves, (failed2, failure2) => {
        this.#connections.forget(id);
        this.#end("closed");
        if (failed2) this.#rejectClosed(failure2);
        else this.#resolveClosed(void 0);
      });
      this.#connections.hold(id, connection);
      this.#id = id;
      this.#connection = connection;
      this.#readable = createReadable(connection);
      this.#writable = createWritable(connection);
      this.#state = "open";
      this.#resolveOpened({
        readable: this.#readable,
        writable: this.#writable,
        remoteAddress: info.remoteAddress,
        remotePort: info.remotePort,
        localAddress: info.localAddress,
        localPort: info.localPort,
        ...info.tls ? { tls: createTlsInfo(info.tls) } : void 0
      });
    }
    /** It will never be open. @param {unknown} error */
    #fail(error) {
      if (this.#state !== "opening") return;
      this.#end("failed");
      this.#rejectOpened(error);
      this.#rejectClosed(error);
    }
    /** @param {"closed" | "failed"} state */
    #end(state) {
      this.#state = state;
      const { signal } = this.#options;
      if (signal) removeEventListener(signal, "abort", this.#abort);
    }
    #abort = () => {
      const reason = signalReason(
        /** @type {AbortSignal} */
        this.#options.signal
      );
      this.#bridge.notify("network.abort", { request: this.#request });
      if (this.#state === "open") this.#connection?.fail(reason);
      else this.#fail(reason);
    };
    /** @returns {Promise<undefined>} */
    close() {
      if (this.#state === "closed") return this.closed;
      if (this.#state !== "open" || !this.#readable || !this.#writable) {
        return promiseReject(new DOMException("Socket is not properly initialized.", "InvalidStateError"));
      }
      if (this.#isLocked()) {
        return promiseReject(
          new DOMException("Close is called while a stream of the socket is locked.", "InvalidStateError")
        );
      }
      const reason = new DOMException("The socket has been closed.", "AbortError");
      ignoreRejection(readableCancel(this.#readable, reason));
      ignoreRejection(writableAbort(this.#writable, reason));
      return this.closed;
    }
    /**
     * Gives the connection to a socket that is secured.
     * @param {TlsParams} options
     * @param {string} context
     * @returns {Socket}
     */
    startTls(options, context2) {
      const invalid = (what) => new DOMException(`${context2}: ${what}`, "InvalidStateError");
      if (this.secureTransport !== "starttls") throw invalid('the socket was not made with secureTransport "starttls".');
      const connection = this.#connection;
      if (this.#state !== "open" || !connection) throw invalid("the socket is not open.");
      if (this.#isLocked()) throw invalid("a stream of the socket is locked.");
      const { signal } = this.#options;
      if (signal && signalAborted(signal)) throw signalReason(signal);
      connection.flush();
      const state = connection.state;
      if (state === "busy") throw invalid("a write is under way.");
      if (state === "over") throw invalid("a stream of the socket has ended.");
      if (state === "unread") throw dataBeforeTls(context2);
      this.upgraded = true;
      const release = connection.detach();
      const secured = (
        /** @type {TlsParams} */
        { ...this.#options.tls, ...defined(options) }
      );
      return new _Socket(this.#bridge, this.#connections, this.#options, this.#request, (onResult, onError) => {
        this.#bridge.call(
          "network.startTls",
          { connection: this.#id, tls: secured },
          (info, descriptor) => {
            const next2 = (
              /** @type {NativeDescriptor} */
              descriptor
            );
            const hasUnread = connection.descriptor.peek() > 0;
            release();
            if (!hasUnread) return onResult(info, next2);
            next2.close();
            this.#bridge.notify("network.close", { connection: info.connection });
            onError(dataBeforeTls(context2));
          },
          (error) => {
            release();
            onError(error);
          }
        );
      });
    }
    #isLocked() {
      return readableLocked(
        /** @type {ReadableStream} */
        this.#readable
      ) || writableLocked(
        /** @type {WritableStream} */
        this.#writable
      );
    }
  };
  function dataBeforeTls(context2) {
    return new DOMException(`${context2}: there is data from before TLS, which nobody has secured.`, "SecurityError");
  }
  function defined({ alpnProtocols, minVersion, pinnedSha256, serverName }) {
    return {
      ...alpnProtocols !== void 0 && { alpnProtocols },
      ...minVersion !== void 0 && { minVersion },
      ...pinnedSha256 !== void 0 && { pinnedSha256 },
      ...serverName !== void 0 && { serverName }
    };
  }

  // page/network/socket-options.js
  var SECURE_TRANSPORTS = (
    /** @type {const} */
    ["off", "on", "starttls"]
  );
  function convertOptions(value, context2) {
    const options = toDictionary(value, context2, "TCPSocketOptions");
    const unsigned = (name) => {
      const member = options[name];
      return member === void 0 ? void 0 : toUnsigned(member, 32, `${context2}: Failed to read '${name}'`);
    };
    const connectTimeout = unsigned("connectTimeout");
    const { dnsQueryType: family } = options;
    const dnsQueryType = family === void 0 ? void 0 : toEnum(
      family,
      /** @type {const} */
      ["ipv4", "ipv6"],
      context2,
      "SocketDnsQueryType"
    );
    const keepAliveDelay = unsigned("keepAliveDelay");
    const { localAddress: local } = options;
    const localAddress = local === void 0 ? void 0 : toDOMString(local);
    const noDelay = options.noDelay === void 0 ? void 0 : !!options.noDelay;
    const receiveBufferSize = unsigned("receiveBufferSize");
    const { secureTransport: secure } = options;
    const secureTransport = secure === void 0 ? "off" : toEnum(secure, SECURE_TRANSPORTS, context2, "SecureTransport");
    const sendBufferSize = unsigned("sendBufferSize");
    const { signal } = options;
    if (signal !== void 0) checkSignal(signal, context2);
    const { tls: secured } = options;
    const tls = secured === void 0 ? void 0 : convertTls(secured, context2);
    return {
      secureTransport,
      signal: (
        /** @type {AbortSignal | undefined} */
        signal
      ),
      /** How it is secured, at once or later. */
      tls,
      /** What the broker is told of the connection. */
      connection: (
        /** @type {import("../../generated/bridge.js").SocketOptions} */
        {
          dnsQueryType,
          keepAliveDelay,
          noDelay,
          receiveBufferSize,
          sendBufferSize,
          connectTimeout,
          localAddress
        }
      )
    };
  }
  function checkOptions({ connection, secureTransport, tls }, context2) {
    const { keepAliveDelay, receiveBufferSize, sendBufferSize, connectTimeout } = connection;
    if (keepAliveDelay !== void 0 && keepAliveDelay < 1e3) {
      throw new TypeError2(`${context2}: keepAliveDelay must be no less than 1,000 milliseconds.`);
    }
    if (sendBufferSize === 0) throw new TypeError2(`${context2}: sendBufferSize must be greater than zero.`);
    if (receiveBufferSize === 0)
      throw new TypeError2(`${context2}: receiveBufferSize must be greater than zero.`);
    if (connectTimeout === 0) throw new TypeError2(`${context2}: connectTimeout must be greater than zero.`);
    if (tls && secureTransport === "off") {
      throw new TypeError2(`${context2}: tls is for a socket whose secureTransport is "on" or "starttls".`);
    }
  }
  function checkSignal(signal, context2) {
    try {
      signalAborted(
        /** @type {AbortSignal} */
        signal
      );
    } catch {
      throw new TypeError2(`${context2}: Failed to read 'signal': it is not of type 'AbortSignal'.`);
    }
  }

  // page/network/tcp-socket.js
  var CONSTRUCT = "Failed to construct 'TCPSocket'";
  function createTCPSocket(bridge, connections, grant, allowedByPolicy) {
    const sockets = new WeakMap();
    class TCPSocket {
      /**
       * @param {string} remoteAddress
       * @param {number} remotePort
       * @param {object} options a TCPSocketOptions dictionary
       */
      constructor(remoteAddress, remotePort, options = {}) {
        requireArguments(CONSTRUCT, arguments.length, 2);
        const host = toDOMString(remoteAddress);
        const port = toUnsigned(remotePort, 16, CONSTRUCT);
        const converted2 = convertOptions(options, CONSTRUCT);
        if (!allowedByPolicy && grant.isKnownToBeMissing()) {
          throw socketsDisabled(CONSTRUCT);
        }
        checkOptions(converted2, CONSTRUCT);
        const object = createPlatformObject(new.target);
        weakMapSet(sockets, object, Socket.connect(bridge, connections, { host, port, options: converted2 }));
        return (
          /** @type {TCPSocket} */
          object
        );
      }
      /** @returns {Promise<object>} */
      get opened() {
        return weakMapGet(sockets, this)?.opened ?? illegalInvocation("opened", "TCPSocket");
      }
      /** @returns {Promise<undefined>} */
      get closed() {
        return weakMapGet(sockets, this)?.closed ?? illegalInvocation("closed", "TCPSocket");
      }
      /** @returns {Promise<undefined>} */
      close() {
        return weakMapGet(sockets, this)?.close() ?? illegalInvocation("close", "TCPSocket");
      }
      get secureTransport() {
        return of(this).secureTransport;
      }
      get upgraded() {
        return of(this).upgraded;
      }
      /**
       * @param {object} options a TlsOptions dictionary
       * @returns {TCPSocket} in whose place the connection goes on, secured
       */
      startTls(options = {}) {
        const socket = of(this);
        const context2 = "Failed to execute 'startTls' on 'TCPSocket'";
        const secured = socket.startTls(convertTls(options, context2), context2);
        return wrap2(secured);
      }
    }
    finishInterface(TCPSocket, "TCPSocket", ["opened", "closed", "close", "secureTransport", "upgraded", "startTls"]);
    function of(object) {
      const socket = weakMapGet(sockets, object);
      if (!socket) throw new TypeError2("Illegal invocation");
      return socket;
    }
    function wrap2(socket) {
      const object = createPlatformObject(TCPSocket);
      weakMapSet(sockets, object, socket);
      return (
        /** @type {TCPSocket} */
        object
      );
    }
    return { TCPSocket, wrap: wrap2 };
  }
  function socketsDisabled(context2) {
    return new DOMException(`${context2}: Permissions-Policy: direct-sockets are disabled.`, "NotAllowedError");
  }

  // page/network/tcp-server-socket.js
  var CONSTRUCT2 = "Failed to construct 'TCPServerSocket'";
  var RETRY_MILLISECONDS = 100;
  function createTCPServerSocket(bridge, connections, grant, allowedByPolicy, wrap2) {
    const servers = new WeakMap();
    class TCPServerSocket {
      /**
       * @param {string} localAddress
       * @param {object} options a TCPServerSocketOptions dictionary
       */
      constructor(localAddress, options = {}) {
        requireArguments(CONSTRUCT2, arguments.length, 1);
        const address = toDOMString(localAddress);
        const place = { address, ...convertOptions2(options) };
        if (!allowedByPolicy && grant.isKnownToBeMissing()) throw socketsDisabled(CONSTRUCT2);
        checkPlace(place);
        const object = createPlatformObject(new.target);
        weakMapSet(servers, object, new ServerSocket(bridge, connections, place, wrap2));
        return (
          /** @type {TCPServerSocket} */
          object
        );
      }
      /** @returns {Promise<object>} */
      get opened() {
        return weakMapGet(servers, this)?.opened ?? illegalInvocation("opened", "TCPServerSocket");
      }
      /** @returns {Promise<undefined>} */
      get closed() {
        return weakMapGet(servers, this)?.closed ?? illegalInvocation("closed", "TCPServerSocket");
      }
      /** @returns {Promise<undefined>} */
      close() {
        return weakMapGet(servers, this)?.close() ?? illegalInvocation("close", "TCPServerSocket");
      }
    }
    finishInterface(TCPServerSocket, "TCPServerSocket", ["opened", "closed", "close"]);
    return TCPServerSocket;
  }
  var ServerSocket = class {
    /** @type {Promise<object>} */
    opened;
    /** @type {Promise<undefined>} */
    closed;
    /** @type {Bridge} */
    #bridge;
    /** @type {Connections} */
    #connections;
    /** @type {(socket: Socket) => object} */
    #wrap;
    /** @type {"opening" | "open" | "closed" | "failed"} */
    #state = "opening";
    #id = 0;
    /** @type {ReadableStream<object> | undefined} */
    #readable;
    /** @type {ReadableStreamDefaultController<object> | undefined} */
    #controller;
    /** @type {(value: undefined) => void} */
    #resolveClosed = () => {
    };
    /** @type {(reason: unknown) => void} */
    #rejectClosed = () => {
    };
    /**
     * @param {Bridge} bridge
     * @param {Connections} connections
     * @param {ListenParams} place
     * @param {(socket: Socket) => object} wrap
     */
    constructor(bridge, connections, place, wrap2) {
      this.#bridge = bridge;
      this.#connections = connections;
      this.#wrap = wrap2;
      this.closed = new Promise2((resolve, reject) => {
        this.#resolveClosed = /** @type {any} */
        resolve;
        this.#rejectClosed = reject;
      });
      ignoreRejection(this.closed);
      this.opened = new Promise2((resolve, reject) => {
        bridge.call(
          "network.listen",
          place,
          ({ listener, localAddress, localPort }) => {
            this.#id = listener;
            this.#state = "open";
            connections.hold(listener, this);
            this.#readable = this.#createReadable();
            resolve({ readable: this.#readable, localAddress, localPort });
          },
          (error) => {
            this.#state = "failed";
            reject(error);
            this.#rejectClosed(error);
          }
        );
      });
    }
    #createReadable() {
      const source = {
        __proto__: null,
        /** @param {ReadableStreamDefaultController<object>} controller */
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => new Promise2((resolve) => this.#accept(
          /** @type {() => void} */
          resolve
        )),
        cancel: () => this.#finish()
      };
      return new ReadableStream(
        /** @type {any} */
        source,
        /** @type {any} */
        { __proto__: null, highWaterMark: 0 }
      );
    }
    /** @param {() => void} done */
    #accept(done) {
      this.#bridge.call(
        "network.accept",
        { listener: this.#id },
        (info, received) => {
          const descriptor = (
            /** @type {NativeDescriptor} */
            received
          );
          if (this.#state === "open") {
            const socket = Socket.accepted(this.#bridge, this.#connections, info, descriptor);
            const controller = (
              /** @type {ReadableStreamDefaultController<object>} */
              this.#controller
            );
            defaultControllerEnqueue(controller, this.#wrap(socket));
          } else {
            descriptor.close();
            this.#bridge.notify("network.close", { connection: info.connection });
          }
          done();
        },
        (error, { name }) => {
          if (name === "QuotaExceededError" && this.#state === "open") {
            setTimeout(() => this.#accept(done), RETRY_MILLISECONDS);
            return;
          }
          this.fail(error);
          done();
        }
      );
    }
    /**
     * The broker says that it has ended.
     * @param {import("../bridge.js").Message} end
     */
    ended({ error }) {
      if (error) this.fail(toException(error));
      else if (this.#state === "open") {
        defaultControllerClose(
          /** @type {ReadableStreamDefaultController<object>} */
          this.#controller
        );
        this.#finish();
      }
    }
    /** @param {unknown} error */
    fail(error) {
      if (this.#state !== "open") return;
      this.#state = "closed";
      this.#release();
      defaultControllerError(
        /** @type {ReadableStreamDefaultController<object>} */
        this.#controller,
        error
      );
      this.#rejectClosed(error);
    }
    #finish() {
      if (this.#state !== "open") return;
      this.#state = "closed";
      this.#release();
      this.#resolveClosed(void 0);
    }
    #release() {
      this.#bridge.notify("network.close", { connection: this.#id });
      this.#connections.forget(this.#id);
    }
    /** @returns {Promise<undefined>} */
    close() {
      if (this.#state === "closed") return this.closed;
      if (this.#state !== "open" || !this.#readable) {
        return promiseReject(new DOMException("Socket is not properly initialized.", "InvalidStateError"));
      }
      if (readableLocked(this.#readable)) {
        return promiseReject(
          new DOMException("Close is called while the stream of the socket is locked.", "InvalidStateError")
        );
      }
      ignoreRejection(readableCancel(this.#readable, void 0));
      return this.closed;
    }
  };
  function convertOptions2(value) {
    const options = toDictionary(value, CONSTRUCT2, "TCPServerSocketOptions");
    const unsigned = (name, bits) => {
      const member = options[name];
      return member === void 0 ? void 0 : toUnsigned(member, bits, `${CONSTRUCT2}: Failed to read '${name}'`);
    };
    const backlog = unsigned("backlog", 32);
    const ipv6Only = options.ipv6Only === void 0 ? void 0 : !!options.ipv6Only;
    const port = unsigned("localPort", 16);
    return { backlog, ipv6Only, port };
  }
  function checkPlace({ address, port, backlog, ipv6Only }) {
    if (!isAddress(address)) throw new TypeError2(`${CONSTRUCT2}: localAddress must be a valid IP address.`);
    if (port === 0) throw new TypeError2(`${CONSTRUCT2}: localPort must be greater than zero.`);
    if (backlog === 0) throw new TypeError2(`${CONSTRUCT2}: backlog must be greater than zero.`);
    if (ipv6Only && address !== "::") {
      throw new TypeError2(`${CONSTRUCT2}: ipv6Only can only be set to true if localAddress is "::".`);
    }
  }

  // page/network/host-name.js
  var ASCII = /^[\x21-\x7e]{1,255}$/;
  function encodeAscii(host, context2) {
    if (regExpExec(ASCII, host)) return host;
    try {
      const name = urlHostname(new URL(`http://${host}`));
      if (regExpExec(ASCII, name)) return name;
    } catch {
    }
    throw new TypeError2(`${context2}: the address is no host name.`);
  }

  // page/network/datagrams.js
  var HEAD = 4;
  var MOST_ADDRESS = 255;
  var PACKET_BYTES = HEAD + MOST_ADDRESS + 65535;
  var CONTEXT3 = "Failed to write to the UDPSocket";
  var FAMILIES = (
    /** @type {const} */
    ["ipv4", "ipv6"]
  );
  var Datagrams = class {
    /** @type {ReadableStream<object>} */
    readable;
    /** @type {WritableStream<object>} */
    writable;
    #descriptor;
    #isBound;
    #onClosed;
    #incoming = createScratch(PACKET_BYTES);
    #outgoing = new Uint8Array2(PACKET_BYTES);
    #isReadOver = false;
    #isWriteOver = false;
    #failed = false;
    /** @type {unknown} */
    #failure = void 0;
    /** @type {ReadableStreamDefaultController<object> | undefined} */
    #reader;
    /** @type {WritableStreamDefaultController | undefined} */
    #writer;
    /** @type {(() => void) | null} */
    #resolvePull = null;
    /** @type {(reason: unknown) => void} */
    #rejectWrite = () => {
    };
    /**
     * @param {NativeDescriptor} descriptor
     * @param {boolean} isBound whether each datagram has an address
     * @param {(failed: boolean, failure: unknown) => void} onClosed called once, when all is over
     */
    constructor(descriptor, isBound, onClosed) {
      this.#descriptor = descriptor;
      this.#isBound = isBound;
      this.#onClosed = onClosed;
      this.readable = this.#createReadable();
      this.writable = this.#createWritable();
    }
    #createReadable() {
      const source = {
        __proto__: null,
        /** @param {ReadableStreamDefaultController<object>} controller */
        start: (controller) => {
          this.#reader = controller;
        },
        pull: () => new Promise2((resolve) => {
          this.#resolvePull = /** @type {() => void} */
          resolve;
          this.#read();
        }),
        cancel: () => this.#finishRead()
      };
      return new ReadableStream(
        /** @type {any} */
        source,
        /** @type {any} */
        { __proto__: null, highWaterMark: 0 }
      );
    }
    #createWritable() {
      const sink = {
        __proto__: null,
        /** @param {WritableStreamDefaultController} controller */
        start: (controller) => {
          this.#writer = controller;
          const signal = writableControllerSignal(controller);
          addEventListener(signal, "abort", () => this.#rejectWrite(signalReason(signal)));
        },
        /** @param {unknown} chunk */
        write: (chunk) => new Promise2((resolve, reject) => {
          this.#rejectWrite = reject;
          this.#write(
            chunk,
            /** @type {() => void} */
            resolve
          );
        }),
        close: () => this.#finishWrite(),
        abort: () => this.#finishWrite()
      };
      return new WritableStream(
        /** @type {any} */
        sink,
        /** @type {any} */
        { __proto__: null, highWaterMark: 1 }
      );
    }
    #read() {
      if (this.#isReadOver) return;
      if (spendTurn()) {
        yieldTurn(() => this.#read());
        return;
      }
      const count = this.#descriptor.readInto(this.#incoming);
      if (count === WOULD_BLOCK) {
        this.#descriptor.waitRead(() => {
          beginTurn();
          this.#read();
        });
      } else if (count >= HEAD) {
        const message = this.#message(count);
        defaultControllerEnqueue(
          /** @type {ReadableStreamDefaultController<object>} */
          this.#reader,
          message
        );
        this.#pulled();
      }
    }
    /** @param {number} count */
    #message(count) {
      const packet = scratchCopy(this.#incoming, count);
      const length = packet[0];
      const data = new Uint8Array2(count - HEAD - length);
      bytesSet(data, bytesView(packet, HEAD + length, count));
      if (!this.#isBound) return { data };
      let remoteAddress = "";
      for (let i = 0; i < length; i++) remoteAddress += stringFromCharCode(packet[HEAD + i]);
      return { data, remoteAddress, remotePort: packet[2] * 256 + packet[3] };
    }
    /** @param {unknown} chunk @param {() => void} done */
    #write(chunk, done) {
      let length;
      try {
        length = this.#encode(chunk);
      } catch (error) {
        this.fail(error);
        return;
      }
      if (length > PACKET_BYTES) {
        this.fail(new DOMException("The datagram is too long.", NETWORK_ERROR));
        return;
      }
      const count = this.#descriptor.write(this.#outgoing, 0, length);
      if (count === WOULD_BLOCK && this.#descriptor.hold(this.#outgoing, 0, length) === 0) {
        const state = this.#descriptor.flush((state2) => {
          beginTurn();
          if (state2 === 0) done();
        });
        if (state === 0) yieldTurn(done);
      } else if (count >= 0) {
        if (spendTurn()) yieldTurn(done);
        else done();
      }
    }
    /**
     * Writes a chunk into the scratch buffer, and returns how long that is; more than there is room for, if it is too long.
     * @param {unknown} chunk a UDPMessage dictionary
     */
    #encode(chunk) {
      const message = toDictionary(chunk, CONTEXT3, "UDPMessage");
      const bytes = bytesOf(message.data);
      if (!bytes) throw new TypeError2(`${CONTEXT3}: 'data' is not an ArrayBuffer or a view of one.`);
      const { dnsQueryType: kind, remoteAddress: address, remotePort: number } = message;
      const family = kind === void 0 ? void 0 : toEnum(kind, FAMILIES, CONTEXT3, "SocketDnsQueryType");
      const host = address === void 0 ? void 0 : toDOMString(address);
      const port = number === void 0 ? void 0 : toUnsigned(number, 16, CONTEXT3);
      if (this.#isBound && (host === void 0 || port === void 0)) {
        throw new TypeError2(`${CONTEXT3}: either 'remoteAddress' or 'remotePort' is not specified.`);
      }
      if (!this.#isBound && (host !== void 0 || port !== void 0 || family !== void 0)) {
        const members = "'remoteAddress', 'remotePort' or 'dnsQueryType'";
        throw new TypeError2(`${CONTEXT3}: ${members} must not be specified of a socket that has one peer.`);
      }
      const packet = this.#outgoing;
      const name = host === void 0 ? "" : encodeAscii(host, CONTEXT3);
      const start = HEAD + name.length;
      const length = start + bytesLength(bytes);
      if (length > PACKET_BYTES) return length;
      packet[0] = name.length;
      packet[1] = family === "ipv4" ? 4 : family === "ipv6" ? 6 : 0;
      packet[2] = (port ?? 0) >> 8;
      packet[3] = (port ?? 0) & 255;
      for (let i = 0; i < name.length; i++) packet[HEAD + i] = stringCharCodeAt(name, i);
      bytesSet(bytesView(packet, start, length), bytes);
      return length;
    }
    /**
     * The broker says that it has ended, which it does by itself only for a reason.
     * @param {import("../bridge.js").Message} end
     */
    ended({ error }) {
      this.fail(error ? toException(error) : new DOMException("The socket was closed.", NETWORK_ERROR));
    }
    /** @param {unknown} error */
    fail(error) {
      if (this.#isReadOver && this.#isWriteOver) return;
      this.#failed = true;
      this.#failure = error;
      if (!this.#isReadOver) {
        defaultControllerError(
          /** @type {ReadableStreamDefaultController<object>} */
          this.#reader,
          error
        );
        this.#isReadOver = true;
      }
      if (!this.#isWriteOver) {
        this.#rejectWrite(error);
        writableControllerError(
          /** @type {WritableStreamDefaultController} */
          this.#writer,
          error
        );
        this.#isWriteOver = true;
      }
      this.#pulled();
      this.#finish();
    }
    #finishRead() {
      if (this.#isReadOver) return;
      this.#isReadOver = true;
      this.#pulled();
      this.#finish();
    }
    #finishWrite() {
      if (this.#isWriteOver) return;
      this.#isWriteOver = true;
      this.#finish();
    }
    #finish() {
      if (this.#isReadOver && this.#isWriteOver) this.#onClosed(this.#failed, this.#failure);
    }
    #pulled() {
      this.#resolvePull?.();
      this.#resolvePull = null;
    }
  };

  // page/network/udp-socket.js
  var CONSTRUCT3 = "Failed to construct 'UDPSocket'";
  function createUDPSocket(bridge, connections, grant, allowedByPolicy, createController) {
    const sockets = new WeakMap();
    class UDPSocket {
      /** @param {object} options a UDPSocketOptions dictionary */
      constructor(options = {}) {
        const converted2 = convertOptions3(options);
        if (!allowedByPolicy && grant.isKnownToBeMissing()) throw socketsDisabled(CONSTRUCT3);
        checkOptions2(converted2);
        const object = createPlatformObject(new.target);
        weakMapSet(sockets, object, new Socket2(bridge, connections, converted2, createController));
        return (
          /** @type {UDPSocket} */
          object
        );
      }
      /** @returns {Promise<object>} */
      get opened() {
        return weakMapGet(sockets, this)?.opened ?? illegalInvocation("opened", "UDPSocket");
      }
      /** @returns {Promise<undefined>} */
      get closed() {
        return weakMapGet(sockets, this)?.closed ?? illegalInvocation("closed", "UDPSocket");
      }
      /** @returns {Promise<undefined>} */
      close() {
        return weakMapGet(sockets, this)?.close() ?? illegalInvocation("close", "UDPSocket");
      }
    }
    finishInterface(UDPSocket, "UDPSocket", ["opened", "closed", "close"]);
    return UDPSocket;
  }
  var Socket2 = class {
    /** @type {Promise<object>} */
    opened;
    /** @type {Promise<undefined>} */
    closed;
    /** @type {Datagrams | undefined} */
    #datagrams;
    #isClosed = false;
    /**
     * @param {Bridge} bridge
     * @param {Connections} connections
     * @param {UdpParams} options
     * @param {import("./multicast.js").CreateMulticastController} createController
     */
    constructor(bridge, connections, options, createController) {
      let resolveClosed;
      let rejectClosed;
      this.closed = new Promise2((resolve, reject) => {
        resolveClosed = /** @type {any} */
        resolve;
        rejectClosed = reject;
      });
      ignoreRejection(this.closed);
      this.opened = new Promise2((resolve, reject) => {
        bridge.call(
          "network.udp",
          options,
          ({ connection, remoteAddress, remotePort, localAddress, localPort }, received) => {
            const descriptor = (
              /** @type {NativeDescriptor} */
              received
            );
            const isBound = remoteAddress === null;
            const multicast = isBound ? createController(connection) : null;
            const datagrams = new Datagrams(descriptor, isBound, (failed2, failure2) => {
              this.#isClosed = true;
              multicast?.close(failed2, failure2);
              descriptor.close();
              bridge.notify("network.close", { connection });
              connections.forget(connection);
              if (failed2) rejectClosed(failure2);
              else resolveClosed(void 0);
            });
            connections.hold(connection, datagrams);
            this.#datagrams = datagrams;
            const { readable, writable } = datagrams;
            const peer = isBound ? void 0 : { remoteAddress, remotePort };
            const groups = multicast ? { multicastController: multicast.controller } : void 0;
            resolve({ readable, writable, ...peer, localAddress, localPort, ...groups });
          },
          (error) => {
            reject(error);
            rejectClosed(error);
          }
        );
      });
    }
    /** @returns {Promise<undefined>} */
    close() {
      if (this.#isClosed) return this.closed;
      if (!this.#datagrams) {
        return promiseReject(new DOMException("Socket is not properly initialized.", "InvalidStateError"));
      }
      const { readable, writable } = this.#datagrams;
      if (readableLocked(readable) || writableLocked(writable)) {
        return promiseReject(
          new DOMException("Close is called while a stream of the socket is locked.", "InvalidStateError")
        );
      }
      const reason = new DOMException("The socket has been closed.", "AbortError");
      ignoreRejection(readableCancel(readable, reason));
      ignoreRejection(writableAbort(writable, reason));
      return this.closed;
    }
  };
  function convertOptions3(value) {
    const options = toDictionary(value, CONSTRUCT3, "UDPSocketOptions");
    const unsigned = (name, bits) => {
      const member = options[name];
      return member === void 0 ? void 0 : toUnsigned(member, bits, `${CONSTRUCT3}: Failed to read '${name}'`);
    };
    const text3 = (name) => {
      const member = options[name];
      return member === void 0 ? void 0 : toDOMString(member);
    };
    const { dnsQueryType: family } = options;
    const dnsQueryType = family === void 0 ? void 0 : toEnum(
      family,
      /** @type {const} */
      ["ipv4", "ipv6"],
      CONSTRUCT3,
      "SocketDnsQueryType"
    );
    const ipv6Only = options.ipv6Only === void 0 ? void 0 : !!options.ipv6Only;
    const localAddress = text3("localAddress");
    const localPort = unsigned("localPort", 16);
    const sharing = options.multicastAllowAddressSharing;
    const multicastAllowAddressSharing = sharing === void 0 ? void 0 : !!sharing;
    const multicastInterface = text3("multicastInterface");
    const loopback = options.multicastLoopback;
    const multicastLoopback = loopback === void 0 ? void 0 : !!loopback;
    const multicastTimeToLive = unsigned("multicastTimeToLive", 8);
    const receiveBufferSize = unsigned("receiveBufferSize", 32);
    const remoteAddress = text3("remoteAddress");
    const remotePort = unsigned("remotePort", 16);
    const sendBufferSize = unsigned("sendBufferSize", 32);
    return {
      dnsQueryType,
      ipv6Only,
      localAddress,
      localPort,
      multicastAllowAddressSharing,
      multicastInterface,
      multicastLoopback,
      multicastTimeToLive,
      receiveBufferSize,
      remoteAddress,
      remotePort,
      sendBufferSize
    };
  }
  function checkOptions2(options) {
    const { dnsQueryType, ipv6Only, localAddress, localPort, remoteAddress, remotePort } = options;
    const wrong = (what) => new TypeError2(`${CONSTRUCT3}: ${what}`);
    if (remoteAddress === void 0 !== (remotePort === void 0)) {
      throw wrong("remoteAddress and remotePort should either be specified together or not specified at all.");
    }
    const isConnected2 = remoteAddress !== void 0;
    if (!isConnected2 && localAddress === void 0) {
      throw wrong("neither remoteAddress nor localAddress specified.");
    }
    if (isConnected2 && localAddress !== void 0) {
      throw wrong("remoteAddress and localAddress cannot be specified together.");
    }
    if (localPort !== void 0 && localAddress === void 0) {
      throw wrong("localPort cannot be specified without localAddress.");
    }
    if (localPort === 0) throw wrong("localPort must be greater than zero.");
    if (localAddress !== void 0 && !isAddress(localAddress)) throw wrong("localAddress must be a valid IP address.");
    if (dnsQueryType !== void 0 && !isConnected2) {
      throw wrong("dnsQueryType is only relevant when remoteAddress is specified.");
    }
    if (ipv6Only !== void 0 && isConnected2) throw wrong("ipv6Only is only relevant when localAddress is specified.");
    if (ipv6Only && localAddress !== "::") throw wrong('ipv6Only can only be set to true if localAddress is "::".');
    if (options.sendBufferSize === 0) throw wrong("sendBufferSize must be greater than zero.");
    if (options.receiveBufferSize === 0) throw wrong("receiveBufferSize must be greater than zero.");
  }

  // page/network/fetch-response.js
  var REASON_PHRASE = /^[\t\x20-\x7e\x80-\xff]*$/;
  var READERS = (
    /** @type {const} */
    ["arrayBuffer", "blob", "bytes", "formData", "json", "text"]
  );
  var nativeReaders = readersOf(Response.prototype);
  function createResponse(info, body, outcome) {
    const { headers: list, status, statusText, url, redirected } = info;
    const headers = new Headers();
    for (let i = 0; i < list.length; i++) {
      try {
        headersAppend(headers, list[i][0], list[i][1]);
      } catch {
      }
    }
    const init = {
      __proto__: null,
      status: status >= 200 && status <= 599 ? status : 599,
      statusText: regExpExec(REASON_PHRASE, statusText) ? statusText : "",
      headers
    };
    const response = new Response(
      body,
      /** @type {any} */
      init
    );
    weakMapSet(bodies, response, body);
    return complete(response, { url, redirected, status, headers }, outcome);
  }
  var bodies = new WeakMap();
  function complete(response, { url, redirected, status, headers }, outcome) {
    makeImmutable(headers);
    defineProperty(response, "url", hidden(url, false));
    defineProperty(response, "redirected", hidden(redirected, false));
    defineProperty(response, "headers", hidden(headers, false));
    if (responseStatus(response) !== status) defineProperty(response, "status", hidden(status, false));
    const clone = () => {
      const copy = responseClone(response);
      weakMapSet(bodies, copy, weakMapGet(bodies, response));
      return complete(copy, { url, redirected, status, headers: new Headers(headers) }, outcome);
    };
    defineProperty(response, "clone", hidden(clone, true));
    for (let i = 0; i < READERS.length; i++) {
      const native = nativeReaders[i];
      if (native) defineProperty(response, READERS[i], hidden(readerWith(native, response, outcome), true));
    }
    return response;
  }
  function makeImmutable(headers) {
    const refuse = () => {
      throw new TypeError2("The headers of a response from the network cannot be changed.");
    };
    defineProperty(headers, "append", hidden(refuse, false));
    defineProperty(headers, "delete", hidden(refuse, false));
    defineProperty(headers, "set", hidden(refuse, false));
  }
  function readerWith(native, response, outcome) {
    return () => promiseThen(native(response), void 0, (error) => {
      throw outcome.failed ? outcome.reason : error;
    });
  }
  function readersOf(prototype2) {
    const readers = [];
    for (let i = 0; i < READERS.length; i++) {
      const method = (
        /** @type {any} */
        prototype2[READERS[i]]
      );
      readers[i] = method ? uncurryThis(method) : null;
    }
    return readers;
  }

  // page/network/integrity.js
  var ALGORITHMS = (
    /** @type {const} */
    ["sha256", "sha384", "sha512"]
  );
  var NAMES2 = (
    /** @type {const} */
    { sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" }
  );
  var EXPRESSION = /[\t\n\f\r ]*([^\t\n\f\r ]+)/y;
  var HASH = /^(sha256|sha384|sha512)-([\w+/-]+=*)(?:\?|$)/;
  function parseIntegrity(metadata) {
    let strongest = -1;
    let digests = [];
    EXPRESSION.lastIndex = 0;
    for (let found; found = regExpExec(EXPRESSION, metadata); ) {
      const hash = regExpExec(HASH, found[1]);
      if (!hash) continue;
      let strength = 0;
      while (ALGORITHMS[strength] !== hash[1]) strength++;
      if (strength < strongest) continue;
      if (strength > strongest) digests = [];
      strongest = strength;
      arrayPush(digests, hash[2]);
    }
    return strongest < 0 ? null : { algorithm: ALGORITHMS[strongest], digests };
  }
  function matchesIntegrity(bytes, { algorithm, digests }) {
    return promiseThen(subtleDigest(NAMES2[algorithm], bytes), (digest) => {
      const view = new Uint8Array2(digest);
      let binary2 = "";
      for (let i = 0; i < view.length; i++) binary2 += stringFromCharCode(view[i]);
      const actual = base64Encode(binary2);
      for (let i = 0; i < digests.length; i++) if (isSame(actual, digests[i])) return true;
      return false;
    });
  }
  function isSame(actual, expected) {
    if (actual.length !== expected.length) return false;
    for (let i = 0; i < actual.length; i++) {
      const character = expected[i] === "-" ? "+" : expected[i] === "_" ? "/" : expected[i];
      if (character !== actual[i]) return false;
    }
    return true;
  }

  // page/network/fetch.js
  function createFetch(bridge, connections) {
    const dropped2 = new FinalizationRegistry((finish) => finish());
    return (input, init, resolve, reject) => {
      const { body, signal, isLocal: isLocal2, integrity: metadata, ...asked } = readRequest(input, init);
      let head = asked;
      if (signal && signalAborted(signal)) throw signalReason(signal);
      if (isLocal2) {
        promiseThen(fetchLocal(asked, metadata, signal), resolve, reject);
        return;
      }
      const request = connections.nextRequest();
      const integrity = parseIntegrity(metadata);
      let upload;
      let waiting = { resolve, reject };
      let connection;
      const outcome = { failed: false, reason: void 0 };
      let finished = false;
      const finish = () => {
        finished = true;
        if (signal) removeEventListener(signal, "abort", abort);
        if (connection !== void 0) connections.forget(connection);
      };
      const fail = (reason) => {
        if (finished) return;
        if (!waiting && connection !== void 0) connections.fail(connection, reason);
        finish();
        upload?.stop(reason);
        waiting?.reject(reason);
      };
      const abort = () => {
        if (finished) return;
        bridge.notify("network.abort", { request });
        fail(signalReason(
          /** @type {AbortSignal} */
          signal
        ));
      };
      if (signal) addEventListener(signal, "abort", abort);
      const answer = (info, responseBody2) => {
        const response = createResponse(info, responseBody2, outcome);
        if (!integrity) {
          waiting?.resolve(response);
        } else if (waiting) {
          const { resolve: resolve2, reject: reject2 } = waiting;
          promiseThen(
            checked(response, integrity, outcome),
            (bytes) => resolve2(createResponse(info, bytes, outcome)),
            reject2
          );
        }
        waiting = null;
      };
      const send = (uploadNumber, uploadLength) => {
        if (finished) return;
        bridge.call(
          "network.fetch",
          { request, ...head, upload: uploadNumber, uploadLength },
          (info, descriptor) => {
            if (finished) {
              if (descriptor) {
                descriptor.close();
                if ("connection" in info) bridge.notify("network.close", { connection: info.connection });
              }
              return;
            }
            if ("again" in info) {
              head = { ...head, ...info.again };
              sendWithBody();
              return;
            }
            if (info.body !== "stream") {
              finish();
              answer(info, info.body === "empty" ? new Uint8Array2(0) : null);
              return;
            }
            const opened = new Connection(
              bridge,
              info.connection,
              /** @type {import("../bridge.js").NativeDescriptor} */
              descriptor,
              { readable: true, writable: false },
              (failed2, reason) => {
                outcome.failed = failed2;
                outcome.reason = reason;
                finish();
              },
              fetchError
            );
            connection = info.connection;
            connections.know(info.connection, opened);
            finalizationRegister(dropped2, opened, finish);
            answer(info, createReadable(opened));
          },
          (error, { name }) => fail(fetchError(error, name))
        );
      };
      const sendWithBody = () => {
        upload?.stop(void 0);
        upload = new Upload(
          bridge,
          /** @type {import("./fetch-request.js").Body} */
          body,
          send,
          (reason) => {
            if (!finished) bridge.notify("network.abort", { request });
            fail(reason);
          }
        );
      };
      if (body === null) send();
      else sendWithBody();
    };
  }
  function checked(response, integrity, outcome) {
    const mismatch = () => new TypeError2("Failed to fetch: the response is not the one that 'integrity' expects.");
    if (responseBody(response) === null) return promiseReject(mismatch());
    return promiseThen(
      responseArrayBuffer(response),
      (bytes) => promiseThen(matchesIntegrity(bytes, integrity), (matches2) => {
        if (!matches2) throw mismatch();
        return new Uint8Array2(bytes);
      }),
      (error) => {
        throw outcome.failed ? outcome.reason : error;
      }
    );
  }
  function fetchLocal({ url, method, headers: list }, integrity, signal) {
    const headers = new Headers();
    for (let i = 0; i < list.length; i++) headersAppend(headers, list[i][0], list[i][1]);
    return fetch(
      url,
      /** @type {any} */
      { __proto__: null, method, headers, integrity, signal }
    );
  }
  function fetchError(error, name) {
    if (name !== NETWORK_ERROR) return error;
    const init = { __proto__: null, cause: error };
    return new TypeError2(
      `Failed to fetch: ${error.message}`,
      /** @type {any} */
      init
    );
  }

  // page/network/information.js
  var UNKNOWN = {
    online: true,
    type: "unknown",
    downlinkMax: null,
    saveData: false,
    metered: false,
    connectivity: "unknown",
    cellularGeneration: null
  };
  function createInformation(bridge, grant) {
    let constructing2 = false;
    let current = UNKNOWN;
    let isWatched = false;
    class UnrestrictedNetworkConnection extends EventTarget {
      constructor() {
        if (!constructing2) throw new TypeError2("Illegal constructor");
        super();
      }
      get online() {
        return of(this).online;
      }
      get type() {
        return of(this).type;
      }
      get downlinkMax() {
        const { downlinkMax } = of(this);
        return isFiniteNumber(downlinkMax) ? downlinkMax : Infinity;
      }
      get saveData() {
        return of(this).saveData;
      }
      get metered() {
        return of(this).metered;
      }
      get connectivity() {
        return of(this).connectivity;
      }
      get cellularGeneration() {
        return of(this).cellularGeneration;
      }
      get onchange() {
        of(this);
        return getHandler(this, "change");
      }
      set onchange(value) {
        of(this);
        setHandler(this, "change", value);
      }
    }
    finishInterface(UnrestrictedNetworkConnection, "UnrestrictedNetworkConnection", [
      "online",
      "type",
      "downlinkMax",
      "saveData",
      "metered",
      "connectivity",
      "cellularGeneration",
      "onchange"
    ]);
    exposeInterface("UnrestrictedNetworkConnection", UnrestrictedNetworkConnection);
    constructing2 = true;
    const instance = new UnrestrictedNetworkConnection();
    constructing2 = false;
    function of(receiver) {
      if (receiver !== instance) throw new TypeError2("Illegal invocation");
      return current;
    }
    function update(next2) {
      const last = current;
      current = next2;
      const isSame2 = next2.online === last.online && next2.type === last.type && next2.downlinkMax === last.downlinkMax && next2.saveData === last.saveData && next2.metered === last.metered && next2.connectivity === last.connectivity && next2.cellularGeneration === last.cellularGeneration;
      if (!isSame2) dispatchEvent(instance, new Event("change"));
    }
    function watch() {
      if (grant.isKnownToBeMissing()) return;
      bridge.call("network.watchInformation", {}, update, () => {
      });
    }
    bridge.listen("network.informationchange", update);
    grant.onChange(() => {
      if (!isWatched) return;
      if (grant.state === "granted") watch();
      else update(UNKNOWN);
    });
    return () => {
      if (!isWatched) {
        isWatched = true;
        watch();
      }
      return instance;
    };
  }

  // page/network/interfaces.js
  var CHANGE = "interfaceschange";
  var { addEventListener: nativeAddEventListener } = EventTarget.prototype;
  function addInterfaces(prototype2, members, bridge, grant, instance) {
    let isHeard = false;
    const watch = () => {
      if (isHeard && grant.state === "granted") bridge.notify("network.watchInterfaces", {});
    };
    const hear = () => {
      if (isHeard) return;
      isHeard = true;
      watch();
    };
    grant.onChange(watch);
    bridge.listen("network.interfaceschange", () => {
      if (grant.state === "granted") dispatchEvent(instance(), new Event(CHANGE));
    });
    const check = (value) => {
      if (value !== instance()) throw new TypeError2("Illegal invocation");
    };
    const source = {
      /** @returns {Promise<import("../../generated/bridge.js").InterfaceResult[]>} */
      interfaces() {
        if (
          /** @type {unknown} */
          this !== instance()
        ) return illegalInvocation("interfaces", "UnrestrictedNetwork");
        return promiseFrom((resolve, reject) => {
          bridge.call("network.interfaces", {}, ({ interfaces }) => resolve(interfaces), reject);
        });
      },
      get oninterfaceschange() {
        check(this);
        return getHandler(instance(), CHANGE);
      },
      set oninterfaceschange(value) {
        check(this);
        setHandler(instance(), CHANGE, value);
        if (value) hear();
      },
      /** @param {any[]} given */
      addEventListener(...given) {
        if (given[0] === CHANGE && /** @type {unknown} */
        this === instance()) hear();
        return reflectApply(nativeAddEventListener, this, given);
      }
    };
    copyOperations(prototype2, source, members);
  }

  // page/network/media-url.js
  var CREATE = "Failed to execute 'createMediaURL' on 'UnrestrictedNetwork'";
  var REVOKE = "Failed to execute 'revokeMediaURL' on 'UnrestrictedNetwork'";
  function addMediaUrls(prototype2, members, bridge, instance) {
    const source = {
      /**
       * @param {string | URL} url
       * @param {object} init a MediaURLInit dictionary
       * @returns {Promise<string>}
       */
      createMediaURL(url, init = {}) {
        if (
          /** @type {unknown} */
          this !== instance()
        ) {
          return illegalInvocation("createMediaURL", "UnrestrictedNetwork");
        }
        const given = arguments.length;
        return promiseFrom((resolve, reject) => {
          requireArguments(CREATE, given, 1);
          const { headers: list } = toDictionary(init, CREATE, "MediaURLInit");
          const headers = list === void 0 ? [] : convertHeaders(list, CREATE);
          const parsed = parseUrl(url, CREATE);
          if (isLocal(parsed)) throw new TypeError2(`${CREATE}: what is in the page already needs no other URL.`);
          bridge.call("network.createMediaUrl", { url: urlHref(parsed), headers }, ({ url: url2 }) => resolve(url2), reject);
        });
      },
      /** @param {string} url */
      revokeMediaURL(url) {
        if (
          /** @type {unknown} */
          this !== instance()
        ) throw new TypeError2("Illegal invocation");
        requireArguments(REVOKE, arguments.length, 1);
        bridge.notify("network.revokeMediaUrl", { url: toUSVString(url) });
      }
    };
    copyOperations(prototype2, source, members);
  }

  // page/network/public-address.js
  var CONTEXT4 = "Failed to execute 'publicAddress' on 'UnrestrictedNetwork'";
  var FAMILIES2 = (
    /** @type {const} */
    ["ipv4", "ipv6"]
  );
  var MOST4 = 1e3;
  function addPublicAddress(prototype2, members, bridge, connections, instance) {
    const source = {
      /**
       * @param {object} options a PublicAddressOptions dictionary
       * @returns {Promise<object>}
       */
      publicAddress(options = {}) {
        if (
          /** @type {unknown} */
          this !== instance()
        ) return illegalInvocation("publicAddress", "UnrestrictedNetwork");
        return promiseFrom((resolve, reject) => {
          const { signal, ...asked } = convertOptions4(options);
          if (signal && signalAborted(signal)) throw signalReason(signal);
          const request = connections.nextRequest();
          const abort = () => {
            bridge.notify("network.abort", { request });
            finish();
            reject(signalReason(
              /** @type {AbortSignal} */
              signal
            ));
          };
          const finish = () => {
            if (signal) removeEventListener(signal, "abort", abort);
          };
          if (signal) addEventListener(signal, "abort", abort);
          bridge.call(
            "network.publicAddress",
            { ...asked, request },
            ({ address, port, family, natMapped, server }) => {
              finish();
              resolve({ address, port, family, natMapped, server });
            },
            (error) => {
              finish();
              reject(error);
            }
          );
        });
      }
    };
    copyOperations(prototype2, source, members);
  }
  function convertOptions4(value) {
    const options = toDictionary(value, CONTEXT4, "PublicAddressOptions");
    const { family: given } = options;
    const family = given === void 0 ? void 0 : toEnum(given, FAMILIES2, CONTEXT4, "IPAddressFamily");
    const { signal } = options;
    if (signal !== void 0) checkSignal2(signal);
    const { stunServers: list } = options;
    const stunServers = list === void 0 ? [] : toSequence(list, `${CONTEXT4}: 'stunServers'`, MOST4, toUSVString);
    return { family, signal: (
      /** @type {AbortSignal | undefined} */
      signal
    ), stunServers };
  }
  function checkSignal2(signal) {
    try {
      signalAborted(
        /** @type {AbortSignal} */
        signal
      );
    } catch {
      throw new TypeError2(`${CONTEXT4}: Failed to read 'signal': it is not of type 'AbortSignal'.`);
    }
  }

  // page/network/request.js
  function addRequest(prototype2, members, bridge, grant, instance) {
    let asking = null;
    const source = {
      /** @returns {Promise<NetworkState>} */
      request() {
        if (
          /** @type {unknown} */
          this !== instance()
        ) return illegalInvocation("request", "UnrestrictedNetwork");
        if (asking) return asking;
        asking = promiseFrom((resolve, reject) => {
          bridge.call(
            "network.request",
            {},
            ({ state }) => {
              asking = null;
              grant.update(state);
              resolve(state);
            },
            (error) => {
              asking = null;
              reject(error);
            }
          );
        });
        return asking;
      }
    };
    copyOperations(prototype2, source, members);
  }

  // page/network/web-socket-channel.js
  var HEAD2 = 5;
  var TEXT = 1;
  var BINARY = 2;
  var CLOSE2 = 3;
  var SENT = 4;
  var NO_STATUS = 1005;
  var JOINED_BYTES = 16 * 1024 - HEAD2;
  var LONGEST_MESSAGE2 = 2 ** 32 - 1;
  var scratch;
  var WebSocketChannel = class {
    #descriptor;
    #receiver;
    #writer;
    /** What has been read and not looked at. @type {Uint8Array | null} */
    #pending = null;
    /** How far it has been looked at. */
    #at = 0;
    /** Whether it is the scratch buffer's, which others use in the next task. */
    #isShared = false;
    #head = new Uint8Array2(HEAD2);
    #headBytes = 0;
    /** What comes after the head. @type {Uint8Array<ArrayBuffer> | null} */
    #rest = null;
    #restBytes = 0;
    #isStopped = false;
    /**
     * @param {NativeDescriptor} descriptor
     * @param {Receiver} receiver
     */
    constructor(descriptor, receiver) {
      this.#descriptor = descriptor;
      this.#receiver = receiver;
      this.#writer = new DescriptorWriter(descriptor, () => {
      });
    }
    /** Begins to read, in another task. */
    start() {
      yieldTurn(() => this.#read());
    }
    /** Nothing is read or written any more. */
    stop() {
      if (this.#isStopped) return;
      this.#isStopped = true;
      this.#writer.stop();
      this.#descriptor.close();
    }
    /**
     * Sends a message.
     * @param {Uint8Array} bytes read before this returns
     * @param {boolean} isText
     */
    send(bytes, isText) {
      this.#write(isText ? TEXT : BINARY, bytes);
    }
    /**
     * Says that nothing more will be sent.
     * @param {number | undefined} code
     * @param {Uint8Array} reason
     */
    close(code, reason) {
      if (code === void 0) {
        this.#write(CLOSE2, new Uint8Array2(0));
        return;
      }
      const rest = new Uint8Array2(2 + bytesLength(reason));
      rest[0] = code >> 8;
      rest[1] = code & 255;
      bytesSet(rest, reason, 2);
      this.#write(CLOSE2, rest);
    }
    /** @param {number} kind @param {Uint8Array} rest */
    #write(kind, rest) {
      if (this.#isStopped) return;
      const length = bytesLength(rest);
      const joined = new Uint8Array2(length <= JOINED_BYTES ? HEAD2 + length : HEAD2);
      joined[0] = kind;
      joined[1] = length >>> 24;
      joined[2] = length >>> 16 & 255;
      joined[3] = length >>> 8 & 255;
      joined[4] = length & 255;
      if (length <= JOINED_BYTES) bytesSet(joined, rest, HEAD2);
      this.#writer.write(joined, () => {
      });
      if (length > JOINED_BYTES) this.#writer.write(rest, () => {
      });
    }
    #read() {
      while (!this.#isStopped) {
        if (spendTurn()) {
          this.#continue();
          return;
        }
        if (!this.#pending && !this.#fill()) return;
        if (this.#parse() && this.#deliver()) {
          this.#continue();
          return;
        }
      }
    }
    /** Goes on in another task. */
    #continue() {
      this.#own();
      yieldTurn(() => this.#read());
    }
    /** Keeps what has been read and not looked at. */
    #own() {
      if (!this.#pending || !this.#isShared) return;
      this.#pending = bytesCopy(this.#pending, this.#at, bytesLength(this.#pending));
      this.#at = 0;
      this.#isShared = false;
    }
    /** Whether there is something to look at. */
    #fill() {
      scratch ??= createScratch(CHUNK_BYTES);
      const count = this.#descriptor.readInto(scratch);
      if (count > 0) {
        this.#pending = bytesView(scratch, 0, count);
        this.#at = 0;
        this.#isShared = true;
        return true;
      }
      if (count === WOULD_BLOCK) {
        this.#descriptor.waitRead(() => {
          beginTurn();
          this.#read();
        });
      } else {
        this.#receiver.onEnd();
      }
      return false;
    }
    /** Whether something is there whole. */
    #parse() {
      const bytes = (
        /** @type {Uint8Array} */
        this.#pending
      );
      const end = bytesLength(bytes);
      while (this.#headBytes < HEAD2 && this.#at < end) this.#head[this.#headBytes++] = bytes[this.#at++];
      let isWhole = false;
      if (this.#headBytes === HEAD2) {
        const length = numberAt(this.#head, 1);
        this.#rest ??= new Uint8Array2(length);
        const count = min(length - this.#restBytes, end - this.#at);
        if (count > 0) bytesSet(this.#rest, bytesView(bytes, this.#at, this.#at + count), this.#restBytes);
        this.#at += count;
        this.#restBytes += count;
        isWhole = this.#restBytes === length;
      }
      if (this.#at === end) this.#pending = null;
      return isWhole;
    }
    /** Gives away what is there, and says whether the page has heard of it. */
    #deliver() {
      const rest = (
        /** @type {Uint8Array<ArrayBuffer>} */
        this.#rest
      );
      this.#headBytes = 0;
      this.#rest = null;
      this.#restBytes = 0;
      switch (this.#head[0]) {
        case TEXT:
        case BINARY:
          this.#own();
          this.#receiver.onMessage(rest, this.#head[0] === TEXT);
          return true;
        case CLOSE2:
          if (bytesLength(rest) < 2) this.#receiver.onClose(NO_STATUS, "");
          else {
            const reason = decodeText(bytesView(rest, 2, bytesLength(rest)));
            this.#receiver.onClose(rest[0] * 256 + rest[1], reason);
          }
          return true;
        case SENT:
          this.#receiver.onSent(numberAt(rest, 0) * 2 ** 32 + numberAt(rest, 4));
      }
      return false;
    }
  };
  function numberAt(bytes, at) {
    return bytes[at] * 2 ** 24 + bytes[at + 1] * 2 ** 16 + bytes[at + 2] * 2 ** 8 + bytes[at + 3];
  }
  function encodeReason(text3) {
    return encodeText(stringSlice(text3, 0, 200));
  }

  // page/network/web-socket-state.js
  var CONNECTING = 0;
  var OPEN = 1;
  var CLOSING = 2;
  var CLOSED = 3;
  var ABNORMAL = 1006;
  var WebSocketState = class {
    /** @type {string} */
    url;
    readyState = CONNECTING;
    /** How many bytes of messages are not on the network yet. */
    bufferedAmount = 0;
    protocol = "";
    /** @type {"blob" | "arraybuffer"} */
    binaryType = "blob";
    #bridge;
    #connections;
    /** What the page has. @type {EventTarget} */
    #object;
    #signal;
    #request;
    #origin;
    /** @type {WebSocketChannel | undefined} */
    #channel;
    /** The broker's number of it. @type {number | undefined} */
    #connection;
    /** What waits for a Blob to be read. @type {(OutgoingMessage | OutgoingClose)[]} */
    #queue = [];
    #isReadingBlob = false;
    /** What the broker says that it ended with. @type {{ error: Error | null } | undefined} */
    #end;
    /** Whether everything has been read that came before. */
    #isReadOver = false;
    /**
     * @param {Bridge} bridge
     * @param {Connections} connections
     * @param {EventTarget} object
     * @param {Arguments} given
     */
    constructor(bridge, connections, object, { url, protocols, headers, tls, signal }) {
      this.url = url;
      this.#bridge = bridge;
      this.#connections = connections;
      this.#object = object;
      this.#signal = signal;
      const parsed = new URL(url);
      this.#origin = `${urlProtocol(parsed)}//${urlHost(parsed)}`;
      const request = this.#request = connections.nextRequest();
      if (signal && signalAborted(signal)) {
        this.#failSoon(signalReason(signal));
        return;
      }
      if (signal) addEventListener(signal, "abort", this.#abort);
      bridge.call(
        "network.webSocket",
        { request, url, protocols, headers, tls },
        (info, descriptor) => this.#opened(
          info,
          /** @type {NativeDescriptor} */
          descriptor
        ),
        (error) => this.fail(error)
      );
    }
    /**
     * @param {OutgoingMessage} message
     * @param {string} context
     */
    send(message, context2) {
      if (this.readyState === CONNECTING) {
        throw new DOMException(`${context2}: Still in CONNECTING state.`, "InvalidStateError");
      }
      this.bufferedAmount += message.size;
      if (this.readyState !== OPEN) return;
      if (message.size > LONGEST_MESSAGE2) {
        this.#breakOff(new DOMException("The message is too long.", NETWORK_ERROR));
      } else if ("bytes" in message && !this.#isReadingBlob) {
        this.#channel?.send(message.bytes, message.isText);
      } else {
        this.#enqueue(
          "bytes" in message ? { ...message, bytes: bytesCopy(message.bytes, 0, bytesLength(message.bytes)) } : message
        );
      }
    }
    /** @param {OutgoingClose} how */
    close(how) {
      if (this.readyState === CONNECTING) {
        this.#bridge.notify("network.abort", { request: this.#request });
        this.#failSoon(new DOMException("WebSocket is closed before the connection is established.", NETWORK_ERROR));
      } else if (this.readyState === OPEN) {
        this.readyState = CLOSING;
        this.#enqueue(how);
      }
    }
    /** @param {OutgoingMessage | OutgoingClose} item */
    #enqueue(item) {
      arrayPush(this.#queue, item);
      if (!this.#isReadingBlob) this.#sendQueue();
    }
    #sendQueue() {
      while (this.#queue.length > 0) {
        const item = arraySplice(this.#queue, 0, 1)[0];
        if ("blob" in item) {
          this.#isReadingBlob = true;
          promiseThen(
            responseArrayBuffer(new Response(item.blob)),
            (bytes) => {
              this.#isReadingBlob = false;
              this.#channel?.send(new Uint8Array2(bytes), false);
              this.#sendQueue();
            },
            () => this.#breakOff(new DOMException("A Blob that was sent could not be read.", NETWORK_ERROR))
          );
          return;
        }
        if ("bytes" in item) this.#channel?.send(item.bytes, item.isText);
        else this.#channel?.close(item.code, item.reason);
      }
    }
    /**
     * @param {import("../../generated/bridge.js").WebSocketResult} info
     * @param {NativeDescriptor} descriptor
     */
    #opened({ connection, protocol }, descriptor) {
      if (this.readyState !== CONNECTING) {
        descriptor.close();
        this.#bridge.notify("network.close", { connection });
        return;
      }
      this.#connection = connection;
      this.#connections.hold(connection, this);
      const channel = new WebSocketChannel(descriptor, {
        onMessage: (bytes, isText) => this.#message(bytes, isText),
        onSent: (bytes) => {
          this.bufferedAmount -= bytes;
        },
        onClose: (code, reason) => this.#closed(code, reason),
        onEnd: () => {
          this.#isReadOver = true;
          this.#finish();
        }
      });
      this.#channel = channel;
      this.readyState = OPEN;
      this.protocol = protocol;
      dispatchEvent(this.#object, new Event("open"));
      channel.start();
    }
    /** @param {Uint8Array<ArrayBuffer>} bytes @param {boolean} isText */
    #message(bytes, isText) {
      if (this.readyState !== OPEN) return;
      let data;
      if (isText) data = decodeText(bytes);
      else if (this.binaryType === "arraybuffer") data = /** @type {ArrayBuffer} */
      typedArrayBuffer(bytes);
      else data = new Blob([bytes]);
      const init = (
        /** @type {MessageEventInit} */
        { __proto__: null, data, origin: this.#origin }
      );
      dispatchEvent(this.#object, new MessageEvent("message", init));
    }
    /**
     * The broker says how it ended. What came before may not have been read yet, but where it was taken away.
     * @param {import("../bridge.js").Message} end
     */
    ended({ error }) {
      this.#end = { error: error ? toException(error) : null };
      if (error && error.name === "NotAllowedError") this.fail(this.#end.error);
      else this.#finish();
    }
    #finish() {
      if (!this.#isReadOver || !this.#end) return;
      this.fail(this.#end.error ?? new DOMException("The connection was closed by the other side.", NETWORK_ERROR));
    }
    #abort = () => {
      this.#bridge.notify("network.abort", { request: this.#request });
      this.fail(signalReason(
        /** @type {AbortSignal} */
        this.#signal
      ));
    };
    /** Ends what is open. @param {unknown} error */
    #breakOff(error) {
      if (this.readyState === CLOSED) return;
      this.#bridge.notify("network.abort", { request: this.#request });
      this.#failSoon(error);
    }
    /** It has failed, which the page hears in a task of its own. @param {unknown} error */
    #failSoon(error) {
      this.readyState = CLOSING;
      queueTask(() => this.fail(error));
    }
    /** It has failed. @param {unknown} error */
    fail(error) {
      if (this.readyState === CLOSED) return;
      this.readyState = CLOSED;
      this.#letGo();
      const message = error instanceof DOMException ? error.message : "";
      const init = (
        /** @type {ErrorEventInit} */
        { __proto__: null, error, message }
      );
      dispatchEvent(this.#object, new ErrorEvent("error", init));
      this.#tellClosed(ABNORMAL, "", false);
    }
    /** Both sides have closed. @param {number} code @param {string} reason */
    #closed(code, reason) {
      if (this.readyState === CLOSED) return;
      this.readyState = CLOSED;
      this.#letGo();
      this.#tellClosed(code, reason, true);
    }
    /** @param {number} code @param {string} reason @param {boolean} wasClean */
    #tellClosed(code, reason, wasClean) {
      const init = (
        /** @type {CloseEventInit} */
        { __proto__: null, code, reason, wasClean }
      );
      dispatchEvent(this.#object, new CloseEvent("close", init));
    }
    #letGo() {
      this.#queue = [];
      if (this.#signal) removeEventListener(this.#signal, "abort", this.#abort);
      this.#channel?.stop();
      if (this.#connection === void 0) return;
      this.#connections.forget(this.#connection);
      this.#bridge.notify("network.close", { connection: this.#connection });
    }
  };

  // page/network/web-socket-arguments.js
  var MOST_PROTOCOLS = 100;
  var LONGEST_REASON = 123;
  function readArguments(url, protocols, options, context2) {
    const text3 = toUSVString(url);
    const names = isObject(protocols) && /** @type {any} */
    protocols[symbolIterator] !== void 0 ? toSequence(protocols, context2, MOST_PROTOCOLS, toDOMString) : [toDOMString(protocols)];
    const { headers, signal, tls } = toDictionary(options, context2, "UnrestrictedWebSocketOptions");
    const list = headers === void 0 ? [] : convertHeaders(headers, context2);
    if (signal !== void 0) checkSignal3(signal, context2);
    const secured = tls === void 0 ? void 0 : convertTls(tls, context2);
    const address = parseUrl2(text3, context2);
    for (let i = 0; i < names.length; i++) {
      if (!isToken(names[i])) throw syntaxError(context2, `the subprotocol '${names[i]}' is invalid.`);
      for (let j = 0; j < i; j++) {
        if (names[j] === names[i]) throw syntaxError(context2, `the subprotocol '${names[i]}' is there twice.`);
      }
    }
    if (secured && address.isPlain) throw new TypeError2(`${context2}: tls is for URLs of wss.`);
    return {
      __proto__: null,
      url: address.href,
      protocols: names,
      headers: list,
      tls: secured,
      signal: (
        /** @type {AbortSignal | undefined} */
        signal
      )
    };
  }
  function parseUrl2(text3, context2) {
    let url;
    try {
      url = new URL(text3, baseUrl());
    } catch {
      throw syntaxError(context2, `the URL '${text3}' is invalid.`);
    }
    const protocol = urlProtocol(url);
    let href = urlHref(url);
    if (protocol === "http:") href = `ws${stringSlice(href, 4)}`;
    else if (protocol === "https:") href = `wss${stringSlice(href, 5)}`;
    else if (protocol !== "ws:" && protocol !== "wss:") {
      throw syntaxError(context2, `the URL's scheme must be 'http', 'https', 'ws' or 'wss'; '${protocol}' is not allowed.`);
    }
    if (stringIncludes(href, "#")) throw syntaxError(context2, `the URL contains a fragment identifier.`);
    if (urlUsername(url) || urlPassword(url)) {
      throw syntaxError(context2, "the URL has credentials in it: use an Authorization header.");
    }
    return { href, isPlain: protocol === "ws:" || protocol === "http:" };
  }
  function readMessage(data) {
    if (isObject(data)) {
      if (isBlob(data)) return { blob: data, size: blobSize(data) };
      const bytes2 = bytesOf(data);
      if (bytes2) return { bytes: bytes2, isText: false, size: bytesLength(bytes2) };
    }
    const bytes = encodeText(toUSVString(data));
    return { bytes, isText: true, size: bytesLength(bytes) };
  }
  function readClose(code, text3, context2) {
    const number = code === void 0 ? void 0 : toClampedShort(code);
    const reason = encodeReason(text3 === void 0 ? "" : toUSVString(text3));
    if (number !== void 0 && number !== 1e3 && (number < 3e3 || number > 4999)) {
      const message = `${context2}: The close code must be either 1000, or between 3000 and 4999. ${number} is neither.`;
      throw new DOMException(message, "InvalidAccessError");
    }
    if (bytesLength(reason) > LONGEST_REASON) {
      throw syntaxError(context2, `The close reason must not be greater than ${LONGEST_REASON} UTF-8 bytes.`);
    }
    return { code: number === void 0 && bytesLength(reason) > 0 ? 1e3 : number, reason };
  }
  function toClampedShort(value) {
    const number = min(max(+/** @type {any} */
    value, 0), 65535);
    if (number !== number) return 0;
    const rounded = round(number);
    return rounded - number === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
  }
  function checkSignal3(signal, context2) {
    try {
      signalAborted(
        /** @type {AbortSignal} */
        signal
      );
    } catch {
      throw new TypeError2(`${context2}: Failed to read 'signal': it is not of type 'AbortSignal'.`);
    }
  }
  function syntaxError(context2, message) {
    return new DOMException(`${context2}: ${message}`, "SyntaxError");
  }

  // page/network/web-socket.js
  var NAME = "UnrestrictedWebSocket";
  var CONSTRUCT4 = `Failed to construct '${NAME}'`;
  var BINARY_TYPES = (
    /** @type {const} */
    ["blob", "arraybuffer"]
  );
  function createWebSocket(bridge, connections, grant) {
    const states = new WeakMap();
    class UnrestrictedWebSocket extends EventTarget {
      /**
       * @param {string | URL} url
       * @param {string | string[]} protocols
       * @param {object} options an UnrestrictedWebSocketOptions dictionary
       */
      constructor(url, protocols = [], options = {}) {
        requireArguments(CONSTRUCT4, arguments.length, 1);
        const converted2 = readArguments(url, protocols, options, CONSTRUCT4);
        if (grant.isKnownToBeMissing()) {
          throw new DOMException(`${CONSTRUCT4}: the app has no unrestricted network access.`, "NotAllowedError");
        }
        super();
        weakMapSet(states, this, new WebSocketState(bridge, connections, this, converted2));
      }
      get url() {
        return of(this).url;
      }
      get readyState() {
        return of(this).readyState;
      }
      get bufferedAmount() {
        return of(this).bufferedAmount;
      }
      get extensions() {
        return of(this) && "";
      }
      get protocol() {
        return of(this).protocol;
      }
      get binaryType() {
        return of(this).binaryType;
      }
      set binaryType(value) {
        const state = of(this);
        try {
          state.binaryType = toEnum(value, BINARY_TYPES, "", "BinaryType");
        } catch (error) {
          if (typeof value === "symbol") throw error;
        }
      }
      get onopen() {
        return of(this) && getHandler(this, "open");
      }
      set onopen(value) {
        of(this);
        setHandler(this, "open", value);
      }
      get onerror() {
        return of(this) && getHandler(this, "error");
      }
      set onerror(value) {
        of(this);
        setHandler(this, "error", value);
      }
      get onclose() {
        return of(this) && getHandler(this, "close");
      }
      set onclose(value) {
        of(this);
        setHandler(this, "close", value);
      }
      get onmessage() {
        return of(this) && getHandler(this, "message");
      }
      set onmessage(value) {
        of(this);
        setHandler(this, "message", value);
      }
      /** @param {string | BufferSource | Blob} data */
      send(data) {
        const state = of(this);
        const context2 = `Failed to execute 'send' on '${NAME}'`;
        requireArguments(context2, arguments.length, 1);
        state.send(readMessage(data), context2);
      }
      /**
       * @param {number | undefined} code
       * @param {string | undefined} reason
       */
      close(code = void 0, reason = void 0) {
        const state = of(this);
        state.close(readClose(code, reason, `Failed to execute 'close' on '${NAME}'`));
      }
    }
    finishInterface(UnrestrictedWebSocket, NAME, [
      "url",
      "readyState",
      "bufferedAmount",
      "onopen",
      "onerror",
      "onclose",
      "extensions",
      "protocol",
      "onmessage",
      "binaryType",
      "send",
      "close"
    ]);
    addConstant("CONNECTING", CONNECTING);
    addConstant("OPEN", OPEN);
    addConstant("CLOSING", CLOSING);
    addConstant("CLOSED", CLOSED);
    function addConstant(name, value) {
      const property = (
        /** @type {PropertyDescriptor} */
        { __proto__: null, value, enumerable: true }
      );
      defineProperty(UnrestrictedWebSocket, name, property);
      defineProperty(UnrestrictedWebSocket.prototype, name, property);
    }
    function of(object) {
      const state = weakMapGet(states, object);
      if (!state) throw new TypeError2("Illegal invocation");
      return state;
    }
    return UnrestrictedWebSocket;
  }

  // page/network/resolve.js
  var CONTEXT5 = "Failed to execute 'resolve' on 'UnrestrictedNetwork'";
  var TYPES4 = (
    /** @type {const} */
    [
      "A",
      "AAAA",
      "CAA",
      "CNAME",
      "HTTPS",
      "MX",
      "NS",
      "PTR",
      "SOA",
      "SRV",
      "TXT"
    ]
  );
  function addResolve(prototype2, members, bridge, connections, instance) {
    const source = {
      /**
       * @param {string} name
       * @param {object} options a ResolveOptions dictionary
       * @returns {Promise<unknown[]>}
       */
      resolve(name, options = {}) {
        if (
          /** @type {unknown} */
          this !== instance()
        ) return illegalInvocation("resolve", "UnrestrictedNetwork");
        const given = arguments.length;
        return promiseFrom((resolve, reject) => {
          requireArguments(CONTEXT5, given, 1);
          const asked = toDOMString(name);
          const { signal, type } = convertOptions5(options);
          if (signal && signalAborted(signal)) throw signalReason(signal);
          const request = connections.nextRequest();
          const abort = () => {
            bridge.notify("network.abort", { request });
            finish();
            reject(signalReason(
              /** @type {AbortSignal} */
              signal
            ));
          };
          const finish = () => {
            if (signal) removeEventListener(signal, "abort", abort);
          };
          if (signal) addEventListener(signal, "abort", abort);
          bridge.call(
            "network.resolve",
            { name: asked, type, request },
            ({ records }) => {
              finish();
              resolve(type === "HTTPS" ? map(
                /** @type {HttpsResult[]} */
                records,
                toHttpsRecord
              ) : records);
            },
            (error) => {
              finish();
              reject(error);
            }
          );
        });
      }
    };
    copyOperations(prototype2, source, members);
  }
  function toHttpsRecord({ priority, target, noDefaultAlpn, alpn, port, ipv4hint, ipv6hint, ech }) {
    return {
      priority,
      target,
      noDefaultAlpn,
      ...alpn && { alpn },
      ...port !== null && { port },
      ...ipv4hint && { ipv4hint },
      ...ipv6hint && { ipv6hint },
      ...ech !== null && { ech: decodeBytes2(ech) }
    };
  }
  function convertOptions5(value) {
    const options = toDictionary(value, CONTEXT5, "ResolveOptions");
    const { signal } = options;
    if (signal !== void 0) checkSignal4(signal);
    const { type: given } = options;
    const type = given === void 0 ? "A" : toEnum(given, TYPES4, CONTEXT5, "DnsRecordType");
    return { signal: (
      /** @type {AbortSignal | undefined} */
      signal
    ), type };
  }
  function checkSignal4(signal) {
    try {
      signalAborted(
        /** @type {AbortSignal} */
        signal
      );
    } catch {
      throw new TypeError2(`${CONTEXT5}: Failed to read 'signal': it is not of type 'AbortSignal'.`);
    }
  }

  // page/network/unrestricted-network.js
  function installUnrestrictedNetwork(bridge, connections, grant, isWindow) {
    const fetchResponse = createFetch(bridge, connections);
    let constructing2 = false;
    class UnrestrictedNetwork extends EventTarget {
      constructor() {
        if (!constructing2) throw new TypeError2("Illegal constructor");
        super();
      }
      /** @returns {import("./grant.js").NetworkState} */
      get state() {
        if (!isInstance(this)) throw new TypeError2("Illegal invocation");
        return grant.state;
      }
      get connection() {
        if (!isInstance(this)) throw new TypeError2("Illegal invocation");
        return connection();
      }
      get onstatechange() {
        if (!isInstance(this)) throw new TypeError2("Illegal invocation");
        return getHandler(this, "statechange");
      }
      set onstatechange(value) {
        if (!isInstance(this)) throw new TypeError2("Illegal invocation");
        setHandler(this, "statechange", value);
      }
      /** @returns {Promise<void>} */
      relinquish() {
        if (!isInstance(this)) return illegalInvocation("relinquish", "UnrestrictedNetwork");
        return promiseFrom((resolve, reject) => {
          bridge.call(
            "network.relinquish",
            {},
            ({ state }) => {
              grant.update(state);
              resolve(void 0);
            },
            reject
          );
        });
      }
      /**
       * @param {RequestInfo | URL} input
       * @param {RequestInit} init
       * @returns {Promise<Response>}
       */
      fetch(input, init = {}) {
        if (!isInstance(this)) return illegalInvocation("fetch", "UnrestrictedNetwork");
        const given = arguments.length;
        return promiseFrom((resolve, reject) => {
          requireArguments("Failed to execute 'fetch' on 'UnrestrictedNetwork'", given, 1);
          fetchResponse(input, init, resolve, reject);
        });
      }
    }
    const members = ["state", "connection", "onstatechange", "relinquish", "fetch"];
    if (isWindow) {
      addRequest(UnrestrictedNetwork.prototype, members, bridge, grant, () => instance);
      addMediaUrls(UnrestrictedNetwork.prototype, members, bridge, () => instance);
    }
    addInterfaces(UnrestrictedNetwork.prototype, members, bridge, grant, () => instance);
    addPublicAddress(UnrestrictedNetwork.prototype, members, bridge, connections, () => instance);
    addResolve(UnrestrictedNetwork.prototype, members, bridge, connections, () => instance);
    finishInterface(UnrestrictedNetwork, "UnrestrictedNetwork", members);
    exposeInterface("UnrestrictedNetwork", UnrestrictedNetwork);
    exposeInterface("UnrestrictedWebSocket", createWebSocket(bridge, connections, grant));
    constructing2 = true;
    const instance = new UnrestrictedNetwork();
    constructing2 = false;
    const isInstance = (value) => value === instance;
    grant.onChange(() => dispatchEvent(instance, new Event("statechange")));
    const connection = createInformation(bridge, grant);
    const navigatorObject2 = globalThis.navigator;
    const holder = {
      get unrestrictedNetwork() {
        if (
          /** @type {unknown} */
          this !== navigatorObject2
        ) throw new TypeError2("Illegal invocation");
        return instance;
      }
    };
    copyAccessor(
      /** @type {object} */
      getPrototypeOf(navigatorObject2),
      "unrestrictedNetwork",
      holder
    );
  }

  // page/permissions.js
  var BORROWED = "notifications";
  function installPermissionsQuery(bridge) {
    if (!globalThis.Permissions) return;
    const { prototype: prototype2 } = globalThis.Permissions;
    const nativeQuery = uncurryThis(prototype2.query);
    const nativeName = getterOf(globalThis.PermissionStatus.prototype, "name");
    const follow = followStatuses(bridge);
    const holder = {
      /** @this {Permissions} @param {PermissionDescriptor} descriptor */
      query(descriptor) {
        const answer = reflectApply(nativeQuery, void 0, arguments.length ? [this, descriptor] : [this]);
        return new Promise2((resolve, reject) => {
          const ask = (name, status, onUnknown) => bridge.call(
            "permission.query",
            { name },
            ({ state }) => {
              follow(status, name, state);
              resolve(status);
            },
            (error) => error instanceof TypeError2 ? onUnknown() : reject(error)
          );
          promiseThen(
            answer,
            (status) => ask(nativeName(status), status, () => resolve(status)),
            (reason) => {
              const name = nameOf(descriptor);
              if (name === null) return reject(reason);
              promiseThen(
                nativeQuery(
                  this,
                  /** @type {any} */
                  { __proto__: null, name: BORROWED }
                ),
                (status) => ask(name, status, () => reject(reason)),
                () => reject(reason)
              );
            }
          );
        });
      }
    };
    const own2 = (
      /** @type {PropertyDescriptor} */
      getOwnPropertyDescriptor(prototype2, "query")
    );
    defineProperty(
      prototype2,
      "query",
      /** @type {any} */
      { ...own2, __proto__: null, value: holder.query }
    );
  }
  function nameOf(descriptor) {
    try {
      const { name } = (
        /** @type {{ name: unknown }} */
        descriptor
      );
      return typeof name === "string" && name !== "" ? name : null;
    } catch {
      return null;
    }
  }
  function followStatuses(bridge) {
    const shown = overrideStatus();
    const objects = new Map();
    const dropped2 = new FinalizationRegistry(({ references, reference }) => setDelete(references, reference));
    const update = (reference, state) => {
      const status = weakRefDeref(reference);
      const entry = status && weakMapGet(shown, status);
      if (!entry || entry.state === state) return;
      entry.state = state;
      dispatchEvent(status, new Event("change"));
    };
    bridge.listen("permission.change", () => {
      mapForEach(objects, (references, name) => {
        if (setSize(references) === 0) return;
        bridge.call(
          "permission.query",
          { name },
          ({ state }) => setForEach(references, (reference) => update(reference, state)),
          () => {
          }
        );
      });
    });
    return (status, name, state) => {
      weakMapSet(shown, status, { name, state });
      const references = mapGet(objects, name) ?? new Set();
      mapSet(objects, name, references);
      const reference = (
        /** @type {StatusReference} */
        new WeakRef(status)
      );
      setAdd(references, reference);
      finalizationRegister(dropped2, status, { references, reference });
    };
  }
  function overrideStatus() {
    const shown = new WeakMap();
    const { prototype: prototype2 } = globalThis.PermissionStatus;
    const nativeName = getterOf(prototype2, "name");
    const nativeState = getterOf(prototype2, "state");
    const accessors = {
      get name() {
        const status = (
          /** @type {PermissionStatus} */
          /** @type {unknown} */
          this
        );
        return weakMapGet(shown, status)?.name ?? nativeName(status);
      },
      get state() {
        const status = (
          /** @type {PermissionStatus} */
          /** @type {unknown} */
          this
        );
        return weakMapGet(shown, status)?.state ?? nativeState(status);
      }
    };
    copyAccessor(prototype2, "name", accessors);
    copyAccessor(prototype2, "state", accessors);
    return shown;
  }

  // page/service-worker.js
  function hideServiceWorker() {
    deleteProperty(Navigator.prototype, "serviceWorker");
    for (const name of ["ServiceWorker", "ServiceWorkerContainer", "ServiceWorkerRegistration"]) {
      deleteProperty(globalThis, name);
    }
  }

  // page/workers/primordials.js
  var Worker = globalThis.Worker;
  var workerPostMessage = Worker && uncurryThis(Worker.prototype.postMessage);
  var messageData = (
    /** @type {any} */
    getterOf(MessageEvent.prototype, "data")
  );
  var messagePorts = (
    /** @type {any} */
    getterOf(MessageEvent.prototype, "ports")
  );
  var postMessage = uncurryThis(globalThis.MessagePort.prototype.postMessage);
  var portStart = uncurryThis(globalThis.MessagePort.prototype.start);
  var portOf = (name) => {
    const getter = getOwnPropertyDescriptor(MessageChannel.prototype, name)?.get;
    return getter ? (
      /** @type {any} */
      uncurryThis(getter)
    ) : (channel) => channel[name];
  };
  var firstPort = portOf("port1");
  var secondPort = portOf("port2");
  function portPost(port, message, given) {
    if (given === void 0) postMessage(port, message);
    else postMessage(
      port,
      message,
      /** @type {any} */
      transferring(given)
    );
  }
  function workerPost(worker, message, given) {
    if (given === void 0) workerPostMessage?.(worker, message);
    else workerPostMessage?.(
      worker,
      message,
      /** @type {any} */
      transferring(given)
    );
  }
  var { postMessage: scopePostMessage } = globalThis;
  function portListen(port, listener) {
    addEventListener(port, "message", listener);
    portStart(port);
  }
  function transferring(given) {
    let isDone = false;
    const iterator = {
      __proto__: null,
      next() {
        if (isDone) return { __proto__: null, done: true, value: void 0 };
        isDone = true;
        return { __proto__: null, done: false, value: given };
      }
    };
    const transfer = { __proto__: null, [symbolIterator]: () => iterator };
    return { __proto__: null, transfer };
  }
  var { locks } = globalThis.navigator ?? {};
  var { request: lockRequest } = locks ?? {};
  function requestLock(name, onHeld) {
    return reflectApply(
      /** @type {Function} */
      lockRequest,
      locks,
      [name, onHeld]
    );
  }

  // page/workers/line.js
  var HELLO = "insula-worker";
  function replaceWorker(construct2) {
    if (!Worker) return;
    const wrapper = new Proxy2(
      Worker,
      /** @type {any} */
      { __proto__: null, construct: construct2 }
    );
    replace2(globalThis, "Worker", wrapper);
    replace2(Worker.prototype, "constructor", wrapper);
  }
  function replace2(holder, name, value) {
    const own2 = getOwnPropertyDescriptor(holder, name);
    defineProperty(
      holder,
      name,
      /** @type {any} */
      { ...own2, __proto__: null, value }
    );
  }
  function createLine(target, post) {
    let mark = null;
    let onMessage = () => {
    };
    let onHello = () => {
    };
    const listener = (event) => {
      const data = messageData(event);
      if (!isArray(data)) return;
      const port = messagePorts(event)[0];
      if (data[0] === HELLO && typeof data[1] === "string") onHello(data[1], port);
      else if (mark !== null && data[0] === mark) onMessage(data[1], port);
      else return;
      eventStopNow(event);
    };
    addEventListener(target, "message", listener, true);
    return {
      /** @param {string} nonce @param {MessagePort} [port] for what is to be said, where it takes a way of its own */
      greet(nonce, port) {
        post([HELLO, nonce], port);
      },
      /** @param {(nonce: string, port: MessagePort | undefined) => void} callback */
      whenGreeted(callback) {
        onHello = callback;
      },
      /** @param {string} nonce @returns {import("./channel.js").Channel} on this line */
      open(nonce) {
        mark = nonce;
        return {
          post: (message, given) => post([nonce, message], given),
          listen: (callback) => void (onMessage = callback)
        };
      }
    };
  }
  var lineTo = (worker) => createLine(worker, (message, given) => workerPost(worker, message, given));
  function createNonce() {
    const bytes = getRandomValues(new Uint8Array2(16));
    let text3 = "";
    for (let i = 0; i < 16; i++) text3 += "0123456789abcdef"[bytes[i] >> 4] + "0123456789abcdef"[bytes[i] & 15];
    return text3;
  }

  // page/workers/follow.js
  function followWorkers(adopt) {
    replaceWorker((target, args, newTarget) => {
      const worker = reflectConstruct(target, args, newTarget);
      const line = lineTo(worker);
      line.whenGreeted((nonce) => adopt(line, nonce));
      return worker;
    });
  }

  // page/workers/channel.js
  var HELD = 0;
  var CALL = 1;
  var NOTE = 2;
  var CREDIT = 3;
  var WRITE2 = 4;
  var SHUTDOWN = 5;
  var CLOSE3 = 6;
  var ADOPT = 7;
  var ANSWER = 8;
  var EVENT = 9;
  var CHUNK = 10;
  var END = 11;
  var TAKEN = 12;
  var WINDOW = 1024 * 1024;
  var MESSAGE_COST = 512;
  function portChannel(port) {
    return {
      post: (message, given) => portPost(port, message, given),
      listen: (listener) => portListen(port, (event) => listener(messageData(event), messagePorts(event)[0]))
    };
  }

  // page/workers/hosted-descriptor.js
  var BATCH_BYTES = 64 * 1024;
  var scratch2;
  var batch;
  var HostedDescriptor = class {
    #descriptor;
    #number;
    #carriesPackets;
    #channel;
    #credit = 0;
    /** Whether a wait, or a task, goes on with reading. */
    #isReading = false;
    #isReadOver = false;
    #isClosed = false;
    /** What comes after the write that is held. @type {Uint8Array[]} */
    #queue = new Array();
    #isHeld = false;
    /** Why nothing can be written, as -errno. */
    #broken = 0;
    /**
     * @param {NativeDescriptor} descriptor
     * @param {number} number what the worker calls it
     * @param {boolean} carriesPackets
     * @param {import("./channel.js").Channel} channel
     */
    constructor(descriptor, number, carriesPackets, channel) {
      this.#descriptor = descriptor;
      this.#number = number;
      this.#carriesPackets = carriesPackets;
      this.#channel = channel;
    }
    /** The worker takes so many bytes more. @param {number} bytes */
    addCredit(bytes) {
      this.#credit += bytes;
      if (!this.#isReading) this.#read();
    }
    /** Sends what the credit allows, and waits for more. */
    #read() {
      this.#isReading = false;
      while (this.#credit > 0 && !this.#isReadOver && !this.#isClosed) {
        if (spendTurn()) {
          this.#isReading = true;
          yieldTurn(() => this.#read());
          return;
        }
        const state = this.#carriesPackets ? this.#sendPackets() : this.#sendBytes();
        if (state === WOULD_BLOCK) {
          this.#isReading = true;
          this.#descriptor.waitRead(() => {
            beginTurn();
            this.#read();
          });
          return;
        }
        if (state <= 0) {
          this.#isReadOver = true;
          this.#channel.post([END, this.#number, state]);
        }
      }
    }
    /** @returns {number} as `readInto` */
    #sendBytes() {
      scratch2 ??= createScratch(CHUNK_BYTES);
      const room = min(this.#credit, CHUNK_BYTES);
      const count = this.#descriptor.readInto(room === CHUNK_BYTES ? scratch2 : bytesView(scratch2, 0, room));
      if (count > 0) this.#send(scratchCopy(scratch2, count), null, count + MESSAGE_COST);
      return count;
    }
    /** @returns {number} as `readInto` */
    #sendPackets() {
      scratch2 ??= createScratch(CHUNK_BYTES);
      batch ??= createScratch(BATCH_BYTES + PACKET_BYTES);
      const place = bytesView(scratch2, 0, PACKET_BYTES);
      const lengths = new Array();
      let total = 0;
      let state = WOULD_BLOCK;
      for (let cost = 0; total < BATCH_BYTES && cost < this.#credit; cost = total + lengths.length * MESSAGE_COST) {
        state = this.#descriptor.readInto(place);
        if (state <= 0) break;
        bytesSet(batch, bytesView(scratch2, 0, state), total);
        arrayPush(lengths, state);
        total += state;
      }
      if (lengths.length === 0) return state;
      this.#send(scratchCopy(batch, total), lengths, total + lengths.length * MESSAGE_COST);
      return 1;
    }
    /** @param {Uint8Array} bytes @param {number[] | null} lengths @param {number} cost */
    #send(bytes, lengths, cost) {
      this.#credit -= cost;
      const buffer = (
        /** @type {ArrayBuffer} */
        typedArrayBuffer(bytes)
      );
      this.#channel.post([CHUNK, this.#number, buffer, lengths], buffer);
    }
    /** The worker writes. It has no more on the way than a window. @param {ArrayBuffer} buffer */
    write(buffer) {
      const bytes = new Uint8Array2(buffer);
      if (this.#isHeld) arrayPush(this.#queue, bytes);
      else this.#writeAll(bytes);
    }
    /** @param {Uint8Array} bytes */
    #writeAll(bytes) {
      const total = bytesLength(bytes);
      let sent = 0;
      while (!this.#broken && sent < total) {
        let count = this.#descriptor.write(bytes, sent, total);
        if (count === WOULD_BLOCK) {
          count = this.#descriptor.hold(bytes, sent, total);
          if (count === 0) {
            this.#whenFlushed(total);
            return;
          }
        }
        if (count < 0) this.#broken = count;
        sent += count;
      }
      this.#taken(total);
    }
    /** @param {number} total how much the worker has written at once */
    #whenFlushed(total) {
      this.#isHeld = true;
      const flushed = (state2) => {
        this.#isHeld = false;
        if (state2 < 0) this.#broken = state2;
        this.#taken(total);
        while (!this.#isHeld && this.#queue.length > 0) this.#writeAll(arraySplice(this.#queue, 0, 1)[0]);
      };
      const state = this.#descriptor.flush(flushed);
      if (state !== WOULD_BLOCK) flushed(state);
    }
    /** @param {number} count */
    #taken(count) {
      if (!this.#isClosed) this.#channel.post([TAKEN, this.#number, count, this.#broken]);
    }
    /** @param {0 | 1 | 2} how */
    shutdown(how) {
      if (how !== 1) this.#isReadOver = true;
      if (how !== 0) this.#queue = new Array();
      this.#descriptor.shutdown(how);
    }
    close() {
      if (this.#isClosed) return;
      this.#isClosed = true;
      this.#queue = new Array();
      this.#descriptor.close();
    }
    /** Sends a piece of what is there and was not sent, whatever the credit, so that the worker knows of it. */
    pushUnread() {
      if (this.#isReadOver || this.#isClosed || this.#descriptor.peek() <= 0) return;
      if (this.#credit < 1) this.#credit = 1;
      this.#sendBytes();
    }
  };

  // page/workers/marker.js
  function createMarker(type, nonce, { sockets, topLevel, losesStreams: losesStreams2, state }) {
    return `#insula-worker-${type}-${nonce}-${+sockets}${+topLevel}${+losesStreams2}-${state};`;
  }
  var lockName = (nonce) => `insula-worker-${nonce}`;

  // page/workers/request-numbers.js
  var RequestNumbers = class {
    #next;
    /** The document's number for each of the worker's. @type {Map<number, number>} */
    #numbers = new Map();
    /** Whose connection can still be aborted by the worker's number. @type {Map<number, number>} */
    #byConnection = new Map();
    /** @param {() => number} next makes a number of the document's */
    constructor(next2) {
      this.#next = next2;
    }
    /**
     * Replaces the number in a call's parameters.
     * @param {Message} params
     * @returns {number | undefined} the worker's
     */
    replace(params) {
      const holder = typeof params.request === "number" ? params : params.options;
      const number = holder?.request;
      if (typeof number !== "number") return void 0;
      const known = mapGet(this.#numbers, number) ?? this.#next();
      mapSet(this.#numbers, number, known);
      holder.request = known;
      return number;
    }
    /** @param {number} number the worker's @returns {number | undefined} the document's */
    find(number) {
      return mapGet(this.#numbers, number);
    }
    /**
     * A call has been answered.
     * @param {number | undefined} number the worker's, if the call had one
     * @param {number | undefined} connection which can still be aborted by it
     */
    answered(number, connection) {
      if (number === void 0) return;
      if (connection === void 0) mapDelete(this.#numbers, number);
      else mapSet(this.#byConnection, connection, number);
    }
    /** A connection goes on under another number. @param {number} from @param {number} to */
    move(from, to) {
      const number = mapGet(this.#byConnection, from);
      if (number === void 0) return;
      mapDelete(this.#byConnection, from);
      mapSet(this.#byConnection, to, number);
    }
    /** A connection is over. @param {number} connection */
    forget(connection) {
      const number = mapGet(this.#byConnection, connection);
      if (number === void 0) return;
      mapDelete(this.#byConnection, connection);
      mapDelete(this.#numbers, number);
    }
    /** @param {(number: number) => void} callback is called with each of the document's numbers */
    forEach(callback) {
      mapForEach(this.#numbers, callback);
    }
  };

  // page/workers/host.js
  var CALLS = {
    __proto__: null,
    "network.accept": true,
    "network.connect": true,
    "network.createMediaUrl": false,
    "network.fetch": true,
    "network.interfaces": true,
    "network.joinGroup": true,
    "network.leaveGroup": true,
    "network.listen": true,
    "network.publicAddress": true,
    "network.relinquish": true,
    "network.request": false,
    "network.resolve": true,
    "network.startTls": true,
    "network.state": true,
    "network.udp": true,
    "network.upload": true,
    "network.webSocket": true,
    "network.watchInformation": true,
    "permission.query": true
  };
  var NOTES = {
    __proto__: null,
    "network.abort": true,
    "network.close": true,
    "network.revokeMediaUrl": false,
    "network.watchInterfaces": true
  };
  var is = (list, name) => list[name] === true;
  var EVENTS = (
    /** @type {const} */
    [
      "network.statechange",
      "network.informationchange",
      "network.interfaceschange",
      "permission.change"
    ]
  );
  function createHost(bridge, connections, requestLock2) {
    const workers = new Map();
    for (let i = 0; i < EVENTS.length; i++) {
      bridge.listen(EVENTS[i], (params) => {
        mapForEach(workers, (worker) => worker.tell(EVENTS[i], params));
      });
    }
    return function adopt(channel, nonce) {
      const worker = new HostedWorker(bridge, connections, channel);
      channel.listen((message, port) => {
        if (message[0] === ADOPT) {
          if (port) adopt(portChannel(port), message[1]);
        } else if (message[0] === HELD) {
          mapSet(workers, nonce, worker);
          const whenOver = requestLock2(lockName(nonce), () => {
            mapDelete(workers, nonce);
            worker.end();
          });
          ignoreRejection(whenOver);
        } else {
          worker.receive(message);
        }
      });
    };
  }
  var HostedWorker = class {
    #bridge;
    #connections;
    #channel;
    /** @type {Map<number, HostedDescriptor>} */
    #descriptors = new Map();
    #lastDescriptor = 0;
    /** Its connections and listeners, each with its descriptor, if it has one. @type {Map<number, number>} */
    #connectionsOpen = new Map();
    #requests;
    #isOver = false;
    /**
     * @param {Bridge} bridge
     * @param {Connections} connections
     * @param {Channel} channel
     */
    constructor(bridge, connections, channel) {
      this.#bridge = bridge;
      this.#connections = connections;
      this.#channel = channel;
      this.#requests = new RequestNumbers(() => connections.nextRequest());
    }
    /** @param {any[]} message */
    receive(message) {
      if (this.#isOver) return;
      switch (message[0]) {
        case CALL:
          if (is(CALLS, message[2])) this.#call(message[1], message[2], decode(message[3]));
          return;
        case NOTE:
          if (is(NOTES, message[1])) this.#note(message[1], decode(message[2]));
          return;
        case CREDIT:
          mapGet(this.#descriptors, message[1])?.addCredit(message[2]);
          return;
        case WRITE2:
          mapGet(this.#descriptors, message[1])?.write(message[2]);
          return;
        case SHUTDOWN:
          mapGet(this.#descriptors, message[1])?.shutdown(message[2]);
          return;
        case CLOSE3:
          this.#closeDescriptor(message[1]);
      }
    }
    /** @param {string} event @param {object} params */
    tell(event, params) {
      this.#channel.post([EVENT, event, encode(params)]);
    }
    /** The worker has gone, and all that it had goes with it. */
    end() {
      if (this.#isOver) return;
      this.#isOver = true;
      this.#requests.forEach((request) => this.#bridge.notify("network.abort", { request }));
      mapForEach(this.#descriptors, (descriptor) => descriptor.close());
      mapForEach(this.#connectionsOpen, (_, connection) => {
        this.#connections.forget(connection);
        this.#bridge.notify("network.close", { connection });
      });
      this.#descriptors = new Map();
      this.#connectionsOpen = new Map();
    }
    /**
     * @param {number} call the worker's number of it
     * @param {string} method
     * @param {Message} params
     */
    #call(call2, method, params) {
      const request = this.#requests.replace(params);
      this.#bridge.call(
        /** @type {any} */
        method,
        /** @type {any} */
        params,
        (result, descriptor) => {
          const connection = result.connection ?? result.listener;
          this.#requests.answered(request, connection);
          if (this.#isOver) {
            descriptor?.close();
            if (connection !== void 0) this.#bridge.notify("network.close", { connection });
            return;
          }
          if (method === "network.startTls") this.#secured(params.connection, connection);
          const carriesPackets = method === "network.udp";
          const number = descriptor ? this.#addDescriptor(descriptor, carriesPackets) : 0;
          this.#channel.post([ANSWER, call2, null, encode(result), number, carriesPackets]);
          if (connection !== void 0) this.#addConnection(connection, number);
        },
        (_exception, error) => {
          this.#requests.answered(request, void 0);
          if (!this.#isOver) this.#channel.post([ANSWER, call2, encode(error), null, 0, false]);
        }
      );
    }
    /** @param {string} method @param {Message} params */
    #note(method, params) {
      if (method === "network.abort") {
        const request = this.#requests.find(params.request);
        if (request !== void 0) this.#bridge.notify("network.abort", { request });
        return;
      }
      if (method === "network.close") this.#forget(params.connection);
      this.#bridge.notify(
        /** @type {any} */
        method,
        /** @type {any} */
        params
      );
    }
    /** @param {NativeDescriptor} descriptor @param {boolean} carriesPackets */
    #addDescriptor(descriptor, carriesPackets) {
      const number = ++this.#lastDescriptor;
      mapSet(this.#descriptors, number, new HostedDescriptor(descriptor, number, carriesPackets, this.#channel));
      return number;
    }
    /** @param {number} connection @param {number} descriptor */
    #addConnection(connection, descriptor) {
      mapSet(this.#connectionsOpen, connection, descriptor);
      this.#connections.hold(connection, {
        ended: (end) => this.tell("network.ended", end),
        fail: () => {
        }
      });
    }
    /**
     * A connection goes on in another. What came before that, and was not read, the worker must know of: nobody has secured it.
     * @param {number} from
     * @param {number} to
     */
    #secured(from, to) {
      const descriptor = mapGet(this.#connectionsOpen, from);
      if (descriptor) mapGet(this.#descriptors, descriptor)?.pushUnread();
      this.#requests.move(from, to);
    }
    /** @param {number} number */
    #closeDescriptor(number) {
      mapGet(this.#descriptors, number)?.close();
      mapDelete(this.#descriptors, number);
      const over2 = [];
      mapForEach(this.#connectionsOpen, (descriptor, connection) => {
        if (descriptor === number) arrayPush(over2, connection);
      });
      for (let i = 0; i < over2.length; i++) this.#forget(over2[i]);
    }
    /** @param {number} connection */
    #forget(connection) {
      mapDelete(this.#connectionsOpen, connection);
      this.#connections.forget(connection);
      this.#requests.forget(connection);
    }
  };

  // page/workers/install.js
  function installWorkers(facts, trust, adopt) {
    if (!Worker) return;
    const convert2 = createConversion();
    const { origin } = globalThis;
    replaceWorker((target, args, newTarget) => {
      const text3 = args.length > 0 ? convert2(args[0]) : null;
      if (text3 === null) return reflectConstruct(target, args, newTarget);
      const url = parse(text3);
      const options = copyOptions(args[1]);
      const type = options && (options.type ?? "classic");
      const isOwn = url && `${urlProtocol(url)}//${urlHost(url)}` === origin;
      if (!isOwn || type !== "classic" && type !== "module") return reflectConstruct(target, args, newTarget);
      const nonce = createNonce();
      const hash = urlHash(url);
      const href = urlHref(url);
      const bare = stringSlice(href, 0, href.length - hash.length);
      const marked = trust(`${bare}${createMarker(type, nonce, facts())}${hash}`);
      const worker = reflectConstruct(target, [marked, options], newTarget);
      adopt(lineTo(worker), nonce);
      return worker;
    });
  }
  function createConversion() {
    const { trustedTypes, TrustedScriptURL } = (
      /** @type {any} */
      globalThis
    );
    if (!trustedTypes) return (value) => `${value}`;
    const toText = uncurryThis(TrustedScriptURL.prototype.toString);
    const getDefault = uncurryThis(
      /** @type {any} */
      getOwnPropertyDescriptor(globalThis.Object.getPrototypeOf(trustedTypes), "defaultPolicy").get
    );
    const createScriptURL = uncurryThis(
      /** @type {any} */
      globalThis.TrustedTypePolicy.prototype.createScriptURL
    );
    const trusted = (value) => {
      try {
        return (
          /** @type {string} */
          toText(value)
        );
      } catch {
        return null;
      }
    };
    return (value) => {
      const text3 = trusted(value);
      if (text3 !== null) return text3;
      const policy = getDefault(trustedTypes);
      if (!policy) return null;
      return trusted(reflectApply(createScriptURL, void 0, [policy, `${value}`, "TrustedScriptURL", "Worker constructor"]));
    };
  }
  function parse(text3) {
    try {
      return new URL(text3, baseUrl());
    } catch {
      return null;
    }
  }
  function copyOptions(value) {
    const options = (
      /** @type {Record<string, string>} */
      /** @type {unknown} */
      { __proto__: null }
    );
    if (value === void 0 || value === null) return options;
    if (!isObject(value)) return null;
    const { credentials, name, type } = (
      /** @type {Record<string, unknown>} */
      value
    );
    if (credentials !== void 0) options.credentials = `${credentials}`;
    if (name !== void 0) options.name = `${name}`;
    if (type !== void 0) options.type = `${type}`;
    return options;
  }

  // page/workers/policy.js
  var NAME2 = "insula-workers";
  function createTrust() {
    const { trustedTypes } = (
      /** @type {any} */
      globalThis
    );
    if (!trustedTypes) return (url) => url;
    try {
      const policy = trustedTypes.createPolicy(NAME2, { __proto__: null, createScriptURL: (url) => url });
      const createScriptURL = uncurryThis(policy.createScriptURL);
      return (url) => (
        /** @type {string} */
        createScriptURL(policy, url)
      );
    } catch {
      return null;
    }
  }

  // page/main.js
  function main(native, config) {
    const { features, topLevel, opaquePages, countsZoom, losesStreams: losesStreams2, networkState, chromium: chromium2, onTheWeb, displayMode } = config;
    const allows = (feature) => {
      for (let i = 0; i < features.length; i++) if (features[i] === feature) return true;
      return false;
    };
    const bridge = createBridge(native);
    if (!onTheWeb) {
      hideServiceWorker();
      installCrossOriginIsolated();
    }
    installDisplayMode(displayMode);
    installBadge(bridge);
    if (topLevel) installLaunchQueue(bridge);
    installByteStreams();
    installStreamIteration();
    installFormRequest();
    const grant = new Grant(bridge, topLevel ? networkState : "unavailable");
    const connections = new Connections(bridge);
    setLosesStreams(losesStreams2);
    addEventListener(globalThis, "pagehide", flushGathered);
    const sockets = allows("direct-sockets");
    const { TCPSocket, wrap: wrap2 } = createTCPSocket(bridge, connections, grant, sockets);
    exposeInterface("TCPSocket", TCPSocket);
    exposeInterface("TCPServerSocket", createTCPServerSocket(bridge, connections, grant, sockets, wrap2));
    const { MulticastController, createController } = createMulticastController(bridge);
    exposeInterface("MulticastController", MulticastController);
    exposeInterface("UDPSocket", createUDPSocket(bridge, connections, grant, sockets, createController));
    if (topLevel) installUnrestrictedNetwork(bridge, connections, grant, true);
    const host = createHost(bridge, connections, requestLock);
    const adopt = (line, nonce) => {
      line.greet(nonce);
      host(line.open(nonce), nonce);
    };
    const trust = onTheWeb ? null : createTrust();
    if (onTheWeb) followWorkers(adopt);
    else if (trust) installWorkers(() => ({ sockets, topLevel, losesStreams: losesStreams2, state: grant.state }), trust, adopt);
    installPermissionsQuery(bridge);
    bridge.listen("stage.opaque", renewCanvas);
    setCountsZoom(countsZoom);
    setChromium(!!chromium2);
    if (allows("controlled-frame")) {
      installControlledFrame(bridge, opaquePages);
      installAppActivity(bridge);
    } else if (!onTheWeb) {
      explainAbsence();
    }
  }
  return __toCommonJS(main_exports);
})();
return bundle.main;
})();
