//! Nothing is left over: descriptors and processes, after many frames and many sockets.

use std::collections::BTreeMap;
use std::time::Duration;

use insula_e2e::{World, app_with_frames, plain_site};
use insula_testkit::{Reply, Session, Site, process, tcp::TcpServer, wait};
use serde_json::json;

/// How many descriptors a process may have more than before: the engine opens some late, once.
const SLACK: usize = 4;

/// The processes of an app, with the descriptors of each, once nothing changes any more.
fn settled(session: &Session<'_>) -> BTreeMap<u32, usize> {
    let count = || {
        let ids = session.tree().ids.into_iter();
        ids.map(|id| (id, process::descriptors_of(id)))
            .collect::<BTreeMap<_, _>>()
    };
    session.until("its processes and descriptors stay the same", || {
        let before = count();
        wait::holds_for(Duration::from_secs(3), || count() == before).then_some(before)
    })
}

fn assert_nothing_left(before: &BTreeMap<u32, usize>, after: &BTreeMap<u32, usize>) {
    // A frame's process waits for the next frame; it is behind three others (the sandbox and its proxies).
    assert!(
        after.len() <= before.len() + 4,
        "processes: {} before, {} after",
        before.len(),
        after.len()
    );
    for (id, descriptors) in before {
        // Processes of frames come and go; those that stay must not grow.
        if let Some(now) = after.get(id) {
            assert!(
                *now <= descriptors + SLACK,
                "descriptors of process {id}: {descriptors} before, {now} after"
            );
        }
    }
}

#[test]
fn two_hundred_frames_leave_no_process_and_no_descriptor() {
    let world = World::new();
    let site = plain_site("#3366cc", "");
    let session = world.open(&app_with_frames(""));
    let open_and_close = |count: usize| {
        session.eval_with(
            "const [url, count] = args;
             const one = async () => {
               const frame = document.createElement('controlledframe');
               const loaded = new Promise((resolve) => frame.addEventListener('loadstop', resolve, { once: true }));
               frame.src = url;
               document.body.append(frame);
               await loaded;
               frame.remove();
             };
             for (let i = 0; i < count; i += 5) await Promise.all([one(), one(), one(), one(), one()])",
            &[json!(site.url("/")), json!(count)],
        );
    };
    open_and_close(25);
    let before = settled(&session);
    for _ in 0..8 {
        open_and_close(25);
    }
    assert_nothing_left(&before, &settled(&session));
}

/// At every key, six frames come and go, a third of them in the partition that all have in common, and the others
/// in one of their own.
const COME_AND_GO: &str = r#"
let rounds = 0;
addEventListener("keydown", async () => {
  for (let i = 0; i < 6; i += 3) await Promise.all([one(), one(own()), one(own())]);
  document.title = `round: ${++rounds}`;
});
const own = () => crypto.randomUUID();
async function one(partition = "") {
  const frame = document.createElement("controlledframe");
  const loaded = new Promise((resolve) => frame.addEventListener("loadstop", resolve, { once: true }));
  frame.partition = partition;
  frame.src = SITE;
  document.body.append(frame);
  await loaded;
  frame.remove();
}
document.title = "ready";
"#;

#[test]
fn a_session_in_memory_goes_with_its_last_frame() {
    // Without WebDriver, and without `--console`: either has other sessions.
    let world = World::new();
    let site = plain_site("#3366cc", "");
    let script = COME_AND_GO.replace("SITE", &json!(site.url("/")).to_string());
    let app = app_with_frames("<script type=module src=/frames.js></script>").file("/frames.js", script);
    let id = world.install(&app);
    let running = world.home.start(&world.display, &[&id]);
    world.wait_for_title("ready");
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    let play_round = |number: usize| {
        world.display.key("space");
        world.wait_for_title(&format!("round: {number}"));
    };
    // The runtime and the network process have one or more for each session.
    let descriptors = || {
        let tree = running.tree();
        let names = ["insula", "WebKitNetworkProcess"].into_iter();
        names
            .map(|name| tree.named(name).into_iter().map(process::descriptors_of).sum::<usize>())
            .collect::<Vec<_>>()
    };
    play_round(1);
    let before = descriptors();
    for number in 2..=7 {
        play_round(number);
    }
    let few = || {
        descriptors()
            .iter()
            .zip(&before)
            .all(|(now, before)| *now < before + 12)
    };
    if wait::within(wait::LONG, || few().then_some(())).is_none() {
        panic!("after 24 more partitions: {before:?} before, {:?} now", descriptors());
    }
    // The app's, the one that is kept ready, and those that the engine keeps for a while.
    wait::until_true("the frames' processes end", || {
        running.tree().named("WebKitWebProcess").len() <= 4
    });
}

/// One app has both: nothing is left of what was before.
#[test]
fn thousands_of_sockets_and_responses_leave_no_descriptor() {
    let world = World::new();
    let id = world.install(&app_with_frames(""));
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    let session = Session::open(&world.home, &world.display, &id, None);
    sockets_that_are_closed_leave_none(&session);
    responses_that_nobody_reads_leave_none(&session);
}

