//! What holds for a while: grants until the app ends, for one device, until they are not used; quiet after closed questions.

#![expect(clippy::unwrap_used, reason = "a test's helper may fail like the test")]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use insula_permissions::PermissionName::{self, *};
use insula_permissions::{
    Authority, Caller, Clock, Closed, DecideError, DecidedBy, Denial, FILE_NAME, FeatureSet, Ground, Operation,
    PermissionState, PolicySet, Says, Source, Store, Subject, Verdict,
};
use tempfile::TempDir;

const DAY: Duration = Duration::from_hours(24);
const GRANTED: PermissionState = PermissionState::Granted;
const DENIED: PermissionState = PermissionState::Denied;
const PROMPT: PermissionState = PermissionState::Prompt;

/// An authority whose clock a test can set forward.
struct World {
    _folder: TempDir,
    path: PathBuf,
    days: Arc<AtomicU64>,
    authority: Authority,
}

fn app() -> Subject {
    Subject::app("https://app.example".parse().unwrap())
}

fn policy(json: &str) -> PolicySet {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("managed")).unwrap();
    fs::write(folder.path().join("managed/a.json"), json).unwrap();
    PolicySet::load(folder.path())
}

impl World {
    fn new() -> Self {
        Self::with("{}")
    }

    fn with(json: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        let days = Arc::new(AtomicU64::new(0));
        let authority = authority(&path, &days, json);
        Self {
            _folder: folder,
            path,
            days,
            authority,
        }
    }

    /// The app is started again, after so many days.
    fn start_again_after(self, days: u64) -> Self {
        let Self {
            _folder,
            path,
            days: clock,
            authority,
        } = self;
        drop(authority);
        clock.fetch_add(days, Ordering::Relaxed);
        let authority = authority_of(&path, &clock);
        Self {
            _folder,
            path,
            days: clock,
            authority,
        }
    }

    fn decide(&self, name: PermissionName, state: PermissionState) {
        self.authority.decide(&app(), name, state, DecidedBy::Settings).unwrap();
    }

    fn state(&self, name: PermissionName) -> PermissionState {
        let effective = self.authority.effective(&app(), name).unwrap();
        // Whatever the reason is, it is one, and says the same.
        let reasons = self.authority.explain(&app(), name).unwrap();
        let counting: Vec<_> = reasons.iter().filter(|reason| reason.lost.is_none()).collect();
        let [reason] = counting.as_slice() else {
            panic!("{name}: {reasons:#?}")
        };
        match reason.ground {
            Ground::Quiet(_) => assert_eq!(effective.state, PROMPT),
            _ => assert_eq!(
                reason.says == Says::Allow,
                effective.state == GRANTED,
                "{name}: {reasons:#?}"
            ),
        }
        effective.state
    }

    fn verdict(&self, name: PermissionName) -> Verdict {
        let caller = Caller {
            origin: app().origin,
            installed: true,
            secure_context: true,
            top_level: true,
            features: FeatureSet::default(),
            user_activation: true,
        };
        self.authority.check(&caller, &Operation::Use(name))
    }

    fn other_process(&self) -> Store {
        Store::open(&self.path).unwrap()
    }
}

fn authority_of(path: &std::path::Path, days: &Arc<AtomicU64>) -> Authority {
    authority(path, days, "{}")
}

fn authority(path: &std::path::Path, days: &Arc<AtomicU64>, json: &str) -> Authority {
    let days = days.clone();
    let clock = Clock::new(move || SystemTime::now() + DAY * days.load(Ordering::Relaxed) as u32);
    Authority::with_clock(Store::open(path).unwrap(), policy(json), clock)
}

#[test]
fn a_grant_for_one_time_ends_with_the_app_and_no_other_process_has_it() {
    let world = World::new();
    world.authority.grant_once(&app(), Camera, None).unwrap();
    assert_eq!((world.state(Camera), world.verdict(Camera)), (GRANTED, Verdict::Allow));
    let effective = world.authority.effective(&app(), Camera).unwrap();
    assert!(matches!(effective.source, Source::OneTime(_)));
    let other = Authority::new(world.other_process(), PolicySet::default());
    assert_eq!(other.effective(&app(), Camera).unwrap().state, PROMPT);
    assert_eq!(other.store().all().unwrap(), []);
    let world = world.start_again_after(0);
    assert_eq!(
        (world.state(Camera), world.verdict(Camera)),
        (PROMPT, Verdict::Ask(Camera))
    );
}

