//! The texts of Insula's windows in other languages: the template `po/insula.pot`, which is made of the sources, and the
//! languages in `po/`, which people write.

mod texts;

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use insula_permissions::{Effective, PermissionName};
use polib::catalog::Catalog;
use polib::message::Message;
use polib::metadata::CatalogMetadata;
use polib::{mo_file, po_file};

pub(crate) use texts::Text;

/// Where the languages are.
const FOLDER: &str = "po";

/// The template, from which a new language begins.
pub(crate) const TEMPLATE: &str = "po/insula.pot";

/// Every text for users, each once, in the order of the files.
fn texts(root: &Path) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    for file in texts::files(&root.join("crates/runtime/src"))? {
        let source = fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
        let place = file.strip_prefix(root)?.display().to_string();
        let found = match place.ends_with(".ui") {
            true => texts::of_interface(&source, &place),
            false => texts::of_rust(&source, &place),
        };
        texts.extend(found.with_context(|| place)?);
    }
    let place = "crates/permissions/src/name.rs";
    for name in PermissionName::ALL {
        texts.push(Text::new(name.title(), place));
        texts.push(Text::new(name.explanation(), place));
    }
    let place = "crates/permissions/src/effective.rs";
    texts.extend(Effective::SENTENCES.map(|sentence| Text::new(sentence, place)));
    Ok(texts::merged(texts))
}

/// `po/insula.pot`.
pub(crate) fn template(root: &Path) -> Result<String> {
    let mut catalog = Catalog::new(CatalogMetadata {
        project_id_version: "insula".to_owned(),
        mime_version: "1.0".to_owned(),
        content_type: "text/plain; charset=UTF-8".to_owned(),
        content_transfer_encoding: "8bit".to_owned(),
        ..CatalogMetadata::default()
    });
    for text in texts(root)? {
        let mut message = match &text.many {
            Some(_) => Message::build_plural(),
            None => Message::build_singular(),
        };
        message.with_msgid(text.one).with_source(text.places.join("\n"));
        message.with_extracted_comments(text.comment.unwrap_or_default());
        if let Some(many) = text.many {
            message
                .with_msgid_plural(many)
                .with_msgstr_plural(vec![String::new(), String::new()]);
        }
        catalog.append_or_update(message.done());
    }
    let mut written = BufWriter::new(Vec::new());
    po_file::write(&catalog, &mut written)?;
    Ok(String::from_utf8(written.into_inner()?)?)
}

/// What is wrong with the languages.
pub(crate) fn check(root: &Path) -> Result<Vec<String>> {
    let texts = texts(root)?;
    let mut complaints = Vec::new();
    for (language, catalog) in languages(root)? {
        let file = format!("{FOLDER}/{language}.po");
        complaints.extend(
            compare(&texts, &catalog)
                .into_iter()
                .map(|complaint| format!("{file}: {complaint}")),
        );
    }
    Ok(complaints)
}

/// Compiles all languages into a folder, where gettext finds them.
pub(crate) fn compile(root: &Path, folder: &Path) -> Result<()> {
    for (language, catalog) in languages(root)? {
        let place = folder.join(language).join("LC_MESSAGES");
        fs::create_dir_all(&place)?;
        // A running app may have the old one mapped: it is replaced, not written into.
        let staged = place.join(".new");
        mo_file::write(&catalog, &staged)?;
        fs::rename(staged, place.join("insula.mo"))?;
    }
    Ok(())
}

/// The languages by their codes.
fn languages(root: &Path) -> Result<Vec<(String, Catalog)>> {
    let mut files: Vec<PathBuf> = fs::read_dir(root.join(FOLDER))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "po"));
    files.sort();
    ensure!(!files.is_empty(), "{FOLDER} has no language");
    files
        .into_iter()
        .map(|file| {
            let language = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let catalog = po_file::parse(&file).map_err(|error| anyhow::anyhow!("{}: {error:?}", file.display()))?;
            Ok((language, catalog))
        })
        .collect()
}

fn compare(texts: &[Text], catalog: &Catalog) -> Vec<String> {
    let mut complaints = Vec::new();
    for text in texts {
        let Some(message) = catalog.find_message(None, &text.one, text.many.as_deref()) else {
            complaints.push(format!("“{}” is missing", text.one));
            continue;
        };
        if message.is_fuzzy() {
            complaints.push(format!("“{}” is marked as fuzzy", text.one));
        }
        let translations = match message.is_plural() {
            true => message.msgstr_plural().cloned().unwrap_or_default(),
            false => vec![message.msgstr().unwrap_or_default().to_owned()],
        };
        for translation in translations {
            if translation.is_empty() {
                complaints.push(format!("“{}” is not translated", text.one));
            } else if let Some(problem) = texts::differs(text.many.as_ref().unwrap_or(&text.one), &translation) {
                complaints.push(format!("“{}” {problem}", text.one));
            }
        }
    }
    for message in catalog.messages() {
        if !texts.iter().any(|text| text.one == message.msgid()) {
            complaints.push(format!("“{}” is in no source any more", message.msgid()));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(po: &str) -> Catalog {
        let head = "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\
                    \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\n";
        po_file::parse_from_reader(format!("{head}{po}").as_bytes()).unwrap()
    }

    #[test]
    fn a_language_has_every_text_and_no_other() {
        let texts = [Text::new("_Allow", "a.rs"), Text::new("{app} asks", "a.rs")];
        let complete = "msgid \"_Allow\"\nmsgstr \"_Erlauben\"\n\nmsgid \"{app} asks\"\nmsgstr \"{app} fragt\"\n";
        assert_eq!(compare(&texts, &catalog(complete)), Vec::<String>::new());
        for (po, complaint) in [
            ("msgid \"_Allow\"\nmsgstr \"_Erlauben\"\n", "“{app} asks” is missing"),
            (&complete.replace("_Erlauben", ""), "“_Allow” is not translated"),
            (
                &complete.replace("_Erlauben", "Erlauben"),
                "“_Allow” has another number of mnemonics",
            ),
            (
                &complete.replace("{app} fragt", "Sie fragt"),
                "“{app} asks” has other places for values",
            ),
            (
                &format!("{complete}\nmsgid \"Old\"\nmsgstr \"Alt\"\n"),
                "“Old” is in no source any more",
            ),
        ] {
            assert_eq!(compare(&texts, &catalog(po)), [complaint]);
        }
    }
}
