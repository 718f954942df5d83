//! Apps whose developers have changed keys: the id stays, and the organisation says which key counts.

use insula_apps::{Error, Fault, InstallOptions, Outcome, Store};
use insula_bundle::{KeyRotation, KeyRotations, PublicKey, SigningKey};

use crate::fixture::{Draft, Fixture, version};

fn new_key() -> SigningKey {
    SigningKey::from_ed25519_seed(&[9; 32])
}

/// The store where the key of an app is now another one, or none, and was perhaps another before.
fn store(fixture: &Fixture, draft: &Draft, expected: Option<&SigningKey>, previous: Option<&SigningKey>) -> Store {
    let public = |key: Option<&SigningKey>| -> Option<PublicKey> { key.map(|key| key.public_key().clone()) };
    let mut rotations = KeyRotations::default();
    rotations.add(
        draft.bundle_id(),
        KeyRotation {
            expected: public(expected),
            previous: public(previous),
        },
    );
    fixture.store().with_key_rotations(rotations)
}

fn install(store: &Store, fixture: &Fixture, draft: &Draft, keys: &[SigningKey]) -> Result<Outcome, Error> {
    let file = fixture.pack_with(draft, keys);
    Ok(store.install(&file, InstallOptions::default())?.outcome)
}

#[test]
fn an_app_goes_on_with_its_previous_key_until_the_same_version_comes_with_the_new_one() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    let (old, new) = (|| Draft::new("Mail", "1").signing_key(), new_key);
    fixture.install(&draft);
    let store = store(&fixture, &draft, Some(&new()), Some(&old()));
    let app = store.find("Mail").unwrap();
    assert!(store.awaits_another_key(&app));
    assert!(store.start(&draft.id()).unwrap().awaits_another_key);

    // Whoever has only the old key can bring nothing any more.
    let error = install(&store, &fixture, &Draft::new("Mail", "2"), &[old()]).unwrap_err();
    assert!(matches!(error, Error::KeyReplaced { .. }), "{error}");
    assert_eq!(error.fault(), Fault::App);
    assert_eq!(version(&store.find("Mail").unwrap()), "1");

    // The same version may have other content when it brings the new key, with the old one or without.
    let same = draft.clone().with_file("new.txt", "with the new key");
    let outcome = install(&store, &fixture, &same, &[old(), new()]).unwrap();
    assert!(matches!(outcome, Outcome::Updated { .. }));
    assert!(!store.awaits_another_key(&store.find("Mail").unwrap()));
    let again = same.with_file("newer.txt", "once more");
    let error = install(&store, &fixture, &again, &[new()]).unwrap_err();
    assert!(matches!(error, Error::SameVersion { .. }), "{error}");
    install(&store, &fixture, &Draft::new("Mail", "2"), &[new()]).unwrap();
    assert!(!store.start(&draft.id()).unwrap().awaits_another_key);
}

#[test]
fn what_is_signed_with_a_stolen_key_runs_no_more_and_is_repaired_by_the_new_one() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    let store = store(&fixture, &draft, Some(&new_key()), None);
    let error = store.start(&draft.id()).unwrap_err();
    assert!(matches!(error, Error::KeyReplaced { .. }), "{error}");
    // It can still be looked at, to be updated.
    store.launch(&draft.id()).unwrap();
    install(&store, &fixture, &draft, &[new_key()]).unwrap();
    store.start(&draft.id()).unwrap();
    // Without the organisation's word nobody trusts that key.
    let error = fixture.store().start(&draft.id()).unwrap_err();
    assert!(matches!(error, Error::Corrupted { .. }), "{error}");
    let error = install(&fixture.store(), &fixture, &Draft::new("Mail", "3"), &[new_key()]).unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
}

#[test]
fn an_app_that_is_withdrawn_is_neither_installed_nor_started() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    let store = store(&fixture, &draft, None, Some(&draft.signing_key()));
    let error = store.start(&draft.id()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("your organization has withdrawn the app {}", draft.id())
    );
    let error = install(&store, &fixture, &Draft::new("Mail", "2"), &[draft.signing_key()]).unwrap_err();
    assert!(matches!(error, Error::Withdrawn { .. }), "{error}");
    // Others are none of its business.
    let chat = Draft::new("Chat", "1");
    install(&store, &fixture, &chat, &[chat.signing_key()]).unwrap();
    store.start(&chat.id()).unwrap();
}

#[test]
fn while_nobody_knows_which_keys_count_nothing_is_installed_and_what_is_there_runs() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    // One that only its new key has signed is there as well.
    let chat = Draft::new("Chat", "1");
    let before = store(&fixture, &chat, Some(&new_key()), None);
    install(&before, &fixture, &chat, &[new_key()]).unwrap();
    let mut unknown = KeyRotations::default();
    unknown.doubt();
    let store = fixture.store().with_key_rotations(unknown);
    for (draft, key) in [(&draft, draft.signing_key()), (&chat, new_key())] {
        store.start(&draft.id()).unwrap();
        let newer = draft.clone().with_file("more.txt", "more");
        let error = install(&store, &fixture, &newer, &[key]).unwrap_err();
        assert!(matches!(error, Error::KeysUnknown), "{error}");
    }
}

#[test]
fn a_new_version_with_the_wrong_key_does_not_bring_back_the_one_before() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    let newer = fixture.pack(&Draft::new("Mail", "2"));
    fixture
        .store()
        .install(&newer, InstallOptions::default().on_trial())
        .unwrap();
    let store = store(&fixture, &draft, Some(&new_key()), None);
    let error = store.start(&draft.id()).unwrap_err();
    assert!(matches!(error, Error::KeyReplaced { .. }), "{error}");
    // Nor does one that has failed to start.
    for _ in 0..3 {
        store.begun(&draft.id()).unwrap();
    }
    let error = store.start(&draft.id()).unwrap_err();
    assert!(matches!(error, Error::KeyReplaced { .. }), "{error}");
    let app = store.find("Mail").unwrap();
    assert_eq!((version(&app).as_str(), app.rejected), ("2", None));
}
