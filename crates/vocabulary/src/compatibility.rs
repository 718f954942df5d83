use serde::{Deserialize, Serialize};

/// Whose answers `<controlledframe>` gives where the specification and Chromium differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compatibility {
    /// The specification's.
    #[default]
    None,
    /// Those of Chromium's element.
    Chromium,
}

impl Compatibility {
    /// What a manifest, an option or a policy names so.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "none" => Some(Self::None),
            "chromium" => Some(Self::Chromium),
            _ => None,
        }
    }
}
