//! Policies of other programs, lists of apps to install, and why a policy counts.

#![expect(clippy::unwrap_used, reason = "a test's helper may fail like the test")]

use std::fs;
use std::path::Path;

use data_encoding::BASE64;
use insula_bundle::KeyRotations;
use insula_permissions::PermissionName::{self, *};
use insula_permissions::{
    AppSettings, Consequence, FirstRunMode, FirstRunOrder, Level, PolicySet, PolicySource, PolicyState, RunOnOsLogin,
    Says, WebAppSettings,
};
use serde_json::json;
use tempfile::TempDir;

const ID: &str = "aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";
const WEB: &str = "https://meet.example.com";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content.replace("DIR", folder.path().to_str().unwrap())).unwrap();
    }
    folder
}

fn load(files: &[(&str, &str)]) -> PolicySet {
    PolicySet::load(folder(files).path())
}

/// What is decided for the site, with who can change it.
fn decided(policy: &PolicySet, name: PermissionName) -> Option<(PolicyState, Level)> {
    let decision = policy.decide(&WEB.parse().unwrap(), name);
    decision.map(|decision| (decision.state, decision.level))
}

const GRANTED: Option<(PolicyState, Level)> = Some((PolicyState::Granted, Level::Managed));
const DENIED: Option<(PolicyState, Level)> = Some((PolicyState::Denied, Level::Managed));

