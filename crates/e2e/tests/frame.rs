//! `<controlledframe>`: how it is made, what it shows, what it tells, what it does when asked.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use insula_e2e::{World, app_with_frames, in_frame, load, plain_site};
use insula_testkit::{Colour, Reply, Site, process, server::strict, tcp::ClosedPort, tcp::TcpServer, wait};
use serde_json::{Value, json};

/// Conforms: embedding
#[test]
fn a_site_that_forbids_embedding_is_shown() {
    let world = World::new();
    let site = strict::site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/"));
    session.wait_for_colour(session.rect("controlledframe"), strict::PAGE);
    assert_eq!(
        in_frame(&session, "document.querySelector('h1').textContent"),
        "This site forbids embedding"
    );
}

/// Conforms: HTMLControlledFrameElement
#[test]
fn every_way_to_make_one_makes_one_at_once() {
    let world = World::new();
    let site = plain_site("#fff", "");
    let session = world.open(&app_with_frames("<controlledframe id=markup></controlledframe>"));
    let made = session.eval(
        "const html = trustedTypes.createPolicy('html', { createHTML: (html) => html });
         const box = document.createElement('div');
         box.innerHTML = html.createHTML('<div><ControlledFrame></ControlledFrame></div>');
         const markup = document.getElementById('markup');
         const template = document.createElement('template');
         template.innerHTML = html.createHTML('<controlledframe></controlledframe>');
         globalThis.made = {
           markup,
           created: document.createElement('controlledframe'),
           capitals: document.createElement('CONTROLLEDFRAME'),
           mixed: document.createElement('ControlledFrame'),
           inner: box.querySelector('controlledframe'),
           clone: markup.cloneNode(true),
           imported: document.importNode(template.content, true).firstChild,
           constructed: new ControlledFrame(),
           longName: new HTMLControlledFrameElement(),
         };
         return Object.fromEntries(Object.entries(made).map(([name, one]) =>
           [name, [one instanceof ControlledFrame, one instanceof HTMLElement, one.localName, typeof one.executeScript]]))",
    );
    for (name, seen) in made.as_object().unwrap() {
        assert_eq!(*seen, json!([true, true, "controlledframe", "function"]), "{name}");
    }
    session.eval_with(
        "for (const [name, one] of Object.entries(made)) {
           one.id = name;
           one.src = args[0];
           if (!one.isConnected) document.body.append(one);
         }",
        &[json!(site.url("/"))],
    );
    for name in made.as_object().unwrap().keys() {
        session.wait_for(&format!("has('loadstop', '{name}')"));
    }
}

#[test]
fn one_that_comes_back_from_an_iframe_of_the_app_does_what_it_is_asked() {
    let world = World::new();
    let site = plain_site("#fff", "");
    let body = "<controlledframe></controlledframe><iframe src=/inner.html></iframe>";
    let session = world.open(&app_with_frames(body).file("/inner.html", "<!doctype html><title>Inner</title>"));
    load(&session, &site.url("/"));
    session.eval(
        "globalThis.frame = document.querySelector('controlledframe');
         document.querySelector('iframe').contentDocument.body.append(frame);",
    );
    session.wait_for("Object.getPrototypeOf(frame) !== ControlledFrame.prototype");
    session.eval("log.length = 0; document.body.append(frame)");
    session.wait_for("has('loadstop')");
    assert_eq!(in_frame(&session, "document.title"), "Plain");
}

/// Conforms: exposure
#[test]
fn it_exists_only_where_the_manifest_allows_it() {
    let world = World::new();
    let session =
        world.open(&app_with_frames("<controlledframe></controlledframe>").without_feature("controlled-frame"));
    let seen = session.eval(
        "return [typeof ControlledFrame, typeof HTMLControlledFrameElement, typeof document.querySelector('controlledframe').executeScript]",
    );
    assert_eq!(seen, json!(["undefined", "undefined", "undefined"]));
}

