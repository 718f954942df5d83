// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createBridge } from "../page/bridge.js";
import { createFetch } from "../page/network/fetch.js";
import { Connections } from "../page/network/connection.js";
import { FakeConnection, FakeNative, settle } from "./fake-native.js";

setFlagsFromString("--expose-gc");
/** @type {() => void} */
const collectGarbage = runInNewContext("gc");

const HEAD = {
  connection: 3,
  url: "https://example.test/final",
  redirected: true,
  status: 200,
  statusText: "OK",
  headers: [
    ["Content-Type", "text/plain"],
    ["Set-Cookie", "a=1"],
    ["Set-Cookie", "b=2"],
  ],
  body: "stream",
};

const CUT_OFF = { name: "NetworkError", message: "cut off" };

function setUp(head = {}) {
  const fake = new FakeNative();
  const connection = new FakeConnection();
  const upload = new FakeConnection();
  fake.answer("network.fetch", () => ({ result: { ...HEAD, ...head }, descriptor: connection.descriptor }));
  fake.answer("network.upload", () => ({ result: { upload: 9 }, descriptor: upload.descriptor }));
  const bridge = createBridge(fake.native);
  const start = createFetch(bridge, new Connections(bridge));
  /** @type {(input: unknown, init?: unknown) => Promise<Response>} */
  const fetch = (input, init) =>
    new Promise((resolve, reject) => {
      start(input, init, resolve, reject);
    });
  return { fake, connection, upload, fetch };
}

test("a response is a real Response with the final URL and every header", async () => {
  const { fetch, connection } = setUp();
  const response = await fetch("https://example.test/");
  assert.ok(response instanceof Response);
  assert.equal(response.url, "https://example.test/final");
  assert.equal(response.redirected, true);
  assert.equal(response.type, "default");
  assert.equal(response.ok, true);
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
  connection.send("the body");
  connection.end();
  assert.equal(await response.text(), "the body");
  assert.equal(connection.closed, true);
});

test("a clone keeps what the constructor cannot make", async () => {
  const { fetch, connection } = setUp();
  const response = await fetch("https://example.test/");
  const clone = response.clone();
  connection.send("x");
  connection.end();
  assert.equal(clone.url, response.url);
  assert.deepEqual(clone.headers.getSetCookie(), ["a=1", "b=2"]);
  assert.deepEqual(await Promise.all([response.text(), clone.text()]), ["x", "x"]);
});

test("a body that was cut off is an error", async () => {
  const { fetch, connection } = setUp();
  const response = await fetch("https://example.test/");
  connection.send("half");
  connection.end(CUT_OFF);
  await assert.rejects(response.text(), (error) => {
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /cut off/);
    assert.equal(/** @type {DOMException} */ (error.cause).name, "NetworkError");
    return true;
  });
});

test("what goes wrong on the way is a TypeError, a refusal is not", async () => {
  for (const [name, seen] of [
    ["NetworkError", "TypeError"],
    ["NotAllowedError", "NotAllowedError"],
  ]) {
    const fake = new FakeNative();
    fake.answer("network.fetch", () => ({ error: { name, message: "no" } }));
    const bridge = createBridge(fake.native);
    const start = createFetch(bridge, new Connections(bridge));
    const answer = new Promise((resolve, reject) => start("https://a.test/", {}, resolve, reject));
    await assert.rejects(answer, { name: seen });
  }
});

test("an empty body is a body all the same", async () => {
  const { fetch, fake } = setUp();
  fake.answer("network.fetch", () => ({ result: { ...HEAD, headers: [], body: "empty" } }));
  const response = await fetch("https://example.test/");
  assert.ok(response.body instanceof ReadableStream);
  const clone = response.clone();
  assert.equal(await response.text(), "");
  assert.equal((await clone.blob()).type, "");
});

test("a response without a body has none, whatever its status", async () => {
  for (const status of [204, 205, 304, 200]) {
    const fake = new FakeNative();
    fake.answer("network.fetch", () => ({ result: { ...HEAD, status, body: "null" } }));
    const bridge = createBridge(fake.native);
    const start = createFetch(bridge, new Connections(bridge));
    /** @type {Response} */
    const response = await new Promise((resolve, reject) => start("https://a.test/", {}, resolve, reject));
    assert.equal(response.status, status);
    assert.equal(response.body, null);
  }
});

