//! Policy files through the public interface.

#![expect(clippy::unwrap_used, reason = "a test's helper may fail like the test")]

use std::fs;
use std::path::Path;

use insula_permissions::PermissionName::{self, *};
use insula_permissions::{
    AppOrigin, Authority, Caller, Consequence, DecideError, DecidedBy, FeatureSet, FirstRunMode, KNOWN_KEYS, Level,
    OTHER_KEYS, PermissionState, PolicySet, PolicyState, Source, Store, Subject,
};
use insula_vocabulary::Compatibility;
use serde_json::{Value, json};
use tempfile::TempDir;

const APP: &str = "isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";
const WEB: &str = "https://meet.example.com";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn load(files: &[(&str, &str)]) -> PolicySet {
    PolicySet::load(folder(files).path())
}

fn managed(json: Value) -> PolicySet {
    load(&[("managed/test.json", &json.to_string())])
}

/// What is decided for an origin, as a word.
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

#[test]
fn without_a_folder_there_is_no_policy() {
    let policy = PolicySet::load(Path::new("/nonexistent/insula/policies"));
    assert_eq!(policy.problems(), []);
    assert_eq!(policy.decide(&WEB.parse().unwrap(), Camera), None);
    assert_eq!(policy.first_run_mode(), FirstRunMode::FirstRun);
    assert_eq!(policy.first_run_limit(), 6);
}

#[test]
fn a_policy_file_with_comments_and_surplus_commas_is_read() {
    let policy = load(&[(
        "managed/commented.json",
        "// by the IT department\n{\n  \"VideoCaptureAllowed\": false, /* no cameras */\n}\n",
    )]);
    assert_eq!(policy.problems(), []);
    assert_eq!(decided(&policy, APP, Camera), "denied");
    assert_eq!(decided(&policy, APP, Microphone), "user", "not everything is refused");
}

#[test]
fn a_policy_that_nobody_reads_is_a_problem() {
    let policy = load(&[
        ("beside.json", r#"{ "VideoCaptureAllowed": false }"#),
        (
            "managed/case.json",
            r#"{ "UnrestrictedNetworkBlockedForURLs": ["*"], "HomepageLocation": "x" }"#,
        ),
    ]);
    let problems: Vec<String> = policy.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems[0].contains("there is no such policy; `UnrestrictedNetworkBlockedForUrls` is one"),
        "{problems:?}"
    );
    assert!(
        problems[1].contains("beside.json: ") && problems[1].ends_with("(it is not read)"),
        "{problems:?}"
    );
    assert_eq!(policy.files().len(), 1);
    assert_eq!(policy.ignored().len(), 2);
}

