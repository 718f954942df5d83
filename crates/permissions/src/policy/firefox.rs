//! The `Permissions` of Firefox's `policies.json`.
//!
//! `Allow` and `Block` name origins, about which its user cannot say otherwise. `BlockNewRequests` is what counts for all
//! others, which the user can change unless it is `Locked`.

use serde_json::Value;

use super::files::Written;
use super::keys::{Effect, Report, Rule, Strength, certain, possible};
use super::text::Spans;
use super::{Consequence, PolicySource, Problem, Rules, meant};
use crate::PermissionName::{self, *};
use crate::nearest::nearest;

/// What Firefox calls permissions, and what they are here. `Autoplay` is none here.
const NAMES: [(&str, &[PermissionName]); 7] = [
    ("Camera", &[Camera]),
    ("Microphone", &[Microphone]),
    ("Location", &[Geolocation]),
    ("Notifications", &[Notifications, Push]),
    ("VirtualReality", &[XrSpatialTracking]),
    ("ScreenShare", &[DisplayCapture]),
    ("Autoplay", &[]),
];

/// What is said about one of them.
const MEMBERS: [&str; 4] = ["Allow", "Block", "BlockNewRequests", "Locked"];

/// The orders and the recommendations in a file: the value of its `policies`.
pub(super) fn interpret(
    policies: &Written,
    problems: &mut Vec<Problem>,
    ignored: &mut Vec<PolicySource>,
) -> (Rules, Rules) {
    let mut both = Both {
        problems,
        ignored,
        orders: Rules::default(),
        recommendations: Rules::default(),
    };
    for (key, written) in members(policies) {
        if key == "Permissions" {
            both.permissions(&written);
        } else {
            both.ignored.push(source(&key, &written));
            if nearest(&key, ["Permissions"].into_iter(), 2).is_some() {
                both.report(
                    &key,
                    &written,
                    "there is no such policy; `Permissions` is one",
                    Consequence::OrderSkipped,
                );
            }
        }
    }
    (both.orders, both.recommendations)
}

struct Both<'a> {
    problems: &'a mut Vec<Problem>,
    ignored: &'a mut Vec<PolicySource>,
    orders: Rules,
    recommendations: Rules,
}