test("a status that the constructor refuses is the response's all the same", async () => {
  for (const status of [600, 999]) {
    const { fetch, connection } = setUp({ status, statusText: "X" });
    const response = await fetch("https://example.test/");
    for (const seen of [response, response.clone()]) {
      assert.deepEqual([seen.status, seen.ok, seen.statusText], [status, false, "X"]);
    }
    connection.send("body");
    connection.end();
    assert.equal(await response.text(), "body");
  }
});

test("the headers of a response cannot be changed, and a copy of them can", async () => {
  const { fetch } = setUp();
  const response = await fetch("https://example.test/");
  for (const { headers } of [response, response.clone()]) {
    assert.throws(() => headers.set("a", "b"), TypeError);
    assert.throws(() => headers.append("a", "b"), TypeError);
    assert.throws(() => headers.delete("content-type"), TypeError);
    assert.equal(headers.get("content-type"), "text/plain");
    const copy = new Headers(headers);
    copy.set("a", "b");
    assert.equal(copy.get("a"), "b");
  }
});

test("with `integrity` only the body that it names is handed over", async () => {
  /** @param {string} algorithm @param {string} text */
  const hash = async (algorithm, text) =>
    Buffer.from(await crypto.subtle.digest(algorithm, Buffer.from(text))).toString("base64");
  const good = `sha512-${await hash("SHA-512", "the body")}`;
  const bad = `sha512-${await hash("SHA-512", "another")}`;
  const weak = `sha256-${await hash("SHA-256", "the body")}`;
  const urlSafe = good.slice(7).replaceAll("+", "-").replaceAll("/", "_");
  for (const integrity of [good, ` ${bad}\n${good}?option `, `${weak}x ${good}`, weak, `sha512-${urlSafe}`]) {
    const { fetch, connection } = setUp();
    const fetching = fetch("https://example.test/", { integrity });
    connection.send("the body");
    connection.end();
    const response = await fetching;
    assert.equal(response.url, "https://example.test/final");
    assert.equal(await response.text(), "the body", integrity);
    const request = new Request("https://example.test/", { integrity });
    const other = setUp();
    const refused = other.fetch(request);
    other.connection.send("another body");
    other.connection.end();
    await assert.rejects(refused, TypeError);
  }
  // The strongest algorithm alone counts.
  const { fetch, connection } = setUp();
  const refused = fetch("https://example.test/", { integrity: `${weak} ${bad}` });
  connection.send("the body");
  connection.end();
  await assert.rejects(refused, TypeError);
  await assert.rejects(setUp({ body: "null", status: 204 }).fetch("https://a.test/", { integrity: good }), TypeError);
});

test("a body that breaks off, or is aborted, is not checked", async () => {
  const { fetch, connection } = setUp();
  const broken = fetch("https://example.test/", { integrity: "sha256-AAAA" });
  connection.send("half");
  connection.end(CUT_OFF);
  await assert.rejects(broken, /cut off/);
  const other = setUp();
  const controller = new AbortController();
  const aborted = other.fetch("https://example.test/", { integrity: "sha256-AAAA", signal: controller.signal });
  other.connection.send("half");
  await settle();
  controller.abort();
  await assert.rejects(aborted, { name: "AbortError" });
});

test("data: and blob: URLs are the engine's to fetch", async () => {
  const { fetch, fake } = setUp();
  const data = await fetch("data:text/x,some%20text");
  assert.deepEqual([data.headers.get("content-type"), await data.text()], ["text/x", "some text"]);
  const url = URL.createObjectURL(new Blob(["blob"]));
  assert.equal(await (await fetch(url)).text(), "blob");
  URL.revokeObjectURL(url);
  await assert.rejects(fetch(url), TypeError);
  assert.deepEqual(fake.paramsOf("network.fetch"), []);
});

