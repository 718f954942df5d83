//! What a frame's page keeps is met nowhere else: not in another partition, not in the app's own pages, not in another app.

use insula_e2e::{World, app_with_frames};
use insula_testkit::{AppBuilder, Authority, Reply, Request, Site};
use serde_json::{Value, json};

/// A site that looks for what it has left behind, in every way that there is, and leaves it when it is told to.
fn site(authority: &Authority) -> Site {
    Site::start_tls(authority, |request: &Request| {
        let reply = match request.path() {
            "/shared.js" => Reply::of(
                "text/javascript",
                "let count = 0; onconnect = ({ ports: [port] }) => port.postMessage(++count)",
            ),
            "/service.js" => Reply::of("text/javascript", ""),
            _ => Reply::html(format!("<!doctype html><title>Site</title><script>{LOOK}</script>")),
        };
        // So that it can be in an iframe of an app as well.
        reply
            .header("Cross-Origin-Embedder-Policy", "require-corp")
            .header("Cross-Origin-Resource-Policy", "cross-origin")
    })
}

const LOOK: &str = r#"
const within = (time, promise) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, time, false))]);
const channel = new BroadcastChannel("it");
const ways = {
  cookie: () => document.cookie,
  local: () => localStorage.getItem("it"),
  databases: async () => (await indexedDB.databases()).map(({ name }) => name).join(),
  caches: async () => (await caches.keys()).join(),
  workers: async () => (await navigator.serviceWorker.getRegistrations()).length,
  channel: () => within(500, new Promise((resolve) => {
    channel.onmessage = ({ data }) => data === "here" && resolve(true);
    channel.postMessage("anybody?");
  })),
  shared: () => within(2000, new Promise((resolve) => {
    globalThis.shared = new SharedWorker("/shared.js");
    shared.port.onmessage = ({ data }) => resolve(data > 1);
  })),
};
const look = async () => {
  const found = {};
  for (const way in ways) {
    try {
      found[way] = (await ways[way]()) || null;
    } catch {
      found[way] = null;
    }
  }
  return found;
};
globalThis.leave = async () => {
  document.cookie = "it=1; max-age=86400";
  localStorage.setItem("it", "1");
  await new Promise((resolve) => Object.assign(indexedDB.open("it"), { onsuccess: resolve }));
  await caches.open("it");
  await navigator.serviceWorker.register("/service.js");
};
(async () => {
  const found = await look();
  if (location.search === "?leave") await leave();
  channel.onmessage = ({ data }) => data === "anybody?" && channel.postMessage("here");
  if (parent !== self) parent.postMessage(found, "*");
  document.documentElement.dataset.found = JSON.stringify(found);
})();
"#;

/// The app: what its page finds of the site in each place, one after the other.
const STORY: &str = r#"
const URL = "SITE";
const show = async (partition, path = "/") => {
  const frame = new ControlledFrame();
  frame.partition = partition;
  document.body.append(frame);
  const loaded = new Promise((resolve) => frame.addEventListener("loadstop", resolve, { once: true }));
  frame.src = URL + path;
  await loaded;
  const found = await frame.executeScript({ code: `
    new Promise((resolve) => {
      const look = () => {
        const { found } = document.documentElement.dataset;
        if (found) resolve(found);
        else setTimeout(look, 20);
      };
      look();
    })` });
  return { frame, found: JSON.parse(found) };
};
const inside = () => new Promise((resolve) => {
  addEventListener("message", ({ data, source }) => source !== self && resolve(data), { once: true });
  document.body.append(Object.assign(document.createElement("iframe"), { src: `${URL}/` }));
});
const all = ["cookies", "localStorage", "indexedDB", "cache"];
const types = Object.fromEntries(all.map((type) => [type, true]));
const result = {};
if (LEAVES) {
  const first = await show("persist:one", "/?leave");
  result.before = first.found;
  result.beside = (await show("persist:one")).found;
  const other = await show("persist:two");
  result.other = other.found;
  result.memory = (await show("")).found;
  result.iframe = await inside();
  await other.frame.clearData({}, types);
} else {
  const first = await show("persist:one");
  result.before = first.found;
  await first.frame.clearData({}, types);
}
result.after = (await show("persist:one")).found;
document.title = "result: " + JSON.stringify(result);
"#;

fn app(name: &str, seed: u8, leaves: bool, site: &Site) -> AppBuilder {
    let story = STORY
        .replace("SITE", &site.url(""))
        .replace("LEAVES", &leaves.to_string());
    app_with_frames("<script type=module src=/story.js></script>")
        .manifest("name", json!(name))
        .seed(seed)
        .file("/story.js", story)
}

fn nothing() -> Value {
    json!({
        "cookie": null, "local": null, "databases": null, "caches": null, "workers": null, "channel": null, "shared": null,
    })
}

/// What stays when the pages have gone, besides service workers, which the engine may forget.
fn kept() -> Value {
    json!({ "cookie": "it=1", "local": "1", "databases": "it", "caches": "it", "channel": null, "shared": null })
}

/// What a page meets beside those that are still there.
fn all() -> Value {
    json!({
        "cookie": "it=1", "local": "1", "databases": "it", "caches": "it", "workers": 1, "channel": true, "shared": true,
    })
}

/// Conforms: CF-T6
#[test]
fn what_a_page_keeps_is_met_in_its_partition_of_its_app_alone() {
    let mut world = World::new();
    let authority = Authority::new();
    world.home.trust(&authority);
    let site = site(&authority);
    let one = world.install(&app("One", 1, true, &site));
    let two = world.install(&app("Two", 2, false, &site));

    let found = world.result_of(&one);
    assert_eq!(found["before"], nothing());
    assert_eq!(found["beside"], all(), "in its own partition it meets all of it");
    for place in ["other", "memory", "iframe"] {
        assert_eq!(found[place], nothing(), "{place}");
    }
    assert_eq!(found["after"], all(), "what another partition removes is another's");

    // Another app has partitions of the same names.
    let found = world.result_of(&two);
    assert_eq!(found["before"], nothing());
    assert_eq!(found["after"]["cookie"], Value::Null);

    let mut found = world.result_of(&one);
    found["before"].as_object_mut().map(|found| found.remove("workers"));
    assert_eq!(found["before"], kept(), "and what it removes is its own");
}