/// Conforms: loadstart, loadcommit, contentload, loadstop
#[test]
fn a_load_tells_its_events_in_order() {
    let world = World::new();
    let site = Site::start(|request| match request.path() {
        "/from" => Reply::text("").status(302).header("Location", "/to"),
        _ => Reply::html("<!doctype html><title>To</title><p>here"),
    });
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/to"));
    assert_eq!(
        session.eval("return types()"),
        json!(["loadstart", "loadcommit", "contentload", "loadstop"])
    );
    let fields = session.eval("return log.slice(0, 2).map(({ url, isTopLevel }) => [url, isTopLevel])");
    assert_eq!(fields, json!([[site.url("/to"), true], [site.url("/to"), true]]));

    load(&session, &site.url("/from"));
    let commit = session.eval("return log.find(({ type }) => type === 'loadcommit').url");
    assert_eq!(commit, site.url("/to"), "a redirect commits where it leads");
    assert_eq!(
        session.eval("return types()"),
        json!(["loadstart", "loadcommit", "contentload", "loadstop"])
    );
}

/// Limit: frames-https
/// Conforms: loadabort
/// Conforms: CF-T4
#[test]
fn a_load_that_fails_says_why() {
    let world = World::new();
    let garbage = Site::start(|_| Reply::Raw(b"this is not http\r\n\r\n".to_vec()));
    let untrusted = strict::site_tls(&insula_testkit::Authority::new());
    let circle = Site::start(|_| Reply::text("").status(302).header("Location", "/"));
    let plain = TcpServer::start(|mut stream| {
        stream.read_exact(&mut [0])?;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    });
    let no_tls = format!("https://127.0.0.1:{}/", plain.port());
    let closed = ClosedPort::new();
    let refused = format!("http://127.0.0.1:{}/", closed.port());
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    for (url, reason, code) in [
        (refused.as_str(), "ERR_CONNECTION_REFUSED", -102),
        (&circle.url("/"), "ERR_TOO_MANY_REDIRECTS", -310),
        (&no_tls, "ERR_SSL_PROTOCOL_ERROR", -107),
        (&untrusted.url("/"), "ERR_CERT_AUTHORITY_INVALID", -202),
        ("http://example.org/", "ERR_DISALLOWED_URL_SCHEME", -301),
        ("file:///etc/passwd", "ERR_DISALLOWED_URL_SCHEME", -301),
        ("javascript:alert(1)", "ERR_DISALLOWED_URL_SCHEME", -301),
        ("data:text/html,hello", "ERR_DISALLOWED_URL_SCHEME", -301),
        ("page.html", "ERR_INVALID_URL", -300),
    ] {
        session.eval_with(
            "log.length = 0; document.querySelector('controlledframe').src = args[0]",
            &[json!(url)],
        );
        wait::within(wait::LONG, || {
            (session.eval("return has('loadabort')") == json!(true)).then_some(())
        })
        .unwrap_or_else(|| panic!("{url}: no loadabort, but {}", session.eval("return log")));
        let abort = session.eval("return log.find(({ type }) => type === 'loadabort')");
        assert_eq!(
            (&abort["reason"], &abort["code"]),
            (&json!(reason), &json!(code)),
            "{url}"
        );
    }
    // A server that talks nonsense ends in an error of some name, and the frame can be used again.
    session.eval_with(
        "log.length = 0; document.querySelector('controlledframe').src = args[0]",
        &[json!(garbage.url("/"))],
    );
    session.wait_for("has('loadabort') || has('loadstop')");
    let site = plain_site("#fff", "fine");
    load(&session, &site.url("/"));
    assert_eq!(in_frame(&session, "document.body.textContent"), "fine");
}

