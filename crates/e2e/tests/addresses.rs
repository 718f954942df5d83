//! Where frames may load from: this machine and the network around it are for the user to decide.

use insula_e2e::{World, app_with_frames, plain_site};
use insula_testkit::{Reply, Session, Site, wait};
use serde_json::{Value, json};

/// Sends a frame somewhere and waits until it has told how that ended.
fn sent_to(session: &Session<'_>, url: &str) -> Value {
    session.eval_with(
        "log.length = 0; document.querySelector('controlledframe').src = args[0]",
        &[json!(url)],
    );
    // A page that says why comes last.
    session.wait_for("has('loadstop')");
    session.eval(
        "const abort = log.find(({ type }) => type === 'loadabort');
         return abort ? { url: abort.url, code: abort.code, reason: abort.reason } : null",
    )
}

fn blocked(url: &str) -> Value {
    json!({ "url": url, "code": -384, "reason": "ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS" })
}

/// Limit: near-network-engine
#[test]
fn a_frame_reaches_this_machine_only_if_the_user_lets_it() {
    let world = World::new();
    let site = plain_site("#fff", "on this machine");
    let moved = Site::start({
        let target = site.url("/");
        move |_| Reply::text("").status(302).header("Location", &target)
    });
    let id = world.install_undecided(&app_with_frames("<controlledframe></controlledframe>"));
    let session = Session::open(&world.home, &world.display, &id, None);

    // Denied: nothing leaves, by whatever name.
    world.decide(&id, "deny", "loopback-network");
    world.decide(&id, "deny", "local-network");
    let url = site.url("/");
    wait::until_true("the denial is known", || sent_to(&session, &url) == blocked(&url));
    for other in [
        site.url("/").replace("127.0.0.1", "localhost"),
        site.url("/").replace("127.0.0.1", "[::1]"),
        site.url("/").replace("127.0.0.1", "app.localhost"),
        "https://192.168.0.1/".to_owned(),
        "https://printer.local/".to_owned(),
        "https://router/".to_owned(),
    ] {
        assert_eq!(sent_to(&session, &other), blocked(&other), "{other}");
    }
    assert_eq!(site.requests().len(), 0, "the server was asked");
    let script = "return await inFrame('document.body.textContent').catch((error) => error.name)";
    assert_eq!(session.eval(script), json!("InvalidStateError"));

    // Granted: it loads; taken back, it is left within a second.
    world.decide(&id, "grant", "loopback-network");
    wait::until_true("the grant is known", || sent_to(&session, &url) == Value::Null);
    assert_eq!(session.eval(script), json!("on this machine"));
    assert_eq!(sent_to(&session, &moved.url("/")), Value::Null);
    session.eval("log.length = 0");
    world.decide(&id, "deny", "loopback-network");
    session.wait_for("has('loadabort')");
    assert_eq!(session.eval(script), json!("InvalidStateError"));
}

#[test]
fn the_user_is_asked_once_about_this_machine() {
    let world = World::new();
    let site = plain_site("#fff", "on this machine");
    let id = world.install_undecided(&app_with_frames("<controlledframe></controlledframe>"));
    let session = Session::open(&world.home, &world.display, &id, None);
    session.eval_with(
        "document.querySelector('controlledframe').src = args[0]",
        &[json!(site.url("/"))],
    );
    let dialog = world.display.wait_for_dialog();
    world.display.close(&dialog);
    session.wait_for("has('loadabort')");
    assert_eq!(site.requests().len(), 0, "closing the question is no yes");
}
