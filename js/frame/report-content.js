// Runs in the runtime's own world of an embedded top document, once it is parsed.
webkit.messageHandlers.insula.postMessage({ content: location.href });
