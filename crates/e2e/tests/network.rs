//! The network: asking, granting, using, taking back.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use insula_e2e::World;
use insula_testkit::{
    AppBuilder, Reply, Session, Site, process, server::strict, tcp::ClosedPort, tcp::TcpServer, wait,
};
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
    session.eval("globalThis.clicked = false; onpointerdown = () => (clicked = true)");
    world.display.click(session.page().centre());
    session.wait_for("clicked");
    session.eval("location.reload()");
    session.wait_for("document.readyState === 'complete' && !('clicked' in globalThis)");
    let thrown = session.thrown("return await navigator.unrestrictedNetwork.request()", &[]);
    assert!(
        thrown.starts_with("NotAllowedError"),
        "by a click into the page before: {thrown}"
    );
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
fn the_question_has_a_switch_for_what_is_near() {
    let world = World::new();
    let session = world.open(&app());
    let site = strict::site();
    session.prepare_click("return await navigator.unrestrictedNetwork.request()", &[]);
    session.click("#testkit-button");
    world.display.wait_for_dialog();
    // No answer has the focus; the first stop is the app's id, the second the switch.
    world.display.key("Tab");
    world.display.key("Tab");
    world.display.key("space");
    world.display.settled();
    world.display.key("alt+a");
    assert_eq!(session.clicked(), Ok(json!("granted")));
    let status = session.eval_with(
        "return (await navigator.unrestrictedNetwork.fetch(args[0])).status",
        &[json!(site.url("/feed.xml"))],
    );
    assert_eq!(status, 200, "nothing more is asked");
}