#[test]
fn broken_servers_end_a_load_and_the_frame_goes_on() {
    let world = World::new();
    let answering = |answer: &'static [u8]| {
        TcpServer::start(move |mut stream| {
            stream.read_exact(&mut [0])?;
            stream.write_all(answer)
        })
    };
    let reset = Site::start(|_| Reply::Reset(Vec::new()));
    let reset_later = Site::start(|_| Reply::Reset(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nsome".to_vec()));
    let (silent, garbage) = (answering(b""), answering(b"\0\xff\xfe no protocol at all\r\n\r\n"));
    let (http, https) = (
        |server: &TcpServer| format!("http://127.0.0.1:{}/", server.port()),
        |server: &TcpServer| format!("https://127.0.0.1:{}/", server.port()),
    );
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    for (what, url) in [
        ("reset before the answer", reset.url("/")),
        ("reset in the middle of the answer", reset_later.url("/")),
        ("ended without an answer", http(&silent)),
        ("ended in the handshake", https(&silent)),
        ("garbage in the handshake", https(&garbage)),
    ] {
        session.eval_with(
            "log.length = 0; document.querySelector('controlledframe').src = args[0]",
            &[json!(url)],
        );
        session.until_true(&format!("a load ends: {what}"), || {
            session.eval("return has('loadabort')") == true
        });
        let abort = session.eval("return log.find(({ type }) => type === 'loadabort')");
        assert!(
            abort["reason"]
                .as_str()
                .is_some_and(|reason| reason.starts_with("ERR_")),
            "{what}: {abort}"
        );
    }
    let endless = Site::start(|_| Reply::Endless("text/html"));
    session.eval_with(
        "log.length = 0; document.querySelector('controlledframe').src = args[0]",
        &[json!(endless.url("/"))],
    );
    session.wait_for("has('loadcommit')");
    let site = plain_site("#fff", "fine");
    session.eval_with(
        "document.querySelector('controlledframe').src = args[0]",
        &[json!(site.url("/"))],
    );
    session.wait_for(&format!(
        "log.some(({{ type, url }}) => type === 'loadcommit' && url === {})",
        json!(site.url("/"))
    ));
    session.wait_for("has('loadstop')");
    assert_eq!(in_frame(&session, "document.body.textContent"), "fine");
    session.until_true("its connection ends", || endless.open() == 0);
}

#[test]
fn a_page_that_forbids_all_scripts_runs_the_apps() {
    let world = World::new();
    let site = Site::start(|_| Reply::html("<p>sandboxed").header("Content-Security-Policy", "sandbox"));
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    session.eval(
        "await document.querySelector('controlledframe').addContentScripts(
           [{ name: 'idle', matches: ['<all_urls>'], js: { code: 'document.documentElement.dataset.idle = 1' } }])",
    );
    load(&session, &site.url("/"));
    assert_eq!(in_frame(&session, "document.body.textContent"), "sandboxed");
    assert_eq!(in_frame(&session, "Promise.resolve(1)"), 1);
    // No listener is called there, and no timer runs out.
    let idle = session.eval(
        "return document.querySelector('controlledframe').executeScript(
           { code: 'document.documentElement.dataset.idle', runAt: 'document-idle' })",
    );
    assert_eq!(idle, "1");
    // The next page is another matter.
    let site = plain_site("#fff", "");
    load(&session, &site.url("/"));
    assert_eq!(in_frame(&session, "1"), 1);
}

#[test]
fn a_port_that_no_browser_connects_to_is_refused_by_name() {
    let world = World::new();
    let session = world.open(&app_with_frames(
        "<controlledframe src=http://127.0.0.1:1/></controlledframe>",
    ));
    session.wait_for("has('loadabort')");
    let abort = session.eval("return log.find(({ type }) => type === 'loadabort')");
    assert_eq!(
        (&abort["reason"], &abort["code"]),
        (&json!("ERR_UNSAFE_PORT"), &json!(-312))
    );
}

