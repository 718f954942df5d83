//! Apps with more frames than anybody needs: what the user takes back goes at once, and nothing runs over.

use std::time::{Duration, Instant};

use insula_e2e::{World, app_with_frames};
use insula_testkit::{AppBuilder, Reply, Site, wait};
use serde_json::json;

/// An app that runs a module in a page with frames.
fn app(script: &str) -> AppBuilder {
    app_with_frames("<script type=module src=/main.js></script>").file("/main.js", script)
}

/// Makes frames, each of a site of its own, all in one go.
const ALL_AT_ONCE: &str = r#"
for (let number = 1; number <= 150; number++) {
  const frame = document.createElement("controlledframe");
  frame.src = `http://site${number}.localhost:PORT/`;
  document.body.append(frame);
}
console.log("made");
"#;

#[test]
fn frames_that_are_made_at_once_go_within_a_second_when_they_are_taken_back() {
    let world = World::new();
    let site = Site::start(|_| Reply::Endless("text/html"));
    let id = world.install(&app(&ALL_AT_ONCE.replace("PORT", &site.port().to_string())));
    let _running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("made");
    wait::until_true("some of them load", || site.answering() >= 3);

    world.decide(&id, "deny", "controlled-frame");
    let start = Instant::now();
    wait::until_true("all have ended", || site.answering() == 0);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(1), "only after {took:?}");
    assert!(
        wait::holds_for(Duration::from_secs(1), || site.answering() == 0),
        "more of them came"
    );
}

/// Makes three frames again and again, each of a site of its own, and removes them before they have loaded.
const AGAIN_AND_AGAIN: &str = r#"
const make = () => {
  const frame = document.createElement("controlledframe");
  frame.src = `http://site${++number}.localhost:PORT/`;
  document.body.append(frame);
  return frame;
};
let number = 0;
const start = performance.now();
const timer = setInterval(() => {
  document.querySelectorAll("controlledframe").forEach((frame) => frame.remove());
  if (performance.now() - start < 5000) {
    for (let i = 0; i < 3; i++) make();
  } else {
    clearInterval(timer);
    make().addEventListener("loadstop", () => console.log("loaded"));
  }
}, 20);
"#;

#[test]
fn frames_that_come_and_go_without_a_pause_do_not_pile_up() {
    let world = World::new();
    let site = Site::start(|_| Reply::html("<!doctype html><title>Site</title>"));
    let id = world.install(&app(&AGAIN_AND_AGAIN.replace("PORT", &site.port().to_string())));
    let mut running = world.home.start(&world.display, &["--console", &id]);
    let mut most = 0;
    wait::until_true("the last frame loads", || {
        most = most.max(running.tree().named("WebKitWebProcess").len());
        world.home.console().iter().any(|line| line["message"] == "loaded")
    });
    assert!(most < 64, "there were {most} processes at once");
    world.close(&mut running);
}

/// Makes one frame more than an app can have, all of one site, and asks the last one for something.
const TOO_MANY: &str = r#"
const frames = [];
for (let number = 0; number <= 160; number++) {
  const frame = document.createElement("controlledframe");
  frame.src = URL;
  document.body.append(frame);
  frames.push(frame);
}
const ask = (frame) => frame.executeScript({ code: "document.title" }).catch(({ name }) => name);
const answers = await Promise.all(frames.map(ask));
frames[0].remove();
document.body.append(frames[160]);
const again = await ask(frames[160]);
console.log("result: " + JSON.stringify([answers.filter((it) => it === "Site").length, answers.at(-1), again]));
"#;

/// Limit: most-frames
#[test]
fn an_app_has_so_many_frames_and_no_more() {
    let world = World::new();
    let site = Site::start(|_| Reply::html("<!doctype html><title>Site</title>"));
    let id = world.install(&app(&TOO_MANY.replace("URL", &json!(site.url("/")).to_string())));
    let mut running = world.home.start(&world.display, &["--console", &id]);
    let result = world.home.wait_for_message("result: ");
    assert_eq!(result, r#"[160,"QuotaExceededError","Site"]"#);
    world.close(&mut running);
}
