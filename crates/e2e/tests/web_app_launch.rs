//! What an app is started for: files, links and pages come to the window that its manifest says, whose page is told.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Bus, Reply, Running, Site, wait};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::PathBuf;

/// The page says what it was told, and reads the file again when a key is pressed.
const EDITOR: &str = r#"
const loaded = performance.timeOrigin;
const told = [];
const show = (result) => document.title = "result: " + JSON.stringify(result);
const read = async (handle) => {
  try {
    const file = await handle.getFile();
    const end = await file.slice(-6).text();
    return [handle.name, file.name, file.size, file.type, end];
  } catch (error) {
    return [handle.name, error.name];
  }
};
let last = [];
launchQueue.setConsumer(async ({ targetURL, files }) => {
  last = files;
  told.push([new URL(targetURL).pathname, await Promise.all([...files].map(read))]);
  show(told);
});
addEventListener("keydown", async () => show(["again", await Promise.all([...last].map(read))]));
"#;

fn editor(mode: &str) -> AppBuilder {
    let page = "<!doctype html><meta charset=utf-8><title>Editor</title><body>Notes<script src=/editor.js></script>";
    AppBuilder::new("Notes")
        .page(page)
        .file("/open", page)
        .header("/open", "content-type", "text/html")
        .file("/editor.js", EDITOR)
        .manifest("launch_handler", json!({ "client_mode": mode }))
        .manifest("file_handlers", handlers())
}

fn handlers() -> Value {
    json!([{ "action": "/open", "accept": { "text/plain": [".txt"], "application/octet-stream": ".bin" } }])
}

fn file(world: &World, name: &str, content: &str) -> PathBuf {
    let path = world.home.path("files").join(name);
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
    fs::write(&path, content).expect("a file");
    path
}

fn url_of(path: &std::path::Path) -> String {
    format!("file://{}", path.display().to_string().replace(' ', "%20"))
}

fn result(world: &World) -> Value {
    serde_json::from_str(&world.wait_for_title("result: ")).expect("JSON")
}

