//! Apps that the organisation installs.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

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
    assert!(entry.contains(&format!("\"run\" \"{}\"", app.id())), "{entry}");

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
