// @ts-check
/**
 * The `permissionrequest` event: an embedded page wants something that the app may allow. What nobody allows is denied.
 */

import { DOMException, defineProperty, dispatchEvent, freeze } from "../primordials.js";
import { answerOnce } from "./answer-once.js";
import { createEvent } from "./events.js";

/** @import { PermissionAnswer, Questions } from "../../generated/bridge.js" */

const COPIES = /** @type {const} */ (["url", "origin", "userGesture", "lastUnlockedBySelf", "requestMethod"]);

/**
 * @param {HTMLElement} element
 * @param {Questions["frame.permissionrequest"]["params"]} params
 * @param {(answer: PermissionAnswer) => void} answer
 */
export function dispatchPermissionRequest(element, params, answer) {
  const { lacks } = params;
  const { take, dispatched } = answerOnce(
    answer,
    /** @type {PermissionAnswer} */ ({ action: "deny" }),
    '<controlledframe>: Permission has already been decided for this "permissionrequest" event.',
  );
  const allow = () => {
    take({ action: lacks ? "deny" : "allow" });
    if (lacks) {
      throw new DOMException(
        `The app can allow only what it may itself: it does not have the permission "${lacks}".`,
        "NotAllowedError",
      );
    }
  };
  const deny = () => take({ action: "deny" });
  // Chromium's name for it, and the draft's.
  const request = { __proto__: null, allow, deny, cancel: deny };
  for (let i = 0; i < COPIES.length; i++) {
    const value = params[COPIES[i]];
    if (value === undefined || value === null) continue;
    const descriptor = { __proto__: null, value, enumerable: true };
    defineProperty(request, COPIES[i], /** @type {any} */ (descriptor));
  }
  freeze(request);
  const event = createEvent("permissionrequest", { __proto__: null, ...params, request });
  dispatchEvent(element, event);
  dispatched(event, request);
}
