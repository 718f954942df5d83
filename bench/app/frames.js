// How long frames take to come, and what grows while they come and go.

import { idle, loadedFrame, median, page, parameters, report, sites } from "./common.js";

export const frameSuites = {
  async frames() {
    // The first one after the app has been idle for a moment, as a user would find it.
    await idle(2000);
    const times = [];
    for (let index = 0; index < 6; index++) {
      const start = performance.now();
      const frame = await loadedFrame(page(`?${index}`));
      times.push(performance.now() - start);
      await idle(1500);
      frame.remove();
      await idle(1000);
    }
    report("first frame", times[0], "ms");
    report("later frames", median(times.slice(1)), "ms");
  },

  /** Some frames of one site made at once, while no other frame is there. */
  async framesAtOnce() {
    for (const count of [1, 3, 5, 10]) {
      const runs = [];
      for (let run = 0; run < 4; run++) {
        await idle(2000);
        const start = performance.now();
        const times = [];
        const making = Array.from({ length: count }, async (_, index) => {
          const frame = await loadedFrame(page(`?${index}`));
          times.push(performance.now() - start);
          return frame;
        });
        for (const frame of await Promise.all(making)) frame.remove();
        runs.push(times);
      }
      // The first run does not count: it may have the app's first frame in it.
      runs.shift();
      report(`first of ${count}`, median(runs.map((times) => times[0])), "ms");
      report(`last of ${count}`, median(runs.map((times) => times.at(-1))), "ms");
    }
  },

  /** Frames made at once, all of one site or each of its own: until the last has loaded. */
  async crowds() {
    for (const arrangement of ["one site", "own sites"]) {
      for (const count of [1, 5, 10, 20]) {
        const runs = [];
        for (let run = 0; run < 3; run++) {
          await idle(2000);
          const start = performance.now();
          const making = Array.from({ length: count }, (_, index) =>
            loadedFrame(arrangement === "one site" ? page(`?${index}`) : `http://${sites()[index]}/page`),
          );
          const frames = await Promise.all(making);
          runs.push(performance.now() - start);
          for (const frame of frames) frame.remove();
        }
        report(`${count} of ${arrangement}`, median(runs), "ms");
      }
    }
  },

  /** Frames that are removed before they can have loaded, and then one that stays: until that one has loaded. */
  async removed() {
    for (const count of [0, 10, 60]) {
      const runs = [];
      for (let run = 0; run < 3; run++) {
        await idle(3000);
        const making = Array.from({ length: count }, (_, index) => {
          const frame = document.createElement("controlledframe");
          frame.style.cssText = "display: block; width: 300px; height: 100px";
          frame.src = page(`?${index}`);
          document.body.append(frame);
          return frame;
        });
        await idle(20);
        for (const frame of making) frame.remove();
        const start = performance.now();
        const frame = await loadedFrame(page("?stays"));
        runs.push(performance.now() - start);
        frame.remove();
      }
      report(`after ${count} removed`, median(runs), "ms");
    }
  },

  /**
   * Does the same a lot of times, and then as often again: what is a leak grows both times, what settles the first time.
   * Before and after, nothing happens for some seconds: the processes are measured then.
   */
  async growth() {
    const frame = await loadedFrame(page());
    const messages = [];
    frame.addEventListener("consolemessage", () => messages.push(0));
    const kinds = {
      navigations: [1000, navigate],
      cycles: [500, async () => (await loadedFrame(page())).remove()],
      events: [100, log],
    };
    async function navigate(index) {
      const loaded = new Promise((resolve) => frame.addEventListener("contentload", resolve, { once: true }));
      frame.src = page(`?${index % 10}`);
      await loaded;
    }
    /** A hundred events. More than a thousand in a second are not told. */
    async function log() {
      messages.length = 0;
      await frame.executeScript({ code: "for (let i = 0; i < 100; i++) console.log(`message ${i}`)" });
      while (messages.length < 100) await idle(10);
      await idle(110);
    }
    for (const [name, [times, once]] of Object.entries(kinds)) {
      for (const [moment, rounds] of [["warm", times / 2], ["once", times], ["twice", times]]) {
        for (let index = 0; index < rounds; index++) await once(index);
        await idle(1000);
        report(`${moment} ${name}`, 0, "");
        await idle(4000);
      }
    }
  },

  /** Puts up as many frames as asked for, and stays. */
  async stay() {
    const frames = Number(parameters.get("frames"));
    const arrangement = parameters.get("arrangement");
    for (let index = 0; index < frames; index++) {
      const site = sites()[arrangement === "own-sites" ? index : 0];
      const partition = arrangement === "own-partitions" ? `own-${index}` : "";
      await loadedFrame(`http://${site}/page?${index}`, partition);
    }
    await idle(3000);
    report("ready", 0, "");
  },

  /** A frame in a wide red edge moves to and fro, in one way after the other. */
  async moving() {
    document.body.style.cssText = "margin: 0; height: 100vh; width: 4000px; background: #f4f1ea";
    const edge = document.createElement("div");
    edge.style.cssText = "position: absolute; left: 600px; top: 0; height: 100vh; width: 300px; background: #cc2222";
    document.body.append(edge);
    const frame = await loadedFrame(page("/blue"), "", "position: absolute; left: 60px; width: 180px; height: 100vh");
    edge.append(frame);
    await new Promise((resolve) => frame.addEventListener("contentload", resolve, { once: true }));
    await idle(1500);
    const wave = (time) => Math.round(250 + 250 * Math.sin(time / 400));
    const ways = {
      scrolling: (time) => scrollTo(wave(time), 0),
      script: (time) => (edge.style.left = `${300 + wave(time)}px`),
    };
    for (const [name, step] of Object.entries(ways)) {
      let isOver = false;
      requestAnimationFrame(function next(time) {
        if (isOver) return;
        step(time);
        requestAnimationFrame(next);
      });
      report(`begin ${name}`, 0, "");
      await idle(8000);
      isOver = true;
      report(`end ${name}`, 0, "");
      await idle(1000);
    }
    const animation = edge.animate([{ transform: "none" }, { transform: "translateX(-500px)" }], {
      duration: 1500,
      iterations: Infinity,
      direction: "alternate",
    });
    report("begin animation", 0, "");
    await idle(8000);
    animation.cancel();
    report("end animation", 0, "");
    await idle(5000);
  },
};
