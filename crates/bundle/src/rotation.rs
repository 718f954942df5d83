//! Keys that have taken the place of others. An app keeps its id when its developer changes keys: the id is made of the
//! first one.

use std::collections::BTreeMap;

use crate::id::SignedWebBundleId;
use crate::integrity_block::IntegrityBlock;
use crate::keys::PublicKey;

/// The keys that have taken the place of those that the ids of apps are made of. Whoever runs the apps knows them from
/// elsewhere: no bundle can say it of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyRotations {
    apps: BTreeMap<SignedWebBundleId, KeyRotation>,
    is_unknown: bool,
}

/// What has become of the key of one app.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyRotation {
    /// The key that has to sign the app. `None` withdraws the app: no key is trusted with it any more.
    pub expected: Option<PublicKey>,
    /// A key that signed the app before. What is installed may go on with its signature until there is one of the
    /// expected key.
    pub previous: Option<PublicKey>,
}

/// What the signatures of an app's bundle are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The key that has to sign the app has signed it.
    Current,
    /// Only the key before has: it may run, and is to be replaced.
    Outdated,
    /// Only a key has that is trusted no more.
    Replaced,
    /// No key is trusted with the app any more.
    Withdrawn,
    /// What has become of the app's key cannot be read.
    Unknown,
}

impl KeyRotations {
    /// Notes that not all could be read: an app that nothing is known of may be one of them.
    pub fn doubt(&mut self) {
        self.is_unknown = true;
    }

    /// Notes what has become of an app's key. What was noted first counts.
    pub fn add(&mut self, id: SignedWebBundleId, rotation: KeyRotation) {
        self.apps.entry(id).or_insert(rotation);
    }

    /// Takes over what others say where this says nothing.
    pub fn extend(&mut self, others: &Self) {
        for (id, rotation) in &others.apps {
            self.add(id.clone(), rotation.clone());
        }
        self.is_unknown |= others.is_unknown;
    }

    /// Whether something is known to have become of the key of an app.
    pub fn concern(&self, id: &SignedWebBundleId) -> bool {
        self.apps.contains_key(id)
    }

    /// Whether no key is trusted with an app any more.
    pub fn withdraw(&self, id: &SignedWebBundleId) -> bool {
        self.apps.get(id).is_some_and(|rotation| rotation.expected.is_none())
    }

    /// Whether a key that nobody has named may have signed an app.
    pub(crate) fn are_unknown_for(&self, id: &SignedWebBundleId) -> bool {
        self.is_unknown && !self.concern(id)
    }

    /// The keys that have signed an app or have to, besides that of its id.
    pub fn keys(&self, id: &SignedWebBundleId) -> impl Iterator<Item = &PublicKey> {
        let rotation = self.apps.get(id);
        rotation
            .into_iter()
            .flat_map(|rotation| rotation.expected.iter().chain(&rotation.previous))
    }

    /// What the signatures of a bundle are worth that has been verified.
    pub fn standing(&self, block: &IntegrityBlock) -> Standing {
        let Some(KeyRotation { expected, previous }) = self.apps.get(block.id()) else {
            return match block.is_signed_by_key_of_id() {
                _ if self.is_unknown => Standing::Unknown,
                true => Standing::Current,
                false => Standing::Replaced,
            };
        };
        match (expected, previous) {
            (None, _) => Standing::Withdrawn,
            (Some(expected), _) if block.is_signed_by(expected) => Standing::Current,
            (_, Some(previous)) if block.is_signed_by(previous) => Standing::Outdated,
            _ => Standing::Replaced,
        }
    }
}
