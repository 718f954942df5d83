//! What the frames of a partition keep, and how an app removes it.

use insula_e2e::{World, app_with_frames, files_with};
use insula_testkit::{AppBuilder, Reply, Site, wait};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Tells which cookies it is sent, and sets one that no script sees. What is cached is never asked for again.
fn site() -> Site {
    site_that(|| true)
}

/// The same, which says when something is to go on.
fn site_that(goes: impl Fn() -> bool + Send + Sync + 'static) -> Site {
    Site::start(move |request| match request.path() {
        "/go" => Reply::text(if goes() { "go" } else { "wait" }),
        "/cookies" => Reply::text(request.header("cookie").unwrap_or_default().to_owned()),
        "/set" => Reply::text("").header("Set-Cookie", "hidden=1; HttpOnly; Max-Age=1000; Path=/"),
        "/cached" => Reply::text("cached body").header("Cache-Control", "max-age=1000"),
        "/worker.js" => Reply::of("text/javascript", "addEventListener('fetch', () => {})"),
        _ => Reply::html("<!doctype html><title>Data</title>"),
    })
}

/// What the app's scripts have in common.
const HELPERS: &str = r#"
export const SITE = "SITE_URL";
export async function open(partition) {
  const frame = document.createElement("controlledframe");
  frame.partition = partition;
  const loaded = new Promise((resolve) => frame.addEventListener("loadstop", resolve, { once: true }));
  frame.src = SITE;
  document.body.append(frame);
  await loaded;
  return frame;
}
export const fill = (frame, value = "kept") => frame.executeScript({ code: `(async () => {
  document.cookie = "session=${value}";
  document.cookie = "persistent=${value}; max-age=1000";
  await fetch("/set");
  localStorage.local = "${value}";
  sessionStorage.session = "${value}";
  await (await fetch("/cached")).text();
  await (await caches.open("cache")).put("/entry", new Response("${value}"));
  await navigator.serviceWorker.register("/worker.js");
  const open = indexedDB.open("database", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("store");
  await new Promise((resolve, reject) => { open.onsuccess = resolve; open.onerror = reject; });
  const transaction = open.result.transaction("store", "readwrite");
  transaction.objectStore("store").put("${value}", "key");
  await new Promise((resolve) => { transaction.oncomplete = resolve; });
  open.result.close();
})()` });
export const left = async (frame) => frame.executeScript({ code: `(async () => {
  const cookies = (await (await fetch("/cookies", { cache: "no-store" })).text()).split("; ").filter(Boolean);
  const names = cookies.map((cookie) => cookie[0]).sort().join("");
  const databases = ((await indexedDB.databases()).length ? "d" : "") + ((await caches.has("cache")) ? "c" : "");
  const storage = (localStorage.local ? "l" : "") + (sessionStorage.session ? "s" : "");
  const workers = (await navigator.serviceWorker.getRegistrations()).length ? "w" : "";
  return [names, databases, storage, workers].map((part) => part || "-").join(" ");
})()` });
const go = (frame, url) => new Promise((resolve) => {
  frame.addEventListener("loadstop", resolve, { once: true });
  frame.src = url;
});
export const leave = (frame) => go(frame, "about:blank");
export const enter = (frame) => go(frame, SITE);
export const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
export const tell = (result) => { document.title = "result: " + JSON.stringify(result); };
"#;

/// An app with a script, and what that comes to.
fn app(site: &Site, script: &str) -> AppBuilder {
    app_with_frames("<script type=module src=/data.js></script>")
        .file("/helpers.js", HELPERS.replace("SITE_URL", &site.url("/")))
        .file("/data.js", script)
}

fn run(world: &World, site: &Site, script: &str) -> Value {
    world.result_of(&world.install(&app(site, script)))
}

/// Of each type: what is left after it, what is left of what is older, and of what is younger.
const EACH: &str = r#"
import { open, fill, left, leave, enter, after, tell } from "/helpers.js";
const found = {};
const frame = await open("PARTITION");
for (const name of ["cookies", "sessionCookies", "persistentCookies", "localStorage", "indexedDB", "cache", "fileSystems", "appcache", "webSQL"]) {
  await fill(frame);
  await frame.clearData({}, { [name]: true });
  const alone = await left(frame);
  await fill(frame);
  await leave(frame);
  await after(100);
  const since = Date.now();
  await frame.clearData({ since }, { [name]: true });
  await enter(frame);
  const older = await left(frame);
  await after(50);
  await fill(frame, "again");
  await frame.clearData({ since }, { [name]: true });
  found[name] = [alone, older, await left(frame)];
}
found.directory = await frame.executeScript({ code: "typeof navigator.storage?.getDirectory" });
tell(found);
"#;

