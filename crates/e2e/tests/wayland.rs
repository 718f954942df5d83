//! What a Wayland compositor decides otherwise than an X server, from frames in a window to questions over it. The rest of
//! the stories are told on X, where tests see and reach more.

use insula_e2e::{World, app_with_frames, plain_site};
use insula_testkit::tcp::TcpServer;
use insula_testkit::{AppBuilder, Colour, Desktop, Rect, WaylandDisplay, WaylandWindow, wait};
use serde_json::json;
use std::time::Duration;

const BLUE: Colour = Colour(0x33, 0x66, 0xcc);
const GREEN: Colour = Colour(0x22, 0xaa, 0x22);
const VIOLET: Colour = Colour(0x88, 0x22, 0xcc);
const ORANGE: Colour = Colour(0xff, 0x88, 0x00);
/// Half of #cc2222 over `VIOLET`.
const RED_GLASS: Colour = Colour(0xaa, 0x22, 0x77);

/// How long it may take until a connection is gone whose permission was taken back.
const REVOCATION: Duration = Duration::from_secs(1);

/// Where a colour is on the screen, once it is there.
fn place_of(world: &World<WaylandDisplay>, colour: Colour) -> Rect {
    let found = wait::within(wait::LONG, || world.display.screenshot().bounds_of(colour, 3));
    found.unwrap_or_else(|| {
        let path = insula_testkit::session::save_failure(&world.display.screenshot());
        panic!("{colour:?} is nowhere, see {path}: {}", world.home.log("stderr"))
    })
}

fn app_window(world: &World<WaylandDisplay>) -> WaylandWindow {
    wait::until("the app's window opens", || world.display.windows().into_iter().next())
}

/// A button to be found by its colour, which is no other's.
const BUTTON: &str = "<style>button { position: absolute; left: 600px; top: 100px; width: 80px; height: 60px; border: 0; \
                      border-radius: 0; outline: 0; background: #f80 }</style><button></button>";

/// The frame's page answers a click and a key by another colour.
const ANSWERS: &str = "<script>const paint = (colour) => { document.documentElement.style.background = colour };
    onclick = () => paint('#22aa22'); onkeypress = ({ key }) => { if (key === 'k') paint('#8822cc') }</script>";

/// Over the frame lies what is painted beneath the page alone: glass with something written on it, and round corners.
const SHOW: &str = "
document.querySelector('controlledframe').src = SITE;
document.querySelector('button').onclick = () => document.querySelector('dialog').show();
";

#[test]
fn a_frame_is_seen_clicked_typed_into_and_covered_and_a_running_app_comes_to_the_front() {
    let world = World::on_wayland();
    let site = plain_site("#3366cc", ANSWERS);
    let body = format!(
        "{BUTTON}<style>dialog {{ left: 100px; top: 80px; margin: 0; width: 200px; height: 100px; border: 0; padding: 0;
           outline: 0; border-radius: 30px; background: #cc2222; opacity: 0.5 }}</style>
         <controlledframe></controlledframe><dialog>glass</dialog><script type=module src=/show.js></script>"
    );
    let script = SHOW.replace("SITE", &json!(site.url("/")).to_string());
    let id = world.install(&app_with_frames(&body).file("/show.js", script));
    let _running = world.home.start(&world.display, &[&id]);

    let frame = wait::until("the frame is seen in its size", || {
        let place = place_of(&world, BLUE);
        ((place.width, place.height) == (400.0, 300.0)).then_some(place)
    });
    world.display.click(frame.centre());
    assert_eq!(place_of(&world, GREEN), frame, "the frame's page gets the click");
    world.display.key("k");
    assert_eq!(place_of(&world, VIOLET), frame, "and the key");

    world.display.click(place_of(&world, ORANGE).centre());
    let glass = place_of(&world, RED_GLASS);
    let expected = Rect {
        x: frame.x + 100.0,
        y: frame.y + 80.0,
        width: 200.0,
        height: 100.0,
    };
    assert_eq!(
        glass, expected,
        "the dialog lies over the frame, and the frame shows through"
    );
    let corner = world.display.screenshot().at(glass.point(1.0, 1.0));
    assert!(corner.is_near(VIOLET, 3), "its corners are round: {corner:?}");

    let window = app_window(&world);
    world.display.show_workspace(2);
    wait::until_true("the app is out of sight", || !app_window(&world).is_visible);
    let mut again = world.home.command(&["run", &id]);
    world.display.admit(&mut again);
    again.env("XDG_ACTIVATION_TOKEN", world.display.activation_token());
    let outcome = again.output().expect("it starts");
    assert!(outcome.status.success(), "{outcome:?}");
    // From 1.9 on this desktop brings nothing to the front for a launcher that has no window: it marks what asked properly.
    wait::until_true("the app comes to the front", || {
        let window = app_window(&world);
        window.is_focused || window.is_urgent
    });
    world.display.show_workspace(1);
    wait::until_true("the app is in sight", || app_window(&world).is_visible);
    let windows: Vec<u64> = world.display.windows().iter().map(|window| window.id).collect();
    assert_eq!(windows, [window.id], "in the window that it had");
    assert_eq!(place_of(&world, RED_GLASS), glass);
}

const CONNECT: &str = "
document.querySelector('button').onclick = async () => {
  console.log(`answer: ${await navigator.unrestrictedNetwork.request()}`);
  const socket = new TCPSocket('127.0.0.1', PORT);
  await socket.opened;
  console.log('connected: yes');
  socket.closed.catch(({ name }) => console.log(`ended: ${name}`));
};
";

#[test]
fn questions_lie_over_their_window_are_answered_by_clicks_and_taken_back() {
    let world = World::on_wayland();
    let server = TcpServer::echo();
    let script = CONNECT.replace("PORT", &server.port().to_string());
    let app = AppBuilder::new("Questions")
        .page(&format!(
            "<!doctype html><meta charset=utf-8>{BUTTON}<script type=module src=/connect.js></script>"
        ))
        .file("/connect.js", script)
        .permissions(&["notifications"])
        .without_feature("direct-sockets");
    let id = world.install(&app);
    world.decide(&id, "grant", "loopback-network");
    let _running = world.home.start(&world.display, &["--console", &id]);

    let window = app_window(&world);
    let sheet = world.display.wait_for_dialog_over(&window).rect;
    world.display.click(sheet.point(70.0, sheet.height - 40.0)); // Allow all
    world.display.settled();
    assert_eq!(world.decision(&id, "notifications"), "prompt", "not before “Continue”");
    world
        .display
        .click(sheet.point(sheet.width - 70.0, sheet.height - 40.0));
    wait::until_true("the decision is kept", || {
        world.decision(&id, "notifications") == "granted"
    });
    wait::until_true("the sheet closes", || world.display.windows().len() == 1);

    world.display.click(place_of(&world, ORANGE).centre());
    let question = world.display.wait_for_dialog_over(&window).rect;
    world
        .display
        .click(question.point(question.width * 0.75, question.height - 40.0));
    assert_eq!(world.home.wait_for_message("answer: "), "granted");
    world.home.wait_for_message("connected: ");
    assert_eq!(server.open(), 1);

    world.decide(&id, "deny", "unrestricted-network");
    let ended = wait::within(REVOCATION, || (server.open() == 0).then_some(()));
    assert!(ended.is_some(), "the connection goes on");
    assert_eq!(world.home.wait_for_message("ended: "), "NotAllowedError");
}
