//! Notifications of a site's service worker: the engine hands them to the desktop by itself.

use insula_e2e::World;
use insula_testkit::{Bus, Notifications, Reply, Site, wait};
use serde_json::json;

/// The page shows one with each key, and says what came of it.
const PAGE: &str = r#"
(async () => {
  await navigator.serviceWorker.register("/app/worker.js");
  const registration = await navigator.serviceWorker.ready;
  let count = 0;
  addEventListener("keydown", async () => {
    count++;
    const outcome = await registration.showNotification(`Mail ${count}`, { body: "from Ada" }).then(() => "shown", ({ name }) => name);
    document.title = `result: ${JSON.stringify([count, outcome])}`;
  });
  document.title = "result: [0]";
})();
"#;

#[test]
fn a_notification_has_the_apps_name_and_icon_and_none_comes_once_that_is_taken_back() {
    let (mut world, bus) = (World::new(), Bus::start());
    let desktop = Notifications::start(bus.address());
    world.home.set_variable("DBUS_SESSION_BUS_ADDRESS", bus.address());
    let site = Site::start(|request| match request.path() {
        "/app/" => Reply::html(format!(
            "<!doctype html><title>Start</title><link rel=manifest href=/mail.webmanifest><body><script>{PAGE}</script>"
        )),
        "/app/worker.js" => Reply::of("text/javascript", "addEventListener('notificationclick', () => {})"),
        "/mail.webmanifest" => Reply::of(
            "application/manifest+json",
            r#"{ "name": "Mail", "id": "/app/", "start_url": "/app/", "scope": "/app/", "display": "standalone" }"#,
        ),
        _ => Reply::not_found(),
    });
    world.home.succeed(&["install", &site.url("/app/")]);
    world.decide("Mail", "grant", "notifications");
    let id = world.home.succeed(&["list", "--json"]).json()["apps"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let mut running = world.home.start(&world.display, &["Mail"]);
    let says = |expected: serde_json::Value| {
        wait::until("the page says it", || {
            (world.app_window().title == format!("Mail – result: {expected}")).then_some(())
        });
    };
    says(json!([0]));
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    world.display.key("x");
    says(json!([1, "shown"]));
    let shown = wait::until("the desktop has it", || desktop.shown().pop());
    assert_eq!(
        [&shown.title, &shown.body, &shown.program],
        ["Mail 1", "from Ada", "Mail"]
    );
    let entry = world
        .home
        .path("home/share/applications")
        .join(format!("{}.desktop", shown.desktop_entry));
    let entry = std::fs::read_to_string(entry).expect("the desktop finds whose it is");
    for line in ["Name=Mail", "NoDisplay=true", &format!("X-Insula-Id={id}")] {
        assert!(entry.lines().any(|other| other == line), "{line}:\n{entry}");
    }

    world.decide("Mail", "deny", "notifications");
    let mut count = 1;
    wait::until("it is refused", || {
        world.display.key("x");
        count += 1;
        let beginning = format!("Mail – result: [{count},");
        let title = wait::until("the page says it", || {
            Some(world.app_window().title).filter(|title| title.starts_with(&beginning))
        });
        title.ends_with("\"TypeError\"]").then_some(())
    });
    // Those that were not refused, of which the last may be on its way.
    wait::until_true("the desktop has them", || desktop.shown().len() >= count - 1);
    assert_eq!(desktop.shown().len(), count - 1, "and no more");
    world.close(&mut running);
}
