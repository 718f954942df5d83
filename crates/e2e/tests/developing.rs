//! What a developer has: an app to begin with, its test, and an app that is loaded again when it is changed.

use std::fs;
use std::process::Command;

use insula_e2e::World;
use insula_testkit::{program, wait};

#[test]
fn a_new_app_is_valid_and_passes_its_own_test() {
    let world = World::new();
    let folder = world.home.path("work").join("my \"app\"");
    let shown = folder.display().to_string();
    world.home.succeed(&["new", &shown, "--name", "Feeds & <more>"]);
    assert_eq!(world.home.run(&["new", &shown]).code, 2, "it is not overwritten");

    let key = world.home.path("work").join("key.pem").display().to_string();
    let bundle = world.home.path("work").join("app.swbn").display().to_string();
    world.home.succeed(&["keygen", "-o", &key]);
    let packed = world.home.succeed(&["pack", &shown, "--key", &key, "-o", &bundle]);
    assert_eq!(packed.stderr, "", "nothing to warn of");
    world.home.succeed(&["install", &bundle]);

    // As its developer runs it, with the program where it is.
    let mut test = Command::new("node");
    world.home.environment(&mut test);
    test.arg(folder.join(".tools/test.mjs"))
        .env("INSULA", program())
        .env("DISPLAY", world.display.name());
    let output = test.output().expect("node runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.trim_end().ends_with("ok"), "{output:?}");
}

#[test]
fn an_app_is_loaded_again_when_something_in_its_folder_changes() {
    let world = World::new();
    let folder = world.home.path("work/app");
    fs::remove_dir(&folder).expect("it is empty");
    let shown = folder.display().to_string();
    world.home.succeed(&["new", &shown]);
    world.decide(&shown, "deny", "unrestricted-network");
    fs::write(folder.join("app.js"), "document.title = 'result: 1'").expect("a script");
    let mut running = world.home.start_verb(&world.display, &["dev", &shown]);
    assert_eq!(world.wait_for_title("result: "), "1");
    let shows = |title: &str| {
        wait::until(title, || world.app_window().title.ends_with(title).then_some(()));
    };
    fs::write(folder.join("app.js"), "import '/parts/second.js'").expect("a script");
    fs::create_dir(folder.join("parts")).expect("a folder");
    fs::write(folder.join("parts/second.js"), "document.title = 'result: 2'").expect("a script");
    shows("result: 2");
    // In a folder that was not there at first.
    fs::write(folder.join("parts/second.js"), "document.title = 'result: 3'").expect("a script");
    shows("result: 3");
    world.close(&mut running);
}
