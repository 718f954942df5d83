//! Windows that pages in frames open.

use insula_e2e::{World, app_with_frames, in_frame, load};
use insula_testkit::{Rect, Reply, Session, Site};
use serde_json::{Value, json};

fn site() -> Site {
    Site::start(|request| {
        let path = request.path();
        Reply::html(format!(
            "<!doctype html><title>{path}</title><body style='margin: 0'>
             <a id=link href=/linked style='display: block; height: 100px'>link</a>
             <a id=blank href=/blank target=_blank>link</a>"
        ))
    })
}

/// Notes each window that the first frame's page opens, and does something about it.
fn answer(session: &Session<'_>, does: &str) {
    session.eval(&format!(
        "globalThis.opened = [];
         const frame = document.querySelector('controlledframe');
         frame.onnewwindow = (event) => {{
           const {{ targetUrl, initialWidth, initialHeight, name, partition, windowOpenDisposition, newWindow }} = event;
           opened.push([targetUrl, initialWidth, initialHeight, name, partition, windowOpenDisposition].join(' '));
           if (newWindow.window !== event.window || !Number.isInteger(event.windowId)) opened.push(event);
           {does}
         }}"
    ));
}

/// Runs a script in the first frame's page itself, in the world of the page's own scripts; answers what it puts into `out`.
fn in_page(session: &Session<'_>, script: &str) -> Value {
    let script = format!("globalThis.out = null; {script}; document.documentElement.dataset.out = out");
    in_frame(
        session,
        &format!(
            "document.head.append(Object.assign(document.createElement('script'), {{ textContent: {} }}));
             document.documentElement.dataset.out",
            json!(script)
        ),
    )
}

fn opened(session: &Session<'_>) -> Value {
    session.wait_for("opened.length");
    session.eval("return opened")
}

/// Conforms: newwindow, newwindow.attach, newwindow.discard, WindowOpenDisposition
/// Limit: frames-popup, webdriver-window-size
#[test]
fn a_window_that_a_page_opens_is_shown_in_another_frame_or_not_at_all() {
    let world = World::new();
    let site = site();
    let body = "<controlledframe partition=shop></controlledframe><div id=place></div>";
    let session = world.open(&app_with_frames(body));
    load(&session, &site.url("/opener"));
    let window = session.window();
    nobody_wants_it(&session, &site);
    // Driven by WebDriver, Debian 13's engine gives the app's window the size of the new one.
    if session.window().rect != window.rect {
        let Rect { width, height, .. } = window.rect;
        session.display.resize(&window, width as u32, height as u32);
    }
    it_is_opened_as_the_page_says(&session, &site);
    it_is_opened_as_the_user_says(&session, &site);
    it_is_attached_before_it_is_in_the_document(&session, &site);
    it_is_attached_later_and_can_be_written_to(&session);
    it_takes_the_place_of_what_is_shown(&session, &site);
    what_is_no_frame_cannot_show_it(&session);
    a_flood_of_windows_is_bounded(&session);
}

fn nobody_wants_it(session: &Session<'_>, site: &Site) {
    for does in [
        "",
        "event.window.discard();",
        "event.preventDefault(); event.newWindow.window.discard();",
    ] {
        answer(session, does);
        in_page(
            session,
            "globalThis.w = open('/unwanted', 'name', 'width=300,height=200'); out = String(w.closed)",
        );
        let expected = format!("{} 300 200 name shop new_popup", site.url("/unwanted"));
        assert_eq!(opened(session), json!([expected]), "{does}");
        session.until_true("it is closed", || in_page(session, "out = w.closed") == "true");
    }
    assert!(
        site.requests_for("/unwanted").is_empty(),
        "its page is not even asked for"
    );
}

fn it_is_opened_as_the_page_says(session: &Session<'_>, site: &Site) {
    let url = site.url("/x");
    for (script, expected) in [
        ("open('/x')", format!("{url} 0 0  shop new_foreground_tab")),
        ("open('/x', 'two')", format!("{url} 0 0 two shop new_foreground_tab")),
        ("open('/x', '', 'menubar=no')", format!("{url} 0 0  shop new_popup")),
        ("open('/x', '', 'left=5')", format!("{url} 0 0  shop new_popup")),
        // Chromium would call it a popup.
        ("open('/x', '', 'popup')", format!("{url} 0 0  shop new_foreground_tab")),
        (
            "open('/x', '', 'noopener')",
            format!("{url} 0 0  shop new_foreground_tab"),
        ),
        (
            "document.querySelector('#blank').click()",
            format!("{} 0 0  shop new_foreground_tab", site.url("/blank")),
        ),
    ] {
        answer(session, "");
        in_page(session, script);
        assert_eq!(opened(session), json!([expected]), "{script}");
    }
}

