//! Sites on the web that are installed as apps.

use insula_e2e::World;
use insula_testkit::{Authority, Reply, Request, Site, wait};
use serde_json::json;

const MANIFEST: &str = r##"{
  "name": "Mail", "id": "/app/", "start_url": "/app/", "scope": "/app/", "display": "standalone",
  "icons": [{ "src": "/icon.svg", "sizes": "any" }]
}"##;

const ICON: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9'/></svg>";

const WORKER: &str = r#"
addEventListener("install", (event) => event.waitUntil((async () => {
  await (await caches.open("pages")).add("/app/offline");
  await skipWaiting();
})()));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match("/app/offline")));
  }
});
"#;

/// A site whose start page has a script.
fn mail(script: &'static str) -> Site {
    Site::start(move |request| answer(request, script))
}

fn answer(request: &Request, script: &str) -> Reply {
    match request.path() {
        "/app/" => Reply::html(format!(
            "<!doctype html><meta charset=utf-8><title>Start</title><link rel=manifest href=/mail.webmanifest>\
             <style>body {{ margin: 0 }} a, button {{ display: block; width: 300px; height: 60px }}</style>\
             <body><script>{script}</script>"
        )),
        "/app/worker.js" => Reply::of("text/javascript", WORKER),
        "/app/offline" => Reply::html("<title>result: \"offline\"</title>"),
        "/mail.webmanifest" => Reply::of("application/manifest+json", MANIFEST),
        "/icon.svg" => Reply::of("image/svg+xml", ICON),
        "/report.bin" => Reply::of("application/x-report", "a report"),
        "/elsewhere" => Reply::html("<title>result: \"elsewhere\"</title>"),
        _ => Reply::not_found(),
    }
}

/// The page says what it has.
const LOOK: &str = r#"
(async () => {
  await navigator.serviceWorker.register("worker.js");
  await navigator.serviceWorker.ready;
  document.title = "result: " + JSON.stringify({
    network: navigator.unrestrictedNetwork.state,
    sockets: typeof TCPSocket,
    frames: typeof ControlledFrame,
    isolated: crossOriginIsolated,
    mode: ["standalone", "browser"].filter((mode) => matchMedia(`(display-mode: ${mode})`).matches),
    kept: localStorage.started = Number(localStorage.started ?? 0) + 1,
  });
})();
"#;

fn install(world: &World, site: &Site) {
    world.home.succeed(&["install", &site.url("/app/")]);
}

#[test]
fn a_site_is_installed_from_its_url_keeps_what_it_stores_and_starts_offline() {
    let (world, site) = (World::new(), mail(LOOK));
    install(&world, &site);
    for started in [1, 2] {
        let found = world.result_of("Mail");
        assert_eq!(
            found,
            json!({
                "network": "prompt", "sockets": "function", "frames": "undefined", "isolated": false, "mode": ["standalone"], "kept": started,
            })
        );
    }
    drop(site);
    assert_eq!(world.result_of("Mail"), "offline");
    world.home.succeed(&["uninstall", "Mail"]);
    let left = insula_e2e::files_with(&world.home.data(), b"worker.js");
    assert!(left.is_empty(), "{left:?}");
}

/// What browsers give to sites that are installed, and this engine does not have.
const MISSING: &str = r#"
const missing = {
  share: "share" in navigator,
  push: "PushManager" in globalThis,
  synchronisation: "SyncManager" in globalThis,
};
document.title = "result: " + JSON.stringify(Object.keys(missing).filter((name) => missing[name]));
"#;

/// Limit: sites-engine
#[test]
fn a_site_can_see_what_the_engine_does_not_have() {
    let (world, site) = (World::new(), mail(MISSING));
    install(&world, &site);
    assert_eq!(world.result_of("Mail"), json!([]));
}

