//! What counts changes while an app runs: it is noticed, whoever did it, without looking again and again.

#![expect(clippy::unwrap_used, reason = "a test's helper may fail like the test")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use insula_permissions::PermissionName::{self, *};
use insula_permissions::{
    Authority, DecidedBy, FILE_NAME, PermissionState, PolicyFolders, PolicySet, Store, Subject, Watcher,
};
use tempfile::TempDir;

/// How long it may take until what was taken back has ended.
const REVOCATION: Duration = Duration::from_secs(1);

/// An app that runs, and the folders that decide about it.
struct World {
    folder: TempDir,
    authority: Arc<Authority>,
    changes: Receiver<Instant>,
    _watcher: Watcher,
}

fn app() -> Subject {
    Subject::app("https://app.example".parse().unwrap())
}

impl World {
    /// Starts watching, after `prepare` has done something in the folder.
    fn new(prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let store = Store::open(&folder.path().join(FILE_NAME)).unwrap();
        let policy = PolicyFolders::new(Some(folder.path().join("etc/policies")));
        let authority = Arc::new(Authority::new(store, policy.load()));
        let (sender, changes) = mpsc::channel();
        let watcher = Watcher::start(&authority, policy, app(), move || {
            sender.send(Instant::now()).unwrap();
        });
        Self {
            folder,
            authority,
            changes,
            _watcher: watcher.unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn state(&self, name: PermissionName) -> PermissionState {
        self.authority.effective(&app(), name).unwrap().state
    }

    /// Waits until a permission has a state, which is told within the time that revocation may take.
    #[track_caller]
    fn becomes(&self, name: PermissionName, state: PermissionState) {
        let start = Instant::now();
        while self.state(name) != state {
            let rest = REVOCATION.checked_sub(start.elapsed());
            let told = rest.and_then(|rest| self.changes.recv_timeout(rest).ok());
            assert!(told.is_some(), "{name} is {:?}", self.state(name));
        }
    }

    #[track_caller]
    fn nothing_changes(&self) {
        let told = self.changes.recv_timeout(Duration::from_millis(300));
        assert!(told.is_err(), "told of a change that is none");
    }

    /// Tells the watcher's thread to wait until everything that was done before is over.
    fn forget(&self) {
        while self.changes.recv_timeout(Duration::from_millis(300)).is_ok() {}
    }
}

fn policies(root: &Path, content: &str) -> PathBuf {
    let managed = root.join("etc/policies/managed");
    fs::create_dir_all(&managed).unwrap();
    let file = managed.join("a.json");
    fs::write(&file, content).unwrap();
    file
}

const BLOCKED: &str = r#"{ "DefaultGeolocationSetting": 2 }"#;
const ALLOWED: &str = r#"{ "DefaultGeolocationSetting": 1 }"#;

#[test]
fn decisions_of_this_process_and_of_others_are_noticed() {
    let world = World::new(|_| ());
    let theirs = Store::open(&world.path(FILE_NAME)).unwrap();
    for state in [PermissionState::Granted, PermissionState::Denied].repeat(10) {
        theirs.decide(&app(), Camera, state, DecidedBy::Settings).unwrap();
        world.becomes(Camera, state);
        let other = [PermissionState::Granted, PermissionState::Denied]
            .into_iter()
            .find(|it| *it != state)
            .unwrap();
        world
            .authority
            .decide(&app(), Camera, other, DecidedBy::Settings)
            .unwrap();
        assert_eq!(world.state(Camera), other);
        assert!(world.changes.recv_timeout(REVOCATION).is_ok());
        world.forget();
    }
    let other = Subject::app("https://other.example".parse().unwrap());
    theirs
        .decide(&other, Camera, PermissionState::Denied, DecidedBy::Settings)
        .unwrap();
    world.nothing_changes();
}

#[test]
fn who_writes_with_another_program_is_noticed_however_slowly_it_writes() {
    let world = World::new(|_| ());
    let connection = rusqlite::Connection::open(world.path(FILE_NAME)).unwrap();
    connection
        .execute(
            "INSERT INTO decisions (origin, embedder, name, state, decided_by, decided_at)
             VALUES ('https://app.example', 'https://app.example', 'camera', 'granted', 'settings', unixepoch())",
            [],
        )
        .unwrap();
    world.becomes(Camera, PermissionState::Granted);
}

#[test]
fn a_policy_counts_wherever_on_its_way_something_changes() {
    let world = World::new(|_| ());
    // Nothing of the folder is there yet.
    let file = policies(world.folder.path(), BLOCKED);
    world.becomes(Geolocation, PermissionState::Denied);
    fs::write(&file, ALLOWED).unwrap();
    world.becomes(Geolocation, PermissionState::Granted);
    // As editors do.
    fs::write(world.path("new"), BLOCKED).unwrap();
    fs::rename(world.path("new"), &file).unwrap();
    world.becomes(Geolocation, PermissionState::Denied);
    fs::rename(world.path("etc"), world.path("elsewhere")).unwrap();
    world.becomes(Geolocation, PermissionState::Prompt);
    fs::rename(world.path("elsewhere"), world.path("etc")).unwrap();
    world.becomes(Geolocation, PermissionState::Denied);
    fs::remove_file(&file).unwrap();
    world.becomes(Geolocation, PermissionState::Prompt);
}

#[test]
fn a_policy_behind_links_is_watched_where_it_is() {
    let world = World::new(|root| {
        policies(root, "{}");
        // As a volume of Kubernetes has it: the file leads through a link that is exchanged.
        fs::create_dir(root.join("one")).unwrap();
        fs::create_dir(root.join("two")).unwrap();
        fs::write(root.join("one/b.json"), ALLOWED).unwrap();
        fs::write(root.join("two/b.json"), BLOCKED).unwrap();
        symlink("one", root.join("data")).unwrap();
        symlink("../../../data/b.json", root.join("etc/policies/managed/b.json")).unwrap();
    });
    assert_eq!(world.state(Geolocation), PermissionState::Granted);
    symlink("two", world.path("next")).unwrap();
    fs::rename(world.path("next"), world.path("data")).unwrap();
    world.becomes(Geolocation, PermissionState::Denied);
    fs::write(world.path("two/b.json"), ALLOWED).unwrap();
    world.becomes(Geolocation, PermissionState::Granted);
    fs::write(world.path("one/b.json"), BLOCKED).unwrap();
    world.nothing_changes();
}

#[test]
fn what_a_policy_says_is_also_read_is_watched_as_well() {
    let world = World::new(|root| {
        fs::create_dir_all(root.join("chrome/managed")).unwrap();
    });
    let chromes = world.path("chrome/managed/a.json");
    fs::write(&chromes, BLOCKED).unwrap();
    let named = world.path("chrome");
    policies(
        world.folder.path(),
        &format!(r#"{{ "ChromePolicyFolders": "{}" }}"#, named.display()),
    );
    world.becomes(Geolocation, PermissionState::Denied);
    fs::write(&chromes, ALLOWED).unwrap();
    world.becomes(Geolocation, PermissionState::Granted);
    let firefoxs = world.path("etc/policies/policies.json");
    fs::write(
        &firefoxs,
        r#"{ "policies": { "Permissions": { "Camera": { "Block": ["https://app.example"] } } } }"#,
    )
    .unwrap();
    world.becomes(Camera, PermissionState::Denied);
    fs::remove_file(&firefoxs).unwrap();
    world.becomes(Camera, PermissionState::Prompt);
}

#[test]
fn decisions_that_cannot_be_read_any_more_allow_nothing_until_they_can() {
    let world = World::new(|_| ());
    world
        .authority
        .decide(&app(), Camera, PermissionState::Granted, DecidedBy::Settings)
        .unwrap();
    world.forget();
    let root = world.folder.path();
    let away = root.with_extension("away");
    fs::rename(root, &away).unwrap();
    let told = world.changes.recv_timeout(REVOCATION);
    assert!(told.is_ok() && world.authority.effective(&app(), Camera).is_err());
    fs::rename(&away, root).unwrap();
    assert!(world.changes.recv_timeout(REVOCATION * 2).is_ok());
    assert_eq!(world.state(Camera), PermissionState::Granted);
}

#[test]
fn a_watcher_that_is_dropped_watches_no_more() {
    let World {
        folder,
        authority,
        changes,
        _watcher: watcher,
    } = World::new(|_| ());
    drop(watcher);
    policies(folder.path(), BLOCKED);
    assert!(changes.recv().is_err(), "its thread has ended");
    assert_eq!(
        authority.effective(&app(), Geolocation).unwrap().state,
        PermissionState::Prompt
    );
    authority.set_policy(PolicySet::default());
}
