use std::time::SystemTime;

use crate::{AppOrigin, PermissionName, PermissionState};

/// Whom a decision is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    /// Who wants the permission.
    pub origin: AppOrigin,
    /// The app it is shown in: the same again for the app itself.
    pub embedder: AppOrigin,
}

/// How a decision came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecidedBy {
    /// In the first-run sheet.
    Sheet,
    /// In a question when the app wanted to use it.
    Prompt,
    /// In the settings, or with `insula permissions`.
    Settings,
    /// In a way that is not known here: a newer Insula's.
    Default,
}

/// One decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub state: PermissionState,
    /// Where it was decided.
    pub by: DecidedBy,
    /// When, to the second.
    pub at: SystemTime,
    /// When the permission was last used, to the minute; `None` when never.
    pub last_used: Option<SystemTime>,
}

/// A decision together with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whom it is about.
    pub subject: Subject,
    /// Which permission.
    pub name: PermissionName,
    /// What was decided.
    pub decision: Decision,
}

/// That a first-run sheet was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRecord {
    /// For which version of the app.
    pub version: String,
    /// Every name that had a row, in this sheet or an earlier one.
    pub offered: Vec<PermissionName>,
    /// When.
    pub shown: SystemTime,
}

impl Subject {
    /// The app itself.
    pub fn app(origin: AppOrigin) -> Self {
        Self {
            embedder: origin.clone(),
            origin,
        }
    }

    /// A site that an app shows.
    pub fn site(origin: AppOrigin, embedder: AppOrigin) -> Self {
        Self { origin, embedder }
    }
}

impl DecidedBy {
    /// The word in the store and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sheet => "sheet",
            Self::Prompt => "prompt",
            Self::Settings => "settings",
            Self::Default => "default",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Sheet, Self::Prompt, Self::Settings, Self::Default]
            .into_iter()
            .find(|by| by.as_str() == word)
    }
}
