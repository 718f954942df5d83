//! An app's page looks as its author wants it around a frame, whatever lies behind the frame.

use insula_e2e::{World, app_with_frames, load, plain_site};
use insula_testkit::{AppBuilder, Colour, Point, Rect, Screenshot, Session, wait};

const BLUE: Colour = Colour(0x33, 0x66, 0xcc);
const MAGENTA: Colour = Colour(0xff, 0, 0xff);

/// What is seen once the page has been painted and nothing changes any more.
fn still_picture(session: &Session<'_>) -> Screenshot {
    session.wait_for_colour(session.rect("#painted"), MAGENTA);
    session.display.settled()
}

/// The first point of the page, outside of a frame, at which two pictures differ by more than two levels.
fn difference(one: &Screenshot, two: &Screenshot, page: Rect, frame: Rect) -> Option<(Point, Colour, Colour)> {
    let points = (page.top() as i64..page.bottom() as i64)
        .flat_map(|y| (page.left() as i64..page.right() as i64).map(move |x| (x as f64, y as f64)));
    let is_beside =
        |&(x, y): &(f64, f64)| x < frame.left() || x >= frame.right() || y < frame.top() || y >= frame.bottom();
    points
        .filter(is_beside)
        .map(|(x, y)| Point { x, y })
        .map(|point| (point, one.at(point), two.at(point)))
        .find(|(_, one, two)| !one.is_near(*two, 2))
}

/// Shows a page with an empty box in it, and then with a frame in the place of the box: the frame is seen, and
/// everything around it is as before.
fn assert_unchanged_around_a_frame(style: &str, body: &str) {
    let world = World::new();
    let page = format!(
        "<style>body {{ height: 100vh; overflow: hidden; position: relative }}
         .frame {{ position: absolute; left: 120px; top: 80px; width: 300px; height: 200px }}
         #painted {{ position: absolute; right: 20px; bottom: 20px; width: 30px; height: 30px; background: #f0f }} {style}</style>
         {body}<div class=frame></div><div id=painted></div>"
    );
    let session = world.open(&app_with_frames(&page));
    let before = still_picture(&session);
    session.eval(
        "const frame = document.createElement('controlledframe');
         frame.className = 'frame';
         document.querySelector('.frame').replaceWith(frame)",
    );
    load(&session, &plain_site("#3366cc", "").url("/"));
    let frame = session.rect("controlledframe");
    session.wait_for_colour(frame, BLUE);
    let seen = wait::within(wait::LONG, || {
        let picture = session.display.screenshot();
        let is_shown = picture.bounds_of(BLUE, 1).is_some_and(|seen| seen.is_near(frame, 0.5));
        (is_shown && difference(&before, &picture, session.page(), frame).is_none()).then_some(())
    });
    if seen.is_none() {
        let picture = session.display.screenshot();
        let path = insula_testkit::session::save_failure(&picture);
        panic!(
            "{style} {body}: BLUE is at {:?}, differs at {:?}; see {path}",
            picture.bounds_of(BLUE, 1),
            difference(&before, &picture, session.page(), frame)
        );
    }
}

#[test]
fn a_gradient_is_whole_around_a_frame() {
    assert_unchanged_around_a_frame("body { background: linear-gradient(35deg, #f00, #0f0 30%, #408) }", "");
}

