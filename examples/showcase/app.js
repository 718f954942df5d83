// The showcase: a site that forbids embedding in a frame that the app controls, a feed from a server that knows no
// CORS, and a TCP connection. Where the servers are comes from the address: ?site=…&feed=…&echo=host:port

const parameters = new URLSearchParams(location.search);
const at = (id) => document.getElementById(id);
const frame = at("frame");

function show(id, text) {
  at(id).textContent = text;
}

// The frame.

function navigate(url) {
  frame.src = url;
  at("url").value = url;
}

at("address").addEventListener("submit", (event) => {
  event.preventDefault();
  navigate(at("url").value);
});
at("back").addEventListener("click", () => frame.back());
at("forward").addEventListener("click", () => frame.forward());
at("reload").addEventListener("click", () => frame.reload());

let failed = false;
frame.addEventListener("loadstart", ({ isTopLevel, url }) => {
  // A frame that is refused its very first page shows the empty one.
  if (isTopLevel && url !== "about:blank") failed = false;
});
frame.addEventListener("loadcommit", ({ isTopLevel, url }) => {
  if (isTopLevel && !failed) at("url").value = url;
});
frame.addEventListener("loadabort", ({ isTopLevel, reason }) => {
  if (!isTopLevel) return;
  failed = true;
  show("frame-status", `Not loaded: ${reason}`);
});
// Comes after "loadabort" too: a load has stopped, whatever became of it.
frame.addEventListener("loadstop", async () => {
  at("back").disabled = !frame.canGoBack();
  at("forward").disabled = !frame.canGoForward();
  if (failed) return;
  try {
    show("frame-status", `Shows “${await frame.executeScript({ code: "document.title" })}”`);
  } catch (error) {
    show("frame-status", `${error.name}: ${error.message}`);
  }
});

at("about-button").addEventListener("click", async () => {
  at("menu").hidePopover();
  show("frame-status", await frame.executeScript({ code: "`${location.href} · ${navigator.userAgent}`" }));
});
at("dialog-button").addEventListener("click", () => {
  at("menu").hidePopover();
  at("dialog").showModal();
});

// The network.

// An Isolated Web App parses markup only through a policy; this one's result is never inserted into the page.
const policy = trustedTypes.createPolicy("feed", { createHTML: (text) => text });

const network = navigator.unrestrictedNetwork;
const showGrant = () => show("grant", network.state);
network.addEventListener("statechange", showGrant);
showGrant();

at("request").addEventListener("click", async () => {
  try {
    await network.request();
  } catch (error) {
    show("echo", `${error.name}: ${error.message}`);
  }
  showGrant();
});

at("feed-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const list = at("feed");
  try {
    const response = await network.fetch(at("feed-url").value);
    const feed = new DOMParser().parseFromString(policy.createHTML(await response.text()), "text/xml");
    const titles = [...feed.querySelectorAll("item > title")].map((title) => title.textContent);
    list.replaceChildren(...titles.map((title) => Object.assign(document.createElement("li"), { textContent: title })));
  } catch (error) {
    list.replaceChildren(Object.assign(document.createElement("li"), { textContent: `${error.name}: ${error.message}` }));
  }
});

at("echo-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [host, port] = (parameters.get("echo") ?? "localhost:7").split(":");
  try {
    const socket = new TCPSocket(host, Number(port));
    const { readable, writable } = await socket.opened;
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode(at("echo-text").value));
    await writer.close();
    let answer = "";
    for await (const chunk of readable.pipeThrough(new TextDecoderStream())) answer += chunk;
    show("echo", `The server answered: ${answer}`);
  } catch (error) {
    show("echo", `${error.name}: ${error.message}`);
  }
});

at("feed-url").value = parameters.get("feed") ?? "";
if (parameters.has("site")) navigate(parameters.get("site"));
