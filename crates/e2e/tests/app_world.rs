//! The world that an app lives in: what its pages are served with, what they keep, and who else can reach them.

use insula_e2e::{World, app_that_asks_its_frame, app_with_frames, in_frame, load};
use insula_testkit::{AppBuilder, Authority, Colour, Reply, Session, Site, wait};
use serde_json::json;

/// One app serves all of them: none changes what another needs.
#[test]
fn files_are_served_as_http_says_and_under_the_policy_of_an_app() {
    let world = World::new();
    let app = AppBuilder::new("Served")
        .page("<!doctype html><meta charset=utf-8><script>globalThis.inline = true</script><div id=box></div>")
        .file("/data.json", "{}")
        .file("/folder/index.html", "<p>folder")
        .file("/a b.txt", "space")
        .file("/data.txt", "0123456789");
    let session = world.open(&app);
    every_response_makes_an_isolated_page(&session);
    the_policy_is_in_force(&session);
    a_blob_shows_in_an_iframe_under_the_apps_policy(&session);
    a_path_is_looked_up_exactly(&session);
    head_and_range_give_what_http_says(&session);
}

fn every_response_makes_an_isolated_page(session: &Session<'_>) {
    for (path, status) in [("/", 200), ("/data.json", 200), ("/missing", 404)] {
        let response = session.eval_with(
            "const response = await fetch(args[0]);
             return { status: response.status, headers: Object.fromEntries(response.headers) }",
            &[json!(path)],
        );
        assert_eq!(response["status"], status, "{path}");
        let header = |name: &str| response["headers"][name].as_str().unwrap_or_default().to_owned();
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(header("cross-origin-embedder-policy"), "require-corp", "{path}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{path}");
        let policy = header("content-security-policy");
        for directive in [
            "base-uri 'none'",
            "object-src 'none'",
            "script-src 'self'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(policy.contains(directive), "{path}: {policy}");
        }
    }
}

fn the_policy_is_in_force(session: &Session<'_>) {
    assert_eq!(session.eval("return typeof globalThis.inline"), "undefined");
    let thrown = session.thrown("document.getElementById('box').innerHTML = '<b>text</b>'", &[]);
    assert!(thrown.starts_with("TypeError"), "{thrown}");
    let loaded = session.eval(
        "const script = document.createElement('script');
         script.src = trustedTypes.createPolicy('any', { createScriptURL: (url) => url }).createScriptURL('https://localhost/x.js');
         const loaded = new Promise((resolve) => { script.onload = () => resolve(true); script.onerror = () => resolve(false) });
         document.body.append(script);
         return await loaded",
    );
    assert_eq!(loaded, false);
}

fn a_blob_shows_in_an_iframe_under_the_apps_policy(session: &Session<'_>) {
    let shown = session.eval(
        "const html = '<p>preview<script>document.body.append(\" ran\")</' + 'script>';
         const iframe = document.createElement('iframe');
         iframe.src = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
         document.body.append(iframe);
         await new Promise((resolve) => { iframe.onload = resolve });
         return iframe.contentDocument.querySelector('p').firstChild.data
           + iframe.contentDocument.body.lastChild.nodeName",
    );
    assert_eq!(shown, "previewP", "the preview is there, and its script did not run");
}

/// Limit: engine-lacks
/// Limit: display-mode
#[test]
fn pages_are_told_what_there_is_and_a_locale_without_a_language_is_english() {
    let mut world = World::new();
    world.home.set_variable("LC_ALL", "C.UTF-8");
    let session = world.open(&AppBuilder::new("Language"));
    let told = session.eval("return [navigator.language, new Intl.NumberFormat(navigator.languages).format(1234.5)]");
    assert_eq!(told, json!(["en-US", "1,234.5"]));
    // Service workers, which the engine has for http and https only, are not there either.
    let found = session.eval(
        "return ['serviceWorker' in navigator, typeof ServiceWorker, 'getDirectory' in navigator.storage,
           matchMedia('(display-mode: standalone)').matches, 'locks' in navigator]",
    );
    assert_eq!(found, json!([false, "undefined", false, true, true]));
    // Scripts are told the mode, and style sheets are not.
    let styled = session.eval(
        "const sheet = document.head.appendChild(document.createElement('style'));
         sheet.textContent = '@media (display-mode: standalone) { body { color: rgb(1, 2, 3) } }';
         return getComputedStyle(document.body).color",
    );
    assert_ne!(styled, "rgb(1, 2, 3)");
}

