//! `permissions`.

use std::fs;

use crate::machine::{Machine, ended};

#[test]
fn permissions_are_shown_and_changed() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    assert_eq!(
        machine.ok(&["permissions", "Mail"]),
        "prompt   camera                Use your camera                                              not decided\n\
         prompt   unrestricted-network  Connect to any server or device, see your network addresses  not decided\n\
         prompt   local-network         Connect to devices on your local network                     not decided\n\
         prompt   loopback-network      Connect to other apps and services on this device            not decided\n\
         granted  controlled-frame      Show and control other websites inside the app               \
         allowed to every app that lists it\n"
    );
    assert_eq!(
        machine.ok(&["permissions", "Mail", "grant", "camera"]),
        "granted  camera  Use your camera  decided by you in the settings\n"
    );
    machine.ok(&["permissions", "Mail", "deny", "camera"]);
    let rows = machine.json(&["permissions", "--json", "Mail"]);
    assert_eq!(
        (&rows[0]["state"], &rows[0]["decided"]["by"]),
        (&"denied".into(), &"settings".into())
    );
    assert_eq!(rows[0]["requested"], true);
    assert_eq!(
        machine.ok(&["permissions", "Mail", "reset", "camera"]),
        "prompt  camera  Use your camera  not decided\n"
    );
    let useless = "the app cannot use it: its manifest does not list `geolocation` in `permissions_policy`\n";
    for (action, state) in [("grant", "granted"), ("reset", "prompt")] {
        let geolocation = machine.ok(&["permissions", "Mail", action, "geolocation"]);
        assert!(
            geolocation.starts_with(state) && geolocation.ends_with(useless),
            "{geolocation}"
        );
    }
    let row = &machine.json(&["permissions", "--json", "Mail", "grant", "geolocation"])[0];
    assert_eq!(
        (&row["state"], &row["missing_feature"]),
        (&"granted".into(), &"geolocation".into())
    );
    let unknown = machine.run(&["permissions", "Mail", "grant", "kamera"]);
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown
            .errors
            .starts_with("error: there is no permission `kamera`; there are ")
    );
    for accepted in ["controlled-frame", "direct-sockets", "fullscreen"] {
        assert!(unknown.errors.contains(accepted), "{accepted}");
        machine.ok(&["permissions", "Mail", "deny", accepted]);
    }
}

#[test]
fn a_folder_that_lies_here_does_not_take_an_installed_apps_place() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    fs::rename(machine.path("app"), machine.path("Mail")).unwrap();
    let here = |app: &str, rest: &[&str]| {
        let arguments = [&["permissions", app, "--json"], rest].concat();
        let output = machine
            .command(&arguments)
            .current_dir(machine.folder.path())
            .output()
            .unwrap();
        let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let camera = rows
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["name"] == "camera")
            .unwrap();
        (
            camera["state"].as_str().unwrap().to_owned(),
            machine.filter(&output.stderr),
        )
    };
    let warning = "warning: `Mail` is the installed app; what lies here is `./Mail`\n".to_owned();
    assert_eq!(here("Mail", &["deny", "camera"]), ("denied".to_owned(), warning));
    assert_eq!(here("./Mail", &[]), ("prompt".to_owned(), String::new()));
    assert_eq!(machine.json(&["permissions", "--json", "mail"])[0]["state"], "denied");
}

#[test]
fn what_was_decided_about_a_folder_can_be_forgotten() {
    let machine = Machine::new();
    machine.ok(&["permissions", "DIR/app", "deny", "camera"]);
    let removed = "Removed what DIR/app stored and what you decided about it\n";
    assert_eq!(machine.ok(&["uninstall", "DIR/app"]), removed);
    assert_eq!(
        machine.json(&["permissions", "--json", "DIR/app"])[0]["state"],
        "prompt"
    );
    assert_eq!(
        machine.ok(&["uninstall", "DIR/app"]),
        "There is nothing to remove of DIR/app\n"
    );
    assert!(machine.path("app/index.html").exists());
}

#[test]
fn what_the_organization_decided_is_exit_code_3() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    machine.write("policy/managed/camera.json", r#"{ "VideoCaptureAllowed": false }"#);
    assert_eq!(
        machine.run(&["permissions", "Mail", "grant", "camera"]),
        ended(
            3,
            "",
            "error: the permission “camera” is controlled by your organization \
             (DIR/policy/managed/camera.json: VideoCaptureAllowed)\n"
        )
    );
    let rows = machine.json(&["permissions", "--json", "Mail"]);
    assert_eq!(
        (&rows[0]["state"], &rows[0]["locked"]),
        (&"denied".into(), &true.into())
    );
    assert_eq!(rows[0]["decided"]["policy_key"], "VideoCaptureAllowed");
}

#[test]
fn decisions_go_with_the_app() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    machine.ok(&["permissions", "Mail", "grant", "camera"]);
    machine.ok(&["uninstall", "Mail"]);
    machine.ok(&["install", "DIR/mail.swbn"]);
    assert_eq!(machine.json(&["permissions", "--json", "Mail"])[3]["state"], "prompt");
}
