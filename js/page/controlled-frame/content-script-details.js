// @ts-check
/**
 * ContentScriptDetails: what addContentScripts is given, in the spelling of the first draft (`matches`, `run_at`), which is
 * that of WebExtensions, and in today's (`urlPatterns`, `runAt`). Where both are given, today's counts; patterns of both
 * kinds count together.
 *
 * Patterns are taken apart here and compared with URLs in the embedded documents, by js/frame/select.js.
 */

import {
  Set,
  TypeError,
  URL,
  URLPattern,
  getterOf,
  regExpExec,
  setAdd,
  setHas,
  stringSlice,
  stringToLowerCase,
  urlHostname,
} from "../primordials.js";
import { map } from "../lists.js";
import { isChromium } from "./compatibility.js";
import { toDictionary, toDOMString, toEnum, toSequence, toUSVString } from "../webidl.js";

/** @import { ContentScript, MatchPattern, RunAt, UrlPattern } from "../../generated/bridge.js" */

/** How many content scripts a frame has at the most; the runtime has the same bound. */
export const MOST_SCRIPTS = 10_000;

/** How many patterns, globs or files are in one list. */
const MOST_ITEMS = 10_000;

/**
 * Text, or files of the app that have it.
 * @typedef {{ code: string } | { files: string[] }} InjectionItems
 */

/** @typedef {Omit<ContentScript, "js" | "css">} Selection */
/** @typedef {{ selection: Selection, js: InjectionItems | null, css: InjectionItems | null }} Details */

/**
 * @param {unknown} value a sequence of ContentScriptDetails
 * @param {string} context for messages
 * @returns {Details[]}
 * @throws {TypeError} where it is not one
 */
export function readContentScripts(value, context) {
  const list = toSequence(value, context, MOST_SCRIPTS, (item) => readDetails(item, context));
  if (list.length === 0) throw new TypeError(`${context}: No content script is given.`);
  /** @type {Set<string>} */
  const names = new Set();
  for (let i = 0; i < list.length; i++) {
    const { name } = list[i].selection;
    if (setHas(names, name)) {
      throw new TypeError(`${context}: The name '${shortened(name)}' is given twice.`);
    }
    setAdd(names, name);
  }
  return list;
}

/**
 * @param {unknown} value
 * @param {string} context
 * @returns {Details}
 */
function readDetails(value, context) {
  const details = toDictionary(value, context, "ContentScriptDetails");
  const { name, matches, urlPatterns } = details;
  if (name === undefined) throw new TypeError(`${context}: Required member name is undefined.`);
  if (matches === undefined && urlPatterns === undefined) {
    throw new TypeError(`${context}: Required member urlPatterns is undefined.`);
  }
  const matchPatterns = (/** @type {unknown} */ list) =>
    sequenceOf(list, context, (item) => toMatchPattern(toDOMString(item), context));
  const components = (/** @type {unknown} */ list) =>
    sequenceOf(list, context, (item) => ofAnyPort(toUrlPattern(item, context)));
  const globs = (/** @type {unknown} */ list) => sequenceOf(list, context, toDOMString);
  const selection = {
    name: toDOMString(name),
    matches: matchPatterns(matches),
    excludeMatches: matchPatterns(details.exclude_matches),
    includeGlobs: globs(details.include_globs),
    excludeGlobs: globs(details.exclude_globs),
    urlPatterns: components(urlPatterns),
    excludeUrlPatterns: components(details.excludeURLPatterns),
    allFrames: !!(details.allFrames ?? details.all_frames),
    matchAboutBlank: !!(details.matchAboutBlank ?? details.match_about_blank),
    runAt: toRunAt(details.runAt ?? details.run_at, context) ?? "document_idle",
  };
  if (selection.matches.length + selection.urlPatterns.length === 0) {
    throw new TypeError(`${context}: '${shortened(selection.name)}' has no patterns.`);
  }
  const js = readItems(details.js, context);
  const css = readItems(details.css, context);
  if (!js && !css) throw new TypeError(`${context}: No source code or file specified.`);
  return { selection, js, css };
}

/**
 * @template T
 * @param {unknown} list
 * @param {string} context
 * @param {(item: unknown) => T} convert
 * @returns {T[]} nothing where there is no list
 */
const sequenceOf = (list, context, convert) =>
  list === undefined ? [] : toSequence(list, context, MOST_ITEMS, convert);

const MOMENTS = /** @type {const} */ (["document_start", "document_end", "document_idle"]);

