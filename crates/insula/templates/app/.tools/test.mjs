// The app's test: it opens the app, and looks at it as a user's browser would. Run it with `node .tools/test.mjs`; it needs
// Node 20, WebKitWebDriver (Debian: webkit2gtk-driver), and a display (or xvfb-run). INSULA is the program, if it is not in
// the PATH.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const insula = process.env.INSULA ?? execFileSync("sh", ["-c", "command -v insula"], { encoding: "utf8" }).trim();

const port = await freePort();
const driver = spawn("WebKitWebDriver", [`--port=${port}`], { stdio: "inherit" });
try {
  const session = await begin();
  await until(() => evaluate(session, "return document.documentElement.dataset.ready"), "true");
  assert.equal(await evaluate(session, "return document.title"), "NAME");
  assert.equal(await evaluate(session, "return typeof navigator.unrestrictedNetwork.fetch"), "function");
  await call("DELETE", `/session/${session}`);
  console.log("ok");
} finally {
  driver.kill();
}

/** Opens the app. */
async function begin() {
  const options = { binary: insula, args: ["run", "--automation", folder] };
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
  const { sessionId } = await until(() => call("POST", "/session", { capabilities }).catch(() => null));
  return sessionId;
}

/** The value of a script in the app's page. */
function evaluate(session, script) {
  return call("POST", `/session/${session}/execute/sync`, { script, args: [] });
}

/** Speaks to the driver (WebDriver, W3C). */
async function call(method, path, body) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(value.message);
  return value;
}

/** Waits until something is there, or is what is expected. */
async function until(look, expected) {
  for (const end = Date.now() + 30_000; ; await new Promise((done) => setTimeout(done, 100))) {
    const found = await look();
    if (expected === undefined ? found : found === expected) return found;
    if (Date.now() > end) throw new Error(`it is ${found}, not ${expected}`);
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
