use std::fs;
use std::time::SystemTime;

use super::*;
use crate::PermissionName::*;
use crate::{DecidedBy, Decision};

const WEB: &str = "https://example.com";
const ISOLATED: &str = "isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";

fn app(origin: &str) -> AppOrigin {
    origin.parse().unwrap()
}

/// The sheet of an https app, where no feature has to be listed.
fn sheet(requested: &[&str]) -> FirstRun {
    sheet_with(requested, &[], &PolicySet::default())
}

fn sheet_with(requested: &[&str], decisions: &[Record], policy: &PolicySet) -> FirstRun {
    FirstRun::new(&app(WEB), &FeatureSet::default(), requested, decisions, policy)
}

fn names(sheet: &FirstRun) -> Vec<PermissionName> {
    sheet.rows().iter().map(|row| row.name).collect()
}

fn decided(name: PermissionName, state: PermissionState) -> Record {
    let now = SystemTime::now();
    let decision = Decision {
        state,
        by: DecidedBy::Prompt,
        at: now,
        last_used: None,
        device: None,
    };
    Record {
        subject: Subject::app(app(WEB)),
        name,
        decision,
    }
}

fn policy(json: &str) -> PolicySet {
    let folder = tempfile::tempdir().unwrap();
    for level in ["managed", "recommended"] {
        fs::create_dir(folder.path().join(level)).unwrap();
    }
    let (level, json) = json.split_once(' ').unwrap();
    fs::write(folder.path().join(level).join("test.json"), json).unwrap();
    PolicySet::load(folder.path())
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join(crate::FILE_NAME)).unwrap();
    (folder, store)
}

/// Makes one choice in every row that can be changed.
fn decide_all(sheet: &mut FirstRun, choice: Choice) {
    for name in names(sheet) {
        let is_locked = sheet.decide(name, choice) == Err(ChooseError::Locked(name));
        assert!(!is_locked || sheet.rows().iter().any(|row| row.name == name && row.locked.is_some()));
    }
}

fn state(store: &Store, name: PermissionName) -> Option<PermissionState> {
    let subject = Subject::app(app(WEB));
    store.decision(&subject, name).unwrap().map(|decision| decision.state)
}

/// Conforms: FRP-02, FRP-05, FRP-28, FRP-29
#[test]
fn the_seeds_example_makes_four_requests_in_its_order() {
    let sheet = sheet(&["camera", "microphone", "notifications", "push"]);
    assert_eq!(names(&sheet), [Camera, Microphone, Notifications, Push]);
    assert!(
        sheet.rows().iter().all(|row| row.choice.is_none()),
        "nothing is preselected"
    );
    assert!(sheet.rows().iter().all(|row| !row.name.title().is_empty()));
    let camera = &sheet.rows()[0];
    assert_eq!(camera.locked, None);
    let push = &sheet.rows()[3];
    assert_eq!(push.locked, Some("Not available on this device."));
}

/// Conforms: FRP-03, FRP-04, FRP-14
#[test]
fn what_exceeds_the_limit_is_left_out_from_the_end_and_not_denied() {
    let requested = [
        "nfc",
        "camera",
        "microphone",
        "geolocation",
        "notifications",
        "clipboard-read",
        "pointer-lock",
        "display-capture",
        "unrestricted-network",
    ];
    let mut sheet = sheet(&requested);
    assert_eq!(
        names(&sheet),
        [
            Nfc,
            Camera,
            Microphone,
            Geolocation,
            Notifications,
            ClipboardRead,
            PointerLock
        ],
        "a row that is not available does not count"
    );
    decide_all(&mut sheet, Choice::Deny);
    let (_folder, store) = store();
    sheet.commit(&store, "1").unwrap();
    assert_eq!(state(&store, PointerLock), Some(PermissionState::Denied));
    assert_eq!(state(&store, DisplayCapture), None);
    let limited = sheet_with(&requested, &[], &policy("managed {\"FirstRunPermissionsLimit\":2}"));
    assert_eq!(names(&limited), [Nfc, Camera, Microphone]);
}

#[test]
fn doubles_aliases_and_unknown_names_are_sorted_out() {
    let sheet = sheet(&[
        "local-network-access",
        "loopback-network",
        "telepathy",
        "camera",
        "camera",
    ]);
    assert_eq!(names(&sheet), [LocalNetwork, LoopbackNetwork, Camera]);
}

