//! `install`, `list`, `uninstall`, and what `run` refuses.

use std::fs;

use crate::machine::{MANIFEST, Machine, ended};

#[test]
fn an_app_goes_the_whole_way_from_its_folder_to_its_removal() {
    let machine = Machine::new();
    assert_eq!(
        machine.ok(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]),
        "Mail 1.2: 3 files, 1.0 kB\nApp id: ID\n"
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
    assert_eq!(machine.ok(&["list"]), "Mail  1.2  1.0 kB  ID\n");
    assert_eq!(machine.ok(&["uninstall", "mail"]), "Removed Mail\n");
    assert_eq!(machine.ok(&["list"]), "No apps are installed.\n");
}

#[test]
fn an_update_says_from_where_and_a_downgrade_must_be_asked_for() {
    let machine = Machine::with_bundle();
    machine.ok(&["install", "DIR/mail.swbn"]);
    machine.write("app/.well-known/manifest.webmanifest", &MANIFEST.replace("1.2", "1.10"));
    machine.ok(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/new.swbn"]);
    assert_eq!(
        machine.ok(&["install", "DIR/new.swbn"]),
        "Updated from 1.2 to 1.10: Mail\nApp id: ID\n"
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
        "Updated from 1.10 to 1.2: Mail\nApp id: ID\n"
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
