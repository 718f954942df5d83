//! What holds for a while: grants until the app ends, quiet after questions that were closed, grants that nobody uses.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use super::{Authority, DecideError, Key, Ordering, Snapshot};
use crate::effective::OneTime;
use crate::{
    AppOrigin, Closed, Closings, DeviceId, Expired, PermissionName, PermissionState, PolicySet, StoreError, Subject,
};

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

/// The grants that end with this process: they are nowhere else.
#[derive(Debug, Default)]
pub(super) struct OneTimeGrants(RwLock<HashMap<Key, Held>>);

#[derive(Debug)]
struct Held {
    grant: OneTime,
    /// How often the decision had been taken back when this was given: once more, by anybody, ends it.
    resets: u64,
}

impl Clock {
    /// The system's.
    pub fn system() -> Self {
        Self::new(SystemTime::now)
    }

    /// Another one.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(super) fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Clock").field(&self.now()).finish()
    }
}

impl OneTimeGrants {
    pub(super) fn of(&self, key: &Key, snapshot: &Snapshot, policy: &PolicySet) -> Option<OneTime> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // Nearly always there are none.
        if held.is_empty() || !policy.one_time_grants() {
            return None;
        }
        let held = held.get(key)?;
        (held.resets == resets(snapshot, key)).then(|| held.grant.clone())
    }

    pub(super) fn end(&self, key: &Key) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    fn hold(&self, key: Key, held: Held) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key, held);
    }
}

fn resets(snapshot: &Snapshot, key: &Key) -> u64 {
    snapshot.resets.get(key).copied().unwrap_or_default()
}

impl Authority {
    /// Grants a permission until this authority ends, which is with the app: it is never on the disk, and no other process
    /// has it. Whatever is decided about the permission afterwards, here or by another process, ends it as well.
    ///
    /// # Errors
    ///
    /// The organisation has decided, or wants no such grants; there is nothing to grant, something is decided already, or
    /// the decisions cannot be read.
    pub fn grant_once(
        &self,
        subject: &Subject,
        name: PermissionName,
        device: Option<DeviceId>,
    ) -> Result<(), DecideError> {
        self.decidable(subject, name, PermissionState::Granted)?;
        if !self.policy().one_time_grants() {
            return Err(DecideError::NotForOneTime { name });
        }
        self.refresh()?;
        let key = (subject.clone(), name);
        if let Ok(snapshot) = self.decisions() {
            let at = self.clock.now();
            let resets = resets(&snapshot, &key);
            let was_closed = snapshot.closings.contains_key(&key);
            self.one_time.hold(
                key,
                Held {
                    grant: OneTime { at, device },
                    resets,
                },
            );
            if was_closed {
                // Who has answered has not closed the question. That the grant holds does not depend on it.
                _ = self.store.forget_closings(subject, name);
            }
        }
        self.revision.fetch_add(1, Ordering::Release);
        self.store.ring();
        Ok(())
    }

    /// Writes down that a question was closed without an answer. After three that the user dismissed, or four that went
    /// away, it is not asked for a week.
    ///
    /// # Errors
    ///
    /// It cannot be written down.
    pub fn closed(&self, subject: &Subject, name: PermissionName, how: Closed) -> Result<Closings, StoreError> {
        let closings = self.store.closed(subject, name, how, self.clock.now())?;
        self.refresh_or_doubt();
        Ok(closings)
    }

    /// Until when a permission is not asked for, because the user has closed the question so often; `None` where it is.
    pub fn quiet_until(&self, subject: &Subject, name: PermissionName) -> Option<SystemTime> {
        let snapshot = self.decisions().ok()?;
        self.quiet_until_in(&snapshot, &(subject.clone(), name))
    }

    pub(super) fn quiet_until_in(&self, snapshot: &Snapshot, key: &Key) -> Option<SystemTime> {
        let closings = snapshot.closings.get(key)?;
        let is_quiet = closings.is_quiet(self.clock.now()) && self.policy().quieting();
        closings.quiet_until.filter(|_| is_quiet)
    }

    /// Takes the grants away that have not been used for [`UNUSED_FOR`](crate::UNUSED_FOR), of all apps. They count no more
    /// from the time on that decisions are read; this writes it down, so that their apps can [say so](Self::take_expired).
    ///
    /// # Errors
    ///
    /// It cannot be written down.
    pub fn expire_unused(&self) -> Result<(), StoreError> {
        if self.policy().expiry_of_unused() && self.store.expire_unused(self.clock.now())? {
            self.refresh_or_doubt();
        }
        Ok(())
    }

    /// The grants of an app, and of the sites that it shows, that ended because they were not used: each is told once.
    ///
    /// # Errors
    ///
    /// It cannot be written down that they are told.
    pub fn take_expired(&self, app: &AppOrigin) -> Result<Vec<Expired>, StoreError> {
        self.store.take_expired(app)
    }
}
