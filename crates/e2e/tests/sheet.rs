//! The first-run sheet: shown once, each row decided by itself, kept, and overruled by policy.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Display, Home, wait};
use serde_json::{Value, json};

fn app() -> AppBuilder {
    AppBuilder::new("Sheet").permissions(&["unrestricted-network", "notifications", "geolocation"])
}

/// What is decided about a permission, as `insula permissions --json` says.
fn decision(home: &Home, app: &str, name: &str) -> Value {
    let listed = home.succeed(&["permissions", app, "--json"]).json();
    let all = listed
        .as_array()
        .or_else(|| listed["permissions"].as_array())
        .cloned()
        .unwrap_or_default();
    let found = all.into_iter().find(|one| one["name"] == name);
    found.map_or(Value::Null, |one| one["state"].clone())
}

fn wait_until_closed(display: &Display) {
    wait::until_true("the sheet closes", || display.dialog().is_none());
}

#[test]
fn nothing_is_decided_that_the_user_did_not_decide() {
    let world = World::new();
    let id = world.install(&app());
    let _running = world.home.start(&world.display, &[&id]);
    world.display.wait_for_dialog();
    world.display.key("alt+c");
    wait_until_closed(&world.display);
    for name in ["unrestricted-network", "notifications", "geolocation"] {
        assert_eq!(decision(&world.home, &id, name), "prompt", "{name}");
    }
}

#[test]
fn each_row_is_decided_by_itself_and_the_sheet_comes_once() {
    let world = World::new();
    let id = world.install(&app());
    let running = world.home.start(&world.display, &[&id]);
    world.display.wait_for_dialog();
    // “Continue” has the focus, so that a stray key decides nothing. The first row's “Allow” is the next stop, “Deny”
    // of the second row four on from there.
    world.display.key("Tab");
    world.display.key("space");
    for _ in 0..4 {
        world.display.key("Tab");
    }
    world.display.key("space");
    world.display.key("alt+c");
    wait_until_closed(&world.display);
    let decided =
        || ["unrestricted-network", "notifications", "geolocation"].map(|name| decision(&world.home, &id, name));
    wait::until_true("the decisions are kept", || {
        decided() == [json!("granted"), json!("denied"), json!("prompt")]
    });

    drop(running);
    let _running = world.home.start(&world.display, &[&id]);
    wait::until("the app opens", || {
        world.display.windows().into_iter().find(|window| !window.is_dialog)
    });
    assert!(
        wait::holds_for(std::time::Duration::from_secs(2), || world.display.dialog().is_none()),
        "the sheet came again"
    );
}

#[test]
fn an_organisations_policy_locks_its_row() {
    let world = World::new();
    let app = app();
    let id = world.install(&app);
    // Chromium's own policy files are read.
    world
        .home
        .write_policy("managed", &json!({ "DefaultNotificationsSetting": 2 }));
    let _running = world.home.start(&world.display, &[&id]);
    world.display.wait_for_dialog();
    world.display.key("alt+a");
    // GTK shows a button that a key presses as pressed for a moment before it acts.
    world.display.settled();
    world.display.key("alt+c");
    wait_until_closed(&world.display);
    wait::until_true("the rest is allowed", || {
        decision(&world.home, &id, "unrestricted-network") == "granted"
    });
    assert_eq!(
        decision(&world.home, &id, "notifications"),
        "denied",
        "the organisation's word counts"
    );
    let outcome = world.home.run(&["permissions", &id, "grant", "notifications"]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(
        outcome.stderr.contains("controlled by your organization"),
        "{outcome:?}"
    );
}
