//! New versions of apps, from a server of their developer's.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use insula_e2e::World;
use insula_testkit::{AppBuilder, Reply, Running, Site, wait};
use serde_json::{Value, json};

/// Versions and their bundles.
type Releases = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A developer's server: a list of releases, and their bundles.
struct Developer {
    releases: Releases,
    site: Site,
    asked: Arc<AtomicUsize>,
}

impl Developer {
    fn new() -> Self {
        let releases = Releases::default();
        let (listed, asked) = (releases.clone(), Arc::new(AtomicUsize::new(0)));
        let counted = asked.clone();
        let site = Site::start(move |request| {
            let releases = listed.lock().expect("no test failed");
            if request.path() == "/updates.json" {
                counted.fetch_add(1, Ordering::SeqCst);
                let entry =
                    |(version, _): &(String, Vec<u8>)| json!({ "version": version, "src": format!("{version}.swbn") });
                let versions: Vec<Value> = releases.iter().map(entry).collect();
                return Reply::of("application/json", json!({ "versions": versions }).to_string());
            }
            let asked = releases
                .iter()
                .find(|(version, _)| request.path() == format!("/{version}.swbn"));
            asked.map_or_else(Reply::not_found, |(_, bundle)| {
                Reply::of("application/webbundle", bundle.clone())
            })
        });
        Self { releases, site, asked }
    }

    fn release(&self, world: &World, version: &str, app: AppBuilder) {
        let app = app.manifest("version", version.into());
        let bundle = fs::read(app.write_bundle(&world.home.path("bundles"))).expect("the bundle");
        self.releases
            .lock()
            .expect("no test failed")
            .push((version.to_owned(), bundle));
    }

    /// How often the list of releases has been asked for.
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn url(&self) -> String {
        self.site.url("/updates.json")
    }
}

/// An app that says which version it is, and how often it was started.
fn counter(version: &str) -> AppBuilder {
    let script = format!(
        "localStorage.starts = Number(localStorage.starts ?? 0) + 1;\
         document.title = `result: \"{version}, start ${{localStorage.starts}}\"`;"
    );
    AppBuilder::new("Counter")
        .page("<!doctype html><meta charset=utf-8><title>App</title><script src=/app.js></script>")
        .file("/app.js", script)
}

fn version(world: &World) -> String {
    let apps = world.home.succeed(&["list", "--json"]).json();
    apps["apps"][0]["version"].as_str().unwrap_or_default().to_owned()
}

fn until_version(world: &World, expected: &str) {
    wait::within(wait::LONG, || (version(world) == expected).then_some(()))
        .unwrap_or_else(|| panic!("still version {}: {}", version(world), world.home.log("stderr")));
}

#[test]
fn an_app_gets_its_update_while_it_runs_and_has_it_from_the_next_start_on_with_what_it_stored() {
    let (world, developer) = (World::new(), Developer::new());
    developer.release(&world, "1.0", counter("1.0"));
    world.home.succeed(&["install", &developer.url()]);
    developer.release(&world, "1.1", counter("1.1"));
    let first = world.result_of_after("Counter", || until_version(&world, "1.1"));
    assert_eq!(first, "1.0, start 1", "it goes on as it was");
    assert_eq!(world.result_of("Counter"), "1.1, start 2");
    // It has started: what was before is not needed any more.
    let bundles = insula_e2e::files_with(&world.home.data(), b"document.title");
    assert_eq!(bundles.len(), 1, "{bundles:?}");
}

#[test]
fn an_update_that_never_starts_is_taken_back_and_not_installed_again() {
    let (world, developer) = (World::new(), Developer::new());
    developer.release(&world, "1.0", counter("1.0"));
    world.home.succeed(&["install", &developer.url()]);
    developer.release(&world, "2.0", counter("2.0"));
    let updated = world.home.succeed(&["update", "Counter", "--json"]).json();
    assert_eq!(
        (&updated[0]["update"], &updated[0]["version"]),
        (&json!("installed"), &json!("2.0"))
    );
    for _ in 0..2 {
        // Whatever ends it, it is gone before its page has lived.
        let mut running = world.home.start(&world.display, &["Counter"]);
        world.wait_for_title("result: ");
        running.child().kill().expect("it runs");
        running.child().wait().expect("it ends");
        wait::until("its window is gone", || {
            world.display.windows().is_empty().then_some(())
        });
    }
    let found = world.result_of("Counter");
    assert!(
        found.as_str().is_some_and(|found| found.starts_with("1.0, ")),
        "{found}"
    );
    assert!(
        world
            .home
            .log("stderr")
            .contains("version 2.0 of Counter did not start: the one before is back")
    );
    let again = world.home.succeed(&["update", "--json"]).json();
    assert_eq!(again[0]["update"], "none");
    assert_eq!(version(&world), "1.0");
}

