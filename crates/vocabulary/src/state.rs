//! The states that pages see of what they may do.

use serde::{Deserialize, Serialize};

/// A permission's state (Permissions, enumeration `PermissionState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PermissionState {
    /// Allowed.
    Granted,
    /// Refused.
    Denied,
    /// Nobody has decided; the next use asks.
    Prompt,
}

/// The state of the grant of the network (Unrestricted Network Access, enumeration `UnaState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum NetworkState {
    /// Not here: not an installed app's secure top-level document, or the policy feature is off.
    Unavailable,
    /// Nobody has decided; `request()` asks.
    Prompt,
    /// The user or the organisation allowed it.
    Granted,
    /// The user or the organisation refused it.
    Denied,
}

impl PermissionState {
    /// The specification's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Prompt => "prompt",
        }
    }

    /// The state that a word of the specification names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Granted, Self::Denied, Self::Prompt]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}
