//! Installing an app in a dialog, as a file manager does it.

use insula_e2e::World;
use insula_testkit::{AppBuilder, wait};
use serde_json::json;

fn mail() -> AppBuilder {
    AppBuilder::new("Mail")
        .permissions(&["notifications", "geolocation"])
        .page("<!doctype html><meta charset=utf-8><title>Mail</title><script src=/app.js></script>")
        .file("/app.js", "document.title = 'result: \"runs\"'")
}

fn installed(world: &World) -> usize {
    let listed = world.home.succeed(&["list", "--json"]).json();
    listed["apps"].as_array().map_or(0, Vec::len)
}

#[test]
fn who_installs_an_app_in_the_dialog_decides_there_what_it_may_do_and_has_it_opened() {
    let world = World::new();
    // The rows stand in the dialog where the organisation wants it so.
    world
        .home
        .write_policy("managed", &json!({ "FirstRunPermissionsPromptMode": 2 }));
    let file = mail().write_bundle(&world.home.path("bundles"));
    let url = format!("file://{}", file.display());
    let mut running = world.home.start_verb(&world.display, &["install", "--ask", &url]);
    world.display.wait_for_asking("Install Mail?");
    assert_eq!(installed(&world), 0);
    let before = world.display.settled();
    world.display.key("alt+a");
    // GTK presses a button for a moment before it counts.
    wait::until_true("the choices are seen", || world.display.screenshot() != before);
    world.display.settled();
    world.display.key("alt+i");
    assert_eq!(world.wait_for_title("result: "), "\"runs\"");
    assert_eq!(world.decision("Mail", "notifications"), "granted");
    assert!(world.display.dialog().is_none(), "nothing is asked twice");
    world.close(&mut running);
}

#[test]
fn a_dialog_that_is_closed_installs_nothing_and_leaves_nothing() {
    let world = World::new();
    world.home.succeed(&["list"]);
    let file = mail().write_bundle(&world.home.path("bundles")).display().to_string();
    let mut running = world.home.start_verb(&world.display, &["install", "--ask", &file]);
    world.display.wait_for_asking("Install Mail?");
    world.display.key("Escape");
    let status = wait::until("the program ends", || running.child().try_wait().ok()?);
    assert_eq!(status.code(), Some(1), "{}", world.home.log("stderr"));
    assert_eq!(installed(&world), 0);
    let left = insula_e2e::files_with(&world.home.data(), b"Mail");
    assert!(left.is_empty(), "{left:?}");
}

/// Conforms: FRP-19
#[test]
fn an_app_is_installed_and_runs_whatever_is_answered() {
    let world = World::new();
    world
        .home
        .write_policy("managed", &json!({ "FirstRunPermissionsPromptMode": 2 }));
    // “Install” has the focus. Before it are the app's id, and in each row “Allow”, “Deny” and “Ask later”.
    let deny_both = ["Tab", "Tab", "Tab", "space", "Tab", "Tab", "Tab", "space"];
    let put_off_both = ["Tab", "Tab", "Tab", "Tab", "space", "Tab", "Tab", "Tab", "space"];
    let answers: [(&[&str], &str); 3] = [(&deny_both, "denied"), (&put_off_both, "prompt"), (&[], "prompt")];
    for (seed, (keys, expected)) in (1..).zip(answers) {
        let app = mail()
            .seed(seed)
            .manifest("permissions_policy", json!({ "geolocation": ["self"] }));
        let file = app.write_bundle(&world.home.path("bundles")).display().to_string();
        let mut running = world.home.start_verb(&world.display, &["install", "--ask", &file]);
        world.display.wait_for_asking("Install Mail?");
        for key in keys {
            world.display.key(key);
        }
        world.display.settled();
        world.display.key("alt+i");
        assert_eq!(world.wait_for_title("result: "), "\"runs\"", "{keys:?}");
        for name in ["notifications", "geolocation"] {
            assert_eq!(world.decision(&app.id(), name), expected, "{name}");
        }
        world.close(&mut running);
    }
}
