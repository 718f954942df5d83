//! What goes wrong around the program: a clear error each, nothing lost.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use insula_e2e::{World, forbid_sandboxes};
use insula_testkit::{AppBuilder, Home, Outcome, home, process, wait};
use serde_json::json;

/// What a person must be told: something, in one piece, that is no report of a broken program.
fn assert_clear(what: &str, outcome: &Outcome) {
    assert!((1..=3).contains(&outcome.code), "{what}: {outcome:?}");
    assert!(!outcome.stderr.trim().is_empty(), "{what}: {outcome:?}");
    for word in ["panicked", "RUST_BACKTRACE", "Err(", "unwrap"] {
        assert!(!outcome.stderr.contains(word), "{what}: {outcome:?}");
    }
}

fn install(home: &Home, name: &str, bytes: &[u8]) -> Outcome {
    let file = home.path("files").join(name);
    fs::write(&file, bytes).expect("a file of the test");
    home.run(&["install", &file.display().to_string()])
}

fn assert_nothing_is_installed(home: &Home) {
    let listed = home.succeed(&["list", "--json"]).json();
    assert_eq!(listed, json!({ "apps": [], "damaged": [] }));
}

#[test]
fn damaged_bundles_are_refused_and_nothing_is_installed() {
    let home = Home::new();
    let good = AppBuilder::new("Good").bundle();
    let mut flipped = good.clone();
    let middle = flipped.len() - 200;
    flipped[middle] ^= 1;
    for (name, bytes) in [
        ("empty.swbn", Vec::new()),
        ("text.swbn", b"this is no bundle".to_vec()),
        ("zeros.swbn", vec![0; 100_000]),
        ("truncated.swbn", good[..good.len() / 2].to_vec()),
        ("longer.swbn", [good.as_slice(), b"more"].concat()),
        ("flipped.swbn", flipped),
        ("unsigned.wbn", good[good.len() / 3..].to_vec()),
    ] {
        assert_clear(name, &install(&home, name, &bytes));
    }
    assert_nothing_is_installed(&home);
    assert_clear("missing", &home.run(&["install", "/nowhere/app.swbn"]));
    assert_clear("a folder", &home.run(&["install", "/"]));
    assert_clear("no such app", &home.run(&["run", "nothing-of-this-name"]));
}

#[test]
fn manifests_that_are_none_are_refused_by_name() {
    let home = Home::new();
    let manifest = "/.well-known/manifest.webmanifest";
    for (name, app, said) in [
        (
            "no version",
            AppBuilder::new("x").manifest("version", serde_json::Value::Null),
            "version",
        ),
        (
            "a bad version",
            AppBuilder::new("x").manifest("version", "1.x".into()),
            "version",
        ),
        (
            "no icon",
            AppBuilder::new("x").manifest("icons", serde_json::Value::Null),
            "icon",
        ),
        (
            "a start page that is missing",
            AppBuilder::new("x").manifest("start_url", "/nowhere.html".into()),
            "nowhere.html",
        ),
    ] {
        let outcome = install(&home, "app.swbn", &app.bundle());
        assert_clear(name, &outcome);
        assert!(outcome.stderr.contains(said), "{name}: {outcome:?}");
    }
    let folder = AppBuilder::new("x").write_folder(&home.path("folder"));
    fs::write(folder.join(&manifest[1..]), "{ not json").unwrap();
    let outcome = home.run(&["run", &folder.display().to_string()]);
    assert_clear("not JSON", &outcome);
    assert!(outcome.stderr.contains("manifest"), "{outcome:?}");
    assert_nothing_is_installed(&home);
}

#[test]
fn a_bundle_that_was_corrupted_after_installation_does_not_start() {
    let world = World::new();
    let id = world.install(&AppBuilder::new("Corrupted"));
    let bundle = find(&world.home.data(), "swbn").expect("the installed bundle is somewhere");
    let mut bytes = fs::read(&bundle).unwrap();
    let middle = bytes.len() - 200;
    bytes[middle] ^= 1;
    let mut permissions = fs::metadata(&bundle).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "the file is gone in a moment")]
    permissions.set_readonly(false);
    fs::set_permissions(&bundle, permissions).unwrap();
    fs::write(&bundle, bytes).unwrap();
    let mut command = world.home.command(&["run", &id]);
    command.env("DISPLAY", world.display.name());
    let output = command.output().unwrap();
    let outcome = Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::new(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    assert_clear("corrupted", &outcome);
    assert!(world.display.windows().is_empty(), "no window of a corrupted app");
}

