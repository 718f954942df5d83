//! Frames for which the app's page can leave no hole, so that they lie above it: rotated, skewed, mirrored ones, and
//! those with a picture behind them, or a page that no hit test finds.

use insula_e2e::{World, app_with_frames, in_frame, load, plain_site};
use insula_testkit::{Colour, Point, Session, Site};
use serde_json::json;

const BLUE: Colour = Colour(0x33, 0x66, 0xcc);
const RED: Colour = Colour(0xcc, 0x22, 0x22);
const GREEN: Colour = Colour(0x22, 0xaa, 0x22);
const PAPER: Colour = Colour(0xf4, 0xf1, 0xea);
/// Blue behind the backdrop of a dialog.
const SHADED: Colour = Colour(0x2e, 0x5c, 0xb8);

/// A blue page that counts the clicks on its right half in its title.
fn blue_site() -> Site {
    plain_site(
        "#3366cc",
        "<div style='margin-left: 50%; height: 100vh' onclick='document.title = Number(document.title) + 1 || 1'></div>",
    )
}

/// An app with a frame of 400 × 300 whose middle is at 400, 300 of the page.
fn open<'a>(world: &'a World, style: &str, rest: &str, site: &Site) -> Session<'a> {
    let body = format!(
        "<style>body {{ background: #f4f1ea }} controlledframe {{ position: absolute; left: 200px; top: 150px }}</style>\
         <controlledframe style='{style}'></controlledframe>{rest}"
    );
    let session = world.open(&app_with_frames(&body));
    load(&session, &site.url("/"));
    session
}

/// A point of the screen, from the middle of the frame.
fn from_middle(session: &Session<'_>, x: f64, y: f64) -> Point {
    session.page().point(400.0 + x, 300.0 + y)
}

/// Waits until points, counted from the middle of the frame, have these colours.
fn expect(session: &Session<'_>, what: &str, points: &[(f64, f64, Colour)]) {
    let points: Vec<(Point, Colour)> = points
        .iter()
        .map(|&(x, y, colour)| (from_middle(session, x, y), colour))
        .collect();
    session.until_true(what, || {
        let picture = session.display.screenshot();
        points
            .iter()
            .all(|&(point, colour)| picture.at(point).is_near(colour, 3))
    });
}

/// Limit: frames-above
#[test]
fn a_rotated_frame_shows_where_its_element_lies_and_takes_clicks_there() {
    let world = World::new();
    let session = open(&world, "transform: rotate(90deg)", "", &blue_site());
    // 300 wide and 400 high: a quarter turn is exact to the pixel.
    let quarter = [
        (-148.0, -198.0, BLUE),
        (148.0, 198.0, BLUE),
        (-152.0, 0.0, PAPER),
        (152.0, 0.0, PAPER),
        (0.0, -202.0, PAPER),
        (0.0, 202.0, PAPER),
    ];
    expect(&session, "a quarter turn", &quarter);
    session.display.click(from_middle(&session, 0.0, 100.0));
    session.until_true("the right half, which is below now, is clicked", || {
        in_frame(&session, "document.title") == "1"
    });
    session.display.click(from_middle(&session, 0.0, -100.0));
    session.display.click(from_middle(&session, 100.0, 100.0));
    session.until_true("the upper half counts nothing", || {
        in_frame(&session, "document.title") == "2"
    });

    session.eval("document.querySelector('controlledframe').style.transform = 'rotate(45deg)'");
    // The corners are 250 from the middle; the half edges 200 and 150.
    let diagonal = [
        (0.0, 0.0, BLUE),
        (139.0, 139.0, BLUE),
        (-139.0, -139.0, BLUE),
        (103.0, -103.0, BLUE),
        (145.0, 145.0, PAPER),
        (109.0, -109.0, PAPER),
        (199.0, 0.0, BLUE),
        (240.0, 0.0, PAPER),
    ];
    expect(&session, "half of that", &diagonal);

    session.eval("document.querySelector('controlledframe').style.transform = 'skewX(45deg)'");
    let skewed = [
        (-330.0, -145.0, BLUE),
        (330.0, 145.0, BLUE),
        (60.0, -145.0, PAPER),
        (-60.0, 145.0, PAPER),
    ];
    expect(&session, "skewed", &skewed);

    session.eval("document.querySelector('controlledframe').style.transform = 'scaleX(-1)'");
    expect(&session, "mirrored", &[(-198.0, 148.0, BLUE), (-202.0, 0.0, PAPER)]);
    session.display.click(from_middle(&session, -100.0, 0.0));
    session.until_true("the right half, which is on the left now, is clicked", || {
        in_frame(&session, "document.title") == "3"
    });

    session.eval("document.querySelector('controlledframe').style.transform = ''");
    expect(
        &session,
        "upright again",
        &[(-198.0, -148.0, BLUE), (198.0, 148.0, BLUE), (0.0, 152.0, PAPER)],
    );
}

