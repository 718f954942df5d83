//! Frames on dense screens, and in an app that the user has zoomed.

use insula_e2e::{World, app_with_frames, in_frame, load, plain_site};
use insula_testkit::{Colour, Point, Rect, Session};
use serde_json::{Value, json};

const BLUE: Colour = Colour(0x33, 0x66, 0xcc);
const RED: Colour = Colour(0xcc, 0x22, 0x22);
const WHITE: Colour = Colour(0xff, 0xff, 0xff);
const PAPER: Colour = Colour(0xf4, 0xf1, 0xea);

/// A frame at fractions of pixels, in a white box on a page of another colour, so that a gap between the frame and
/// the hole for it would be seen.
const BODY: &str = "<style>html { background: #f4f1ea }
    #box { position: absolute; left: 8.5px; top: 10.25px; background: white; padding: 20.5px 30.25px }
    controlledframe { width: 200.5px; height: 150.25px }</style>
    <div id=box><controlledframe></controlledframe></div>";

/// Where the page lies on the screen, and how many of the screen's pixels one of its own is.
fn page(session: &Session<'_>) -> (Rect, f64) {
    let page = session.until("the page shows", || session.display.screenshot().bounds_of(PAPER, 0));
    let width = session.eval("return innerWidth").as_f64().expect("a width");
    (page, page.width / width)
}

/// Waits until the frame covers its element to the pixel, and what is around it is its box.
fn assert_exact(session: &Session<'_>, what: &str, ratio: f64) {
    let found = |session: &Session<'_>| {
        let (page, found) = page(session);
        // The page's width is a whole number of its own pixels, and of the screen's: both were rounded.
        if (found - ratio).abs() > 0.005 {
            return Err(format!("one pixel of the page is {found} of the screen"));
        }
        let rect = session.eval_with(
            "const { left, top, right, bottom } = document.querySelector(args[0]).getBoundingClientRect();
             return [left, top, right, bottom]",
            &[json!("controlledframe")],
        );
        let edge = |index: usize| (rect[index].as_f64().expect("a number") * ratio).round();
        let expected = Rect {
            x: page.x + edge(0),
            y: page.y + edge(1),
            width: edge(2) - edge(0),
            height: edge(3) - edge(1),
        };
        let picture = session.display.screenshot();
        let shown = picture.bounds_of(BLUE, 0);
        if shown != Some(expected) {
            return Err(format!("it shows at {shown:?}, not at {expected:?}"));
        }
        let (middle, right, bottom) = (expected.centre(), expected.right(), expected.bottom());
        for (x, y) in [
            (expected.left() - 1.0, middle.y),
            (right, middle.y),
            (middle.x, expected.top() - 1.0),
            (middle.x, bottom),
        ] {
            let colour = picture.at(Point { x, y });
            if colour != WHITE {
                return Err(format!("beside it, at {x}, {y}, is {colour:?}"));
            }
        }
        Ok(())
    };
    let mut last = Ok(());
    let exact = insula_testkit::wait::within(insula_testkit::wait::LONG, || {
        last = found(session);
        last.is_ok().then_some(())
    });
    if exact.is_none() {
        let path = insula_testkit::session::save_failure(&session.display.screenshot());
        panic!("{what}: {last:?}; see {path}");
    }
}

/// Conforms: dense-screens
#[test]
fn on_a_dense_screen_a_frame_fills_its_box_to_the_pixel() {
    let mut world = World::new();
    world.home.set_variable("GDK_SCALE", "2");
    let session = world.open(&app_with_frames(BODY));
    session.display.resize(&session.window(), 1200, 900);
    let site = plain_site("#3366cc", "");
    load(&session, &site.url("/"));
    assert_exact(&session, "at fractions of pixels", 2.0);
    session.eval("box.style.left = '21.75px'; box.style.top = '33px'");
    assert_exact(&session, "moved", 2.0);
    assert_eq!(in_frame(&session, "devicePixelRatio"), 2);

    // A picture of it has as many pixels as the screen has for it, as in Chromium.
    session.eval("document.querySelector('controlledframe').style = 'width: 200px; height: 150px'");
    session.until_true("the frame has whole pixels", || {
        in_frame(&session, "[innerWidth, innerHeight]") == json!([200, 150])
    });
    for format in ["png", "jpeg"] {
        let size = session.eval_with(
            "const image = new Image();
             image.src = await document.querySelector('controlledframe').captureVisibleRegion({ format: args[0] });
             await image.decode();
             return [image.naturalWidth, image.naturalHeight]",
            &[json!(format)],
        );
        assert_eq!(size, json!([400, 300]), "{format}");
    }
}

