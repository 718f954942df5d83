mod files;
mod folders;
mod keys;
mod pattern;
mod printing;
mod problem;
mod relaxed_json;

use std::fmt;
use std::path::{Path, PathBuf};

use files::PolicyFiles;
pub use folders::PolicyFolders;
use keys::{Effect, Rule, Strength};
pub use keys::{KNOWN_KEYS, PolicyKey};
pub use printing::{PrintDestination, Printing};
pub use problem::{Consequence, Problem};

use crate::{AppOrigin, PermissionName};
use insula_vocabulary::Compatibility;
use pattern::OriginPattern;
use printing::PrintingRules;

/// What the organisation decided, from the files in its policy folders.
///
/// What is in `managed` is mandatory: users cannot change it. What is in `recommended` is a default that
/// users can change. Each file is one JSON object of policy names and values, as for Chrome on
/// Linux, with comments and commas after the last item; within a level files are merged in the order of
/// their names, which may be any, and later ones win.
///
/// It fails safe. A managed file that cannot be read or parsed may have forbidden anything, so
/// nothing is granted until it is repaired; a managed value of the wrong form refuses the permissions
/// that it is about. [`PolicySet::problems`] tells the administrator. Recommendations that cannot be
/// read are only skipped, for they never take anything away for good.
#[derive(Debug, Clone, Default)]
pub struct PolicySet {
    /// The orders, those that bind the others first.
    managed: Vec<Rules>,
    recommended: Rules,
    /// The first managed file that could not be read, if any: everything is refused.
    unreadable: Option<PathBuf>,
    problems: Vec<Problem>,
    ignored: Vec<PolicySource>,
    files: Vec<PathBuf>,
}

/// How far the user is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// The user cannot change it.
    Managed,
    /// What counts until the user decides.
    Recommended,
}

/// What a policy says about a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PolicyState {
    /// Allowed without asking.
    Granted,
    /// Refused without asking.
    Denied,
}

/// What decided: a file and, unless the whole file is broken, a key in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySource {
    /// The policy file.
    pub file: PathBuf,
    /// The policy's name; `None` when the file could not be read at all.
    pub key: Option<String>,
}

/// The outcome of policy for one permission of one origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDecision {
    /// Allowed or refused.
    pub state: PolicyState,
    /// Whether the user can change it.
    pub level: Level,
    /// Where to look, for `insula permissions` and `insula doctor`.
    pub source: PolicySource,
}

/// When the first-run sheet is shown: `FirstRunPermissionsPromptMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FirstRunMode {
    /// 0: never; permissions are asked for when they are used.
    Off,
    /// 1: when an app is run for the first time.
    #[default]
    FirstRun,
}

#[derive(Debug, Clone, Default)]
struct Rules {
    rules: Vec<Rule>,
    first_run_mode: Option<FirstRunMode>,
    first_run_limit: Option<usize>,
    hardware_acceleration: Option<bool>,
    printing: PrintingRules,
    /// The apps whose frames answer as Chromium's, and those whose frames do not.
    chromium: Vec<OriginPattern>,
    not_chromium: Vec<OriginPattern>,
}

impl PolicySet {
    /// Reads a policy folder. Where there is none, there is no policy.
    pub fn load(folder: &Path) -> Self {
        let mut set = Self::default();
        set.add_managed(folder);
        set.add_recommended(folder);
        set
    }

    /// Adds orders. They count where those that were added before say nothing.
    fn add_managed(&mut self, folder: &Path) {
        let files = PolicyFiles::load(&folder.join("managed"), &mut self.problems, Level::Managed);
        if self.unreadable.is_none() {
            self.unreadable = files.unreadable.first().cloned();
        }
        let rules = keys::interpret(&files, Level::Managed, &mut self.problems, &mut self.ignored);
        self.managed.push(rules);
        self.files.extend(files.read);
        self.problems.extend(files::misplaced(folder));
    }

    fn add_recommended(&mut self, folder: &Path) {
        let level = Level::Recommended;
        let files = PolicyFiles::load(&folder.join("recommended"), &mut self.problems, level);
        self.recommended = keys::interpret(&files, level, &mut self.problems, &mut self.ignored);
        self.files.extend(files.read);
    }

