use serde_json::Value;
use url::Url;

use crate::json::{Members, item_path, kind};
use crate::location::resolve_within;
use crate::text::{MAXIMUM_DESCRIPTION, MAXIMUM_NAME, text};
use crate::warning::Warnings;
use crate::{Icon, icon};

/// More than a menu shows.
const MAXIMUM: usize = 10;

/// A part of an app that can be opened at once, from its menu on the desktop.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shortcut {
    /// What to call it.
    pub name: String,
    /// The same where there is little room.
    pub short_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What it opens, within the app's scope.
    pub url: Url,
    /// Pictures that stand for it.
    pub icons: Vec<Icon>,
}

pub(crate) fn read(members: &Members<'_>, base: &Url, scope: &Url, warnings: &mut Warnings) -> Vec<Shortcut> {
    let path = members.path("shortcuts");
    let items = members.array("shortcuts", warnings).unwrap_or_default();
    if items.len() > MAXIMUM {
        warnings.add(&path, format!("only the first {MAXIMUM} shortcuts are read"));
    }
    let mut shortcuts = Vec::new();
    for (index, item) in items.iter().take(MAXIMUM).enumerate() {
        let path = item_path(&path, index);
        match item {
            Value::Object(map) => shortcuts.extend(read_one(&Members::new(map, &path), base, scope, warnings)),
            other => warnings.add(&path, format!("is {}, not an object; ignored", kind(other))),
        }
    }
    shortcuts
}

fn read_one(members: &Members<'_>, base: &Url, scope: &Url, warnings: &mut Warnings) -> Option<Shortcut> {
    let Some(name) = text(members, "name", MAXIMUM_NAME, warnings) else {
        warnings.add(&members.path("name"), "is missing; the shortcut is ignored");
        return None;
    };
    let Some(written) = members.string("url", warnings) else {
        warnings.add(&members.path("url"), "is missing; the shortcut is ignored");
        return None;
    };
    Some(Shortcut {
        name,
        url: resolve_within(written, base, scope, &members.path("url"), warnings)?,
        short_name: text(members, "short_name", MAXIMUM_NAME, warnings),
        description: text(members, "description", MAXIMUM_DESCRIPTION, warnings),
        icons: icon::read(members, base, warnings),
    })
}
