//! What a page does to the user's desktop, or a stranger's page with what an app was allowed.

use insula_e2e::{World, app_with_frames};
use insula_testkit::{AppBuilder, Authority, ProcessTree, Reply, Session, Site, wait};
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;

/// Runs an app as a user does, without WebDriver, and waits until it is ready.
fn start(world: &World, script: &str) -> insula_testkit::Running {
    let app = AppBuilder::new("Abuse")
        .page("<!doctype html><meta charset=utf-8><title>First</title><script src=/abuse.js></script>")
        .file("/second.html", "<!doctype html><title>Second</title>")
        .file("/abuse.js", script);
    let id = world.install(&app);
    let running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("result: ready");
    running
}

/// Limit: one-window
#[test]
fn a_click_opens_one_window() {
    let world = World::new();
    let script = "onclick = () => { for (let i = 0; i < 5; i++) open('/second.html') }; console.log('result: ready')";
    let _running = start(&world, script);
    let first = world.app_window();
    world.display.wait_for_focus(&first);
    world.display.settled();
    world.display.click(first.rect.centre());
    wait::until_true("a window opens", || world.display.windows().len() == 2);
    assert!(
        wait::holds_for(Duration::from_secs(1), || world.display.windows().len() == 2),
        "{:?}",
        world.display.windows()
    );
}

/// Limit: one-window
#[test]
fn other_programs_are_asked_about_once_for_what_the_user_does() {
    let world = World::new();
    let opened = world.install_opener(&["mailto"]);
    let started = || fs::read_to_string(&opened).unwrap_or_default().lines().count();
    let script = "let times = 0;
        setInterval(() => {
          location = 'mailto:somebody@example.org';
          if (++times === 5) console.log('result: ready');
        }, 100)";
    let _running = start(&world, script);
    let nothing = || started() == 0 && world.display.dialog().is_none();
    assert!(
        wait::holds_for(Duration::from_secs(1), nothing),
        "opening the app does not count"
    );
    let window = world.app_window();
    world.display.wait_for_focus(&window);
    world.display.click(window.rect.centre());
    world.display.wait_for_dialog();
    assert_eq!(started(), 0);
    world.display.key("alt+o");
    let once = || started() == 1 && world.display.dialog().is_none();
    wait::until_true("a click counts", once);
    assert!(wait::holds_for(Duration::from_secs(1), once), "{}", started());
}

#[test]
fn a_file_is_written_where_the_user_says_and_only_then() {
    let world = World::new();
    let script = "const names = ['.profile', 'other'];
        const save = () => {
          const link = document.createElement('a');
          link.href = URL.createObjectURL(new Blob(['content'], { type: 'application/octet-stream' }));
          link.download = names.shift();
          link.click();
          if (names.length) setTimeout(save, 300);
          else console.log('result: ready');
        };
        save()";
    let files = || {
        let names = fs::read_dir(world.home.path("home")).expect("the user has a home");
        let names = names.filter_map(|it| it.ok()?.file_name().into_string().ok());
        names
            .filter(|it| it.contains("profile") || it == "other")
            .collect::<Vec<_>>()
    };
    let _running = start(&world, script);
    world.display.wait_for_focus(&world.display.wait_for_dialog());
    world.display.settled();
    assert!(files().is_empty(), "{:?}", files());
    world.display.key("Return");
    wait::until_true("it is there", || files() == ["profile"]);
    assert!(world.display.dialog().is_none(), "one question at a time");
}

/// Connects to this machine again and again, however often that is refused, and says so.
const INSISTS: &str = "
let refused = 0;
console.log('result: ready');
for (;;) {
  const { name } = await new TCPSocket('127.0.0.1', 9).opened.then(() => ({}), (error) => error);
  console.log(`refused ${++refused}: ${name}`);
  await new Promise((resolve) => setTimeout(resolve, 50));
}";