#[test]
fn what_needs_no_decision_has_no_row() {
    assert_eq!(names(&sheet(&["fullscreen", "controlled-frame", "camera"])), [Camera]);
}

#[test]
fn an_isolated_app_can_only_ask_for_what_its_policy_lists() {
    let sheet = |features: &[&str]| {
        let features: FeatureSet = features.iter().copied().collect();
        let requested = ["camera", "microphone", "notifications", "local-network"];
        FirstRun::new(&app(ISOLATED), &features, requested, &[], &PolicySet::default())
    };
    assert_eq!(names(&sheet(&["camera"])), [Camera, Notifications]);
    assert_eq!(
        names(&sheet(&["camera", "microphone", "unrestricted-network"])),
        [Camera, Microphone, Notifications, LocalNetwork],
        "the grant has a switch for near addresses"
    );
}

/// Conforms: FRP-10, FRP-11
#[test]
fn an_earlier_decision_is_preselected() {
    let earlier = [
        decided(Camera, PermissionState::Denied),
        decided(Geolocation, PermissionState::Granted),
        decided(Notifications, PermissionState::Prompt),
    ];
    let sheet = sheet_with(
        &["camera", "geolocation", "notifications"],
        &earlier,
        &PolicySet::default(),
    );
    let choices: Vec<_> = sheet.rows().iter().map(|row| row.choice).collect();
    assert_eq!(choices, [Some(Choice::Deny), Some(Choice::Allow), None]);
}

/// Conforms: FRP-07, FRP-08, FRP-09, FRP-26
#[test]
fn each_row_is_decided_by_itself_and_later_goes_back_to_asking() {
    let (_folder, store) = store();
    let subject = Subject::app(app(WEB));
    store
        .decide(&subject, Geolocation, PermissionState::Granted, DecidedBy::Prompt)
        .unwrap();
    let earlier = store.all().unwrap();
    let requested = ["camera", "microphone", "notifications", "geolocation"];
    let mut sheet = sheet_with(&requested, &earlier, &PolicySet::default());
    sheet.decide(Camera, Choice::Allow).unwrap();
    sheet.decide(Microphone, Choice::Deny).unwrap();
    sheet.decide(Geolocation, Choice::Later).unwrap();
    sheet.commit(&store, "1.0").unwrap();
    assert_eq!(state(&store, Camera), Some(PermissionState::Granted));
    assert_eq!(state(&store, Microphone), Some(PermissionState::Denied));
    assert_eq!(state(&store, Notifications), None);
    assert_eq!(state(&store, Geolocation), None);
    let camera = store.decision(&subject, Camera).unwrap().unwrap();
    assert_eq!(camera.by, DecidedBy::Sheet);
}

#[test]
fn a_sheet_that_is_closed_unanswered_changes_nothing_but_was_shown() {
    let (_folder, store) = store();
    let subject = Subject::app(app(WEB));
    store
        .decide(&subject, Camera, PermissionState::Granted, DecidedBy::Prompt)
        .unwrap();
    let sheet = sheet_with(&["camera", "geolocation"], &store.all().unwrap(), &PolicySet::default());
    sheet.commit(&store, "1.0").unwrap();
    assert_eq!(store.decision(&subject, Camera).unwrap().unwrap().by, DecidedBy::Prompt);
    assert_eq!(state(&store, Geolocation), None);
    assert_eq!(store.sheet(&app(WEB)).unwrap().unwrap().version, "1.0");
}

/// Conforms: FRP-17, FRP-18
#[test]
fn a_managed_row_is_locked_with_the_organizations_sentence() {
    let policy = policy("managed {\"DefaultGeolocationSetting\":2,\"VideoCaptureAllowedUrls\":[\"*\"]}");
    let mut sheet = sheet_with(
        &["camera", "geolocation", "microphone"],
        &[decided(Camera, PermissionState::Denied)],
        &policy,
    );
    let row = |name| sheet.rows().iter().find(|row| row.name == name).unwrap().clone();
    assert_eq!(row(Camera).choice, Some(Choice::Allow));
    assert_eq!(
        row(Camera).locked,
        Some("This permission is controlled by your organization.")
    );
    assert_eq!(row(Geolocation).choice, Some(Choice::Deny));
    assert_eq!(row(Microphone).locked, None);
    assert_eq!(sheet.decide(Camera, Choice::Deny), Err(ChooseError::Locked(Camera)));
    assert_eq!(sheet.decide(Push, Choice::Deny), Err(ChooseError::NoSuchRow(Push)));
    decide_all(&mut sheet, Choice::Allow);
    let (_folder, store) = store();
    sheet.commit(&store, "1").unwrap();
    assert_eq!(
        state(&store, Geolocation),
        None,
        "policy is never written over decisions"
    );
    assert_eq!(state(&store, Microphone), Some(PermissionState::Granted));
}