#[test]
fn a_site_over_https_is_an_app_whose_certificate_is_looked_at_each_time() {
    let (mut world, authority) = (World::new(), Authority::new());
    let site = Site::start_tls(&authority, |request| answer(request, LOOK));
    let url = site.public_url("/app/");
    let refused = world.home.run(&["install", &url]);
    assert_eq!(refused.code, 2, "nobody vouches for it: {refused:?}");
    world.home.trust(&authority);
    world.home.succeed(&["install", &url]);
    let listed = world.home.succeed(&["list", "--json"]).json();
    assert_eq!(listed["apps"][0]["origin"], site.public_url(""));
    assert_eq!(world.result_of("Mail")["network"], "prompt");
}

/// Buttons that ask for the network and open what another site has.
const BUTTONS: &str = r#"
const button = (text, click) => {
  const made = document.body.appendChild(document.createElement("button"));
  made.textContent = text;
  made.onclick = click;
  made.focus();
};
const tell = (result) => document.title = "result: " + JSON.stringify(result);
button("Fetch", async () => {
  try {
    await navigator.unrestrictedNetwork.request();
    const strict = new URL(new URLSearchParams(location.search).get("strict"));
    const answer = await navigator.unrestrictedNetwork.fetch(strict);
    const { readable, writable } = await new TCPSocket(strict.hostname, Number(strict.port)).opened;
    await writable.getWriter().write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    const { value } = await readable.getReader().read();
    tell([await answer.text(), new TextDecoder().decode(value).slice(0, 12)]);
  } catch (error) {
    tell(error.name);
  }
});
tell("ready");
"#;

#[test]
fn an_installed_site_has_the_network_past_cors_once_the_user_has_allowed_it() {
    let (world, site) = (World::new(), mail(BUTTONS));
    let strict = Site::start(|_| Reply::text("no CORS here"));
    install(&world, &site);
    for (decision, expected) in [
        ("deny", json!("NotAllowedError")),
        ("grant", json!(["no CORS here", "HTTP/1.1 200"])),
    ] {
        world.decide("Mail", decision, "unrestricted-network");
        world.decide("Mail", decision, "loopback-network");
        let path = format!("/app/?strict={}", strict.url("/"));
        let mut running = world.home.start(&world.display, &["Mail", "--", &path]);
        assert_eq!(world.wait_for_title("result: "), "\"ready\"");
        world.display.wait_for_focus(&world.app_window());
        world.display.settled();
        world.display.key("space");
        wait::until("the page has what it may have", || {
            let title = world.app_window().title;
            title.ends_with(&format!("result: {expected}")).then_some(())
        });
        world.close(&mut running);
    }
}

/// A link to another site; what it leads to leads back.
const LEAVE: &str = r#"
const link = document.body.appendChild(document.createElement("a"));
link.href = new URLSearchParams(location.search).get("other");
link.textContent = "Sign in elsewhere";
link.focus();
document.title = "result: " + JSON.stringify(typeof navigator.unrestrictedNetwork);
"#;

#[test]
fn another_site_is_shown_in_the_window_under_its_own_name_and_without_what_the_app_has() {
    let (world, site) = (World::new(), mail(LEAVE));
    let back = site.url("/app/");
    let other = Site::start(move |_| {
        Reply::html(format!(
            "<title>result: \"other\"</title><body><a href={back}>Back</a><script>\
             document.querySelector('a').focus();\
             document.title = `result: \"other ${{typeof navigator.unrestrictedNetwork}}\"`</script>"
        ))
    });
    install(&world, &site);
    let path = format!("/app/?other={}", other.url("/"));
    let mut running = world.home.start(&world.display, &["Mail", "--", &path]);
    let shows = |expected: &str| {
        wait::until(expected, || {
            (world.app_window().title == format!("Mail – result: \"{expected}\"")).then_some(())
        });
        world.display.wait_for_focus(&world.app_window());
        world.display.settled();
    };
    shows("object");
    world.display.key("Return");
    shows("other undefined");
    world.display.key("Return");
    shows("object");
    world.close(&mut running);
}

