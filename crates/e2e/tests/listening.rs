//! Apps that wait for connections.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use insula_e2e::World;
use insula_testkit::{AppBuilder, Session, wait};
use serde_json::json;

/// Invariant: a revocation acts within a second on everything that is open.
const REVOCATION: Duration = Duration::from_secs(1);

/// A web server in a few lines, as Direct Sockets' own example is one.
const SERVER: &str = "
    globalThis.served = 0;
    globalThis.serve = async (server) => {
      const { readable, localPort } = await server.opened;
      (async () => {
        for await (const socket of readable) {
          served++;
          const { readable, writable } = await socket.opened;
          const reader = readable.getReader();
          const { value } = await reader.read();
          const [, path] = new TextDecoder().decode(value).split(' ');
          const writer = writable.getWriter();
          await writer.write(new TextEncoder().encode(`HTTP/1.0 200 OK\\r\\n\\r\\n${path}`));
          await writer.close();
          await reader.cancel();
        }
      })().catch((error) => { globalThis.failed = error.name });
      return localPort;
    };";

fn get(port: u16, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn port(value: &serde_json::Value) -> u16 {
    value.as_u64().and_then(|port| port.try_into().ok()).expect("a port")
}

#[test]
fn an_app_serves_this_machine_until_that_is_taken_back_and_others_when_the_user_agrees() {
    let world = World::new();
    let app = AppBuilder::new("Server").page("<!doctype html><meta charset=utf-8><title>Server</title><body>");
    let id = world.install(&app);
    let session = Session::open(&world.home, &world.display, &id, None);
    session.eval(SERVER);
    // Nobody is asked: only this machine can come.
    let near = port(&session.eval("return await serve(new TCPServerSocket('127.0.0.1'))"));
    for path in ["/a", "/b", "/c"] {
        let answer = get(near, path).expect("an answer");
        assert!(answer.ends_with(&format!("\r\n\r\n{path}")), "{answer}");
    }
    assert_eq!(session.eval("return served"), 3);

    session.eval(
        "globalThis.opened = null;
         globalThis.everywhere = new TCPServerSocket('0.0.0.0');
         serve(everywhere).then((port) => { opened = port }, (error) => { opened = error.name })",
    );
    world.display.wait_for_dialog();
    assert_eq!(
        session.eval("return opened"),
        json!(null),
        "nothing is opened before the answer"
    );
    world.display.key("alt+a");
    session.wait_for("opened !== null");
    let far = port(&session.eval("return opened"));
    assert!(get(far, "/far").expect("an answer").ends_with("/far"));

    let kept = TcpStream::connect(("127.0.0.1", far)).expect("a connection that waits for the app");
    world.decide(&id, "deny", "local-network");
    let taken_back = Instant::now();
    session.wait_for("globalThis.failed !== undefined");
    assert!(taken_back.elapsed() < REVOCATION, "{:?}", taken_back.elapsed());
    assert_eq!(session.eval("return failed"), "NotAllowedError");
    wait::until_true("nobody listens there", || {
        TcpStream::connect(("127.0.0.1", far)).is_err()
    });
    drop(kept);
    // What the other permission carries goes on.
    assert!(get(near, "/still").expect("an answer").ends_with("/still"));

    let thrown = session.thrown("await new TCPServerSocket('127.0.0.1', { localPort: 80 }).opened", &[]);
    assert!(thrown.starts_with("InvalidAccessError"), "{thrown}");
    // A window that closes takes its listeners along.
    session.eval("location.reload()");
    wait::until_true("the page's listener has gone", || {
        TcpStream::connect(("127.0.0.1", near)).is_err()
    });
}