#[test]
fn a_recommendation_is_preselected_and_can_be_changed() {
    let policy = policy("recommended {\"DefaultGeolocationSetting\":1}");
    let mut sheet = sheet_with(&["geolocation"], &[], &policy);
    assert_eq!(sheet.rows()[0].choice, Some(Choice::Allow));
    assert_eq!(sheet.rows()[0].locked, None);
    assert!(
        sheet.is_due("1", None, FirstRunMode::FirstRun),
        "it is not the user's answer yet"
    );
    sheet.decide(Geolocation, Choice::Deny).unwrap();
    let earlier = [decided(Geolocation, PermissionState::Denied)];
    let sheet = sheet_with(&["geolocation"], &earlier, &policy);
    assert_eq!(sheet.rows()[0].choice, Some(Choice::Deny));
}

#[test]
fn a_sheet_is_shown_once_a_version_and_only_for_something_new() {
    let (_folder, store) = store();
    let first = sheet(&["camera", "push"]);
    assert!(first.is_due("1", None, FirstRunMode::FirstRun));
    assert!(!first.is_due("1", None, FirstRunMode::Off));
    first.commit(&store, "1").unwrap();
    let shown = store.sheet(&app(WEB)).unwrap();
    assert_eq!(shown.as_ref().unwrap().offered, [Camera]);
    assert!(!first.is_due("1", shown.as_ref(), FirstRunMode::FirstRun));
    assert!(
        !first.is_due("2", shown.as_ref(), FirstRunMode::FirstRun),
        "nothing new to ask"
    );
    let second = sheet(&["camera", "geolocation"]);
    assert!(second.is_due("2", shown.as_ref(), FirstRunMode::FirstRun));
    assert!(!sheet(&[]).is_due("1", None, FirstRunMode::FirstRun));
    assert!(!sheet(&["push"]).is_due("1", None, FirstRunMode::FirstRun));
}

#[test]
fn what_nobody_is_asked_about_is_in_the_settings_only_and_on_until_it_is_taken_away() {
    let asked = ["camera", "fullscreen", "direct-sockets"];
    assert_eq!(names(&sheet(&asked)), [Camera]);
    let settings = |decisions: &[Record]| {
        let features = FeatureSet::from_iter(["camera", "fullscreen"]);
        let policy = PolicySet::default();
        FirstRun::listing(List::Settings, &app(ISOLATED), &features, asked, decisions, &policy)
    };
    let undecided = settings(&[]);
    assert_eq!(
        names(&undecided),
        [Camera, Fullscreen],
        "not what the manifest does not list"
    );
    let row = &undecided.rows()[1];
    assert_eq!(row.choice, Some(Choice::Allow));
    assert_eq!(row.choices(), [Choice::Allow, Choice::Deny], "there is no later");
    let mut taken = decided(Fullscreen, PermissionState::Denied);
    taken.subject = Subject::app(app(ISOLATED));
    assert_eq!(settings(&[taken]).rows()[1].choice, Some(Choice::Deny));
}

/// Conforms: FRP-01
#[test]
fn an_app_that_asks_for_nothing_has_no_sheet() {
    for moment in [Moment::Install, Moment::FirstRun] {
        assert_eq!(sheet(&[]).due("1", None, FirstRunMode::Install, moment), None);
    }
}

/// Conforms: FRP-06
#[test]
fn every_row_has_a_sentence_about_what_it_is_for() {
    let all: Vec<&str> = PermissionName::ALL.iter().map(|name| name.as_str()).collect();
    for row in sheet_with(&all, &[], &policy("managed {\"FirstRunPermissionsLimit\":100}")).rows() {
        assert!(row.name.explanation().ends_with('.'), "{}", row.name);
    }
}

