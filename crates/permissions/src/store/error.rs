use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rustix::fs::OFlags;

/// What SQLite needs to open a store, or to write one decision: bytes.
const ROOM: usize = 64 << 10;

/// Why decisions could not be read or written.
///
/// None is the app's fault. Whoever meets one treats every permission as not granted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder or a file in it is not usable by this user.
    #[error("cannot use “{path}”: {source}")]
    Folder {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process holds the store and does not let go.
    #[error("another program has been holding “{path}” for more than five seconds")]
    Busy {
        /// The store.
        path: PathBuf,
    },
    /// The disk is full, or a quota is used up. Nothing was changed.
    #[error("there is no room on the disk to write “{path}”")]
    Full {
        /// The store.
        path: PathBuf,
    },
    /// The content is damaged; it will be set aside when the store is next opened.
    #[error("“{path}” is damaged; the next start sets it aside and asks everything again")]
    Damaged {
        /// The store.
        path: PathBuf,
    },
    /// Written by a newer Insula.
    #[error(
        "“{path}” was written by a newer Insula (schema {found}; this one knows {supported}); \
         update Insula"
    )]
    TooNew {
        /// The store.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema that is known here.
        supported: i64,
    },
    /// It was opened only to be read.
    #[error("“{path}” was opened only to be read")]
    OnlyRead {
        /// The store.
        path: PathBuf,
    },
    /// The database refused for another reason.
    #[error("“{path}”: {source}")]
    Database {
        /// The store.
        path: PathBuf,
        /// What the database said.
        source: rusqlite::Error,
    },
}

impl StoreError {
    pub(super) fn from_sqlite(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::DiskFull) => Self::Full { path },
            // Also if a quota is used up, or if a file besides the database has no room.
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) if is_full(&path) => Self::Full { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { path },
            _ => Self::Database { path, source },
        }
    }

    pub(super) fn from_io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match is_no_room(&source) {
            true => Self::Full { path },
            false => Self::Folder { path, source },
        }
    }

    /// Whether the log that a killed process has left cannot be read before somebody who may write has mended it.
    pub(super) fn is_about_a_log(&self) -> bool {
        match self {
            Self::Database { source, .. } => matches!(
                source.sqlite_error_code(),
                // Its index is half written, or missing.
                Some(ErrorCode::FileLockingProtocolFailed | ErrorCode::CannotOpen)
            ),
            _ => false,
        }
    }

    /// Whether it is that nothing can be written now: what is there may be readable all the same.
    pub(super) fn is_about_writing(&self) -> bool {
        match self {
            Self::Full { .. } => true,
            Self::Folder { source, .. } => matches!(
                source.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
            ),
            _ => false,
        }
    }
}

/// Whether there is no room beside a file: found out by trying, because SQLite does not say why it could not write.
fn is_full(path: &Path) -> bool {
    let folder = path.parent().unwrap_or(path);
    let fill = || {
        let mut nameless = OpenOptions::new()
            .write(true)
            .mode(0o600)
            .custom_flags(OFlags::TMPFILE.bits() as i32)
            .open(folder)?;
        nameless.write_all(&[0; ROOM])
    };
    fill().is_err_and(|error| is_no_room(&error))
}

/// The limit on the size of a file means the same to whoever reads the message.
fn is_no_room(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}
