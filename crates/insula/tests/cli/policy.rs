//! `policy`.

use crate::machine::{Machine, ended};

#[test]
fn files_are_checked_with_line_and_column() {
    let machine = Machine::new();
    machine.write(
        "a.json",
        "{\n  // cameras\n  \"VideoCaptureAlowed\": false,\n  \"DefaultGeolocationSetting\": \"2\",\n  \
         \"GeolocationBlockedForUrls\": [\"https://ok.example\", \"https://a b\"],\n  \"HomepageLocation\": \"x\",\n}\n",
    );
    let expected = "\
DIR/a.json:3:3: VideoCaptureAlowed: there is no such policy; `VideoCaptureAllowed` is one (what it would block is blocked until this is repaired, and nothing else of it counts)
DIR/a.json:4:3: DefaultGeolocationSetting: a number has no quotation marks (it is read as it is meant)
DIR/a.json:5:3: GeolocationBlockedForUrls: “https://a b” has no valid host (the permissions that it is about are refused until this is repaired)
note: DIR/a.json:6:3: HomepageLocation: not known here
";
    assert_eq!(machine.run(&["policy", "check", "DIR/a.json"]), ended(1, expected, ""));
    let run = machine.run(&["policy", "check", "--json", "DIR/a.json"]);
    assert_eq!(run.code, Some(1));
    let report: serde_json::Value = serde_json::from_str(&run.output).unwrap();
    let problem = &report["problems"][0];
    assert_eq!(
        (&problem["line"], &problem["column"], &problem["harmless"]),
        (&3.into(), &3.into(), &false.into())
    );
    assert_eq!(report["unknown"][0]["key"], "HomepageLocation");
}

#[test]
fn files_and_folders_in_which_nothing_is_wrong_are_said_to_be_so() {
    let machine = Machine::new();
    machine.write("p/managed/a.json", r#"{ "VideoCaptureAllowed": false }"#);
    machine.write("p/recommended/a.json", r#"{ "DefaultNotificationsSetting": 1 }"#);
    machine.write(
        "firefox/policies.json",
        r#"{ "policies": { "Permissions": { "Camera": { "Locked": true } } } }"#,
    );
    for (paths, said) in [
        (vec!["DIR/p"], "2 files, nothing wrong\n"),
        (vec!["DIR/p/managed"], "1 file, nothing wrong\n"),
        (
            vec!["DIR/p/managed/a.json", "DIR/p/recommended/a.json"],
            "2 files, nothing wrong\n",
        ),
        (vec!["DIR/firefox"], "1 file, nothing wrong\n"),
        (vec!["DIR/firefox/policies.json"], "1 file, nothing wrong\n"),
    ] {
        let arguments = [vec!["policy", "check"], paths].concat();
        assert_eq!(machine.run(&arguments), ended(0, said, ""), "{arguments:?}");
    }
    assert_eq!(machine.run(&["policy", "check", "DIR/missing"]).code, Some(2));
    assert_eq!(
        machine.run(&["policy", "check", "DIR/app/.well-known"]).code,
        Some(0),
        "a manifest is JSON, and no policy"
    );
    machine.write("empty/managed/readme.txt", "nothing");
    assert_eq!(machine.run(&["policy", "check", "DIR/empty"]).code, Some(2));
}

#[test]
fn it_is_explained_which_file_and_which_key_decide_and_what_lost() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    machine.ok(&["permissions", "Mail", "grant", "camera"]);
    let today = today(&machine);
    machine.write(
        "policy/managed/a.json",
        "{\n  \"VideoCaptureAllowed\": false,\n  \"VideoCaptureAllowedUrls\": [\"https://*\"]\n}",
    );
    machine.write("policy/recommended/a.json", r#"{ "DefaultMediaStreamSetting": 3 }"#);
    let expected = format!(
        "\
camera  denied
  →     block   VideoCaptureAllowed, DIR/policy/managed/a.json:2:3
        allow   you, {today}                                                does not count: an order counts before it
        ask     DefaultMediaStreamSetting, DIR/policy/recommended/a.json:1:3  does not count: an order counts before a recommendation
        ask     nobody                                                        does not count: an order counts before it
"
    );
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let run = machine.run(&["policy", "explain", "Mail", "camera"]);
    assert_eq!((run.code, squeezed(&run.output)), (Some(0), squeezed(&expected)));
    let site = machine.json(&["policy", "explain", "--json", "https://meet.example", "camera"]);
    let reasons = site[0]["reasons"].as_array().unwrap();
    assert_eq!(
        (&site[0]["state"], &reasons[0]["counts"]),
        (&"granted".into(), &true.into())
    );
    assert_eq!(
        (&reasons[0]["key"], &reasons[0]["pattern"]),
        (&"VideoCaptureAllowedUrls".into(), &"https://*".into())
    );
    assert_eq!(
        (&reasons[0]["place"]["line"], &reasons[1]["lost"]),
        (&3.into(), &"a list counts before a default".into())
    );
    // All that concern the app, and for an origin all that there are.
    let app = machine.json(&["policy", "explain", "--json", "Mail"]);
    assert_eq!(app.as_array().unwrap().len(), 5);
    let all = machine.json(&["policy", "explain", "--json", "https://meet.example"]);
    assert!(all.as_array().unwrap().len() >= 15);
    assert_eq!(machine.run(&["policy", "explain", "Nobody"]).code, Some(2));
}

/// The day on which the user decided about the camera, as it is shown elsewhere.
fn today(machine: &Machine) -> String {
    let shown = machine.ok(&["permissions", "--name", "camera"]);
    let words = shown.split([' ', ',', '\n']);
    words
        .map(str::to_owned)
        .find(|word| word.len() == 10 && word.starts_with("20"))
        .unwrap()
}

#[test]
fn orders_are_carried_out_at_login_by_a_command_that_there_is() {
    let machine = Machine::new();
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    for (file, key) in [
        ("autostart/insula-policy.desktop", "Exec="),
        ("systemd/user/insula-policy.service", "ExecStart="),
    ] {
        let written = std::fs::read_to_string(data.join(file)).unwrap();
        let command = written.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        let arguments: Vec<&str> = command.split(' ').collect();
        assert_eq!(arguments[0], "insula", "{file}");
        assert_eq!(
            machine.run(&arguments[1..]),
            ended(0, "Your organization orders no apps\n", ""),
            "{file}"
        );
    }
    machine.write("policy/managed/a.json", "{");
    let run = machine.run(&["policy", "apply", "--json"]);
    assert_eq!((run.code, run.output.as_str()), (Some(2), "[]\n"));
    assert!(run.errors.contains("not all policies can be read"), "{}", run.errors);
}
