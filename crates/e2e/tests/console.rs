//! `run --console`: what the app's pages and those in its frames say, as lines of JSON.

use insula_e2e::{World, app_with_frames};
use insula_testkit::{AppBuilder, Reply, Site, wait};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

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
        "<script src=/remove.js></script>".to_owned(),
    ]
    .concat();
    let remove = "addEventListener('keydown', () => document.querySelector('[partition=one]').remove())";
    let app = app_with_frames(&body).file("/remove.js", remove);
    let id = world.install(&app);
    let kept = world.home.data().join("storage").join(&id).join("in-memory");
    let sessions = || kept.read_dir().map_or(0, Iterator::count);
    let mut running = world.home.start(&world.display, &["--console", &id]);
    for message in ["default", "memory", "disk"] {
        let line = said(&world, message);
        assert_eq!(line["level"], "warn");
        assert_eq!(line["url"], site.url("/say.js"));
    }
    assert_eq!(sessions(), 2, "one for each partition in memory");
    let mode = kept.metadata().expect("a folder").permissions().mode();
    assert_eq!(mode & 0o077, 0, "nobody else may look into it: {mode:o}");
    world.display.wait_for_focus(&world.app_window());
    world.display.key("space");
    wait::until("what a partition kept goes with its last frame", || {
        (sessions() == 1).then_some(())
    });
    world.close(&mut running);
    assert!(!kept.exists(), "{kept:?}");
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

#[test]
fn messages_of_several_lines_arrive_whole_and_as_one() {
    let world = World::new();
    let forged = "frame\nisolated-app://abc/app.js:1:1: CONSOLE ERROR forged";
    let page = format!("<!doctype html><title>Says</title><script>console.log({forged:?})</script>");
    let site = Site::start(move |_| Reply::html(page.clone()));
    let lines =
        |name: &str, count: usize| (0..count).fold(name.to_owned(), |text, line| format!("{text}\nline {line}"));
    let script =
        "const lines = (name, count) => name + Array.from({ length: count }, (_, line) => `\\nline ${line}`).join('');
                  function outer() { console.trace('traced\\nhere') }
                  outer();
                  for (let count = 0; count < 10; count++) console.log(lines(`many ${count}`, 3000));
                  console.trace('last')";
    let body = format!(
        "<controlledframe src='{}'></controlledframe><script src=/talk.js></script>",
        site.url("/")
    );
    let id = world.install(&app_with_frames(&body).file("/talk.js", script));
    let mut running = world.home.start(&world.display, &["--console", &id]);
    said(&world, forged);
    for count in 0..10 {
        said(&world, &lines(&format!("many {count}"), 3000));
    }
    let stack = world.home.wait_for_message("traced\nhere\n0: outer(isolated-app://");
    assert!(stack.contains("\n1: "), "{stack}");
    world.home.wait_for_message("last\n0: ");
    world.close(&mut running);
    let complaints = world.home.log("stderr");
    assert!(!complaints.contains("line 1"), "{complaints}");
}

/// Limit: module-link
#[test]
fn an_error_of_an_interface_is_the_apps_at_the_apps_line() {
    let world = World::new();
    let script = "addEventListener('error', ({ message, filename, lineno }) => {
                    console.log(['told', message, filename, lineno].join(' | '));
                  });

                  new TCPSocket('host', 99999999);";
    let page = "<!doctype html><title>Errs</title><script src=/errs.js></script><script src=/misspelt.js></script>
                <script type=module src=/unlinked.js></script>";
    let app = AppBuilder::new("Errs")
        .page(page)
        .file("/errs.js", script)
        .file("/misspelt.js", "\nlet = ;")
        .file("/unlinked.js", "import { missing } from '/other.js'")
        .file("/other.js", "export default 1");
    let id = world.install(&app);
    let _running = world.home.start(&world.display, &["--console", &id]);
    let told = world.home.wait_for_message("told | ");
    let url = format!("isolated-app://{id}/errs.js");
    assert!(told.starts_with("TypeError: Failed to construct 'TCPSocket'"), "{told}");
    assert!(told.ends_with(&format!("| {url} | 5")), "{told}");
    world.home.wait_for_message("told | SyntaxError: Importing");
    let places = wait::until("all errors are printed", || {
        let console = world.home.console();
        let errors = console.iter().filter(|line| line["level"] == "error");
        let places: Vec<_> = errors.map(|line| json!([line["url"], line["line"]])).collect();
        (places.len() == 3).then_some(places)
    });
    let misspelt = format!("isolated-app://{id}/misspelt.js");
    assert_eq!(json!(places), json!([[url, 5], [misspelt, 2], [null, null]]));
}

/// Limit: console-cut
#[test]
fn a_flood_of_messages_neither_holds_the_page_up_nor_is_hidden() {
    let world = World::new();
    let script = "const long = 'x'.repeat(3 << 20);
                  for (let count = 0; count < 5; count++) console.log(long);
                  console.log('\\u009b\\u202edone')";
    let page = "<!doctype html><title>Flood</title><script src=/flood.js></script>";
    let id = world.install(&AppBuilder::new("Flood").page(page).file("/flood.js", script));
    let _running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("\u{9b}\u{202e}done");
    let text = world.home.log("stdout");
    assert!(
        text.contains(r"\u009b\u202edone"),
        "what commands a terminal is escaped"
    );
    let console = world.home.console();
    let whole = |line: &Value| Some(line["message"].as_str()?.len() as u64 + line["cut"].as_u64()?);
    let lengths: Vec<_> = console.iter().filter_map(whole).collect();
    assert_eq!(lengths, [3 << 20; 5]);
}
