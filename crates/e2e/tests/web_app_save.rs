//! An app saves the files that the user has opened with it: it asks about each once, and nothing is ever half saved.

use insula_e2e::World;
use insula_testkit::process::{kill, terminate};
use insula_testkit::{AppBuilder, Running, wait};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

/// Does what a key says with the file that it was opened with, and says in the title what that came to.
const EDITOR: &str = r#"
let handle, writable, count = 0;
const show = (result) => document.title = `result: ${++count} ${JSON.stringify(result)}`;
const attempt = async (steps) => {
  try {
    return await steps();
  } catch (error) {
    return error.name;
  }
};
const state = () => handle.queryPermission({ mode: "readwrite" });
const save = async (text) => {
  const writable = await handle.createWritable();
  await writable.write(text);
  await writable.close();
  return await (await handle.getFile()).text();
};
const ALL = {
  q: state,
  r: () => handle.requestPermission({ mode: "readwrite" }),
  v: () => save("saved"),
  e: async () => {
    const writable = await handle.createWritable({ keepExistingData: true });
    await writable.write(new Blob(["B", new Uint8Array([108])]));
    await writable.seek(10);
    await writable.write({ type: "write", position: 7, data: new TextEncoder().encode("bytes") });
    await writable.truncate(11);
    await writable.close();
    return await (await handle.getFile()).text();
  },
  x: async () => {
    const one = await handle.createWritable({ mode: "exclusive" });
    const other = await attempt(() => handle.createWritable());
    await one.abort();
    const after = await handle.createWritable();
    await after.abort();
    return other;
  },
  b: async () => {
    writable = await handle.createWritable();
    await writable.write("half of it");
    return "writing";
  },
  w: () => writable.write("more"),
  m: async () => {
    const writable = await handle.createWritable();
    const piece = new Uint8Array(8 << 20).fill(97);
    for (let i = 0; i < 8; i++) await writable.write(piece);
    await writable.close();
    return (await handle.getFile()).size;
  },
};
launchQueue.setConsumer(async ({ files }) => {
  handle = files[0];
  show([await state(), await attempt(ALL.r), await attempt(() => handle.createWritable().then(() => "granted"))]);
});
addEventListener("keydown", async ({ key }) => {
  if (key === "l") location.reload();
  else if (ALL[key]) show(await attempt(ALL[key]));
});
"#;

/// The editor with a file that it has opened.
struct Editing {
    world: World,
    id: String,
    notes: PathBuf,
}

impl Editing {
    fn new() -> Self {
        let world = World::new();
        let page =
            "<!doctype html><meta charset=utf-8><title>Editor</title><body>Notes<script src=/editor.js></script>";
        let app = AppBuilder::new("Notes").page(page).file("/editor.js", EDITOR).manifest(
            "file_handlers",
            json!([{ "action": "/", "accept": { "text/plain": [".txt"] } }]),
        );
        let id = world.install(&app);
        let notes = world.home.path("files").join("notes.txt");
        fs::create_dir_all(world.home.path("files")).expect("a folder");
        fs::write(&notes, "first").expect("a file");
        Self { world, id, notes }
    }

    fn start(&self) -> Running {
        let notes = self.notes.display().to_string();
        self.world
            .home
            .start(&self.world.display, &[&self.id, "--open", &notes])
    }

    /// Waits for what the page says next.
    fn says(&self, number: u32, expected: &Value) {
        let title = format!("Notes – result: {number} {expected}");
        let titles = || self.world.display.windows().into_iter().map(|window| window.title);
        let is_said = wait::within(Duration::from_secs(15), || titles().find(|shown| *shown == title));
        assert!(
            is_said.is_some(),
            "{title} is not said: {:?}",
            titles().collect::<Vec<_>>()
        );
    }

    fn key(&self, key: &str) {
        self.world.display.wait_for_focus(&self.world.app_window());
        self.world.display.settled();
        self.world.display.key(key);
    }

    /// Presses a key for which the page must ask, and answers.
    fn answer(&self, key: &str, answer: &str) {
        self.key(key);
        self.world.display.wait_for_dialog();
        self.world.display.key(answer);
        wait::until_true("the question is answered", || self.world.display.dialog().is_none());
    }

    fn content(&self) -> String {
        fs::read_to_string(&self.notes).expect("it is there")
    }

    /// The names of the files beside it.
    fn others(&self) -> Vec<String> {
        let folder = self.notes.parent().expect("it is in a folder");
        let entries = fs::read_dir(folder).expect("a folder").flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name != "notes.txt").collect()
    }
}

#[test]
fn an_editor_saves_what_the_user_lets_it_and_is_asked_about_once() {
    let editing = Editing::new();
    fs::set_permissions(&editing.notes, fs::Permissions::from_mode(0o640)).expect("it is ours");
    let mut running = editing.start();
    // Nobody is asked without having done something.
    editing.says(1, &json!(["prompt", "SecurityError", "NotAllowedError"]));
    editing.answer("v", "Escape");
    editing.says(2, &json!("NotAllowedError"));
    editing.key("q");
    editing.says(3, &json!("prompt"));
    assert_eq!(editing.content(), "first");

    editing.answer("v", "alt+s");
    editing.says(4, &json!("saved"));
    assert_eq!(editing.content(), "saved");
    let mode = editing.notes.metadata().expect("it is there").permissions().mode();
    assert_eq!((mode & 0o777, editing.others()), (0o640, vec![]));
    editing.key("e");
    editing.says(5, &json!("Blved\0\0byte"));
    editing.key("x");
    editing.says(6, &json!("NoModificationAllowedError"));
    editing.key("m");
    editing.says(7, &json!(64 << 20));

    // A page that is loaded again has its file again, and the answer holds for all windows until the app ends.
    editing.key("l");
    editing.says(1, &json!(["granted", "granted", "granted"]));
    editing.key("v");
    editing.says(2, &json!("saved"));
    let notes = editing.notes.display().to_string();
    editing.world.home.succeed(&["run", &editing.id, "--open", &notes]);
    editing.says(1, &json!(["granted", "granted", "granted"]));
    terminate(running.id());
    running.child().wait().expect("it ends");
    assert_eq!((editing.content().as_str(), editing.others()), ("saved", vec![]));

    let _running = editing.start();
    editing.says(1, &json!(["prompt", "SecurityError", "NotAllowedError"]));
}