#[test]
fn chromes_folders_are_read_only_where_an_order_of_insulas_says_so() {
    let chromes = [
        (
            "chrome/managed/a.json",
            r#"{ "VideoCaptureAllowed": false, "HomepageLocation": "x" }"#,
        ),
        ("chrome/recommended/a.json", r#"{ "DefaultNotificationsSetting": 1 }"#),
    ];
    let with = |own: (&str, &str)| load(&[chromes[0], chromes[1], own]);
    for own in [
        ("managed/a.json", "{}"),
        ("managed/a.json", r#"{ "ChromePolicyFolders": false }"#),
        ("recommended/a.json", r#"{ "ChromePolicyFolders": ["DIR/chrome"] }"#),
    ] {
        let policy = with(own);
        assert_eq!(
            (decided(&policy, Camera), policy.also_read().len()),
            (None, 0),
            "{own:?}"
        );
    }
    let policy = with(("managed/a.json", r#"{ "ChromePolicyFolders": ["DIR/chrome"] }"#));
    assert_eq!(policy.problems(), []);
    assert_eq!(decided(&policy, Camera), DENIED);
    assert_eq!(
        decided(&policy, Notifications),
        Some((PolicyState::Granted, Level::Recommended))
    );
    assert_eq!(policy.files().len(), 3);
    // What Insula's own folder says counts first.
    let own = r#"{ "ChromePolicyFolders": "DIR/chrome", "VideoCaptureAllowedUrls": ["*"] }"#;
    assert_eq!(decided(&with(("managed/a.json", own)), Camera), GRANTED);
}

#[test]
fn whether_an_app_may_ask_to_save_files_is_said_as_in_chrome() {
    let state = |level: &str, policy: &str| decided(&load(&[(&format!("{level}/a.json"), policy)]), FileSystemWrite);
    assert_eq!(
        state("managed", r#"{ "DefaultFileSystemWriteGuardSetting": 2 }"#),
        DENIED
    );
    assert_eq!(state("managed", r#"{ "DefaultFileSystemWriteGuardSetting": 3 }"#), None);
    let asks = r#""FileSystemWriteAskForUrls": ["https://meet.example.com"]"#;
    assert_eq!(
        state(
            "managed",
            &format!(r#"{{ "DefaultFileSystemWriteGuardSetting": 2, {asks} }}"#)
        ),
        None
    );
    let blocks = r#""FileSystemWriteBlockedForUrls": ["https://meet.example.com"]"#;
    assert_eq!(state("managed", &format!("{{ {blocks}, {asks} }}")), DENIED);
    assert_eq!(
        state(
            "managed",
            r#"{ "FileSystemWriteBlockedForUrls": ["https://other.example.com"] }"#
        ),
        None
    );
    assert_eq!(
        state("managed", r#"{ "FileSystemWriteBlockedForUrls": 1 }"#),
        DENIED,
        "it may have been anybody"
    );
    let recommended = Some((PolicyState::Denied, Level::Recommended));
    assert_eq!(state("recommended", &format!("{{ {blocks} }}")), recommended);
}

#[test]
fn chromes_files_cannot_name_others_and_fail_as_safely_as_insulas_own() {
    let own = (
        "managed/a.json",
        r#"{ "ChromePolicyFolders": ["DIR/chrome", "DIR/missing", "relative"] }"#,
    );
    let nested = (
        "chrome/managed/a.json",
        r#"{ "ChromePolicyFolders": ["DIR/other"], "FirefoxPolicyFile": true }"#,
    );
    let other = ("other/managed/a.json", r#"{ "VideoCaptureAllowed": false }"#);
    let policy = load(&[own, nested, other]);
    assert_eq!(decided(&policy, Camera), None);
    let told: Vec<_> = policy.problems().iter().map(|problem| problem.consequence).collect();
    assert_eq!(told, [Consequence::NotRead; 4], "{:?}", policy.problems());
    let policy = load(&[own, ("chrome/managed/a.json", "{")]);
    assert_eq!(decided(&policy, Notifications), DENIED);
    assert!(!policy.is_readable());
}

const FIREFOX: &str = r#"{ "policies": { "DisableTelemetry": true, "Permissions": {
    "Camera": { "Allow": ["https://meet.example.com"], "Block": ["https://other.example"], "BlockNewRequests": true, "Locked": true },
    "Microphone": { "BlockNewRequests": true },
    "Location": { "Block": ["https://meet.example.com"], "Locked": false },
    "Notifications": { "Allow": ["https://meet.example.com:8443"] },
    "ScreenShare": { "Allow": ["https://meet.example.com"], "BlockNewRequests": true, "Locked": true },
    "Autoplay": { "Default": "block-audio" }
} } }"#;

#[test]
fn firefoxs_permissions_are_read_from_where_a_policy_names_them_or_from_a_folder_that_is_given() {
    for files in [
        vec![
            (
                "managed/a.json",
                r#"{ "FirefoxPolicyFile": "DIR/firefox/policies.json" }"#,
            ),
            ("firefox/policies.json", FIREFOX),
        ],
        vec![("policies.json", FIREFOX)],
        vec![("managed/policies.json", FIREFOX)],
    ] {
        let policy = load(&files);
        assert_eq!(decided(&policy, Camera), GRANTED);
        assert_eq!(
            decided(&policy, Microphone),
            Some((PolicyState::Denied, Level::Recommended)),
            "not locked"
        );
        assert_eq!(decided(&policy, Geolocation), DENIED);
        assert_eq!(decided(&policy, Notifications), None, "another port");
        assert_eq!(
            decided(&policy, DisplayCapture),
            None,
            "the user still picks what to share"
        );
        let elsewhere = policy
            .decide(&"https://elsewhere.example".parse().unwrap(), Camera)
            .unwrap();
        assert_eq!(
            elsewhere.source.key.as_deref(),
            Some("Permissions.Camera.BlockNewRequests")
        );
        let told: Vec<_> = policy.problems().iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("Permissions.Autoplay.Default"), "{told:?}");
        assert_eq!(policy.ignored()[0].key.as_deref(), Some("DisableTelemetry"));
    }
    assert_eq!(decided(&load(&[("firefox/policies.json", FIREFOX)]), Camera), None);
}

#[test]
fn firefoxs_slips_refuse_what_they_are_about() {
    let policies = |permissions: &str| load(&[("policies.json", &format!(r#"{{ "policies": {{ {permissions} }} }}"#))]);
    for (permissions, name) in [
        (r#""Permissions": { "Camera": { "Block": true } }"#, Camera),
        (r#""Permissions": { "Camera": { "Block": ["a b"] } }"#, Camera),
        (r#""Permissions": { "Camera": { "Locked": "maybe" } }"#, Camera),
        (r#""Permissions": { "Camera": false }"#, Camera),
        (r#""Permissions": false"#, Camera),
        (r#""Permissions": false"#, Geolocation),
    ] {
        let policy = policies(permissions);
        assert_eq!(decided(&policy, name), DENIED, "{permissions}");
        assert!(
            policy
                .problems()
                .iter()
                .any(|problem| !problem.consequence.is_harmless()),
            "{permissions}"
        );
        assert_eq!(decided(&policy, ClipboardRead), None, "{permissions}");
    }
    for (permissions, meant) in [
        (r#""Permission": {}"#, "`Permissions` is one"),
        (r#""Permissions": { "camera": {} }"#, "`Camera` is one"),
        (r#""Permissions": { "Camera": { "Blocks": [] } }"#, "`Block` is one"),
    ] {
        let policy = policies(permissions);
        assert!(
            policy.problems()[0].to_string().contains(meant),
            "{:?}",
            policy.problems()
        );
    }
    assert_eq!(decided(&load(&[("policies.json", "{")]), ClipboardRead), DENIED);
}

#[test]
fn apps_to_install_are_read_with_all_that_chrome_knows_of_them() {
    let hash = "0123456789abcdefABCDEF0123456789abcdef0123456789abcdef0123456789";
    let policy = load(&[(
        "managed/a.json",
        &json!({
            "WebAppInstallForceList": [
                { "url": "https://a.example/app", "default_launch_container": "window", "create_desktop_shortcut": true,
                  "fallback_app_name": "A", "custom_name": "Ours", "custom_icon": { "url": "https://a.example/i", "hash": hash } },
                { "url": "https://b.example" },
                { "url": "http://c.example" }, { "name": "no url" }, "https://d.example", null,
            ],
            "IsolatedWebAppInstallForceList": [
                { "web_bundle_id": ID, "update_manifest_url": "https://a.example/m.json" },
                { "web_bundle_id": ID, "update_manifest_url": "https://b.example/m.json" },
                { "web_bundle_id": ID, "update_manifest_url": "https://a.example/m.json", "pinned_version": "1.02" },
                { "web_bundle_id": "short", "update_manifest_url": "https://a.example/m.json" },
            ],
            "WebAppSettings": [
                { "manifest_id": "https://a.example/app", "run_on_os_login": "run_windowed", "prevent_close": true },
                { "manifest_id": "*", "run_on_os_login": "blocked", "prevent_close": true },
            ],
        })
        .to_string(),
    )]);
    let [first, second] = policy.force_installed_web_apps() else {
        panic!("{policy:?}")
    };
    assert!(first.opens_in_window && first.create_desktop_shortcut && !second.opens_in_window);
    assert_eq!(
        (first.fallback_app_name.as_deref(), first.custom_name.as_deref()),
        (Some("A"), Some("Ours"))
    );
    assert_eq!(first.custom_icon.as_ref().unwrap().sha256, hash.to_lowercase());
    let [isolated] = policy.force_installed_isolated_web_apps() else {
        panic!("{policy:?}")
    };
    assert_eq!(
        (isolated.web_bundle_id(), isolated.update_channel.as_str()),
        (ID, "default")
    );
    assert_eq!((&isolated.pinned_version, isolated.allow_downgrades), (&None, false));
    let all = WebAppSettings {
        manifest_id: None,
        run_on_os_login: Some(RunOnOsLogin::Blocked),
        prevent_close: Some(true),
        force_unregister_os_integration: None,
    };
    assert_eq!(policy.web_app_settings()[1], all);
    assert_eq!(policy.web_app_settings()[0].prevent_close, Some(true));
    let unnamed = policy.settings_of(&"https://b.example/".parse().unwrap());
    assert!(!unnamed.prevent_close, "it does not start at login");
    assert_eq!(policy.problems().len(), 9, "{:#?}", policy.problems());
    let skipped = |consequence| {
        policy
            .problems()
            .iter()
            .filter(|it| it.consequence == consequence)
            .count()
    };
    assert_eq!(
        (skipped(Consequence::OrderSkipped), skipped(Consequence::Skipped)),
        (6, 3)
    );
}

#[test]
fn apps_to_install_are_read_as_windows_writes_them_and_only_as_orders() {
    let list = json!([{ "web_bundle_id": ID, "update_manifest_url": "https://a.example/m.json", "pinned_version": "1.2.3",
        "allow_downgrades": 1, "update_channel": "beta" }]);
    let written = json!({ "IsolatedWebAppInstallForceList": list.to_string() }).to_string();
    let policy = load(&[("managed/a.json", &written)]);
    let [app] = policy.force_installed_isolated_web_apps() else {
        panic!("{policy:?}")
    };
    assert_eq!(
        (app.pinned_version.as_deref(), app.allow_downgrades),
        (Some("1.2.3"), true)
    );
    assert_eq!(policy.problems().len(), 1);
    let policy = load(&[("recommended/a.json", &written)]);
    assert_eq!(policy.force_installed_isolated_web_apps(), []);
    assert_eq!(policy.problems().len(), 1);
    for list in ["null", "true", "{}", "[[]]", "[{}]"] {
        let policy = load(&[(
            "managed/a.json",
            &format!(r#"{{ "WebAppInstallForceList": {list}, "WebAppSettings": {list} }}"#),
        )]);
        assert_eq!(
            (policy.force_installed_web_apps(), policy.web_app_settings()),
            (&[][..], &[][..])
        );
        assert_eq!(policy.problems().len(), 2, "{list}");
    }
}

#[test]
fn own_switches_are_on_until_a_policy_turns_them_off() {
    let switches = |policy: &PolicySet| [policy.one_time_grants(), policy.quieting(), policy.expiry_of_unused()];
    assert_eq!(switches(&PolicySet::default()), [true; 3]);
    let off = r#"{ "OneTimePermissionsEnabled": false, "PermissionQuietingEnabled": 0, "UnusedPermissionsExpiryEnabled": "false" }"#;
    let policy = load(&[("managed/a.json", off)]);
    assert_eq!((switches(&policy), policy.problems().len()), ([false; 3], 2));
    let on = r#"{ "OneTimePermissionsEnabled": true, "PermissionQuietingEnabled": true, "UnusedPermissionsExpiryEnabled": true }"#;
    assert_eq!(
        switches(&load(&[("managed/a.json", on), ("recommended/a.json", off)])),
        [true; 3]
    );
    assert_eq!(switches(&load(&[("recommended/a.json", off)])), [false; 3]);
    let sheet = r#"{ "FirstRunPermissionsPromptMode": "2", "FirstRunPermissionsOrder": 1 }"#;
    let policy = load(&[("managed/a.json", sheet)]);
    assert_eq!(
        (policy.first_run_mode(), policy.first_run_order()),
        (FirstRunMode::Install, FirstRunOrder::Table)
    );
}

#[test]
fn every_policy_that_speaks_about_an_app_is_named_with_what_it_lost_to() {
    let folder = folder(&[
        (
            "managed/a.json",
            "{\n\"DefaultGeolocationSetting\": 2,\n\"GeolocationAllowedForUrls\": [\"*\", \"[*.]example.com\", \"meet.example.com\"],\n\
             \"GeolocationBlockedForUrls\": [\"https://other.example\"]\n}",
        ),
        ("recommended/a.json", r#"{ "DefaultGeolocationSetting": 3 }"#),
    ]);
    let policy = PolicySet::load(folder.path());
    let voices = policy.voices(&WEB.parse().unwrap(), Geolocation);
    let said: Vec<_> = voices
        .iter()
        .map(|it| {
            (
                it.source.key.as_deref().unwrap(),
                it.says,
                it.pattern.as_deref(),
                it.lost,
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("GeolocationAllowedForUrls", Says::Allow, Some("meet.example.com"), None),
            (
                "DefaultGeolocationSetting",
                Says::Block,
                None,
                Some("a list counts before a default")
            ),
            (
                "DefaultGeolocationSetting",
                Says::Ask,
                None,
                Some("an order counts before a recommendation")
            ),
        ]
    );
    assert_eq!(voices[0].source.position.unwrap().line, 3);
    let other = policy.voices(&"https://other.example".parse().unwrap(), Geolocation);
    assert_eq!((other[0].says, other[0].lost), (Says::Block, None));
    assert_eq!(
        other[1].lost,
        Some("a list that blocks counts before one that does not")
    );
    assert_eq!(policy.voices(&WEB.parse().unwrap(), Camera), []);
}

#[test]
fn the_voice_that_counts_is_what_is_decided() {
    let lists = json!({
        "DefaultGeolocationSetting": 1, "GeolocationBlockedForUrls": [WEB], "VideoCaptureAllowed": false,
        "VideoCaptureAllowedUrls": [WEB], "AudioCaptureAllowedUrls": "?", "LocalNetworkAccessBlockedForUrls": ["*"],
        "LocalNetworkAllowedForUrls": [WEB], "ScreenCaptureAllowed": false, "ScreenCaptureAllowedByOrigins": [WEB],
        "DefaultMediaStreamSetting": 3, "MidiBlockedForUrls": 7,
    })
    .to_string();
    for managed in [lists.as_str(), "{", "{}"] {
        let policy = load(&[("managed/a.json", managed), ("recommended/a.json", &lists)]);
        for name in PermissionName::ALL.iter().copied() {
            let voices = policy.voices(&WEB.parse().unwrap(), name);
            let counting: Vec<_> = voices.iter().filter(|voice| voice.lost.is_none()).collect();
            let decision = policy.decide(&WEB.parse().unwrap(), name);
            assert_eq!(counting.len(), usize::from(!voices.is_empty()), "{name}");
            match (decision, counting.first()) {
                (Some(decision), Some(voice)) => {
                    assert_eq!(
                        (&decision.source, decision.level),
                        (&voice.source, voice.level),
                        "{name}"
                    );
                    assert_eq!(
                        decision.state == PolicyState::Denied,
                        voice.says == Says::Block,
                        "{name}"
                    );
                }
                (None, voice) => assert!(voice.is_none_or(|voice| voice.says == Says::Ask), "{name}"),
                (Some(_), None) => panic!("{name}: nobody said so"),
            }
        }
    }
}

#[test]
fn single_files_are_read_as_what_they_are() {
    let folder = folder(&[
        ("a.json", r#"{ "VideoCaptureAllowed": false }"#),
        ("b.json", r#"{ "DefaultNotificationsSetting": 1 }"#),
        ("policies.json", FIREFOX),
    ]);
    let file = |name: &str| folder.path().join(name);
    let policy = PolicySet::of_files(&[
        (file("b.json"), Level::Recommended),
        (file("policies.json"), Level::Managed),
        (file("a.json"), Level::Managed),
    ]);
    assert_eq!(
        decided(&policy, Notifications),
        Some((PolicyState::Granted, Level::Recommended))
    );
    assert_eq!(decided(&policy, Geolocation), DENIED);
    let missing = PolicySet::of_files(&[(Path::new("/nonexistent").to_owned(), Level::Managed)]);
    let source = PolicySource {
        file: "/nonexistent".into(),
        key: None,
        position: None,
    };
    assert_eq!(missing.decide(&WEB.parse().unwrap(), Camera).unwrap().source, source);
}

#[test]
fn an_app_has_its_own_settings_and_else_those_of_every_app() {
    let list = json!({ "WebAppSettings": [
        { "manifest_id": format!("isolated-app://{ID}"), "run_on_os_login": "blocked" },
        { "manifest_id": "https://a.example/app/", "force_unregister_os_integration": true },
        { "manifest_id": "https://b.example/", "run_on_os_login": "allowed" },
        { "manifest_id": "*", "run_on_os_login": "run_windowed" },
    ] });
    let policy = load(&[("managed/a.json", &list.to_string())]);
    let of = |id: &str| {
        let settings = policy.settings_of(&id.parse().unwrap());
        (settings.run_on_os_login, settings.force_unregister_os_integration)
    };
    assert_eq!(of(&format!("isolated-app://{ID}/")), (Some(false), false));
    assert_eq!(of("https://a.example/app/"), (Some(true), true));
    assert_eq!(of("https://a.example/app"), (Some(true), false));
    assert_eq!(of("https://b.example/"), (None, false), "it is left to the user");
    let nothing = PolicySet::default().settings_of(&"https://a.example/".parse().unwrap());
    assert_eq!(nothing, AppSettings::default());
}

#[test]
fn what_an_app_s_own_item_does_not_say_the_item_about_every_app_does() {
    let list = json!({ "WebAppSettings": [
        { "manifest_id": "https://a.example/", "run_on_os_login": "run_windowed" },
        { "manifest_id": "https://b.example/", "run_on_os_login": "blocked" },
        { "manifest_id": "https://c.example/", "run_on_os_login": "run_windowed",
          "prevent_close_after_run_on_os_login": false, "force_unregister_os_integration": false },
        { "manifest_id": "*", "prevent_close_after_run_on_os_login": true, "force_unregister_os_integration": true },
    ] });
    let policy = load(&[("managed/a.json", &list.to_string())]);
    let of = |id: &str| {
        let settings = policy.settings_of(&id.parse().unwrap());
        (settings.prevent_close, settings.force_unregister_os_integration)
    };
    assert_eq!(of("https://a.example/"), (true, true));
    assert_eq!(of("https://b.example/"), (false, true), "it does not start at login");
    assert_eq!(of("https://c.example/"), (false, false));
    assert_eq!(of("https://d.example/"), (false, true), "nothing has it start at login");
    assert_eq!(policy.problems(), []);
}

#[test]
fn which_apps_are_ordered_is_not_known_while_an_order_may_have_been_overlooked() {
    let knows = |content: &str| load(&[("managed/a.json", content)]).knows_force_installed();
    for known in [
        "{}",
        r#"{ "WebAppInstallForceList": [{ "url": "https://a.example", "odd": 1 }] }"#,
        r#"{ "WebAppSettings": 7, "VideoCaptureAllowedUrls": "?" }"#,
    ] {
        assert!(knows(known), "{known}");
    }
    for unknown in [
        "{",
        r#"{ "WebAppInstallForceList": [{ "ulr": "https://a.example" }] }"#,
        r#"{ "IsolatedWebAppInstallForceList": 7 }"#,
        r#"{ "ChromePolicyFolders": ["DIR/missing"] }"#,
    ] {
        assert!(!knows(unknown), "{unknown}");
    }
}

/// Two keys, as policies write them.
const KEYS: [&str; 2] = [
    "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=",
];

#[test]
fn keys_that_have_taken_the_place_of_others_are_read_from_a_policy_and_from_a_file_of_their_own() {
    let rotation = json!({ ID: { "expected_key": KEYS[1], "previous_key": KEYS[0] } }).to_string();
    let policy = format!(r#"{{ "KeyRotations": {rotation} }}"#);
    let id = ID.parse().unwrap();
    for file in [
        ("managed/a.json", policy.as_str()),
        ("managed/key-rotation.json", &rotation),
    ] {
        let policy = load(&[file]);
        assert_eq!(policy.problems(), [], "{file:?}");
        let rotations = policy.key_rotations();
        let keys: Vec<_> = rotations.keys(&id).map(|key| BASE64.encode(&key.to_bytes())).collect();
        assert_eq!(keys, [KEYS[1], KEYS[0]], "{file:?}");
    }
    // Nobody but the administrator of Insula says it.
    let recommended = load(&[("recommended/key-rotation.json", &rotation)]);
    let chromes = r#"{ "ChromePolicyFolders": ["DIR/chrome"] }"#;
    let elsewhere = load(&[("managed/a.json", chromes), ("chrome/managed/a.json", &policy)]);
    for other in [recommended, elsewhere] {
        assert!(!other.key_rotations().concern(&id));
        assert_eq!(other.problems().len(), 1);
    }
}

#[test]
fn a_slip_in_what_is_said_of_keys_leaves_no_key_with_an_app_that_was_to_lose_it() {
    let app = ID.parse().unwrap();
    for (item, told) in [
        (r#"{ "expected_key": null }"#, 0),
        (r#"{ "expected_key": "AAAA" }"#, 1),
        (r#"{ "expected_key": 7 }"#, 1),
        (r#"{ "expectedkey": null }"#, 1),
        ("null", 1),
        (r#""11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=""#, 1),
    ] {
        let policy = load(&[("managed/key-rotation.json", &format!("{{\n  \"{ID}\": {item}\n}}"))]);
        assert!(policy.key_rotations().concern(&app), "{item}");
        assert_eq!(policy.key_rotations().keys(&app).count(), 0, "{item}");
        assert_eq!(policy.problems().len(), told, "{item}: {:?}", policy.problems());
        let lines = policy.problems().iter().map(|it| it.place.position.unwrap().line);
        assert!({ lines }.all(|line| line == 2), "{item}");
    }
    // Whatever may have said more about keys.
    let mut unknown = KeyRotations::default();
    unknown.doubt();
    for (file, whole) in [
        ("key-rotation.json", "[]"),
        ("key-rotation.json", "{"),
        ("key-rotation.json", ""),
        ("a.json", "{"),
        ("a.json", r#"{ "KeyRotations": [] }"#),
        ("a.json", r#"{ "KeyRotation": {} }"#),
        ("a.json", r#"{ "keys": { "KeyRotations": {} } }"#),
        ("a.json", r#"{ "KeyRotations": { "short": { "expected_key": null } } }"#),
    ] {
        let policy = load(&[(&format!("managed/{file}"), whole)]);
        assert_eq!(policy.key_rotations(), unknown, "{whole}");
        assert!(!policy.problems().is_empty());
    }
    // What is known stays known beside it, and both places count.
    let withdrawn = format!(r#"{{ "{ID}": {{ "expected_key": null }} }}"#);
    let other = r#"{ "KeyRotations": { "short": {} } }"#;
    let policy = load(&[("managed/z.json", other), ("managed/key-rotation.json", &withdrawn)]);
    assert!(policy.key_rotations().withdraw(&app));
}
