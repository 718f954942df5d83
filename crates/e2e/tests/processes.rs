//! The processes of frames: which share one, those of one site in one partition, and how they end.

use insula_e2e::{World, app_with_frames, plain_site};
use insula_testkit::{Session, process, wait};
use serde_json::json;
use std::time::Duration;

/// Adds a frame and waits until it has loaded.
fn add(session: &Session<'_>, attributes: &str, url: &str) {
    session.eval_with(
        "const frame = document.createElement('controlledframe');
         for (const [name, value] of new URLSearchParams(args[0])) frame.setAttribute(name, value);
         const loaded = new Promise((resolve) => frame.addEventListener('loadstop', resolve, { once: true }));
         frame.src = args[1];
         document.body.append(frame);
         await loaded",
        &[json!(attributes), json!(url)],
    );
}

fn web_processes(session: &Session<'_>) -> usize {
    session.tree().named("WebKitWebProcess").len()
}

/// Conforms: CF-T5
#[test]
fn frames_of_one_site_and_partition_share_a_process_and_others_do_not() {
    let world = World::new();
    let site = plain_site("#fff", "one");
    let other_port = plain_site("#fff", "the same site");
    let session = world.open(&app_with_frames(""));
    let before = web_processes(&session);
    let expect = |count: usize, what: &str| {
        wait::until_true(what, || web_processes(&session) == before + count);
    };
    add(&session, "", &site.url("/"));
    add(&session, "", &site.url("/"));
    add(&session, "", &other_port.url("/"));
    expect(1, "three frames of one site are in one process");
    add(&session, "", &site.url("/").replace("127.0.0.1", "localhost"));
    expect(2, "another site is in another");
    add(&session, "partition=other", &site.url("/"));
    expect(3, "another partition is in another");
    add(&session, "ownprocess=", &site.url("/"));
    expect(4, "one that wants a process of its own has it");
    add(&session, "", &site.url("/"));
    expect(4, "nobody else is put in there");

    // Several at once, none of which has loaded when the next is made.
    session.eval_with(
        "const loaded = [];
         for (let i = 0; i < 5; i++) {
           const frame = document.createElement('controlledframe');
           frame.partition = 'many';
           loaded.push(new Promise((resolve) => frame.addEventListener('loadstop', resolve, { once: true })));
           frame.src = args[0];
           document.body.append(frame);
         }
         await Promise.all(loaded)",
        &[json!(site.url("/"))],
    );
    expect(5, "five that are made at once are in one process");
}

