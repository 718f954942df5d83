//! A frame is drawn as an iframe in its place would be: over its own background, and faded with what it is in.

use insula_e2e::{World, app_with_frames, load, plain_site};
use insula_testkit::{Colour, Session};
use serde_json::json;

const BLUE: Colour = Colour(0x33, 0x66, 0xcc);
const RED: Colour = Colour(0xcc, 0x22, 0x22);
const GREEN: Colour = Colour(0x22, 0xaa, 0x22);
const PAPER: Colour = Colour(0xf4, 0xf1, 0xea);
const WHITE: Colour = Colour(0xff, 0xff, 0xff);

/// Opens an app with this on a page like paper, and loads a blue site into its frame.
fn open<'a>(world: &'a World, body: &str) -> Session<'a> {
    let body = format!("<style>body {{ background: #f4f1ea }}</style>{body}");
    let session = world.open(&app_with_frames(&body));
    load(&session, &plain_site("#3366cc", "").url("/"));
    session
}

/// Waits until points of the page have these colours.
fn expect(session: &Session<'_>, what: &str, points: &[(f64, f64, Colour)]) {
    let page = session.page();
    session.until_true(what, || {
        let picture = session.display.screenshot();
        points
            .iter()
            .all(|&(x, y, colour)| picture.at(page.point(x, y)).is_near(colour, 3))
    });
}

/// Half of each.
fn between(one: Colour, two: Colour) -> Colour {
    let mean = |a: u8, b: u8| a.midpoint(b);
    Colour(mean(one.0, two.0), mean(one.1, two.1), mean(one.2, two.2))
}

#[test]
fn a_frames_own_background_lies_behind_it() {
    let world = World::new();
    let session = open(&world, "<controlledframe></controlledframe>");
    for background in [
        "#cc2222",
        "linear-gradient(#cc2222, #cc2222)",
        "url(/icon.svg), #cc2222",
    ] {
        let style = |rest: &str| {
            session.eval_with(
                "document.querySelector('controlledframe').style.cssText = `background: ${args[0]}; ${args[1]}`",
                &[json!(background), json!(rest)],
            );
        };
        style("");
        let frame = [(1.0, 1.0, BLUE), (200.0, 150.0, BLUE), (398.0, 298.0, BLUE)];
        expect(&session, &format!("{background} is behind the frame"), &frame);
    }
    session.eval(
        "document.querySelector('controlledframe').style.cssText =
           'background: #cc2222; padding: 20px; border-radius: 60px'",
    );
    let padded = [
        (220.0, 170.0, BLUE),
        (10.0, 170.0, RED),
        (220.0, 330.0, RED),
        // Beside the round corner of the content, and beside that of the whole.
        (24.0, 24.0, RED),
        (5.0, 5.0, PAPER),
    ];
    expect(&session, "around the content it is seen", &padded);
}

#[test]
fn a_frame_fades_with_what_it_is_in() {
    let world = World::new();
    let body = "<style>#card { padding: 20px; width: 500px; background: #cc2222 }
                  #inner { padding: 20px; background: #22aa22 }</style>
                <div id=card><div id=inner><controlledframe></controlledframe></div></div>";
    let session = open(&world, body);
    let style = |frame: f64, inner: f64, card: f64| {
        session.eval_with(
            "document.querySelector('controlledframe').style.opacity = args[0];
             inner.style.opacity = args[1];
             card.style.opacity = args[2]",
            &[json!(frame), json!(inner), json!(card)],
        );
    };
    let expect = |what: &str, frame: Colour, inner: Colour, card: Colour| {
        let points = [
            (50.0, 50.0, frame),
            (400.0, 300.0, frame),
            (30.0, 150.0, inner),
            (10.0, 150.0, card),
        ];
        expect(&session, what, &points);
    };
    style(0.5, 1.0, 1.0);
    expect("by itself, over what it is in", between(BLUE, GREEN), GREEN, RED);
    style(1.0, 1.0, 0.5);
    let faded = |colour| between(colour, PAPER);
    expect(
        "with a card, which does not shine through",
        faded(BLUE),
        faded(GREEN),
        faded(RED),
    );
    style(1.0, 0.5, 0.5);
    expect(
        "twice",
        faded(between(BLUE, RED)),
        faded(between(GREEN, RED)),
        faded(RED),
    );

    session.eval("document.body.style.background = 'linear-gradient(#f4f1ea, #f4f1ea)'");
    style(1.0, 1.0, 0.5);
    expect("over a gradient", faded(BLUE), faded(GREEN), faded(RED));

    style(1.0, 1.0, 1.0);
    expect("not at all", BLUE, GREEN, RED);
    session.eval("card.animate([{ opacity: 1 }, { opacity: 0.5 }], { duration: 300, fill: 'forwards' })");
    expect("little by little", faded(BLUE), faded(GREEN), faded(RED));
}

