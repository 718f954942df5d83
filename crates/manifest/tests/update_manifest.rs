//! Update manifests through the public interface.

#![expect(clippy::unwrap_used, reason = "a test's helper may fail like the test")]

use insula_manifest::{DEFAULT_CHANNEL, ManifestError, Pinned, UpdateManifest, Warning};
use serde_json::{Value, json};
use url::Url;

fn try_parse(json: &Value) -> Result<(UpdateManifest, Vec<Warning>), ManifestError> {
    let url = Url::parse("https://example.com/app/updates.json").unwrap();
    UpdateManifest::parse(json.to_string().as_bytes(), &url)
}

fn parse(json: Value) -> (UpdateManifest, Vec<Warning>) {
    try_parse(&json).unwrap()
}

#[test]
fn the_highest_version_of_a_channel_is_chosen() {
    let (manifest, warnings) = parse(json!({
        "channels": { "beta": { "name": "Beta tests" } },
        "versions": [
            { "version": "6.1.13", "src": "six.swbn", "channels": ["default", "beta"] },
            { "version": "10.0", "src": "https://cdn.example.com/ten.swbn", "channels": ["beta"] },
            { "version": "9", "src": "/nine.swbn", "unknown": true },
            { "version": "11", "src": "eleven.swbn", "channels": [] },
        ],
    }));
    assert_eq!(warnings, []);
    let default = manifest.newest(DEFAULT_CHANNEL).unwrap();
    assert_eq!(default.src.as_str(), "https://example.com/nine.swbn");
    let beta = manifest.newest("beta").unwrap();
    assert_eq!(beta.version.to_string(), "10.0");
    assert_eq!(beta.src.as_str(), "https://cdn.example.com/ten.swbn");
    assert!(manifest.newest("nightly").is_none());
    assert_eq!(manifest.channel_name("beta"), "Beta tests");
    assert_eq!(manifest.channel_name("nightly"), "nightly");
}

#[test]
fn of_two_releases_with_one_version_the_last_counts() {
    let (manifest, _) = parse(json!({ "versions": [
        { "version": "1.0", "src": "old.swbn" }, { "version": "1", "src": "new.swbn" },
    ]}));
    assert_eq!(manifest.releases.len(), 1);
    assert_eq!(manifest.newest(DEFAULT_CHANNEL).unwrap().src.path(), "/app/new.swbn");
}

#[test]
fn a_release_that_is_not_usable_is_skipped_with_a_warning() {
    for (release, path) in [
        (json!({ "src": "a" }), "$.versions[0].version"),
        (json!({ "version": "1.x", "src": "a" }), "$.versions[0].version"),
        (json!({ "version": 1, "src": "a" }), "$.versions[0].version"),
        (json!({ "version": "1" }), "$.versions[0].src"),
        (
            json!({ "version": "1", "src": "http://far.example/a" }),
            "$.versions[0].src",
        ),
        (json!({ "version": "1", "src": "https://" }), "$.versions[0].src"),
        (
            json!({ "version": "1", "src": "a", "channels": "x" }),
            "$.versions[0].channels",
        ),
        (
            json!({ "version": "1", "src": "a", "channels": [""] }),
            "$.versions[0].channels[0]",
        ),
    ] {
        let (manifest, warnings) = parse(json!({ "versions": [release] }));
        assert!(manifest.releases.is_empty());
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert_eq!(warnings[0].path, path);
    }
}

#[test]
fn http_is_good_enough_from_this_machine() {
    for host in ["localhost", "127.0.0.1:8080", "[::1]"] {
        let src = format!("http://{host}/a.swbn");
        let (manifest, _) = parse(json!({ "versions": [{ "version": "1", "src": src }] }));
        assert_eq!(manifest.releases.len(), 1, "{host}");
    }
}

#[test]
fn a_list_with_something_else_than_objects_is_refused_as_a_whole() {
    assert_eq!(try_parse(&json!({})).unwrap_err(), ManifestError::MissingVersions);
    assert_eq!(
        try_parse(&json!({ "versions": [{}, "1.0"] })).unwrap_err(),
        ManifestError::InvalidRelease {
            index: 1,
            found: "a string"
        }
    );
}

#[test]
fn what_follows_the_installed_version_is_higher_unless_the_organisation_wants_another() {
    let (manifest, _) = parse(json!({ "versions": [
        { "version": "1", "src": "1.swbn" }, { "version": "2", "src": "2.swbn" },
        { "version": "3", "src": "3.swbn", "channels": ["beta"] },
    ] }));
    let next = |channel: &str, installed: &str, pinned: Option<(&str, bool)>| {
        let pinned = pinned.map(|(version, allow_downgrade)| Pinned {
            version: version.parse().unwrap(),
            allow_downgrade,
        });
        let release = manifest.next(channel, &installed.parse().unwrap(), pinned);
        release.map(|release| release.version.to_string())
    };
    for (channel, installed, pinned, expected) in [
        (DEFAULT_CHANNEL, "1", None, Some("2")),
        (DEFAULT_CHANNEL, "2", None, None),
        (DEFAULT_CHANNEL, "9", None, None),
        ("beta", "2", None, Some("3")),
        ("nightly", "1", None, None),
        // What is pinned is had from whatever channel, and nothing else is.
        (DEFAULT_CHANNEL, "1", Some(("3", false)), Some("3")),
        (DEFAULT_CHANNEL, "1", Some(("1", false)), None),
        (DEFAULT_CHANNEL, "2", Some(("1", false)), None),
        (DEFAULT_CHANNEL, "2", Some(("1", true)), Some("1")),
        (DEFAULT_CHANNEL, "1", Some(("1", true)), None),
        (DEFAULT_CHANNEL, "1", Some(("7", true)), None),
    ] {
        assert_eq!(
            next(channel, installed, pinned).as_deref(),
            expected,
            "{channel} {installed} {pinned:?}"
        );
    }
    let version = |written: &str| Pinned {
        version: written.parse().unwrap(),
        allow_downgrade: false,
    };
    for (channel, pinned, expected) in [
        (DEFAULT_CHANNEL, None, Some("2")),
        ("nightly", None, None),
        (DEFAULT_CHANNEL, Some(version("1")), Some("1")),
        (DEFAULT_CHANNEL, Some(version("7")), None),
    ] {
        let first = manifest.first(channel, pinned);
        assert_eq!(
            first.map(|release| release.version.to_string()).as_deref(),
            expected,
            "{channel} {pinned:?}"
        );
    }
}
