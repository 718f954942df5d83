//! From policy names and values to rules.

mod table;

use serde_json::Value;

use super::document::Documents;
use super::pattern::OriginPattern;
use super::{Consequence, FirstRunMode, Level, PolicySource, Problem, Rules};
use crate::{AppOrigin, PermissionName};
use table::Form;
pub use table::{KNOWN_KEYS, PolicyKey};

/// The keys that are not about one permission.
const FIRST_RUN_MODE: &str = "FirstRunPermissionsPromptMode";
const FIRST_RUN_LIMIT: &str = "FirstRunPermissionsLimit";

/// What a rule makes of a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Allow,
    Block,
    Ask,
}

/// Which of two rules of one level wins: the greater. Chromium's order of resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// `Default…Setting` that does not block.
    Default,
    /// `Default…Setting` or a switch that blocks.
    DefaultBlock,
    AskList,
    GenericAllowList,
    GenericBlockList,
    AllowList,
    BlockList,
    /// A managed value that could not be understood may have been a block.
    Broken,
}

/// One policy as it applies to permissions.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) effect: Effect,
    pub(super) source: PolicySource,
    names: Vec<PermissionName>,
    strength: Strength,
    /// `None` is every origin.
    origins: Option<Vec<OriginPattern>>,
}

impl Rule {
    /// How strongly the rule speaks about a permission of an origin; `None` if it does not.
    pub(super) fn strength(&self, origin: &AppOrigin, name: PermissionName) -> Option<Strength> {
        let applies = self.names.contains(&name)
            && self
                .origins
                .as_ref()
                .is_none_or(|patterns| patterns.iter().any(|pattern| pattern.matches(origin)));
        applies.then_some(self.strength)
    }
}

/// Turns the merged policies of one level into rules.
pub(super) fn interpret(
    documents: &Documents,
    level: Level,
    problems: &mut Vec<Problem>,
    ignored: &mut Vec<PolicySource>,
) -> Rules {
    let mut rules = Rules::default();
    for (key, (value, file)) in &documents.policies {
        let source = PolicySource {
            file: file.clone(),
            key: Some(key.clone()),
        };
        let mut report = Report {
            source: &source,
            problems,
        };
        match key.as_str() {
            FIRST_RUN_MODE => rules.first_run_mode = first_run_mode(value, &mut report),
            FIRST_RUN_LIMIT => rules.first_run_limit = first_run_limit(value, &mut report),
            _ => match KNOWN_KEYS.iter().find(|known| known.key == key) {
                Some(known) => rules.rules.extend(known.rules(value, level, &mut report)),
                None => {
                    // Names of others are not ours to judge, but this is one of ours.
                    if let Some(meant) = names().find(|name| name.eq_ignore_ascii_case(key)) {
                        let consequence = match level {
                            Level::Managed => Consequence::OrderSkipped,
                            Level::Recommended => Consequence::Skipped,
                        };
                        report.add(format!("there is no such policy; `{meant}` is one"), consequence);
                    }
                    ignored.push(source);
                }
            },
        }
    }
    rules
}

/// Every policy that is known here.
fn names() -> impl Iterator<Item = &'static str> {
    let known = KNOWN_KEYS.iter().map(|known| known.key);
    known.chain([FIRST_RUN_MODE, FIRST_RUN_LIMIT])
}

/// Writes problems down with their place.
struct Report<'a> {
    source: &'a PolicySource,
    problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    fn add(&mut self, message: impl Into<String>, consequence: Consequence) {
        self.problems.push(Problem {
            place: self.source.file.display().to_string(),
            key: self.source.key.clone(),
            message: message.into(),
            consequence,
        });
    }
}

