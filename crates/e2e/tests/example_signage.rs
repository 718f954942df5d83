//! `examples/signage`: a screen that nobody attends goes on showing its pages, whatever becomes of them.

use insula_e2e::World;
use insula_testkit::{Colour, Reply, Running, Site, process, wait};
use serde_json::{Value, json};
use std::fs;
use std::sync::{Arc, Mutex};

const BLUE: Colour = Colour(0x33, 0x66, 0xcc);
const GREEN: Colour = Colour(0x22, 0xaa, 0x22);

/// How long a screen may be dark, by the app's own clock.
const DARK: u64 = 2000;
const KILLS: u64 = 50;
/// After so many, what the engine makes once has been made.
const WARM: u64 = 10;

/// A page whose process is found by its worker, under a banner that nobody can answer. It says that it is scrolled.
const PAGE: &str = "<!doctype html><title>Departures</title>
    <style>html { background: #3366cc } body { margin: 0; height: 4000px }
      .cookie-banner, .survey { position: fixed; inset: 0; background: #cc2222 }</style>
    <div class=cookie-banner>We value your privacy</div><div class=survey>How do you like this screen?</div>
    <script>
      new Worker(URL.createObjectURL(new Blob(['onmessage = () => {}'])));
      addEventListener('scroll', () => fetch('/scrolled'), { once: true });
    </script>";

/// Hangs once it has been seen, the first time that it is asked for.
const HANGS: &str = "<!doctype html><title>Weather</title><style>html { background: #22aa22 }</style>
    <script>setTimeout(() => { for (;;); }, 1000)</script>";
const WORKS: &str = "<!doctype html><title>Weather</title><style>html { background: #22aa22 }</style>";

/// The server of a screen: its playlist, its pages, and what it is told.
struct Server {
    site: Site,
    playlist: Arc<Mutex<Value>>,
}

impl Server {
    fn start() -> Self {
        let playlist = Arc::new(Mutex::new(Value::Null));
        let (served, asked) = (playlist.clone(), Mutex::new(0));
        let site = Site::start(move |request| match request.path() {
            "/playlist.json" => {
                let playlist = served.lock().expect("no test panicked").to_string();
                Reply::of("application/json", playlist)
            }
            "/page" => Reply::html(PAGE).header("X-Frame-Options", "DENY"),
            "/hangs" => {
                let mut asked = asked.lock().expect("no test panicked");
                *asked += 1;
                Reply::html(if *asked == 1 { HANGS } else { WORKS })
            }
            _ => Reply::text("").status(204),
        });
        Self { site, playlist }
    }

    fn plays(&self, items: Value) {
        let playlist = json!({ "name": "Hall", "report": "/status", "refresh": 1, "items": items });
        *self.playlist.lock().expect("no test panicked") = playlist;
    }

    /// What the screen said last.
    fn status(&self) -> Value {
        let said = self.site.requests_for("/status").pop();
        said.map_or(Value::Null, |request| {
            serde_json::from_slice(&request.body).expect("a status is JSON")
        })
    }

    fn wait_for(&self, what: &str, matches: impl Fn(&Value) -> bool) -> Value {
        wait::within(wait::LONG, || Some(self.status()).filter(&matches))
            .unwrap_or_else(|| panic!("the screen never said that {what}, but {}", self.status()))
    }
}

/// The process that the page is in: no other has a worker.
fn page_process(running: &Running) -> u32 {
    let has_worker = |id: &u32| {
        let threads = fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
        let mut names = threads.filter_map(|thread| fs::read_to_string(thread.path().join("comm")).ok());
        names.any(|name| name.trim_end() == "WebCore: Worker")
    };
    wait::until("the page has a process", || {
        running.tree().named("WebKitWebProcess").into_iter().find(has_worker)
    })
}

/// What would grow if something were left over: processes, descriptors of the runtime and of the network's process, and the
/// runtime's memory.
#[derive(Debug)]
struct Held {
    processes: usize,
    descriptors: usize,
    memory: u64,
}

impl Held {
    fn by(running: &Running) -> Self {
        let tree = running.tree();
        let lasting = ["insula", "WebKitNetworkProcess"].map(|name| tree.named(name)).concat();
        Self {
            processes: tree.ids.len(),
            descriptors: lasting.into_iter().map(process::descriptors_of).sum(),
            memory: process::private_memory_of(running.id()),
        }
    }

    /// Whether it is no more than before, but for what waits for the next frame and for what allocators keep.
    fn is_like(&self, before: &Self) -> bool {
        self.processes <= before.processes + 4
            && self.descriptors <= before.descriptors + 8
            && self.memory <= before.memory + (8 << 20)
    }
}

/// Without WebDriver, which ends its session when the process of any of its windows dies.
/// Conforms: CF-U3
#[test]
fn a_screen_shows_its_page_again_within_two_seconds_fifty_times_in_a_row_and_leaves_nothing() {
    let world = World::new();
    let server = Server::start();
    server.plays(
        json!([{ "url": "/page", "title": "Departures", "seconds": 3600, "scroll": true, "hide": [".survey"] }]),
    );
    let app = world.install_example("signage");
    world.decide(&app, "grant", "unrestricted-network");
    let path = format!("/?screen=Hall&playlist={}", server.site.url("/playlist.json"));
    let mut running = world.home.start(&world.display, &[&app, "--", &path]);
    let middle = world.app_window().rect.centre();
    let shows = |colour: Colour| {
        wait::until_true("the page is seen", || {
            world.display.screenshot().at(middle).is_near(colour, 3)
        });
    };

    server.wait_for("it shows the page", |status| status["state"] == "showing");
    shows(BLUE);
    wait::until_true("the page scrolls by itself", || {
        !server.site.requests_for("/scrolled").is_empty()
    });

    let mut before = Held::by(&running);
    for count in 1..=KILLS {
        process::kill(page_process(&running));
        let status = server.wait_for("it shows the page again", |status| {
            status["recoveries"] == count && status["state"] == "showing"
        });
        assert_eq!(status["last"]["cause"], "was killed");
        if count == WARM {
            before = Held::by(&running);
        }
    }
    shows(BLUE);
    let slowest = server.status()["slowest"].as_u64();
    assert!(slowest.is_some_and(|slowest| slowest < DARK), "dark for {slowest:?} ms");
    let after = wait::within(wait::LONG, || {
        Some(Held::by(&running)).filter(|held| held.is_like(&before))
    });
    assert!(after.is_some(), "{before:?} before, {:?} now", Held::by(&running));

    // Another playlist, without anybody there. Its page hangs.
    server.plays(json!([{ "url": "/hangs", "title": "Weather" }]));
    shows(GREEN);
    let status = server.wait_for("it shows the page that hung", |status| {
        status["recoveries"] == KILLS + 1
    });
    assert_eq!(status["last"]["cause"], "hung");
    assert!(
        status["slowest"].as_u64().is_some_and(|slowest| slowest < DARK),
        "{status}"
    );
    shows(GREEN);
    assert_eq!(server.site.requests_for("/hangs").len(), 2);
    world.close(&mut running);
}
