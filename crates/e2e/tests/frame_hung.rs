//! Every member of a frame whose page hangs, and whose process has died.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use insula_e2e::{World, app_with_frames, plain_site};
use insula_testkit::{Reply, Site, wait};
use serde_json::{Value, json};

/// Without WebDriver, which ends its session when the process of any of its windows dies.
const SCRIPT: &str = r#"
const frame = document.querySelector("controlledframe");
const told = (type) => new Promise((resolve) => frame.addEventListener(type, resolve, { once: true }));
const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What asks, or tells, and what goes somewhere. */
const asks = {
  executeScript: () => frame.executeScript({ code: "1" }),
  insertCSS: () => frame.insertCSS({ code: "a {}" }),
  addContentScripts: () => frame.addContentScripts([{ name: "x", urlPatterns: ["https://*/*"], js: { code: "1" } }]),
  removeContentScripts: () => frame.removeContentScripts(["x"]),
  canGoBack: () => frame.canGoBack(),
  canGoForward: () => frame.canGoForward(),
  clearData: () => frame.clearData({}, { cookies: true }),
  getAudioState: () => frame.getAudioState(),
  isAudioMuted: () => frame.isAudioMuted(),
  setAudioMuted: () => frame.setAudioMuted(true),
  getZoom: () => frame.getZoom(),
  setZoom: () => frame.setZoom(1.5),
  getZoomMode: () => frame.getZoomMode(),
  setZoomMode: () => frame.setZoomMode("per-view"),
  captureVisibleRegion: () => frame.captureVisibleRegion(),
  getUserAgent: () => frame.getUserAgent(),
  isUserAgentOverridden: () => frame.isUserAgentOverridden(),
  setClientHintsUABrandEnabled: () => frame.setClientHintsUABrandEnabled(true),
  find: () => frame.find("here"),
  stopFinding: () => frame.stopFinding("clear"),
  focus: () => frame.focus(),
  blur: () => frame.blur(),
  postMessage: () => frame.contentWindow.postMessage("x", "*"),
  menu: () => frame.contextMenus.create({ id: `i${Math.random()}`, title: "x" }),
  listen: () => frame.addEventListener("unresponsive", () => {}),
};
const goes = {
  back: () => frame.back(),
  forward: () => frame.forward(),
  go: () => frame.go(0),
  reload: () => frame.reload(),
  stop: () => frame.stop(),
  setUserAgentOverride: () => frame.setUserAgentOverride("Something/1.0"),
  src: () => { frame.src = URL },
};
const own = Object.getOwnPropertyDescriptors(HTMLControlledFrameElement.prototype);
const untried = Object.keys(own).filter((name) => typeof own[name].value === "function" && !(name in asks) && !(name in goes));

const outcomes = {};
const call = (moment, name, steps) => {
  const key = `${moment} ${name}`;
  outcomes[key] = "waits";
  return Promise.resolve().then(steps).then(() => (outcomes[key] = "done"), (error) => (outcomes[key] = error.name));
};
let changed = 0;
for (const type of ["loadstart", "loadcommit", "loadabort", "loadstop", "exit"]) {
  frame.addEventListener(type, () => { changed = performance.now() });
}
const text = () => frame.executeScript({ code: "document.body.textContent" }).catch(() => "");
const load = async () => {
  frame.src = URL;
  // Whatever was under way before has come to an end as well.
  do await later(100); while ((await text()) !== "here" || performance.now() - changed < 700);
};
const hang = async () => {
  const begun = new Promise((resolve) => frame.addEventListener("consolemessage", resolve, { once: true }));
  frame.executeScript({ code: "console.log('begun'); for (;;);" }).catch(() => {});
  await begun;
};
const end = async () => {
  const ended = told("exit");
  frame.terminate();
  await ended;
};

// The app's page is never kept waiting.
let [longest, last] = [0, performance.now()];
setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, now - last);
  last = now;
}, 10);

await load();
await hang();
const settled = Object.keys(asks).map((name) => call("hung", name, asks[name]));
await Promise.race([later(12000), Promise.all(settled)]);
const waiting = Object.keys(outcomes).filter((key) => outcomes[key] === "waits");
await end();
await Promise.race([later(5000), Promise.all(settled)]);
const dead = Object.keys(asks).map((name) => call("dead", name, asks[name]));
await Promise.race([later(12000), Promise.all(dead)]);
console.log(`asked: ${JSON.stringify({ untried, outcomes, waiting })}`);

for (const name in goes) {
  await call("dead", name, goes[name]);
  await load();
  await hang();
  await Promise.race([later(15000), call("hung", name, goes[name])]);
  await end();
  console.log(`${name}: ${outcomes[`dead ${name}`]} ${outcomes[`hung ${name}`]}`);
}
await load();
const here = await text();
console.log(`end: ${JSON.stringify({ longest, here })}`);
"#;