/// Conforms: stop()
#[test]
fn stop_ends_a_load_that_never_answers() {
    let world = World::new();
    let site = Site::start(|_| Reply::Silence);
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    session.eval_with(
        "document.querySelector('controlledframe').src = args[0]",
        &[json!(site.url("/"))],
    );
    session.until_true("the server is asked", || !site.requests().is_empty());
    session.eval("document.querySelector('controlledframe').stop()");
    session.wait_for("has('loadabort')");
    assert_eq!(
        session.eval("return log.find(({ type }) => type === 'loadabort').reason"),
        "ERR_ABORTED"
    );
}

/// Conforms: back(), forward(), go(), reload(), canGoBack(), canGoForward()
#[test]
fn history_goes_back_and_forward() {
    let world = World::new();
    let site = Site::start(|request| Reply::html(format!("<!doctype html><title>{0}</title>{0}", request.path())));
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    let can = || {
        session.eval("const it = document.querySelector('controlledframe'); return [it.canGoBack(), it.canGoForward()]")
    };
    // What is returned settles when the step is done.
    let act = |call: &str, title: &str| {
        let seen = session.eval(&format!(
            "log.length = 0;
             const frame = document.querySelector('controlledframe');
             const moved = await frame.{call};
             return [moved, await frame.executeScript({{ code: 'location.pathname' }})];"
        ));
        session.wait_for("has('loadstop')");
        assert_eq!(seen, json!([true, title]), "{call}");
    };
    load(&session, &site.url("/1"));
    assert_eq!(can(), json!([false, false]));
    load(&session, &site.url("/2"));
    load(&session, &site.url("/3"));
    assert_eq!(can(), json!([true, false]));
    act("back()", "/2");
    assert_eq!(can(), json!([true, true]));
    act("forward()", "/3");
    act("go(-2)", "/1");
    assert_eq!(can(), json!([false, true]));
    let before = site.requests_for("/1").len();
    act("go()", "/1");
    act("go(0)", "/1");
    let moved = "return await document.querySelector('controlledframe')";
    assert_eq!(session.eval(&format!("{moved}.go(7)")), false);
    assert_eq!(session.eval(&format!("{moved}.back()")), false);
    session.eval("log.length = 0; document.querySelector('controlledframe').reload()");
    session.wait_for("has('loadstop')");
    assert_eq!(
        site.requests_for("/1").len(),
        before + 3,
        "reloading asks the server again"
    );
}

/// Conforms: executeScript(), InjectDetails.code, InjectDetails.file
#[test]
fn scripts_answer_with_values_and_promises_and_exceptions() {
    let world = World::new();
    let site = strict::site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/"));
    // The page's policy allows no script at all; the app's scripts run nevertheless.
    for (code, value) in [
        ("1 + 1", json!(2)),
        ("document.title", json!("Strict site")),
        ("Promise.resolve([1, { a: null }])", json!([1, { "a": null }])),
        (
            "new Promise((resolve) => setTimeout(() => resolve('later'), 50))",
            json!("later"),
        ),
        ("undefined", Value::Null),
        ("'\\u2028</script>\"'", json!("\u{2028}</script>\"")),
        ("'\0'.length + 1", json!(2)),
    ] {
        assert_eq!(in_frame(&session, code), value, "{code}");
    }
    let exact = session.eval(
        "const value = await inFrame('({ map: new Map([[1, 10n]]), date: new Date(5), bytes: new Uint8Array([1, 2]), nan: NaN })');
         return [value.map.get(1) === 10n, value.date.getTime(), [...value.bytes], Object.is(value.nan, NaN)]",
    );
    assert_eq!(exact, json!([true, 5, [1, 2], true]));
    for (code, error) in [
        ("null.x", "TypeError"),
        ("Promise.reject(new RangeError('too far'))", "RangeError: too far"),
        ("(", "SyntaxError"),
    ] {
        let thrown = session.thrown("return await inFrame(args[0])", &[json!(code)]);
        assert!(thrown.starts_with(error), "{code}: {thrown}");
    }
}

