// @ts-check
/**
 * The engine has service workers for http and https only. Where they cannot be had, as in insecure contexts, pages are to
 * find that there are none; those that find a `navigator.serviceWorker` register with it, and log an error at their start.
 */

import { deleteProperty } from "./primordials.js";

/** Takes service workers away from the document's own scope. */
export function hideServiceWorker() {
  deleteProperty(Navigator.prototype, "serviceWorker");
  for (const name of ["ServiceWorker", "ServiceWorkerContainer", "ServiceWorkerRegistration"]) {
    deleteProperty(globalThis, name);
  }
}
