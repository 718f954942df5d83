mod places;
mod watcher;

use std::collections::BTreeMap;

use crate::{Authority, PermissionName, PermissionState, PolicySet, StoreError, Subject, WebAppSettings};
use insula_bundle::KeyRotations;
pub use watcher::Watcher;

/// What counts for an app, and what of it is another than before.
#[derive(Debug)]
struct States {
    subject: Subject,
    seen: Option<u64>,
    states: BTreeMap<PermissionName, PermissionState>,
    orders: Orders,
}

/// What the organisation says of apps besides permissions, that counts while they run.
#[derive(Debug, Default, PartialEq, Eq)]
struct Orders {
    keys: KeyRotations,
    settings: Vec<WebAppSettings>,
    are_settings_known: bool,
    data_saver: bool,
}

impl Orders {
    fn of(policy: &PolicySet) -> Self {
        Self {
            keys: policy.key_rotations(),
            settings: policy.web_app_settings().to_vec(),
            are_settings_known: policy.knows_web_app_settings(),
            data_saver: policy.data_saver(),
        }
    }
}

impl States {
    /// Nothing is known yet.
    fn new(subject: Subject) -> Self {
        Self {
            subject,
            seen: None,
            states: BTreeMap::new(),
            orders: Orders::default(),
        }
    }

    /// Has the decisions read again if they have changed; answers whether another state counts now for any permission
    /// than the last time, or the organisation says something else of apps, or whether this is the first time.
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
        let orders = Orders::of(&authority.policy());
        self.seen = Some(revision);
        let has_changed = self.states != states || self.orders != orders;
        self.states = states;
        self.orders = orders;
        Ok(has_changed)
    }
}
