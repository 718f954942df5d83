// @ts-check
/**
 * InjectDetails: the code that executeScript runs, given as text or as a file of the app, and where and when.
 */

import { TypeError, URL, promiseThen, urlHost, urlHref, urlProtocol } from "../primordials.js";
import { fetch, responseOk, responseText } from "../network/primordials.js";
import { toDictionary, toDOMString } from "../webidl.js";
import { toRunAt } from "./content-script-details.js";
import { baseUri, document } from "./dom.js";

const ownOrigin = globalThis.origin;

/** @import { RunAt } from "../../generated/bridge.js" */

/**
 * Chromium's further members, where they are given.
 * @typedef {object} Place
 * @property {boolean} [allFrames]
 * @property {boolean} [matchAboutBlank]
 * @property {RunAt} [runAt]
 */

/**
 * @param {unknown} value an InjectDetails dictionary
 * @param {string} context for messages
 * @returns {{ source: { code: string } | { file: string }, place: Place }}
 * @throws {TypeError} unless exactly one of the code and the file is given
 */
export function readInjectDetails(value, context) {
  const details = toDictionary(value, context, "InjectDetails");
  const { code, file } = details;
  const none = code === undefined && (file === undefined || file === "");
  if (none || (code !== undefined && file !== undefined)) {
    throw new TypeError(
      none
        ? `${context}: No source code or file specified.`
        : `${context}: Code and file should not be specified at the same time.`,
    );
  }
  const { allFrames, matchAboutBlank, runAt } = details;
  const place = {
    allFrames: allFrames ? true : undefined,
    matchAboutBlank: matchAboutBlank ? true : undefined,
    runAt: toRunAt(runAt, context) ?? undefined,
  };
  return { source: code === undefined ? { file: toDOMString(file) } : { code: toDOMString(code) }, place };
}

/**
 * The code itself; a file is fetched from the app, and from nowhere else.
 * @param {{ code: string } | { file: string }} details
 * @param {(code: string) => void} onCode called at once when there is nothing to fetch
 * @param {(reason: unknown) => void} onError
 */
export function loadCode(details, onCode, onError) {
  if ("code" in details) {
    onCode(details.code);
    return;
  }
  const failed = () => onError(new TypeError(`Failed to load file '${details.file}'.`));
  /** @type {URL} */
  let url;
  try {
    url = new URL(details.file, baseUri(document));
  } catch {
    failed();
    return;
  }
  if (originOf(url) !== ownOrigin) {
    failed();
    return;
  }
  promiseThen(
    fetch(urlHref(url)),
    (response) => {
      if (responseOk(response)) promiseThen(responseText(response), onCode, failed);
      else failed();
    },
    failed,
  );
}

/**
 * The origin of a URL. `URL.origin` is "null" for schemes that are not special, which `isolated-app:`
 * is not.
 * @param {URL} url
 */
function originOf(url) {
  return `${urlProtocol(url)}//${urlHost(url)}`;
}
