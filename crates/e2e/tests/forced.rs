//! Apps that the organisation installs.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use insula_e2e::World;
use insula_testkit::{AppBuilder, Reply, Request, Site, wait};
use serde_json::{Value, json};

const MANIFEST: &str = r#"{ "name": "Mail", "id": "/app/", "start_url": "/app/", "scope": "/app/" }"#;

struct Release {
    version: String,
    channel: String,
    bundle: Vec<u8>,
}

/// A server with two sites, and with an app's releases.
struct Server {
    releases: Arc<Mutex<Vec<Release>>>,
    site: Site,
}

impl Server {
    fn new() -> Self {
        let releases: Arc<Mutex<Vec<Release>>> = Arc::default();
        let listed = releases.clone();
        let site = Site::start(move |request: &Request| {
            let releases = listed.lock().expect("no test failed");
            match request.path() {
                "/app/" => Reply::html("<link rel=manifest href=/m.webmanifest><title>Mail</title>"),
                "/m.webmanifest" => Reply::of("application/manifest+json", MANIFEST),
                "/plain/" => Reply::html("<!doctype html><title>No app</title>"),
                "/updates.json" => {
                    let entry = |Release { version, channel, .. }: &Release| json!({ "version": version, "src": format!("{version}.swbn"), "channels": [channel] });
                    let versions: Vec<Value> = releases.iter().map(entry).collect();
                    Reply::of("application/json", json!({ "versions": versions }).to_string())
                }
                path => {
                    let is_asked = |release: &&Release| path == format!("/{}.swbn", release.version);
                    let found = releases.iter().find(is_asked);
                    found.map_or_else(Reply::not_found, |release| {
                        Reply::of("application/webbundle", release.bundle.clone())
                    })
                }
            }
        });
        Self { releases, site }
    }

    fn release(&self, world: &World, version: &str, channel: &str) {
        let app = counter().manifest("version", version.into());
        let bundle = fs::read(app.write_bundle(&world.home.path("bundles"))).expect("the bundle");
        let mut releases = self.releases.lock().expect("no test failed");
        releases.push(Release {
            version: version.to_owned(),
            channel: channel.to_owned(),
            bundle,
        });
    }

    /// The item that orders the app.
    fn order(&self, more: &Value) -> Value {
        let mut order = json!({
            "web_bundle_id": counter().id(),
            "update_manifest_url": self.site.url("/updates.json"),
        });
        let members = more.as_object().expect("an object").clone();
        order.as_object_mut().expect("an object").extend(members);
        order
    }
}

fn counter() -> AppBuilder {
    AppBuilder::new("Counter")
        .page("<!doctype html><meta charset=utf-8><title>App</title><script src=/app.js></script>")
        .file("/app.js", "document.title = 'result: 1'")
}

/// Carries out what is ordered; each app's or address's last part, with what became of it.
fn apply(world: &World) -> Vec<(String, String)> {
    let rows = world.home.run(&["policy", "apply", "--json"]).json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of_row = |row: &Value| (text(row.get("name").unwrap_or(&row["url"])), text(&row["result"]));
    rows.as_array().expect("rows").iter().map(of_row).collect()
}

fn rows(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, result): &(&str, &str)| (name.to_string(), result.to_string());
    expected.iter().map(owned).collect()
}

/// The names of what is installed, with versions.
fn installed(world: &World) -> Vec<String> {
    let listed = world.home.succeed(&["list", "--json"]).json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let apps = listed["apps"].as_array().expect("apps");
    apps.iter()
        .map(|app| format!("{} {}", text(&app["name"]), text(&app["version"])))
        .collect()
}

fn at_login(world: &World) -> PathBuf {
    let name = format!("autostart/insula-{}.desktop", counter().id());
    world.home.path("home/config").join(name)
}

