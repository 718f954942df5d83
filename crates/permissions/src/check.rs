mod caller;
mod denial;
mod rules;

pub use caller::{Caller, FeatureSet, Operation};
pub use denial::Denial;
pub(crate) use rules::{Ruling, State, check, network_state};

use crate::PermissionName;

/// The answer to a privileged call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// Do it.
    Allow,
    /// Ask the user about this permission, write the answer down, and check again.
    Ask(PermissionName),
    /// Refuse, and let the page see why.
    Deny(Denial),
}
