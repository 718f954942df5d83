//! The files of the repository: their size, their names, and words that must not be in them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Lines in a hand-written source file at most; then it has more than one job.
const MAXIMUM_LINES: usize = 600;

/// Beginnings of paths that are made by a tool, or copied byte for byte.
const NOT_WRITTEN_HERE: [&str; 5] = [
    "js/generated/",
    "data/man/",
    "data/completions/",
    "fuzz/corpus/",
    "Cargo.lock",
];

/// Every file that is or could be committed, relative to the root.
pub(super) fn list(root: &Path) -> Result<Vec<PathBuf>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git ls-files")?;
    ensure!(
        output.status.success(),
        "git ls-files: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    let mut files: Vec<PathBuf> = names
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from)
        .collect();
    files.retain(|file| root.join(file).is_file());
    files.sort();
    files.dedup();
    Ok(files)
}

pub(super) fn check(root: &Path, files: &[PathBuf]) -> Result<Vec<String>> {
    let mut complaints = missing_readmes(root)?;
    let places = machine_places(root);
    for file in files {
        let shown = file.display().to_string();
        if file.file_name().is_some_and(|name| name == "mod.rs") {
            complaints.push(format!("{shown}: use `name.rs` beside the folder `name`"));
        }
        if NOT_WRITTEN_HERE.iter().any(|beginning| shown.starts_with(beginning)) {
            continue;
        }
        // What is not text (test vectors, pictures) has no lines and no words.
        let Ok(text) = fs::read_to_string(root.join(file)) else {
            continue;
        };
        complaints.extend(check_text(&shown, &text, &places));
    }
    Ok(complaints)
}

fn check_text(file: &str, text: &str, places: &[String]) -> Vec<String> {
    let mut complaints = Vec::new();
    let is_rust = file.ends_with(".rs");
    let is_script = [".js", ".mjs", ".ts"].iter().any(|ending| file.ends_with(ending));
    let lines = text.lines().count();
    if (is_rust || is_script) && lines > MAXIMUM_LINES {
        complaints.push(format!("{file}: {lines} lines; split it ({MAXIMUM_LINES} at most)"));
    }
    for (number, line) in (1..).zip(text.lines()) {
        let place = || format!("{file}:{number}");
        if let Some(found) = places.iter().find(|found| line.contains(found.as_str())) {
            complaints.push(format!("{}: “{found}” is a place on one machine", place()));
        }
        let code = line.trim_start();
        if is_rust && (code.starts_with("#[allow(") || code.starts_with("#![allow(")) {
            complaints.push(format!("{}: use #[expect(…, reason = \"…\")]", place()));
        }
        if is_rust && code.starts_with("#[ignore") {
            complaints.push(format!("{}: a test that does not run tests nothing", place()));
        }
    }
    complaints
}

/// Home folders, and where this copy of the repository happens to lie.
fn machine_places(root: &Path) -> Vec<String> {
    // In two pieces, so that this file does not complain about itself.
    let mut places = vec![
        ["/ho", "me/"].concat(),
        ["/ro", "ot/"].concat(),
        ["/Us", "ers/"].concat(),
    ];
    let own = env::var_os("HOME")
        .map(PathBuf::from)
        .into_iter()
        .chain([root.to_owned()]);
    for folder in own {
        // A folder like “/src” is too common to be somebody's.
        if folder.components().count() > 2 {
            places.push(folder.display().to_string());
        }
    }
    places
}

fn missing_readmes(root: &Path) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let folder = entry?.path();
        if folder.join("Cargo.toml").exists() && !folder.join("README.md").exists() {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            complaints.push(format!("crates/{name}: has no README.md"));
        }
    }
    complaints.sort();
    Ok(complaints)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(file: &str, text: &str) -> usize {
        check_text(file, text, &["/somebody/".to_owned()]).len()
    }

    #[test]
    fn each_rule_finds_what_breaks_it() {
        assert_eq!(complaints("a.rs", "fn main() {}\n"), 0);
        assert_eq!(complaints("a.rs", &"x\n".repeat(601)), 1);
        assert_eq!(complaints("a.md", &"x\n".repeat(601)), 0);
        assert_eq!(complaints("a.md", "see /somebody/file"), 1);
        assert_eq!(complaints("a.rs", "    #[allow(dead_code)]"), 1);
        assert_eq!(complaints("a.rs", "#[ignore]"), 1);
    }
}
