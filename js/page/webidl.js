// @ts-check
/**
 * The conversions and the property shapes of Web IDL (https://webidl.spec.whatwg.org/), as far as
 * the interfaces here use them. Error texts follow what browsers say: "Failed to execute …".
 */

import {
  Number,
  Promise,
  String,
  TypeError,
  WeakMap,
  abs,
  arrayPush,
  defineProperty,
  getOwnPropertyDescriptor,
  isFiniteNumber,
  ownKeys,
  promiseReject,
  promiseThen,
  reflectApply,
  setPrototypeOf,
  stringToWellFormed,
  symbolIterator,
  toStringTag,
  trunc,
} from "./primordials.js";

/**
 * Throws when a call has fewer arguments than its operation requires.
 * @param {string} context "Failed to construct 'X'" or "Failed to execute 'm' on 'X'"
 * @param {number} given
 * @param {number} required
 */
export function requireArguments(context, given, required) {
  if (given >= required) return;
  const noun = required === 1 ? "argument" : "arguments";
  throw new TypeError(`${context}: ${required} ${noun} required, but only ${given} present.`);
}

/** DOMString (Web IDL §3.2.10). @param {unknown} value */
export function toDOMString(value) {
  // A template, unlike String(), refuses symbols, as the conversion must.
  return `${value}`;
}

/** USVString (Web IDL §3.2.12). @param {unknown} value */
export function toUSVString(value) {
  return stringToWellFormed(`${value}`);
}

/**
 * An unsigned integer with [EnforceRange] (Web IDL §3.2.4). Of 64 bits, it has no more than a double tells from its
 * neighbours.
 * @param {unknown} value
 * @param {8 | 16 | 32 | 64} bits
 * @param {string} context
 */
export function toUnsigned(value, bits, context) {
  const number = +(/** @type {any} */ (value));
  const integer = trunc(number);
  if (!isFiniteNumber(number) || integer < 0 || integer >= 2 ** (bits === 64 ? 53 : bits)) {
    const type =
      bits === 8 ? "octet" : bits === 16 ? "unsigned short" : bits === 32 ? "unsigned long" : "unsigned long long";
    throw new TypeError(`${context}: Value is outside the '${type}' value range.`);
  }
  return abs(integer);
}

/**
 * A member of a Web IDL enumeration.
 * @template {string} Value
 * @param {unknown} value
 * @param {readonly Value[]} values
 * @param {string} context
 * @param {string} type the enumeration's name, for the message
 * @returns {Value}
 */
export function toEnum(value, values, context, type) {
  const string = toDOMString(value);
  for (let i = 0; i < values.length; i++) {
    if (values[i] === string) return values[i];
  }
  throw new TypeError(
    `${context}: The provided value '${string}' is not a valid enum value of type ${type}.`,
  );
}

/**
 * Checks that a value can be converted to a dictionary; undefined and null are the empty one.
 * @param {unknown} value
 * @param {string} context
 * @param {string} type the dictionary's name, for the message
 * @returns {Record<string, unknown>} the object itself, or an empty one without a prototype
 */
export function toDictionary(value, context, type) {
  if (value === undefined || value === null) return /** @type {any} */ ({ __proto__: null });
  if (typeof value === "object" || typeof value === "function") return /** @type {any} */ (value);
  throw new TypeError(`${context}: The provided value is not of type '${type}'.`);
}

/**
 * A sequence (Web IDL §3.2.21), of no more items than a bound: an object can lie about how many it has.
 * @template T
 * @param {unknown} value anything that can be iterated
 * @param {string} context
 * @param {number} most
 * @param {(item: unknown) => T} convert
 * @returns {T[]}
 */
export function toSequence(value, context, most, convert) {
  const method = isObject(value) ? /** @type {any} */ (value)[symbolIterator] : undefined;
  if (typeof method !== "function") {
    throw new TypeError(`${context}: The provided value cannot be converted to a sequence.`);
  }
  const iterator = reflectApply(method, value, []);
  const { next } = iterator;
  /** @type {T[]} */
  const list = [];
  for (;;) {
    const { done, value: item } = reflectApply(next, iterator, []);
    if (done) return list;
    if (list.length >= most) throw new TypeError(`${context}: A sequence has more than ${most} items.`);
    arrayPush(list, convert(item));
  }
}

