// Bundles modules into classic scripts, each of which has a function as its completion value:
//
//   generated/page.js      from page/main.js: `(native, config) => void`, which the web process extension calls in each
//                          proven frame.
//   generated/worker.js    from page/worker.js: `() => script`, with which the runtime has each of an app's workers begin.
//   generated/messages.js  from frame/messages/main.js: `(name) => Messages`, for embedded documents.
//
// With --check nothing is written; the exit code says whether the committed files are current.
// @ts-check

import { build } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const bundles = [
  { source: "page/main.js", output: "generated/page.js", value: "main" },
  { source: "page/worker.js", output: "generated/worker.js", value: "main" },
  { source: "frame/messages/main.js", output: "generated/messages.js", value: "createMessages" },
];

/** @param {string} file */
const path = (file) => fileURLToPath(new URL(file, import.meta.url));

for (const { source, output, value } of bundles) {
  const result = await build({
    entryPoints: [path(source)],
    bundle: true,
    write: false,
    charset: "utf8",
    format: "iife",
    // An IIFE that is assigned to a name would leave that name in the page's global scope. esbuild
    // writes `var NAME = (() => …)();`; the wrapper below keeps NAME local and returns it instead.
    globalName: "bundle",
    target: "es2022",
    legalComments: "none",
    banner: {
      js: `// Generated from js/${source} by \`npm run bundle\`; do not edit.\n(() => {`,
    },
    footer: { js: `return bundle.${value};\n})();` },
  });
  const [file] = result.outputFiles;
  if (!process.argv.includes("--check")) {
    await writeFile(path(output), file.contents);
  } else if ((await readFile(path(output), "utf8").catch(() => "")) !== file.text) {
    console.error(`js/${output} is not what js/${source} gives: run \`npm run bundle\` in js/`);
    process.exitCode = 1;
  }
}
