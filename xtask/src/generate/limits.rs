//! What Insula cannot do, and the tests that show it: `docs/limits.md`.
//!
//! Each limit has a name and a text in `docs/limits.txt`. A test that shows one has the mark `Limit: NAME`.

use super::marks::{self, Tests};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// Where the texts are.
const TEXTS: &str = "docs/limits.txt";

/// `docs/limits.md`.
pub(super) fn page(root: &Path) -> Result<String> {
    let texts = fs::read_to_string(root.join(TEXTS)).with_context(|| TEXTS.to_owned())?;
    table(&texts, marks::tests(root, "Limit")?)
}

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
        page += &format!("| {} | {} |\n", text.replace('|', "\\|"), marks::links(&shown));
    }
    if let Some((name, shown)) = tests.first_key_value() {
        bail!("{TEXTS} has no limit {name}, of which {} speaks", shown[0].1);
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

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
