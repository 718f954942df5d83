//! Installing, updating, listing, finding and removing.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use insula_apps::{AppId, Error, Fault, InstallOptions, Ordered, Outcome, Step, Store};
use insula_bundle::SigningKey;
use insula_manifest::Compatibility;

use crate::fixture::{Draft, Fixture, bundle_of, version};

fn refusal(fixture: &Fixture, draft: &Draft) -> Error {
    fixture
        .store()
        .install(&fixture.pack(draft), InstallOptions::default())
        .unwrap_err()
}

#[test]
fn an_installed_app_is_listed_and_launches() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1.2.3");
    let installation = fixture.install(&draft);
    assert_eq!(installation.outcome, Outcome::Installed);
    assert_eq!(
        (installation.app.name.as_str(), version(&installation.app).as_str()),
        ("Mail", "1.2.3")
    );

    let listing = fixture.store().list().unwrap();
    assert_eq!(listing.apps.len(), 1);
    assert_eq!(listing.apps[0].id, draft.id());
    assert!(listing.damaged.is_empty());
    let app = fixture.store().launch(&draft.id()).unwrap();
    assert_eq!(app.name(), "Mail");
    assert!(app.source.response("/").is_some());
    assert_eq!(app.storage, fixture.data().storage(&draft.id()));
}

#[test]
fn the_same_bundle_again_writes_nothing() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1.0");
    let first = fixture.install(&draft);
    let before = fixture.snapshot();
    let record = fs::metadata(before.keys().find(|path| path.ends_with("app.json")).unwrap()).unwrap();
    let second = fixture.install(&draft);
    assert_eq!(second.outcome, Outcome::Unchanged);
    assert_eq!(fixture.snapshot(), before);
    let path = fixture
        .data()
        .root()
        .join("apps")
        .join(draft.id().as_str())
        .join("app.json");
    assert_eq!(
        fs::metadata(path).unwrap().modified().unwrap(),
        record.modified().unwrap()
    );
    // The record keeps whole seconds.
    assert_eq!(bundle_of(&second.app).digest, bundle_of(&first.app).digest);
}

#[test]
fn a_newer_version_replaces_the_older_and_keeps_its_storage() {
    let fixture = Fixture::new();
    let old = fixture.install(&Draft::new("Mail", "1.9")).app;
    let storage = fixture.data().storage(&old.id);
    fs::create_dir_all(&storage).unwrap();
    fs::write(storage.join("letters"), "kept").unwrap();

    let installation = fixture.install(&Draft::new("Mail", "1.10"));
    assert_eq!(
        installation.outcome,
        Outcome::Updated {
            from: Some("1.9".parse().unwrap())
        }
    );
    assert_eq!(fs::read_to_string(storage.join("letters")).unwrap(), "kept");
    assert!(!bundle_of(&old).path.exists(), "the old bundle is removed");
    assert_eq!(
        fixture.store().launch(&old.id).unwrap().version.unwrap().to_string(),
        "1.10"
    );
    assert_eq!(fixture.store().list().unwrap().apps.len(), 1);
}

#[test]
fn whose_answers_its_frames_give_is_kept_over_updates() {
    let fixture = Fixture::new();
    let (chromium, store) = (Some(Compatibility::Chromium), fixture.store());
    let id = fixture.install(&Draft::new("Mail", "1")).app.id;
    let chosen = || fixture.store().installed(&id).unwrap().unwrap().compatibility;
    assert_eq!(chosen(), None);
    store.choose_compatibility(&id, chromium).unwrap();
    assert_eq!(chosen(), chromium);
    fixture.install(&Draft::new("Mail", "2"));
    assert_eq!(chosen(), chromium);
    store.choose_compatibility(&id, None).unwrap();
    assert_eq!(chosen(), None);
    store.uninstall(&id).unwrap();
    let error = store.choose_compatibility(&id, chromium).unwrap_err();
    assert!(matches!(error, Error::NotInstalled { .. }), "{error}");
}

