pub(crate) mod install;
pub(crate) mod install_site;
pub(crate) mod keys;
pub(crate) mod options;
mod recover;
pub(crate) mod trial;
mod uninstall;

use std::path::{Path, PathBuf};
use std::time::Duration;

use insula_bundle::{Error as BundleError, Folder, KeyRotations, SignedWebBundle, SignedWebBundleId, VerifiedBundle};

use crate::app::LaunchableApp;
use crate::data_dir::DataDir;
use crate::error::{CorruptionCause, Error};
use crate::files;
use crate::id::AppId;
use crate::lock::Lock;
use crate::record::{InstalledApp, InstalledBundle, InstalledContent, InstalledSite};
use crate::source::{AppSource, FolderSource};

/// The apps of one [`DataDir`].
///
/// Reading takes no lock. Whoever changes something holds `<data>/lock`, so any number of processes may
/// use one store.
#[derive(Debug, Clone)]
pub struct Store {
    data: DataDir,
    patience: Duration,
    key_rotations: KeyRotations,
}

/// What is installed.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Listing {
    /// In the order of their names.
    pub apps: Vec<InstalledApp>,
    /// Those whose record cannot be read. Installing them again repairs them.
    pub damaged: Vec<DamagedApp>,
}

/// How much of the disk an app takes, in bytes of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// What is installed.
    pub installed: u64,
    /// What it stored.
    pub stored: u64,
}

/// An app that is installed, but whose record cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct DamagedApp {
    /// The app.
    pub id: AppId,
    /// What is wrong with its record.
    pub error: Error,
}

/// How long to wait for another process that changes the apps.
const PATIENCE: Duration = Duration::from_secs(30);

/// What has not been written to for so long is no download any more.
const LONGEST_DOWNLOAD: Duration = Duration::from_secs(24 * 60 * 60);

/// Fewer characters of an id are more likely a name that was mistyped.
const SHORTEST_PREFIX: usize = 4;

impl Store {
    /// Opens the store, and creates its folder. Finishes what a process that was killed left unfinished,
    /// unless another process is changing something now.
    ///
    /// Where this user may not write, what is there can be read all the same.
    pub fn open(data: DataDir) -> Result<Self, Error> {
        for folder in [data.apps(), data.staging(), data.all_storage()] {
            match files::create_folder(&folder) {
                Err(error) if error.is_write_protection() && data.root().is_dir() => {}
                created => created?,
            }
        }
        let store = Self {
            data,
            patience: PATIENCE,
            key_rotations: KeyRotations::default(),
        };
        store.recover_if_idle()?;
        Ok(store)
    }

    /// A store that is only read: nothing is created, and nothing finished that another process left. What is not there is
    /// empty.
    pub fn only_to_read(data: DataDir) -> Self {
        Self {
            data,
            patience: PATIENCE,
            key_rotations: KeyRotations::default(),
        }
    }

    /// Waits this long, instead of 30 seconds, for another process that changes the apps.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Trusts other keys with some apps than those of their ids, and no key with others.
    #[must_use]
    pub fn with_key_rotations(self, key_rotations: KeyRotations) -> Self {
        Self { key_rotations, ..self }
    }

    /// Where things are.
    pub fn data_dir(&self) -> &DataDir {
        &self.data
    }

    /// The folder for what is being fetched to be installed; what a program left there that was killed is removed.
    pub fn downloads(&self) -> Result<PathBuf, Error> {
        let folder = self.data.downloads();
        files::create_folder(&folder)?;
        for path in files::entries(&folder)? {
            let modified = path.metadata().and_then(|metadata| metadata.modified()).ok();
            let age = modified.and_then(|modified| modified.elapsed().ok());
            if age.is_some_and(|age| age > LONGEST_DOWNLOAD) {
                files::remove_file(&path)?;
            }
        }
        Ok(folder)
    }

    /// How much of the disk an app takes.
    pub fn usage(&self, id: &AppId) -> Result<Usage, Error> {
        Ok(Usage {
            installed: files::size(&self.data.app(id))?,
            stored: files::size(&self.data.storage(id))?,
        })
    }

    /// Everything that is installed.
    pub fn list(&self) -> Result<Listing, Error> {
        let mut listing = Listing::default();
        for path in files::entries(&self.data.apps())? {
            // What is not named like an app is not ours.
            let id = path
                .file_name()
                .and_then(|name| name.to_str())
                .and_then(|name| name.parse().ok());
            let Some(id) = id else { continue };
            match self.installed(&id) {
                Ok(app) => listing.apps.extend(app),
                Err(error) => listing.damaged.push(DamagedApp { id, error }),
            }
        }
        let key = |app: &InstalledApp| (app.name.to_lowercase(), app.id.clone());
        listing.apps.sort_by_cached_key(key);
        Ok(listing)
    }

    /// The record of an app; `None` if it is not installed.
    pub fn installed(&self, id: &AppId) -> Result<Option<InstalledApp>, Error> {
        InstalledApp::read(&self.data, id)
    }

