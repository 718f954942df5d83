// @ts-check
// Node reads forms with files by itself: that WebKit does too, with this, is tested in the engine.
import assert from "node:assert/strict";
import { test } from "node:test";
import { installFormRequest } from "../page/network/form-request.js";

const EngineRequest = globalThis.Request;
installFormRequest();

const URL = "https://example.test/";

function form() {
  const form = new FormData();
  form.set("file", new File(["content"], "name.txt"));
  return form;
}

/** @param {Request} request */
const fileOf = async (request) => /** @type {File} */ ((await request.formData()).get("file"));

test("a form is encoded before it comes into a Request", async () => {
  const request = new Request(URL, { method: "POST", body: form() });
  assert.match(/** @type {string} */ (request.headers.get("content-type")), /boundary=----insula/);
  const { name } = await fileOf(request.clone());
  assert.equal(name, "name.txt");
  assert.equal(await (await fileOf(new Request(request))).text(), "content");
});

test("the other members are read as they are, from whatever object", async () => {
  class Init {
    #body = form();
    method = "POST";
    get body() {
      return this.#body;
    }
    get headers() {
      return { "x-own": `${this.#body.has("file")}` };
    }
  }
  const request = new Request(URL, Object.freeze(new Init()));
  assert.equal(request.headers.get("x-own"), "true");
  assert.equal((await fileOf(request)).name, "name.txt");
  const plain = new Request(URL, { method: "PUT", body: "text" });
  assert.equal(await plain.text(), "text");
});

test("Request is the engine's in everything else", () => {
  assert.equal(Request.name, "Request");
  assert.equal(Request.length, EngineRequest.length);
  assert.equal(Request.prototype.constructor, Request);
  assert.ok(new EngineRequest(URL) instanceof Request);
  class Own extends Request {}
  const own = new Own(URL, { method: "POST", body: form() });
  assert.ok(own instanceof Own && own instanceof EngineRequest);
  const Any = /** @type {any} */ (Request);
  for (const args of [[], [URL, 1], [URL, { body: form() }], ["not a url"]]) {
    assert.throws(() => new Any(...args), TypeError);
  }
  assert.throws(() => Any(URL), TypeError);
});