impl PolicyKey {
    fn rules(&self, value: &Value, level: Level, report: &mut Report<'_>) -> Vec<Rule> {
        let rule = |effect, strength, names: Vec<PermissionName>, origins| Rule {
            effect,
            strength,
            names,
            origins,
            source: report.source.clone(),
        };
        let allowed = || self.names.to_vec();
        let blocked = || [self.names, self.also_blocks].concat();
        let result = match self.form {
            Form::Default(valid) => default_setting(value, valid).map(|number| {
                vec![match number {
                    1 => rule(Effect::Allow, Strength::Default, allowed(), None),
                    2 => rule(Effect::Block, Strength::DefaultBlock, blocked(), None),
                    _ => rule(Effect::Ask, Strength::Default, allowed(), None),
                }]
            }),
            Form::FalseBlocks => match value {
                Value::Bool(true) => Ok(Vec::new()),
                Value::Bool(false) => Ok(vec![rule(Effect::Block, Strength::DefaultBlock, blocked(), None)]),
                _ => Err("it must be true or false".to_owned()),
            },
            Form::AllowList { generic } => list(value).map(|(patterns, bad)| {
                let strength = if generic {
                    Strength::GenericAllowList
                } else {
                    Strength::AllowList
                };
                let (patterns, refused) = self.without_everything(patterns);
                let result = vec![rule(Effect::Allow, strength, allowed(), Some(patterns))];
                for message in bad.into_iter().chain(refused) {
                    report.add(message, Consequence::ItemSkipped);
                }
                result
            }),
            Form::AskList => list(value).map(|(patterns, bad)| {
                let result = vec![rule(Effect::Ask, Strength::AskList, allowed(), Some(patterns))];
                for message in bad {
                    report.add(message, Consequence::ItemSkipped);
                }
                result
            }),
            Form::BlockList { generic } => list(value).and_then(|(patterns, mut bad)| {
                // An item that cannot be read may name any origin.
                if let Some(message) = bad.pop() {
                    return Err(message);
                }
                let strength = if generic {
                    Strength::GenericBlockList
                } else {
                    Strength::BlockList
                };
                Ok(vec![rule(Effect::Block, strength, blocked(), Some(patterns))])
            }),
        };
        result.unwrap_or_else(|message| match level {
            Level::Managed => {
                let refused = rule(Effect::Block, Strength::Broken, blocked(), None);
                report.add(message, Consequence::Refused);
                vec![refused]
            }
            Level::Recommended => {
                report.add(message, Consequence::Skipped);
                Vec::new()
            }
        })
    }

    /// Takes `*` out of the lists that do not accept it, with a message.
    fn without_everything(&self, mut patterns: Vec<OriginPattern>) -> (Vec<OriginPattern>, Option<String>) {
        let before = patterns.len();
        if self.refuses_everything {
            patterns.retain(|pattern| !pattern.is_everything());
        }
        let message = "“*” is not accepted here: name the apps".to_owned();
        let refused = (patterns.len() < before).then_some(message);
        (patterns, refused)
    }
}

fn default_setting(value: &Value, valid: &[u64]) -> Result<u64, String> {
    value
        .as_u64()
        .filter(|number| valid.contains(number))
        .ok_or_else(|| format!("it must be one of {valid:?} (1 allows, 2 blocks, 3 asks)"))
}

/// The patterns of a list, and a message for each item that is none.
fn list(value: &Value) -> Result<(Vec<OriginPattern>, Vec<String>), String> {
    let Value::Array(items) = value else {
        return Err("it must be a list of origin patterns".to_owned());
    };
    let (mut patterns, mut bad) = (Vec::new(), Vec::new());
    for item in items {
        match item.as_str().map(str::parse) {
            Some(Ok(pattern)) => patterns.push(pattern),
            Some(Err(message)) => bad.push(message),
            None => bad.push("an item is not a string".to_owned()),
        }
    }
    Ok((patterns, bad))
}

fn first_run_mode(value: &Value, report: &mut Report<'_>) -> Option<FirstRunMode> {
    match value.as_u64() {
        Some(0) => Some(FirstRunMode::Off),
        Some(1) => Some(FirstRunMode::FirstRun),
        Some(2) => {
            report.add(
                "2 means the dialog that installs an app, and there is none",
                Consequence::SheetAtFirstRun,
            );
            Some(FirstRunMode::FirstRun)
        }
        _ => {
            report.add("it must be 0 (off) or 1 (first run)", Consequence::Skipped);
            None
        }
    }
}

fn first_run_limit(value: &Value, report: &mut Report<'_>) -> Option<usize> {
    let limit = value.as_u64().filter(|limit| (1..=100).contains(limit));
    if limit.is_none() {
        report.add("it must be a number from 1 to 100", Consequence::Skipped);
    }
    limit.and_then(|limit| limit.try_into().ok())
}
