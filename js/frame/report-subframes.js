// Runs in the runtime's own world of embedded documents, before their scripts: reports documents inside the top one.
if (self !== top) webkit.messageHandlers.insula.postMessage({ subframe: location.href });