impl Both<'_> {
    fn permissions(&mut self, permissions: &Written) {
        if !permissions.value.is_object() {
            self.refuse_all("Permissions", permissions);
        }
        for (name, written) in members(permissions) {
            let key = format!("Permissions.{name}");
            match NAMES.iter().find(|(known, _)| *known == name) {
                Some((_, names)) => self.permission(&key, names, &written),
                None => {
                    let meant = nearest(&name, NAMES.iter().map(|(known, _)| *known), 2);
                    let meant = meant.map(|meant| format!("; `{meant}` is one")).unwrap_or_default();
                    let message = format!("there is no such permission{meant}");
                    self.report(&key, &written, &message, Consequence::OrderSkipped);
                }
            }
        }
    }

    fn permission(&mut self, key: &str, names: &[PermissionName], permission: &Written) {
        if !permission.value.is_object() {
            return self.refuse(key, names, permission, "it must be an object");
        }
        let mut switches = [None, None];
        for (member, written) in members(permission) {
            let key = format!("{key}.{member}");
            match member.as_str() {
                "Allow" => self.allow(&key, names, &written),
                "Block" => self.block(&key, names, &written),
                "BlockNewRequests" | "Locked" => match meant::boolean(&written.value) {
                    Some(meant) => {
                        let source = source(&key, &written);
                        let value = report(self.problems, &source, &written).meant(meant);
                        switches[usize::from(member == "Locked")] = Some((value, source));
                    }
                    None => self.refuse(&key, names, &written, "it must be true or false"),
                },
                _ => {
                    let meant = nearest(&member, MEMBERS.into_iter(), 2);
                    let meant = meant.map(|meant| format!("; `{meant}` is one")).unwrap_or_default();
                    self.report(
                        &key,
                        &written,
                        &format!("there is no such member{meant}"),
                        Consequence::OrderSkipped,
                    );
                }
            }
        }
        let [Some((blocks, source)), locked] = switches else {
            return;
        };
        let is_locked = locked.is_some_and(|(is_locked, _)| is_locked);
        let (effect, strength) = match blocks {
            true => (Effect::Block, Strength::DefaultBlock),
            false => (Effect::Ask, Strength::Default),
        };
        let rules = if is_locked {
            &mut self.orders
        } else {
            &mut self.recommendations
        };
        rules.rules.push(Rule {
            effect,
            strength,
            source,
            names: names.to_vec(),
            origins: None,
        });
    }

    fn allow(&mut self, key: &str, names: &[PermissionName], written: &Written) {
        let Some(list) = meant::list(&written.value) else {
            return self.refuse(key, names, written, "it must be a list of origins");
        };
        let source = source(key, written);
        let origins = certain(list, &mut report(self.problems, &source, written));
        // As by Chrome's policies, the user still picks what to share.
        let (effect, strength) = match names {
            [DisplayCapture] => (Effect::Ask, Strength::AskList),
            _ => (Effect::Allow, Strength::AllowList),
        };
        self.orders.rules.push(Rule {
            effect,
            strength,
            source,
            names: names.to_vec(),
            origins: Some(origins),
        });
    }

    fn block(&mut self, key: &str, names: &[PermissionName], written: &Written) {
        let Some(list) = meant::list(&written.value) else {
            return self.refuse(key, names, written, "it must be a list of origins");
        };
        let source = source(key, written);
        match possible(list, &mut report(self.problems, &source, written)) {
            Ok(origins) => self.orders.rules.push(Rule {
                effect: Effect::Block,
                strength: Strength::BlockList,
                source,
                names: names.to_vec(),
                origins: Some(origins),
            }),
            Err(message) => self.refuse(key, names, written, &message),
        }
    }

    fn refuse_all(&mut self, key: &str, written: &Written) {
        let names: Vec<PermissionName> = NAMES.iter().flat_map(|(_, names)| *names).copied().collect();
        self.refuse(key, &names, written, "it must be an object");
    }

    /// What cannot be understood may have been a block.
    fn refuse(&mut self, key: &str, names: &[PermissionName], written: &Written, message: &str) {
        self.orders.rules.push(Rule {
            effect: Effect::Block,
            strength: Strength::Broken,
            source: source(key, written),
            names: names.to_vec(),
            origins: None,
        });
        self.report(key, written, message, Consequence::Refused);
    }

    fn report(&mut self, key: &str, written: &Written, message: &str, consequence: Consequence) {
        report(self.problems, &source(key, written), written).add(message, consequence);
    }
}

fn report<'a>(problems: &'a mut Vec<Problem>, source: &'a PolicySource, written: &'a Written) -> Report<'a> {
    Report {
        source,
        written,
        problems,
    }
}

fn source(key: &str, written: &Written) -> PolicySource {
    PolicySource {
        file: written.text.file.clone(),
        key: Some(key.to_owned()),
        position: written.place().position,
    }
}

/// The members of an object, each with its place. Of those with one name the last one counts.
fn members(written: &Written) -> Vec<(String, Written)> {
    let (Value::Object(map), Spans::Object(_, spans)) = (&written.value, &written.spans) else {
        return Vec::new();
    };
    let place = |name: &str| spans.iter().rev().find(|(written, _, _)| written == name);
    let member = |(name, value): (&String, &Value)| {
        let (_, at, spans) = place(name)?;
        let text = written.text.clone();
        let member = Written {
            value: value.clone(),
            spans: spans.clone(),
            at: *at,
            text,
        };
        Some((name.clone(), member))
    };
    map.iter().take(1000).filter_map(member).collect()
}
