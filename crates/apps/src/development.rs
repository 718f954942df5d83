//! Ids for apps that are served from a folder.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use insula_bundle::SignedWebBundleId;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::files;
use crate::store::Store;

impl Store {
    /// The id of a folder: always the same for one folder and one data folder, so that what the app
    /// stores and was granted is there again the next time. The secret keeps others from knowing it.
    pub(crate) fn development_id(&self, folder: &Path) -> Result<SignedWebBundleId, Error> {
        let path = self.data_dir().development_secret();
        let secret = match read_secret(&path)? {
            Some(secret) => secret,
            None => self.create_secret(&path)?,
        };
        let hash = Sha256::new()
            .chain_update(secret)
            .chain_update(folder.as_os_str().as_bytes());
        Ok(SignedWebBundleId::development(hash.finalize().into()))
    }

    fn create_secret(&self, path: &Path) -> Result<[u8; 32], Error> {
        let _lock = self.lock()?;
        // Another process may have been first.
        if let Some(secret) = read_secret(path)? {
            return Ok(secret);
        }
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|_| Error::NoRandomness)?;
        let staged = self.data_dir().staging().join("development-secret");
        files::write_new(&staged, &secret)?;
        files::rename(&staged, path)?;
        Ok(secret)
    }
}

/// `None` also for a file of another length: it is damaged and is replaced, which changes the ids of folders
/// and nothing else.
fn read_secret(path: &Path) -> Result<Option<[u8; 32]>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(bytes.try_into().ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}
