//! Questions that the user closed without an answer, and when there are no more of them for a while.

use std::time::{Duration, SystemTime};

use rusqlite::{Connection, params, params_from_iter};

use super::{Keys, Store, StoreError, Subject, key_of, seconds, time};
use crate::PermissionName;

/// How often a user dismisses a question until it is not asked for a while, and how often one ignores it: Chrome's
/// numbers.
const MOST_DISMISSALS: u32 = 3;
const MOST_IGNORED: u32 = 4;

/// For how long it is not asked then.
const QUIET: Duration = Duration::from_hours(7 * 24);

/// How a question was closed without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Closed {
    /// The user closed it.
    Dismissed,
    /// It went away with its window or its page.
    Ignored,
}

/// How often a question was closed without an answer, since it was answered last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Closings {
    /// How often the user closed it.
    pub dismissed: u32,
    /// How often it went away.
    pub ignored: u32,
    /// Until when it is not asked.
    pub quiet_until: Option<SystemTime>,
}

impl Closings {
    /// The same after the question was closed once more. Once it was too often, each time more makes it quiet again.
    #[must_use]
    pub fn after(self, how: Closed, now: SystemTime) -> Self {
        let mut after = self;
        let is_too_often = match how {
            Closed::Dismissed => {
                after.dismissed = self.dismissed.saturating_add(1);
                after.dismissed >= MOST_DISMISSALS
            }
            Closed::Ignored => {
                after.ignored = self.ignored.saturating_add(1);
                after.ignored >= MOST_IGNORED
            }
        };
        if is_too_often {
            after.quiet_until = now.checked_add(QUIET);
        }
        after
    }

    /// Whether the question is not asked now.
    pub fn is_quiet(&self, now: SystemTime) -> bool {
        let rest = self.quiet_until.and_then(|until| until.duration_since(now).ok());
        // A clock that was wrong and was set back does not make it quiet for ever.
        rest.is_some_and(|rest| !rest.is_zero() && rest <= QUIET)
    }
}

impl Store {
    /// Writes down that a question was closed without an answer, and returns what there is of that now.
    pub fn closed(
        &self,
        subject: &Subject,
        name: PermissionName,
        how: Closed,
        now: SystemTime,
    ) -> Result<Closings, StoreError> {
        self.write(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT origin, embedder, name, dismissed, ignored, quiet_until FROM closed_questions
                 WHERE origin = ?1 AND embedder = ?2 AND name = ?3",
            )?;
            let mut rows = statement.query(key_of(subject, name))?;
            let earlier = rows.next()?.map(read).transpose()?.unwrap_or_default();
            let closings = earlier.after(how, now);
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO closed_questions (origin, embedder, name, dismissed, ignored, quiet_until)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    subject.origin.as_str(),
                    subject.embedder.as_str(),
                    name.as_str(),
                    closings.dismissed,
                    closings.ignored,
                    closings.quiet_until.map(seconds),
                ])?;
            Ok(closings)
        })
    }

    /// Forgets that questions about a permission were closed.
    pub(crate) fn forget_closings(&self, subject: &Subject, name: PermissionName) -> Result<(), StoreError> {
        self.write(|connection| delete(connection, subject, name))
    }
}

/// All of them, or those `of` an app.
pub(super) fn read_all(
    connection: &Connection,
    of: &str,
    app: &[&str],
    keys: &mut Keys,
) -> rusqlite::Result<Vec<(Subject, PermissionName, Closings)>> {
    let columns = "origin, embedder, name, dismissed, ignored, quiet_until";
    let mut statement = connection.prepare_cached(&format!("SELECT {columns} FROM closed_questions{of}"))?;
    let mut rows = statement.query(params_from_iter(app))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some((subject, name)) = keys.read(row)? {
            all.push((subject, name, read(row)?));
        }
    }
    Ok(all)
}

pub(super) fn delete(connection: &Connection, subject: &Subject, name: PermissionName) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM closed_questions WHERE origin = ?1 AND embedder = ?2 AND name = ?3")?
        .execute(key_of(subject, name))
        .map(drop)
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Closings> {
    let count = |index| row.get(index).map(|count: i64| u32::try_from(count).unwrap_or(0));
    let quiet_until: Option<i64> = row.get(5)?;
    Ok(Closings {
        dismissed: count(3)?,
        ignored: count(4)?,
        quiet_until: quiet_until.map(time),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_dismissals_or_four_ignored_questions_make_a_week_of_quiet() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        for (how, most) in [(Closed::Dismissed, 3), (Closed::Ignored, 4)] {
            let mut closings = Closings::default();
            for _ in 1..most {
                closings = closings.after(how, now);
                assert!(!closings.is_quiet(now));
            }
            closings = closings.after(how, now);
            let second = Duration::from_secs(1);
            assert!(closings.is_quiet(now) && closings.is_quiet(now + QUIET - second));
            assert!(!closings.is_quiet(now + QUIET) && !closings.is_quiet(now - second));
            // Once more is enough then.
            let later = now + QUIET * 2;
            assert!(closings.after(how, later).is_quiet(later));
        }
        let mixed = Closings::default()
            .after(Closed::Dismissed, now)
            .after(Closed::Ignored, now);
        assert!(
            !mixed
                .after(Closed::Dismissed, now)
                .after(Closed::Ignored, now)
                .is_quiet(now)
        );
    }
}
