//! `examples/terminal`: one customer after the other at the same screen.
//!
//! The app runs as a user has it, without WebDriver, whose pages keep what they store elsewhere. So what is to be clicked is
//! found on the screen by its colour.

use insula_e2e::{World, example, files_with};
use insula_testkit::session::save_failure;
use insula_testkit::{Colour, Point, Rect, Reply, Request, Running, Screenshot, Session, Site, wait};
use serde_json::{Value, json};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What the customer types, and what everything that the shop stores has in it.
const CUSTOMER: &str = "AdaMarker4711";

/// The app's buttons that matter.
const ACCENT: Colour = Colour(0xb4, 0x43, 0x1b);
/// Where the shop's page wants the customer's name.
const FIELD: Colour = Colour(0xd0, 0xe0, 0xff);
/// The shop's link to the receipt, which it is or was.
const LINK: Colour = Colour(0x80, 0x00, 0xff);
const VISITED: Colour = Colour(0x00, 0xa0, 0x60);

/// What the shop's pages have in common: they tell what they find, and put what they know of the customer into everything that
/// keeps it.
const SHOP: &str = r#"<!doctype html><meta charset=utf-8><title>Shop</title>
<style>
  body { margin: 0; font: 20px sans-serif; background: #fff }
  input { display: block; width: 400px; height: 60px; border: 0; background: #d0e0ff }
  a { display: block; width: 300px; height: 60px; background: #8000ff; color: transparent }
  a:visited { background: #00a060 }
</style>
<form action=/order method=post><input name=customer></form><a href=RECEIPT>receipt</a>
<script>
const text = async (url) => (await fetch(url)).text();
const within = (promise) => Promise.race([promise, new Promise((resolve) => setTimeout(() => resolve(null), 400))]);
const remembered = (said) => within(new Promise((resolve) => {
  const { port } = new SharedWorker("/shared.js");
  port.onmessage = ({ data }) => resolve(data);
  port.postMessage(said);
}));
async function find() {
  const channel = new BroadcastChannel("shop");
  const heard = within(new Promise((resolve) => { channel.onmessage = ({ data }) => resolve(data) }));
  return {
    cookie: document.cookie, local: { ...localStorage }, session: { ...sessionStorage },
    databases: (await indexedDB.databases()).map(({ name }) => name), caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length, probe: await text("/probe"),
    cached: await text("/cached"), history: history.length, name, referrer: document.referrer,
    shared: await remembered(), heard: await heard,
  };
}
async function keep(customer) {
  document.cookie = `session=${customer}`;
  document.cookie = `persistent=${customer}; max-age=100000`;
  localStorage.customer = sessionStorage.customer = name = customer;
  await (await caches.open(customer)).put("/entry", new Response(customer));
  const open = indexedDB.open(customer, 1);
  open.onupgradeneeded = () => open.result.createObjectStore("orders").put(customer, customer);
  await new Promise((resolve, reject) => { open.onsuccess = resolve; open.onerror = reject });
  await navigator.serviceWorker.register("/worker.js");
  const worker = (await navigator.serviceWorker.ready).active;
  if (!navigator.serviceWorker.controller) {
    await new Promise((resolve) => { navigator.serviceWorker.oncontrollerchange = resolve; worker.postMessage("claim") });
  }
  await remembered(customer);
  const channel = new BroadcastChannel("shop");
  setInterval(() => channel.postMessage(customer), 20);
  addEventListener("pagehide", () => { localStorage.late = customer; document.cookie = `late=${customer}; max-age=100000` });
}
const tell = (path, value) => fetch(path, { method: "POST", body: JSON.stringify(value) });
oninput = ({ target }) => void tell("/typed", target.value);
"#;

const SHARED_WORKER: &str = "let kept = null;
onconnect = ({ ports: [port] }) => { port.onmessage = ({ data }) => { kept = data ?? kept; port.postMessage(kept) } };";

const SERVICE_WORKER: &str = "onmessage = () => clients.claim();
onfetch = (event) => { if (event.request.url.endsWith('/probe')) event.respondWith(new Response('worker')) };";

/// A shop whose first page does this besides.
fn shop(first_page: &str) -> Site {
    let (cached, counted) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let first_page = first_page.to_owned();
    let receipt = format!("/receipt?for={CUSTOMER}");
    let page = move |script: &str| Reply::html(SHOP.replace("RECEIPT", &receipt) + script + "</script>");
    Site::start(move |request| match request.path() {
        "/" => page(&first_page),
        "/order" => Reply::text("")
            .status(303)
            .header(
                "Set-Cookie",
                &format!("hidden={CUSTOMER}; HttpOnly; Max-Age=100000; Path=/"),
            )
            .header("Location", &format!("/receipt?for={CUSTOMER}")),
        "/receipt" => page(&format!(
            "keep('{CUSTOMER}').then(() => tell('/kept', 'all'), (error) => tell('/kept', String(error)))"
        )),
        "/cached" => {
            let count = cached.fetch_add(1, Ordering::SeqCst) + 1;
            Reply::text(format!("{CUSTOMER} {count}")).header("Cache-Control", "max-age=100000")
        }
        "/count" => Reply::text((counted.fetch_add(1, Ordering::SeqCst)).to_string()),
        "/probe" => Reply::text("server"),
        "/shared.js" => Reply::of("text/javascript", SHARED_WORKER),
        "/forever.js" => Reply::of(
            "text/javascript",
            "oninstall = (event) => event.waitUntil(new Promise(() => {}))",
        ),
        "/worker.js" => Reply::of("text/javascript", SERVICE_WORKER),
        _ => Reply::text(""),
    })
}

/// What the shop's pages have told under a path so far.
fn told(site: &Site, path: &str) -> Vec<Value> {
    let value = |request: Request| serde_json::from_slice(&request.body).expect("pages tell JSON");
    site.requests_for(path).into_iter().map(value).collect()
}

fn wait_for_told(site: &Site, path: &str, count: usize) -> Value {
    wait::until(&format!("the shop is told {path} {count} times"), || {
        told(site, path).get(count - 1).cloned()
    })
}

/// What a page finds in a session that nobody has used; it is served the cached text for the time that is given.
fn nothing(cached: usize) -> Value {
    json!({
        "cookie": "", "local": {}, "session": {}, "databases": [], "caches": [], "workers": 0, "probe": "server",
        "cached": format!("{CUSTOMER} {cached}"), "history": 1, "name": "", "referrer": "", "shared": null, "heard": null,
    })
}

/// A terminal with the app on it.
struct Terminal {
    world: World,
    running: Running,
}

impl Terminal {
    fn start(site: &Site, idle_seconds: u32, notice_seconds: u32) -> Self {
        let mut world = World::new();
        let temporary = world.home.path("temporary").display().to_string();
        world.home.set_variable("TMPDIR", &temporary);
        let settings = json!({
            "name": "Corner Kitchen", "url": site.url("/"), "idleSeconds": idle_seconds, "noticeSeconds": notice_seconds
        });
        let id = world.install(&example("terminal", "/settings.json", &settings));
        let running = world.home.start(&world.display, &[&id]);
        world.wait_for_title("Corner Kitchen");
        Self { world, running }
    }

    /// Waits until something is on the screen, and keeps a picture if it does not come.
    fn on_the_screen<T>(&self, find: impl Fn(&Screenshot) -> Option<T>) -> T {
        wait::within(wait::LONG, || find(&self.world.display.screenshot())).unwrap_or_else(|| {
            let path = save_failure(&self.world.display.screenshot());
            panic!(
                "this is not on the screen; see {path}\n{}",
                self.world.home.log("stderr")
            )
        })
    }

    /// The app's one button of such a height, once it is there.
    fn button(&self, heights: RangeInclusive<f64>) -> Rect {
        self.on_the_screen(|screen| {
            let rect = screen.bounds_of(ACCENT, 2)?;
            (heights.contains(&rect.height) && rect.width > rect.height).then_some(rect)
        })
    }

    fn begin(&self) {
        self.world.display.click(self.button(START).centre());
        self.button(FINISH);
    }

    fn finish(&self) {
        self.world.display.click(self.button(FINISH).centre());
        self.button(START);
    }

    fn click_on(&self, colour: Colour) {
        let rect = self.on_the_screen(|screen| screen.bounds_of(colour, 2));
        self.world.display.click(rect.centre());
    }

    /// Clicks on the button for the first page, which is beside the one that goes back.
    fn click_home(&self) {
        let (window, finish) = (self.world.app_window().rect, self.button(FINISH));
        self.world.display.click(Point {
            x: window.x + 92.0,
            y: finish.centre().y,
        });
    }

    /// Orders something, as a customer does.
    fn order(&self, site: &Site) {
        let orders = site.requests_for("/order").len();
        self.click_on(FIELD);
        self.world.display.type_text(CUSTOMER);
        // What is copied is kept as well.
        for key in ["ctrl+a", "ctrl+c", "Return"] {
            self.world.display.key(key);
        }
        assert_eq!(wait_for_told(site, "/kept", orders + 1), "all");
        let request = site.requests_for("/order").pop().expect("it was ordered");
        assert_eq!(request.body, format!("customer={CUSTOMER}").into_bytes());
    }

    /// The files of the user that know of the customer.
    fn traces(&self) -> Vec<PathBuf> {
        let wide: Vec<u8> = CUSTOMER.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let folder = self.world.home.path("");
        [files_with(&folder, CUSTOMER.as_bytes()), files_with(&folder, &wide)].concat()
    }

    /// The web processes that there are.
    fn web_processes(&self) -> Vec<u32> {
        self.running.tree().named("WebKitWebProcess")
    }

    /// Nothing of the customer is left: no file, nor a process that was there during the session and not before.
    fn assert_forgotten(&self, before: &[u32], during: &[u32]) {
        let own = during.iter().filter(|id| !before.contains(id));
        let own: Vec<u32> = own.copied().collect();
        assert!(!own.is_empty());
        wait::until_true("the session's processes end", || {
            let now = self.web_processes();
            !own.iter().any(|id| now.contains(id))
        });
        assert_eq!(self.traces(), Vec::<PathBuf>::new());
    }
}

/// How high the app's buttons are, without the outline of what has the keyboard, and with it.
const START: RangeInclusive<f64> = 80.0..=100.0;
const FINISH: RangeInclusive<f64> = 40.0..=60.0;

const TELLS: &str = "find().then((found) => tell('/found', found))";

/// Conforms: CF-U4
#[test]
fn nothing_of_an_order_is_left_when_the_session_ends() {
    let site = shop(TELLS);
    let mut terminal = Terminal::start(&site, 10, 2);
    assert!(
        !files_with(&terminal.world.home.path(""), b"noticeSeconds").is_empty(),
        "files are searched"
    );

    let before = terminal.web_processes();
    terminal.begin();
    assert_eq!(wait_for_told(&site, "/found", 1), nothing(1));
    terminal.order(&site);
    // The shop itself would know the customer again.
    terminal.click_home();
    let again = wait_for_told(&site, "/found", 2);
    for (what, found) in [("probe", "worker"), ("name", CUSTOMER)] {
        assert_eq!(again[what], found, "{again}");
    }
    assert_eq!(again["databases"], json!([CUSTOMER]));
    let is_on_the_disk = || !terminal.traces().is_empty();
    assert!(
        wait::holds_for(Duration::from_secs(2), || !is_on_the_disk()),
        "{:?}",
        terminal.traces()
    );

    let during = terminal.web_processes();
    terminal.finish();
    terminal.assert_forgotten(&before, &during);
    terminal.begin();
    assert_eq!(wait_for_told(&site, "/found", 3), nothing(3));
    let cookies = |request: &Request| request.header("cookie").map(str::to_owned);
    assert_eq!(site.requests_for("/").last().and_then(cookies), None);
    wait::until_true("the link is as if nobody had followed it", || {
        terminal.world.display.screenshot().bounds_of(LINK, 2).is_some()
    });
    assert_eq!(terminal.world.display.screenshot().bounds_of(VISITED, 2), None);
    terminal.click_on(FIELD);
    let before_it = told(&site, "/typed").len();
    let wait_for_typed = |expected: &str| {
        wait::until_true("it is typed", || {
            told(&site, "/typed").last().is_some_and(|text| text == expected)
        });
    };
    for key in ["ctrl+v", "alt+Left", "x"] {
        terminal.world.display.key(key);
    }
    wait_for_typed("x");
    let pasted = told(&site, "/typed").split_off(before_it);
    assert!(!json!(pasted).to_string().contains(CUSTOMER), "{pasted:?}");

    // The next customer walks away.
    let during = terminal.web_processes();
    terminal.order(&site);
    terminal.button(START);
    terminal.assert_forgotten(&before, &during);
    terminal.begin();
    assert_eq!(wait_for_told(&site, "/found", 4), nothing(4));
    terminal.world.close(&mut terminal.running);
    assert_eq!(terminal.traces(), Vec::<PathBuf>::new());
}

/// What the page does when it is clicked on, each a way to stay.
const ATTACKS: [(&str, &str); 6] = [
    ("hangs", "for (;;);"),
    ("asks", "alert('MARKER')"),
    ("wants to stay", "onbeforeunload = (event) => event.preventDefault()"),
    (
        "opens windows",
        "for (let i = 0; i < 20; i++) globalThis['w' + i] = open('/popup')",
    ),
    (
        "writes",
        "for (let i = 0; i < 9; i++) setInterval(() => { localStorage[i] = document.cookie = 'MARKER=' + Math.random() })",
    ),
    ("works on", "navigator.serviceWorker.register('/forever.js')"),
];

/// Conforms: CF-U4
#[test]
fn a_page_cannot_stay_when_its_session_is_abandoned() {
    let attacks: Vec<String> = ATTACKS
        .iter()
        .map(|(_, script)| script.replace("MARKER", CUSTOMER))
        .collect();
    let first_page = format!(
        "{TELLS}; const attacks = {}; onclick = async () => {{
           const count = Number(await text('/count'));
           await tell('/attacks', count);
           setTimeout(new Function(attacks[count]), 50);
         }};",
        json!(attacks)
    );
    let site = shop(&first_page);
    let terminal = Terminal::start(&site, 2, 1);
    for (count, (name, _)) in (0..).zip(ATTACKS) {
        let before = terminal.web_processes();
        terminal.begin();
        assert_eq!(
            wait_for_told(&site, "/found", count + 1),
            nothing(count + 1),
            "before it {name}"
        );
        terminal.click_on(FIELD);
        assert_eq!(wait_for_told(&site, "/attacks", count + 1), count);
        let during = terminal.web_processes();
        terminal.button(START);
        wait::until_true("no question is left of it", || {
            terminal.world.display.dialog().is_none()
        });
        terminal.assert_forgotten(&before, &during);
    }
}

/// What goes wrong is said, and there is a way on.
#[test]
fn a_terminal_says_what_is_wrong() {
    let world = World::new();
    let answers = AtomicUsize::new(0);
    let site = Site::start(move |_| match answers.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::Reset(Vec::new()),
        _ => Reply::html("<!doctype html><title>Shop</title>"),
    });
    let open = |settings| {
        Session::open(
            &world.home,
            &world.display,
            &world.install(&example("terminal", "/settings.json", &settings)),
            None,
        )
    };
    let session =
        open(json!({ "name": "Corner Kitchen", "url": site.url("/"), "idleSeconds": 90, "noticeSeconds": 9 }));
    session.click("#start");
    session.wait_for("failure.checkVisibility() && failure.textContent.includes('ERR_')");
    session.click("#again");
    session.wait_for("!failure.checkVisibility() && site.textContent.startsWith('http')");
    drop(session);
    world.home.succeed(&["uninstall", "Shared Terminal"]);
    let session = open(json!({ "url": "here" }));
    session.wait_for("document.body.dataset.view === 'broken' && document.body.innerText.includes('settings.json')");
}
