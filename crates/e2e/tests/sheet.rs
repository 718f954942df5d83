//! The first-run sheet: shown once, each row decided by itself, kept, and overruled by policy; and the same rows later,
//! under Permissions in the app menu.

use insula_e2e::World;
use insula_testkit::{Accessible, AppBuilder, AssistiveTechnology, Display, process, wait};
use serde_json::json;
use std::time::Duration;

fn app() -> AppBuilder {
    AppBuilder::new("Sheet").permissions(&["unrestricted-network", "notifications", "geolocation"])
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
        assert_eq!(world.decision(&id, name), "prompt", "{name}");
    }
}

#[test]
fn each_row_is_decided_by_itself_and_the_sheet_comes_once() {
    let world = World::new();
    let id = world.install(&app());
    let running = world.home.start(&world.display, &[&id]);
    world.display.wait_for_dialog();
    // “Continue” has the focus, so that a stray key decides nothing. The next stops are the app's id and the first row's
    // “Allow”; “Deny” of the second row is four on from there.
    world.display.key("Tab");
    world.display.key("Tab");
    world.display.key("space");
    for _ in 0..4 {
        world.display.key("Tab");
    }
    world.display.key("space");
    world.display.key("alt+c");
    wait_until_closed(&world.display);
    let decided = || ["unrestricted-network", "notifications", "geolocation"].map(|name| world.decision(&id, name));
    wait::until_true("the decisions are kept", || {
        decided() == [json!("granted"), json!("denied"), json!("prompt")]
    });

    drop(running);
    let _running = world.home.start(&world.display, &[&id]);
    wait::until("the app opens", || {
        world.display.windows().into_iter().find(|window| !window.is_dialog)
    });
    assert!(
        wait::holds_for(Duration::from_secs(2), || world.display.dialog().is_none()),
        "the sheet came again"
    );
}

