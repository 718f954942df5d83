// Times the frames that stand in the markup of the page, from a moment at which the parser has not come to them.
const start = performance.now();
const expected = Number(/-(\d+)\.html$/.exec(location.pathname)[1]);
const times = [];

const report = (name, value) => console.log(JSON.stringify({ name, value, unit: "ms" }));

addEventListener(
  "contentload",
  () => {
    times.push(performance.now() - start);
    if (times.length < expected) return;
    report("first", times[0]);
    report("last", times.at(-1));
    report("done", 0);
  },
  true,
);
