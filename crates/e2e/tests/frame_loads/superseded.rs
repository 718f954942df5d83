//! Loads that an app asks for while another is under way, or that it stops.

use super::{events, point, site, src, told_of};
use insula_e2e::{World, app_with_frames, in_frame, load};
use insula_testkit::{Reply, Site, wait};
use serde_json::{Value, json};

/// Of a step within a page the engine does not say that it has begun.
#[test]
fn a_load_after_a_step_within_the_page_supersedes_nothing() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/first"));
    let with_fragment = site.url("/first#part");
    load(&session, &with_fragment);
    load(&session, &with_fragment);
    in_frame(&session, "history.pushState(1, '')");
    for step in ["back", "forward"] {
        session.eval(&format!("await document.querySelector('controlledframe').{step}()"));
    }
    load(&session, &site.url("/after"));
    let told = session.eval("return log.map(({ type }) => type)");
    assert_eq!(told, json!(["loadstart", "loadcommit", "contentload", "loadstop"]));
}

#[test]
fn of_two_sources_set_at_once_the_second_loads() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/first"));
    let (one, two) = (site.url("/one"), site.url("/two"));
    session.eval_with(
        "log.length = 0;
         const frame = document.querySelector('controlledframe');
         [frame.src, frame.src] = args;",
        &[json!(one), json!(two)],
    );
    session.wait_for(&format!(
        "log.some(({{ type, url }}) => type === 'loadcommit' && url === {})",
        json!(two)
    ));
    session.wait_for("has('loadstop')");
    assert_eq!(in_frame(&session, "document.title"), "/two");
    let told = events(&session);
    let last = [
        format!("loadstart {two}"),
        format!("loadcommit {two}"),
        "contentload".into(),
        "loadstop".into(),
    ];
    assert!(told.as_array().unwrap().ends_with(&last.map(Value::from)), "{told}");
    assert!(!told.to_string().contains("/first"), "{told}");
    assert_eq!(src(&session), two);
}

#[test]
fn a_src_with_a_fragment_that_is_set_again_shows_its_part_and_loads_nothing() {
    let world = World::new();
    let site = Site::start(|_| Reply::html("<!doctype html><p style='height: 3000px'>top</p><p id=part>part</p>"));
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    let url = site.url("/#part");
    load(&session, &url);
    in_frame(&session, "scrollTo(0, 0); scrollY");
    assert_eq!(
        told_of(&session, &url),
        json!([format!("loadcommit {url}"), "loadstop"])
    );
    wait::until_true("its part is shown", || {
        in_frame(&session, "scrollY > 1000") == json!(true)
    });
    // No gesture of the user's comes with it.
    assert_eq!(
        in_frame(&session, "navigator.userActivation?.hasBeenActive ?? false"),
        json!(false)
    );
    assert_eq!(
        site.requests().iter().filter(|request| request.path() == "/").count(),
        1
    );
}

/// Conforms: loadabort, loadstop
#[test]
fn a_load_that_the_app_supersedes_is_aborted_also_before_it_has_begun() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/first"));
    let (silence, next) = (site.url("/silence"), site.url("/next"));
    let expected = json!([
        format!("loadstart {silence}"),
        format!("loadabort {silence} ERR_ABORTED"),
        format!("loadstart {next}"),
        format!("loadcommit {next}"),
        "contentload",
        "loadstop"
    ]);
    point(&session, &silence);
    session.wait_for("has('loadstart')");
    session.eval_with(
        "document.querySelector('controlledframe').src = args[0]",
        &[json!(next)],
    );
    session.wait_for("has('loadstop')");
    assert_eq!(events(&session), expected);
    session.eval_with(
        "log.length = 0;
         const frame = document.querySelector('controlledframe');
         [frame.src, frame.src] = args",
        &[json!(silence), json!(next)],
    );
    session.wait_for("has('loadstop')");
    assert_eq!(events(&session), expected, "at once");

    // Many at once, the last of them by a reload or a step back.
    let [first, second, third] = ["/a", "/b", "/c"].map(|path| site.url(path));
    let aborted = |url: &str| [format!("loadstart {url}"), format!("loadabort {url} ERR_ABORTED")];
    let loaded = |url: &str| {
        let events = [format!("loadstart {url}"), format!("loadcommit {url}")];
        events
            .into_iter()
            .chain(["contentload".to_owned(), "loadstop".to_owned()])
    };
    for (last, to) in [
        ("frame.src = args[2]", &third),
        ("frame.reload()", &third),
        ("frame.back()", &next),
    ] {
        session.eval_with(
            &format!("log.length = 0; const frame = document.querySelector('controlledframe'); [frame.src, frame.src] = args; {last}"),
            &[json!(first), json!(second), json!(third)],
        );
        session.wait_for("has('loadstop')");
        let expected: Vec<String> = aborted(&first)
            .into_iter()
            .chain(aborted(&second))
            .chain(loaded(to))
            .collect();
        assert_eq!(events(&session), json!(expected), "{last}");
    }
}

#[test]
fn an_app_that_sends_a_frame_to_a_thousand_places_at_once_gets_the_last() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/first"));
    let last = site.url("/1199");
    session.eval_with(
        "log.length = 0;
         const frame = document.querySelector('controlledframe');
         for (let i = 0; i < 1200; i++) frame.src = args[0] + i;",
        &[json!(site.url("/"))],
    );
    session.wait_for(&format!(
        "log.some(({{ type, url }}) => type === 'loadcommit' && url === {})",
        json!(last)
    ));
    let events = events(&session);
    let events: Vec<&str> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event.as_str().unwrap())
        .collect();
    let count = |kind: &str| events.iter().filter(|event| event.starts_with(kind)).count();
    assert_eq!((count("loadabort"), count("exit")), (1199, 0));
    // One of the others may have been faster than the next.
    assert_eq!(count("loadstart"), 1199 + count("loadcommit"));
    assert_eq!(in_frame(&session, "document.title"), "/1199");
}

/// Conforms: stop()
#[test]
fn what_is_stopped_before_it_begins_is_told_and_leaves_the_page_that_is_there() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    let url = site.url("/stopped");
    let stop = || {
        session.eval_with(
            "log.length = 0; const frame = document.querySelector('controlledframe'); frame.src = args[0]; frame.stop()",
            &[json!(url)],
        );
        session.wait_for("has('loadstop')");
        let told = [
            format!("loadstart {url}"),
            format!("loadabort {url} ERR_ABORTED"),
            "loadstop".to_owned(),
        ];
        assert_eq!(events(&session), json!(told));
    };
    // Before there has been any page, scripts run in the empty one.
    stop();
    assert_eq!(in_frame(&session, "location.href"), "about:blank");
    session.eval("return document.querySelector('controlledframe').go(0)");
    load(&session, &site.url("/first"));
    stop();
    assert_eq!(in_frame(&session, "document.title"), "/first");
}

#[test]
fn a_place_where_no_frame_may_go_leaves_the_blank_page_alone() {
    let world = World::new();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    point(&session, "file:///etc/passwd");
    session.wait_for("has('loadstop')");
    for place in ["file:///etc/hosts", "no URL"] {
        point(&session, place);
        session.wait_for("has('loadabort')");
        // Whatever came of it would come before this.
        assert_eq!(in_frame(&session, "location.href"), "about:blank");
        assert_eq!(session.eval("return log.length"), 1, "{place}");
    }
}