#[test]
fn an_app_that_runs_keeps_its_pages_while_it_is_updated() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    let running = fixture.store().launch(&draft.id()).unwrap();
    fixture.install(&Draft::new("Mail", "2").with_file("index.html", "new"));
    let body = |app: &insula_apps::LaunchableApp| app.source.response("/").unwrap().body().to_vec();
    assert_eq!(body(&running), b"<!doctype html><title>App</title>");
    assert_eq!(body(&fixture.store().launch(&draft.id()).unwrap()), b"new");
}

#[test]
fn another_content_of_the_same_version_is_refused_unless_it_is_asked_for() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    let before = fixture.store().find("Mail").unwrap();
    let changed = draft.with_file("index.html", "changed");
    let error = refusal(&fixture, &changed);
    assert_eq!(error.to_string(), "version 1 of `Mail` is installed with other content");
    assert_eq!(error.fault(), Fault::Caller);
    assert_eq!(fixture.store().find("Mail").unwrap(), before);

    let options = InstallOptions::default().allow_downgrade(true);
    let installation = fixture.store().install(&fixture.pack(&changed), options).unwrap();
    let version = "1".parse().unwrap();
    assert_eq!(installation.outcome, Outcome::Updated { from: Some(version) });
}

#[test]
fn the_same_content_with_another_signature_replaces_it() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    let keys = [draft.signing_key(), SigningKey::from_ed25519_seed(&[9; 32])];
    let installation = fixture
        .store()
        .install(&fixture.pack_with(&draft, &keys), InstallOptions::default())
        .unwrap();
    assert!(matches!(installation.outcome, Outcome::Updated { .. }));
    let length = fs::metadata(&bundle_of(&installation.app).path).unwrap().len();
    assert_eq!(length, bundle_of(&installation.app).length);
}

#[test]
fn an_older_version_is_refused_unless_it_is_asked_for() {
    let fixture = Fixture::new();
    fixture.install(&Draft::new("Mail", "2.0"));
    let old = Draft::new("Mail", "1.9.9");
    let error = refusal(&fixture, &old);
    assert_eq!(
        error.to_string(),
        "version 2.0 of `Mail` is installed, which is newer than 1.9.9"
    );
    assert_eq!(error.fault(), Fault::Caller);
    assert_eq!(version(&fixture.store().find("Mail").unwrap()), "2.0");

    let options = InstallOptions::default().allow_downgrade(true);
    fixture.store().install(&fixture.pack(&old), options).unwrap();
    assert_eq!(version(&fixture.store().find("Mail").unwrap()), "1.9.9");
}

#[test]
fn an_app_of_the_same_name_by_another_key_is_another_app() {
    let fixture = Fixture::new();
    let first = Draft::new("Mail", "1");
    let manifest = r#"{"name":"Mail","version":"0.1","icons":[{"src":"/icon.svg"}]}"#;
    let second = Draft::new("Other", "1").with_manifest(manifest);
    fixture.install(&first);
    assert_eq!(fixture.install(&second).outcome, Outcome::Installed);
    let error = fixture.store().find("mail").unwrap_err();
    assert!(
        matches!(&error, Error::Ambiguous { candidates, .. } if candidates.len() == 2),
        "{error}"
    );
    assert_eq!(fixture.store().find(second.id().as_str()).unwrap().id, second.id());
}

#[test]
fn an_app_is_found_by_id_name_and_unique_beginning() {
    let fixture = Fixture::new();
    let [mail, chat] = [Draft::new("Mail", "1"), Draft::new("Chat Room", "1")];
    fixture.install(&mail);
    fixture.install(&chat);
    let store = fixture.store();
    let found = |query: &str| store.find(query).map(|app| app.id);
    assert_eq!(found(mail.id().as_str()).unwrap(), mail.id());
    assert_eq!(found("chat room").unwrap(), chat.id());
    assert_eq!(found(&mail.id().as_str()[..8]).unwrap(), mail.id());
    for query in ["", &mail.id().as_str()[..3], "Chat", "nothing"] {
        assert!(matches!(found(query), Err(Error::NotInstalled { .. })), "{query}");
    }
}

