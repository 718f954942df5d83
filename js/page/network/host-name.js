// @ts-check
/** Names of hosts, as the network has them. */

import { TypeError, URL, regExpExec, urlHostname } from "../primordials.js";

const ASCII = /^[\x21-\x7e]{1,255}$/;

/**
 * A host in ASCII: a name of another script in its spelling for DNS.
 * @param {string} host
 * @param {string} context
 */
export function encodeAscii(host, context) {
  if (regExpExec(ASCII, host)) return host;
  try {
    const name = urlHostname(new URL(`http://${host}`));
    if (regExpExec(ASCII, name)) return name;
  } catch {
    // It is none.
  }
  throw new TypeError(`${context}: the address is no host name.`);
}
