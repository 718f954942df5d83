//! The store through the public interface: several processes, kills, damage.

#![expect(clippy::unwrap_used, reason = "a test's helper may fail like the test")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use insula_permissions::PermissionName::{self, *};
use insula_permissions::{
    AddressSpace, AppOrigin, Authority, Caller, DecidedBy, FILE_NAME, FeatureSet, Operation, PermissionState,
    PolicySet, Store, StoreError, Subject, Verdict,
};
use tempfile::TempDir;

/// Makes a test process act as a child that writes into the store at this path.
const CHILD_STORE: &str = "INSULA_TEST_CHILD_STORE";

/// The same for a child that can write nothing.
const CHILD_WITHOUT_ROOM: &str = "INSULA_TEST_CHILD_WITHOUT_ROOM";

/// More than a test lets a child write, fewer than for ever.
const CHILD_WRITES: u32 = 20_000;

fn fresh() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    (folder, path)
}

fn app(number: u32) -> Subject {
    Subject::app(format!("https://app-{number}.example").parse().unwrap())
}

fn grant(store: &Store, subject: &Subject, name: PermissionName) {
    store
        .decide(subject, name, PermissionState::Granted, DecidedBy::Prompt)
        .unwrap();
}

fn is_granted(store: &Store, subject: &Subject, name: PermissionName) -> bool {
    let decision = store.decision(subject, name).unwrap();
    decision.is_some_and(|decision| decision.state == PermissionState::Granted)
}

#[test]
fn a_decision_is_there_after_opening_again() {
    let (_folder, path) = fresh();
    grant(&Store::open(&path).unwrap(), &app(1), Camera);
    let store = Store::open(&path).unwrap();
    let decision = store.decision(&app(1), Camera).unwrap().unwrap();
    assert_eq!(decision.state, PermissionState::Granted);
    assert_eq!(decision.by, DecidedBy::Prompt);
    assert!(decision.at.elapsed().unwrap().as_secs() < 100);
    assert_eq!(decision.last_used, None);
    assert_eq!(store.decision(&app(1), Microphone).unwrap(), None);
    assert_eq!(store.decision(&app(2), Camera).unwrap(), None);
    store.reset(&app(1), Camera).unwrap();
    assert_eq!(store.decision(&app(1), Camera).unwrap(), None);
    assert_eq!(store.damaged(), None);
}

#[test]
fn decisions_about_embedded_sites_belong_to_the_app_that_shows_them() {
    let (_folder, path) = fresh();
    let store = Store::open(&path).unwrap();
    let site: AppOrigin = "https://site.example".parse().unwrap();
    let inside = |number| Subject::site(site.clone(), app(number).origin);
    grant(&store, &inside(1), Camera);
    assert!(!is_granted(&store, &inside(2), Camera));
    assert!(!is_granted(&store, &Subject::app(site.clone()), Camera));
    grant(&store, &inside(2), Camera);
    grant(&store, &app(1), Microphone);
    assert_eq!(store.decisions(&app(1).origin).unwrap().len(), 2);
    assert!(store.forget(&app(1).origin).unwrap());
    assert!(!store.forget(&app(1).origin).unwrap());
    assert_eq!(store.decisions(&app(1).origin).unwrap(), []);
    assert!(is_granted(&store, &inside(2), Camera));
}

#[test]
fn the_files_are_private_to_the_user() {
    let (folder, path) = fresh();
    let store = Store::open(&path).unwrap();
    grant(&store, &app(1), Camera);
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
    assert!(path.exists());
}

/// The top document of an https app.
fn caller(subject: &Subject) -> Caller {
    Caller {
        origin: subject.origin.clone(),
        installed: true,
        secure_context: true,
        top_level: true,
        features: FeatureSet::default(),
        user_activation: false,
    }
}

const FETCH: Operation = Operation::Fetch {
    address: AddressSpace::Public,
};

fn last_used(store: &Store, subject: &Subject, name: PermissionName) -> Option<SystemTime> {
    store.decision(subject, name).unwrap().unwrap().last_used
}

