//! Names of policies that are nearly right, and policies in a place where nobody reads them.
//!
//! A slip must not loosen anything. What would have been blocked is blocked, whatever else it would have allowed; and what
//! policies have installed stays. The administrator is told.

use serde_json::Value;

use super::super::{Consequence, Level, Rules, key_rotations, meant, printing};
use super::{Effect, KNOWN_KEYS, MOST_UNKNOWN, Report, Rule, names};
use crate::nearest::nearest;

/// How many characters of a policy's name may be wrong for another to be meant by it. Chrome has names that are three
/// apart.
const SLIPS_IN_NAME: usize = 2;

/// Reads a policy that nobody knows. Names of others are not ours to judge, but one of ours may be meant by them, or be
/// inside.
pub(super) fn read(key: &str, level: Level, rules: &mut Rules, report: &mut Report<'_>) {
    if let Some(meant) = nearest(key, names(), SLIPS_IN_NAME) {
        let consequence = restrict(meant, &report.written.value, level, rules, report);
        report.add(format!("there is no such policy; `{meant}` is one"), consequence);
        return;
    }
    let members = report.written.value.as_object().into_iter().flatten();
    for (member, value) in members.take(MOST_UNKNOWN) {
        if let Some(inside) = names().find(|name| name == member) {
            let consequence = restrict(inside, value, level, rules, report);
            report.add(
                format!("`{inside}` is inside of it; policies are at the top of a file"),
                consequence,
            );
        }
    }
}

/// Has a policy that was meant block what it would have blocked, if it is an order.
fn restrict(meant: &str, value: &Value, level: Level, rules: &mut Rules, report: &Report<'_>) -> Consequence {
    if level != Level::Managed {
        return Consequence::Skipped;
    }
    match meant {
        "WebAppInstallForceList" | "IsolatedWebAppInstallForceList" | "WebAppSettings" => Consequence::NothingRemoved,
        "ChromePolicyFolders" | "FirefoxPolicyFile" => Consequence::NotRead,
        key_rotations::KEY => {
            rules.key_rotations.doubt();
            Consequence::OrderSkipped
        }
        "PrintingEnabled" => match quietly(report, |report| printing::enabled(value, level, report)) {
            Some(false) => {
                rules.printing.is_enabled = Some(false);
                Consequence::OnlyBlocks
            }
            _ => Consequence::OrderSkipped,
        },
        "OneTimePermissionsEnabled" => match meant::boolean(value).map(|meant| meant.value) {
            Some(false) => {
                rules.one_time = Some(false);
                Consequence::OnlyBlocks
            }
            _ => Consequence::OrderSkipped,
        },
        name => {
            let known = KNOWN_KEYS.iter().find(|known| known.key == name);
            let meant = known.map(|known| quietly(report, |report| known.rules(value, level, report)));
            let blocks = meant.into_iter().flatten().filter(|rule| rule.effect == Effect::Block);
            let blocks: Vec<Rule> = blocks.collect();
            let consequence = match blocks.is_empty() {
                true => Consequence::OrderSkipped,
                false => Consequence::OnlyBlocks,
            };
            rules.rules.extend(blocks);
            consequence
        }
    }
}

/// Does something without telling what else is wrong: the name is.
fn quietly<T>(report: &Report<'_>, read: impl FnOnce(&mut Report<'_>) -> T) -> T {
    let mut untold = Vec::new();
    read(&mut Report {
        source: report.source,
        written: report.written,
        problems: &mut untold,
    })
}
