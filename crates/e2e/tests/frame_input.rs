//! What a user does in a frame besides clicking and typing: copies, composes, drags.

use insula_e2e::{World, app_with_frames, in_frame, load, plain_site};
use insula_testkit::{Colour, Point, Session, Site};

const GOLD: Colour = Colour(0xff, 0xd7, 0);

/// Notes what is dragged from where to where, and what is composed.
const NOTES: &str = "globalThis.notes = [];
    for (const type of ['dragstart', 'dragover', 'drop', 'dragend', 'compositionstart', 'compositionend']) {
      addEventListener(type, (event) => {
        if (type === 'dragstart') event.dataTransfer.setData('text/plain', `from ${event.target.id}`);
        if (type === 'dragover' || type === 'drop') event.preventDefault();
        const what = type === 'drop' ? ` ${event.dataTransfer.getData('text/plain')}` : '';
        if (notes.at(-1) !== type) notes.push(type + what);
      });
    }";

const BOXES: &str = "<style>div { position: absolute; top: 60px; width: 80px; height: 60px; background: gold }</style>";

fn open(world: &World) -> (Session<'_>, Site) {
    let app = app_with_frames(&format!(
        "<controlledframe></controlledframe>
         <div style='position: relative; height: 200px'>{BOXES}<input id=text>
         <div id=source draggable=true style='left: 20px'></div><div id=place style='left: 200px'></div></div>
         <script src=/notes.js></script>"
    ));
    let session = world.open(&app.file("/notes.js", NOTES));
    let site = plain_site(
        "#ffffff",
        &format!(
            "{BOXES}<input id=text style='width: 200px'><div id=source draggable=true style='left: 20px'></div>
             <div id=place style='left: 200px'></div><script>{NOTES}
             setInterval(() => document.documentElement.dataset.notes = notes.join(', '), 50)</script>"
        ),
    );
    load(&session, &site.url("/"));
    let place = inside(&session, 240.0, 90.0);
    session.until_true("the frame is painted", || {
        session.display.screenshot().at(place) == GOLD
    });
    (session, site)
}

/// A point in the frame's page.
fn inside(session: &Session<'_>, x: f64, y: f64) -> Point {
    session.rect("controlledframe").point(x, y)
}

fn click_into_the_frames_field(session: &Session<'_>) {
    session.display.click(inside(session, 30.0, 12.0));
    session.until_true("the field has the keyboard", || {
        in_frame(session, "document.hasFocus() && document.activeElement.id === 'text'") == true
    });
}

fn wait_for_the_frames_field(session: &Session<'_>, value: &str) {
    session.until_true(&format!("its field has {value}"), || {
        in_frame(session, "document.querySelector('#text').value") == value
    });
}

/// Conforms: clipboard-keys
#[test]
fn text_is_copied_between_an_app_and_its_frame() {
    let world = World::new();
    let (session, _site) = open(&world);
    session.click("#text");
    session.display.type_text("of the app");
    session.wait_for("text.value === 'of the app'");
    session.display.key("ctrl+a");
    session.display.key("ctrl+c");
    click_into_the_frames_field(&session);
    session.display.key("ctrl+v");
    wait_for_the_frames_field(&session, "of the app");
    session.display.type_text(" and the frame");
    wait_for_the_frames_field(&session, "of the app and the frame");
    session.display.key("ctrl+a");
    session.display.key("ctrl+x");
    wait_for_the_frames_field(&session, "");
    session.click("#text");
    session.display.key("ctrl+a");
    session.display.key("ctrl+v");
    session.wait_for("text.value === 'of the app and the frame'");
}

/// Conforms: input-methods
#[test]
fn what_is_composed_reaches_the_frame() {
    let mut world = World::new();
    world.home.set_variable("GTK_IM_MODULE", "simple");
    let (session, _site) = open(&world);
    click_into_the_frames_field(&session);
    session.display.key("dead_acute");
    session.display.key("e");
    wait_for_the_frames_field(&session, "é");
    // A character by its number.
    session.display.key("ctrl+shift+u");
    session.display.type_text("df");
    session.display.key("Return");
    wait_for_the_frames_field(&session, "éß");
    session.until_true("the page is told as by any input method", || {
        let notes = in_frame(&session, "document.documentElement.dataset.notes");
        let notes = notes.as_str().unwrap_or_default();
        notes.contains("compositionstart") && notes.contains("compositionend")
    });
    assert_eq!(
        session.eval("return text.value + notes.join()"),
        "",
        "the app got none of it"
    );
}

/// Conforms: drag-and-drop
/// Limit: drag-end
#[test]
fn things_are_dragged_in_a_frame_and_across_its_edge() {
    let world = World::new();
    let (session, _site) = open(&world);
    let notes = |session: &Session<'_>| {
        let app = session
            .eval("return notes.join(', ')")
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let frame = in_frame(session, "document.documentElement.dataset.notes");
        (app, frame.as_str().unwrap_or_default().to_owned())
    };
    let of_frame = [inside(&session, 50.0, 90.0), inside(&session, 240.0, 90.0)];
    let of_app = [session.rect("#source").centre(), session.rect("#place").centre()];
    let mut wrong = Vec::new();
    let forget = || {
        session.eval("notes.length = 0");
        session.eval_in_page("notes.length = 0", &[]);
    };
    for (what, from, to, expected) in [
        (
            "in the frame",
            of_frame[0],
            of_frame[1],
            ("", "dragstart, dragover, drop from source"),
        ),
        (
            "in the app",
            of_app[0],
            of_app[1],
            ("dragstart, dragover, drop from source", ""),
        ),
        (
            "into the frame",
            of_app[0],
            of_frame[1],
            ("dragstart, dragover", "dragover, drop from source"),
        ),
        (
            "out of the frame",
            of_frame[0],
            of_app[1],
            ("dragover, drop from source", "dragstart, dragover"),
        ),
    ] {
        forget();
        session.display.drag(from, to);
        let mut last = None;
        let happened = insula_testkit::wait::within(insula_testkit::wait::LONG, || {
            let (app, frame) = notes(&session);
            let is_so = app == expected.0 && frame == expected.1;
            last = Some((app, frame));
            is_so.then_some(())
        });
        if happened.is_none() {
            wrong.push(format!("{what}: {last:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
