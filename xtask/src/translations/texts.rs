//! Texts for users, as they stand in sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// The functions of `crates/runtime/src/translations.rs` that take texts, and how many.
const FUNCTIONS: [(&str, usize); 3] = [("tr", 1), ("tr_with", 1), ("tr_count", 2)];

/// How a comment for translators begins, in the line above its text.
const COMMENT: &str = "// Translators: ";

/// A text for users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// The text, of one thing.
    pub(crate) one: String,
    /// Of several things.
    pub(crate) many: Option<String>,
    /// What translators should know.
    pub(crate) comment: Option<String>,
    /// The files that it is in.
    pub(crate) places: Vec<String>,
}

impl Text {
    /// A text in a file.
    pub(crate) fn new(text: &str, place: &str) -> Self {
        Self {
            one: text.to_owned(),
            many: None,
            comment: None,
            places: vec![place.to_owned()],
        }
    }
}

/// The sources below a folder, in order.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "ui") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Each text once, with all its places.
pub(super) fn merged(texts: Vec<Text>) -> Vec<Text> {
    let mut merged: Vec<Text> = Vec::new();
    for text in texts {
        match merged.iter_mut().find(|known| known.one == text.one) {
            Some(known) => {
                known.comment = known.comment.take().or(text.comment);
                known.many = known.many.take().or(text.many);
                for place in text.places {
                    if !known.places.contains(&place) {
                        known.places.push(place);
                    }
                }
            }
            None => merged.push(text),
        }
    }
    merged
}

/// The texts of a Rust file: those that stand as literals in calls of the functions.
pub(super) fn of_rust(source: &str, place: &str) -> Result<Vec<Text>> {
    let mut found = Vec::new();
    for (start, _) in source.match_indices("tr") {
        let is_inside = source[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"');
        let name_ends = source[start..].find(|c: char| !c.is_alphanumeric() && c != '_');
        let Some(end) = name_ends.map(|length| start + length) else {
            continue;
        };
        let function = FUNCTIONS.iter().find(|(name, _)| *name == &source[start..end]);
        let (Some((_, count)), Some(arguments)) = (function, source[end..].strip_prefix('(')) else {
            continue;
        };
        let line = source[..start].rfind('\n').map_or(0, |end| end + 1);
        if is_inside || source[line..start].trim_start().starts_with("//") {
            continue;
        }
        // A text that is not written here is somewhere else: a permission's title.
        let Some(rest) = arguments.trim_start().strip_prefix('"') else {
            continue;
        };
        let (one, rest) = literal(rest)?;
        let mut text = Text::new(&one, place);
        if *count == 2 {
            let rest = rest
                .trim_start()
                .strip_prefix(',')
                .context("a second text is missing")?;
            let rest = rest
                .trim_start()
                .strip_prefix('"')
                .context("the second text is no literal")?;
            text.many = Some(literal(rest)?.0);
        }
        let above = source[..line].trim_end().rsplit('\n').next().unwrap_or_default();
        text.comment = above.trim_start().strip_prefix(COMMENT).map(str::to_owned);
        found.push(text);
    }
    Ok(found)
}

/// The value of a literal from behind its first quotation mark, and what comes after it.
fn literal(source: &str) -> Result<(String, &str)> {
    let (mut value, mut rest) = (String::new(), source);
    loop {
        let end = rest.find(['"', '\\']).context("a text does not end")?;
        value.push_str(&rest[..end]);
        if rest[end..].starts_with('"') {
            return Ok((value, &rest[end + 1..]));
        }
        let escaped = rest[end + 1..].chars().next().context("a text does not end")?;
        rest = &rest[end + 1 + escaped.len_utf8()..];
        match escaped {
            'n' => value.push('\n'),
            '"' | '\\' => value.push(escaped),
            '\n' => rest = rest.trim_start(),
            other => bail!("“\\{other}” in a text for users"),
        }
    }
}

/// The texts of a `.ui` file.
pub(super) fn of_interface(source: &str, place: &str) -> Result<Vec<Text>> {
    ensure!(
        source.contains("<interface domain=\"insula\">"),
        "it does not say that its texts are Insula's"
    );
    let texts = source.split("translatable=\"yes\">").skip(1).map(|text| {
        let text = text.split('<').next().unwrap_or_default();
        let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        Text::new(&plain.replace("&amp;", "&"), place)
    });
    Ok(texts.collect())
}

/// What a translation lacks that its text has.
pub(super) fn differs(text: &str, translation: &str) -> Option<&'static str> {
    let ends = |text: &str| text.chars().next_back().filter(|last| ".:?…".contains(*last));
    let places = |text: &str| -> BTreeSet<String> {
        let parts = text.split('{').skip(1);
        parts
            .filter_map(|part| Some(part.split_once('}')?.0.to_owned()))
            .collect()
    };
    let mnemonics = |text: &str| text.matches('_').count();
    if places(text) != places(translation) {
        Some("has other places for values")
    } else if mnemonics(text) != mnemonics(translation) {
        Some("has another number of mnemonics")
    } else if ends(text) != ends(translation) {
        Some("ends otherwise")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_where_they_are_said() {
        let source = r#"
            // tr("in a comment")
            let a = tr("One \"text\", \
                        in two lines");
            // Translators: an app's name
            let b = tr_with("{app}\n", &[]);
            let c = tr_count(
                "{count} thing",
                "{count} things",
                3,
            );
            let d = (tr(name.title()), attr("no"), str("no"), "tr(\"no\")");
        "#;
        let texts = of_rust(source, "a.rs").unwrap();
        let found: Vec<_> = texts
            .iter()
            .map(|text| (text.one.as_str(), text.many.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                ("One \"text\", in two lines", None),
                ("{app}\n", None),
                ("{count} thing", Some("{count} things")),
            ]
        );
        assert_eq!(texts[1].comment.as_deref(), Some("an app's name"));
        let interface = "<interface domain=\"insula\"><property translatable=\"yes\">A &amp; B</property>";
        assert_eq!(of_interface(interface, "a.ui").unwrap()[0].one, "A & B");
        assert!(of_interface("<interface>", "a.ui").is_err());
    }
}