/// Conforms: top-level, CF-T8
#[test]
fn embedded_content_cannot_tell_that_it_is_embedded() {
    let world = World::new();
    let site = Site::start(|_| Reply::html("<!doctype html><title>Alone</title>"));
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/"));
    let seen = session.eval_in_page(
        "return { top: top === self, parent: parent === self, opener: opener === null, element: frameElement === null,
                  ancestors: location.ancestorOrigins.length, referrer: document.referrer,
                  bridge: ['ControlledFrame', 'TCPSocket'].filter((name) => name in self),
                  network: 'unrestrictedNetwork' in navigator }",
        &[],
    );
    assert_eq!(
        seen,
        json!({ "top": true, "parent": true, "opener": true, "element": true, "ancestors": 0, "referrer": "",
                "bridge": [], "network": false })
    );
    let names = site.requests()[0]
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect::<Vec<_>>();
    assert!(!names.iter().any(|header| header.contains("isolated-app")), "{names:?}");
}

#[test]
fn webdriver_sees_frames_as_further_windows() {
    let world = World::new();
    let site = plain_site("#fff", "inside");
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/"));
    let text = session.in_frame(&site.url("/"), |frame| {
        frame.run("return document.body.textContent", &[])
    });
    assert_eq!(text, Ok(json!("inside")));
}

/// Tells what each frame finds in its partition, then stores something there.
const PARTITIONS: &str = r#"
const found = {};
for (const [name, partition] of [["one", "a"], ["two", "b"], ["again", "a"], ["kept", "persist:c"]]) {
  const frame = document.createElement("controlledframe");
  frame.partition = partition;
  const loaded = new Promise((resolve) => frame.addEventListener("loadstop", resolve, { once: true }));
  frame.src = SITE;
  document.body.append(frame);
  await loaded;
  found[name] = await frame.executeScript({ code: `
    const found = [localStorage.x ?? null, document.cookie];
    localStorage.x = "${name}";
    document.cookie = "x=${name}; max-age=1000";
    found` });
}
document.title = "result: " + JSON.stringify(found);
"#;

/// Conforms: partition
#[test]
fn partitions_keep_data_apart_and_only_persistent_ones_keep_it() {
    let world = World::new();
    let site = plain_site("#fff", "");
    let script = PARTITIONS.replace("SITE", &json!(site.url("/")).to_string());
    let app = app_with_frames("<script type=module src=/partitions.js></script>").file("/partitions.js", script);
    let id = world.install(&app);
    let nothing = json!([null, ""]);
    // The engine writes what a frame stored a moment later.
    let first = world.result_of_after(&id, || {
        let folder = world.home.data();
        wait::until_true("the persistent partition is on the disk", || {
            is_in_a_file(&folder, b"kept") && is_in_a_file(&folder, &utf16("kept"))
        });
    });
    assert_eq!(
        first,
        json!({ "one": nothing, "two": nothing, "again": ["one", "x=one"], "kept": nothing })
    );
    let second = world.result_of(&id);
    assert_eq!(
        second,
        json!({ "one": nothing, "two": nothing, "again": ["one", "x=one"], "kept": ["kept", "x=kept"] })
    );
}

/// Whether a file in a folder, or in a folder in it, has these bytes.
fn is_in_a_file(folder: &Path, bytes: &[u8]) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| match path.is_dir() {
        true => is_in_a_file(&path, bytes),
        // A file may go while it is looked for.
        false => fs::read(path).is_ok_and(|content| content.windows(bytes.len()).any(|part| part == bytes)),
    })
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Keeps its frame's process busy until it dies, then loads again.
const SURVIVOR: &str = r#"
const frame = document.querySelector("controlledframe");
const loaded = () => new Promise((resolve) => frame.addEventListener("loadstop", resolve, { once: true }));
const first = loaded();
frame.src = SITE;
await first;
console.log("busy");
let error;
while (!error) {
  await frame.executeScript({ code: "const end = Date.now() + 100; while (Date.now() < end); 0" }).catch((it) => { error = it });
}
const again = loaded();
frame.src = SITE + "?again";
await again;
console.log("result: " + JSON.stringify([error.name, await frame.executeScript({ code: "location.search" })]));
"#;