/// A button that can be pressed has black text, and what scrolls shows it: in the app's page and in a frame's, unless their
/// own styles say otherwise.
#[test]
fn buttons_and_scrollbars_are_those_that_authors_expect() {
    const LOOK: &str = "(() => {
        document.body.innerHTML = '<button>One</button><input type=submit value=Two><button disabled>Three</button>' +
          '<button style=\"color: red\">Four</button><p style=\"height: 9000px\">Long</p>';
        const colours = [...document.querySelectorAll('button, input')].map((it) => getComputedStyle(it).color);
        document.documentElement.style.colorScheme = 'dark';
        colours.push(getComputedStyle(document.querySelector('button')).color);
        return { colours, scrollbar: innerWidth - document.documentElement.clientWidth };
      })()";
    let world = World::new();
    let site = Site::start(|_| Reply::html("<!doctype html><title>Site</title>"));
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/"));
    session.until_true("the frame has its size", || in_frame(&session, "innerWidth") == 400);
    let in_app = format!("trustedTypes.createPolicy('default', {{ createHTML: (html) => html }}); return {LOOK}");
    for (place, look) in [("frame", in_frame(&session, LOOK)), ("app", session.eval(&in_app))] {
        let (black, white, red) = ("rgb(0, 0, 0)", "rgb(255, 255, 255)", "rgb(255, 0, 0)");
        let colour = |index: usize| look["colours"][index].as_str().unwrap_or_default();
        assert_eq!([0, 1, 3, 4].map(colour), [black, black, red, white], "{place}: {look}");
        assert_ne!(colour(2), black, "{place}: a button that is disabled looks so");
        assert!(
            look["scrollbar"].as_u64().is_some_and(|width| width > 5),
            "{place}: {look}"
        );
    }
}

fn a_path_is_looked_up_exactly(session: &Session<'_>) {
    for (path, status) in [
        ("/index.html", 200),
        ("/?query", 200),
        ("/index.html?a=/../b", 200),
        ("/folder/", 200),
        ("/a%20b.txt", 200),
        ("/folder", 404),
        ("/Index.html", 404),
        ("/index.html/", 404),
        ("/.well-known/manifest.webmanifest", 200),
    ] {
        let found = session.eval_with("return (await fetch(args[0])).status", &[json!(path)]);
        assert_eq!(found, status, "{path}");
    }
    let page = session.eval("return await (await fetch('/missing')).text()");
    assert!(page.as_str().is_some_and(|page| page.contains("404")), "{page}");
}

fn head_and_range_give_what_http_says(session: &Session<'_>) {
    let answer = |method: &str, range: Option<&str>| {
        session.eval_with(
            "const [method, range] = args;
             const response = await fetch('/data.txt', { method, headers: range ? { Range: range } : {} });
             const { status, headers } = response;
             return [status, await response.text(), headers.get('content-length'), headers.get('content-range')]",
            &[json!(method), json!(range)],
        )
    };
    assert_eq!(answer("GET", None), json!([200, "0123456789", "10", null]));
    assert_eq!(answer("HEAD", None), json!([200, "", "10", null]));
    assert_eq!(
        answer("GET", Some("bytes=2-4")),
        json!([206, "234", "3", "bytes 2-4/10"])
    );
    assert_eq!(
        answer("GET", Some("bytes=-3")),
        json!([206, "789", "3", "bytes 7-9/10"])
    );
    assert_eq!(answer("GET", Some("bytes=10-")), json!([416, "", "0", "bytes */10"]));
    assert_eq!(answer("POST", None)[0], 405);
}

/// Tells what it finds, then stores something.
const KEEPER: &str = r#"
const open = indexedDB.open("kept", 1);
open.onupgradeneeded = () => open.result.createObjectStore("things");
const done = (request) => new Promise((resolve, reject) => { request.onsuccess = resolve; request.onerror = reject });
await done(open);
const get = open.result.transaction("things").objectStore("things").get(1);
await done(get);
const found = [localStorage.getItem("kept"), get.result ?? null];
localStorage.setItem("kept", "yes");
const transaction = open.result.transaction("things", "readwrite", { durability: "strict" });
transaction.objectStore("things").put("a thing", 1);
await new Promise((resolve, reject) => { transaction.oncomplete = resolve; transaction.onerror = reject });
document.title = "result: " + JSON.stringify(found);
"#;

#[test]
fn what_an_app_stores_survives_a_restart_and_is_its_own() {
    let world = World::new();
    let keeper = AppBuilder::new("Keeper")
        .page("<!doctype html><script type=module src=/keeper.js></script>")
        .file("/keeper.js", KEEPER);
    let (one, other) = (world.install(&keeper), world.install(&keeper.clone().seed(2)));
    assert_eq!(world.result_of(&one), json!([null, null]));
    assert_eq!(world.result_of(&one), json!(["yes", "a thing"]));
    assert_eq!(
        world.result_of(&other),
        json!([null, null]),
        "another app, another store"
    );
}