test("headers that Fetch forbids are sent as given", async () => {
  const { fetch, fake } = setUp();
  await fetch("https://example.test/", {
    method: "patch",
    headers: { Origin: "https://other.test", Cookie: " a=1 ", "X-Any": "y" },
  });
  const [{ method, headers, redirect, upload }] = fake.paramsOf("network.fetch");
  assert.equal(method, "patch");
  assert.deepEqual(headers, [
    ["Origin", "https://other.test"],
    ["Cookie", "a=1"],
    ["X-Any", "y"],
  ]);
  assert.equal(redirect, "follow");
  assert.equal(upload, undefined);
});

test("headers may be a Headers object or pairs", async () => {
  for (const headers of [new Headers([["a", "1"]]), [["a", "1"]], new Map([["a", "1"]])]) {
    const { fetch, fake } = setUp();
    await fetch("https://example.test/", { headers });
    assert.deepEqual(fake.paramsOf("network.fetch")[0].headers, [["a", "1"]]);
  }
});

test("a Request gives its URL, method, headers, redirect mode and body", async () => {
  const { fetch, fake, upload } = setUp();
  const request = new Request("https://example.test/a", {
    method: "POST",
    headers: { "x-a": "1" },
    body: "data",
    redirect: "manual",
  });
  await fetch(request);
  const [{ url, method, headers, redirect }] = fake.paramsOf("network.fetch");
  assert.equal(url, "https://example.test/a");
  assert.equal(method, "POST");
  assert.ok(headers.some((/** @type {string[]} */ [name]) => name === "x-a"));
  assert.ok(headers.some((/** @type {string[]} */ [name]) => name === "content-type"));
  assert.equal(redirect, "manual");
  assert.equal(new TextDecoder().decode(await upload.receiveAll()), "data");
  assert.equal(request.bodyUsed, true);
});

/** @type {[string, () => any, RegExp | null, string | RegExp][]} */
const BODIES = [
  ["string", () => "text ü", /^text\/plain;charset=utf-8$/i, "text ü"],
  [
    "URLSearchParams",
    () => new URLSearchParams({ a: "1 2" }),
    /^application\/x-www-form-urlencoded/,
    "a=1+2",
  ],
  ["Blob", () => new Blob(["blob"], { type: "image/x" }), /^image\/x$/, "blob"],
  ["ArrayBuffer", () => Uint8Array.of(97, 98).buffer, null, "ab"],
  ["view", () => Uint8Array.of(97, 98, 99).subarray(1), null, "bc"],
  [
    "FormData",
    () => {
      const form = new FormData();
      form.set("k", "v");
      return form;
    },
    /^multipart\/form-data; ?boundary=/,
    /name="k"\r\n\r\nv\r\n/,
  ],
];
for (const [name, make, type, expected] of BODIES) {
  test(`a ${name} is sent as the body with its Content-Type`, async () => {
    const { fetch, fake, upload } = setUp();
    await fetch("https://example.test/", { method: "POST", body: make() });
    const [{ headers, upload: number }] = fake.paramsOf("network.fetch");
    assert.equal(number, 9);
    if (type) assert.match(headers[0][1], type);
    else assert.deepEqual(headers, []);
    const text = new TextDecoder().decode(await upload.receiveAll());
    if (typeof expected === "string") assert.equal(text, expected);
    else assert.match(text, expected);
    // Closing it now could be taken for breaking off.
    assert.deepEqual([upload.shutdowns, upload.closed], [[1], false]);
    upload.end();
    await settle();
    assert.equal(upload.closed, true);
  });
}

test("an own Content-Type wins over that of the body", async () => {
  const { fetch, fake } = setUp();
  await fetch("https://example.test/", {
    method: "POST",
    body: "{}",
    headers: { "content-TYPE": "application/json" },
  });
  assert.deepEqual(fake.paramsOf("network.fetch")[0].headers, [["content-TYPE", "application/json"]]);
});

test("a form that was sent can be parsed", async () => {
  const { fetch, fake, upload } = setUp();
  const form = new FormData();
  form.set("a", "1");
  form.set("file", new File(["content"], "name.txt"));
  await fetch("https://example.test/", { method: "POST", body: form });
  const [{ headers }] = fake.paramsOf("network.fetch");
  const received = new Response(await upload.receiveAll(), { headers });
  const parsed = await received.formData();
  assert.equal(parsed.get("a"), "1");
  const file = /** @type {File} */ (parsed.get("file"));
  assert.deepEqual([file.name, await file.text()], ["name.txt", "content"]);
});

