//! What a page has for longer than a moment, or without being asked about: the full screen, a screen that stays on, the
//! clipboard, recordings. Who may not have it does not get it, and loses it once it is taken back.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Authority, Reply, Session, Site, wait};
use serde_json::json;
use std::time::Duration;

/// How long it may take until what was taken back is gone.
const REVOCATION: Duration = Duration::from_secs(1);

/// Tries one thing after the other, one at each click, and says what became of it.
const ATTEMPTS: &str = r#"
const outcome = (promise) => promise.then(() => "done", ({ name }) => name);
const attempts = {
  async write() { return outcome(navigator.clipboard.writeText("written")) },
  async copy() {
    const field = document.body.appendChild(document.createElement("textarea"));
    field.value = "copied";
    field.select();
    return String(document.execCommand("copy"));
  },
  async wake() {
    return outcome(navigator.wakeLock.request("screen").then((lock) => {
      globalThis.lock = lock;
      lock.onrelease = () => say("released");
    }));
  },
  async full() {
    if (!document.documentElement.requestFullscreen) return "none";
    await document.documentElement.requestFullscreen().catch(() => {});
    return document.fullscreenElement ? "done" : "refused";
  },
};
document.addEventListener("fullscreenchange", () => say(`full ${document.fullscreenElement !== null}`));
const names = Object.keys(attempts);
let number = 0;
addEventListener("click", async () => {
  const name = names[number++ % names.length];
  say(`${number} ${name}: ${await attempts[name]()}`);
});
say("ready");
"#;

/// The three that nobody is asked about.
const UNASKED: [&str; 3] = ["clipboard-write", "screen-wake-lock", "fullscreen"];

fn app(features: &[&str]) -> AppBuilder {
    let own: serde_json::Map<_, _> = features.iter().map(|it| ((*it).to_owned(), json!(["self"]))).collect();
    AppBuilder::new("Held")
        .page("<!doctype html><meta charset=utf-8><title>Held</title><body><script src=/attempts.js></script>")
        .file(
            "/attempts.js",
            format!("const say = (text) => console.log(text);{ATTEMPTS}"),
        )
        .manifest("permissions_policy", json!(own))
}

#[test]
fn what_nobody_is_asked_about_is_refused_where_it_is_not_listed_or_was_taken_away() {
    let world = World::new();
    let policies = [
        json!({}),
        json!({ "AutomaticFullscreenBlockedForUrls": ["isolated-app://*"] }),
    ];
    for (features, denied, policy, expected) in [
        (&UNASKED[..], &[][..], &policies[0], ["done", "true", "done", "done"]),
        (
            &[],
            &[],
            &policies[0],
            ["NotAllowedError", "false", "NotAllowedError", "none"],
        ),
        (
            &UNASKED,
            &UNASKED,
            &policies[0],
            ["NotAllowedError", "false", "NotAllowedError", "none"],
        ),
        (
            &UNASKED,
            &UNASKED[..2],
            &policies[1],
            ["NotAllowedError", "false", "NotAllowedError", "none"],
        ),
    ] {
        world.home.write_policy("managed", policy);
        let id = world.install(
            &app(features)
                .manifest("version", json!("1.0.0"))
                .seed(features.len() as u8),
        );
        denied.iter().for_each(|name| world.decide(&id, "deny", name));
        let mut running = world.home.start(&world.display, &["--console", &id]);
        world.home.wait_for_message("ready");
        let window = world.app_window();
        world.display.wait_for_focus(&window);
        world.display.settled();
        for (number, (attempt, expected)) in ["write", "copy", "wake", "full"].iter().zip(expected).enumerate() {
            world.display.click(window.rect.point(500.0, 500.0));
            let said = world.home.wait_for_message(&format!("{} {attempt}: ", number + 1));
            assert_eq!(
                said, expected,
                "{attempt} with {features:?} without {denied:?} under {policy}"
            );
        }
        if expected[3] == "done" {
            world.display.key("Escape");
            world.home.wait_for_message("full false");
        }
        world.close(&mut running);
        denied.iter().for_each(|name| world.decide(&id, "reset", name));
    }
}