#[test]
fn a_use_is_noted_only_where_something_was_decided() {
    let (_folder, path) = fresh();
    let authority = Authority::new(Store::open(&path).unwrap(), PolicySet::default());
    let caller = caller(&app(1));
    assert!(matches!(authority.check(&caller, &FETCH), Verdict::Deny(_)));
    allow(&authority, UnrestrictedNetwork);
    assert_eq!(authority.check(&caller, &FETCH), Verdict::Allow);
    // What is noted is written before the end.
    drop(authority);
    let store = Store::open(&path).unwrap();
    let noted = last_used(&store, &app(1), UnrestrictedNetwork).unwrap();
    assert!(noted.elapsed().unwrap().as_secs() < 100);
    assert_eq!(store.all().unwrap().len(), 1);
}

#[test]
fn to_look_whether_a_call_would_be_allowed_is_no_use() {
    let (_folder, path) = fresh();
    let authority = Authority::new(Store::open(&path).unwrap(), PolicySet::default());
    allow(&authority, UnrestrictedNetwork);
    assert_eq!(authority.foresee(&caller(&app(1)), &FETCH), Verdict::Allow);
    drop(authority);
    let store = Store::open(&path).unwrap();
    assert_eq!(last_used(&store, &app(1), UnrestrictedNetwork), None);
}

#[test]
fn a_check_waits_for_nobody_who_writes() {
    let (_folder, path) = fresh();
    let authority = Authority::new(Store::open(&path).unwrap(), PolicySet::default());
    allow(&authority, UnrestrictedNetwork);
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    thread::scope(|scope| {
        // A decision waits for the other process, with whatever it holds here.
        let decision = scope.spawn(|| allow(&authority, Camera));
        let start = Instant::now();
        for _ in 0..1000 {
            assert_eq!(authority.check(&caller(&app(1)), &FETCH), Verdict::Allow);
        }
        assert!(
            start.elapsed() < Duration::from_secs(4),
            "a decision would wait for five"
        );
        assert!(!decision.is_finished(), "it does not count before it is written");
        assert!(!is_granted(&Store::open(&path).unwrap(), &app(1), Camera));
        other.execute_batch("ROLLBACK").unwrap();
    });
    let state = |name| authority.effective(&app(1), name).unwrap().state;
    assert_eq!(state(Camera), PermissionState::Granted, "it counts once it is written");
}

/// As the user does.
fn allow(authority: &Authority, name: PermissionName) {
    let state = PermissionState::Granted;
    authority.decide(&app(1), name, state, DecidedBy::Prompt).unwrap();
}

#[test]
fn sheets_of_two_processes_at_once_lose_nothing_that_was_offered() {
    let (_folder, path) = fresh();
    let offered = [Camera, Microphone, Geolocation, Notifications];
    for round in 0..20 {
        let (path, round_app) = (&path, &app(round).origin);
        let together = Barrier::new(offered.len());
        thread::scope(|scope| {
            for name in &offered {
                let together = &together;
                scope.spawn(move || {
                    let store = Store::open(path).unwrap();
                    together.wait();
                    store.commit_sheet(round_app, "1", &[*name], &[]).unwrap();
                });
            }
        });
        let sheet = Store::open(path).unwrap().sheet(round_app).unwrap().unwrap();
        let mut expected = offered.to_vec();
        expected.sort_unstable();
        assert_eq!(sheet.offered, expected);
    }
}

#[test]
fn a_change_by_another_process_counts_once_it_is_read() {
    let (_folder, path) = fresh();
    let ours = Authority::new(Store::open(&path).unwrap(), PolicySet::default());
    let theirs = Store::open(&path).unwrap();
    let before = ours.store().generation().unwrap();
    grant(&theirs, &app(1), UnrestrictedNetwork);
    assert_ne!(ours.store().generation().unwrap(), before);
    let state = || ours.effective(&app(1), UnrestrictedNetwork).unwrap().state;
    assert_eq!(state(), PermissionState::Prompt);
    ours.refresh().unwrap();
    assert_eq!(state(), PermissionState::Granted);
    theirs.reset(&app(1), UnrestrictedNetwork).unwrap();
    ours.refresh().unwrap();
    assert_eq!(state(), PermissionState::Prompt);
}

