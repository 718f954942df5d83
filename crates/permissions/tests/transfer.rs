//! Decisions that are exported and imported.

#![expect(clippy::unwrap_used, reason = "a test's helper may fail like the test")]

use std::fs;

use insula_permissions::PermissionName::{self, *};
use insula_permissions::{
    AppOrigin, Authority, DecidedBy, FILE_NAME, ImportError, LeftOut, PermissionState, PolicySet, Store, Subject,
};
use serde_json::{Value, json};
use tempfile::TempDir;

fn app() -> Subject {
    Subject::app("https://app.example".parse().unwrap())
}

/// An authority under these orders.
fn machine(orders: &str) -> (TempDir, Authority) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("managed")).unwrap();
    fs::write(folder.path().join("managed/a.json"), orders).unwrap();
    let store = Store::open(&folder.path().join(FILE_NAME)).unwrap();
    let authority = Authority::new(store, PolicySet::load(folder.path()));
    (folder, authority)
}

fn decide(authority: &Authority, name: PermissionName, state: PermissionState) {
    authority.decide(&app(), name, state, DecidedBy::Prompt).unwrap();
}

/// An export with a decision that a test changes.
fn export(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut export = json!({
        "format": "insula-permissions", "version": 1, "exported": 1,
        "decisions": [{ "origin": "https://app.example", "embedder": "https://app.example", "name": "camera",
            "state": "granted", "by": "prompt", "at": 1 }],
        "sheets": [],
    });
    change(&mut export);
    export.to_string().into_bytes()
}

#[test]
fn what_was_decided_on_one_machine_counts_on_another() {
    let (_one, here) = machine("{}");
    decide(&here, Camera, PermissionState::Denied);
    decide(&here, Microphone, PermissionState::Granted);
    here.grant_device(&app(), Geolocation, &"gps".parse().unwrap(), DecidedBy::Prompt)
        .unwrap();
    let site = Subject::site("https://site.example".parse().unwrap(), app().origin);
    here.store()
        .decide(&site, Camera, PermissionState::Granted, DecidedBy::Prompt)
        .unwrap();
    here.store()
        .commit_sheet(&app().origin, "1", &[Camera, Microphone], &[])
        .unwrap();
    let text = here.store().export().unwrap();
    let (_two, there) = machine("{}");
    let imported = there.import(text.as_bytes()).unwrap();
    assert_eq!((imported.taken, imported.left_out), (4, vec![]));
    let decisions = |authority: &Authority| {
        let all = authority.store().all().unwrap().into_iter();
        all.map(|it| (it.subject, it.name, it.decision.state, it.decision.device))
            .collect::<Vec<_>>()
    };
    assert_eq!(decisions(&there), decisions(&here));
    assert!(
        there
            .store()
            .all()
            .unwrap()
            .iter()
            .all(|record| record.decision.by == DecidedBy::Import)
    );
    assert_eq!(
        there.store().sheet(&app().origin).unwrap().unwrap().offered,
        [Camera, Microphone]
    );
    assert_eq!(
        there.effective(&app(), Microphone).unwrap().state,
        PermissionState::Granted
    );
}