    /// What policy says about a permission of an origin; `None` leaves it to the user.
    pub fn decide(&self, origin: &AppOrigin, name: PermissionName) -> Option<PolicyDecision> {
        if let Some(file) = &self.unreadable {
            return Some(PolicyDecision {
                state: PolicyState::Denied,
                level: Level::Managed,
                source: PolicySource {
                    file: file.clone(),
                    key: None,
                },
            });
        }
        for (level, rules) in self.layers() {
            let Some((effect, source)) = rules.strongest(origin, name) else {
                continue;
            };
            let state = match effect {
                Effect::Allow => PolicyState::Granted,
                Effect::Block => PolicyState::Denied,
                // The organisation wants the user to be asked: no recommendation counts then.
                Effect::Ask => return None,
            };
            return Some(PolicyDecision {
                state,
                level,
                source: source.clone(),
            });
        }
        None
    }

    /// What an administrator should repair, in the order of the files.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Policies that are not about permissions, or not known here. Chrome's files are full of them.
    pub fn ignored(&self) -> &[PolicySource] {
        &self.ignored
    }

    /// The files that were read, in the order in which they count.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// When the sheet is shown.
    pub fn first_run_mode(&self) -> FirstRunMode {
        let mut layers = self.layers();
        layers.find_map(|(_, rules)| rules.first_run_mode).unwrap_or_default()
    }

    /// How many rows the sheet has at most: `FirstRunPermissionsLimit`.
    pub fn first_run_limit(&self) -> usize {
        let mut layers = self.layers();
        let limit = layers.find_map(|(_, rules)| rules.first_run_limit);
        limit.unwrap_or(crate::DEFAULT_LIMIT)
    }

    /// Whether pages are drawn by OpenGL, by a GPU or else in software: `HardwareAccelerationModeEnabled`.
    pub fn hardware_acceleration(&self) -> bool {
        let mut layers = self.layers();
        layers
            .find_map(|(_, rules)| rules.hardware_acceleration)
            .unwrap_or(true)
    }

    /// How an app's frames print: `PrintingEnabled`, `SilentPrintingEnabled`, `DefaultPrinterSelection` and
    /// `SilentPrintingFolder`. Nothing is printed while a managed file cannot be read.
    pub fn printing(&self) -> Printing {
        if self.unreadable.is_some() {
            return Printing::Forbidden;
        }
        let levels = self.managed.iter().chain([&self.recommended]);
        Printing::of(levels.map(|rules| &rules.printing))
    }

    /// Whose answers an app's frames give, and how far that binds: `ControlledFrameChromiumForUrls` and
    /// `ControlledFrameChromiumBlockedForUrls`.
    pub fn compatibility(&self, origin: &AppOrigin) -> Option<(Level, Compatibility)> {
        let names = |patterns: &[OriginPattern]| patterns.iter().any(|pattern| pattern.matches(origin));
        self.layers().find_map(|(level, rules)| {
            if names(&rules.not_chromium) {
                return Some((level, Compatibility::None));
            }
            names(&rules.chromium).then_some((level, Compatibility::Chromium))
        })
    }

    /// The rules, those that bind the others first.
    fn layers(&self) -> impl Iterator<Item = (Level, &Rules)> {
        let managed = self.managed.iter().map(|rules| (Level::Managed, rules));
        managed.chain([(Level::Recommended, &self.recommended)])
    }
}

impl Rules {
    fn strongest(&self, origin: &AppOrigin, name: PermissionName) -> Option<(Effect, &PolicySource)> {
        self.rules
            .iter()
            .filter_map(|rule| rule.strength(origin, name).map(|strength| (strength, rule)))
            .max_by_key(|(strength, _)| *strength)
            .map(|(_, rule): (Strength, _)| (rule.effect, &rule.source))
    }
}

impl fmt::Display for PolicySource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file.display())?;
        match &self.key {
            Some(key) => write!(formatter, ": {key}"),
            None => Ok(()),
        }
    }
}