fn it_is_opened_as_the_user_says(session: &Session<'_>, site: &Site) {
    let link = session.rect("controlledframe").point(100.0, 50.0);
    for (key, disposition) in [("ctrl", "new_background_tab"), ("shift", "new_window")] {
        answer(session, "");
        session.display.click_holding(key, link);
        let expected = format!("{} 0 0  shop {disposition}", site.url("/linked"));
        assert_eq!(opened(session), json!([expected]));
    }
    answer(
        session,
        "globalThis.shown = document.querySelector('#place').appendChild(document.createElement('controlledframe'));
         shown.id = 'linked';
         event.window.attach(shown);",
    );
    session.display.click_holding("ctrl", link);
    session.wait_for("has('loadstop', 'linked')");
    let found = session.eval("return await shown.executeScript({ code: '[document.title, opener]' })");
    assert_eq!(found, json!(["/linked", null]));
    session.eval("shown.remove()");
    assert_eq!(
        in_frame(session, "document.title"),
        "/opener",
        "the page stays where it was"
    );
}

fn it_is_attached_before_it_is_in_the_document(session: &Session<'_>, site: &Site) {
    answer(
        session,
        "globalThis.shown = document.createElement('controlledframe');
         shown.id = 'shown';
         event.window.attach(shown);
         globalThis.twice = (() => { try { event.window.discard() } catch ({ message }) { return message } })();",
    );
    in_page(session, "globalThis.w = open('/wanted')");
    opened(session);
    assert_eq!(
        session.eval("return twice"),
        "<controlledframe>: An action has already been taken for this \"newwindow\" event."
    );
    assert!(site.requests_for("/wanted").is_empty(), "it waits for the element");
    session.eval("log.length = 0; document.querySelector('#place').append(shown)");
    session.wait_for("has('loadstop', 'shown')");
    assert_eq!(
        session.eval("return types()"),
        json!(["loadstart", "loadcommit", "contentload", "loadstop"])
    );
    assert_eq!(
        session.eval("return [shown.src, shown.partition]"),
        json!([site.url("/wanted"), "shop"])
    );
    let title = || session.eval("return await shown.executeScript({ code: 'document.title' })");
    assert_eq!(title(), "/wanted");
    let reach = "out = [w.document.title, w.opener === window, w.closed]; w.document.title = 'changed'";
    assert_eq!(in_page(session, reach), "/wanted,true,false");
    assert_eq!(title(), "changed");
    session.eval("shown.remove()");
    session.until_true("the window goes with its frame", || {
        in_page(session, "out = w.closed") == "true"
    });
    session.eval("log.length = 0; document.querySelector('#place').append(shown)");
    session.wait_for("has('loadstop', 'shown')");
    assert_eq!(title(), "/wanted", "put back, the element loads what it showed");
    session.eval("shown.remove()");
}

fn it_is_attached_later_and_can_be_written_to(session: &Session<'_>) {
    answer(
        session,
        "event.preventDefault();
         globalThis.shown = document.querySelector('#place').appendChild(document.createElement('controlledframe'));
         setTimeout(() => event.window.attach(shown), 200);",
    );
    in_page(
        session,
        "globalThis.w = open(''); w.document.write('<title>written</title>')",
    );
    assert_eq!(opened(session), json!(["about:blank 0 0  shop new_foreground_tab"]));
    assert_eq!(in_page(session, "out = w.document.title"), "written");
    session.eval("shown.remove()");
}