#[test]
fn a_rotated_ancestor_turns_and_clips_its_frame() {
    let world = World::new();
    let session = open(&world, "", "", &blue_site());
    session.eval(
        "const card = document.createElement('div');
         card.style.cssText = 'position: absolute; left: 200px; top: 150px; width: 400px; height: 300px; \
           overflow: hidden; border-radius: 100px; rotate: 90deg';
         const frame = document.querySelector('controlledframe');
         frame.style.cssText = 'left: 0; top: 0; width: 500px';
         document.body.append(card);
         log.length = 0;
         card.append(frame)",
    );
    let card = [
        (0.0, 0.0, BLUE),
        (-148.0, 0.0, BLUE),
        (0.0, 197.0, BLUE),
        (0.0, 203.0, PAPER),
        // Its round corners.
        (-145.0, -195.0, PAPER),
        (145.0, -195.0, PAPER),
        (-145.0, 195.0, PAPER),
        (145.0, 195.0, PAPER),
    ];
    expect(&session, "the card clips its frame", &card);
}

#[test]
fn a_frame_follows_a_rotating_element() {
    let world = World::new();
    let session = open(&world, "", "", &blue_site());
    session.eval(
        "document.querySelector('controlledframe').animate([{ rotate: '0deg' }, { rotate: '90deg' }],
           { duration: 500, fill: 'forwards' })",
    );
    expect(
        &session,
        "turned",
        &[(0.0, 198.0, BLUE), (-198.0, 0.0, PAPER), (198.0, 0.0, PAPER)],
    );
}

#[test]
fn what_the_app_has_above_a_rotated_frame_is_seen_and_clicked() {
    let world = World::new();
    let over = "<style>
          #menu, #toast { position: fixed; width: 100px; height: 80px; border: 0; padding: 0; margin: 0 }
          #menu { left: 360px; top: 260px; background: #cc2222; border-radius: 30px }
          #toast { left: 300px; top: 400px; background: #22aa22; pointer-events: none }
          #shield { position: fixed; left: 390px; top: 130px; width: 40px; height: 40px }
        </style>
        <div id=shield></div><button id=menu></button><div id=toast></div>";
    let session = open(&world, "transform: rotate(90deg)", over, &blue_site());
    let covered = [
        (0.0, 0.0, RED),
        (-100.0, 0.0, BLUE),
        // Round corners show the frame.
        (-38.0, -38.0, BLUE),
        (58.0, 38.0, BLUE),
        (-50.0, 140.0, GREEN),
        // What paints nothing hides nothing.
        (10.0, -150.0, BLUE),
    ];
    expect(&session, "the app's elements are above the frame", &covered);
    session.eval("menu.onclick = () => { window.clicked = true }; shield.onclick = () => { window.shielded = true }");
    session.click("#menu");
    session.wait_for("window.clicked");
    session.click("#shield");
    session.wait_for("window.shielded");
    session.display.click(from_middle(&session, -50.0, 140.0));
    session.until_true("a click goes through what lets it through", || {
        in_frame(&session, "document.title") == "1"
    });

    session.eval("menu.remove(); toast.remove()");
    expect(&session, "they are gone", &[(0.0, 0.0, BLUE), (-50.0, 140.0, BLUE)]);
    session.eval(
        "const dialog = document.createElement('dialog');
         dialog.style.cssText = 'width: 100px; height: 100px; background: #cc2222; border: 0; padding: 0; \
           position: fixed; inset: auto; left: 350px; top: 250px; margin: 0';
         document.body.append(dialog);
         dialog.showModal()",
    );
    expect(
        &session,
        "a dialog opens above the frame",
        &[(0.0, 0.0, RED), (0.0, -100.0, SHADED)],
    );
}

/// Limit: frames-above
#[test]
fn a_frame_in_front_of_a_picture_is_seen_and_so_is_a_menu_above_it() {
    let world = World::new();
    let style = "background: #22aa22 url(/picture.svg)";
    let body = format!(
        "<div style='{style}; width: 800px; height: 600px'>\
         <controlledframe style='position: absolute; left: 200px; top: 150px'></controlledframe></div>\
         <button id=menu style='position: fixed; left: 360px; top: 260px; width: 80px; height: 80px; border: 0; \
         background: #cc2222'></button>"
    );
    let picture = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9' fill='#22aa22'/></svg>";
    let session = world.open(&app_with_frames(&body).file("/picture.svg", picture));
    let site = blue_site();
    load(&session, &site.url("/"));
    let layers = [
        (-198.0, -148.0, BLUE),
        (0.0, 0.0, RED),
        (-202.0, 0.0, GREEN),
        (0.0, 152.0, GREEN),
    ];
    expect(&session, "picture, frame, menu", &layers);
    session.eval("menu.onclick = () => { window.clicked = true }");
    session.click("#menu");
    session.wait_for("window.clicked");
    session.display.click(from_middle(&session, 100.0, 100.0));
    session.until_true("the frame is clicked", || in_frame(&session, "document.title") == "1");
}

