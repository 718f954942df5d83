//! What is run: installed apps that are still what was installed, and folders.

use std::fs;

use insula_apps::{CorruptionCause, Error, Fault, InstallOptions, Outcome, ServerOrigin};
use insula_manifest::AppKind;
use url::Url;

use crate::fixture::{Draft, Fixture, bundle_of};

#[test]
fn any_changed_byte_of_an_installed_bundle_is_noticed_although_its_times_are_the_same() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    let bundle = bundle_of(&fixture.install(&draft).app).path.clone();
    let original = fs::read(&bundle).unwrap();
    let modified = fs::metadata(&bundle).unwrap().modified().unwrap();
    for position in (0..original.len()).step_by(37).chain([original.len() - 1]) {
        let mut changed = original.clone();
        changed[position] ^= 4;
        fs::write(&bundle, &changed).unwrap();
        fs::File::options()
            .write(true)
            .open(&bundle)
            .unwrap()
            .set_modified(modified)
            .unwrap();
        let error = fixture.store().launch(&draft.id()).unwrap_err();
        assert!(matches!(error, Error::Corrupted { .. }), "byte {position}: {error}");
        assert_eq!(
            error.to_string(),
            "the installed copy of `Mail` is damaged and will not be run"
        );
        assert_eq!(error.fault(), Fault::Machine);
    }
    fs::write(&bundle, &original[..original.len() / 2]).unwrap();
    assert!(matches!(
        fixture.store().launch(&draft.id()),
        Err(Error::Corrupted { .. })
    ));
    fs::write(&bundle, &original).unwrap();
    fixture.store().launch(&draft.id()).unwrap();
}

#[test]
fn a_missing_bundle_is_noticed_and_installing_it_again_repairs_the_app() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    let bundle = bundle_of(&fixture.install(&draft).app).path.clone();
    fs::remove_file(bundle).unwrap();
    let error = fixture.store().launch(&draft.id()).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Corrupted {
                source: CorruptionCause::Missing(_),
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(fixture.install(&draft).outcome, Outcome::Repaired);
    fixture.store().launch(&draft.id()).unwrap();
}

#[test]
fn a_corrupted_bundle_is_repaired_by_installing_it_again() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    let bundle = bundle_of(&fixture.install(&draft).app).path.clone();
    fs::write(&bundle, "rubbish").unwrap();
    assert_eq!(fixture.install(&draft).outcome, Outcome::Repaired);
    assert_eq!(fixture.install(&draft).outcome, Outcome::Unchanged);
    fixture.store().launch(&draft.id()).unwrap();
}

#[test]
fn what_is_installed_is_ready_to_run_from_its_place() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    for outcome in [Outcome::Installed, Outcome::Unchanged, Outcome::Repaired] {
        if outcome == Outcome::Repaired {
            let bundle = bundle_of(&fixture.store().find("Mail").unwrap()).path.clone();
            fs::write(bundle, "rubbish").unwrap();
        }
        let installation = fixture.install(&draft);
        assert_eq!(installation.outcome, outcome);
        let body = installation.ready.source.response("/").unwrap().body().to_vec();
        assert_eq!(body, b"<!doctype html><title>App</title>", "{outcome:?}");
        let bundle = bundle_of(&installation.app).path.to_str().unwrap();
        let mapped = fs::read_to_string("/proc/self/maps").unwrap();
        let mapped: Vec<&str> = mapped.lines().filter(|line| line.contains(".swbn")).collect();
        assert!(!mapped.is_empty());
        // No copy that has been removed keeps its room on the disk.
        assert!(
            mapped.iter().all(|line| line.ends_with(bundle)),
            "{outcome:?}: {mapped:?}"
        );
    }
}

