//! The network: asking, granting, using, taking back.

use std::time::{Duration, Instant};

use insula_e2e::World;
use insula_testkit::{AppBuilder, Reply, Session, Site, server::strict, tcp::TcpServer, wait};
use serde_json::json;

/// Invariant: a revocation acts within a second on everything that is open.
const REVOCATION: Duration = Duration::from_secs(1);

fn app() -> AppBuilder {
    AppBuilder::new("Net").page("<!doctype html><meta charset=utf-8><title>Net</title><body>")
}

/// Opens an app that has been granted the network before, and this machine, which is decided by itself.
fn open_granted<'a>(world: &'a World, app: &AppBuilder) -> Session<'a> {
    let id = world.install(app);
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    Session::open(&world.home, &world.display, &id, None)
}

fn state(session: &Session<'_>) -> String {
    session
        .eval("return navigator.unrestrictedNetwork.state")
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn asking_takes_a_click_and_the_users_yes() {
    let world = World::new();
    let app = app();
    let session = world.open(&app);
    assert_eq!(state(&session), "prompt");
    let thrown = session.thrown("return await navigator.unrestrictedNetwork.request()", &[]);
    assert!(thrown.starts_with("NotAllowedError"), "without a click: {thrown}");
    let thrown = session.thrown(
        "return await navigator.unrestrictedNetwork.fetch('http://127.0.0.1/')",
        &[],
    );
    assert!(thrown.starts_with("NotAllowedError"), "without a grant: {thrown}");

    session.eval("globalThis.changes = []; navigator.unrestrictedNetwork.onstatechange = () => changes.push(navigator.unrestrictedNetwork.state)");
    session.prepare_click("return await navigator.unrestrictedNetwork.request()", &[]);
    session.click("#testkit-button");
    world.display.wait_for_dialog();
    world.display.key("alt+a");
    assert_eq!(session.clicked(), Ok(json!("granted")));
    assert_eq!(state(&session), "granted");
    session.wait_for("changes.at(-1) === 'granted'");
    let listed = world.home.succeed(&["permissions", &app.id(), "--json"]).stdout;
    assert!(
        listed.contains("unrestricted-network") && listed.contains("granted"),
        "{listed}"
    );
}

#[test]
fn a_no_is_an_error_that_the_page_sees_and_is_kept() {
    let world = World::new();
    let app = app();
    let session = world.open(&app);
    session.prepare_click("return await navigator.unrestrictedNetwork.request()", &[]);
    session.click("#testkit-button");
    world.display.wait_for_dialog();
    world.display.key("alt+b");
    assert_eq!(session.clicked(), Ok(json!("denied")));
    let thrown = session.thrown(
        "return await navigator.unrestrictedNetwork.fetch('http://127.0.0.1/')",
        &[],
    );
    assert!(thrown.starts_with("NotAllowedError"), "{thrown}");
    drop(session);
    let session = Session::open(&world.home, &world.display, &app.id(), None);
    assert_eq!(state(&session), "denied");
    assert_eq!(
        session.on_click("return await navigator.unrestrictedNetwork.request()", &[]),
        Ok(json!("denied")),
        "it is not asked again"
    );
}

#[test]
fn a_question_that_is_closed_decides_nothing() {
    let world = World::new();
    let session = world.open(&app());
    session.prepare_click("return await navigator.unrestrictedNetwork.request()", &[]);
    session.click("#testkit-button");
    world.display.wait_for_dialog();
    world.display.key("Escape");
    assert_eq!(session.clicked(), Ok(json!("prompt")));
}

#[test]
fn fetch_reads_what_cors_and_csp_would_keep_away() {
    let world = World::new();
    let site = strict::site();
    let session = open_granted(&world, &app());
    let ordinary = session.thrown("return (await fetch(args[0])).status", &[json!(site.url("/feed.xml"))]);
    assert!(
        ordinary.starts_with("TypeError"),
        "the engine's own fetch stays what it was: {ordinary}"
    );
    let feed = session.eval_with(
        "const response = await navigator.unrestrictedNetwork.fetch(args[0]);
         return [response.status, response.headers.get('content-type'), await response.text()]",
        &[json!(site.url("/feed.xml"))],
    );
    assert_eq!((&feed[0], &feed[1]), (&json!(200), &json!("application/rss+xml")));
    assert!(
        feed[2].as_str().is_some_and(|text| text.contains("The first island")),
        "{feed}"
    );
    let picture = session.eval_with(
        "return (await (await navigator.unrestrictedNetwork.fetch(args[0])).blob()).type",
        &[json!(site.url("/picture.svg"))],
    );
    assert_eq!(picture, "image/svg+xml");
}

#[test]
fn fetch_sends_bodies_and_headers_as_given() {
    let world = World::new();
    let site = Site::start(|request| {
        Reply::of("application/octet-stream", request.body.clone())
            .header("X-Seen", request.header("x-own").unwrap_or("-"))
    });
    let session = open_granted(&world, &app());
    let echoed = session.eval_with(
        "const response = await navigator.unrestrictedNetwork.fetch(args[0], { method: 'POST', headers: { 'X-Own': 'yes' }, body: 'hello' });
         return [await response.text(), response.headers.get('x-seen')]",
        &[json!(site.url("/"))],
    );
    assert_eq!(echoed, json!(["hello", "yes"]));
}

#[test]
fn a_tcp_socket_carries_bytes_both_ways() {
    let world = World::new();
    let server = TcpServer::echo();
    let session = open_granted(&world, &app());
    let echoed = session.eval_with(
        "const socket = new TCPSocket('127.0.0.1', args[0]);
         const { readable, writable, remotePort } = await socket.opened;
         const writer = writable.getWriter(), sent = new Uint8Array(300000).map((_, index) => index * 7);
         const received = new Response(readable).arrayBuffer();
         await writer.write(sent);
         await writer.close();
         const bytes = new Uint8Array(await received);
         await socket.closed;
         return [remotePort, bytes.length, bytes.every((byte, index) => byte === sent[index])]",
        &[json!(server.port())],
    );
    assert_eq!(echoed, json!([server.port(), 300_000, true]));
    wait::until_true("the connection ends", || server.open() == 0);
}

#[test]
fn this_machine_is_asked_about_with_the_grant_and_without() {
    for (granted, key, opens) in [(false, "alt+a", true), (false, "alt+b", false), (true, "alt+a", true)] {
        let world = World::new();
        let server = TcpServer::echo();
        let id = world.install(&app());
        if granted {
            world.decide(&id, "grant", "unrestricted-network");
        }
        let session = Session::open(&world.home, &world.display, &id, None);
        session.eval_with(
            "globalThis.outcome = null;
             new TCPSocket('127.0.0.1', args[0]).opened.then(() => { outcome = 'open' }, (error) => { outcome = error.name })",
            &[json!(server.port())],
        );
        world.display.wait_for_dialog();
        assert_eq!(server.accepted(), 0, "nothing is connected before the answer");
        world.display.key(key);
        session.wait_for("outcome !== null");
        assert_eq!(
            session.eval("return outcome === 'open'"),
            opens,
            "{}",
            session.eval("return outcome")
        );
        assert_eq!(server.accepted(), usize::from(opens));
    }
}

#[test]
fn without_the_policy_feature_and_the_grant_there_are_no_sockets() {
    let world = World::new();
    let server = TcpServer::echo();
    let session = world.open(&app().without_feature("direct-sockets"));
    let thrown = session.thrown(
        "await new TCPSocket('127.0.0.1', args[0]).opened",
        &[json!(server.port())],
    );
    assert!(thrown.starts_with("NotAllowedError"), "{thrown}");
    assert_eq!(server.accepted(), 0);
}

#[test]
fn taking_the_grant_back_closes_everything_within_a_second() {
    let world = World::new();
    let (endless, idle) = (TcpServer::endless(), TcpServer::echo());
    let download = Site::start(|_| Reply::Endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n.".to_vec()));
    let app = app().without_feature("direct-sockets");
    let session = open_granted(&world, &app);
    session.eval_with(
        "const [endless, idle, url] = args;
         globalThis.read = 0; globalThis.ended = [];
         const end = (name) => [() => ended.push(name + ' done'), (error) => ended.push(name + ' ' + error.name)];
         const socket = new TCPSocket('127.0.0.1', endless), quiet = new TCPSocket('127.0.0.1', idle);
         const { readable } = await socket.opened;
         await quiet.opened;
         quiet.closed.then(...end('idle'));
         const response = await navigator.unrestrictedNetwork.fetch(url);
         const drain = async (stream) => {
           const reader = stream.getReader();
           for (;;) {
             const { value, done } = await reader.read();
             if (done) return;
             read += value.length;
           }
         };
         drain(readable).then(...end('reading'));
         drain(response.body).then(...end('download'))",
        &[json!(endless.port()), json!(idle.port()), json!(download.url("/"))],
    );
    session.wait_for("read > 1000000");
    assert_eq!(session.eval("return ended"), json!([]));

    world.decide(&app.id(), "deny", "unrestricted-network");
    let start = Instant::now();
    let ended = wait::within(REVOCATION, || {
        let ended = session.eval("return ended.length");
        (ended == 3 && endless.open() == 0 && idle.open() == 0).then_some(())
    });
    assert!(
        ended.is_some(),
        "{:?} later: {}, connections {} and {}",
        start.elapsed(),
        session.eval("return ended"),
        endless.open(),
        idle.open()
    );
    let ended = session.eval("return ended");
    let errors = ended
        .as_array()
        .unwrap()
        .iter()
        .all(|end| end.as_str().is_some_and(|end| end.ends_with("Error")));
    assert!(errors, "each ends with an error: {ended}");
    let thrown = session.thrown(
        "return await navigator.unrestrictedNetwork.fetch(args[0])",
        &[json!(download.url("/"))],
    );
    assert!(thrown.starts_with("NotAllowedError"), "{thrown}");
    assert_eq!(state(&session), "denied");
}

#[test]
fn broken_servers_end_in_errors_and_not_in_silence() {
    let world = World::new();
    let resetting = TcpServer::resetting();
    let refused = insula_testkit::tcp::unused_port();
    let garbage = Site::start(|_| Reply::Raw(b"no http at all\r\n\r\n".to_vec()));
    let cut = Site::start(|_| Reply::Reset(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome".to_vec()));
    let silent = Site::start(|_| Reply::Silence);
    let session = open_granted(&world, &app());

    let thrown = session.thrown(
        "const socket = new TCPSocket('127.0.0.1', args[0]);
         const { readable, writable } = await socket.opened;
         const reader = readable.getReader();
         await reader.read();
         await writable.getWriter().write(new Uint8Array(1));
         for (;;) if ((await reader.read()).done) return 'a clean end'",
        &[json!(resetting.port())],
    );
    assert!(thrown.starts_with("NetworkError"), "reset: {thrown}");
    let thrown = session.thrown("await new TCPSocket('127.0.0.1', args[0]).opened", &[json!(refused)]);
    assert!(thrown.starts_with("NetworkError"), "refused: {thrown}");
    let fetch = "const response = await navigator.unrestrictedNetwork.fetch(args[0]); return await response.text()";
    let thrown = session.thrown(fetch, &[json!(garbage.url("/"))]);
    assert!(thrown.contains("not valid HTTP"), "garbage: {thrown}");
    let thrown = session.thrown(fetch, &[json!(cut.url("/"))]);
    assert!(thrown.contains("Error"), "cut off: {thrown}");
    let thrown = session.thrown(
        "const abort = new AbortController();
         const answer = navigator.unrestrictedNetwork.fetch(args[0], { signal: abort.signal });
         setTimeout(() => abort.abort(), 200);
         return await answer",
        &[json!(silent.url("/"))],
    );
    assert!(thrown.starts_with("AbortError"), "never answered: {thrown}");
}