#[test]
fn an_app_cannot_load_another() {
    let world = World::new();
    let other = AppBuilder::new("Other").seed(2);
    world.install(&other);
    let session = world.open(&AppBuilder::new("One"));
    let url = other.origin() + "/";
    let loaded = session.eval_with(
        "return await fetch(args[0]).then((it) => it.ok, () => false)",
        &[json!(url)],
    );
    assert_eq!(loaded, false);
    session.eval_with("location = args[0]", &[json!(url)]);
    let stays = || session.eval("return document.title") == "App";
    assert!(wait::holds_for(std::time::Duration::from_secs(1), stays));
}

/// Limit: isolation-workers
/// Limit: network-workers
#[test]
fn shared_memory_works_between_the_page_and_a_worker() {
    let world = World::new();
    let worker = "onmessage = ({ data }) => {
        Atomics.store(new Int32Array(data), 0, 7);
        postMessage('stored');
    };
    onconnect = ({ ports: [port] }) => port.postMessage(
      [crossOriginIsolated, typeof SharedArrayBuffer, typeof TCPSocket, typeof navigator.unrestrictedNetwork]);";
    let session = world.open(&AppBuilder::new("Shared").file("/worker.js", worker));
    assert_eq!(
        session.eval("return [crossOriginIsolated, isSecureContext]"),
        json!([true, true])
    );
    let policy = "trustedTypes.createPolicy(`worker ${Math.random()}`, { createScriptURL: (url) => url }).createScriptURL('/worker.js')";
    let stored = session.eval(&format!(
        "const memory = new SharedArrayBuffer(4);
         const worker = new Worker({policy});
         const {{ data }} = await new Promise((resolve) => {{ worker.onmessage = resolve; worker.postMessage(memory) }});
         return [Atomics.load(new Int32Array(memory), 0), data]"
    ));
    assert_eq!(stored, json!([7, "stored"]));
    let shared = session.eval(&format!(
        "const {{ port }} = new SharedWorker({policy});
         return (await new Promise((resolve) => {{ port.onmessage = resolve }})).data"
    ));
    assert_eq!(shared, json!([false, "function", "undefined", "undefined"]));
    let shared = "new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer instanceof SharedArrayBuffer";
    assert_eq!(session.eval(&format!("return {shared}")), true);
}

/// Tries every way into an app that a page has, and says which worked.
const INTRUDER: &str = r#"
const tries = {
  fetch: (url) => fetch(url, { mode: "no-cors" }).then(() => true, () => false),
  cors: (url) => fetch(url).then(() => true, () => false),
  image: (url) => element("img", url),
  script: (url) => element("script", url),
  frame: (url) => new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.src = url;
    addEventListener("message", ({ source }) => { if (source === frame.contentWindow) resolve(true) });
    frame.onload = () => setTimeout(() => resolve(false), 500);
    setTimeout(() => resolve(false), 3000);
    document.body.append(frame);
  }),
};
function element(name, url) {
  return new Promise((resolve) => {
    const one = document.createElement(name);
    one.onload = () => resolve(true);
    one.onerror = () => resolve(false);
    setTimeout(() => resolve(false), 3000);
    one.src = url;
    document.body.append(one);
  });
}
async function intrude(app) {
  const reached = [];
  for (const [name, attempt] of Object.entries(tries)) {
    const path = { image: "/icon.svg", script: "/loud.js", frame: "/loud.html" }[name] ?? "/";
    if (await attempt(app + path)) reached.push(name);
  }
  return reached;
}
"#;

fn target(body: &str) -> AppBuilder {
    with_loud_pages(app_with_frames(body))
}

fn with_loud_pages(app: AppBuilder) -> AppBuilder {
    app.file("/loud.js", "parent.postMessage('loud', '*')")
        .file("/loud.html", "<!doctype html><script src=/loud.js></script>")
}