#[test]
fn a_frame_whose_process_dies_is_an_error_and_loads_again() {
    let world = World::new();
    let site = plain_site("#3366cc", "");
    let script = SURVIVOR.replace("SITE", &json!(site.url("/")).to_string());
    let body = "<controlledframe></controlledframe><script type=module src=/survivor.js></script>";
    let id = world.install(&app_with_frames(body).file("/survivor.js", script));
    let running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("busy");
    process::kill(process::busiest(
        &running.tree().named("WebKitWebProcess"),
        Duration::from_millis(300),
    ));
    assert_eq!(
        world.home.wait_for_message("result: "),
        r#"["OperationError","?again"]"#
    );
    let is_shown = || {
        let picture = world.display.screenshot();
        picture.bounds_of(Colour(0x33, 0x66, 0xcc), 3).map(drop)
    };
    if wait::within(wait::LONG, is_shown).is_none() {
        let path = insula_testkit::session::save_failure(&world.display.screenshot());
        panic!("the frame is not shown again; see {path}; {}", world.home.log("stderr"));
    }
}

/// Without WebDriver, which takes dialogs for its own.
/// Conforms: dialog, dialog.alert, dialog.confirm, dialog.prompt
#[test]
fn dialogs_of_a_page_are_the_apps_to_answer_or_else_the_users() {
    let world = World::new();
    let site = plain_site("#fff", "asks");
    let script = r#"
        const frame = document.querySelector("controlledframe");
        const run = (code) => frame.executeScript({ code });
        const loaded = () => new Promise((resolve) => frame.addEventListener("loadstop", resolve, { once: true }));
        const asked = [];
        frame.ondialog = (event) => {
          const { messageType, messageText, defaultPromptText, url, dialog } = event;
          asked.push([messageType, messageText, defaultPromptText, url]);
          event.preventDefault();
          setTimeout(() => messageText === "no" ? dialog.cancel() : dialog.ok("text"));
        };
        frame.src = URL;
        await loaded();
        const answers = await run(
          "[alert('yes') ?? 'back', confirm('yes'), confirm('no'), prompt('yes', 'default'), prompt('no')]");

        // A document that goes takes its question with it.
        frame.ondialog = (event) => event.preventDefault();
        const abandoned = run("confirm('never')").catch((error) => error.name);
        await new Promise((resolve) => frame.addEventListener("dialog", resolve, { once: true }));
        frame.remove();
        const end = await abandoned;
        document.body.append(frame);
        await loaded();

        frame.ondialog = null;
        document.title = "asks";
        const users = await run("confirm('Shall it?')");
        document.title = "result: " + JSON.stringify({ asked, answers, end, users });
    "#;
    let script = script.replace("URL", &json!(site.url("/")).to_string());
    let app = app_with_frames("<controlledframe></controlledframe><script type=module src=/asks.js></script>")
        .file("/asks.js", script);
    let id = world.install(&app);
    let mut running = world.home.start(&world.display, &[&id]);
    world.wait_for_title("asks");
    world.display.settled();
    world.display.key("Return");
    let result: Value = serde_json::from_str(&world.wait_for_title("result: ")).expect("JSON");
    world.close(&mut running);
    let url = site.url("/");
    assert_eq!(
        result,
        json!({
            "asked": [
                ["alert", "yes", "", url], ["confirm", "yes", "", url], ["confirm", "no", "", url],
                ["prompt", "yes", "default", url], ["prompt", "no", "", url],
            ],
            "answers": ["back", true, false, "text", null],
            "end": "AbortError",
            "users": true,
        })
    );
}
