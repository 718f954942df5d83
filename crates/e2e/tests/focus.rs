//! The keyboard, on its way between the app's page, the app's own iframes and its frames.

use insula_e2e::{World, app_with_frames, in_frame, load, plain_site};
use insula_testkit::{Session, Site, wait};
use std::time::Duration;

const APP: &str = "<controlledframe></controlledframe>\
                   <iframe src=/inner.html></iframe>\
                   <input id=after>";

/// Opens an app whose frame shows a page that notes the keys it gets in its title.
fn open(world: &World) -> Session<'_> {
    let app = app_with_frames(APP).file("/inner.html", "<!doctype html><title>Inner</title><input>");
    let session = world.open(&app);
    let site = plain_site(
        "#3366cc",
        "<script>document.title = ''; onkeypress = ({ key }) => document.title += key</script>",
    );
    load(&session, &site.url("/"));
    session
}

fn click_into_the_iframe(session: &Session<'_>) {
    session.display.click(session.rect("iframe").point(30.0, 20.0));
    session.wait_for("document.activeElement.contentDocument?.activeElement.localName === 'input'");
}

fn type_into_the_frame(session: &Session<'_>, key: &str, expected: &str) {
    session.wait_for("document.activeElement.localName === 'controlledframe'");
    session.until_true("the frame's page has the keyboard", || {
        in_frame(session, "document.hasFocus()") == true
    });
    session.display.type_text(key);
    session.until_true("the key arrives in it", || {
        in_frame(session, "document.title") == expected
    });
}

#[test]
fn the_keyboard_goes_from_an_iframe_of_the_app_into_a_frame() {
    let world = World::new();
    let session = open(&world);

    click_into_the_iframe(&session);
    session.eval("document.querySelector('controlledframe').focus()");
    type_into_the_frame(&session, "a", "a");

    click_into_the_iframe(&session);
    session.display.key("shift+Tab");
    type_into_the_frame(&session, "b", "ab");

    session.click("#after");
    for _ in 0..2 {
        session.display.key("shift+Tab");
        session.display.settled();
    }
    type_into_the_frame(&session, "c", "abc");

    // The engine tells the frame's element that it has the focus again, which nobody wants here.
    session.display.click(session.rect("#after").point(300.0, 5.0));
    session.wait_for("document.hasFocus()");
    session.click("#after");
    session.display.type_text("d");
    session.wait_for("after.value === 'd'");
    assert_eq!(in_frame(&session, "document.title"), "abc");
}

/// Frames among other elements: two stops, none, and two again.
const TRAVEL: &str = "<style>controlledframe { height: 100px }</style><input id=before>
    <controlledframe id=one></controlledframe>
    <controlledframe id=none></controlledframe>
    <controlledframe id=two></controlledframe>
    <input id=after>
    <script src=/moves.js></script>";

/// Notes where the keyboard goes in the app's page, and knows where it is.
const MOVES: &str = "globalThis.moves = [];
    const frames = document.querySelectorAll('controlledframe');
    for (const type of ['focusin', 'focusout']) {
      addEventListener(type, ({ target }) => moves.push((type === 'focusin' ? '+' : '-') + target.id));
    }
    for (const frame of frames) {
      for (const type of ['focus', 'blur']) frame.addEventListener(type, () => moves.push(type));
    }
    globalThis.where = async () => {
      const { id, localName } = document.activeElement;
      if (localName !== 'controlledframe') return document.hasFocus() ? id || localName : '';
      const code = \"document.hasFocus() ? document.activeElement.id : ''\";
      return `${id} ${await document.activeElement.executeScript({ code })}`;
    };
    globalThis.loadAll = (urls) => Promise.all([...frames].map((frame, index) => {
      const loaded = new Promise((resolve) => frame.addEventListener('loadstop', resolve, { once: true }));
      frame.src = urls[index];
      return loaded;
    }));";