#[test]
fn a_new_version_asks_for_what_is_new_in_a_sheet_of_its_own() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    let id = world.install(&AppBuilder::new("Sheet").permissions(&["notifications"]));
    let mut running = world.home.start(&world.display, &[&id]);
    world.display.wait_for_dialog();
    wait_until_read(&reader, "Allow: Show notifications");
    world.display.key("alt+c");
    wait_until_closed(&world.display);
    world.close(&mut running);

    let newer = AppBuilder::new("Sheet")
        .permissions(&["notifications", "unrestricted-network"])
        .manifest("version", json!("2.0.0"));
    world.install(&newer);
    let _running = world.home.start(&world.display, &[&id]);
    world.display.wait_for_dialog();
    wait_until_read(&reader, "Sheet asks for more permissions");
    wait_until_read(
        &reader,
        "Allow: Connect to any server or device, see your network addresses",
    );
    assert!(!is_read(&reader, "Allow: Show notifications"), "it was asked before");
    world.display.settled();
    world.display.key("alt+a");
    world.display.settled();
    world.display.key("alt+c");
    wait::until_true("what is new is decided", || {
        world.decision(&id, "unrestricted-network") == "granted"
    });
    assert_eq!(world.decision(&id, "notifications"), "prompt", "and nothing else");
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
        world.decision(&id, "unrestricted-network") == "granted"
    });
    assert_eq!(
        world.decision(&id, "notifications"),
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

/// What asks at once for two things that its sheet asks about, and says what came of each.
const ASKING: &str = "
  const answers = {};
  const note = (name) => (answer) => {
    answers[name] = answer.name ?? answer.code ?? 'given';
    document.title = `answered ${Object.keys(answers).sort().map((name) => `${name} ${answers[name]}`)}`;
  };
  navigator.mediaDevices.getUserMedia({ video: true }).then(note('camera'), note('camera'));
  navigator.geolocation.getCurrentPosition(note('position'), note('position'));
  document.title = 'asked';";

/// Conforms: FRP-32
#[test]
fn while_the_sheet_is_open_nothing_else_is_asked_and_afterwards_only_what_it_left_open() {
    let world = World::new();
    let app = AppBuilder::new("Sheet")
        .permissions(&["camera", "geolocation"])
        .manifest(
            "permissions_policy",
            json!({ "camera": ["self"], "geolocation": ["self"] }),
        )
        .page("<!doctype html><html lang=en><title>App</title><script src=/ask.js></script>")
        .file("/ask.js", ASKING);
    let id = world.install(&app);
    let _running = world.home.start(&world.display, &["--mock-devices", &id]);
    let sheet = world.display.wait_for_dialog();
    world.wait_for_title("asked");
    let is_alone = || {
        let dialogs = world.display.windows().into_iter().filter(|window| window.is_dialog);
        dialogs.map(|dialog| dialog.id).collect::<Vec<_>>() == [sheet.id]
    };
    assert!(
        wait::holds_for(Duration::from_secs(1), is_alone),
        "it is asked over the sheet"
    );
    // “Deny” of the camera; the position is left open.
    for key in ["Tab", "Tab", "Tab", "space"] {
        world.display.key(key);
    }
    world.display.settled();
    world.display.key("alt+c");
    let asked = wait::until("the position is asked for", || {
        world.display.dialog().filter(|dialog| dialog.id != sheet.id)
    });
    assert_eq!(world.display.wait_for_dialog().id, asked.id);
    world.display.key("Escape");
    world.wait_for_title("answered camera NotAllowedError,position 1");
    assert_eq!(world.decision(&id, "camera"), "denied");
    assert_eq!(world.decision(&id, "geolocation"), "prompt");
    assert!(
        wait::holds_for(Duration::from_secs(1), || world.display.dialog().is_none()),
        "it is asked about what was decided"
    );
}

#[test]
fn a_sheet_that_is_open_when_the_app_ends_decides_nothing_and_comes_again() {
    let world = World::new();
    let id = world.install(&app());
    let mut running = world.home.start(&world.display, &[&id]);
    world.display.wait_for_dialog();
    // “Allow” is pressed in the first row, and the sheet is not closed.
    world.display.key("Tab");
    world.display.key("Tab");
    world.display.key("space");
    world.display.settled();
    let tree = running.tree();
    process::terminate(running.id());
    wait::until("the program ends", || running.child().try_wait().ok()?);
    tree.wait_for_end();
    assert_eq!(world.decision(&id, "unrestricted-network"), "prompt");
    let _running = world.home.start(&world.display, &[&id]);
    world.display.wait_for_dialog();
}

#[test]
fn a_sheet_that_is_left_without_continue_decides_nothing() {
    let leave: [fn(&Display); 2] = [
        |display| display.key("Escape"),
        |display| display.close(&display.dialog().expect("the sheet is open")),
    ];
    let world = World::new();
    // A sheet that was left does not come again: each is another app's.
    for (seed, leave) in (1..).zip(leave) {
        let id = world.install(&app().seed(seed));
        let mut running = world.home.start(&world.display, &[&id]);
        world.display.wait_for_dialog();
        world.display.key("Tab");
        world.display.key("Tab");
        world.display.key("space");
        world.display.settled();
        leave(&world.display);
        wait_until_closed(&world.display);
        world.close(&mut running);
        assert_eq!(world.decision(&id, "unrestricted-network"), "prompt");
    }
}

#[test]
fn the_second_click_of_a_double_click_answers_no_question() {
    let world = World::new();
    let session = world.open(&AppBuilder::new("Sheet"));
    let ask = || session.prepare_click("return await navigator.unrestrictedNetwork.request()", &[]);
    // Where the question will be is known: an app can find that out as well, and has a button there.
    ask();
    session.click("#testkit-button");
    let question = world.display.wait_for_dialog().rect;
    let allow = question.point(question.width * 0.75, question.height - 40.0);
    world.display.key("Escape");
    assert_eq!(session.clicked(), Ok(json!("prompt")));

    ask();
    session.eval("document.getElementById('testkit-button').style.cssText = 'position: fixed; inset: 0; width: 100%; height: 100%'");
    world.display.click_repeatedly(allow, 12);
    world.display.wait_for_dialog();
    assert!(
        wait::holds_for(Duration::from_millis(600), || world.display.dialog().is_some()),
        "a click that was meant for the page answered"
    );
    world.display.click(allow);
    assert_eq!(
        session.clicked(),
        Ok(json!("granted")),
        "a click counts once it can be meant"
    );
}

#[test]
fn keys_that_a_page_has_the_user_tap_answer_no_question() {
    let world = World::new();
    let session = world.open(&AppBuilder::new("Sheet"));
    let id = AppBuilder::new("Sheet").id();
    let tapped = ["alt+a", "Return", "alt+d", "Tab", "space"];
    world.display.wait_for_focus(&session.window());
    tapped.iter().for_each(|key| world.display.key(key));
    session.prepare_click("return await navigator.unrestrictedNetwork.request()", &[]);
    session.click("#testkit-button");
    let question = world.display.wait_for_dialog();
    // At once, slowly, and in a row.
    for pause in [0, 900, 900, 0] {
        for key in tapped {
            world.display.key(key);
            let stays = || world.display.dialog().is_some_and(|dialog| dialog.id == question.id);
            assert!(wait::holds_for(Duration::from_millis(pause), stays), "{key} answered");
        }
    }
    assert_eq!(world.decision(&id, "unrestricted-network"), "prompt");
    // Who lets go and reads can answer by keys.
    let stays = || world.display.dialog().is_some();
    assert!(wait::holds_for(Duration::from_millis(3200), stays));
    world.display.key("alt+a");
    assert_eq!(session.clicked(), Ok(json!("granted")));
}

/// One app has all of it changed, one thing after the other, by the keyboard alone.
#[test]
fn permissions_in_the_app_menu_are_what_is_decided_and_change_it() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    let id = world.install(&app());
    // With nothing to ask at its first run the sheet is not in the way.
    world
        .home
        .write_policy("recommended", &json!({ "FirstRunPermissionsPromptMode": 0 }));
    let _running = world.home.start(&world.display, &[&id]);
    what_nobody_is_asked_about_is_taken_away_and_given_back(&world, &reader, &id);
    what_was_decided_is_changed_at_once(&world, &reader, &id);
    what_others_decide_is_seen_at_once(&world, &reader, &id);
}

