//! How far `<controlledframe>` conforms, and the tests that show it: `docs/controlled-frame.md`.
//!
//! Each row of the specifications has a line in `docs/controlled-frame.txt`: its name, perhaps `; ID`, the requirement's
//! number, and what it does here. A test that shows it has the mark `Conforms: NAME`. What no test shows is not claimed:
//! the page says nothing of it.

use super::marks::{self, Tests};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// Where the texts are.
const TEXTS: &str = "docs/controlled-frame.txt";

/// `docs/controlled-frame.md`.
pub(super) fn page(root: &Path) -> Result<String> {
    let texts = fs::read_to_string(root.join(TEXTS)).with_context(|| TEXTS.to_owned())?;
    table(&texts, marks::tests(root, "Conforms")?)
}

fn table(texts: &str, mut tests: Tests) -> Result<String> {
    let mut body = String::new();
    let mut names = BTreeSet::new();
    let mut shown = 0;
    for line in texts.lines().filter(|line| !line.is_empty()) {
        if let Some(heading) = line.strip_prefix("# ") {
            body += &format!("\n## {heading}\n\n| row | seed | here | shown by |\n|---|---|---|---|\n");
            continue;
        }
        let (row, text) = line
            .split_once(": ")
            .with_context(|| format!("{TEXTS}: no name: {line}"))?;
        let (name, requirement) = row.split_once("; ").unwrap_or((row, "–"));
        ensure!(names.insert(name), "{TEXTS}: {name} is there twice");
        let tests = tests.remove(name).unwrap_or_default();
        let text = match tests.is_empty() {
            true => "*Nothing shows it yet.*".to_owned(),
            false => text.replace('|', "\\|"),
        };
        shown += usize::from(!tests.is_empty());
        body += &format!("| `{name}` | {requirement} | {text} | {} |\n", marks::links(&tests));
    }
    if let Some((name, shown)) = tests.first_key_value() {
        bail!("{TEXTS} has no row {name}, of which {} speaks", shown[0].1);
    }
    Ok(format!(
        "<!-- Generated from docs/controlled-frame.txt and the tests by `cargo xtask generate conformance`; do not edit. -->\n\n\
         # Controlled Frame: what is there\n\nEach member, dictionary field, value of an enumeration, event and threat of the \
         specification, what it does here, and the tests that show it. What no test shows is not claimed. Tests show {shown} of \
         {} rows.\n{body}",
        names.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_test_shows_is_not_claimed_and_what_has_no_row_is_an_error() {
        let tests = |name: &str| Tests::from([(name.to_owned(), vec![("it_is_so".to_owned(), "a.rs".to_owned())])]);
        let texts = "# Navigation\n\nback(); CF-19: Goes back.\nstop(): Stops.\n";
        let page = table(texts, tests("back()")).unwrap();
        assert!(page.contains("show 1 of 2 rows"), "{page}");
        assert!(
            page.contains("| `back()` | CF-19 | Goes back. | [it is so](../a.rs) |\n"),
            "{page}"
        );
        assert!(
            page.ends_with("| `stop()` | – | *Nothing shows it yet.* | – |\n"),
            "{page}"
        );
        assert!(table(texts, tests("go()")).is_err());
        assert!(table("one: First.\none: Again.\n", Tests::new()).is_err());
    }
}
