//! Members of a frame that are misused: called on nothing, with the wrong, before there is a frame, after it is gone.

use insula_e2e::{World, app_with_frames, in_frame, load};
use insula_testkit::{Reply, Session, Site};
use serde_json::{Value, json};

fn site() -> Site {
    Site::start(|request| {
        let agent = request.header("user-agent").unwrap_or_default();
        Reply::html(format!(
            "<!doctype html><title>{agent}</title><body style='margin: 0; height: 5000px'>"
        ))
    })
}

/// Every member that a frame is asked by.
const CALLS: &str = "
  const calls = {
    back: (it) => it.back(), forward: (it) => it.forward(), go: (it) => it.go(1),
    executeScript: (it) => it.executeScript({ code: '1' }), insertCSS: (it) => it.insertCSS({ code: '' }),
    getAudioState: (it) => it.getAudioState(), isAudioMuted: (it) => it.isAudioMuted(), setAudioMuted: (it) => it.setAudioMuted(true),
    getZoom: (it) => it.getZoom(), setZoom: (it) => it.setZoom(1), getZoomMode: (it) => it.getZoomMode(),
    setZoomMode: (it) => it.setZoomMode('per-view'), captureVisibleRegion: (it) => it.captureVisibleRegion(),
    clearData: (it) => it.clearData({}, { cache: true }), print: (it) => it.print(),
  };
  const outcome = async (call) => {
    try { return `fine: ${typeof (await call())}`; } catch (error) { return error.name; }
  };
  const outcomes = async (it) => {
    const found = {};
    for (const name in calls) found[name] = await outcome(() => calls[name](it));
    return found;
  };";

/// Conforms: getUserAgent(), setUserAgentOverride(), isUserAgentOverridden(), setClientHintsUABrandEnabled()
#[test]
fn what_is_misused_says_so() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/"));
    nothing_is_asked_where_no_frame_is(&session, &site);
    functions_and_values_are_checked(&session);
    pictures_are_bounded(&session);
    what_a_page_says_it_is_can_be_overridden(&session, &site);
}

fn each(session: &Session<'_>, body: &str, args: &[Value]) -> Vec<(String, String)> {
    let found = session.eval_with(&format!("{CALLS}\n{body}"), args);
    let found = found.as_object().expect("outcomes");
    found
        .iter()
        .map(|(name, it)| (name.clone(), it.as_str().unwrap_or_default().to_owned()))
        .collect()
}

