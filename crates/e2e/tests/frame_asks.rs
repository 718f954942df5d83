//! What pages in frames ask for with a click: the pointer, the clipboard, notifications, files and the screen.

use insula_e2e::{World, app_that_asks_its_frame, app_with_frames};
use insula_testkit::{Colour, Reply, Running, Site, wait};
use serde_json::{Value, json};
use std::time::Duration;

/// Within which taking back acts.
const REVOCATION: Duration = Duration::from_secs(1);

/// Tries one thing after the other, one at each click, and says what became of it to its server.
const PAGE: &str = r#"<!doctype html><body style="margin: 0; height: 100vh; background: #00c000"><a id=file href=/file download=kept.txt>file</a><script>
  const say = (text) => void fetch(`/said?${text}`);
  const outcome = (promise) => promise.then(() => "done", ({ name }) => name);
  const attempts = {
    lock: () => new Promise((resolve) => {
      document.onpointerlockerror = () => resolve("error");
      document.onpointerlockchange = () => document.pointerLockElement ? resolve("done") : say("unlocked");
      document.body.requestPointerLock()?.catch?.(() => {});
    }),
    clip: () => outcome(navigator.clipboard.readText()),
    notify: () => Notification.requestPermission(),
    file: () => (document.links[0].click(), "clicked"),
    full: () => outcome(document.body.requestFullscreen()),
  };
  document.onfullscreenchange = () => say(`full-${Boolean(document.fullscreenElement)}`);
  const queue = location.search.slice(1).split(",");
  addEventListener("click", async (event) => {
    if (!event.isTrusted) return;
    const name = queue.shift();
    if (name) say(`${name}-${await attempts[name]()}`);
  });
</script>"#;

/// An app that fills its window with a frame of a page that makes these attempts, and does something about each request.
fn app(attempts: &str, site: &Site, attributes: &str, answer: &str, policy: Value) -> insula_testkit::AppBuilder {
    let mut features = json!({ "controlled-frame": ["self"], "cross-origin-isolated": ["self"] });
    features
        .as_object_mut()
        .expect("it is one")
        .extend(policy.as_object().expect("it is one").clone());
    let script = format!(
        "const frame = document.querySelector('controlledframe');
         frame.onpermissionrequest = (event) => {{
           const {{ permission, url, origin, userGesture, lastUnlockedBySelf, requestMethod }} = event;
           const fields = {{ url, origin, userGesture, lastUnlockedBySelf, requestMethod }};
           console.log(`asked ${{permission}} ${{JSON.stringify(fields)}}`);
           {answer}
         }};
         frame.onloadstop = () => console.log('ready');
         frame.src = {}",
        json!(site.url(&format!("/page?{attempts}")))
    );
    let body = format!(
        "<style>controlledframe {{ width: 100vw; height: 100vh }}</style><controlledframe {attributes}></controlledframe>
         <script type=module src=/asks.js></script>"
    );
    app_with_frames(&body)
        .file("/asks.js", script)
        .manifest("permissions_policy", features)
}

fn site() -> Site {
    Site::start(|request| match request.path() {
        "/page" => Reply::html(PAGE),
        "/file" => Reply::of("application/octet-stream", "what is kept"),
        _ => Reply::text("").status(204),
    })
}

fn start(world: &World, id: &str) -> Running {
    let running = world.home.start(&world.display, &["--console", id]);
    world.home.wait_for_message("ready");
    let window = world.app_window();
    world.display.wait_for_focus(&window);
    let is_seen = || {
        world
            .display
            .screenshot()
            .at(window.rect.centre())
            .is_near(Colour(0, 0xc0, 0), 3)
    };
    wait::until_true("the page is seen", is_seen);
    running
}

fn click(world: &World) {
    world.display.click(world.app_window().rect.point(500.0, 500.0));
}

/// Waits until the page has said something.
fn hear(site: &Site, text: &str) {
    wait::until_true(&format!("the page says {text}"), || has_said(site, text) > 0);
}

fn has_said(site: &Site, text: &str) -> usize {
    let target = format!("/said?{text}");
    site.requests()
        .iter()
        .filter(|request| request.target == target)
        .count()
}

/// Clicks once for each attempt, and waits for what becomes of it.
fn attempt(world: &World, site: &Site, outcomes: &[&str]) {
    for outcome in outcomes {
        click(world);
        hear(site, outcome);
    }
}

