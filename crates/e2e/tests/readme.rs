//! What the README tells a newcomer to type: the files of its first app, and the verbs that make it one.

use insula_e2e::World;
use insula_testkit::{Reply, Session, Site, wait};
use serde_json::json;
use std::fs;

const README: &str = include_str!("../../../README.md");
const ICON: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>"#;

/// The files that the README shows: each a block of code after a line that is only its name.
fn files() -> Vec<(&'static str, &'static str)> {
    let mut files = Vec::new();
    for (before, after) in README.match_indices("`:\n\n```").map(|(at, _)| README.split_at(at)) {
        let name = before.rsplit('`').next().expect("a name in backquotes");
        let block = after.split("```").nth(1).expect("a block that ends");
        let (_language, content) = block.split_once('\n').expect("a block of lines");
        files.push((name, content));
    }
    files
}

#[test]
fn the_first_app_of_the_readme_shows_a_site_and_reads_a_feed() {
    let world = World::new();
    let site = Site::start(|request| match request.path() {
        "/feed.xml" => Reply::of("text/xml", "<rss><channel><title>News</title></channel></rss>"),
        _ => Reply::html("<!doctype html><title>Not to be embedded</title>").header("x-frame-options", "DENY"),
    });
    let place = world.home.path("first-app");
    let path = |name: &str| place.join(name).display().to_string();
    let files = files();
    let names: Vec<_> = files.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, [".well-known/manifest.webmanifest", "index.html", "app.js"]);
    for (name, content) in files.into_iter().chain([("icon.svg", ICON)]) {
        let file = place.join("my-app").join(name);
        fs::create_dir_all(file.parent().expect("it is in the folder")).expect("the folder");
        fs::write(file, content.replace("https://example.com/", &site.url("/"))).expect("a file of the app");
    }
    let (key, bundle) = (path("key.pem"), path("my-app.swbn"));
    world.home.succeed(&["keygen", "-o", &key]);
    world
        .home
        .succeed(&["pack", &path("my-app"), "--key", &key, "-o", &bundle]);
    world.home.succeed(&["install", &bundle]);
    // The second one because the site is on this machine.
    for name in ["unrestricted-network", "loopback-network"] {
        world.decide("My app", "grant", name);
    }

    let session = Session::open(&world.home, &world.display, "My app", None);
    wait::until_true("the frame shows the site", || !site.requests_for("/").is_empty());
    session.until_true("the site's scripts answer", || {
        let title = "return document.querySelector('controlledframe').executeScript({ code: 'document.title' })";
        session.try_eval(title, &[]) == Ok(json!("Not to be embedded"))
    });
    session.click("#read");
    session.wait_for("document.getElementById('feed').textContent.includes('News')");
}
