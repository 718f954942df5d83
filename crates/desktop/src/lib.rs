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
//! Sources: Desktop Entry Specification, Desktop Application Autostart Specification, Icon Theme Specification, XDG Base Directory Specification.

#![warn(missing_docs)]

pub mod entry;
mod files;
mod icons;
mod opener;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use insula_apps::{AppId, LaunchableApp};
use insula_vocabulary::bus_name;

use entry::Launch;

/// One user's desktop.
#[derive(Debug, Clone)]
pub struct Desktop {
    data_home: PathBuf,
    /// The folder of what is started when the user logs in.
    autostart: Option<PathBuf>,
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
            autostart: None,
            launch: Launch {
                program: program.to_owned(),
                options,
            },
        }
    }

    /// The same desktop, which looks for what it starts in `config_home` (`XDG_CONFIG_HOME`).
    #[must_use]
    pub fn with_config_home(self, config_home: &Path) -> Self {
        Self {
            autostart: Some(config_home.join("autostart")),
            ..self
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
        let types = self.types_of(&app.id);
        let has_changed = match entry::media_types(&app.manifest) {
            Some(described) => files::replace_if_other(&types, described.as_bytes())?,
            None => files::remove(&types)?,
        };
        if has_changed {
            self.refresh_types();
        }
        let quiet = entry::under_bus_name(app, &self.launch, icon.is_some());
        files::replace_if_other(&self.quiet_entry(&app.id), quiet.as_bytes())?;
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

    /// Whether an app is in the menu as it was before an update. The program that starts it, and its options, may differ.
    pub fn is_outdated(&self, app: &LaunchableApp) -> bool {
        let entry = entry::of(app, &self.launch, self.icon(&app.id).is_file());
        fs::read_to_string(self.entry(&app.id)).is_ok_and(|old| !entry::is_same(&old, &entry))
    }

    /// Has an app start when the user logs in (Desktop Application Autostart Specification); `None` leaves it to the user. What
    /// is asked for here by `Some(true)` is taken back by both of the others, what the user did only by `Some(false)`.
    ///
    /// # Errors
    ///
    /// A file cannot be written or removed.
    pub fn start_at_login(&self, id: &AppId, name: &str, wanted: Option<bool>) -> Result<(), Error> {
        let Some(path) = self.at_login(id) else { return Ok(()) };
        let is_ours = || fs::read_to_string(&path).is_ok_and(|entry| entry.lines().any(|line| line == entry::ORDERED));
        match wanted {
            Some(true) => {
                let entry = entry::at_login(id, name, &self.launch);
                files::replace_if_other(&path, entry.as_bytes()).map(drop)
            }
            None if !is_ours() => Ok(()),
            None | Some(false) => files::remove(&path).map(drop),
        }
    }

    /// Takes an app out of the menu only, and answers whether it was there.
    ///
    /// # Errors
    ///
    /// A file cannot be removed.
    pub fn hide(&self, id: &AppId) -> Result<bool, Error> {
        let own = [self.entry(id), self.quiet_entry(id), self.icon(id), self.types_of(id)];
        let removed = self.remove_files(own)?;
        Ok(!removed.is_empty())
    }

    /// Takes an app away, and answers what has been removed.
    ///
    /// # Errors
    ///
    /// A file cannot be removed.
    pub fn remove(&self, id: &AppId) -> Result<Vec<PathBuf>, Error> {
        let own = [self.entry(id), self.quiet_entry(id), self.icon(id), self.types_of(id)];
        self.remove_files(own.into_iter().chain(self.at_login(id)))
    }

    fn remove_files(&self, paths: impl IntoIterator<Item = PathBuf>) -> Result<Vec<PathBuf>, Error> {
        let mut removed = Vec::new();
        for path in paths {
            if files::remove(&path)? {
                removed.push(path);
            }
        }
        if removed
            .iter()
            .any(|path| path.extension().is_some_and(|it| it == "xml"))
        {
            self.refresh_types();
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
        self.refresh_types();
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
        self.refresh_types();
        self.refresh();
        Ok(removed)
    }

    /// The entry that no menu has.
    fn quiet_entry(&self, id: &AppId) -> PathBuf {
        self.applications().join(format!("{}.desktop", bus_name(id.as_str())))
    }

    /// Has the desktop read anew what types of files there are.
    fn refresh_types(&self) {
        files::run("update-mime-database", &[self.data_home.join("mime").as_os_str()]);
    }

    /// What an app says of the types of its files.
    fn types_of(&self, id: &AppId) -> PathBuf {
        let name = format!("{}.xml", entry::name(id));
        self.data_home.join("mime/packages").join(name)
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

    fn at_login(&self, id: &AppId) -> Option<PathBuf> {
        let folder = self.autostart.as_ref()?;
        Some(folder.join(format!("{}.desktop", entry::name(id))))
    }

    fn icon(&self, id: &AppId) -> PathBuf {
        icons::place(&self.data_home, &entry::name(id))
    }

    /// Has the desktop notice which programs open what.
    fn refresh(&self) {
        files::run("update-desktop-database", &[self.applications().as_os_str()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_organization_starts_at_login_is_taken_back_and_what_the_user_does_only_where_it_is_forbidden() {
        let home = tempfile::tempdir().unwrap();
        let desktop = Desktop::new(home.path(), Path::new("/usr/bin/insula"), Vec::new()).with_config_home(home.path());
        let id: AppId = "agimnkijcaahngcdmfeangaknmldooml".parse().unwrap();
        let path = desktop.at_login(&id).unwrap();
        let set = |wanted| {
            desktop.start_at_login(&id, "Mail\nExec=rm", wanted).unwrap();
            fs::read_to_string(&path).ok()
        };
        let entry = set(Some(true)).unwrap();
        let exec = format!("Exec=\"/usr/bin/insula\" \"run\" \"--tell\" \"{id}\"");
        assert_eq!(
            entry
                .lines()
                .filter(|line| line.starts_with("Exec="))
                .collect::<Vec<_>>(),
            [exec]
        );
        assert_eq!(set(None), None);
        let users = "[Desktop Entry]\n";
        fs::write(&path, users).unwrap();
        assert_eq!(set(None).as_deref(), Some(users));
        assert_eq!(set(Some(false)), None);
        set(Some(true));
        assert_eq!(desktop.remove(&id).unwrap(), [path]);
    }
}