/// Conforms: permissionrequest.pointerLock, permissionrequest.clipboard, permissionrequest.notifications, permissionrequest.download
#[test]
fn the_app_decides_about_the_pointer_the_clipboard_notifications_and_files() {
    let world = World::new();
    let site = site();
    let policy = json!({ "clipboard-read": ["*"] });
    let attempts = "clip,notify,file,lock";
    let id = world.install(&app(attempts, &site, "", "event.request.deny();", policy.clone()));
    let names = ["clipboard-read", "notifications", "pointer-lock"];
    names.iter().for_each(|name| world.decide(&id, "grant", name));
    let mut running = start(&world, &id);
    attempt(
        &world,
        &site,
        &["clip-NotAllowedError", "notify-denied", "file-clicked", "lock-error"],
    );
    let url = site.url(&format!("/page?{attempts}"));
    for (permission, fields) in [
        ("clipboard", json!({ "url": url })),
        ("notifications", json!({ "url": url })),
        ("download", json!({ "url": site.url("/file"), "requestMethod": "GET" })),
        (
            "pointerLock",
            json!({ "url": url, "userGesture": true, "lastUnlockedBySelf": false }),
        ),
    ] {
        let asked = world.home.wait_for_message(&format!("asked {permission} "));
        assert_eq!(serde_json::from_str::<Value>(&asked).ok(), Some(fields), "{permission}");
    }
    assert!(world.display.dialog().is_none(), "nothing is saved");
    world.close(&mut running);

    let id = world.install(&app(attempts, &site, "", "event.request.allow();", policy).seed(2));
    names.iter().for_each(|name| world.decide(&id, "grant", name));
    let mut running = start(&world, &id);
    attempt(&world, &site, &["clip-done", "notify-granted"]);
    click(&world);
    let dialog = world.display.wait_for_dialog();
    assert_eq!(dialog.title, "Save File");
    world.display.wait_for_focus(&dialog);
    world.display.settled();
    world.display.key("Return");
    let file = world.home.path("home").join("kept.txt");
    wait::until_true("the file is kept", || {
        std::fs::read_to_string(&file).is_ok_and(|text| text == "what is kept")
    });
    world.display.wait_for_focus(&world.app_window());
    attempt(&world, &site, &["lock-done"]);
    world.decide(&id, "deny", "pointer-lock");
    let is_let_go = wait::within(REVOCATION, || (has_said(&site, "unlocked") > 0).then_some(()));
    assert!(
        is_let_go.is_some(),
        "what is taken from the app is taken from its frames"
    );
    world.close(&mut running);
}

fn fills_screen(world: &World) -> bool {
    // The display is 960 pixels high.
    world.app_window().rect.height > 950.0
}

/// Conforms: permissionrequest.fullscreen, allowfullscreen
/// Limit: frames-full-screen
#[test]
fn a_page_fills_the_screen_when_the_app_lets_it() {
    let world = World::new();
    let site = site();
    let install = |seed, attributes, answer, policy| {
        let app = app(
            "full,full,full",
            &site,
            attributes,
            answer,
            json!({ "fullscreen": policy }),
        );
        world.install(&app.seed(seed))
    };
    // Who may not is told that it fills the screen, and at once that it does so no more.
    let id = install(1, "", "event.request.deny();", json!(["*"]));
    let mut running = start(&world, &id);
    click(&world);
    hear(&site, "full-false");
    let asked = world.home.wait_for_message("asked fullscreen ");
    let origin = site.url("/").trim_end_matches('/').to_owned();
    assert_eq!(
        serde_json::from_str::<Value>(&asked).ok(),
        Some(json!({ "origin": origin }))
    );
    assert!(!fills_screen(&world));
    world.close(&mut running);

    // The app's manifest does not list the page, and nobody is asked.
    let id = install(2, "", "event.request.allow();", json!(["self"]));
    let mut running = start(&world, &id);
    // A page that is told of both at once says twice that it does so no more.
    let before = has_said(&site, "full-false");
    click(&world);
    wait::until_true("it is refused", || has_said(&site, "full-false") > before);
    assert!(!fills_screen(&world) && !world.home.log("stdout").contains("asked"));
    world.close(&mut running);

    let id = install(3, "", "event.request.allow();", json!(["*"]));
    let mut running = start(&world, &id);
    click(&world);
    wait::until_true("it fills the screen", || fills_screen(&world));
    world.home.wait_for_message("asked fullscreen ");
    let before = has_said(&site, "full-false");
    world.display.key("Escape");
    wait::until_true("the user has left it", || !fills_screen(&world));
    wait::until_true("the page knows", || has_said(&site, "full-false") > before);
    world.close(&mut running);

    // The element lets it, and nobody is asked.
    let id = install(4, "allowfullscreen", "event.request.deny();", json!(["self"]));
    let mut running = start(&world, &id);
    click(&world);
    wait::until_true("it fills the screen", || fills_screen(&world));
    assert!(!world.home.log("stdout").contains("asked"));
    world.decide(&id, "deny", "fullscreen");
    let has_ended = wait::within(REVOCATION, || (!fills_screen(&world)).then_some(()));
    assert!(
        has_ended.is_some(),
        "what is taken from the app is taken from its frames"
    );
    world.close(&mut running);
}