/**
 * @param {unknown} value
 * @param {string} context
 * @returns {RunAt | null} null where there is none
 */
export function toRunAt(value, context) {
  if (value === undefined) return null;
  const string = toDOMString(value);
  if (string === "document-start") return "document_start";
  if (string === "document-end") return "document_end";
  if (string === "document-idle") return "document_idle";
  return toEnum(string, MOMENTS, context, "RunAt");
}

/**
 * @param {unknown} value an InjectionItems dictionary
 * @param {string} context
 * @returns {InjectionItems | null} null where it has neither of its members
 */
function readItems(value, context) {
  const { code, files } = toDictionary(value, context, "InjectionItems");
  if (code !== undefined && files !== undefined) {
    throw new TypeError(`${context}: Code and files should not be specified at the same time.`);
  }
  if (code !== undefined) return { code: toDOMString(code) };
  if (files === undefined) return null;
  const list = toSequence(files, context, MOST_ITEMS, toUSVString);
  if (list.length === 0) throw new TypeError(`${context}: No source code or file specified.`);
  return { files: list };
}

/** The parts of a match pattern: scheme, what is before the path, path. */
const MATCH_PATTERN = /^(\*|https?|wss?|ftp|file):\/\/([^/]*)(\/.*)$/is;
/** A host, perhaps with its subdomains or all hosts, and perhaps a port. */
const AUTHORITY = /^(?:(\*)|(\*\.)?(\[[^*\]]*\]|[^*:[\]]+))(?::(\*|\d{1,5}))?$/;
/** What a host has not, but a URL that is made of it could. */
const NO_HOST = /[?#@\\\s]/;

/**
 * Takes a match pattern apart (https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/Match_patterns).
 * @param {string} pattern
 * @param {string} context for messages
 * @returns {MatchPattern}
 */
export function toMatchPattern(pattern, context) {
  if (pattern === "<all_urls>") return { scheme: "*", host: "*", subdomains: false, port: "*", path: "/*" };
  const parts = regExpExec(MATCH_PATTERN, pattern);
  const scheme = parts && stringToLowerCase(parts[1]);
  // Chromium has ports, which WebExtensions elsewhere have not.
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
  throw new TypeError(`${context}: '${shortened(pattern)}' is not a match pattern.`);
}

/**
 * A host as URLs have it: in lower case, and in ASCII.
 * @param {string} host
 * @returns {string | null} null where it is none
 */
function canonicalHost(host) {
  if (regExpExec(NO_HOST, host)) return null;
  try {
    const name = urlHostname(new URL(`http://${host}/`));
    return stringSlice(name, -1) === "." ? stringSlice(name, 0, -1) : name;
  } catch {
    return null;
  }
}

const COMPONENTS = /** @type {const} */ ([
  "protocol",
  "username",
  "password",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
]);

/** The getters of the components. */
const getters = URLPattern && map(COMPONENTS, (name) => getterOf(URLPattern.prototype, name));

/**
 * @param {unknown} value a URLPattern, or what one is made of
 * @param {string} context for messages
 * @returns {UrlPattern}
 */
export function toUrlPattern(value, context) {
  if (!getters) throw new TypeError(`${context}: This engine has no URLPattern.`);
  return componentsOf(value, getters) ?? componentsOf(makePattern(value), getters) ?? makePattern(null);
}

/** @param {unknown} input @returns {any} @throws {TypeError} where it makes none */
function makePattern(input) {
  const isDictionary = typeof input === "object" && input !== null;
  return new URLPattern(isDictionary ? /** @type {any} */ (input) : toUSVString(input));
}

/**
 * @param {unknown} pattern
 * @param {((pattern: any) => string)[]} getters
 * @returns {UrlPattern | null} null where it is no URLPattern
 */
function componentsOf(pattern, getters) {
  /** @type {any} */
  const components = { __proto__: null };
  try {
    for (let i = 0; i < COMPONENTS.length; i++) components[COMPONENTS[i]] = getters[i](pattern);
  } catch {
    return null;
  }
  return components;
}

/** Chromium makes a match pattern of it, which means all ports where it names none. @param {UrlPattern} pattern */
const ofAnyPort = (pattern) =>
  isChromium() && pattern.port === "" ? { __proto__: null, ...pattern, port: "*" } : pattern;

/** A text for messages, which are not to be longer than people read. @param {string} text */
const shortened = (text) => (text.length > 100 ? `${stringSlice(text, 0, 100)}…` : text);
