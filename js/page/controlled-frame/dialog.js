// @ts-check
/**
 * The `dialog` event: `alert`, `confirm` and `prompt` of an embedded page. Its scripts wait for the answer.
 *
 * A listener answers at once, or calls `preventDefault()` and answers later. When none does either, whoever sits in
 * front of the screen is asked, as in a browser's window; in Chromium nobody is.
 */

import { DOMException, dispatchEvent, freeze } from "../primordials.js";
import { toDOMString } from "../webidl.js";
import { isChromium } from "./compatibility.js";
import { createEvent } from "./events.js";

/** @import { DialogAnswer, Questions } from "../../generated/bridge.js" */

/**
 * @param {HTMLElement} element
 * @param {Questions["frame.dialog"]["params"]} params
 * @param {(answer: DialogAnswer) => void} answer
 */
export function dispatchDialog(element, params, answer) {
  let isTaken = false;
  /** @param {DialogAnswer} action */
  const take = (action) => {
    if (isTaken) {
      throw new DOMException(
        '<controlledframe>: An action has already been taken for this "dialog" event.',
        "InvalidStateError",
      );
    }
    isTaken = true;
    answer(action);
  };
  const ok = (text = "") => take({ action: "ok", text: toDOMString(text) });
  const cancel = () => take({ action: "cancel" });
  // Chromium's name for it, and the draft's.
  const dialog = freeze({ __proto__: null, ok, okay: ok, cancel });
  const event = createEvent("dialog", { __proto__: null, ...params, dialog });
  dispatchEvent(element, event);
  if (isTaken || event.defaultPrevented) return;
  // Whether the page may be left is not asked of anybody in Chromium.
  const isAnswered = isChromium() && params.messageType !== "beforeunload";
  take({ action: isAnswered ? "cancel" : "unhandled" });
}
