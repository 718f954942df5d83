use std::cmp::Ordering;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use data_encoding::HEXLOWER;
use insula_bundle::{BundleFile, CopyError, SignedWebBundle, VerifiedBundle};
use insula_manifest::IwaVersion;
use insula_vocabulary::Compatibility;

use super::Store;
use super::options::{InstallOptions, Step};
use crate::app::{LaunchableApp, check};
use crate::error::Error;
use crate::files;
use crate::id::AppId;
use crate::record::{InstalledApp, InstalledBundle, InstalledContent, Ordered, Trial};
use crate::source::AppSource;

/// What an installation did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Installation {
    /// The app as it is installed now.
    pub app: InstalledApp,
    /// What changed.
    pub outcome: Outcome,
    /// The same, ready to run: its pages come from the installed bundle, as it was verified just now.
    pub ready: LaunchableApp,
}

/// What an installation changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The app was not installed before.
    Installed,
    /// Another bundle of the app, or another state of the site, was replaced.
    Updated {
        /// Its version; a site has none.
        from: Option<IwaVersion>,
    },
    /// The same bundle was installed, but its copy or record was damaged.
    Repaired,
    /// The same bundle is installed already. Nothing was written.
    Unchanged,
}

impl Store {
    /// Installs the app in a `.swbn` file, or updates it.
    ///
    /// The file is copied first, and what is verified is the copy: the file may be on a medium that goes
    /// away, or be changed by somebody else meanwhile.
    pub fn install(&self, file: &Path, mut options: InstallOptions<'_>) -> Result<Installation, Error> {
        let _lock = self.lock()?;
        self.recover()?;
        options.done(Step::Locked);
        let copy = Staged::copy(file, self.data.staging().join("install.swbn"))?;
        options.done(Step::Copied);
        let refused = |source| Error::Refused {
            path: file.to_owned(),
            source,
        };
        // The copy's path would mean nothing to whoever reads the message.
        let bundle = SignedWebBundle::open(&copy.path)
            .and_then(|bundle| bundle.verify_under(&self.key_rotations))
            .map_err(refused)?;
        options.done(Step::Verified);

        let id = bundle.integrity_block().id().clone();
        options.expect_app(&id)?;
        self.check_key(bundle.integrity_block())?;
        let source = AppSource::Bundle(Box::new(bundle.clone()));
        let checked = check(&id, &source)?;
        let version = checked.version;
        options.expect_version(version)?;
        let mut app = LaunchableApp::of_checked(id, source, checked, &self.data);
        let (installed, outcome) = match self.installed(&app.id) {
            Ok(Some(installed)) => match self.compare(&installed, version, &bundle, options.allow_downgrade)? {
                Comparison::Differs(outcome) => (Some(installed), outcome),
                Comparison::Same(current) => {
                    options.done(Step::Checked);
                    // The copy goes away; what is served is what is installed.
                    app.source = AppSource::Bundle(current);
                    return Ok(Installation {
                        app: installed,
                        outcome: Outcome::Unchanged,
                        ready: app,
                    });
                }
            },
            Ok(None) => {
                options.prepare(&app.id)?;
                (None, Outcome::Installed)
            }
            Err(Error::DamagedRecord { .. }) => (None, Outcome::Repaired),
            Err(error) => return Err(error),
        };
        options.done(Step::Checked);

        let folder = self.data.app(&app.id);
        files::create_folder(&folder)?;
        files::sync_folder(&self.data.apps())?;
        let now = SystemTime::now();
        let path = folder.join(format!("{}.swbn", HEXLOWER.encode(&bundle.digest()[..16])));
        let earlier_order = installed.as_ref().and_then(|installed| installed.ordered.clone());
        let ordered = options.ordered.take().or(earlier_order);
        let record = InstalledApp {
            name: app.name().to_owned(),
            installed: installed.as_ref().map_or(now, |installed| installed.installed),
            updated: now,
            id: app.id.clone(),
            compatibility: installed.as_ref().and_then(|installed| installed.compatibility),
            updates: options.updates.take().or_else(|| installed.as_ref()?.updates.clone()),
            trial: installed
                .as_ref()
                .filter(|_| options.on_trial)
                .and_then(Trial::of_update_to),
            rejected: None,
            ordered,
            content: InstalledContent::Bundle(InstalledBundle {
                version,
                digest: *bundle.digest(),
                length: copy.length,
                path: path.clone(),
            }),
        };
        self.begin_placing()?;
        copy.place(&path)?;
        options.done(Step::Placed);
        self.commit(&record, &mut options)?;
        Ok(Installation {
            app: record,
            outcome,
            ready: app,
        })
    }
}

impl Store {
    /// What the app in a `.swbn` file would be like if it were installed.
    pub fn preview(&self, file: &Path) -> Result<LaunchableApp, Error> {
        let bundle = SignedWebBundle::open(file).and_then(|bundle| bundle.verify_under(&self.key_rotations));
        let bundle = bundle.map_err(|source| Error::Refused {
            path: file.to_owned(),
            source,
        })?;
        self.check_key(bundle.integrity_block())?;
        let id = bundle.integrity_block().id().clone();
        LaunchableApp::isolated(id, AppSource::Bundle(Box::new(bundle)), &self.data)
    }

