//! What a frame tells of its loads, and what becomes of `src` and of scripts that run when one begins or ends.

mod superseded;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use insula_e2e::{World, app_with_frames, in_frame, load, plain_site};
use insula_testkit::{Reply, Session, Site, process, tcp::ClosedPort, wait};
use serde_json::{Value, json};

/// Pages with their path in them, and a place for everything that is no page.
fn site() -> Site {
    Site::start(|request| match request.path() {
        "/empty" => Reply::text("").status(204),
        "/download" => Reply::of("application/octet-stream", "bytes"),
        "/silence" => Reply::Silence,
        "/nothing" => Reply::text("").status(404),
        "/login" => Reply::html("<title>Log in</title>members only")
            .status(401)
            .header("WWW-Authenticate", "Basic realm=members"),
        "/to" => Reply::text("").status(302).header(
            "Location",
            request.target.split_once('?').map_or("/", |(_, target)| target),
        ),
        path if path.starts_with("/apart") => {
            Reply::html(format!("<title>{path}</title>")).header("Cross-Origin-Opener-Policy", "same-origin")
        }
        "/refreshing" => Reply::html("<meta http-equiv=refresh content='0;url=/refreshed'><title>/refreshing</title>"),
        path => Reply::html(format!(
            "<!doctype html><title>{path}</title><a href=/linked>link</a><form action=/posted method=post></form>"
        )),
    })
}

fn point(session: &Session<'_>, url: &str) {
    session.eval_with(
        "log.length = 0; document.querySelector('controlledframe').src = args[0]",
        &[json!(url)],
    );
}

/// The events so far: type, URL and name of the error.
fn events(session: &Session<'_>) -> Value {
    session.eval("return log.map(({ type, url, reason }) => [type, url, reason].filter(Boolean).join(' '))")
}

/// Points the frame at a URL; the events until it stops loading.
fn told_of(session: &Session<'_>, url: &str) -> Value {
    point(session, url);
    session.wait_for("has('loadstop')");
    events(session)
}

fn src(session: &Session<'_>) -> Value {
    session.eval("return document.querySelector('controlledframe').src")
}

#[test]
fn a_load_that_the_page_begins_starts_with_its_own_url() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/first"));
    for (code, path) in [
        ("document.links[0].click()", "/linked"),
        ("location = '/located'", "/located"),
        ("document.forms[0].submit()", "/posted"),
        ("history.back()", "/located"),
    ] {
        session.eval_with("log.length = 0; await inFrame(args[0])", &[json!(code)]);
        session.wait_for("has('loadstop')");
        let url = site.url(path);
        assert_eq!(
            events(&session),
            json!([
                format!("loadstart {url}"),
                format!("loadcommit {url}"),
                "contentload",
                "loadstop"
            ]),
            "{code}"
        );
        assert_eq!(src(&session), url, "{code}");
    }
    point(&session, &site.url("/refreshing"));
    session.wait_for("log.filter(({ type }) => type === 'loadstop').length === 2");
    let urls = session.eval("return log.filter(({ url }) => url).map(({ type, url }) => `${type} ${url}`)");
    let (from, to) = (site.url("/refreshing"), site.url("/refreshed"));
    assert_eq!(
        urls,
        json!([
            format!("loadstart {from}"),
            format!("loadcommit {from}"),
            format!("loadstart {to}"),
            format!("loadcommit {to}")
        ])
    );
}

#[test]
fn a_page_that_could_not_be_had_is_asked_for_again_when_it_is_loaded_again() {
    let world = World::new();
    let answers = AtomicUsize::new(0);
    let site = Site::start(move |_| match answers.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => Reply::Reset(Vec::new()),
        _ => Reply::html("<!doctype html><title>there</title>"),
    });
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    // At once, while the page that says so is still to come.
    session.eval(
        "const frame = document.querySelector('controlledframe');
         frame.addEventListener('loadabort', () => frame.reload(), { once: true })",
    );
    point(&session, &site.url("/"));
    session.wait_for("log.filter(({ type }) => type === 'loadabort').length === 2 && log.at(-1).type === 'loadstop'");
    session.eval("log.length = 0; document.querySelector('controlledframe').reload()");
    session.wait_for("has('loadstop')");
    let told = session.eval("return log.map(({ type }) => type)");
    assert_eq!(told, json!(["loadstart", "loadcommit", "contentload", "loadstop"]));
    assert_eq!(in_frame(&session, "document.title"), "there");
    assert_eq!(
        session.eval("return document.querySelector('controlledframe').canGoBack()"),
        false
    );
}

