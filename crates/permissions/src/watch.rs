use std::collections::BTreeMap;

use crate::{Authority, Generation, PermissionName, PermissionState, StoreError, Subject};

/// Notices when what counts for an app changes, whoever changes it: this process, another one, or
/// the organisation.
///
/// Poll it after [`Authority::set_policy`], and a few times a second besides. A poll that finds nothing
/// new costs two numbers.
#[derive(Debug)]
pub struct Watch {
    subject: Subject,
    seen: Option<(Generation, u64)>,
    states: BTreeMap<PermissionName, PermissionState>,
}

/// A state that is not what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Which permission.
    pub name: PermissionName,
    /// What counted before.
    pub from: PermissionState,
    /// What counts now.
    pub to: PermissionState,
}

impl Watch {
    /// Starts from what counts now.
    pub fn new(authority: &Authority, subject: Subject) -> Result<Self, StoreError> {
        let mut watch = Self {
            subject,
            seen: None,
            states: BTreeMap::new(),
        };
        watch.poll(authority)?;
        Ok(watch)
    }

    /// What has changed since the last poll, in the table's order.
    ///
    /// # Errors
    ///
    /// The decisions cannot be read. Nothing is allowed then, so what is open should be closed.
    pub fn poll(&mut self, authority: &Authority) -> Result<Vec<Change>, StoreError> {
        // Read before the states, so that a change in between is found by the next poll.
        let current = (authority.store().generation()?, authority.policy_revision());
        if self.seen == Some(current) {
            return Ok(Vec::new());
        }
        let mut changes = Vec::new();
        let mut states = BTreeMap::new();
        for name in PermissionName::ALL {
            if !name.is_available() {
                continue;
            }
            let to = authority.effective(&self.subject, *name)?.state;
            states.insert(*name, to);
            if let Some(from) = self.states.get(name).copied().filter(|from| *from != to) {
                changes.push(Change { name: *name, from, to });
            }
        }
        self.states = states;
        self.seen = Some(current);
        Ok(changes)
    }
}