/// Limit: data-workers, data-since, data-file-systems
/// Conforms: clearData(), ClearDataOptions.since, ClearDataTypeSet.appcache, ClearDataTypeSet.cache, ClearDataTypeSet.cookies, ClearDataTypeSet.fileSystems, ClearDataTypeSet.indexedDB, ClearDataTypeSet.localStorage, ClearDataTypeSet.persistentCookies, ClearDataTypeSet.sessionCookies, ClearDataTypeSet.webSQL
#[test]
fn each_type_of_data_is_removed_alone_and_as_far_as_it_is_young_enough() {
    let site = site();
    for partition in ["memory", "persist:disk"] {
        let found = run(&World::new(), &site, &EACH.replace("PARTITION", partition));
        // Cookies: hidden, persistent, session. Databases, caches, local and session storage, worker.
        let all = "hps dc ls w";
        // Workers of a partition in memory stay.
        let without_cache = if partition == "memory" {
            "hps d ls w"
        } else {
            "hps d ls -"
        };
        let expected = json!({
            // The hidden cookie is set to what it was, and so is as old as it was.
            "cookies": ["- dc ls w", all, "h dc ls w"],
            "sessionCookies": ["hp dc ls w", all, "hp dc ls w"],
            "persistentCookies": ["s dc ls w", all, "hs dc ls w"],
            "localStorage": ["hps dc - w", all, "hps dc - w"],
            "indexedDB": ["hps c ls w", all, "hps c ls w"],
            "cache": [without_cache, all, without_cache],
            "fileSystems": [all, all, all],
            "appcache": [all, all, all],
            "webSQL": [all, all, all],
            "directory": "undefined",
        });
        assert_eq!(found, expected, "{partition}");
    }
}

const OTHERS: &str = r#"
import { open, fill, left, tell } from "/helpers.js";
localStorage.kept = "kept";
const [one, same, other, disk] = await Promise.all(["a", "a", "b", "persist:a"].map(open));
for (const frame of [one, other, disk]) await fill(frame);
await same.executeScript({ code: "sessionStorage.session = 1" });
await one.clearData({}, { cookies: true, localStorage: true, indexedDB: true, cache: true });
tell([await left(one), await left(same), await left(other), await left(disk), localStorage.kept]);
"#;

/// Conforms: CF-T7
/// Limit: data-workers
#[test]
fn all_frames_of_the_partition_lose_their_data_and_nobody_else_does() {
    let world = World::new();
    let all = "hps dc ls w";
    // The worker is the one thing that stays.
    assert_eq!(
        run(&world, &site(), OTHERS),
        json!(["- - - w", "- - - w", all, all, "kept"])
    );
}

const WRITING: &str = r#"
import { open, left, after, tell } from "/helpers.js";
const frame = await open("a");
await frame.executeScript({ code: `
  document.cookie = "session=1";
  localStorage.local = "old";
  globalThis.count = 0;
  globalThis.timer = setInterval(() => {
    count++;
    document.cookie = "writing=" + count;
    document.cookie = "persistent=" + count + "; max-age=1000";
    localStorage.writing = count;
    sessionStorage.writing = count;
  });` });
const times = [];
for (let i = 0; i < 5; i++) {
  const start = performance.now();
  await frame.clearData({ since: i % 2 ? Date.now() - 1000 : 0 }, { persistentCookies: true, sessionCookies: true, localStorage: true });
  times.push(performance.now() - start);
}
// Of cookies, what the page has written since may be there.
const leftMeanwhile = (await left(frame)).replace(/^[wp]+ /, "- ");
await frame.executeScript({ code: "clearInterval(timer)" });
await frame.clearData({}, { cookies: true, localStorage: true });
tell([leftMeanwhile, await left(frame), times.every((time) => time < 5000) || times]);
"#;

#[test]
fn data_is_removed_while_a_page_writes() {
    assert_eq!(
        run(&World::new(), &site(), WRITING),
        json!(["- - - -", "- - - -", true])
    );
}

