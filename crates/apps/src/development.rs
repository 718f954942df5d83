//! Apps that their developers run: their ids, and those that come from a server.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use insula_bundle::SignedWebBundleId;
use sha2::{Digest, Sha256};

use crate::app::{LaunchableApp, check_manifest};
use crate::error::Error;
use crate::files;
use crate::id::AppId;
use crate::server::ServerOrigin;
use crate::source::{AppSource, ServerSource};
use crate::store::Store;

impl Store {
    /// Makes a server's pages ready to run as an app, under an id that only this server has. `manifest` is what the server
    /// has at [`MANIFEST_PATH`](insula_manifest::MANIFEST_PATH), and `icon` is a PNG file's content.
    ///
    /// What else the manifest names is not looked at: the server may have it at any time.
    ///
    /// # Errors
    ///
    /// The manifest is not that of an Isolated Web App.
    pub fn open_server(
        &self,
        origin: &ServerOrigin,
        manifest: &[u8],
        icon: Option<Vec<u8>>,
    ) -> Result<LaunchableApp, Error> {
        let id = self.development_id(origin.to_string().as_bytes())?;
        let checked = check_manifest(&id, manifest)?;
        let origin = origin.clone();
        let source = AppSource::Server(ServerSource { origin, icon });
        Ok(LaunchableApp::of_checked(id, source, checked, self.data_dir()))
    }

    /// The id of the app that was run from a server, whatever the server has now. `None` if none was, or it was removed.
    /// Changes nothing.
    ///
    /// # Errors
    ///
    /// The secret that makes ids this machine's own cannot be read.
    pub fn find_server(&self, origin: &ServerOrigin) -> Result<Option<AppId>, Error> {
        let secret = read_secret(&self.data_dir().development_secret())?;
        let id = secret.map(|secret| AppId::from(id_of(&secret, origin.to_string().as_bytes())));
        Ok(id.filter(|id| self.data_dir().storage(id).is_dir()))
    }

    /// The id of a folder: always the same for one folder and one data folder, so that what the app
    /// stores and was granted is there again the next time.
    pub(crate) fn id_of_folder(&self, folder: &Path) -> Result<SignedWebBundleId, Error> {
        self.development_id(folder.as_os_str().as_bytes())
    }

    /// The id of what has a name: an absolute path, or an origin, which never begins like one. The secret keeps others from
    /// knowing it.
    fn development_id(&self, name: &[u8]) -> Result<SignedWebBundleId, Error> {
        let path = self.data_dir().development_secret();
        let secret = match read_secret(&path)? {
            Some(secret) => secret,
            None => self.create_secret(&path)?,
        };
        Ok(id_of(&secret, name))
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

fn id_of(secret: &[u8; 32], name: &[u8]) -> SignedWebBundleId {
    let hash = Sha256::new().chain_update(secret).chain_update(name);
    SignedWebBundleId::development(hash.finalize().into())
}

/// `None` also for a file of another length: it is damaged and is replaced, which changes the ids of folders
/// and servers, and nothing else.
fn read_secret(path: &Path) -> Result<Option<[u8; 32]>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(bytes.try_into().ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}