#[test]
fn a_load_that_comes_to_nothing_leaves_the_document_and_keeps_the_src() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/first"));
    for path in ["/empty", "/download", "/silence"] {
        let url = site.url(path);
        point(&session, &url);
        if path == "/silence" {
            session.wait_for("has('loadstart')");
            session.until_true("the server is asked", || {
                !site.requests_for(path).is_empty() || site.open() > 0
            });
            session.eval("document.querySelector('controlledframe').stop()");
        }
        session.wait_for("has('loadstop')");
        assert_eq!(in_frame(&session, "document.title"), "/first", "{path}");
        assert_eq!(
            events(&session),
            json!([
                format!("loadstart {url}"),
                format!("loadabort {url} ERR_ABORTED"),
                "loadstop"
            ]),
            "{path}"
        );
        assert_eq!(src(&session), url, "{path}");
    }
}

#[test]
fn a_first_load_that_comes_to_nothing_is_asked_for_again_when_the_element_comes_back() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    let url = site.url("/empty");
    let asked = [
        format!("loadstart {url}"),
        format!("loadabort {url} ERR_ABORTED"),
        "loadstop".into(),
    ];
    point(&session, &url);
    session.wait_for("has('loadstop')");
    assert_eq!(in_frame(&session, "document.title"), "");
    assert_eq!(events(&session), json!(asked));
    assert_eq!(src(&session), url);
    session.eval(
        "log.length = 0;
         const frame = document.querySelector('controlledframe');
         frame.remove();
         document.body.append(frame);",
    );
    session.wait_for("has('loadstop')");
    assert_eq!(events(&session), json!(asked));
}

#[test]
fn a_redirect_to_where_no_frame_may_go_ends_at_the_blank_page() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    let url = site.url("/to?http://example.org/");
    assert_eq!(
        told_of(&session, &url),
        json!([
            format!("loadstart {url}"),
            "loadabort http://example.org/ ERR_DISALLOWED_URL_SCHEME",
            "loadstart about:blank",
            "loadcommit about:blank",
            "contentload",
            "loadstop"
        ])
    );
    assert_eq!(src(&session), "about:blank");
    assert_eq!(in_frame(&session, "location.href"), "about:blank");
}

#[test]
fn a_redirect_to_what_no_server_may_lead_to_is_an_error_of_that_server() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    for target in ["isolated-app://abc/", "javascript:1"] {
        let url = site.url(&format!("/to?{target}"));
        point(&session, &url);
        session.wait_for("has('loadstop')");
        assert_eq!(
            events(&session),
            json!([
                format!("loadstart {url}"),
                format!("loadabort {url} ERR_UNSAFE_REDIRECT"),
                format!("loadcommit {url}"),
                "contentload",
                "loadstop"
            ])
        );
        assert_eq!(src(&session), url);
    }
}

/// Goes where a redirect leads to a file, and on to another page.
const TO_A_FILE: &str = r#"
const frame = document.querySelector("controlledframe");
const load = (url) => new Promise((resolve) => {
  frame.addEventListener("loadstop", resolve, { once: true });
  log.length = 0;
  frame.src = url;
});
await load(FILE);
const [, abort] = log;
const events = [types().join(), abort.reason, abort.url === FILE, frame.src === FILE];
await load(SITE);
document.title = "result: " + JSON.stringify([...events, await inFrame("document.title")]);
"#;

/// Limit: frames-redirect-file
#[test]
fn a_redirect_to_a_file_is_an_error_and_the_frame_goes_on() {
    let world = World::new();
    let site = site();
    let script = TO_A_FILE
        .replace("FILE", &json!(site.url("/to?file:///etc/passwd")).to_string())
        .replace("SITE", &json!(site.url("/fine")).to_string());
    let body = "<controlledframe></controlledframe><script type=module src=/redirected.js></script>";
    let id = world.install(&app_with_frames(body).file("/redirected.js", script));
    // The engine ends the process for this, and does not say why.
    assert_eq!(
        world.result_of(&id),
        json!([
            "loadstart,loadabort,loadcommit,contentload,loadstop",
            "ERR_FAILED",
            true,
            true,
            "/fine"
        ])
    );
}

/// Goes from page to page, and back in the end; answers with what each load told.
const APART: &str = r#"
const frame = document.querySelector("controlledframe");
const told = async (navigate) => {
  log.length = 0;
  const loaded = new Promise((resolve) => frame.addEventListener("loadstop", resolve, { once: true }));
  navigate();
  await loaded;
  return log.map(({ type, url, reason }) => [type, url, reason].filter(Boolean).join(" ")).join();
};
const all = [];
for (const url of URLS) all.push(await told(() => (frame.src = url)));
all.push(await told(() => frame.back()));
document.title = "result: " + JSON.stringify(all);
"#;

