//! From policy names and values to rules.

mod others;
mod slips;
mod table;

use std::collections::HashSet;

use serde_json::Value;

use super::files::{PolicyFiles, Written};
use super::meant::{self, Meant};
use super::pattern::{Item, OriginPattern};
use super::{Consequence, Level, Place, PolicySource, Problem, Rules};
use crate::{AppOrigin, PermissionName};
pub use others::OTHER_KEYS;
use table::Form;
pub use table::{KNOWN_KEYS, PolicyKey};

/// How many names that nobody knows are compared with ours, and how many items of a list are told of.
const MOST_UNKNOWN: usize = 500;
const MOST_ITEMS: usize = 20;

/// What a rule makes of a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Block,
    Ask,
}

/// Which of two rules of one level wins: the greater. Chromium's order of resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
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
    pub(super) names: Vec<PermissionName>,
    pub(super) strength: Strength,
    /// `None` is every origin.
    pub(super) origins: Option<Vec<OriginPattern>>,
}

impl Rule {
    /// How strongly the rule speaks about a permission of an origin, and by which of its patterns; `None` if it does not.
    pub(super) fn strength(
        &self,
        origin: &AppOrigin,
        name: PermissionName,
    ) -> Option<(Strength, Option<&OriginPattern>)> {
        if !self.names.contains(&name) {
            return None;
        }
        let Some(patterns) = &self.origins else {
            return Some((self.strength, None));
        };
        let matching = patterns.iter().filter(|pattern| pattern.matches(origin));
        let pattern = matching.max_by_key(|pattern| pattern.specificity())?;
        Some((self.strength, Some(pattern)))
    }
}

/// Turns the merged policies of one level into rules. Only Insula's `own` can name what else is read.
pub(super) fn interpret(
    files: &PolicyFiles,
    level: Level,
    is_own: bool,
    problems: &mut Vec<Problem>,
    ignored: &mut Vec<PolicySource>,
) -> Rules {
    let mut rules = Rules::default();
    let mut unknown = 0;
    for (key, written) in &files.policies {
        let source = PolicySource {
            file: written.text.file.clone(),
            key: Some(key.clone()),
            position: written.place().position,
        };
        let mut report = Report {
            source: &source,
            written,
            problems,
        };
        if let Some(known) = KNOWN_KEYS.iter().find(|known| known.key == key) {
            rules.rules.extend(known.rules(&written.value, level, &mut report));
        } else if !others::read(key, &written.value, level, is_own, &mut rules, &mut report) {
            unknown += 1;
            if unknown <= MOST_UNKNOWN {
                slips::read(key, level, &mut rules, &mut report);
            }
            ignored.push(source);
        }
    }
    report_contradictions(&rules.rules, problems);
    rules
}

/// What is in an allow list and, the same, in the block list that beats it.
fn report_contradictions(rules: &[Rule], problems: &mut Vec<Problem>) {
    let of = |strength| rules.iter().filter(move |rule| rule.strength == strength);
    for (weaker, stronger) in [
        (Strength::AllowList, Strength::BlockList),
        (Strength::GenericAllowList, Strength::GenericBlockList),
        (Strength::AskList, Strength::BlockList),
    ] {
        for allowing in of(weaker) {
            for blocking in of(stronger).filter(|rule| allowing.names.iter().all(|name| rule.names.contains(name))) {
                let patterns = |rule: &Rule| rule.origins.clone().unwrap_or_default();
                let blocked: HashSet<_> = patterns(blocking).iter().map(OriginPattern::identity).collect();
                let both = patterns(allowing)
                    .into_iter()
                    .filter(|pattern| blocked.contains(&pattern.identity()));
                problems.extend(both.take(MOST_ITEMS).map(|pattern| Problem {
                    place: allowing.source.place(),
                    key: allowing.source.key.clone(),
                    message: format!(
                        "“{}” is in `{}` as well, which counts",
                        pattern.as_str(),
                        blocking.source.key.as_deref().unwrap_or_default()
                    ),
                    consequence: Consequence::ItemSkipped,
                }));
            }
        }
    }
}

/// Every policy that is known here.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let known = KNOWN_KEYS.iter().map(|known| known.key);
    known.chain(OTHER_KEYS.iter().map(|(name, _)| *name))
}