#[test]
fn whatever_anybody_decides_afterwards_ends_a_grant_for_one_time() {
    let world = World::new();
    let once = || world.authority.grant_once(&app(), Camera, None).unwrap();
    once();
    world.decide(Camera, PROMPT);
    assert_eq!(world.state(Camera), PROMPT);
    once();
    world.decide(Camera, DENIED);
    assert_eq!(world.state(Camera), DENIED);
    world.decide(Camera, PROMPT);
    assert_eq!(world.state(Camera), PROMPT, "it does not come back");
    // Another process takes it back, which has nothing to see on the disk.
    once();
    world.other_process().reset(&app(), Camera).unwrap();
    world.authority.refresh().unwrap();
    assert_eq!(world.state(Camera), PROMPT);
    once();
    world.other_process().forget(&app().origin).unwrap();
    world.authority.refresh().unwrap();
    assert_eq!(world.state(Camera), PROMPT);
    once();
    world
        .other_process()
        .decide(&app(), Camera, DENIED, DecidedBy::Settings)
        .unwrap();
    world.authority.refresh().unwrap();
    assert_eq!(world.state(Camera), DENIED);
}

#[test]
fn the_organization_can_want_no_grants_for_one_time() {
    let world = World::with(r#"{ "VideoCaptureAllowed": false }"#);
    let once = |name| world.authority.grant_once(&app(), name, None);
    assert!(matches!(once(Camera), Err(DecideError::Controlled { .. })));
    assert!(matches!(once(Nfc), Err(DecideError::NotAvailable { .. })));
    once(Microphone).unwrap();
    assert_eq!(world.state(Microphone), GRANTED);
    world
        .authority
        .set_policy(policy(r#"{ "OneTimePermissionsEnabled": false }"#));
    assert_eq!(world.state(Microphone), PROMPT, "those that there are end");
    assert!(matches!(once(Microphone), Err(DecideError::NotForOneTime { .. })));
    world
        .authority
        .set_policy(policy(r#"{ "AudioCaptureAllowed": false }"#));
    assert_eq!(world.state(Microphone), DENIED);
}

#[test]
fn a_grant_is_for_the_device_that_the_user_chose() {
    let world = World::new();
    let device = |text: &str| text.parse().unwrap();
    world
        .authority
        .grant_device(&app(), Camera, &device("front"), DecidedBy::Prompt)
        .unwrap();
    world
        .authority
        .grant_once(&app(), Microphone, Some(device("headset")))
        .unwrap();
    let chosen = |world: &World, name| {
        let effective = world.authority.effective(&app(), name).unwrap();
        effective.device().map(ToString::to_string)
    };
    assert_eq!(chosen(&world, Camera).as_deref(), Some("front"));
    assert_eq!(chosen(&world, Microphone).as_deref(), Some("headset"));
    let world = world.start_again_after(0);
    assert_eq!(
        (chosen(&world, Camera).as_deref(), chosen(&world, Microphone)),
        (Some("front"), None)
    );
    // A grant for all of them takes its place.
    world.decide(Camera, GRANTED);
    assert_eq!(chosen(&world, Camera), None);
    for text in ["", "a\nb", "\u{7f}", &"x".repeat(513)] {
        assert!(text.parse::<insula_permissions::DeviceId>().is_err());
    }
}

#[test]
fn a_question_that_was_dismissed_three_times_is_not_asked_for_a_week() {
    let world = World::new();
    let close = |world: &World| world.authority.closed(&app(), Camera, Closed::Dismissed).unwrap();
    for _ in 0..2 {
        close(&world);
        assert_eq!(world.verdict(Camera), Verdict::Ask(Camera));
    }
    close(&world);
    // Over starts, and for the page as well.
    let world = world.start_again_after(6);
    assert_eq!(world.verdict(Camera), Verdict::Deny(Denial::Quieted(Camera)));
    assert_eq!(world.verdict(Microphone), Verdict::Ask(Microphone));
    assert!(world.authority.quiet_until(&app(), Camera).is_some());
    assert_eq!(world.state(Camera), PROMPT, "nothing was decided");
    world
        .authority
        .set_policy(policy(r#"{ "PermissionQuietingEnabled": false }"#));
    assert_eq!(world.verdict(Camera), Verdict::Ask(Camera));
    let world = world.start_again_after(2);
    assert_eq!(world.verdict(Camera), Verdict::Ask(Camera));
    close(&world);
    assert_eq!(world.verdict(Camera), Verdict::Deny(Denial::Quieted(Camera)));
    // Whoever answers after all is asked again as before.
    world.decide(Camera, GRANTED);
    assert_eq!(world.verdict(Camera), Verdict::Allow);
    world.decide(Camera, PROMPT);
    close(&world);
    assert_eq!(world.verdict(Camera), Verdict::Ask(Camera));
}

#[test]
fn a_question_that_is_not_asked_is_among_the_settings_and_asked_again_once_the_user_lets_it() {
    let world = World::new();
    let is_shown = || {
        let rows = world
            .authority
            .settings(&app().origin, &FeatureSet::default(), &[])
            .unwrap();
        rows.rows().iter().any(|row| row.name == Camera)
    };
    assert!(!is_shown());
    for _ in 0..3 {
        world.authority.closed(&app(), Camera, Closed::Dismissed).unwrap();
    }
    assert!(is_shown(), "the user would not find it");
    world.decide(Camera, PROMPT);
    assert_eq!(world.verdict(Camera), Verdict::Ask(Camera));
    // The count begins anew.
    world.authority.closed(&app(), Camera, Closed::Dismissed).unwrap();
    assert_eq!(world.verdict(Camera), Verdict::Ask(Camera));
    world.authority.grant_once(&app(), Camera, None).unwrap();
    assert!(is_shown(), "what holds until the app ends can be taken back");
}

#[test]
fn four_ignored_questions_are_as_many_and_a_grant_for_one_time_is_an_answer() {
    let world = World::new();
    let network = Operation::RequestUnrestrictedNetwork;
    for count in 1..=4 {
        let closings = world
            .authority
            .closed(&app(), UnrestrictedNetwork, Closed::Ignored)
            .unwrap();
        assert_eq!(closings.ignored, count);
    }
    let caller = Caller {
        origin: app().origin,
        installed: true,
        secure_context: true,
        top_level: true,
        features: FeatureSet::default(),
        user_activation: true,
    };
    let quiet = Verdict::Deny(Denial::Quieted(UnrestrictedNetwork));
    assert_eq!(world.authority.check(&caller, &network), quiet);
    assert_eq!(world.authority.state(&caller, UnrestrictedNetwork), DENIED);
    world.authority.grant_once(&app(), UnrestrictedNetwork, None).unwrap();
    assert_eq!(world.authority.check(&caller, &network), Verdict::Allow);
    let world = world.start_again_after(0);
    assert_eq!(
        world.authority.check(&caller, &network),
        Verdict::Ask(UnrestrictedNetwork)
    );
}

/// Limit: unused-notifications
#[test]
fn a_grant_that_nobody_used_for_sixty_days_is_asked_for_again_and_told_of_once() {
    let world = World::new();
    for name in [Camera, Microphone, Notifications, Fullscreen] {
        world.decide(name, GRANTED);
    }
    world.decide(Geolocation, DENIED);
    let world = world.start_again_after(59);
    assert_eq!(
        (world.state(Camera), world.verdict(Microphone)),
        (GRANTED, Verdict::Allow)
    );
    let world = world.start_again_after(2);
    // It counts no more from the start on, whether or not it is written down already.
    assert_eq!(world.verdict(Camera), Verdict::Ask(Camera));
    for name in [Notifications, Fullscreen] {
        assert_eq!(world.state(name), GRANTED, "{name}: its uses are not known");
    }
    assert_eq!(world.state(Geolocation), DENIED);
    world.authority.expire_unused().unwrap();
    let expired = world.authority.take_expired(&app().origin).unwrap();
    let names: Vec<_> = expired.iter().map(|expired| expired.name).collect();
    // Its use was noted with the time of the machine, not of this test.
    assert_eq!(names, [Camera, Microphone]);
    assert_eq!(world.authority.take_expired(&app().origin).unwrap(), []);
    assert_eq!(
        world
            .authority
            .take_expired(&"https://other.example".parse().unwrap())
            .unwrap(),
        []
    );
    let world = world.start_again_after(0);
    assert_eq!((world.state(Camera), world.state(Notifications)), (PROMPT, GRANTED));
}

#[test]
fn the_organization_can_let_grants_last() {
    let world = World::new();
    world.decide(Camera, GRANTED);
    let world = world.start_again_after(400);
    assert_eq!(world.state(Camera), PROMPT);
    world
        .authority
        .set_policy(policy(r#"{ "UnusedPermissionsExpiryEnabled": false }"#));
    assert_eq!(world.state(Camera), GRANTED);
    world.authority.expire_unused().unwrap();
    assert_eq!(world.authority.store().all().unwrap().len(), 1);
    // A clock that was set back takes nothing away either.
    world.authority.set_policy(PolicySet::default());
    world.days.store(0, Ordering::Relaxed);
    let world = world.start_again_after(0);
    assert_eq!(world.state(Camera), GRANTED);
}

#[test]
fn an_authority_about_one_app_decides_about_it_and_its_sites_as_one_about_all() {
    let world = World::new();
    let site = Subject::site("https://site.example".parse().unwrap(), app().origin);
    let other = Subject::app("https://other.example".parse().unwrap());
    world.decide(Camera, GRANTED);
    for subject in [&site, &other] {
        world
            .authority
            .decide(subject, Camera, DENIED, DecidedBy::Prompt)
            .unwrap();
    }
    for _ in 0..3 {
        world.authority.closed(&app(), Microphone, Closed::Dismissed).unwrap();
    }
    let about = Authority::about(app().origin, world.other_process(), PolicySet::default());
    let state = |subject: &Subject| about.effective(subject, Camera).unwrap().state;
    assert_eq!((state(&app()), state(&site), state(&other)), (GRANTED, DENIED, PROMPT));
    assert!(about.quiet_until(&app(), Microphone).is_some());
    world.decide(Camera, DENIED);
    about.refresh().unwrap();
    assert_eq!(state(&app()), DENIED);
}
