//! Fingers on a screen, in a frame and beside it.

use insula_e2e::{World, app_with_frames, in_frame, load, plain_site};
use insula_testkit::{Colour, Home, Point, touch, wait};
use serde_json::json;

const BLUE: Colour = Colour(0x33, 0x66, 0xcc);

/// Notes what is touched in a page, with how many fingers there are.
const NOTES: &str = "globalThis.notes = [];
    for (const type of ['touchstart', 'touchend', 'click']) {
      addEventListener(type, (event) => notes.push(type + (event.touches?.length ?? '')), { passive: true });
    }";

const BODY: &str = "<style>html { height: 3000px }
    controlledframe { position: absolute; left: 100px; top: 100px }
    button { position: absolute; left: 150px; top: 150px; width: 60px; height: 60px }</style>
    <controlledframe></controlledframe><button id=over onclick='this.pressed = true'>Over</button>
    <script src=/notes.js></script>";

/// Conforms: touch
/// Limit: frames-pinch
#[test]
fn fingers_tap_scroll_and_pinch_in_a_frame() {
    let (display, mut screen) = touch::start();
    let world = World {
        home: Home::new(),
        display,
    };
    let session = world.open(&app_with_frames(BODY).file("/notes.js", NOTES));
    let site = plain_site(
        "#3366cc",
        &format!(
            "<p style='height: 3000px'><script>{NOTES}
             setInterval(() => document.documentElement.dataset.notes = notes.join(' '), 50)</script>"
        ),
    );
    load(&session, &site.url("/"));
    let frame = session.rect("controlledframe");
    session.wait_for_colour(frame, BLUE);
    let of_frame = || in_frame(&session, "document.documentElement.dataset.notes");
    let of_app = || session.eval("return notes.join(' ')");
    let inside = |x: f64, y: f64| frame.point(x, y);

    screen.tap(inside(300.0, 250.0));
    session.until_true("a tap is a click", || of_frame() == "touchstart1 touchend0 click");
    session.wait_for("document.activeElement.localName === 'controlledframe'");
    assert_eq!(of_app(), "");

    screen.swipe(inside(300.0, 250.0), inside(300.0, 100.0));
    session.until_true("the frame's page scrolls", || {
        in_frame(&session, "scrollY").as_f64() > Some(50.0)
    });
    assert_eq!(session.eval("return scrollY"), 0, "the app's page does not");

    screen.tap(session.rect("#over").centre());
    session.until_true("what lies over the frame is the app's", || {
        of_app() == "touchstart1 touchend0 click"
    });
    let beside = session.page().point(700.0, 600.0);
    let above = Point {
        y: beside.y - 200.0,
        ..beside
    };
    screen.swipe(beside, above);
    session.wait_for("scrollY > 50");
    // What was swiped goes on for a while.
    session.display.settled();
    session.eval("scrollTo(0, 0)");
    session.until_true("the frame is where it was", || {
        session.display.settled().at(inside(5.0, 5.0)) == BLUE
    });

    let before = of_frame();
    screen.pinch(inside(200.0, 200.0), 60.0, 240.0);
    let scale = || in_frame(&session, "visualViewport.scale");
    let is_enlarged = || scale().as_f64() > Some(1.5);
    let enlarged = wait::within(wait::LONG, || is_enlarged().then_some(()));
    assert!(
        enlarged.is_some(),
        "two fingers enlarge it: {}, {}, {before}",
        scale(),
        of_frame()
    );
    screen.pinch(beside, 60.0, 240.0);
    session.wait_for("notes.includes('touchstart2')");
    session.display.settled();
    assert_eq!(
        session.eval("return visualViewport.scale"),
        json!(1),
        "the app is as it was"
    );
    // The frame has scrollbars of its own then.
    let shown = session.display.settled().bounds_of(BLUE, 0);
    let is_inside = shown.is_some_and(|shown| {
        let is_at = shown.left() == frame.left() && shown.top() == frame.top();
        is_at && shown.right() <= frame.right() && shown.bottom() <= frame.bottom()
    });
    assert!(is_inside, "{shown:?}, not in {frame:?}");
}
