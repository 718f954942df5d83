// Runs in the world of an embedded page's own scripts, once the app first sends it a message: makes the message events that
// the page sees. They come from the isolated world of the app's scripts, and answers go there, as events of a name that
// nobody else knows. The engine clones what such an event carries from one world into the other.
//
// A page that has changed what is used here changes what it gets itself, and nothing else.

/**
 * @param {string} name
 */
(function serveMessages(name) {
  // A document that the user has gone back to is served already.
  if (!dispatchEvent(new CustomEvent(`${name}-served`, { cancelable: true }))) return;
  addEventListener(`${name}-served`, (event) => event.preventDefault());

  // Something that can be posted to, which is all that a page may do with who has embedded it.
  const source = new MessageChannel().port1;
  let embedder = "";

  /**
   * `Window.postMessage` (HTML, section 9.3.3 "Posting messages").
   * @param {unknown} message
   * @param {string | { targetOrigin?: string, transfer?: Transferable[] }} [options]
   * @param {Transferable[]} [transfer]
   */
  function postMessage(message, options, transfer = []) {
    if (arguments.length === 0) throw new TypeError("Not enough arguments");
    const given = typeof options === "object" && options !== null ? options : { targetOrigin: options, transfer };
    const target = String(given.targetOrigin ?? "/");
    const isEmbedders = target === "*" || target === embedder || target.startsWith(`${embedder}/`);
    if (!isEmbedders && target !== "/" && !URL.canParse(target)) {
      throw new DOMException(`Invalid target origin '${target}' in a call to 'postMessage'`, "SyntaxError");
    }
    const detail = structuredClone(message, { transfer: given.transfer ?? [] });
    if (isEmbedders) dispatchEvent(new CustomEvent(`${name}-out`, { detail }));
  }
  Object.defineProperty(source, "postMessage", { value: postMessage, writable: true, configurable: true });

  addEventListener(`${name}-in`, (event) => {
    const { data, origin, isMalformed } = /** @type {CustomEvent} */ (event).detail;
    embedder = origin;
    event.preventDefault();
    dispatchEvent(new MessageEvent(isMalformed ? "messageerror" : "message", { data, origin, source }));
  });
})
