//! Documents of other origins that are in the app's page, in iframes: what the engine asks may be for one of them.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

/// So many frames are told apart. A process that has had more of them at once has strangers in it for good.
const MOST: usize = 4_096;

/// The frames of a page that show another origin's document, by the web process's numbers.
#[derive(Default)]
pub(super) struct Strangers {
    frames: RefCell<HashSet<u64>>,
    are_too_many: Cell<bool>,
}

impl Strangers {
    /// A document of another origin has come into a frame, or is gone from it.
    pub(super) fn note(&self, frame: u64, is_there: bool) {
        let mut frames = self.frames.borrow_mut();
        if !is_there {
            frames.remove(&frame);
        } else if frames.len() < MOST {
            frames.insert(frame);
        } else {
            self.are_too_many.set(true);
        }
    }

    /// Whether there is any.
    pub(super) fn are_there(&self) -> bool {
        self.are_too_many.get() || !self.frames.borrow().is_empty()
    }

    /// The process that they were in has ended.
    pub(super) fn forget(&self) {
        self.frames.take();
        self.are_too_many.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_there_until_the_last_has_gone() {
        let strangers = Strangers::default();
        strangers.note(1, true);
        strangers.note(2, true);
        strangers.note(1, false);
        assert!(strangers.are_there());
        strangers.note(2, false);
        assert!(!strangers.are_there());
    }

    #[test]
    fn one_that_was_not_counted_is_not_forgotten_with_the_others() {
        let strangers = Strangers::default();
        let frames = || 0..=MOST as u64;
        frames().for_each(|frame| strangers.note(frame, true));
        frames().take(MOST).for_each(|frame| strangers.note(frame, false));
        assert!(strangers.are_there());
        strangers.forget();
        assert!(!strangers.are_there());
    }
}
