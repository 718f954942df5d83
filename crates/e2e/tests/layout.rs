//! Where a frame is seen, what is seen over it, and where clicks, the wheel and keys go.

use insula_e2e::{World, app_with_frames, in_frame, load, plain_site};
use insula_testkit::{AppBuilder, Colour, Rect, Session, Site, wait};
use serde_json::json;
use std::time::Duration;

const BLUE: Colour = Colour(0x33, 0x66, 0xcc);
const RED: Colour = Colour(0xcc, 0x22, 0x22);
const WHITE: Colour = Colour(0xff, 0xff, 0xff);

fn blue_site() -> Site {
    plain_site("#3366cc", "")
}

/// Opens an app with this body and loads a site into its first frame.
fn open<'a>(world: &'a World, body: &str, site: &Site) -> Session<'a> {
    let session = world.open(&app_with_frames(body));
    load(&session, &site.url("/"));
    session
}

/// Waits until what is seen of the frame's colour is exactly this rectangle of the screen, give or take a pixel.
fn assert_shown_at(session: &Session<'_>, what: &str, expected: impl Fn() -> Rect) {
    let mut seen = None;
    let happened = wait::within(wait::LONG, || {
        seen = session.display.screenshot().bounds_of(BLUE, 3);
        seen.is_some_and(|seen| seen.is_near(expected(), 1.0)).then_some(())
    });
    if happened.is_none() {
        let path = insula_testkit::session::save_failure(&session.display.screenshot());
        panic!("{what}: shown at {seen:?}, not at {:?}; see {path}", expected());
    }
}

fn assert_hidden(session: &Session<'_>, what: &str) {
    session.until_true(what, || session.display.screenshot().bounds_of(BLUE, 3).is_none());
}