#[test]
fn an_https_iframe_of_the_app_cannot_load_or_enter_it() {
    let world = World::new();
    let authority = Authority::new();
    let site = Site::start_tls(&authority, |_| {
        let page = format!(
            "<!doctype html><meta charset=utf-8><body><script>{INTRUDER}
             onmessage = async ({{ data }}) => {{
               parent.postMessage(await intrude(data), '*');
               location = data + '/loud.html';
             }};</script>"
        );
        Reply::html(page)
            .header("Cross-Origin-Resource-Policy", "cross-origin")
            .header("Cross-Origin-Embedder-Policy", "require-corp")
    });
    let app = target("<iframe id=inner></iframe>");
    world.install(&app);
    let session = Session::open_trusting(&world.home, &world.display, &app.id(), &authority);
    let reached = session.eval_with(
        "globalThis.messages = [];
         addEventListener('message', ({ data }) => messages.push(data));
         const inner = document.getElementById('inner');
         const loaded = new Promise((resolve) => { inner.onload = resolve });
         inner.src = args[0];
         await loaded;
         inner.contentWindow.postMessage(location.origin, '*');
         while (!messages.length) await new Promise((resolve) => setTimeout(resolve, 20));
         return messages.shift()",
        &[json!(site.url("/"))],
    );
    assert_eq!(reached, json!([]), "what an iframe could load of the app");
    assert_eq!(site.requests_for("/").len(), 1, "the iframe was really there");
    let entered = !wait::holds_for(std::time::Duration::from_secs(2), || {
        session.eval("return messages.length") == 0
    });
    assert!(!entered, "the iframe went into the app");
}

#[test]
fn embedded_content_cannot_load_or_enter_the_app() {
    let world = World::new();
    let site = Site::start(|_| {
        Reply::html(format!(
            "<!doctype html><meta charset=utf-8><body><script>{INTRUDER}</script>"
        ))
    });
    let app = target("<controlledframe></controlledframe>");
    let session = world.open(&app);
    load(&session, &site.url("/"));
    let reached = session.eval_in_page("return await intrude(args[0])", &[json!(app.origin())]);
    assert_eq!(reached, json!([]));
    session.eval_in_page(
        "setTimeout(() => { location = args[0] }, 0)",
        &[json!(app.origin() + "/")],
    );
    let stays = || in_frame(&session, "location.origin") == site.url("");
    assert!(
        wait::holds_for(std::time::Duration::from_secs(1), stays),
        "the frame went into the app"
    );
}

/// Conforms: CF-T2
#[test]
fn embedded_content_in_its_own_context_cannot_load_or_enter_the_app() {
    // Without WebDriver, under which frames share the app's context.
    let world = World::new();
    let origin = target("").origin();
    let page = format!(
        "<!doctype html><meta charset=utf-8><body><script>{INTRUDER}
         intrude('{origin}').then((reached) => {{ document.documentElement.dataset.found = JSON.stringify(reached) }})
         </script>"
    );
    let site = Site::start(move |_| Reply::html(page.clone()));
    let enter = "const refused = happens('loadabort');
         await frame.executeScript({ code: `setTimeout(() => { location = '${location.origin}/' }, 0)` });
         const { url, reason } = await refused;
         return [found, url, reason, await frame.executeScript({ code: 'location.origin' })]";
    let id = world.install(&with_loud_pages(app_that_asks_its_frame(&site.url("/"), enter)));
    assert_eq!(
        world.result_of(&id),
        json!([[], origin.clone() + "/", "ERR_DISALLOWED_URL_SCHEME", site.url("")])
    );
}

#[test]
fn the_desktop_sees_the_apps_own_name() {
    let world = World::new();
    let app = AppBuilder::new("Island").page("<!doctype html><title>Page of it</title>");
    let session = world.open(&app);
    assert_eq!(session.window().class, format!("insula-{}", app.id()));
    session.until_true("the title shows", || session.window().title == "Island – Page of it");
    session.eval("document.title = 'Some Bank'");
    session.until_true("the title follows", || session.window().title == "Island – Some Bank");
}

/// A square of the colour #c03060 as SVG, as `gzip`.
const CODED_ICON: &[u8] = b"\
    \x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x1d\xccI\x0a\x800\x0c@\xd1\xab\x84\xb87AA\x8a\xb4]x\x15\xadm\xa1\
    \x0eh0\x1e\xdfa\xf7\x17\x8fo\xcf+\xc2\xbd\x94\xf5t\x98D\xf6\x9eHUkm\xeb\xed\x88\xd403\xbd\x02\xe1\xcaA\x87\
    \xedv\xc8\xc0`\xc0\xa0\xb7G\x18\x054O\x92\x1c\x1a\x84\x14rL\xf2\xe7\x9cKqX\x8d\xdcr\xc7H\xde~\x0f\xff\x00T\
    \xc3:\x99k\x00\x00\x00";

