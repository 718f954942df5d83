// @ts-check
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import {
  readContentScripts,
  toMatchPattern,
  toRunAt,
} from "../page/controlled-frame/content-script-details.js";

/** What runs in embedded documents is no module. @param {string} name @param {string} names of its functions */
async function inFrame(name, names) {
  const source = await readFile(new URL(`../frame/${name}.js`, import.meta.url), "utf8");
  return new Function(`${source}; return { ${names} };`)();
}

const { matchesGlob, matchesPattern, isFor } = await inFrame("select", "matchesGlob, matchesPattern, isFor");

/** @param {string} pattern @param {string} url */
const matches = (pattern, url) => matchesPattern(toMatchPattern(pattern, ""), new URL(url));

test("match patterns match as WebExtensions say", () => {
  for (const [pattern, yes, no] of /** @type {[string, string[], string[]][]} */ ([
    [
      "<all_urls>",
      ["http://example.org/", "https://a.example:8080/x?y#z"],
      ["about:blank", "data:text/html,x", "blob:https://example.org/1", "ftp://example.org/", "ws://example.org/"],
    ],
    ["*://*/*", ["http://example.org/", "https://example.org:1/x"], ["ftp://ftp.example.org/", "file:///a/", "wss://a/"]],
    [
      "*://*.mozilla.org/*",
      ["http://mozilla.org/", "https://mozilla.org/", "http://a.mozilla.org/", "https://b.mozilla.org/path/", "http://a.b.mozilla.org/"],
      ["ftp://mozilla.org/", "http://mozilla.com/", "http://firefox.org/", "http://notmozilla.org/", "http://mozilla.org.evil.example/"],
    ],
    ["*://mozilla.org/", ["http://mozilla.org/", "https://mozilla.org/#a"], ["http://a.mozilla.org/", "http://mozilla.org/a", "http://mozilla.org/?a"]],
    ["https://*/path", ["https://mozilla.org/path", "https://a.mozilla.org/path#x"], ["http://mozilla.org/path", "https://mozilla.org/path/", "https://mozilla.org/a", "https://mozilla.org/path?foo=1"]],
    ["https://mozilla.org/a/b/c/", ["https://mozilla.org/a/b/c/", "https://mozilla.org/a/b/c/#section1"], ["https://mozilla.org/a/b/c"]],
    ["https://mozilla.org/*/b/*/", ["https://mozilla.org/a/b/c/", "https://mozilla.org/d/b/f/", "https://mozilla.org/a/b/c/d/", "https://mozilla.org/a/b/c/d/#section1"], ["https://mozilla.org/b/*/", "https://mozilla.org/a/b/", "https://mozilla.org/a/b/c/d/?foo=bar"]],
    ["http://example.org/foo/*", ["http://example.org/foo/", "http://example.org/foo/bar?x"], ["http://example.org/foo"]],
    ["http://example.org/a?b=*", ["http://example.org/a?b=", "http://example.org/a?b=c&d"], ["http://example.org/aXb=", "http://example.org/a"]],
    ["http://example.org/?", ["http://example.org/?"], ["http://example.org/", "http://example.org/?a"]],
    ["http://example.org:8080/*", ["http://example.org:8080/"], ["http://example.org/", "http://example.org:8081/", "https://example.org:8080/"]],
    ["http://example.org:80/*", ["http://example.org/", "http://example.org:80/"], ["http://example.org:8080/"]],
    ["*://example.org:443/*", ["https://example.org/", "http://example.org:443/"], ["http://example.org/"]],
    ["http://example.org:*/*", ["http://example.org/", "http://example.org:8080/"], ["http://a.example.org/"]],
    ["http://*:8080/*", ["http://a:8080/"], ["http://a/"]],
    ["http://[::1]:8080/*", ["http://[::1]:8080/"], ["http://[::1]/", "http://[::2]:8080/"]],
    ["http://[::1]/*", ["http://[::1]/", "http://[::1]:1/"], ["http://[::2]/"]],
    ["HTTP://EXAMPLE.org/A", ["http://example.org/A"], ["http://example.org/a"]],
    ["http://example.org./*", ["http://example.org/", "http://example.org./"], []],
    ["http://bücher.example/*", ["http://xn--bcher-kva.example/", "http://BÜCHER.example/"], ["http://bucher.example/"]],
    ["https://user.example/*", ["https://name:password@user.example/x"], ["https://user.example@evil.example/"]],
    ["file:///*", ["file:///etc/passwd"], ["http://etc/passwd"]],
  ])) {
    for (const url of yes) assert.ok(matches(pattern, url), `${pattern} matches ${url}`);
    for (const url of no) assert.ok(!matches(pattern, url), `${pattern} does not match ${url}`);
  }
});

