// @ts-check
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { open } from "./dom.js";
import { settle } from "./fake-native.js";

const URL_A = "https://a.test/";

/** @type {ReturnType<typeof open>[]} */
const pages = [];
afterEach(() => {
  for (const { close } of pages.splice(0)) close();
});

/** A page with a frame, and what it has answered. @param {string} [attributes] */
function page(attributes = "") {
  const opened = open(`<controlledframe src="${URL_A}" ${attributes}></controlledframe><div></div>`);
  pages.push(opened);
  const frame = opened.document.querySelector("controlledframe");
  const answers = () => opened.fake.replies.map(({ answer }) => answer.action);
  return { ...opened, frame, answers };
}

/** @param {Record<string, unknown>} fields */
const request = (fields) => ({ frame: 1, permission: "geolocation", url: URL_A, ...fields });

/** @param {Record<string, unknown>} [fields] */
const opening = (fields) => ({
  frame: 1,
  targetUrl: URL_A,
  initialWidth: 300,
  initialHeight: 0,
  name: "n",
  partition: "shop",
  windowId: 2147483648,
  windowOpenDisposition: "new_popup",
  ...fields,
});

test("a permission is allowed or denied once, at once or later", async () => {
  const { frame, fake, answers } = page();
  await settle();
  fake.ask(1, "frame.permissionrequest", request({}));
  assert.deepEqual(answers(), ["deny"], "nobody listens");

  /** @type {any[]} */
  const events = [];
  frame.addEventListener("permissionrequest", (/** @type {any} */ event) => events.push(event));
  fake.ask(2, "frame.permissionrequest", request({}));
  assert.deepEqual(answers(), ["deny", "deny"], "nobody answers");
  assert.throws(() => events[0].request.allow(), /already been decided/, "it is too late");

  frame.onpermissionrequest = (/** @type {any} */ event) => event.preventDefault();
  fake.ask(3, "frame.permissionrequest", request({ origin: null, userGesture: true }));
  assert.equal(answers().length, 2, "it waits");
  const { permission, url, userGesture, permissionRequest, request: asked, cancelable } = events[1];
  assert.deepEqual([permission, url, userGesture, cancelable], ["geolocation", URL_A, true, true]);
  assert.ok(!("origin" in events[1]) && !("origin" in asked) && !("lacks" in events[1]));
  assert.deepEqual([asked.url, permissionRequest.url, permissionRequest.request], [URL_A, URL_A, asked]);
  const { allow } = asked;
  allow();
  assert.deepEqual(answers()[2], "allow");
  assert.throws(() => asked.deny(), {
    message: '<controlledframe>: Permission has already been decided for this "permissionrequest" event.',
  });

  frame.onpermissionrequest = (/** @type {any} */ event) => event.permissionRequest.request.cancel();
  fake.ask(4, "frame.permissionrequest", request({}));
  fake.ask(5, "frame.permissionrequest", request({ frame: 9 }));
  assert.deepEqual(answers().slice(3), ["deny", "deny"]);
});

test("an app that does not have the permission cannot allow it", async () => {
  const { frame, fake, answers } = page();
  await settle();
  /** @type {unknown} */
  let thrown;
  frame.onpermissionrequest = (/** @type {any} */ event) => {
    try {
      event.request.allow();
    } catch (error) {
      thrown = error;
    }
  };
  fake.ask(1, "frame.permissionrequest", request({ lacks: "camera" }));
  assert.deepEqual(answers(), ["deny"]);
  assert.equal(/** @type {Error} */ (thrown).name, "NotAllowedError");
});

test("what the element hands on is told with the frame and when it changes", async () => {
  const { frame, fake } = page("allow=camera allowfullscreen");
  await settle();
  frame.allow = "camera; microphone";
  await settle();
  frame.allowfullscreen = false;
  frame.allow = "x".repeat(100_000);
  await settle();
  const told = fake.paramsOf("frame.setAllow").map(({ allow, fullscreen }) => [allow.slice(0, 18), fullscreen]);
  assert.deepEqual(told[0], ["camera", true]);
  assert.deepEqual(told[1], ["camera; microphone", true]);
  assert.equal(fake.paramsOf("frame.setAllow").at(-1).allow.length, 65536);
  assert.deepEqual(told.at(-1)?.[1], false);
});

test("a window is attached to an element, in the document or not, or is none", async () => {
  const { document, window, frame, fake, answers } = page();
  await settle();
  fake.ask(1, "frame.newwindow", opening());
  assert.deepEqual(answers(), ["discard"], "nobody wants it");

  const shown = document.createElement("controlledframe");
  /** @type {any} */
  let opened;
  frame.onnewwindow = (/** @type {any} */ event) => {
    opened = event;
    event.newWindow.window.attach(shown);
  };
  fake.ask(2, "frame.newwindow", opening());
  assert.deepEqual(answers()[1], "attach");
  const { targetUrl, initialWidth, name, windowId, windowOpenDisposition, newWindow } = opened;
  assert.deepEqual(
    [targetUrl, initialWidth, name, windowId, windowOpenDisposition, newWindow.window === opened.window],
    [URL_A, 300, "n", 2147483648, "new_popup", true],
  );
  assert.throws(() => opened.window.discard(), { message: /An action has already been taken/ });
  assert.deepEqual(fake.paramsOf("frame.attach"), [], "the element is nowhere");
  document.querySelector("div").append(shown);
  await settle();
  assert.deepEqual(fake.paramsOf("frame.attach"), [{ frame: 2147483648 }]);
  assert.equal(shown.partition, "shop");
  fake.emit("frame.loadcommit", { frame: 2147483648, url: `${URL_A}b`, isTopLevel: true });
  assert.equal(shown.src, `${URL_A}b`);

  frame.onnewwindow = (/** @type {any} */ event) => event.window.attach(shown);
  fake.ask(3, "frame.newwindow", opening({ windowId: 2147483649 }));
  assert.deepEqual(fake.paramsOf("frame.destroy"), [{ frame: 2147483648 }], "it takes the place of what is shown");
  assert.deepEqual(fake.paramsOf("frame.attach").at(-1), { frame: 2147483649 });

  for (const container of [document.body, null, "controlledframe", {}]) {
    frame.onnewwindow = (/** @type {any} */ event) => {
      assert.throws(() => event.window.attach(container), { message: "Cannot attach to invalid container element." });
      assert.throws(() => event.window.attach(shown), { message: /An action has already been taken/ });
    };
    fake.ask(4, "frame.newwindow", opening());
    assert.equal(answers().at(-1), "discard");
  }
  assert.ok(window);
});

test("events say what a page writes to its console, and that it closes itself", async () => {
  const { frame, fake } = page();
  await settle();
  /** @type {unknown[]} */
  const told = [];
  frame.onconsolemessage = (/** @type {any} */ event) => told.push([event.level, event.consoleMessage.message, event.cancelable]);
  frame.addEventListener("close", (/** @type {any} */ event) => told.push([event.type, event.bubbles]));
  fake.emit("frame.consolemessage", { frame: 1, level: -1, message: "m", line: 0, sourceId: "" });
  fake.emit("frame.close", { frame: 1 });
  assert.deepEqual(told, [
    [-1, "m", false],
    ["close", true],
  ]);
});
