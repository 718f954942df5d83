// @ts-check
/**
 * Streams and Fetch as they were before any page script ran (see ../primordials.js).
 */

import {
  AbortSignal,
  Blob,
  Headers,
  ReadableStream,
  Request,
  Response,
  Uint8Array,
  WritableStream,
  getPrototypeOf,
  getterOf,
  uncurryThis,
} from "../primordials.js";

// Streams.
export const { byteControllerPrototype, byobRequestPrototype, byobReaderPrototype } = probeByteStream();
export const byteControllerRequest = getterOf(byteControllerPrototype, "byobRequest");
export const byteControllerEnqueue = uncurryThis(byteControllerPrototype.enqueue);
export const byteControllerClose = uncurryThis(byteControllerPrototype.close);
export const byteControllerDesiredSize = getterOf(byteControllerPrototype, "desiredSize");
export const byteControllerError = uncurryThis(byteControllerPrototype.error);
export const byobRequestView = getterOf(byobRequestPrototype, "view");
export const byobRequestRespond = uncurryThis(byobRequestPrototype.respond);
const defaultControllerPrototype = globalThis.ReadableStreamDefaultController.prototype;
export const defaultControllerClose = uncurryThis(defaultControllerPrototype.close);
/** @type {(controller: ReadableStreamDefaultController<any>, chunk: unknown) => void} */
export const defaultControllerEnqueue = /** @type {any} */ (uncurryThis(defaultControllerPrototype.enqueue));
export const defaultControllerError = uncurryThis(defaultControllerPrototype.error);
export const readableLocked = getterOf(ReadableStream.prototype, "locked");
export const readableCancel = uncurryThis(ReadableStream.prototype.cancel);
/** @type {(stream: ReadableStream<any>) => ReadableStreamDefaultReader<any>} */
export const readableGetReader = /** @type {any} */ (uncurryThis(ReadableStream.prototype.getReader));
export const readerRead = uncurryThis(globalThis.ReadableStreamDefaultReader.prototype.read);
export const readerReleaseLock = uncurryThis(globalThis.ReadableStreamDefaultReader.prototype.releaseLock);
export const readerCancel = uncurryThis(globalThis.ReadableStreamDefaultReader.prototype.cancel);
export const writableLocked = getterOf(WritableStream.prototype, "locked");
/** @type {(stream: WritableStream) => WritableStreamDefaultWriter} */
export const writableGetWriter = uncurryThis(WritableStream.prototype.getWriter);
export const writerWrite = uncurryThis(globalThis.WritableStreamDefaultWriter.prototype.write);
export const writerReleaseLock = uncurryThis(globalThis.WritableStreamDefaultWriter.prototype.releaseLock);
export const writableAbort = uncurryThis(WritableStream.prototype.abort);
const writableControllerPrototype = globalThis.WritableStreamDefaultController.prototype;
export const writableControllerError = uncurryThis(writableControllerPrototype.error);
export const writableControllerSignal = getterOf(writableControllerPrototype, "signal");

/**
 * The classes behind a byte stream. WebKit has them without exposing them, so they are taken from a
 * stream that is about to deliver.
 */
function probeByteStream() {
  /** @type {ReadableByteStreamController | undefined} */
  let controller;
  const source = {
    __proto__: null,
    type: "bytes",
    /** @param {ReadableByteStreamController} streamController */
    start(streamController) {
      controller = streamController;
    },
  };
  const stream = new ReadableStream(/** @type {UnderlyingByteSource} */ (/** @type {unknown} */ (source)));
  const reader = stream.getReader({ mode: "byob" });
  void reader.read(new Uint8Array(1));
  const started = /** @type {ReadableByteStreamController} */ (/** @type {unknown} */ (controller));
  const request = /** @type {ReadableStreamBYOBRequest} */ (started.byobRequest);
  return {
    byteControllerPrototype: /** @type {ReadableByteStreamController} */ (getPrototypeOf(started)),
    byobRequestPrototype: /** @type {ReadableStreamBYOBRequest} */ (getPrototypeOf(request)),
    byobReaderPrototype: /** @type {ReadableStreamBYOBReader} */ (getPrototypeOf(reader)),
  };
}

const textEncoder = new globalThis.TextEncoder();
const textEncoderEncode = uncurryThis(globalThis.TextEncoder.prototype.encode);
/** A text in UTF-8. @type {(text: string) => Uint8Array} */
export const encodeText = (text) => textEncoderEncode(textEncoder, text);

const textDecoder = new globalThis.TextDecoder("utf-8", { ignoreBOM: true });
const textDecoderDecode = uncurryThis(globalThis.TextDecoder.prototype.decode);
/** The text that is in UTF-8. @type {(bytes: Uint8Array) => string} */
export const decodeText = (bytes) => textDecoderDecode(textDecoder, bytes);

export const { CloseEvent, ErrorEvent } = globalThis;

// Fetch.
export const headersAppend = uncurryThis(Headers.prototype.append);
export const headersGet = uncurryThis(Headers.prototype.get);
export const headersHas = uncurryThis(Headers.prototype.has);
export const headersForEach = uncurryThis(Headers.prototype.forEach);
export const requestUrl = getterOf(Request.prototype, "url");
export const requestMode = getterOf(Request.prototype, "mode");
export const requestMethod = getterOf(Request.prototype, "method");
export const requestHeaders = getterOf(Request.prototype, "headers");
export const requestRedirect = getterOf(Request.prototype, "redirect");
export const requestIntegrity = getterOf(Request.prototype, "integrity");
export const requestSignal = getterOf(Request.prototype, "signal");
export const requestBodyUsed = getterOf(Request.prototype, "bodyUsed");
export const requestArrayBuffer = uncurryThis(Request.prototype.arrayBuffer);
export const responseBody = getterOf(Response.prototype, "body");
export const responseArrayBuffer = uncurryThis(Response.prototype.arrayBuffer);
export const formDataForEach = uncurryThis(globalThis.FormData.prototype.forEach);
export const formDataHas = uncurryThis(globalThis.FormData.prototype.has);
export const blobType = getterOf(Blob.prototype, "type");
export const fileName = getterOf(globalThis.File.prototype, "name");
const cryptoObject = globalThis.crypto;
const cryptoGetRandomValues = uncurryThis(cryptoObject.getRandomValues);
/** Fills an array with random bytes. @type {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array} */
export const getRandomValues = (bytes) =>
  /** @type {Uint8Array} */ (cryptoGetRandomValues(cryptoObject, bytes));
const subtleCrypto = cryptoObject.subtle;
const cryptoDigest = uncurryThis(subtleCrypto.digest);
/** @type {(algorithm: string, bytes: ArrayBuffer) => Promise<ArrayBuffer>} */
export const subtleDigest = (algorithm, bytes) => cryptoDigest(subtleCrypto, algorithm, bytes);
export const blobSize = getterOf(Blob.prototype, "size");
export const responseHeaders = getterOf(Response.prototype, "headers");
export const responseStatus = getterOf(Response.prototype, "status");
export const responseOk = getterOf(Response.prototype, "ok");
export const responseText = uncurryThis(Response.prototype.text);
export const responseClone = uncurryThis(Response.prototype.clone);
export const signalAborted = getterOf(AbortSignal.prototype, "aborted");
export const signalReason = getterOf(AbortSignal.prototype, "reason");
const fetchFunction = globalThis.fetch;
/** The engine's own `fetch`. @type {typeof globalThis.fetch} */
export const fetch = (input, init) => fetchFunction(input, init);