    /// Writes down whose answers the frames of an installed app give; `None` leaves it to its manifest.
    pub fn choose_compatibility(&self, id: &AppId, chosen: Option<Compatibility>) -> Result<(), Error> {
        self.note(id, |record| record.compatibility = chosen)
    }

    /// Writes down that the organisation ordered an installed app; `None` leaves it to the user again.
    pub fn note_order(&self, id: &AppId, ordered: Option<Ordered>) -> Result<(), Error> {
        self.note(id, |record| record.ordered = ordered)
    }

    /// Changes what is written down of an installed app.
    fn note(&self, id: &AppId, change: impl FnOnce(&mut InstalledApp)) -> Result<(), Error> {
        let _lock = self.lock()?;
        self.recover()?;
        let not_installed = || Error::NotInstalled { query: id.to_string() };
        let record = self.installed(id)?.ok_or_else(not_installed)?;
        let mut changed = record.clone();
        change(&mut changed);
        if changed == record {
            return Ok(());
        }
        files::rename(&self.stage(&changed)?, &InstalledApp::path(&self.data, id))
    }

    /// Makes a record count, whose files are in their place.
    pub(super) fn commit(&self, record: &InstalledApp, options: &mut InstallOptions<'_>) -> Result<(), Error> {
        let staged = self.stage(record)?;
        options.done(Step::Recorded);
        files::rename(&staged, &InstalledApp::path(&self.data, &record.id))?;
        options.done(Step::Committed);
        // The app is installed: that the rest is not cleaned up is no reason to say otherwise. It is
        // tried again when the store is opened next.
        if let Err(error) = self.remove_unnamed(&record.id).and_then(|()| self.end_placing()) {
            tracing::warn!("{error}");
        }
        options.done(Step::Cleaned);
        Ok(())
    }

    /// Writes a record that does not count yet.
    pub(super) fn stage(&self, record: &InstalledApp) -> Result<PathBuf, Error> {
        let staged = self.data.staging().join("install.json");
        files::write_new(&staged, record.to_json().as_bytes())?;
        Ok(staged)
    }
}

/// What installing an app over the installed one would be.
enum Comparison {
    /// Nothing: this bundle is installed.
    Same(Box<VerifiedBundle>),
    /// This.
    Differs(Outcome),
}

impl Store {
    fn compare(
        &self,
        installed: &InstalledApp,
        offered: IwaVersion,
        bundle: &VerifiedBundle,
        allow_downgrade: bool,
    ) -> Result<Comparison, Error> {
        let Some(current) = installed.content.bundle() else {
            return Ok(Comparison::Differs(Outcome::Repaired));
        };
        let updated = Comparison::Differs(Outcome::Updated {
            from: Some(current.version),
        });
        if current.digest == *bundle.digest() {
            return Ok(match self.verify_bundle(bundle.integrity_block().id(), current) {
                Ok(current) if current.integrity_block() == bundle.integrity_block() => {
                    Comparison::Same(Box::new(current))
                }
                // With other signatures it is another file, though the app is the same.
                Ok(_) => updated,
                Err(_) => Comparison::Differs(Outcome::Repaired),
            });
        }
        match offered.cmp(&current.version) {
            Ordering::Less if !allow_downgrade => Err(Error::Downgrade {
                name: installed.name.clone(),
                installed: current.version,
                offered,
            }),
            // A version names one content: two bundles that both call themselves "1.2" could not be told apart. A new key
            // may have to come with the same version.
            Ordering::Equal if !allow_downgrade && !self.awaits_another_key(installed) => Err(Error::SameVersion {
                name: installed.name.clone(),
                version: current.version,
            }),
            _ => Ok(updated),
        }
    }
}

/// A copy that is removed again unless it is placed.
struct Staged {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Staged {
    /// Copies a file.
    fn copy(from: &Path, to: PathBuf) -> Result<Self, Error> {
        let refused = |source| Error::Refused {
            path: from.to_owned(),
            source,
        };
        let mut source = BundleFile::open(from).map_err(refused)?;
        // Refused before it is copied, if that is clear already.
        source.integrity_block().map_err(refused)?;

        let file = files::create_file(&to)?;
        let mut staged = Self {
            path: to,
            file,
            length: 0,
        };
        staged.length = source.copy_to(&mut staged.file).map_err(|error| match error {
            CopyError::Source(source) => refused(source),
            CopyError::Target(error) => Error::io("write", &staged.path)(error),
        })?;
        Ok(staged)
    }

    /// Puts it where it belongs, with its content on the disk.
    fn place(self, path: &Path) -> Result<(), Error> {
        self.file.sync_all().map_err(Error::io("write", &self.path))?;
        files::rename(&self.path, path)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // A copy that was placed is no longer at this path.
        let _ = fs::remove_file(&self.path);
    }
}
