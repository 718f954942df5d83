//! Taking back what an app was allowed ends what is open, wherever in the app it is.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Colour, Reply, Session, Site, tcp::TcpServer, wait};
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
        let site = Site::start(|_| Reply::Endless("text/plain"));
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

/// Shows a site in a frame at every click, and says what becomes of it.
const EMBED: &str = r#"
const frame = document.querySelector("controlledframe");
const outcome = (promise) => promise.then(String, ({ name }) => name);
let [shown, waiting] = [0];
addEventListener("click", () => { frame.src = SITE });
frame.addEventListener("loadstop", () => {
  waiting = outcome(frame.executeScript({ code: "new Promise(() => {})" }));
  console.log(`shown ${++shown}`);
});
frame.addEventListener("loadabort", async ({ reason }) => {
  const calls = [waiting, outcome(frame.executeScript({ code: "1" })), outcome(frame.back())];
  console.log(`ended: ${reason} ${await Promise.all(calls)}`);
});
console.log("ready");
"#;

#[test]
fn frames_end_with_the_permission_for_them_and_come_again_with_it() {
    let world = World::new();
    let site = Site::start(|request| match request.path() {
        "/" => Reply::html(
            "<!doctype html><style>html { background: #00c000 }</style>Here
             <script>onload = () => fetch('/events')</script>",
        ),
        _ => Reply::Silence,
    });
    let page = "<!doctype html><meta charset=utf-8><title>Frames</title>
        <style>controlledframe { display: block; width: 400px; height: 300px }</style>
        <controlledframe></controlledframe><script src=/main.js></script>";
    let script = EMBED.replace("SITE", &json!(site.url("/")).to_string());
    let id = world.install(&AppBuilder::new("Frames").page(page).file("/main.js", script));
    let mut running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("ready");
    let window = world.app_window().rect;
    let shows = |colour| {
        wait::until_true("the frame shows it", || {
            let shown = world.display.screenshot().at(window.point(200.0, 250.0));
            shown.is_near(colour, 3)
        });
    };
    let (green, white) = (Colour(0, 0xc0, 0), Colour(0xff, 0xff, 0xff));
    let embed = || world.display.click(window.point(700.0, 600.0));
    embed();
    world.home.wait_for_message("shown 1");
    shows(green);
    wait::until_true("the site waits for its server", || site.open() > 0);

    world.decide(&id, "deny", "controlled-frame");
    let ended = wait::within(REVOCATION, || (site.open() == 0).then_some(()));
    assert!(ended.is_some(), "the site goes on");
    assert_eq!(
        world.home.wait_for_message("ended: "),
        "ERR_ACCESS_DENIED NotAllowedError,NotAllowedError,NotAllowedError"
    );
    shows(white);

    world.decide(&id, "reset", "controlled-frame");
    embed();
    world.home.wait_for_message("shown 2");
    shows(green);
    world.close(&mut running);
}
