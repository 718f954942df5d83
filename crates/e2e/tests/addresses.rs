//! Where frames may load from: this machine and the network around it are for the user to decide.

use insula_e2e::{World, app_with_frames, in_frame, plain_site};
use insula_testkit::{Authority, Reply, Request, Session, Site, wait};
use serde_json::{Value, json};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

/// Sends a frame somewhere and waits until it has told how that ended.
fn sent_to(session: &Session<'_>, url: &str) -> Value {
    session.eval_with(
        "log.length = 0; document.querySelector('controlledframe').src = args[0]",
        &[json!(url)],
    );
    // A page that says why comes last.
    session.wait_for("has('loadstop')");
    session.eval(
        "const abort = log.find(({ type }) => type === 'loadabort');
         return abort ? { url: abort.url, code: abort.code, reason: abort.reason } : null",
    )
}

fn blocked(url: &str) -> Value {
    json!({ "url": url, "code": -384, "reason": "ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS" })
}

#[test]
fn a_frame_reaches_this_machine_only_if_the_user_lets_it() {
    let world = World::new();
    let site = plain_site("#fff", "on this machine");
    let moved = Site::start({
        let target = site.url("/");
        move |_| Reply::text("").status(302).header("Location", &target)
    });
    let id = world.install_undecided(&app_with_frames("<controlledframe></controlledframe>"));
    let session = Session::open(&world.home, &world.display, &id, None);

    // Denied: nothing leaves, by whatever name.
    world.decide(&id, "deny", "loopback-network");
    world.decide(&id, "deny", "local-network");
    let url = site.url("/");
    wait::until_true("the denial is known", || sent_to(&session, &url) == blocked(&url));
    for other in [
        site.url("/").replace("127.0.0.1", "localhost"),
        site.url("/").replace("127.0.0.1", "[::1]"),
        site.url("/").replace("127.0.0.1", "app.localhost"),
        "https://192.168.0.1/".to_owned(),
        "https://printer.local/".to_owned(),
        "https://router/".to_owned(),
    ] {
        assert_eq!(sent_to(&session, &other), blocked(&other), "{other}");
    }
    // Nor when the page that says so is loaded again: it has the URL, and does not come from there.
    sent_to(&session, &url);
    session.eval("log.length = 0; document.querySelector('controlledframe').reload()");
    session.wait_for("has('loadabort') && has('loadstop')");
    assert_eq!(site.requests().len(), 0, "the server was asked");
    let script = "return await inFrame('document.body.textContent').catch((error) => error.name)";
    assert_eq!(session.eval(script), json!("InvalidStateError"));

    // Granted: it loads; taken back, it is left within a second.
    world.decide(&id, "grant", "loopback-network");
    wait::until_true("the grant is known", || sent_to(&session, &url) == Value::Null);
    assert_eq!(session.eval(script), json!("on this machine"));
    assert_eq!(sent_to(&session, &moved.url("/")), Value::Null);
    session.eval("log.length = 0");
    world.decide(&id, "deny", "loopback-network");
    session.wait_for("has('loadabort')");
    assert_eq!(session.eval(script), json!("InvalidStateError"));
}

#[test]
fn what_is_on_its_way_when_the_user_takes_an_address_back_does_not_come() {
    let world = World::new();
    let (ask, asked) = mpsc::channel();
    let (answer, answers) = mpsc::channel::<()>();
    let (ask, answers) = (Mutex::new(ask), Mutex::new(answers));
    let site = Site::start(move |_| {
        ask.lock().unwrap().send(()).unwrap();
        _ = answers.lock().unwrap().recv();
        Reply::html("<!doctype html>too late")
    });
    let id = world.install_undecided(&app_with_frames("<controlledframe></controlledframe>"));
    world.decide(&id, "grant", "loopback-network");
    let session = Session::open(&world.home, &world.display, &id, None);
    session.eval_with(
        "document.querySelector('controlledframe').src = args[0]",
        &[json!(site.url("/"))],
    );
    asked.recv_timeout(Duration::from_secs(20)).unwrap();
    world.decide(&id, "deny", "loopback-network");
    session.wait_for("has('loadabort') && has('loadstop')");
    drop(answer);
    let told = session.eval("return log.find(({ type }) => type === 'loadabort').reason");
    assert_eq!(told, json!("ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS"));
    assert_eq!(site.requests().len(), 1);
}

