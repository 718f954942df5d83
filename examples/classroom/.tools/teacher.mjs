// The teacher's side, for Node.js: `node teacher.mjs --secret SECRET [--port 4711] [--host ADDRESS]`.
//
// What is typed goes to every screen, and to those that connect later: `show URL [TITLE]`, `note TEXT`, `attention [TEXT]`,
// `reload`, `clear`. What screens say is printed.

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { secret: { type: "string" }, port: { type: "string", default: "4711" }, host: { type: "string" } },
});
if (!values.secret) throw new Error("usage: teacher.mjs --secret SECRET [--port PORT] [--host ADDRESS]");
const { secret } = values;
const ALIVE = 5000;

const sign = (text) => createHmac("sha256", secret).update(text).digest();

/** What every screen is to know: the last page, and what is over it. */
const lesson = new Map();
const screens = new Set();

const server = createServer((socket) => {
  const screen = { socket, room: "", nonce: "", said: 0, heard: 0 };
  const tell = (message) => {
    const text = JSON.stringify({ ...message, nonce: screen.nonce, number: ++screen.said });
    socket.write(`${sign(text).toString("base64")} ${text}\n`);
  };
  const alive = setInterval(() => screen.nonce && tell({ type: "alive" }), ALIVE);
  socket.on("error", () => {});
  socket.on("close", () => {
    clearInterval(alive);
    if (screens.delete(screen)) console.log(`${screen.room}: gone`);
  });
  const heard = createInterface({ input: socket });
  // It tells of the socket's errors, too.
  heard.on("error", () => {});
  heard.on("line", (line) => {
    const [signature, text] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
    const [given, own] = [Buffer.from(signature, "base64"), sign(text)];
    if (given.length !== own.length || !timingSafeEqual(given, own)) {
      console.log("a screen with another secret was sent away");
      return socket.destroy();
    }
    const { type, nonce, number, room, url, why } = JSON.parse(text);
    if (screen.nonce && (nonce !== screen.nonce || !(number > screen.heard))) return socket.destroy();
    screen.heard = number;
    if (type === "hello") {
      Object.assign(screen, { nonce, room, tell });
      screens.add(screen);
      console.log(`${room}: connected`);
      tell({ type: "alive" });
      if (lesson.size) for (const message of lesson.values()) tell(message);
      else tell({ type: "clear" });
    } else {
      console.log(`${screen.room}: ${type} ${url}${why ? ` (${why})` : ""}`);
    }
  });
});

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [type, ...words] = line.trim().split(/\s+/);
    const rest = words.join(" ");
    const message = {
      show: () => ({ type, url: words[0], title: words.slice(1).join(" ") }),
      note: () => ({ type, text: rest }),
      attention: () => ({ type, text: rest }),
      reload: () => ({ type }),
      clear: () => ({ type }),
    }[type]?.();
    if (!message) return console.log("show URL [TITLE] | note TEXT | attention [TEXT] | reload | clear");
    if (type === "clear") lesson.clear();
    // A page that is shown ends the attention.
    if (type === "show") lesson.delete("attention");
    if (type === "show" || type === "note" || type === "attention") lesson.set(type, message);
    for (const screen of screens) screen.tell(message);
  })
  .on("close", () => process.exit());

server.listen(Number(values.port), values.host, () => console.log(`listening on ${server.address().port}`));