fn sites() -> [Site; 3] {
    [
        "<input id=a><button id=hidden hidden></button><button id=b>b</button>",
        "<p>Nothing here",
        "<a id=c href=/>c</a><textarea id=d></textarea><input id=never disabled>",
    ]
    .map(|body| {
        let page = "<script>document.body.id = 'body';
             onkeydown = ({ key }) => { if (key === 'Escape') console.log('escape') }</script>";
        plain_site("#ffffff", &format!("{body}{page}"))
    })
}

/// Under WebDriver the engine keeps Tab inside each page, so this runs without it, and the page tells by the console.
///
/// Conforms: travel
#[test]
fn tab_travels_through_frames_and_out_of_them_in_both_directions() {
    let world = World::new();
    let sites = sites();
    let urls = sites.each_ref().map(|site| site.url("/"));
    let script = format!(
        "{MOVES}
         loadAll({urls:?}).then(() => {{
           before.focus();
           moves.length = 0;
           console.log('ready');
           setInterval(async () => console.log(`at ${{await where()}} after ${{moves.join(' ')}}`), 100);
         }});"
    );
    let id = world.install(&app_with_frames(TRAVEL).file("/moves.js", script));
    let _running = world.home.start(&world.display, &["--console", &id]);
    let last = || {
        let console = world.home.console();
        let mut messages = console.iter().rev().filter_map(|line| line["message"].as_str());
        messages
            .find_map(|message| message.strip_prefix("at ").map(str::to_owned))
            .unwrap_or_default()
    };
    let is_at = |place: &str| {
        let there = wait::within(wait::LONG, || {
            last().starts_with(&format!("{place} after ")).then_some(())
        });
        assert!(
            there.is_some()
                && wait::holds_for(Duration::from_millis(300), || last()
                    .starts_with(&format!("{place} after "))),
            "the keyboard is not at {place}, but at {}",
            last()
        );
    };
    world.home.wait_for_message("ready");
    is_at("before");
    let places = ["one a", "one b", "none body", "two c", "two d", "after"];
    for place in places {
        world.display.key("Tab");
        is_at(place);
    }
    // Each element learns of it once, in order.
    let expected = "-before focus +one blur -one focus +none blur -none focus +two blur -two +after";
    wait::until_true("each element has learned of it", || {
        last().ends_with(&format!(" after {expected}"))
    });
    for place in places.iter().rev().skip(1).chain(&["before"]) {
        world.display.key("shift+Tab");
        is_at(place);
    }
}

/// Conforms: focus
#[test]
fn an_app_gives_a_frame_the_keyboard_and_takes_it_back() {
    let world = World::new();
    let sites = sites();
    let session = world.open(&app_with_frames(TRAVEL).file("/moves.js", MOVES));
    let urls = sites.each_ref().map(|site| site.url("/"));
    session.eval_with("await loadAll(args[0])", &[urls.to_vec().into()]);
    let is_at = |place: &str| {
        session.until_true(place, || session.eval("return await where()") == place);
    };
    session.click("#before");
    is_at("before");
    session.eval("moves.length = 0; document.querySelector('#two').focus()");
    is_at("two body");
    session.eval("document.querySelector('#two').blur()");
    is_at("body");
    let has_focus = "return await document.querySelector('#two').executeScript({ code: 'document.hasFocus()' })";
    session.until_true("its page has lost it", || session.eval(has_focus) == false);
    assert_eq!(session.eval("return moves.join(' ')"), "-before focus +two blur -two");

    // Escape is the page's. An app that hears of it can take the keyboard back.
    session.eval(
        "document.querySelector('#one').addEventListener('consolemessage', () => document.querySelector('#after').focus())",
    );
    session.eval("moves.length = 0");
    session.display.click(session.rect("#one").point(30.0, 10.0));
    is_at("one a");
    assert_eq!(session.eval("return moves.join(' ')"), "focus +one");
    session.display.key("Escape");
    is_at("after");
    session.display.type_text("z");
    session.wait_for("after.value === 'z'");

    // A frame that goes leaves the keyboard to the app.
    session.eval("document.querySelector('#two').focus()");
    is_at("two body");
    session.eval("document.querySelector('#two').remove()");
    is_at("body");
    session.display.key("Tab");
    is_at("after");
}