fn nothing_is_asked_where_no_frame_is(session: &Session<'_>, site: &Site) {
    for (what, body) in [
        ("outside of the document", "return outcomes(new ControlledFrame())"),
        ("without src", "const it = new ControlledFrame(); document.body.append(it); const found = await outcomes(it); it.remove(); return found"),
        ("removed", "const it = new ControlledFrame(); it.src = args[0]; document.body.append(it);
           await new Promise((resolve) => it.addEventListener('loadstop', resolve, { once: true })); it.remove(); return outcomes(it)"),
        ("another thing", "const it = document.querySelector('controlledframe'); const other = document.createElement('div');
           const found = {}; for (const name in calls) found[name] = await outcome(() => it[name].call(other)); return found"),
        ("detached", "const it = document.querySelector('controlledframe'); const found = {};
           for (const name in calls) found[name] = await outcome(() => (0, it[name])()); return found"),
    ] {
        for (name, found) in each(session, body, &[json!(site.url("/"))]) {
            assert_eq!(found, "TypeError", "{name} {what}");
        }
    }
    // What was asked when the element goes is answered.
    let gone = session.eval_with(
        &format!(
            "{CALLS}
         delete calls.setAudioMuted;
         const it = new ControlledFrame(); it.src = args[0]; document.body.append(it);
         const all = Object.values(calls).map((call) => outcome(() => call(it)));
         it.remove();
         return [...new Set(await Promise.all(all))]"
        ),
        &[json!(site.url("/"))],
    );
    assert_eq!(gone, json!(["AbortError"]));
}

fn functions_and_values_are_checked(session: &Session<'_>) {
    for (call, expected) in [
        ("go({})", "TypeError"),
        ("go(1.5)", "TypeError"),
        ("go(Symbol())", "TypeError"),
        ("setZoom('wide')", "TypeError"),
        ("setZoom({ valueOf() { throw new RangeError() } })", "RangeError"),
        ("setZoomMode()", "TypeError"),
        ("captureVisibleRegion(5)", "TypeError"),
        (
            "captureVisibleRegion({ get format() { throw new RangeError() } })",
            "RangeError",
        ),
        ("captureVisibleRegion({ quality: 'best' })", "TypeError"),
        ("insertCSS({ code: Symbol() })", "TypeError"),
        ("insertCSS({ get code() { throw new RangeError() } })", "RangeError"),
        ("executeScript({ code: '1', file: '/x' })", "TypeError"),
        ("setUserAgentOverride()", "TypeError"),
        ("setUserAgentOverride('a\\r\\nb')", "TypeError"),
        ("setUserAgentOverride('x'.repeat(5000))", "TypeError"),
        ("contextMenus.create({ title: 'x'.repeat(1e7) })", "TypeError"),
    ] {
        let body =
            format!("{CALLS} const it = document.querySelector('controlledframe'); return outcome(() => it.{call})");
        assert_eq!(session.eval(&body), expected, "{call}");
    }
    let ten_million = session
        .eval("await document.querySelector('controlledframe').insertCSS({ code: '/*' + 'x'.repeat(1e7) + '*/' })");
    assert_eq!(ten_million, Value::Null);
}

fn pictures_are_bounded(session: &Session<'_>) {
    let outcomes = session.eval(&format!(
        "{CALLS} const it = document.querySelector('controlledframe');
         const all = await Promise.all(Array.from({{ length: 200 }}, () => outcome(() => it.captureVisibleRegion())));
         const counts = {{}};
         for (const one of all) counts[one] = (counts[one] ?? 0) + 1;
         return [counts['fine: string'], counts.QuotaExceededError, await outcome(() => it.captureVisibleRegion())]"
    ));
    assert_eq!(outcomes, json!([4, 196, "fine: string"]));
}

fn what_a_page_says_it_is_can_be_overridden(session: &Session<'_>, site: &Site) {
    let it = "const it = document.querySelector('controlledframe');";
    let state = || {
        session.eval(&format!(
            "{it} return [it.getUserAgent() === navigator.userAgent, it.isUserAgentOverridden()]"
        ))
    };
    assert_eq!(state(), json!([true, false]));
    session.eval(&format!(
        "{it} log.length = 0; it.setClientHintsUABrandEnabled(false); return it.setUserAgentOverride('Something/1.0')"
    ));
    session.until_true("the page is loaded again", || {
        session.eval("return has('loadstop')") == true
    });
    assert_eq!(state(), json!([false, true]));
    assert_eq!(
        in_frame(session, "[navigator.userAgent, document.title]"),
        json!(["Something/1.0", "Something/1.0"])
    );
    // The next guest's first request says it as well.
    let first = session.eval_with(
        &format!("{it} it.remove(); it.src = args[0]; const loaded = new Promise((resolve) => it.addEventListener('loadstop', resolve, {{ once: true }}));
         document.body.append(it); await loaded; return it.executeScript({{ code: 'document.title' }})"),
        &[json!(site.url("/first"))],
    );
    assert_eq!(first, "Something/1.0");
    assert_eq!(site.requests_for("/first").len(), 1);
    session.eval(&format!("{it} log.length = 0; it.setUserAgentOverride('')"));
    session.until_true("the page is loaded again", || {
        session.eval("return has('loadstop')") == true
    });
    assert_eq!(state(), json!([true, false]));
    assert_eq!(
        in_frame(session, "navigator.userAgent"),
        session.eval("return navigator.userAgent")
    );
}

/// Conforms: print()
#[test]
fn print_opens_the_systems_dialog_and_only_one() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/"));
    session.eval(
        "globalThis.outcomes = [];
         const it = document.querySelector('controlledframe');
         for (let i = 0; i < 50; i++) it.print().then(() => outcomes.push('done'), ({ name }) => outcomes.push(name))",
    );
    let dialog = world.display.wait_for_dialog();
    world.display.wait_for_focus(&dialog);
    world.display.settled();
    world.display.key("Escape");
    session.until_true("the dialog closes, and no other opens", || {
        world.display.dialog().is_none()
    });
    session.wait_for("outcomes.length === 50");
    let outcomes = session.eval(
        "return Object.entries(Object.groupBy(outcomes, (it) => it)).map(([it, { length }]) => [it, length]).sort()",
    );
    assert_eq!(outcomes, json!([["InvalidStateError", 49], ["done", 1]]));
    // A page's own call opens none.
    in_frame(&session, "print(); 1");
    world.display.settled();
    assert!(world.display.dialog().is_none());
}