#[test]
fn a_site_that_is_only_visited_is_no_app_and_offers_to_become_one() {
    let (world, site) = (World::new(), mail(VISIT));
    let mut running = world.home.start(&world.display, &[&site.url("/app/")]);
    assert_eq!(world.wait_for_title("result: "), "\"unavailable\"");
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    world.display.key("alt+i");
    world.display.wait_for_asking("Install Mail?");
    world.display.key("alt+i");
    wait::until("the app is installed and runs", || {
        let installed = world
            .display
            .windows()
            .into_iter()
            .find(|window| window.title.ends_with("\"prompt\""));
        installed.map(|window| world.display.close(&window))
    });
    let listed = world.home.succeed(&["list", "--json"]).json();
    assert_eq!(listed["apps"][0]["name"], "Mail");
    wait::until("one window is left", || {
        (world.display.windows().len() == 1).then_some(())
    });
    world.close(&mut running);
}

/// The page says how the network stands.
const VISIT: &str = "document.title = `result: ${JSON.stringify(navigator.unrestrictedNetwork.state)}`";

/// A link to a file, under the focus.
const FILE: &str = r#"
const link = document.body.appendChild(document.createElement("a"));
link.href = "/report.bin";
link.textContent = "Report";
link.focus();
document.cookie = `starts=${Number(/starts=(\d+)/.exec(document.cookie)?.[1] ?? 0) + 1}; max-age=1000`;
document.title = `result: ${JSON.stringify(document.cookie)}`;
"#;

#[test]
fn a_site_keeps_its_cookies_and_a_file_that_no_page_shows_is_saved() {
    let (world, site) = (World::new(), mail(FILE));
    install(&world, &site);
    assert_eq!(world.result_of("Mail"), "starts=1");
    let mut running = world.home.start(&world.display, &["Mail"]);
    assert_eq!(world.wait_for_title("result: "), "\"starts=2\"");
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    world.display.key("Return");
    world.display.wait_for_dialog();
    world.display.key("Escape");
    wait::until("the question is closed", || {
        world.display.dialog().is_none().then_some(())
    });
    world.close(&mut running);
}

/// A button that opens another site's window and waits for its word, and a link to a site that has nothing to do with it.
const SIGN_IN: &str = r#"
const other = new URLSearchParams(location.search).get("other");
const link = document.body.appendChild(document.createElement("a"));
Object.assign(link, { href: other, target: "_blank", textContent: "About" });
const button = document.body.appendChild(document.createElement("button"));
button.onclick = () => open(other, "sign-in", "width=400,height=300");
button.focus();
onmessage = ({ data, origin }) => {
  document.title = `result: ${JSON.stringify([data, origin === new URL(other).origin])}`;
  link.focus();
};
document.title = "result: \"ready\"";
"#;

#[test]
fn a_window_of_another_site_tells_its_opener_and_a_link_elsewhere_opens_in_the_browser() {
    let (world, site) = (World::new(), mail(SIGN_IN));
    let opened = world.install_opener(&["http"]);
    let other = Site::start(|_| {
        Reply::html(
            "<title>Sign in</title><script>const { network } = { network: typeof navigator.unrestrictedNetwork };\
             setTimeout(() => { opener.postMessage(network, '*'); close() }, 1000)</script>",
        )
    });
    install(&world, &site);
    let path = format!("/app/?other={}", other.url("/"));
    let mut running = world.home.start(&world.display, &["Mail", "--", &path]);
    assert_eq!(world.wait_for_title("result: "), "\"ready\"");
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    world.display.key("space");
    wait::until("the other site's window is seen", || {
        (world.display.windows().len() == 2).then_some(())
    });
    wait::until("it has told its opener, and is gone", || {
        let windows = world.display.windows();
        let title = &windows.first()?.title;
        (windows.len() == 1 && title.ends_with("result: [\"undefined\",true]")).then_some(())
    });
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    world.display.key("Return");
    let url = wait::until("the browser gets the link", || {
        // The file is there before the line is.
        let lines = std::fs::read_to_string(&opened).ok()?;
        lines.ends_with('\n').then_some(lines)
    });
    assert_eq!(url.trim(), other.url("/"));
    world.close(&mut running);
}
