//! What the app uses at this moment is seen under Permissions in its menu, and can be ended there.

use insula_e2e::{World, app_with_frames, load, plain_site};
use insula_testkit::{Accessible, AppBuilder, AssistiveTechnology, wait};
use serde_json::json;

const RECORD: &str = "
  addEventListener('click', async () => {
    const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true }).catch(({ name }) => name);
    if (typeof media === 'string') return void (document.title = media);
    const [camera] = media.getVideoTracks();
    camera.onended = () => { document.title = 'ended'; };
    document.title = 'recording';
  });";

fn recorder() -> AppBuilder {
    AppBuilder::new("Recorder")
        .page("<!doctype html><html lang=en><title>Ready</title><script src=/record.js></script>")
        .file("/record.js", RECORD)
        .manifest(
            "permissions_policy",
            json!({ "camera": ["self"], "microphone": ["self"] }),
        )
}

fn says(reader: &AssistiveTechnology, text: &str) -> bool {
    fn is_in(inside: &Accessible, text: &str) -> bool {
        inside.name == text || inside.children.iter().any(|child| is_in(child, text))
    }
    reader.programs().iter().any(|program| is_in(program, text))
}

/// Conforms: FRP-27
#[test]
fn camera_and_microphone_are_one_question_and_each_is_seen_and_ended() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    let id = world.install(&recorder());
    let _running = world.home.start(&world.display, &["--mock-devices", &id]);
    world.wait_for_title("Ready");
    let window = world.app_window();
    world.display.wait_for_focus(&window);
    world.display.settled();
    world.display.click(window.rect.point(200.0, 300.0));

    world.display.wait_for_dialog();
    for said in [
        "Recorder asks for permissions",
        "Use your camera",
        "Use your microphone",
    ] {
        wait::until_true(said, || says(&reader, said));
    }
    world.tab_to(&reader, "Allow");
    // Until it can be meant a key is none for the question.
    wait::until_true("the question is answered", || {
        world.display.key("space");
        world.display.dialog().is_none()
    });
    world.wait_for_title("recording");
    let decided = ["camera", "microphone"].map(|name| world.decision(&id, name));
    assert_eq!(decided, [json!("granted"), json!("granted")]);

    world.open_permissions();
    wait::until_true("the camera is in use", || says(&reader, "Stop: Camera"));
    assert!(says(&reader, "Stop: Microphone"));
    world.tab_to(&reader, "Stop: Camera");
    world.display.key("space");
    world.wait_for_title("ended");
    wait::until_true("it is not in use any more", || !says(&reader, "Stop: Camera"));
    assert!(says(&reader, "Stop: Microphone"), "only the camera was ended");
    assert_eq!(world.decision(&id, "camera"), "granted", "and may be used again");
}

#[test]
fn websites_in_frames_are_seen_and_ended() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    let site = plain_site("#3366cc", "");
    load(&session, &site.url("/"));
    world.open_permissions();
    let origin = site.url("");
    wait::until_true("the site is named", || says(&reader, origin.trim_end_matches('/')));
    world.tab_to(&reader, "Stop: Websites inside the app");
    world.display.key("space");
    wait::until_true("there is no site any more", || {
        !says(&reader, "Stop: Websites inside the app")
    });
    assert!(says(&reader, "Nothing that needs a permission."));
}