/// What somebody sets who wants all text twice as large: GTK's, and the engine's.
///
/// Conforms: large-text
#[test]
fn where_text_is_twice_as_large_a_frame_fills_its_box_to_the_pixel() {
    let world = World::new();
    world.display.set_resources("Xft.dpi:\t192\n");
    let session = world.open(&app_with_frames(BODY));
    let site = plain_site(
        "#3366cc",
        "<p id=line style='font: 16px/1 sans-serif; margin: 0; width: 1em'>x",
    );
    load(&session, &site.url("/"));
    let (_, ratio) = page(&session);
    assert_exact(&session, "with large text", ratio);
    session.eval("box.style.left = '21.75px'; box.style.top = '33px'");
    assert_exact(&session, "moved", ratio);
    // The frame's text is as large as the app's.
    let size = |width: &Value, ratio: &Value| width.as_f64().zip(ratio.as_f64()).map(|(width, ratio)| width * ratio);
    let of_app = session.eval(
        "const line = document.createElement('p');
         line.style = 'font: 16px/1 sans-serif; margin: 0; width: 1em';
         document.body.append(line);
         return [line.getBoundingClientRect().width, devicePixelRatio]",
    );
    let of_frame = in_frame(
        &session,
        "[document.querySelector('#line').getBoundingClientRect().width, devicePixelRatio]",
    );
    assert_eq!(
        size(&of_app[0], &of_app[1]),
        size(&of_frame[0], &of_frame[1]),
        "{ratio}, {of_app}, {of_frame}"
    );
    assert!(
        size(&of_frame[0], &json!(ratio)) >= Some(31.0),
        "{ratio}, {of_app}, {of_frame}"
    );
}

#[test]
fn the_user_zooms_the_app_and_all_that_is_in_it() {
    let world = World::new();
    let session = world.open(&app_with_frames(BODY));
    let site = plain_site("#3366cc", "");
    load(&session, &site.url("/"));
    assert_exact(&session, "as the app opens", 1.0);
    let width = in_frame(&session, "innerWidth");
    for ratio in [1.1, 1.25, 1.5] {
        session.display.key("ctrl+plus");
        assert_exact(&session, "zoomed in", ratio);
        session.until_true("the site is zoomed as well", || {
            let (now, before) = (in_frame(&session, "innerWidth").as_f64(), width.as_f64());
            now.zip(before).is_some_and(|(now, before)| (now - before).abs() <= 1.0)
        });
    }
    session.display.key("ctrl+minus");
    assert_exact(&session, "zoomed out", 1.25);
    session.display.key("ctrl+0");
    assert_exact(&session, "not zoomed", 1.0);
}

#[test]
fn the_app_may_use_the_zoom_keys_for_itself() {
    let world = World::new();
    let session = world.open(&app_with_frames(BODY));
    let width = session.eval(
        "addEventListener('keydown', (event) => { if (event.key === '+') event.preventDefault(); });
         return innerWidth",
    );
    let width = width.as_f64().expect("a width");
    session.display.wait_for_focus(&session.window());
    session.display.key("ctrl+plus");
    session.display.key("ctrl+minus");
    session.until_true("only the key that the app leaves alone zooms", || {
        let now = session.eval("return innerWidth").as_f64();
        now.is_some_and(|now| (now - width / 0.9).abs() <= 1.0)
    });
}

/// CSS `zoom`: what the engine makes of it is seen on an ordinary element in the frame's place.
#[test]
fn a_frame_fills_an_element_that_the_app_has_zoomed() {
    let world = World::new();
    let body = "<style>body { margin: 0; background: #f4f1ea }
        #clip { overflow: hidden; width: 300px; height: 120px; margin: 30px 0 0 20px }
        #clip > * { display: block; width: 200px; height: 150px; margin: 10px }
        .frame > div, .box > controlledframe { visibility: hidden; position: absolute }</style>
        <div id=clip class=box><div style='background: #cc2222'></div><controlledframe></controlledframe></div>";
    let session = world.open(&app_with_frames(body));
    let site = plain_site("#3366cc", "");
    load(&session, &site.url("/"));
    let seen = |colour: Colour| session.until("it shows", || session.display.screenshot().bounds_of(colour, 0));
    for (style, width) in [
        ("document.body.style.zoom = 1.5", 300.0),
        ("document.body.style.zoom = ''; clip.style.zoom = 0.75", 150.0),
        ("document.body.style.zoom = 2", 300.0),
    ] {
        session.eval(&format!("clip.className = 'box'; {style}"));
        session.until_true("the box is zoomed", || seen(RED).width == width);
        let expected = seen(RED);
        session.eval("clip.className = 'frame'");
        session.until_true(&format!("the frame fills it: {style}"), || {
            session.display.screenshot().bounds_of(BLUE, 0) == Some(expected)
        });
    }
}
