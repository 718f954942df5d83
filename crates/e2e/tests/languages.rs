//! What Insula says itself is in the user's language.

use insula_e2e::World;
use insula_testkit::{Accessible, AppBuilder, AssistiveTechnology, wait};

fn texts(inside: &Accessible) -> Vec<String> {
    let own = [inside.name.clone()].into_iter();
    own.chain(inside.children.iter().flat_map(texts)).collect()
}

/// Waits until a window has this title, as a screen reader reads it, and answers all that is said in it.
fn said_in(reader: &AssistiveTechnology, title: &str) -> Vec<String> {
    let window = wait::within(wait::LONG, || {
        let programs = reader.programs();
        let windows = programs.iter().flat_map(|program| program.children.clone());
        windows.into_iter().find(|window| window.name == title)
    });
    window.map_or_else(
        || panic!("there is no “{title}”: {:#?}", reader.programs()),
        |window| texts(&window),
    )
}

#[test]
fn a_user_who_speaks_german_is_asked_in_german() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    world.home.set_variable("LANGUAGE", "de");
    let id = world.install(&AppBuilder::new("Post").permissions(&["unrestricted-network", "push", "usb"]));
    let _running = world.home.start(&world.display, &[&id]);
    let sheet = world.display.wait_for_dialog();
    world.display.wait_for_focus(&sheet);
    let said = said_in(&reader, "Post bittet um Berechtigungen");
    for expected in [
        // From code, a `.ui` file, the table of permissions, and with a number.
        "Später fragen: Sich mit beliebigen Servern und Geräten verbinden, Ihre Netzadressen sehen",
        "Alle erlauben",
        "Umgeht den Schutz, der Websites voneinander trennt. Sie können es jederzeit im Menü der App abstellen.",
        "1 Berechtigung ist auf diesem Gerät nicht verfügbar",
    ] {
        assert!(
            said.iter().any(|said| said == expected),
            "“{expected}” is not in {said:#?}"
        );
    }
    world.display.settled();
    world.display.key("alt+l");
    world.display.settled();
    world.display.key("alt+w");
    wait::until_true("all is allowed", || {
        world.decision(&id, "unrestricted-network") == "granted"
    });

    world.open_permissions();
    let said = said_in(&reader, "Berechtigungen");
    assert!(
        said.iter().any(|said| said.starts_with("Sie haben es heute um ")),
        "{said:#?}"
    );
}

#[test]
fn a_language_that_nobody_has_translated_is_english() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    world.home.set_variable("LANGUAGE", "eo");
    let id = world.install(&AppBuilder::new("Mail").permissions(&["unrestricted-network"]));
    let _running = world.home.start(&world.display, &[&id]);
    world.display.wait_for_dialog();
    said_in(&reader, "Mail asks for permissions");
}
