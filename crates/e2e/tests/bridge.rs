//! Who gets the bridge: the app's own documents, and nobody else.

use std::fs;
use std::path::PathBuf;

use insula_e2e::{World, app_with_frames};
use insula_testkit::{Authority, Home, Reply, Session, Site, home, process, tcp::TcpServer, wait};
use serde_json::{Value, json};

/// Looks for everything that an app has, and calls whatever it finds on `window` that a page of the web would not have.
const PROBE: &str = r#"
async function probe(port) {
  const found = ["ControlledFrame", "HTMLControlledFrameElement", "TCPSocket", "native", "insula"].filter((name) => name in self);
  if ("unrestrictedNetwork" in navigator) found.push("unrestrictedNetwork");
  if (typeof document.createElement("controlledframe").executeScript === "function") found.push("executeScript");
  // Names that no specification knows, and functions that say they are native and stand among them.
  for (const name of Object.getOwnPropertyNames(self)) {
    if (/insula|bridge|webprocess/i.test(name)) found.push(name);
  }
  for (const handler of Object.keys(self.webkit?.messageHandlers ?? {})) {
    found.push(handler);
    try { await self.webkit.messageHandlers[handler].postMessage({ method: "network.connect", host: "127.0.0.1", port }) } catch {}
  }
  const calls = [
    ["connected", () => new TCPSocket("127.0.0.1", port).opened],
    ["fetched", () => navigator.unrestrictedNetwork.fetch(`http://127.0.0.1:${port}/`)],
  ];
  for (const [name, call] of calls) {
    const tooLong = new Promise((_, reject) => setTimeout(reject, 1000));
    try { await Promise.race([call(), tooLong]); found.push(name) } catch {}
  }
  return found;
}
"#;

/// An app that has been granted everything: what a stranger gets is not for want of a grant.
fn open<'a>(world: &'a World, authority: &Authority, body: &str) -> Session<'a> {
    let app = app_with_frames(body)
        .file("/probe.js", PROBE)
        .file(
            "/inner.html",
            "<!doctype html><script src=/probe.js></script><script src=/inner.js></script>",
        )
        .file(
            "/inner.js",
            "probe(Number(location.hash.slice(1))).then((found) => parent.postMessage(found, '*'))",
        );
    let id = world.install(&app);
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    Session::open_trusting(&world.home, &world.display, &id, authority)
}

/// What a document in an iframe of the app found.
fn found_in_iframe(session: &Session<'_>, attributes: &Value) -> Value {
    let found = session.try_eval(
        "const frame = document.createElement('iframe');
         const found = new Promise((resolve, reject) => {
           setTimeout(() => reject(new Error('the iframe said nothing')), 10000);
           addEventListener('message', ({ source, data }) => { if (source === frame.contentWindow) resolve(data) });
         });
         for (const [name, value] of Object.entries(args[0])) frame.setAttribute(name, value);
         document.body.append(frame);
         try { return await found } finally { frame.remove() }",
        std::slice::from_ref(attributes),
    );
    found.unwrap_or_else(|error| panic!("{attributes}: {error:?}\n{}", session.complaints()))
}

