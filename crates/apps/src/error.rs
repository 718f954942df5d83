use std::io;
use std::path::PathBuf;

use insula_bundle::PackError;
use insula_manifest::{IwaVersion, ManifestError, Warning};

use crate::id::AppId;
use crate::redirects::FollowError;

/// Why something could not be installed, removed or launched. [`Error::fault`] says whose doing it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    // The machine.
    /// A file or folder could not be read or changed.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was to be done, as a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk is full, or the user's share of it is.
    #[error("there is not enough space to write `{}`; nothing has been changed", path.display())]
    NoSpace {
        /// What was being written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("the system has no random numbers")]
    NoRandomness,
    /// Another process has been changing what is installed for longer than we wait.
    #[error("another insula is changing the apps{}", .process.map_or_else(String::new, |id| format!(" (process {id})")))]
    Busy {
        /// The process, when it is known.
        process: Option<u32>,
    },
    /// What has to be done before an app is installed could not be: [`crate::InstallOptions::before_first`].
    #[error("the app cannot be installed yet")]
    NotPrepared {
        /// Why it could not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    // What is to be installed.
    /// The file is not a bundle that can be trusted.
    #[error("`{}` cannot be installed", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: insula_bundle::Error,
    },
    /// There is no manifest.
    #[error("the app has no manifest at `{}`", insula_manifest::MANIFEST_PATH)]
    MissingManifest,
    /// The manifest cannot be used.
    #[error("the app's manifest cannot be used")]
    Manifest {
        /// What is wrong with it.
        source: ManifestError,
        /// What was ignored in it, which often is why.
        warnings: Vec<Warning>,
    },
    /// There is a response for the manifest, but not the manifest itself.
    #[error("the app's manifest at `{}` {problem}", insula_manifest::MANIFEST_PATH)]
    UnusableManifest {
        /// What is wrong with the response.
        problem: ResourceProblem,
    },
    /// The manifest names something that is not in the app, or is of no use there.
    #[error("the manifest's `{member}` names `{path}`, which {problem}")]
    UnusableResource {
        /// Which member of the manifest.
        member: &'static str,
        /// The path that it names.
        path: String,
        /// What is wrong with it.
        problem: ResourceProblem,
    },
    /// A newer version is installed.
    #[error("version {installed} of `{name}` is installed, which is newer than {offered}")]
    Downgrade {
        /// The app's name.
        name: String,
        /// What is installed.
        installed: IwaVersion,
        /// What was to be installed.
        offered: IwaVersion,
    },

    /// The same version is installed, but is not the same.
    #[error("version {version} of `{name}` is installed with other content")]
    SameVersion {
        /// The app's name.
        name: String,
        /// What is installed, and was to be installed.
        version: IwaVersion,
    },

    /// The bundle is of another app than the one that was promised.
    #[error("this is the app {found}, not {expected}")]
    AnotherApp {
        /// The app that was promised.
        expected: AppId,
        /// The bundle's.
        found: AppId,
    },
    /// The bundle is of another version than the one that was promised.
    #[error("this is version {found}, not {expected} as promised")]
    AnotherVersion {
        /// The version that was promised.
        expected: IwaVersion,
        /// The bundle's.
        found: IwaVersion,
    },
    /// The organisation names another key for the app than those that signed it.
    #[error("the app {id} is not signed with the key that has taken the place of its first one")]
    KeyReplaced {
        /// The app.
        id: AppId,
    },
    /// The organisation trusts no key with the app any more.
    #[error("your organization has withdrawn the app {id}")]
    Withdrawn {
        /// The app.
        id: AppId,
    },
    /// What has become of the keys of apps cannot be read.
    #[error(
        "what your organization says of the keys of apps cannot be read: no Isolated Web App is installed or updated until that is repaired"
    )]
    KeysUnknown,
    /// A site has another name or icon than before, and nobody has looked at them.
    #[error("`{name}` has another name or icon now (`{offered}`)")]
    IdentityChanged {
        /// The name that it is installed under.
        name: String,
        /// Its name now.
        offered: String,
    },

    // What is installed.
    /// No installed app matches.
    #[error("no app `{query}` is installed")]
    NotInstalled {
        /// What was asked for.
        query: String,
    },
    /// Several installed apps match.
    #[error("`{query}` could be any of {}", candidates.join(", "))]
    Ambiguous {
        /// What was asked for.
        query: String,
        /// The names and ids of those that match.
        candidates: Vec<String>,
    },
    /// The installed bundle is not what was installed: the disk or another program changed it.
    #[error("the installed copy of `{name}` is damaged and will not be run")]
    Corrupted {
        /// The app's name.
        name: String,
        /// The app.
        id: AppId,
        /// What is wrong with it.
        source: CorruptionCause,
    },
    /// The record of an installed app cannot be read.
    #[error("the record `{}` is damaged: {problem}", path.display())]
    DamagedRecord {
        /// The record.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The record was written by a newer Insula.
    #[error("`{}` was written by a newer version of insula", path.display())]
    NewerRecord {
        /// The record.
        path: PathBuf,
    },
    /// The app is running, and so cannot be removed.
    #[error("`{name}` is running{}", .process.map_or_else(String::new, |id| format!(" (process {id})")))]
    Running {
        /// The app's name.
        name: String,
        /// The process, when it is known.
        process: Option<u32>,
    },

    // What is served from a folder.
    /// The folder cannot be served.
    #[error("the folder cannot be served")]
    Folder {
        /// What is wrong with it.
        source: PackError,
    },
}

