//! Nothing is left over: descriptors and processes, after many frames and many sockets.

use std::collections::BTreeMap;
use std::time::Duration;

use insula_e2e::{World, app_with_frames, plain_site};
use insula_testkit::{Session, process, tcp::TcpServer, wait};
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

#[test]
fn two_thousand_sockets_leave_no_descriptor() {
    let world = World::new();
    let server = TcpServer::echo();
    let id = world.install(&app_with_frames(""));
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    let session = Session::open(&world.home, &world.display, &id, None);
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
    let before = settled(&session);
    for _ in 0..10 {
        open_and_close(200);
    }
    wait::until_true("every connection ends", || server.open() == 0);
    assert_eq!(server.accepted(), 2_020);
    assert_nothing_left(&before, &settled(&session));
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