/// Conforms: FRP-12
#[test]
fn all_that_can_be_changed_is_accepted_at_once() {
    let policy = policy("managed {\"DefaultGeolocationSetting\":2}");
    let mut sheet = sheet_with(&["camera", "geolocation", "push", "microphone"], &[], &policy);
    sheet.decide_all(Choice::Allow);
    let (_folder, store) = store();
    sheet.commit(&store, "1").unwrap();
    let granted = Some(PermissionState::Granted);
    assert_eq!((state(&store, Camera), state(&store, Microphone)), (granted, granted));
    assert_eq!((state(&store, Geolocation), state(&store, Push)), (None, None));
}

/// Conforms: FRP-13, FRP-25
#[test]
fn what_was_accepted_can_be_audited_in_the_manifests_order() {
    let (_folder, store) = store();
    let authority = crate::Authority::new(store, PolicySet::default());
    let requested = ["microphone", "camera", "geolocation"];
    let mut sheet = authority
        .first_run(&app(WEB), &FeatureSet::default(), requested)
        .unwrap();
    sheet.decide_all(Choice::Allow);
    authority.commit_sheet(&sheet, "1").unwrap();
    let subject = Subject::app(app(WEB));
    authority
        .decide(&subject, Notifications, PermissionState::Denied, DecidedBy::Prompt)
        .unwrap();
    let names = requested.map(|name| name.parse().unwrap());
    let concerning = authority.concerning(&app(WEB), None, &names).unwrap();
    assert_eq!(concerning, [Microphone, Camera, Geolocation, Notifications]);
    let audited = authority.effective(&subject, Camera).unwrap();
    assert_eq!(audited.state, PermissionState::Granted);
    assert!(matches!(audited.source, Source::Decision(decision) if decision.by == DecidedBy::Sheet));
}

/// Conforms: FRP-15, FRP-16
#[test]
fn the_sheet_is_part_of_the_dialog_that_installs_or_comes_at_the_first_run_however_the_app_came() {
    let due =
        |mode, moment, earlier: Option<&SheetRecord>| sheet(&["camera"]).due("1", earlier, mode, moment).is_some();
    assert!(!due(FirstRunMode::FirstRun, Moment::Install, None));
    assert!(due(FirstRunMode::Install, Moment::Install, None));
    // One that was there before anybody was asked.
    assert!(due(FirstRunMode::FirstRun, Moment::FirstRun, None));
    assert!(due(FirstRunMode::Install, Moment::FirstRun, None));
    let (_folder, store) = store();
    sheet(&["camera"]).commit(&store, "1").unwrap();
    let shown = store.sheet(&app(WEB)).unwrap();
    assert!(
        !due(FirstRunMode::Install, Moment::FirstRun, shown.as_ref()),
        "the dialog has asked"
    );
    for moment in [Moment::Install, Moment::FirstRun] {
        assert!(!due(FirstRunMode::Off, moment, None));
    }
}

/// Conforms: FRP-20, FRP-21
#[test]
fn what_the_sheet_does_not_ask_for_is_asked_for_when_it_is_used() {
    use crate::{Authority, Caller, Operation, Verdict};
    let (_folder, store) = store();
    let authority = Authority::new(store, PolicySet::default());
    let many = [
        "camera",
        "microphone",
        "geolocation",
        "notifications",
        "clipboard-read",
        "pointer-lock",
        "display-capture",
    ];
    let mut sheet = authority.first_run(&app(WEB), &FeatureSet::default(), many).unwrap();
    sheet.decide(Camera, Choice::Later).unwrap();
    sheet.decide(Microphone, Choice::Deny).unwrap();
    authority.commit_sheet(&sheet, "1").unwrap();
    let caller = Caller {
        origin: app(WEB),
        installed: true,
        secure_context: true,
        top_level: true,
        features: FeatureSet::default(),
        user_activation: true,
    };
    // Put off, closed without an answer, beyond the limit, and not in the manifest.
    for name in [Camera, Geolocation, DisplayCapture] {
        assert_eq!(authority.foresee(&caller, &Operation::Use(name)), Verdict::Ask(name));
    }
    let undeclared = Operation::RequestUnrestrictedNetwork;
    assert_eq!(
        authority.foresee(&caller, &undeclared),
        Verdict::Ask(UnrestrictedNetwork)
    );
    assert!(matches!(
        authority.foresee(&caller, &Operation::Use(Microphone)),
        Verdict::Deny(_)
    ));
}

