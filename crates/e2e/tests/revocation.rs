//! Taking back what an app was allowed ends what is open, wherever in the app it is.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Reply, Session, Site, tcp::TcpServer, wait};
use serde_json::{Value, json};
use std::time::Duration;

/// How long it may take until the last connection is gone, with the time that it takes to see it.
const REVOCATION: Duration = Duration::from_secs(1);

/// Opens a socket, and where there is the grant a download, and notes how each ends.
const CONNECT: &str = r"
globalThis.ended = [];
const note = (promise) => promise.then(() => ended.push('done'), (error) => ended.push(error.name));
globalThis.connect = async (port, url) => {
  const socket = new TCPSocket('127.0.0.1', port);
  await socket.opened;
  note(socket.closed);
  if (!url || top !== self) return;
  const response = await navigator.unrestrictedNetwork.fetch(url);
  note(response.body.pipeTo(new WritableStream()));
};
";

/// An app whose pages all have another page of it in a frame.
fn app() -> AppBuilder {
    let page = "<!doctype html><meta charset=utf-8><title>Outer</title>\
        <script src=/connect.js></script><iframe src=/inner.html></iframe>";
    AppBuilder::new("Revocation")
        .page(page)
        .file("/second.html", page)
        .file("/inner.html", "<!doctype html><script src=/connect.js></script>")
        .file("/connect.js", CONNECT)
}

/// Opens the app with a second window, and connects from both windows and the frames in them.
fn connect(session: &Session<'_>, port: u16, url: Option<&str>) {
    let opened = session.on_click("globalThis.second = open('/second.html', '_blank')", &[]);
    assert_eq!(opened, Ok(Value::Null));
    session.wait_for("second.frames[0]?.connect");
    session.eval_with(
        "globalThis.pages = [self, frames[0], second, second.frames[0]];
         await Promise.all(pages.map((page) => page.connect(...args)))",
        &[json!(port), json!(url)],
    );
    assert_eq!(
        session.eval("return pages.map(({ ended }) => ended)"),
        json!([[], [], [], []])
    );
}

/// Waits until everything has ended, as late as it may.
fn until_all_ended(session: &Session<'_>, expected: usize) {
    let all = wait::within(REVOCATION, || {
        let ended = session.eval("return pages.flatMap(({ ended }) => ended)");
        (ended == json!(vec!["NotAllowedError"; expected])).then_some(())
    });
    assert!(
        all.is_some(),
        "{}",
        session.eval("return pages.map(({ ended }) => ended)")
    );
}

#[test]
fn sockets_of_an_app_without_the_grant_end_in_every_window_and_frame() {
    for (verb, permission) in [
        ("deny", "direct-sockets"),
        ("deny", "loopback-network"),
        ("reset", "loopback-network"),
    ] {
        let world = World::new();
        let server = TcpServer::echo();
        let id = world.install(&app().without_feature("unrestricted-network"));
        world.decide(&id, "grant", "loopback-network");
        let session = Session::open(&world.home, &world.display, &id, None);
        connect(&session, server.port(), None);
        assert_eq!(server.open(), 4);

        world.decide(&id, verb, permission);
        until_all_ended(&session, 4);
        wait::until_true("the connections end", || server.open() == 0);
    }
}

#[test]
fn everything_that_the_grant_carries_ends_in_every_window_and_frame() {
    for permission in ["unrestricted-network", "loopback-network"] {
        let world = World::new();
        let server = TcpServer::echo();
        let site = Site::start(|_| Reply::Endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n.".to_vec()));
        let id = world.install(&app().without_feature("direct-sockets"));
        world.decide(&id, "grant", "unrestricted-network");
        world.decide(&id, "grant", "loopback-network");
        let session = Session::open(&world.home, &world.display, &id, None);
        connect(&session, server.port(), Some(&site.url("/")));

        world.decide(&id, "deny", permission);
        until_all_ended(&session, 6);
        wait::until_true("the connections end", || server.open() == 0 && site.open() == 0);
    }
}
