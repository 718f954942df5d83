//! What can be done when the disk has no room left, so that there is some again.

use std::fs;

use crate::machine::{Machine, PROGRAM, Run, ended};

const NO_ROOM: &str = "there is no room on the disk to write “DIR/data/permissions.sqlite3”";
const HINT: &str = "hint: make room on the disk, and try again\n";

/// Moves the data to a disk of its own, fills it, and runs these lines of a shell there, one after another.
fn on_full_disk<const LINES: usize>(machine: &Machine, lines: [&str; LINES]) -> [Run; LINES] {
    let folder = machine.folder.path().to_str().unwrap();
    fs::rename(machine.path("data"), machine.path("seed")).unwrap();
    fs::create_dir(machine.path("data")).unwrap();
    let mut script =
        "set -e; cp -a DIR/seed/. DIR/data; dd if=/dev/zero of=DIR/data/filler bs=4096 2>&- && exit 9\n".to_owned();
    for (number, line) in lines.iter().enumerate() {
        let line = line.replace("insula", PROGRAM);
        script += &format!("code=0; {line} >DIR/output{number} 2>DIR/errors{number} || code=$?; echo $code\n");
    }
    let script = script.replace("DIR", folder);
    let disk = ["--dev-bind", "/", "/", "--size", "4194304", "--tmpfs", "DIR/data"];
    let output = machine
        .command_of("bwrap".as_ref(), &disk)
        .args(["--", "sh", "-c", &script])
        .output()
        .unwrap();
    let codes = String::from_utf8(output.stdout).unwrap();
    let mut codes = codes.lines();
    std::array::from_fn(|number| Run {
        code: codes.next().and_then(|code| code.parse().ok()),
        output: machine.filter(&fs::read(machine.path(&format!("output{number}"))).unwrap()),
        errors: machine.filter(&fs::read(machine.path(&format!("errors{number}"))).unwrap()),
    })
}

/// An app about which something was decided; returns its id.
fn install(machine: &Machine) -> String {
    machine.ok(&["install", "DIR/mail.swbn"]);
    machine.ok(&["permissions", "Mail", "grant", "camera"]);
    machine.ok(&["permissions", "Mail", "deny", "controlled-frame"]);
    let folder = fs::read_dir(machine.path("data/apps"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    folder.file_name().into_string().unwrap()
}

#[test]
fn on_a_full_disk_apps_can_be_looked_at_and_removed() {
    let machine = Machine::with_bundle();
    let id = install(&machine);
    machine.write(&format!("data/storage/{id}/letters"), &"x".repeat(300_000));
    let permitted = machine.ok(&["permissions", "Mail"]);
    let listed = machine.ok(&["list"]);
    let [shown, denied, shown_again, list, uninstalled, installed, afterwards] = on_full_disk(
        &machine,
        [
            "insula permissions Mail",
            "insula permissions Mail deny camera",
            "insula permissions Mail",
            "insula list",
            "insula uninstall Mail",
            "insula install DIR/mail.swbn",
            "insula permissions Mail",
        ],
    );
    assert_eq!(shown, ended(0, &permitted, ""));
    assert_eq!(denied, ended(2, "", &format!("error: {NO_ROOM}\n{HINT}")));
    assert_eq!(shown_again, ended(0, &permitted, ""));
    assert_eq!(list, ended(0, &listed, ""));
    assert_eq!(
        uninstalled,
        ended(
            0,
            "Removed Mail\n  what was installed, 1.5 kB\n  what it stored, 300.0 kB\n  what was decided about its permissions\n",
            ""
        )
    );
    assert_eq!(installed, ended(0, "Installed Mail 1.2\nApp id: ID\n", ""));
    assert_eq!(afterwards.code, Some(0), "{}", afterwards.errors);
    assert!(!afterwards.output.contains("by you"), "{}", afterwards.output);
}

#[test]
fn what_could_not_be_forgotten_does_not_count_for_who_installs_the_app_again() {
    let machine = Machine::with_bundle();
    install(&machine);
    let [uninstalled, list, _, installed, afterwards] = on_full_disk(
        &machine,
        [
            // So small an app that its removal does not make room enough.
            "insula uninstall Mail",
            "insula list",
            "rm DIR/data/filler",
            "insula install DIR/mail.swbn",
            "insula permissions Mail",
        ],
    );
    let told = "what you decided about Mail is not removed yet; `insula uninstall ID` does that";
    assert_eq!(uninstalled, ended(2, "", &format!("error: {told}: {NO_ROOM}\n{HINT}")));
    assert_eq!(list, ended(0, "No apps are installed.\n", ""));
    assert_eq!(installed, ended(0, "Installed Mail 1.2\nApp id: ID\n", ""));
    assert_eq!(afterwards.code, Some(0), "{}", afterwards.errors);
    assert!(!afterwards.output.contains("by you"), "{}", afterwards.output);
}
