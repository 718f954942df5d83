//! `install`, `list`, `uninstall`, and what `run` refuses.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;

use insula_apps::{DataDir, Store};

use crate::machine::{MANIFEST, Machine, PROGRAM, ended};

#[test]
fn an_app_goes_the_whole_way_from_its_folder_to_its_removal() {
    let machine = Machine::new();
    assert_eq!(
        machine.ok(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]),
        "Mail 1.2: 3 files, 1.1 kB\nApp id: ID\n"
    );
    assert_eq!(
        machine.ok(&["verify", "DIR/mail.swbn"]),
        "`DIR/mail.swbn` is valid: Mail 1.2\nApp id: ID\n"
    );
    assert_eq!(machine.ok(&["list"]), "No apps are installed.\n");
    assert_eq!(
        machine.ok(&["install", "DIR/mail.swbn"]),
        "Installed Mail 1.2\nApp id: ID\n"
    );
    assert_eq!(
        machine.ok(&["install", "DIR/mail.swbn"]),
        "Already installed: Mail 1.2\nApp id: ID\n"
    );
    assert_eq!(machine.ok(&["list"]), "Mail  1.2  1.1 kB  ID\n");
    assert_eq!(
        machine.ok(&["uninstall", "mail"]),
        "Removed Mail\n  what was installed, 1.5 kB\n"
    );
    assert_eq!(machine.ok(&["list"]), "No apps are installed.\n");
}