#[test]
fn what_is_not_a_fit_app_is_refused_and_leaves_nothing() {
    let fixture = Fixture::new();
    drop(fixture.store());
    let before = fixture.snapshot();
    let app = || Draft::new("Mail", "1");

    let error = refusal(&fixture, &app().without_file(".well-known/manifest.webmanifest"));
    assert!(matches!(error, Error::MissingManifest));
    let error = refusal(&fixture, &app().with_manifest("{"));
    assert!(matches!(error, Error::Manifest { .. }));
    let error = refusal(
        &fixture,
        &app().with_manifest(r#"{"name":"x","icons":[{"src":"/icon.svg"}]}"#),
    );
    assert!(matches!(error, Error::Manifest { .. }), "it has no version");
    let error = refusal(&fixture, &app().without_file("icon.svg"));
    assert_eq!(
        error.to_string(),
        "the manifest's `icons` names `/icon.svg`, which is not in the app"
    );
    let error = refusal(&fixture, &app().without_file("index.html"));
    assert_eq!(
        error.to_string(),
        "the manifest's `start_url` names `/`, which is not in the app"
    );
    assert_eq!(error.fault(), Fault::App);

    for content in ["", "text", "\u{0}"] {
        let path = fixture.folder.path().join("other.swbn");
        fs::write(&path, content).unwrap();
        let error = fixture.store().install(&path, InstallOptions::default()).unwrap_err();
        assert!(matches!(&error, Error::Refused { .. }));
        assert_eq!(error.to_string(), format!("`{}` cannot be installed", path.display()));
    }
    for path in ["/does/not/exist", "/", "/dev/zero"] {
        let error = fixture
            .store()
            .install(path.as_ref(), InstallOptions::default())
            .unwrap_err();
        assert!(matches!(error, Error::Refused { .. }), "{path}");
    }
    assert_eq!(fixture.snapshot(), before);
}

#[test]
fn a_bundle_that_was_changed_after_signing_is_refused() {
    let fixture = Fixture::new();
    let path = fixture.pack(&Draft::new("Mail", "1"));
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    let error = fixture.store().install(&path, InstallOptions::default()).unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.downcast_ref::<insula_bundle::Error>().is_some());
    assert!(fixture.store().list().unwrap().apps.is_empty());
}

#[test]
fn what_has_to_be_done_before_an_app_is_installed_first_is_done_then_and_only_then() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    let install = |draft: &Draft, refuse: bool| {
        let mut called = Vec::new();
        let mut prepare = |id: &AppId| {
            called.push(id.clone());
            if refuse { Err("not now".into()) } else { Ok(()) }
        };
        let options = InstallOptions::default().before_first(&mut prepare);
        let outcome = fixture.store().install(&fixture.pack(draft), options);
        (outcome.map(|installation| installation.outcome), called)
    };
    let (refused, called) = install(&draft, true);
    assert!(matches!(refused, Err(Error::NotPrepared { .. })), "{refused:?}");
    assert_eq!(called, [draft.id()]);
    assert!(fixture.store().list().unwrap().apps.is_empty());

    let (installed, called) = install(&draft, false);
    assert_eq!((installed.unwrap(), called), (Outcome::Installed, vec![draft.id()]));
    let (updated, called) = install(&Draft::new("Mail", "2"), true);
    assert!(matches!(updated, Ok(Outcome::Updated { .. })), "{updated:?}");
    assert_eq!(called, []);
    fs::write(fixture.data().root().join(format!("apps/{}/app.json", draft.id())), "{").unwrap();
    let (repaired, called) = install(&Draft::new("Mail", "2"), true);
    assert_eq!((repaired.unwrap(), called), (Outcome::Repaired, Vec::new()));
}

#[test]
fn an_uninstalled_app_is_gone_with_its_storage() {
    let fixture = Fixture::new();
    let [mail, chat] = [Draft::new("Mail", "1"), Draft::new("Chat", "1")];
    let empty = {
        drop(fixture.store());
        fixture.snapshot()
    };
    fixture.install(&mail);
    let storage = fixture.data().storage(&mail.id());
    fs::create_dir_all(storage.join("databases")).unwrap();
    fs::write(storage.join("databases/letters"), "secret").unwrap();
    fixture.store().uninstall(&mail.id()).unwrap();
    assert_eq!(fixture.snapshot(), empty);
    assert!(!storage.exists());
    assert!(matches!(
        fixture.store().launch(&mail.id()),
        Err(Error::NotInstalled { .. })
    ));
    assert!(matches!(
        fixture.store().uninstall(&chat.id()),
        Err(Error::NotInstalled { .. })
    ));
}

