use std::cmp::Ordering;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use data_encoding::HEXLOWER;
use insula_bundle::{Error as BundleError, IntegrityBlock, SignedWebBundle, VerifiedBundle, limits};
use insula_manifest::{IwaVersion, Manifest, Warning};

use super::{Store, verify_installed};
use crate::app::App;
use crate::error::Error;
use crate::files;
use crate::record::InstalledApp;
use crate::source::AppSource;

/// How to install. The default refuses to replace a version by an older one, or by other content of the same version.
#[derive(Default)]
pub struct InstallOptions<'a> {
    allow_downgrade: bool,
    progress: Option<&'a mut dyn FnMut(Step)>,
}

impl<'a> InstallOptions<'a> {
    /// Replaces whatever version is installed, if `allow` is true.
    #[must_use]
    pub fn allow_downgrade(self, allow: bool) -> Self {
        Self {
            allow_downgrade: allow,
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
}

impl fmt::Debug for InstallOptions<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("InstallOptions")
            .field("allow_downgrade", &self.allow_downgrade)
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

/// What an installation did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Installation {
    /// The app as it is installed now.
    pub app: InstalledApp,
    /// What changed.
    pub outcome: Outcome,
    /// Its manifest.
    pub manifest: Manifest,
    /// What was ignored in the manifest.
    pub warnings: Vec<Warning>,
}

/// What an installation changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The app was not installed before.
    Installed,
    /// Another bundle of the app was replaced.
    Updated {
        /// Its version.
        from: IwaVersion,
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
        let mut done = |step| {
            if let Some(progress) = &mut options.progress {
                progress(step);
            }
        };
        let _lock = self.lock()?;
        self.recover()?;
        done(Step::Locked);
        let copy = Staged::copy(file, self.data.staging().join("install.swbn"))?;
        done(Step::Copied);
        let refused = |source| Error::Refused {
            path: file.to_owned(),
            source,
        };
        // The copy's path would mean nothing to whoever reads the message.
        let bundle = SignedWebBundle::open(&copy.path)
            .and_then(SignedWebBundle::verify)
            .map_err(refused)?;
        done(Step::Verified);

        let id = bundle.integrity_block().id().clone();
        let app = App::new(id, AppSource::Bundle(Box::new(bundle.clone())), &self.data)?;
        let (installed, outcome) = match self.installed(&app.id) {
            Ok(Some(installed)) => {
                let outcome = compare(&installed, &app, &bundle, options.allow_downgrade)?;
                (Some(installed), outcome)
            }
            Ok(None) => (None, Outcome::Installed),
            Err(Error::DamagedRecord { .. }) => (None, Outcome::Repaired),
            Err(error) => return Err(error),
        };
        done(Step::Checked);
        if let (Outcome::Unchanged, Some(installed)) = (outcome, &installed) {
            return Ok(Installation {
                app: installed.clone(),
                outcome,
                manifest: app.manifest,
                warnings: app.warnings,
            });
        }

        let folder = self.data.app(&app.id);
        files::create_folder(&folder)?;
        files::sync_folder(&self.data.apps())?;
        let now = SystemTime::now();
        let record = InstalledApp {
            name: app.name().to_owned(),
            version: app.version,
            digest: *bundle.digest(),
            length: copy.length,
            installed: installed.as_ref().map_or(now, |installed| installed.installed),
            updated: now,
            bundle: folder.join(format!("{}.swbn", HEXLOWER.encode(&bundle.digest()[..16]))),
            id: app.id,
        };
        copy.place(&record.bundle)?;
        done(Step::Placed);
        let staged_record = self.data.staging().join("install.json");
        files::write_new(&staged_record, record.to_json().as_bytes())?;
        done(Step::Recorded);
        files::rename(&staged_record, &InstalledApp::path(&self.data, &record.id))?;
        done(Step::Committed);
        // The app is installed: that the rest is not cleaned up is no reason to say otherwise. It is
        // tried again when the store is opened next.
        if let Err(error) = self.remove_unnamed(&record.id) {
            tracing::warn!("{error}");
        }
        done(Step::Cleaned);
        Ok(Installation {
            app: record,
            outcome,
            manifest: app.manifest,
            warnings: app.warnings,
        })
    }
}

/// What installing `app` over `installed` would be.
fn compare(
    installed: &InstalledApp,
    app: &App,
    bundle: &VerifiedBundle,
    allow_downgrade: bool,
) -> Result<Outcome, Error> {
    if installed.digest == *bundle.digest() {
        return Ok(match verify_installed(installed) {
            // With other signatures it is another file, though the app is the same.
            Ok(current) if current.integrity_block() == bundle.integrity_block() => Outcome::Unchanged,
            Ok(_) => Outcome::Updated {
                from: installed.version,
            },
            Err(_) => Outcome::Repaired,
        });
    }
    match app.version.cmp(&installed.version) {
        Ordering::Less if !allow_downgrade => Err(Error::Downgrade {
            name: installed.name.clone(),
            installed: installed.version,
            offered: app.version,
        }),
        // One version is one app: who says "1.2" means something that can be known by it.
        Ordering::Equal if !allow_downgrade => Err(Error::SameVersion {
            name: installed.name.clone(),
            version: installed.version,
        }),
        _ => Ok(Outcome::Updated {
            from: installed.version,
        }),
    }
}

/// A copy that is removed again unless it is placed.
struct Staged {
    path: PathBuf,
    length: u64,
}

impl Staged {
    /// Copies a file, by reference where the file system can, and waits until the copy is on the disk.
    fn copy(from: &Path, to: PathBuf) -> Result<Self, Error> {
        let read_error = |source| Error::Refused {
            path: from.to_owned(),
            source: BundleError::Io {
                path: from.to_owned(),
                source,
            },
        };
        let mut source = open_regular(from).map_err(read_error)?;
        // A film or a disk image by mistake: noticed before it is copied.
        let mut start = Vec::new();
        (&mut source)
            .take(limits::INTEGRITY_BLOCK as u64)
            .read_to_end(&mut start)
            .map_err(read_error)?;
        IntegrityBlock::parse(&start).map_err(|source| Error::Refused {
            path: from.to_owned(),
            source,
        })?;
        source.rewind().map_err(read_error)?;

        let mut target = files::create_file(&to)?;
        let mut staged = Self { path: to, length: 0 };
        let copied = io::copy(&mut source, &mut target).and_then(|length| target.sync_all().map(|()| length));
        staged.length = copied.map_err(Error::io("write", &staged.path))?;
        Ok(staged)
    }

    fn place(self, path: &Path) -> Result<(), Error> {
        files::rename(&self.path, path)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // When it has been placed, it is not there any more.
        let _ = fs::remove_file(&self.path);
    }
}

/// Opens a file, and fails for what could be read without end.
fn open_regular(path: &Path) -> io::Result<File> {
    let metadata = fs::metadata(path)?;
    match () {
        () if metadata.is_file() => File::open(path),
        () if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        () => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}