fn sockets_that_are_closed_leave_none(session: &Session<'_>) {
    let server = TcpServer::echo();
    let open_and_close = |count: usize| {
        session.eval_with(
            "const [port, count] = args;
             for (let i = 0; i < count; i++) {
               const socket = new TCPSocket('127.0.0.1', port);
               const { readable, writable } = await socket.opened;
               const writer = writable.getWriter(), reader = readable.getReader();
               await writer.write(new Uint8Array([i]));
               const { value } = await reader.read();
               if (value[0] !== i % 256) throw new Error('another byte came back');
               reader.releaseLock();
               writer.releaseLock();
               await socket.close();
             }",
            &[json!(server.port()), json!(count)],
        );
    };
    open_and_close(20);
    let before = settled(session);
    for _ in 0..10 {
        open_and_close(200);
    }
    wait::until_true("every connection ends", || server.open() == 0);
    assert_eq!(server.accepted(), 2_020);
    assert_nothing_left(&before, &settled(session));
}

fn responses_that_nobody_reads_leave_none(session: &Session<'_>) {
    let site = Site::start(|request| Reply::text(if request.path() == "/empty" { "" } else { "unread" }));
    // As a kiosk does that only wants to know whether its server is there, with a signal that it keeps.
    let ask = |path: &str, count: usize| {
        session.eval_with(
            "const { signal } = globalThis.controller ??= new AbortController();
             for (let i = 0; i < args[1]; i++) {
               const { ok } = await navigator.unrestrictedNetwork.fetch(args[0], { signal });
               if (!ok) throw new Error('no answer');
             }",
            &[json!(site.url(path)), json!(count)],
        );
    };
    ask("/", 20);
    let before = settled(session);
    ask("/empty", 200);
    // More than an app may have open at once.
    ask("/", 2_500);
    session.until_true("they are collected", || {
        session.eval("for (let i = 0; i < 200; i++) new ArrayBuffer(100_000)");
        let now: usize = before.keys().map(|id| process::descriptors_of(*id)).sum();
        now <= before.values().sum::<usize>() + SLACK
    });
}

#[test]
fn an_app_that_ends_leaves_no_process() {
    let world = World::new();
    let site = plain_site("#3366cc", "");
    let body = format!("<controlledframe src='{}'></controlledframe>", site.url("/"));
    let id = world.install(&app_with_frames(&body));
    let mut running = world.home.start(&world.display, &[&id]);
    let tree = wait::until("the frame's process runs", || {
        let tree = running.tree();
        (tree.named("WebKitWebProcess").len() > 1).then_some(tree)
    });
    let window = wait::until("the app opens", || world.display.windows().pop());
    world.display.close(&window);
    wait::until("the program ends", || running.child().try_wait().ok()?);
    wait::until_true("all its processes end", || {
        !tree.ids.iter().skip(1).any(|id| process::is_alive(*id))
    });
}

/// Makes frames in documents that go at once, or a moment later, in every way in which one can outlive its document.
const DYING: &str = r#"
const pause = {
  none: async () => {},
  microtask: () => Promise.resolve(),
  task: () => new Promise((resolve) => setTimeout(resolve)),
  frame: () => new Promise((resolve) => requestAnimationFrame(resolve)),
};
const ways = Object.keys(pause);
for (let number = 0; number < 24; number++) {
  const inner = document.createElement("iframe");
  const loaded = new Promise((resolve) => inner.addEventListener("load", resolve, { once: true }));
  inner.src = "/inner.html";
  document.body.append(inner);
  await loaded;
  const frame = inner.contentDocument.createElement("controlledframe");
  frame.src = URL;
  inner.contentDocument.body.append(frame);
  const waiting = pause[ways[number % ways.length]]();
  if (number % ways.length) await waiting;
  // Every other one is moved out of its document first, and then removed itself.
  if (number % 2) document.body.append(frame);
  inner.remove();
  await pause.task();
  frame.remove();
  // And one that is gone before anybody can have made it.
  const brief = document.createElement("controlledframe");
  brief.src = URL;
  document.body.append(brief);
  brief.remove();
}
console.log("all are gone");
"#;

#[test]
fn frames_whose_document_or_element_is_gone_are_gone() {
    let world = World::new();
    let ping = "<!doctype html><title>Ping</title><script>setInterval(() => fetch('/ping'), 50)</script>";
    let site = Site::start(move |_| Reply::html(ping));
    let script = DYING.replace("URL", &json!(site.url("/")).to_string());
    let app = app_with_frames("<script type=module src=/dying.js></script>")
        .file("/inner.html", "<!doctype html><title>Inner</title><body>")
        .file("/dying.js", script);
    let id = world.install(&app);
    let mut running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("all are gone");
    let is_quiet = || {
        let before = site.requests().len();
        wait::holds_for(Duration::from_secs(1), || site.requests().len() == before)
    };
    assert!(
        wait::within(wait::LONG, || is_quiet().then_some(())).is_some(),
        "frames still ask"
    );
    world.close(&mut running);
}
