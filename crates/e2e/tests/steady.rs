//! What is never seen of a frame, in any picture: white boxes, flashes, the page behind it.

use insula_e2e::{World, app_with_frames, load, plain_site};
use insula_testkit::{Colour, Point, Rect, Session, wait};
use serde_json::json;
use std::time::{Duration, Instant};

const BLUE: Colour = Colour(0x33, 0x66, 0xcc);
const RED: Colour = Colour(0xcc, 0x22, 0x22);
const PAPER: Colour = Colour(0xf4, 0xf1, 0xea);
/// Half of `RED` over `BLUE`.
const RED_GLASS: Colour = Colour(0x80, 0x44, 0x77);

/// How often a menu comes and goes. A hole in the page is kept for a shorter time: each menu needs a new one.
const TURN: Duration = Duration::from_millis(700);
const TURNS: u32 = 24;

/// What was seen at one moment along a line of the page, 240 pixels from its top.
struct Glance {
    at: Instant,
    row: Vec<Colour>,
}

impl Glance {
    fn is(&self, x: usize, colour: Colour) -> bool {
        self.row[x].is_near(colour, 3)
    }
}

/// Looks as often as the display answers while a menu with a translucent shadow comes and goes, half over a frame that
/// ends at 500 pixels and half beside it.
fn watch_menus(session: &Session<'_>) -> Vec<Glance> {
    session.eval(&format!(
        "setInterval(() => {{ menu.hidden = !menu.hidden }}, {})",
        TURN.as_millis()
    ));
    let page = session.page();
    let end = Instant::now() + TURN * TURNS;
    let mut glances = Vec::new();
    while Instant::now() < end {
        let row = session.display.row(page.point(0.0, 240.0), 600);
        glances.push(Glance {
            at: Instant::now(),
            row,
        });
    }
    glances
}

fn open_with_menu<'a>(world: &'a World, style: &str) -> Session<'a> {
    let body = format!(
        "<style>body {{ height: 100vh; background: #f4f1ea }} {style}
           controlledframe {{ position: absolute; left: 100px; top: 100px; width: 400px; height: 300px }}
           #menu {{ position: absolute; left: 450px; top: 200px; width: 100px; height: 80px; background: #cc2222;
                    border-radius: 10px; box-shadow: 0 0 0 10px rgb(204 34 34 / 50%) }}</style>
         <controlledframe></controlledframe><div id=menu hidden></div>"
    );
    let session = world.open(&app_with_frames(&body));
    load(&session, &plain_site("#3366cc", "").url("/"));
    session.until_true("the frame is seen", || {
        session.display.screenshot().at(session.page().point(300.0, 240.0)) == BLUE
    });
    session
}

fn assert_steady(session: &Session<'_>) {
    let glances = watch_menus(session);
    for glance in &glances {
        let is_steady = glance.is(50, PAPER)
            && glance.is(590, PAPER)
            && glance.is(105, BLUE)
            && glance.is(300, BLUE)
            && (glance.is(445, BLUE) || glance.is(445, RED_GLASS))
            && (glance.is(470, BLUE) || glance.is(470, RED))
            && (glance.is(530, PAPER) || glance.is(530, RED));
        let seen = [50, 105, 300, 445, 470, 530, 590].map(|x| (x, glance.row[x]));
        assert!(is_steady, "{:?} after the first: {seen:?}", glance.at - glances[0].at);
    }
    let comings = comings(&glances, 470).len();
    assert!(
        comings > TURNS as usize / 4,
        "{comings} menus in {} pictures",
        glances.len()
    );
}

/// When red came up at a point.
fn comings(glances: &[Glance], x: usize) -> Vec<Instant> {
    let came = glances
        .windows(2)
        .filter(|pair| !pair[0].is(x, RED) && pair[1].is(x, RED));
    came.map(|pair| pair[1].at).collect()
}

#[test]
fn a_page_of_one_colour_does_not_flash_when_menus_come_and_go() {
    let world = World::new();
    assert_steady(&open_with_menu(&world, ""));
}

#[test]
fn a_page_with_a_gradient_does_not_flash_when_menus_come_and_go() {
    let world = World::new();
    assert_steady(&open_with_menu(
        &world,
        "html { background: linear-gradient(#f4f1ea, #f4f1ea) }",
    ));
}

/// Lines that take their time to be painted, and are not seen.
fn add_lines(session: &Session<'_>) {
    session.eval(
        "for (let i = 0; i < 200; i++) {
           const line = document.createElement('p');
           line.textContent = 'A line with a shadow, which takes its time. '.repeat(4);
           line.style.cssText = 'margin: 0; color: #f4f1ea; text-shadow: 0 0 9px #f4f1ea';
           document.body.append(line);
         }",
    );
}

