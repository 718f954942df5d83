//! The network in workers.

use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use insula_e2e::World;
use insula_testkit::tcp::{ClosedPort, TcpServer};
use insula_testkit::{AppBuilder, Reply, Request, Session, Site, wait};
use serde_json::{Value, json};

/// Invariant: a revocation acts within a second on everything that is open; so does the end of a worker.
const SOON: Duration = Duration::from_secs(1);

/// What may be on its way to a worker that does not read: two windows of the page's, and the buffers of some sockets.
const ON_THE_WAY: usize = 24 << 20;

const OPERATIONS: &str = include_str!("workers/operations.js");

/// A classic worker. It knows what strict mode, its location and its relative URLs are.
const CLASSIC: &str = "'use strict';
importScripts(trustedTypes.createPolicy('own', { createScriptURL: (url) => url }).createScriptURL('operations.js'));
const isStrict = (function () { return this === undefined })();
operations.facts = () => [isStrict, location.href, `${location}`, location.hash, name, crossOriginIsolated,
  typeof navigator.unrestrictedNetwork.request, navigator.unrestrictedNetwork.state, typeof operations];";

const MODULE: &str = "import './operations.js';
operations.facts = () => [import.meta.url, location.href, new URL('x', import.meta.url).href, typeof this];
export const isWhole = true;
import { isLoaded } from './cycle.js';
operations.cycle = () => isLoaded();";

/// Imports what it is imported by, as bundlers split programs.
const CYCLE: &str = "import { isWhole } from './module.js'; export const isLoaded = () => isWhole;";

/// How the page has a worker do something.
const PAGE: &str = "<!doctype html><meta charset=utf-8><title>Workers</title><script src=/page.js></script><body>";
const SCRIPT: &str = "
const policy = trustedTypes.createPolicy('page', { createScriptURL: (url) => url });
let last = 0;
globalThis.start = (url, options) => new Worker(policy.createScriptURL(url), options);
globalThis.ask = (worker, ...what) => new Promise((resolve, reject) => {
  const number = ++last;
  worker.addEventListener('message', ({ data }) => { if (data[0] === number) resolve(data[1]) });
  worker.onerror = ({ message, filename, lineno }) => reject(new Error(`${message} at ${filename}:${lineno}`));
  worker.postMessage([number, ...what]);
});
globalThis.failure = (url, options) => new Promise((resolve) => {
  const worker = start(url, options);
  worker.onerror = (event) => resolve([event.constructor.name, event.message, event.filename, event.lineno]);
});";

fn app() -> AppBuilder {
    AppBuilder::new("Workers")
        .page(PAGE)
        .file("/page.js", SCRIPT)
        // Its own list of Trusted Types stays, and is not in the way.
        .header("/", "content-security-policy", "trusted-types page")
        .header(
            "/work/classic.js",
            "content-security-policy",
            "trusted-types own nested",
        )
        .file("/work/operations.js", OPERATIONS)
        .file("/work/classic.js", CLASSIC)
        .file("/work/module.js", MODULE)
        .file("/work/cycle.js", CYCLE)
        .file("/work/throws.js", "\n\nnull.x;")
        .file("/work/wrong.js", "\nlet let;")
}

/// Asks a worker of the page's, which is a global variable of it.
fn ask(session: &Session<'_>, worker: &str, operation: &str, args: &[Value]) -> Value {
    session.eval_with(&format!("return await ask({worker}, '{operation}', ...args)"), args)
}

fn udp_echo() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let port = socket.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        let mut datagram = vec![0; 70_000];
        while let Ok((length, from)) = socket.recv_from(&mut datagram) {
            // A peer that has gone is no failure.
            let _ = socket.send_to(&datagram[..length], from);
        }
    });
    port
}

fn echoed(request: &Request) -> Reply {
    match request.path() {
        "/silent" => Reply::Silence,
        _ => Reply::of("text/plain", request.body.clone()).header("Set-Cookie", "a=1"),
    }
}

