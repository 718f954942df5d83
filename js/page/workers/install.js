// @ts-check
/**
 * The workers of an Isolated Web App, which have the network from their first line. Their scripts are asked for by marked
 * URLs, and each is greeted ahead of whatever the page sends.
 */

import {
  URL,
  getOwnPropertyDescriptor,
  reflectApply,
  reflectConstruct,
  stringSlice,
  uncurryThis,
  urlHash,
  urlHost,
  urlHref,
  urlProtocol,
} from "../primordials.js";
import { baseUrl } from "../network/request-init.js";
import { isObject } from "../webidl.js";
import { createMarker } from "./marker.js";
import { createNonce, lineTo, replaceWorker } from "./line.js";
import { Worker } from "./primordials.js";

/**
 * @param {() => import("./marker.js").Facts} facts as they are now
 * @param {(url: string) => string} trust
 * @param {(line: import("./line.js").Line, nonce: string) => void} adopt is given the line to each worker, to greet it
 */
export function installWorkers(facts, trust, adopt) {
  if (!Worker) return;
  const convert = createConversion();
  const { origin } = globalThis;

  replaceWorker((target, args, newTarget) => {
    const text = args.length > 0 ? convert(args[0]) : null;
    if (text === null) return reflectConstruct(target, args, newTarget);
    const url = parse(text);
    const options = copyOptions(args[1]);
    const type = options && (options.type ?? "classic");
    const isOwn = url && `${urlProtocol(url)}//${urlHost(url)}` === origin;
    // What is wrong is the engine's to say, as is what another origin's script is.
    if (!isOwn || (type !== "classic" && type !== "module")) return reflectConstruct(target, args, newTarget);

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

/**
 * What a script's URL is given as, as the engine would take it: null if that is the engine's to refuse, or if it could be.
 * @returns {(value: unknown) => string | null}
 */
function createConversion() {
  const { trustedTypes, TrustedScriptURL } = /** @type {any} */ (globalThis);
  if (!trustedTypes) return (value) => `${value}`;
  const toText = uncurryThis(TrustedScriptURL.prototype.toString);
  const getDefault = uncurryThis(
    /** @type {any} */ (getOwnPropertyDescriptor(globalThis.Object.getPrototypeOf(trustedTypes), "defaultPolicy")).get,
  );
  const createScriptURL = uncurryThis(/** @type {any} */ (globalThis).TrustedTypePolicy.prototype.createScriptURL);
  /** @param {unknown} value @returns {string | null} */
  const trusted = (value) => {
    try {
      return /** @type {string} */ (toText(value));
    } catch {
      return null;
    }
  };
  return (value) => {
    const text = trusted(value);
    if (text !== null) return text;
    const policy = getDefault(trustedTypes);
    if (!policy) return null;
    return trusted(reflectApply(createScriptURL, undefined, [policy, `${value}`, "TrustedScriptURL", "Worker constructor"]));
  };
}

/** @param {string} text @returns {URL | null} */
function parse(text) {
  try {
    return new URL(text, baseUrl());
  } catch {
    return null;
  }
}

/**
 * WorkerOptions, each member read once and in Web IDL's order.
 * @param {unknown} value
 * @returns {Record<string, string> | null} null if it is none
 */
function copyOptions(value) {
  const options = /** @type {Record<string, string>} */ (/** @type {unknown} */ ({ __proto__: null }));
  if (value === undefined || value === null) return options;
  if (!isObject(value)) return null;
  const { credentials, name, type } = /** @type {Record<string, unknown>} */ (value);
  if (credentials !== undefined) options.credentials = `${credentials}`;
  if (name !== undefined) options.name = `${name}`;
  if (type !== undefined) options.type = `${type}`;
  return options;
}
