//! Whether somebody uses a frame, or the app.

use insula_e2e::{World, app_with_frames, load, plain_site};
use insula_testkit::wait;
use serde_json::json;
use std::time::Duration;

/// Conforms: idle, active
#[test]
fn an_app_learns_that_nobody_uses_it_by_the_users_real_input() {
    let world = World::new();
    let site = plain_site("#3366cc", "<button onclick='document.title = 1'>b</button>");
    let session = world.open(&app_with_frames(
        "<button id=own>own</button><controlledframe></controlledframe>",
    ));
    load(&session, &site.url("/"));
    session.eval(
        "globalThis.told = [];
         const frame = document.querySelector('controlledframe');
         for (const type of ['idle', 'active']) {
           frame.addEventListener(type, () => told.push(`frame ${type}`));
           navigator.appActivity.addEventListener(type, () => told.push(`app ${type} ${navigator.appActivity.idle}`));
         }
         frame.idleInterval = 1;
         navigator.appActivity.idleInterval = 400;",
    );
    let told = || session.eval("return told.slice().sort()");
    let comes = |what: &str, expected: serde_json::Value| session.until_true(what, || told() == expected);
    assert_eq!(
        session.eval("const frame = document.querySelector('controlledframe');
                      return [frame.idleInterval, frame.getAttribute('idleinterval'), navigator.appActivity.idleInterval]"),
        json!([100, "100", 400])
    );
    comes("nobody uses either", json!(["app idle true", "frame idle"]));
    // A script is nobody.
    session.eval(
        "told.length = 0;
         document.getElementById('own').click();
         await document.querySelector('controlledframe').executeScript({
           code: \"document.querySelector('button').click(); dispatchEvent(new KeyboardEvent('keydown', { key: 'a' })); 0\",
         });",
    );
    assert!(wait::holds_for(Duration::from_millis(700), || told() == json!([])));
    session.click("controlledframe");
    comes(
        "somebody uses the frame, and with it the app, and leaves",
        json!(["app active false", "app idle true", "frame active", "frame idle"]),
    );
    session.eval("told.length = 0; document.querySelector('controlledframe').idleInterval = 60_000");
    session.click("#own");
    comes("somebody uses the app", json!(["app active false", "app idle true"]));
    session.eval("told.length = 0; navigator.appActivity.idleInterval = 0");
    session.click("#own");
    assert!(wait::holds_for(Duration::from_millis(700), || told() == json!([])));
}
