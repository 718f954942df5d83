use crate::{
    AppOrigin, Effective, FeatureSet, FirstRunMode, FirstRunOrder, PermissionName, PermissionState, PolicySet, Record,
    SheetRecord, Source, Store, StoreError, Subject, Support,
};

/// Rows that the sheet has at most, unless the organisation says otherwise.
pub const DEFAULT_LIMIT: usize = 6;

/// The sheet that asks for a manifest's `permissions`, without anything drawn.
///
/// Each row is decided by itself, and none has to be: a row without a choice stays as it was. Only
/// what was decided before, or what the organisation says, is preselected. Installing and starting
/// the app never depend on the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRun {
    app: AppOrigin,
    rows: Vec<Row>,
    extent: Extent,
}

/// How much of what the manifest asks for a sheet shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// All of it.
    Whole,
    /// The small sheet after an update: only what no earlier sheet has offered.
    Additions,
}

/// When a sheet may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// In the dialog that installs the app.
    Install,
    /// When the app is started: after it was installed, updated, or found on the machine by a policy.
    FirstRun,
}

/// One permission in the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which permission.
    pub name: PermissionName,
    /// What is selected, if anything.
    pub choice: Option<Choice>,
    /// The sentence to show where the row cannot be changed.
    pub locked: Option<&'static str>,
    /// Whether the choice was made in this sheet.
    chosen: bool,
    /// Whether the user has decided before.
    decided_before: bool,
}

/// Which rows are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// What there is to ask, with at most this many rows that can be decided.
    Sheet {
        /// How many.
        limit: usize,
    },
    /// All that can be changed, however many the sheet would show.
    Settings,
}

/// What a user can choose in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    /// Grant it.
    Allow,
    /// Refuse it.
    Deny,
    /// Ask me later, when it is used.
    Later,
}

/// Why a choice does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChooseError {
    /// The sheet has no row for it.
    #[error("the sheet has no row for “{0}”")]
    NoSuchRow(PermissionName),
    /// The organisation has decided, or the device does not have it.
    #[error("the row of “{0}” cannot be changed")]
    Locked(PermissionName),
}

impl FirstRun {
    /// Makes the rows, in the manifest's order.
    ///
    /// `requested` are the manifest's names, `decisions` what was decided before about this app, in
    /// an earlier version or as a page in a browser window.
    pub fn new(
        app: &AppOrigin,
        features: &FeatureSet,
        requested: impl IntoIterator<Item: AsRef<str>>,
        decisions: &[Record],
        policy: &PolicySet,
    ) -> Self {
        let list = List::Sheet {
            limit: policy.first_run_limit(),
        };
        Self::listing(list, app, features, requested, decisions, policy)
    }

    /// The same for either list.
    pub(crate) fn listing(
        list: List,
        app: &AppOrigin,
        features: &FeatureSet,
        requested: impl IntoIterator<Item: AsRef<str>>,
        decisions: &[Record],
        policy: &PolicySet,
    ) -> Self {
        let mut sheet = Self {
            app: app.clone(),
            rows: Vec::new(),
            extent: Extent::Whole,
        };
        for written in requested {
            for name in PermissionName::resolve(written.as_ref()) {
                sheet.add(name, list, features, decisions, policy);
            }
        }
        // What exceeds the limit is what the manifest lists last, in whichever order the rest is shown.
        if matches!(list, List::Sheet { .. }) && policy.first_run_order() == FirstRunOrder::Table {
            sheet.rows.sort_by_key(|row| row.name);
        }
        sheet
    }

    /// The rows to show.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Whether it is the whole sheet, or the small one of what an update has added.
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// The sheet to show now, if there is one: the organisation wants sheets at this moment, this version of the app has
    /// shown none, and a row is open that no earlier sheet has offered. Where there was an earlier sheet, it is the small
    /// one of the rows that are new.
    ///
    /// An app that is to be asked about when it is installed, and came without a dialog, is asked about when it starts.
    #[must_use]
    pub fn due(
        mut self,
        version: &str,
        earlier: Option<&SheetRecord>,
        mode: FirstRunMode,
        moment: Moment,
    ) -> Option<Self> {
        let is_wanted = match mode {
            FirstRunMode::Off => false,
            FirstRunMode::FirstRun => moment == Moment::FirstRun,
            FirstRunMode::Install => true,
        };
        if !is_wanted || earlier.is_some_and(|sheet| sheet.version == version) {
            return None;
        }
        if let Some(earlier) = earlier {
            self.extent = Extent::Additions;
            self.rows
                .retain(|row| row.name.is_available() && !earlier.offered.contains(&row.name));
        }
        self.rows.iter().any(Row::is_open).then_some(self)
    }

