//! Grants that nobody has used for a long time end, and the user is told once.

use std::time::SystemTime;

use rusqlite::{Connection, params};

use super::{Keys, Store, StoreError, Subject, UNUSED_FOR, key_of, seconds, time};
use crate::{AppOrigin, PermissionName};

/// A grant that ended because nobody used it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// Whose it was.
    pub subject: Subject,
    /// Which permission.
    pub name: PermissionName,
    /// When it was granted.
    pub granted: SystemTime,
    /// When it was last used; `None` when never.
    pub last_used: Option<SystemTime>,
    /// When it ended.
    pub at: SystemTime,
}

impl Store {
    /// Ends every grant that has not been used for [`UNUSED_FOR`], and says whether there was any.
    pub fn expire_unused(&self, now: SystemTime) -> Result<bool, StoreError> {
        let names: Vec<&str> = PermissionName::ALL
            .iter()
            .filter(|name| name.expires_unused())
            .map(|name| name.as_str())
            .collect();
        let names = format!("'{}'", names.join("', '"));
        let is_unused =
            format!("state = 'granted' AND name IN ({names}) AND max(decided_at, ifnull(last_used, decided_at)) <= ?1");
        let last = seconds(now).saturating_sub(UNUSED_FOR.as_secs() as i64);
        let any = format!("SELECT EXISTS (SELECT 1 FROM decisions WHERE {is_unused})");
        let is_any: bool = self
            .opened()?
            .connection
            .query_row(&any, [last], |row| row.get(0))
            .map_err(|error| self.error(error))?;
        // Where nothing is to be done nothing is written: the disk may be full.
        if is_any {
            self.write(|connection| {
                let keep = format!(
                    "INSERT OR REPLACE INTO expired (origin, embedder, name, granted_at, last_used, expired_at, is_told)
                     SELECT origin, embedder, name, decided_at, last_used, ?2, 0 FROM decisions WHERE {is_unused}"
                );
                connection.execute(&keep, params![last, seconds(now)])?;
                connection.execute(&format!("DELETE FROM decisions WHERE {is_unused}"), [last])
            })?;
        }
        Ok(is_any)
    }

    /// The grants of an app that ended and that nobody has been told of, each once.
    pub fn take_expired(&self, app: &AppOrigin) -> Result<Vec<Expired>, StoreError> {
        let untold = "FROM expired WHERE embedder = ?1 AND is_told = 0";
        let is_any: bool = self
            .opened()?
            .connection
            .query_row(&format!("SELECT EXISTS (SELECT 1 {untold})"), [app.as_str()], |row| {
                row.get(0)
            })
            .map_err(|error| self.error(error))?;
        if !is_any {
            return Ok(Vec::new());
        }
        self.write(|connection| {
            let columns = "origin, embedder, name, granted_at, last_used, expired_at";
            let mut statement = connection.prepare(&format!("SELECT {columns} {untold}"))?;
            let mut rows = statement.query([app.as_str()])?;
            let (mut keys, mut expired) = (Keys::default(), Vec::new());
            while let Some(row) = rows.next()? {
                let last_used: Option<i64> = row.get(4)?;
                if let Some((subject, name)) = keys.read(row)? {
                    expired.push(Expired {
                        subject,
                        name,
                        granted: time(row.get(3)?),
                        last_used: last_used.map(time),
                        at: time(row.get(5)?),
                    });
                }
            }
            connection.execute("UPDATE expired SET is_told = 1 WHERE embedder = ?1", [app.as_str()])?;
            Ok(expired)
        })
    }
}

pub(super) fn delete(connection: &Connection, subject: &Subject, name: PermissionName) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM expired WHERE origin = ?1 AND embedder = ?2 AND name = ?3")?
        .execute(key_of(subject, name))
        .map(drop)
}
