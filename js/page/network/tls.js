// @ts-check
/** What a page says of TLS (TlsOptions), and what it learns of it (TlsInfo). */

import { Uint8Array, arrayPush, base64Decode, freeze, stringCharCodeAt, typedArrayBuffer } from "../primordials.js";
import { toDictionary, toDOMString, toEnum, toSequence, toUSVString } from "../webidl.js";

/** @typedef {import("../../generated/bridge.js").TlsParams} TlsParams */

const VERSIONS = /** @type {const} */ (["TLSv1.2", "TLSv1.3"]);

/** How many protocols, or pins, are taken. */
const MOST = 1000;

/**
 * The TlsOptions dictionary, its members in the order in which Web IDL reads them.
 * @param {unknown} value
 * @param {string} context
 * @returns {TlsParams}
 */
export function convertTls(value, context) {
  const options = toDictionary(value, context, "TlsOptions");
  /** @param {string} name @param {(item: unknown) => string} convert */
  const list = (name, convert) => {
    const member = options[name];
    return member === undefined ? undefined : toSequence(member, `${context}: '${name}'`, MOST, convert);
  };
  const alpnProtocols = list("alpnProtocols", toDOMString);
  const { minVersion: oldest } = options;
  const minVersion = oldest === undefined ? undefined : toEnum(oldest, VERSIONS, context, "TlsVersion");
  const pinnedSha256 = list("pinnedSha256", toDOMString);
  const { serverName: name } = options;
  const serverName = name === undefined ? undefined : toUSVString(name);
  return /** @type {any} */ ({ __proto__: null, alpnProtocols, minVersion, pinnedSha256, serverName });
}

/**
 * What a page learns of a connection's TLS.
 * @param {import("../../generated/bridge.js").TlsResult} result
 */
export function createTlsInfo({ version, cipherSuite, alpnProtocol, serverName, certificates, authorized }) {
  /** @type {object[]} */
  const chain = [];
  for (let i = 0; i < certificates.length; i++) {
    const { der, sha256 } = certificates[i];
    const bytes = decodeBytes(der);
    arrayPush(chain, { rawDER: /** @type {ArrayBuffer} */ (typedArrayBuffer(bytes)), fingerprint: { sha256 } });
  }
  return { version, cipherSuite, alpnProtocol, serverName, certificates: freeze(chain), authorized };
}

/** @param {string} base64 */
export function decodeBytes(base64) {
  const binary = base64Decode(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = stringCharCodeAt(binary, i);
  return bytes;
}
