use super::Store;
use crate::error::Error;
use crate::id::AppId;
use crate::lock::{Lock, LockError};

impl Store {
    /// Removes an app and all that it stored. Fails if it is running.
    ///
    /// What was decided about its permissions is not kept here, and not removed here.
    pub fn uninstall(&self, id: &AppId) -> Result<(), Error> {
        let _lock = self.lock()?;
        self.recover()?;
        let name = match self.installed(id) {
            Ok(Some(app)) => app.name,
            Ok(None) => return Err(Error::NotInstalled { query: id.to_string() }),
            // An app whose record cannot be read can still be removed.
            Err(Error::DamagedRecord { .. }) => id.to_string(),
            Err(error) => return Err(error),
        };
        let _instance = self.take_instance(id, name)?;
        self.begin_removal(id)?;
        self.finish_removal(id)
    }

    /// Removes all that an app stored that is served from a folder, and says whether there was anything. Fails if
    /// it is running. The folder is its developer's, and stays.
    pub fn clear_development(&self, id: &AppId) -> Result<bool, Error> {
        if !id.is_development() {
            return Err(Error::NotInstalled { query: id.to_string() });
        }
        let _lock = self.lock()?;
        self.recover()?;
        if !self.data.storage(id).exists() {
            return Ok(false);
        }
        let _instance = self.take_instance(id, id.to_string())?;
        self.begin_clearing(id)?;
        self.finish_removal(id)?;
        Ok(true)
    }

    /// Keeps the app from being started; `None` if it never was, and so has no storage.
    fn take_instance(&self, id: &AppId, name: String) -> Result<Option<Lock>, Error> {
        let path = self.data.running(id);
        if !path.exists() {
            return Ok(None);
        }
        match Lock::try_take(&path) {
            Ok(lock) => Ok(Some(lock)),
            Err(LockError::Held(process)) => Err(Error::Running { name, process }),
            Err(LockError::Failed(error)) => Err(error),
        }
    }
}
