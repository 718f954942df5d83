use std::fmt;
use std::path::{Path, PathBuf};

/// A place in a policy file, or the file or the folder itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file or the folder.
    pub file: PathBuf,
    /// Where in the file.
    pub position: Option<Position>,
}

/// A line and a column of a text, both from one on, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// Something in the policy folder that an administrator should repair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// The policy's name, when one is concerned.
    pub key: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What follows from it until it is repaired.
    pub consequence: Consequence,
}

/// What follows from a [`Problem`] until it is repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Consequence {
    /// Every permission is refused.
    AllRefused,
    /// The permissions that a policy is about are refused.
    Refused,
    /// Nothing is printed.
    NothingPrinted,
    /// What lies there is not read, whatever it forbids.
    NotRead,
    /// An order does not count.
    OrderSkipped,
    /// An order to install apps, or about them, does not count. What policies have installed and set stays.
    NothingRemoved,
    /// An order does not count, but for what it would have blocked.
    OnlyBlocks,
    /// A recommendation, or what is said of the first-run sheet, does not count.
    Skipped,
    /// The recommendations of a file do not count.
    RecommendationsSkipped,
    /// An item of a list does not count: it allows nobody, or is about nobody who could be here.
    ItemSkipped,
    /// What an item blocks is more than it says.
    ItemWidened,
    /// What says nothing does not count.
    Meaningless,
    /// It counts as it is meant, though that is not how it is written.
    ReadAsMeant,
}

impl Place {
    /// The whole of a file or a folder.
    pub(super) fn of(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            position: None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file.display())?;
        match self.position {
            Some(Position { line, column }) => write!(formatter, ":{line}:{column}"),
            None => Ok(()),
        }
    }
}

impl Consequence {
    /// Whether all that was ordered counts, and nothing is refused that was not: at worst the user is asked.
    pub fn is_harmless(self) -> bool {
        match self {
            Self::AllRefused
            | Self::Refused
            | Self::NothingPrinted
            | Self::NotRead
            | Self::OrderSkipped
            | Self::NothingRemoved
            | Self::OnlyBlocks => false,
            Self::Skipped
            | Self::RecommendationsSkipped
            | Self::ItemSkipped
            | Self::ItemWidened
            | Self::Meaningless
            | Self::ReadAsMeant => true,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.place)?;
        if let Some(key) = &self.key {
            write!(formatter, "{key}: ")?;
        }
        write!(formatter, "{} ({})", self.message, self.consequence)
    }
}

impl fmt::Display for Consequence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AllRefused => "every permission is refused until this is repaired",
            Self::Refused => "the permissions that it is about are refused until this is repaired",
            Self::NothingPrinted => "nothing is printed until this is repaired",
            Self::NotRead => "it is not read",
            Self::OrderSkipped | Self::Skipped | Self::Meaningless => "it is skipped",
            Self::NothingRemoved => {
                "it is skipped, and no app that a policy has installed is removed until this is repaired"
            }
            Self::OnlyBlocks => "what it would block is blocked until this is repaired, and nothing else of it counts",
            Self::RecommendationsSkipped => "the recommendations in it are skipped",
            Self::ItemSkipped => "this item is skipped",
            Self::ItemWidened => "the whole of its origin is blocked",
            Self::ReadAsMeant => "it is read as it is meant",
        })
    }
}
