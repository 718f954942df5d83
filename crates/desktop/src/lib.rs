//! Installed apps on the desktop: an entry in its menu, an icon, and the links and files that they open.
//!
//! What it is not: it shows nothing (no GTK) and knows no permissions. It writes files where desktops look for them, and
//! removes them again; what is installed is known by `insula-apps`.
//!
//! # Where to start
//!
//! * [`Desktop`] puts an app on the user's desktop and takes it away;
//! * [`entry`] is what is written (Desktop Entry Specification), without any file.
//!
//! Sources: Desktop Entry Specification, Icon Theme Specification, XDG Base Directory Specification.

#![warn(missing_docs)]

pub mod entry;
mod files;
mod icons;
mod opener;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use insula_apps::{AppId, LaunchableApp};

use entry::Launch;

/// One user's desktop.
#[derive(Debug, Clone)]
pub struct Desktop {
    data_home: PathBuf,
    launch: Launch,
}

/// Why a desktop could not be changed; this machine's fault.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} `{}`", path.display())]
pub struct Error {
    /// What was to be done, as a verb.
    pub action: &'static str,
    /// With which file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl Desktop {
    /// The desktop that looks for programs in `data_home` (`XDG_DATA_HOME`). It starts apps with `program`, which is given
    /// `options` before its verb.
    pub fn new(data_home: &Path, program: &Path, options: Vec<OsString>) -> Self {
        Self {
            data_home: data_home.to_owned(),
            launch: Launch {
                program: program.to_owned(),
                options,
            },
        }
    }

    /// Puts an app into the menu, or what has changed of it. `icon` is a PNG.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn add(&self, app: &LaunchableApp, icon: Option<&[u8]>) -> Result<(), Error> {
        match icon {
            Some(icon) => files::replace(&self.icon(&app.id), icon)?,
            None => files::remove(&self.icon(&app.id)).map(drop)?,
        }
        let entry = entry::of(app, &self.launch, icon.is_some());
        if files::replace_if_other(&self.entry(&app.id), entry.as_bytes())? {
            self.refresh();
        }
        Ok(())
    }

    /// Whether an app is in the menu.
    pub fn has(&self, id: &AppId) -> bool {
        self.entry(id).is_file()
    }

    /// Takes an app away, and answers what has been removed.
    ///
    /// # Errors
    ///
    /// A file cannot be removed.
    pub fn remove(&self, id: &AppId) -> Result<Vec<PathBuf>, Error> {
        let mut removed = Vec::new();
        for path in [self.entry(id), self.icon(id)] {
            if files::remove(&path)? {
                removed.push(path);
            }
        }
        if !removed.is_empty() {
            self.refresh();
        }
        Ok(removed)
    }

    /// Makes this program the one that opens signed bundles (`.swbn`), and tells the desktop of their media type.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn register(&self) -> Result<(), Error> {
        files::replace_if_other(&self.media_type(), opener::MEDIA_TYPE.as_bytes())?;
        files::replace_if_other(&self.opener(), opener::entry(&self.launch).as_bytes())?;
        files::run("update-mime-database", &[self.data_home.join("mime").as_os_str()]);
        self.refresh();
        Ok(())
    }

    /// Takes back what [`register`](Self::register) did, and answers what has been removed.
    ///
    /// # Errors
    ///
    /// A file cannot be removed.
    pub fn unregister(&self) -> Result<Vec<PathBuf>, Error> {
        let mut removed = Vec::new();
        for path in [self.opener(), self.media_type()] {
            if files::remove(&path)? {
                removed.push(path);
            }
        }
        files::run("update-mime-database", &[self.data_home.join("mime").as_os_str()]);
        self.refresh();
        Ok(removed)
    }

    fn media_type(&self) -> PathBuf {
        self.data_home.join("mime/packages/org.insula.Insula.xml")
    }

    fn opener(&self) -> PathBuf {
        self.applications().join("org.insula.Insula.desktop")
    }

    fn applications(&self) -> PathBuf {
        self.data_home.join("applications")
    }

    fn entry(&self, id: &AppId) -> PathBuf {
        self.applications().join(format!("{}.desktop", entry::name(id)))
    }

    fn icon(&self, id: &AppId) -> PathBuf {
        icons::place(&self.data_home, &entry::name(id))
    }

    /// Has the desktop notice which programs open what.
    fn refresh(&self) {
        files::run("update-desktop-database", &[self.applications().as_os_str()]);
    }
}
