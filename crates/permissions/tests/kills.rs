//! A kill at any instant leaves the old state or the new one, and loses nothing that was confirmed.

#![expect(clippy::unwrap_used, reason = "a test's helper may fail like the test")]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use insula_permissions::PermissionName::*;
use insula_permissions::{Authority, Closed, DecidedBy, FILE_NAME, PermissionState, PolicySet, Store, Subject};
use tempfile::TempDir;

/// Makes a test process act as a child that does something to the store at this path.
const CHILD_STORE: &str = "INSULA_TEST_KILLED_STORE";
const CHILD_BEGINS_AT: &str = "INSULA_TEST_KILLED_BEGINS_AT";
const CHILD_IMPORTS: &str = "INSULA_TEST_KILLED_IMPORTS";

/// Decisions of an import.
const IMPORTED: usize = 3000;

fn fresh() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    (folder, path)
}

fn app(number: usize) -> Subject {
    Subject::app(format!("https://app-{number}.example").parse().unwrap())
}

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// Not a test of its own: the process that is killed.
#[test]
fn child_process_that_is_killed() {
    let Some(path) = env::var_os(CHILD_STORE).map(PathBuf::from) else {
        return;
    };
    let store = Store::open(&path).unwrap();
    let mut output = std::io::stdout();
    let mut confirm = |number: usize| {
        writeln!(output, "confirmed {number}").unwrap();
        output.flush().unwrap();
    };
    if let Some(import) = env::var_os(CHILD_IMPORTS) {
        confirm(0);
        let text = fs::read(import).unwrap();
        Authority::new(store, PolicySet::default()).import(&text).unwrap();
        confirm(1);
        return;
    }
    let begin: usize = env::var(CHILD_BEGINS_AT).unwrap().parse().unwrap();
    for number in begin..begin + 500 {
        let (subject, granted) = (app(number), PermissionState::Granted);
        match number % 4 {
            0 => store.decide(&subject, Camera, granted, DecidedBy::Prompt).unwrap(),
            1 => store
                .commit_sheet(&subject.origin, "1", &[Camera], &[(Camera, Some(granted))])
                .unwrap(),
            2 => {
                store
                    .closed(&subject, Microphone, Closed::Dismissed, SystemTime::now())
                    .unwrap();
                store.decide(&subject, Camera, granted, DecidedBy::Settings).unwrap();
            }
            _ => store
                .grant_device(&subject, Camera, &"front".parse().unwrap(), DecidedBy::Prompt)
                .unwrap(),
        }
        confirm(number);
    }
}

fn start(path: &Path, variables: &[(&str, &str)]) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "child_process_that_is_killed", "--nocapture"])
        .env(CHILD_STORE, path)
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the child (SIGKILL) some time after it has confirmed so much, and returns all that it confirmed.
fn kill_after(mut child: Child, count: usize, then: Duration) -> Vec<usize> {
    let mut confirmed = Vec::new();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in lines.map_while(Result::ok) {
        // The test runner may begin the line.
        if let Some((_, number)) = line.split_once("confirmed ") {
            confirmed.push(number.parse().unwrap());
            if confirmed.len() == count {
                // So that not every kill is at the same instant; nothing waits for it.
                thread::sleep(then);
                child.kill().unwrap();
            }
        }
    }
    child.wait().unwrap();
    confirmed
}

#[test]
fn three_hundred_kills_of_two_processes_at_once_lose_nothing_that_was_confirmed() {
    let (_folder, path) = fresh();
    let mut numbers = Numbers(1);
    let mut confirmed = BTreeSet::new();
    for round in 0..150 {
        let begin = round * 10_000;
        let children = [begin, begin + 5000].map(|begin| {
            let child = start(&path, &[(CHILD_BEGINS_AT, &begin.to_string())]);
            let (count, then) = (1 + numbers.next(3) as usize, Duration::from_micros(numbers.next(3000)));
            thread::spawn(move || kill_after(child, count, then))
        });
        for child in children {
            confirmed.extend(child.join().unwrap());
        }
    }
    let store = Store::open(&path).unwrap();
    assert_eq!(store.damaged(), None);
    let granted: BTreeSet<_> = store.all().unwrap().into_iter().map(|record| record.subject).collect();
    assert!(confirmed.len() >= 300);
    for number in confirmed {
        assert!(granted.contains(&app(number)), "{number}");
        let sheet = store.sheet(&app(number).origin).unwrap();
        assert_eq!(
            sheet.is_some(),
            number % 4 == 1,
            "a sheet and its decisions come together"
        );
    }
}

#[test]
fn a_kill_while_an_old_store_is_brought_up_to_date_loses_nothing() {
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores/schema-1.sqlite3");
    for round in 0..40_u64 {
        let (_folder, path) = fresh();
        fs::copy(&old, &path).unwrap();
        let mut child = start(&path, &[(CHILD_BEGINS_AT, "0")]);
        thread::sleep(Duration::from_micros(round * 400));
        child.kill().unwrap();
        child.wait().unwrap();
        let store = Store::open(&path).unwrap();
        assert_eq!(store.damaged(), None);
        assert!(store.all().unwrap().len() >= 5, "round {round}");
    }
}

#[test]
fn a_kill_while_importing_leaves_all_of_it_or_nothing() {
    let (folder, path) = fresh();
    let source = Store::open(&folder.path().join("other.sqlite3")).unwrap();
    let names = [Camera, Microphone, Geolocation];
    let decided: Vec<_> = names
        .iter()
        .map(|name| (*name, Some(PermissionState::Denied)))
        .collect();
    for number in 0..IMPORTED / names.len() {
        source.commit_sheet(&app(number).origin, "1", &[], &decided).unwrap();
    }
    let text = folder.path().join("export.json");
    fs::write(&text, source.export().unwrap()).unwrap();
    let mut outcomes = BTreeSet::new();
    for round in 0..30_u64 {
        let path = path.with_extension(format!("{round}"));
        let child = start(&path, &[(CHILD_IMPORTS, text.to_str().unwrap())]);
        let confirmed = kill_after(child, 1, Duration::from_millis(round * 12));
        let store = Store::open(&path).unwrap();
        let number = store.all().unwrap().len();
        assert!(
            number == 0 && confirmed.len() < 2 || number == IMPORTED,
            "{number} after {confirmed:?}"
        );
        outcomes.insert(number);
    }
    assert!(outcomes.contains(&0), "some were killed before they had ended");
}
