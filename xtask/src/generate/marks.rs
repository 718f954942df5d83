//! What tests say of themselves: a line `Limit: NAME` or `Conforms: NAME` in a test's documentation, for the tables in
//! `docs/`. So no table claims to be shown what no test shows, and no test speaks of a row that nobody is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The tests that speak of each name: the name of the test, and its file.
pub(super) type Tests = BTreeMap<String, Vec<(String, String)>>;

/// Where tests are, with how their documentation begins.
const TESTS: [(&str, &str, &str); 2] = [("crates", "rs", "///"), ("js/test", "js", "//")];

/// All tests that have a mark.
pub(super) fn tests(root: &Path, mark: &str) -> Result<Tests> {
    let mut tests = Tests::new();
    for (folder, extension, comment) in TESTS {
        let marker = format!("{comment} {mark}: ");
        for file in files(&root.join(folder), extension)? {
            let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
            for (name, test) in marked(&fs::read_to_string(&file)?, &marker).with_context(|| shown.clone())? {
                tests.entry(name).or_default().push((test, shown.clone()));
            }
        }
    }
    Ok(tests)
}

/// Links to tests, as a page in `docs/` has them; a dash when there is none.
pub(super) fn links(tests: &[(String, String)]) -> String {
    let link = |(test, file): &(String, String)| format!("[{}](../{file})", test.replace('_', " "));
    match tests {
        [] => "–".to_owned(),
        tests => tests.iter().map(link).collect::<Vec<_>>().join("; "),
    }
}

/// The names that the tests in a file speak of, each with the name of the test.
fn marked(text: &str, marker: &str) -> Result<Vec<(String, String)>> {
    let (mut found, mut waiting) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim_start) {
        if let Some(names) = line.strip_prefix(marker) {
            waiting.extend(names.split(", ").map(|name| name.trim_end().to_owned()));
        } else if let Some(test) = test_of(line) {
            found.extend(waiting.drain(..).map(|name| (name, test.to_owned())));
        }
    }
    match waiting.first() {
        Some(name) => bail!("no test follows the mark {name}"),
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
    fn a_row_is_shown_by_the_tests_that_say_so_and_by_no_others() {
        let file = "/// Limit: one\n/// Limit: two, three\n#[test]\nfn it_is_so() {}\n\n#[test]\nfn other() {}\n";
        let found = marked(file, "/// Limit: ").unwrap();
        assert_eq!(
            found,
            [("one", "it_is_so"), ("two", "it_is_so"), ("three", "it_is_so")]
                .map(|(name, test)| (name.into(), test.into()))
        );
        assert!(marked("/// Limit: one\n", "/// Limit: ").is_err());
        let script = "// Limit: one\ntest(\"it is so\", () => {});";
        assert_eq!(
            marked(script, "// Limit: ").unwrap(),
            [("one".to_owned(), "it is so".to_owned())]
        );
    }
}
