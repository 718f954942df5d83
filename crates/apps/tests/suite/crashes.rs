//! Everything that goes wrong on the way: kills, a full disk, a second process.
//!
//! Processes that are killed or starved are this test program itself, started again with `INSULA_TEST_CHILD`.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use insula_apps::{DataDir, Error, InstallOptions, Outcome, Step, Store};
use rustix::process::{Signal, getpid, kill_process};

use crate::fixture::{Draft, Fixture, bundle_of, version};

const CHILD: &str = "INSULA_TEST_CHILD";

/// What the other process does: `ACTION DATA FILE STEP`; `uninstall` takes an id for a file, `die in site` the name that
/// the site has in its manifest.
#[test]
fn child_process() {
    // Not a test of its own: the others start it.
    let Ok(arguments) = env::var(CHILD) else { return };
    let arguments: Vec<&str> = arguments.split('\n').collect();
    let [action, data, file, step] = arguments[..] else {
        panic!("{arguments:?}")
    };
    let store = Store::open(DataDir::new(data)).unwrap();
    let mut at_step = |done: Step| {
        if format!("{done:?}") != step {
            return;
        }
        match action {
            "die" | "die in site" => kill_process(getpid(), Signal::KILL).unwrap(),
            "wait" => {
                println!("waiting");
                std::io::stdin().read_line(&mut String::new()).unwrap();
            }
            _ => {}
        }
    };
    let result = match action {
        "uninstall" => {
            println!("waiting");
            store.uninstall(&file.parse().unwrap())
        }
        "die in site" => crate::sites::install(&store, file, Some(&mut at_step)).map(drop),
        _ => store
            .install(file.as_ref(), InstallOptions::default().progress(&mut at_step))
            .map(drop),
    };
    if let Err(error) = result {
        eprintln!("{error:?}");
        std::process::exit(9);
    }
}

pub(crate) fn child(prefix: &[&str], action: &str, fixture: &Fixture, file: &str, step: &str) -> Command {
    let program = env::current_exe().unwrap();
    let mut command = match prefix {
        [] => Command::new(&program),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(&program);
            command
        }
    };
    let data = fixture.data();
    command
        .args(["--exact", "crashes::child_process", "--nocapture"])
        .env(CHILD, [action, data.root().to_str().unwrap(), file, step].join("\n"));
    command
}

pub(crate) fn run(mut command: Command) -> (ExitStatus, String) {
    let output = command.output().unwrap();
    (output.status, String::from_utf8_lossy(&output.stderr).into_owned())
}

fn check_whole(fixture: &Fixture, draft: &Draft, expected: &[&str]) {
    let store = fixture.store();
    let listing = store.list().unwrap();
    assert!(listing.damaged.is_empty());
    let versions: Vec<_> = listing.apps.iter().map(version).collect();
    assert_eq!(versions, expected);
    if let [version] = expected {
        assert_eq!(
            store.launch(&draft.id()).unwrap().version.unwrap().to_string(),
            *version
        );
    }
    // Nothing is left over: a record and a bundle for each app.
    let files: Vec<PathBuf> = fixture.snapshot().into_keys().collect();
    assert_eq!(files.len(), 2 * expected.len(), "{files:?}");
}

#[test]
fn a_kill_at_any_step_of_an_installation_leaves_nothing_or_the_app() {
    for step in Step::ALL {
        let fixture = Fixture::new();
        let draft = Draft::new("Mail", "1");
        let file = fixture.pack(&draft);
        let (status, _) = run(child(
            &[],
            "die",
            &fixture,
            file.to_str().unwrap(),
            &format!("{step:?}"),
        ));
        assert_eq!(status.signal(), Some(9), "{step:?}");
        let expected: &[&str] = if step < Step::Committed { &[] } else { &["1"] };
        check_whole(&fixture, &draft, expected);
        // And the next installation goes well.
        let outcome = fixture.install(&draft).outcome;
        assert_eq!(outcome == Outcome::Installed, expected.is_empty());
        check_whole(&fixture, &draft, &["1"]);
    }
}

#[test]
fn a_kill_at_any_step_of_an_update_leaves_the_old_app_or_the_new() {
    for step in Step::ALL {
        let fixture = Fixture::new();
        let draft = Draft::new("Mail", "1");
        fixture.install(&draft);
        let file = fixture.pack(&Draft::new("Mail", "2"));
        let (status, _) = run(child(
            &[],
            "die",
            &fixture,
            file.to_str().unwrap(),
            &format!("{step:?}"),
        ));
        assert_eq!(status.signal(), Some(9), "{step:?}");
        check_whole(&fixture, &draft, &[if step < Step::Committed { "1" } else { "2" }]);
    }
}