test("the length of a body is told where it is known", async () => {
  const form = new FormData();
  form.set("a", "1");
  for (const body of [new Blob(["four"]), new File(["four"], "name"), form, "four", new URLSearchParams("a=bc")]) {
    const { fetch, fake, upload } = setUp();
    await fetch("https://example.test/", { method: "POST", body });
    const { length } = await upload.receiveAll();
    assert.equal(fake.paramsOf("network.fetch")[0].uploadLength, length);
  }
  const { fetch, fake } = setUp();
  const body = new Blob(["four"]).stream();
  await fetch("https://example.test/", { method: "POST", body, duplex: "half" });
  assert.equal(fake.paramsOf("network.fetch")[0].uploadLength, undefined);
});

test("a stream that somebody has read from is refused, not sent in part", async () => {
  const { fetch, fake } = setUp();
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(Uint8Array.of(1));
      controller.enqueue(Uint8Array.of(2));
      controller.close();
    },
  });
  const reader = body.getReader();
  await reader.read();
  reader.releaseLock();
  await assert.rejects(fetch("https://example.test/", { method: "POST", body, duplex: "half" }), TypeError);
  assert.deepEqual(fake.calls.filter(({ method }) => method === "network.upload"), []);
});

test("a Request's body is not dropped in silence", async () => {
  const { fetch, fake } = setUp();
  const request = new Request("https://a.test/", { method: "POST", body: "x" });
  await assert.rejects(fetch(request, { method: "GET" }), TypeError);
  assert.equal(request.bodyUsed, false);
  await fetch(new Request("https://a.test/", { method: "POST" }), { method: "HEAD" });
  assert.equal(fake.paramsOf("network.fetch")[0].method, "HEAD");
});

test("a body is written once more where the broker says so", async () => {
  for (const body of ["the body", new Blob(["the body"])]) {
    const { fetch, fake, connection } = setUp();
    const uploads = [new FakeConnection(), new FakeConnection()];
    let calls = 0;
    fake.answer("network.upload", () => ({
      result: { upload: 7 + calls },
      descriptor: uploads[calls].descriptor,
    }));
    const again = { url: "https://b.test/", method: "PUT", headers: [], progress: { redirects: 1, retries: 0 } };
    fake.answer("network.fetch", () =>
      calls++ === 0 ? { result: { again } } : { result: HEAD, descriptor: connection.descriptor },
    );
    const response = await fetch("https://a.test/", { method: "PUT", body, headers: { a: "1" } });
    assert.equal(response.status, 200);
    await settle();
    const [first, second] = fake.paramsOf("network.fetch");
    assert.deepEqual([first.url, first.upload, first.uploadLength], ["https://a.test/", 7, 8]);
    assert.deepEqual({ ...second }, { ...first, ...again, upload: 8 });
    assert.equal(Buffer.from(await uploads[1].receiveAll()).toString(), "the body");
    connection.end();
  }
});

test("a stream is sent while it is made, and only with duplex half", async () => {
  const { fetch, upload } = setUp();
  /** @type {ReadableStreamDefaultController} */
  let controller = /** @type {any} */ (undefined);
  const body = new ReadableStream({ start: (c) => void (controller = c) });
  await assert.rejects(fetch("https://example.test/", { method: "POST", body }), /duplex/);
  await fetch("https://example.test/", { method: "POST", body, duplex: "half" });
  controller.enqueue(Uint8Array.of(1));
  assert.deepEqual([...(await upload.receive())], [1]);
  controller.enqueue(Uint8Array.of(2));
  controller.close();
  assert.deepEqual([...(await upload.receiveAll())], [2]);
});