#[test]
fn the_desktop_sees_the_best_icon_that_it_can_show() {
    let world = World::new();
    // GTK shows no WebP icon. The other one is stored compressed.
    let icons = json!([
        { "src": "/icon.webp", "sizes": "128x128" },
        { "src": "/coded.svg", "sizes": "any", "type": "image/svg+xml" },
    ]);
    let app = AppBuilder::new("Icon")
        .manifest("icons", icons)
        .file("/icon.webp", b"RIFF\x04\0\0\0WEBPVP8 ")
        .file("/coded.svg", CODED_ICON)
        .header("/coded.svg", "content-encoding", "gzip");
    let session = world.open(&app);
    session.until_true("the window has the icon", || {
        world.display.icon_of(&session.window()) == Some(Colour(0xc0, 0x30, 0x60))
    });
}

/// Goes to another page of the app.
fn go(session: &Session<'_>, path: &str) {
    session.eval_with("setTimeout(() => { location = args[0] }, 0)", &[json!(path)]);
    session.until_true(&format!("{path} loads"), || {
        session.try_eval("return location.pathname + document.readyState", &[]) == Ok(json!(format!("{path}complete")))
    });
}

#[test]
fn a_header_of_a_page_takes_away_what_the_manifest_gives() {
    let world = World::new();
    let site = Site::start(|_| Reply::text("data"));
    let look = "const tries = {
           frame: async () => document.createElement('controlledframe').canGoBack(),
           socket: async () => new TCPSocket('127.0.0.1', args[1]).opened,
           fetch: () => navigator.unrestrictedNetwork.fetch(args[0]),
         };
         const result = { state: navigator.unrestrictedNetwork.state };
         for (const name in tries) result[name] = await tries[name]().then(() => 'works', (error) => error.name);
         return result";
    let inner = "<!doctype html><script src=/log.js></script>";
    let app = app_with_frames("<p>whole")
        .file("/less.html", inner)
        .header(
            "/less.html",
            "permissions-policy",
            "controlled-frame=(), unrestricted-network=()",
        )
        .file("/least.html", inner)
        .header(
            "/least.html",
            "permissions-policy",
            "controlled-frame=(), direct-sockets=(), unrestricted-network=(\"https://example.com\"), camera=()",
        )
        .file("/garbled.html", inner)
        .header("/garbled.html", "permissions-policy", "controlled-frame 'none'");
    let id = world.install(&app);
    for permission in ["unrestricted-network", "loopback-network"] {
        world.decide(&id, "grant", permission);
    }
    let session = Session::open(&world.home, &world.display, &id, None);
    let arguments = [json!(site.url("/")), json!(site.port())];
    let all = json!({ "state": "granted", "frame": "works", "socket": "works", "fetch": "works" });
    let nothing = json!({
        "state": "unavailable", "frame": "TypeError", "socket": "NotAllowedError", "fetch": "NotAllowedError",
    });
    assert_eq!(session.eval_with(look, &arguments), all);

    go(&session, "/less.html");
    let mut less = nothing.clone();
    less["socket"] = json!("works");
    assert_eq!(session.eval_with(look, &arguments), less);

    go(&session, "/least.html");
    assert_eq!(session.eval_with(look, &arguments), nothing);
    let around = session.eval(
        "const inner = document.createElement('iframe');
         const loaded = new Promise((resolve) => { inner.onload = resolve });
         inner.src = '/';
         document.documentElement.append(inner);
         await loaded;
         const connect = async () => new inner.contentWindow.TCPSocket('127.0.0.1', 80).opened;
         const socket = await connect().then(() => 'works', (error) => error.name);
         return ['ControlledFrame' in inner.contentWindow, socket]",
    );
    assert_eq!(
        around,
        json!([false, "NotAllowedError"]),
        "a page has no more than the one around it"
    );

    // A header that is none is ignored, and what one page lacks the next one has.
    go(&session, "/garbled.html");
    assert_eq!(session.eval_with(look, &arguments), all);
}

// Without WebDriver, which decides about notifications itself.
/// Limit: notification-permission
#[test]
fn a_page_knows_from_its_start_that_it_may_show_notifications() {
    let world = World::new();
    let app = AppBuilder::new("Notifications")
        .page("<!doctype html><meta charset=utf-8><title>Notifications</title><script src=/say.js></script>")
        .file(
            "/say.js",
            "navigator.permissions.query({ name: 'notifications' })
               .then(({ state }) => console.log(`result: ${Notification.permission} ${state}`))",
        );
    let id = world.install(&app);
    for (decision, known) in [("grant", "granted granted"), ("reset", "default prompt")] {
        world.decide(&id, decision, "notifications");
        let _running = world.home.start(&world.display, &["--console", &id]);
        world.home.wait_for_message(&format!("result: {known}"));
    }
}