#[test]
fn many_threads_and_connections_write_at_once() {
    let (_folder, path) = fresh();
    let shared = Arc::new(Store::open(&path).unwrap());
    let writers: Vec<_> = (0..8)
        .map(|number| {
            let (path, shared) = (path.clone(), Arc::clone(&shared));
            thread::spawn(move || {
                let own = Store::open(&path).unwrap();
                for name in [Camera, Microphone, Geolocation] {
                    grant(if number % 2 == 0 { &own } else { &shared }, &app(number), name);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    assert_eq!(shared.all().unwrap().len(), 24);
}

/// Not a test of its own: what the two tests below start as a child process.
#[test]
fn child_process_that_writes_decisions() {
    let Some(path) = std::env::var_os(CHILD_STORE) else {
        return;
    };
    let store = Store::open(Path::new(&path)).unwrap();
    let mut output = std::io::stdout();
    let base = std::process::id() % 1000 * 100_000;
    for number in base..base + CHILD_WRITES {
        grant(&store, &app(number), Camera);
        // Said only after the decision was confirmed.
        writeln!(output, "confirmed {number}").unwrap();
        output.flush().unwrap();
    }
}

fn start_child(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_process_that_writes_decisions", "--nocapture"])
        .env(CHILD_STORE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the child (SIGKILL) after some confirmed decisions and returns all that it confirmed.
fn kill_after(mut child: Child, count: usize) -> Vec<u32> {
    let mut confirmed = Vec::new();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in lines.map_while(Result::ok) {
        // The test runner may begin the line.
        if let Some((_, number)) = line.split_once("confirmed ") {
            confirmed.push(number.parse().unwrap());
        }
        if confirmed.len() == count {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(confirmed.len() >= count && confirmed.len() < CHILD_WRITES as usize);
    confirmed
}

#[test]
fn a_kill_while_writing_loses_no_confirmed_decision() {
    let (_folder, path) = fresh();
    let mut confirmed = Vec::new();
    for count in [1, 7, 40] {
        confirmed.extend(kill_after(start_child(&path), count));
    }
    let store = Store::open(&path).unwrap();
    assert_eq!(store.damaged(), None);
    for number in confirmed {
        assert!(is_granted(&store, &app(number), Camera), "{number}");
    }
}

#[test]
fn two_processes_write_at_once_and_one_is_killed() {
    let (_folder, path) = fresh();
    let (first, second) = (start_child(&path), start_child(&path));
    let first = thread::spawn(move || kill_after(first, 20));
    let second = kill_after(second, 60);
    let confirmed = [first.join().unwrap(), second].concat();
    let store = Store::open(&path).unwrap();
    for number in confirmed {
        assert!(is_granted(&store, &app(number), Camera), "{number}");
    }
}

#[test]
fn a_damaged_file_is_set_aside_and_everything_is_asked_again() {
    let (_folder, path) = fresh();
    // Without any content is how a file may come out of a crash of the machine.
    for (number, content) in (1..).zip(["this is not a database", "nor is this, whatever its name says", ""]) {
        grant(&Store::open(&path).unwrap(), &app(1), Camera);
        fs::write(&path, content).unwrap();
        let store = Store::open(&path).unwrap();
        let aside = store.damaged().unwrap();
        assert!(aside.to_str().unwrap().ends_with(&format!(".damaged-{number}")));
        assert_eq!(fs::read_to_string(&aside).unwrap(), content);
        assert!(!is_granted(&store, &app(1), Camera));
    }
}

#[test]
fn what_a_kill_left_of_a_store_that_was_being_made_is_not_damage() {
    let (_folder, path) = fresh();
    let unfinished = path.with_extension("sqlite3.new");
    fs::write(&unfinished, "half of it").unwrap();
    let store = Store::open(&path).unwrap();
    assert_eq!(store.damaged(), None);
    grant(&store, &app(1), Camera);
    assert!(!unfinished.exists());
}

/// Not a test of its own: what the test below starts as a process that can write nothing.
#[test]
fn child_process_without_room() {
    let Some(path) = std::env::var_os(CHILD_WITHOUT_ROOM) else {
        return;
    };
    let store = Store::open(Path::new(&path)).unwrap();
    let authority = Authority::new(store, PolicySet::default());
    let state = || {
        authority.refresh().unwrap();
        authority.effective(&app(1), Camera).unwrap().state
    };
    assert_eq!(state(), PermissionState::Granted);
    let granted = PermissionState::Granted;
    let refused = authority
        .store()
        .decide(&app(1), Microphone, granted, DecidedBy::Prompt)
        .unwrap_err();
    assert!(matches!(refused, StoreError::Full { .. }), "{refused}");
    assert!(!is_granted(authority.store(), &app(1), Microphone));
    println!("\nreading");
    let start = Instant::now();
    while state() != PermissionState::Denied {
        assert!(start.elapsed() < Duration::from_secs(30), "it was never noticed");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn without_room_decisions_are_read_and_what_others_change_counts() {
    let (_folder, path) = fresh();
    grant(&Store::open(&path).unwrap(), &app(1), Camera);
    // No file may grow: to the program it is as if the disk were full.
    let mut child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "child_process_without_room", "--nocapture"])
        .env(CHILD_WITHOUT_ROOM, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "reading"));
    let store = Store::open(&path).unwrap();
    store
        .decide(&app(1), Camera, PermissionState::Denied, DecidedBy::Settings)
        .unwrap();
    lines.for_each(drop);
    assert!(child.wait().unwrap().success());
}

#[test]
fn damage_anywhere_in_the_file_neither_grants_nor_crashes() {
    let (_folder, path) = fresh();
    let store = Store::open(&path).unwrap();
    for number in 0..50 {
        let state = PermissionState::Denied;
        store.decide(&app(number), Camera, state, DecidedBy::Prompt).unwrap();
    }
    drop(store);
    let good = fs::read(&path).unwrap();
    let mut set_aside = 0;
    for position in (0..good.len()).step_by(good.len() / 60) {
        let (folder, path) = fresh();
        let mut bad = good.clone();
        for byte in bad.iter_mut().skip(position).take(64) {
            *byte ^= 0xff;
        }
        fs::write(&path, bad).unwrap();
        if let Ok(store) = Store::open(&path) {
            set_aside += usize::from(store.damaged().is_some());
            for number in 0..50 {
                let decision = store.decision(&app(number), Camera).ok().flatten();
                let granted = |d: insula_permissions::Decision| d.state == PermissionState::Granted;
                assert!(!decision.is_some_and(granted), "at {position}");
            }
        }
        drop(folder);
    }
    assert!(set_aside > 10, "{set_aside}");
}

#[test]
fn a_file_that_was_replaced_while_open_is_noticed() {
    let (_folder, path) = fresh();
    let store = Store::open(&path).unwrap();
    grant(&store, &app(1), Camera);
    let before = store.generation().unwrap();
    for suffix in ["", "-wal"] {
        _ = fs::remove_file(format!("{}{suffix}", path.display()));
    }
    assert!(!is_granted(&store, &app(1), Camera));
    assert_ne!(store.generation().unwrap(), before);
    grant(&store, &app(2), Camera);
    assert!(is_granted(&Store::open(&path).unwrap(), &app(2), Camera));
}

#[test]
fn a_store_of_a_newer_insula_is_left_alone() {
    let (_folder, path) = fresh();
    drop(Store::open(&path).unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let error = Store::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::TooNew { found: 99, .. }), "{error}");
    assert!(path.exists());
}

#[test]
fn a_folder_that_is_missing_is_a_clear_error() {
    let error = Store::open(Path::new("/nonexistent/folder/permissions.sqlite3")).unwrap_err();
    assert!(matches!(error, StoreError::Folder { .. }));
    assert!(error.to_string().contains("/nonexistent/folder"), "{error}");
}

#[test]
fn while_decisions_cannot_be_read_nothing_is_allowed() {
    let (folder, path) = fresh();
    let authority = Authority::new(Store::open(&path).unwrap(), PolicySet::default());
    allow(&authority, UnrestrictedNetwork);
    fs::remove_dir_all(folder.path()).unwrap();
    // Once may be by chance.
    let error = authority.refresh().unwrap_err();
    assert_eq!(authority.check(&caller(&app(1)), &FETCH), Verdict::Allow);
    authority.doubt(error);
    let verdict = authority.check(&caller(&app(1)), &FETCH);
    let Verdict::Deny(denial) = verdict else {
        panic!("{verdict:?}")
    };
    assert_eq!(denial.message(), "The permission decisions cannot be read.");
    fs::create_dir(folder.path()).unwrap();
    authority.refresh().unwrap();
    assert_eq!(
        authority.effective(&app(1), UnrestrictedNetwork).unwrap().state,
        PermissionState::Prompt
    );
}
