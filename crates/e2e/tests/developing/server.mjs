// A developer's server, as Vite and others are one: it has a folder, and tells pages over a WebSocket what has changed.
// `node server.mjs FOLDER PORT` listens on this machine; port 0 is any.

import { createHash } from "node:crypto";
import { createReadStream, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const [folder, port] = process.argv.slice(2);

/** @type {Record<string, string>} */
const TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
};

/** What such servers have besides files. */
const LARGE = 32 * 1024 * 1024;

/** @type {Record<string, (request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => void>} */
const OTHERS = {
    "/moved": (_, response) => response.writeHead(302, { location: "/sub/?moved" }).end(),
    "/away": (_, response) => response.writeHead(302, { location: "http://localhost:1/" }).end(),
    "/coded": (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("coded")),
    "/numbers": (request, response) => {
        const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
        const headers = { "content-range": `bytes ${first}-${last}/10` };
        response.writeHead(206, headers).end("0123456789".slice(Number(first), Number(last) + 1));
    },
    "/headers": (request, response) => response.end(JSON.stringify({ ...request.headers, url: request.url })),
    "/large": (_, response) => {
        let left = LARGE;
        const piece = Buffer.alloc(64 * 1024);
        const more = () => {
            while (left > 0) {
                left -= piece.length;
                if (!response.write(piece)) {
                    response.once("drain", more);
                    return;
                }
            }
            response.end();
        };
        more();
    },
};

const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (OTHERS[pathname]) {
        return OTHERS[pathname](request, response);
    }
    const path = join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) {
        response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain", "content-length": found.size });
        createReadStream(path).pipe(response);
    } else {
        response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    }
});

/** @type {Set<import("node:stream").Duplex>} */
const sockets = new Set();

// The WebSocket protocol (RFC 6455), as much as it takes to say a word.
server.on("upgrade", (request, socket) => {
    const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => sockets.delete(socket));
    socket.on("data", () => {});
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let telling;

// A file is written in several steps: only when it is done pages are told.
watch(folder, () => {
    clearTimeout(telling);
    telling = setTimeout(() => {
        const word = Buffer.from("reload");
        for (const socket of sockets) {
            socket.write(Buffer.concat([Buffer.from([0x81, word.length]), word]));
        }
    }, 100);
});

server.listen(Number(port), "127.0.0.1");