    /// Whether there is a sheet to show when the app is started; see [`FirstRun::due`].
    pub fn is_due(&self, version: &str, earlier: Option<&SheetRecord>, mode: FirstRunMode) -> bool {
        self.clone().due(version, earlier, mode, Moment::FirstRun).is_some()
    }

    /// Makes the same choice in every row that can be changed: “Accept all”.
    pub fn decide_all(&mut self, choice: Choice) {
        for row in self.rows.iter_mut().filter(|row| row.locked.is_none()) {
            row.choice = Some(choice);
            row.chosen = true;
        }
    }

    /// Makes a choice in one row.
    ///
    /// # Errors
    ///
    /// There is no such row, or it cannot be changed.
    pub fn decide(&mut self, name: PermissionName, choice: Choice) -> Result<(), ChooseError> {
        let row = self
            .rows
            .iter_mut()
            .find(|row| row.name == name)
            .ok_or(ChooseError::NoSuchRow(name))?;
        if row.locked.is_some() {
            return Err(ChooseError::Locked(name));
        }
        row.choice = Some(choice);
        row.chosen = true;
        Ok(())
    }

    /// Writes the choices down, and that the sheet was shown for this version: all or nothing. What
    /// was not chosen in this sheet stays as it was.
    pub(crate) fn commit(&self, store: &Store, version: &str) -> Result<(), StoreError> {
        let offered: Vec<PermissionName> = self
            .rows
            .iter()
            .map(|row| row.name)
            .filter(|name| name.is_available())
            .collect();
        let decided: Vec<_> = self
            .rows
            .iter()
            .filter(|row| row.chosen)
            .filter_map(|row| Some((row.name, row.choice?.state())))
            .collect();
        store.commit_sheet(&self.app, version, &offered, &decided)
    }

    fn add(
        &mut self,
        name: PermissionName,
        list: List,
        features: &FeatureSet,
        decisions: &[Record],
        policy: &PolicySet,
    ) {
        let is_known = self.rows.iter().any(|row| row.name == name);
        // What an Isolated Web App could not use in any case is not asked for.
        let is_possible = !self.app.is_isolated() || features.concerns(name);
        if is_known || !is_possible || !list.takes(name) {
            return;
        }
        // What the limit leaves out is not denied: it is asked for when it is used.
        let open = self.rows.iter().filter(|row| row.name.is_available()).count();
        if !name.is_available() || open < list.limit() {
            self.rows.push(Row::new(name, &self.app, decisions, policy));
        }
    }
}

impl List {
    /// What nobody is asked about has no place in a sheet that asks.
    fn takes(self, name: PermissionName) -> bool {
        self == Self::Settings || name.support() != Support::PolicyOnly
    }

    /// How many rows that can be decided there are at most.
    fn limit(self) -> usize {
        match self {
            Self::Sheet { limit } => limit,
            Self::Settings => usize::MAX,
        }
    }
}

impl Row {
    /// What there is to choose from. What nobody is asked about can only be on or off.
    pub fn choices(&self) -> &'static [Choice] {
        match self.name.support() {
            Support::PolicyOnly => &[Choice::Allow, Choice::Deny],
            _ => &[Choice::Allow, Choice::Deny, Choice::Later],
        }
    }

    fn new(name: PermissionName, app: &AppOrigin, decisions: &[Record], policy: &PolicySet) -> Self {
        let subject = Subject::app(app.clone());
        let decision = decisions
            .iter()
            .find(|record| record.subject == subject && record.name == name)
            .map(|record| record.decision.clone());
        let effective = Effective::of(name, policy.decide(app, name), decision, None);
        Self {
            name,
            choice: Choice::of(effective.state).filter(|_| name.is_available()),
            locked: effective.locked(),
            chosen: false,
            decided_before: matches!(effective.source, Source::Decision(_)),
        }
    }

    /// Can be changed, and the user never has: a recommendation is not an answer.
    fn is_open(&self) -> bool {
        self.locked.is_none() && !self.decided_before
    }
}

impl Choice {
    fn of(state: PermissionState) -> Option<Self> {
        match state {
            PermissionState::Granted => Some(Self::Allow),
            PermissionState::Denied => Some(Self::Deny),
            PermissionState::Prompt => None,
        }
    }

    /// What to write down; `None` goes back to asking.
    fn state(self) -> Option<PermissionState> {
        match self {
            Self::Allow => Some(PermissionState::Granted),
            Self::Deny => Some(PermissionState::Denied),
            Self::Later => None,
        }
    }
}

#[cfg(test)]
#[path = "first_run/tests.rs"]
mod tests;
