//! Why a file is not written.

use insula_bridge::{DomError, DomErrorName};
use rustix::io::Errno;
use std::io;

/// Why a file is not written: the page is told no more than this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SaveError {
    /// The disk, or what the user may have on it, is full, or no file may be so large.
    #[error("There is no room for the file.")]
    Full,
    /// The file or its folder has gone, or something else is in its place.
    #[error("The file is not there any more.")]
    NotFound,
    /// The system lets nobody, or not this user, write the file or a new one into its folder.
    #[error("The system does not let the file be written.")]
    NotAllowed,
    /// Something else, which the log has.
    #[error("The file could not be written.")]
    Failed,
}

impl SaveError {
    /// What an error of the system's means for who saves.
    pub(super) fn of(error: &io::Error) -> Self {
        match error.raw_os_error().map(Errno::from_raw_os_error) {
            Some(Errno::NOSPC | Errno::DQUOT | Errno::FBIG) => Self::Full,
            Some(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::ISDIR | Errno::NXIO) => Self::NotFound,
            Some(Errno::ACCESS | Errno::PERM | Errno::ROFS | Errno::TXTBSY | Errno::BUSY) => Self::NotAllowed,
            _ => {
                tracing::warn!("a file is not saved: {error}");
                Self::Failed
            }
        }
    }

    /// The byte that tells the page's side: 0 is for what has been done.
    pub(super) fn status(self) -> u8 {
        match self {
            Self::Full => 1,
            Self::NotFound => 2,
            Self::NotAllowed => 3,
            Self::Failed => 4,
        }
    }
}

impl From<io::Error> for SaveError {
    fn from(error: io::Error) -> Self {
        Self::of(&error)
    }
}

impl From<Errno> for SaveError {
    fn from(error: Errno) -> Self {
        Self::of(&error.into())
    }
}

impl From<SaveError> for DomError {
    fn from(error: SaveError) -> Self {
        let name = match error {
            SaveError::Full => DomErrorName::QuotaExceededError,
            SaveError::NotFound => DomErrorName::NotFoundError,
            SaveError::NotAllowed => DomErrorName::NotAllowedError,
            SaveError::Failed => DomErrorName::UnknownError,
        };
        Self::new(name, error.to_string())
    }
}