/// WebDriver keeps its pages in one process, so this runs without it.
#[test]
fn a_load_that_goes_on_in_another_process_tells_its_events_once() {
    let world = World::new();
    let site = site();
    let elsewhere = |path: &str| site.url(path).replace("127.0.0.1", "localhost");
    let loads = [
        (site.url("/apart"), site.url("/apart")),
        (site.url("/plain"), site.url("/plain")),
        (site.url("/to?/apart/again"), site.url("/apart/again")),
        (site.url(&format!("/to?{}", elsewhere("/other"))), elsewhere("/other")),
        (site.url(&format!("/to?{}", elsewhere("/apart"))), elsewhere("/apart")),
        (site.url("/last"), site.url("/last")),
    ];
    let urls = loads.each_ref().map(|(from, _)| from);
    let script = APART.replace("URLS", &json!(urls).to_string());
    let body = "<controlledframe></controlledframe><script type=module src=/apart.js></script>";
    let id = world.install(&app_with_frames(body).file("/apart.js", script));
    let back = (elsewhere("/apart"), elsewhere("/apart"));
    let expected: Vec<String> = loads
        .iter()
        .chain([&back])
        .map(|(from, to)| format!("loadstart {from},loadcommit {to},contentload,loadstop"))
        .collect();
    assert_eq!(world.result_of(&id), json!(expected));
}

#[test]
fn what_a_server_says_without_a_word_is_an_error_page() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    let url = site.url("/nothing");
    assert_eq!(
        told_of(&session, &url),
        json!([
            format!("loadstart {url}"),
            format!("loadabort {url} ERR_HTTP_RESPONSE_CODE_FAILURE"),
            format!("loadcommit {url}"),
            "contentload",
            "loadstop"
        ])
    );
}

#[test]
fn a_page_that_asks_for_a_password_is_shown_without_one() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    let url = site.url("/login");
    assert_eq!(
        told_of(&session, &url),
        json!([
            format!("loadstart {url}"),
            format!("loadabort {url} ERR_INVALID_AUTH_CREDENTIALS"),
            format!("loadcommit {url}"),
            "contentload",
            "loadstop"
        ])
    );
    assert_eq!(session.eval("return log[1].code"), -338);
    assert_eq!(in_frame(&session, "document.body.textContent"), "members only");
    assert!(world.display.dialog().is_none());
}

#[test]
fn documents_inside_tell_their_start_and_their_end_also_when_it_is_a_bad_one() {
    let world = World::new();
    let closed = ClosedPort::new();
    let refused = format!("http://127.0.0.1:{}/", closed.port());
    let inner = site();
    let page = format!(
        "<title>Outer</title><iframe src='{}'></iframe><iframe src='{refused}'></iframe><iframe srcdoc=inner></iframe>",
        inner.url("/to?/inner")
    );
    let site = plain_site("#fff", &page);
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    point(&session, &site.url("/"));
    session.wait_for("log.filter(({ type, isTopLevel }) => isTopLevel === false && type !== 'loadstart').length === 3");
    let inside = session.eval(
        "return log.filter(({ isTopLevel }) => isTopLevel === false)
           .map(({ type, url, reason }) => [type, url, reason].filter(Boolean).join(' ')).sort()",
    );
    let mut expected = vec![
        "loadstart about:srcdoc".to_owned(),
        "loadcommit about:srcdoc".to_owned(),
        format!("loadstart {}", inner.url("/to?/inner")),
        format!("loadcommit {}", inner.url("/inner")),
        format!("loadstart {refused}"),
        format!("loadabort {refused} ERR_CONNECTION_REFUSED"),
    ];
    expected.sort();
    assert_eq!(inside, json!(expected));
    session.wait_for("has('loadstop')");
    let last = session.eval("return log.slice(-2).map(({ type }) => type)");
    assert_eq!(last, json!(["contentload", "loadstop"]));
}

#[test]
fn a_script_that_still_runs_when_another_document_comes_is_an_error() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/first"));
    for code in [
        "new Promise(() => {})",
        "globalThis.held = new Promise((done) => globalThis.done = done); held",
    ] {
        session.eval_with(
            "globalThis.outcome = null;
             inFrame(args[0]).then(() => outcome = 'a value', (error) => outcome = `${error.name}: ${error.message}`)",
            &[json!(code)],
        );
        assert_eq!(in_frame(&session, "1"), 1);
        assert_eq!(session.eval("return outcome"), Value::Null, "it waits");
        load(&session, &site.url("/next"));
        session.wait_for("outcome");
        assert_eq!(
            session.eval("return outcome"),
            "OperationError: The frame's document went away before the script had ended."
        );
    }
}