#[test]
fn files_that_the_user_opens_come_to_the_page_which_reads_them_as_they_are_now() {
    let world = World::new();
    let id = world.install(&editor("auto"));
    let notes = file(&world, "my notes.txt", "first");
    let huge = world.home.path("files").join("huge.bin");
    File::create(&huge)
        .and_then(|file| file.set_len(5 << 30))
        .expect("a file that takes no room");
    let mut running = world.home.start(
        &world.display,
        &[&id, "--open", &url_of(&notes), &huge.display().to_string()],
    );
    assert_eq!(
        result(&world),
        json!([[
            "/open",
            [
                ["my notes.txt", "my notes.txt", 5, "text/plain", "first"],
                ["huge.bin", "huge.bin", 5_u64 << 30, "", "\0\0\0\0\0\0"],
            ]
        ]])
    );
    fs::write(&notes, "changed").expect("another program changes it");
    fs::remove_file(&huge).expect("and removes one");
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    world.display.key("x");
    wait::until("the page has read them again", || {
        let again = json!([
            "again",
            [
                ["my notes.txt", "my notes.txt", 7, "text/plain", "hanged"],
                ["huge.bin", "NotFoundError"],
            ]
        ]);
        world
            .app_window()
            .title
            .ends_with(&format!("result: {again}"))
            .then_some(())
    });

    // What is opened next has a window of its own, so that the page with the first file is not lost.
    let other = file(&world, "other.txt", "second");
    world
        .home
        .succeed(&["run", &id, "--open", &other.display().to_string()]);
    let second = wait::until("another window has the other file", || {
        let mut windows = world.display.windows().into_iter();
        windows.find(|window| window.title.contains("other.txt"))
    });
    assert_eq!(world.display.windows().len(), 2);
    world.display.close(&second);
    wait::until_true("it closes", || world.display.windows().len() == 1);
    world.close(&mut running);

    let program = file(&world, "program.exe", "no");
    let refused = world.home.run(&["run", &id, "--open", &program.display().to_string()]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(
        refused.stderr.contains("opens no files like `program.exe`"),
        "{refused:?}"
    );
    let gone = world.home.run(&["run", &id, "--open", "/nowhere/at.txt"]);
    assert_eq!(gone.code, 2, "{gone:?}");
    assert!(gone.stderr.contains("`/nowhere/at.txt` is not a file"), "{gone:?}");
}

#[test]
fn a_page_that_is_open_is_told_of_what_the_app_is_started_for_next() {
    let world = World::new();
    let id = world.install(&editor("focus-existing"));
    let notes = file(&world, "notes.txt", "first");
    let mut running = world.home.start(&world.display, &[&id]);
    assert_eq!(result(&world), json!([["/", []]]));
    world
        .home
        .succeed(&["run", &id, "--open", &notes.display().to_string()]);
    let expected = json!([
        ["/", []],
        ["/open", [["notes.txt", "notes.txt", 5, "text/plain", "first"]]]
    ]);
    wait::until("the same page is told", || {
        let title = world.app_window().title;
        title.ends_with(&format!("result: {expected}")).then_some(())
    });
    assert_eq!(world.display.windows().len(), 1);
    world.close(&mut running);
}

#[test]
fn an_app_that_is_to_navigate_goes_to_its_page_and_one_for_new_windows_opens_one() {
    let world = World::new();
    let notes = |world: &World| file(world, "notes.txt", "first").display().to_string();
    let told = json!([["/open", [["notes.txt", "notes.txt", 5, "text/plain", "first"]]]]);
    for (mode, windows) in [("navigate-existing", 1), ("navigate-new", 2)] {
        let id = world.install(&editor(mode).manifest("version", format!("1.0.{windows}").into()));
        let mut running = world.home.start(&world.display, &[&id]);
        assert_eq!(result(&world), json!([["/", []]]), "{mode}");
        world.home.succeed(&["run", &id, "--open", &notes(&world)]);
        let title = format!("Notes – result: {told}");
        let opened = wait::until(mode, || {
            let open = world.display.windows();
            let opened = open.iter().find(|window| window.title == title).cloned();
            opened.filter(|_| open.len() == windows)
        });
        if windows == 2 {
            world.display.close(&opened);
            wait::until_true("it closes", || world.display.windows().len() == 1);
        }
        world.close(&mut running);
    }
}

/// A site with the same page, which counts its files on its icon.
fn site() -> Site {
    Site::start(|request| match request.path() {
        "/app/" | "/open" => Reply::html(format!(
            "<!doctype html><meta charset=utf-8><title>Editor</title><link rel=manifest href=/app.webmanifest>\
             <body>Notes<script>{EDITOR}</script>\
             <script>addEventListener('keydown', ({{ key }}) => key === 'f' ? navigator.setAppBadge() : navigator.setAppBadge(7))</script>"
        )),
        "/app.webmanifest" => Reply::of(
            "application/manifest+json",
            json!({
                "name": "Notes", "id": "/app/", "start_url": "/app/", "scope": "/", "display": "standalone",
                "launch_handler": { "client_mode": ["unknown", "navigate-existing"] }, "file_handlers": handlers(),
            })
            .to_string(),
        ),
        _ => Reply::not_found(),
    })
}

#[test]
fn a_site_gets_files_as_well() {
    let (world, site) = (World::new(), site());
    world.home.succeed(&["install", &site.url("/app/")]);
    let notes = file(&world, "notes.txt", "first");
    let mut running = world
        .home
        .start(&world.display, &["Notes", "--open", &notes.display().to_string()]);
    let expected = json!([["/open", [["notes.txt", "notes.txt", 5, "text/plain", "first"]]]]);
    assert_eq!(result(&world), expected);
    world.close(&mut running);
}

#[test]
fn the_badge_of_an_app_is_told_to_the_dock_and_goes_with_the_app() {
    let (mut world, site, bus) = (World::new(), site(), Bus::start());
    world.home.set_variable("DBUS_SESSION_BUS_ADDRESS", bus.address());
    world.home.succeed(&["install", &site.url("/app/")]);
    let id = world.home.succeed(&["list", "--json"]).json()["apps"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let escaped = id.chars().map(|c| match c {
        c if c.is_ascii_alphanumeric() => c.to_string(),
        c => format!("_{:02x}", u32::from(c)),
    });
    let told = bus.listen(&format!("org.insula.App.a{}", escaped.collect::<String>()));
    let mut running: Running = world.home.start(&world.display, &["Notes"]);
    result(&world);
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    let last = || {
        told.lines()
            .into_iter()
            .rfind(|line| line.contains("LauncherEntry.Update"))
    };
    let tells = |what: &str, parts: &[&str]| {
        wait::until(what, || {
            let line = last()?;
            let address = format!("'application://insula-{id}.desktop'");
            let is_there = |part: &&str| line.contains(*part);
            (line.contains(&address) && parts.iter().all(is_there)).then_some(())
        });
    };
    world.display.key("x");
    tells(
        "the number",
        &["'count': <int64 7>", "'count-visible': <true>", "'urgent': <false>"],
    );
    world.display.key("f");
    tells("a mark", &["'count-visible': <false>", "'urgent': <true>"]);
    world.close(&mut running);
    tells("nothing is left", &["'count-visible': <false>", "'urgent': <false>"]);
}