/// Without WebDriver, which ends its session when the process of any of its windows dies.
#[test]
fn the_end_of_a_process_reaches_every_frame_in_it_and_can_be_mended() {
    let world = World::new();
    let site = plain_site("#fff", "here");
    let script = r#"
        const frames = [...document.querySelectorAll("controlledframe")];
        const text = (frame) => frame.executeScript({ code: "document.body.textContent" }).catch((error) => error.name);
        const all = async (wanted) => {
          for (;;) {
            const found = await Promise.all(frames.map(text));
            if (found.every((it) => it === wanted)) return;
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
        };
        for (const frame of frames) frame.src = URL;
        await all("here");
        frames[0].executeScript({ code: "for (;;);" }).catch(() => {});
        document.title = "ready";
        await all("InvalidStateError");
        document.title = "gone";
        for (const frame of frames) frame.reload();
        await all("here");
        document.title = "result: true";
    "#;
    let app = app_with_frames(
        "<controlledframe></controlledframe><controlledframe></controlledframe><script type=module src=/all.js></script>",
    )
    .file("/all.js", script.replace("URL", &json!(site.url("/")).to_string()));
    let id = world.install(&app);
    let mut running = world.home.start(&world.display, &[&id]);
    world.wait_for_title("ready");
    let busiest = process::busiest(&running.tree().named("WebKitWebProcess"), Duration::from_millis(300));
    process::kill(busiest);
    world.wait_for_title("gone");
    assert_eq!(world.wait_for_title("result: "), "true");
    world.close(&mut running);
}

/// Without WebDriver, which takes a view that is kept ready for one of the app's windows.
#[test]
fn a_view_is_made_ready_once_a_page_has_loaded_or_at_once_for_frames_in_its_markup() {
    let world = World::new();
    // The page's script runs before there is an element of it.
    let page = |frame: &str, busy: &str| {
        app_with_frames(&format!("<script src=/here.js></script>{frame}"))
            .file("/here.js", format!("console.log('here'); {busy}; console.log('on')"))
    };
    let busy = "for (const end = performance.now() + 60_000; performance.now() < end; );";
    for (seed, app, first) in [
        (1, page("", ""), "on"),
        (2, page("<controlledframe></controlledframe>", busy), "here"),
    ] {
        let id = world.install(&app.seed(seed));
        let running = world.home.start(&world.display, &["--console", &id]);
        world.home.wait_for_message(first);
        let processes = || running.tree().named("WebKitWebProcess").len();
        wait::until_true("a process waits for the first frame", || processes() == 2);
        let is_busy = !world.home.console().iter().any(|line| line["message"] == "on");
        assert_eq!(is_busy, first == "here", "{}", world.home.log("stdout"));
    }
}

/// Conforms: exit, exit.kill, exit.crash, exit.normal, terminate(), unresponsive, responsive
/// Without WebDriver, which ends its session when the process of any of its windows dies.
#[test]
fn an_app_learns_how_a_process_ended_and_whether_a_page_answers() {
    let world = World::new();
    let site = plain_site("#fff", "here");
    let ways = [
        ("killed", process::kill as fn(u32)),
        ("crashed", process::crash),
        #[cfg(target_arch = "x86_64")]
        ("normal", process::end_by_itself),
    ];
    let script = r#"
        const frame = document.querySelector("controlledframe");
        const told = (type) => new Promise((resolve) => frame.addEventListener(type, resolve, { once: true }));
        const load = async () => {
          const loaded = told("loadstop");
          if (frame.src) frame.reload(); else frame.src = URL;
          await loaded;
        };
        const events = [];
        const ends = async () => {
          const { processId, processID, reason } = await told("exit");
          events.push(reason, processId === processID && Number.isInteger(processId));
        };
        await load();

        const hung = told("unresponsive");
        const answered = told("responsive");
        const script = frame.executeScript({ code: "for (const end = Date.now() + 6500; Date.now() < end; );" });
        const begun = performance.now();
        await hung;
        events.push(performance.now() - begun < 5000);
        await answered;
        await script;

        frame.executeScript({ code: "for (;;);" }).catch(() => {});
        await told("unresponsive");
        frame.terminate();
        await ends();

        for (const reason of REASONS) {
          await load();
          // Who is busy is found from outside.
          frame.executeScript({ code: "for (;;);" }).catch(() => {});
          document.title = reason;
          await ends();
        }
        await load();
        events.push(await frame.executeScript({ code: "document.body.textContent" }));
        document.title = `result: ${JSON.stringify(events)}`;
    "#;
    let app = app_with_frames("<controlledframe></controlledframe><script type=module src=/all.js></script>").file(
        "/all.js",
        script
            .replace("URL", &json!(site.url("/")).to_string())
            .replace("REASONS", &json!(ways.map(|(reason, _)| reason)).to_string()),
    );
    let id = world.install(&app);
    let mut running = world.home.start(&world.display, &[&id]);
    for (reason, end) in ways {
        world.wait_for_title(reason);
        let processes = running.tree().named("WebKitWebProcess");
        end(process::busiest(&processes, Duration::from_millis(300)));
    }
    let mut expected = vec![json!(true), json!("killed"), json!(true)];
    expected.extend(ways.iter().flat_map(|(reason, _)| [json!(reason), json!(true)]));
    expected.push(json!("here"));
    assert_eq!(world.wait_for_title("result: "), json!(expected).to_string());
    world.close(&mut running);
}
