//! What is around the page of an app: the colour of its title bar, its controls, whose a blank page is; and what a site's
//! own header takes from its page.

use insula_e2e::World;
use insula_testkit::{Accessible, AppBuilder, AssistiveTechnology, Colour, Rect, Reply, Site, wait};
use serde_json::json;

/// The bar above the page, by its colour.
fn bar(world: &World, colour: Colour) -> Option<Rect> {
    let seen = world.display.screenshot().bounds_of(colour, 3)?;
    (seen.width > 900.0 && (30.0..80.0).contains(&seen.height)).then_some(seen)
}

fn painted() -> AppBuilder {
    AppBuilder::new("Painted")
        .page(
            "<!doctype html><meta charset=utf-8><title>Page</title><style>body { background: white }</style>\
             <body>Page<script src=/own.js></script>",
        )
        .file(
            "/own.js",
            "addEventListener('keydown', () => { const own = document.createElement('meta'); own.name = 'theme-color'; \
             own.content = '#a0e0a0'; document.head.append(own); }); \
             document.title = 'Ready'",
        )
        .manifest("theme_color", "#204080".into())
}

#[test]
fn the_title_bar_has_the_apps_colour_until_the_page_says_another() {
    let world = World::new();
    let id = world.install(&painted());
    let mut running = world.home.start(&world.display, &[&id]);
    wait::until("it has the manifest's colour", || bar(&world, Colour(0x20, 0x40, 0x80)));
    world.wait_for_title("Ready");
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    world.display.key("x");
    wait::until("it has the page's colour", || bar(&world, Colour(0xa0, 0xe0, 0xa0)));
    world.close(&mut running);
}

#[test]
fn high_contrast_is_the_users_whatever_the_app_says() {
    let mut world = World::new();
    world.home.set_variable("ADW_DEBUG_HIGH_CONTRAST", "1");
    let id = world.install(&painted());
    let mut running = world.home.start(&world.display, &[&id]);
    world.wait_for_title("Ready");
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    assert_eq!(bar(&world, Colour(0x20, 0x40, 0x80)), None);
    world.close(&mut running);
}

fn find(inside: &Accessible, name: &str) -> Option<Rect> {
    if inside.name == name {
        return Some(inside.rect);
    }
    inside.children.iter().find_map(|child| find(child, name))
}

fn control(reader: &AssistiveTechnology, name: &str) -> Option<Rect> {
    reader.programs().iter().find_map(|program| find(program, name))
}

#[test]
fn an_app_that_wants_controls_goes_back_and_loads_again_by_them() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    let app = AppBuilder::new("Controlled")
        .page(
            "<!doctype html><meta charset=utf-8><title>First</title><body><a href=/second.html>Go</a>\
             <script src=/first.js></script>",
        )
        .file(
            "/first.js",
            "sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1; \
             document.title = `${matchMedia('(display-mode: minimal-ui)').matches} ${sessionStorage.loads}`; \
             document.querySelector('a').focus();",
        )
        .file("/second.html", "<!doctype html><title>Second</title>")
        .manifest("display", "standalone".into())
        .manifest("display_override", json!(["window-controls-overlay", "minimal-ui"]));
    let id = world.install(&app);
    let mut running = world.home.start(&world.display, &[&id]);
    assert_eq!(world.wait_for_title("true "), "1");
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    let press = |name: &str| {
        let at = wait::until(name, || control(&reader, name));
        let window = world.app_window().rect;
        world.display.click(window.point(at.centre().x, at.centre().y));
    };
    press("Back");
    press("Load again");
    wait::until("there was nothing to go back to, and the page is loaded again", || {
        world.app_window().title.ends_with("true 2").then_some(())
    });
    world.display.settled();
    world.display.key("Return");
    wait::until("the second page shows", || {
        world.app_window().title.ends_with("Second").then_some(())
    });
    world.display.settled();
    press("Back");
    wait::until("the first is back", || {
        world.app_window().title.ends_with("true 3").then_some(())
    });
    world.close(&mut running);
}

const MANIFEST: &str = r##"{ "name": "Mail", "id": "/app/", "start_url": "/app/", "scope": "/app/", "display": "standalone", "theme_color": "#204080" }"##;

