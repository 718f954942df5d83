//! What a page is told about its permissions: `navigator.permissions`.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Session};
use serde_json::{Value, json};

/// An app that lists the camera and the position, but not the microphone.
fn app() -> AppBuilder {
    let own = json!(["self"]);
    AppBuilder::new("Permissions").manifest(
        "permissions_policy",
        json!({ "camera": own, "geolocation": own, "local-network": own, "clipboard-write": own }),
    )
}

#[test]
fn a_query_says_denied_for_what_is_refused_not_listed_or_not_there() {
    let world = World::new();
    let id = world.install(&app());
    world.decide(&id, "deny", "geolocation");
    world.decide(&id, "grant", "local-network");
    world
        .home
        .write_policy("managed", &json!({ "DefaultNotificationsSetting": 2 }));
    let session = Session::open(&world.home, &world.display, &id, None);
    let states = session.eval(
        "const state = async (name) => (await navigator.permissions.query({ name })).state;
         const names = ['camera', 'geolocation', 'microphone', 'notifications', 'push', 'midi',
           'local-network', 'loopback-network', 'clipboard-write', 'none-such'];
         const states = names.map(async (name) => [name, await state(name).catch(({ name }) => name)]);
         return Object.fromEntries(await Promise.all(states))",
    );
    assert_eq!(
        states,
        json!({
            "camera": "prompt",
            "geolocation": "denied",
            "microphone": "denied",
            "notifications": "denied",
            "push": "denied",
            "midi": "denied",
            "local-network": "granted",
            "loopback-network": "denied",
            "clipboard-write": "granted",
            "none-such": "TypeError",
        })
    );
}

/// Holds the status of two permissions, one that the engine knows and one that it does not, and notes their changes.
const HOLD: &str = "
globalThis.changes = [];
globalThis.held = Promise.all(['camera', 'local-network'].map(async (name) => {
  const status = await navigator.permissions.query({ name });
  status.onchange = () => changes.push(`${status.name} ${status.state}`);
  return status;
}));
";

#[test]
fn a_status_follows_its_permission_in_every_window_and_frame() {
    let world = World::new();
    let page = "<!doctype html><meta charset=utf-8><title>Outer</title>\
        <script src=/hold.js></script><iframe src=/inner.html></iframe>";
    let app = app()
        .page(page)
        .file("/second.html", page)
        .file("/inner.html", "<!doctype html><script src=/hold.js></script>")
        .file("/hold.js", HOLD);
    let id = world.install(&app);
    let session = Session::open(&world.home, &world.display, &id, None);
    let opened = session.on_click("globalThis.second = open('/second.html', '_blank')", &[]);
    assert_eq!(opened, Ok(Value::Null));
    session.wait_for("frames[0].held && second.frames[0]?.held");
    let before = session.eval(
        "globalThis.pages = [self, frames[0], second, second.frames[0]];
         globalThis.states = async () => (await Promise.all(pages.map(({ held }) => held)))
           .flat().map(({ state }) => state);
         return await states()",
    );
    assert_eq!(before, json!(vec!["prompt"; 8]));

    let until_all_changed = |expected: &str| {
        let changed = format!("pages.every(({{ changes }}) => changes.join() === '{expected}')");
        session.wait_for(&changed);
    };
    world.decide(&id, "deny", "local-network");
    until_all_changed("local-network denied");
    world.decide(&id, "grant", "camera");
    until_all_changed("local-network denied,camera granted");
    assert_eq!(
        session.eval("return await states()"),
        json!(["granted", "denied"].repeat(4))
    );
    world
        .home
        .write_policy("managed", &json!({ "VideoCaptureAllowed": false }));
    until_all_changed("local-network denied,camera granted,camera denied");
}
