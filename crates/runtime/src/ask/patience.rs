//! How often a user is asked who does not want to be, about what is no permission: of those the authority knows it.

use std::cell::Cell;

/// How many questions the user closes until there are no more.
const MOST: u32 = 3;

/// A user's patience with questions that nobody answers.
#[derive(Default)]
pub(crate) struct Patience(Cell<u32>);

impl Patience {
    /// The user has closed a question without answering it.
    pub(crate) fn closed(&self) {
        self.0.set(self.0.get().saturating_add(1));
    }

    /// Whether the user wants no more questions.
    pub(crate) fn is_over(&self) -> bool {
        self.0.get() >= MOST
    }

    /// The user has turned to the app again.
    pub(crate) fn renew(&self) {
        self.0.set(0);
    }
}
