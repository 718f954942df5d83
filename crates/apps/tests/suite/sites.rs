//! Sites: what is kept of them, and what changes.

use std::fs;
use std::os::unix::process::ExitStatusExt;

use insula_apps::{
    AppSource, CorruptionCause, Error, InstallOptions, Installation, InstalledContent, NewSite, Outcome, Step, Store,
};
use url::Url;

use crate::crashes::{child, run};
use crate::fixture::{Draft, Fixture};

const PAGE: &str = "https://mail.example/app/";

/// Installs, or updates, a site with this name in its manifest. Its icon has the name as its content.
pub(crate) fn install(
    store: &Store,
    name: &str,
    progress: Option<&mut dyn FnMut(Step)>,
) -> Result<Installation, Error> {
    let manifest = format!(r#"{{ "name": "{name}", "id": "/app/", "start_url": "/app/", "scope": "/app/" }}"#);
    let mut nothing = |_| {};
    let options = InstallOptions::default().progress(progress.unwrap_or(&mut nothing));
    install_from(store, PAGE, &manifest, Some(name.as_bytes()), options)
}

fn install_from(
    store: &Store,
    page: &str,
    manifest: &str,
    icon: Option<&[u8]>,
    options: InstallOptions<'_>,
) -> Result<Installation, Error> {
    let page = Url::parse(page).unwrap();
    let site = NewSite {
        document_url: &page,
        manifest_url: &page.join("app.webmanifest").unwrap(),
        manifest: manifest.as_bytes(),
        icon,
    };
    store.install_site(site, options)
}

#[test]
fn an_installed_site_is_launched_by_what_was_installed_of_it() {
    let fixture = Fixture::new();
    let installed = install(&fixture.store(), "Mail", None).unwrap();
    assert_eq!(installed.outcome, Outcome::Installed);
    let app = fixture.store().launch(&installed.app.id).unwrap();
    assert_eq!((app.name(), app.version), ("Mail", None));
    assert_eq!(app.origin_url().as_str(), PAGE);
    assert!(app.identity().is_on_the_web());
    let AppSource::Site(site) = &app.source else {
        panic!("{:?}", app.source)
    };
    assert_eq!(fs::read(site.icon().unwrap()).unwrap(), b"Mail");
    // By its name, its id and the beginning of that, as any app.
    let store = fixture.store();
    for query in ["mail", app.id.as_str(), &app.id.as_str()[..6]] {
        assert_eq!(store.find(query).unwrap().id, app.id, "{query}");
    }
}

#[test]
fn a_site_that_is_installed_again_is_taken_over_as_it_is_now_and_stays_the_same_app() {
    let fixture = Fixture::new();
    let store = fixture.store();
    let first = install(&store, "Mail", None).unwrap().app;
    let again = install(&store, "Mail", None).unwrap();
    assert_eq!(
        (again.outcome, &again.app.content),
        (Outcome::Unchanged, &first.content)
    );
    let renamed = install(&store, "Post", None).unwrap();
    assert_eq!(renamed.outcome, Outcome::Updated { from: None });
    assert_eq!(renamed.app.id, first.id);
    assert!(renamed.app.installed <= first.installed, "it was installed before");
    assert_eq!(store.launch(&first.id).unwrap().name(), "Post");
    // A record, a manifest and an icon: nothing is left of before.
    assert_eq!(fixture.snapshot().len(), 3);
    store.uninstall(&first.id).unwrap();
    assert!(fixture.snapshot().is_empty());
}

#[test]
fn another_id_is_another_app_whatever_else_is_the_same() {
    let fixture = Fixture::new();
    let store = fixture.store();
    let one = install(&store, "Mail", None).unwrap().app;
    let manifest = r#"{ "name": "Mail", "id": "/other", "start_url": "/app/", "scope": "/app/" }"#;
    let other = install_from(&store, PAGE, manifest, None, InstallOptions::default()).unwrap();
    assert_eq!(other.outcome, Outcome::Installed);
    assert_ne!(other.app.id, one.id);
    assert!(matches!(store.find("mail"), Err(Error::Ambiguous { .. })));
}

#[test]
fn a_manifest_lies_about_its_origin_in_vain() {
    let fixture = Fixture::new();
    let store = fixture.store();
    let manifest = r#"{ "name": "Bank", "id": "https://bank.example/", "start_url": "https://bank.example/",
                        "scope": "https://bank.example/" }"#;
    let app = install_from(&store, PAGE, manifest, None, InstallOptions::default()).unwrap();
    let members: Vec<_> = app.ready.warnings.iter().map(|warning| warning.path.as_str()).collect();
    assert_eq!(members, ["$.start_url", "$.scope", "$.id"]);
    assert_eq!(
        app.app.origin_url().as_str(),
        PAGE,
        "it is the page's that links to the manifest"
    );
    assert!(!app.ready.identity().owns(&Url::parse("https://bank.example/").unwrap()));
}

