//! `permissions`.

use crate::machine::{Machine, ended};

#[test]
fn permissions_are_shown_and_changed() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    assert_eq!(
        machine.ok(&["permissions", "Mail"]),
        "prompt   unrestricted-network  Connect to any server or device, see your network addresses  not decided\n\
         prompt   camera                Use your camera                                              not decided\n\
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
        (&rows[1]["state"], &rows[1]["decided"]["by"]),
        (&"denied".into(), &"settings".into())
    );
    assert_eq!(rows[1]["requested"], true);
    assert_eq!(
        machine.ok(&["permissions", "Mail", "reset", "camera"]),
        "prompt  camera  Use your camera  not decided\n"
    );
    let geolocation = machine.run(&["permissions", "Mail", "grant", "geolocation"]);
    assert_eq!(
        geolocation.errors,
        "warning: the app cannot use it: its manifest does not list `geolocation` in `permissions_policy`\n"
    );
    let unknown = machine.run(&["permissions", "Mail", "grant", "kamera"]);
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown
            .errors
            .starts_with("error: there is no permission `kamera`; there are ")
    );
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
        (&rows[1]["state"], &rows[1]["locked"]),
        (&"denied".into(), &true.into())
    );
    assert_eq!(rows[1]["decided"]["policy_key"], "VideoCaptureAllowed");
}

#[test]
fn decisions_go_with_the_app() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    machine.ok(&["permissions", "Mail", "grant", "camera"]);
    machine.ok(&["uninstall", "Mail"]);
    machine.ok(&["install", "DIR/mail.swbn"]);
    assert_eq!(machine.json(&["permissions", "--json", "Mail"])[1]["state"], "prompt");
}