/// Conforms: hanging-pages
#[test]
fn no_member_waits_for_ever_for_a_page_that_hangs_or_whose_process_died() {
    let world = World::new();
    let site = plain_site("#fff", "here");
    let script = SCRIPT.replace("URL", &json!(site.url("/")).to_string());
    let body = "<controlledframe></controlledframe><script type=module src=/all.js></script>";
    let id = world.install(&app_with_frames(body).file("/all.js", script));
    let _running = world.home.start(&world.display, &["--console", &id]);
    let told = |what: &str| {
        let said = world.home.wait_for_message(what);
        serde_json::from_str::<Value>(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
    };
    let found = told("asked: ");
    // These have tests of their own.
    assert_eq!(found["untried"], json!(["addEventListener", "terminate", "print"]));
    assert_eq!(
        found["waiting"],
        json!(["hung executeScript", "hung find"]),
        "only what the page itself answers waits for it"
    );
    let outcomes = found["outcomes"].as_object().expect("outcomes");
    for (call, outcome) in outcomes {
        let expected: &[&str] = match call.as_str() {
            "hung executeScript" | "hung find" => &["OperationError"],
            // The engine asks a process for what it has in memory.
            "hung clearData" => &["TimeoutError", "done"],
            "dead executeScript" | "dead insertCSS" | "dead find" => &["InvalidStateError"],
            "hung captureVisibleRegion" | "dead captureVisibleRegion" => &["OperationError"],
            _ => &["done"],
        };
        assert!(expected.iter().any(|it| outcome == it), "{call}: {outcome}; {found}");
    }
    for name in ["back", "forward", "go", "reload", "stop", "setUserAgentOverride", "src"] {
        assert_eq!(world.home.wait_for_message(&format!("{name}: ")), "done done", "{name}");
    }
    let end = told("end: ");
    assert_eq!(end["here"], "here");
    let longest = end["longest"].as_f64().unwrap_or(f64::INFINITY);
    assert!(longest < 1000.0, "the app's page was kept waiting for {longest} ms");
}

/// Without WebDriver, as above.
const LOADS: &str = r#"
const frame = document.querySelector("controlledframe");
const told = (type) => new Promise((resolve) => frame.addEventListener(type, resolve, { once: true }));
const text = () => frame.executeScript({ code: "document.body.textContent" }).catch(() => "");
const shows = async (wanted) => {
  while ((await text()) !== wanted) await new Promise((resolve) => setTimeout(resolve, 50));
};
let events = [];
for (const type of ["exit", "loadstart", "loadabort", "loadcommit"]) {
  frame.addEventListener(type, ({ url }) => events.push(url ? `${type} ${new URL(url).pathname}` : type));
}
const hang = async (/** @type {string} */ path) => {
  const begun = told("consolemessage");
  // The server answers the first when it has been asked for what was begun, and waits for the second with what it sends
  // late.
  const code = `const ask = (url) => {
      const request = new XMLHttpRequest();
      request.open("GET", url, false);
      request.send();
    };
    ask("/hangs-after${path}");
    console.log("begun");
    ask("/hangs-before${path}");
    for (;;);`;
  frame.executeScript({ code }).catch(() => {});
  await begun;
};
const report = async (wanted) => {
  await shows(wanted);
  console.log(`${wanted}: ${events}`);
};

frame.src = "SITE/here";
await shows("/here");
await hang("/asked");
events = [];
frame.src = "SITE/asked";
frame.terminate();
await report("/asked");

for (const [path, isTerminated] of [["/late-and-terminated", true], ["/late", false]]) {
  events = [];
  const began = told("loadstart");
  frame.src = `SITE${path}`;
  await began;
  await hang(path);
  if (isTerminated) frame.terminate();
  await report(path);
}
"#;

/// Conforms: hanging-pages, terminate()
#[test]
fn what_an_app_asked_for_last_comes_when_the_page_that_kept_it_back_is_ended() {
    let world = World::new();
    let (hangs, asked, is_asked) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicBool::new(false));
    let site = Site::start(move |request| {
        let path = request.path();
        match path {
            "/hangs-after/late-and-terminated" => {
                wait::until_true("it is asked for", || asked.load(Ordering::SeqCst) > 0);
            }
            "/hangs-after/late" => wait::until_true("it is asked for", || is_asked.load(Ordering::SeqCst)),
            "/hangs-before/late" => hangs.store(true, Ordering::SeqCst),
            "/late" => {
                is_asked.store(true, Ordering::SeqCst);
                wait::until_true("the page hangs", || hangs.load(Ordering::SeqCst));
            }
            // The second time it is asked for anew.
            "/late-and-terminated" if asked.fetch_add(1, Ordering::SeqCst) == 0 => return Reply::Silence,
            _ => {}
        }
        Reply::html(format!("<body>{path}"))
    });
    let body = "<controlledframe></controlledframe><script type=module src=/loads.js></script>";
    let script = LOADS.replace("SITE", site.url("/").trim_end_matches('/'));
    let id = world.install(&app_with_frames(body).file("/loads.js", script));
    let _running = world.home.start(&world.display, &["--console", &id]);
    let told = |path: &str| world.home.wait_for_message(&format!("{path}: "));
    assert_eq!(told("/asked"), "exit,loadstart /asked,loadcommit /asked");
    assert_eq!(
        told("/late-and-terminated"),
        "loadstart /late-and-terminated,exit,loadcommit /late-and-terminated"
    );
    // The runtime ends the process by itself when the page has not answered for some seconds.
    assert_eq!(told("/late"), "loadstart /late,loadcommit /late");
}
