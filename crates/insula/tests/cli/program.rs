//! The program as a whole: usage, help, folders, and what packages install.

use std::fs;
use std::process::Stdio;

use crate::machine::{Machine, ended};

#[test]
fn what_is_typed_wrong_is_exit_code_2_with_help() {
    let machine = Machine::new();
    for arguments in [
        &[][..],
        &["fly"],
        &["pack"],
        &["keygen"],
        &["permissions", "Mail", "grant"],
    ] {
        let run = machine.run(arguments);
        assert_eq!((run.code, run.output.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.errors.contains("Usage: insula"), "{}", run.errors);
    }
    assert_eq!(
        machine.run(&["uninstall", "Mail"]),
        ended(
            2,
            "",
            "error: no app `Mail` is installed\nhint: `insula list` shows what is installed\n"
        )
    );
}

#[test]
fn help_explains_verbs_and_exit_codes() {
    let machine = Machine::new();
    let help = machine.ok(&["--help"]);
    let verbs = [
        "keygen",
        "pack",
        "sign",
        "inspect",
        "verify",
        "install",
        "list",
        "uninstall",
        "run",
        "permissions",
    ];
    for verb in verbs.into_iter().chain(["doctor"]) {
        assert!(help.contains(&format!("\n  {verb} ")), "{verb}");
        assert!(machine.ok(&[verb, "--help"]).contains("--data-dir"), "{verb}");
    }
    assert!(help.contains("  3  it is denied by a policy of your organization\n"));
    assert_eq!(machine.ok(&["help"]), help);
    assert_eq!(machine.run(&[]).errors, machine.ok(&["-h"]));
    let without_verb = machine.run(&["--data-dir", "DIR/data"]);
    assert_eq!(without_verb.code, Some(2));
    for said in [help, without_verb.errors] {
        assert!(!said.contains("generate"), "it is for packagers: {said}");
    }
}

#[test]
fn an_output_that_nobody_reads_is_no_error() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    let mut child = machine
        .command(&["list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn the_data_folder_follows_the_desktops_rules() {
    let machine = Machine::with_bundle();
    let list = |variables: &[(&str, &str)]| {
        let mut command = machine.command(&["list"]);
        command.env_remove("INSULA_DATA_DIR");
        command.envs(variables.iter().map(|(name, value)| (*name, machine.path(value))));
        assert!(command.output().unwrap().status.success());
    };
    list(&[("HOME", "home"), ("XDG_DATA_HOME", "xdg")]);
    assert!(machine.path("xdg/insula/apps").is_dir() && !machine.path("home").exists());
    list(&[("HOME", "home")]);
    assert!(machine.path("home/.local/share/insula/apps").is_dir());

    let output = machine
        .command(&["list"])
        .env_remove("INSULA_DATA_DIR")
        .output()
        .unwrap();
    assert_eq!(
        machine.filter(&output.stderr),
        "error: there is no folder for apps: neither `--data-dir` nor `HOME` is set\n"
    );
}

#[test]
fn a_variable_that_is_empty_is_not_set() {
    let machine = Machine::new();
    let mut command = machine.command(&["list"]);
    command.env("INSULA_DATA_DIR", "").env("INSULA_POLICY_DIR", "");
    assert!(
        command
            .env("HOME", machine.path("home"))
            .output()
            .unwrap()
            .status
            .success()
    );
    assert!(machine.path("home/.local/share/insula/apps").is_dir());
    assert_eq!(
        machine.run(&["pack"]).errors.lines().last(),
        Some("For more information, try '--help'.")
    );
    let usage = machine.run(&["pack"]).errors;
    assert!(!usage.contains("--data-dir"), "what is set is not required: {usage}");
}

#[test]
fn policies_that_nobody_reads_are_told_of() {
    let machine = Machine::new();
    let policies = |machine: &Machine| {
        let checks: serde_json::Value = serde_json::from_str(&machine.run(&["doctor", "--json"]).output).unwrap();
        let check = checks
            .as_array()
            .unwrap()
            .iter()
            .find(|check| check["name"] == "Policies")
            .unwrap();
        let text = |member: &str| machine.filter(check[member].as_str().unwrap().as_bytes());
        (text("finding"), text("detail"))
    };
    let good = |detail: &str| ("good".to_owned(), detail.to_owned());
    assert_eq!(
        policies(&machine),
        good("0 files in /etc/insula/policies and DIR/policy")
    );
    machine.write("policy/managed/a.json", r#"{ "VideoCaptureAllowed": false }"#);
    assert_eq!(
        policies(&machine),
        good("1 file in /etc/insula/policies and DIR/policy")
    );
    machine.write(
        "policy/managed/b.json",
        r#"{ "HomepageLocation": "https://example.com" }"#,
    );
    let note = "2 files in /etc/insula/policies and DIR/policy; not known here: HomepageLocation".to_owned();
    assert_eq!(policies(&machine), ("note".to_owned(), note));

    machine.write("policy/beside.json", "{}");
    let beside =
        "DIR/policy/beside.json: policy files belong in the folders `managed` and `recommended` (it is not read)";
    assert_eq!(policies(&machine), ("bad".to_owned(), beside.to_owned()));
    let shown = machine.run(&["permissions", "DIR/app"]);
    assert_eq!((shown.code, shown.errors), (Some(0), format!("warning: {beside}\n")));

    fs::remove_file(machine.path("policy/beside.json")).unwrap();
    machine.write("policy/managed/c.json", r#"{ "FirstRunPermissionsLimit": "3" }"#);
    let (finding, detail) = policies(&machine);
    assert_eq!(
        finding, "note",
        "it takes nothing away, and forbids what it is to forbid"
    );
    let place = "DIR/policy/managed/c.json:1:3: FirstRunPermissionsLimit: ";
    assert!(
        detail.starts_with(place) && detail.contains("(it is read as it is meant)"),
        "{detail}"
    );

    let shown = machine.run(&["--policy-dir", "DIR/typo", "permissions", "DIR/app"]);
    let warning = "warning: there is no policy folder `DIR/typo`\n";
    assert_eq!((shown.code, shown.errors.as_str()), (Some(0), warning));
}

#[test]
fn man_pages_and_completions_are_made_from_the_same_definitions() {
    let machine = Machine::new();
    machine.ok(&["generate", "--output-dir", "DIR/made"]);
    let page = fs::read_to_string(machine.path("made/man/insula-pack.1")).unwrap();
    assert!(page.contains("Make a signed app of a folder"));
    let overview = fs::read_to_string(machine.path("made/man/insula.1")).unwrap();
    assert!(overview.contains("insula\\-permissions(1)") && !overview.contains("generate"));
    for page in [&page, &overview] {
        for told in [".SH \"EXIT STATUS\"", "INSULA_POLICY_DIR", "\\-\\-data\\-dir"] {
            assert!(page.contains(told), "{told}: {page}");
        }
    }
    let run = fs::read_to_string(machine.path("made/man/insula-run.1")).unwrap();
    assert!(run.contains("\\-\\- URL\\-PATH"), "{run}");
    // Whatever is set when they are made is not in them.
    assert!(!overview.contains(machine.folder.path().to_str().unwrap()));
    for (shell, file) in [("bash", "insula.bash"), ("fish", "insula.fish"), ("zsh", "_insula")] {
        let made = fs::read_to_string(machine.path("made/completions").join(file)).unwrap();
        assert_eq!(machine.ok(&["completions", shell]), machine.filter(made.as_bytes()));
        assert!(made.contains("permissions") && made.contains("data-dir"), "{shell}");
        let hidden = ["generate", "completions"].map(|verb| machine.run(&[verb, "--help"]));
        assert!(hidden.iter().all(|run| run.code == Some(0)));
        assert!(
            !made.contains("generate") && !made.contains("completions "),
            "{shell}: they are for packagers"
        );
    }
}
