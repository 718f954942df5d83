//! `examples/remote-desktop`: a meeting lies over a remote desktop's picture, where the desktop says.

use insula_e2e::{OtherEnd, World};
use insula_testkit::{Colour, Rect, Reply, Site, wait};

const BLUE: Colour = Colour(0x33, 0x66, 0xcc);
/// The title bar of the remote window, below which the meeting lies.
const TITLE_BAR: Colour = Colour(232, 236, 255);

/// A page that wants to record, and says what it got.
const MEETING: &str = "<!doctype html><title>Meeting</title><style>html { background: #3366cc }</style>
    <script>
      const said = (text) => void fetch(`/said?${location.hostname}-${text}`);
      navigator.mediaDevices.getUserMedia({ video: true, audio: true }).then(
        (stream) => said(stream.getTracks().map((track) => `${track.kind}-${track.readyState}`).sort().join('-')),
        (error) => said(error.name));
    </script>";

/// Where the remote window's title bar is in the picture, and the meeting's page.
fn places(world: &World) -> Option<(Rect, Rect)> {
    let picture = world.display.screenshot();
    Some((picture.bounds_of(TITLE_BAR, 2)?, picture.bounds_of(BLUE, 3)?))
}

/// Waits until the meeting is right below the title bar, as wide as that, and that is where it should be.
fn wait_for_meeting(world: &World, what: &str, is_right: impl Fn(&Rect) -> bool) -> (Rect, Rect) {
    let found = wait::within(wait::LONG, || {
        let (bar, page) = places(world)?;
        let near = |one: f64, other: f64| (one - other).abs() <= 2.0;
        let is_below =
            near(bar.left(), page.left()) && near(bar.right(), page.right()) && near(bar.bottom(), page.top());
        (is_below && is_right(&bar)).then_some((bar, page))
    });
    found.unwrap_or_else(|| panic!("{what}: {:?}", places(world)))
}

/// Without WebDriver, which says yes to whoever wants to record.
/// Conforms: CF-U1, permissionrequest.media
#[test]
fn a_meeting_lies_over_the_remote_window_moves_with_it_and_records_as_no_other_site_does() {
    let world = World::new();
    let site = Site::start(|request| match request.path() {
        "/meeting" => Reply::html(MEETING),
        _ => Reply::text("").status(204),
    });
    let said = |text: &str| {
        let target = format!("/said?{text}");
        wait::until_true(&format!("the page says {text}"), || {
            site.requests().iter().any(|request| request.target == target)
        });
    };
    let meeting = site.url("/meeting");
    let elsewhere = meeting.replace("127.0.0.1", "localhost");
    let mut desktop = OtherEnd::start("remote-desktop", "desktop.mjs", &["--meeting", &meeting]);
    let app = world.install_example("remote-desktop");
    for permission in ["local-network", "camera", "microphone"] {
        world.decide(&app, "grant", permission);
    }
    let path = format!(
        "/?server=127.0.0.1:{}&meetings={}",
        desktop.port(),
        site.url("").trim_end_matches('/')
    );
    let mut running = world.home.start(&world.display, &["--mock-devices", &app, "--", &path]);

    // It is there, and records.
    let (bar, page) = wait_for_meeting(&world, "the meeting lies in its window", |_| true);
    said("127.0.0.1-audio-live-video-live");

    // It goes with the remote window.
    desktop.order("move 40 200");
    let (moved, _) = wait_for_meeting(&world, "it moves with the window", |now| {
        now.x < bar.x - 100.0 && now.y > bar.y + 20.0
    });
    desktop.order("size 300 234");
    let (_, small) = wait_for_meeting(&world, "it has the window's size", |now| {
        now.width < moved.width - 100.0
    });
    assert!(small.height < page.height - 50.0, "{small:?} after {page:?}");
    desktop.order("minimize");
    wait::until_true("it goes with the window", || places(&world).is_none());
    desktop.order("restore");
    let (bar, _) = wait_for_meeting(&world, "it comes with the window", |_| true);

    // What the user does beside the meeting is for the remote desktop.
    world.display.click(bar.centre());
    let pressed = desktop.wait_for("pressed 1 at ");
    let at: Vec<f64> = pressed.split(' ').filter_map(|number| number.parse().ok()).collect();
    assert!((at[0] - 190.0).abs() <= 3.0 && (at[1] - 217.0).abs() <= 6.0, "{at:?}");
    world.display.key("a");
    desktop.wait_for("key 0x61 down");
    desktop.wait_for("key 0x61 up");

    // Another site is shown, and gets nothing.
    desktop.order(&format!("go {elsewhere}"));
    said("localhost-NotAllowedError");
    wait_for_meeting(&world, "the other site lies there", |_| true);
    desktop.order(&format!("go {meeting}"));
    wait::until_true("the meeting records again", || {
        let live = "/said?127.0.0.1-audio-live-video-live";
        site.requests().iter().filter(|request| request.target == live).count() == 2
    });
    desktop.order("close");
    wait::until_true("the window closes, and the meeting", || {
        world.display.screenshot().bounds_of(BLUE, 3).is_none()
    });
    world.close(&mut running);
}
