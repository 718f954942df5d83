//! Whose word counts for a permission.

use std::time::SystemTime;

use crate::{
    Decision, DeviceId, Level, PermissionName, PermissionState, PolicyDecision, PolicySource, PolicyState, Support,
};

/// What is said of a permission that the user cannot change.
const CONTROLLED_BY_ORGANIZATION: &str = "This permission is controlled by your organization.";

/// What is said of a permission that there is nothing to grant for.
const NOT_AVAILABLE: &str = "Not available on this device.";

/// What counts for a permission now, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// What counts.
    pub state: PermissionState,
    /// Who said so.
    pub source: Source,
}

/// Whose word a state is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The organisation's; the user cannot change it.
    Managed(PolicySource),
    /// The user's.
    Decision(Decision),
    /// The user's, until the app ends.
    OneTime(OneTime),
    /// The organisation's, until the user decides.
    Recommended(PolicySource),
    /// Nobody's.
    Default,
    /// The device's, which lacks what it would permit.
    NotAvailable,
}

/// A grant until the app ends. It is nowhere on the disk, and survives nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTime {
    /// When it was given.
    pub at: SystemTime,
    /// The device that it is for; `None` is whichever there is.
    pub device: Option<DeviceId>,
}

impl Effective {
    /// What [`Effective::locked`] can say, for those who translate it.
    pub const SENTENCES: [&'static str; 2] = [CONTROLLED_BY_ORGANIZATION, NOT_AVAILABLE];

    /// Joins what was said about a permission, the strongest word first: what the device has, the
    /// organisation's order, the user's decision, the user's grant until the app ends, the organisation's
    /// recommendation, the default.
    pub(crate) fn of(
        name: PermissionName,
        policy: Option<PolicyDecision>,
        decision: Option<Decision>,
        one_time: Option<OneTime>,
    ) -> Self {
        if !name.is_available() {
            return Self::new(PermissionState::Denied, Source::NotAvailable);
        }
        // A decision that was taken back is none, also where its row is still in the store.
        let decision = decision.filter(|decision| decision.state != PermissionState::Prompt);
        let user = decision
            .map(|decision| Self::new(decision.state, Source::Decision(decision)))
            .or_else(|| one_time.map(|grant| Self::new(PermissionState::Granted, Source::OneTime(grant))));
        match (policy, user) {
            (Some(policy), _) if policy.level == Level::Managed => {
                Self::new(policy.state.into(), Source::Managed(policy.source))
            }
            (_, Some(user)) => user,
            (Some(policy), None) => Self::new(policy.state.into(), Source::Recommended(policy.source)),
            // What nobody is asked about is on until somebody takes it away.
            (None, None) if name.support() == Support::PolicyOnly => {
                Self::new(PermissionState::Granted, Source::Default)
            }
            (None, None) => Self::new(PermissionState::Prompt, Source::Default),
        }
    }

    /// Whether the user cannot change it.
    pub fn is_locked(&self) -> bool {
        self.locked().is_some()
    }

    /// The sentence that says why the user cannot change it; `None` where the user can.
    pub fn locked(&self) -> Option<&'static str> {
        match self.source {
            Source::Managed(_) => Some(CONTROLLED_BY_ORGANIZATION),
            Source::NotAvailable => Some(NOT_AVAILABLE),
            Source::Decision(_) | Source::OneTime(_) | Source::Recommended(_) | Source::Default => None,
        }
    }

    /// The device that a grant is for; `None` is whichever there is.
    pub fn device(&self) -> Option<&DeviceId> {
        match &self.source {
            Source::Decision(Decision { device, .. }) | Source::OneTime(OneTime { device, .. }) => device.as_ref(),
            _ => None,
        }
    }

    fn new(state: PermissionState, source: Source) -> Self {
        Self { state, source }
    }
}

impl From<PolicyState> for PermissionState {
    fn from(state: PolicyState) -> Self {
        match state {
            PolicyState::Granted => Self::Granted,
            PolicyState::Denied => Self::Denied,
        }
    }
}
