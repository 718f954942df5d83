// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { open } from "./dom.js";

/** Waits until the page has asked for no animation frame for a while. @param {any} window */
async function untilAtRest(window) {
  for (let i = 0, asked = -1; i < 100; i++) {
    if (window.framesAsked === asked) return asked;
    asked = window.framesAsked;
    await wait(100);
  }
  return assert.fail("it never rests");
}

test("at rest nothing runs, until something changes", async () => {
  const { window, document, fake, close } = open(`<controlledframe src="https://a.test/"></controlledframe><p>text</p>`);
  let asked = await untilAtRest(window);
  assert.ok(asked > 0, "it follows the frame at first");

  fake.emit("stage.painted", {});
  await wait(100);
  assert.equal(window.framesAsked, asked, "a look at what was painted paints nothing");

  const changes = [
    () => document.body.append(document.createElement("div")),
    () => document.body.setAttribute("class", "wide"),
    () => (document.querySelector("p").firstChild.data = "longer text"),
    () => window.dispatchEvent(new window.Event("resize")),
    () => document.body.dispatchEvent(new window.Event("scroll")),
    () => document.body.dispatchEvent(new window.Event("transitionrun", { bubbles: true })),
    () => fake.emit("stage.zoom", { zoom: 2 }),
  ];
  for (const change of changes) {
    change();
    await wait(50);
    assert.ok(window.framesAsked > asked, String(change));
    asked = await untilAtRest(window);
  }

  document.querySelector("controlledframe").remove();
  asked = await untilAtRest(window);
  document.body.append(document.createElement("div"));
  await wait(100);
  assert.equal(window.framesAsked, asked, "without frames it does not begin");
  close();
});

test("the stage is told of the animation frames after a layout", async () => {
  const { window, fake, close } = open(`<controlledframe src="https://a.test/"></controlledframe>`);
  await untilAtRest(window);
  const told = fake.notes.map(({ method }) => method).filter((method) => method.startsWith("stage."));
  const last = told.slice(told.lastIndexOf("stage.layout") + 1);
  assert.deepEqual(last, Array(4).fill("stage.animationFrame"));
  close();
});
