//! What an app lets the pages in its frames have: under eight conditions, which fail one by one here.

use insula_e2e::{World, app_with_frames, in_frame, load};
use insula_testkit::{AppBuilder, Bus, GeoClue, Reply, Site, wait};
use serde_json::{Value, json};
use std::time::Duration;

/// Tries one frame after the other: what the page in it got, and what the app was asked.
const ATTEMPTS: &str = r#"
const listeners = {
  allow: (event) => event.request.allow(),
  deny: (event) => event.request.deny(),
  cancel: (event) => event.permissionRequest.request.cancel(),
  nothing: () => {},
  later: (event) => {
    event.preventDefault();
    setTimeout(() => event.request.allow(), 50);
  },
  lost(event) {
    event.preventDefault();
    // Until the engine has collected the request, which nobody has any more.
    const collecting = setInterval(() => { for (let i = 0; i < 100; i++) new ArrayBuffer(1 << 20) }, 10);
    setTimeout(() => clearInterval(collecting), 20000);
  },
  twice(event) {
    event.request.allow();
    event.request.deny();
  },
};
let thrown = [];
addEventListener("error", (event) => {
  event.preventDefault();
  thrown.push(event.error.name === "NotAllowedError" ? event.error.name : event.error.message);
});
async function attempt({ url, allow, partition, listener }) {
  thrown = [];
  const asked = [];
  const frame = document.createElement("controlledframe");
  if (allow !== undefined) frame.allow = allow;
  if (partition) frame.partition = partition;
  if (listener) {
    frame.addEventListener("permissionrequest", (event) => {
      const { permission, url, permissionRequest, cancelable, bubbles, request } = event;
      asked.push([permission, url === permissionRequest.url && url === request.url, cancelable, bubbles].join(" "));
      listeners[listener](event);
    });
  }
  const loaded = new Promise((resolve) => frame.addEventListener("loadstop", resolve, { once: true }));
  frame.src = url;
  document.body.append(frame);
  await loaded;
  const got = await frame.executeScript({ code: `
    new Promise((resolve) => {
      const look = () => {
        const { found } = document.documentElement.dataset;
        if (found) resolve(found);
        else setTimeout(look, 20);
      };
      look();
    })` });
  frame.remove();
  return [got, ...asked, ...thrown].join(", ");
}
const results = [];
for (const it of ATTEMPTS) results.push(await attempt(it));
document.title = "result: " + JSON.stringify(results);
"#;

/// A site whose pages ask where they are.
fn site() -> Site {
    Site::start(|request| {
        let script = "const found = (text) => { document.documentElement.dataset.found = text };
             navigator.geolocation.getCurrentPosition(({ coords }) => found(`at ${coords.latitude}`), ({ code }) => found(`error ${code}`))";
        let page = match request.path() {
            "/silent" => "<!doctype html data-found=nothing><html data-found=nothing>".to_owned(),
            _ => format!("<!doctype html><script>{script}</script>"),
        };
        let reply = Reply::html(page);
        match request.path() {
            "/forbidden" => reply.header("Permissions-Policy", "geolocation=()"),
            _ => reply,
        }
    })
}

/// An app that makes these attempts, and has this in its manifest's policy.
fn app(attempts: &Value, geolocation: Value) -> AppBuilder {
    let script = ATTEMPTS.replace("ATTEMPTS", &attempts.to_string());
    let own = json!(["self"]);
    app_with_frames("<script type=module src=/attempts.js></script>")
        .file("/attempts.js", script)
        .manifest(
            "permissions_policy",
            json!({ "cross-origin-isolated": own, "controlled-frame": own, "geolocation": geolocation }),
        )
}

