//! From policy names and values to rules.

mod table;

use serde_json::Value;

use super::files::PolicyFiles;
use super::pattern::{Item, OriginPattern};
use super::{Consequence, FirstRunMode, Level, PolicySource, Problem, Rules, printing};
use crate::{AppOrigin, PermissionName};
use table::Form;
pub use table::{KNOWN_KEYS, PolicyKey};

/// The keys that are not about one permission.
const FIRST_RUN_MODE: &str = "FirstRunPermissionsPromptMode";
const FIRST_RUN_LIMIT: &str = "FirstRunPermissionsLimit";
const HARDWARE_ACCELERATION: &str = "HardwareAccelerationModeEnabled";
const CHROMIUM: &str = "ControlledFrameChromiumForUrls";
const NOT_CHROMIUM: &str = "ControlledFrameChromiumBlockedForUrls";
const PRINTING: &str = "PrintingEnabled";
const SILENT_PRINTING: &str = "SilentPrintingEnabled";
const PRINTER: &str = "DefaultPrinterSelection";
const PRINT_FOLDER: &str = "SilentPrintingFolder";

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
    files: &PolicyFiles,
    level: Level,
    problems: &mut Vec<Problem>,
    ignored: &mut Vec<PolicySource>,
) -> Rules {
    let mut rules = Rules::default();
    for (key, (value, file)) in &files.policies {
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
            CHROMIUM => rules.chromium = origins(value, &mut report),
            NOT_CHROMIUM => rules.not_chromium = origins(value, &mut report),
            PRINTING => rules.printing.is_enabled = printing::enabled(value, level, &mut report),
            SILENT_PRINTING => rules.printing.is_silent = boolean(value, &mut report),
            PRINTER => rules.printing.printer = printing::printer(value, &mut report),
            PRINT_FOLDER => rules.printing.folder = printing::folder(value, &mut report),
            HARDWARE_ACCELERATION => rules.hardware_acceleration = boolean(value, &mut report),
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
    known.chain([
        FIRST_RUN_MODE,
        FIRST_RUN_LIMIT,
        HARDWARE_ACCELERATION,
        CHROMIUM,
        NOT_CHROMIUM,
        PRINTING,
        SILENT_PRINTING,
        PRINTER,
        PRINT_FOLDER,
    ])
}

/// Writes problems down with their place.
pub(super) struct Report<'a> {
    source: &'a PolicySource,
    problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    pub(super) fn add(&mut self, message: impl Into<String>, consequence: Consequence) {
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
        // `null` counts as if the policy were not there.
        if value.is_null() {
            report.add("it is null, which says nothing", Consequence::Meaningless);
            return Vec::new();
        }
        let allowed = || self.names.to_vec();
        let blocked = || [self.names, self.also_blocks].concat();
        let result = match self.form {
            // Chrome takes it for nothing, and nothing was forbidden: kiosks have it.
            Form::Default(valid) if !valid.contains(&ALLOW) && value.as_u64() == Some(ALLOW) => {
                let message = format!("1 would allow, which this policy cannot; {}", self.description());
                report.add(message, Consequence::Meaningless);
                Ok(Vec::new())
            }
            Form::Default(valid) => match value.as_u64().filter(|number| valid.contains(number)) {
                Some(ALLOW) => Ok(vec![rule(Effect::Allow, Strength::Default, allowed(), None)]),
                Some(BLOCK) => Ok(vec![rule(Effect::Block, Strength::DefaultBlock, blocked(), None)]),
                Some(_) => Ok(vec![rule(Effect::Ask, Strength::Default, allowed(), None)]),
                None => Err(format!("it must be a number: {}", self.description())),
            },
            Form::FalseBlocks => match value {
                Value::Bool(true) => Ok(Vec::new()),
                Value::Bool(false) => Ok(vec![rule(Effect::Block, Strength::DefaultBlock, blocked(), None)]),
                _ => Err("it must be true or false".to_owned()),
            },
            Form::AllowList { generic } => list(value).map(|items| {
                let patterns = self.without_everything(certain(items, report), report);
                let strength = if generic {
                    Strength::GenericAllowList
                } else {
                    Strength::AllowList
                };
                vec![rule(Effect::Allow, strength, allowed(), Some(patterns))]
            }),
            Form::AskList => list(value).map(|items| {
                let patterns = certain(items, report);
                vec![rule(Effect::Ask, Strength::AskList, allowed(), Some(patterns))]
            }),
            Form::BlockList { generic } => list(value).and_then(|items| {
                let strength = if generic {
                    Strength::GenericBlockList
                } else {
                    Strength::BlockList
                };
                let patterns = possible(items, report)?;
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
    fn without_everything(&self, mut patterns: Vec<OriginPattern>, report: &mut Report<'_>) -> Vec<OriginPattern> {
        let before = patterns.len();
        if self.refuses_everything {
            patterns.retain(|pattern| !pattern.is_everything());
        }
        if patterns.len() < before {
            report.add("“*” is not accepted here: name the apps", Consequence::ItemSkipped);
        }
        patterns
    }
}

/// What the numbers of `Default…Setting` mean.
const ALLOW: u64 = 1;
const BLOCK: u64 = 2;

/// An item as it is written, and what it says or why it says nothing.
type WrittenItem = (String, Result<Item, String>);

/// The items of a list, each with what it says. `null` says as little as nothing does.
fn list(value: &Value) -> Result<Vec<WrittenItem>, String> {
    let Value::Array(items) = value else {
        return Err("it must be a list of origin patterns".to_owned());
    };
    let read = |item: &Value| match item {
        Value::Null => ("null".to_owned(), Ok(Item::Nobody)),
        Value::String(text) => (format!("“{text}”"), text.parse()),
        other => (other.to_string(), Err(format!("{other} is not a string"))),
    };
    Ok(items.iter().map(read).collect())
}

/// The origins that a list is about without a doubt: those that it gives something to.
fn certain(items: Vec<WrittenItem>, report: &mut Report<'_>) -> Vec<OriginPattern> {
    let mut patterns = Vec::new();
    for (written, item) in items {
        let message = match item {
            Ok(Item::Origins(pattern)) => {
                patterns.push(pattern);
                continue;
            }
            Ok(Item::Within(_)) => format!("{written} is not an origin"),
            Ok(Item::Nobody) => nobody(&written),
            Err(message) => message,
        };
        report.add(message, Consequence::ItemSkipped);
    }
    patterns
}

/// The origins that a list may be about: those that it blocks.
///
/// # Errors
///
/// An item cannot be read. It may name any origin.
fn possible(items: Vec<WrittenItem>, report: &mut Report<'_>) -> Result<Vec<OriginPattern>, String> {
    let mut patterns = Vec::new();
    for (written, item) in items {
        match item? {
            Item::Origins(pattern) => patterns.push(pattern),
            Item::Within(pattern) => {
                patterns.push(pattern);
                report.add(format!("{written} is not an origin"), Consequence::ItemWidened);
            }
            Item::Nobody => report.add(nobody(&written), Consequence::ItemSkipped),
        }
    }
    Ok(patterns)
}

fn nobody(written: &str) -> String {
    format!("no app is at {written}")
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

/// A list that decides about no permission: what cannot be read of it is skipped.
fn origins(value: &Value, report: &mut Report<'_>) -> Vec<OriginPattern> {
    match list(value) {
        Ok(items) => certain(items, report),
        Err(message) => {
            report.add(message, Consequence::Skipped);
            Vec::new()
        }
    }
}

fn boolean(value: &Value, report: &mut Report<'_>) -> Option<bool> {
    if !value.is_boolean() {
        report.add("it must be true or false", Consequence::Skipped);
    }
    value.as_bool()
}
