use std::fmt;

use serde_json::Value;

use crate::json::{Members, item_path, kind};
use crate::warning::{Warnings, quote};

/// Most items of `permissions` that are read.
const MAXIMUM_ITEMS: usize = 100;

/// Longest name, in characters.
const MAXIMUM_LENGTH: usize = 64;

/// A permission that the manifest asks for, as its author wrote it.
///
/// Only its shape is checked here: visible characters, no blanks, at most 64 of them. Whether the
/// name is known, an alias, or available is for `insula-permissions`, which has the table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestedName(String);

impl RequestedName {
    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for RequestedName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestedName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The member `permissions` of the First Run Permissions Prompt proposal: an array of names, most
/// important first. A descriptor object (`{"name": "push", …}`) counts as its name. Whatever is wrong
/// is a warning and never stops an app from being installed.
pub(crate) fn read(members: &Members<'_>, warnings: &mut Warnings) -> Vec<RequestedName> {
    if matches!(members.value("permissions"), Some(Value::Null)) {
        return Vec::new();
    }
    let path = members.path("permissions");
    let items = members.array("permissions", warnings).unwrap_or_default();
    if items.len() > MAXIMUM_ITEMS {
        warnings.add(&path, format!("only the first {MAXIMUM_ITEMS} permissions are read"));
    }
    let mut names: Vec<RequestedName> = Vec::new();
    for (index, item) in items.iter().take(MAXIMUM_ITEMS).enumerate() {
        let path = item_path(&path, index);
        match read_one(item) {
            Ok(name) if names.contains(&name) => {
                warnings.add(&path, format!("{} is listed twice; the first counts", quote(&name.0)));
            }
            Ok(name) => names.push(name),
            Err(message) => warnings.add(&path, message),
        }
    }
    names
}

fn read_one(item: &Value) -> Result<RequestedName, String> {
    let text = match item {
        Value::String(text) => text,
        Value::Object(descriptor) => match descriptor.get("name") {
            Some(Value::String(text)) => text,
            _ => return Err("is an object without a “name”; ignored".to_owned()),
        },
        other => return Err(format!("is {}, not a string; ignored", kind(other))),
    };
    let name = text.trim_matches(|c: char| c.is_ascii_whitespace());
    if name.is_empty() {
        return Err("is empty; ignored".to_owned());
    }
    if name.chars().nth(MAXIMUM_LENGTH).is_some() {
        return Err(format!("is longer than {MAXIMUM_LENGTH} characters; ignored"));
    }
    if name
        .chars()
        .any(|c| c.is_whitespace() || !(c.is_ascii_graphic() || c.is_alphanumeric()))
    {
        return Err(format!("{} is not a permission name; ignored", quote(name)));
    }
    Ok(RequestedName(name.to_owned()))
}
