mod error;
mod expiry;
mod file;
mod quiet;
mod record;
mod transfer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params, params_from_iter};

pub use error::StoreError;
pub use expiry::Expired;
use file::{Opened, open_file, open_read_only};
pub use quiet::{Closed, Closings};
pub use record::{DecidedBy, Decision, DeviceId, InvalidDeviceId, Record, SheetRecord, Subject, UNUSED_FOR};
pub(crate) use transfer::Transfer;
pub use transfer::{ImportError, Imported, LeftOut};

use crate::{AppOrigin, PermissionName, PermissionState};

/// What the file is called in the data folder.
pub const FILE_NAME: &str = "permissions.sqlite3";

/// "Last used" is for people: it is not written more often than this.
const LAST_USED_GRAIN: Duration = Duration::from_secs(60);

/// The user's decisions, on disk.
///
/// Any number of processes may have the same store open. When a method that writes returns, what it
/// wrote survives a crash of the process and of the machine. A change by another process shows in
/// [`Store::generation`].
///
/// Where this user may not write, or the disk is full, it can be read; writing says why not, and works again as
/// soon as it can.
///
/// To learn of changes, watch the files whose names begin with the store's: after each change, as soon as it can be read,
/// one of them is changed or touched.
///
/// A damaged file is set aside as `permissions.sqlite3.damaged-N` and replaced by one without decisions, so
/// that everything is asked again; [`Store::damaged`] says so.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    connection: Mutex<Opened>,
    own_changes: AtomicU64,
    set_aside: Mutex<Option<PathBuf>>,
    is_only_read: bool,
}

/// What is read of the store at once.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) decisions: Vec<Record>,
    /// How often each decision was taken back.
    pub(crate) resets: Vec<(Subject, PermissionName, u64)>,
    pub(crate) closings: Vec<(Subject, PermissionName, Closings)>,
}

/// A state of the store: two that are equal hold the same decisions. Two that differ may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generation {
    file: Option<(u64, u64)>,
    by_others: i64,
    by_us: u64,
}