/// Conforms: permissionrequest, permissionrequest.geolocation, condition-manifest, condition-allow, condition-policy, condition-listener, condition-asks, condition-answers, condition-app, condition-allowed, allow
#[test]
fn a_page_gets_what_it_asks_for_when_all_of_eight_conditions_hold() {
    let bus = Bus::start();
    let _geoclue = GeoClue::start(bus.address(), (48.25, 16.5));
    let mut world = World::new();
    world.home.set_variable("DBUS_SYSTEM_BUS_ADDRESS", bus.address());
    let site = site();
    let listed = site.url("/");
    let other = listed.replace("127.0.0.1", "localhost");
    let asked = "geolocation true true true";
    let refused = "error 1".to_owned();
    let refused_when_asked = format!("error 1, {asked}");
    let told = format!("at 48.25, {asked}");
    let decided = "<controlledframe>: Permission has already been decided for this \"permissionrequest\" event.";
    let attempt = |url: &str, listener: &str| json!({ "url": url, "listener": listener });
    let handing_on = |url: &str, allow: &str| json!({ "url": url, "allow": allow, "listener": "allow" });
    let rows = [
        ("all hold", attempt(&listed, "allow"), &told),
        ("and the answer comes later", attempt(&listed, "later"), &told),
        ("only the app is listed", attempt(&other, "allow"), &refused),
        (
            "the element hands it on",
            handing_on(&other, "camera; geolocation"),
            &told,
        ),
        (
            "to another origin",
            handing_on(&other, "geolocation https://example.org"),
            &refused,
        ),
        (
            "the element keeps it",
            handing_on(&listed, "geolocation 'none'"),
            &refused,
        ),
        (
            "the page's own policy forbids it",
            attempt(&site.url("/forbidden"), "allow"),
            &refused,
        ),
        ("nobody listens", json!({ "url": listed }), &refused),
        (
            "the page does not ask",
            attempt(&site.url("/silent"), "allow"),
            &"nothing".to_owned(),
        ),
        ("nobody answers", attempt(&listed, "nothing"), &refused_when_asked),
        ("the request is lost", attempt(&listed, "lost"), &refused_when_asked),
        ("the answer is no", attempt(&listed, "deny"), &refused_when_asked),
        ("in the draft's words", attempt(&listed, "cancel"), &refused_when_asked),
        (
            "the first answer counts",
            attempt(&listed, "twice"),
            &format!("{told}, {decided}"),
        ),
        (
            "what one partition was allowed another is not",
            json!({ "url": listed, "partition": "other", "listener": "nothing" }),
            &refused_when_asked,
        ),
    ];
    let attempts: Vec<&Value> = rows.iter().map(|(_, attempt, _)| attempt).collect();
    let origin = listed.trim_end_matches('/');
    let id = world.install(&app(&json!(attempts), json!(["self", origin])));
    world.decide(&id, "grant", "geolocation");
    let results = world.result_of(&id);
    for ((what, _, expected), result) in rows.iter().zip(results.as_array().expect("a list")) {
        assert_eq!(result, *expected, "{what}");
    }
    assert_eq!(results.as_array().map(Vec::len), Some(rows.len()));

    // The app itself may not.
    let attempts = json!([attempt(&listed, "allow"), attempt(&listed, "deny")]);
    let id = world.install(&app(&attempts, json!(["*"])).seed(2));
    world.decide(&id, "deny", "geolocation");
    assert_eq!(
        world.result_of(&id),
        json!([format!("{refused_when_asked}, NotAllowedError"), refused_when_asked])
    );
    // Or its manifest does not turn it on, whoever is let.
    let attempts = json!([attempt(&listed, "allow"), handing_on(&listed, "geolocation")]);
    let id = world.install(&app(&attempts, json!([])).seed(3));
    assert_eq!(world.result_of(&id), json!([refused, refused]));
}

/// Within which taking back acts.
/// Limit: frames-denied
#[test]
fn a_page_that_was_denied_its_position_is_asked_about_again_when_it_is_loaded_anew() {
    let world = World::new();
    let site = Site::start(|_| {
        Reply::html(
            "<!doctype html><script>
               const ask = () => new Promise((resolve) => {
                 navigator.geolocation.getCurrentPosition(resolve, ({ code }) => resolve(code));
               });
               const answers = Promise.all([ask().then(async (first) => [first, await ask()])]);
               answers.then((all) => { document.title = all.join(); });
             </script>",
        )
    });
    let own = json!(["self"]);
    let session = world.open(
        &app_with_frames("<controlledframe allow=geolocation></controlledframe>").manifest(
            "permissions_policy",
            json!({ "cross-origin-isolated": own, "controlled-frame": own, "geolocation": own }),
        ),
    );
    session.eval(
        "globalThis.asked = [];
         document.querySelector('controlledframe').onpermissionrequest = ({ request, url }) => { asked.push(url); request.deny(); }",
    );
    for loads in 1..=2 {
        load(&session, &site.url("/where"));
        wait::until_true("both are answered", || {
            in_frame(&session, "document.title") == json!("1,1")
        });
        // In the name of the origin, as in Chromium.
        assert_eq!(session.eval("return asked"), json!(vec![site.url("/"); loads]));
    }
}

const REVOCATION: Duration = Duration::from_secs(1);

#[test]
fn a_page_in_a_frame_knows_where_the_device_is_until_that_is_taken_from_the_app() {
    let bus = Bus::start();
    let geoclue = GeoClue::start(bus.address(), (48.25, 16.5));
    let mut world = World::new();
    world.home.set_variable("DBUS_SYSTEM_BUS_ADDRESS", bus.address());
    let site = Site::start(|request| match request.path() {
        "/page" => Reply::html(
            "<script>
               const say = (text) => void fetch(`/said?${text}`);
               navigator.geolocation.watchPosition(async ({ coords }) => {
                 const { state } = await navigator.permissions.query({ name: 'geolocation' });
                 say(`${coords.latitude}-${state}`);
               }, ({ code }) => say(`error-${code}`));
             </script>",
        ),
        _ => Reply::text("").status(204),
    });
    let script = format!(
        "const frame = document.querySelector('controlledframe');
         frame.onpermissionrequest = ({{ request }}) => request.allow();
         frame.src = {}",
        json!(site.url("/page"))
    );
    let own = json!(["self"]);
    let body = "<controlledframe allow=geolocation></controlledframe><script type=module src=/where.js></script>";
    let policy = json!({ "cross-origin-isolated": own, "controlled-frame": own, "geolocation": own });
    let app = app_with_frames(body)
        .file("/where.js", script)
        .manifest("permissions_policy", policy);
    let id = world.install(&app);
    world.decide(&id, "grant", "geolocation");
    let mut running = world.home.start(&world.display, &[&id]);
    let has_said = |text: &str| {
        let target = format!("/said?{text}");
        site.requests().iter().any(|request| request.target == target)
    };
    wait::until_true("the page is told", || has_said("48.25-granted"));
    world.decide(&id, "deny", "geolocation");
    let ends = wait::within(REVOCATION, || geoclue.clients().is_empty().then_some(()));
    assert!(ends.is_some(), "{:?}", geoclue.clients());
    wait::until_true("the page learns it", || has_said("error-2"));
    geoclue.move_to((60.0, 20.0));
    assert!(wait::holds_for(Duration::from_millis(500), || !has_said("60-granted")));
    world.close(&mut running);
}
