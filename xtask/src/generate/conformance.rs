//! How far specifications are met, and the tests that show it: `docs/controlled-frame.md`, `docs/first-run.md`.
//!
//! Each row of a specification has a line in a text: its name, perhaps `; ID`, the requirement's number or weight, and what
//! it does here. A test that shows it has the mark `Conforms: NAME`. What no test shows is not claimed: the page says nothing
//! of it.

use super::marks::{self, Tests};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// A text, and the page that is made of it.
struct Page {
    texts: &'static str,
    page: &'static str,
    title: &'static str,
    introduction: &'static str,
    /// What is beside a row's name.
    column: &'static str,
}

const PAGES: [Page; 2] = [
    Page {
        texts: "docs/controlled-frame.txt",
        page: "docs/controlled-frame.md",
        title: "Controlled Frame: what is there",
        introduction: "Each member, dictionary field, value of an enumeration, event and threat of the specification, what it \
                       does here, and the tests that show it.",
        column: "seed",
    },
    Page {
        texts: "docs/first-run.txt",
        page: "docs/first-run.md",
        title: "First Run Permissions Prompt: what is there",
        introduction: "Each requirement of the proposal, what comes of it here, and the tests that show it.",
        column: "weight",
    },
];

/// The pages, by their paths.
pub(super) fn pages(root: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let mut tests = marks::tests(root, "Conforms")?;
    let mut pages = BTreeMap::new();
    for page in &PAGES {
        let texts = fs::read_to_string(root.join(page.texts)).with_context(|| page.texts.to_owned())?;
        pages.insert(PathBuf::from(page.page), table(page, &texts, &mut tests)?);
    }
    if let Some((name, shown)) = tests.first_key_value() {
        bail!("no page has a row {name}, of which {} speaks", shown[0].1);
    }
    Ok(pages)
}

/// Makes a page, and takes the tests that its rows are shown by.
fn table(page: &Page, texts: &str, tests: &mut Tests) -> Result<String> {
    let Page {
        texts: file,
        title,
        introduction,
        column,
        ..
    } = page;
    let mut body = String::new();
    let mut names = BTreeSet::new();
    let mut shown = 0;
    for line in texts.lines().filter(|line| !line.is_empty()) {
        if let Some(heading) = line.strip_prefix("# ") {
            body += &format!("\n## {heading}\n\n| row | {column} | here | shown by |\n|---|---|---|---|\n");
            continue;
        }
        let (row, text) = line
            .split_once(": ")
            .with_context(|| format!("{file}: no name: {line}"))?;
        let (name, requirement) = row.split_once("; ").unwrap_or((row, "–"));
        ensure!(names.insert(name), "{file}: {name} is there twice");
        let tests = tests.remove(name).unwrap_or_default();
        let text = match tests.is_empty() {
            true => "*Nothing shows it yet.*".to_owned(),
            false => text.replace('|', "\\|"),
        };
        shown += usize::from(!tests.is_empty());
        body += &format!("| `{name}` | {requirement} | {text} | {} |\n", marks::links(&tests));
    }
    Ok(format!(
        "<!-- Generated from {file} and the tests by `cargo xtask generate conformance`; do not edit. -->\n\n# {title}\n\n\
         {introduction} What no test shows is not claimed. Tests show {shown} of {} rows.\n{body}",
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
        let mut shown = tests("back()");
        let page = table(&PAGES[0], texts, &mut shown).unwrap();
        assert!(shown.is_empty());
        assert!(page.contains("show 1 of 2 rows"), "{page}");
        assert!(
            page.contains("| `back()` | CF-19 | Goes back. | [it is so](../a.rs) |\n"),
            "{page}"
        );
        assert!(
            page.ends_with("| `stop()` | – | *Nothing shows it yet.* | – |\n"),
            "{page}"
        );
        let mut unknown = tests("go()");
        table(&PAGES[0], texts, &mut unknown).unwrap();
        assert!(unknown.contains_key("go()"), "it is left, which is an error");
        assert!(table(&PAGES[0], "one: First.\none: Again.\n", &mut Tests::new()).is_err());
    }
}