/// A server that sends for ever, and counts what it could.
fn endless() -> (TcpServer, Arc<AtomicUsize>) {
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = sent.clone();
    let server = TcpServer::start(move |mut stream| {
        loop {
            stream.write_all(&[0; 65_536])?;
            counted.fetch_add(65_536, Ordering::Relaxed);
        }
    });
    (server, sent)
}

/// Waits until a number stays what it is, and answers with it.
fn settled(mut number: impl FnMut() -> usize) -> usize {
    let mut last = number();
    wait::until("it stands still", || {
        let before = std::mem::replace(&mut last, number());
        (wait::holds_for(Duration::from_millis(400), || number() == last) && before <= last).then_some(last)
    })
}

#[test]
fn workers_have_the_network_of_their_document_and_lose_it_with_it() {
    let world = World::new();
    let id = world.install(&app());
    for permission in ["unrestricted-network", "loopback-network"] {
        world.decide(&id, "grant", permission);
    }
    let session = Session::open(&world.home, &world.display, &id, None);
    let origin = app().origin();
    session.eval(
        "globalThis.classic = start('/work/classic.js#part', { name: 'one' });
         globalThis.module = start(new URL('/work/module.js', location), { type: 'module' })",
    );

    // A worker is what it would be without Insula's part before its script.
    let url = format!("{origin}/work/classic.js#part");
    assert_eq!(
        ask(&session, "classic", "facts", &[]),
        json!([true, url, url, "#part", "one", true, "undefined", "granted", "object"])
    );
    let url = format!("{origin}/work/module.js");
    let facts = json!([url, url, format!("{origin}/work/x"), "undefined"]);
    assert_eq!(ask(&session, "module", "facts", &[]), facts);
    assert_eq!(ask(&session, "module", "cycle", &[]), true);
    let failures = session.eval(
        "return [await failure('/work/throws.js'), await failure('/work/wrong.js'), await failure('/work/none.js'),
           await failure('/work/throws.js', { type: 'module' })]",
    );
    let throws = format!("{origin}/work/throws.js");
    let message = "TypeError: null is not an object (evaluating 'null.x')";
    assert_eq!(failures[0], json!(["ErrorEvent", message, throws, 3]));
    assert_eq!(failures[1][2], format!("{origin}/work/wrong.js"));
    assert_eq!(failures[2][0], "Event");
    assert_eq!(failures[3], failures[0]);
    assert_eq!(
        session.eval(
            "class Own extends Worker { own = 1 }
             const worker = new Own(policy.createScriptURL('/work/classic.js'));
             const own = [worker instanceof Worker, worker.own, Worker.name, Worker.length, worker.constructor === Own,
               Worker.prototype.constructor === Worker, await ask(worker, 'permission', 'notifications')];
             worker.terminate();
             return own"
        ),
        json!([true, 1, "Worker", 1, true, true, "prompt"])
    );
    for refused in [
        "new Worker('/work/classic.js')",
        "trustedTypes.createPolicy('other', {})",
        "trustedTypes.createPolicy('insula-workers', {})",
    ] {
        let thrown = session.thrown(refused, &[]);
        assert!(thrown.starts_with("TypeError"), "{refused}: {thrown}");
    }

    let echo = TcpServer::echo();
    let closed = ClosedPort::new();
    let site = Site::start(echoed);
    let udp = udp_echo();
    for (worker, nested) in [("classic", false), ("module", false), ("classic", true)] {
        let tell = |operation: &str, args: &[Value]| match nested {
            false => ask(&session, worker, operation, args),
            true => ask(&session, worker, "nested", &[&[json!(operation)], args].concat()),
        };
        let of = format!("{worker} {nested}");
        assert_eq!(tell("echo", &[json!(echo.port())]), json!([3_000_000, true]), "{of}");
        assert_eq!(tell("talk", &[json!(echo.port())]), "onetwothree", "{of}");
        let fetched = tell("fetch", &[json!(site.url("/"))]);
        assert_eq!(fetched, json!(["from a worker", ["a=1"], "TimeoutError"]), "{of}");
        assert_eq!(tell("udp", &[json!(udp)]), json!([0, 3, 65_507]), "{of}");
        assert_eq!(tell("interfaces", &[]), json!([true, true]), "{of}");
        let refused = tell("refused", &[json!(closed.port())]);
        assert!(
            refused
                .as_str()
                .is_some_and(|error| error.starts_with("NetworkError: ")),
            "{of}: {refused}"
        );
        let port = tell("serve", &[]);
        let port = port.as_u64().and_then(|port| port.try_into().ok()).expect("a port");
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        stream.write_all(b"hello").expect("it is sent");
        stream.shutdown(std::net::Shutdown::Write).expect("it is ended");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert_eq!(answer, "hello", "{of}");
    }
    let facts = ask(&session, "classic", "nested", &[json!("facts")]);
    assert_eq!(
        (&facts[1], &facts[4]),
        (&json!(format!("{origin}/work/classic.js#inner")), &json!("inner"))
    );
    wait::until("what has ended is closed", || (echo.open() == 0).then_some(()));

    // Who does not read, or whom nobody reads, keeps nobody's memory.
    let (server, sent) = endless();
    ask(&session, "classic", "hold", &[json!(server.port())]);
    let arrived = settled(|| sent.load(Ordering::Relaxed));
    assert!(arrived < ON_THE_WAY, "{arrived}");
    let deaf = TcpServer::start(|stream| {
        std::thread::sleep(Duration::from_secs(600));
        drop(stream);
        Ok(())
    });
    ask(&session, "classic", "flood", &[json!(deaf.port())]);
    let written = settled(|| ask(&session, "classic", "written", &[]).as_u64().unwrap_or_default() as usize);
    assert!(written > 0 && written < ON_THE_WAY, "{written}");

    // However a worker ends, its connections end with it.
    for (how, nested) in [
        ("ending.terminate()", false),
        ("ending.terminate()", true),
        ("ending.postMessage([0, 'close'])", false),
        (
            "ending.postMessage([0, 'busy']); await new Promise((resolve) => setTimeout(resolve, 100)); ending.terminate()",
            false,
        ),
    ] {
        let server = endless().0;
        session.eval("globalThis.ending = start('/work/classic.js')");
        let (name, args) = match nested {
            false => ("hold", vec![json!(server.port())]),
            true => ("nested", vec![json!("hold"), json!(server.port())]),
        };
        ask(&session, "ending", name, &args);
        assert_eq!(server.open(), 1);
        session.eval(how);
        let ended = Instant::now();
        wait::until("its connection ends", || (server.open() == 0).then_some(()));
        assert!(ended.elapsed() < SOON, "{how}: {:?}", ended.elapsed());
    }

    assert_eq!(ask(&session, "classic", "ended", &[]), json!([]));
    world.decide(&id, "deny", "loopback-network");
    let taken_back = Instant::now();
    let both = wait::within(SOON, || {
        (ask(&session, "classic", "ended", &[]) == json!(["NotAllowedError", "NotAllowedError"])).then_some(())
    });
    assert!(both.is_some(), "{}", ask(&session, "classic", "ended", &[]));
    wait::until("its connections end", || (server.open() == 0).then_some(()));
    assert!(taken_back.elapsed() < SOON, "{:?}", taken_back.elapsed());
    world.decide(&id, "deny", "unrestricted-network");
    session.until_true("it is told", || ask(&session, "classic", "facts", &[])[7] == "denied");
    let refused = ask(&session, "module", "fetch", &[json!(site.url("/"))]);
    assert!(
        refused
            .as_str()
            .is_some_and(|error| error.starts_with("NotAllowedError")),
        "{refused}"
    );
}