/// Limit: iframes-share
/// Conforms: CF-T1
#[test]
fn strangers_inside_the_app_get_nothing() {
    let world = World::new();
    let authority = Authority::new();
    let server = TcpServer::sink();
    let port = server.port();
    let page = format!(
        "<!doctype html><meta charset=utf-8><script>{PROBE}
         const child = document.documentElement.appendChild(document.createElement('iframe'));
         // The child of a sandboxed document is none of its own.
         const windows = [self, child.contentDocument?.defaultView].filter(Boolean);
         const answers = windows.map((it) => [it.alert('!'), it.confirm('?'), it.prompt('Your password')]);
         const noted = (found) => answers.flat().some(Boolean) ? [...found, 'dialogs'] : found;
         probe({port}).then((found) => parent.postMessage(noted(found), '*'))</script>"
    );
    let site = Site::start_tls(&authority, move |request| {
        let reply = match request.path() {
            "/" => Reply::html(page.clone()),
            kind => Reply::html(format!(
                "<!doctype html><meta charset=utf-8><script>{}</script>",
                nesting(kind, &page)
            )),
        };
        reply.header("Cross-Origin-Resource-Policy", "cross-origin")
    });
    let session = open(&world, &authority, "");
    let own = found_in_iframe(&session, &json!({ "src": format!("/inner.html#{port}") }));
    assert!(
        own.as_array().is_some_and(|found| found.contains(&json!("TCPSocket"))),
        "the probe finds what is there: {own}"
    );
    // The server counts a connection a moment after the page has it.
    let by_the_app = usize::from(own.as_array().is_some_and(|found| found.contains(&json!("connected"))));
    wait::until_true("the app's own connection", || server.accepted() == by_the_app);
    for (who, attributes) in [
        ("another origin", json!({ "src": site.url("/") })),
        (
            "another origin, sandboxed",
            json!({ "src": site.url("/"), "sandbox": "allow-scripts" }),
        ),
        ("a data: document in it", json!({ "src": site.url("/data") })),
        ("a blob: document in it", json!({ "src": site.url("/blob") })),
        ("an srcdoc document in it", json!({ "src": site.url("/srcdoc") })),
    ] {
        assert_eq!(found_in_iframe(&session, &attributes), json!([]), "{who}");
    }
    assert_eq!(server.accepted(), by_the_app, "a stranger connected");
}

#[test]
fn documents_without_a_page_of_the_app_get_nothing() {
    let world = World::new();
    let session = open(&world, &Authority::new(), "");
    // They have the app's origin, so the app can look into them; but no bytes of the bundle made them.
    for attribute in [
        "['src', 'about:blank']",
        "['srcdoc', '<p>text']",
        "['src', URL.createObjectURL(new Blob(['<p>text'], { type: 'text/html' }))]",
    ] {
        let found = session.eval(&format!(
            "const frame = document.createElement('iframe');
             const html = trustedTypes.createPolicy('html' + Math.random(), {{ createHTML: (html) => html }});
             const [name, value] = {attribute};
             frame.setAttribute(name, name === 'srcdoc' ? html.createHTML(value) : value);
             const loaded = new Promise((resolve) => {{ frame.onload = resolve }});
             document.body.append(frame);
             await loaded;
             const inner = frame.contentWindow;
             try {{ inner.document }} catch {{ return [] }} // the engine makes it a stranger, who has been tried above
             const found = ['ControlledFrame', 'TCPSocket'].filter((name) => name in inner);
             if ('unrestrictedNetwork' in inner.navigator) found.push('unrestrictedNetwork');
             return found"
        ));
        assert_eq!(found, json!([]), "{attribute}");
    }
}

#[test]
fn a_popup_of_the_app_gets_nothing() {
    let world = World::new();
    let authority = Authority::new();
    let session = open(&world, &authority, "");
    // `about:blank` would inherit the app's origin.
    let opened = session.on_click("return open('about:blank') === null", &[]);
    assert_eq!(opened, Ok(json!(true)));
    assert_eq!(world.display.windows().len(), 1);
}

/// Conforms: CF-T3
#[test]
fn embedded_content_gets_nothing() {
    let world = World::new();
    let server = TcpServer::sink();
    let port = server.port();
    let site = Site::start(|_| Reply::html(format!("<!doctype html><meta charset=utf-8><script>{PROBE}</script>")));
    let authority = Authority::new();
    let session = open(&world, &authority, "<controlledframe></controlledframe>");
    insula_e2e::load(&session, &site.url("/"));
    assert_eq!(
        session.eval_in_page("return await probe(args[0])", &[json!(port)]),
        json!([])
    );
    assert_eq!(server.accepted(), 0);
}

