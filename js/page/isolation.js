// @ts-check
/**
 * `crossOriginIsolated` for apps. The runtime forces COOP and COEP on every response of an app and
 * gives it shared memory, but the engine does not look at those headers outside http and says false.
 */

import { copyAccessor } from "./webidl.js";

/** Makes `crossOriginIsolated` true, as an accessor of the global object like the engine's own. */
export function installCrossOriginIsolated() {
  copyAccessor(globalThis, "crossOriginIsolated", {
    get crossOriginIsolated() {
      return true;
    },
  });
}
