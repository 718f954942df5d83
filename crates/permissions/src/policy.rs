mod explain;
mod files;
mod firefox;
mod folders;
mod installs;
mod key_rotations;
mod keys;
mod meant;
mod pattern;
mod printing;
mod problem;
mod registry;
mod relaxed_json;
mod text;

use std::fmt;
use std::path::{Path, PathBuf};

pub use explain::{Says, Voice};
pub(crate) use files::FIREFOX_NAME;
use files::PolicyFiles;
pub use folders::PolicyFolders;
use installs::InstallRules;
pub use installs::{
    AppSettings, CustomIcon, ForceInstalledIsolatedWebApp, ForceInstalledWebApp, RunOnOsLogin, WebAppSettings,
};
use keys::{Effect, Rule, Strength};
pub use keys::{KNOWN_KEYS, OTHER_KEYS, PolicyKey};
pub use printing::{PrintDestination, Printing};
pub use problem::{Consequence, Place, Position, Problem};

use crate::nearest::nearest;
use crate::{AppOrigin, PermissionName};
use insula_bundle::KeyRotations;
use insula_vocabulary::Compatibility;
use pattern::OriginPattern;
use printing::PrintingRules;
use url::Url;

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
    recommended: Vec<Rules>,
    /// The first managed file that could not be read, if any: everything is refused.
    unreadable: Option<PathBuf>,
    problems: Vec<Problem>,
    ignored: Vec<PolicySource>,
    files: Vec<PathBuf>,
    /// What a policy has said is to be read as well.
    also_read: Vec<PathBuf>,
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
    /// Where in the file.
    pub position: Option<Position>,
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
    /// 2: in the dialog that installs an app, and at the first run of an app that came without one.
    Install,
}

/// In which order the first-run sheet has its rows: `FirstRunPermissionsOrder`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FirstRunOrder {
    /// 0: as the app's manifest lists them, the most important first.
    #[default]
    Manifest,
    /// 1: as [`PermissionName::ALL`] lists them, for every app the same.
    Table,
}

#[derive(Debug, Clone, Default)]
struct Rules {
    rules: Vec<Rule>,
    first_run_mode: Option<FirstRunMode>,
    first_run_limit: Option<usize>,
    first_run_order: Option<FirstRunOrder>,
    one_time: Option<bool>,
    quieting: Option<bool>,
    expiry: Option<bool>,
    installs: InstallRules,
    key_rotations: KeyRotations,
    /// What else is read, and whether it has to be there.
    chrome_folders: Vec<(PathBuf, bool)>,
    firefox_files: Vec<(PathBuf, bool)>,
    hardware_acceleration: Option<bool>,
    data_saver: Option<bool>,
    printing: PrintingRules,
    /// The apps whose frames answer as Chromium's, and those whose frames do not.
    chromium: Vec<OriginPattern>,
    not_chromium: Vec<OriginPattern>,
}

impl PolicySet {
    /// Reads a policy folder. Where there is none, there is no policy.
    pub fn load(folder: &Path) -> Self {
        Self::read(&[folder], folder)
    }

    /// Reads single files: of orders, of recommendations, or Firefox's.
    pub fn of_files(files: &[(PathBuf, Level)]) -> Self {
        let mut set = Self::default();
        for level in [Level::Managed, Level::Recommended] {
            let mut read = PolicyFiles::default();
            for (file, _) in files.iter().filter(|(_, its_level)| *its_level == level) {
                read.add(file, level, &mut set.problems);
            }
            set.add(read, level, true);
        }
        set.add_others();
        set
    }

