use std::path::{Path, PathBuf};

use super::PolicySet;

/// Where the organisation's policy lies.
///
/// Whoever runs a program can name another folder. What the system's administrator ordered counts all the same, before
/// the orders of that folder; it takes the place only of the system's recommendations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFolders {
    system: PathBuf,
    named: Option<PathBuf>,
}

impl PolicyFolders {
    /// Where the system's policy lies.
    pub const SYSTEM: &'static str = "/etc/insula/policies";

    /// The system's folder, and another one if somebody names it.
    pub fn new(named: Option<PathBuf>) -> Self {
        Self::under(PathBuf::from(Self::SYSTEM), named)
    }

    /// The same with another folder in the place of the system's.
    fn under(system: PathBuf, named: Option<PathBuf>) -> Self {
        let named = named.filter(|named| *named != system);
        Self { system, named }
    }

    /// The folder that somebody named, if any.
    pub fn named(&self) -> Option<&Path> {
        self.named.as_deref()
    }

    /// The folders, each with a folder for either level, the one that binds the other first.
    pub fn all(&self) -> impl Iterator<Item = &Path> {
        [&self.system].into_iter().chain(&self.named).map(PathBuf::as_path)
    }

    /// Reads them. Where there is none, there is no policy.
    pub fn load(&self) -> PolicySet {
        let folders: Vec<&Path> = self.all().collect();
        PolicySet::read(&folders, self.named().unwrap_or(&self.system))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::PermissionName::{self, *};
    use crate::PolicyState;

    fn folder(managed: &str, recommended: &str) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (level, policy) in [("managed", managed), ("recommended", recommended)] {
            fs::create_dir(folder.path().join(level)).unwrap();
            fs::write(folder.path().join(level).join("a.json"), policy).unwrap();
        }
        folder
    }

    /// What is decided with this in the system's folder and that in the one that somebody named.
    fn decided(system: &str, named: &str, name: PermissionName) -> Option<PolicyState> {
        let (system, named) = (folder(system, "{}"), folder(named, "{}"));
        let folders = PolicyFolders::under(system.path().to_owned(), Some(named.path().to_owned()));
        let decision = folders.load().decide(&"https://example.com".parse().unwrap(), name);
        decision.map(|decision| decision.state)
    }

    #[test]
    fn what_the_system_orders_nobody_loosens_by_naming_a_folder() {
        let (granted, denied) = (Some(PolicyState::Granted), Some(PolicyState::Denied));
        for (system, named, expected) in [
            (
                r#"{"DefaultGeolocationSetting": 2}"#,
                r#"{"DefaultGeolocationSetting": 1}"#,
                denied,
            ),
            // Of one level the list would win.
            (
                r#"{"DefaultGeolocationSetting": 2}"#,
                r#"{"GeolocationAllowedForUrls": ["*"]}"#,
                denied,
            ),
            (
                r#"{"DefaultGeolocationSetting": 3}"#,
                r#"{"DefaultGeolocationSetting": 1}"#,
                None,
            ),
            (r#"{"GeolocationBlockedForUrls": ["*"]}"#, "{}", denied),
            ("{", r#"{"DefaultGeolocationSetting": 1}"#, denied),
            ("{}", r#"{"DefaultGeolocationSetting": 1}"#, granted),
            ("{}", "{", denied),
            // Where the system says nothing the other folder does.
            (
                r#"{"GeolocationBlockedForUrls": ["https://other.example"]}"#,
                r#"{"DefaultGeolocationSetting": 1}"#,
                granted,
            ),
        ] {
            assert_eq!(decided(system, named, Geolocation), expected, "{system} {named}");
        }
    }

    #[test]
    fn recommendations_come_from_the_folder_that_was_named() {
        let recommended = r#"{"DefaultGeolocationSetting": 1, "FirstRunPermissionsLimit": 2}"#;
        let system = folder(r#"{"FirstRunPermissionsLimit": 3}"#, recommended);
        let named = folder(r#"{"FirstRunPermissionsLimit": 4}"#, r#"{"DefaultMidiSetting": 1}"#);
        let origin = "https://example.com".parse().unwrap();
        let alone = PolicyFolders::under(system.path().to_owned(), None).load();
        assert!(alone.decide(&origin, Geolocation).is_some() && alone.decide(&origin, Midi).is_none());
        let both = PolicyFolders::under(system.path().to_owned(), Some(named.path().to_owned())).load();
        assert!(both.decide(&origin, Geolocation).is_none() && both.decide(&origin, Midi).is_some());
        assert_eq!((alone.first_run_limit(), both.first_run_limit()), (3, 3));
        assert_eq!(both.files().len(), 3);
    }

    #[test]
    fn the_systems_own_folder_by_name_is_read_once() {
        let system = folder("{}", "{}");
        let path = system.path().to_owned();
        assert_eq!(PolicyFolders::under(path.clone(), Some(path)).load().files().len(), 2);
    }
}