    /// The installed app that a user means: by its id, its name in any letter case, or the beginning of
    /// its id if no other begins so.
    pub fn find(&self, query: &str) -> Result<InstalledApp, Error> {
        // Most programs name an app by its id: then no other has to be looked at.
        let by_id = query.parse().ok().map(|id| self.installed(&id));
        if let Some(Ok(Some(app))) = by_id {
            return Ok(app);
        }
        let Listing { apps, damaged } = self.list()?;
        if let Some(damaged) = damaged.into_iter().find(|damaged| damaged.id.as_str() == query) {
            return Err(damaged.error);
        }
        let has_name = |app: &&InstalledApp| app.name.to_lowercase() == query.to_lowercase();
        let mut candidates: Vec<_> = apps.iter().filter(has_name).collect();
        if candidates.is_empty() && query.len() >= SHORTEST_PREFIX {
            candidates = apps.iter().filter(|app| app.id.as_str().starts_with(query)).collect();
        }
        match candidates.as_slice() {
            [app] => Ok((*app).clone()),
            [] => Err(Error::NotInstalled {
                query: query.to_owned(),
            }),
            several => {
                let candidates = several
                    .iter()
                    .map(|app| format!("`{}` ({})", app.name, app.id))
                    .collect();
                Err(Error::Ambiguous {
                    query: query.to_owned(),
                    candidates,
                })
            }
        }
    }

    /// Makes an installed app ready to run.
    ///
    /// What is installed of it is read and verified in full each time: nothing about a file's name, length or time
    /// proves that its content is what was installed. That takes as long as hashing the file: a few
    /// milliseconds for most apps.
    pub fn launch(&self, id: &AppId) -> Result<LaunchableApp, Error> {
        let not_installed = || Error::NotInstalled { query: id.to_string() };
        let mut record = self.installed(id)?.ok_or_else(not_installed)?;
        let verified = loop {
            match self.verify_installed(&record) {
                Ok(verified) => break verified,
                Err(source) => {
                    // Updated by another process since we read the record: then that one counts.
                    let now = self.installed(id)?.ok_or_else(not_installed)?;
                    if now == record {
                        return Err(Error::Corrupted {
                            name: record.name,
                            id: record.id,
                            source,
                        });
                    }
                    record = now;
                }
            }
        };
        match verified {
            Verified::Bundle(bundle) => {
                let id = bundle.integrity_block().id().clone();
                LaunchableApp::isolated(id, AppSource::Bundle(bundle), &self.data)
            }
            Verified::Site(site, manifest) => install_site::launchable(&site, &manifest, &self.data),
        }
    }

    /// Makes a folder ready to run as an app, under an id that only this folder has.
    pub fn open_folder(&self, folder: &Path) -> Result<LaunchableApp, Error> {
        let folder = Folder::open(folder).map_err(|source| Error::Folder { source })?;
        let id = self.id_of_folder(folder.root())?;
        LaunchableApp::isolated(id, AppSource::Folder(FolderSource::new(folder)), &self.data)
    }

    /// The id that [`Store::open_folder`] gives to a folder, whatever is in it.
    pub fn folder_id(&self, folder: &Path) -> Result<AppId, Error> {
        let folder = Folder::open(folder).map_err(|source| Error::Folder { source })?;
        self.id_of_folder(folder.root()).map(AppId::from)
    }

    pub(crate) fn lock(&self) -> Result<Lock, Error> {
        Lock::take(&self.data.lock(), self.patience)
    }
}

/// What is installed, proven to be what was installed.
enum Verified {
    Bundle(Box<VerifiedBundle>),
    /// With its manifest.
    Site(Box<InstalledSite>, Vec<u8>),
}

impl Store {
    fn verify_installed(&self, record: &InstalledApp) -> Result<Verified, CorruptionCause> {
        match (&record.id, &record.content) {
            (AppId::Isolated(id), InstalledContent::Bundle(installed)) => {
                self.verify_bundle(id, installed).map(Box::new).map(Verified::Bundle)
            }
            (AppId::Web(_), InstalledContent::Site(site)) => {
                let manifest = install_site::read_manifest(site)?;
                Ok(Verified::Site(site.clone(), manifest))
            }
            // Reading a record makes sure that the two are of one kind.
            _ => Err(CorruptionCause::Replaced),
        }
    }

    fn verify_bundle(
        &self,
        id: &SignedWebBundleId,
        installed: &InstalledBundle,
    ) -> Result<VerifiedBundle, CorruptionCause> {
        let bundle = SignedWebBundle::open(&installed.path);
        let bundle = bundle.and_then(|bundle| bundle.verify_as(id, &self.key_rotations));
        let bundle = bundle.map_err(|error| match error {
            BundleError::Io { source, path } if source.kind() == std::io::ErrorKind::NotFound => {
                CorruptionCause::Missing(path)
            }
            error => CorruptionCause::Invalid(error),
        })?;
        // Another version, with a valid signature, put in its place: that would be a silent downgrade.
        if *bundle.digest() == installed.digest {
            Ok(bundle)
        } else {
            Err(CorruptionCause::Replaced)
        }
    }
}