/// Conforms: FRP-22, FRP-30
#[test]
fn what_was_refused_in_the_sheet_stays_refused_over_versions_and_starts() {
    let (folder, store) = store();
    let authority = crate::Authority::new(store, PolicySet::default());
    let requested = ["camera", "geolocation", "notifications"];
    let mut sheet = authority
        .first_run(&app(WEB), &FeatureSet::default(), requested)
        .unwrap();
    sheet.decide(Notifications, Choice::Allow).unwrap();
    sheet.decide(Camera, Choice::Deny).unwrap();
    sheet.decide(Geolocation, Choice::Deny).unwrap();
    authority.commit_sheet(&sheet, "1").unwrap();
    drop(authority);
    let store = Store::open(&folder.path().join(crate::FILE_NAME)).unwrap();
    assert_eq!(state(&store, Notifications), Some(PermissionState::Granted));
    assert_eq!(state(&store, Camera), Some(PermissionState::Denied));
    let again = sheet_with(&requested, &store.all().unwrap(), &PolicySet::default());
    let shown = store.sheet(&app(WEB)).unwrap();
    assert_eq!(
        again.due("2", shown.as_ref(), FirstRunMode::FirstRun, Moment::FirstRun),
        None,
        "no second chance"
    );
}

/// Conforms: FRP-29
#[test]
fn the_organization_can_have_one_order_for_all_apps() {
    let policy = policy("managed {\"FirstRunPermissionsOrder\":1,\"FirstRunPermissionsLimit\":2}");
    let requested = ["notifications", "camera", "unrestricted-network"];
    let sheet = sheet_with(&requested, &[], &policy);
    assert_eq!(
        names(&sheet),
        [Camera, Notifications],
        "what exceeds the limit is still the manifest's last"
    );
}

/// Conforms: FRP-31
#[test]
fn a_row_is_no_more_than_a_name_and_none_has_to_be_answered() {
    let (_folder, store) = store();
    let sheet = sheet(&["camera", "microphone"]);
    sheet.commit(&store, "1").unwrap();
    assert_eq!(store.all().unwrap(), []);
}

/// Conforms: FRP-32
#[test]
fn what_an_update_adds_has_a_small_sheet_of_its_own_once() {
    let (_folder, store) = store();
    let mode = FirstRunMode::FirstRun;
    let first = sheet(&["camera", "push"])
        .due("1", None, mode, Moment::FirstRun)
        .unwrap();
    assert_eq!(first.extent(), Extent::Whole);
    first.commit(&store, "1").unwrap();
    let shown = |store: &Store| store.sheet(&app(WEB)).unwrap();
    let requested = ["geolocation", "camera", "push", "microphone"];
    let second = sheet(&requested)
        .due("2", shown(&store).as_ref(), mode, Moment::FirstRun)
        .unwrap();
    assert_eq!(
        (second.extent(), names(&second)),
        (Extent::Additions, vec![Geolocation, Microphone])
    );
    second.commit(&store, "2").unwrap();
    for version in ["2", "3"] {
        assert_eq!(
            sheet(&requested).due(version, shown(&store).as_ref(), mode, Moment::FirstRun),
            None
        );
    }
    // What was left out and comes back is not new, and keeps its state.
    sheet(&["camera"]).commit(&store, "3").unwrap();
    assert_eq!(
        sheet(&requested).due("4", shown(&store).as_ref(), mode, Moment::FirstRun),
        None
    );
}

#[test]
fn names_by_the_thousand_and_look_alikes_ask_for_nothing_more() {
    let mut requested: Vec<String> = (0..10_000).map(|number| format!("permission-{number}")).collect();
    requested.extend(["c\u{430}mera", "CAMERA", " camera", "camera\u{0}", "camera"].map(str::to_owned));
    let all = PermissionName::ALL.iter().map(|name| name.as_str().to_owned());
    requested.extend(all.cycle().take(10_000));
    let sheet = FirstRun::new(
        &app(WEB),
        &FeatureSet::default(),
        &requested,
        &[],
        &PolicySet::default(),
    );
    let open: Vec<_> = sheet.rows().iter().filter(|row| row.locked.is_none()).collect();
    assert_eq!((open.len(), open[0].name), (6, Camera));
    assert!(sheet.rows().len() <= PermissionName::ALL.len());
}