test("a streamed body that is aborted is not said to be complete", async () => {
  const { fetch, fake, upload } = setUp();
  fake.answer("network.fetch", () => new Promise(() => {}));
  const body = new ReadableStream({ start: (controller) => controller.enqueue(Uint8Array.of(1)) });
  const abort = new AbortController();
  const init = { method: "POST", body, duplex: "half", signal: abort.signal };
  const fetching = fetch("https://example.test/", init);
  assert.deepEqual([...(await upload.receive())], [1]);
  abort.abort();
  await assert.rejects(fetching, { name: "AbortError" });
  assert.deepEqual([upload.shutdowns, upload.closed], [[], true]);
});

test("a body that fails aborts the request with its error", async () => {
  const { fetch, fake, upload } = setUp();
  fake.answer("network.fetch", () => new Promise(() => {}));
  const body = new ReadableStream({ pull: () => Promise.reject(new Error("no more")) });
  await assert.rejects(fetch("https://example.test/", { method: "POST", body, duplex: "half" }), /no more/);
  assert.equal(fake.paramsOf("network.abort").length, 1);
  assert.deepEqual([upload.shutdowns, upload.closed], [[], true]);
});

test("a Request's body that fails is the fetch's failure alone", async () => {
  const { fetch, fake } = setUp();
  // The engine reports what has no handler before this answers.
  fake.answer("network.upload", async () => (await settle(), { error: { name: "TypeError", message: "late" } }));
  const body = new ReadableStream({ pull: () => Promise.reject(new Error("no more")) });
  const request = new Request("https://example.test/", /** @type {any} */ ({ method: "POST", body, duplex: "half" }));
  await assert.rejects(fetch(request), /late/);
});

test("a chunk that was transferred before it is read does not hold up the body", async () => {
  const { fetch, upload } = setUp();
  const chunk = Uint8Array.of(1);
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(chunk);
      controller.enqueue(Uint8Array.of(2));
      controller.close();
    },
  });
  structuredClone(chunk, { transfer: [chunk.buffer] });
  await fetch("https://example.test/", { method: "POST", body, duplex: "half" });
  assert.deepEqual([...(await upload.receiveAll())], [2]);
});

test("what is wrong with the arguments is a TypeError", async () => {
  for (const [input, init] of /** @type {[unknown, unknown?][]} */ ([
    ["not a url"],
    ["ftp://a.test/"],
    ["file:///etc/passwd"],
    ["https://user:pw@a.test/"],
    ["https://a.test/", { method: "CONNECT" }],
    ["https://a.test/", { method: "TRACE" }],
    ["https://a.test/", { method: "a b" }],
    ["https://a.test/", { body: "x" }],
    ["https://a.test/", { method: "HEAD", body: "x" }],
    ["https://a.test/", { redirect: "sometimes" }],
    ["https://a.test/", { headers: { "a b": "c" } }],
    ["https://a.test/", { headers: { a: "b\r\nc: d" } }],
    ["https://a.test/", { headers: { a: "\u0100" } }],
    ["https://a.test/", { headers: [["a"]] }],
    ["https://a.test/", { headers: "a: b" }],
    ["https://a.test/", { signal: {} }],
    ["https://a.test/", { mode: "x" }],
    ["https://a.test/", { mode: "navigate" }],
    ["https://a.test/", { credentials: "x" }],
    ["https://a.test/", { cache: "x" }],
    ["https://a.test/", { cache: "only-if-cached" }],
    ["https://a.test/", { referrer: "http://[" }],
    ["https://a.test/", { referrerPolicy: "x" }],
    ["https://a.test/", { priority: "x" }],
    ["https://a.test/", { duplex: "full" }],
    ["https://a.test/", { window: {} }],
    ["https://a.test/", { method: "POST", body: new Blob(["x"]).stream(), duplex: "half", keepalive: true }],
    ["https://a.test/", 5],
    [Symbol("a")],
  ])) {
    const { fetch, fake } = setUp();
    await assert.rejects(fetch(input, init), TypeError);
    assert.deepEqual(fake.paramsOf("network.fetch"), []);
  }
});

test("members that mean nothing here may have any value that Fetch knows", async () => {
  const { fetch, fake } = setUp();
  await fetch("https://a.test/", {
    mode: "cors",
    credentials: "include",
    cache: "no-store",
    referrer: "",
    referrerPolicy: "",
    priority: "high",
    duplex: "half",
    window: null,
    integrity: "md5-0123456789",
    keepalive: true,
  });
  await fetch("https://a.test/", { cache: "only-if-cached", mode: "same-origin" });
  assert.equal(fake.paramsOf("network.fetch").length, 2);
});