/// Sixteen questions of a frame wait at once.
#[test]
fn a_flood_of_requests_is_bounded_and_ends_with_its_frame() {
    let world = World::new();
    let site = Site::start(|request| match request.path() {
        "/page" => Reply::html(
            "<body><script>
               const save = (number) => {
                 const link = document.createElement('a');
                 link.href = URL.createObjectURL(new Blob([number], { type: 'application/octet-stream' }));
                 link.download = `file-${number}`;
                 link.click();
                 if (number < 40) setTimeout(save, 20, number + 1);
                 else document.title = 'done';
               };
               save(1);
             </script>",
        ),
        _ => Reply::text("").status(204),
    });
    let script = format!(
        "const frame = document.querySelector('controlledframe');
         const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
         const kept = [];
         frame.onpermissionrequest = (event) => {{
           event.preventDefault();
           kept.push(event);
         }};
         frame.src = {};
         while ((await frame.executeScript({{ code: 'document.title' }}).catch(() => '')) !== 'done') await pause(50);
         await pause(500);
         const asked = kept.length;
         frame.remove();
         await pause(200);
         for (const {{ request }} of kept) request.allow();
         await pause(500);
         document.title = 'result: ' + JSON.stringify(asked);",
        json!(site.url("/page"))
    );
    let body = "<controlledframe></controlledframe><script type=module src=/flood.js></script>";
    let id = world.install(&app_with_frames(body).file("/flood.js", script));
    let asked = world.result_of_after(&id, || {
        assert!(world.display.dialog().is_none(), "a frame that is gone saves nothing");
    });
    assert_eq!(asked, 16);
}

#[test]
fn the_user_decides_about_the_app_before_its_frame_gets_anything() {
    let world = World::new();
    let site = site();
    let policy = json!({ "clipboard-read": ["*"] });
    let id = world.install(&app("clip,clip", &site, "", "event.request.allow();", policy));
    let mut running = start(&world, &id);
    for (key, outcome) in [("Escape", "clip-NotAllowedError"), ("alt+a", "clip-done")] {
        click(&world);
        world.home.wait_for_message("asked clipboard ");
        let dialog = world.display.wait_for_dialog();
        world.display.wait_for_focus(&dialog);
        world.display.settled();
        assert_eq!(has_said(&site, outcome), 0, "it waits");
        world.display.key(key);
        hear(&site, outcome);
        world.display.wait_for_focus(&world.app_window());
    }
    assert_eq!(world.decision(&id, "clipboard-read"), "granted");
    world.close(&mut running);
}

/// It has the user's click, and the engine does not say that it is not the page that asks. What the page itself asks for comes
/// to the app again, a while after that.
/// Conforms: CF-T3
/// Limit: frames-insiders
#[test]
fn a_document_of_another_site_inside_a_page_does_not_get_the_clipboard_in_its_name() {
    let world = World::new();
    let inner = site();
    let inside = inner.url("/page?clip").replace("127.0.0.1", "localhost");
    let outer = Site::start(move |_| {
        Reply::html(format!(
            "<!doctype html><body style='margin: 0'><iframe src='{inside}' style='width: 100vw; height: 100vh; border: 0'></iframe>"
        ))
    });
    let policy = json!({ "clipboard-read": ["*"] });
    let app = app("", &outer, "", "event.request.allow()", policy);
    let id = world.install(&app);
    world.decide(&id, "grant", "clipboard-read");
    let _running = start(&world, &id);
    attempt(&world, &inner, &["clip-NotAllowedError"]);
    let asked = |line: &Value| line["message"].as_str().is_some_and(|it| it.starts_with("asked"));
    assert!(!world.home.console().iter().any(asked), "{:?}", world.home.console());
}

/// Conforms: permissionrequest.filesystem
/// Limit: frames-filesystem
#[test]
fn no_page_has_a_file_system_to_ask_for() {
    let world = World::new();
    let page = r#"<script>
      const pickers = ["showOpenFilePicker", "showSaveFilePicker", "showDirectoryPicker"];
      const names = ["webkitRequestFileSystem", "requestFileSystem", ...pickers];
      document.documentElement.dataset.found = JSON.stringify(names.filter((name) => name in window));
    </script>"#;
    let site = Site::start(move |_| Reply::html(page));
    let id = world.install(&app_that_asks_its_frame(&site.url("/"), "return found"));
    assert_eq!(world.result_of(&id), json!([]));
}
