//! `cargo xtask generate`: files that are made from others, and the check that they are current.

mod conformance;
mod limits;
mod marks;
mod permissions;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::translations;

const ALL: [&str; 7] = [
    "bridge",
    "permissions",
    "limits",
    "conformance",
    "translations",
    "page",
    "cli",
];

/// Generates what is asked for, everything by default. With `check` nothing is written, and each
/// file that is out of date is a complaint.
pub(crate) fn run(root: &Path, check: bool, what: &[&str]) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for what in if what.is_empty() { &ALL } else { what } {
        match *what {
            "bridge" => complaints.extend(bridge(root, check)?),
            "permissions" => complaints.extend(permissions(root, check)?),
            "limits" => complaints.extend(limits(root, check)?),
            "conformance" => complaints.extend(conformance(root, check)?),
            "translations" => complaints.extend(translations(root, check)?),
            "page" => complaints.extend(page(root, check)?),
            "cli" => complaints.extend(command_line(root, check)?),
            other => bail!("nothing is called “{other}”; there are {}", ALL.join(", ")),
        }
    }
    Ok(complaints)
}

/// From the tables of messages in `crates/bridge`.
fn bridge(root: &Path, check: bool) -> Result<Vec<String>> {
    let text = format!(
        "// Generated from crates/bridge by `cargo xtask generate bridge`; do not edit.\n{}",
        insula_bridge::declarations()
    );
    let files = BTreeMap::from([(PathBuf::from("js/generated/bridge.d.ts"), text)]);
    settle(root, "bridge", &files, check)
}

/// From the table of names in `crates/permissions`.
fn permissions(root: &Path, check: bool) -> Result<Vec<String>> {
    let files = BTreeMap::from([
        (PathBuf::from("js/generated/permissions.js"), permissions::module()),
        (PathBuf::from("docs/permissions.md"), permissions::page()),
    ]);
    settle(root, "permissions", &files, check)
}

/// From the texts of limits, and the tests that show them.
fn limits(root: &Path, check: bool) -> Result<Vec<String>> {
    let files = BTreeMap::from([(PathBuf::from("docs/limits.md"), limits::page(root)?)]);
    settle(root, "limits", &files, check)
}

/// From what the rows of specifications do here, and the tests that show it.
fn conformance(root: &Path, check: bool) -> Result<Vec<String>> {
    settle(root, "conformance", &conformance::pages(root)?, check)
}

/// From the texts in the sources. The languages themselves are written by people.
fn translations(root: &Path, check: bool) -> Result<Vec<String>> {
    let files = BTreeMap::from([(PathBuf::from(translations::TEMPLATE), translations::template(root)?)]);
    settle(root, "translations", &files, check)
}

/// From the modules in `js/page`, by esbuild.
fn page(root: &Path, check: bool) -> Result<Vec<String>> {
    let script = if check { "bundle:check" } else { "bundle" };
    let status = Command::new("npm")
        .args(["run", "--silent", script])
        .current_dir(root.join("js"))
        .status()
        .context("npm is needed for js/generated/page.js")?;
    match (status.success(), check) {
        (true, _) => Ok(Vec::new()),
        (false, true) => Ok(vec![out_of_date("js/generated/page.js", "page")]),
        (false, false) => bail!("`npm run {script}` failed in js; run `npm ci` there first"),
    }
}

/// Man pages and completions, by the program itself.
fn command_line(root: &Path, check: bool) -> Result<Vec<String>> {
    let folder = tempfile::tempdir()?;
    let status = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--bin", "insula", "--", "generate", "--output-dir"])
        .arg(folder.path())
        .current_dir(root)
        .status()
        .context("cargo run --package insula")?;
    ensure!(status.success(), "`insula generate` failed");
    let mut files = BTreeMap::new();
    for kind in ["man", "completions"] {
        let made = read_folder(&folder.path().join(kind))?;
        ensure!(!made.is_empty(), "`insula generate` made no {kind}");
        let place = Path::new("data").join(kind);
        files.extend(made.into_iter().map(|(name, text)| (place.join(name), text)));
    }
    let mut complaints = settle(root, "cli", &files, check)?;
    for kind in ["data/man", "data/completions"] {
        complaints.extend(settle_leftovers(root, Path::new(kind), &files, check)?);
    }
    Ok(complaints)
}

/// Writes files, or complains about each that differs.
fn settle(root: &Path, what: &str, files: &BTreeMap<PathBuf, String>, check: bool) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for (file, text) in files {
        let path = root.join(file);
        if fs::read_to_string(&path).is_ok_and(|current| current == *text) {
            continue;
        }
        if check {
            complaints.push(out_of_date(&file.display().to_string(), what));
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, text).with_context(|| format!("{}", path.display()))?;
        println!("wrote {}", file.display());
    }
    Ok(complaints)
}

/// Removes what used to be generated and is not any more, or complains about it.
fn settle_leftovers(root: &Path, folder: &Path, files: &BTreeMap<PathBuf, String>, check: bool) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for name in read_folder(&root.join(folder))?.into_keys() {
        let file = folder.join(name);
        if files.contains_key(&file) {
            continue;
        }
        if check {
            complaints.push(out_of_date(&file.display().to_string(), "cli"));
        } else {
            fs::remove_file(root.join(&file))?;
            println!("removed {}", file.display());
        }
    }
    Ok(complaints)
}

/// The text files of a folder by name; none when there is no folder.
fn read_folder(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path()).with_context(|| format!("{}", entry.path().display()))?;
        files.insert(name, text);
    }
    Ok(files)
}

fn out_of_date(file: &str, what: &str) -> String {
    format!("{file}: is out of date; run `cargo xtask generate {what}`")
}
