//! What the app's manifest says its frames may show.

use std::time::Duration;

use insula_e2e::{World, app_with_frames, in_frame, load};
use insula_testkit::{Authority, Reply, Request, Session, Site, tcp::ClosedPort, wait};
use serde_json::{Value, json};

/// Pages that lead away in every way, to where their query says.
fn site() -> Site {
    Site::start(|request: &Request| {
        let to = request.target.split_once('?').map_or("/", |(_, to)| to);
        let markup = match request.path() {
            "/to" => return Reply::text("").status(302).header("Location", to),
            "/refresh" => return Reply::html("<title>x</title>").header("Refresh", &format!("0; url={to}")),
            "/meta" => format!("<meta http-equiv=refresh content='0; url={to}'>"),
            "/script" => format!("<script>location = '{to}'</script>"),
            "/replace" => format!("<script>onload = () => location.replace('{to}')</script>"),
            "/link" => format!("<a href='{to}'>link</a><script>document.links[0].click()</script>"),
            "/noopener" => {
                format!("<a href='{to}' target=_top rel=noopener>x</a><script>document.links[0].click()</script>")
            }
            "/form" => format!(
                "<form action='{to}' method=post><input name=a value=b></form><script>document.forms[0].submit()</script>"
            ),
            "/inside" => format!("<iframe src='/inside-that?{to}'></iframe>"),
            "/inside-that" => format!("<script>top.location = '{to}'</script>"),
            "/target" => format!(
                "<iframe name=inside></iframe><a href='{to}' target=_top>x</a><script>document.links[0].click()</script>"
            ),
            "/moved" => format!("<script>location = '/to?{to}'</script>"),
            "/window" => format!("<script>onload = () => open('{to}')</script>"),
            "/written" => format!(
                "<script>const w = open(); w.document.write('<script>location = `{to}`</' + 'script>')</script>"
            ),
            "/shows" => format!("<iframe src='{to}'></iframe>"),
            _ => String::new(),
        };
        Reply::html(format!(
            "<!doctype html><title>{}</title><body>{markup}",
            request.path()
        ))
    })
}

const WAYS: [&str; 12] = [
    "to", "refresh", "meta", "script", "replace", "link", "noopener", "form", "inside", "target", "moved", "to?/to",
];

fn app(rules: Value) -> insula_testkit::AppBuilder {
    app_with_frames("<controlledframe></controlledframe>").manifest("controlled_frame", rules)
}

fn point(session: &Session<'_>, url: &str) {
    session.eval_with(
        "log.length = 0; document.querySelector('controlledframe').src = args[0]",
        &[json!(url)],
    );
}

/// Why the top document could not be had, and where.
fn aborted(session: &Session<'_>) -> Value {
    session.wait_for("log.some(({ type, isTopLevel }) => type === 'loadabort' && isTopLevel)");
    // What is shown instead is there.
    session.wait_for("types().lastIndexOf('loadstop') > types().indexOf('loadabort')");
    session
        .eval("const { code, reason, url } = log.find(({ type }) => type === 'loadabort'); return [code, reason, url]")
}

fn blocked(url: &str) -> Value {
    json!([-20, "ERR_BLOCKED_BY_CLIENT", url])
}

/// Conforms: CF-T9
#[test]
fn a_frame_shows_only_what_the_manifest_lists_wherever_its_pages_lead() {
    let world = World::new();
    let (listed, other) = (site(), site());
    let session = world.open(&app(json!({ "origins": [listed.url("")] })));
    let secret = other.url("/secret");
    load(&session, &listed.url("/"));

    // The app itself.
    point(&session, &secret);
    assert_eq!(aborted(&session), blocked(&secret));
    session.wait_for("has('loadstop')");
    // Also where nobody answers, whose page would only say so.
    let closed = ClosedPort::new();
    let nobody = format!("http://127.0.0.1:{}/", closed.port());
    point(&session, &nobody);
    assert_eq!(aborted(&session), blocked(&nobody));

    for way in WAYS {
        load(&session, &listed.url("/"));
        point(&session, &listed.url(&format!("/{way}?{secret}")));
        assert_eq!(aborted(&session), blocked(&secret), "{way}");
        session.wait_for("has('loadstop')");
    }
    // What is listed goes on as ever.
    load(&session, &listed.url(&format!("/to?{}", listed.url("/there"))));
    session.wait_for("document.querySelector('controlledframe').src.endsWith('/there')");
    session.eval("log.length = 0");
    in_frame(&session, "history.back()");
    session.wait_for("has('loadstop')");
    windows(&session, &listed, &secret);
    assert!(
        other.requests().is_empty(),
        "it is not even asked: {:?}",
        other.requests()
    );

    // What a page shows inside itself is for the page to say.
    load(&session, &listed.url(&format!("/shows?{}", other.url("/shown"))));
    wait::until_true("it is shown", || !other.requests_for("/shown").is_empty());
}

