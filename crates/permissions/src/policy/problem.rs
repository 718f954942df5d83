use std::fmt;

/// Something in the policy folder that an administrator should repair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `file:line:column` for broken JSON, the file or the folder otherwise.
    pub place: String,
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
    /// The sheet is shown at the first run.
    SheetAtFirstRun,
}

impl Consequence {
    /// Whether all that was ordered counts, and nothing is refused that was not: at worst the user is asked.
    pub fn is_harmless(self) -> bool {
        match self {
            Self::AllRefused | Self::Refused | Self::NothingPrinted | Self::NotRead | Self::OrderSkipped => false,
            Self::Skipped
            | Self::RecommendationsSkipped
            | Self::ItemSkipped
            | Self::ItemWidened
            | Self::Meaningless
            | Self::SheetAtFirstRun => true,
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
            Self::RecommendationsSkipped => "the recommendations in it are skipped",
            Self::ItemSkipped => "this item is skipped",
            Self::ItemWidened => "the whole of its origin is blocked",
            Self::SheetAtFirstRun => "treated as 1: the sheet is shown at the first run",
        })
    }
}