#[test]
fn a_frame_lies_exactly_in_its_elements_box() {
    let world = World::new();
    let body = "<div style='height: 100px'></div><controlledframe style='margin-left: 37px'></controlledframe>\
                <div style='height: 2000px'></div>";
    let session = open(&world, body, &blue_site());
    let element = || session.rect("controlledframe");
    let within_page = || {
        let (rect, page) = (element(), session.page());
        let (left, top) = (rect.left().max(page.left()), rect.top().max(page.top()));
        Rect {
            x: left,
            y: top,
            width: rect.right().min(page.right()) - left,
            height: rect.bottom().min(page.bottom()) - top,
        }
    };
    assert_shown_at(&session, "at rest", within_page);
    session.eval("scrollTo(0, 60)");
    assert_shown_at(&session, "scrolled", within_page);
    session.eval("scrollTo(0, 250)");
    assert_shown_at(&session, "partly scrolled away", within_page);
    session.eval("scrollTo(0, 0)");
    session.eval("document.querySelector('controlledframe').style.width = '80%'");
    assert_shown_at(&session, "with another width", within_page);
    session.display.resize(&session.window(), 700, 600);
    assert_shown_at(&session, "in a smaller window", within_page);
    session.eval("document.querySelector('controlledframe').style.transform = 'translate(30px, 20px) scale(0.5)'");
    assert_shown_at(&session, "transformed", within_page);
    session.eval("const frame = document.querySelector('controlledframe');
                  frame.style.transform = ''; frame.style.width = '400px';
                  frame.animate([{ transform: 'none' }, { transform: 'translateY(150px)' }], { duration: 300, fill: 'forwards' })");
    assert_shown_at(&session, "after an animation", within_page);
}

#[test]
fn frames_leave_scrollbars_free() {
    let world = World::new();
    let body = "<div id=scroller><controlledframe style='width: 3000px; height: 3000px'></controlledframe></div>";
    let session = open(&world, body, &blue_site());
    let inside = |of: &str, whole: Rect| {
        let size = session.eval(&format!("return [{of}.clientWidth, {of}.clientHeight]"));
        let (width, height) = (size[0].as_f64().expect("a width"), size[1].as_f64().expect("a height"));
        assert!(width < whole.width && height < whole.height, "{size} in {whole:?}");
        Rect { width, height, ..whole }
    };
    // What is in a rectangle to the right of a scrollbar.
    let at_right = |of: &str, whole: Rect| {
        let inside = inside(of, whole);
        Rect {
            x: whole.right() - inside.width,
            ..inside
        }
    };
    let root = "document.documentElement";
    assert_shown_at(&session, "in the page", || inside(root, session.page()));
    session.eval("document.documentElement.dir = 'rtl'");
    assert_shown_at(&session, "in one from right to left", || at_right(root, session.page()));
    session.eval("scroller.style.cssText = 'width: 200px; height: 100px; overflow: scroll'");
    assert_shown_at(&session, "in a scroller there", || {
        at_right("scroller", session.rect("#scroller"))
    });
}

#[test]
fn a_hidden_frame_is_not_seen() {
    let world = World::new();
    let session = open(&world, "<div><controlledframe></controlledframe></div>", &blue_site());
    let shown = || assert_shown_at(&session, "shown", || session.rect("controlledframe"));
    shown();
    for (property, value) in [("display", "none"), ("visibility", "hidden"), ("opacity", "0")] {
        for element in ["frame", "frame.parentElement"] {
            let set = |value: &str| {
                session.eval_with(
                    &format!(
                        "const frame = document.querySelector('controlledframe'); {element}.style[args[0]] = args[1]"
                    ),
                    &[json!(property), json!(value)],
                );
            };
            set(value);
            assert_hidden(&session, &format!("{element} {property}: {value}"));
            set("");
            shown();
        }
    }
    session.eval("document.querySelector('controlledframe').remove()");
    assert_hidden(&session, "removed");
}

#[test]
fn a_frame_without_a_size_has_that_of_what_it_is_in() {
    let world = World::new();
    // As Chromium lays them out.
    let cases = [
        ("", "", [500, 400]),
        ("height: auto", "", [500, 150]),
        ("display: flex", "flex: 1", [500, 400]),
        ("display: flex; flex-direction: column", "flex: 1", [500, 400]),
        ("display: grid; grid-template-columns: 1fr 1fr", "", [250, 400]),
        ("position: relative", "position: absolute; inset: 48px 0 0", [500, 352]),
        ("", "display: block; margin: 10px", [480, 150]),
        ("", "width: 200px; height: 50%", [200, 200]),
    ];
    let boxes: String = cases
        .iter()
        .map(|(around, own, _)| {
            format!("<div style='{around}'><controlledframe style='{own}'></controlledframe></div>")
        })
        .collect();
    let page =
        format!("<!doctype html><title>Sizes</title><style>div {{ width: 500px; height: 400px }}</style>{boxes}");
    let session = world.open(&AppBuilder::new("Sizes").page(&page));
    let site = blue_site();
    session.eval_with(
        "for (const frame of document.querySelectorAll('controlledframe')) frame.src = args[0]",
        &[json!(site.url("/"))],
    );
    let sizes = || {
        session.eval(
            "return [...document.querySelectorAll('controlledframe')].map((it) => [it.clientWidth, it.clientHeight])",
        )
    };
    let expected: Vec<_> = cases.iter().map(|(.., size)| size).collect();
    session.until_true("each has its size", || sizes() == json!(expected));

    session.eval("document.querySelector('controlledframe').style.cssText = 'width: 64px; height: 32px'");
    session.until_true("a size of its own counts", || sizes()[0] == json!([64, 32]));
    session.eval("document.querySelector('controlledframe').style.cssText = ''");
    session.until_true("and is given up", || sizes() == json!(expected));
    assert_eq!(session.eval("return document.getAnimations().length"), 0);
}

#[test]
fn ancestors_clip_a_frame_and_round_its_corners() {
    let world = World::new();
    let body = "<div id=clip style='margin: 50px; width: 300px; height: 200px; overflow: hidden; border-radius: 40px; \
                background: #cc2222'><controlledframe></controlledframe></div>";
    let session = open(&world, body, &blue_site());
    let clip = || session.rect("#clip");
    assert_shown_at(&session, "clipped", clip);
    let picture = session.display.screenshot();
    let clip = clip();
    for corner in [
        clip.point(3.0, 3.0),
        clip.point(296.0, 3.0),
        clip.point(3.0, 196.0),
        clip.point(296.0, 196.0),
    ] {
        assert!(
            picture.at(corner).is_near(WHITE, 8),
            "{corner:?} is {:?}",
            picture.at(corner)
        );
    }
    session.eval("document.querySelector('#clip').scrollTop = 150");
    assert_shown_at(&session, "scrolled inside", || session.rect("#clip"));
    // The upper corners of the frame lie in the round ones of what it is in, but for a small part.
    session.eval("clip.scrollTop = 0; clip.style.boxSizing = 'border-box'; clip.style.paddingTop = '12px'");
    assert_shown_at(&session, "below a corner", || {
        let clip = session.rect("#clip");
        Rect {
            y: clip.y + 12.0,
            height: clip.height - 12.0,
            ..clip
        }
    });
    let picture = session.display.screenshot();
    assert_eq!(picture.at(clip.point(16.0, 14.0)), BLUE);
    assert_eq!(picture.at(clip.point(2.0, 14.0)), WHITE);
}

#[test]
fn a_frame_follows_its_element_through_the_page() {
    let world = World::new();
    let body = "<div id=first></div><div id=second style='position: absolute; left: 500px; top: 300px'></div>\
                <controlledframe style='width: 200px; height: 150px'></controlledframe>";
    let session = open(&world, body, &blue_site());
    for place in ["first", "second"] {
        session.eval_with(
            "log.length = 0; document.getElementById(args[0]).append(document.querySelector('controlledframe'))",
            &[json!(place)],
        );
        assert_shown_at(&session, place, || session.rect("controlledframe"));
    }
}

#[test]
fn several_frames_show_each_its_own() {
    let world = World::new();
    let (blue, red) = (blue_site(), plain_site("#cc2222", ""));
    let body = "<controlledframe id=a></controlledframe><controlledframe id=b></controlledframe>";
    let session = world.open(&app_with_frames(body));
    session.eval_with(
        "a.src = args[0]; b.src = args[1]",
        &[json!(blue.url("/")), json!(red.url("/"))],
    );
    session.wait_for_colour(session.rect("#a"), BLUE);
    session.wait_for_colour(session.rect("#b"), RED);
    session.eval("document.body.style.cssText = 'display: flex; flex-direction: column-reverse'");
    session.wait_for_colour(session.rect("#b"), RED);
    session.wait_for_colour(session.rect("#a"), BLUE);
}

/// The same overlays must work whatever the app's page has behind the frame: nothing, a colour, a box of another colour.
const BACKGROUNDS: [&str; 3] = ["", "background: #f4f1ea", "background: #f4f1ea; --box: #ffffff"];

fn overlay_body(background: &str) -> String {
    format!(
        "<style>body {{ {background} }} #box {{ background: var(--box, none); padding: 20px; width: 400px }}
         .over {{ position: fixed; margin: 0; border: 0; padding: 0; left: 120px; top: 100px; width: 120px; height: 80px; background: #cc2222 }}
         </style><div id=box><controlledframe></controlledframe></div>"
    )
}

#[test]
fn the_apps_own_html_shows_above_a_frame() {
    for background in BACKGROUNDS {
        let world = World::new();
        let session = open(&world, &overlay_body(background), &blue_site());
        session.wait_for_colour(session.rect("controlledframe"), BLUE);
        let frame = session.rect("controlledframe");
        let over = Rect {
            x: session.page().x + 120.0,
            y: session.page().y + 100.0,
            width: 120.0,
            height: 80.0,
        };

        session.eval("document.body.insertAdjacentElement('beforeend', Object.assign(document.createElement('div'), { className: 'over', id: 'over' }))");
        session.wait_for_colour(over, RED);
        session.wait_for_colour(
            Rect {
                x: frame.right() - 60.0,
                y: frame.bottom() - 60.0,
                width: 20.0,
                height: 20.0,
            },
            BLUE,
        );

        // Half of the overlay's red over the frame's blue, not over the app's background.
        session.eval("over.style.background = 'rgb(204 34 34 / 50%)'");
        session.wait_for_colour(over, Colour(0x80, 0x44, 0x77));

        session.eval("over.remove(); const popover = document.createElement('div'); popover.className = 'over'; popover.id = 'over';
                      popover.popover = 'manual'; document.body.append(popover); popover.showPopover()");
        session.wait_for_colour(over, RED);
        session.eval("over.hidePopover(); over.remove()");
        session.wait_for_colour(over, BLUE);

        session.eval(
            "const dialog = document.createElement('dialog'); dialog.className = 'over'; dialog.id = 'over';
                      document.body.append(dialog); dialog.showModal()",
        );
        session.wait_for_colour(over, RED);
        session.eval("over.close()");
        session.wait_for_colour(over, BLUE);
    }
}

#[test]
fn the_apps_page_looks_the_same_around_a_frame() {
    let world = World::new();
    let session = open(
        &world,
        &overlay_body("background: #f4f1ea; --box: #ffffff"),
        &blue_site(),
    );
    session.wait_for_colour(session.rect("controlledframe"), BLUE);
    let (page, frame) = (session.page(), session.rect("controlledframe"));
    let picture = session.display.screenshot();
    let beside = Rect {
        x: frame.left() - 15.0,
        y: frame.top(),
        width: 10.0,
        height: 10.0,
    };
    assert_eq!(picture.at(beside.centre()), WHITE, "the box keeps its background");
    let below = Rect {
        x: page.left(),
        y: page.bottom() - 20.0,
        width: 20.0,
        height: 20.0,
    };
    assert_eq!(
        picture.at(below.centre()),
        Colour(0xf4, 0xf1, 0xea),
        "the page keeps its background"
    );
    let styles = session.eval("return [document.body.getAttribute('style'), document.documentElement.getAttribute('style'), box.getAttribute('style')]");
    assert_eq!(
        styles,
        json!([null, null, null]),
        "nothing is left in the app's elements"
    );
}

#[test]
fn clicks_go_to_what_is_seen() {
    let world = World::new();
    let site = plain_site(
        "#3366cc",
        "<div style='height: 100vh' onclick='document.title = Number(document.title) + 1 || 1'></div>",
    );
    let session = open(&world, &overlay_body("background: #f4f1ea"), &site);
    session.wait_for_colour(session.rect("controlledframe"), BLUE);
    let frame = session.rect("controlledframe");
    session.eval(
        "globalThis.clicks = 0;
         const over = document.createElement('button');
         over.className = 'over'; over.id = 'over';
         over.onclick = () => clicks++;
         document.body.append(over)",
    );
    session.wait_for_colour(session.rect("#over"), RED);
    session.display.click(frame.point(10.0, 250.0));
    session.until_true("the frame is clicked", || in_frame(&session, "document.title") == "1");
    session.click("#over");
    session.wait_for("clicks === 1");
    session.eval("over.remove()");
    session.wait_for_colour(
        Rect {
            x: frame.x + 110.0,
            y: frame.y + 90.0,
            width: 10.0,
            height: 10.0,
        },
        BLUE,
    );
    session.display.click(frame.point(110.0, 90.0));
    session.until_true("the frame is clicked where the overlay was", || {
        in_frame(&session, "document.title") == "2"
    });
    assert_eq!(session.eval("return clicks"), 1, "no click went to both");
}

#[test]
fn of_two_modal_dialogs_the_one_on_top_has_the_clicks() {
    let world = World::new();
    let site = plain_site(
        "#3366cc",
        "<div style='height: 100vh' onclick='document.title = Number(document.title) + 1 || 1'></div>",
    );
    let body = "<dialog id=front><controlledframe></controlledframe></dialog><dialog id=back>behind</dialog>";
    let session = open(&world, body, &site);
    session.eval(
        "globalThis.clicks = 0;
         addEventListener('click', () => clicks++);
         back.showModal();
         front.showModal()",
    );
    session.wait_for_colour(session.rect("controlledframe"), BLUE);
    session.display.click(session.rect("controlledframe").point(10.0, 10.0));
    session.until_true("the frame is clicked", || in_frame(&session, "document.title") == "1");
    session.eval("back.close(); back.showModal()");
    session.display.settled();
    session.display.click(session.rect("controlledframe").point(10.0, 10.0));
    session.wait_for("clicks === 1");
    assert_eq!(in_frame(&session, "document.title"), "1");
}

#[test]
fn the_wheel_scrolls_what_is_under_the_pointer() {
    let world = World::new();
    let site = plain_site("#3366cc", "<div style='height: 5000px'></div>");
    let body = "<controlledframe></controlledframe><div id=below style='height: 3000px'></div>";
    let session = open(&world, body, &site);
    session.wait_for_colour(session.rect("controlledframe"), BLUE);
    session.display.wheel(session.rect("controlledframe").centre(), 3);
    session.until_true("the frame scrolls", || {
        in_frame(&session, "scrollY").as_f64() > Some(50.0)
    });
    assert_eq!(session.eval("return scrollY"), 0, "the app does not");
    session.display.wheel(session.rect("#below").point(600.0, 50.0), 3);
    session.wait_for("scrollY > 50");
}

#[test]
fn keys_go_where_the_focus_is_and_tab_leads_into_the_frame() {
    let world = World::new();
    let site = plain_site("#3366cc", "<input id=one><input id=two>");
    let body = "<input id=before><controlledframe></controlledframe><input id=after>";
    let session = open(&world, body, &site);
    session.wait_for_colour(session.rect("controlledframe"), BLUE);
    let focus_inside = || in_frame(&session, "document.activeElement.id");
    session.click("#before");
    session.wait_for("document.hasFocus() && document.activeElement.id === 'before'");
    session.display.type_text("app");
    session.wait_for("before.value === 'app'");
    for expected in ["one", "two"] {
        session.display.key("Tab");
        session.until_true(&format!("Tab leads to {expected}"), || focus_inside() == expected);
    }
    session.display.type_text("site");
    session.until_true("keys arrive in the frame", || in_frame(&session, "two.value") == "site");
    assert_eq!(
        session.eval("return document.activeElement.localName"),
        "controlledframe"
    );
}

#[test]
fn a_list_in_a_frame_that_closes_leaves_the_keyboard_there() {
    let world = World::new();
    let site = plain_site("#3366cc", "<select id=list><option>a<option>b<option>c</select>");
    let session = open(&world, "<controlledframe></controlledframe><input id=after>", &site);
    let frame = session.rect("controlledframe");
    session.wait_for_colour(frame, BLUE);
    let is_open = || session.display.screenshot().at(frame.point(20.0, 40.0)) != BLUE;
    let value = || in_frame(&session, "document.hasFocus() && document.activeElement.value");
    // It is closed by a choice, then without one.
    for closing in ["Return", "Escape"] {
        session.display.click(frame.point(20.0, 10.0));
        session.until_true("the list opens", is_open);
        session.display.settled();
        session.display.key("Down");
        session.display.key(closing);
        session.until_true("the list closes", || !is_open());
        session.display.settled();
        session.until_true(&format!("{closing} keeps the frame's choice"), || value() == "b");
    }
    session.display.type_text("c");
    session.until_true("keys arrive in the list", || value() == "c");
    assert_eq!(
        session.eval("return [document.activeElement.localName, after.value]"),
        json!(["controlledframe", ""])
    );
}

/// Under WebDriver the engine keeps Tab inside each page, so this runs without it, and the pages tell by the console.
#[test]
fn tab_leaves_a_frame_for_the_apps_next_element_and_comes_back() {
    let world = World::new();
    let site = plain_site("#3366cc", "<input id=one><input id=two>");
    let body = "<input id=before><controlledframe></controlledframe><input id=after><script src=/focus.js></script>";
    let script = format!(
        "const frame = document.querySelector('controlledframe');
         addEventListener('focusin', ({{ target }}) => console.log('focus', target.id || target.localName));
         addEventListener('input', ({{ target }}) => console.log('value', target.id, target.value));
         setInterval(async () => {{
           console.log('app', document.hasFocus());
           console.log('inside', await frame.executeScript({{ code: '(document.hasFocus() ? document.activeElement.id : `-`) + two.value' }}));
         }}, 100);
         frame.addEventListener('loadstop', () => {{ before.focus(); console.log('ready'); }});
         frame.src = {:?};",
        site.url("/")
    );
    let id = world.install(&app_with_frames(body).file("focus.js", script));
    let _running = world.home.start(&world.display, &["--console", &id]);
    let last = |kind: &str| {
        let console = world.home.console();
        let messages = console.iter().rev().filter_map(|line| line["message"].as_str());
        let mut rests = messages.filter_map(|message| message.strip_prefix(kind));
        rests.next().unwrap_or_default().trim().to_owned()
    };
    let expect = |kind: &str, value: &str| wait::until_true(&format!("{kind} {value}"), || last(kind) == value);
    world.home.wait_for_message("ready");
    expect("focus", "before");
    expect("app", "true");
    for inside in ["one", "two"] {
        world.display.key("Tab");
        expect("inside", inside);
        let stays = Duration::from_millis(200);
        assert!(wait::holds_for(stays, || last("inside") == inside), "it stays there");
    }
    world.display.key("Tab");
    expect("focus", "after");
    world.display.type_text("end");
    expect("value", "after end");
    world.display.key("shift+Tab");
    expect("inside", "two");
    world.display.type_text("!");
    expect("inside", "two!");
}

#[test]
fn a_frames_first_page_knows_its_size_from_its_first_script_on() {
    let world = World::new();
    // From this machine the page is there before the app has painted again.
    let site = plain_site(
        "#3366cc",
        "<script>document.body.dataset.seen = `${innerWidth}x${innerHeight}`</script>",
    );
    let session = world.open(&app_with_frames("<div id=list style='width: 320px'></div>"));
    let seen = session.eval_with(
        "const seen = [];
         for (let i = 0; i < 12; i++) {
           const frame = document.createElement('controlledframe');
           frame.style.cssText = i % 2 ? 'width: 200px; height: 100px; zoom: 1.5' : 'display: block; width: auto; height: 90px';
           const loaded = new Promise((resolve) => { frame.onloadstop = resolve; });
           frame.src = args[0];
           document.getElementById('list').append(frame);
           await loaded;
           seen.push(await frame.executeScript({ code: 'document.body.dataset.seen' }));
           frame.remove();
         }
         return seen;",
        &[json!(site.url("/"))],
    );
    let expected = ["320x90", "200x100"].repeat(6);
    assert_eq!(seen, json!(expected));
}

/// What measures the page for its frames is an observer of sizes, too, and an error of observers is told to the page. In a
/// document without a doctype the root's height changes when the frame gets its own.
#[test]
fn a_frame_that_takes_its_place_is_no_error_of_the_page() {
    let world = World::new();
    let site = blue_site();
    let script = "const errors = [];
        addEventListener('error', ({ message }) => errors.push(message));
        const frame = document.createElement('controlledframe');
        frame.src = URL;
        frame.onloadstop = async () => {
          for (let frames = 0; frames < 10; frames++) await new Promise(requestAnimationFrame);
          console.log('result: ' + JSON.stringify([errors, frame.offsetHeight > 0]));
        };
        document.body.append(frame)";
    let app = app_with_frames("")
        .page("<title>Quirks</title><div>First</div><script src=/main.js></script>")
        .file("/main.js", script.replace("URL", &json!(site.url("/")).to_string()));
    let id = world.install(&app);
    let mut running = world.home.start(&world.display, &["--console", &id]);
    assert_eq!(world.home.wait_for_message("result: "), "[[],true]");
    world.close(&mut running);
}
