mod places;
mod watcher;

use std::collections::BTreeMap;

use crate::{Authority, PermissionName, PermissionState, StoreError, Subject};
pub use watcher::Watcher;

/// What counts for an app, and what of it is another than before.
#[derive(Debug)]
struct States {
    subject: Subject,
    seen: Option<u64>,
    states: BTreeMap<PermissionName, PermissionState>,
}

impl States {
    /// Nothing is known yet.
    fn new(subject: Subject) -> Self {
        Self {
            subject,
            seen: None,
            states: BTreeMap::new(),
        }
    }

    /// Has the decisions read again if they have changed; answers whether another state counts now for any permission
    /// than the last time, or whether this is the first time.
    ///
    /// # Errors
    ///
    /// The decisions cannot be read.
    fn look(&mut self, authority: &Authority) -> Result<bool, StoreError> {
        authority.refresh()?;
        // Read before the states, so that a change in between is found by the next look.
        let revision = authority.revision();
        if self.seen == Some(revision) {
            return Ok(false);
        }
        let mut states = BTreeMap::new();
        for name in PermissionName::ALL.iter().copied().filter(|name| name.is_available()) {
            // Another thread may find the decisions unreadable meanwhile. That is another revision, at which it is looked again.
            if let Ok(effective) = authority.effective(&self.subject, name) {
                states.insert(name, effective.state);
            }
        }
        self.seen = Some(revision);
        let has_changed = self.states != states;
        self.states = states;
        Ok(has_changed)
    }
}
