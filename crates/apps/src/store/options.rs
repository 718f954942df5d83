use std::error::Error as StdError;
use std::fmt;

use insula_bundle::SignedWebBundleId;
use insula_manifest::IwaVersion;

use crate::error::Error;
use crate::id::AppId;
use crate::record::{Ordered, UpdateSource};

/// How to install. The default refuses to replace a version by an older one, or by other content of the same version.
#[derive(Default)]
pub struct InstallOptions<'a> {
    pub(super) allow_downgrade: bool,
    pub(super) updates: Option<UpdateSource>,
    pub(super) ordered: Option<Ordered>,
    pub(super) on_trial: bool,
    pub(super) keep_identity: bool,
    expected: Expected,
    before_first: Option<&'a mut BeforeFirst<'a>>,
    progress: Option<&'a mut dyn FnMut(Step)>,
}

/// What a bundle was promised to be.
#[derive(Debug, Clone, Default)]
struct Expected {
    app: Option<AppId>,
    version: Option<IwaVersion>,
}

type BeforeFirst<'a> = dyn FnMut(&AppId) -> Result<(), Box<dyn StdError + Send + Sync>> + 'a;

impl<'a> InstallOptions<'a> {
    /// Replaces whatever version is installed, if `allow` is true.
    #[must_use]
    pub fn allow_downgrade(self, allow: bool) -> Self {
        Self {
            allow_downgrade: allow,
            ..self
        }
    }

    /// Installs this app only, whatever the bundle is.
    #[must_use]
    pub fn expecting_app(mut self, app: &AppId) -> Self {
        self.expected.app = Some(app.clone());
        self
    }

    /// Installs this version only: the one that was promised.
    #[must_use]
    pub fn expecting_version(mut self, version: IwaVersion) -> Self {
        self.expected.version = Some(version);
        self
    }

    /// Looks there for updates from now on.
    #[must_use]
    pub fn updates(self, source: Option<UpdateSource>) -> Self {
        Self {
            updates: source,
            ..self
        }
    }

    /// Notes that the organisation ordered the app, if anything is installed.
    #[must_use]
    pub fn ordered(self, ordered: Ordered) -> Self {
        Self {
            ordered: Some(ordered),
            ..self
        }
    }

    /// Keeps the version that is replaced until the new one has been seen to start ([`Store::confirm`]).
    ///
    /// [`Store::confirm`]: crate::Store::confirm
    #[must_use]
    pub fn on_trial(self) -> Self {
        Self { on_trial: true, ..self }
    }

    /// Refuses a site that has another name or another icon than before: nobody is there who could look at them.
    #[must_use]
    pub fn keeping_identity(self) -> Self {
        Self {
            keep_identity: true,
            ..self
        }
    }

    /// Calls `prepare` before an app counts as installed that was not installed before: what an earlier installation left
    /// has to be gone by then. If it fails, the app is not installed.
    #[must_use]
    pub fn before_first(self, prepare: &'a mut BeforeFirst<'a>) -> Self {
        Self {
            before_first: Some(prepare),
            ..self
        }
    }

    /// Calls `progress` after each step.
    #[must_use]
    pub fn progress(self, progress: &'a mut dyn FnMut(Step)) -> Self {
        Self {
            progress: Some(progress),
            ..self
        }
    }

    pub(super) fn done(&mut self, step: Step) {
        if let Some(progress) = &mut self.progress {
            progress(step);
        }
    }

    pub(super) fn prepare(&mut self, id: &AppId) -> Result<(), Error> {
        match &mut self.before_first {
            Some(prepare) => prepare(id).map_err(|source| Error::NotPrepared { source }),
            None => Ok(()),
        }
    }

    pub(super) fn expect_app(&self, found: &SignedWebBundleId) -> Result<(), Error> {
        match &self.expected.app {
            Some(expected) if expected.isolated() != Some(found) => Err(Error::AnotherApp {
                expected: expected.clone(),
                found: found.clone().into(),
            }),
            _ => Ok(()),
        }
    }

    pub(super) fn expect_version(&self, found: IwaVersion) -> Result<(), Error> {
        match self.expected.version {
            Some(expected) if expected != found => Err(Error::AnotherVersion { expected, found }),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for InstallOptions<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("InstallOptions")
            .field("allow_downgrade", &self.allow_downgrade)
            .field("expected", &self.expected)
            .field("on_trial", &self.on_trial)
            .finish_non_exhaustive()
    }
}

/// The steps of an installation, in their order. A process that ends after any of them before
/// [`Step::Committed`] has changed nothing; one that ends later has installed the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Step {
    /// No other process changes anything now.
    Locked,
    /// The file has been copied to this disk.
    Copied,
    /// The copy has been verified.
    Verified,
    /// Its manifest and version are right.
    Checked,
    /// The copy is where the app will have it.
    Placed,
    /// The app's record is written, but does not count yet.
    Recorded,
    /// The record counts: the app is installed.
    Committed,
    /// What was replaced has been removed.
    Cleaned,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Locked,
        Self::Copied,
        Self::Verified,
        Self::Checked,
        Self::Placed,
        Self::Recorded,
        Self::Committed,
        Self::Cleaned,
    ];
}
