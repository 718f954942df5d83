// @ts-check
/**
 * `FileSystemWritableFileStream` (File System). What is written is staged by the runtime, and becomes the file's content when
 * the stream is closed.
 */

import {
  Promise,
  Set,
  TypeError,
  Uint8Array,
  WeakMap,
  WritableStream,
  bytesLength,
  bytesOf,
  min,
  promiseThen,
  setAdd,
  setDelete,
  setPrototypeOf,
  weakMapHas,
  weakMapSet,
} from "../primordials.js";
import {
  readableGetReader,
  readerCancel,
  readerRead,
  writableGetWriter,
  writerReleaseLock,
  writerWrite,
} from "../network/primordials.js";
import { streamOf } from "../network/upload.js";
import { exposeInterface, finishInterface, illegalInvocation, promiseFrom, requireArguments } from "../webidl.js";
import { WriteChannel } from "./channel.js";
import { WriteChunk, toUnsignedLongLong, toWriteChunk } from "./write-chunk.js";

/** @typedef {import("../bridge.js").NativeDescriptor} NativeDescriptor */
/** @typedef {import("./channel.js").Done} Done */

const INTERFACE = "FileSystemWritableFileStream";
const NOTHING = new Uint8Array(0);

/** @returns {(descriptor: NativeDescriptor) => WritableStream} makes the stream that writes to the runtime's end */
export function createWritables() {
  /** The streams of this kind. @type {WeakMap<object, true>} */
  const known = new WeakMap();
  /** Those that are not over: a writer alone does not keep a stream in every engine. @type {Set<object>} */
  const open = new Set();

  class FileSystemWritableFileStream extends WritableStream {
    // @ts-expect-error there is nothing to construct
    constructor() {
      throw new TypeError("Illegal constructor");
    }

    /** @param {unknown} data @returns {Promise<void>} */
    write(data) {
      return perform(this, "write", arguments.length, (context) => toWriteChunk(data, context));
    }

    /** @param {number} position @returns {Promise<void>} */
    seek(position) {
      return perform(
        this,
        "seek",
        arguments.length,
        () => new WriteChunk("seek", /** @type {any} */ ({ __proto__: null, position: toUnsignedLongLong(position) })),
      );
    }

    /** @param {number} size @returns {Promise<void>} */
    truncate(size) {
      return perform(
        this,
        "truncate",
        arguments.length,
        () => new WriteChunk("truncate", /** @type {any} */ ({ __proto__: null, size: toUnsignedLongLong(size) })),
      );
    }
  }
  finishInterface(FileSystemWritableFileStream, INTERFACE, ["write", "seek", "truncate"]);
  // An engine that has it has its own.
  if (!(INTERFACE in globalThis)) exposeInterface(INTERFACE, FileSystemWritableFileStream);

  /**
   * @param {WritableStream} stream
   * @param {string} operation
   * @param {number} given how many arguments
   * @param {(context: string) => WriteChunk} convert
   * @returns {Promise<void>}
   */
  function perform(stream, operation, given, convert) {
    if (!weakMapHas(known, stream)) return illegalInvocation(operation, INTERFACE);
    return promiseFrom((resolve) => {
      const context = `Failed to execute '${operation}' on '${INTERFACE}'`;
      requireArguments(context, given, 1);
      const chunk = convert(context);
      const writer = writableGetWriter(stream);
      const written = writerWrite(writer, chunk);
      writerReleaseLock(writer);
      resolve(/** @type {any} */ (written));
    });
  }

  return (descriptor) => {
    const sink = createSink(new WriteChannel(descriptor), () => setDelete(open, stream));
    const stream = new WritableStream(sink, /** @type {any} */ ({ __proto__: null, highWaterMark: 1 }));
    weakMapSet(known, stream, true);
    setAdd(open, stream);
    return setPrototypeOf(stream, FileSystemWritableFileStream.prototype);
  };
}

/**
 * @param {WriteChannel} channel
 * @param {() => void} onOver
 * @returns {UnderlyingSink}
 */
function createSink(channel, onOver) {
  /** Where the next write begins. */
  let cursor = 0;

  /**
   * @param {(done: (error: unknown) => void) => void} steps
   * @returns {Promise<void>}
   */
  const settle = (steps) =>
    new Promise((resolve, reject) => {
      steps((error) => (error ? reject(error) : resolve()));
    });

  /** Gives the file up before the page hears of an error. @param {(error: unknown) => void} done @param {unknown} error */
  const fail = (done, error) =>
    channel.abort(() => {
      onOver();
      done(error);
    });

  /** @param {WriteChunk} chunk @param {(error: unknown) => void} done */
  const write = ({ data, position }, done) => {
    const from = position ?? cursor;
    /** @param {unknown} error @param {number} length */
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
      const bytes = data ? data.bytes : NOTHING;
      channel.write(from, bytes, (error) => written(error, bytesLength(bytes)));
    }
  };

  return /** @type {any} */ ({
    __proto__: null,
    /** @param {unknown} value */
    write: (value) =>
      settle((done) => {
        try {
          const chunk = toWriteChunk(value, `Failed to execute 'write' on '${INTERFACE}'`);
          if (chunk.type === "write") {
            write(chunk, done);
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
    close: () =>
      settle((done) =>
        channel.close((error) => {
          onOver();
          done(error);
        }),
      ),
    abort: () =>
      settle((done) =>
        channel.abort(() => {
          onOver();
          done(null);
        }),
      ),
  });
}

/**
 * Writes a Blob piece by piece, as it is read.
 * @param {WriteChannel} channel
 * @param {number} from
 * @param {Blob} blob
 * @param {(error: unknown, length: number) => void} done
 */
function writeBlob(channel, from, blob, done) {
  const reader = readableGetReader(streamOf(blob));
  let length = 0;
  const next = () => {
    promiseThen(
      readerRead(reader),
      ({ done: isOver, value }) => {
        if (isOver) {
          // Also where there is nothing in it the file becomes as long as where that is.
          if (length === 0) channel.write(from, NOTHING, (error) => done(error, 0));
          else done(null, length);
          return;
        }
        const bytes = bytesOf(value) ?? NOTHING;
        channel.write(from + length, bytes, (error) => {
          length += bytesLength(bytes);
          if (!error) {
            next();
            return;
          }
          promiseThen(readerCancel(reader, error), undefined, () => {});
          done(error, length);
        });
      },
      (error) => done(error, length),
    );
  };
  next();
}
