//! The database file: opening it under a lock, bringing it up to date, setting a damaged one aside.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::StoreError;

/// How long to wait for another process before giving up.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often to look whether the lock is free.
const LOCK_POLL: Duration = Duration::from_millis(10);

/// Each brings the schema from its index to the next number. Never change one that was released.
const MIGRATIONS: [&str; 2] = [
    "
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
",
    "
    ALTER TABLE decisions ADD COLUMN device TEXT;
    CREATE INDEX decisions_of_app ON decisions (embedder);
    CREATE TABLE resets (
        origin   TEXT NOT NULL,
        embedder TEXT NOT NULL,
        name     TEXT NOT NULL,
        number   INTEGER NOT NULL,
        PRIMARY KEY (origin, embedder, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE closed_questions (
        origin      TEXT NOT NULL,
        embedder    TEXT NOT NULL,
        name        TEXT NOT NULL,
        dismissed   INTEGER NOT NULL,
        ignored     INTEGER NOT NULL,
        quiet_until INTEGER,
        PRIMARY KEY (origin, embedder, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE expired (
        origin     TEXT NOT NULL,
        embedder   TEXT NOT NULL,
        name       TEXT NOT NULL,
        granted_at INTEGER NOT NULL,
        last_used  INTEGER,
        expired_at INTEGER NOT NULL,
        is_told    INTEGER NOT NULL,
        PRIMARY KEY (origin, embedder, name)
    ) STRICT, WITHOUT ROWID;
",
];

/// The tables of each schema that can be read without being brought up to date, with their columns.
const OLD_TABLES: [&[(&str, &str)]; 1] = [&[
    (
        "decisions",
        "origin, embedder, name, state, decided_by, decided_at, last_used",
    ),
    ("sheets", "origin, version, offered, shown_at"),
]];

const SCHEMA: i64 = MIGRATIONS.len() as i64;

/// An open database and which file it is.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) connection: Connection,
    /// Device and inode, to notice when the path leads to another file.
    pub(super) file: Option<(u64, u64)>,
    /// If nothing can be written.
    pub(super) read_only: Option<ReadOnly>,
    is_closed: bool,
}

/// What was opened only to be read.
#[derive(Debug)]
pub(super) struct ReadOnly {
    /// What keeps us from writing.
    pub(super) why: StoreError,
}

impl Opened {
    /// Whether it is to be opened anew before it is used. What was opened only to be read always is: it tells of no
    /// changes.
    pub(super) fn is_outdated(&self, path: &Path) -> bool {
        self.is_closed || self.read_only.is_some() || self.file != identity(path)
    }

    /// Closes the connection. SQLite shares what it knows of a log among the connections of a process, also that the log
    /// cannot be written: as long as this connection is open, the next one would not find out that it can be by then.
    pub(super) fn close(&mut self) -> rusqlite::Result<()> {
        self.connection = Connection::open_in_memory()?;
        self.is_closed = true;
        Ok(())
    }
}

/// Opens, checks and migrates. Returns also where a damaged file was moved to.
///
/// All of it happens under a lock, so that two processes that find the same damage do not set aside
/// each other's new file. Where this user may not write, or the disk is full, what is there is opened to be read;
/// without a lock nothing is repaired.
pub(super) fn open_file(path: &Path) -> Result<(Opened, Option<PathBuf>), StoreError> {
    let _lock = match lock(path) {
        Err(error) if error.is_about_writing() => return Ok((open_read_only(path, error)?, None)),
        lock => lock?,
    };
    let open = || match try_open(path) {
        Err(error) if error.is_about_writing() => open_read_only(path, error),
        opened => opened,
    };
    match open() {
        Err(StoreError::Damaged { .. }) => {
            let aside = set_aside(path)?;
            Ok((open()?, Some(aside)))
        }
        opened => Ok((opened?, None)),
    }
}

/// Tells those who watch the folder that there is something new to read. What SQLite itself does to its files comes
/// before that, or is not seen.
pub(super) fn ring(path: &Path) {
    let touch = |file: File| file.set_modified(SystemTime::now());
    // Best effort: watchers also look again for a while when the log has grown.
    _ = open_lock(path).and_then(touch);
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
    // SQLite would take it for a new one where it has lost its content, and open it to be read where it cannot be
    // written.
    match OpenOptions::new().append(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path)?,
        file => {
            let length = file.and_then(|file| file.metadata()).map(|metadata| metadata.len());
            if length.map_err(StoreError::from_io(path))? == 0 {
                return Err(StoreError::Damaged { path: path.to_owned() });
            }
        }
    }
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    prepare(&mut connection).map_err(|source| StoreError::from_sqlite(path, source))?;
    migrate(&mut connection, path)?;
    check(&connection, path)?;
    Ok(Opened {
        connection,
        file: identity(path),
        read_only: None,
        is_closed: false,
    })
}

/// Creates a store in which nothing is decided.
///
/// It has another name until it is on the disk: then a file without content is always one that has lost it.
fn create(path: &Path) -> Result<(), StoreError> {
    let new = with_suffix(path, ".new");
    let rename = |()| fs::rename(&new, path).map_err(StoreError::from_io(path));
    create_at(&new).and_then(rename).inspect_err(|_| {
        // A file of which only a part was written takes room on a disk that is full.
        _ = fs::remove_file(&new);
    })
}

fn create_at(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(StoreError::from_io(path)(error)),
        _ => {}
    }
    // Decisions are private to the user; SQLite gives its other files the mode of this one.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(StoreError::from_io(path))?;
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // A process that is killed here leaves a file with the other name, which nobody opens.
    connection
        .pragma_update(None, "journal_mode", "MEMORY")
        .map_err(|source| StoreError::from_sqlite(path, source))?;
    migrate(&mut connection, path)
}

/// Opens what can be read and not changed. Where there is no file, nothing is decided.
pub(super) fn open_read_only(path: &Path, why: StoreError) -> Result<Opened, StoreError> {
    let error = |source| StoreError::from_sqlite(path, source);
    let connection = match fs::metadata(path) {
        Ok(_) => {
            let connection = connect_read_only(path)?;
            match schema(&connection, path)? {
                SCHEMA => connection,
                older => read_older(path, older)?,
            }
        }
        Err(source) if source.kind() == io::ErrorKind::NotFound => {
            let mut connection = Connection::open_in_memory().map_err(error)?;
            migrate(&mut connection, path)?;
            connection
        }
        Err(source) => return Err(StoreError::from_io(path)(source)),
    };
    connection
        .pragma_update(None, "query_only", true)
        .and_then(|()| connection.pragma_update(None, "trusted_schema", false))
        .map_err(error)?;
    check(&connection, path)?;
    Ok(Opened {
        connection,
        file: identity(path),
        read_only: Some(ReadOnly { why }),
        is_closed: false,
    })
}

/// A copy in memory, brought up to date, of what has an older schema and cannot be changed.
fn read_older(path: &Path, older: i64) -> Result<Connection, StoreError> {
    let error = |source| StoreError::from_sqlite(path, source);
    let damaged = || StoreError::Damaged { path: path.to_owned() };
    let index = usize::try_from(older - 1).map_err(|_| damaged())?;
    let tables = OLD_TABLES.get(index).ok_or_else(damaged)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI;
    let mut connection = Connection::open_in_memory_with_flags(flags).map_err(error)?;
    for migration in &MIGRATIONS[..=index] {
        connection.execute_batch(migration).map_err(error)?;
    }
    connection
        .execute("ATTACH ? AS old", [read_only_address(path)])
        .map_err(error)?;
    for (table, columns) in *tables {
        let copy = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM old.{table}");
        connection.execute(&copy, []).map_err(error)?;
    }
    connection.execute("DETACH old", []).map_err(error)?;
    connection.pragma_update(None, "user_version", older).map_err(error)?;
    migrate(&mut connection, path)?;
    Ok(connection)
}

fn connect_read_only(path: &Path) -> Result<Connection, StoreError> {
    let address = read_only_address(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    connect(Path::new(&address), flags)
}

/// By which SQLite finds a file that it is only to read.
fn read_only_address(path: &Path) -> String {
    // While another process has it open, or left a log, SQLite needs that log's companion. It reads the one that is
    // there, but would make one that is not, which it cannot: so it must be told when nothing else changes the file.
    let has_log = fs::metadata(with_suffix(path, "-wal")).is_ok_and(|log| log.len() > 0);
    let option = if has_log { "readonly_shm" } else { "immutable" };
    let escaped: String = path
        .as_os_str()
        .as_bytes()
        .iter()
        .map(|byte| format!("%{byte:02x}"))
        .collect();
    format!("file:{escaped}?mode=ro&{option}=1")
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|source| StoreError::from_sqlite(path, source))
}

/// Runs a statement that is not worth waiting for, neither for another process that writes nor for the disk.
pub(super) fn in_passing<T>(
    connection: &Connection,
    action: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let result = connection
        .busy_timeout(Duration::ZERO)
        .and_then(|()| connection.pragma_update(None, "synchronous", "NORMAL"))
        .and_then(|()| action(connection));
    // Also after a failure: the next statement on this connection may be a decision, which is worth waiting for.
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
    // Where nothing is to be done nothing is written: the disk may be full.
    if schema(connection, path)? == SCHEMA {
        return Ok(());
    }
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
    let tables = [
        "SELECT origin, embedder, name, state, decided_by, decided_at, last_used, device FROM decisions",
        "SELECT origin, version, offered, shown_at FROM sheets",
        "SELECT origin, embedder, name, number FROM resets",
        "SELECT origin, embedder, name, dismissed, ignored, quiet_until FROM closed_questions",
        "SELECT origin, embedder, name, granted_at, last_used, expired_at, is_told FROM expired",
    ];
    if verdict == "ok" && tables.iter().all(|table| connection.prepare(table).is_ok()) {
        Ok(())
    } else {
        Err(StoreError::Damaged { path: path.to_owned() })
    }
}

/// Moves the database and its companions to the first free `….damaged-N`.
fn set_aside(path: &Path) -> Result<PathBuf, StoreError> {
    let folder_error = |source| StoreError::from_io(path)(source);
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

fn open_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(with_suffix(path, ".lock"))
}

/// Waits for the lock file, which is released when the returned file is dropped.
fn lock(path: &Path) -> Result<File, StoreError> {
    let lock_path = with_suffix(path, ".lock");
    let folder_error = |source| StoreError::from_io(&lock_path)(source);
    let file = open_lock(path).map_err(folder_error)?;
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
