//! How an app's frames print, as policies say it.

use std::path::PathBuf;

use serde_json::Value;

use super::keys::Report;
use super::{Consequence, Level, meant};

/// How a page is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Printing {
    /// As the user says in the system's dialog.
    Dialog,
    /// Without a dialog.
    Silent(PrintDestination),
    /// Not at all.
    Forbidden,
}

/// Where a page is printed to without a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrintDestination {
    /// The system's default printer.
    DefaultPrinter,
    /// The printer of this name.
    Printer(String),
    /// A PDF file in this folder.
    Folder(PathBuf),
}

/// What the policies of one level say of it.
#[derive(Debug, Clone, Default)]
pub(super) struct PrintingRules {
    pub(super) is_enabled: Option<bool>,
    pub(super) is_silent: Option<bool>,
    pub(super) printer: Option<String>,
    pub(super) folder: Option<PathBuf>,
}

impl Printing {
    /// What levels say together, those that bind the others first.
    pub(super) fn of<'a>(levels: impl Iterator<Item = &'a PrintingRules> + Clone) -> Self {
        if levels.clone().find_map(|rules| rules.is_enabled) == Some(false) {
            return Self::Forbidden;
        }
        if levels.clone().find_map(|rules| rules.is_silent) != Some(true) {
            return Self::Dialog;
        }
        let destination = |rules: &PrintingRules| {
            let folder = rules.folder.clone().map(PrintDestination::Folder);
            folder.or_else(|| rules.printer.clone().map(PrintDestination::Printer))
        };
        let destination = levels.clone().find_map(destination);
        Self::Silent(destination.unwrap_or(PrintDestination::DefaultPrinter))
    }
}

/// `PrintingEnabled`. An order that cannot be understood may have forbidden it.
pub(super) fn enabled(value: &Value, level: Level, report: &mut Report<'_>) -> Option<bool> {
    if value.is_null() {
        return None;
    }
    if let Some(meant) = meant::boolean(value) {
        return Some(report.meant(meant));
    }
    let message = "it must be true or false";
    match level {
        Level::Managed => {
            report.add(message, Consequence::NothingPrinted);
            Some(false)
        }
        Level::Recommended => {
            report.add(message, Consequence::Skipped);
            None
        }
    }
}

/// `SilentPrintingFolder`: an absolute path.
pub(super) fn folder(value: &Value, report: &mut Report<'_>) -> Option<PathBuf> {
    let folder = value.as_str().map(PathBuf::from).filter(|folder| folder.is_absolute());
    if folder.is_none() {
        report.add("it must be the absolute path of a folder", Consequence::Skipped);
    }
    folder
}

/// `DefaultPrinterSelection`, as Chrome has it: a JSON object, which may be written as a string. Its patterns are regular
/// expressions there; here they have to be a printer's name.
pub(super) fn printer(value: &Value, report: &mut Report<'_>) -> Option<String> {
    let parsed: Option<Value> = value.as_str().and_then(|text| serde_json::from_str(text).ok());
    let Some(Value::Object(selection)) = parsed.as_ref().or(Some(value)).filter(|it| it.is_object()) else {
        let message = r#"it must be an object such as {"namePattern": "Office"}"#;
        report.add(message, Consequence::Skipped);
        return None;
    };
    let pattern = |name| selection.get(name).and_then(Value::as_str);
    let name = pattern("namePattern").or(pattern("idPattern")).and_then(literal);
    if name.is_none() {
        let message = "its “namePattern” or “idPattern” must be a printer's name, and no other regular expression";
        report.add(message, Consequence::Skipped);
    }
    name
}

/// What a regular expression matches that matches one text only.
fn literal(pattern: &str) -> Option<String> {
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    let pattern = pattern.strip_suffix('$').unwrap_or(pattern);
    let mut name = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        name.push(match character {
            '\\' => characters.next().filter(char::is_ascii_punctuation)?,
            '^' | '$' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' => return None,
            other => other,
        });
    }
    (!name.is_empty()).then_some(name)
}
