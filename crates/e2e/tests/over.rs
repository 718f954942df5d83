//! What the app has over a frame looks as it does over an iframe, whatever lies behind the frame.

use insula_e2e::{World, app_with_frames, load, plain_site};
use insula_testkit::{Colour, Session};
use serde_json::json;

const BLUE: Colour = Colour(0x33, 0x66, 0xcc);
const RED: Colour = Colour(0xcc, 0x22, 0x22);
const GREEN: Colour = Colour(0x22, 0xaa, 0x22);
const PAPER: Colour = Colour(0xf4, 0xf1, 0xea);
/// Half of `RED` over `BLUE`, and half of black.
const RED_GLASS: Colour = Colour(0x80, 0x44, 0x77);
const SHADE: Colour = Colour(0x1a, 0x33, 0x66);

/// An app on paper with a blue frame of 400 × 300 at 100, 100 in `#box`.
fn open<'a>(world: &'a World, style: &str) -> Session<'a> {
    let body = format!(
        "<style>body {{ background: #f4f1ea; height: 100vh }} {style}
           #box {{ position: absolute; left: 100px; top: 100px; width: 400px; height: 300px }}
           #over {{ position: absolute; left: 200px; top: 200px; width: 100px; height: 80px; border: 0; margin: 0;
                    padding: 0; background: #cc2222 }}
           #picture {{ position: absolute; inset: 50px; background: url(/picture.svg) }}</style>\
         <div id=box><controlledframe></controlledframe></div>"
    );
    let picture = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9' fill='#22aa22'/></svg>";
    let session = world.open(&app_with_frames(&body).file("/picture.svg", picture));
    load(&session, &plain_site("#3366cc", "").url("/"));
    session
}

/// Puts an element over the frame, in the place of the one before.
fn put(session: &Session<'_>, element: &str, style: &str, and_then: &str) {
    session.eval_with(
        &format!(
            "document.getElementById('over')?.remove();
             const over = document.createElement('{element}');
             over.id = 'over';
             over.style.cssText = args[0];
             document.body.append(over);
             {and_then}"
        ),
        &[json!(style)],
    );
}

fn expect(session: &Session<'_>, what: &str, points: &[(f64, f64, Colour)]) {
    let page = session.page();
    session.until_true(what, || {
        let picture = session.display.screenshot();
        points
            .iter()
            .all(|&(x, y, colour)| picture.at(page.point(x, y)).is_near(colour, 3))
    });
}

