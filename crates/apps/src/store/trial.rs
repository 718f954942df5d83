//! A version that was installed without anybody looking on: the one before is kept until this one has been seen to start.

use insula_manifest::IwaVersion;

use super::Store;
use crate::app::LaunchableApp;
use crate::error::Error;
use crate::files;
use crate::id::AppId;
use crate::record::{InstalledApp, InstalledContent};

/// How often a version may fail to start before the one before is back.
const MOST_STARTS: u32 = 2;

/// An app that is about to be started.
#[derive(Debug)]
#[non_exhaustive]
pub struct Start {
    /// The app.
    pub app: LaunchableApp,
    /// Whether its version is still to be seen to start: [`Store::begun`] and [`Store::confirm`] are to be told.
    pub on_trial: bool,
    /// The version that did not start, if the one before is back for it.
    pub rolled_back: Option<IwaVersion>,
    /// Whether another key has taken the place of the one that signed it: it is to be updated at once.
    pub awaits_another_key: bool,
}

impl Start {
    /// An app that is as it was.
    pub fn of(app: LaunchableApp) -> Self {
        Self {
            app,
            on_trial: false,
            rolled_back: None,
            awaits_another_key: false,
        }
    }
}

impl Store {
    /// Makes an installed app ready to be started. A new version that did not start, or that is damaged, is taken back.
    pub fn start(&self, id: &AppId) -> Result<Start, Error> {
        let not_installed = || Error::NotInstalled { query: id.to_string() };
        let record = self.installed(id)?.ok_or_else(not_installed)?;
        self.check_not_withdrawn(id)?;
        let trial = record.trial.as_ref();
        let can_go_back = || {
            let previous = trial.zip(id.isolated());
            previous.is_some_and(|(trial, id)| self.is_trusted(id, &trial.previous))
        };
        let is_hopeless = trial.is_some_and(|trial| trial.starts >= MOST_STARTS) && can_go_back();
        if !is_hopeless {
            match self.launch_trusted(id) {
                Ok(start) => {
                    return Ok(Start {
                        on_trial: trial.is_some(),
                        ..start
                    });
                }
                // An older version, which a replaced key may have signed, is no way out of that.
                Err(error @ Error::KeyReplaced { .. }) => return Err(error),
                Err(error) if !can_go_back() => return Err(error),
                Err(_) => {}
            }
        }
        let rolled_back = self.roll_back(id)?;
        Ok(Start {
            rolled_back,
            ..self.launch_trusted(id)?
        })
    }

    /// Notes that a version on trial is being started.
    pub fn begun(&self, id: &AppId) -> Result<(), Error> {
        self.change_trial(id, |record| {
            if let Some(trial) = &mut record.trial {
                trial.starts += 1;
            }
        })
    }

    /// A version on trial has started: the one before is not needed any more.
    pub fn confirm(&self, id: &AppId) -> Result<(), Error> {
        self.change_trial(id, |record| record.trial = None)?;
        let _lock = self.lock()?;
        self.remove_unnamed(id)
    }

    /// Puts the version before in the place of one on trial, which is not installed by itself again.
    fn roll_back(&self, id: &AppId) -> Result<Option<IwaVersion>, Error> {
        let mut rejected = None;
        self.change_trial(id, |record| {
            if let Some(trial) = record.trial.take() {
                rejected = record.version();
                record.rejected = rejected;
                record.content = InstalledContent::Bundle(trial.previous);
            }
        })?;
        let _lock = self.lock()?;
        self.remove_unnamed(id)?;
        Ok(rejected)
    }

    /// Changes the record of an app that is on trial.
    fn change_trial(&self, id: &AppId, change: impl FnOnce(&mut InstalledApp)) -> Result<(), Error> {
        let _lock = self.lock()?;
        self.recover()?;
        let Some(mut record) = self.installed(id)?.filter(|record| record.trial.is_some()) else {
            return Ok(());
        };
        change(&mut record);
        files::rename(&self.stage(&record)?, &InstalledApp::path(&self.data, id))
    }
}