#[test]
fn what_a_page_holds_ends_once_it_is_taken_back() {
    let world = World::new();
    let id = world.install(&app(&UNASKED));
    let mut running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("ready");
    let window = world.app_window();
    world.display.wait_for_focus(&window);
    world.display.settled();
    for attempt in ["1 write: done", "2 copy: true", "3 wake: done", "4 full: done"] {
        world.display.click(window.rect.point(500.0, 500.0));
        world.home.wait_for_message(attempt);
    }
    // The display is 960 pixels high.
    let fills_screen = || world.app_window().rect.height > 950.0;
    wait::until_true("it fills the screen", fills_screen);
    world.home.wait_for_message("full true");
    for (permission, said) in [("screen-wake-lock", "released"), ("fullscreen", "full false")] {
        world.decide(&id, "deny", permission);
        let is_said = || {
            world
                .home
                .console()
                .iter()
                .any(|line| line["message"] == said)
                .then_some(())
        };
        assert!(
            wait::within(REVOCATION, is_said).is_some(),
            "{said}: {}",
            world.home.log("stdout")
        );
    }
    wait::until_true("the window is as it was", || !fills_screen());
    world.decide(&id, "deny", "clipboard-write");
    // The clicks go on where they were.
    for (attempt, outcome) in [
        ("5 write: ", "NotAllowedError"),
        ("6 copy: ", "false"),
        ("7 wake: ", "NotAllowedError"),
    ] {
        world.display.click(window.rect.point(500.0, 500.0));
        assert_eq!(world.home.wait_for_message(attempt), outcome);
    }
    world.close(&mut running);
}

#[test]
fn a_stranger_in_the_app_is_refused_what_the_app_is() {
    let world = World::new();
    let authority = Authority::new();
    let site = Site::start_tls(&authority, |_| {
        let page = format!(
            "<!doctype html><meta charset=utf-8><body style='height: 300px'><script>
             const say = (text) => parent.postMessage(text, '*');{ATTEMPTS}</script>"
        );
        Reply::html(page)
            .header("Cross-Origin-Resource-Policy", "cross-origin")
            .header("Cross-Origin-Embedder-Policy", "require-corp")
    });
    let id = world.install(&app(&UNASKED));
    for permission in UNASKED {
        world.decide(&id, "deny", permission);
    }
    let session = Session::open_trusting(&world.home, &world.display, &id, &authority);
    session.eval_with(
        "globalThis.messages = [];
         addEventListener('message', ({ data }) => messages.push(data));
         const inner = document.createElement('iframe');
         inner.id = 'inner';
         inner.allow = 'clipboard-write; fullscreen; screen-wake-lock';
         inner.style = 'margin: 50px; width: 300px; height: 300px';
         inner.src = args[0];
         document.body.append(inner)",
        &[json!(site.url("/"))],
    );
    session.wait_for("messages.includes('ready')");
    for (number, said) in [
        "write: NotAllowedError",
        "copy: false",
        "wake: NotAllowedError",
        "full: none",
    ]
    .iter()
    .enumerate()
    {
        session.click("#inner");
        session.wait_for(&format!("messages.length === {}", number + 2));
        assert_eq!(session.eval("return messages.at(-1)"), format!("{} {said}", number + 1));
    }
}

#[test]
fn nobody_records_with_what_was_refused_and_a_recording_ends_with_its_permission() {
    let world = World::new();
    let own = json!(["self"]);
    let app = AppBuilder::new("Recorder").manifest(
        "permissions_policy",
        json!({ "camera": own, "microphone": own, "display-capture": own }),
    );
    let id = world.install(&app);
    for (verb, permission) in [("grant", "camera"), ("deny", "microphone"), ("deny", "display-capture")] {
        world.decide(&id, verb, permission);
    }
    // WebDriver's pages have devices that do not exist.
    let session = Session::open(&world.home, &world.display, &id, None);
    session.eval(
        "globalThis.record = async (what) => {
           const devices = navigator.mediaDevices;
           const stream = what === 'display-capture' ? await devices.getDisplayMedia({ video: true })
             : await devices.getUserMedia({ [what === 'camera' ? 'video' : 'audio']: true });
           globalThis.track = stream.getTracks()[0];
           return track.readyState;
         }",
    );
    let record = |permission: &str| {
        let script = format!("return await record('{permission}').catch(({{ name }}) => name)");
        session.on_click(&script, &[])
    };
    assert_eq!(record("camera"), Ok(json!("live")));
    world.decide(&id, "deny", "camera");
    session.wait_within(REVOCATION, "track.readyState === 'ended'");
    // With WebDriver the engine itself grants what its pages ask for, as it does for minutes after somebody has granted it.
    for permission in ["microphone", "display-capture"] {
        session.eval("globalThis.track = { readyState: 'ended' }");
        let _ = record(permission);
        session.wait_within(REVOCATION, "track.readyState === 'ended'");
    }
}