#[test]
fn a_no_is_an_error_that_the_page_sees_and_is_kept() {
    let world = World::new();
    let app = app();
    let session = world.open(&app);
    session.prepare_click("return await navigator.unrestrictedNetwork.request()", &[]);
    session.click("#testkit-button");
    world.display.wait_for_dialog();
    world.display.key("alt+d");
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

/// One app serves all of them: none changes what another needs.
#[test]
fn an_app_with_the_grant_talks_to_servers_as_they_are() {
    let world = World::new();
    let session = open_granted(&world, &app());
    fetch_reads_what_cors_and_csp_would_keep_away(&session);
    fetch_sends_bodies_and_headers_as_given(&session);
    bodies_arrive_as_a_browser_would_send_them(&session);
    a_long_body_follows_a_redirect(&session);
    what_the_arguments_would_lose_is_refused(&session);
    answers_have_the_status_and_the_headers_that_were_sent(&session);
    a_tcp_socket_carries_bytes_both_ways(&session);
    broken_servers_end_in_errors_and_not_in_silence(&session);
}

fn fetch_reads_what_cors_and_csp_would_keep_away(session: &Session<'_>) {
    let site = strict::site();
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
    let checked = session.eval_with(
        "const bytes = await (await navigator.unrestrictedNetwork.fetch(args[0])).arrayBuffer();
         const hash = new Uint8Array(await crypto.subtle.digest('SHA-384', bytes));
         const integrity = 'sha384-' + btoa(String.fromCharCode(...hash));
         const again = (await navigator.unrestrictedNetwork.fetch(args[0], { integrity })).status;
         const other = await navigator.unrestrictedNetwork.fetch(args[1], { integrity }).catch(({ name }) => name);
         return [again, other]",
        &[json!(site.url("/feed.xml")), json!(site.url("/picture.svg"))],
    );
    assert_eq!(checked, json!([200, "TypeError"]), "subresource integrity");
}

fn fetch_sends_bodies_and_headers_as_given(session: &Session<'_>) {
    let site = Site::start(|request| {
        Reply::of("application/octet-stream", request.body.clone())
            .header("X-Seen", request.header("x-own").unwrap_or("-"))
    });
    let echoed = session.eval_with(
        "const response = await navigator.unrestrictedNetwork.fetch(args[0], { method: 'POST', headers: { 'X-Own': 'yes' }, body: 'hello' });
         return [await response.text(), response.headers.get('x-seen')]",
        &[json!(site.url("/"))],
    );
    assert_eq!(echoed, json!(["hello", "yes"]));
}

fn bodies_arrive_as_a_browser_would_send_them(session: &Session<'_>) {
    let site = Site::start(|request| {
        let framing = format!(
            "{} {}",
            request.header("content-length").unwrap_or("-"),
            request.header("transfer-encoding").unwrap_or("-")
        );
        let content_type = request.header("content-type").unwrap_or("text/plain").to_owned();
        Reply::of(&content_type, request.body.clone()).header("X-Framing", &framing)
    });
    let url = json!(site.url("/"));
    let form = session.eval_with(
        "const body = new FormData();
         body.append('a', '1');
         body.append('file', new File(['content'], 'name.txt'));
         const response = await navigator.unrestrictedNetwork.fetch(args[0], { method: 'POST', body });
         const [, chunked] = response.headers.get('x-framing').split(' '), parsed = await response.formData();
         return [chunked, parsed.get('a'), parsed.get('file').name, await parsed.get('file').text()]",
        std::slice::from_ref(&url),
    );
    assert_eq!(form, json!(["-", "1", "name.txt", "content"]));
    let framing = session.eval_with(
        "const framings = [];
         for (const body of [new Blob(['x'.repeat(2000000)]), new Blob([]), new Blob(['x']).stream()]) {
           const response = await navigator.unrestrictedNetwork.fetch(args[0], { method: 'PUT', body, duplex: 'half' });
           framings.push(response.headers.get('x-framing'));
         }
         return framings",
        std::slice::from_ref(&url),
    );
    assert_eq!(framing, json!(["2000000 -", "0 -", "- chunked"]));
}

fn a_long_body_follows_a_redirect(session: &Session<'_>) {
    let there = Site::start(|request| Reply::text(request.body.len().to_string()));
    let target = there.url("/there");
    let here = Site::start(move |_| Reply::text("").status(307).header("Location", &target));
    for body in ["new Uint8Array(3_000_000)", "new Blob([new Uint8Array(3_000_000)])"] {
        let answer = session.eval_with(
            &format!(
                "const init = {{ method: 'PUT', body: {body} }};
                 return await (await navigator.unrestrictedNetwork.fetch(args[0], init)).text()"
            ),
            &[json!(here.url("/"))],
        );
        assert_eq!(answer, "3000000", "{body}");
    }
}

fn what_the_arguments_would_lose_is_refused(session: &Session<'_>) {
    for code in [
        "const body = new Blob(['ab']).stream();
         const reader = body.getReader();
         await reader.read();
         reader.releaseLock();
         return await navigator.unrestrictedNetwork.fetch('http://127.0.0.1/', { method: 'POST', body, duplex: 'half' })",
        "const request = new Request('http://127.0.0.1/', { method: 'POST', body: 'x' });
         return await navigator.unrestrictedNetwork.fetch(request, { method: 'GET' })",
        "return await navigator.unrestrictedNetwork.fetch('http://127.0.0.1/', { mode: 'x' })",
        "const { fetch } = navigator.unrestrictedNetwork; return await fetch('http://127.0.0.1/').catch((error) => { throw error })",
        "const { get } = Object.getOwnPropertyDescriptor(TCPSocket.prototype, 'opened');
         return await get.call(undefined).catch((error) => { throw error })",
    ] {
        let thrown = session.thrown(code, &[]);
        assert!(thrown.starts_with("TypeError"), "{code}: {thrown}");
    }
    let thrown = session.thrown("structuredClone(new TCPSocket('127.0.0.1', 1))", &[]);
    assert!(thrown.starts_with("DataCloneError"), "{thrown}");
    let thrown = session.thrown("await new TCPSocket('a b', 1).opened", &[]);
    assert!(thrown.starts_with("NetworkError"), "{thrown}");
}

fn answers_have_the_status_and_the_headers_that_were_sent(session: &Session<'_>) {
    let strange = Site::start(|_| Reply::Raw(b"HTTP/1.1 999 X\r\nContent-Length: 4\r\n\r\nbody".to_vec()));
    let long = Site::start(|request| {
        let value = "x".repeat(100_000);
        Reply::of("text/plain", request.header("sec-fetch-site").unwrap_or("-")).header("X-Long", &value)
    });
    let seen = session.eval_with(
        "const response = await navigator.unrestrictedNetwork.fetch(args[0]);
         let changed = true;
         try { response.headers.set('a', 'b') } catch { changed = false }
         return [response.status, response.ok, response.statusText, changed, await response.text()]",
        &[json!(strange.url("/"))],
    );
    assert_eq!(seen, json!([999, false, "X", false, "body"]));
    let seen = session.eval_with(
        "const response = await navigator.unrestrictedNetwork.fetch(args[0], { headers: { 'Sec-Fetch-Site': 'none' } });
         return [response.headers.get('x-long').length, await response.text()]",
        &[json!(long.url("/"))],
    );
    assert_eq!(seen, json!([100_000, "none"]));
    let local = session.eval(
        "const { unrestrictedNetwork } = navigator, url = URL.createObjectURL(new Blob(['blob']));
         const texts = [];
         for (const each of ['data:,some%20text', url]) texts.push(await (await unrestrictedNetwork.fetch(each)).text());
         return texts",
    );
    assert_eq!(local, json!(["some text", "blob"]));
}

fn a_tcp_socket_carries_bytes_both_ways(session: &Session<'_>) {
    let server = TcpServer::echo();
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
    for (granted, key, opens) in [(false, "alt+a", true), (false, "alt+d", false), (true, "alt+a", true)] {
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
        // The page may know of its connection before the server does.
        wait::until_true("the server counts it", || server.accepted() == usize::from(opens));
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
    let download = Site::start(|_| Reply::Endless("text/plain"));
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
fn taking_one_permission_back_leaves_what_others_carry() {
    let world = World::new();
    let server = TcpServer::echo();
    let download = Site::start(|_| Reply::Endless("text/plain"));
    let app = app();
    let session = open_granted(&world, &app);
    let query = "return (await navigator.permissions.query({ name: args[0] })).state";
    assert_eq!(session.eval_with(query, &[json!("loopback-network")]), json!("granted"));
    assert_eq!(
        session.eval_with(query, &[json!("local-network-access")]),
        json!("prompt"),
        "an alias for this and for the local network"
    );
    session.eval_with(
        "globalThis.ended = [];
         const [port, url] = args;
         const socket = new TCPSocket('127.0.0.1', port);
         const { readable, writable } = await socket.opened;
         socket.closed.catch((error) => ended.push('socket ' + error.name));
         const reader = readable.getReader(), writer = writable.getWriter();
         globalThis.echo = async () => { await writer.write(new Uint8Array(7)); return (await reader.read()).value.length };
         const response = await navigator.unrestrictedNetwork.fetch(url);
         response.arrayBuffer().catch((error) => ended.push('download ' + error.name))",
        &[json!(server.port()), json!(download.url("/"))],
    );

    world.decide(&app.id(), "deny", "unrestricted-network");
    let ended = wait::within(REVOCATION, || (session.eval("return ended.length") == 1).then_some(()));
    assert!(ended.is_some(), "{}", session.eval("return ended"));
    assert_eq!(session.eval("return ended"), json!(["download NotAllowedError"]));
    assert_eq!(session.eval("return await echo()"), 7, "direct-sockets carries it");

    world.decide(&app.id(), "deny", "loopback-network");
    let ended = wait::within(REVOCATION, || (session.eval("return ended.length") == 2).then_some(()));
    assert!(ended.is_some(), "{}", session.eval("return ended"));
    assert_eq!(session.eval("return ended[1]"), "socket NotAllowedError");
    wait::until_true("the connection ends", || server.open() == 0);
}

fn broken_servers_end_in_errors_and_not_in_silence(session: &Session<'_>) {
    let resetting = TcpServer::resetting();
    let closed = ClosedPort::new();
    let garbage = Site::start(|_| Reply::Raw(b"no http at all\r\n\r\n".to_vec()));
    let cut = Site::start(|_| Reply::Reset(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome".to_vec()));
    let silent = Site::start(|_| Reply::Silence);

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
    let thrown = session.thrown(
        "await new TCPSocket('127.0.0.1', args[0]).opened",
        &[json!(closed.port())],
    );
    assert!(thrown.starts_with("NetworkError"), "refused: {thrown}");
    let fetch = "const response = await navigator.unrestrictedNetwork.fetch(args[0]); return await response.text()";
    let thrown = session.thrown(fetch, &[json!(garbage.url("/"))]);
    assert!(
        thrown.starts_with("TypeError") && thrown.contains("not valid HTTP"),
        "garbage: {thrown}"
    );
    let thrown = session.thrown(fetch, &[json!(cut.url("/"))]);
    assert!(thrown.starts_with("TypeError"), "cut off: {thrown}");
    let cause = session.eval_with(
        "return await navigator.unrestrictedNetwork.fetch(args[0]).catch(({ cause }) => cause.name)",
        &[json!(format!("http://127.0.0.1:{}/", closed.port()))],
    );
    assert_eq!(cause, "NetworkError", "what a socket would say is not lost");
    let thrown = session.thrown(
        "const abort = new AbortController();
         const answer = navigator.unrestrictedNetwork.fetch(args[0], { signal: abort.signal });
         setTimeout(() => abort.abort(), 200);
         return await answer",
        &[json!(silent.url("/"))],
    );
    assert!(thrown.starts_with("AbortError"), "never answered: {thrown}");
}

#[test]
fn a_thousand_sockets_are_open_at_once_under_the_usual_limit_of_a_desktop() {
    const SOCKETS: usize = 1_000;
    let world = World::new();
    let server = TcpServer::echo();
    let session = process::with_descriptor_limit(1_024, || open_granted(&world, &app()));
    let answered = session.eval_with(
        "const [port, count] = args;
         globalThis.sockets = [];
         for (let i = 0; i < count; i++) {
           const socket = new TCPSocket('127.0.0.1', port);
           const { readable, writable } = await socket.opened;
           sockets.push({ socket, reader: readable.getReader(), writer: writable.getWriter() });
         }
         await Promise.all(sockets.map(({ writer }, i) => writer.write(Uint8Array.of(i))));
         const bytes = await Promise.all(sockets.map(({ reader }) => reader.read()));
         return bytes.filter(({ value }, i) => value[0] === i % 256).length",
        &[json!(server.port()), json!(SOCKETS)],
    );
    assert_eq!(answered, SOCKETS);
    assert_eq!(server.open(), SOCKETS);
}

/// The IPv4 addresses of this machine, as the kernel lists them for people. A machine without a network has only loopback's.
fn own_addresses() -> Vec<Ipv4Addr> {
    let table = std::fs::read_to_string("/proc/net/fib_trie").expect("the kernel's table of routes");
    let lines: Vec<&str> = table.lines().collect();
    let own = lines.windows(2).filter(|pair| pair[1].contains("/32 host LOCAL"));
    let mut addresses: Vec<Ipv4Addr> = own
        .filter_map(|pair| pair[0].split_once("|-- ")?.1.parse().ok())
        .collect();
    addresses.sort();
    addresses.dedup();
    addresses
}

#[test]
fn whichever_address_of_this_machine_an_app_finds_out_it_is_this_machine() {
    let world = World::new();
    let app = app().without_feature("unrestricted-network");
    let id = world.install(&app);
    world.decide(&id, "grant", "local-network");
    world.decide(&id, "deny", "loopback-network");
    let session = Session::open(&world.home, &world.display, &id, None);
    let connect = "const [host, port] = args;
        return await new TCPSocket(host, port).opened.then(() => 'connected', ({ name }) => name)";
    let servers: Vec<TcpServer> = own_addresses()
        .into_iter()
        .map(|address| TcpServer::start_at(address, |_| Ok(())))
        .collect();
    assert!(!servers.is_empty(), "not even 127.0.0.1");
    for server in &servers {
        let (address, port) = (server.address().ip(), json!(server.port()));
        let IpAddr::V4(v4) = address else {
            unreachable!("it was one")
        };
        for host in [address.to_string(), v4.to_ipv6_mapped().to_string()] {
            let outcome = session.eval_with(connect, &[json!(host), port.clone()]);
            assert_eq!(outcome, "InvalidAccessError", "{host}");
        }
        assert_eq!(server.accepted(), 0, "{address}");
    }
    // With the grant they answer.
    world.decide(&id, "grant", "loopback-network");
    let server = &servers[servers.len() - 1];
    let arguments = [json!(server.address().ip()), json!(server.port())];
    session.until_true("the grant is known", || {
        session.eval_with(connect, &arguments) == "connected"
    });
}

#[test]
fn ten_thousand_fetches_at_once_are_answered_or_told_that_they_are_too_many() {
    let world = World::new();
    let site = Site::start(|_| Reply::text("ok"));
    let session = open_granted(&world, &app());
    let outcomes = session.eval_with(
        "const outcomes = {};
         const one = () => navigator.unrestrictedNetwork.fetch(args[0])
           .then((response) => response.text(), ({ name, cause }) => `${name} of ${cause?.name}`)
           .then((outcome) => { outcomes[outcome] = (outcomes[outcome] ?? 0) + 1 });
         await Promise.all(Array.from({ length: 10_000 }, one));
         return outcomes",
        &[json!(site.url("/"))],
    );
    let count = |outcome: &str| outcomes[outcome].as_u64().unwrap_or_default();
    let (answered, refused) = (count("ok"), count("TypeError of QuotaExceededError"));
    assert_eq!(answered + refused, 10_000, "{outcomes}");
    assert!(answered > 0, "{outcomes}");
    // And the app goes on.
    let again = session.eval_with(
        "return (await navigator.unrestrictedNetwork.fetch(args[0])).status",
        &[json!(site.url("/"))],
    );
    assert_eq!(again, 200);
}
