//! Stores that other versions of Insula wrote, and stores that are only read.

#![expect(clippy::unwrap_used, reason = "a test's helper may fail like the test")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use insula_permissions::PermissionName::*;
use insula_permissions::{AppOrigin, DecidedBy, FILE_NAME, PermissionState, Store, StoreError, Subject};
use tempfile::TempDir;

const ISOLATED: &str = "isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";

/// A copy of the store that the version of Insula with this schema wrote.
fn old(schema: u32) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    let stores = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores");
    fs::copy(stores.join(format!("schema-{schema}.sqlite3")), &path).unwrap();
    (folder, path)
}

fn app(number: u32) -> Subject {
    Subject::app(format!("https://app-{number}.example").parse().unwrap())
}

fn assert_is_all_there(store: &Store) {
    let isolated: AppOrigin = ISOLATED.parse().unwrap();
    let site = Subject::site("https://site.example".parse().unwrap(), isolated.clone());
    let (granted, denied) = (PermissionState::Granted, PermissionState::Denied);
    for (subject, name, state, by) in [
        (app(1), Camera, granted, DecidedBy::Prompt),
        (app(1), Microphone, denied, DecidedBy::Settings),
        (app(2), Geolocation, granted, DecidedBy::Settings),
        (site, Camera, granted, DecidedBy::Prompt),
        (
            Subject::app(isolated.clone()),
            UnrestrictedNetwork,
            granted,
            DecidedBy::Sheet,
        ),
    ] {
        let decision = store.decision(&subject, name).unwrap().unwrap();
        assert_eq!(
            (decision.state, decision.by, decision.device),
            (state, by, None),
            "{name}"
        );
    }
    assert_eq!(store.all().unwrap().len(), 5);
    assert!(store.decision(&app(1), Camera).unwrap().unwrap().last_used.is_some());
    let sheet = store.sheet(&isolated).unwrap().unwrap();
    assert_eq!(
        (sheet.version.as_str(), sheet.offered),
        ("1.2", vec![UnrestrictedNetwork, Camera])
    );
}

#[test]
fn a_store_of_the_first_schema_is_brought_up_to_date_with_all_that_is_in_it() {
    let (_folder, path) = old(1);
    assert_is_all_there(&Store::open(&path).unwrap());
    let store = Store::open(&path).unwrap();
    assert_is_all_there(&store);
    store
        .grant_device(&app(3), Camera, &"front".parse().unwrap(), DecidedBy::Prompt)
        .unwrap();
    let device = store.decision(&app(3), Camera).unwrap().unwrap().device.unwrap();
    assert_eq!(device.as_str(), "front");
}

#[test]
fn a_store_that_is_only_read_is_read_whatever_its_schema_and_nothing_is_changed() {
    let (folder, path) = old(1);
    let before = fs::read(&path).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let store = Store::open_only_to_read(&path).unwrap();
    assert_is_all_there(&store);
    let refused = store.reset(&app(1), Camera).unwrap_err();
    assert!(matches!(refused, StoreError::OnlyRead { .. }), "{refused}");
    assert!(store.touch(&app(1), Camera).is_err() && store.forget(&app(1).origin).is_err());
    drop(store);
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no lock, no log");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_store_that_a_running_app_writes_is_read_as_it_is_now() {
    let (folder, path) = old(1);
    let writer = Store::open(&path).unwrap();
    let reader = Store::open_only_to_read(&path).unwrap();
    let number = || fs::read_dir(folder.path()).unwrap().count();
    let before = number();
    for count in 6..10 {
        writer
            .decide(&app(count), Camera, PermissionState::Denied, DecidedBy::Prompt)
            .unwrap();
        assert_eq!(reader.all().unwrap().len(), count as usize);
    }
    assert_eq!(number(), before);
}

#[test]
fn a_store_that_is_not_there_is_read_as_empty_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_only_to_read(&folder.path().join(FILE_NAME)).unwrap();
    assert_eq!(store.all().unwrap(), []);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn damage_is_told_of_and_left_alone_by_who_only_reads() {
    let (_folder, path) = old(1);
    fs::write(&path, "this is not a database").unwrap();
    let error = Store::open_only_to_read(&path).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "this is not a database");
}

/// Databases that somebody else made, who knows what Insula does with them.
#[test]
fn hostile_databases_neither_grant_nor_crash() {
    let hostile = |statements: &str| {
        let (folder, path) = old(1);
        drop(Store::open(&path).unwrap());
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA writable_schema = ON").unwrap();
        connection.execute_batch(statements).unwrap();
        drop(connection);
        let opened = Store::open(&path);
        let is_granted = opened.as_ref().ok().and_then(|store| {
            let decision = store.decision(&app(1), Camera).ok()??;
            _ = store.all();
            _ = store.export();
            _ = store.expire_unused(std::time::SystemTime::now());
            Some((decision.state == PermissionState::Granted, store.damaged().is_some()))
        });
        (is_granted, opened.err().map(|error| error.to_string()), folder)
    };
    // Other tables, and none.
    for statements in [
        "DROP TABLE resets",
        "DROP TABLE expired; CREATE TABLE expired (origin)",
        "PRAGMA user_version = -1",
        "PRAGMA user_version = 9223372036854775807",
        "DELETE FROM sqlite_schema",
    ] {
        let (granted, error, _folder) = hostile(statements);
        assert!(
            granted.is_none_or(|(granted, _)| !granted) || error.is_some(),
            "{statements}: {granted:?} {error:?}"
        );
    }
    // Rows that no Insula writes. The strict tables keep most of them out.
    let (granted, error, _folder) = hostile(
        "DELETE FROM decisions;
         INSERT INTO decisions VALUES ('https://app-1.example', 'https://app-1.example', 'camera', 'granted', 'prompt',
             -9223372036854775808, 9223372036854775807, char(0));
         INSERT INTO decisions VALUES ('HTTPS://app-1.example/', 'x', 'camera', 'granted', 'prompt', 0, 0, NULL);
         INSERT INTO resets VALUES ('https://app-1.example', 'https://app-1.example', 'camera', -9223372036854775808);
         INSERT INTO closed_questions VALUES ('https://app-1.example', 'https://app-1.example', 'camera', -1, 99999999999,
             9223372036854775807);
         INSERT INTO sheets VALUES ('https://app-1.example', '', 'camera  nonsense ', -1)",
    );
    assert_eq!(
        (granted, error),
        (Some((false, false)), None),
        "a grant for a device that cannot be told is none"
    );
}
