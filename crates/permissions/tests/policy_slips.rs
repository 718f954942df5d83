//! Policy files as people post them in forums: what is meant counts, and is told of; what may have been a block is one.

#![expect(clippy::unwrap_used, reason = "a test's helper may fail like the test")]

use std::fs;
use std::path::Path;

use insula_permissions::PermissionName::{self, *};
use insula_permissions::{Consequence, PolicySet, PolicyState, Position, Problem};

const APP: &str = "isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";
const WEB: &str = "https://meet.example.com";

fn managed(content: impl AsRef<[u8]>) -> PolicySet {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "managed/a.json", content);
    PolicySet::load(folder.path())
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn decided(policy: &PolicySet, origin: &str, name: PermissionName) -> &'static str {
    match policy
        .decide(&origin.parse().unwrap(), name)
        .map(|decision| decision.state)
    {
        None => "user",
        Some(PolicyState::Granted) => "granted",
        Some(PolicyState::Denied) => "denied",
    }
}

/// Where a problem is, as line and column.
fn position(problem: &Problem) -> (usize, usize) {
    let Position { line, column } = problem.place.position.unwrap();
    (line, column)
}

#[test]
fn what_can_only_mean_one_thing_counts_as_that_and_is_told_of() {
    let utf_16: Vec<u8> = "\u{feff}{ \"VideoCaptureAllowed\": false }"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (content, name, expected, told) in [
        (r#"{ "DefaultGeolocationSetting": "2" }"#, Geolocation, "denied", 1),
        (r#"{ "DefaultGeolocationSetting": "1" }"#, Geolocation, "granted", 1),
        (r#"{ "DefaultGeolocationSetting": 2.0 }"#, Geolocation, "denied", 1),
        (r#"{ "VideoCaptureAllowed": 0 }"#, Camera, "denied", 1),
        (r#"{ "VideoCaptureAllowed": "false" }"#, Camera, "denied", 1),
        (r#"{ "VideoCaptureAllowed": "dword:00000000" }"#, Camera, "denied", 1),
        (
            r#"{ "GeolocationBlockedForUrls": "https://meet.example.com" }"#,
            Geolocation,
            "denied",
            1,
        ),
        (
            r#"{ "GeolocationAllowedForUrls": "https://a.example, https://meet.example.com" }"#,
            Geolocation,
            "granted",
            1,
        ),
        (
            r#"{ "GeolocationAllowedForUrls": "[\"https://meet.example.com\"]" }"#,
            Geolocation,
            "granted",
            1,
        ),
        (
            r#"{ "GeolocationBlockedForUrls": { "1": "https://a.example", "2": "[*.]example.com" } }"#,
            Geolocation,
            "denied",
            1,
        ),
        (
            r#"{ "Software\\Policies\\Google\\Chrome\\VideoCaptureAllowed": 0 }"#,
            Camera,
            "denied",
            2,
        ),
        (
            r#"{ "Software\Policies\Google\Chrome\VideoCaptureAllowed": false }"#,
            Camera,
            "denied",
            2,
        ),
        (
            r#"{ "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Google\\Chrome": { "GeolocationBlockedForUrls": { "1": "*" } } }"#,
            Geolocation,
            "denied",
            2,
        ),
        (
            r#"{ "Software\\Policies\\Chromium\\GeolocationBlockedForUrls\\1": "https://a.example",
                 "Software\\Policies\\Chromium\\GeolocationBlockedForUrls\\2": "https://meet.example.com" }"#,
            Geolocation,
            "denied",
            1,
        ),
        (
            "{ \"GeolocationBlockedForUrls\":\t[\"https://meet.example.com\t\"] }",
            Geolocation,
            "denied",
            1,
        ),
        (
            "\u{feff}// IT\r\n{\r\n\t\"VideoCaptureAllowed\": false,\r\n}\r\n",
            Camera,
            "denied",
            0,
        ),
    ] {
        let policy = managed(content);
        assert_eq!(decided(&policy, WEB, name), expected, "{content}");
        assert_eq!(policy.problems().len(), told, "{content}: {:?}", policy.problems());
        let read_as_meant = |problem: &Problem| problem.consequence == Consequence::ReadAsMeant;
        assert!(policy.problems().iter().all(read_as_meant), "{content}");
        assert_eq!(decided(&policy, WEB, Notifications), "user", "{content}");
    }
    let policy = managed(utf_16);
    assert_eq!((decided(&policy, WEB, Camera), policy.problems().len()), ("denied", 1));
}

#[test]
fn what_could_mean_several_things_is_refused_as_before() {
    for (content, name) in [
        (r#"{ "VideoCaptureAllowed": "no" }"#, Camera),
        (r#"{ "VideoCaptureAllowed": 2 }"#, Camera),
        (r#"{ "VideoCaptureAllowed": [] }"#, Camera),
        (r#"{ "DefaultGeolocationSetting": false }"#, Geolocation),
        (r#"{ "DefaultGeolocationSetting": "allow" }"#, Geolocation),
        (r#"{ "GeolocationBlockedForUrls": "" }"#, Geolocation),
        (r#"{ "GeolocationBlockedForUrls": "every site" }"#, Geolocation),
        (
            r#"{ "GeolocationBlockedForUrls": { "1": "https://a b" } }"#,
            Geolocation,
        ),
        (
            r#"{ "GeolocationBlockedForUrls": { "url": "https://a.example" } }"#,
            Geolocation,
        ),
        (r#"{ "GeolocationAllowedForUrls": {} }"#, Geolocation),
    ] {
        let policy = managed(content);
        assert_eq!(decided(&policy, WEB, name), "denied", "{content}");
        assert_eq!(policy.problems().len(), 1, "{content}: {:?}", policy.problems());
        assert_eq!(policy.problems()[0].consequence, Consequence::Refused);
    }
    for content in [
        "{ \u{201c}VideoCaptureAllowed\u{201d}: false }",
        "{ 'VideoCaptureAllowed': false }",
        "{ \"VideoCaptureAllowed\": False }",
        "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\Software\\Policies\\Google\\Chrome]\r\n",
        "{ \"VideoCaptureAllowed\": false } { \"AudioCaptureAllowed\": true }",
        "\"VideoCaptureAllowed\": false",
    ] {
        let policy = managed(content);
        assert_eq!(decided(&policy, APP, Notifications), "denied", "{content}");
        assert_eq!(policy.problems()[0].consequence, Consequence::AllRefused);
    }
}

#[test]
fn every_problem_has_its_line_and_column() {
    let policy = managed(
        "{\n  \"VideoCaptureAllowed\": \"no\",\n  \"GeolocationAllowedForUrls\": [\n    \"https://a.example\",\n    \
         \"https://a b\", 3\n  ],\n\t\"FirstRunPermissionsLimt\": 3,\n  \"AudioCaptureAllowed\": true,\n  \
         \"AudioCaptureAllowed\": 0\n}",
    );
    let mut found: Vec<_> = policy
        .problems()
        .iter()
        .map(|it| (position(it), it.consequence))
        .collect();
    found.sort_by_key(|(position, _)| *position);
    assert_eq!(
        found,
        [
            ((2, 3), Consequence::Refused),
            ((5, 5), Consequence::ItemSkipped),
            ((5, 20), Consequence::ItemSkipped),
            ((7, 2), Consequence::OrderSkipped),
            ((8, 3), Consequence::OrderSkipped),
            ((9, 3), Consequence::ReadAsMeant),
        ]
    );
    assert_eq!(decided(&policy, APP, Microphone), "denied", "the last of two counts");
}

#[test]
fn a_name_that_is_nearly_right_is_told_of_and_others_names_are_not() {
    for (written, meant) in [
        ("VideoCaptureAlowed", "VideoCaptureAllowed"),
        ("videoCaptureAllowed", "VideoCaptureAllowed"),
        ("DefaultGeoLocationSetting", "DefaultGeolocationSetting"),
        ("FirstRunPermissionPromptMode", "FirstRunPermissionsPromptMode"),
        ("WebAppInstallForcelist", "WebAppInstallForceList"),
    ] {
        let policy = managed(format!(r#"{{ "{written}": false }}"#));
        let [problem] = policy.problems() else {
            panic!("{written}: {:?}", policy.problems())
        };
        assert!(problem.to_string().contains(&format!("`{meant}` is one")), "{problem}");
        assert!(!problem.consequence.is_harmless(), "an order does not count");
    }
    // Of Chrome's list, all that are not about permissions here and have a name like one that is.
    for other in [
        "DefaultPopupsSetting",
        "DefaultCookiesSetting",
        "DefaultImagesSetting",
        "DefaultJavaScriptSetting",
        "DefaultInsecureContentSetting",
        "DefaultFileSystemReadGuardSetting",
        "DefaultFileSystemWriteGuardSetting",
        "DefaultThirdPartyStoragePartitioningSetting",
        "CookiesAllowedForUrls",
        "CookiesBlockedForUrls",
        "CookiesSessionOnlyForUrls",
        "ImagesAllowedForUrls",
        "PopupsAllowedForUrls",
        "PopupsBlockedForUrls",
        "InsecureContentAllowedForUrls",
        "FileSystemReadAskForUrls",
        "JavaScriptAllowedForUrls",
        "PrintersBulkBlocklist",
        "ScreenCaptureLocation",
        "AudioSandboxEnabled",
        "WebRtcEventLogCollectionAllowed",
        "BackgroundModeEnabled",
    ] {
        let policy = managed(format!(r#"{{ "{other}": 1 }}"#));
        assert_eq!(policy.problems(), [], "{other}");
        assert_eq!(policy.ignored().len(), 1);
    }
    let nested = managed(r#"{ "mandatory": { "VideoCaptureAllowed": false } }"#);
    assert!(
        nested.problems()[0].to_string().contains("policies are at the top"),
        "{:?}",
        nested.problems()
    );
    assert_eq!(
        PolicySet::nearest_known("VideoCaptureAllowedUrlsList"),
        Some("VideoCaptureAllowedUrls")
    );
    assert_eq!(PolicySet::nearest_known("HomepageLocation"), None);
}

#[test]
fn an_item_in_both_lists_is_told_of() {
    let policy = managed(
        r#"{ "DirectSocketsAllowedForUrls": ["https://meet.example.com/"], "DirectSocketsBlockedForUrls": ["https://meet.example.com:443"],
             "GeolocationAllowedForUrls": ["meet.example.com"], "GeolocationBlockedForUrls": ["MEET.example.com"] }"#,
    );
    let told: Vec<_> = policy.problems().iter().map(ToString::to_string).collect();
    // With a port it is about less.
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("is in `GeolocationBlockedForUrls` as well, which counts"),
        "{told:?}"
    );
    assert_eq!(decided(&policy, WEB, Geolocation), "denied");
    assert_eq!(decided(&policy, WEB, DirectSockets), "denied");
}

#[test]
fn hostile_files_are_read_in_bounded_time_and_told_of_within_bounds() {
    let items = vec!["\"https://a b\""; 200_000].join(",");
    let policy = managed(format!("{{ \"GeolocationAllowedForUrls\": [{items}] }}"));
    assert!(policy.problems().len() < 50, "{}", policy.problems().len());
    let keys: Vec<String> = (0..150_000)
        .map(|number| format!("\"VideoCaptureAllowe{number}\": 1"))
        .collect();
    assert!(managed(format!("{{{}}}", keys.join(","))).problems().len() <= 500);
    let same = vec!["\"A\": 1"; 300_000].join(",");
    managed(format!("{{{same}}}"));
    let both = vec!["\"https://a.example\""; 50_000].join(",");
    managed(format!(
        "{{ \"GeolocationAllowedForUrls\": [{both}], \"GeolocationBlockedForUrls\": [{both}] }}"
    ));
    let numbered: Vec<String> = (0..50_000).map(|number| format!("\"{number}\": \"*\"")).collect();
    let policy = managed(format!(
        "{{ \"GeolocationBlockedForUrls\": {{{}}} }}",
        numbered.join(",")
    ));
    assert_eq!(decided(&policy, WEB, Geolocation), "denied");
    for content in [
        "{\"\\ud800\": 1}",
        "{\"VideoCaptureAllowed\": 1e999}",
        "{\"DefaultGeolocationSetting\": 99999999999999999999}",
    ] {
        managed(content);
    }
}