/// Presses a button that a screen reader calls so.
fn press(world: &World, reader: &AssistiveTechnology, name: &str) {
    world.tab_to(reader, name);
    world.display.key("space");
    world.display.settled();
}

/// Whether something that a screen reader reads has this in it.
fn is_read(reader: &AssistiveTechnology, text: &str) -> bool {
    fn has(inside: &Accessible, text: &str) -> bool {
        inside.name.contains(text) || inside.children.iter().any(|child| has(child, text))
    }
    reader.programs().iter().any(|program| has(program, text))
}

fn wait_until_read(reader: &AssistiveTechnology, text: &str) {
    let found = wait::within(wait::LONG, || is_read(reader, text).then_some(()));
    assert!(found.is_some(), "“{text}” is not read: {:#?}", reader.programs());
}

fn what_nobody_is_asked_about_is_taken_away_and_given_back(world: &World, reader: &AssistiveTechnology, id: &str) {
    let decided = || ["controlled-frame", "direct-sockets"].map(|name| world.decision(id, name));
    assert_eq!(decided(), [json!("granted"), json!("granted")]);
    world.open_permissions();
    press(world, reader, "Deny: Open network connections");
    wait::until_true("only the row that was changed is", || {
        decided() == [json!("granted"), json!("denied")]
    });
    wait_until_read(reader, "You denied this today at");
    press(world, reader, "Take the decision back: Open network connections");
    wait::until_true("it is as nobody had decided", || {
        decided() == [json!("granted"), json!("granted")]
    });
    world.display.key("Escape");
    wait_until_closed(&world.display);
}

fn what_was_decided_is_changed_at_once(world: &World, reader: &AssistiveTechnology, id: &str) {
    world.decide(id, "grant", "unrestricted-network");
    world.decide(id, "deny", "notifications");
    let decided = || ["unrestricted-network", "notifications", "geolocation"].map(|name| world.decision(id, name));
    world.open_permissions();
    press(
        world,
        reader,
        "Deny: Connect to any server or device, see your network addresses",
    );
    wait::until_true("the row that was changed is", || {
        decided() == [json!("denied"), json!("denied"), json!("prompt")]
    });
    press(world, reader, "Ask later: Show notifications");
    wait::until_true("a decision is taken back", || {
        decided() == [json!("denied"), json!("prompt"), json!("prompt")]
    });
    world.display.key("Escape");
    wait_until_closed(&world.display);
    assert_eq!(decided(), [json!("denied"), json!("prompt"), json!("prompt")]);
}

fn what_others_decide_is_seen_at_once(world: &World, reader: &AssistiveTechnology, id: &str) {
    world.open_permissions();
    wait_until_read(reader, "Nothing that needs a permission.");
    world.decide(id, "grant", "local-network");
    wait_until_read(reader, "You allowed this today at");
    world
        .home
        .write_policy("managed", &json!({ "DefaultNotificationsSetting": 2 }));
    wait_until_read(reader, "Denied by your organization.");
    world.display.key("Escape");
    wait_until_closed(&world.display);
    assert_eq!(world.decision(id, "notifications"), "denied");
}
