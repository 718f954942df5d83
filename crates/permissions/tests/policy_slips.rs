//! Policy files as people post them in forums: what is meant counts, and is told of; what may have been a block is one.

#![expect(clippy::unwrap_used, reason = "a test's helper may fail like the test")]

use std::fs;
use std::path::Path;

use insula_permissions::PermissionName::{self, *};
use insula_permissions::{Consequence, Level, PolicySet, PolicyState, Position, Printing, Problem};

const APP: &str = "isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";
const WEB: &str = "https://meet.example.com";

fn managed(content: impl AsRef<[u8]>) -> PolicySet {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "managed/a.json", content);
    PolicySet::load(folder.path())
}

fn recommended(content: &str) -> PolicySet {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "recommended/a.json", content);
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

/// Limit: policy-registry-files
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
        "<?xml version=\"1.0\"?><plist><dict><key>VideoCaptureAllowed</key><false/></dict></plist>",
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
fn a_slip_in_a_name_loosens_nothing_and_allows_nothing() {
    for (written, name, expected, is_told) in [
        (r#"{"VideoCaptureAlowed": false}"#, Camera, "denied", true),
        (r#"{"videocaptureallowed": false}"#, Camera, "denied", true),
        (r#"{"DefaultGeolocationSeting": 2}"#, Geolocation, "denied", true),
        (
            r#"{"NotificationsBlockedForUrl": ["*"]}"#,
            Notifications,
            "denied",
            true,
        ),
        (
            r#"{"Chrome": {"Home": "x", "VideoCaptureAllowed": false}}"#,
            Camera,
            "denied",
            true,
        ),
        // It may have forbidden anything.
        (r#"{"VideoCaptureAlowed": "perhaps"}"#, Camera, "denied", true),
        (r#"{"VideoCaptureAlowed": false}"#, Microphone, "user", true),
        (r#"{"DefaultGeolocationSeting": 1}"#, Geolocation, "user", false),
        (r#"{"DefaultGeolocationSeting": 3}"#, Geolocation, "user", false),
        (r#"{"NotificationsAllowedForUrl": ["*"]}"#, Notifications, "user", false),
        (r#"{"VideoCaptureForbiddenHere": false}"#, Camera, "user", false),
    ] {
        let policy = managed(written);
        assert_eq!(decided(&policy, APP, name), expected, "{written}");
        let blocks = |it: &Problem| it.consequence == Consequence::OnlyBlocks;
        assert_eq!(policy.problems().iter().any(blocks), is_told, "{written}");
        assert_eq!(decided(&recommended(written), APP, name), "user", "{written}");
    }
    assert_eq!(managed(r#"{"PrintingEnable": false}"#).printing(), Printing::Forbidden);
    assert_eq!(managed(r#"{"PrintingEnable": true}"#).printing(), Printing::Dialog);
    assert!(!managed(r#"{"OneTimePermissionEnabled": false}"#).one_time_grants());
}

#[test]
fn while_an_order_may_have_been_overlooked_nothing_that_was_installed_is_known_to_be_ordered_no_more() {
    for (written, knows) in [
        (r#"{"WebAppInstalForceList": []}"#, false),
        (r#"{"webappinstallforcelist": []}"#, false),
        (r#"{"IsolatedWebAppInstallForceLst": [{}]}"#, false),
        (r#"{"WebAppSetings": []}"#, false),
        (r#"{"Policies": {"WebAppInstallForceList": []}}"#, false),
        // What is left of a file that was not written to its end.
        ("", false),
        (r#"{"WebAppInstallForceList": ["#, false),
        (r#"{"ChromePolicyFolder": true}"#, false),
        (r#"{"WebAppInstallForceList": []}"#, true),
        (r#"{"ExtensionInstallForcelist": []}"#, true),
        (r#"{"VideoCaptureAlowed": false}"#, true),
        ("{}", true),
    ] {
        let policy = managed(written);
        let known = (policy.knows_force_installed(), policy.knows_web_app_settings());
        assert_eq!(known, (knows, knows), "{written}: {:?}", policy.problems());
        assert_eq!(
            policy.problems().is_empty(),
            knows && !written.contains("Alowed"),
            "{written}"
        );
    }
    // In the folder that binds nobody.
    let misplaced = recommended(r#"{"WebAppInstallForceList": []}"#);
    assert!(!misplaced.knows_force_installed());
}

#[test]
fn a_slip_in_a_member_of_an_item_is_read_as_it_is_meant() {
    let id = APP.trim_start_matches("isolated-app://");
    let policy = managed(format!(
        r#"{{"IsolatedWebAppInstallForceList": [{{"web_bundle_id": "{id}", "update_manifest_url": "https://a.example/m",
            "pined_version": "1.2", "something_else": 1}}],
            "WebAppSettings": [{{"manifest_id": "*", "Run_On_OS_Login": "run_windowed",
            "prevent_close_after_run_on_os_login": true}}]}}"#
    ));
    assert_eq!(
        policy.force_installed_isolated_web_apps()[0].pinned_version.as_deref(),
        Some("1.2"),
        "an app is not updated because of a slip"
    );
    let settings = policy.settings_of(&"https://b.example/".parse().unwrap());
    assert!(settings.prevent_close && settings.run_on_os_login == Some(true));
    let consequences: Vec<_> = policy.problems().iter().map(|it| it.consequence).collect();
    assert_eq!(
        consequences,
        [Consequence::ReadAsMeant, Consequence::Skipped, Consequence::ReadAsMeant]
    );
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

#[test]
fn whatever_is_changed_in_a_file_it_is_read_without_a_panic_and_every_problem_is_in_it() {
    let seeds = [
        "// a\n{ \"VideoCaptureAllowed\": \"dword:0\", \"GeolocationBlockedForUrls\": {\"1\": \"[*.]a.example\"}, }",
        r#"{"Software\\Policies\\Google\\Chrome": {"Recommended": {"A": 1}, "GeolocationAllowedForUrls\\2": "https://a"}}"#,
        r#"{"policies": {"Permissions": {"Camera": {"Allow": ["https://a.example"], "Block": "x", "Locked": 1}, "Location": []}}}"#,
        r#"{"WebAppInstallForceList": [{"url": "https://a"}], "IsolatedWebAppInstallForceList": "[{}]", "WebAppSettings": [{"manifest_id": "*"}]}"#,
        r#"{"DefaultPrinterSelection": "{\"namePattern\": \"A\"}", "FirstRunPermissionsLimit": 2.0, "A": "\ud83d\ude00 ä"}"#,
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.json");
    let mut number: u64 = 1;
    let mut next = |below: usize| {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (number >> 33) as usize % below
    };
    let pieces: [&[u8]; 14] = [
        b"\"", b"{", b"}", b"[", b"]", b",", b":", b"\\", b"/*", b"//", b"\n", b"\xff", b"\0", b"null",
    ];
    for round in 0..4000 {
        let mut text = seeds[round % seeds.len()].as_bytes().to_vec();
        for _ in 0..=next(4) {
            let at = next(text.len());
            match next(3) {
                0 => drop(text.drain(at..text.len().min(at + 1 + next(8)))),
                1 => drop(text.splice(at..at, pieces[next(pieces.len())].iter().copied())),
                _ => text.truncate(at + 1),
            }
            if text.is_empty() {
                text.push(b' ');
            }
        }
        fs::write(&file, &text).unwrap();
        for level in [Level::Managed, Level::Recommended] {
            let policy = PolicySet::of_files(&[(file.clone(), level)]);
            let lines = String::from_utf8_lossy(&text).lines().count() + 1;
            for problem in policy.problems() {
                assert_eq!(problem.place.file, file);
                let position = problem.place.position.unwrap_or(Position { line: 1, column: 1 });
                assert!(
                    (1..=lines).contains(&position.line) && position.column >= 1,
                    "{problem}"
                );
            }
            policy.voices(&WEB.parse().unwrap(), Camera);
        }
    }
}
