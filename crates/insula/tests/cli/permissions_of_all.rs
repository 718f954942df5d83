//! `permissions` of all apps, exports and imports.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::machine::{Machine, ended};

fn machine() -> Machine {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    machine.ok(&["permissions", "Mail", "grant", "camera"]);
    machine.ok(&["permissions", "DIR/app", "deny", "camera"]);
    machine
}

#[test]
fn who_may_use_the_camera_is_told_of_all_apps() {
    let machine = machine();
    let shown = machine.ok(&["permissions", "--name", "camera"]);
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 2, "{shown}");
    assert!(lines[0].starts_with("granted  camera  Mail "), "{shown}");
    assert!(lines[0].contains("decided by you in the settings, 20"), "{shown}");
    assert!(lines[1].starts_with("denied   camera  isolated-app://ID "), "{shown}");
    let rows = machine.json(&["permissions", "--json", "--name", "camera"]);
    assert_eq!(
        (&rows[0]["app"], &rows[0]["state"], &rows[1]["app"]),
        (&"Mail".into(), &"granted".into(), &Value::Null)
    );
    assert!(rows[0]["decided"]["at"].as_u64().unwrap() > 1_700_000_000);
    assert!(machine.ok(&["permissions"]).lines().count() > 4);
    assert_eq!(
        machine.ok(&["permissions", "Mail", "--name", "camera"]).lines().count(),
        1
    );
    // A policy that grants it to every app.
    machine.write(
        "policy/managed/a.json",
        r#"{ "DefaultMidiSetting": 1, "DefaultNotificationsSetting": 1 }"#,
    );
    let rows = machine.json(&["permissions", "--json", "--name", "notifications"]);
    assert_eq!(
        (&rows[0]["app"], &rows[0]["decided"]["by"]),
        (&"Mail".into(), &"policy".into())
    );
    assert_eq!(machine.run(&["permissions", "--name", "kamera"]).code, Some(2));
}

#[test]
fn another_users_permissions_are_read_and_nothing_is_written() {
    let machine = machine();
    let listed = || {
        let mut files: Vec<_> = fs::read_dir(machine.path("data"))
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name(), entry.metadata().unwrap().modified().unwrap()))
            .collect();
        files.sort();
        files
    };
    // What a process that was killed left is not for those who look.
    machine.write("data/staging/left", "half a bundle");
    let before = listed();
    machine.ok(&["permissions"]);
    machine.ok(&["permissions", "Mail"]);
    machine.ok(&["permissions", "--export", "-"]);
    machine.ok(&["policy", "explain", "Mail"]);
    machine.ok(&["catalog", "Mail"]);
    assert_eq!(listed(), before);
    assert!(machine.path("data/staging/left").exists());
    let missing = machine.run(&["permissions", "--data-dir", "DIR/nowhere"]);
    let warning = "warning: there is no folder `DIR/nowhere`: nothing is installed\n";
    assert_eq!(missing, ended(0, "No app has or asks for permissions.\n", warning));
    assert!(!machine.path("nowhere").exists());
}

#[test]
fn decisions_are_taken_to_another_machine_but_for_what_is_only_granted_there() {
    let machine = machine();
    machine.ok(&["permissions", "Mail", "grant", "unrestricted-network"]);
    machine.ok(&["permissions", "--export", "DIR/export.json"]);
    let mode = fs::metadata(machine.path("export.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(
        machine.run(&["permissions", "--export", "DIR/export.json"]).code,
        Some(2),
        "it is not written over"
    );
    let here = |arguments: &[&str]| machine.run(&[arguments, &["--data-dir", "DIR/other"]].concat());
    let left_out = "warning: `unrestricted-network` of isolated-app://ID is left out: access to any server is only granted \
                    on the machine itself\n";
    let import = ["permissions", "--import", "DIR/export.json"];
    assert_eq!(here(&import), ended(0, "Took over 2 decisions\n", left_out));
    assert_eq!(
        here(&import),
        ended(0, "Took over 0 decisions; 2 were decided here already\n", left_out)
    );
    let rows: Value = serde_json::from_str(&here(&["permissions", "--json"]).output).unwrap();
    let mut states: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["state"].as_str().unwrap())
        .collect();
    states.sort_unstable();
    assert_eq!(states, ["denied", "granted"]);
    assert_eq!(rows[0]["decided"]["by"], "import");
}

#[test]
fn an_import_grants_nothing_that_policy_forbids_and_refuses_what_is_no_export() {
    let machine = machine();
    machine.ok(&["permissions", "--export", "DIR/export.json"]);
    machine.write("policy/managed/a.json", r#"{ "VideoCaptureAllowed": false }"#);
    let run = machine.run(&[
        "permissions",
        "--json",
        "--import",
        "DIR/export.json",
        "--data-dir",
        "DIR/other",
    ]);
    let report: Value = serde_json::from_str(&run.output).unwrap();
    assert_eq!(
        (&report["taken"], report["left_out"].as_array().unwrap().len()),
        (&1.into(), 1)
    );
    assert!(
        report["left_out"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("your organization forbids it")
    );
    for (content, said) in [
        ("", "no export"),
        ("{}", "its `format` is not"),
        (r#"{ "format": "insula-permissions", "version": 9 }"#, "newer Insula"),
    ] {
        machine.write("bad.json", content);
        let run = machine.run(&["permissions", "--import", "DIR/bad.json"]);
        assert_eq!((run.code, run.output.as_str()), (Some(2), ""));
        assert!(run.errors.contains(said), "{}", run.errors);
    }
    for arguments in [
        ["permissions", "--import", "DIR"],
        ["permissions", "--import", "DIR/missing"],
        ["permissions", "--export", "DIR/missing/export"],
    ] {
        assert_eq!(machine.run(&arguments).code, Some(2), "{arguments:?}");
    }
    assert_eq!(machine.run(&["permissions", "Mail", "--export", "-"]).code, Some(2));
    assert_eq!(
        machine
            .run(&["permissions", "Mail", "grant", "camera", "--name", "camera"])
            .code,
        Some(2)
    );
}