/// What the page of an installed site has its workers do: those that load the network, by either way, and one that does not.
const SITE: &str = "
let last = 0;
const start = (url, options) => {
  const worker = new Worker(url, options);
  const ask = (...what) => new Promise((resolve, reject) => {
    const number = ++last;
    worker.addEventListener('message', ({ data }) => { if (data[0] === number) resolve(data[1]) });
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage([number, ...what]);
  });
  return { worker, ask };
};
(async () => {
  const found = {};
  const seen = [];
  for (const [name, url, type] of [['classic', '/app/classic.js', 'classic'], ['module', '/app/module.js', 'module']]) {
    const { worker, ask } = start(url + '#part', { type });
    worker.addEventListener('message', ({ data }) => { if (!Number.isInteger(data[0])) seen.push(data) });
    found[name] = [await ask('facts'), await ask('echo', PORT), (await ask('fetch', URL_OF_ECHO))[0]];
    await ask('hold', ENDLESS);
    worker.terminate();
  }
  found.plain = await start('/app/plain.js').ask();
  found.nested = await start('/app/outer.js').ask('nested', 'echo', PORT);
  found.seen = seen;
  document.title = 'result: ' + JSON.stringify(found);
})().catch((error) => { document.title = 'result: ' + JSON.stringify(`${error}`) });
";

