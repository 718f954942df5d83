//! How the device is connected: what apps are told of it, and until when. NetworkManager and ModemManager are the testkit's.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Bus, NetworkManager, Session, wait};
use serde_json::{Value, json};
use std::time::Duration;

/// Invariant: a revocation acts within a second.
const REVOCATION: Duration = Duration::from_secs(1);

const READ: &str = "(({ online, type, downlinkMax, saveData, metered, connectivity, cellularGeneration }) =>
    [online, type, String(downlinkMax), saveData, metered, connectivity, cellularGeneration])";

/// A user whose system has a bus of its own.
fn world(bus: &Bus) -> World {
    let mut world = World::new();
    world.home.set_variable("DBUS_SYSTEM_BUS_ADDRESS", bus.address());
    world
}

fn app() -> AppBuilder {
    AppBuilder::new("Connected").page("<!doctype html><meta charset=utf-8><title>Connected</title>")
}

/// Opens the app, which notes what it is told.
fn open<'a>(world: &'a World, id: &str) -> Session<'a> {
    let session = Session::open(&world.home, &world.display, id, None);
    session.eval("globalThis.told = []");
    session
}

fn follow(session: &Session<'_>) -> Value {
    session.eval(&format!(
        "const network = navigator.unrestrictedNetwork;
         network.onstatechange = () => told.push(network.state);
         network.connection.onchange = () => told.push({READ}(network.connection));
         return {READ}(network.connection)"
    ))
}

/// Waits until that is the last that the app was told.
fn tells(session: &Session<'_>, expected: &Value) {
    session.wait_for(&format!("JSON.stringify(told.at(-1)) === JSON.stringify({expected})"));
}

fn count(session: &Session<'_>) -> Value {
    session.eval("return told.length")
}

#[test]
fn an_app_is_told_how_the_device_is_connected_until_that_is_taken_back() {
    let bus = Bus::start();
    let system = NetworkManager::start(bus.address());
    let world = world(&bus);
    let id = world.install(&app());
    world.decide(&id, "grant", "unrestricted-network");
    let session = open(&world, &id);
    // What others in the process have asked at the start, such as the engine.
    let before = system.reads();
    session.eval("return navigator.unrestrictedNetwork.state");
    assert_eq!(system.reads(), before, "nobody has asked for it");

    let nothing = json!([true, "unknown", "Infinity", false, false, "unknown", null]);
    assert_eq!(follow(&session), nothing);
    tells(&session, &json!([true, "ethernet", "1000", false, false, "full", null]));
    system.connect("802-11-wireless");
    tells(&session, &json!([true, "wifi", "Infinity", false, false, "full", null]));
    system.set_connectivity(2);
    tells(
        &session,
        &json!([true, "wifi", "Infinity", false, false, "portal", null]),
    );
    system.connect("gsm");
    tells(
        &session,
        &json!([true, "cellular", "Infinity", false, false, "full", "4g"]),
    );
    system.set_metered(3);
    tells(
        &session,
        &json!([true, "cellular", "Infinity", false, true, "full", "4g"]),
    );
    system.set_access_technologies(1 << 5);
    tells(
        &session,
        &json!([true, "cellular", "Infinity", false, true, "full", "3g"]),
    );
    let policy = json!({ "DataSaverEnabled": true });
    world.home.write_policy("managed", &policy);
    tells(
        &session,
        &json!([true, "cellular", "Infinity", true, true, "full", "3g"]),
    );
    // A vpn that goes through the modem makes no difference.
    let told = count(&session);
    let reads = system.reads();
    system.connect("vpn");
    wait::until_true("it is looked at", || system.reads() > reads);
    system.set_metered(2);
    tells(
        &session,
        &json!([true, "cellular", "Infinity", true, false, "full", "3g"]),
    );
    assert_eq!(count(&session).as_u64(), told.as_u64().map(|told| told + 1));
    system.disconnect();
    tells(&session, &json!([false, "none", "0", true, false, "none", null]));

    world.decide(&id, "deny", "unrestricted-network");
    session.wait_within(REVOCATION, "told.includes('denied')");
    tells(&session, &nothing);
    let told = count(&session);
    system.connect("802-11-wireless");
    let is_silent = || count(&session) == told;
    assert!(
        wait::holds_for(Duration::from_millis(500), is_silent),
        "{}",
        session.eval("return told")
    );
    let reads = system.reads();
    system.connect("802-3-ethernet");
    let is_at_rest = || system.reads() == reads;
    assert!(
        wait::holds_for(Duration::from_millis(300), is_at_rest),
        "somebody still asks"
    );

    world.decide(&id, "grant", "unrestricted-network");
    tells(&session, &json!([true, "ethernet", "1000", true, false, "full", null]));
    // Without NetworkManager what is left is known.
    drop(system);
    session.wait_for("['unknown', 'none'].includes(navigator.unrestrictedNetwork.connection.type)");
    let system = NetworkManager::start(bus.address());
    tells(&session, &json!([true, "ethernet", "1000", true, false, "full", null]));
    drop(system);
}

#[test]
fn an_app_without_the_grant_learns_nothing() {
    let bus = Bus::start();
    let system = NetworkManager::start(bus.address());
    let world = world(&bus);
    let id = world.install(&app());
    let session = open(&world, &id);
    let before = system.reads();
    let nothing = json!([true, "unknown", "Infinity", false, false, "unknown", null]);
    assert_eq!(follow(&session), nothing);
    system.connect("gsm");
    let is_untold = || system.reads() == before && count(&session) == json!(0);
    assert!(wait::holds_for(Duration::from_millis(500), is_untold));

    // The grant makes up for it.
    world.decide(&id, "grant", "unrestricted-network");
    tells(
        &session,
        &json!([true, "cellular", "Infinity", false, false, "full", "4g"]),
    );
}