/// What is opaque in the menu is painted over the frame before its shadow is.
#[test]
fn on_a_page_that_is_slow_to_paint_a_menu_comes_up_over_a_frame_in_the_same_picture_as_beside_it() {
    let world = World::new();
    let session = open_with_menu(
        &world,
        "html { background: linear-gradient(#f4f1ea, #f4f1ea) } #menu > div { background: #cc2222; height: 80px }",
    );
    session.eval("menu.append(document.createElement('div'))");
    add_lines(&session);
    let glances = watch_menus(&session);
    for glance in &glances {
        let seen = (glance.row[470], glance.row[530]);
        let is_whole = glance.is(470, RED) && glance.is(530, RED) || glance.is(470, BLUE) && glance.is(530, PAPER);
        assert!(is_whole, "{:?} after the first: {seen:?}", glance.at - glances[0].at);
    }
    let comings = comings(&glances, 470).len();
    assert!(comings > TURNS as usize / 4, "{comings} menus");
}

#[test]
fn on_a_page_that_is_slow_to_paint_a_frame_moves_with_what_is_beside_it() {
    let world = World::new();
    let session = world.open(&app_with_frames(
        "<style>body { height: 100vh; background: #f4f1ea }
           controlledframe, #bar { position: absolute; top: 100px; height: 300px }
           controlledframe { left: 100px; width: 200px } #bar { left: 60px; width: 40px; background: #cc2222 }</style>
         <controlledframe></controlledframe><div id=bar></div>",
    ));
    load(&session, &plain_site("#3366cc", "").url("/"));
    add_lines(&session);
    session.eval(
        "const frame = document.querySelector('controlledframe');
         let way = 0, step = 4;
         const move = () => {
           way += step;
           if (way <= 0 || way >= 250) step = -step;
           bar.style.left = `${60 + way}px`;
           frame.style.left = `${100 + way}px`;
           requestAnimationFrame(() => setTimeout(move, 0));
         };
         move()",
    );
    let page = session.page();
    let end = Instant::now() + Duration::from_secs(8);
    let mut seen: Vec<(usize, usize)> = Vec::new();
    while Instant::now() < end {
        let row = session.display.row(page.point(0.0, 240.0), 600);
        let first = |colour: Colour| row.iter().position(|found| found.is_near(colour, 3));
        if let (Some(bar), Some(frame)) = (first(RED), first(BLUE))
            && seen.last() != Some(&(bar, frame))
        {
            seen.push((bar, frame));
        }
    }
    let apart = seen.iter().filter(|(bar, frame)| *frame != bar + 40).count();
    assert!(seen.len() > 20, "{} pictures", seen.len());
    assert!(apart * 4 < seen.len(), "{apart} of {} pictures: {seen:?}", seen.len());
}

/// Limit: frames-late
#[test]
fn a_menu_comes_up_over_a_frame_soon_after_it_has_beside_it() {
    let world = World::new();
    let glances = watch_menus(&open_with_menu(&world, ""));
    let (over, beside) = (comings(&glances, 470), comings(&glances, 530));
    let mut delays: Vec<Duration> = beside
        .iter()
        .filter_map(|came| over.iter().find(|over| *over >= came).map(|over| *over - *came))
        .collect();
    delays.sort();
    assert!(delays.len() > TURNS as usize / 4, "{delays:?}");
    assert!(delays[delays.len() / 2] < Duration::from_millis(100), "{delays:?}");
}

/// A site is there before the page around it is: that page works before it is painted.
#[test]
fn nothing_is_seen_of_a_frame_in_the_first_markup_before_the_page_has_been_painted() {
    const PAGE: Colour = Colour(0x22, 0x44, 0x22);
    let site = plain_site("#3366cc", "");
    let body = format!(
        "<style>body {{ background: #224422 }} controlledframe {{ position: fixed; left: 0; top: 0; width: 50%; height: 100% }}</style>
         <controlledframe src='{}'></controlledframe><script src=/work.js></script>",
        site.url("/")
    );
    let work = "const end = performance.now() + 700; while (performance.now() < end);";
    let world = World::new();
    let id = world.install(&app_with_frames(&body).file("/work.js", work));
    let mut running = world.home.start(&world.display, &[&id]);
    let window = world.app_window();
    let mut seen: Vec<(Colour, Colour)> = Vec::new();
    wait::until_true("the frame shows", || {
        let end = Instant::now() + Duration::from_millis(200);
        while Instant::now() < end {
            let Rect { x, y, width, height } = window.rect;
            let row = world.display.row(Point { x, y: y + height / 2.0 }, width as u16);
            let colours = (row[row.len() / 4], row[row.len() * 3 / 4]);
            if seen.last() != Some(&colours) {
                seen.push(colours);
            }
        }
        seen.last() == Some(&(BLUE, PAGE))
    });
    for &(inside, beside) in &seen {
        assert!(inside == beside || (inside, beside) == (BLUE, PAGE), "{seen:?}");
    }
    world.close(&mut running);
}