#[test]
fn what_lies_beside_a_frames_corners_is_not_taken_for_covering_it() {
    const BEHIND: &str = "position: absolute; inset: 0; width: 800px; height: 600px";
    let picture = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9' fill='#22aa22'/></svg>";
    for behind in [
        format!("<div style='{BEHIND}; background: #22aa22'></div>"),
        format!("<img style='{BEHIND}' src=/picture.svg>"),
    ] {
        let world = World::new();
        let body =
            format!("{behind}<controlledframe style='position: absolute; left: 200px; top: 150px'></controlledframe>");
        let session = world.open(&app_with_frames(&body).file("/picture.svg", picture));
        let site = blue_site();
        load(&session, &site.url("/"));
        for (clicks, style) in ["border-radius: 40px", "rotate: 10deg"].into_iter().enumerate() {
            session.eval_with(
                "document.querySelector('controlledframe').style.cssText += `; ${args[0]}`",
                &[json!(style)],
            );
            let around = [(0.0, 0.0, BLUE), (150.0, 100.0, BLUE), (-197.0, -147.0, GREEN)];
            expect(&session, &format!("{style} in front of {behind}"), &around);
            session.display.click(from_middle(&session, 100.0, 50.0));
            session.until_true("the frame is clicked", || {
                in_frame(&session, "document.title") == format!("{}", clicks + 1)
            });
        }
    }
}

/// Limit: frames-above
/// People set the variable for graphics drivers that WebKit's own renderer does not work with.
#[test]
fn frames_are_seen_where_the_engine_draws_no_page_transparently() {
    for variable in ["WEBKIT_DISABLE_DMABUF_RENDERER", "WEBKIT_DISABLE_COMPOSITING_MODE"] {
        assert_seen_with(variable);
    }
}

fn assert_seen_with(variable: &str) {
    let mut world = World::new();
    world.home.set_variable(variable, "1");
    let menu = "<div id=menu style='position: absolute; left: 380px; top: 280px; width: 40px; height: 40px; \
                background: #cc2222'></div>";
    let session = open(&world, "", menu, &blue_site());
    let around = [
        (-198.0, -148.0, BLUE),
        (198.0, 148.0, BLUE),
        (-202.0, 0.0, PAPER),
        (0.0, 152.0, PAPER),
    ];
    expect(
        &session,
        &format!("with {variable} the frame shows in its box"),
        &around,
    );
    let menu = [(0.0, 0.0, RED), (24.0, 0.0, BLUE)];
    expect(&session, "the app's menu shows above it", &menu);
    session.eval("menu.onclick = () => { window.clicked = true }");
    session.click("#menu");
    session.wait_for("window.clicked");
    session.display.click(from_middle(&session, 100.0, 0.0));
    session.until_true("the frame is clicked", || in_frame(&session, "document.title") == "1");

    // A page without a background of its own is white, also where something was before.
    session.eval(
        "document.querySelectorAll('style').forEach((it) => it.remove()); document.querySelector('controlledframe').style.display = 'none'",
    );
    const WHITE: Colour = Colour(0xff, 0xff, 0xff);
    expect(
        &session,
        "the page is cleared",
        &[(0.0, 0.0, RED), (24.0, 0.0, WHITE), (-202.0, 0.0, WHITE)],
    );
    session.eval("menu.style.left = '420px'");
    expect(&session, "nothing stays behind", &[(0.0, 0.0, WHITE), (40.0, 0.0, RED)]);
}

/// A page full of paint behind what covers it.
const PAINTED: &str = "<style>main { position: absolute; inset: 0; background: #cc2222 }
      #box { margin: 0; padding: 0; border: 0; position: fixed; left: 200px; top: 150px; width: 400px; height: 300px;
             background: #22aa22 }
      #box controlledframe { position: static }</style>
    <main>text <button>button</button> text</main>";

const ALL_BLUE: [(f64, f64, Colour); 5] = [
    (0.0, 0.0, BLUE),
    (-198.0, -148.0, BLUE),
    (198.0, -148.0, BLUE),
    (-198.0, 148.0, BLUE),
    (198.0, 148.0, BLUE),
];

#[test]
fn neither_the_page_nor_its_backdrop_is_seen_in_a_frame_of_a_modal_dialog() {
    let world = World::new();
    let body = format!("{PAINTED}<dialog id=box><controlledframe></controlledframe></dialog>");
    let session = world.open(&app_with_frames(&body));
    session.eval("box.showModal()");
    let site = blue_site();
    load(&session, &site.url("/"));
    expect(&session, "over the page", &ALL_BLUE);
    session.eval("document.querySelector('main').remove()");
    expect(&session, "over its backdrop alone", &ALL_BLUE);
}

#[test]
fn an_inert_page_is_not_seen_in_a_frame_over_it() {
    let world = World::new();
    let body = format!("{PAINTED}<div id=box><controlledframe></controlledframe></div>");
    let session = world.open(&app_with_frames(&body));
    session.eval("document.querySelector('main').inert = true");
    let site = blue_site();
    load(&session, &site.url("/"));
    expect(&session, "over the page", &ALL_BLUE);
}