#[test]
fn two_apps_run_on_one_data_folder() {
    let world = World::new();
    let (one, two) = (AppBuilder::new("One"), AppBuilder::new("Two").seed(2));
    let ids = [world.install(&one), world.install(&two)];
    let _running = ids.each_ref().map(|id| world.home.start(&world.display, &[id]));
    wait::until_true("both open", || world.display.windows().len() == 2);
}

#[test]
fn an_app_that_is_killed_starts_again_and_leaves_nothing() {
    let world = World::new();
    let id = world.install(&AppBuilder::new("Killed"));
    let notes = |process: u32| {
        let folder = world.home.path("home/run/.flatpak");
        let entries = fs::read_dir(folder).unwrap().flatten();
        let of_process = format!("webkit-{process}-");
        entries
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(&of_process))
            .count()
    };
    let mut running = world.home.start(&world.display, &[&id]);
    wait::until("the app opens", || world.display.windows().pop());
    wait::until_true("WebKit notes its sandboxes", || notes(running.id()) > 0);
    let tree = running.tree();
    process::kill(running.id());
    running.child().wait().expect("it ends");
    wait::until_true("its processes end with it", || {
        !tree.ids.iter().any(|id| process::is_alive(*id))
    });
    assert!(notes(running.id()) > 0);
    let mut again = world.home.start(&world.display, &[&id]);
    wait::until("it opens again", || world.display.windows().pop());
    assert_eq!(notes(running.id()), 0);
    world.close(&mut again);
    assert_eq!(notes(again.id()), 0);
}

#[test]
fn an_app_runs_without_a_home_a_session_and_a_locale_that_this_machine_has() {
    let mut world = World::new();
    let gone = world.home.path("home").join("gone").display().to_string();
    for (name, value) in [
        ("HOME", "/proc/nowhere"),
        ("XDG_RUNTIME_DIR", gone.as_str()),
        ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/proc/nowhere/bus"),
        ("AT_SPI_BUS_ADDRESS", "unix:path=/proc/nowhere/a11y/bus"),
        ("LC_ALL", "gsw_LI.UTF-8"),
    ] {
        world.home.set_variable(name, value);
    }
    let script = "document.title = 'result: ' + JSON.stringify([navigator.languages, (1e3).toLocaleString()])";
    let page = "<!doctype html><title>Bare</title><script src=/app.js></script>";
    let id = world.install(&AppBuilder::new("Bare").page(page).file("/app.js", script));
    assert_eq!(world.result_of(&id), json!([["gsw-LI"], "1’000"]));
}

#[test]
fn where_no_sandbox_can_be_made_there_is_a_sentence() {
    let world = World::new();
    let id = world.install(&AppBuilder::new("Bare"));
    let forbidden = world.home.path("forbidden");
    forbid_sandboxes(&forbidden);
    let mut command = world.home.command(&["run", &id]);
    command.env("DISPLAY", world.display.name()).env("PATH", forbidden);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("error: WebKit's processes cannot have their sandbox here: bwrap: Creating"),
        "{said}"
    );
    assert!(
        said.contains("hint: this user must be able to make namespaces"),
        "{said}"
    );
}

