//! What a test of an app finds when WebDriver drives it: which windows there are, and how they open and close.

use std::time::Duration;

use insula_e2e::{World, app_with_frames, plain_site};
use insula_testkit::{Session, Site, wait};
use serde_json::json;

/// Opens an app and loads a site into both its frames.
fn open_with_two_frames<'a>(world: &'a World, site: &Site) -> Session<'a> {
    let session = world.open(&app_with_frames(
        "<controlledframe id=one></controlledframe><controlledframe id=two></controlledframe>",
    ));
    session.eval_with("one.src = args[0]; two.src = args[0]", &[json!(site.url("/"))]);
    session.wait_for("has('loadstop', 'one') && has('loadstop', 'two')");
    session
}

#[test]
fn its_windows_are_the_app_and_its_frames_and_a_session_ends_with_all_of_them_open() {
    let world = World::new();
    let site = plain_site("#fff", "");
    let session = open_with_two_frames(&world, &site);
    let three = || session.driver().handles().len() == 3;
    // A view that is prepared for the next frame comes a moment after the last one.
    assert!(
        wait::holds_for(Duration::from_secs(1), three),
        "{:?}",
        session.driver().handles()
    );
    assert_eq!(session.driver().end(), Ok(()));
}

#[test]
fn a_frame_that_is_closed_is_gone_and_the_app_goes_on() {
    let world = World::new();
    let site = plain_site("#fff", "");
    let session = open_with_two_frames(&world, &site);
    let (closed, left) = session.in_frame(&site.url("/"), |driver| (driver.handle(), driver.close()));
    assert!(!left.contains(&closed) && left.len() == 2, "{closed} of {left:?}");
    let found = session.eval(
        "const answers = [one, two].map((frame) => frame.executeScript({ code: '1' }).catch((error) => error.name));
         return (await Promise.all(answers)).sort()",
    );
    assert_eq!(found, json!([1, "InvalidStateError"]));
    assert_eq!(session.driver().end(), Ok(()));
}

#[test]
fn a_new_window_is_the_apps_and_closes_without_the_other() {
    let world = World::new();
    let session = world.open(&app_with_frames(""));
    let driver = session.driver();
    let opened = driver.new_window();
    assert_ne!(opened, session.app_handle());
    driver.switch_to(&opened);
    session.wait_for("location.protocol === 'isolated-app:' && document.title === 'Frames'");
    session.until_true("both windows are seen", || world.display.windows().len() == 2);
    assert_eq!(driver.close(), [session.app_handle()]);
    driver.switch_to(session.app_handle());
    assert_eq!(session.eval("return document.title"), "Frames");
    assert_eq!(driver.end(), Ok(()));
}
