//! `run --console`: what the app's pages and those in its frames say, as lines of JSON.

use insula_e2e::{World, app_with_frames};
use insula_testkit::{AppBuilder, Reply, Site};
use serde_json::{Value, json};

fn said(world: &World, message: &str) -> Value {
    world.home.wait_for_message(message);
    let console = world.home.console();
    console
        .into_iter()
        .find(|line| line["message"] == message)
        .expect("it was said")
}

#[test]
fn frames_are_heard_wherever_their_data_lives_and_leave_nothing() {
    let mut world = World::new();
    let temporary = world.home.path("temporary");
    world.home.set_variable("TMPDIR", &temporary.display().to_string());
    let site = Site::start(|request| match request.path() {
        "/say.js" => Reply::of("text/javascript", "console.warn(location.search.slice(1))"),
        _ => Reply::html("<!doctype html><title>Says</title><script src=/say.js></script>"),
    });
    let frame = |partition: &str, says: &str| {
        let url = site.url(&format!("/?{says}"));
        format!("<controlledframe partition='{partition}' src='{url}'></controlledframe>")
    };
    let body = [
        frame("", "default"),
        frame("one", "memory"),
        frame("persist:two", "disk"),
    ]
    .concat();
    let id = world.install(&app_with_frames(&body));
    let mut running = world.home.start(&world.display, &["--console", &id]);
    for message in ["default", "memory", "disk"] {
        let line = said(&world, message);
        assert_eq!(line["level"], "warn");
        assert_eq!(line["url"], site.url("/say.js"));
    }
    world.close(&mut running);
    let left: Vec<_> = temporary.read_dir().expect("the folder").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn every_method_of_the_console_is_a_line_of_json() {
    let world = World::new();
    let script = "console.group('group'); console.table([1]); console.groupEnd(); console.assert(false, 'assertion');
                  console.log('two\\nlines')";
    let page = "<!doctype html><title>Talks</title><script src=/talk.js></script>";
    let id = world.install(&AppBuilder::new("Talks").page(page).file("/talk.js", script));
    let _running = world.home.start(&world.display, &["--console", &id]);
    said(&world, "two\nlines");
    let kinds: Vec<_> = world
        .home
        .console()
        .iter()
        .map(|line| json!([line["type"], line["level"]]))
        .collect();
    assert_eq!(
        json!(kinds),
        json!([
            ["startgroup", "log"],
            ["table", "log"],
            ["endgroup", "log"],
            ["assert", "error"],
            ["log", "log"]
        ])
    );
}
