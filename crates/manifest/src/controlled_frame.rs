//! The member `controlled_frame`, which is Insula's own: how an app's frames answer, and what they may show.

use insula_vocabulary::{Compatibility, FrameRules, OriginPattern};
use serde_json::Value;

use crate::json::{Members, item_path, kind};
use crate::warning::{Warnings, quote};

/// The members of it.
const KNOWN: [&str; 3] = ["allow_http", "compatibility", "origins"];

/// How many members that are not known are told.
const MAXIMUM_UNKNOWN: usize = 10;

/// More origins than an app could name for good reason; those that come after are not shown.
const MAXIMUM_ORIGINS: usize = 1_000;

/// Reads it. What cannot be read never lets frames show more.
pub(crate) fn read(members: &Members<'_>, warnings: &mut Warnings) -> (Option<Compatibility>, FrameRules) {
    let path = members.path("controlled_frame");
    let Some(map) = members.object("controlled_frame", warnings) else {
        return (None, FrameRules::default());
    };
    let members = Members::new(map, &path);
    for name in members
        .names()
        .filter(|name| !KNOWN.contains(name))
        .take(MAXIMUM_UNKNOWN)
    {
        warnings.add(&members.path(name), "is not known here; ignored");
    }
    let compatibility = compatibility(&members, warnings);
    let rules = FrameRules {
        allow_http: members.boolean("allow_http", warnings).unwrap_or(false),
        origins: origins(&members, warnings),
    };
    for (index, pattern) in rules.origins.iter().flatten().enumerate() {
        if !rules.allow_http && pattern.schemes() == ["http"] && !pattern.is_this_machine() {
            let message = "frames show http from elsewhere only with “allow_http”";
            warnings.add(&item_path(&members.path("origins"), index), message);
        }
    }
    (compatibility, rules)
}

fn compatibility(members: &Members<'_>, warnings: &mut Warnings) -> Option<Compatibility> {
    let written = members.string("compatibility", warnings)?;
    let named = Compatibility::named(written);
    if named.is_none() {
        let message = format!("{} is not “chromium” or “none”; ignored", quote(written));
        warnings.add(&members.path("compatibility"), message);
    }
    named
}

/// The list, if there is one. One that cannot be read is empty.
fn origins(members: &Members<'_>, warnings: &mut Warnings) -> Option<Vec<OriginPattern>> {
    let path = members.path("origins");
    let items = match members.value("origins")? {
        Value::Array(items) => items.as_slice(),
        other => {
            let message = format!("must be an array, not {}; frames show nothing", kind(other));
            warnings.add(&path, message);
            &[]
        }
    };
    if items.len() > MAXIMUM_ORIGINS {
        let message = format!("has more than {MAXIMUM_ORIGINS} items; frames do not show those that come after");
        warnings.add(&path, message);
    }
    let mut origins = Vec::new();
    for (index, item) in items.iter().take(MAXIMUM_ORIGINS).enumerate() {
        let message = match item {
            Value::String(text) => match text.parse() {
                Ok(pattern) => {
                    origins.push(pattern);
                    continue;
                }
                Err(error) => format!("{} is no origin: {error}; ignored", quote(text)),
            },
            other => format!("must be a string, not {}; ignored", kind(other)),
        };
        warnings.add(&item_path(&path, index), message);
    }
    Some(origins)
}
