//! Bundles whose responses are not all 200s with what their URL promises, as other tools make them.

use std::fs;
use std::path::PathBuf;

use insula_apps::{Error, Fault, FollowError, InstallOptions, LaunchableApp};
use insula_bundle::{BundleBuilder, HeaderMap, IntegrityBlock, WebBundle};

use crate::fixture::{Draft, Fixture};

const MANIFEST: &str = "/.well-known/manifest.webmanifest";
const PAGE: (&str, u16, &str, &str) = ("/", 200, "text/html", "<!doctype html>");
const ICON: (&str, u16, &str, &str) = ("/icon.svg", 200, "image/svg+xml", "<svg/>");

fn manifest(start_url: &str) -> String {
    format!(r#"{{"id":"/","name":"Mail","version":"1","start_url":"{start_url}","icons":[{{"src":"/icon.svg"}}]}}"#)
}

/// A signed bundle of responses: path, status, type (or where a redirect leads), body.
fn bundle(fixture: &Fixture, responses: &[(&str, u16, &str, &str)]) -> PathBuf {
    let draft = Draft::new("Mail", "1");
    let mut builder = BundleBuilder::new();
    for (path, status, value, body) in responses {
        let name = if (300..400).contains(status) {
            "location"
        } else {
            "content-type"
        };
        let headers = HeaderMap::new(*status).and_then(|headers| headers.with(name, value));
        let url = format!("{}{}", draft.bundle_id().origin_url(), &path[1..]);
        builder
            .add(&url, headers.unwrap(), body.as_bytes().to_vec().into())
            .unwrap();
    }
    let bundle = WebBundle::from_bytes(builder.build().unwrap()).unwrap();
    let block = IntegrityBlock::sign(&bundle, &draft.bundle_id(), &[draft.signing_key()]).unwrap();
    let path = fixture.folder.path().join("app.swbn");
    fs::write(&path, [block.as_slice(), bundle.as_bytes()].concat()).unwrap();
    path
}

fn install(fixture: &Fixture, responses: &[(&str, u16, &str, &str)]) -> Result<LaunchableApp, Error> {
    let path = bundle(fixture, responses);
    fixture.store().install(&path, InstallOptions::default())?;
    fixture.store().launch(&Draft::new("Mail", "1").id())
}

#[test]
fn redirects_in_the_app_are_followed() {
    let fixture = Fixture::new();
    // As `wbn` makes it of a folder.
    let manifest = manifest("/index.html");
    let responses = [
        (MANIFEST, 200, "application/manifest+json", manifest.as_str()),
        ICON,
        PAGE,
        ("/index.html", 301, "./", ""),
        ("/old/a", 302, "../index.html", ""),
        ("/query", 307, "/?q#there", ""),
        ("/out", 302, "https://example.com/", ""),
        ("/other", 302, "isolated-app://example/", ""),
        ("/port", 302, "//:80/", ""),
        ("/circle", 308, "circle", ""),
        ("/nowhere", 303, "/missing", ""),
        ("/choices", 300, "/", ""),
    ];
    let app = install(&fixture, &responses).unwrap();
    let url = |path: &str| app.origin_url().join(path).unwrap();
    let check = |from: &str, to: &str| {
        let followed = app.source.follow(&url(from)).unwrap();
        assert_eq!(followed.url, url(to), "{from}");
        assert_eq!(followed.response.status(), 200, "{from}");
    };
    check("/", "/");
    check("/?a#b", "/?a#b");
    check("/index.html?a#b", "/#b");
    check("/old/a", "/");
    check("/query#here", "/?q#there");
    // A choice for people is no redirect.
    assert_eq!(app.source.follow(&url("/choices")).unwrap().response.status(), 300);

    let problem = |path: &str| app.source.follow(&url(path)).unwrap_err();
    for path in ["/out", "/other", "/port"] {
        assert!(matches!(problem(path), FollowError::Outside { .. }), "{path}");
    }
    assert_eq!(problem("/circle"), FollowError::Circle);
    assert_eq!(problem("/nowhere"), FollowError::Absent);
    assert_eq!(problem("/missing"), FollowError::Absent);
}

#[test]
fn what_the_manifest_needs_must_be_there_with_success() {
    let good = manifest("/");
    let manifest = (MANIFEST, 200, "application/manifest+json", good.as_str());
    let check = |responses: &[(&str, u16, &str, &str)], expected: &str| {
        let fixture = Fixture::new();
        let error = install(&fixture, responses).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.fault(), Fault::App);
        assert!(fixture.store().list().unwrap().apps.is_empty());
    };
    check(
        &[(MANIFEST, 404, "application/manifest+json", &good), PAGE, ICON],
        "the app's manifest at `/.well-known/manifest.webmanifest` is answered with status 404",
    );
    check(
        &[manifest, ("/", 404, "text/html", "gone"), ICON],
        "the manifest's `start_url` names `/`, which is answered with status 404",
    );
    check(
        &[manifest, ("/", 302, "https://example.com/", ""), ICON],
        "the manifest's `start_url` names `/`, which redirects out of the app, to `https://example.com/`",
    );
    check(
        &[manifest, PAGE, ("/icon.svg", 500, "image/svg+xml", "<svg/>")],
        "the manifest's `icons` names `/icon.svg`, which is answered with status 500",
    );
    check(
        &[manifest, PAGE, ("/icon.svg", 200, "text/html", "<!doctype html>")],
        "the manifest's `icons` names `/icon.svg`, which is not a picture",
    );
}
