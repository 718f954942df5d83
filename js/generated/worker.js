// Generated from js/page/worker.js by `npm run bundle`; do not edit.
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

  // page/worker.js
  var worker_exports = {};
  __export(worker_exports, {
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
    const scratch2 = new Uint8Array2(length);
    defineProperty(
      typedArrayBuffer(scratch2),
      "constructor",
      /** @type {any} */
      { __proto__: null }
    );
    return scratch2;
  }
  function scratchCopy(scratch2, length) {
    return new Uint8Array2(arrayBufferSlice(typedArrayBuffer(scratch2), 0, length));
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
    let text = "";
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) text += (i ? "," : "") + encode(value[i]);
      return `[${text}]`;
    }
    const names = keys(value);
    for (let i = 0; i < names.length; i++) {
      const member = (
        /** @type {Record<string, unknown>} */
        value[names[i]]
      );
      if (member !== void 0) text += `${text ? "," : ""}${jsonStringify(names[i])}:${encode(member)}`;
    }
    return `{${text}}`;
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
  var encodeText = (text) => textEncoderEncode(textEncoder, text);
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

  // page/webidl.js
  function requireArguments(context, given, required) {
    if (given >= required) return;
    const noun = required === 1 ? "argument" : "arguments";
    throw new TypeError2(`${context}: ${required} ${noun} required, but only ${given} present.`);
  }
  function toDOMString(value) {
    return `${value}`;
  }
  function toUSVString(value) {
    return stringToWellFormed(`${value}`);
  }
  function toUnsigned(value, bits, context) {
    const number = +/** @type {any} */
    value;
    const integer = trunc(number);
    if (!isFiniteNumber(number) || integer < 0 || integer >= 2 ** (bits === 64 ? 53 : bits)) {
      const type = bits === 8 ? "octet" : bits === 16 ? "unsigned short" : bits === 32 ? "unsigned long" : "unsigned long long";
      throw new TypeError2(`${context}: Value is outside the '${type}' value range.`);
    }
    return abs(integer);
  }
  function toEnum(value, values, context, type) {
    const string = toDOMString(value);
    for (let i = 0; i < values.length; i++) {
      if (values[i] === string) return values[i];
    }
    throw new TypeError2(
      `${context}: The provided value '${string}' is not a valid enum value of type ${type}.`
    );
  }
  function toDictionary(value, context, type) {
    if (value === void 0 || value === null) return (
      /** @type {any} */
      { __proto__: null }
    );
    if (typeof value === "object" || typeof value === "function") return (
      /** @type {any} */
      value
    );
    throw new TypeError2(`${context}: The provided value is not of type '${type}'.`);
  }
  function toSequence(value, context, most, convert2) {
    const method = isObject(value) ? (
      /** @type {any} */
      value[symbolIterator]
    ) : void 0;
    if (typeof method !== "function") {
      throw new TypeError2(`${context}: The provided value cannot be converted to a sequence.`);
    }
    const iterator = reflectApply(method, value, []);
    const { next } = iterator;
    const list = [];
    for (; ; ) {
      const { done, value: item } = reflectApply(next, iterator, []);
      if (done) return list;
      if (list.length >= most) throw new TypeError2(`${context}: A sequence has more than ${most} items.`);
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
    const { prototype } = constructor;
    for (let i = 0; i < members.length; i++) {
      const descriptor = getOwnPropertyDescriptor(prototype, members[i]);
      if (!descriptor) throw new TypeError2(`${name} has no member ${members[i]}`);
      defineProperty(
        prototype,
        members[i],
        /** @type {any} */
        {
          ...descriptor,
          __proto__: null,
          enumerable: true
        }
      );
    }
    defineProperty(prototype, toStringTag, hidden(name, false));
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
  function copyOperations(prototype, source, names) {
    const own = ownKeys(source);
    for (let i = 0; i < own.length; i++) {
      const name = (
        /** @type {string} */
        own[i]
      );
      const descriptor = getOwnPropertyDescriptor(source, name);
      defineProperty(
        prototype,
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
  function isObject(value) {
    return typeof value === "object" && value !== null || typeof value === "function";
  }
  function createPlatformObject({ prototype }) {
    return setPrototypeOf(new WeakMap(), prototype);
  }
  function describe(value) {
    try {
      return String(value);
    } catch {
      return "(a value without a string form)";
    }
  }

  // page/byte-streams.js
  function installByteStreams() {
    const interfaces = [byobReaderPrototype, byobRequestPrototype, byteControllerPrototype];
    for (let i = 0; i < interfaces.length; i++) {
      const { constructor } = interfaces[i];
      if (!(constructor.name in globalThis)) exposeInterface(constructor.name, constructor);
    }
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
    ended({ error, over }) {
      this.#isReadOver = true;
      this.#isOver = !!over;
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
  function takeNoTurns() {
    takesTurns = false;
  }
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
      for (let next = 0; next < total; ) {
        if (next > 0 && spendTurn()) this.#isHeld = true;
        const length = min(total - next, this.#scratchBytes);
        bytesSet(this.#scratch, bytesView(bytes, next, next + length));
        next += length;
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

  // page/network/descriptor-streams.js
  var SMALL_CHUNK_BYTES2 = 16 * 1024;
  var losesStreams = false;
  function setLosesStreams(loses) {
    losesStreams = loses;
  }
  var begun = new Set();
  function createReadable(connection) {
    const { descriptor } = connection;
    let scratch2 = createScratch(SMALL_CHUNK_BYTES2);
    let over = false;
    let controller;
    let resolvePull = null;
    let held = null;
    function pulled() {
      resolvePull?.();
      resolvePull = null;
      if (over && held) setDelete(begun, held);
      if (connection.isEnding) lookForEnd();
    }
    function lookForEnd() {
      if (over || resolvePull) return;
      const state = descriptor.peek();
      if (state === WOULD_BLOCK) descriptor.waitRead(lookForEnd);
      else if (state <= 0) endWith(state);
    }
    connection.onEnded(lookForEnd);
    connection.onFailure((error) => {
      if (over) return;
      over = true;
      byteControllerError(controller, error);
      pulled();
    });
    function read() {
      if (over) return;
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
      const room = view ? min(bytesLength(view), scratch2.length) : scratch2.length;
      const place = room === scratch2.length ? scratch2 : bytesView(scratch2, 0, room);
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
        if (!isDirect) bytesSet(view, bytesView(scratch2, 0, count));
        byobRequestRespond(request, count);
      } else {
        byteControllerEnqueue(controller, scratchCopy(scratch2, count));
      }
      if (count === scratch2.length && count < CHUNK_BYTES)
        scratch2 = createScratch(min(count * 4, CHUNK_BYTES));
      if (request && byteControllerRequest(controller)) read();
      else pulled();
    }
    function ended(error) {
      if (over) return;
      if (error) {
        connection.fail(error);
        return;
      }
      over = true;
      close();
      pulled();
      connection.finishReadable();
    }
    function close() {
      const request = byteControllerRequest(controller);
      try {
        byteControllerClose(controller);
        if (request) byobRequestRespond(request, 0);
      } catch (failure) {
        connection.noteFailure(failure);
      }
    }
    connection.addHalf({
      state() {
        if (over) return "over";
        return (byteControllerDesiredSize(controller) ?? 0) < 0 || descriptor.peek() > 0 ? "unread" : "idle";
      },
      end() {
        over = true;
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
        over = true;
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
    let over = false;
    let writes = 0;
    let controller;
    let rejectWrite = () => {
    };
    connection.onFailure((error) => {
      if (over) return;
      over = true;
      writer.stop();
      rejectWrite(error);
      writableControllerError(controller, error);
    });
    connection.onFlush(() => writer.flush());
    const finish = () => {
      over = true;
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
        if (over) return "over";
        return writes > 0 || writer.isHeld ? "busy" : "idle";
      },
      end() {
        over = true;
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
    let text = "";
    for (let i = 0; i < bytes.length; i++)
      text += "0123456789abcdef"[bytes[i] >> 4] + "0123456789abcdef"[bytes[i] & 15];
    return text;
  }
  var normalized = (text) => replaceEach(text, /^([^]*?)(\r\n|\r|\n)/, () => "\r\n");
  var quoted = (text) => replaceEach(text, /^([^]*?)(["\r\n])/, (found) => found === '"' ? "%22" : found === "\r" ? "%0D" : "%0A");
  function replaceEach(text, pattern, replacement) {
    let result = "";
    let rest = text;
    for (; ; ) {
      const match = regExpExec(pattern, rest);
      if (!match) return result + rest;
      result += match[1] + replacement(match[2]);
      rest = stringSlice(rest, match[0].length);
    }
  }

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
    const own = getOwnPropertyDescriptor(holder, name);
    defineProperty(
      holder,
      name,
      /** @type {any} */
      { ...own, __proto__: null, value }
    );
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
  function isAddress(text) {
    try {
      if (regExpExec(FOUR_NUMBERS, text)) return urlHostname(new URL(`http://${text}`)) === text;
      return regExpExec(HEXADECIMAL, text) !== null && urlHostname(new URL(`http://[${text}]`)) !== "";
    } catch {
      return false;
    }
  }

  // page/network/tls.js
  var VERSIONS = (
    /** @type {const} */
    ["TLSv1.2", "TLSv1.3"]
  );
  var MOST = 1e3;
  function convertTls(value, context) {
    const options = toDictionary(value, context, "TlsOptions");
    const list = (name2, convert2) => {
      const member = options[name2];
      return member === void 0 ? void 0 : toSequence(member, `${context}: '${name2}'`, MOST, convert2);
    };
    const alpnProtocols = list("alpnProtocols", toDOMString);
    const { minVersion: oldest } = options;
    const minVersion = oldest === void 0 ? void 0 : toEnum(oldest, VERSIONS, context, "TlsVersion");
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
      const bytes = decodeBytes(der);
      arrayPush(chain, { rawDER: (
        /** @type {ArrayBuffer} */
        typedArrayBuffer(bytes)
      ), fingerprint: { sha256 } });
    }
    return { version, cipherSuite, alpnProtocol, serverName, certificates: freeze(chain), authorized };
  }
  function decodeBytes(base64) {
    const binary = base64Decode(base64);
    const bytes = new Uint8Array2(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = stringCharCodeAt(binary, i);
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
      const connection = new Connection(this.#bridge, id, descriptor, halves, (failed, failure) => {
        this.#connections.forget(id);
        this.#end("closed");
        if (failed) this.#rejectClosed(failure);
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
    startTls(options, context) {
      const invalid = (what) => new DOMException(`${context}: ${what}`, "InvalidStateError");
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
      if (state === "unread") throw dataBeforeTls(context);
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
            const next = (
              /** @type {NativeDescriptor} */
              descriptor
            );
            const hasUnread = connection.descriptor.peek() > 0;
            release();
            if (!hasUnread) return onResult(info, next);
            next.close();
            this.#bridge.notify("network.close", { connection: info.connection });
            onError(dataBeforeTls(context));
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
  function dataBeforeTls(context) {
    return new DOMException(`${context}: there is data from before TLS, which nobody has secured.`, "SecurityError");
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
  function convertOptions(value, context) {
    const options = toDictionary(value, context, "TCPSocketOptions");
    const unsigned = (name) => {
      const member = options[name];
      return member === void 0 ? void 0 : toUnsigned(member, 32, `${context}: Failed to read '${name}'`);
    };
    const connectTimeout = unsigned("connectTimeout");
    const { dnsQueryType: family } = options;
    const dnsQueryType = family === void 0 ? void 0 : toEnum(
      family,
      /** @type {const} */
      ["ipv4", "ipv6"],
      context,
      "SocketDnsQueryType"
    );
    const keepAliveDelay = unsigned("keepAliveDelay");
    const { localAddress: local } = options;
    const localAddress = local === void 0 ? void 0 : toDOMString(local);
    const noDelay = options.noDelay === void 0 ? void 0 : !!options.noDelay;
    const receiveBufferSize = unsigned("receiveBufferSize");
    const { secureTransport: secure } = options;
    const secureTransport = secure === void 0 ? "off" : toEnum(secure, SECURE_TRANSPORTS, context, "SecureTransport");
    const sendBufferSize = unsigned("sendBufferSize");
    const { signal } = options;
    if (signal !== void 0) checkSignal(signal, context);
    const { tls: secured } = options;
    const tls = secured === void 0 ? void 0 : convertTls(secured, context);
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
  function checkOptions({ connection, secureTransport, tls }, context) {
    const { keepAliveDelay, receiveBufferSize, sendBufferSize, connectTimeout } = connection;
    if (keepAliveDelay !== void 0 && keepAliveDelay < 1e3) {
      throw new TypeError2(`${context}: keepAliveDelay must be no less than 1,000 milliseconds.`);
    }
    if (sendBufferSize === 0) throw new TypeError2(`${context}: sendBufferSize must be greater than zero.`);
    if (receiveBufferSize === 0)
      throw new TypeError2(`${context}: receiveBufferSize must be greater than zero.`);
    if (connectTimeout === 0) throw new TypeError2(`${context}: connectTimeout must be greater than zero.`);
    if (tls && secureTransport === "off") {
      throw new TypeError2(`${context}: tls is for a socket whose secureTransport is "on" or "starttls".`);
    }
  }
  function checkSignal(signal, context) {
    try {
      signalAborted(
        /** @type {AbortSignal} */
        signal
      );
    } catch {
      throw new TypeError2(`${context}: Failed to read 'signal': it is not of type 'AbortSignal'.`);
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
        const converted = convertOptions(options, CONSTRUCT);
        if (!allowedByPolicy && grant.isKnownToBeMissing()) {
          throw socketsDisabled(CONSTRUCT);
        }
        checkOptions(converted, CONSTRUCT);
        const object = createPlatformObject(new.target);
        weakMapSet(sockets, object, Socket.connect(bridge, connections, { host, port, options: converted }));
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
        const context = "Failed to execute 'startTls' on 'TCPSocket'";
        const secured = socket.startTls(convertTls(options, context), context);
        return wrap(secured);
      }
    }
    finishInterface(TCPSocket, "TCPSocket", ["opened", "closed", "close", "secureTransport", "upgraded", "startTls"]);
    function of(object) {
      const socket = weakMapGet(sockets, object);
      if (!socket) throw new TypeError2("Illegal invocation");
      return socket;
    }
    function wrap(socket) {
      const object = createPlatformObject(TCPSocket);
      weakMapSet(sockets, object, socket);
      return (
        /** @type {TCPSocket} */
        object
      );
    }
    return { TCPSocket, wrap };
  }
  function socketsDisabled(context) {
    return new DOMException(`${context}: Permissions-Policy: direct-sockets are disabled.`, "NotAllowedError");
  }

  // page/network/tcp-server-socket.js
  var CONSTRUCT2 = "Failed to construct 'TCPServerSocket'";
  var RETRY_MILLISECONDS = 100;
  function createTCPServerSocket(bridge, connections, grant, allowedByPolicy, wrap) {
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
        weakMapSet(servers, object, new ServerSocket(bridge, connections, place, wrap));
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
    constructor(bridge, connections, place, wrap) {
      this.#bridge = bridge;
      this.#connections = connections;
      this.#wrap = wrap;
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

  // page/lists.js
  function map(list, change) {
    const changed = [];
    for (let i = 0; i < list.length; i++) arrayPush(changed, change(list[i], i));
    return changed;
  }
  function filter(list, counts) {
    const left = [];
    for (let i = 0; i < list.length; i++) if (counts(list[i], i)) arrayPush(left, list[i]);
    return left;
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
        const own = weakMapGet(groups, this);
        if (!own) throw new TypeError2("Illegal invocation");
        return own.joined;
      }
      /** @param {string} ipAddress @param {object} options a MulticastGroupOptions dictionary */
      joinGroup(ipAddress, options = {}) {
        return change(this, "joinGroup", ipAddress, options, arguments.length);
      }
      /** @param {string} ipAddress @param {object} options a MulticastGroupOptions dictionary */
      leaveGroup(ipAddress, options = {}) {
        return change(this, "leaveGroup", ipAddress, options, arguments.length);
      }
    }
    finishInterface(MulticastController, "MulticastController", ["joinedGroups", "joinGroup", "leaveGroup"]);
    function change(controller, operation, ipAddress, options, given) {
      const own = weakMapGet(groups, controller);
      if (!own) return illegalInvocation(operation, "MulticastController");
      const context = `Failed to execute '${operation}' on 'MulticastController'`;
      return promiseFrom((resolve, reject) => {
        requireArguments(context, given, 1);
        const group = convert(ipAddress, options, context);
        own.change(
          operation,
          group,
          /** @type {() => void} */
          resolve,
          reject,
          context
        );
      });
    }
    const createController = (connection) => {
      const controller = createPlatformObject(MulticastController);
      const own = new Groups(bridge, connection);
      weakMapSet(groups, controller, own);
      return { controller, close: (failed, failure) => own.close(failed, failure) };
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
    change(operation, group, resolve, reject, context) {
      if (!this.#isOpen) throw new DOMException(`${context}: the socket is not open.`, "InvalidStateError");
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
      this.#joined = freeze(map(left, describe2));
    }
    /**
     * The socket has ended, and is in no group any more.
     * @param {boolean} failed
     * @param {unknown} failure
     */
    close(failed, failure) {
      this.#isOpen = false;
      this.#memberships = [];
      this.#joined = freeze([]);
      const reason = failed ? failure : new DOMException("The socket has been closed.", "AbortError");
      const pending = this.#pending;
      this.#pending = new Set();
      setForEach(pending, (reject) => reject(reason));
    }
  };
  function describe2({ groupAddress, sourceAddress, interfaceName }) {
    if (sourceAddress === null && interfaceName === null) return groupAddress;
    return freeze({
      groupAddress,
      ...sourceAddress !== null && { sourceAddress },
      ...interfaceName !== null && { interfaceName }
    });
  }
  function convert(ipAddress, value, context) {
    const groupAddress = toDOMString(ipAddress);
    const options = toDictionary(value, context, "MulticastGroupOptions");
    const { interfaceName: name } = options;
    const interfaceName = name === void 0 ? void 0 : toDOMString(name);
    const { sourceAddress: source } = options;
    const sourceAddress = source === void 0 ? void 0 : toDOMString(source);
    if (!isAddress(groupAddress)) throw new TypeError2(`${context}: ipAddress is not a valid IP address.`);
    if (sourceAddress !== void 0 && !isAddress(sourceAddress)) {
      throw new TypeError2(`${context}: sourceAddress is not a valid IP address.`);
    }
    return { groupAddress, sourceAddress, interfaceName };
  }

  // page/network/host-name.js
  var ASCII = /^[\x21-\x7e]{1,255}$/;
  function encodeAscii(host, context) {
    if (regExpExec(ASCII, host)) return host;
    try {
      const name = urlHostname(new URL(`http://${host}`));
      if (regExpExec(ASCII, name)) return name;
    } catch {
    }
    throw new TypeError2(`${context}: the address is no host name.`);
  }

  // page/network/datagrams.js
  var HEAD = 4;
  var MOST_ADDRESS = 255;
  var PACKET_BYTES = HEAD + MOST_ADDRESS + 65535;
  var CONTEXT = "Failed to write to the UDPSocket";
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
      const message = toDictionary(chunk, CONTEXT, "UDPMessage");
      const bytes = bytesOf(message.data);
      if (!bytes) throw new TypeError2(`${CONTEXT}: 'data' is not an ArrayBuffer or a view of one.`);
      const { dnsQueryType: kind, remoteAddress: address, remotePort: number } = message;
      const family = kind === void 0 ? void 0 : toEnum(kind, FAMILIES, CONTEXT, "SocketDnsQueryType");
      const host = address === void 0 ? void 0 : toDOMString(address);
      const port = number === void 0 ? void 0 : toUnsigned(number, 16, CONTEXT);
      if (this.#isBound && (host === void 0 || port === void 0)) {
        throw new TypeError2(`${CONTEXT}: either 'remoteAddress' or 'remotePort' is not specified.`);
      }
      if (!this.#isBound && (host !== void 0 || port !== void 0 || family !== void 0)) {
        const members = "'remoteAddress', 'remotePort' or 'dnsQueryType'";
        throw new TypeError2(`${CONTEXT}: ${members} must not be specified of a socket that has one peer.`);
      }
      const packet = this.#outgoing;
      const name = host === void 0 ? "" : encodeAscii(host, CONTEXT);
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
        const converted = convertOptions3(options);
        if (!allowedByPolicy && grant.isKnownToBeMissing()) throw socketsDisabled(CONSTRUCT3);
        checkOptions2(converted);
        const object = createPlatformObject(new.target);
        weakMapSet(sockets, object, new Socket2(bridge, connections, converted, createController));
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
            const datagrams = new Datagrams(descriptor, isBound, (failed, failure) => {
              this.#isClosed = true;
              multicast?.close(failed, failure);
              descriptor.close();
              bridge.notify("network.close", { connection });
              connections.forget(connection);
              if (failed) rejectClosed(failure);
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
    const text = (name) => {
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
    const localAddress = text("localAddress");
    const localPort = unsigned("localPort", 16);
    const sharing = options.multicastAllowAddressSharing;
    const multicastAllowAddressSharing = sharing === void 0 ? void 0 : !!sharing;
    const multicastInterface = text("multicastInterface");
    const loopback = options.multicastLoopback;
    const multicastLoopback = loopback === void 0 ? void 0 : !!loopback;
    const multicastTimeToLive = unsigned("multicastTimeToLive", 8);
    const receiveBufferSize = unsigned("receiveBufferSize", 32);
    const remoteAddress = text("remoteAddress");
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
    const isConnected = remoteAddress !== void 0;
    if (!isConnected && localAddress === void 0) {
      throw wrong("neither remoteAddress nor localAddress specified.");
    }
    if (isConnected && localAddress !== void 0) {
      throw wrong("remoteAddress and localAddress cannot be specified together.");
    }
    if (localPort !== void 0 && localAddress === void 0) {
      throw wrong("localPort cannot be specified without localAddress.");
    }
    if (localPort === 0) throw wrong("localPort must be greater than zero.");
    if (localAddress !== void 0 && !isAddress(localAddress)) throw wrong("localAddress must be a valid IP address.");
    if (dnsQueryType !== void 0 && !isConnected) {
      throw wrong("dnsQueryType is only relevant when remoteAddress is specified.");
    }
    if (ipv6Only !== void 0 && isConnected) throw wrong("ipv6Only is only relevant when localAddress is specified.");
    if (ipv6Only && localAddress !== "::") throw wrong('ipv6Only can only be set to true if localAddress is "::".');
    if (options.sendBufferSize === 0) throw wrong("sendBufferSize must be greater than zero.");
    if (options.receiveBufferSize === 0) throw wrong("receiveBufferSize must be greater than zero.");
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

  // page/network/headers.js
  var TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
  var FORBIDDEN_VALUE = /[\0\r\n\u0100-\uffff]/;
  var WHITESPACE_AROUND = /^[\t\n\r ]*([^]*?)[\t\n\r ]*$/;
  function isToken(text) {
    return regExpExec(TOKEN, text) !== null;
  }
  function convertHeaders(value, context) {
    if ((typeof value !== "object" || value === null) && typeof value !== "function") {
      throw new TypeError2(`${context}: The provided headers are not of type 'HeadersInit'.`);
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
        if (parts.length !== 2) throw new TypeError2(`${context}: A header needs a name and a value.`);
        addHeader(headers, context, toDOMString(parts[0]), toDOMString(parts[1]));
      }
      return headers;
    }
    const names = ownKeys(value);
    for (let i = 0; i < names.length; i++) {
      if (!getOwnPropertyDescriptor(value, names[i])?.enumerable) continue;
      addHeader(headers, context, toDOMString(names[i]), toDOMString(
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
    return listOf(
      /** @type {Headers} */
      value
    );
  }
  function listOf(headers) {
    const list = [];
    headersForEach(headers, (value, name) => void arrayPush(list, [name, value]));
    return list;
  }
  function addHeader(headers, context, name, value) {
    if (!isToken(name)) throw new TypeError2(`${context}: '${name}' is not a valid header name.`);
    const trimmed = (
      /** @type {RegExpExecArray} */
      regExpExec(WHITESPACE_AROUND, value)[1]
    );
    if (regExpExec(FORBIDDEN_VALUE, trimmed)) {
      throw new TypeError2(`${context}: The value of header '${name}' is not a valid one.`);
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
  var MODES = (
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
  function readInit(value, context) {
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
      window
    } = toDictionary(value, context, "RequestInit");
    const enumeration = (member, values, type) => member === void 0 ? void 0 : toEnum(member, values, context, type);
    enumeration(credentials, CREDENTIALS, "RequestCredentials");
    enumeration(priority, PRIORITIES, "RequestPriority");
    enumeration(referrerPolicy, REFERRER_POLICIES, "ReferrerPolicy");
    const converted = {
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
      mode: enumeration(mode, MODES, "RequestMode"),
      redirect: enumeration(redirect, REDIRECTS, "RequestRedirect"),
      signal,
      /** 0 is as good as none. */
      timeout: timeout === void 0 ? 0 : toUnsigned(timeout, 32, `${context}: Failed to read 'timeout'`),
      unaCredentials: enumeration(unaCredentials, UNA_CREDENTIALS, "UnrestrictedNetworkCredentials")
    };
    if (converted.mode === "navigate") {
      throw new TypeError2(`${context}: Cannot construct a Request with a RequestInit whose mode is 'navigate'.`);
    }
    if (window !== void 0 && window !== null) {
      throw new TypeError2(`${context}: RequestInit's window can only be null.`);
    }
    if (referrer !== void 0) checkReferrer(toUSVString(referrer), context);
    return converted;
  }
  function checkReferrer(referrer, context) {
    if (referrer === "") return;
    try {
      new URL(referrer, baseUrl());
    } catch {
      throw new TypeError2(`${context}: Referrer '${referrer}' is not a valid URL.`);
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
    const headers = givenHeaders === void 0 ? from ? listOf(requestHeaders(from)) : [] : convertHeaders(givenHeaders, CONTEXT2);
    let body = null;
    if (givenBody !== void 0 && givenBody !== null) {
      if (method === "GET" || method === "HEAD") {
        throw new TypeError2(`${CONTEXT2}: Request with GET/HEAD method cannot have body.`);
      }
      body = convertBody(givenBody, init, headers);
    } else if (from && method !== "GET" && method !== "HEAD") {
      if (requestBodyUsed(from))
        throw new TypeError2(`${CONTEXT2}: The body of the Request has already been read.`);
      body = bodyOf(requestArrayBuffer(from));
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
  function parseUrl(input, context = CONTEXT2) {
    const text = toUSVString(input);
    let url;
    try {
      url = new URL(text, baseUrl());
    } catch {
      throw new TypeError2(`${context}: Failed to parse URL from ${text}`);
    }
    const protocol = urlProtocol(url);
    if (protocol !== "http:" && protocol !== "https:" && !isLocal(url)) {
      throw new TypeError2(`${context}: URL scheme "${protocol}" is not supported.`);
    }
    if (urlUsername(url) || urlPassword(url)) {
      throw new TypeError2(`${context}: The URL includes credentials.`);
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
    return isBlob(source) ? { blob: source } : bodyOf(responseArrayBuffer(response));
  }
  function bodyOf(bytes) {
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
  function readersOf(prototype) {
    const readers = [];
    for (let i = 0; i < READERS.length; i++) {
      const method = (
        /** @type {any} */
        prototype[READERS[i]]
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
  var NAMES = (
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
    return promiseThen(subtleDigest(NAMES[algorithm], bytes), (digest) => {
      const view = new Uint8Array2(digest);
      let binary = "";
      for (let i = 0; i < view.length; i++) binary += stringFromCharCode(view[i]);
      const actual = base64Encode(binary);
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

  // page/network/fetch.js
  function createFetch(bridge, connections) {
    const dropped = new FinalizationRegistry((finish) => finish());
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
              (failed, reason) => {
                outcome.failed = failed;
                outcome.reason = reason;
                finish();
              },
              fetchError
            );
            connection = info.connection;
            connections.know(info.connection, opened);
            finalizationRegister(dropped, opened, finish);
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
      (bytes) => promiseThen(matchesIntegrity(bytes, integrity), (matches) => {
        if (!matches) throw mismatch();
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
    let constructing = false;
    let current = UNKNOWN;
    let isWatched = false;
    class UnrestrictedNetworkConnection extends EventTarget {
      constructor() {
        if (!constructing) throw new TypeError2("Illegal constructor");
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
    constructing = true;
    const instance = new UnrestrictedNetworkConnection();
    constructing = false;
    function of(receiver) {
      if (receiver !== instance) throw new TypeError2("Illegal invocation");
      return current;
    }
    function update(next) {
      const last = current;
      current = next;
      const isSame2 = next.online === last.online && next.type === last.type && next.downlinkMax === last.downlinkMax && next.saveData === last.saveData && next.metered === last.metered && next.connectivity === last.connectivity && next.cellularGeneration === last.cellularGeneration;
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
  function addInterfaces(prototype, members, bridge, grant, instance) {
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
    copyOperations(prototype, source, members);
  }

  // page/network/media-url.js
  var CREATE = "Failed to execute 'createMediaURL' on 'UnrestrictedNetwork'";
  var REVOKE = "Failed to execute 'revokeMediaURL' on 'UnrestrictedNetwork'";
  function addMediaUrls(prototype, members, bridge, instance) {
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
    copyOperations(prototype, source, members);
  }

  // page/network/public-address.js
  var CONTEXT3 = "Failed to execute 'publicAddress' on 'UnrestrictedNetwork'";
  var FAMILIES2 = (
    /** @type {const} */
    ["ipv4", "ipv6"]
  );
  var MOST2 = 1e3;
  function addPublicAddress(prototype, members, bridge, connections, instance) {
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
    copyOperations(prototype, source, members);
  }
  function convertOptions4(value) {
    const options = toDictionary(value, CONTEXT3, "PublicAddressOptions");
    const { family: given } = options;
    const family = given === void 0 ? void 0 : toEnum(given, FAMILIES2, CONTEXT3, "IPAddressFamily");
    const { signal } = options;
    if (signal !== void 0) checkSignal2(signal);
    const { stunServers: list } = options;
    const stunServers = list === void 0 ? [] : toSequence(list, `${CONTEXT3}: 'stunServers'`, MOST2, toUSVString);
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
      throw new TypeError2(`${CONTEXT3}: Failed to read 'signal': it is not of type 'AbortSignal'.`);
    }
  }

  // page/network/request.js
  function addRequest(prototype, members, bridge, grant, instance) {
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
    copyOperations(prototype, source, members);
  }

  // page/network/web-socket-channel.js
  var HEAD2 = 5;
  var TEXT = 1;
  var BINARY = 2;
  var CLOSE = 3;
  var SENT = 4;
  var NO_STATUS = 1005;
  var JOINED_BYTES = 16 * 1024 - HEAD2;
  var LONGEST_MESSAGE = 2 ** 32 - 1;
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
        this.#write(CLOSE, new Uint8Array2(0));
        return;
      }
      const rest = new Uint8Array2(2 + bytesLength(reason));
      rest[0] = code >> 8;
      rest[1] = code & 255;
      bytesSet(rest, reason, 2);
      this.#write(CLOSE, rest);
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
        case CLOSE:
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
  function encodeReason(text) {
    return encodeText(stringSlice(text, 0, 200));
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
    send(message, context) {
      if (this.readyState === CONNECTING) {
        throw new DOMException(`${context}: Still in CONNECTING state.`, "InvalidStateError");
      }
      this.bufferedAmount += message.size;
      if (this.readyState !== OPEN) return;
      if (message.size > LONGEST_MESSAGE) {
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
  function readArguments(url, protocols, options, context) {
    const text = toUSVString(url);
    const names = isObject(protocols) && /** @type {any} */
    protocols[symbolIterator] !== void 0 ? toSequence(protocols, context, MOST_PROTOCOLS, toDOMString) : [toDOMString(protocols)];
    const { headers, signal, tls } = toDictionary(options, context, "UnrestrictedWebSocketOptions");
    const list = headers === void 0 ? [] : convertHeaders(headers, context);
    if (signal !== void 0) checkSignal3(signal, context);
    const secured = tls === void 0 ? void 0 : convertTls(tls, context);
    const address = parseUrl2(text, context);
    for (let i = 0; i < names.length; i++) {
      if (!isToken(names[i])) throw syntaxError(context, `the subprotocol '${names[i]}' is invalid.`);
      for (let j = 0; j < i; j++) {
        if (names[j] === names[i]) throw syntaxError(context, `the subprotocol '${names[i]}' is there twice.`);
      }
    }
    if (secured && address.isPlain) throw new TypeError2(`${context}: tls is for URLs of wss.`);
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
  function parseUrl2(text, context) {
    let url;
    try {
      url = new URL(text, baseUrl());
    } catch {
      throw syntaxError(context, `the URL '${text}' is invalid.`);
    }
    const protocol = urlProtocol(url);
    let href = urlHref(url);
    if (protocol === "http:") href = `ws${stringSlice(href, 4)}`;
    else if (protocol === "https:") href = `wss${stringSlice(href, 5)}`;
    else if (protocol !== "ws:" && protocol !== "wss:") {
      throw syntaxError(context, `the URL's scheme must be 'http', 'https', 'ws' or 'wss'; '${protocol}' is not allowed.`);
    }
    if (stringIncludes(href, "#")) throw syntaxError(context, `the URL contains a fragment identifier.`);
    if (urlUsername(url) || urlPassword(url)) {
      throw syntaxError(context, "the URL has credentials in it: use an Authorization header.");
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
  function readClose(code, text, context) {
    const number = code === void 0 ? void 0 : toClampedShort(code);
    const reason = encodeReason(text === void 0 ? "" : toUSVString(text));
    if (number !== void 0 && number !== 1e3 && (number < 3e3 || number > 4999)) {
      const message = `${context}: The close code must be either 1000, or between 3000 and 4999. ${number} is neither.`;
      throw new DOMException(message, "InvalidAccessError");
    }
    if (bytesLength(reason) > LONGEST_REASON) {
      throw syntaxError(context, `The close reason must not be greater than ${LONGEST_REASON} UTF-8 bytes.`);
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
  function checkSignal3(signal, context) {
    try {
      signalAborted(
        /** @type {AbortSignal} */
        signal
      );
    } catch {
      throw new TypeError2(`${context}: Failed to read 'signal': it is not of type 'AbortSignal'.`);
    }
  }
  function syntaxError(context, message) {
    return new DOMException(`${context}: ${message}`, "SyntaxError");
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
        const converted = readArguments(url, protocols, options, CONSTRUCT4);
        if (grant.isKnownToBeMissing()) {
          throw new DOMException(`${CONSTRUCT4}: the app has no unrestricted network access.`, "NotAllowedError");
        }
        super();
        weakMapSet(states, this, new WebSocketState(bridge, connections, this, converted));
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
        const context = `Failed to execute 'send' on '${NAME}'`;
        requireArguments(context, arguments.length, 1);
        state.send(readMessage(data), context);
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
  var CONTEXT4 = "Failed to execute 'resolve' on 'UnrestrictedNetwork'";
  var TYPES = (
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
  function addResolve(prototype, members, bridge, connections, instance) {
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
          requireArguments(CONTEXT4, given, 1);
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
    copyOperations(prototype, source, members);
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
      ...ech !== null && { ech: decodeBytes(ech) }
    };
  }
  function convertOptions5(value) {
    const options = toDictionary(value, CONTEXT4, "ResolveOptions");
    const { signal } = options;
    if (signal !== void 0) checkSignal4(signal);
    const { type: given } = options;
    const type = given === void 0 ? "A" : toEnum(given, TYPES, CONTEXT4, "DnsRecordType");
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
      throw new TypeError2(`${CONTEXT4}: Failed to read 'signal': it is not of type 'AbortSignal'.`);
    }
  }

  // page/network/unrestricted-network.js
  function installUnrestrictedNetwork(bridge, connections, grant, isWindow) {
    const fetchResponse = createFetch(bridge, connections);
    let constructing = false;
    class UnrestrictedNetwork extends EventTarget {
      constructor() {
        if (!constructing) throw new TypeError2("Illegal constructor");
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
    constructing = true;
    const instance = new UnrestrictedNetwork();
    constructing = false;
    const isInstance = (value) => value === instance;
    grant.onChange(() => dispatchEvent(instance, new Event("statechange")));
    const connection = createInformation(bridge, grant);
    const navigatorObject = globalThis.navigator;
    const holder = {
      get unrestrictedNetwork() {
        if (
          /** @type {unknown} */
          this !== navigatorObject
        ) throw new TypeError2("Illegal invocation");
        return instance;
      }
    };
    copyAccessor(
      /** @type {object} */
      getPrototypeOf(navigatorObject),
      "unrestrictedNetwork",
      holder
    );
  }

  // page/permissions.js
  var BORROWED = "notifications";
  function installPermissionsQuery(bridge) {
    if (!globalThis.Permissions) return;
    const { prototype } = globalThis.Permissions;
    const nativeQuery = uncurryThis(prototype.query);
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
    const own = (
      /** @type {PropertyDescriptor} */
      getOwnPropertyDescriptor(prototype, "query")
    );
    defineProperty(
      prototype,
      "query",
      /** @type {any} */
      { ...own, __proto__: null, value: holder.query }
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
    const dropped = new FinalizationRegistry(({ references, reference }) => setDelete(references, reference));
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
      finalizationRegister(dropped, status, { references, reference });
    };
  }
  function overrideStatus() {
    const shown = new WeakMap();
    const { prototype } = globalThis.PermissionStatus;
    const nativeName = getterOf(prototype, "name");
    const nativeState = getterOf(prototype, "state");
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
    copyAccessor(prototype, "name", accessors);
    copyAccessor(prototype, "state", accessors);
    return shown;
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
  function createPorts() {
    const channel = new MessageChannel();
    return { __proto__: null, near: firstPort(channel), far: secondPort(channel) };
  }
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
  function scopePost(message, given) {
    const args = given === void 0 ? [message] : [message, transferring(given)];
    reflectApply(
      /** @type {Function} */
      scopePostMessage,
      globalThis,
      args
    );
  }
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

  // page/workers/channel.js
  var HELD = 0;
  var CALL = 1;
  var NOTE = 2;
  var CREDIT = 3;
  var WRITE = 4;
  var SHUTDOWN = 5;
  var CLOSE2 = 6;
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
  function createPendingChannel() {
    let opened;
    let waiting = new Array();
    const listeners = new Array();
    return {
      post(message, given) {
        if (opened) opened.post(message, given);
        else arrayPush(waiting, { message, given });
      },
      listen(listener) {
        if (opened) opened.listen(listener);
        else arrayPush(listeners, listener);
      },
      open(channel) {
        opened = channel;
        for (let i = 0; i < waiting.length; i++) channel.post(waiting[i].message, waiting[i].given);
        waiting = new Array();
        for (let i = 0; i < listeners.length; i++) channel.listen(listeners[i]);
      }
    };
  }

  // page/workers/line.js
  var HELLO = "insula-worker";
  function replaceWorker(construct) {
    if (!Worker) return;
    const wrapper = new Proxy2(
      Worker,
      /** @type {any} */
      { __proto__: null, construct }
    );
    replace2(globalThis, "Worker", wrapper);
    replace2(Worker.prototype, "constructor", wrapper);
  }
  function replace2(holder, name, value) {
    const own = getOwnPropertyDescriptor(holder, name);
    defineProperty(
      holder,
      name,
      /** @type {any} */
      { ...own, __proto__: null, value }
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
  var lineUp = () => createLine(
    /** @type {any} */
    globalThis,
    scopePost
  );
  function createNonce() {
    const bytes = getRandomValues(new Uint8Array2(16));
    let text = "";
    for (let i = 0; i < 16; i++) text += "0123456789abcdef"[bytes[i] >> 4] + "0123456789abcdef"[bytes[i] & 15];
    return text;
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

  // page/workers/marker.js
  var MARKER = /^#insula-worker-(classic|module)-([0-9a-f]{32})-([01])([01])([01])-(unavailable|prompt|granted|denied);/;
  function createMarker(type, nonce, { sockets, topLevel, losesStreams: losesStreams2, state }) {
    return `#insula-worker-${type}-${nonce}-${+sockets}${+topLevel}${+losesStreams2}-${state};`;
  }
  function readMarker(hash) {
    const match = regExpExec(MARKER, hash);
    if (!match) return null;
    return {
      __proto__: null,
      type: match[1],
      nonce: match[2],
      facts: (
        /** @type {Facts} */
        /** @type {unknown} */
        {
          __proto__: null,
          sockets: match[3] === "1",
          topLevel: match[4] === "1",
          losesStreams: match[5] === "1",
          state: match[6]
        }
      ),
      /** The fragment that the script was asked for with, with its `#`, or nothing. */
      hash: stringSlice(hash, match[0].length)
    };
  }
  var lockName = (nonce) => `insula-worker-${nonce}`;

  // page/workers/install.js
  function installWorkers(facts, trust, adopt) {
    if (!Worker) return;
    const convert2 = createConversion();
    const { origin } = globalThis;
    replaceWorker((target, args, newTarget) => {
      const text = args.length > 0 ? convert2(args[0]) : null;
      if (text === null) return reflectConstruct(target, args, newTarget);
      const url = parse(text);
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
      const text = trusted(value);
      if (text !== null) return text;
      const policy = getDefault(trustedTypes);
      if (!policy) return null;
      return trusted(reflectApply(createScriptURL, void 0, [policy, `${value}`, "TrustedScriptURL", "Worker constructor"]));
    };
  }
  function parse(text) {
    try {
      return new URL(text, baseUrl());
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

  // page/workers/location.js
  function takeMarker() {
    const { location } = globalThis;
    const nativeHref = getterOf(location, "href");
    const nativeHash = getterOf(location, "hash");
    const marked = nativeHash(location);
    const marker = readMarker(marked);
    if (!marker) return null;
    const href = nativeHref(location);
    const script = stringSlice(href, 0, href.length - marked.length);
    const own = `${script}${marker.hash}`;
    const hash = marker.hash === "#" ? "" : marker.hash;
    const check = (receiver) => void nativeHref(
      /** @type {Location} */
      receiver
    );
    const source = {
      get href() {
        check(this);
        return own;
      },
      get hash() {
        check(this);
        return hash;
      },
      toString() {
        check(this);
        return own;
      }
    };
    const prototype = (
      /** @type {object} */
      getPrototypeOf(location)
    );
    copyAccessor(prototype, "href", source);
    copyAccessor(prototype, "hash", source);
    defineProperty(
      prototype,
      "toString",
      /** @type {any} */
      { ...hidden(source.toString, true), enumerable: true }
    );
    return { marker, script };
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

  // page/workers/remote-descriptor.js
  var CLOSED2 = -9;
  var CREDIT_STEP = WINDOW / 4;
  var RemoteDescriptors = class {
    #channel;
    /** @type {Map<number, WeakRef<RemoteDescriptor>>} */
    #byNumber = new Map();
    /** Those that something is expected of: nobody else may hold them. @type {Set<RemoteDescriptor>} */
    #awaited = new Set();
    /** What nobody can reach any more closes, as the native ones do. @type {FinalizationRegistry<number>} */
    #dropped = new FinalizationRegistry((number) => this.#close(number));
    /** @param {Channel} channel */
    constructor(channel) {
      this.#channel = channel;
    }
    /**
     * @param {number} number
     * @param {boolean} carriesPackets
     * @returns {NativeDescriptor}
     */
    create(number, carriesPackets) {
      const descriptor = new RemoteDescriptor(this.#channel, number, carriesPackets, {
        onAwaited: (isAwaited) => {
          if (isAwaited) setAdd(this.#awaited, descriptor);
          else setDelete(this.#awaited, descriptor);
        },
        onClosed: () => this.#close(number)
      });
      mapSet(this.#byNumber, number, new WeakRef(descriptor));
      finalizationRegister(this.#dropped, descriptor, number);
      return descriptor;
    }
    /** @param {number} number @returns {RemoteDescriptor | undefined} */
    find(number) {
      const reference = mapGet(this.#byNumber, number);
      return reference && weakRefDeref(reference);
    }
    /** @param {number} number */
    #close(number) {
      if (mapDelete(this.#byNumber, number)) this.#channel.post([CLOSE2, number]);
    }
  };
  var RemoteDescriptor = class {
    #channel;
    #number;
    #carriesPackets;
    /** @type {Owner} */
    #owner;
    #isClosed = false;
    /** What has come and was not read yet, a packet each or as it came. @type {Uint8Array<ArrayBuffer>[]} */
    #incoming = new Array();
    /** How many bytes of the first of them were read. */
    #offset = 0;
    /** Whether anything was asked for. */
    #isAsked = false;
    /** How much credit was used and not given back. */
    #used = 0;
    /** How it ended, when everything is read. @type {number | undefined} */
    #end = void 0;
    /** @type {(() => void) | undefined} */
    #onReadable = void 0;
    /** What is still to be sent. @type {Uint8Array<ArrayBuffer>[]} */
    #outgoing = new Array();
    /** What the kernel does not have yet of what was sent, in bytes. */
    #untaken = 0;
    /** Why nothing can be written, as -errno. */
    #broken = 0;
    /** @type {((state: number) => void) | undefined} */
    #onFlushed = void 0;
    /**
     * @param {Channel} channel
     * @param {number} number
     * @param {boolean} carriesPackets
     * @param {Owner} owner
     */
    constructor(channel, number, carriesPackets, owner) {
      this.#channel = channel;
      this.#number = number;
      this.#carriesPackets = carriesPackets;
      this.#owner = owner;
    }
    /** @param {Uint8Array} into @returns {number} */
    readInto(into) {
      if (this.#isClosed) return CLOSED2;
      if (this.#incoming.length === 0) {
        if (this.#end !== void 0) return this.#end;
        this.#ask();
        return WOULD_BLOCK;
      }
      const first = this.#incoming[0];
      const length = bytesLength(first);
      const rest = length - this.#offset;
      const count = min(rest, bytesLength(into));
      bytesSet(into, bytesView(first, this.#offset, this.#offset + count));
      this.#offset += count;
      if (count === rest || this.#carriesPackets) {
        this.#offset = 0;
        arraySplice(this.#incoming, 0, 1);
        this.#giveBack(length);
      }
      return count;
    }
    /** @returns {Uint8Array<ArrayBuffer> | null} */
    take() {
      if (this.#isClosed || this.#incoming.length === 0) return null;
      const first = this.#incoming[0];
      const offset = this.#offset;
      const length = bytesLength(first);
      this.#offset = 0;
      arraySplice(this.#incoming, 0, 1);
      this.#giveBack(length);
      return offset > 0 ? bytesCopy(first, offset, length) : first;
    }
    peek() {
      if (this.#isClosed) return CLOSED2;
      if (this.#incoming.length > 0) return 1;
      return this.#end ?? WOULD_BLOCK;
    }
    /** @param {() => void} callback */
    waitRead(callback) {
      if (this.#isClosed) return;
      this.#onReadable = callback;
      if (this.#incoming.length > 0 || this.#end !== void 0) queueTask(() => this.#wakeReader());
      else this.#ask();
      this.#tellOwner();
    }
    /** All that is written is held: nothing counts as written before the kernel has it. */
    write() {
      return this.#isClosed ? CLOSED2 : this.#broken || WOULD_BLOCK;
    }
    /** @param {Uint8Array} bytes @param {number} from @param {number} to */
    hold(bytes, from, to) {
      if (this.#isClosed) return CLOSED2;
      if (this.#broken) return this.#broken;
      arrayPush(
        this.#outgoing,
        /** @type {Uint8Array<ArrayBuffer>} */
        bytesCopy(bytes, from, to)
      );
      this.#send();
      this.#tellOwner();
      return 0;
    }
    /** @param {(state: number) => void} callback */
    flush(callback) {
      if (this.#isClosed) return CLOSED2;
      if (this.#broken) return this.#broken;
      if (this.#isFlushed) return 0;
      this.#onFlushed = callback;
      return WOULD_BLOCK;
    }
    /** @param {0 | 1 | 2} how */
    shutdown(how) {
      if (this.#isClosed) return;
      if (how !== 1) this.#incoming = new Array();
      if (how !== 0) this.#forgetOutgoing();
      this.#channel.post([SHUTDOWN, this.#number, how]);
      this.#tellOwner();
    }
    /** Whoever waits is woken and finds it closed. */
    close() {
      if (this.#isClosed) return;
      this.#isClosed = true;
      this.#incoming = new Array();
      this.#owner.onClosed();
      const flushed = this.#onFlushed;
      this.#forgetOutgoing();
      this.#wakeReader();
      flushed?.(CLOSED2);
    }
    /**
     * Bytes have come.
     * @param {ArrayBuffer} buffer
     * @param {number[] | null} lengths of the packets in it
     */
    receive(buffer, lengths) {
      if (this.#isClosed) return;
      const bytes = new Uint8Array2(buffer);
      if (lengths) {
        for (let i = 0, at = 0; i < lengths.length; at += lengths[i], i++) {
          arrayPush(
            this.#incoming,
            /** @type {Uint8Array<ArrayBuffer>} */
            bytesView(bytes, at, at + lengths[i])
          );
        }
      } else {
        arrayPush(this.#incoming, bytes);
      }
      this.#wakeReader();
    }
    /** Nothing more will come. @param {number} state 0, or -errno */
    ended(state) {
      this.#end = state;
      this.#wakeReader();
    }
    /**
     * The kernel has taken so many bytes, or never will.
     * @param {number} count
     * @param {number} state 0, or -errno
     */
    taken(count, state) {
      this.#untaken -= count;
      if (state < 0) this.#broken = state;
      if (this.#broken) this.#outgoing = new Array();
      else this.#send();
      if (this.#broken || this.#isFlushed) {
        const callback = this.#onFlushed;
        this.#onFlushed = void 0;
        this.#tellOwner();
        callback?.(this.#broken);
      }
    }
    get #isFlushed() {
      return this.#untaken === 0 && this.#outgoing.length === 0;
    }
    /** Sends what may be on its way. */
    #send() {
      let next = 0;
      while (next < this.#outgoing.length && this.#untaken < WINDOW) {
        const bytes = this.#outgoing[next++];
        this.#untaken += bytesLength(bytes);
        const buffer = typedArrayBuffer(bytes);
        this.#channel.post(
          [WRITE, this.#number, buffer],
          /** @type {ArrayBuffer} */
          buffer
        );
      }
      arraySplice(this.#outgoing, 0, next);
    }
    #forgetOutgoing() {
      this.#outgoing = new Array();
      this.#onFlushed = void 0;
    }
    /** Asks for bytes, if that was not done yet. */
    #ask() {
      if (this.#isAsked) return;
      this.#isAsked = true;
      this.#channel.post([CREDIT, this.#number, WINDOW]);
    }
    /** @param {number} count bytes of a chunk, or a packet, that was read */
    #giveBack(count) {
      this.#used += count + MESSAGE_COST;
      if (this.#used < CREDIT_STEP || this.#end !== void 0) return;
      this.#channel.post([CREDIT, this.#number, this.#used]);
      this.#used = 0;
    }
    #wakeReader() {
      const callback = this.#onReadable;
      this.#onReadable = void 0;
      this.#tellOwner();
      callback?.();
    }
    /** Somebody waits for bytes, or some are on their way out. */
    #tellOwner() {
      this.#owner.onAwaited(!this.#isClosed && (this.#onReadable !== void 0 || !(this.#isFlushed || this.#broken)));
    }
  };

  // page/workers/remote-native.js
  function createRemoteNative(channel) {
    const descriptors = new RemoteDescriptors(channel);
    const waiting = new Map();
    let lastCall = 0;
    let listener = () => {
    };
    channel.listen((message) => {
      switch (message[0]) {
        case ANSWER: {
          const callback = mapGet(waiting, message[1]);
          mapDelete(waiting, message[1]);
          const number = message[4];
          callback?.(message[2], message[3], number ? descriptors.create(number, message[5]) : null);
          return;
        }
        case EVENT:
          listener(0, message[1], message[2], 0);
          return;
        case CHUNK:
          descriptors.find(message[1])?.receive(message[2], message[3]);
          return;
        case END:
          descriptors.find(message[1])?.ended(message[2]);
          return;
        case TAKEN:
          descriptors.find(message[1])?.taken(message[2], message[3]);
      }
    });
    return {
      call(_frame, method, params, callback) {
        mapSet(waiting, ++lastCall, callback);
        channel.post([CALL, lastCall, method, params]);
      },
      notify(_frame, method, params) {
        channel.post([NOTE, method, params]);
      },
      reply() {
      },
      listen(callback) {
        listener = callback;
      }
    };
  }

  // page/worker.js
  function main(losesStreams2) {
    if (!("DedicatedWorkerGlobalScope" in globalThis)) {
      throw new DOMException("The network is loaded by dedicated workers only.", "NotSupportedError");
    }
    const channel = createPendingChannel();
    const adopt = (line2, nonce2) => {
      const { near, far } = createPorts();
      line2.greet(nonce2, far);
      channel.post([ADOPT, nonce2], near);
    };
    const taken = takeMarker();
    if (taken) {
      const { marker, script } = taken;
      meet(channel, marker.nonce);
      installCrossOriginIsolated();
      const grant = installNetwork(channel, marker.facts);
      const trust = createTrust();
      if (!trust) return script;
      const facts = () => ({ ...marker.facts, state: grant.state });
      installWorkers(facts, trust, adopt);
      return trust(script);
    }
    if (hasOwn(globalThis, "TCPSocket")) return "";
    const nonce = createNonce();
    const line = meet(channel, nonce);
    installNetwork(channel, { sockets: true, topLevel: true, losesStreams: losesStreams2, state: "prompt" });
    followWorkers(adopt);
    line.greet(nonce);
    return "";
  }
  function meet(channel, nonce) {
    const line = lineUp();
    line.whenGreeted((given, port) => {
      if (given !== nonce) return;
      const opened = port ? portChannel(port) : line.open(nonce);
      const whenOver = requestLock(lockName(nonce), () => {
        opened.post([HELD]);
        channel.open(opened);
        return new Promise2(() => {
        });
      });
      ignoreRejection(whenOver);
    });
    return line;
  }
  function installNetwork(channel, { sockets, topLevel, losesStreams: losesStreams2, state }) {
    takeNoTurns();
    installByteStreams();
    installStreamIteration();
    installFormRequest();
    setLosesStreams(losesStreams2);
    const bridge = createBridge(createRemoteNative(channel));
    const grant = new Grant(bridge, topLevel ? state : "unavailable");
    const connections = new Connections(bridge);
    const { TCPSocket, wrap } = createTCPSocket(bridge, connections, grant, sockets);
    exposeInterface("TCPSocket", TCPSocket);
    exposeInterface("TCPServerSocket", createTCPServerSocket(bridge, connections, grant, sockets, wrap));
    const { MulticastController, createController } = createMulticastController(bridge);
    exposeInterface("MulticastController", MulticastController);
    exposeInterface("UDPSocket", createUDPSocket(bridge, connections, grant, sockets, createController));
    if (topLevel) installUnrestrictedNetwork(bridge, connections, grant, false);
    installPermissionsQuery(bridge);
    return grant;
  }
  return __toCommonJS(worker_exports);
})();
return bundle.main;
})();