const AGED: &str = r#"
import { open, left, after, tell } from "/helpers.js";
const frame = await open("persist:aged");
if (localStorage.since) {
  const before = await left(frame);
  await frame.clearData({ since: +localStorage.since }, { cookies: true });
  tell([before, await left(frame)]);
} else {
  await frame.executeScript({ code: "document.cookie = 'hidden=1; max-age=1000'" });
  await after(200);
  localStorage.since = Date.now();
  await frame.executeScript({ code: "document.cookie = 'persistent=1; max-age=1000'" });
  await after(200);
  tell("first");
}
"#;

#[test]
fn how_old_a_cookie_is_is_known_after_the_app_was_closed() {
    let world = World::new();
    let site = site();
    let id = world.install(&app(&site, AGED));
    assert_eq!(world.result_of(&id), "first");
    assert_eq!(world.result_of(&id), json!(["hp - - -", "h - - -"]));
}

const ON_DISK: &str = r#"
import { open, fill, tell } from "/helpers.js";
const frame = await open("persist:disk");
await fill(frame, ["marked", 4711].join(""));
await frame.executeScript({ code: `(async () => {
  while ((await (await fetch("/go", { cache: "no-store" })).text()) !== "go") await new Promise((resolve) => setTimeout(resolve, 20));
})()` });
await frame.clearData({}, { cookies: true, localStorage: true, indexedDB: true, cache: true });
tell("cleared");
"#;

#[test]
fn what_was_removed_is_on_the_disk_no_more() {
    let world = World::new();
    let goes = Arc::new(AtomicBool::new(false));
    let site = site_that({
        let goes = goes.clone();
        move || goes.load(Ordering::SeqCst)
    });
    let id = world.install(&app(&site, ON_DISK));
    let mut running = world.home.start(&world.display, &[&id]);
    let folder = world.home.data();
    let has = |text: &str| {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        files_with(&folder, text.as_bytes()).len() + files_with(&folder, &wide).len()
    };
    // The jar, local storage, the database and the two caches.
    wait::until_true("all of it is on the disk", || {
        assert!(has("marked4711") < 9);
        has("marked4711") >= 4 && has("cached body") >= 1
    });
    goes.store(true, Ordering::SeqCst);
    world.wait_for_title("result: ");
    let left = || {
        let wide: Vec<u8> = "marked4711".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut left = files_with(&folder, b"marked4711");
        left.extend(files_with(&folder, &wide));
        left.extend(files_with(&folder, b"cached body"));
        left
    };
    assert_eq!(left(), Vec::<PathBuf>::new());
    world.close(&mut running);
    assert_eq!(left(), Vec::<PathBuf>::new());
}

const REFUSED: &str = r#"
import { open, fill, left, tell } from "/helpers.js";
const frame = await open("a");
await fill(frame);
const calls = {
  none: () => frame.clearData({}, {}),
  nothing: () => frame.clearData(),
  "all false": () => frame.clearData({}, { cookies: false }),
  unknown: () => frame.clearData({}, { cookies: true, cookie: false }),
  "no number": () => frame.clearData({ since: "yesterday" }, { cookies: true }),
  "no dictionary": () => frame.clearData(5, { cookies: true }),
  "no set": () => frame.clearData({}, "cookies"),
  throws: () => frame.clearData({ get since() { throw new RangeError("thrown") } }, { cookies: true }),
  detached: () => (0, frame.clearData)({}, { cookies: true }),
  "without a frame": () => new ControlledFrame().clearData({}, { cookies: true }),
  future: () => frame.clearData({ since: new Date(Date.now() + 1e9) }, { cookies: true, cache: true }),
};
const answers = [];
for (const name in calls) answers.push([name, await calls[name]().then(String, (error) => `${error.name}: ${error.message}`.slice(0, 25))]);
answers.push(await left(frame));
tell(answers);
"#;

#[test]
fn what_is_wrong_removes_nothing() {
    let type_error = "TypeError: Failed to exec";
    assert_eq!(
        run(&World::new(), &site(), REFUSED),
        json!([
            ["none", "Error: Unknown error."],
            ["nothing", "Error: Unknown error."],
            ["all false", "Error: Unknown error."],
            ["unknown", type_error],
            ["no number", type_error],
            ["no dictionary", type_error],
            ["no set", type_error],
            ["throws", "RangeError: thrown"],
            ["detached", "TypeError: Illegal invoca"],
            ["without a frame", "TypeError: The controlled"],
            ["future", "undefined"],
            "hps dc ls w"
        ])
    );
}