/// A view paints its page before it has a size.
#[test]
fn of_a_frame_that_comes_up_not_a_single_pixel_is_seen_first() {
    let world = World::new();
    let session = world.open(&app_with_frames(
        "<style>body { background: #f4f1ea }
           controlledframe { position: absolute; left: 100px; top: 100px; width: 400px; height: 300px }</style>",
    ));
    let site = plain_site("#3366cc", "");
    session.eval_with(
        "const url = args[0];
         setInterval(() => {
           document.querySelector('controlledframe')?.remove();
           const frame = document.createElement('controlledframe');
           frame.src = url;
           document.body.append(frame);
         }, 700)",
        &[json!(site.url("/"))],
    );
    let top = session.page().point(0.0, 100.0);
    let end = Instant::now() + TURN * TURNS;
    let (mut comings, mut was_blue) = (0, 0);
    while Instant::now() < end {
        let row = session.display.row(top, 600);
        let blue = row.iter().filter(|colour| colour.is_near(BLUE, 3)).count();
        assert!(blue == 0 || blue == 400, "{blue} pixels");
        comings += u32::from(was_blue == 0 && blue > 0);
        was_blue = blue;
    }
    assert!(comings > TURNS / 4, "{comings} frames");
}

const EDGE: &str = "<style>body { margin: 0; height: 100vh; background: #f4f1ea }
       #edge { position: absolute; left: 40px; width: 240px; height: 400px; background: #cc2222 }
       controlledframe { position: absolute; left: 60px; width: 120px; height: 400px }</style>
     <div id=edge><controlledframe></controlledframe></div>";

/// Looks for some seconds at a frame in the middle of a red edge that moves.
fn assert_stays_within_edge(session: &Session<'_>) {
    let start = session.page().point(0.0, 200.0);
    let end = Instant::now() + Duration::from_secs(4);
    let (mut pictures, mut exact) = (0, 0);
    while Instant::now() < end {
        let row = session.display.row(start, 640);
        let is_red = |x: &usize| row[*x].is_near(RED, 3);
        let left = (0..row.len()).find(is_red).expect("the edge is seen");
        // Where the page has it between two pixels, both are of a mixture.
        let width = (left..row.len()).take_while(is_red).count();
        pictures += 1;
        exact += u32::from((59..=61).contains(&width));
    }
    assert!(pictures > 100 && exact * 10 > pictures * 8, "{exact} of {pictures}");
}

fn open_with_edge(world: &World) -> Session<'_> {
    let session = world.open(&app_with_frames(EDGE));
    load(&session, &plain_site("#3366cc", "").url("/"));
    session.until_true("the frame is seen", || {
        session.display.screenshot().at(session.page().point(160.0, 200.0)) == BLUE
    });
    session
}

/// The engine would run such an animation by itself, ahead of what the page's scripts know.
#[test]
fn a_frame_that_an_animation_moves_stays_within_its_edge() {
    let world = World::new();
    let session = open_with_edge(&world);
    session.eval(
        "edge.animate([{ transform: 'none' }, { transform: 'translateX(300px)' }],
                      { duration: 1000, iterations: Infinity, direction: 'alternate' })",
    );
    assert_stays_within_edge(&session);
    let animations = session.eval("return [edge.getAnimations().length, getComputedStyle(edge).transform !== 'none']");
    assert_eq!(animations, json!([1, true]));
}

/// In each animation frame the page's callback comes after the runtime's, which was there before.
#[test]
fn a_frame_that_a_script_moves_stays_within_its_edge() {
    let world = World::new();
    let session = open_with_edge(&world);
    session.eval(
        "let turns = 0;
         (function turn(time) {
           turns++;
           // Until then there is something to look at in each of them, and nothing moves.
           edge.dataset.turns = turns;
           if (turns > 20) edge.style.left = `${40 + Math.round(150 + 150 * Math.sin(time / 200))}px`;
           if (turns === 20) requestAnimationFrame(() => requestAnimationFrame(turn));
           else requestAnimationFrame(turn);
         })(0)",
    );
    session.wait_for("edge.dataset.turns > 25");
    assert_stays_within_edge(&session);
}