test("a signal aborts before, during and after the answer", async () => {
  const before = setUp();
  await assert.rejects(
    before.fetch("https://a.test/", { signal: AbortSignal.abort(new Error("early")) }),
    /early/,
  );
  assert.deepEqual(
    before.fake.calls.filter(({ method }) => method === "network.fetch"),
    [],
  );

  const during = setUp();
  during.fake.answer("network.fetch", () => new Promise(() => {}));
  const aborter = new AbortController();
  const answer = during.fetch("https://a.test/", { signal: aborter.signal });
  aborter.abort();
  await assert.rejects(answer, { name: "AbortError" });
  assert.deepEqual(during.fake.paramsOf("network.abort"), [{ request: 1 }]);

  const after = setUp();
  const later = new AbortController();
  const response = await after.fetch("https://a.test/", { signal: later.signal });
  const text = response.text();
  await settle();
  later.abort(new Error("late"));
  await assert.rejects(text, /late/);
  assert.equal(after.connection.closed, true);
});

test("an answer that comes after the abort leaks no descriptor", async () => {
  const { fetch, fake, connection } = setUp();
  const aborter = new AbortController();
  const answer = fetch("https://a.test/", { signal: aborter.signal });
  aborter.abort();
  await assert.rejects(answer);
  await settle();
  assert.equal(connection.closed, true);
  assert.deepEqual(fake.paramsOf("network.close"), [{ connection: 3 }]);
});

test("a denial reaches the page under its own name", async () => {
  const { fetch, fake } = setUp();
  fake.answer("network.fetch", () => ({ error: { name: "NotAllowedError", message: "no grant" } }));
  await assert.rejects(fetch("https://a.test/"), { name: "NotAllowedError", message: "no grant" });
});

test("names in a form are escaped and its line breaks are CRLF", async () => {
  const { fetch, upload } = setUp();
  const form = new FormData();
  form.set('a"b\nc', "1\n2\r3\r\n4");
  form.set("file", new File(["\n"], 'x"\r.txt', { type: "text/x" }));
  await fetch("https://example.test/", { method: "POST", body: form });
  const text = new TextDecoder().decode(await upload.receiveAll());
  const [boundary] = text.split("\r\n");
  assert.equal(
    text.replaceAll(boundary, "--B"),
    '--B\r\nContent-Disposition: form-data; name="a%22b%0D%0Ac"\r\n\r\n1\r\n2\r\n3\r\n4\r\n' +
      '--B\r\nContent-Disposition: form-data; name="file"; filename="x%22%0D.txt"\r\nContent-Type: text/x\r\n\r\n\n\r\n' +
      "--B--\r\n",
  );
});

test("what is taken away ends a response that nobody reads, and other ends wait for the reader", async () => {
  for (const [name, isTaken] of /** @type {[string, boolean][]} */ ([
    ["NotAllowedError", true],
    ["NetworkError", false],
  ])) {
    const { fetch, connection } = setUp();
    const response = await fetch("https://a.test/");
    connection.send("sent");
    connection.tell({ name, message: "over" }, true);
    await settle();
    assert.equal(connection.closed, isTaken);
    if (isTaken) await assert.rejects(response.text(), { name });
  }
});

test("the descriptor of a response that nobody reads goes, though its end is still to be told", async () => {
  const { fetch, fake } = setUp();
  /** @type {WeakRef<object> | undefined} */
  let descriptor;
  fake.answer("network.fetch", () => {
    const connection = new FakeConnection();
    descriptor = new WeakRef(connection.descriptor);
    return { result: HEAD, descriptor: connection.descriptor };
  });
  await fetch("https://a.test/");
  for (let i = 0; i < 20 && descriptor?.deref(); i++) {
    await settle();
    collectGarbage();
  }
  assert.equal(descriptor?.deref(), undefined);
  fake.emit("network.ended", { connection: HEAD.connection, error: null, over: true });
});