#[test]
fn an_older_bundle_in_the_place_of_the_installed_one_is_not_run() {
    let fixture = Fixture::new();
    let old = fixture.pack(&Draft::new("Mail", "1"));
    let old = fs::read(old).unwrap();
    let app = fixture.install(&Draft::new("Mail", "2")).app;
    fs::write(&bundle_of(&app).path, old).unwrap();
    let error = fixture.store().launch(&app.id).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Corrupted {
                source: CorruptionCause::Replaced,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_damaged_record_is_reported_beside_the_other_apps_and_can_be_repaired_or_removed() {
    let fixture = Fixture::new();
    let [mail, chat] = [Draft::new("Mail", "1"), Draft::new("Chat", "1")];
    fixture.install(&chat);
    let record = bundle_of(&fixture.install(&mail).app).path.with_file_name("app.json");
    let good = fs::read_to_string(&record).unwrap();
    let damaged = [
        String::new(),
        "{}".to_owned(),
        r#"{"schema":1}"#.to_owned(),
        good.replace(mail.id().as_str(), chat.id().as_str()),
        good.replace(".swbn", ""),
        good.replace("\"bundle\": \"", "\"bundle\": \"../../"),
        good.replace("\"version\": \"1\"", "\"version\": \"one\""),
        good.replace("\"sha512\": \"", "\"sha512\": \"00"),
    ];
    for text in damaged {
        assert_ne!(text, good);
        fs::write(&record, text).unwrap();
        let listing = fixture.store().list().unwrap();
        assert_eq!(
            listing.apps.iter().map(|app| app.name.as_str()).collect::<Vec<_>>(),
            ["Chat"]
        );
        assert_eq!(listing.damaged.len(), 1);
        for error in [
            fixture.store().launch(&mail.id()).unwrap_err(),
            fixture.store().find(mail.id().as_str()).unwrap_err(),
        ] {
            assert!(matches!(error, Error::DamagedRecord { .. }), "{error}");
        }
    }
    assert_eq!(fixture.install(&mail).outcome, Outcome::Repaired);
    fixture.store().launch(&mail.id()).unwrap();

    fs::write(&record, "").unwrap();
    fixture.store().uninstall(&mail.id()).unwrap();
    assert!(fixture.store().list().unwrap().damaged.is_empty());
}

#[test]
fn a_record_of_a_newer_insula_is_left_alone() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    let record = bundle_of(&fixture.install(&draft).app).path.with_file_name("app.json");
    fs::write(&record, r#"{"schema":3}"#).unwrap();
    let path = fixture.pack(&draft);
    let before = fixture.snapshot();
    let store = fixture.store();
    for error in [
        store.launch(&draft.id()).unwrap_err(),
        store.uninstall(&draft.id()).unwrap_err(),
        store.install(&path, InstallOptions::default()).unwrap_err(),
    ] {
        assert!(matches!(error, Error::NewerRecord { .. }), "{error}");
    }
    assert_eq!(fixture.snapshot(), before);
}

#[test]
fn a_folder_is_an_app_under_an_id_that_stays() {
    let fixture = Fixture::new();
    let folder = fixture.folder(&Draft::new("Draft", "0.1"));
    let app = fixture.store().open_folder(&folder).unwrap();
    assert!(app.id.is_development());
    assert_eq!(app.name(), "Draft");
    assert_eq!(app.manifest.start_url, *app.origin_url());
    assert!(app.source.response("/?query").is_some());
    assert!(app.source.response("/absent").is_none());

    fs::write(folder.join("index.html"), "edited").unwrap();
    assert_eq!(&**app.source.response("/").unwrap().body(), b"edited");

    let through_a_link = fixture.folder.path().join("link");
    std::os::unix::fs::symlink(&folder, &through_a_link).unwrap();
    assert_eq!(fixture.store().open_folder(&through_a_link).unwrap().id, app.id);
    assert!(fixture.store().list().unwrap().apps.is_empty(), "it is not installed");

    let other = Fixture::new();
    assert_ne!(
        other.store().open_folder(&folder).unwrap().id,
        app.id,
        "another user's is another"
    );
}

#[test]
fn a_folder_that_is_no_app_says_why() {
    let fixture = Fixture::new();
    let open = |draft: &Draft| fixture.store().open_folder(&fixture.folder(draft)).unwrap_err();
    let app = || Draft::new("Draft", "1");
    assert!(matches!(
        open(&app().without_file(".well-known/manifest.webmanifest")),
        Error::MissingManifest
    ));
    assert!(matches!(open(&app().with_manifest("[]")), Error::Manifest { .. }));
    assert!(matches!(
        fixture.store().open_folder("/does/not/exist".as_ref()),
        Err(Error::Folder { .. })
    ));
}

#[test]
fn a_server_is_an_app_under_an_id_that_stays() {
    let fixture = Fixture::new();
    let server = |url: &str| ServerOrigin::try_from(&Url::parse(url).unwrap()).unwrap();
    let manifest = br#"{"name":"Served","version":"0.1","start_url":"/","icons":[{"src":"/icon.svg"}]}"#;
    let store = fixture.store();
    let vite = server("http://localhost:5173/");
    assert_eq!(store.find_server(&vite).unwrap(), None);
    let app = store.open_server(&vite, manifest, None).unwrap();
    assert!(app.id.is_development());
    assert_eq!((app.name(), app.source.kind()), ("Served", AppKind::Server));
    assert_eq!(app.manifest.start_url, *app.origin_url());
    assert_eq!(store.find_server(&vite).unwrap(), None, "it has not run");
    fs::create_dir_all(&app.storage).unwrap();
    assert_eq!(store.find_server(&vite).unwrap(), Some(app.id.clone()));
    assert_eq!(store.open_server(&vite, manifest, None).unwrap().id, app.id);

    let other = server("http://localhost:5174/");
    assert_ne!(store.open_server(&other, manifest, None).unwrap().id, app.id);
    assert!(matches!(
        store.open_server(&vite, br#"{"name":"A site's","start_url":"/"}"#, None),
        Err(Error::Manifest { .. })
    ));
}
