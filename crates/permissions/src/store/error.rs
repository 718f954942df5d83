use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

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
    #[error("there is no room to write “{path}”; nothing was changed")]
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
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { path },
            _ => Self::Database { path, source },
        }
    }
}