#[test]
fn the_user_is_asked_once_about_this_machine() {
    let world = World::new();
    let site = plain_site("#fff", "on this machine");
    let id = world.install_undecided(&app_with_frames("<controlledframe></controlledframe>"));
    let session = Session::open(&world.home, &world.display, &id, None);
    session.eval_with(
        "document.querySelector('controlledframe').src = args[0]",
        &[json!(site.url("/"))],
    );
    let dialog = world.display.wait_for_dialog();
    world.display.close(&dialog);
    session.wait_for("has('loadabort')");
    assert_eq!(site.requests().len(), 0, "closing the question is no yes");
}

/// All ways in which a page loads something, from a server and under a path of its own each, which begins with a word. It ends
/// when each has come to an end, whichever.
const EVERY_WAY: &str = r#"
const [server, word] = args;
const at = (way) => `${server}/${word}/${way}`;
const moved = (way) => `/moved?${at(way)}`;
const element = (name, attributes) =>
  new Promise((resolve) => {
    const element = Object.assign(document.createElement(name), attributes);
    element.onload = element.onerror = resolve;
    document.body.append(element);
  });
const said = (target, ...types) =>
  new Promise((resolve) => types.forEach((type) => target.addEventListener(type, resolve, { once: true })));
const asked = async (method, url) => {
  const request = new XMLHttpRequest();
  request.open(method, url);
  request.send("body");
  await said(request, "loadend");
};
const events = async (url) => {
  const source = new EventSource(url);
  await said(source, "error");
  source.close();
};
const worker = async (url) => {
  const worker = new Worker("/worker.js");
  worker.postMessage(url);
  await said(worker, "message");
};
const serviceWorker = async (url) => {
  await navigator.serviceWorker.register("/worker.js");
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  active.postMessage(url, [port2]);
  port1.start();
  await said(port1, "message");
};
navigator.sendBeacon(at("beacon"), "body");
navigator.sendBeacon(moved("moved-beacon"), "body");
await Promise.allSettled([
  fetch(at("fetch")),
  fetch(at("post"), { method: "POST", mode: "no-cors", body: "body" }),
  fetch(at("keepalive"), { keepalive: true }),
  fetch(moved("moved-fetch")),
  asked("POST", at("request")),
  asked("GET", moved("moved-request")),
  import(at("module")),
  element("img", { src: at("image") }),
  element("img", { src: moved("moved-image") }),
  element("script", { src: at("script") }),
  element("link", { rel: "stylesheet", href: at("style") }),
  element("iframe", { srcdoc: `<img src="${at("image-in-iframe")}">` }),
  said(new WebSocket(at("socket").replace("https:", "wss:")), "error"),
  events(at("events")),
  worker(at("worker")),
  serviceWorker(at("service-worker")),
]);
"#;

const WAYS: [&str; 18] = [
    "beacon",
    "events",
    "fetch",
    "image",
    "image-in-iframe",
    "keepalive",
    "module",
    "moved-beacon",
    "moved-fetch",
    "moved-image",
    "moved-request",
    "post",
    "request",
    "script",
    "service-worker",
    "socket",
    "style",
    "worker",
];

/// A site with pages that may load from anywhere.
fn open_site(authority: &Authority) -> Site {
    const WORKER: &str = "onmessage = async ({ data, ports }) => {
        await fetch(data).catch(() => {});
        (ports[0] ?? globalThis).postMessage('done');
    }";
    let answer = |request: &Request| match (request.path(), request.target.split_once('?')) {
        ("/worker.js", _) => Reply::of("text/javascript", WORKER),
        ("/moved", Some((_, to))) => Reply::text("").status(307).header("Location", to),
        _ => Reply::html("<!doctype html><title>Open</title><body>"),
    };
    Site::start_tls(authority, move |request| {
        let origin = request.header("origin").unwrap_or("*").to_owned();
        let reply = answer(request).header("Access-Control-Allow-Origin", &origin);
        reply.header("Access-Control-Allow-Credentials", "true")
    })
}

