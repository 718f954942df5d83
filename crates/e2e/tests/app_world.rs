//! The world that an app lives in: what its pages are served with, what they keep, and who else can reach them.

use insula_e2e::{World, app_with_frames, load};
use insula_testkit::{AppBuilder, Authority, Reply, Session, Site, tcp, wait};
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

#[test]
fn every_response_makes_an_isolated_page() {
    let world = World::new();
    let session = world.open(&AppBuilder::new("Headers").file("/data.json", "{}"));
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

#[test]
fn the_policy_is_in_force() {
    let world = World::new();
    let page = "<!doctype html><meta charset=utf-8><script>globalThis.inline = true</script><div id=box></div>";
    let session = world.open(&AppBuilder::new("Policy").page(page));
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

#[test]
fn a_path_is_looked_up_exactly() {
    let world = World::new();
    let app = AppBuilder::new("Paths")
        .file("/folder/index.html", "<p>folder")
        .file("/a b.txt", "space");
    let session = world.open(&app);
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

#[test]
fn head_and_range_give_what_http_says() {
    let world = World::new();
    let session = world.open(&AppBuilder::new("Ranges").file("/data.txt", "0123456789"));
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
console.log("result: " + JSON.stringify(found));
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

#[test]
fn shared_memory_works_between_the_page_and_a_worker() {
    let world = World::new();
    let worker = "onmessage = ({ data }) => { Atomics.store(new Int32Array(data), 0, 7); postMessage('stored') }";
    let session = world.open(&AppBuilder::new("Shared").file("/worker.js", worker));
    assert_eq!(
        session.eval("return [crossOriginIsolated, isSecureContext]"),
        json!([true, true])
    );
    let policy = "trustedTypes.createPolicy('worker', { createScriptURL: (url) => url }).createScriptURL('/worker.js')";
    let stored = session.eval(&format!(
        "const memory = new SharedArrayBuffer(4);
         const worker = new Worker({policy});
         await new Promise((resolve) => {{ worker.onmessage = resolve; worker.postMessage(memory) }});
         return Atomics.load(new Int32Array(memory), 0)"
    ));
    assert_eq!(stored, 7);
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
    app_with_frames(body)
        .file("/loud.js", "parent.postMessage('loud', '*')")
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
    let stays = || insula_e2e::in_frame(&session, "location.origin") == site.url("");
    assert!(
        wait::holds_for(std::time::Duration::from_secs(1), stays),
        "the frame went into the app"
    );
}

/// Gives the user a browser that writes what it is to open into a file, a line each. Answers with the file.
fn install_browser(world: &World) -> PathBuf {
    let opened = world.home.path("home").join("opened");
    let browser = format!(
        "[Desktop Entry]\nType=Application\nName=Browser\nExec=sh -c 'echo \"$1\" >> {}' sh %u\nMimeType=x-scheme-handler/http;x-scheme-handler/https;x-scheme-handler/mailto;\n",
        opened.display()
    );
    std::fs::write(
        world.home.path("home/share/applications").join("browser.desktop"),
        browser,
    )
    .expect("the browser is installed");
    let defaults = "[Default Applications]\nx-scheme-handler/http=browser.desktop\nx-scheme-handler/https=browser.desktop\nx-scheme-handler/mailto=browser.desktop\n";
    std::fs::write(world.home.path("home/config").join("mimeapps.list"), defaults).expect("it is the default one");
    opened
}

#[test]
fn links_out_of_the_app_open_in_the_users_browser() {
    let world = World::new();
    let opened = install_browser(&world);
    let site = Site::start(|_| Reply::html("<title>Outside</title>"));
    let nobody = format!("https://127.0.0.1:{}/", tcp::unused_port());
    let page = "<!doctype html><meta charset=utf-8><title>Links</title>\
        <p><a id=same href='SITE'>same window</a>\
        <p><a id=unreachable href='NOBODY'>same window, nobody there</a>\
        <p><a id=new href='https://example.org/new' target=_blank>new window</a>\
        <p><a id=mail href='mailto:somebody@example.org'>mail</a>";
    let page = page.replace("SITE", &site.url("/same")).replace("NOBODY", &nobody);
    let session = world.open(&AppBuilder::new("Links").page(&page));
    let outside = || std::fs::read_to_string(&opened).unwrap_or_default();
    for (link, url) in [
        ("#new", "https://example.org/new"),
        ("#mail", "mailto:somebody@example.org"),
        ("#same", &site.url("/same")),
        ("#unreachable", &nobody),
    ] {
        session.click(link);
        session.until_true(&format!("{url} opens outside"), || {
            outside().lines().any(|line| line == url)
        });
    }
    assert_eq!(session.eval("return location.pathname + document.title"), "/Links");
    assert!(
        site.requests().is_empty(),
        "the app itself asked: {:?}",
        site.requests()
    );
}

#[test]
fn without_a_registered_browser_the_desktops_own_script_is_asked() {
    let mut world = World::new();
    let opened = world.home.path("home").join("opened");
    let script = world.home.path("bin").join("xdg-open");
    std::fs::write(&script, format!("#!/bin/sh\necho \"$1\" >> {}\n", opened.display())).expect("a script");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("it can be run");
    let path = std::env::var("PATH").unwrap_or_default();
    let folder = script.parent().expect("it is in a folder").display();
    world.home.set_variable("PATH", &format!("{folder}:{path}"));
    let page = "<!doctype html><title>Link</title><a id=link href='https://example.org/' target=_blank>a link</a>";
    let session = world.open(&AppBuilder::new("Link").page(page));
    session.click("#link");
    session.until_true("it opens outside", || {
        std::fs::read_to_string(&opened).is_ok_and(|opened| opened == "https://example.org/\n")
    });
}

#[test]
fn leaving_the_app_asks_nothing_of_the_network() {
    // Without WebDriver, under which the engine loads another site's page in the same process.
    let world = World::new();
    let opened = install_browser(&world);
    let site = Site::start(|_| Reply::html("<title>Outside</title>"));
    let script = format!(
        "addEventListener('click', () => {{ location = '{}' }}); console.log('result: ready')",
        site.url("/outside")
    );
    let app = AppBuilder::new("Leaving")
        .page("<!doctype html><meta charset=utf-8><title>Here</title><script src=/leave.js></script>")
        .file("/leave.js", script);
    let id = world.install(&app);
    let _running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("result: ready");
    for times in 1..=2 {
        let window = wait::until("the app has a window", || world.display.windows().pop());
        world.display.wait_for_focus(&window);
        world.display.settled();
        world.display.click(window.rect.centre());
        wait::until_true("the browser is started, and the page is still there", || {
            std::fs::read_to_string(&opened)
                .is_ok_and(|lines| lines == format!("{}\n", site.url("/outside")).repeat(times))
        });
    }
    assert!(
        site.requests().is_empty(),
        "the app itself asked: {:?}",
        site.requests()
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