/// Writes problems down with their place.
pub(super) struct Report<'a> {
    pub(super) source: &'a PolicySource,
    pub(super) written: &'a Written,
    pub(super) problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    pub(super) fn add(&mut self, message: impl Into<String>, consequence: Consequence) {
        self.add_at(self.written.place(), message.into(), consequence);
    }

    /// The same about an item of the value.
    pub(super) fn add_item(&mut self, index: usize, message: impl Into<String>, consequence: Consequence) {
        self.add_at(self.written.item(index), message.into(), consequence);
    }

    /// The same about a member of the value.
    pub(super) fn add_member(&mut self, name: &str, message: impl Into<String>, consequence: Consequence) {
        self.add_at(self.written.member(name), message.into(), consequence);
    }

    /// What is meant, after telling how it is written.
    pub(super) fn meant<T>(&mut self, meant: Meant<T>) -> T {
        if let Some(slip) = meant.slip {
            self.add(slip, Consequence::ReadAsMeant);
        }
        meant.value
    }

    fn add_at(&mut self, place: Place, message: String, consequence: Consequence) {
        self.problems.push(Problem {
            place,
            key: self.source.key.clone(),
            message,
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
        let number = meant::number(value);
        let items = || meant::list(value).ok_or_else(|| "it must be a list of origin patterns".to_owned());
        let strength = |generic, specific, is_generic| if is_generic { generic } else { specific };
        let result = match self.form {
            // Chrome takes it for nothing, and nothing was forbidden: kiosks have it.
            Form::Default(valid) if !valid.contains(&ALLOW) && number.as_ref().is_some_and(|it| it.value == ALLOW) => {
                let message = format!("1 would allow, which this policy cannot; {}", self.description());
                report.add(message, Consequence::Meaningless);
                Ok(Vec::new())
            }
            Form::Default(valid) => match number.filter(|number| valid.contains(&number.value)) {
                Some(number) => Ok(vec![match report.meant(number) {
                    ALLOW => rule(Effect::Allow, Strength::Default, allowed(), None),
                    BLOCK => rule(Effect::Block, Strength::DefaultBlock, blocked(), None),
                    _ => rule(Effect::Ask, Strength::Default, allowed(), None),
                }]),
                None => Err(format!("it must be a number: {}", self.description())),
            },
            Form::FalseBlocks => match meant::boolean(value).map(|meant| report.meant(meant)) {
                Some(true) => Ok(Vec::new()),
                Some(false) => Ok(vec![rule(Effect::Block, Strength::DefaultBlock, blocked(), None)]),
                None => Err("it must be true or false".to_owned()),
            },
            Form::AllowList { generic } => items().map(|items| {
                let patterns = self.without_everything(certain(items, report), report);
                let strength = strength(Strength::GenericAllowList, Strength::AllowList, generic);
                vec![rule(Effect::Allow, strength, allowed(), Some(patterns))]
            }),
            Form::AskList => items().map(|items| {
                let patterns = certain(items, report);
                vec![rule(Effect::Ask, Strength::AskList, allowed(), Some(patterns))]
            }),
            Form::BlockList { generic } => items().and_then(|items| {
                let strength = strength(Strength::GenericBlockList, Strength::BlockList, generic);
                let patterns = possible(items, report)?;
                Ok(vec![rule(Effect::Block, strength, blocked(), Some(patterns))])
            }),
            Form::Devices => Ok(Vec::new()),
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

/// An item of a list with what it says. `null` says as little as nothing does.
fn read_item(item: &Value) -> WrittenItem {
    match item {
        Value::Null => ("null".to_owned(), Ok(Item::Nobody)),
        Value::String(text) => (format!("“{text}”"), text.parse()),
        other => (other.to_string(), Err(format!("{other} is not a string"))),
    }
}

/// The origins that a list is about without a doubt: those that it gives something to.
pub(super) fn certain(items: Meant<Vec<Value>>, report: &mut Report<'_>) -> Vec<OriginPattern> {
    let mut patterns = Vec::new();
    let mut skipped = 0;
    for (index, item) in report.meant(items).iter().enumerate() {
        let (written, item) = read_item(item);
        let message = match item {
            Ok(Item::Origins(pattern)) => {
                patterns.push(pattern);
                continue;
            }
            Ok(Item::Within(_)) => format!("{written} is not an origin"),
            Ok(Item::Nobody) => nobody(&written),
            Err(message) => message,
        };
        skipped += 1;
        if skipped <= MOST_ITEMS {
            report.add_item(index, message, Consequence::ItemSkipped);
        }
    }
    if skipped > MOST_ITEMS {
        report.add(
            format!("{} more items cannot be read", skipped - MOST_ITEMS),
            Consequence::ItemSkipped,
        );
    }
    patterns
}

/// The origins that a list may be about: those that it blocks.
///
/// # Errors
///
/// An item cannot be read. It may name any origin.
pub(super) fn possible(items: Meant<Vec<Value>>, report: &mut Report<'_>) -> Result<Vec<OriginPattern>, String> {
    let mut patterns = Vec::new();
    let mut told = 0;
    let Meant { value: items, slip } = items;
    for (index, item) in items.iter().enumerate() {
        let (written, item) = read_item(item);
        let (message, consequence) = match item? {
            Item::Origins(pattern) => {
                patterns.push(pattern);
                continue;
            }
            Item::Within(pattern) => {
                patterns.push(pattern);
                (format!("{written} is not an origin"), Consequence::ItemWidened)
            }
            Item::Nobody => (nobody(&written), Consequence::ItemSkipped),
        };
        told += 1;
        if told <= MOST_ITEMS {
            report.add_item(index, message, consequence);
        }
    }
    report.meant(Meant { value: (), slip });
    Ok(patterns)
}

fn nobody(written: &str) -> String {
    format!("no app is at {written}")
}