impl Store {
    /// Opens the store at a path and creates it where there is none. Its folder must exist.
    ///
    /// # Errors
    ///
    /// The folder is not usable, another process holds the store for more than five seconds, or the
    /// store was written by a newer Insula.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let (opened, set_aside) = open_file(path)?;
        Ok(Self {
            path: path.to_owned(),
            connection: Mutex::new(opened),
            own_changes: AtomicU64::new(0),
            set_aside: Mutex::new(set_aside),
            is_only_read: false,
        })
    }

    /// Opens the store at a path only to read it: nothing in its folder is changed or created, but for the log of a process
    /// that was killed, where it cannot be read otherwise. Where there is no store, nothing is decided.
    ///
    /// # Errors
    ///
    /// It cannot be read, it is damaged, or it was written by a newer Insula.
    pub fn open_only_to_read(path: &Path) -> Result<Self, StoreError> {
        let open = || open_read_only(path, only_read(path));
        let opened = match open() {
            Err(error) if error.is_about_a_log() => {
                // Opening it to write mends the log, where this user may.
                drop(Self::open(path)?);
                open()?
            }
            opened => opened?,
        };
        Ok(Self {
            path: path.to_owned(),
            connection: Mutex::new(opened),
            own_changes: AtomicU64::new(0),
            set_aside: Mutex::default(),
            is_only_read: true,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the damaged file of before went, if this store had to set one aside.
    pub fn damaged(&self) -> Option<PathBuf> {
        self.set_aside.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The state that the store is in; differs from an earlier one after a change by anyone.
    pub fn generation(&self) -> Result<Generation, StoreError> {
        let opened = self.opened()?;
        let by_others = opened
            .connection
            .pragma_query_value(None, "data_version", |row| row.get(0))
            .map_err(|error| self.error(error))?;
        let by_us = self.own_changes.load(Ordering::Relaxed);
        Ok(Generation {
            file: opened.file,
            by_others,
            by_us,
        })
    }

    /// One decision, if there is one.
    pub fn decision(&self, subject: &Subject, name: PermissionName) -> Result<Option<Decision>, StoreError> {
        let opened = self.opened()?;
        let mut statement = opened
            .connection
            .prepare_cached(
                "SELECT state, decided_by, decided_at, last_used, device FROM decisions
                 WHERE origin = ?1 AND embedder = ?2 AND name = ?3",
            )
            .map_err(|error| self.error(error))?;
        statement
            .query_row(
                params![subject.origin.as_str(), subject.embedder.as_str(), name.as_str()],
                |row| read_decision(row, 0),
            )
            .optional()
            .map_err(|error| self.error(error))
    }

    /// Every decision about an app and about the sites that it shows.
    pub fn decisions(&self, embedder: &AppOrigin) -> Result<Vec<Record>, StoreError> {
        Ok(self.contents(Some(embedder))?.decisions)
    }

    /// Every decision about every app, by origin and then in the table's order of names.
    ///
    /// Rows that a newer Insula wrote about names unknown here are left out.
    pub fn all(&self) -> Result<Vec<Record>, StoreError> {
        Ok(self.contents(None)?.decisions)
    }

    /// Everything that an authority needs, as it is at one instant: about one app, or about all.
    pub(crate) fn contents(&self, app: Option<&AppOrigin>) -> Result<Contents, StoreError> {
        let mut opened = self.opened()?;
        let transaction = opened.connection.transaction().map_err(|error| self.error(error))?;
        let mut contents = read_contents(&transaction, app).map_err(|error| self.error(error))?;
        contents
            .decisions
            .sort_by(|a, b| (&a.subject, a.name).cmp(&(&b.subject, b.name)));
        Ok(contents)
    }

    /// Writes a decision down, over an earlier one.
    pub fn decide(
        &self,
        subject: &Subject,
        name: PermissionName,
        state: PermissionState,
        by: DecidedBy,
    ) -> Result<(), StoreError> {
        self.write(|connection| write_decision(connection, subject, name, state, by, None))
    }

    /// Writes down that a permission is granted for one device.
    pub fn grant_device(
        &self,
        subject: &Subject,
        name: PermissionName,
        device: &DeviceId,
        by: DecidedBy,
    ) -> Result<(), StoreError> {
        let granted = PermissionState::Granted;
        self.write(|connection| write_decision(connection, subject, name, granted, by, Some(device)))
    }

    /// Takes a decision back: the next use asks again.
    pub fn reset(&self, subject: &Subject, name: PermissionName) -> Result<(), StoreError> {
        self.write(|connection| {
            // Also where the user has closed the question so often that it is not asked.
            quiet::delete(connection, subject, name)?;
            delete_decision(connection, subject, name)
        })
    }

    /// Forgets all about an app: its decisions, those of the sites that it shows, and its sheet. Says whether there
    /// was anything.
    pub fn forget(&self, app: &AppOrigin) -> Result<bool, StoreError> {
        let known = "SELECT EXISTS (SELECT 1 FROM decisions WHERE origin = ?1 OR embedder = ?1)
                         OR EXISTS (SELECT 1 FROM resets WHERE origin = ?1 OR embedder = ?1)
                         OR EXISTS (SELECT 1 FROM closed_questions WHERE origin = ?1 OR embedder = ?1)
                         OR EXISTS (SELECT 1 FROM expired WHERE origin = ?1 OR embedder = ?1)
                         OR EXISTS (SELECT 1 FROM sheets WHERE origin = ?1)";
        let is_known: bool = self
            .opened()?
            .connection
            .query_row(known, [app.as_str()], |row| row.get(0))
            .map_err(|error| self.error(error))?;
        // Where nothing is to be done nothing is written: the disk may be full.
        if is_known {
            self.write(|connection| {
                for table in ["decisions", "resets", "closed_questions", "expired"] {
                    let delete = format!("DELETE FROM {table} WHERE origin = ?1 OR embedder = ?1");
                    connection.execute(&delete, [app.as_str()])?;
                }
                connection.execute("DELETE FROM sheets WHERE origin = ?1", [app.as_str()])?;
                Ok(())
            })?;
        }
        Ok(is_known)
    }

    /// Notes that a permission was used now, at most once a minute. Not a change of a decision.
    ///
    /// # Errors
    ///
    /// As for decisions, and also when another process is writing: nobody waits for a note, which a
    /// power cut may take back.
    pub fn touch(&self, subject: &Subject, name: PermissionName) -> Result<(), StoreError> {
        let now = seconds(SystemTime::now());
        let opened = self.opened()?;
        let note = |connection: &Connection| {
            connection
                .prepare_cached(
                    "UPDATE decisions SET last_used = ?4
                     WHERE origin = ?1 AND embedder = ?2 AND name = ?3
                       AND (last_used IS NULL OR abs(?4 - last_used) >= ?5)",
                )?
                .execute(params![
                    subject.origin.as_str(),
                    subject.embedder.as_str(),
                    name.as_str(),
                    now,
                    LAST_USED_GRAIN.as_secs() as i64,
                ])
        };
        file::in_passing(&opened.connection, note)
            .map(drop)
            .map_err(|error| self.error(error))
    }

    /// The sheet that was last shown for an app.
    pub fn sheet(&self, app: &AppOrigin) -> Result<Option<SheetRecord>, StoreError> {
        read_sheet(&self.opened()?.connection, app).map_err(|error| self.error(error))
    }

    /// Writes what a sheet decided, and that it was shown, all or nothing.
    ///
    /// `decided` holds a state to write, or `None` to go back to asking. `offered` are the names
    /// that had a row; they are added to those of earlier sheets.
    pub fn commit_sheet(
        &self,
        app: &AppOrigin,
        version: &str,
        offered: &[PermissionName],
        decided: &[(PermissionName, Option<PermissionState>)],
    ) -> Result<(), StoreError> {
        let subject = Subject::app(app.clone());
        self.write(|connection| {
            let earlier = read_sheet(connection, app)?;
            let mut all_offered = earlier.map(|sheet| sheet.offered).unwrap_or_default();
            all_offered.extend(offered);
            all_offered.sort_unstable();
            all_offered.dedup();
            let all_offered: Vec<&str> = all_offered.iter().map(|name| name.as_str()).collect();
            for (name, state) in decided {
                match state {
                    Some(state) => {
                        write_decision(connection, &subject, *name, *state, DecidedBy::Sheet, None)?;
                    }
                    None => delete_decision(connection, &subject, *name)?,
                }
            }
            connection.execute(
                "INSERT OR REPLACE INTO sheets (origin, version, offered, shown_at)
                 VALUES (?1, ?2, ?3, ?4)",
                params![app.as_str(), version, all_offered.join(" "), seconds(SystemTime::now())],
            )?;
            Ok(())
        })
    }

    /// Tells whoever watches the store that there is something new, although nothing of it is on the disk.
    pub(crate) fn ring(&self) {
        if !self.is_only_read {
            file::ring(&self.path);
        }
    }

    /// One transaction; what it wrote is on disk when this returns.
    fn write<T>(&self, action: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let mut opened = self.writable()?;
        let transaction = opened
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| self.error(error))?;
        let written = action(&transaction).map_err(|error| self.error(error))?;
        transaction.commit().map_err(|error| self.error(error))?;
        self.own_changes.fetch_add(1, Ordering::Relaxed);
        file::ring(&self.path);
        Ok(written)
    }

    /// The open database. When another process has set the file aside, or someone has deleted it,
    /// the one that is there now is opened: a decision must not go into a file nobody reads.
    fn opened(&self) -> Result<MutexGuard<'_, Opened>, StoreError> {
        let mut opened = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.is_outdated(&self.path) {
            self.open_again(&mut opened)?;
        }
        Ok(opened)
    }

    /// The open database, to be written.
    fn writable(&self) -> Result<MutexGuard<'_, Opened>, StoreError> {
        if self.is_only_read {
            return Err(only_read(&self.path));
        }
        let mut opened = self.opened()?;
        if opened.read_only.is_some() {
            // Whatever made the store read-only, such as a full disk, may be over.
            self.open_again(&mut opened)?;
        }
        match opened.read_only.take() {
            None => Ok(opened),
            Some(read_only) => {
                opened.close().map_err(|error| self.error(error))?;
                Err(read_only.why)
            }
        }
    }

    fn open_again(&self, opened: &mut Opened) -> Result<(), StoreError> {
        opened.close().map_err(|error| self.error(error))?;
        let (fresh, set_aside) = match self.is_only_read {
            true => (open_read_only(&self.path, only_read(&self.path))?, None),
            false => open_file(&self.path)?,
        };
        *opened = fresh;
        if set_aside.is_some() {
            *self.set_aside.lock().unwrap_or_else(PoisonError::into_inner) = set_aside;
        }
        // The new connection counts changes from zero on: without this its generation could equal an earlier one.
        self.own_changes.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn error(&self, error: rusqlite::Error) -> StoreError {
        StoreError::from_sqlite(&self.path, error)
    }
}

fn only_read(path: &Path) -> StoreError {
    StoreError::OnlyRead { path: path.to_owned() }
}

fn read_contents(connection: &Connection, app: Option<&AppOrigin>) -> rusqlite::Result<Contents> {
    let mut contents = Contents::default();
    let mut keys = Keys::default();
    let (of, app) = match app {
        Some(app) => (" WHERE embedder = ?1", vec![app.as_str()]),
        None => ("", Vec::new()),
    };
    let columns = "origin, embedder, name, state, decided_by, decided_at, last_used, device";
    let mut statement = connection.prepare_cached(&format!("SELECT {columns} FROM decisions{of}"))?;
    let mut rows = statement.query(params_from_iter(&app))?;
    while let Some(row) = rows.next()? {
        if let Some((subject, name)) = keys.read(row)? {
            let decision = read_decision(row, 3)?;
            contents.decisions.push(Record {
                subject,
                name,
                decision,
            });
        }
    }
    let mut statement = connection.prepare_cached(&format!("SELECT origin, embedder, name, number FROM resets{of}"))?;
    let mut rows = statement.query(params_from_iter(&app))?;
    while let Some(row) = rows.next()? {
        if let Some((subject, name)) = keys.read(row)? {
            let number: i64 = row.get(3)?;
            contents.resets.push((subject, name, number.unsigned_abs()));
        }
    }
    contents.closings = quiet::read_all(connection, of, &app, &mut keys)?;
    Ok(contents)
}

/// Reads whom rows are about and which permission: the first three columns. Rows about the same app follow each other.
///
/// There is nothing for what a newer Insula wrote about names unknown here, or somebody else about no origin.
#[derive(Debug, Default)]
struct Keys {
    last: Option<AppOrigin>,
}

impl Keys {
    fn read(&mut self, row: &Row<'_>) -> rusqlite::Result<Option<(Subject, PermissionName)>> {
        let text = |index| row.get_ref(index).and_then(|value| Ok(value.as_str()?));
        let (origin, embedder, name) = (text(0)?, text(1)?, text(2)?);
        let key = self.origin(origin).zip(self.origin(embedder)).zip(name.parse().ok());
        Ok(key.map(|((origin, embedder), name)| (Subject { origin, embedder }, name)))
    }

    fn origin(&mut self, text: &str) -> Option<AppOrigin> {
        if self.last.as_ref().is_none_or(|last| last.as_str() != text) {
            // Only origins as they are written here: another spelling would be another key.
            self.last = text.parse().ok().filter(|origin: &AppOrigin| origin.as_str() == text);
        }
        self.last.clone()
    }
}

fn write_decision(
    connection: &Connection,
    subject: &Subject,
    name: PermissionName,
    state: PermissionState,
    by: DecidedBy,
    device: Option<&DeviceId>,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO decisions (origin, embedder, name, state, decided_by, decided_at, device)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET state = excluded.state, decided_by = excluded.decided_by,
                                       decided_at = excluded.decided_at, device = excluded.device",
        )?
        .execute(params![
            subject.origin.as_str(),
            subject.embedder.as_str(),
            name.as_str(),
            state.as_str(),
            by.as_str(),
            seconds(SystemTime::now()),
            device.map(DeviceId::as_str),
        ])?;
    // Who has answered has not closed the question, and knows of the grant that had ended.
    quiet::delete(connection, subject, name)?;
    expiry::delete(connection, subject, name)
}

