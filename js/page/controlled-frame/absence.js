// @ts-check
/**
 * A document without the feature has no `<controlledframe>`: its elements are unknown ones, and nothing says why they stay
 * empty.
 */

import { addEventListener, warn } from "../primordials.js";
import { document, queryEach } from "./dom.js";

/** Tells the app's developer, once the document is loaded. */
export function explainAbsence() {
  addEventListener(globalThis, "load", () => {
    let isUsed = false;
    queryEach(document, "controlledframe", () => (isUsed = true));
    if (isUsed) {
      warn(
        "<controlledframe>: This document does not have the feature “controlled-frame”. " +
          "The app's manifest has to list it in “permissions_policy”.",
      );
    }
  });
}
