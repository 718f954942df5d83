//! Apps on the user's desktop.

use std::fs;
use std::path::PathBuf;

use insula_e2e::World;
use insula_testkit::AppBuilder;
use serde_json::json;

fn mail() -> AppBuilder {
    AppBuilder::new("Mail; \"everywhere\"")
        .manifest("description", "Reads\nmail".into())
        .manifest(
            "protocol_handlers",
            json!([{ "protocol": "mailto", "url": "/write.html?to=%s" }]),
        )
        .manifest(
            "file_handlers",
            json!([{ "action": "/write.html", "accept": {
                "message/rfc822": ".eml", "application/x-own-letter": [".own-letter"], "image/*": ".png",
            } }]),
        )
        .manifest("shortcuts", json!([{ "name": "Write", "url": "/write.html" }]))
        .file(
            "/write.html",
            "<!doctype html><meta charset=utf-8><title>Write</title><script src=/write.js></script>",
        )
        .file(
            "/write.js",
            "document.title = 'result: ' + JSON.stringify(location.search)",
        )
}

fn entry(world: &World, id: &str) -> PathBuf {
    world
        .home
        .path("home/share/applications")
        .join(format!("insula-{id}.desktop"))
}

/// The beginning of the command that starts an app, as it stands in the entry.
fn exec(world: &World, id: &str) -> String {
    let program = insula_testkit::program().display().to_string();
    let data = world.home.data().display().to_string();
    let words = [
        program,
        "--data-dir".into(),
        data,
        "run".into(),
        "--tell".into(),
        id.into(),
    ]
    .into_iter();
    words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ")
}

/// What kind of file a file manager takes one of a name for.
fn content_type(world: &World, name: &str) -> String {
    let file = world.home.path("files").join(name);
    fs::create_dir_all(file.parent().expect("it is in a folder")).expect("a folder");
    fs::write(&file, "x").expect("a file");
    let mut command = std::process::Command::new("gio");
    world.home.environment(&mut command);
    let output = command
        .args(["info", "-a", "standard::content-type"])
        .arg(&file)
        .output();
    let output = output.expect("gio runs").stdout;
    let found = String::from_utf8_lossy(&output).into_owned();
    let (_, kind) = found.rsplit_once(": ").unwrap_or_else(|| panic!("{found}"));
    kind.trim().to_owned()
}

#[test]
fn an_installed_app_is_in_the_menu_with_its_icon_and_gone_with_it() {
    let world = World::new();
    let id = world.install(&mail());
    let written = fs::read_to_string(entry(&world, &id)).expect("an entry");
    for line in [
        "Name=Mail; \"everywhere\"",
        "Comment=Reads mail",
        "MimeType=x-scheme-handler/mailto;application/x-own-letter;message/rfc822;",
        &format!("Exec={} \"--open\" %U", exec(&world, &id)),
        "Actions=shortcut-1;",
        &format!("StartupWMClass=insula-{id}"),
        &format!("Icon=insula-{id}"),
    ] {
        assert!(written.lines().any(|other| other == line), "{line}:\n{written}");
    }
    let icon = world
        .home
        .path("home/share/icons/hicolor/256x256/apps")
        .join(format!("insula-{id}.png"));
    assert!(fs::read(&icon).expect("an icon").starts_with(b"\x89PNG"));
    // The file manager knows the app's own files by their names, and others as before.
    for (name, kind) in [
        ("a.own-letter", "application/x-own-letter"),
        ("a.eml", "message/rfc822"),
    ] {
        assert_eq!(content_type(&world, name), kind);
    }
    let removed = world.home.succeed(&["uninstall", &id]).stdout;
    assert!(removed.contains(&entry(&world, &id).display().to_string()), "{removed}");
    assert_ne!(content_type(&world, "a.own-letter"), "application/x-own-letter");
    assert!(!entry(&world, &id).exists() && !icon.exists());

    let file = mail().write_bundle(&world.home.path("bundles"));
    world
        .home
        .succeed(&["install", "--no-menu-entry", &file.display().to_string()]);
    assert!(!entry(&world, &id).exists());
}

#[test]
fn a_bundle_is_opened_from_the_file_manager_by_who_registers_for_it() {
    let world = World::new();
    world.home.succeed(&["register"]);
    let programs = world.home.path("home/share/applications");
    let opener = fs::read_to_string(programs.join("org.insula.Insula.desktop")).expect("an entry");
    assert!(opener.contains("\"install\" \"--ask\" %u\n"), "{opener}");
    let file = mail().write_bundle(&world.home.path("bundles"));
    // As file managers do: the type of the file, by which the program for it is found.
    let mut command = std::process::Command::new("gio");
    world.home.environment(&mut command);
    let output = command
        .args(["info", "-a", "standard::content-type"])
        .arg(&file)
        .output()
        .expect("gio runs");
    let found = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(found.contains("application/vnd.insula.signed-web-bundle"), "{found}");
    let removed = world.home.succeed(&["register", "--remove"]).stdout;
    assert!(removed.contains("org.insula.Insula.desktop"), "{removed}");
    assert!(!programs.join("org.insula.Insula.desktop").exists());
}

#[test]
fn a_link_of_a_scheme_that_the_app_handles_opens_its_page() {
    let world = World::new();
    let id = world.install(&mail());
    let mut running = world
        .home
        .start(&world.display, &[&id, "--", "mailto:a b@example.com?subject=x&y"]);
    let found = world.wait_for_title("result: ");
    assert_eq!(found, "\"?to=mailto%3Aa%20b%40example.com%3Fsubject%3Dx%26y\"");
    // It goes to the app that runs, by the same command.
    world.home.succeed(&["run", &id, "--", "mailto:second@example.com"]);
    insula_testkit::wait::until("the link is opened", || {
        world.app_window().title.contains("second").then_some(())
    });
    world.close(&mut running);
    assert_eq!(
        world.home.run(&["run", &id, "--", "tel:1"]).code,
        2,
        "it handles no such links"
    );
}