#[test]
fn an_app_that_runs_is_not_uninstalled() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    let running = fixture.data().running(&draft.id());
    fs::create_dir_all(running.parent().unwrap()).unwrap();
    let file = fs::File::create(&running).unwrap();
    file.lock().unwrap();
    fs::write(&running, "4711").unwrap();
    let error = fixture.store().uninstall(&draft.id()).unwrap_err();
    assert_eq!(error.to_string(), "`Mail` is running (process 4711)");
    fixture.store().launch(&draft.id()).unwrap();
    drop(file);
    fixture.store().uninstall(&draft.id()).unwrap();
}

#[test]
fn what_an_app_in_a_folder_stored_is_removed_and_the_folder_is_not() {
    let fixture = Fixture::new();
    let folder = fixture.folder(&Draft::new("Mail", "1"));
    let id = fixture.store().folder_id(&folder).unwrap();
    assert_eq!(fixture.store().open_folder(&folder).unwrap().id, id);
    assert!(!fixture.store().clear_development(&id).unwrap(), "it never ran");

    let storage = fixture.data().storage(&id);
    fs::create_dir_all(&storage).unwrap();
    fs::write(storage.join("letters"), "secret").unwrap();
    let running = fs::File::create(fixture.data().running(&id)).unwrap();
    running.lock().unwrap();
    let error = fixture.store().clear_development(&id).unwrap_err();
    assert!(matches!(error, Error::Running { .. }), "{error}");
    drop(running);
    assert!(fixture.store().clear_development(&id).unwrap());
    assert!(!storage.exists() && folder.join("index.html").exists());

    let installed = fixture.install(&Draft::new("Mail", "1")).app;
    let error = fixture.store().clear_development(&installed.id).unwrap_err();
    assert!(matches!(error, Error::NotInstalled { .. }), "{error}");
}

#[test]
fn others_cannot_read_what_is_installed() {
    let fixture = Fixture::new();
    fixture.install(&Draft::new("Mail", "1"));
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o077;
    for path in fixture.snapshot().keys() {
        assert_eq!(mode(path), 0, "{}", path.display());
        assert_eq!(mode(path.parent().unwrap()), 0, "{}", path.display());
    }
}

#[test]
fn the_steps_are_told_in_their_order() {
    let fixture = Fixture::new();
    let path = fixture.pack(&Draft::new("Mail", "1"));
    let mut steps = Vec::new();
    let mut progress = |step| steps.push(step);
    fixture
        .store()
        .install(&path, InstallOptions::default().progress(&mut progress))
        .unwrap();
    assert_eq!(steps, Step::ALL);
}

#[test]
fn a_data_folder_that_cannot_be_used_is_named() {
    let fixture = Fixture::new();
    let file = fixture.folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Store::open(insula_apps::DataDir::new(file.join("data"))).unwrap_err();
    assert!(error.to_string().starts_with("cannot create `"), "{error}");
}

#[test]
fn that_an_app_was_ordered_is_known_after_updates_and_until_it_is_left_to_the_user() {
    let fixture = Fixture::new();
    let order = |name: Option<&str>| Ordered {
        url: "https://mail.example/".parse().unwrap(),
        name: name.map(str::to_owned),
        icon: None,
        was_there: false,
    };
    let draft = Draft::new("Mail", "1");
    let options = InstallOptions::default().ordered(order(None));
    let id = fixture.store().install(&fixture.pack(&draft), options).unwrap().app.id;
    let written = || fixture.store().installed(&id).unwrap().unwrap().ordered;
    assert_eq!(written(), Some(order(None)));
    fixture.install(&Draft::new("Mail", "2"));
    assert_eq!(written(), Some(order(None)));
    fixture.store().note_order(&id, Some(order(Some("Ours")))).unwrap();
    assert_eq!(written(), Some(order(Some("Ours"))));
    fixture.store().note_order(&id, None).unwrap();
    assert_eq!(written(), None);
}