#[test]
fn several_gradients_over_a_colour_are_whole_around_a_frame() {
    assert_unchanged_around_a_frame(
        "body { background: #345 }
         .box { position: absolute; inset: 30px 60px; border: 3px solid #111; background:
                radial-gradient(closest-side at 40% 60%, rgb(255 0 0 / 50%), transparent),
                repeating-conic-gradient(rgb(255 255 0 / 50%) 0 10deg, rgb(0 255 0 / 50%) 10deg 20deg),
                linear-gradient(to top left, #fff, #000) }",
        "<div class=box></div>",
    );
}

/// The root element's is the canvas, and body's ends with its box. The frame lies over its end, and over body's margin.
#[test]
fn backgrounds_of_html_and_body_stay_where_they_are() {
    let style = "html, body { height: 40% } html { background: #cde; height: 100% }
                 body { background: #fda; margin: 25px; height: 20vh !important; position: static !important; overflow: visible !important }";
    assert_unchanged_around_a_frame(style, "");
    // With glass over the frame, that lies beneath the page.
    let glass =
        "<div style='position: fixed; left: 200px; top: 120px; width: 60px; height: 60px; background: #fff8'>x</div>";
    assert_unchanged_around_a_frame(style, glass);
}

#[test]
fn a_picture_stays_behind_a_frame() {
    assert_unchanged_around_a_frame("body { background: url(/icon.svg) 3px 5px / 90px 70px #dde }", "");
}

#[test]
fn an_important_background_stays_behind_a_frame() {
    assert_unchanged_around_a_frame("body { background: linear-gradient(#f00, #408) !important }", "");
}

#[test]
fn a_pseudo_element_stays_behind_a_frame() {
    assert_unchanged_around_a_frame(
        "body { background: #eee }
         body::before { content: ''; position: absolute; inset: 40px auto auto 60px; width: 200px; height: 150px;
                        background: #c22; pointer-events: none }",
        "",
    );
}

#[test]
fn what_lets_the_pointer_through_is_below_a_frame_where_it_is_painted_below() {
    assert_unchanged_around_a_frame(
        "body { background: #eee }
         .mark { position: absolute; left: 60px; top: 40px; width: 200px; height: 150px; background: #c22;
                 pointer-events: none }",
        "<div class=mark></div>",
    );
}

#[test]
fn text_and_pictures_below_a_frame_are_not_seen_through_it() {
    assert_unchanged_around_a_frame(
        "body { background: #eee } p, img { position: absolute; left: 100px; top: 70px; width: 200px }",
        "<img src=/icon.svg alt=''><p>What is written here goes on under the frame, line after line after line.</p>",
    );
}

#[test]
fn a_gradient_shows_beside_the_round_corners_of_a_frame() {
    let world = World::new();
    let body = "<style>body { height: 100vh; background: linear-gradient(to right, #f00 0 300px, #0f0 300px) }
                controlledframe { margin: 0 100px; border-radius: 60px }</style><controlledframe></controlledframe>";
    let session = world.open(&app_with_frames(body));
    load(&session, &plain_site("#3366cc", "").url("/"));
    let frame = session.rect("controlledframe");
    session.until_true("each corner has the colour around it", || {
        let picture = session.display.screenshot();
        picture.at(frame.centre()) == BLUE
            && picture.at(frame.point(4.0, 4.0)) == Colour(0xff, 0, 0)
            && picture.at(frame.point(396.0, 4.0)) == Colour(0, 0xff, 0)
    });
}

/// The canvas of a page without backgrounds.
const DARK: Colour = Colour(30, 30, 30);
const WHITE: Colour = Colour(0xff, 0xff, 0xff);

#[test]
fn a_dark_page_is_dark_after_there_were_frames() {
    let world = World::new();
    let dark = "<!doctype html><html lang=en><title>Dark</title>";
    let app = app_with_frames("<controlledframe></controlledframe>")
        .file(
            "/style.html",
            format!("{dark}<style>:root {{ color-scheme: dark }}</style>"),
        )
        .file("/meta.html", format!("{dark}<meta name=color-scheme content=dark>"))
        .file("/light.html", "<!doctype html><html lang=en><title>Light</title>");
    let session = world.open(&app);
    let site = plain_site("#3366cc", "");
    let expect = |what: &str, canvas: Colour| {
        session.until_true(what, || {
            session.display.settled().at(session.page().point(450.0, 350.0)) == canvas
        });
    };
    let go_to = |path: &str| {
        session.eval_with("location.assign(args[0])", &[path.into()]);
        session.wait_for(&format!(
            "location.pathname === '{path}' && document.readyState === 'complete'"
        ));
    };
    let show_frame = || {
        load(&session, &site.url("/"));
        session.wait_for_colour(session.rect("controlledframe"), BLUE);
    };

    show_frame();
    session.eval("document.documentElement.style.colorScheme = 'dark'");
    expect("a page with a frame is dark", DARK);
    session.eval("document.querySelector('controlledframe').remove()");
    expect("it still is when the frame has gone", DARK);
    session.eval("document.documentElement.style.colorScheme = ''");
    expect("it is light again", WHITE);
    for (path, canvas) in [("/style.html", DARK), ("/light.html", WHITE), ("/meta.html", DARK)] {
        go_to("/");
        show_frame();
        go_to(path);
        expect(&format!("{path} after a page with a frame"), canvas);
        assert_eq!(session.eval("return document.adoptedStyleSheets.length"), 0);
        go_to("/light.html");
        expect("the next page is light", WHITE);
    }
}

/// Every colour that was seen in the middle of an app's window until its first page was painted, which takes two seconds.
fn seen_before_the_first_page(manifest: &[(&str, &str)]) -> Vec<Colour> {
    let mut world = World::new();
    world.home.set_variable("ADW_DEBUG_COLOR_SCHEME", "prefer-dark");
    // The parser waits for the script, and nothing is painted before it ends.
    let page = "<!doctype html><html lang=en><title>Slow</title><style>html { background: #3366cc }</style>\
                <script src=/slow.js></script><h1>There</h1>";
    let mut app = AppBuilder::new("Slow").page(page).file(
        "/slow.js",
        "const start = Date.now(); while (Date.now() - start < 2000);",
    );
    for (member, value) in manifest {
        app = app.manifest(member, (*value).into());
    }
    let id = world.install(&app);
    let _running = world.home.start(&world.display, &[&id]);
    let window = world.app_window().rect;
    let middle = window.point(window.width / 2.0, window.height * 0.75);
    let mut seen = Vec::new();
    wait::until("the page is painted", || {
        let colour = world.display.screenshot().at(middle);
        if colour.is_near(BLUE, 2) {
            return Some(());
        }
        if seen.last() != Some(&colour) {
            seen.push(colour);
        }
        None
    });
    seen
}

/// Until an app's first page is painted its window is as dark as the desktop.
#[test]
fn a_window_is_not_white_before_its_first_page_is_painted() {
    const DARK: u8 = 0x40;
    let seen = seen_before_the_first_page(&[]);
    let is_dark = |colour: &Colour| [colour.0, colour.1, colour.2].iter().all(|level| *level <= DARK);
    assert!(!seen.is_empty() && seen.iter().all(is_dark), "{seen:?}");
}

#[test]
fn a_window_has_the_manifests_background_before_its_first_page_is_painted() {
    let seen = seen_before_the_first_page(&[("background_color", "#803010")]);
    assert!(
        seen.last()
            .is_some_and(|last| last.is_near(Colour(0x80, 0x30, 0x10), 1)),
        "{seen:?}"
    );
}
