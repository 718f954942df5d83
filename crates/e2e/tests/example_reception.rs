//! `examples/reception`: a visitor who walks away is noticed, and one who is there is left alone.

use insula_e2e::{World, example};
use insula_testkit::{Reply, Session, Site, wait};
use serde_json::json;
use std::time::{Duration, Instant};

const IDLE: Duration = Duration::from_secs(2);
const NOTICE: Duration = Duration::from_secs(3);

/// A form that says what is typed; it can be told to hang.
const FORM: &str = "<!doctype html><title>Visitors</title><style>body { margin: 0; background: #fff }
  input { position: fixed; inset: 0 0 auto; height: 100px; border: 0; background: #d0e0ff; font: 40px sans-serif }</style>
  <input autofocus><script>
    onmessage = () => { for (;;); };
    // What a page does by itself is nobody's.
    setInterval(() => {
      for (const type of ['keydown', 'pointermove', 'click']) document.body.dispatchEvent(new Event(type, { bubbles: true }));
    }, 100);
  </script>";

fn open<'a>(world: &'a World, site: &Site) -> Session<'a> {
    let settings = json!({
        "name": "Harbour House", "greeting": "Welcome.", "url": site.url("/"),
        "idleSeconds": IDLE.as_secs(), "noticeSeconds": NOTICE.as_secs(),
    });
    let session = world.open(&example("reception", "/settings.json", &settings));
    wait_for_visit(&session, site, 1);
    session
}

fn wait_for_state(session: &Session<'_>, state: &str) {
    session.wait_for(&format!("document.body.dataset.state === '{state}'"));
}

/// Waits until the site has been shown so many times, by a frame each.
fn wait_for_visit(session: &Session<'_>, site: &Site, count: usize) {
    session.until_true("a visit begins", || site.requests_for("/").len() == count);
    session.until_true("its page is there", || typed(session).is_empty());
}

/// What is typed in the page; "gone" as long as there is none.
fn typed(session: &Session<'_>) -> String {
    let code = "return await document.querySelector('controlledframe').executeScript({ code: 'document.querySelector(\"input\").value' })";
    let value = session.try_eval(code, &[]).ok();
    value
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_else(|| "gone".to_owned())
}

fn click_into_the_page(session: &Session<'_>) {
    // What lay over it a moment ago is there for the pointer until the next picture.
    session.display.settled();
    let place = session.rect("#place");
    session.display.click(place.point(place.width / 2.0, 50.0));
}

/// Conforms: CF-U5
#[test]
fn an_abandoned_visit_begins_anew_and_a_used_one_does_not() {
    let world = World::new();
    let site = Site::start(|_| Reply::html(FORM));
    let session = open(&world, &site);
    nobody_has_come_yet(&session, &site);
    somebody_uses_it(&session);
    the_question_is_answered(&session, &site);
    nobody_answers(&session, &site);
    it_is_started_over(&session, &site);
}

fn nobody_has_come_yet(session: &Session<'_>, site: &Site) {
    assert!(wait::holds_for(IDLE + NOTICE, || session
        .eval("return document.body.dataset.state")
        == "waiting"));
    assert_eq!(site.requests_for("/").len(), 1, "a page that nobody has used stays");
    session.click("#attract");
    wait_for_state(session, "used");
}

/// By keys first, then by the pointer alone, both for longer than it takes to be abandoned.
fn somebody_uses_it(session: &Session<'_>) {
    click_into_the_page(session);
    let mut expected = String::new();
    let is_asked = || session.eval("return document.body.dataset.state") != "used";
    let during = |act: &mut dyn FnMut()| {
        let start = Instant::now();
        while start.elapsed() < IDLE * 2 {
            act();
            assert!(!is_asked(), "whoever uses it is not asked");
            assert!(wait::holds_for(IDLE / 10, || true));
        }
    };
    during(&mut || {
        session.display.type_text("a");
        expected.push('a');
    });
    session.until_true("the keys arrive in the page", || typed(session) == expected);
    let place = session.rect("#place");
    let mut x = 100.0;
    during(&mut || {
        x += 5.0;
        session.display.move_to(place.point(x, 300.0));
    });
}

fn the_question_is_answered(session: &Session<'_>, site: &Site) {
    let kept = typed(session);
    let by_button: &dyn Fn() = &|| session.click("#stay");
    let by_key: &dyn Fn() = &|| session.display.key("space");
    let place = session.rect("#place");
    let by_touch: &dyn Fn() = &|| session.display.click(place.point(place.width / 2.0, 50.0));
    for answer in [by_button, by_key, by_touch] {
        wait_for_state(session, "asking");
        session.wait_for("Number(seconds.textContent) < 3");
        answer();
        wait_for_state(session, "used");
    }
    assert_eq!(typed(session), kept, "and goes on where it was");
    assert_eq!(site.requests_for("/").len(), 1);
}

fn nobody_answers(session: &Session<'_>, site: &Site) {
    session.eval("globalThis.left = document.querySelector('controlledframe'); globalThis.partition = left.partition");
    wait_for_state(session, "asking");
    assert_eq!(session.eval("return greeting.checkVisibility()"), false);
    wait_for_state(session, "waiting");
    wait_for_visit(session, site, 2);
    let found = session.eval(
        "const frame = document.querySelector('controlledframe');
         return [left.isConnected, frame.partition !== partition, frame.canGoBack(), greeting.checkVisibility()]",
    );
    assert_eq!(found, json!([false, true, false, true]));
    // Also by a key, which nobody listens to but the app.
    session.display.key("Tab");
    wait_for_state(session, "used");
}

fn it_is_started_over(session: &Session<'_>, site: &Site) {
    click_into_the_page(session);
    session.display.type_text("b");
    session.until_true("the keys arrive in the page", || typed(session) == "b");
    session.click("#over");
    wait_for_visit(session, site, 3);
    assert_eq!(session.eval("return document.body.dataset.state"), "used");
}

/// Conforms: CF-U5
#[test]
fn a_page_that_hangs_can_be_abandoned_as_well() {
    let world = World::new();
    let site = Site::start(|_| Reply::html(FORM));
    let session = open(&world, &site);
    session.click("#attract");
    wait_for_state(&session, "used");
    session.eval("document.querySelector('controlledframe').contentWindow.postMessage('hang', '*')");
    wait_for_state(&session, "asking");
    wait_for_state(&session, "waiting");
    wait_for_visit(&session, &site, 2);
}

#[test]
fn a_reception_says_what_is_wrong() {
    let world = World::new();
    let open = |url: &str| {
        let settings = json!({ "name": "Harbour House", "greeting": "Welcome.", "url": url, "idleSeconds": 60, "noticeSeconds": 9 });
        let app = example("reception", "/settings.json", &settings);
        Session::open(&world.home, &world.display, &world.install(&app), None)
    };
    // Nobody listens there.
    let session = open("http://127.0.0.1:1/");
    session.wait_for("failure.checkVisibility() && failure.textContent.includes('ERR_')");
    drop(session);
    world.home.succeed(&["uninstall", "Reception"]);
    let session = open("here");
    session.wait_for("document.body.dataset.state === 'broken' && document.body.innerText.includes('settings.json')");
}
