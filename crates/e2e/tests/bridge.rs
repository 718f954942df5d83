//! Who gets the bridge: the app's own documents, and nobody else.

use insula_e2e::{World, app_with_frames};
use insula_testkit::{Authority, Reply, Session, Site, process, tcp::TcpServer, wait};
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

#[test]
fn strangers_inside_the_app_get_nothing() {
    let world = World::new();
    let authority = Authority::new();
    let server = TcpServer::sink();
    let port = server.port();
    let page = format!(
        "<!doctype html><meta charset=utf-8><script>{PROBE}
         probe({port}).then((found) => parent.postMessage(found, '*'))</script>"
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
    let by_the_app = server.accepted();
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
fn the_runtime_survives_the_death_of_the_apps_process() {
    let world = World::new();
    let app = app_with_frames("").file("/log.js", "console.log('result: 1')");
    let id = world.install(&app);
    let running = world.home.start(&world.display, &["--console", &id]);
    let says = |times: usize| {
        wait::until(&format!("the app's page has loaded, time {times}"), || {
            let console = world.home.console();
            (console.iter().filter(|line| line["message"] == "result: 1").count() == times).then_some(())
        });
    };
    says(1);
    let window = world.display.windows().pop().expect("the app has a window");
    for id in running.tree().named("WebKitWebProcess") {
        process::kill(id);
    }
    // The app is started again by itself, or by the user with the key that reloads everywhere.
    if wait::within(std::time::Duration::from_secs(3), || {
        (world.home.console().len() > 1).then_some(())
    })
    .is_none()
    {
        world.display.wait_for_focus(&window);
        world.display.key("ctrl+r");
    }
    says(2);
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