#[test]
fn who_closes_a_question_again_and_again_is_left_alone_and_never_locked_out() {
    let world = World::new();
    let page = "<!doctype html><meta charset=utf-8><title>Insists</title><script type=module src=/insists.js></script>";
    let id = world.install(&AppBuilder::new("Insists").page(page).file("/insists.js", INSISTS));
    let mut running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("result: ready");
    for number in 1..=3 {
        world.display.wait_for_dialog();
        world.display.key("Escape");
        assert_eq!(
            world.home.wait_for_message(&format!("refused {number}: ")),
            "InvalidAccessError"
        );
    }
    world.home.wait_for_message("refused 20: ");
    let is_left_alone = || world.display.dialog().is_none();
    assert!(wait::holds_for(Duration::from_secs(1), is_left_alone));
    let decided = world.home.succeed(&["permissions", &id, "--json"]).json();
    let row = decided
        .as_array()
        .and_then(|rows| rows.iter().find(|row| row["name"] == "loopback-network"));
    assert_eq!(
        row.map(|row| &row["state"]),
        Some(&json!("prompt")),
        "nothing is decided"
    );

    // Who lets it can be asked again; and closes the app over the question.
    world.decide(&id, "reset", "loopback-network");
    world.display.wait_for_dialog();
    world.close(&mut running);
}

#[test]
fn a_question_waits_until_the_user_is_there() {
    let world = World::new();
    let page = "<!doctype html><meta charset=utf-8><title>Insists</title><script src=/waits.js></script>";
    let script = "setTimeout(() => {
        new TCPSocket('127.0.0.1', 9).opened.catch(() => {});
        console.log('result: asked');
      }, 2000);
      console.log('result: ready')";
    let id = world.install(&AppBuilder::new("Waits").page(page).file("/waits.js", script));
    let _running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("result: ready");
    let window = world.app_window();
    world.display.wait_for_focus(&window);
    world.display.minimize(&window);
    world.home.wait_for_message("result: asked");
    let is_quiet = || world.display.dialog().is_none();
    assert!(
        wait::holds_for(Duration::from_secs(1), is_quiet),
        "it takes the keyboard from somewhere else"
    );
    world.display.restore(&window);
    world.display.wait_for_dialog();
}

#[test]
fn files_that_nobody_wants_are_asked_about_three_times() {
    let world = World::new();
    let script = "const save = () => {
          const link = document.createElement('a');
          link.href = URL.createObjectURL(new Blob(['content'], { type: 'application/octet-stream' }));
          link.download = 'file';
          link.click();
        };
        setInterval(save, 300);
        console.log('result: ready')";
    let mut running = start(&world, script);
    for _ in 0..3 {
        world.display.wait_for_dialog();
        world.display.key("Escape");
        wait::until_true("the question goes", || world.display.dialog().is_none());
    }
    let is_left_alone = || world.display.dialog().is_none();
    assert!(wait::holds_for(Duration::from_secs(1), is_left_alone));
    // A click may be to save something.
    let window = world.app_window();
    world.display.wait_for_focus(&window);
    world.display.click(window.rect.centre());
    world.display.wait_for_dialog();
    world.close(&mut running);
}

/// Asks the engine for what it asks the runtime about without saying for whom, and answers what came of it.
const ASK: &str = r"
globalThis.ask = {
  notification: async () => typeof Notification === 'undefined' ? 'none' : Notification.requestPermission(),
  clipboard: () => navigator.clipboard.readText().catch(({ name }) => name),
  pointer: () => new Promise((resolve) => {
    document.onpointerlockchange = () => {
      if (!document.pointerLockElement) return;
      document.exitPointerLock();
      resolve('locked');
    };
    document.onpointerlockerror = () => resolve('refused');
    document.body.requestPointerLock();
  }),
};
";