#[test]
fn without_a_display_there_is_a_sentence() {
    let home = Home::new();
    let file = AppBuilder::new("Blind").write_bundle(&home.path("bundles"));
    let file = file.display().to_string();
    for arguments in [&["run", &file][..], &["run", "--console", &file]] {
        let outcome = home.run(arguments);
        assert_clear("no display", &outcome);
        assert!(outcome.stderr.contains("display"), "{arguments:?}: {outcome:?}");
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    let mut home = Home::new();
    let (old, new) = (
        AppBuilder::new("Old"),
        AppBuilder::new("Old").manifest("version", "2.0.0".into()),
    );
    let text = |path: PathBuf| path.display().to_string();
    let (old, new) = (
        text(old.write_bundle(&home.path("old"))),
        text(new.file("/big", vec![7; 1 << 20]).write_bundle(&home.path("new"))),
    );
    home.succeed(&["install", &old]);
    // A limit on the size of files is a disk that is full at that point, for every writer alike.
    let limited = home.path("limited").join("insula");
    let program = home::program();
    let script = format!(
        "#!/bin/bash\nulimit -f 100\ntrap '' XFSZ\nexec {} \"$@\"\n",
        program.display()
    );
    fs::write(&limited, script).unwrap();
    fs::set_permissions(&limited, fs::Permissions::from_mode(0o755)).unwrap();
    home.set_program(limited);
    assert_clear("full", &home.run(&["install", &new]));
    home.set_program(program);
    let listed = home.succeed(&["list"]).stdout;
    assert!(listed.contains("1.0.0"), "{listed}");
    home.succeed(&["install", &new]);
    assert!(home.succeed(&["list"]).stdout.contains("2.0.0"));
}

/// Puts something in the place of a policy file.
type Breakage = fn(&Path) -> io::Result<()>;

const BROKEN_POLICIES: [(&str, Breakage); 9] = [
    ("not JSON", |path| {
        fs::write(path, "{ \"DefaultNotificationsSetting\": 1")
    }),
    ("a list", |path| fs::write(path, "[]")),
    ("not text", |path| fs::write(path, [0xff; 100])),
    ("deep", |path| fs::write(path, "[".repeat(1 << 20))),
    ("long", |path| fs::write(path, " ".repeat(5 << 20))),
    ("a folder", |path| fs::create_dir(path)),
    ("a link to nothing", |path| symlink("/nowhere", path)),
    ("a device", |path| symlink("/dev/zero", path)),
    ("a pipe", |path| {
        let made = Command::new("mkfifo").arg(path).status()?;
        made.success().then_some(()).ok_or(io::ErrorKind::Unsupported.into())
    }),
];

#[test]
fn a_policy_that_cannot_be_read_forbids_everything_and_says_where() {
    for (what, make) in BROKEN_POLICIES {
        let home = Home::new();
        let app = AppBuilder::new("Managed");
        let (id, file) = (app.id(), app.write_bundle(&home.path("bundles")).display().to_string());
        home.succeed(&["install", &file]);
        home.succeed(&["permissions", &id, "grant", "unrestricted-network"]);
        make(&home.path("policy/managed").join("broken.json")).expect("the file can be broken");
        let listed = home.succeed(&["permissions", &id, "--json"]);
        assert!(listed.stderr.contains("broken.json"), "{what}: {listed:?}");
        assert!(
            listed.stderr.contains("every permission is refused"),
            "{what}: {listed:?}"
        );
        assert_eq!(listed.json()[0]["state"], "denied", "{what}: {listed:?}");
        let refused = home.run(&["permissions", &id, "grant", "notifications"]);
        assert_eq!(refused.code, 3, "{what}: {refused:?}");
        assert_clear(what, &refused);
    }
}

#[test]
fn a_policy_that_breaks_while_an_app_runs_takes_its_grant_away() {
    let world = World::new();
    let id = world.install(&AppBuilder::new("Managed"));
    world.decide(&id, "grant", "unrestricted-network");
    let session = insula_testkit::Session::open(&world.home, &world.display, &id, None);
    let state = || session.eval("return navigator.unrestrictedNetwork.state");
    assert_eq!(state(), "granted");
    let file = world.home.path("policy/managed").join("broken.json");
    fs::write(&file, "{").unwrap();
    session.until_true("nothing is granted", || state() == "denied");
    fs::remove_file(file).unwrap();
    session.until_true("what the user decided counts again", || state() == "granted");
}

fn find(folder: &Path, extension: &str) -> Option<PathBuf> {
    let mut entries = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    entries.find_map(|path| match path.is_dir() {
        true => find(&path, extension),
        false => path.extension().is_some_and(|found| found == extension).then_some(path),
    })
}
