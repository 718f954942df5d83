//! Windows that pages in frames open.

use insula_e2e::{World, app_with_frames, in_frame, load};
use insula_testkit::{Reply, Session, Site};
use serde_json::json;

fn site() -> Site {
    Site::start(|request| {
        let path = request.path();
        Reply::html(format!(
            "<!doctype html><title>{path}</title><a id=link href=/linked target=_blank>link</a>"
        ))
    })
}

/// Notes each window that the first frame's page opens, and does something about it.
fn answer(session: &Session<'_>, does: &str) {
    session.eval(&format!(
        "globalThis.opened = [];
         const frame = document.querySelector('controlledframe');
         frame.onnewwindow = (event) => {{
           const {{ targetUrl, initialWidth, initialHeight, name, partition, windowId, windowOpenDisposition, newWindow }} = event;
           opened.push({{ targetUrl, initialWidth, initialHeight, name, partition, id: typeof windowId, windowOpenDisposition,
                         same: newWindow.window === event.window }});
           {does}
         }}"
    ));
}

/// Conforms: newwindow, newwindow.attach, newwindow.discard, WindowOpenDisposition
#[test]
fn a_window_that_a_page_opens_is_shown_in_another_frame_or_not_at_all() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames(
        "<controlledframe partition=shop></controlledframe><div id=place></div>",
    ));
    load(&session, &site.url("/opener"));
    nobody_wants_it(&session);
    it_is_attached_before_it_is_in_the_document(&session, &site);
    it_is_attached_later_and_can_be_written_to(&session);
    what_is_no_frame_cannot_show_it(&session);
    a_flood_of_windows_is_bounded(&session);
}

fn nobody_wants_it(session: &Session<'_>) {
    for does in ["", "event.window.discard();"] {
        answer(session, does);
        in_frame(
            session,
            "(0, eval)(`document.body.append(Object.assign(document.createElement('script'), { textContent: \"globalThis.w = open('/unwanted', 'name', 'width=300,height=200')\" }))`)",
        );
        session.wait_for("opened.length === 1");
        let opened = session.eval("return opened[0]");
        println!("OPENED {opened}");
        let page = "document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.documentElement.dataset.w = String(globalThis.w && w.closed)' })); document.documentElement.dataset.w";
        session.until_true("it is closed", || in_frame(session, page) == "true");
    }
}

fn it_is_attached_before_it_is_in_the_document(session: &Session<'_>, site: &Site) {
    answer(
        session,
        "globalThis.shown = document.createElement('controlledframe');
         shown.id = 'shown';
         event.window.attach(shown);
         globalThis.twice = (() => { try { event.window.discard() } catch ({ message }) { return message } })();
         setTimeout(() => document.querySelector('#place').append(shown), 300);",
    );
    session.eval("log.length = 0");
    in_frame(
        session,
        "document.body.append(Object.assign(document.createElement('script'), { textContent: \"globalThis.w = open('/wanted')\" }))",
    );
    session.wait_for("has('loadstop', 'shown')");
    println!("LOG {}", session.eval("return log"));
    println!("TWICE {}", session.eval("return twice"));
    assert_eq!(
        session.eval("return [shown.src, shown.partition]"),
        json!([site.url("/wanted"), "shop"])
    );
    assert_eq!(
        session.eval("return await shown.executeScript({ code: 'document.title' })"),
        "/wanted"
    );
    let reach = "document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = w.document.title; w.document.title = \"changed\"; w.opener === window && (document.title += \" opened\")' })); document.title";
    assert_eq!(in_frame(session, reach), "/wanted opened");
    assert_eq!(
        session.eval("return await shown.executeScript({ code: 'document.title' })"),
        "changed"
    );
    session.eval("shown.remove()");
    let closed = "document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = String(w.closed)' })); document.title";
    session.until_true("the window is closed with its frame", || {
        in_frame(session, closed) == "true"
    });
}

fn it_is_attached_later_and_can_be_written_to(session: &Session<'_>) {
    answer(
        session,
        "event.preventDefault();
         globalThis.shown = document.querySelector('#place').appendChild(document.createElement('controlledframe'));
         shown.id = 'later';
         setTimeout(() => event.window.attach(shown), 200);",
    );
    in_frame(
        session,
        "document.body.append(Object.assign(document.createElement('script'), { textContent: \"globalThis.w = open(''); w.document.write('<title>written</title>')\" }))",
    );
    session.wait_for("opened.length === 1");
    println!("EMPTY {}", session.eval("return opened[0]"));
    session.until_true("it is shown", || {
        session.eval("return await Promise.race([shown.executeScript({ code: 'document.title' }), new Promise(r => setTimeout(r, 300, 'pending'))]).catch(String)") == "written"
    });
    session.eval("shown.remove()");
}

fn what_is_no_frame_cannot_show_it(session: &Session<'_>) {
    answer(
        session,
        "globalThis.thrown = [];
         for (const container of [document.body, null]) {
           try { event.window.attach(container) } catch ({ message }) { thrown.push(message) }
         }",
    );
    in_frame(session, "document.querySelector('#link').click()");
    session.wait_for("opened.length === 1");
    println!("LINK {}", session.eval("return opened[0]"));
    println!("THROWN {}", session.eval("return thrown"));
}

fn a_flood_of_windows_is_bounded(session: &Session<'_>) {
    answer(session, "event.preventDefault(); (globalThis.kept ??= []).push(event);");
    in_frame(
        session,
        "document.body.append(Object.assign(document.createElement('script'), { textContent: 'let n = 0; for (let i = 0; i < 50; i++) if (open(\"/flood\")) n++; document.title = n' })); document.title",
    );
    session.wait_for("opened.length > 0");
    println!(
        "FLOOD {} {}",
        in_frame(session, "document.title"),
        session.eval("return opened.length")
    );
}
