//! An app that runs is commanded from outside: by starting it again, by `insula control`, over D-Bus.

use insula_e2e::{World, app_with_frames, plain_site};
use insula_testkit::{AppBuilder, Bus, Colour, Outcome, Running, Screenshot, process, wait};
use serde_json::{Value, json};
use std::process::Stdio;

/// An app with a second page, and a title that says how often the page was loaded.
fn app() -> AppBuilder {
    AppBuilder::new("Commanded")
        .page("<!doctype html><meta charset=utf-8><title>First</title><script src=/count.js></script>")
        .file("/second.html", "<!doctype html><title>Second</title>")
        .file(
            "/count.js",
            "sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1;
             document.title = `First ${sessionStorage.loads}`;
             addEventListener('click', () => { onbeforeunload = (event) => event.preventDefault(); document.title = 'Unsaved' })",
        )
}

/// `insula run` as a user types it once more.
fn run_again(world: &World, arguments: &[&str]) -> Outcome {
    let mut command = world.home.command(&[&["run"], arguments].concat());
    let output = command
        .env("DISPLAY", world.display.name())
        .output()
        .expect("it starts");
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn has_title(world: &World, title: &str) -> bool {
    world.display.windows().iter().any(|window| window.title == title)
}

#[test]
fn an_app_that_is_started_again_comes_to_the_front() {
    let world = World::new();
    let id = world.install(&app());
    let mut running = world.home.start(&world.display, &[&id]);
    wait::until_true("the app opens", || has_title(&world, "Commanded – First 1"));
    let window = world.app_window();

    // Behind another window, then minimised.
    let other = AppBuilder::new("Other")
        .seed(2)
        .page("<!doctype html><title>Other</title>");
    let other = world.install(&other);
    let _other = world.home.start(&world.display, &[&other]);
    let over = wait::until("another app opens over it", || {
        world
            .display
            .windows()
            .into_iter()
            .find(|window| window.title == "Other")
    });
    for is_minimised in [false, true] {
        assert_eq!(run_again(&world, &[&other]).code, 0);
        world.display.wait_for_focus(&over);
        if is_minimised {
            world.display.minimize(&window);
        }
        let outcome = run_again(&world, &[&id]);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
        world.display.wait_for_focus(&window);
        let top = world.display.windows().pop().expect("there are two");
        assert_eq!(top.id, window.id, "it is on top");
    }

    // With a page it is opened there, unless the page has something to lose.
    assert_eq!(run_again(&world, &[&id, "--", "/second.html"]).code, 0);
    wait::until_true("the second page shows", || has_title(&world, "Commanded – Second"));
    assert_eq!(run_again(&world, &[&id, "--", "/"]).code, 0);
    wait::until_true("the first page shows", || has_title(&world, "Commanded – First 2"));
    world
        .display
        .click(world.display.windows().pop().expect("it is on top").rect.centre());
    wait::until_true("there is something to lose", || {
        has_title(&world, "Commanded – Unsaved")
    });
    assert_eq!(run_again(&world, &[&id, "--", "/second.html"]).code, 0);
    world.display.wait_for_dialog();
    world.display.key("alt+s");
    wait::until_true("the question goes", || world.display.dialog().is_none());
    assert!(has_title(&world, "Commanded – Unsaved"));

    // What only a start can give is not handed over.
    for option in ["--console", "--automation"] {
        let outcome = run_again(&world, &[option, &id]);
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.stderr.contains("already running"), "{outcome:?}");
    }
    assert_eq!(world.display.windows().len(), 2, "no second window of either");

    // One that hangs is told so, and does not keep whoever starts it for ever.
    process::halt(running.id());
    let outcome = run_again(&world, &[&id]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("does not answer"), "{outcome:?}");
    process::carry_on(running.id());

    // A dead one leaves a socket that no start stumbles over.
    process::kill(running.id());
    wait::until("it is gone", || running.child().try_wait().ok()?);
    let outcome = world.home.run(&["control", &id, "state"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(outcome.stderr.contains("not running"), "{outcome:?}");
    let _again = world.home.start(&world.display, &[&id]);
    wait::until_true("it answers again", || {
        world.home.run(&["control", &id, "state"]).code == 0
    });
}

#[test]
fn a_running_app_is_commanded_by_the_program() {
    let world = World::new();
    let site = plain_site("#00c000", "");
    let frame = format!("<controlledframe src='{}'></controlledframe>", site.url("/"));
    let app = app_with_frames(&frame).file("/second.html", "<!doctype html><title>Second</title>");
    let id = world.install(&app);
    let control = |arguments: &[&str]| world.home.run(&[&["control", &id], arguments].concat());
    assert_eq!(control(&["state"]).code, 1);
    let mut running = world.home.start(&world.display, &[&id]);
    let state = || control(&["state", "--json"]);
    wait::until_true("it answers", || state().code == 0);
    let mut watching = world.home.command(&["control", &id, "watch"]);
    let mut watching = Running::start(watching.stdout(Stdio::piped()));

    // The picture has the frame in it, which is another view.
    let picture = world.home.path("pictures").join("page.png");
    let green = Colour(0, 0xc0, 0);
    wait::until_true("the frame is in the picture", || {
        let outcome = control(&["screenshot", "-o", &picture.display().to_string()]);
        if outcome.stderr.contains("has not been painted yet") {
            return false;
        }
        assert_eq!(outcome.code, 0, "{outcome:?}");
        let seen = Screenshot::load(&picture).bounds_of(green, 3);
        seen.is_some_and(|frame| (frame.width, frame.height) == (400.0, 300.0))
    });

    assert_eq!(control(&["open", "/second.html"]).code, 0);
    wait::until_true("the second page shows", || has_title(&world, "Frames – Second"));
    let told = wait::until("it has loaded", || {
        let told = state().json();
        (told["windows"][0]["loading"] == false).then_some(told)
    });
    let window = &told["windows"][0];
    assert_eq!(
        (
            &told["name"],
            &told["version"],
            &told["process"],
            &window["url"],
            &window["title"]
        ),
        (
            &json!("Frames"),
            &json!("1.0.0"),
            &json!(running.id()),
            &json!(format!("{}/second.html", app.origin())),
            &json!("Frames – Second"),
        )
    );
    let refused = control(&["open", "https://example.org/"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("not a page of the app"), "{refused:?}");
    assert_eq!(control(&["reload"]).code, 0);
    assert_eq!(control(&["permissions"]).code, 0);
    let permissions = world.display.wait_for_dialog();
    world.display.close(&permissions);
    wait::until_true("the permissions close", || world.display.dialog().is_none());

    assert_eq!(control(&["close"]).code, 0);
    let status = wait::until("the app ends", || running.child().try_wait().ok()?);
    assert!(status.success(), "{status}");
    let status = wait::until("the watch ends with it", || watching.child().try_wait().ok()?);
    assert!(status.success(), "{status}");
    let told = std::io::read_to_string(watching.child().stdout.take().expect("it was piped")).expect("lines");
    let events: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    let loads = events.iter().filter(|event| event["event"] == "loaded");
    let loads: Vec<&str> = loads
        .filter_map(|event| event["url"].as_str()?.rsplit('/').next())
        .collect();
    assert!(loads.ends_with(&["second.html", "second.html"]), "{told}");
    assert_eq!(
        events.last(),
        Some(&json!({ "event": "window-closed", "window": 1 })),
        "{told}"
    );
}

#[test]
fn a_running_app_is_commanded_over_the_bus() {
    let bus = Bus::start();
    let mut world = World::new();
    world.home.set_variable("DBUS_SESSION_BUS_ADDRESS", bus.address());
    let app = app();
    let id = world.install(&app);
    let mut running = world.home.start(&world.display, &[&id]);
    let name = format!("org.insula.App.a{id}");
    let path = format!("/{}", name.replace('.', "/"));
    let call = |method: &str, arguments: &[&str]| bus.call(&name, &path, method, arguments);
    let own = |method: &str, arguments: &[&str]| call(&format!("org.insula.Session1.{method}"), arguments);
    let desktop = |method: &str, arguments: &[&str]| call(&format!("org.freedesktop.Application.{method}"), arguments);
    wait::until_true("it is on the bus", || own("State", &[]).is_ok());
    wait::until_true("the app opens", || has_title(&world, "Commanded – First 1"));
    let state = own("State", &[]).expect("it has just answered");
    assert!(
        state.contains("'name': <'Commanded'>") && state.contains("'window': <uint32 1>"),
        "{state}"
    );

    assert_eq!(own("OpenPath", &["/second.html"]).as_deref(), Ok("()"));
    wait::until_true("the second page shows", || has_title(&world, "Commanded – Second"));
    let home = format!("['{}/']", app.origin());
    assert_eq!(desktop("Open", &[&home, "{}"]).as_deref(), Ok("()"));
    wait::until_true("the first page shows", || has_title(&world, "Commanded – First 2"));
    assert_eq!(
        desktop("Activate", &["{'desktop-startup-id': <'x_TIME1'>}"]).as_deref(),
        Ok("()")
    );
    let error = desktop("Open", &["['https://example.org/']", "{}"]).expect_err("it is not the app's");
    assert!(error.contains("org.insula.Error.NotInApp"), "{error}");
    assert_eq!(own("Reload", &[]).as_deref(), Ok("()"));
    wait::until_true("it is loaded again", || has_title(&world, "Commanded – First 3"));
    let png = wait::until("the page is painted", || match own("Screenshot", &[]) {
        Err(error) if error.contains("org.insula.Error.NotPainted") => None,
        png => Some(png.expect("a picture")),
    });
    assert!(png.contains("0x89, 0x50, 0x4e, 0x47"), "{}", &png[..40]);
    assert_eq!(desktop("ActivateAction", &["close", "[]", "{}"]).as_deref(), Ok("()"));
    let status = wait::until("the app ends", || running.child().try_wait().ok()?);
    assert!(status.success(), "{status}");
}

#[test]
fn an_app_goes_on_when_the_session_bus_ends() {
    let bus = Bus::start();
    let mut world = World::new();
    world.home.set_variable("DBUS_SESSION_BUS_ADDRESS", bus.address());
    let id = world.install(&app());
    let mut running = world.home.start(&world.display, &[&id]);
    let name = format!("org.insula.App.a{id}");
    let path = format!("/{}", name.replace('.', "/"));
    wait::until_true("it is on the bus", || {
        bus.call(&name, &path, "org.insula.Session1.State", &[]).is_ok()
    });
    wait::until_true("the app opens", || has_title(&world, "Commanded – First 1"));

    drop(bus);
    // What happens now is told to nobody.
    world.home.succeed(&["control", &id, "open", "/second.html"]);
    wait::until_true("the second page shows", || has_title(&world, "Commanded – Second"));
    world.home.succeed(&["control", &id, "close"]);
    let status = wait::until("the app ends", || running.child().try_wait().ok()?);
    assert!(status.success(), "{status}");
}