#[test]
fn glass_shadows_and_backdrops_are_seen_over_a_frame() {
    let world = World::new();
    let session = open(
        &world,
        "#box.shade::after { content: ''; position: absolute; inset: 0; background: #0008 }
         #box.ring { outline: 10px solid #cc2222; outline-offset: -10px }",
    );
    let bare = [
        (102.0, 102.0, BLUE),
        (250.0, 240.0, BLUE),
        (498.0, 398.0, BLUE),
        (98.0, 250.0, PAPER),
    ];
    expect(&session, "nothing is over it", &bare);

    put(&session, "div", "", "");
    expect(
        &session,
        "a bar",
        &[(201.0, 201.0, RED), (198.0, 198.0, BLUE), (302.0, 282.0, BLUE)],
    );
    put(&session, "div", "background: rgb(204 34 34 / 50%)", "");
    expect(&session, "a tint", &[(201.0, 201.0, RED_GLASS), (198.0, 198.0, BLUE)]);
    let in_the_tint = "const child = over.appendChild(document.createElement('div'));
                       child.style = 'width: 40px; height: 40px; background: #22aa22; border-radius: RADIUS'";
    for radius in ["0", "4px"] {
        put(
            &session,
            "div",
            "background: rgb(204 34 34 / 50%)",
            &in_the_tint.replace("RADIUS", radius),
        );
        expect(
            &session,
            "something in a tint",
            &[(220.0, 220.0, GREEN), (270.0, 260.0, RED_GLASS)],
        );
    }
    put(
        &session,
        "div",
        "background: none; box-shadow: inset 0 0 0 10px #cc2222",
        "",
    );
    let ring = [(205.0, 205.0, RED), (250.0, 240.0, BLUE), (198.0, 198.0, BLUE)];
    expect(&session, "a shadow inwards", &ring);
    put(
        &session,
        "div",
        "background: none; outline: 10px solid #cc2222; outline-offset: -10px",
        "",
    );
    expect(&session, "an outline inwards", &ring);
    put(
        &session,
        "div",
        "display: none",
        "document.getElementById('box').className = 'ring'",
    );
    let ring = [
        (105.0, 105.0, RED),
        (495.0, 395.0, RED),
        (250.0, 240.0, BLUE),
        (98.0, 98.0, PAPER),
    ];
    expect(&session, "and one of what the frame is in", &ring);
    session.eval("document.getElementById('box').className = ''");
    expect(&session, "none", &bare);
    put(&session, "div", "opacity: 0.5", "over.textContent = 'text'");
    expect(&session, "glass", &[(299.0, 279.0, RED_GLASS), (198.0, 198.0, BLUE)]);
    put(&session, "div", "box-shadow: 0 0 0 10px rgb(204 34 34 / 50%)", "");
    let shadow = [
        (205.0, 205.0, RED),
        (195.0, 240.0, RED_GLASS),
        (188.0, 240.0, BLUE),
        (305.0, 240.0, RED_GLASS),
    ];
    expect(&session, "a shadow", &shadow);
    put(
        &session,
        "div",
        "left: 550px; box-shadow: -100px 0 rgb(204 34 34 / 50%)",
        "",
    );
    expect(
        &session,
        "of something beside it",
        &[(460.0, 240.0, RED_GLASS), (440.0, 240.0, BLUE)],
    );
    put(&session, "div", "border-radius: 40px", "");
    expect(&session, "round corners", &[(202.0, 202.0, BLUE), (250.0, 240.0, RED)]);
    put(
        &session,
        "div",
        "background: none",
        "const make = (name, attributes) => {
           const element = document.createElementNS('http://www.w3.org/2000/svg', name);
           for (const key in attributes) element.setAttribute(key, attributes[key]);
           return element;
         };
         over.append(make('svg', { width: 100, height: 80 }));
         over.firstChild.append(make('circle', { cx: 50, cy: 40, r: 30, fill: '#cc2222' }))",
    );
    expect(&session, "a drawing", &[(250.0, 240.0, RED), (205.0, 205.0, BLUE)]);
    put(
        &session,
        "div",
        "background: none",
        "const inner = document.createElement('div');
         inner.style.cssText = 'height: 80px; background: rgb(204 34 34 / 50%)';
         over.attachShadow({ mode: 'closed' }).append(inner)",
    );
    expect(
        &session,
        "glass in a closed shadow tree",
        &[(299.0, 279.0, RED_GLASS), (198.0, 198.0, BLUE)],
    );
    put(
        &session,
        "div",
        "display: none",
        "document.getElementById('box').className = 'shade'",
    );
    let shaded = Colour(0x18, 0x30, 0x5f);
    expect(
        &session,
        "a pseudo-element",
        &[(110.0, 110.0, shaded), (490.0, 390.0, shaded)],
    );
    session.eval("document.getElementById('box').className = ''");
    expect(&session, "nothing any more", &bare);
    put(
        &session,
        "dialog",
        "position: fixed; inset: auto; left: 200px; top: 200px",
        "const sheet = new CSSStyleSheet();
         sheet.replaceSync('::backdrop { background: rgb(0 0 0 / 50%) }');
         document.adoptedStyleSheets = [sheet];
         over.showModal()",
    );
    expect(
        &session,
        "a dialog's backdrop",
        &[(201.0, 201.0, RED), (110.0, 110.0, SHADE), (490.0, 390.0, SHADE)],
    );
    session.eval("over.style.boxShadow = '0 0 0 10px rgb(0 0 0 / 100%)'");
    let dialog = [
        (201.0, 201.0, RED),
        (195.0, 240.0, Colour(0, 0, 0)),
        (110.0, 110.0, SHADE),
    ];
    expect(&session, "and its shadow", &dialog);
    session.eval("over.close()");
    expect(&session, "a closed dialog", &bare);
    let traces =
        session.eval("return [document.documentElement, document.body, box].map((it) => it.getAttribute('style'))");
    assert_eq!(traces, json!([null, null, null]));
    assert_eq!(session.eval("return document.getAnimations().length"), 0);
}

/// The engine makes another number of layers than it is asked for, where three pieces or five are left of a background.
#[test]
fn glass_is_seen_over_a_frame_at_any_edge_of_what_it_is_in() {
    let world = World::new();
    let session = open(&world, "#around { position: absolute; background: #22aa22 }");
    session.eval(
        "const around = document.createElement('div');
         around.id = 'around';
         box.before(around);
         around.append(box)",
    );
    put(
        &session,
        "div",
        "background: rgb(204 34 34 / 50%); border-radius: 40px",
        "",
    );
    // Above, to the right, below, to the left of the frame.
    let sides = [
        [0, 9, 9, 9],
        [9, 0, 9, 9],
        [9, 9, 0, 9],
        [9, 9, 9, 0],
        [0, 9, 0, 9],
        [0, 0, 9, 9],
        [0, 0, 0, 9],
        [9; 4],
    ];
    for [top, right, bottom, left] in sides {
        session.eval(&format!(
            "around.style.inset = '{}px auto auto {}px';
             around.style.width = '{}px';
             around.style.height = '{}px';
             box.style.inset = '{top}px auto auto {left}px'",
            100 - top,
            100 - left,
            400 + left + right,
            300 + top + bottom
        ));
        let beside = |is_beside: bool| if is_beside { GREEN } else { PAPER };
        let seen = [
            (250.0, 240.0, RED_GLASS),
            (202.0, 202.0, BLUE),
            (300.0, 95.0, beside(top > 0)),
            (505.0, 250.0, beside(right > 0)),
            (300.0, 405.0, beside(bottom > 0)),
            (95.0, 250.0, beside(left > 0)),
        ];
        expect(
            &session,
            &format!("glass with {top} {right} {bottom} {left} around"),
            &seen,
        );
    }
}