fn delete_decision(connection: &Connection, subject: &Subject, name: PermissionName) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM decisions WHERE origin = ?1 AND embedder = ?2 AND name = ?3")?
        .execute(params![
            subject.origin.as_str(),
            subject.embedder.as_str(),
            name.as_str()
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO resets (origin, embedder, name, number) VALUES (?1, ?2, ?3, 1)
             ON CONFLICT DO UPDATE SET number = number + 1",
        )?
        .execute(key_of(subject, name))
        .map(drop)
}

/// The columns that say whom a row is about, and which permission.
fn key_of(subject: &Subject, name: PermissionName) -> [&str; 3] {
    [subject.origin.as_str(), subject.embedder.as_str(), name.as_str()]
}

fn read_sheet(connection: &Connection, app: &AppOrigin) -> rusqlite::Result<Option<SheetRecord>> {
    connection
        .prepare_cached("SELECT version, offered, shown_at FROM sheets WHERE origin = ?1")?
        .query_row([app.as_str()], |row| {
            let offered: String = row.get(1)?;
            Ok(SheetRecord {
                version: row.get(0)?,
                offered: offered.split(' ').filter_map(|name| name.parse().ok()).collect(),
                shown: time(row.get(2)?),
            })
        })
        .optional()
}

/// A word that is not ours counts as "ask": an unreadable grant is no grant.
fn read_decision(row: &Row<'_>, first: usize) -> rusqlite::Result<Decision> {
    let (state, by): (String, String) = (row.get(first)?, row.get(first + 1)?);
    let last_used: Option<i64> = row.get(first + 3)?;
    let device: Option<String> = row.get(first + 4)?;
    let state = PermissionState::from_word(&state).unwrap_or(PermissionState::Prompt);
    let device = device.map(|device| device.parse::<DeviceId>());
    Ok(Decision {
        // Of a grant for a device that cannot be told nobody knows what it grants.
        state: if matches!(device, Some(Err(_))) {
            PermissionState::Prompt
        } else {
            state
        },
        device: device.and_then(Result::ok),
        by: DecidedBy::from_word(&by).unwrap_or(DecidedBy::Default),
        at: time(row.get(first + 2)?),
        last_used: last_used.map(time),
    })
}

fn seconds(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs() as i64)
}

fn time(seconds: i64) -> SystemTime {
    let since = Duration::from_secs(seconds.max(0) as u64);
    SystemTime::UNIX_EPOCH
        .checked_add(since)
        .unwrap_or(SystemTime::UNIX_EPOCH)
}