#[test]
fn a_stranger_in_the_app_gets_nothing_by_what_the_app_was_granted() {
    let world = World::new();
    let authority = Authority::new();
    let site = Site::start_tls(&authority, |_| {
        let page = format!(
            "<!doctype html><meta charset=utf-8><body style='height: 300px'><script>{ASK}
            onmessage = ({{ data }}) => {{
              onpointerup = async () => parent.postMessage(await ask[data](), '*');
              parent.postMessage('ready', '*');
            }}</script>"
        );
        Reply::html(page)
            .header("Cross-Origin-Resource-Policy", "cross-origin")
            .header("Cross-Origin-Embedder-Policy", "require-corp")
    });
    let app = app_with_frames("<script src=/ask.js></script>")
        .file("/ask.js", ASK)
        .manifest(
            "permissions_policy",
            json!({ "clipboard-read": ["self"], "clipboard-write": ["self"] }),
        );
    let id = world.install(&app);
    for permission in ["clipboard-read", "pointer-lock", "notifications"] {
        world.decide(&id, "grant", permission);
    }
    let session = Session::open_trusting(&world.home, &world.display, &id, &authority);
    let lock = || session.on_click("return await ask.pointer()", &[]);
    let written = session.on_click("await navigator.clipboard.writeText('secret')", &[]);
    assert_eq!(written, Ok(Value::Null));
    assert_eq!(lock(), Ok(json!("locked")));

    session.eval_with(
        "globalThis.messages = [];
         addEventListener('message', ({ data }) => messages.push(data));
         const inner = document.createElement('iframe');
         inner.id = 'inner';
         inner.style = 'margin: 50px; width: 300px; height: 300px';
         const loaded = new Promise((resolve) => { inner.onload = resolve });
         inner.src = args[0];
         document.body.append(inner);
         await loaded",
        &[json!(site.url("/"))],
    );
    for (what, refusal) in [
        ("notification", "none"),
        ("clipboard", "NotAllowedError"),
        ("pointer", "refused"),
    ] {
        let prepare = "messages.length = 0; document.getElementById('inner').contentWindow.postMessage(args[0], '*')";
        session.eval_with(prepare, &[json!(what)]);
        session.wait_for("messages.length === 1");
        session.click("#inner");
        session.wait_for("messages.length === 2");
        assert_eq!(session.eval("return messages[1]"), refusal, "{what}");
    }

    // Nobody says which of the two asks, so that neither gets it as long as the stranger is there.
    assert_eq!(lock(), Ok(json!("refused")));
    session.eval("document.getElementById('inner').remove()");
    session.until_true("the app has it again", || lock() == Ok(json!("locked")));
}

#[test]
fn a_header_takes_away_what_the_engine_asks_about_as_well() {
    let world = World::new();
    let ask = "globalThis.isRefused = () => new Promise((resolve) => {
        const PERMISSION_DENIED = 1;
        const failed = ({ code }) => resolve(code === PERMISSION_DENIED);
        navigator.geolocation.getCurrentPosition(() => resolve(false), failed, { timeout: 500 });
      })";
    let page = "<!doctype html><meta charset=utf-8><title>Where</title><script src=/ask.js></script>";
    let app = AppBuilder::new("Where")
        .page(page)
        .file("/less.html", page)
        .header("/less.html", "permissions-policy", "geolocation=()")
        .file("/ask.js", ask)
        .manifest("permissions_policy", json!({ "geolocation": ["self"] }));
    let id = world.install(&app);
    world.decide(&id, "grant", "geolocation");
    for (path, is_refused) in [("/", false), ("/less.html", true)] {
        let session = Session::open(&world.home, &world.display, &id, Some(path));
        assert_eq!(session.eval("return await isRefused()"), is_refused, "{path}");
    }
}

#[test]
fn a_page_that_goes_on_without_a_pause_is_ended_before_it_fills_the_memory() {
    let world = World::new();
    let endless = "setTimeout(() => { for (let step = 0; ; step++) location.hash = step }, 500);";
    let page = format!("<!doctype html><title>Endless</title><script>{endless}</script>");
    let site = Site::start(move |_| Reply::html(page.clone()));
    // The app's own page does so from a click on, also when it is loaded again.
    let script = format!(
        "if (sessionStorage.floods) {{ {endless} }}
         onclick = () => {{ sessionStorage.floods = true; {endless} }};
         const frame = document.createElement('controlledframe');
         frame.src = '{}';
         addEventListener('load', () => {{
           if (!sessionStorage.floods) document.body.append(frame);
           console.log('result: ready');
         }})",
        site.url("/")
    );
    let running = start(&world, &script);
    let runtime = ProcessTree {
        ids: vec![running.id()],
    };
    let (before, mut most) = (runtime.memory(), 0);
    let mut until = |what: &str, has_happened: &dyn Fn() -> bool| {
        wait::until_true(what, || {
            most = most.max(runtime.memory());
            has_happened()
        });
    };
    until("the frame's page is ended", &|| {
        world.home.log("stderr").contains("a page was ended")
    });
    world.display.click(world.app_window().rect.centre());
    until("the window says so", &|| {
        world.app_window().title.ends_with("This app keeps crashing")
    });
    let grown = most.saturating_sub(before) >> 20;
    assert!(grown < 200, "{grown} MiB more");
}
