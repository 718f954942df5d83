//! Sites, networks and installations that go wrong: what is told, and that nothing is lost.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use insula_testkit::{Home, Outcome, Reply, Site};
use serde_json::{Value, json};

const ICON: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9'/></svg>";

/// A site whose manifest can be changed.
struct Changing {
    manifest: Arc<Mutex<Value>>,
    site: Site,
}

impl Changing {
    fn new(manifest: Value) -> Self {
        let manifest = Arc::new(Mutex::new(manifest));
        let said = manifest.clone();
        let site = Site::start(move |request| match request.path() {
            "/app/" => Reply::html("<!doctype html><title>App</title><link rel=manifest href=/app.webmanifest>"),
            "/icon.svg" => Reply::of("image/svg+xml", ICON),
            "/app.webmanifest" => {
                let manifest = said.lock().expect("no test failed").to_string();
                Reply::of("application/manifest+json", manifest)
            }
            // A portal, before one has signed in.
            "/portal" => Reply::html("<!doctype html><title>Sign in to the network</title>"),
            _ => Reply::not_found(),
        });
        Self { manifest, site }
    }

    fn say(&self, manifest: Value) {
        *self.manifest.lock().expect("no test failed") = manifest;
    }

    fn url(&self) -> String {
        self.site.url("/app/")
    }
}

fn mail() -> Value {
    json!({ "name": "Mail", "id": "/app/", "start_url": "/app/", "scope": "/app/",
        "icons": [{ "src": "/icon.svg", "sizes": "any" }] })
}

fn with(member: &str, value: Value) -> Value {
    let mut manifest = mail();
    manifest[member] = value;
    manifest
}

fn names(home: &Home) -> Vec<String> {
    let apps = home.succeed(&["list", "--json"]).json();
    let name = |app: &Value| app["name"].as_str().unwrap_or_default().to_owned();
    apps["apps"].as_array().expect("a list").iter().map(name).collect()
}

#[test]
fn of_several_that_install_one_site_at_once_one_does_and_all_agree() {
    let (home, site) = (Home::new(), Changing::new(mail()));
    let all: Vec<_> = (0..4)
        .map(|_| {
            let mut command = home.command(&["install", &site.url()]);
            command
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            command.spawn().expect("the program")
        })
        .collect();
    let mut said: Vec<String> = all
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().expect("it ends");
            let (out, err) = (
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr),
            );
            assert!(output.status.success(), "{out}{err}");
            out.split(" from ").next().unwrap_or_default().to_owned()
        })
        .collect();
    said.sort();
    let again = "Already installed: Mail";
    assert_eq!(said, [again, again, again, "Installed Mail"]);
    assert_eq!(names(&home), ["Mail"]);
}

#[test]
fn a_manifest_that_becomes_a_lie_changes_nothing_of_what_is_installed() {
    let (home, site) = (Home::new(), Changing::new(mail()));
    home.succeed(&["install", &site.url()]);
    let update = || -> Outcome { home.run(&["update", "--json"]) };
    for (what, manifest) in [
        ("another app", with("id", "/other/".into())),
        ("no JSON object", json!([])),
        ("nothing", Value::Null),
    ] {
        site.say(manifest);
        let outcome = update();
        assert_eq!(outcome.json()[0]["update"], "failed", "{what}: {outcome:?}");
        assert_eq!(names(&home), ["Mail"], "{what}");
    }
    // Members that lie are as if they were not there.
    for (what, manifest) in [
        ("a scope elsewhere", with("scope", "https://bank.example/".into())),
        ("a start elsewhere", with("start_url", "https://bank.example/".into())),
    ] {
        site.say(manifest);
        assert_ne!(update().json()[0]["update"], "failed", "{what}");
        let apps = home.succeed(&["list", "--json"]).json().to_string();
        assert!(!apps.contains("bank.example"), "{what}: {apps}");
    }
    assert_eq!(names(&home), ["Mail"]);
}

#[test]
fn a_network_that_is_not_there_or_answers_everything_is_told_and_nothing_is_lost() {
    let (home, site) = (Home::new(), Changing::new(mail()));
    home.succeed(&["install", &site.url()]);
    let portal = home.run(&["install", &site.site.url("/portal")]);
    assert!(
        portal.code == 2 && portal.stderr.contains("links to no web app manifest"),
        "{portal:?}"
    );
    site.say(json!("<!doctype html>"));
    assert_eq!(home.run(&["update", "--json"]).json()[0]["update"], "failed");
    let url = site.url();
    drop(site);
    let gone = home.run(&["install", &url]);
    assert!(gone.code == 2 && gone.stderr.contains("cannot fetch"), "{gone:?}");
    let update = home.run(&["update", "--json"]);
    let row = update.json()[0].clone();
    assert!(
        update.code == 2 && row["update"] == "failed" && row["error"].as_str().is_some_and(|it| it.contains(&url)),
        "{update:?}"
    );
    assert_eq!(names(&home), ["Mail"]);
}