/// Limit: near-network-engine
#[test]
fn what_a_page_loads_from_this_machine_is_for_the_user_to_decide() {
    let world = World::new();
    let authority = Authority::new();
    let (site, near) = (open_site(&authority), open_site(&authority));
    let id = world.install_undecided(&app_with_frames("<controlledframe></controlledframe>"));
    let session = Session::open_trusting(&world.home, &world.display, &id, &authority);
    // By its name it is on the internet, and nobody is asked about it.
    assert_eq!(sent_to(&session, &site.public_url("/")), Value::Null);

    let try_all = |word: &str| session.eval_in_page(EVERY_WAY, &[json!(near.url("")), json!(word)]);
    let loaded = |word: &str| {
        let paths = near.requests().into_iter().map(|request| request.path().to_owned());
        let begin = format!("/{word}/");
        let mut ways: Vec<String> = paths
            .filter_map(|it| Some(it.strip_prefix(&begin)?.to_owned()))
            .collect();
        ways.sort();
        ways.dedup();
        ways
    };
    let by_the_app = |word: &str| {
        let code = format!(
            "fetch('{}').then(() => true, () => false)",
            near.url(&format!("/{word}/app"))
        );
        in_frame(&session, &code) == json!(true)
    };
    let none = || near.requests().is_empty() && world.display.dialog().is_none();

    // Undecided, nothing is loaded and nobody is asked.
    try_all("undecided");
    assert!(!by_the_app("undecided"));
    assert!(
        wait::holds_for(Duration::from_millis(500), none),
        "{:?}",
        loaded("undecided")
    );

    // Granted, the page that is there loads it.
    world.decide(&id, "grant", "loopback-network");
    wait::until_true("the grant is known", || by_the_app("asked"));
    try_all("granted");
    wait::until_true("all is loaded", || loaded("granted") == WAYS);

    // Taken back, it does no longer.
    world.decide(&id, "deny", "loopback-network");
    wait::until_true("the denial is known", || !by_the_app("asked"));
    let before = near.requests().len();
    try_all("denied");
    let no_more = || near.requests().len() == before;
    assert!(
        wait::holds_for(Duration::from_millis(500), no_more),
        "{:?}",
        loaded("denied")
    );
    assert_eq!(sent_to(&session, &near.url("/")), blocked(&near.url("/")));

    // What the engine does not look at: where a request that a script waits for is redirected to.
    assert_eq!(sent_to(&session, &site.public_url("/")), Value::Null);
    let url = format!("/moved?{}", near.url("/waited-for/request"));
    let script = "const request = new XMLHttpRequest();
        request.open('GET', args[0], false);
        request.send()";
    session.eval_in_page(script, &[json!(url)]);
    assert_eq!(loaded("waited-for"), ["request"]);
}

/// Ways in which a page asks a server for something without being able to read the answer.
const BLINDLY: &str = r#"
const element = (name, attributes) => document.documentElement.append(Object.assign(document.createElement(name), attributes));
for (const server of args[0]) {
  const ways = [
    () => fetch(`${server}fetch`, { mode: "no-cors" }),
    () => fetch(`${server}post`, { mode: "no-cors", method: "POST", body: "body" }),
    () => fetch(`${server}keepalive`, { mode: "no-cors", keepalive: true }),
    () => element("img", { src: `${server}image` }),
    () => element("script", { src: `${server}script` }),
    () => new WebSocket(`${server.replace("http", "ws")}socket`),
  ];
  for (const way of ways) (async () => way())().catch(() => {});
}
"#;

/// Limit: near-network-names
#[test]
fn a_name_leads_to_this_machine_only_where_a_server_has_its_certificate() {
    let world = World::new();
    let authority = Authority::new();
    let page = open_site(&authority);
    let answer = |_: &Request| Reply::text("").header("Access-Control-Allow-Origin", "*");
    let plain = Site::start(answer);
    let stranger = Site::start_tls(&Authority::new(), answer);
    let certified = Site::start_tls(&authority, answer);
    let id = world.install_undecided(&app_with_frames("<controlledframe></controlledframe>"));
    world.decide(&id, "deny", "loopback-network");
    let session = Session::open_trusting(&world.home, &world.display, &id, &authority);
    // The blank page is the app's to fill, and is as little on https as one on this machine.
    for url in [page.public_url("/"), "about:blank".to_owned()] {
        let before = certified.requests().len();
        assert_eq!(sent_to(&session, &url), Value::Null);
        let servers = [&plain, &stranger, &certified].map(|site| site.public_url("/"));
        session.eval_in_page(BLINDLY, &[json!(servers)]);
        wait::until_true("all is loaded from the certified one", || {
            certified.requests().len() >= before + 6
        });
        let refused = || [&plain, &stranger].iter().all(|site| site.requests().is_empty());
        assert!(
            wait::holds_for(Duration::from_millis(500), refused),
            "{url}: {:?} {:?}",
            plain.requests(),
            stranger.requests()
        );
    }
}

/// Limit: near-network-app
#[test]
fn an_app_itself_loads_from_this_machine_what_agrees_to_it() {
    let world = World::new();
    let authority = Authority::new();
    let site = open_site(&authority);
    let id = world.install_undecided(&app_with_frames(""));
    world.decide(&id, "deny", "loopback-network");
    let session = Session::open_trusting(&world.home, &world.display, &id, &authority);
    let script = "return (await fetch(args[0])).ok";
    assert_eq!(session.eval_with(script, &[json!(site.url("/"))]), json!(true));
}
