//! `insula doctor`: what is missing is named, and the exit code says whether apps run.

use std::fs;

use insula_e2e::{World, forbid_sandboxes};
use insula_testkit::{AppBuilder, Home, home};
use serde_json::Value;

/// The exit code, and what it finds, by the names of the checks.
fn examine(world: &World, environment: &[(&str, &str)]) -> (i32, Value) {
    let mut command = world.home.command(&["doctor", "--json"]);
    command.env("DISPLAY", world.display.name());
    command.envs(environment.iter().copied());
    let output = command.output().expect("the program starts");
    let checks: Vec<Value> = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    let by_name = checks
        .into_iter()
        .filter_map(|check| Some((check["name"].as_str()?.to_owned(), check)))
        .collect::<serde_json::Map<_, _>>();
    (output.status.code().unwrap_or(-1), Value::Object(by_name))
}

/// That one check finds something bad, whose detail contains each of these.
fn assert_bad(found: &(i32, Value), name: &str, words: &[&str]) {
    let (code, checks) = found;
    assert_eq!((*code, &checks[name]["finding"]), (1, &Value::from("bad")), "{checks}");
    let detail = checks[name]["detail"].as_str().unwrap_or_default();
    for word in words {
        assert!(detail.contains(word), "{name}: {detail}");
    }
}

#[test]
fn where_apps_run_it_says_so() {
    let world = World::new();
    world.install(&AppBuilder::new("Here"));
    let (code, checks) = examine(&world, &[]);
    assert_eq!(code, 0, "{checks}");
    let checks = checks.as_object().expect("checks by name");
    for (name, check) in checks {
        assert_ne!(check["finding"], "bad", "{name}: {check}");
    }
    let detail = |name: &str| checks[name]["detail"].as_str().unwrap_or_default().to_owned();
    assert!(detail("WebKitGTK").starts_with("2."));
    assert!(detail("Installed apps").starts_with("1 in "));
    assert_eq!(detail("Display"), format!("DISPLAY={}", world.display.name()));

    let mut command = world.home.command(&["doctor"]);
    let output = command
        .env("DISPLAY", world.display.name())
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for name in checks.keys() {
        assert!(said.contains(name.as_str()), "for people it says the same: {said}");
    }
}

#[test]
fn a_policy_draws_pages_without_opengl() {
    let world = World::new();
    let (_, checks) = examine(&world, &[]);
    let detail = |checks: &Value| checks["Rendering"]["detail"].as_str().unwrap_or_default().to_owned();
    assert!(!detail(&checks).contains("is false"), "{checks}");
    world.home.write_policy(
        "managed",
        &serde_json::json!({ "HardwareAccelerationModeEnabled": false }),
    );
    let (code, checks) = examine(&world, &[]);
    assert_eq!(code, 0, "{checks}");
    assert!(
        detail(&checks).contains("HardwareAccelerationModeEnabled is false"),
        "{checks}"
    );

    let id = world.install(
        &AppBuilder::new("Drawn")
            .page("<script src=/here.js></script>")
            .file("/here.js", "console.log('here')"),
    );
    let running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("here");
    let tree = running.tree();
    let page = tree.named("WebKitWebProcess")[0];
    let environment = fs::read(format!("/proc/{page}/environ")).expect("the process is there");
    let is_set = environment
        .split(|&byte| byte == 0)
        .any(|it| it == b"WEBKIT_DISABLE_DMABUF_RENDERER=1");
    assert!(is_set, "the page's process is told");
}

#[test]
fn what_is_missing_is_named_with_its_remedy() {
    let world = World::new();
    assert_bad(&examine(&world, &[("DISPLAY", "")]), "Display", &["log in"]);
    let forbidden = world.home.path("forbidden");
    forbid_sandboxes(&forbidden);
    assert_bad(
        &examine(&world, &[("PATH", &forbidden.display().to_string())]),
        "Sandbox",
        &["Operation not permitted", "namespaces"],
    );

    // A copy of the program without the library that belongs beside it.
    let mut incomplete = World {
        home: Home::new(),
        display: world.display,
    };
    let program = incomplete.home.path("elsewhere").join("insula");
    fs::copy(home::program(), &program).expect("a copy of the program");
    incomplete.home.set_program(program);
    let found = examine(&incomplete, &[]);
    assert_bad(&found, "Web process extension", &["libinsula_webprocess.so", "install"]);
}

#[test]
fn what_an_app_can_do_without_is_told() {
    let world = World::new();
    let surroundings = [
        ("HOME", "/proc/nowhere"),
        ("XDG_RUNTIME_DIR", "/proc/nowhere"),
        ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/proc/nowhere/bus"),
        ("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1"),
    ];
    let (code, checks) = examine(&world, &surroundings);
    assert_eq!(code, 0, "{checks}");
    for (name, word) in [
        ("Home", "/proc/nowhere"),
        ("Runtime folder", "/proc/nowhere"),
        ("Session bus", "DBUS_SESSION_BUS_ADDRESS"),
        ("Sandbox", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"),
    ] {
        let (finding, detail) = (
            &checks[name]["finding"],
            checks[name]["detail"].as_str().unwrap_or_default(),
        );
        assert!(finding == "note" && detail.contains(word), "{name}: {checks}");
    }
}

#[test]
fn a_broken_policy_file_and_a_damaged_app_are_found() {
    let world = World::new();
    fs::write(world.home.path("policy/managed").join("broken.json"), "{\n  \"A\": }").expect("a policy file");
    assert_bad(&examine(&world, &[]), "Policies", &["broken.json:2:"]);
    fs::remove_file(world.home.policy().join("managed/broken.json")).expect("it can be removed");

    let id = world.install(&AppBuilder::new("Damaged"));
    let folder = world.home.data().join("apps").join(&id);
    assert!(folder.is_dir(), "{}", folder.display());
    for entry in fs::read_dir(&folder).expect("the app's folder").flatten() {
        if entry.path().is_file() {
            fs::write(entry.path(), "not what it was").expect("a file of the app");
        }
    }
    let (_, checks) = examine(&world, &[]);
    assert_eq!(checks["Installed apps"]["finding"], "note", "{checks}");
    assert!(
        checks["Installed apps"]["detail"]
            .as_str()
            .is_some_and(|it| it.contains(&id)),
        "{checks}"
    );
}