#[test]
fn what_the_user_or_the_organization_refuses_is_not_saved_nor_asked_about_again() {
    let editing = Editing::new();
    let _running = editing.start();
    editing.says(1, &json!(["prompt", "SecurityError", "NotAllowedError"]));
    // A question goes with the page that asks.
    editing.key("r");
    editing.world.display.wait_for_dialog();
    editing.world.home.succeed(&["control", &editing.id, "reload"]);
    wait::until_true("the question goes", || editing.world.display.dialog().is_none());
    editing.says(1, &json!(["prompt", "SecurityError", "NotAllowedError"]));

    editing.answer("r", "alt+d");
    editing.says(2, &json!("denied"));
    editing.key("v");
    editing.says(3, &json!("NotAllowedError"));
    let is_none = || editing.world.display.dialog().is_none();
    assert!(
        wait::holds_for(Duration::from_millis(500), is_none),
        "it is asked again"
    );
    assert_eq!(editing.content(), "first");

    // Who opens the file once more may be asked once more.
    let first = editing.world.app_window();
    let notes = editing.notes.display().to_string();
    editing.world.home.succeed(&["run", &editing.id, "--open", &notes]);
    editing.says(1, &json!(["prompt", "SecurityError", "NotAllowedError"]));
    editing.world.display.close(&first);
    wait::until_true("it closes", || editing.world.display.windows().len() == 1);
    editing.answer("b", "alt+s");
    editing.says(2, &json!("writing"));
    assert_eq!(editing.others().len(), 1);

    // What is being written ends as well.
    let policy = json!({ "DefaultFileSystemWriteGuardSetting": 2 });
    editing.world.home.write_policy("managed", &policy);
    wait::until_true("it is given up", || editing.others().is_empty());
    editing.key("w");
    editing.says(3, &json!("NotAllowedError"));
    editing.key("r");
    editing.says(4, &json!("denied"));
    assert!(is_none(), "the organisation has answered");
    let policy = json!({ "DefaultFileSystemWriteGuardSetting": 2, "FileSystemWriteAskForUrls": ["*"] });
    editing.world.home.write_policy("managed", &policy);
    wait::until_true("the answer counts again", || {
        editing.key("q");
        editing.world.app_window().title.ends_with(r#""granted""#)
    });
    assert_eq!(editing.content(), "first");
}

#[test]
fn a_question_goes_once_the_organisation_has_answered_it() {
    let editing = Editing::new();
    let _running = editing.start();
    editing.says(1, &json!(["prompt", "SecurityError", "NotAllowedError"]));
    editing.key("r");
    editing.world.display.wait_for_dialog();
    let policy = json!({ "DefaultFileSystemWriteGuardSetting": 2 });
    editing.world.home.write_policy("managed", &policy);
    wait::until_true("the question goes", || editing.world.display.dialog().is_none());
    editing.says(2, &json!("denied"));
}

#[test]
fn an_app_that_is_killed_while_it_saves_leaves_the_file_as_it_was() {
    let editing = Editing::new();
    let running = editing.start();
    editing.says(1, &json!(["prompt", "SecurityError", "NotAllowedError"]));
    editing.answer("b", "alt+s");
    editing.says(2, &json!("writing"));
    assert_eq!(editing.others().len(), 1);
    // Its web process first: the page is gone.
    let tree = running.tree();
    tree.named("WebKitWebProcess").into_iter().for_each(kill);
    wait::until_true("what it wrote is given up", || editing.others().is_empty());
    // It comes again by itself, with its file.
    editing.says(1, &json!(["granted", "granted", "granted"]));
    drop(running);

    let mut running = editing.start();
    editing.says(1, &json!(["prompt", "SecurityError", "NotAllowedError"]));
    editing.answer("b", "alt+s");
    editing.says(2, &json!("writing"));
    terminate(running.id());
    running.child().wait().expect("it ends");
    assert!(editing.others().is_empty(), "an app that ends cleans up");
    drop(running);

    let running = editing.start();
    editing.says(1, &json!(["prompt", "SecurityError", "NotAllowedError"]));
    editing.answer("b", "alt+s");
    editing.says(2, &json!("writing"));
    running.tree().kill();
    drop(running);
    assert_eq!((editing.content().as_str(), editing.others().len()), ("first", 1));
    let _running = editing.start();
    editing.says(1, &json!(["prompt", "SecurityError", "NotAllowedError"]));
    editing.answer("v", "alt+s");
    editing.says(2, &json!("saved"));
    assert_eq!(editing.others(), Vec::<String>::new(), "the next save cleans up");
}