#[test]
fn values_and_errors_of_the_platform_arrive_as_what_they_are() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/first"));
    let seen = session.eval(
        "const values = await inFrame(`[new ImageData(new Uint8ClampedArray([1, 2, 3, 4]), 1, 1), new DOMRect(1, 2, 3, 4),
           DOMQuad.fromRect(new DOMRect(0, 0, 5, 5)), new DOMMatrix([1, 2, 3, 4, 5, 6]), Object(true)]`);
         const [image, rect, quad, matrix, truth] = values;
         const thrown = await inFrame(`throw new DOMException('enough', 'AbortError')`).catch((error) => error);
         const caused = await inFrame(`throw new Error('outer', { cause: new RangeError('inner') })`).catch((error) => error);
         const unclonable = await inFrame('document.body').catch((error) => error);
         return [image instanceof ImageData, [...image.data], rect instanceof DOMRect, rect.width, quad.p3.x, matrix.f,
                 matrix instanceof DOMMatrix, truth instanceof Boolean, thrown instanceof DOMException, thrown.code,
                 caused.cause instanceof RangeError, unclonable instanceof DOMException, unclonable.name]",
    );
    assert_eq!(
        seen,
        json!([
            true,
            [1, 2, 3, 4],
            true,
            3,
            5,
            6,
            true,
            true,
            true,
            20,
            true,
            true,
            "DataCloneError"
        ])
    );
}

/// Keeps its frame's process busy for good, and removes the frame.
const BUSY: &str = r#"
const frame = document.querySelector("controlledframe");
const loaded = new Promise((resolve) => frame.addEventListener("loadstop", resolve, { once: true }));
frame.src = SITE;
await loaded;
console.log("loaded");
frame.executeScript({ code: "for (;;);" }).catch((error) => console.log("result: " + JSON.stringify(error.name)));
addEventListener("keydown", () => frame.remove());
"#;

#[test]
fn the_process_of_a_removed_frame_ends_although_a_script_keeps_it_busy() {
    let world = World::new();
    let site = plain_site("#fff", "");
    let script = BUSY.replace("SITE", &json!(site.url("/")).to_string());
    let body = "<controlledframe></controlledframe><script type=module src=/busy.js></script>";
    let id = world.install(&app_with_frames(body).file("/busy.js", script));
    let mut running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("loaded");
    // Two seconds: more than a process takes to start.
    let busy = process::busiest(&running.tree().named("WebKitWebProcess"), Duration::from_secs(2));
    world.display.wait_for_focus(&world.app_window());
    world.display.key("x");
    assert_eq!(world.home.wait_for_message("result: "), r#""AbortError""#);
    wait::until_true("its process has ended", || !process::is_alive(busy));
    world.close(&mut running);
}

/// Keeps the processes of two frames busy, one for good and one for longer than the engine calls responsive. Only the first
/// frame is sent elsewhere.
const LEFT: &str = r#"
const [left, kept] = document.querySelectorAll("controlledframe");
const load = (frame, url) => new Promise((resolve) => {
  frame.addEventListener("loadstop", resolve, { once: true });
  frame.src = url;
});
await Promise.all([load(left, SITE), load(kept, SITE)]);
const begun = new Promise((resolve) => left.addEventListener("consolemessage", resolve, { once: true }));
const stuck = left.executeScript({ code: "console.log('begun'); for (;;);" }).catch((error) => error.name);
await begun;
const busy = kept.executeScript({ code: "const end = Date.now() + 6000; while (Date.now() < end); 'kept'" });
log.length = 0;
await load(left, SITE + "?next");
const next = await left.executeScript({ code: "location.search" });
document.title = "result: " + JSON.stringify([types().join(), next, await stuck, await busy]);
"#;

#[test]
fn a_page_whose_script_never_ends_can_be_left_and_a_busy_one_is_let_be() {
    let world = World::new();
    let site = plain_site("#fff", "");
    let script = LEFT.replace("SITE", &json!(site.url("/")).to_string());
    let body = "<controlledframe></controlledframe><controlledframe ownprocess></controlledframe>\
                <script type=module src=/left.js></script>";
    let id = world.install(&app_with_frames(body).file("/left.js", script));
    assert_eq!(
        world.result_of(&id),
        json!([
            "loadstart,loadcommit,contentload,loadstop",
            "?next",
            "OperationError",
            "kept"
        ])
    );
}