#[test]
fn embedded_content_in_its_own_context_gets_nothing() {
    // Without WebDriver, under which frames share the app's context.
    let world = World::new();
    let server = TcpServer::sink();
    let port = server.port();
    let page = format!(
        "<!doctype html><meta charset=utf-8><script>{PROBE}
         probe({port}).then((found) => {{
           // What a page has that is cross-origin isolated, as the app is.
           if ('SharedArrayBuffer' in self) found.push('SharedArrayBuffer');
           document.documentElement.dataset.found = JSON.stringify(found);
         }})</script>"
    );
    let site = Site::start(move |_| Reply::html(page.clone()));
    let id = world.install(&insula_e2e::app_that_asks_its_frame(&site.url("/"), "return found"));
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    assert_eq!(world.result_of(&id), json!([]));
    assert_eq!(server.accepted(), 0);
}

/// Uses what an app has, and says that it works.
const HONEST: &str = r#"
const frame = document.querySelector("controlledframe");
const loaded = new Promise((resolve) => frame.addEventListener("loadstop", resolve, { once: true }));
frame.src = SITE;
await loaded;
const sum = await frame.executeScript({ code: "1 + 1" });
const refused = await navigator.unrestrictedNetwork.fetch(SITE).catch((error) => error.name);
console.log(`honest: ${sum} ${refused}`);
"#;

/// A copy of the program that loads the hostile library (`crates/webprocess/examples/hostile.rs`) beside its own.
fn use_hostile_library(home: &mut Home) {
    let built = home::program();
    let (folder, libraries) = (home.path("hostile"), home.path("hostile/web-process"));
    let copy = |from: PathBuf, to: PathBuf| {
        fs::copy(&from, to).unwrap_or_else(|error| panic!("{} ({error}): run ./x build", from.display()));
    };
    copy(built.clone(), folder.join("insula"));
    let own = "libinsula_webprocess.so";
    copy(built.with_file_name("web-process").join(own), libraries.join(own));
    let hostile = "libhostile.so";
    copy(built.with_file_name("examples").join(hostile), libraries.join(hostile));
    home.set_program(folder.join("insula"));
}

#[test]
fn garbage_of_a_hostile_web_process_is_refused_and_the_app_goes_on() {
    let mut world = World::new();
    let site = insula_e2e::plain_site("#fff", "");
    let body = "<controlledframe></controlledframe><script type=module src=/honest.js></script>";
    let script = HONEST.replace("SITE", &json!(site.url("/")).to_string());
    let app = app_with_frames(body)
        .file("/honest.js", script)
        .without_feature("direct-sockets");
    let id = world.install(&app);
    use_hostile_library(&mut world.home);
    let mut running = world.home.start(&world.display, &["--console", &id]);

    let report = wait::until("all that the hostile library sent is answered", || {
        let said = world.home.log("stderr");
        let mut reports = said.lines().filter_map(|line| line.split_once("hostile: "));
        reports.next().and_then(|(_, report)| report.parse::<Value>().ok())
    });
    assert!(report["made"].as_u64().is_some_and(|made| made > 900), "{report}");
    // The questions that any page of the app may ask: what it forged was taken for a document. There was no grant to give back.
    let answered = json!({ "permission.query": 1, "network.state": 1, "network.relinquish": 1 });
    assert_eq!(report["carriedOut"], answered, "{report}");
    assert_eq!(world.home.wait_for_message("honest: "), "2 NotAllowedError");
    let descriptors = || process::descriptors_of(running.tree().named("insula")[0]);
    wait::until_true("the descriptors that it sent are closed", || descriptors() < 500);
    assert_eq!(world.display.windows().len(), 1, "no question came up");
    let said = world.home.log("stderr");
    for word in ["panicked", "please report"] {
        assert!(!said.contains(word), "{said}");
    }
    world.close(&mut running);
}

/// The script of a stranger's page that puts a document into an iframe of its own and passes on what that finds.
fn nesting(kind: &str, page: &str) -> String {
    let page = json!(page).to_string().replace("</", "<\\/");
    let show = match kind {
        "/data" => "frame.src = 'data:text/html,' + encodeURIComponent(page)",
        "/blob" => "frame.src = URL.createObjectURL(new Blob([page], { type: 'text/html' }))",
        _ => "frame.srcdoc = page",
    };
    format!(
        "const page = {page}, frame = document.createElement('iframe');
         onmessage = ({{ data }}) => parent.postMessage(data, '*');
         {show};
         document.documentElement.append(frame)"
    )
}
