//! What becomes of the question about a permission: it is answered for this time only, closed, or goes with its page; and
//! what was granted and never used.

use insula_e2e::World;
use insula_testkit::{Accessible, AppBuilder, AssistiveTechnology, Running, wait};
use serde_json::json;
use std::fs;
use std::time::Duration;

/// Asks for the camera at each click, and says what came of it.
const ASK: &str = "
  let number = 0;
  addEventListener('click', async () => {
    const media = await navigator.mediaDevices.getUserMedia({ video: true }).catch(({ name }) => name);
    document.title = `${++number}: ${typeof media === 'string' ? media : 'recording'}`;
  });
  sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1;
  document.title = `Ready ${sessionStorage.loads}`;";

fn app() -> AppBuilder {
    AppBuilder::new("Recorder")
        .page("<!doctype html><html lang=en><title>Recorder</title><script src=/ask.js></script>")
        .file("/ask.js", ASK)
        .manifest("permissions_policy", json!({ "camera": ["self"] }))
}

fn start(world: &World, id: &str) -> Running {
    let running = world.home.start(&world.display, &["--mock-devices", id]);
    world.wait_for_title("Ready");
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    running
}

fn click(world: &World) {
    world.display.wait_for_focus(&world.app_window());
    world.display.click(world.app_window().rect.point(200.0, 300.0));
}

fn says(reader: &AssistiveTechnology, text: &str) -> bool {
    fn is_in(inside: &Accessible, text: &str) -> bool {
        inside.name.contains(text) || inside.children.iter().any(|child| is_in(child, text))
    }
    reader.programs().iter().any(|program| is_in(program, text))
}

/// Presses a button of the question. Until it can be meant a key is none for the question.
fn answer(world: &World, reader: &AssistiveTechnology, button: &str) {
    world.display.wait_for_focus(&world.display.wait_for_dialog());
    world.tab_to(reader, button);
    wait::until_true("the question is answered", || {
        world.display.key("space");
        world.display.dialog().is_none()
    });
}

fn no_question(world: &World) {
    let is_none = || world.display.dialog().is_none();
    assert!(wait::holds_for(Duration::from_millis(500), is_none), "it is asked");
}

#[test]
fn what_is_allowed_for_this_time_ends_with_the_app() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    let id = world.install(&app());
    let mut running = start(&world, &id);
    click(&world);
    answer(&world, &reader, "Allow this time");
    world.wait_for_title("1: recording");
    assert_eq!(world.decision(&id, "camera"), "prompt", "nothing of it is on the disk");
    click(&world);
    world.wait_for_title("2: recording");
    world.open_permissions();
    wait::until_true("it is said for how long it holds", || {
        says(&reader, "for this time only: until the app ends.")
    });
    world.display.key("Escape");
    wait::until_true("the page closes", || world.display.dialog().is_none());
    world.close(&mut running);

    let mut running = start(&world, &id);
    click(&world);
    world.display.wait_for_dialog();
    wait::until_true("it is asked anew", || says(&reader, "Allow this time"));
    world.display.key("Escape");
    world.wait_for_title("1: NotAllowedError");
    let policy = json!({ "OneTimePermissionsEnabled": false });
    world.home.write_policy("managed", &policy);
    world.close(&mut running);
    let mut running = start(&world, &id);
    click(&world);
    world.display.wait_for_dialog();
    wait::until_true("it is asked", || says(&reader, "Use your camera"));
    assert!(!says(&reader, "Allow this time"), "the organisation wants none");
    world.close(&mut running);
}

#[test]
fn a_question_that_was_closed_three_times_is_not_asked_until_the_user_lets_it() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    let id = world.install(&app());
    let mut running = start(&world, &id);
    for number in 1..=3 {
        click(&world);
        world.display.wait_for_focus(&world.display.wait_for_dialog());
        world.display.key("Escape");
        world.wait_for_title(&format!("{number}: NotAllowedError"));
    }
    world.close(&mut running);
    // Also when the app is started again.
    let _running = start(&world, &id);
    click(&world);
    world.wait_for_title("1: NotAllowedError");
    no_question(&world);
    assert_eq!(world.decision(&id, "camera"), "prompt", "nothing is decided");
    world.open_permissions();
    wait::until_true("it is said why", || {
        says(&reader, "You closed the question several times")
    });
    world.tab_to(&reader, "Let the app ask again: Use your camera");
    world.display.key("space");
    wait::until_true("it is not quiet any more", || {
        !says(&reader, "You closed the question several times")
    });
    world.display.key("Escape");
    wait::until_true("the page closes", || world.display.dialog().is_none());
    click(&world);
    world.display.wait_for_dialog();
}

