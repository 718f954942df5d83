//! Versions that nobody has seen start yet.

use std::fs;

use insula_apps::{Error, InstallOptions, Installation, UpdateSource};

use crate::fixture::{Draft, Fixture, bundle_of, version};

/// Installs a version as an update is.
fn update(fixture: &Fixture, to: &str) -> Installation {
    let file = fixture.pack(&Draft::new("Mail", to));
    let options = InstallOptions::default()
        .expecting_app(&Draft::new("Mail", to).id())
        .expecting_version(to.parse().unwrap())
        .on_trial();
    fixture.store().install(&file, options).unwrap()
}

fn installed(fixture: &Fixture) -> String {
    version(&fixture.store().find("Mail").unwrap())
}

#[test]
fn an_update_that_has_started_stays_and_what_was_before_goes() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    let old = bundle_of(&fixture.install(&draft).app).path.clone();
    update(&fixture, "2");
    let start = fixture.store().start(&draft.id()).unwrap();
    assert!(start.on_trial && start.rolled_back.is_none());
    assert_eq!(start.app.version.unwrap().to_string(), "2");
    fixture.store().begun(&draft.id()).unwrap();
    assert!(old.exists(), "it may be needed again");
    fixture.store().confirm(&draft.id()).unwrap();
    assert!(!old.exists());
    for _ in 0..3 {
        assert!(!fixture.store().start(&draft.id()).unwrap().on_trial);
    }
    assert_eq!(fixture.snapshot().len(), 2);
}

#[test]
fn an_update_that_does_not_start_twice_is_taken_back_and_what_it_stored_stays() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    let storage = fixture.data().storage(&draft.id());
    fs::create_dir_all(&storage).unwrap();
    fs::write(storage.join("letters"), "kept").unwrap();
    update(&fixture, "2");
    for _ in 0..2 {
        assert!(fixture.store().start(&draft.id()).unwrap().on_trial);
        fixture.store().begun(&draft.id()).unwrap();
    }
    let start = fixture.store().start(&draft.id()).unwrap();
    assert_eq!(start.rolled_back.unwrap().to_string(), "2");
    assert_eq!(start.app.version.unwrap().to_string(), "1");
    let app = fixture.store().find("Mail").unwrap();
    assert_eq!(
        (version(&app).as_str(), app.rejected),
        ("1", start.rolled_back),
        "nobody installs it again unasked"
    );
    assert_eq!(fs::read_to_string(storage.join("letters")).unwrap(), "kept");
    // A third version gets its chance, and one that a person installs needs none.
    update(&fixture, "3");
    assert_eq!(fixture.store().find("Mail").unwrap().rejected, None);
    fixture.install(&Draft::new("Mail", "4"));
    assert!(!fixture.store().start(&draft.id()).unwrap().on_trial);
}

#[test]
fn a_damaged_update_is_taken_back_at_once() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    let new = update(&fixture, "2").app;
    fs::write(&bundle_of(&new).path, "x").unwrap();
    let start = fixture.store().start(&draft.id()).unwrap();
    assert_eq!(start.rolled_back.unwrap().to_string(), "2");
    assert_eq!(installed(&fixture), "1");
    // Where there is nothing before it, it is an error as always.
    let path = bundle_of(&fixture.store().find("Mail").unwrap()).path.clone();
    fs::write(path, "x").unwrap();
    assert!(matches!(
        fixture.store().start(&draft.id()),
        Err(Error::Corrupted { .. })
    ));
}

#[test]
fn of_several_updates_in_a_row_the_last_version_that_has_started_is_kept() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    update(&fixture, "2");
    fixture.store().begun(&draft.id()).unwrap();
    update(&fixture, "3");
    assert_eq!(fixture.snapshot().len(), 3, "a record and two bundles");
    for _ in 0..2 {
        fixture.store().begun(&draft.id()).unwrap();
    }
    let start = fixture.store().start(&draft.id()).unwrap();
    assert_eq!(start.app.version.unwrap().to_string(), "1");
}

#[test]
fn another_app_or_version_than_the_promised_one_is_refused() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    let before = fixture.snapshot();
    let chat = Draft::new("Chat", "2");
    let file = fixture.pack(&chat);
    let options = InstallOptions::default().expecting_app(&draft.id());
    let error = fixture.store().install(&file, options).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("this is the app {}, not {}", chat.id(), draft.id())
    );
    let file = fixture.pack(&Draft::new("Mail", "1.5"));
    let options = InstallOptions::default().expecting_version("2".parse().unwrap());
    let error = fixture.store().install(&file, options).unwrap_err();
    assert_eq!(error.to_string(), "this is version 1.5, not 2 as promised");
    assert_eq!(fixture.snapshot(), before);
}

#[test]
fn where_updates_are_is_remembered() {
    let fixture = Fixture::new();
    let source = UpdateSource {
        manifest_url: "https://example.com/updates.json".parse().unwrap(),
        channel: "beta".to_owned(),
    };
    let file = fixture.pack(&Draft::new("Mail", "1"));
    let options = InstallOptions::default().updates(Some(source.clone()));
    fixture.store().install(&file, options).unwrap();
    update(&fixture, "2");
    let app = fixture.store().find("Mail").unwrap();
    assert_eq!(app.updates, Some(source));
}
