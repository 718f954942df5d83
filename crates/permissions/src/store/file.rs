//! The database file: opening it under a lock, bringing it up to date, setting a damaged one aside.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::StoreError;

/// How long to wait for another process before giving up.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often to look whether the lock is free.
const LOCK_POLL: Duration = Duration::from_millis(10);

/// Each brings the schema from its index to the next number. Never change one that was released.
const MIGRATIONS: [&str; 1] = ["
    CREATE TABLE decisions (
        origin     TEXT NOT NULL,
        embedder   TEXT NOT NULL,
        name       TEXT NOT NULL,
        state      TEXT NOT NULL CHECK (state IN ('prompt', 'granted', 'denied')),
        decided_by TEXT NOT NULL,
        decided_at INTEGER NOT NULL,
        last_used  INTEGER,
        PRIMARY KEY (origin, embedder, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sheets (
        origin   TEXT NOT NULL PRIMARY KEY,
        version  TEXT NOT NULL,
        offered  TEXT NOT NULL,
        shown_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
"];

const SCHEMA: i64 = MIGRATIONS.len() as i64;

/// An open database and which file it is.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) connection: Connection,
    /// Device and inode, to notice when the path leads to another file.
    pub(super) file: Option<(u64, u64)>,
}

/// Opens, checks and migrates. Returns also where a damaged file was moved to.
///
/// All of it happens under a lock, so that two processes that find the same damage do not set aside
/// each other's new file. Where this user may not write, there is no lock, and nothing is repaired: what is
/// there can be read.
pub(super) fn open_file(path: &Path) -> Result<(Opened, Option<PathBuf>), StoreError> {
    let _lock = match lock(path) {
        Err(StoreError::Folder { source, .. }) if is_write_protection(&source) => {
            return Ok((open_read_only(path)?, None));
        }
        lock => lock?,
    };
    match try_open(path) {
        Ok(opened) => Ok((opened, None)),
        Err(StoreError::Damaged { .. }) => {
            let aside = set_aside(path)?;
            Ok((try_open(path)?, Some(aside)))
        }
        Err(error) => Err(error),
    }
}

/// Device and inode of what is at the path now.
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// `a/b.sqlite3` and `-wal` make `a/b.sqlite3-wal`.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut text = path.as_os_str().to_owned();
    text.push(suffix);
    text.into()
}

fn try_open(path: &Path) -> Result<Opened, StoreError> {
    // Decisions are private to the user; SQLite gives its other files the mode of this one.
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map_err(|source| StoreError::Folder {
            path: path.to_owned(),
            source,
        })?;
    let error = |source| StoreError::from_sqlite(path, source);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(error)?;
    prepare(&mut connection).map_err(error)?;
    migrate(&mut connection, path)?;
    check(&connection, path)?;
    Ok(Opened {
        connection,
        file: identity(path),
    })
}

/// Opens what can be read and not changed. Where there is no file, nothing is decided.
fn open_read_only(path: &Path) -> Result<Opened, StoreError> {
    let error = |source| StoreError::from_sqlite(path, source);
    let file = identity(path);
    let mut connection = match file {
        Some(_) => connect_read_only(path).map_err(error)?,
        None => Connection::open_in_memory().map_err(error)?,
    };
    match file {
        Some(_) => _ = schema(&connection, path)?,
        None => migrate(&mut connection, path)?,
    }
    connection
        .pragma_update(None, "query_only", true)
        .and_then(|()| connection.pragma_update(None, "trusted_schema", false))
        .map_err(error)?;
    check(&connection, path)?;
    Ok(Opened { connection, file })
}

fn connect_read_only(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // While another process has it open, or left a log, SQLite needs that log's companions, which are there. Else
    // it would make them, which it cannot, and must be told that nothing else changes the file.
    if with_suffix(path, "-wal").exists() {
        return Connection::open_with_flags(path, flags);
    }
    let escaped: String = path
        .as_os_str()
        .as_bytes()
        .iter()
        .map(|byte| format!("%{byte:02x}"))
        .collect();
    let address = format!("file:{escaped}?immutable=1");
    Connection::open_with_flags(address, flags | OpenFlags::SQLITE_OPEN_URI)
}

fn is_write_protection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
}

/// Runs what is not worth waiting for: neither until another process has written, nor until the disk has it.
pub(super) fn in_passing<T>(
    connection: &Connection,
    action: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let result = connection
        .busy_timeout(Duration::ZERO)
        .and_then(|()| connection.pragma_update(None, "synchronous", "NORMAL"))
        .and_then(|()| action(connection));
    // Whatever came of it: decisions are worth waiting for.
    with_patience(connection)?;
    result
}

fn with_patience(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    // In WAL mode only FULL makes a commit survive a power cut.
    connection.pragma_update(None, "synchronous", "FULL")
}

fn prepare(connection: &mut Connection) -> rusqlite::Result<()> {
    with_patience(connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // The file is as hostile as whoever can write to the folder makes it.
    connection.pragma_update(None, "trusted_schema", false)
}

fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let error = |source| StoreError::from_sqlite(path, source);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(error)?;
    let found = schema(&transaction, path)?;
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(migration).map_err(error)?;
    }
    transaction.pragma_update(None, "user_version", SCHEMA).map_err(error)?;
    transaction.commit().map_err(error)
}

/// The schema of the file, which must not be newer than ours.
fn schema(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let found = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|source| StoreError::from_sqlite(path, source))?;
    if found > SCHEMA {
        return Err(StoreError::TooNew {
            path: path.to_owned(),
            found,
            supported: SCHEMA,
        });
    }
    Ok(found)
}

/// Reads the whole file once: it is small, and damage is better found now than at a prompt.
fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let verdict: String = connection
        .pragma_query_value(None, "quick_check", |row| row.get(0))
        .map_err(|source| StoreError::from_sqlite(path, source))?;
    // A table that is missing or has other columns is damage as well.
    let tables = "SELECT origin, embedder, name, state, decided_by, decided_at, last_used
                  FROM decisions, (SELECT version, offered, shown_at FROM sheets) LIMIT 0";
    if verdict == "ok" && connection.prepare(tables).is_ok() {
        Ok(())
    } else {
        Err(StoreError::Damaged { path: path.to_owned() })
    }
}

/// Moves the database and its companions to the first free `….damaged-N`.
fn set_aside(path: &Path) -> Result<PathBuf, StoreError> {
    let folder_error = |source| StoreError::Folder {
        path: path.to_owned(),
        source,
    };
    let target = (1..=u32::MAX)
        .map(|number| with_suffix(path, &format!(".damaged-{number}")))
        .find(|candidate| !candidate.exists())
        .ok_or_else(|| folder_error(io::Error::other("too many damaged files")))?;
    // The log first: a new database must never meet the old one's log.
    for suffix in ["-wal", "-shm", ""] {
        match fs::rename(with_suffix(path, suffix), with_suffix(&target, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(folder_error(error)),
            _ => {}
        }
    }
    Ok(target)
}

/// Waits for the lock file, which is released when the returned file is dropped.
fn lock(path: &Path) -> Result<File, StoreError> {
    let lock_path = with_suffix(path, ".lock");
    let folder_error = |source| StoreError::Folder {
        path: lock_path.clone(),
        source,
    };
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&lock_path)
        .map_err(folder_error)?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(source)) => return Err(folder_error(source)),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                return Err(StoreError::Busy { path: path.to_owned() });
            }
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_POLL),
        }
    }
}
