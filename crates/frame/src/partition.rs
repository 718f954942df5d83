//! Where a frame's data lives.

use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// A storage partition of an app: frames with the same one share cookies, storage and caches, all others do not.
///
/// Frames never share data with the app, with another app's frames, or with plain windows (Controlled Frame, section
/// "Storage partitioning").
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Partition {
    name: String,
    persistent: bool,
}

/// Why a partition's name cannot be used: it is the app's mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidPartition {
    /// `persist:` with nothing behind it.
    Empty,
    /// Longer than 255 bytes.
    TooLong,
}

impl fmt::Display for InvalidPartition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "The partition 'persist:' needs a name.",
            Self::TooLong => "The partition's name is longer than 255 bytes.",
        })
    }
}

impl std::error::Error for InvalidPartition {}

impl FromStr for Partition {
    type Err = InvalidPartition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, persistent) = match text.strip_prefix("persist:") {
            Some("") => return Err(InvalidPartition::Empty),
            Some(name) => (name, true),
            None => (text, false),
        };
        if name.len() > 255 {
            return Err(InvalidPartition::TooLong);
        }
        Ok(Self {
            name: name.to_owned(),
            persistent,
        })
    }
}

/// As an element's `partition` says it.
impl fmt::Display for Partition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = if self.persistent { "persist:" } else { "" };
        write!(formatter, "{prefix}{}", self.name)
    }
}

impl Partition {
    /// Whether its data outlives the app's run.
    pub fn is_persistent(&self) -> bool {
        self.persistent
    }

    /// A folder's name for it: safe in a path, of at most 255 bytes, different for different partitions.
    pub fn folder(&self) -> String {
        let mut folder = String::with_capacity(self.name.len() + 1);
        folder.push('p');
        for byte in self.name.bytes() {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' => folder.push(char::from(byte)),
                // Everything else, capitals too: some file systems do not tell them from small letters.
                _ => folder.push_str(&format!("_{byte:02x}")),
            }
        }
        if folder.len() > LONGEST_FOLDER {
            // The other names begin with a `p`.
            return Sha256::digest(&self.name)
                .iter()
                .fold("h".to_owned(), |folder, byte| format!("{folder}{byte:02x}"));
        }
        folder
    }
}

/// In bytes, on the file systems in use.
const LONGEST_FOLDER: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(text: &str) -> Partition {
        text.parse().unwrap()
    }

    #[test]
    fn only_persist_keeps_data() {
        assert!(!partition("").is_persistent());
        assert!(!partition("work").is_persistent());
        assert!(partition("persist:work").is_persistent());
        assert_eq!("persist:".parse::<Partition>(), Err(InvalidPartition::Empty));
        assert_ne!(partition("work"), partition("persist:work"));
    }

    #[test]
    fn folders_are_safe_and_distinct() {
        assert_eq!(partition("persist:../../etc").folder(), "p_2e_2e_2f_2e_2e_2fetc");
        let names = [
            "persist:a",
            "persist:A",
            "persist:_61",
            "persist:a/b",
            "persist:ab",
            "persist:ä",
        ];
        let folders: std::collections::HashSet<_> = names.iter().map(|name| partition(name).folder()).collect();
        assert_eq!(folders.len(), names.len());
        let long = |last: char| partition(&format!("persist:{}{last}", "/".repeat(254))).folder();
        assert!(long('a').len() <= LONGEST_FOLDER);
        assert_ne!(long('a'), long('b'));
    }
}