#[test]
fn a_policy_counts_whatever_its_file_is_called() {
    for name in ["policy", "policy.JSON", "10-policy.conf", "site.json.d"] {
        let policy = load(&[(&format!("managed/{name}"), r#"{ "VideoCaptureAllowed": false }"#)]);
        assert_eq!(policy.problems(), [], "{name}");
        assert_eq!(decided(&policy, APP, Camera), "denied", "{name}");
        let broken = load(&[(&format!("managed/{name}"), r#"{ "VideoCaptureAllowed": false "#)]);
        assert_eq!(
            decided(&broken, APP, Microphone),
            "denied",
            "{name}: it may forbid anything"
        );
    }
}

#[test]
fn what_is_left_of_a_policy_does_not_bring_it_back() {
    for name in [
        "a.json~",
        "a.json.bak",
        ".a.json.swp",
        "#a.json#",
        "a.json.dpkg-old",
        "A.JSON.OLD",
        "README",
    ] {
        let policy = load(&[
            ("managed/a.json", r#"{ "DefaultGeolocationSetting": 2 }"#),
            (&format!("managed/{name}"), r#"{ "DefaultGeolocationSetting": 1 }"#),
        ]);
        assert_eq!(policy.problems(), [], "{name}");
        assert_eq!(decided(&policy, WEB, Geolocation), "denied", "{name}");
    }
}

#[test]
fn a_policy_in_a_folder_of_its_own_is_told_of() {
    let policy = load(&[("managed/site/a.json", r#"{ "VideoCaptureAllowed": false }"#)]);
    let [problem] = policy.problems() else {
        panic!("{:?}", policy.problems())
    };
    assert!(problem.place.file.ends_with("managed/site"), "{problem}");
    assert_eq!(problem.consequence, Consequence::NotRead);
    assert_eq!(decided(&policy, APP, Camera), "user");
}

#[test]
fn a_problem_is_harmless_where_every_order_counts() {
    let block = r#"{ "GeolocationBlockedForUrls": ["*"] }"#;
    let mistyped = r#"{ "geolocationBlockedForUrls": ["*"] }"#;
    let unclear = r#"{ "GeolocationBlockedForUrls": 1 }"#;
    for (file, content, is_harmless) in [
        ("managed/a.json", "{", false),
        ("managed/a.json", unclear, false),
        ("managed/a.json", mistyped, false),
        ("managed/a/a.json", block, false),
        ("a.json", block, false),
        ("recommended/a.json", "{", true),
        ("recommended/a.json", unclear, true),
        ("recommended/a.json", mistyped, true),
        ("managed/a.json", r#"{ "GeolocationAllowedForUrls": ["?"] }"#, true),
        ("managed/a.json", r#"{ "FirstRunPermissionsPromptMode": 3 }"#, true),
        ("managed/a.json", r#"{ "FirstRunPermissionsLimit": 0 }"#, true),
    ] {
        let policy = load(&[(file, content)]);
        let [problem] = policy.problems() else {
            panic!("{file} {content}: {:?}", policy.problems())
        };
        assert_eq!(problem.consequence.is_harmless(), is_harmless, "{problem}");
    }
}

#[test]
fn each_kind_of_policy_has_its_effect() {
    for (json, origin, name, expected) in [
        (json!({ "DefaultGeolocationSetting": 1 }), WEB, Geolocation, "granted"),
        (json!({ "DefaultGeolocationSetting": 2 }), WEB, Geolocation, "denied"),
        (json!({ "DefaultGeolocationSetting": 3 }), WEB, Geolocation, "user"),
        (json!({ "DefaultGeolocationSetting": 2 }), WEB, Camera, "user"),
        (json!({ "VideoCaptureAllowed": false }), WEB, Camera, "denied"),
        (json!({ "VideoCaptureAllowed": true }), WEB, Camera, "user"),
        (json!({ "DefaultMediaStreamSetting": 2 }), WEB, Microphone, "denied"),
        (
            json!({ "NotificationsAllowedForUrls": ["[*.]example.com"] }),
            WEB,
            Notifications,
            "granted",
        ),
        (
            json!({ "NotificationsAllowedForUrls": ["https://other.example"] }),
            WEB,
            Notifications,
            "user",
        ),
        (
            json!({ "ControlledFrameBlockedForUrls": [APP] }),
            APP,
            ControlledFrame,
            "denied",
        ),
        (
            json!({ "UnrestrictedNetworkAllowedForUrls": ["isolated-app://*"] }),
            APP,
            UnrestrictedNetwork,
            "granted",
        ),
        (
            json!({ "UnrestrictedNetworkAllowedForUrls": ["isolated-app://*"] }),
            WEB,
            UnrestrictedNetwork,
            "user",
        ),
        // Sockets: a block covers the grant as well, which is more; permission does not.
        (
            json!({ "DefaultDirectSocketsSetting": 2 }),
            APP,
            UnrestrictedNetwork,
            "denied",
        ),
        (
            json!({ "DirectSocketsAllowedForUrls": [APP] }),
            APP,
            DirectSockets,
            "granted",
        ),
        (
            json!({ "DirectSocketsAllowedForUrls": [APP] }),
            APP,
            UnrestrictedNetwork,
            "user",
        ),
        (
            json!({ "LocalNetworkAccessAllowedForUrls": ["*"] }),
            APP,
            LoopbackNetwork,
            "granted",
        ),
    ] {
        let policy = managed(json.clone());
        assert_eq!(policy.problems(), [], "{json}");
        assert_eq!(decided(&policy, origin, name), expected, "{json} {origin} {name}");
    }
}

#[test]
fn blocked_beats_allowed_beats_the_default() {
    for (json, name, expected) in [
        (
            json!({ "GeolocationBlockedForUrls": [WEB], "GeolocationAllowedForUrls": [WEB] }),
            Geolocation,
            "denied",
        ),
        (
            json!({ "GeolocationAllowedForUrls": [WEB], "DefaultGeolocationSetting": 2 }),
            Geolocation,
            "granted",
        ),
        (
            json!({ "VideoCaptureAllowedUrls": [WEB], "VideoCaptureAllowed": false }),
            Camera,
            "granted",
        ),
        (
            json!({ "ScreenCaptureAllowedByOrigins": [WEB], "ScreenCaptureAllowed": false }),
            DisplayCapture,
            "user",
        ),
        // Specific beats generic, and blocked beats allowed within each.
        (
            json!({ "LocalNetworkAllowedForUrls": [WEB], "LocalNetworkAccessBlockedForUrls": [WEB] }),
            LocalNetwork,
            "granted",
        ),
        (
            json!({ "LocalNetworkAllowedForUrls": [WEB], "LocalNetworkAccessBlockedForUrls": [WEB] }),
            LoopbackNetwork,
            "denied",
        ),
        (
            json!({ "LocalNetworkAccessAllowedForUrls": [WEB], "LocalNetworkAccessBlockedForUrls": [WEB] }),
            LocalNetwork,
            "denied",
        ),
        (
            json!({ "LocalNetworkAllowedForUrls": [WEB], "LocalNetworkBlockedForUrls": [WEB] }),
            LocalNetwork,
            "denied",
        ),
    ] {
        assert_eq!(decided(&managed(json.clone()), WEB, name), expected, "{json}");
    }
}

#[test]
fn later_files_win_and_managed_beats_recommended() {
    let policy = load(&[
        (
            "managed/10-base.json",
            r#"{"DefaultGeolocationSetting":1,"DefaultMidiSetting":3}"#,
        ),
        ("managed/20-site.json", r#"{"DefaultGeolocationSetting":2}"#),
        ("managed/readme.txt", "not a policy"),
        (
            "recommended/a.json",
            r#"{"DefaultGeolocationSetting":1,"DefaultNotificationsSetting":1,"DefaultMidiSetting":1}"#,
        ),
    ]);
    let origin: AppOrigin = WEB.parse().unwrap();
    let geolocation = policy.decide(&origin, Geolocation).unwrap();
    assert_eq!(
        (geolocation.state, geolocation.level),
        (PolicyState::Denied, Level::Managed)
    );
    assert!(
        geolocation
            .source
            .to_string()
            .ends_with("20-site.json: DefaultGeolocationSetting")
    );
    let notifications = policy.decide(&origin, Notifications).unwrap();
    assert_eq!(notifications.level, Level::Recommended);
    assert_eq!(
        policy.decide(&origin, Midi),
        None,
        "a managed 3 means that the user is asked"
    );
}

#[test]
fn a_managed_file_that_cannot_be_parsed_refuses_everything_and_says_where() {
    let policy = load(&[
        ("managed/good.json", r#"{"DefaultGeolocationSetting":1}"#),
        ("managed/zbad.json", "{\n  \"DefaultCameraSetting\": 2;\n}"),
    ]);
    let [problem] = policy.problems() else {
        panic!("{:?}", policy.problems())
    };
    assert!(
        problem.place.to_string().ends_with("managed/zbad.json:2:28"),
        "{problem}"
    );
    assert!(problem.to_string().contains("every permission is refused"), "{problem}");
    for name in PermissionName::ALL {
        assert_eq!(decided(&policy, WEB, *name), "denied", "{name}");
    }
    let policy = load(&[("managed/list.json", "[]")]);
    assert_eq!(decided(&policy, WEB, Camera), "denied");
    assert!(policy.problems()[0].place.to_string().ends_with("list.json:1:1"));
}

#[test]
fn a_policy_file_that_is_a_folder_counts_as_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("managed/odd.json")).unwrap();
    let policy = PolicySet::load(folder.path());
    assert_eq!(decided(&policy, WEB, Camera), "denied");
    assert_eq!(policy.problems().len(), 1);
}

#[test]
fn a_recommended_file_that_cannot_be_parsed_is_only_skipped() {
    let policy = load(&[
        ("recommended/a.json", r#"{"DefaultNotificationsSetting":1}"#),
        ("recommended/b.json", "oops"),
    ]);
    assert_eq!(policy.problems().len(), 1);
    assert_eq!(decided(&policy, WEB, Camera), "user");
    assert_eq!(decided(&policy, WEB, Notifications), "granted");
}

#[test]
fn a_managed_value_of_the_wrong_form_refuses_what_it_is_about() {
    for (json, name) in [
        (json!({ "DefaultGeolocationSetting": "block" }), Geolocation),
        (json!({ "DefaultGeolocationSetting": 7 }), Geolocation),
        (json!({ "VideoCaptureAllowed": "no" }), Camera),
        (json!({ "GeolocationBlockedForUrls": true }), Geolocation),
        (json!({ "GeolocationBlockedForUrls": ["https://a b"] }), Geolocation),
        (json!({ "GeolocationBlockedForUrls": [3] }), Geolocation),
        (
            json!({ "GeolocationBlockedForUrls": ["isolated-app://mistyped"] }),
            Geolocation,
        ),
        (json!({ "DefaultDirectSocketsSetting": 3 }), DirectSockets),
        (json!({ "GeolocationAllowedForUrls": { "a": 1 } }), Geolocation),
        (json!({ "DefaultDirectSocketsSetting": true }), UnrestrictedNetwork),
    ] {
        let policy = managed(json.clone());
        assert_eq!(policy.problems().len(), 1, "{json}");
        assert_eq!(decided(&policy, WEB, name), "denied", "{json}");
        assert_eq!(decided(&policy, WEB, Notifications), "user", "{json}");
    }
}

#[test]
fn a_bad_item_of_an_allow_list_is_skipped_with_a_word() {
    let policy = managed(json!({ "GeolocationAllowedForUrls": ["*.example.com", 3, "https://a b", WEB] }));
    assert_eq!(policy.problems().len(), 3);
    assert_eq!(decided(&policy, WEB, Geolocation), "granted");
    let policy = managed(json!({ "DirectSocketsAllowedForUrls": ["*"] }));
    assert_eq!(decided(&policy, APP, DirectSockets), "user");
    assert_eq!(policy.problems().len(), 1);
}

#[test]
fn what_chrome_takes_for_nothing_is_nothing_and_told_of() {
    for (json, name) in [
        (json!({ "DefaultMediaStreamSetting": 1 }), Camera),
        (json!({ "DefaultMediaStreamSetting": 1 }), Microphone),
        (json!({ "DefaultClipboardSetting": 1 }), ClipboardRead),
        (json!({ "DefaultGeolocationSetting": null }), Geolocation),
        (json!({ "VideoCaptureAllowed": null }), Camera),
        (json!({ "GeolocationBlockedForUrls": null }), Geolocation),
        (json!({ "GeolocationBlockedForUrls": ["file:///*"] }), Geolocation),
        (
            json!({ "GeolocationBlockedForUrls": ["chrome-extension://*"] }),
            Geolocation,
        ),
        (json!({ "GeolocationBlockedForUrls": [""] }), Geolocation),
        (json!({ "GeolocationBlockedForUrls": [null] }), Geolocation),
        (json!({ "VideoCaptureAllowedUrls": ["file:///*"] }), Camera),
        (
            json!({ "ScreenCaptureAllowedByOrigins": ["devtools://*"] }),
            DisplayCapture,
        ),
    ] {
        let policy = managed(json.clone());
        assert_eq!(decided(&policy, WEB, name), "user", "{json}");
        let [problem] = policy.problems() else {
            panic!("{json}: {:?}", policy.problems())
        };
        assert!(problem.consequence.is_harmless(), "{problem}");
    }
    let said = managed(json!({ "DefaultMediaStreamSetting": 1 })).problems()[0].to_string();
    assert!(
        said.ends_with("1 would allow, which this policy cannot; 2 blocks, 3 asks (it is skipped)"),
        "{said}"
    );
}

#[test]
fn an_empty_file_says_nothing() {
    for content in ["", " \n", "// nothing yet\n", "/* { */", "\u{feff}"] {
        let policy = load(&[("managed/a.json", content)]);
        assert_eq!(decided(&policy, WEB, Camera), "user", "{content:?}");
        let [problem] = policy.problems() else {
            panic!("{content:?}: {:?}", policy.problems())
        };
        // One without a comment may be what is left of another.
        assert_eq!(problem.consequence.is_harmless(), content.contains('/'), "{problem}");
        assert_eq!(policy.files().len(), 1);
    }
}

#[test]
fn an_item_about_a_part_of_an_origin_blocks_all_of_it_and_allows_nothing() {
    for item in ["https://meet.example.com/room", "*.example.com", "meet.example.com?x"] {
        let blocked = managed(json!({ "GeolocationBlockedForUrls": [item] }));
        assert_eq!(decided(&blocked, WEB, Geolocation), "denied", "{item}");
        assert_eq!(
            decided(&blocked, "https://other.example", Geolocation),
            "user",
            "{item}"
        );
        let allowed = managed(json!({ "GeolocationAllowedForUrls": [item] }));
        assert_eq!(decided(&allowed, WEB, Geolocation), "user", "{item}");
        for policy in [blocked, allowed] {
            let [problem] = policy.problems() else {
                panic!("{item}: {:?}", policy.problems())
            };
            assert!(problem.consequence.is_harmless(), "{problem}");
        }
    }
    // A star after the slash is all of it, and no problem.
    let policy = managed(json!({ "GeolocationAllowedForUrls": ["https://meet.example.com/*"] }));
    assert_eq!(
        (decided(&policy, WEB, Geolocation), policy.problems().len()),
        ("granted", 0)
    );
}

#[test]
fn policies_about_other_things_are_listed_and_not_a_problem() {
    let policy = managed(json!({ "HomepageLocation": "https://example.com" }));
    assert_eq!(policy.problems(), []);
    assert_eq!(policy.ignored()[0].key.as_deref(), Some("HomepageLocation"));
}

#[test]
fn the_sheet_is_steered_by_policy() {
    let json = json!({ "FirstRunPermissionsPromptMode": 0, "FirstRunPermissionsLimit": 3 });
    let policy = managed(json);
    assert_eq!(policy.first_run_mode(), FirstRunMode::Off);
    assert_eq!(policy.first_run_limit(), 3);
    let policy = managed(json!({ "FirstRunPermissionsLimit": 0 }));
    assert_eq!((policy.first_run_limit(), policy.problems().len()), (6, 1));
}

#[test]
fn frames_answer_as_chromiums_where_policy_says_so() {
    let app: AppOrigin = APP.parse().unwrap();
    let of = |json: Value| managed(json).compatibility(&app).map(|(_, whose)| whose);
    for (listed, blocked, expected) in [
        (json!([APP]), json!([WEB]), Some(Compatibility::Chromium)),
        (json!([WEB]), json!([]), None),
        (json!(["*"]), json!([APP]), Some(Compatibility::None)),
        (json!(true), json!([]), None),
    ] {
        let json =
            json!({ "ControlledFrameChromiumForUrls": listed, "ControlledFrameChromiumBlockedForUrls": blocked });
        assert_eq!(of(json.clone()), expected, "{json}");
    }
}

#[test]
fn what_all_apps_have_or_lack_is_switched_by_nothing_but_a_boolean() {
    let read = |policy: &PolicySet| (policy.hardware_acceleration(), policy.data_saver());
    let switched = |value: Value| json!({ "HardwareAccelerationModeEnabled": value, "DataSaverEnabled": value });
    assert_eq!(read(&managed(json!({}))), (true, false));
    for value in [true, false] {
        assert_eq!(read(&managed(switched(json!(value)))), (value, value));
    }
    let policy = managed(switched(json!(2)));
    assert_eq!((read(&policy), policy.problems().len()), ((true, false), 2));
}

#[test]
fn no_policy_is_listed_twice() {
    let others = OTHER_KEYS.iter().map(|(name, _)| *name);
    let mut names: Vec<_> = KNOWN_KEYS.iter().map(|key| key.name()).chain(others).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), KNOWN_KEYS.len() + OTHER_KEYS.len());
}

fn authority(policy: PolicySet) -> (TempDir, Authority) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join(insula_permissions::FILE_NAME)).unwrap();
    (folder, Authority::new(store, policy))
}

#[test]
fn policy_lies_over_decisions_and_does_not_change_them() {
    let (_folder, authority) = authority(PolicySet::default());
    let app = Subject::app(WEB.parse().unwrap());
    let granted = PermissionState::Granted;
    authority
        .decide(&app, Geolocation, granted, DecidedBy::Settings)
        .unwrap();
    authority.set_policy(managed(json!({ "DefaultGeolocationSetting": 2 })));
    let effective = authority.effective(&app, Geolocation).unwrap();
    assert_eq!(effective.state, PermissionState::Denied);
    assert!(matches!(effective.source, Source::Managed(_)) && effective.is_locked());
    let refused = authority.decide(&app, Geolocation, granted, DecidedBy::Settings);
    assert!(matches!(
        refused,
        Err(DecideError::Controlled { name: Geolocation, .. })
    ));
    authority.set_policy(PolicySet::default());
    assert_eq!(authority.effective(&app, Geolocation).unwrap().state, granted);
}

#[test]
fn the_users_decision_beats_a_recommendation() {
    let recommended = load(&[("recommended/a.json", r#"{"DefaultGeolocationSetting":1}"#)]);
    let (_folder, authority) = authority(recommended);
    let app = Subject::app(WEB.parse().unwrap());
    let effective = authority.effective(&app, Geolocation).unwrap();
    assert_eq!(effective.state, PermissionState::Granted);
    assert!(matches!(effective.source, Source::Recommended(_)) && !effective.is_locked());
    authority
        .decide(&app, Geolocation, PermissionState::Denied, DecidedBy::Prompt)
        .unwrap();
    assert_eq!(
        authority.effective(&app, Geolocation).unwrap().state,
        PermissionState::Denied
    );
    authority
        .decide(&app, Geolocation, PermissionState::Prompt, DecidedBy::Settings)
        .unwrap();
    assert_eq!(
        authority.effective(&app, Geolocation).unwrap().state,
        PermissionState::Granted
    );
}

#[test]
fn the_permissions_api_sees_the_same_state_as_the_check() {
    let (_folder, authority) = authority(managed(json!({ "DefaultGeolocationSetting": 2 })));
    let caller = Caller {
        origin: APP.parse().unwrap(),
        installed: true,
        secure_context: true,
        top_level: true,
        features: ["camera", "geolocation"].into_iter().collect::<FeatureSet>(),
        user_activation: false,
    };
    for (name, expected) in [
        (Camera, PermissionState::Prompt),
        (Geolocation, PermissionState::Denied),
        (Microphone, PermissionState::Denied),
        (Notifications, PermissionState::Prompt),
        (Push, PermissionState::Denied),
    ] {
        assert_eq!(authority.state(&caller, name), expected, "{name}");
    }
}
