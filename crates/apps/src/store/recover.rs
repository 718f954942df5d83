//! What a process left that was killed, and what a record does not name.

use std::path::{Path, PathBuf};

use super::Store;
use crate::error::Error;
use crate::files;
use crate::id::AppId;
use crate::lock::{Lock, LockError};
use crate::record::InstalledApp;

/// The beginning of the names of files in the staging folder that say: this app is being removed.
const REMOVAL: &str = "remove-";

impl Store {
    /// Recovers, unless another process is at work: what looks unfinished is then being done. Where this user may not
    /// write nothing is recovered, and reading works all the same.
    pub(super) fn recover_if_idle(&self) -> Result<(), Error> {
        match Lock::try_take(&self.data.lock()) {
            Ok(_lock) => self.recover(),
            Err(LockError::Held(_)) => Ok(()),
            Err(LockError::Failed(error)) if error.is_write_protection() => Ok(()),
            Err(LockError::Failed(error)) => Err(error),
        }
    }

    /// Finishes removals that were begun, and removes what belongs to no installed app. The lock must be
    /// held.
    ///
    /// Whoever changes something has a file in the staging folder meanwhile. Where there is none nothing is unfinished, and the
    /// apps, which may be many, need not be looked at.
    pub(super) fn recover(&self) -> Result<(), Error> {
        let (staged, marker) = (files::entries(&self.data.staging())?, self.marker());
        if staged.is_empty() {
            return Ok(());
        }
        for path in staged.into_iter().filter(|path| *path != marker) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            match name.strip_prefix(REMOVAL).and_then(|id| id.parse().ok()) {
                Some(id) => self.finish_removal(&id)?,
                None => files::remove_file(&path)?,
            }
        }
        for path in files::entries(&self.data.apps())? {
            let id = path
                .file_name()
                .and_then(|name| name.to_str())
                .and_then(|name| name.parse().ok());
            if let Some(id) = id {
                self.remove_unnamed(&id)?;
            }
        }
        files::remove_file(&marker)
    }

    /// Says on the disk that files are about to be placed that no record names yet.
    pub(super) fn begin_placing(&self) -> Result<(), Error> {
        files::write_new(&self.marker(), b"")
    }

    /// Every file is named by a record again.
    pub(super) fn end_placing(&self) -> Result<(), Error> {
        files::remove_file(&self.marker())
    }

    fn marker(&self) -> PathBuf {
        self.data.staging().join("placing")
    }

    /// Removes the files of an app that its record does not name; all of it, if there is no record. The
    /// files of an app whose record is damaged stay: they may be all that is left of it.
    pub(super) fn remove_unnamed(&self, id: &AppId) -> Result<(), Error> {
        let folder = self.data.app(id);
        let Ok(record) = self.installed(id) else { return Ok(()) };
        let Some(record) = record else {
            return files::remove_folder(&folder);
        };
        let record_path = InstalledApp::path(&self.data, id);
        let named: Vec<&Path> = record.files().collect();
        for path in files::entries(&folder)? {
            if !named.contains(&path.as_path()) && path != record_path {
                files::remove_file(&path)?;
            }
        }
        Ok(())
    }

    /// Says on the disk that an app is being removed, from which there is no way back: its record is renamed into the
    /// staging folder. Renaming works on a full disk, where removing an app is how to make room.
    pub(super) fn begin_removal(&self, id: &AppId) -> Result<(), Error> {
        files::rename(&InstalledApp::path(&self.data, id), &self.removal_path(id))
    }

    /// The same for an app that is served from a folder, which has no record.
    pub(super) fn begin_clearing(&self, id: &AppId) -> Result<(), Error> {
        files::write_new(&self.removal_path(id), b"")?;
        files::sync_folder(&self.data.staging())
    }

    /// Removes an app that is not installed any more, whatever is still there of it.
    pub(super) fn finish_removal(&self, id: &AppId) -> Result<(), Error> {
        files::remove_folder(&self.data.app(id))?;
        files::remove_folder(&self.data.storage(id))?;
        files::sync_folder(&self.data.apps())?;
        files::sync_folder(&self.data.all_storage())?;
        files::remove_file(&self.removal_path(id))
    }

    fn removal_path(&self, id: &AppId) -> PathBuf {
        self.data.staging().join(format!("{REMOVAL}{id}"))
    }
}
