// What all suites use.

export const parameters = new URLSearchParams(location.search);
export const port = (name) => Number(parameters.get(name));
export const MIB = 2 ** 20;
export const total = Number(parameters.get("mib") ?? 256) * MIB;

export const report = (name, value, unit) => console.log(JSON.stringify({ name, value, unit }));
export const seconds = (since) => (performance.now() - since) / 1000;
export const rate = (since) => total / MIB / seconds(since);
export const median = (values) => quantile(values, 0.5);
export const quantile = (values, part) => values.toSorted((a, b) => a - b)[Math.floor(values.length * part)];
export const idle = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A small page of the server. */
export const page = (query = "") => `http://127.0.0.1:${port("http")}/page${query}`;

/** The sites that there are: addresses of this machine. */
export const sites = () => parameters.get("sites").split(",");

/** A frame that shows a page. */
export async function loadedFrame(url, partition = "", style = "width: 300px; height: 100px") {
  const frame = document.createElement("controlledframe");
  if (partition) frame.partition = partition;
  frame.style.cssText = `display: block; ${style}`;
  const loaded = new Promise((resolve) => frame.addEventListener("contentload", resolve, { once: true }));
  frame.src = url;
  document.body.append(frame);
  await loaded;
  return frame;
}

/** The median of some runs, after one that does not count: the engine compiles while it runs. */
export async function medianOf(runs, measure) {
  await measure();
  const values = [];
  for (let run = 0; run < runs; run++) values.push(await measure());
  return median(values);
}