/// How an installed bundle differs from what was installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CorruptionCause {
    /// It is not valid any more.
    #[error(transparent)]
    Invalid(insula_bundle::Error),
    /// It is something else, valid or not.
    #[error("it is not what was installed")]
    Replaced,
    /// It is gone.
    #[error("`{}` is missing", .0.display())]
    Missing(PathBuf),
    /// It cannot be read.
    #[error("`{}` cannot be read: {source}", path.display())]
    Unreadable {
        /// What cannot.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Whose doing an [`Error`] is, which decides whom to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// This machine: its disk, or another program on it.
    Machine,
    /// Whoever made or delivered the app.
    App,
    /// What was asked for cannot be done now.
    Caller,
}

impl Error {
    /// Whose doing this most likely is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Io { .. }
            | Self::NoSpace { .. }
            | Self::NoRandomness
            | Self::NotPrepared { .. }
            | Self::Corrupted { .. }
            | Self::DamagedRecord { .. }
            | Self::NewerRecord { .. } => Fault::Machine,
            Self::Refused { .. }
            | Self::MissingManifest
            | Self::Manifest { .. }
            | Self::UnusableManifest { .. }
            | Self::UnusableResource { .. }
            | Self::AnotherApp { .. }
            | Self::AnotherVersion { .. }
            | Self::KeyReplaced { .. }
            | Self::Withdrawn { .. }
            | Self::IdentityChanged { .. }
            | Self::Folder { .. } => Fault::App,
            Self::Busy { .. }
            | Self::KeysUnknown
            | Self::Downgrade { .. }
            | Self::SameVersion { .. }
            | Self::NotInstalled { .. }
            | Self::Ambiguous { .. }
            | Self::Running { .. } => Fault::Caller,
        }
    }

    /// Whether it is that nothing may be written there, by this user or by anybody.
    pub(crate) fn is_write_protection(&self) -> bool {
        let kind = match self {
            Self::Io { source, .. } => source.kind(),
            _ => return false,
        };
        matches!(
            kind,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
        )
    }

    /// Adds what was done to what to an error of the system's.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            // The limit on the size of a file means the same to whoever reads the message.
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::NoSpace { path, source }
            }
            _ => Self::Io { action, path, source },
        }
    }
}

/// Why a response of the app does not do. Begins with a verb, to follow on what it is the response of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResourceProblem {
    /// There is none, or its redirects lead nowhere.
    #[error("{0}")]
    Unreachable(FollowError),
    /// It reports an error.
    #[error("is answered with status {0}")]
    Status(u16),
    /// It was to be a picture.
    #[error("is not a picture")]
    NotAPicture,
}