#[test]
fn a_user_looks_for_an_update_in_the_apps_menu_and_the_desktop_knows_it_from_the_next_start_on() {
    let (world, developer) = (World::new(), Developer::new());
    developer.release(&world, "1.0", counter("1.0"));
    world.home.succeed(&["install", &developer.url()]);
    let entry = || {
        let name = format!("insula-{}.desktop", counter("1.0").id());
        fs::read_to_string(world.home.path("home/share/applications").join(name)).expect("an entry")
    };
    let at_install = developer.asked();
    let mut running = world.home.start(&world.display, &["Counter"]);
    world.wait_for_title("result: ");
    // It has looked by itself, and does not for hours.
    wait::until_true("it has looked for one", || developer.asked() > at_install);
    let shortcut = json!([{ "name": "Count again", "url": "/?again" }]);
    developer.release(&world, "1.1", counter("1.1").manifest("shortcuts", shortcut));
    world.display.wait_for_focus(&world.app_window());
    let before = world.display.screenshot();
    world.display.key("F10");
    wait::until_true("the menu is open", || world.display.screenshot() != before);
    world.display.key("alt+u");
    until_version(&world, "1.1");
    world.display.key("Escape");
    world.close(&mut running);
    assert!(!entry().contains("Count again"));
    assert_eq!(world.result_of("Counter"), "1.1, start 2");
    assert!(entry().contains("Name=Count again"), "{}", entry());
}

#[test]
fn an_app_whose_key_was_stolen_runs_no_more_until_there_is_a_version_with_the_new_one() {
    let (world, developer) = (World::new(), Developer::new());
    developer.release(&world, "1.0", counter("1.0"));
    world.home.succeed(&["install", &developer.url()]);
    let new = counter("1.0").signing_seed(7);
    let file = world.home.path("policy/managed").join("key-rotation.json");
    let rotations = |expected: Value| {
        let rotations = json!({ new.id(): { "expected_key": expected } });
        fs::write(&file, rotations.to_string()).expect("a policy file");
    };
    rotations(new.public_key().into());
    let refused = world.home.run(&["run", "Counter"]);
    assert!(
        refused.code == 2
            && refused
                .stderr
                .contains("is not signed with the key that has taken the place"),
        "{refused:?}"
    );
    // Whoever has the stolen key has nothing of it.
    developer.release(&world, "2.0", counter("2.0"));
    assert_ne!(world.home.run(&["update", "Counter"]).code, 0);
    assert_eq!(version(&world), "1.0");
    developer.releases.lock().expect("no test failed").clear();
    developer.release(&world, "1.0", new.clone());
    world.home.succeed(&["update", "Counter"]);
    assert_eq!(world.result_of("Counter"), "1.0, start 1");

    // One that runs ends, and the user learns why: also who starts it where nobody sees what it prints.
    let told = |title: &str, mut program: Running| {
        let window = wait::until("the user is told", || {
            let windows = world.display.windows();
            let told = windows.iter().find(|open| open.title == title).cloned();
            told.filter(|_| windows.len() == 1)
        });
        world.display.wait_for_focus(&window);
        world.display.key("Escape");
        let ended = wait::until("the program ends", || program.child().try_wait().ok()?);
        assert_eq!(ended.code(), Some(2));
    };
    let running = world.home.start(&world.display, &["Counter"]);
    world.wait_for_title("result: ");
    rotations(Value::Null);
    told("The app was closed", running);
    told(
        "The app cannot be started",
        world.home.start(&world.display, &["--tell", "Counter"]),
    );
    let withdrawn = world.home.run(&["run", "Counter"]);
    assert!(
        withdrawn.code == 2 && withdrawn.stderr.contains("your organization has withdrawn the app"),
        "{withdrawn:?}"
    );
    rotations("no key".into());
    let checked = world.home.run(&["policy", "check", &file.display().to_string()]);
    let told = format!("{}{}", checked.stdout, checked.stderr);
    assert!(checked.code != 0 && told.contains("expected_key"), "{checked:?}");
}