test("what is no match pattern is refused", () => {
  for (const pattern of [
    "",
    "*",
    "all_urls",
    "<ALL_URLS>",
    "https://mozilla.org",
    "https://mozilla.*.org/",
    "https://*zilla.org/",
    "https://*.*/",
    "https://*./",
    "http*://mozilla.org/",
    "https://mozilla.org:80:80/",
    "https://mozilla.org:x/",
    "https://mozilla.org:65536/",
    "https://user@mozilla.org/",
    "https://mozilla.org?/",
    "https://mozilla .org/",
    "*//*",
    "file://*",
    "https:///a",
    "://a/",
    "data:text/html",
    "resource://path/",
    `${"*".repeat(100_000)}`,
  ]) {
    assert.throws(() => toMatchPattern(pattern, "here"), TypeError, pattern.slice(0, 100));
  }
});

test("globs stand for the whole text", () => {
  for (const [glob, yes, no] of /** @type {[string, string[], string[]][]} */ ([
    ["", [""], ["a"]],
    ["*", ["", "a", "ab"], []],
    ["?", ["a", "?"], ["", "ab"]],
    ["a*b", ["ab", "axb", "abab"], ["a", "abx", "xab"]],
    ["*a?c*", ["abc", "xxaxcxx", "aac"], ["ac", "abx"]],
    ["**??", ["ab", "abc"], ["a"]],
    ["a.b", ["a.b"], ["axb"]],
    ["[a]\\d", ["[a]\\d"], ["a1"]],
    ["*?", ["a", "ab"], [""]],
  ])) {
    for (const text of yes) assert.ok(matchesGlob(glob, text, true), `${glob} stands for ${text}`);
    for (const text of no) assert.ok(!matchesGlob(glob, text, true), `${glob} does not stand for ${text}`);
  }
  assert.ok(!matchesGlob("a?", "ab", false), "a path's question mark is one");
  assert.ok(matchesGlob("a?", "a?", false));
});

test("a glob that goes back often ends all the same", () => {
  const glob = `${"*a".repeat(1_000)}*b`;
  assert.ok(!matchesGlob(glob, "a".repeat(20_000), true));
});

/** @param {object} details */
const read = (details) =>
  readContentScripts([{ name: "a", matches: ["<all_urls>"], js: { code: "" }, ...details }], "here")[0];

test("both spellings are read, and today's counts where both are there", () => {
  const selection = {
    name: "a",
    matches: [{ scheme: "*", host: "*", subdomains: false, port: "*", path: "/*" }],
    excludeMatches: [],
    includeGlobs: ["x*"],
    excludeGlobs: ["?"],
    urlPatterns: [],
    excludeUrlPatterns: [],
    allFrames: true,
    matchAboutBlank: true,
    runAt: "document_end",
  };
  const first = { include_globs: ["x*"], exclude_globs: new Set(["?"]) };
  assert.deepEqual(
    read({ ...first, all_frames: 1, match_about_blank: true, run_at: "document_end" }).selection,
    selection,
  );
  assert.deepEqual(
    read({ ...first, allFrames: true, all_frames: false, matchAboutBlank: true, runAt: "document-end", run_at: "x" })
      .selection,
    selection,
  );
  const plain = read({}).selection;
  assert.deepEqual([plain.allFrames, plain.matchAboutBlank, plain.runAt], [false, false, "document_idle"]);
  assert.equal(toRunAt(undefined, ""), null);
});

test("items are code or files, and no more of them than a bound", () => {
  assert.deepEqual(read({ js: undefined, css: { files: ["/a.css", "/b.css"] } }).css, { files: ["/a.css", "/b.css"] });
  assert.deepEqual(read({ css: {} }).css, null);
  for (const details of [
    { js: {} },
    { js: undefined },
    { js: { code: "", files: [] } },
    { js: { files: [] } },
    { js: "code" },
    { name: undefined },
    { matches: undefined },
    { matches: [] },
    { matches: "text" },
    { matches: [Symbol("a")] },
    { include_globs: 1 },
    {
      include_globs: {
        *[Symbol.iterator]() {
          for (;;) yield "endless";
        },
      },
    },
  ]) {
    assert.throws(() => read(details), TypeError, JSON.stringify(details));
  }
  assert.throws(() => readContentScripts([], "here"), TypeError);
  const one = { name: "a", matches: ["<all_urls>"], js: { code: "" } };
  assert.throws(() => readContentScripts([one, { ...one }], "here"), /twice/);
  const many = Array.from({ length: 10_001 }, (_, i) => ({ ...one, name: `${i}` }));
  assert.throws(() => readContentScripts(many, "here"), TypeError);
});

test("a document gets what is for its place", () => {
  const script = { ...read({}).selection, js: [], css: [] };
  const url = new URL("https://example.org/");
  const top = { url, creator: null, isTop: true, isBlank: false };
  const blank = { url: new URL("about:blank"), creator: url, isTop: false, isBlank: true };
  assert.ok(isFor(script, top));
  assert.ok(!isFor(script, { ...top, isTop: false }));
  assert.ok(isFor({ ...script, allFrames: true }, { ...top, isTop: false }));
  assert.ok(!isFor({ ...script, allFrames: true }, blank));
  assert.ok(isFor({ ...script, allFrames: true, matchAboutBlank: true }, blank));
  assert.ok(!isFor({ ...script, allFrames: true, matchAboutBlank: true }, { ...blank, creator: null }));
  assert.ok(isFor({ ...script, matchAboutBlank: true }, { ...blank, isTop: true }));
});