#[test]
fn an_organization_can_let_apps_ask_however_often_a_question_is_closed() {
    let world = World::new();
    let policy = json!({ "PermissionQuietingEnabled": false });
    world.home.write_policy("managed", &policy);
    let id = world.install(&app());
    let _running = start(&world, &id);
    for number in 1..=5 {
        click(&world);
        world.display.wait_for_focus(&world.display.wait_for_dialog());
        world.display.key("Escape");
        world.wait_for_title(&format!("{number}: NotAllowedError"));
    }
    // The count was kept, and counts once the organisation does not mind.
    world.home.write_policy("managed", &json!({}));
    wait::until_true("it is not asked any more", || {
        click(&world);
        let asked = wait::within(Duration::from_millis(500), || world.display.dialog());
        world.display.key("Escape");
        asked.is_none()
    });
}

/// Limit: one-camera
/// Conforms: FRP-27
#[test]
fn a_page_that_may_use_the_camera_chooses_which() {
    let world = World::new();
    let script = "(async () => {
        const labels = [];
        const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
        for (const { deviceId } of cameras) {
          const media = await navigator.mediaDevices.getUserMedia({ video: { deviceId: { exact: deviceId } } });
          labels.push(media.getVideoTracks()[0].label);
        }
        return labels;
      })().then((labels) => { document.title = `result: ${JSON.stringify(labels)}` })";
    let app = AppBuilder::new("Recorder")
        .page("<!doctype html><html lang=en><title>Recorder</title><script type=module src=/all.js></script>")
        .file(
            "/all.js",
            format!("await navigator.mediaDevices.getUserMedia({{ video: true }});{script}"),
        )
        .manifest("permissions_policy", json!({ "camera": ["self"] }));
    let id = world.install(&app);
    world.decide(&id, "grant", "camera");
    let _running = world.home.start(&world.display, &["--mock-devices", &id]);
    let used = world.wait_for_title("result: ");
    let used: Vec<String> = serde_json::from_str(&used).expect("the cameras that were used");
    assert!(used.len() > 1 && used[0] != used[1], "{used:?}");
}

#[test]
fn a_question_goes_with_the_page_that_asked() {
    let world = World::new();
    let id = world.install(&app());
    let mut running = start(&world, &id);
    for number in 1..=4 {
        click(&world);
        let question = world.display.wait_for_dialog();
        world.home.succeed(&["control", &id, "reload"]);
        wait::until_true("the question goes", || {
            world.display.dialog().is_none_or(|dialog| dialog.id != question.id)
        });
        world.wait_for_title(&format!("Ready {}", number + 1));
    }
    click(&world);
    world.wait_for_title("1: NotAllowedError");
    no_question(&world);
    world.close(&mut running);
}

#[test]
fn grants_that_nobody_used_are_told_of_once_and_lead_to_the_permissions() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    let id = world.install(&app());
    world.decide(&id, "grant", "camera");
    let file = world.home.path("moving").join("decisions.json");
    let name = file.display().to_string();
    world.home.succeed(&["permissions", "--export", &name]);
    world.decide(&id, "reset", "camera");
    // As if it had been granted in 2020.
    let exported = fs::read_to_string(&file).expect("an export");
    let mut exported: serde_json::Value = serde_json::from_str(&exported).expect("JSON");
    for decision in exported["decisions"].as_array_mut().expect("decisions") {
        decision["at"] = json!(1_600_000_000);
    }
    fs::write(&file, exported.to_string()).expect("an older export");
    world.home.succeed(&["permissions", "--import", &name]);

    let mut running = start_unfocused(&world, &id);
    let dialog = world.display.wait_for_dialog();
    world.display.wait_for_focus(&dialog);
    for said in ["Unused permissions were taken back", "60 days", "Use your camera"] {
        wait::until_true(said, || says(&reader, said));
    }
    world.display.settled();
    world.display.key("alt+s");
    wait::until_true("the permissions are shown", || says(&reader, "In use now"));
    world.display.key("Escape");
    wait::until_true("the page closes", || world.display.dialog().is_none());
    world.close(&mut running);
    let _running = start(&world, &id);
    no_question(&world);
}

fn start_unfocused(world: &World, id: &str) -> Running {
    let running = world.home.start(&world.display, &["--mock-devices", id]);
    world.wait_for_title("Ready");
    running
}
