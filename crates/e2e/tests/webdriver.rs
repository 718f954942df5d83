//! What a test of an app finds when WebDriver drives it: which windows there are, and how they open and close.

use std::process::Command;
use std::time::Duration;

use insula_e2e::{World, app_with_frames, plain_site};
use insula_testkit::{Reply, Running, Session, Site, home, process, wait};
use serde_json::{Value, json};

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

#[test]
fn selenium_drives_an_app_under_the_name_that_it_asks_for() {
    let world = World::new();
    let site = Site::start(|_| Reply::html("<!doctype html><title>Site</title><h1>Shown</h1>"));
    let body = format!(
        "<button>Say</button><output></output><controlledframe src='{}'></controlledframe><script src=/say.js></script>",
        site.url("/")
    );
    let script = "document.querySelector('button').onclick = () => document.querySelector('output').append('Said')";
    let id = world.install(&app_with_frames(&body).file("/say.js", script));
    let mut command = Command::new("WebKitWebDriver");
    let driver = Running::start(world.home.surroundings(command.arg("--port=0"), &world.display));
    let port = wait::until("WebKitWebDriver listens", || process::listening_port(driver.id()));
    let test = |asked: &str, automation: &str| {
        let output = Command::new("node")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../js/webdriver/example.js"))
            .args([&format!("http://127.0.0.1:{port}"), asked])
            .arg(home::program())
            .args(world.home.folder_arguments())
            .args(["run", automation, &id])
            .output()
            .expect("node is installed");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (text(output.stdout), text(output.stderr))
    };
    for (asked, automation) in [("Insula", "--automation"), ("MiniBrowser", "--automation=MiniBrowser")] {
        let (found, errors) = test(asked, automation);
        let found: Value = serde_json::from_str(&found).unwrap_or_else(|_| panic!("{asked}: {errors}"));
        assert_eq!(found, json!({ "said": "Said", "shown": "Shown" }), "{asked}");
    }
    let (_, errors) = test("MiniBrowser", "--automation");
    assert!(errors.contains("Failed to match capabilities"), "{errors}");
}
