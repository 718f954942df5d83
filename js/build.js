// Bundles page/main.js into generated/page.js: one classic script whose completion value is the
// function `(native, config) => void` that the web process extension calls in each proven frame.
// With --check nothing is written; the exit code says whether the committed file is current.
// @ts-check

import { build } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const output = fileURLToPath(new URL("generated/page.js", import.meta.url));

const result = await build({
  entryPoints: [fileURLToPath(new URL("page/main.js", import.meta.url))],
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
    js: "// Generated from js/page by `npm run bundle`; do not edit.\n(() => {",
  },
  footer: { js: "return bundle.main;\n})();" },
});

const [file] = result.outputFiles;
if (!process.argv.includes("--check")) {
  await writeFile(output, file.contents);
} else if ((await readFile(output, "utf8").catch(() => "")) !== file.text) {
  console.error("js/generated/page.js is not what js/page gives: run `npm run bundle` in js/");
  process.exitCode = 1;
}