#[test]
fn a_blank_page_that_another_site_opens_has_its_name() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    let other = Site::start(|_| {
        Reply::html(
            "<title>Other</title><body>other<script>addEventListener('click', () => { \
             const it = open('about:blank', '', 'width=500,height=300'); it.document.title = 'Mail'; it.document.body.textContent = 'Your password?' })</script>",
        )
    });
    let to = other.url("/");
    let app = Site::start(move |request| match request.path() {
        "/app/" => Reply::html(format!(
            "<title>Start</title><link rel=manifest href=/mail.webmanifest><body><script>\
             addEventListener('keydown', () => location.href = '{to}'); \
             addEventListener('click', () => {{ const it = open('about:blank', '', 'width=500,height=300'); it.document.title = 'Own' }})</script>"
        )),
        "/mail.webmanifest" => Reply::of("application/manifest+json", MANIFEST),
        _ => Reply::not_found(),
    });
    world.home.succeed(&["install", &app.url("/app/")]);
    let _running = world.home.start(&world.display, &["Mail"]);
    world.wait_for_title("Start");
    let click = || {
        world.display.wait_for_focus(&world.app_window());
        world.display.settled();
        world.display.click(world.app_window().rect.point(300.0, 400.0));
        wait::until("a window opens", || (world.display.windows().len() == 2).then_some(()));
        world.display.settled()
    };
    let bar = || {
        let named = |program: &Accessible| named_in(program, "Blank page");
        reader.programs().iter().find_map(named)
    };
    click();
    assert_eq!(bar(), None, "the app's own blank page is the app's");
    let popup = world
        .display
        .windows()
        .into_iter()
        .find(|window| window.title.contains("Own"));
    world.display.close(&popup.expect("the app's own"));
    wait::until("it closes", || (world.display.windows().len() == 1).then_some(()));
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    world.display.key("x");
    world.wait_for_title("Other");
    let seen = click();
    assert_eq!(
        seen.bounds_of(Colour(0x20, 0x40, 0x80), 3),
        None,
        "nor has it the app's colour"
    );
    let origin = other.url("");
    assert_eq!(bar(), Some(format!("Blank page of {}", origin.trim_end_matches('/'))));
}

/// What is seen in a program and begins so.
fn named_in(inside: &Accessible, beginning: &str) -> Option<String> {
    if inside.name.starts_with(beginning) {
        return Some(inside.name.clone());
    }
    inside.children.iter().find_map(|child| named_in(child, beginning))
}

/// The page says whether it has the network.
const NETWORK: &str = r#"
const permission = async () => (await navigator.permissions.query({ name: "unrestricted-network" })).state;
const tell = async () => {
  const fetched = await navigator.unrestrictedNetwork.fetch("http://127.0.0.1:9/").then(() => "yes", ({ name }) => name);
  const socket = await Promise.resolve().then(() => new TCPSocket("127.0.0.1", 9).opened).then(() => "yes", ({ name }) => name);
  const camera = await navigator.mediaDevices.getUserMedia({ video: true }).then(() => "yes", ({ name }) => name);
  document.title = "result: " + JSON.stringify([navigator.unrestrictedNetwork.state, await permission(), fetched, socket, camera]);
};
tell();
"#;

#[test]
fn a_page_does_not_have_what_its_own_header_denies_it() {
    let world = World::new();
    let site = Site::start(|request| {
        let page = Reply::html(format!(
            "<!doctype html><title>Page</title><link rel=manifest href=/mail.webmanifest><body><script>{NETWORK}</script>"
        ));
        match request.path() {
            "/app/" => page,
            "/app/without" => page.header("permissions-policy", "camera=(), unrestricted-network=()"),
            "/app/no-sockets" => page.header("permissions-policy", "direct-sockets=()"),
            "/app/sent" => Reply::text("").status(302).header("location", "/app/without"),
            "/mail.webmanifest" => Reply::of("application/manifest+json", MANIFEST),
            _ => Reply::not_found(),
        }
    });
    world.home.succeed(&["install", &site.url("/app/")]);
    world.decide("Mail", "grant", "unrestricted-network");
    world.decide("Mail", "grant", "loopback-network");
    world.decide("Mail", "grant", "camera");
    let denied = || {
        let refused = "NotAllowedError";
        json!(["unavailable", "denied", refused, refused, refused])
    };
    for (path, expected) in [
        (
            "/app/",
            json!(["granted", "granted", "TypeError", "NetworkError", "yes"]),
        ),
        ("/app/without#fragment", denied()),
        (
            "/app/no-sockets",
            json!(["granted", "granted", "TypeError", "NotAllowedError", "yes"]),
        ),
        ("/app/sent", denied()),
    ] {
        let mut running = world
            .home
            .start(&world.display, &["--mock-devices", "Mail", "--", path]);
        let found: serde_json::Value = serde_json::from_str(&world.wait_for_title("result: ")).expect("JSON");
        assert_eq!(found, expected, "{path}");
        world.close(&mut running);
    }
}