#[test]
fn where_no_hole_can_be_cut_backdrops_and_menus_are_seen_all_the_same() {
    let world = World::new();
    let session = open(&world, "");
    session.eval(
        "const picture = document.createElement('div');
         picture.id = 'picture';
         document.body.prepend(picture)",
    );
    let bare = [(102.0, 102.0, BLUE), (98.0, 98.0, GREEN), (498.0, 398.0, BLUE)];
    expect(&session, "a frame before a picture", &bare);
    put(&session, "div", "border-radius: 10px; box-shadow: 0 0 20px black", "");
    expect(&session, "a menu", &[(250.0, 240.0, RED), (150.0, 240.0, BLUE)]);
    put(
        &session,
        "dialog",
        "position: fixed; inset: auto; left: 200px; top: 200px; border-radius: 10px; box-shadow: 0 0 20px black",
        "const sheet = new CSSStyleSheet();
         sheet.replaceSync('::backdrop { background: rgb(0 0 0 / 50%) }');
         document.adoptedStyleSheets = [sheet];
         over.showModal()",
    );
    expect(
        &session,
        "a dialog",
        &[(250.0, 240.0, RED), (110.0, 110.0, SHADE), (490.0, 390.0, SHADE)],
    );
}

#[test]
fn a_frame_in_a_dialog_lies_over_the_one_below_it() {
    let world = World::new();
    let session = open(&world, "dialog controlledframe { width: 60px; height: 40px }");
    let (green, blue) = (plain_site("#22aa22", ""), plain_site("#3366cc", ""));
    // The frame in the dialog is made first, and the other one anew.
    session.eval_with(
        "const dialog = document.createElement('dialog');
         dialog.id = 'over';
         const inner = document.createElement('controlledframe');
         inner.src = args[0];
         dialog.append(inner);
         document.body.append(dialog);
         dialog.show();
         const frame = document.querySelector('#box controlledframe');
         frame.replaceWith(frame);
         frame.src = args[1]",
        &[json!(green.url("/")), json!(blue.url("/"))],
    );
    let stacked = [
        (210.0, 210.0, GREEN),
        (255.0, 235.0, GREEN),
        (290.0, 270.0, RED),
        (190.0, 210.0, BLUE),
    ];
    expect(&session, "dialog and frames", &stacked);
    session.eval("over.style.boxShadow = '0 0 0 10px rgb(204 34 34 / 50%)'");
    let shadowed = [
        (210.0, 210.0, GREEN),
        (290.0, 270.0, RED),
        (195.0, 240.0, RED_GLASS),
        (150.0, 210.0, BLUE),
    ];
    expect(&session, "with a shadow", &shadowed);
}

#[test]
fn what_is_in_a_closed_root_of_the_markup_is_seen_once_its_element_reaches_it() {
    let world = World::new();
    let site = plain_site("#3366cc", "");
    let body = format!(
        "<style>body {{ background: #f4f1ea }}</style><x-card><template shadowrootmode=closed>
           <controlledframe src='{}' style='display: block; width: 400px; height: 300px'></controlledframe>
           <div style='position: absolute; left: 100px; top: 100px; width: 50px; height: 50px; background: #cc2222'></div>
         </template></x-card>",
        site.url("/")
    );
    let session = world.open(&app_with_frames(&body));
    session.eval(
        "customElements.define('x-card', class extends HTMLElement {
           root = this.attachInternals().shadowRoot;
         })",
    );
    let seen = [(50.0, 50.0, BLUE), (125.0, 125.0, RED), (390.0, 290.0, BLUE)];
    expect(&session, "a frame and what is over it", &seen);
    assert_eq!(
        session.eval("return document.querySelector('x-card').shadowRoot"),
        json!(null)
    );
}

/// A frame with a negative `z-index` is painted before the backgrounds of what it is in.
#[test]
fn what_a_frame_is_in_lies_over_it_where_that_is_painted_later() {
    let world = World::new();
    let session = open(&world, "#box { z-index: -1 } .light { background: #fff }");
    let bare = [(250.0, 240.0, BLUE), (98.0, 98.0, PAPER)];
    expect(&session, "the background of body is the canvas", &bare);
    session.eval("document.documentElement.className = 'light'");
    expect(
        &session,
        "it is a box of its own",
        &[(250.0, 240.0, PAPER), (98.0, 98.0, PAPER)],
    );
    session.eval("document.body.style.background = 'rgb(204 34 34 / 50%)'");
    expect(&session, "a translucent one", &[(250.0, 240.0, RED_GLASS)]);
    session.eval("document.body.style.background = 'linear-gradient(#cc222280, #cc222280)'");
    expect(&session, "a gradient", &[(250.0, 240.0, RED_GLASS)]);
    session.eval("document.documentElement.className = ''");
    session.eval("document.body.style.background = ''");
    expect(&session, "none of that any more", &bare);
}