#[test]
fn a_removal_that_was_begun_is_finished_by_the_next_process() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    let app = fixture.install(&draft).app;
    let storage = fixture.data().storage(&draft.id());
    let begin = |remaining: &[&str]| {
        fs::create_dir_all(&storage).unwrap();
        fs::write(storage.join("letters"), "secret").unwrap();
        fs::write(
            fixture
                .data()
                .root()
                .join("staging")
                .join(format!("remove-{}", draft.id())),
            "",
        )
        .unwrap();
        for path in fs::read_dir(bundle_of(&app).path.parent().unwrap()).unwrap() {
            let path = path.unwrap().path();
            if !remaining.iter().any(|name| path.ends_with(name)) {
                fs::remove_file(path).unwrap();
            }
        }
    };
    let bundle = bundle_of(&app).path.file_name().unwrap().to_str().unwrap();
    // As a kill leaves it: after the intention, after the record, after the bundle.
    for remaining in [&["app.json", bundle][..], &[bundle], &[]] {
        fixture.install(&draft);
        begin(remaining);
        check_whole(&fixture, &draft, &[]);
        assert!(!storage.exists());
    }
}

#[test]
fn leftovers_are_removed_and_what_is_not_ours_stays() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    let app = fixture.install(&draft).app;
    let data = fixture.data();
    let leftovers = [
        data.root().join("staging/install.swbn"),
        bundle_of(&app)
            .path
            .with_file_name("0123456789abcdef0123456789abcdef.swbn"),
    ];
    for path in &leftovers {
        fs::write(path, "x").unwrap();
    }
    let strange = data.root().join("apps/README");
    fs::write(&strange, "x").unwrap();
    drop(fixture.store());
    for path in leftovers {
        assert!(!path.exists(), "{}", path.display());
    }
    assert!(strange.exists());
    fixture.store().launch(&draft.id()).unwrap();
}

/// A process that has the lock until it is sent a line.
fn holder(fixture: &Fixture, file: &str) -> Child {
    started(child(&[], "wait", fixture, file, "Copied"))
}

/// Starts a process and waits until it says that it has begun.
fn started(mut command: Command) -> Child {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    assert!(
        (&mut output)
            .lines()
            .map_while(Result::ok)
            .any(|line| line.ends_with("waiting"))
    );
    // Still open: the other must be able to write more.
    child.stdout = Some(output.into_inner());
    child
}

#[test]
fn a_kill_during_a_removal_leaves_the_app_or_nothing() {
    let mut killed = 0;
    // Removing so many files takes a while; wherever in it the kill falls, one of two things must hold.
    for delay in (0..12).map(|step| Duration::from_micros(700 * step)) {
        let fixture = Fixture::new();
        let draft = Draft::new("Mail", "1");
        fixture.install(&draft);
        let storage = fixture.data().root().join("storage").join(draft.id().to_string());
        for number in 0..500 {
            let folder = storage.join(format!("{}", number % 10));
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("{number}")), "kept").unwrap();
        }
        let before = fixture.snapshot();
        let mut other = started(child(&[], "uninstall", &fixture, draft.id().as_str(), ""));
        std::thread::sleep(delay);
        other.kill().unwrap();
        killed += usize::from(other.wait().unwrap().signal() == Some(9));
        let listing = fixture.store().list().unwrap();
        assert!(listing.damaged.is_empty());
        match listing.apps.len() {
            0 => assert!(fixture.snapshot().is_empty(), "{delay:?}: something is left"),
            _ => assert!(fixture.snapshot() == before, "{delay:?}: something is missing"),
        }
    }
    assert!(killed > 0, "every removal was over before it was killed");
}

#[test]
fn a_second_process_waits_and_then_says_who_is_at_work() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    let file = fixture.pack(&draft);
    let mut other = holder(&fixture, file.to_str().unwrap());

    // Opening the store neither waits nor removes what the other is using.
    let start = Instant::now();
    let store = fixture.store();
    assert!(store.list().unwrap().apps.is_empty());
    let error = store.install(&file, InstallOptions::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("another insula is changing the apps (process {})", other.id())
    );
    assert!(matches!(error, Error::Busy { .. }));
    assert!(start.elapsed() >= Duration::from_millis(200));

    // When the other is done, it is our turn.
    let patient = store.with_patience(Duration::from_secs(30));
    let installing = std::thread::spawn(move || patient.install(&file, InstallOptions::default()).unwrap().outcome);
    drop(other.stdin.take());
    assert!(other.wait().unwrap().success());
    assert_eq!(installing.join().unwrap(), Outcome::Unchanged);
}

#[test]
fn the_lock_of_a_killed_process_is_free() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    let file = fixture.pack(&draft);
    let mut other = holder(&fixture, file.to_str().unwrap());
    other.kill().unwrap();
    other.wait().unwrap();
    assert_eq!(fixture.install(&draft).outcome, Outcome::Installed);
}

#[test]
fn a_full_disk_is_a_clear_error_and_the_old_version_stays() {
    let fixture = Fixture::new();
    let draft = Draft::new("Mail", "1");
    fixture.install(&draft);
    let before = fixture.snapshot();
    let large = Draft::new("Mail", "2").with_file("large.txt", &"x".repeat(300_000));
    let file = fixture.pack(&large);
    // No file may grow beyond 64 KiB: to the program it is as if the disk were full.
    let prefix = ["sh", "-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\""];
    let (status, errors) = run(child(&prefix, "install", &fixture, file.to_str().unwrap(), ""));
    assert_eq!(status.code(), Some(9), "{errors}");
    assert!(errors.contains("NoSpace"), "{errors}");
    assert_eq!(fixture.snapshot(), before);
    check_whole(&fixture, &draft, &["1"]);
}
