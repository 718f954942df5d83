//! WebSockets with headers of the app's own.

use std::time::{Duration, Instant};

use insula_e2e::World;
use insula_testkit::{AppBuilder, Authority, Session, WebSocketServer, wait};
use serde_json::{Value, json};

/// Invariant: a revocation acts within a second on everything that is open.
const REVOCATION: Duration = Duration::from_secs(1);

/// What may lie between a server and a page that does not read.
const BUFFERED: usize = 32 * 1024 * 1024;

/// Opens one, and notes what happens to it.
const SCRIPT: &str = r"
globalThis.until = (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
globalThis.start = (...args) => {
  const socket = new UnrestrictedWebSocket(...args);
  socket.binaryType = 'arraybuffer';
  socket.log = [];
  socket.addEventListener('open', () => socket.log.push('open'));
  socket.addEventListener('error', ({ error }) => socket.log.push(`${error.name}: ${error.message}`));
  socket.addEventListener('close', ({ code, reason, wasClean }) => socket.log.push({ code, reason, wasClean }));
  return socket;
};
globalThis.connected = async (...args) => {
  const socket = start(...args);
  await until(socket, 'open');
  return socket;
};
globalThis.ended = async (...args) => {
  const socket = start(...args);
  await until(socket, 'close');
  return socket.log;
};
";

fn app() -> AppBuilder {
    let page = "<!doctype html><meta charset=utf-8><title>Chat</title><script src=/main.js></script><body>";
    AppBuilder::new("Chat").page(page).file("/main.js", SCRIPT)
}

fn install(world: &World) -> String {
    let id = world.install(&app());
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    id
}

fn eval(session: &Session<'_>, server: &WebSocketServer, path: &str, body: &str) -> Value {
    session.eval_with(body, &[json!(server.url(path))])
}

#[test]
fn a_websocket_has_the_apps_headers_and_is_otherwise_the_platforms() {
    let (world, server) = (World::new(), WebSocketServer::start());
    let id = install(&world);
    let session = Session::open(&world.home, &world.display, &id, None);
    let told = eval(
        &session,
        &server,
        "/headers",
        "const headers = { Authorization: 'Bearer secret', Cookie: 'a=1', Origin: 'https://own.example', Host: 'other' };
         globalThis.socket = start(args[0], ['news', 'chat'], { headers });
         const [, { data }] = await Promise.all([until(socket, 'open'), until(socket, 'message')]);
         const { authorization, cookie, origin, host, 'user-agent': agent } = JSON.parse(data);
         const { protocol, extensions, readyState, url } = socket;
         return [authorization, cookie, origin, host === new URL(args[0]).host, agent.startsWith('Insula/'),
           protocol, extensions, readyState, url === args[0]]",
    );
    let expected = [
        json!("Bearer secret"),
        json!("a=1"),
        json!("https://own.example"),
        json!(true),
        json!(true),
        json!("chat"),
        json!(""),
        json!(1),
        json!(true),
    ];
    assert_eq!(told, json!(expected));

    let echoed = session.eval(
        "const back = [];
         const long = new Uint8Array(10 * 2 ** 20).map((_, i) => i * 7 >> 3);
         for (const data of ['h\\u00e9llo', '', Uint8Array.of(1, 2, 3), new Blob(['blob']), new DataView(new ArrayBuffer(2)), long]) {
           socket.send(data);
           const { data: came } = await until(socket, 'message');
           back.push(typeof came === 'string' ? came : came.byteLength);
           if (data === long) back.push(new Uint8Array(came).every((byte, i) => byte === long[i]));
         }
         socket.binaryType = 'blob';
         socket.send(Uint8Array.of(65));
         const { data } = await until(socket, 'message');
         back.push(await data.text(), new UnrestrictedWebSocket(socket.url).bufferedAmount);
         return back",
    );
    let expected = [
        json!("h\u{e9}llo"),
        json!(""),
        json!(3),
        json!(4),
        json!(2),
        json!(10 * 1024 * 1024),
        json!(true),
        json!("A"),
        json!(0),
    ];
    assert_eq!(echoed, json!(expected));
    session.wait_for("socket.bufferedAmount === 0");

    // Messages that come together are given one by one, to whoever asks for the next when it has one.
    let ordered = session.eval(
        "for (let i = 0; i < 1000; i++) socket.send(String(i));
         for (let i = 0; i < 1000; i++) {
           const { data } = await until(socket, 'message');
           if (data !== String(i)) return `${data} instead of ${i}`;
         }
         return 'in order'",
    );
    assert_eq!(ordered, "in order");

    // Both sides close.
    let closed = session.eval("socket.close(3001, 'b\\u00ffe'); await until(socket, 'close'); return socket.log");
    assert_eq!(
        closed,
        json!(["open", { "code": 3001, "reason": "b\u{ff}e", "wasClean": true }])
    );
    wait::until_true("the server hears of it", || {
        server.closes().contains(&Some((3001, "b\u{ff}e".to_owned())))
    });
    let closed = eval(
        &session,
        &server,
        "/closing",
        "const socket = await connected(args[0]); socket.send('x'); await until(socket, 'close'); return socket.log",
    );
    assert_eq!(
        closed,
        json!(["open", { "code": 4002, "reason": "done", "wasClean": true }])
    );

    // What fails says why.
    let abnormal = json!({ "code": 1006, "reason": "", "wasClean": false });
    let refused = eval(&session, &server, "/refused", "return await ended(args[0])");
    let expected = json!([
        "NetworkError: the WebSocket failed: the server answered 401 Unauthorized",
        abnormal
    ]);
    assert_eq!(refused, expected);
    let too_long = eval(&session, &server, "/too-long", "return await ended(args[0])");
    let expected = json!([
        "open",
        "NetworkError: the WebSocket failed: a message is longer than 64 MiB",
        abnormal
    ]);
    assert_eq!(too_long, expected);
    wait::until_true("the server hears why", || {
        server.closes().contains(&Some((1009, String::new())))
    });
}

#[test]
fn a_worker_has_them_too() {
    let (world, server) = (World::new(), WebSocketServer::start());
    let worker = format!(
        "{SCRIPT}
         onmessage = async ({{ data: url }}) => {{
           const socket = await connected(url);
           const large = new Uint8Array(3 << 20).fill(7);
           socket.send('from a worker');
           const first = await until(socket, 'message');
           socket.send(large);
           const {{ data }} = await until(socket, 'message');
           socket.close(4001, 'done');
           await until(socket, 'close');
           postMessage([first.data, data.byteLength, new Uint8Array(data).every((it) => it === 7), ...socket.log]);
         }}"
    );
    let id = world.install(&app().file("/worker.js", worker));
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    let session = Session::open(&world.home, &world.display, &id, None);
    let told = eval(
        &session,
        &server,
        "/echo",
        "const policy = trustedTypes.createPolicy('own', { createScriptURL: (url) => url });
         const worker = new Worker(policy.createScriptURL('/worker.js'));
         worker.postMessage(args[0]);
         return (await until(worker, 'message')).data",
    );
    let closed = json!({ "code": 4001, "reason": "done", "wasClean": true });
    assert_eq!(told, json!(["from a worker", 3 << 20, true, "open", closed]));
}

#[test]
fn a_page_that_is_busy_stops_the_server_and_what_is_taken_back_ends_at_once() {
    let (world, server) = (World::new(), WebSocketServer::start());
    let id = install(&world);
    let session = Session::open(&world.home, &world.display, &id, None);
    let blocked = eval(
        &session,
        &server,
        "/flood",
        "globalThis.flood = await connected(args[0]);
         let count = 0;
         flood.onmessage = () => count++;
         while (count < 100) await until(flood, 'message');
         const begun = Date.now();
         while (Date.now() < begun + 3000);
         return [begun, Date.now()]",
    );
    let time = |at: usize| blocked[at].as_u64().expect("a time");
    let held = server.flooded(time(1)) - server.flooded(time(0));
    assert!(held < BUFFERED, "{held} bytes lie somewhere");
    session.eval("await until(flood, 'message')");

    let quiet = eval(
        &session,
        &server,
        "/",
        "globalThis.quiet = await connected(args[0]); return quiet.log",
    );
    assert_eq!(quiet, json!(["open"]));
    world.decide(&id, "deny", "unrestricted-network");
    let taken_back = Instant::now();
    session.wait_for("flood.readyState === 3 && quiet.readyState === 3");
    assert!(taken_back.elapsed() < REVOCATION, "{:?}", taken_back.elapsed());
    let abnormal = json!({ "code": 1006, "reason": "", "wasClean": false });
    let log = json!(["open", "NotAllowedError: network access was taken back", abnormal]);
    assert_eq!(session.eval("return [flood.log, quiet.log]"), json!([log, log]));
    wait::until_true("the connections end", || server.open() == 0);
    let thrown = session.thrown("new UnrestrictedWebSocket('ws://localhost/')", &[]);
    assert!(thrown.starts_with("NotAllowedError"), "{thrown}");
}

#[test]
fn wss_is_for_servers_that_are_trusted_or_expected() {
    let (world, authority, stranger) = (World::new(), Authority::new(), Authority::new());
    let (trusted, other) = (
        WebSocketServer::start_tls(&authority),
        WebSocketServer::start_tls(&stranger),
    );
    let id = install(&world);
    let session = Session::open_trusting(&world.home, &world.display, &id, &authority);
    let found = session.eval_with(
        "const [trusted, other] = args;
         const socket = await connected(trusted);
         socket.send('secret');
         const { data } = await until(socket, 'message');
         const { tlsError } = await new Promise((resolve) => {
           new UnrestrictedWebSocket(other).onerror = ({ error }) => resolve(error);
         });
         return [data, tlsError]",
        &[json!(trusted.url("/")), json!(other.url("/"))],
    );
    assert_eq!(found, json!(["secret", "untrusted"]));
    let pinned = session.eval_with(
        "const [trusted, other] = args;
         const { port } = new URL(trusted);
         const probe = await new TCPSocket('localhost', port, { secureTransport: 'on' }).opened;
         const pin = probe.tls.certificates[0].fingerprint.sha256;
         const tls = { pinnedSha256: [pin] };
         const socket = await connected(trusted, [], { tls });
         const [said] = await ended(other, [], { tls });
         return [socket.readyState, said.startsWith('NetworkError')]",
        &[json!(trusted.url("/")), json!(other.url("/"))],
    );
    assert_eq!(pinned, json!([1, true]));
}