#[test]
fn only_what_nobody_can_change_on_the_way_is_installed() {
    let fixture = Fixture::new();
    let install = |page| {
        install_from(
            &fixture.store(),
            page,
            r#"{ "name": "Mail" }"#,
            None,
            InstallOptions::default(),
        )
    };
    assert!(matches!(install("http://mail.example/"), Err(Error::Manifest { .. })));
    install("http://localhost:8080/").unwrap();
    let unnamed = install_from(&fixture.store(), PAGE, "{}", None, InstallOptions::default()).unwrap();
    assert_eq!(unnamed.app.name, "mail.example");
}

#[test]
fn what_was_changed_on_the_disk_is_not_launched_and_is_repaired() {
    let fixture = Fixture::new();
    let store = fixture.store();
    let app = install(&store, "Mail", None).unwrap().app;
    let InstalledContent::Site(site) = &app.content else {
        panic!("{app:?}")
    };
    fs::write(&site.manifest, r#"{ "name": "Bank", "id": "/app/" }"#).unwrap();
    let error = store.launch(&app.id).unwrap_err();
    assert!(
        matches!(
            &error,
            Error::Corrupted {
                source: CorruptionCause::Replaced,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(install(&store, "Mail", None).unwrap().outcome, Outcome::Repaired);
    assert_eq!(store.launch(&app.id).unwrap().name(), "Mail");
    // A record that names another site, or a file elsewhere, is none.
    let record = site.manifest.with_file_name("app.json");
    let good = fs::read_to_string(&record).unwrap();
    let name = site.manifest.file_name().unwrap().to_str().unwrap();
    for (from, to) in [
        (
            "mail.example/app/\",\n    \"document",
            "bank.example/\",\n    \"document",
        ),
        (name, "../x.webmanifest"),
    ] {
        let bad = good.replace(from, to);
        assert_ne!(bad, good, "{from}");
        fs::write(&record, bad).unwrap();
        assert!(
            matches!(store.launch(&app.id), Err(Error::DamagedRecord { .. })),
            "{to}"
        );
    }
    assert_eq!(install(&store, "Mail", None).unwrap().outcome, Outcome::Repaired);
}

#[test]
fn a_kill_at_any_step_leaves_the_old_site_or_the_new() {
    for step in Step::ALL {
        // Nothing is copied and verified of a site.
        if matches!(step, Step::Copied | Step::Verified) {
            continue;
        }
        for is_update in [false, true] {
            let fixture = Fixture::new();
            if is_update {
                install(&fixture.store(), "Mail", None).unwrap();
            } else {
                drop(fixture.store());
            }
            let (status, errors) = run(child(&[], "die in site", &fixture, "Post", &format!("{step:?}")));
            assert_eq!(status.signal(), Some(9), "{step:?}: {errors}");
            let listing = fixture.store().list().unwrap();
            let names: Vec<_> = listing.apps.iter().map(|app| app.name.as_str()).collect();
            let expected: &[&str] = match (step < Step::Committed, is_update) {
                (true, true) => &["Mail"],
                (true, false) => &[],
                (false, _) => &["Post"],
            };
            assert_eq!(names, expected, "{step:?}");
            assert_eq!(fixture.snapshot().len(), 3 * expected.len(), "{step:?}");
            assert!(listing.apps.iter().all(|app| fixture.store().launch(&app.id).is_ok()));
        }
    }
}

#[test]
fn sites_and_bundles_are_listed_together() {
    let fixture = Fixture::new();
    fixture.install(&Draft::new("Notes", "1"));
    install(&fixture.store(), "Mail", None).unwrap();
    let apps = fixture.store().list().unwrap().apps;
    let names: Vec<_> = apps
        .iter()
        .map(|app| (app.name.as_str(), app.version().is_some()))
        .collect();
    assert_eq!(names, [("Mail", false), ("Notes", true)]);
}
