//! Another site that a web app's window shows has nothing of what the app may, and asks for nothing in its name.

use insula_e2e::World;
use insula_testkit::{Reply, Site, wait};
use serde_json::json;
use std::time::Duration;

const MANIFEST: &str = r#"{ "name": "Mail", "id": "/app/", "start_url": "/app/", "scope": "/app/" }"#;

/// Tries what the engine asks about, and says to its own server what came of it.
const TRY: &str = r"
const outcome = async (it) => ({
  camera: await it.navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'recording', ({ name }) => name),
  position: await new Promise((resolve) => it.navigator.geolocation.getCurrentPosition(
    () => resolve('known'), ({ code }) => resolve(code), { timeout: 5000 })),
  notifications: it.Notification ? await it.Notification.requestPermission() : 'none',
  query: await it.navigator.permissions.query({ name: 'camera' }).then(({ state }) => state, ({ name }) => name),
});
const attempt = async (name, it = self) => {
  const found = await outcome(it).catch(String);
  await fetch(`${origin}/report?` + encodeURIComponent(JSON.stringify([name, found])), { mode: 'no-cors' });
};
";

fn page(script: &str) -> Reply {
    Reply::html(format!(
        "<!doctype html><meta charset=utf-8><title>Page</title><link rel=manifest href=/mail.webmanifest>\
         <body>body<script>const origin = location.origin;{TRY}/* end */{script}</script>"
    ))
}

/// A site that is an app, and another one that it leads to.
fn sites() -> (Site, Site) {
    let other = Site::start(move |request| match request.path() {
        "/visit" => page("attempt('visit')"),
        "/blob" => page(
            "const [script] = document.scripts[0].textContent.split('/* end' + ' */'); \
             const text = `<body>blob<script>${script};attempt('blob')<` + '/script>'; \
             location.href = URL.createObjectURL(new Blob([text], { type: 'text/html' })); \
             setTimeout(() => attempt('blob'), 500)",
        ),
        "/popup" => page(
            "addEventListener('click', () => { const it = open('about:blank'); it.document.open(); \
             it.document.write('<title>Popup</title>popup'); it.document.close(); attempt('popup', it) }); document.title = 'Click'",
        ),
        "/embeds" => page(
            "const it = document.createElement('iframe'); it.allow = 'camera *; geolocation *'; \
             it.src = new URLSearchParams(location.search).get('app'); document.body.append(it); ",
        ),
        "/report" => Reply::text(""),
        _ => Reply::not_found(),
    });
    let to = other.url("");
    let app = Site::start(move |request| match request.path() {
        "/app/" => page("document.title = 'Start'"),
        "/app/own" => page("attempt('own')"),
        "/app/out" => Reply::text("")
            .status(302)
            .header("location", &format!("{}/visit", to.trim_end_matches('/'))),
        "/app/inner" => page("attempt('inner')"),
        "/app/asks" => page(
            "navigator.geolocation.getCurrentPosition(() => {}, () => {}); document.title = 'Asks'; \
             addEventListener('keydown', () => { location.href = new URLSearchParams(location.search).get('to') })",
        ),
        "/app/leaves" => page(
            "document.title = 'Leaves'; \
             addEventListener('keydown', () => { location.href = new URLSearchParams(location.search).get('to') })",
        ),
        "/mail.webmanifest" => Reply::of("application/manifest+json", MANIFEST),
        "/report" => Reply::text(""),
        _ => Reply::not_found(),
    });
    (app, other)
}

fn reported(site: &Site, name: &str) -> serde_json::Value {
    let found = wait::within(wait::LONG, || {
        site.requests_for("/report").into_iter().find_map(|request| {
            let (_, query) = request.target.split_once('?')?;
            let text = decoded(query);
            let told: serde_json::Value = serde_json::from_str(&text).ok()?;
            (told[0] == name).then(|| told[1].clone())
        })
    });
    found.unwrap_or_else(|| panic!("“{name}” is not reported: {:?}", site.requests()))
}

fn decoded(query: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = query.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let digits = String::from_utf8_lossy(&digits).into_owned();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap_or(b'?'));
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn install(world: &World, app: &Site) {
    world.home.succeed(&["install", &app.url("/app/")]);
}

fn start(world: &World, path: &str) -> insula_testkit::Running {
    world
        .home
        .start(&world.display, &["--mock-devices", "Mail", "--", path])
}

/// Has the app's page go to where it was told to.
fn leave(world: &World) {
    world.wait_for_title("Leaves");
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    world.display.key("x");
}

/// Limit: sites-away
#[test]
fn another_site_in_the_window_gets_nothing_that_the_app_was_granted() {
    let world = World::new();
    let (app, other) = sites();
    install(&world, &app);
    for name in ["camera", "geolocation", "notifications"] {
        world.decide("Mail", "grant", name);
    }
    let mut running = start(&world, "/app/own");
    let own = reported(&app, "own");
    assert_eq!([&own["camera"], &own["query"]], ["recording", "granted"], "{own}");
    world.close(&mut running);

    for (name, path) in [
        ("visit", "/app/out".to_owned()),
        ("blob", other.url("/blob")),
        ("popup", other.url("/popup")),
    ] {
        let is_own = path.starts_with("/app");
        let path = if is_own {
            path
        } else {
            format!("/app/leaves?to={}", path.replace('?', "%3F"))
        };
        let mut running = start(&world, &path);
        if !is_own {
            leave(&world);
        }
        if name == "popup" {
            world.wait_for_title("Click");
            world.display.settled();
            world.display.click(world.app_window().rect.point(200.0, 300.0));
        }
        let found = reported(&other, name);
        assert_eq!(found["camera"], "NotAllowedError", "{name}: {found}");
        assert_eq!(found["position"], json!(1), "{name}: {found}");
        assert_ne!(found["notifications"], "granted", "{name}: {found}");
        assert_ne!(found["query"], "granted", "{name}: {found}");
        insula_testkit::process::kill(running.id());
        _ = running.child().wait();
    }
}

#[test]
fn an_app_in_another_sites_iframe_gets_nothing_either() {
    let world = World::new();
    let (app, other) = sites();
    install(&world, &app);
    world.decide("Mail", "grant", "camera");
    let to = format!("{}%3Fapp={}", other.url("/embeds"), app.url("/app/inner"));
    let _running = start(&world, &format!("/app/leaves?to={to}"));
    leave(&world);
    let found = reported(&app, "inner");
    assert_eq!(found["camera"], "NotAllowedError", "{found}");
}

#[test]
fn a_question_of_the_app_does_not_lie_over_another_site() {
    let world = World::new();
    let (app, other) = sites();
    install(&world, &app);
    let _running = start(&world, &format!("/app/asks?to={}", other.url("/visit")));
    world.wait_for_title("Asks");
    let question = world.display.wait_for_dialog();
    world.display.wait_for_focus(&question);
    world.display.settled();
    world.display.click(world.app_window().rect.point(30.0, 300.0));
    world.display.wait_for_focus(&world.app_window());
    world.display.key("x");
    let found = reported(&other, "visit");
    assert_eq!(found["camera"], "NotAllowedError", "{found}");
    let is_none = || world.display.dialog().is_none();
    wait::until_true("the question goes with its page", is_none);
    assert!(wait::holds_for(Duration::from_millis(500), is_none), "nothing is asked");
    assert_eq!(world.decision("Mail", "geolocation"), "prompt");
}