#[test]
fn what_the_organization_orders_is_installed_cannot_be_removed_and_goes_with_its_order() {
    let (world, server) = (World::new(), Server::new());
    server.release(&world, "1.0", "default");
    server.release(&world, "1.1", "default");
    let order = server.order(&json!({ "pinned_version": "1.0" }));
    let app = counter();
    let policy = json!({
        "IsolatedWebAppInstallForceList": [order],
        "WebAppInstallForceList": [
            { "url": server.site.url("/app/"), "custom_name": "Our mail" },
            { "url": server.site.url("/plain/"), "fallback_app_name": "Wiki" },
            { "url": server.site.url("/gone/") },
        ],
        "WebAppSettings": [
            { "manifest_id": app.origin(), "run_on_os_login": "run_windowed" },
            { "manifest_id": server.site.url("/app/"), "force_unregister_os_integration": true },
        ],
    });
    world.home.write_policy("managed", &policy);
    let gone = server.site.url("/gone/");
    let done = |what| rows(&[("Counter", what), ("Our mail", what), ("Wiki", what), (&gone, "failed")]);
    assert_eq!(apply(&world), done("installed"));
    assert_eq!(installed(&world), ["Counter 1.0", "Our mail ", "Wiki "]);
    let again = world.home.run(&["policy", "apply"]);
    assert_eq!(again.code, 2, "{}{}", again.stdout, again.stderr);
    assert!(again.stdout.contains("status 404"), "{}", again.stdout);
    assert_eq!(apply(&world), done("present"));
    let menu = fs::read_dir(world.home.path("home/share/applications")).expect("a menu");
    // Others are in no menu: they say whose a notification is.
    let names = menu.map(|entry| entry.expect("it can be read").file_name());
    let shown = names.filter(|name| name.to_string_lossy().starts_with("insula-"));
    assert_eq!(shown.count(), 2, "one of three apps is not in the menu");
    let entry = fs::read_to_string(at_login(&world)).expect("it starts at login");
    assert!(
        entry.contains(&format!("\"run\" \"--tell\" \"{}\"", app.id())),
        "{entry}"
    );

    for name in ["Counter", "Our mail"] {
        let refused = world.home.run(&["uninstall", name]);
        assert_eq!(refused.code, 3, "{}", refused.stderr);
        assert!(
            refused.stderr.contains("is installed by your organization"),
            "{}",
            refused.stderr
        );
    }
    // Nothing of it is loosened by a slip.
    let file = world.home.policy().join("managed/slip.json");
    fs::write(&file, "{ \"WebAppInstallForceList\": [").expect("a policy file");
    fs::rename(
        world.home.policy().join("managed/tests.json"),
        world.home.path("away").join("tests.json"),
    )
    .expect("a policy file");
    let kept = apply(&world);
    assert_eq!(
        kept,
        rows(&[("Counter", "failed"), ("Our mail", "failed"), ("Wiki", "failed")])
    );
    assert_eq!(world.home.run(&["uninstall", "Counter"]).code, 3);
    // Nor by one in a name, about which the administrator is told.
    let slips = json!({ "WebAppInstalForceList": [], "IsolatedWebAppInstallforcelist": [], "WebAppSetings": [] });
    fs::write(&file, slips.to_string()).expect("a policy file");
    assert_eq!(apply(&world), kept);
    let told = world.home.run(&["policy", "apply"]);
    let place = format!("{}:1:", file.display());
    for meant in [
        "WebAppInstallForceList",
        "IsolatedWebAppInstallForceList",
        "WebAppSettings",
    ] {
        let is_told = |line: &str| line.contains(&place) && line.contains(&format!("`{meant}` is one"));
        assert!(told.stderr.lines().any(is_told), "{}", told.stderr);
    }
    assert_eq!(world.home.run(&["uninstall", "Counter"]).code, 3);
    assert!(at_login(&world).exists(), "what `WebAppSettings` ordered stays");
    fs::remove_file(file).expect("a policy file");
    assert_eq!(
        apply(&world),
        rows(&[("Counter", "removed"), ("Our mail", "removed"), ("Wiki", "removed")])
    );
    assert!(installed(&world).is_empty() && !at_login(&world).exists());
}

#[test]
fn an_app_has_the_version_that_is_ordered_also_while_it_runs_and_stays_where_nobody_can_be_reached() {
    let (world, server) = (World::new(), Server::new());
    for (version, channel) in [("1.0", "default"), ("1.1", "beta"), ("1.2", "beta"), ("2.0", "default")] {
        server.release(&world, version, channel);
    }
    // The user has it, without knowing where its updates are.
    let file = counter()
        .manifest("version", "1.0".into())
        .write_bundle(&world.home.path("bundles"));
    world.home.succeed(&["install", &file.display().to_string()]);
    let order = |more: &Value| {
        let policy = json!({ "IsolatedWebAppInstallForceList": [server.order(more)] });
        world.home.write_policy("managed", &policy);
    };
    order(&json!({ "pinned_version": "1.1" }));
    assert_eq!(apply(&world), rows(&[("Counter", "updated")]));
    nobody_raises_it_by_hand(&world);
    assert_eq!(world.home.succeed(&["update", "--json"]).json()[0]["update"], "none");
    assert_eq!(installed(&world), ["Counter 1.1"]);
    // An order that changes counts for the app that runs.
    order(&json!({ "update_channel": "beta" }));
    world.result_of_after("Counter", || {
        wait::within(wait::LONG, || (installed(&world) == ["Counter 1.2"]).then_some(()))
            .unwrap_or_else(|| panic!("{:?}: {}", installed(&world), world.home.log("stderr")));
    });
    order(&json!({ "pinned_version": "1.0", "allow_downgrades": true }));
    assert_eq!(apply(&world), rows(&[("Counter", "updated")]));
    assert_eq!(installed(&world), ["Counter 1.0"]);

    order(&json!({ "pinned_version": "1.1" }));
    drop(server);
    let offline = world.home.run(&["policy", "apply"]);
    assert_eq!((offline.code, installed(&world)), (2, vec!["Counter 1.0".to_owned()]));
    assert!(
        offline.stderr.contains("the network cannot be reached"),
        "{}",
        offline.stderr
    );
    // The user had it before.
    world.home.write_policy("managed", &json!({}));
    assert_eq!(apply(&world), rows(&[("Counter", "left")]));
    world.home.succeed(&["uninstall", "Counter"]);
}

