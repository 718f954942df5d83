// Runs in the runtime's own world of an embedded top document, before the page's scripts: tells when the document and all
// that it waits for, the documents inside as well, has loaded (HTML, section 13.2.7 "The end").
addEventListener(
  "load",
  ({ target }) => {
    const { webkit } = /** @type {any} */ (globalThis);
    if (target === document) webkit.messageHandlers.insula.postMessage({ content: location.href });
  },
  true,
);