#[test]
fn chromiums_answers_are_suggested_for_an_app_that_was_made_for_it_until_somebody_chooses() {
    let machine = Machine::new();
    let with = |member: &str| MANIFEST.replacen('{', &format!("{{ {member}, "), 1);
    let hint = "hint: the manifest's `isolated_storage` is Chromium's: if the app's frames expect Chromium's answers, install \
                it with `--compatibility chromium`\n";
    let pack = |manifest: &str| {
        machine.write("app/.well-known/manifest.webmanifest", manifest);
        // There is none at first.
        let _ = fs::remove_file(machine.path("mail.swbn"));
        machine.ok(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]);
    };
    let install = || machine.run(&["install", "--allow-downgrade", "DIR/mail.swbn"]).errors;
    let own = r#""controlled_frame": { "compatibility": "none" }"#;
    pack(&with(&format!(r#"{own}, "isolated_storage": true"#)));
    assert_eq!(install(), "");
    pack(&with(r#""isolated_storage": true"#));
    assert_eq!(install(), hint);
    machine.ok(&["install", "--compatibility", "none", "DIR/mail.swbn"]);
    assert_eq!(install(), "");
}

#[test]
fn an_update_says_from_where_and_a_downgrade_must_be_asked_for() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    machine.write("app/.well-known/manifest.webmanifest", &MANIFEST.replace("1.2", "1.10"));
    machine.ok(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/new.swbn"]);
    assert_eq!(
        machine.ok(&["install", "DIR/new.swbn"]),
        "Updated Mail from 1.2 to 1.10\nApp id: ID\n"
    );
    assert_eq!(
        machine.run(&["install", "DIR/mail.swbn"]),
        ended(
            2,
            "",
            "error: version 1.10 of `Mail` is installed, which is newer than 1.2\n\
             hint: `insula install --allow-downgrade` installs it all the same\n"
        )
    );
    assert_eq!(
        machine.ok(&["install", "--allow-downgrade", "DIR/mail.swbn"]),
        "Downgraded Mail from 1.10 to 1.2\nApp id: ID\n"
    );
}

#[test]
fn another_content_of_the_same_version_must_be_asked_for() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    machine.write("app/index.html", "<!doctype html>changed");
    machine.ok(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]);
    assert_eq!(
        machine.run(&["install", "DIR/mail.swbn"]),
        ended(
            2,
            "",
            "error: version 1.2 of `Mail` is installed with other content\n\
             hint: give what changed a higher `version`, or replace it all the same: \
             `insula install --allow-downgrade`\n"
        )
    );
    machine.ok(&["install", "--allow-downgrade", "DIR/mail.swbn"]);
}

#[test]
fn what_is_not_there_is_said_to_be_missing() {
    let machine = Machine::new();
    for (target, kind) in [
        ("./no.swbn", "file or folder"),
        ("DIR/no/", "file or folder"),
        ("no.swbn", "file"),
    ] {
        let error = format!("error: there is no {kind} `{target}`\n");
        assert_eq!(machine.run(&["run", target]), ended(2, "", &error));
        assert_eq!(machine.run(&["permissions", target]), ended(2, "", &error));
    }
    // An app's name may look like a path.
    machine.write(
        "app/.well-known/manifest.webmanifest",
        &MANIFEST.replace("\"Mail\"", "\"In/Out\""),
    );
    machine.ok(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/app.swbn"]);
    machine.ok(&["install", "DIR/app.swbn"]);
    machine.ok(&["permissions", "in/out"]);
    // A path that is not text is one all the same.
    let name = OsStr::from_bytes(b"app-\xff");
    fs::rename(machine.path("app"), machine.folder.path().join(name)).unwrap();
    let output = machine
        .command(&["permissions"])
        .arg(name)
        .current_dir(machine.folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn who_may_not_write_can_read() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    machine.ok(&["permissions", "Mail", "deny", "camera"]);
    let (listed, permitted) = (machine.ok(&["list"]), machine.ok(&["permissions", "Mail"]));
    let owner = fs::metadata(machine.path("data")).unwrap().uid();
    let set_modes = |folder: u32, file: u32| {
        let mut paths = vec![machine.folder.path().to_owned()];
        while let Some(path) = paths.pop() {
            let is_folder = path.is_dir();
            if is_folder {
                paths.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
            let mode = if is_folder { folder } else { file };
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    // The other user may not reach the folder in which this was built.
    let shared = tempfile::tempdir().unwrap();
    fs::set_permissions(shared.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = shared.path().join("insula");
    fs::copy(PROGRAM, &program).unwrap();
    let read = |arguments: &[&str]| {
        let mut command = machine.command_of(&program, arguments);
        if owner == 0 {
            // Modes do not bind the superuser.
            command.uid(65534).gid(65534);
        }
        let output = command.output().unwrap();
        (
            output.status.code(),
            machine.filter(&output.stdout),
            machine.filter(&output.stderr),
        )
    };
    set_modes(0o555, 0o444);
    let said = [
        read(&["list"]),
        read(&["permissions", "Mail"]),
        read(&["permissions", "Mail", "deny", "geolocation"]),
    ];
    set_modes(0o755, 0o644);
    assert_eq!(said[0], (Some(0), listed, String::new()));
    assert_eq!(said[1], (Some(0), permitted, String::new()));
    assert_eq!(
        said[2].0,
        Some(2),
        "a decision that cannot be kept is not taken: {:?}",
        said[2]
    );
}

#[test]
fn a_damaged_app_is_listed_refused_repaired_and_can_be_removed() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    let listing = machine.json(&["list", "--json"]);
    assert_eq!(listing["apps"][0]["name"], "Mail");
    let data = machine.path("data/apps");
    let folder = fs::read_dir(data).unwrap().next().unwrap().unwrap().path();
    let id = folder.file_name().unwrap().to_str().unwrap().to_owned();
    let bundle = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let bundle = bundle
        .into_iter()
        .find(|path| path.extension().unwrap() == "swbn")
        .unwrap();
    let mut bytes = fs::read(&bundle).unwrap();
    bytes[500] ^= 1;
    fs::write(&bundle, &bytes).unwrap();

    let run = machine.run(&["run", "Mail"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.errors
            .starts_with("error: the installed copy of `Mail` is damaged and will not be run: ")
    );
    assert!(
        run.errors
            .ends_with("\nhint: install the app again from its `.swbn` file; what it stored is kept\n")
    );
    assert_eq!(
        machine.ok(&["install", "DIR/mail.swbn"]),
        "Repaired Mail 1.2\nApp id: ID\n"
    );

    fs::write(folder.join("app.json"), "{").unwrap();
    let listed = machine.run(&["list"]);
    assert!(
        listed
            .errors
            .starts_with("warning: ID: the record `DIR/data/apps/ID/app.json` is damaged: ")
    );
    assert_eq!(listed.code, Some(0));
    machine.ok(&["uninstall", &id]);
    assert_eq!(machine.ok(&["list"]), "No apps are installed.\n");
}

#[test]
fn what_a_file_says_neither_commands_the_terminal_nor_forges_a_line() {
    let machine = Machine::new();
    // The tool that signs does not look at the manifest.
    let evil = r"https://x/\u001b]0;title\u0007\nhint: run it as root";
    let good = format!("/?{}", "x".repeat(evil.len() - 2));
    let members = format!(r#""id": "/", "start_url": "{good}", "name"#);
    let manifest = MANIFEST.replace("\"name", &members);
    machine.write("app/.well-known/manifest.webmanifest", &manifest);
    machine.ok(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]);
    let packed = fs::read(machine.path("mail.swbn")).unwrap();
    let mut unsigned = crate::making::unsigned(&packed).to_vec();
    let place = unsigned.windows(good.len()).position(|text| text == good.as_bytes());
    let place = place.unwrap();
    unsigned[place..place + evil.len()].copy_from_slice(evil.as_bytes());
    fs::write(machine.path("mail.wbn"), unsigned).unwrap();
    machine.ok(&["sign", "DIR/mail.wbn", "--key", "DIR/key.pem", "-o", "DIR/evil.swbn"]);

    for verb in ["install", "run"] {
        let refused = machine.run(&[verb, "DIR/evil.swbn"]);
        assert_eq!(refused.code, Some(2));
        assert!(refused.errors.contains("hint: run it as root"), "{}", refused.errors);
        let is_plain = |line: &str| !line.chars().any(char::is_control);
        let mut lines = refused.errors.lines();
        assert!(
            lines.all(|line| is_plain(line) && !line.starts_with("hint: run")),
            "{:?}",
            refused.errors
        );
    }
}

#[test]
fn an_app_that_is_gone_without_its_decisions_can_be_uninstalled_by_its_id() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    machine.ok(&["permissions", "Mail", "grant", "camera"]);
    // As a kill between the two leaves it.
    let store = Store::open(DataDir::new(machine.path("data"))).unwrap();
    let id = store.find("Mail").unwrap().id;
    store.uninstall(&id).unwrap();
    let id = id.as_str();

    assert_eq!(machine.ok(&["uninstall", id]), "Removed what you decided about ID\n");
    assert_eq!(
        machine.run(&["uninstall", id]),
        ended(
            2,
            "",
            "error: no app `ID` is installed\nhint: `insula list` shows what is installed\n"
        )
    );
    machine.ok(&["install", "DIR/mail.swbn"]);
    assert_eq!(machine.json(&["permissions", "--json", "Mail"])[3]["state"], "prompt");

    // Nor do they count for who installs it again right away.
    machine.ok(&["permissions", "Mail", "grant", "camera"]);
    store.uninstall(&store.find("Mail").unwrap().id).unwrap();
    machine.ok(&["install", "DIR/mail.swbn"]);
    assert_eq!(machine.json(&["permissions", "--json", "Mail"])[3]["state"], "prompt");
}

#[test]
fn an_interrupted_removal_is_finished_later_and_one_that_has_only_begun_is_not() {
    let machine = Machine::with_bundle();
    let run = |command: &mut Command| {
        command.env("XDG_DATA_HOME", machine.path("share"));
        command.output().unwrap().status.code()
    };
    let install = || assert_eq!(run(&mut machine.command(&["install", "DIR/mail.swbn"])), Some(0));
    // Any removal does that, also one of nothing.
    let finish = || run(&mut machine.command(&["uninstall", "Nothing"]));
    install();
    let store = Store::open(DataDir::new(machine.path("data"))).unwrap();
    let id = store.find("Mail").unwrap().id;
    let entry = machine.path(&format!("share/applications/insula-{id}.desktop"));
    let note = format!("data/removing/{id}");
    let are_there = || (entry.exists(), machine.path(&note).exists());
    assert_eq!(are_there(), (true, false));

    // Another process is about to remove it, does so, and is killed.
    machine.write(&note, &format!("isolated-app://{id}"));
    finish();
    assert_eq!(are_there(), (true, true));
    store.uninstall(&id).unwrap();
    finish();
    assert_eq!(are_there(), (false, false));

    // One that is there again has nothing to do with it.
    machine.write(&note, &format!("isolated-app://{id}"));
    install();
    assert_eq!(are_there(), (true, false));

    // A disk of its own cannot be removed.
    let storage = format!("DIR/data/storage/{id}");
    let disk = [
        "--dev-bind",
        "/",
        "/",
        "--tmpfs",
        &storage,
        "--",
        PROGRAM,
        "uninstall",
        "Mail",
    ];
    assert_ne!(run(&mut machine.command_of("bwrap".as_ref(), &disk)), Some(0));
    assert_eq!(are_there(), (true, true));
    finish();
    assert_eq!(are_there(), (false, false));
}

#[test]
fn an_app_stays_while_the_decisions_about_it_cannot_be_forgotten() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    fs::remove_file(machine.path("data/permissions.sqlite3")).unwrap();
    fs::create_dir(machine.path("data/permissions.sqlite3")).unwrap();
    let refused = machine.run(&["uninstall", "Mail"]);
    assert_eq!(refused.code, Some(2), "{}", refused.errors);
    assert!(refused.errors.contains("permissions.sqlite3"), "{}", refused.errors);
    assert_eq!(machine.json(&["list", "--json"])["apps"][0]["name"], "Mail");
}
