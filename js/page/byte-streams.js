// @ts-check
/**
 * The interfaces of byte streams by their names (https://streams.spec.whatwg.org/). The engine has them
 * and their constructors, but not on the global object.
 */

import { byobReaderPrototype, byobRequestPrototype, byteControllerPrototype } from "./network/primordials.js";
import { exposeInterface } from "./webidl.js";

/** Adds those that are missing. */
export function installByteStreams() {
  const interfaces = [byobReaderPrototype, byobRequestPrototype, byteControllerPrototype];
  for (let i = 0; i < interfaces.length; i++) {
    const { constructor } = interfaces[i];
    if (!(constructor.name in globalThis)) exposeInterface(constructor.name, constructor);
  }
}
