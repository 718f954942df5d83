//! What Insula cannot do, and the tests that show it: `docs/limits.md`.
//!
//! Each limit has a name and a text in `docs/limits.txt`. A test that shows one says so in its documentation, on a line of
//! its own: `Limit: NAME`. So nothing is claimed to be shown that no test shows, and no test speaks of a limit that is not
//! told to anybody.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// Where the texts are.
const TEXTS: &str = "docs/limits.txt";

/// Where tests are, with how a line of a test's documentation begins.
const TESTS: [(&str, &str, &str); 2] = [("crates", "rs", "/// Limit: "), ("js/test", "js", "// Limit: ")];

/// `docs/limits.md`.
pub(super) fn page(root: &Path) -> Result<String> {
    let texts = fs::read_to_string(root.join(TEXTS)).with_context(|| TEXTS.to_owned())?;
    let mut tests = BTreeMap::new();
    for (folder, extension, marker) in TESTS {
        for file in files(&root.join(folder), extension)? {
            let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
            for (limit, test) in marked(&fs::read_to_string(&file)?, marker).with_context(|| shown.clone())? {
                tests.entry(limit).or_insert_with(Vec::new).push((test, shown.clone()));
            }
        }
    }
    table(&texts, tests)
}

type Tests = BTreeMap<String, Vec<(String, String)>>;

fn table(texts: &str, mut tests: Tests) -> Result<String> {
    let mut page = String::from(
        "<!-- Generated from docs/limits.txt and the tests by `cargo xtask generate limits`; do not edit. -->\n\n\
         # Limits\n\nWhat Insula cannot do, or does otherwise than an app's author may think, and the tests that show it. \
         Where there is a dash, no test does: it is known from use, or from reading the engine.\n",
    );
    let mut names = BTreeSet::new();
    for line in texts.lines().filter(|line| !line.is_empty()) {
        if let Some(heading) = line.strip_prefix("# ") {
            page += &format!("\n## {heading}\n\n| limit | shown by |\n|---|---|\n");
            continue;
        }
        let (name, text) = line
            .split_once(": ")
            .with_context(|| format!("{TEXTS}: no name: {line}"))?;
        ensure!(names.insert(name), "{TEXTS}: {name} is there twice");
        let shown = tests.remove(name).unwrap_or_default();
        let links: Vec<_> = shown
            .iter()
            .map(|(test, file)| format!("[{}](../{file})", spoken(test)))
            .collect();
        let links = if links.is_empty() {
            "–".to_owned()
        } else {
            links.join("; ")
        };
        page += &format!("| {} | {links} |\n", text.replace('|', "\\|"));
    }
    if let Some((name, shown)) = tests.first_key_value() {
        bail!("{TEXTS} has no limit {name}, of which {} speaks", shown[0].1);
    }
    Ok(page)
}

/// The limits that the tests in a file show, each with the name of the test.
fn marked(text: &str, marker: &str) -> Result<Vec<(String, String)>> {
    let (mut found, mut waiting) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim_start) {
        if let Some(limit) = line.strip_prefix(marker) {
            waiting.push(limit.trim_end().to_owned());
        } else if let Some(test) = test_of(line) {
            found.extend(waiting.drain(..).map(|limit| (limit, test.to_owned())));
        }
    }
    match waiting.first() {
        Some(limit) => bail!("no test follows the limit {limit}"),
        None => Ok(found),
    }
}

/// The name of the test that begins in a line: `fn NAME(`, or `test("NAME", …`.
fn test_of(line: &str) -> Option<&str> {
    let function = line.strip_prefix("fn ").or_else(|| line.strip_prefix("async fn "));
    match function {
        Some(rest) => rest.split('(').next(),
        None => line.strip_prefix("test(\"")?.split('"').next(),
    }
}

fn spoken(test: &str) -> String {
    test.replace('_', " ")
}

/// The files with an extension in a folder, at any depth, in the order of their paths.
fn files(folder: &Path, extension: &str) -> Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        match path.is_dir() {
            true => files.extend(self::files(&path, extension)?),
            false if path.extension().is_some_and(|found| found == extension) => _ = files.insert(path),
            false => {}
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_shown_by_the_tests_that_say_so_and_by_no_others() {
        let file = "/// Limit: one\n/// Limit: two\n#[test]\nfn it_is_so() {}\n\n#[test]\nfn other() {}\n";
        let found = marked(file, "/// Limit: ").unwrap();
        assert_eq!(
            found,
            [("one", "it_is_so"), ("two", "it_is_so")].map(|(limit, test)| (limit.into(), test.into()))
        );
        assert!(marked("/// Limit: one\n", "/// Limit: ").is_err());
        let script = "// Limit: one\ntest(\"it is so\", () => {});";
        assert_eq!(
            marked(script, "// Limit: ").unwrap(),
            [("one".to_owned(), "it is so".to_owned())]
        );
    }

    #[test]
    fn what_nothing_shows_has_a_dash_and_what_is_not_told_is_an_error() {
        let tests = |name: &str| Tests::from([(name.to_owned(), vec![("it_is_so".to_owned(), "a.rs".to_owned())])]);
        let page = table("# Frames\n\none: First.\ntwo: Second.\n", tests("one")).unwrap();
        assert!(
            page.ends_with("\n| First. | [it is so](../a.rs) |\n| Second. | – |\n"),
            "{page}"
        );
        assert!(table("# Frames\none: First.\n", tests("three")).is_err());
        assert!(table("one: First.\none: Again.\n", Tests::new()).is_err());
    }
}
