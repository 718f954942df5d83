//! Where the device is: who is told, and until when. GeoClue, which no machine of tests has, is the testkit's.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Bus, GeoClue, wait};
use serde_json::json;
use std::time::Duration;

/// Within which taking back acts.
const REVOCATION: Duration = Duration::from_secs(1);

/// A user whose system has a bus of its own.
fn world(bus: &Bus) -> World {
    let mut world = World::new();
    world.home.set_variable("DBUS_SYSTEM_BUS_ADDRESS", bus.address());
    world
}

/// An app whose page does something with `say`, `told` and `failed`, which write to the console.
fn app(does: &str) -> AppBuilder {
    let script = format!(
        "const say = (text) => console.log(text);
         const told = ({{ coords }}) => say(`at ${{coords.latitude}} ${{coords.longitude}}`);
         const failed = ({{ code }}) => say(`error ${{code}}`);
         {does}"
    );
    AppBuilder::new("Where")
        .page("<!doctype html><meta charset=utf-8><title>Where</title><script src=/where.js defer></script>")
        .file("/where.js", script)
        .manifest("permissions_policy", json!({ "geolocation": ["self"] }))
}

#[test]
fn a_page_is_told_where_the_device_is_until_that_is_taken_back() {
    let bus = Bus::start();
    let geoclue = GeoClue::start(bus.address(), (48.25, 16.5));
    let world = world(&bus);
    let id = world.install(&app("const { geolocation } = navigator;
         geolocation.getCurrentPosition((position) => {
           told(position);
           // Once the engine has no other request any more.
           setTimeout(() => {
             const first = geolocation.watchPosition(() => {
               say('watched');
               geolocation.clearWatch(first);
             }, failed);
           });
         }, failed);
         // What a page has of another document it may have untouched.
         const frame = document.createElement('iframe');
         document.body.append(frame);
         onclick = () => {
           geolocation.watchPosition(told, failed, { enableHighAccuracy: true });
           frame.contentWindow.navigator.geolocation.watchPosition(
             ({ coords }) => say(`in the iframe ${coords.latitude}`), () => {});
           geolocation.getCurrentPosition(() => say('once'), ({ code }) => say(`once ${code}`));
         };
         say('ready')"));
    world.decide(&id, "grant", "geolocation");
    let mut running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("at 48.25 16.5");
    world.home.wait_for_message("watched");
    let is_at_rest = || geoclue.clients().is_empty();
    wait::until_true("GeoClue has nothing to do when nobody watches", is_at_rest);

    let window = world.app_window();
    world.display.wait_for_focus(&window);
    world.display.settled();
    world.display.click(window.rect.centre());
    let precise = || geoclue.clients().iter().map(|it| it.accuracy).eq([8]);
    wait::until_true("one client wants to know as precisely as possible", precise);
    let client = geoclue.clients().remove(0);
    assert!(
        client.is_active && client.desktop_id == format!("insula-{id}"),
        "{client:?}"
    );
    wait::until_true("both documents are told", || {
        // Whoever is let know only after a position has come is told the next one.
        geoclue.move_to((48.5, 17.0));
        let stdout = world.home.log("stdout");
        stdout.contains("at 48.5 17") && stdout.contains("in the iframe 48.5")
    });

    world.decide(&id, "deny", "geolocation");
    let ends = wait::within(REVOCATION, || is_at_rest().then_some(()));
    assert!(ends.is_some(), "{:?}", geoclue.clients());
    world.home.wait_for_message("error 1");
    geoclue.move_to((60.0, 20.0));
    world.display.click(window.rect.centre());
    world.home.wait_for_message("once 1");
    wait::until_true("a new watch is refused", || {
        world
            .home
            .console()
            .iter()
            .filter(|line| line["message"] == "error 1")
            .count()
            == 2
    });
    let tells_60 = || world.home.log("stdout").contains("60");
    assert!(
        wait::holds_for(Duration::from_secs(1), || is_at_rest() && !tells_60()),
        "{}",
        world.home.log("stdout")
    );

    world.decide(&id, "grant", "geolocation");
    world.display.click(window.rect.centre());
    world.home.wait_for_message("at 60 20");
    drop(geoclue);
    world.home.wait_for_message("error 2");
    world.close(&mut running);
}

#[test]
fn nobody_is_told_and_nobody_waits_where_there_is_no_geoclue_or_no_permission() {
    let bus = Bus::start();
    let world = world(&bus);
    let id = world.install(&app("navigator.geolocation.watchPosition(told, failed)"));
    world.decide(&id, "grant", "geolocation");
    let mut running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("error 2");
    world.close(&mut running);

    let geoclue = GeoClue::start(bus.address(), (48.25, 16.5));
    world.decide(&id, "deny", "geolocation");
    let mut running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("error 1");
    world.close(&mut running);
    assert_eq!(geoclue.made(), 0);
}