/// Windows that pages open are frames as well.
fn windows(session: &Session<'_>, listed: &Site, secret: &str) {
    for way in ["window", "written"] {
        session.eval(
            "document.querySelector('#second')?.remove();
             document.querySelector('controlledframe').onnewwindow = ({ window }) => {
               const second = Object.assign(document.createElement('controlledframe'), { id: 'second' });
               window.attach(second);
               document.body.append(second);
             }",
        );
        point(session, &listed.url(&format!("/{way}?{secret}")));
        session.wait_for("has('loadabort', 'second')");
        let abort = session.eval("const { code, reason, url } = log.find(({ type, id }) => type === 'loadabort' && id); return [code, reason, url]");
        assert_eq!(abort, blocked(secret), "{way}");
    }
}

/// As a user runs it: with a view that is kept ready since before the filters were.
#[test]
fn the_first_frame_of_an_app_shows_only_what_is_listed() {
    let world = World::new();
    let (listed, other) = (site(), site());
    let script = "
        const frame = document.querySelector('controlledframe');
        frame.addEventListener('loadabort', ({ reason, url }) => {
          document.title = `result: ${JSON.stringify([reason, url])}`;
        });";
    let secret = other.url("/secret");
    let page = listed.url(&format!("/script?{secret}"));
    let body = format!("<controlledframe src='{page}'></controlledframe><script src=/abort.js></script>");
    let app = app_with_frames(&body)
        .file("/abort.js", script)
        .manifest("controlled_frame", json!({ "origins": [listed.url("")] }));
    let id = world.install(&app);
    assert_eq!(world.result_of(&id), json!(["ERR_BLOCKED_BY_CLIENT", secret]));
    assert!(other.requests().is_empty());
}

#[test]
fn an_empty_list_shows_nothing_and_none_everything() {
    let world = World::new();
    let site = site();
    for (seed, (rules, is_shown)) in (1..).zip([
        (json!({}), true),
        (json!({ "origins": [] }), false),
        (json!({ "origins": "*" }), false),
        (json!({ "origins": ["http://*:*"] }), true),
    ]) {
        let session = world.open(&app(rules.clone()).seed(seed));
        point(&session, &site.url("/"));
        session.wait_for("has('loadstop')");
        assert_eq!(session.eval("return !has('loadabort')"), is_shown, "{rules}");
    }
}

/// Conforms: CF-T4
#[test]
fn http_from_elsewhere_is_shown_only_where_the_manifest_asks_for_it() {
    let world = World::new();
    let authority = Authority::new();
    let (plain, secure) = (
        site(),
        Site::start_tls(&authority, |_| Reply::html("<title>secure</title><body>")),
    );
    let url = plain.public_url("/page");
    let moved = plain.url(&format!("/to?{url}"));
    let refused = json!([-301, "ERR_DISALLOWED_URL_SCHEME", url]);
    let id = world.install(&app(json!({ "origins": ["*://*:*"] })));
    {
        let session = Session::open_trusting(&world.home, &world.display, &id, &authority);
        for from in [&url, &moved, &plain.url(&format!("/link?{url}"))] {
            point(&session, from);
            assert_eq!(aborted(&session), refused, "{from}");
        }
        assert!(plain.requests_for("/page").is_empty());
    }
    let file = app(json!({ "allow_http": true }))
        .manifest("version", json!("2.0.0"))
        .write_bundle(&world.home.path("bundles"));
    world.home.succeed(&["install", &file.display().to_string()]);
    let session = Session::open_trusting(&world.home, &world.display, &id, &authority);
    for from in [&url, &moved, &plain.url(&format!("/link?{url}"))] {
        session.eval("log.length = 0");
        point(&session, from);
        session.wait_for("document.querySelector('controlledframe').src.endsWith('/page') && has('loadstop')");
        assert_eq!(session.eval("return has('loadabort')"), false, "{from}");
    }
    // What the page loads from its own site comes as it says, and from others as before.
    let loads = |url: String| {
        in_frame(
            &session,
            &format!("fetch('{url}', {{ mode: 'no-cors' }}).then(() => true, () => false)"),
        )
    };
    assert_eq!(loads(plain.public_url("/own")), true);
    assert_eq!(loads(secure.public_url("/secure")), true);
    point(&session, "file:///etc/passwd");
    assert_eq!(aborted(&session)[1], "ERR_DISALLOWED_URL_SCHEME");

    // A name that leads to this machine is for the user to decide, as an address is.
    world.decide(&id, "deny", "loopback-network");
    point(&session, "about:blank");
    session.wait_for("has('loadstop')");
    wait::until_true("the denial is known", || {
        point(&session, &url);
        session.wait_for("has('loadstop')");
        session.eval("return log.some(({ reason }) => reason === 'ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS')") == true
    });
    let before = plain.requests().len();
    assert!(wait::holds_for(Duration::from_millis(200), || plain.requests().len() == before));
}