#[test]
fn a_faded_frame_has_the_right_colours_beside_its_round_corners() {
    let world = World::new();
    let body = "<div style='opacity: 0.5; background: #cc2222; padding: 20px'>\
                <controlledframe style='border-radius: 60px'></controlledframe></div>";
    let session = open(&world, body);
    let corner = [(200.0, 150.0, between(BLUE, PAPER)), (25.0, 25.0, between(RED, PAPER))];
    expect(&session, "the card beside it, the page through it", &corner);
}

#[test]
fn a_frame_lies_in_the_hole_of_a_zoomed_pages_gradient() {
    let world = World::new();
    let body = "<style>html { height: 100% } body { zoom: 0.8; background: linear-gradient(to right, #cc2222 0 500px, #22aa22 500px) }
                controlledframe { position: absolute; left: 100px; top: 100px }</style>
                <controlledframe></controlledframe>";
    let session = open(&world, body);
    let (page, inside) = (session.page(), 3.0);
    let points = [
        (82.0, 82.0, BLUE),
        (398.0, 318.0, BLUE),
        (78.0, 200.0, RED),
        (200.0, 77.0, RED),
        (200.0, 323.0, RED),
        (404.0, 200.0, GREEN),
        (inside, page.height - inside, RED),
        (page.width - inside, page.height - inside, GREEN),
    ];
    expect(&session, "the gradient is whole around the frame", &points);
}

#[test]
fn a_frame_in_a_fieldset_with_a_legend_is_whole() {
    let world = World::new();
    let body = "<fieldset style='margin: 0; border: 0; padding: 0 20px 20px; width: 400px; background: #cc2222'>\
                <legend style='height: 40px; padding: 0'>Site</legend><controlledframe></controlledframe></fieldset>";
    let session = open(&world, body);
    let points = [
        (22.0, 42.0, BLUE),
        (200.0, 60.0, BLUE),
        (418.0, 338.0, BLUE),
        (10.0, 200.0, RED),
        (200.0, 342.0, RED),
        (200.0, 358.0, RED),
    ];
    expect(&session, "the frame and what it is in", &points);
}

#[test]
fn a_page_does_not_get_the_colour_of_the_one_before() {
    let world = World::new();
    let body = "<style>body { background: #cc2222 }</style><controlledframe></controlledframe>";
    let second = "<!doctype html><title>Second</title><style>body { margin: 0 }</style>\
                  <iframe src=/inner.html style='border: 0; width: 500px; height: 400px'></iframe>";
    let inner = "<!doctype html><title>Inner</title>\
                 <controlledframe style='position: absolute; left: 20px; top: 20px'></controlledframe>";
    let app = app_with_frames(body)
        .file("/second.html", second)
        .file("/inner.html", inner);
    let session = world.open(&app);
    let site = plain_site("#3366cc", "");
    load(&session, &site.url("/"));
    expect(&session, "the first page", &[(200.0, 150.0, BLUE), (600.0, 500.0, RED)]);
    session.eval("location.href = '/second.html'");
    session.wait_for("document.querySelector('iframe')?.contentDocument?.querySelector('controlledframe')");
    session.eval_with(
        "document.querySelector('iframe').contentDocument.querySelector('controlledframe').src = args[0]",
        &[json!(site.url("/"))],
    );
    expect(
        &session,
        "the second page is white",
        &[(100.0, 100.0, BLUE), (600.0, 500.0, WHITE)],
    );
}
