//! Licences and sources of dependencies, by the lists in `deny.toml`.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use cargo_metadata::Metadata;

pub(super) fn check(metadata: &Metadata, root: &Path) -> Result<Vec<String>> {
    let path = root.join("deny.toml");
    let deny = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
    let allowed = allowed_licences(&deny)?;
    let mut complaints = Vec::new();
    for package in &metadata.packages {
        let (name, version) = (&package.name, &package.version);
        match &package.license {
            Some(expression) if is_allowed(expression, &allowed) => {}
            Some(expression) => complaints.push(format!(
                "{name} {version}: its licence “{expression}” is not in deny.toml"
            )),
            None => complaints.push(format!("{name} {version}: says no licence")),
        }
        match &package.source {
            Some(source) if !source.is_crates_io() => {
                complaints.push(format!("{name} {version}: comes from {source}"));
            }
            _ => {}
        }
    }
    Ok(complaints)
}

/// The strings of `allow = […]` in `[licenses]`.
fn allowed_licences(deny: &str) -> Result<HashSet<&str>> {
    let list = deny
        .split_once("[licenses]")
        .and_then(|(_, rest)| rest.split_once("allow = ["))
        .and_then(|(_, rest)| rest.split_once(']'));
    let Some((list, _)) = list else {
        bail!("deny.toml has no list of licences");
    };
    Ok(list.split('"').skip(1).step_by(2).collect())
}

/// Whether an SPDX expression can be fulfilled with allowed licences only.
///
/// `OR` (and the old `/`) needs one side, `AND` both; parentheses nest.
fn is_allowed(expression: &str, allowed: &HashSet<&str>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut tokens = spaced.split_whitespace().peekable();
    let result = either(&mut tokens, allowed);
    result && tokens.next().is_none()
}

type Tokens<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(tokens: &mut Tokens<'_>, allowed: &HashSet<&str>) -> bool {
    let mut result = both(tokens, allowed);
    while tokens.next_if_eq(&"OR").is_some() {
        result |= both(tokens, allowed);
    }
    result
}

fn both(tokens: &mut Tokens<'_>, allowed: &HashSet<&str>) -> bool {
    let mut result = one(tokens, allowed);
    while tokens.next_if_eq(&"AND").is_some() {
        result &= one(tokens, allowed);
    }
    result
}

fn one(tokens: &mut Tokens<'_>, allowed: &HashSet<&str>) -> bool {
    match tokens.next() {
        Some("(") => {
            let result = either(tokens, allowed);
            tokens.next_if_eq(&")").is_some() && result
        }
        Some(licence) if tokens.next_if_eq(&"WITH").is_some() => {
            let exception = tokens.next().unwrap_or_default();
            allowed.contains(format!("{licence} WITH {exception}").as_str())
        }
        Some(licence) => allowed.contains(licence),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_allowed_when_it_can_be_fulfilled() {
        let allowed = HashSet::from(["MIT", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"]);
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("GPL-3.0/MIT", true),
            ("GPL-3.0 AND MIT", false),
            ("(MIT OR GPL-3.0) AND Unicode-3.0", true),
            ("MIT AND (GPL-3.0 OR ISC)", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("Apache-2.0", false),
            ("MIT OR", true),
            ("(MIT", false),
            ("MIT MIT", false),
            ("", false),
        ] {
            assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
        }
    }

    #[test]
    fn the_list_is_read_from_the_file() {
        let deny = "[licenses]\nallow = [\n  \"MIT\",\n  \"A WITH B\",\n]\n[bans]\n";
        assert_eq!(allowed_licences(deny).unwrap(), HashSet::from(["MIT", "A WITH B"]));
        assert!(allowed_licences("[bans]").is_err());
    }
}
