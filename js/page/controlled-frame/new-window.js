// @ts-check
/**
 * The `newwindow` event: an embedded page opens a window. The app attaches it to another frame, which need not be in the
 * document yet; what nobody attaches is closed.
 */

import { Error, dispatchEvent, freeze } from "../primordials.js";
import { answerOnce } from "./answer-once.js";
import { createEvent } from "./events.js";

/** @import { NewWindowAnswer, Questions } from "../../generated/bridge.js" */

/**
 * @param {HTMLElement} element
 * @param {Questions["frame.newwindow"]["params"]} params
 * @param {(element: unknown) => import("./controller.js").FrameController | null} controllerOf
 * @param {(answer: NewWindowAnswer) => void} answer
 */
export function dispatchNewWindow(element, params, controllerOf, answer) {
  const discarded = /** @type {NewWindowAnswer} */ ({ action: "discard" });
  const { take, dispatched } = answerOnce(
    answer,
    discarded,
    '<controlledframe>: An action has already been taken for this "newwindow" event.',
  );
  const { partition, windowId } = params;
  /** @param {unknown} container */
  const attach = (container) => {
    const controller = controllerOf(container);
    take({ action: controller ? "attach" : "discard" });
    if (!controller) throw new Error("Cannot attach to invalid container element.");
    controller.attach(windowId, partition);
  };
  const discard = () => take(discarded);
  const window = freeze({ __proto__: null, attach, discard });
  const event = createEvent("newwindow", { __proto__: null, ...params, window });
  dispatchEvent(element, event);
  dispatched(event, window);
}
