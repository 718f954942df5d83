use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

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
    /// On another machine or by another user, whose decisions were imported.
    Import,
    /// In a way that is not known here: a newer Insula's.
    Default,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub state: PermissionState,
    /// Where it was decided.
    pub by: DecidedBy,
    /// When, to the second.
    pub at: SystemTime,
    /// When the permission was last used, to the minute; `None` when never.
    pub last_used: Option<SystemTime>,
    /// The device that a grant is for: a camera, a microphone. `None` is whichever there is.
    pub device: Option<DeviceId>,
}

/// What a device is called by whoever tells them apart, such as the engine. It means nothing here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeviceId(Arc<str>);

/// Why a text is no [`DeviceId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a device's id has 1 to 512 characters, none of which controls anything")]
pub struct InvalidDeviceId;

/// For how long a grant has to be without use until it ends.
pub const UNUSED_FOR: Duration = Duration::from_hours(60 * 24);

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

impl Decision {
    /// Whether it is a grant that nobody has used for [`UNUSED_FOR`].
    pub fn is_unused(&self, now: SystemTime) -> bool {
        let last = self.last_used.map_or(self.at, |used| used.max(self.at));
        // A clock that was set back says nothing.
        let unused = now.duration_since(last).unwrap_or_default();
        self.state == PermissionState::Granted && unused >= UNUSED_FOR
    }
}

impl DeviceId {
    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DeviceId {
    type Err = InvalidDeviceId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_valid = !text.is_empty() && text.chars().count() <= 512 && !text.chars().any(char::is_control);
        is_valid.then(|| Self(text.into())).ok_or(InvalidDeviceId)
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
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
            Self::Import => "import",
            Self::Default => "default",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Sheet, Self::Prompt, Self::Settings, Self::Import, Self::Default]
            .into_iter()
            .find(|by| by.as_str() == word)
    }
}
