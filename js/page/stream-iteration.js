// @ts-check
/**
 * Asynchronous iteration of ReadableStream, which the engine lacks and apps for Chromium use
 * (https://streams.spec.whatwg.org/#rs-asynciterator).
 */

import { Promise, ReadableStream, defineProperty, promiseThen } from "./primordials.js";
import { readableGetReader, readerCancel, readerRead, readerReleaseLock } from "./network/primordials.js";
import { hidden } from "./webidl.js";

/** Adds `values()` and `[Symbol.asyncIterator]()` where they are missing. */
export function installStreamIteration() {
  if (Symbol.asyncIterator in ReadableStream.prototype) return;
  const { values } = {
    /** @this {ReadableStream} @param {{ preventCancel?: boolean }} [options] */
    values(options) {
      const preventCancel = options === undefined || options === null ? false : Boolean(options.preventCancel);
      return iterate(readableGetReader(this), preventCancel);
    },
  };
  defineProperty(ReadableStream.prototype, "values", hidden(values, true));
  defineProperty(ReadableStream.prototype, Symbol.asyncIterator, hidden(values, true));
}

/** %AsyncIteratorPrototype%, from which `for await` takes an iterator's own iterator. */
const AsyncIteratorPrototype = Object.getPrototypeOf(
  Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})())),
);

/**
 * @param {ReadableStreamDefaultReader<unknown>} reader
 * @param {boolean} preventCancel
 */
function iterate(reader, preventCancel) {
  let finished = false;
  /** What was asked for last: steps are taken one after the other. @type {Promise<unknown>} */
  let last = new Promise((resolve) => resolve(undefined));

  /** @param {() => Promise<unknown>} step */
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
    next: () =>
      enqueue(() => {
        if (finished) return resolved({ done: true, value: undefined });
        return promiseThen(
          readerRead(reader),
          ({ done, value }) => {
            if (done) finish();
            return { done, value: done ? undefined : value };
          },
          (error) => {
            finish();
            throw error;
          },
        );
      }),
    /** @param {unknown} value */
    return: (value) =>
      enqueue(() => {
        if (finished) return resolved({ done: true, value });
        const canceled = preventCancel ? resolved(undefined) : readerCancel(reader, value);
        finish();
        return promiseThen(canceled, () => ({ done: true, value }));
      }),
  };
}

/** @template T @param {T} value @returns {Promise<T>} */
const resolved = (value) => new Promise((resolve) => resolve(value));