fn it_takes_the_place_of_what_is_shown(session: &Session<'_>, site: &Site) {
    answer(session, "event.window.attach(document.querySelector('#used'));");
    session.eval_with(
        "log.length = 0;
         const used = document.createElement('controlledframe');
         Object.assign(used, { id: 'used', partition: 'other', src: args[0] });
         document.querySelector('#place').append(used)",
        &[json!(site.url("/before"))],
    );
    session.wait_for("has('loadstop', 'used')");
    session.eval("log.length = 0");
    in_page(session, "globalThis.w = open('/after')");
    session.wait_for("has('loadstop', 'used')");
    let found = session.eval("const used = document.querySelector('#used'); return [used.src, used.partition]");
    assert_eq!(found, json!([site.url("/after"), "shop"]));
    session.eval("document.querySelector('#used').remove()");
}

fn what_is_no_frame_cannot_show_it(session: &Session<'_>) {
    answer(
        session,
        "for (const container of [document.body, null]) {
           try { event.window.attach(container) } catch ({ message }) { opened.push(message) }
         }",
    );
    in_page(session, "globalThis.w = open('/x')");
    let told = opened(session);
    assert_eq!(told[1], "Cannot attach to invalid container element.");
    assert_eq!(
        told[2],
        "<controlledframe>: An action has already been taken for this \"newwindow\" event."
    );
    session.until_true("it is closed", || in_page(session, "out = w.closed") == "true");
}

/// Eight windows of a frame wait for the app at once; others are none.
fn a_flood_of_windows_is_bounded(session: &Session<'_>) {
    answer(session, "event.preventDefault(); (globalThis.kept ??= []).push(event);");
    let made = in_page(
        session,
        "out = 0; for (let i = 0; i < 50; i++) if (open('/flood')) out++",
    );
    assert_eq!(made, "8");
    session.wait_for("opened.length === 8");
    session.eval("for (const event of kept) event.window.discard()");
    assert_eq!(in_frame(session, "document.title"), "/opener");
}

/// Has a frame's page open a window, shows it, and has both look at each other.
const BOTH: &str = r#"
const frame = document.querySelector("controlledframe");
const happens = (element, type) => new Promise((resolve) => element.addEventListener(type, resolve, { once: true }));
const inPage = (element, script) => element.executeScript({ code: `
  document.head.append(Object.assign(document.createElement("script"), { textContent: ${JSON.stringify(
    `Promise.resolve().then(() => { ${script} }).then((value) => (document.documentElement.dataset.out = value))`)} }));
  new Promise((resolve) => setTimeout(() => resolve(document.documentElement.dataset.out), 100))` });
const loaded = happens(frame, "loadstop");
frame.src = SITE + "opener";
await loaded;
const opening = happens(frame, "newwindow");
frame.onnewwindow = (event) => event.preventDefault();
await inPage(frame, "globalThis.w = open('/opened', 'chat', 'width=300,height=200')");
const { window, name } = await opening;
const shown = document.createElement("controlledframe");
const ready = happens(shown, "loadstop");
window.attach(shown);
document.body.append(shown);
await ready;
const results = [name];
results.push(await inPage(frame, "return [w.document.title, w.closed, w.name].join()"));
results.push(await inPage(shown, "opener.postMessage('hello', '*'); return [opener.document.title, name].join()"));
results.push(await inPage(frame, "return w.history.length"));
const next = happens(shown, "loadstop");
await inPage(frame, "w.location = '/next'; return ''");
await next;
results.push(await shown.executeScript({ code: "document.title" }), shown.src === SITE + "next");
const closed = happens(shown, "close");
await inPage(frame, "w.close(); return ''");
await closed;
results.push("closed");
document.title = "result: " + JSON.stringify(results);
"#;

/// WebDriver keeps its pages in one process, so this runs without it.
#[test]
fn a_window_and_its_opener_reach_each_other() {
    let world = World::new();
    let site = site();
    let script = BOTH.replace("SITE", &json!(site.url("/")).to_string());
    let body = "<controlledframe></controlledframe><script type=module src=/both.js></script>";
    let id = world.install(&app_with_frames(body).file("/both.js", script));
    let result = world.result_of_after(&id, || {
        let width = world.app_window().rect.width;
        assert!(width > 600.0, "the size is for the window, not for the app's: {width}");
    });
    assert_eq!(
        result,
        json!([
            "chat",
            "/opened,false,chat",
            "/opener,chat",
            "1",
            "/next",
            true,
            "closed"
        ])
    );
}