#[test]
fn an_import_changes_nothing_that_is_decided_here_and_grants_nothing_that_is_forbidden() {
    let (_one, here) = machine("{}");
    for name in [Camera, Microphone, UnrestrictedNetwork, Geolocation, LocalNetwork] {
        decide(&here, name, PermissionState::Granted);
    }
    let mut export: Value = serde_json::from_str(&here.store().export().unwrap()).unwrap();
    let decisions = export["decisions"].as_array_mut().unwrap();
    for name in ["nfc", "telepathy"] {
        let mut other = decisions[0].clone();
        other["name"] = name.into();
        decisions.push(other);
    }
    let (_two, there) = machine(r#"{ "DefaultGeolocationSetting": 2 }"#);
    decide(&there, Camera, PermissionState::Denied);
    let imported = there.import(export.to_string().as_bytes()).unwrap();
    assert_eq!(imported.taken, 2);
    let why = |name: &str| {
        imported
            .left_out
            .iter()
            .find(|(_, left, _)| left == name)
            .unwrap()
            .2
            .clone()
    };
    assert_eq!(why("camera"), LeftOut::DecidedHere);
    assert_eq!(why("unrestricted-network"), LeftOut::OnlyHere);
    assert!(matches!(why("geolocation"), LeftOut::Forbidden(_)));
    assert_eq!(
        (why("nfc"), why("telepathy")),
        (LeftOut::NotAvailable, LeftOut::Unknown)
    );
    let state = |name| there.effective(&app(), name).unwrap().state;
    assert_eq!(
        (state(Camera), state(UnrestrictedNetwork)),
        (PermissionState::Denied, PermissionState::Prompt)
    );
    there.set_policy(PolicySet::default());
    assert_eq!(
        state(Geolocation),
        PermissionState::Prompt,
        "nothing waits for the policy to go"
    );
}

#[test]
fn a_refusal_of_the_network_is_taken_over_and_so_is_nothing_under_a_policy_that_cannot_be_read() {
    let refusal = export(|export| {
        export["decisions"][0]["name"] = "unrestricted-network".into();
        export["decisions"][0]["state"] = "denied".into();
    });
    let (_folder, there) = machine("{}");
    assert_eq!(there.import(&refusal).unwrap().taken, 1);
    let (_folder, broken) = machine("{");
    assert_eq!(broken.import(&export(|_| ())).unwrap().taken, 0);
}

#[test]
fn what_is_no_export_changes_nothing_and_is_refused_with_the_reason() {
    let (_folder, there) = machine("{}");
    let entry = |member: &'static str, value: Value| export(move |export| export["decisions"][0][member] = value);
    for (text, reason) in [
        (b"".to_vec(), "EOF"),
        (b"SQLite format 3\0".to_vec(), "expected"),
        (b"[]".to_vec(), "`format`"),
        (b"{}".to_vec(), "`format`"),
        (export(|export| export["format"] = "flatpak".into()), "`format`"),
        (export(|export| export["version"] = "1".into()), "`version`"),
        (export(|export| export["version"] = 0.into()), "`version`"),
        (
            export(|export| {
                export["version"] = 2.into();
                export["new"] = json!({});
            }),
            "newer Insula (version 2",
        ),
        (export(|export| export["more"] = 1.into()), "unknown field"),
        (
            export(|export| _ = export.as_object_mut().unwrap().remove("sheets")),
            "missing field",
        ),
        (entry("more", 1.into()), "unknown field"),
        (entry("origin", "app.example".into()), "entry 1 of `decisions`"),
        (
            entry("origin", "https://app.example/path".into()),
            "more than an origin",
        ),
        (entry("origin", "javascript:alert(1)".into()), "entry 1"),
        (entry("embedder", "".into()), "entry 1"),
        (entry("state", "prompt".into()), "neither"),
        (entry("state", "GRANTED".into()), "neither"),
        (entry("by", "root".into()), "no way to decide"),
        (entry("at", (-1).into()), "invalid"),
        (entry("at", 1.5.into()), "invalid"),
        (entry("device", "a\u{0}b".into()), "device"),
        (
            export(|export| export["sheets"] = json!([{ "app": "x", "version": "1", "offered": [], "shown": 1 }])),
            "entry 1 of `sheets`",
        ),
        (
            export(|export| {
                let version = "1".repeat(200);
                export["sheets"] =
                    json!([{ "app": "https://a.example", "version": version, "offered": [], "shown": 1 }]);
            }),
            "too long",
        ),
        ([vec![b'['; 200_000]].concat(), "recursion"),
    ] {
        let error = there.import(&text).unwrap_err();
        assert!(error.to_string().contains(reason), "{reason}: {error}");
        assert!(!matches!(error, ImportError::Store(_)), "{error}");
    }
    assert_eq!(there.store().all().unwrap(), []);
    assert!(matches!(
        there.import(&vec![b' '; (64 << 20) + 1]),
        Err(ImportError::TooLarge)
    ));
}

#[test]
fn times_of_an_import_are_in_the_past_and_the_last_of_two_entries_does_not_win() {
    let (_folder, there) = machine("{}");
    let text = export(|export| {
        let list = export["decisions"].as_array_mut().unwrap();
        list[0]["at"] = u64::MAX.into();
        list[0]["last_used"] = u64::MAX.into();
        let mut second = list[0].clone();
        second["state"] = "denied".into();
        second["origin"] = "HTTPS://APP.example:443/".into();
        list.push(second);
    });
    let imported = there.import(&text).unwrap();
    assert_eq!((imported.taken, imported.left_out.len()), (1, 1));
    let origin: AppOrigin = "https://app.example".parse().unwrap();
    let [record] = &there.store().decisions(&origin).unwrap()[..] else {
        panic!()
    };
    assert_eq!(record.decision.state, PermissionState::Granted);
    assert!(record.decision.at <= std::time::SystemTime::now());
}