/**
 * Runs the steps of an operation that returns a promise: what they throw becomes a rejection.
 * @template Result
 * @param {(resolve: (value: Result) => void, reject: (reason: unknown) => void) => void} steps
 * @returns {Promise<Result>}
 */
export function promiseFrom(steps) {
  return new Promise((resolve, reject) => {
    try {
      steps(/** @type {(value: Result) => void} */ (resolve), reject);
    } catch (error) {
      reject(error);
    }
  });
}

/**
 * Keeps the engine from telling of a rejection that nobody has to handle.
 * @param {Promise<unknown>} promise
 */
export function ignoreRejection(promise) {
  promiseThen(promise, undefined, () => {});
}

/**
 * The answer of a promise-typed attribute or operation called on the wrong object.
 * @param {string} member
 * @param {string} type
 */
export function illegalInvocation(member, type) {
  return promiseReject(
    new TypeError(`'${member}' called on an object that is not a valid instance of ${type}.`),
  );
}

/**
 * Gives a class the property shapes of an interface object: enumerable members and a string tag.
 * @param {Function} constructor
 * @param {string} name
 * @param {readonly string[]} members names of its attributes and operations
 */
export function finishInterface(constructor, name, members) {
  const { prototype } = constructor;
  for (let i = 0; i < members.length; i++) {
    const descriptor = getOwnPropertyDescriptor(prototype, members[i]);
    if (!descriptor) throw new TypeError(`${name} has no member ${members[i]}`);
    defineProperty(
      prototype,
      members[i],
      /** @type {any} */ ({
        ...descriptor,
        __proto__: null,
        enumerable: true,
      }),
    );
  }
  defineProperty(prototype, toStringTag, hidden(name, false));
}

/**
 * Exposes an interface object on the global, as the platform's own are.
 * @param {string} name
 * @param {Function} constructor
 */
export function exposeInterface(name, constructor) {
  defineProperty(globalThis, name, hidden(constructor, true));
}

/**
 * Puts an accessor on an existing object. It is written as an accessor of `source`, so that its
 * functions have the names that the platform gives them ("get x").
 * @param {object} target
 * @param {string} name
 * @param {object} source
 */
export function copyAccessor(target, name, source) {
  const { get, set } = /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(source, name));
  defineProperty(
    target,
    name,
    /** @type {any} */ ({ __proto__: null, get, set, enumerable: true, configurable: true }),
  );
}

/**
 * Puts the functions of an object on a prototype, as operations.
 * @param {object} prototype
 * @param {object} source an object literal with methods, which cannot be constructed either
 * @param {string[]} names to which those of the operations are added
 */
export function copyOperations(prototype, source, names) {
  const own = ownKeys(source);
  for (let i = 0; i < own.length; i++) {
    const name = /** @type {string} */ (own[i]);
    const descriptor = getOwnPropertyDescriptor(source, name);
    defineProperty(prototype, name, /** @type {any} */ ({ ...descriptor, __proto__: null }));
    names[names.length] = name;
  }
}

/**
 * A descriptor of a configurable data property that does not show up in enumerations.
 * @param {unknown} value
 * @param {boolean} writable
 * @returns {PropertyDescriptor}
 */
export function hidden(value, writable) {
  return /** @type {any} */ ({ __proto__: null, value, writable, enumerable: false, configurable: true });
}

/**
 * Whether `value` is a whole number in the range of `long`.
 * @param {unknown} value
 * @returns {number | null} the number, or null
 */
export function wholeNumber(value) {
  const number = Number(value);
  return number === (number | 0) ? number | 0 : null;
}

/**
 * Whether private names can be looked for in `value`: `#name in` throws at what is no object.
 * @param {unknown} value
 * @returns {value is object}
 */
export function isObject(value) {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/**
 * An object that structured cloning refuses, as it refuses the platform's own. What an object is made
 * of decides that, and there is no way to ask for it: this one is made of a map that nobody fills.
 * @param {Function} constructor whose `prototype` it gets
 * @returns {object}
 */
export function createPlatformObject({ prototype }) {
  return setPrototypeOf(new WeakMap(), prototype);
}

/** A string for a message, whatever `value` is. @param {unknown} value */
export function describe(value) {
  try {
    return String(value);
  } catch {
    return "(a value without a string form)";
  }
}