fn nobody_raises_it_by_hand(world: &World) {
    let file = counter()
        .manifest("version", "1.2".into())
        .write_bundle(&world.home.path("by hand"))
        .display()
        .to_string();
    for verb in [&["install"][..], &["install", "--allow-downgrade"], &["run"]] {
        let refused = world.home.run(&[verb, &[&*file]].concat());
        assert_eq!(refused.code, 3, "{verb:?}: {}", refused.stderr);
        let said = "your organization pins Counter to version 1.1";
        assert!(refused.stderr.contains(said), "{verb:?}: {}", refused.stderr);
    }
    assert_eq!(installed(world), ["Counter 1.1"]);
    // What is pinned can be installed from anywhere.
    let same = counter()
        .manifest("version", "1.1".into())
        .write_bundle(&world.home.path("by hand"));
    world.home.succeed(&["install", &same.display().to_string()]);
}

/// How often the program is killed.
const KILLS: u32 = 40;

#[test]
fn a_kill_while_orders_are_carried_out_leaves_nothing_half() {
    let (world, server) = (World::new(), Server::new());
    server.release(&world, "1.0", "default");
    let orders = json!({
        "IsolatedWebAppInstallForceList": [server.order(&json!({}))],
        "WebAppInstallForceList": [{ "url": server.site.url("/app/") }],
        "WebAppSettings": [{ "manifest_id": counter().origin(), "run_on_os_login": "run_windowed" }],
    });
    let nothing = json!({});
    // So that there is something to remove of it, whenever it is removed.
    let decide = || world.decide("Counter", "grant", "notifications");
    world.home.write_policy("managed", &orders);
    let start = Instant::now();
    apply(&world);
    let takes = start.elapsed();
    decide();
    for round in 0..KILLS {
        let has_orders = round % 2 == 1;
        world
            .home
            .write_policy("managed", if has_orders { &orders } else { &nothing });
        let mut killed = world.home.command(&["policy", "apply"]);
        let mut killed = killed
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("insula starts");
        // Not every kill is at the same instant.
        thread::sleep(takes * (round / 2) / (KILLS / 2));
        killed.kill().and_then(|()| killed.wait()).expect("it can be killed");
        let listed = world.home.succeed(&["list", "--json"]).json();
        assert_eq!(listed["damaged"], json!([]), "{listed}");
        for app in installed(&world) {
            let name = app.split(' ').next().expect("a name");
            world.home.succeed(&["permissions", name]);
        }
        apply(&world);
        let (apps, files) = (installed(&world).len(), of_desktop(&world));
        match has_orders {
            // Each app has an entry in the menu and one under its name on the bus.
            true => assert_eq!((apps, files.len()), (2, 5), "round {round}: {files:?}"),
            false => assert_eq!((apps, files.len()), (0, 0), "round {round}: {files:?}"),
        }
        let decided = world.home.succeed(&["permissions", "--export", "-"]).json();
        assert_eq!(decided["decisions"], json!([]), "round {round}");
        if has_orders {
            decide();
        }
    }
}

/// What the desktop has of apps: their entries, and what is started when the user logs in.
fn of_desktop(world: &World) -> Vec<PathBuf> {
    let folders = ["home/share/applications", "home/config/autostart"];
    let files = folders.map(|folder| fs::read_dir(world.home.path(folder)).expect("a folder"));
    let files = files.into_iter().flatten().flatten().map(|file| file.path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "desktop"))
        .collect()
}

/// Limit: forced-window, forced-files
#[test]
fn an_ordered_site_opens_in_a_window_and_is_installed_again_where_somebody_has_removed_its_files() {
    let (world, server) = (World::new(), Server::new());
    let policy = json!({ "WebAppInstallForceList": [{
        "url": server.site.url("/app/"),
        "default_launch_container": "tab",
        "create_desktop_shortcut": true,
    }] });
    world.home.write_policy("managed", &policy);
    assert_eq!(apply(&world), rows(&[("Mail", "installed")]));
    let mut running = world.home.start(&world.display, &["Mail"]);
    assert_eq!(world.app_window().title.split(' ').next(), Some("Mail"));
    world.close(&mut running);
    let home = fs::read_dir(world.home.path("home")).expect("a home").flatten();
    let names: Vec<_> = home.map(|entry| entry.file_name()).collect();
    assert!(!names.iter().any(|name| name == "Desktop"), "{names:?}");

    fs::remove_dir_all(world.home.data().join("apps")).expect("the files of apps");
    assert!(installed(&world).is_empty());
    assert_eq!(apply(&world), rows(&[("Mail", "installed")]));
}