const FACTS: &str =
    "operations.facts = () => [location.hash, typeof UDPSocket, typeof navigator.unrestrictedNetwork.request];";

/// Limit: network-workers
#[test]
fn the_workers_of_an_installed_site_load_the_network_and_keep_the_sites_policy() {
    let world = World::new();
    let (echo, endless) = (TcpServer::echo(), endless().0);
    let echoing = Site::start(echoed);
    let script = SITE
        .replace("PORT", &echo.port().to_string())
        .replace("ENDLESS", &endless.port().to_string())
        .replace("URL_OF_ECHO", &json!(echoing.url("/")).to_string());
    let load = "importScripts('/.well-known/insula/worker.js');";
    let site = Site::start(move |request| {
        let reply = match request.path() {
            "/app/" => Reply::html(
                "<!doctype html><title>Page</title><link rel=manifest href=/app/site.webmanifest><script src=page.js></script>",
            ),
            "/app/page.js" => Reply::of("text/javascript", script.clone()),
            "/app/operations.js" => Reply::of("text/javascript", OPERATIONS),
            "/app/classic.js" => Reply::of(
                "text/javascript",
                format!("{load} {load} importScripts('operations.js'); {FACTS}"),
            ),
            "/app/module.js" => Reply::of(
                "text/javascript",
                format!("import '/.well-known/insula/worker.js'; import './operations.js'; {FACTS}"),
            ),
            "/app/outer.js" => Reply::of(
                "text/javascript",
                format!(
                    "{load} globalThis.policy = {{ createScriptURL: (url) => url }}; importScripts('operations.js');"
                ),
            ),
            "/app/plain.js" => Reply::of(
                "text/javascript",
                "onmessage = ({ data: [number] }) => postMessage([number, [typeof TCPSocket, 'unrestrictedNetwork' in navigator]])",
            ),
            "/app/site.webmanifest" => Reply::of(
                "application/manifest+json",
                r#"{ "name": "Site", "start_url": "/app/", "scope": "/app/", "display": "standalone",
                     "icons": [{ "src": "/icon.svg", "sizes": "any" }] }"#,
            ),
            "/icon.svg" => Reply::of(
                "image/svg+xml",
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9'/></svg>",
            ),
            _ => return Reply::not_found(),
        };
        reply
            .header("content-security-policy", "default-src 'self'")
            .header("cross-origin-embedder-policy", "require-corp")
            .header("cross-origin-opener-policy", "same-origin")
    });
    world.home.succeed(&["install", &site.url("/app/")]);
    for permission in ["unrestricted-network", "loopback-network"] {
        world.decide("Site", "grant", permission);
    }
    let found = world.result_of_after("Site", || {
        let ended = wait::within(SOON, || (endless.open() == 0).then_some(()));
        assert!(ended.is_some() && endless.accepted() == 2, "terminated workers let go");
    });
    let whole = json!([["#part", "function", "undefined"], [3_000_000, true], "from a worker"]);
    assert_eq!(
        found,
        json!({
            "classic": whole, "module": whole, "plain": ["undefined", false], "nested": [3_000_000, true], "seen": [],
        })
    );
}