    /// The policy files in a folder: what is read of it where it is one of a level.
    pub fn files_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
        let entries = files::entries(folder)?;
        Ok(entries.into_iter().filter(|entry| !entry.is_dir()).collect())
    }

    /// Reads the orders of folders, those that bind the others first, and the recommendations of one.
    fn read(managed: &[&Path], recommended: &Path) -> Self {
        let mut set = Self::default();
        for folder in managed {
            let files = PolicyFiles::load(&folder.join("managed"), &mut set.problems, Level::Managed);
            set.add(files, Level::Managed, true);
            set.add_firefox(&folder.join(FIREFOX_NAME));
            set.problems.extend(files::misplaced(folder));
        }
        set.add_recommended(recommended, true);
        set.add_others();
        set
    }

    fn add_recommended(&mut self, folder: &Path, is_own: bool) {
        let level = Level::Recommended;
        let files = PolicyFiles::load(&folder.join("recommended"), &mut self.problems, level);
        self.add(files, level, is_own);
    }

    /// Adds policies of one level. They count where those that were added before say nothing.
    fn add(&mut self, files: PolicyFiles, level: Level, is_own: bool) {
        if level == Level::Managed && self.unreadable.is_none() {
            self.unreadable = files.unreadable.first().cloned();
        }
        let mut rules = keys::interpret(&files, level, is_own, &mut self.problems, &mut self.ignored);
        if level == Level::Managed && is_own && (files.is_doubtful || !files.unreadable.is_empty()) {
            rules.key_rotations.doubt();
        }
        match level {
            // Before what Firefox's file recommends.
            Level::Recommended if is_own => self.recommended.insert(0, rules),
            level => self.layer(level).push(rules),
        }
        for policies in &files.firefox {
            let (orders, recommendations) = firefox::interpret(policies, &mut self.problems, &mut self.ignored);
            self.layer(level).push(orders);
            self.recommended.push(recommendations);
        }
        self.files.extend(files.read);
    }

    /// Adds what a policy says is to be read as well.
    fn add_others(&mut self) {
        let named = |list: fn(&Rules) -> &[(PathBuf, bool)], rules: &[Rules]| {
            let mut all: Vec<(PathBuf, bool)> = Vec::new();
            for (path, must) in rules.iter().flat_map(list) {
                if !all.iter().any(|(known, _)| known == path) {
                    all.push((path.clone(), *must));
                }
            }
            all
        };
        let folders = named(|rules| &rules.chrome_folders, &self.managed);
        let files = named(|rules| &rules.firefox_files, &self.managed);
        for (path, must) in folders.iter().chain(&files) {
            self.also_read.push(path.clone());
            if *must && !path.exists() {
                self.problems.push(Problem {
                    place: Place::of(path),
                    key: None,
                    message: "a policy says that it is to be read, and it is not there".to_owned(),
                    consequence: Consequence::NotRead,
                });
            }
        }
        for (folder, _) in &folders {
            let files = PolicyFiles::load(&folder.join("managed"), &mut self.problems, Level::Managed);
            self.add(files, Level::Managed, false);
            self.add_recommended(folder, false);
        }
        for (file, _) in &files {
            self.add_firefox(file);
        }
    }

    /// Adds the file of Firefox's policies, if it is there.
    fn add_firefox(&mut self, file: &Path) {
        // Whatever else is there cannot be read, which is worth telling.
        let is_missing = file
            .symlink_metadata()
            .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
        if !is_missing {
            let mut files = PolicyFiles::default();
            files.add(file, Level::Managed, &mut self.problems);
            self.add(files, Level::Managed, false);
        }
    }

    fn layer(&mut self, level: Level) -> &mut Vec<Rules> {
        match level {
            Level::Managed => &mut self.managed,
            Level::Recommended => &mut self.recommended,
        }
    }

    /// What policy says about a permission of an origin; `None` leaves it to the user.
    pub fn decide(&self, origin: &AppOrigin, name: PermissionName) -> Option<PolicyDecision> {
        if let Some(file) = &self.unreadable {
            return Some(PolicyDecision {
                state: PolicyState::Denied,
                level: Level::Managed,
                source: PolicySource::whole(file),
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

    /// The policy that may have been meant by each that is not known here, if one is nearly called so.
    pub fn nearest_known(key: &str) -> Option<&'static str> {
        nearest(key, keys::names(), key.len() / 4)
    }

    /// Whether every order could be read. While that is not so, nothing is to be removed because no order names it.
    pub fn is_readable(&self) -> bool {
        self.unreadable.is_none()
    }

    /// Whether no order to install an app may have been overlooked. While that is not so, no app is to be removed because no
    /// order names it.
    pub fn knows_force_installed(&self) -> bool {
        self.knows(&["WebAppInstallForceList", "IsolatedWebAppInstallForceList"])
    }

    /// The same about what is ordered of apps, by `WebAppSettings`. While that is not so, what was ordered stays.
    pub fn knows_web_app_settings(&self) -> bool {
        self.knows(&["WebAppSettings"])
    }

    /// Whether nothing of these policies may have been overlooked.
    fn knows(&self, keys: &[&str]) -> bool {
        let concerns = |problem: &Problem| match problem.consequence {
            Consequence::AllRefused | Consequence::NotRead | Consequence::NothingRemoved => true,
            Consequence::OrderSkipped => problem.key.as_deref().is_some_and(|key| keys.contains(&key)),
            _ => false,
        };
        self.is_readable() && !self.problems.iter().any(concerns)
    }

    /// The settings of an app with this manifest id: what its own item says, else what the item about every app does.
    pub fn settings_of(&self, manifest_id: &Url) -> AppSettings {
        let items = self.web_app_settings();
        // An Isolated Web App's is its origin, with or without a slash at the end.
        let written = |id: &Url| match id.path() {
            "" | "/" => id.as_str().trim_end_matches('/').to_owned(),
            _ => id.to_string(),
        };
        let is_own = |item: &&WebAppSettings| {
            let id = item.manifest_id.as_ref();
            id.is_some_and(|id| written(id) == written(manifest_id))
        };
        let own = items.iter().find(is_own);
        let every = items.iter().find(|item| item.manifest_id.is_none());
        AppSettings::of(own, every)
    }

    /// The folders and files of other programs that a policy says are to be read as well.
    pub fn also_read(&self) -> &[PathBuf] {
        &self.also_read
    }

    /// The sites that are to be installed as apps: `WebAppInstallForceList`.
    pub fn force_installed_web_apps(&self) -> &[ForceInstalledWebApp] {
        self.ordered(|rules| rules.installs.web_apps.as_deref())
    }

    /// The Isolated Web Apps that are to be installed: `IsolatedWebAppInstallForceList`.
    pub fn force_installed_isolated_web_apps(&self) -> &[ForceInstalledIsolatedWebApp] {
        self.ordered(|rules| rules.installs.isolated_web_apps.as_deref())
    }

    /// Settings of apps: `WebAppSettings`. Of the item about every app counts what the app's own does not say.
    pub fn web_app_settings(&self) -> &[WebAppSettings] {
        self.ordered(|rules| rules.installs.settings.as_deref())
    }

    /// The keys that have taken the place of those that the ids of apps are made of: `KeyRotations`.
    pub fn key_rotations(&self) -> KeyRotations {
        let mut rotations = KeyRotations::default();
        for rules in &self.managed {
            rotations.extend(&rules.key_rotations);
        }
        rotations
    }

    /// Whether the user can allow something until the app ends: `OneTimePermissionsEnabled`.
    pub fn one_time_grants(&self) -> bool {
        self.layers().find_map(|(_, rules)| rules.one_time).unwrap_or(true)
    }

    /// Whether apps do not ask any more after questions that the user has closed: `PermissionQuietingEnabled`.
    pub fn quieting(&self) -> bool {
        self.layers().find_map(|(_, rules)| rules.quieting).unwrap_or(true)
    }

    /// Whether what was allowed ends when it is not used: `UnusedPermissionsExpiryEnabled`.
    pub fn expiry_of_unused(&self) -> bool {
        self.layers().find_map(|(_, rules)| rules.expiry).unwrap_or(true)
    }

    /// In which order the sheet has its rows.
    pub fn first_run_order(&self) -> FirstRunOrder {
        let mut layers = self.layers();
        layers.find_map(|(_, rules)| rules.first_run_order).unwrap_or_default()
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

    /// Whether apps are to transfer less: `DataSaverEnabled`.
    pub fn data_saver(&self) -> bool {
        let mut layers = self.layers();
        layers.find_map(|(_, rules)| rules.data_saver).unwrap_or(false)
    }

    /// How an app's frames print: `PrintingEnabled`, `SilentPrintingEnabled`, `DefaultPrinterSelection` and
    /// `SilentPrintingFolder`. Nothing is printed while a managed file cannot be read.
    pub fn printing(&self) -> Printing {
        if self.unreadable.is_some() {
            return Printing::Forbidden;
        }
        let levels = self.managed.iter().chain(&self.recommended);
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
        managed.chain(self.recommended.iter().map(|rules| (Level::Recommended, rules)))
    }

    /// The list of the strongest orders that have one.
    fn ordered<'a, T>(&'a self, list: impl Fn(&'a Rules) -> Option<&'a [T]>) -> &'a [T] {
        self.managed.iter().find_map(list).unwrap_or_default()
    }
}

impl Rules {
    fn strongest(&self, origin: &AppOrigin, name: PermissionName) -> Option<(Effect, &PolicySource)> {
        self.rules
            .iter()
            .filter_map(|rule| rule.strength(origin, name).map(|strength| (strength, rule)))
            .max_by_key(|((strength, _), _): &((Strength, _), _)| *strength)
            .map(|(_, rule): (_, &Rule)| (rule.effect, &rule.source))
    }
}

impl PolicySource {
    /// A file that cannot be read.
    fn whole(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            key: None,
            position: None,
        }
    }

    /// Where it is.
    pub fn place(&self) -> Place {
        Place {
            file: self.file.clone(),
            position: self.position,
        }
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
