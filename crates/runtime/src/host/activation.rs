//! Transient activation (HTML, section 6.4 "Tracking user activation").

use crate::app_view::AppView;
use crate::input;
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How long an activation lasts.
const DURATION: Duration = Duration::from_secs(5);

/// When the user last did something in the app's own view.
pub(super) struct TransientActivation(Rc<Cell<Option<Instant>>>);

impl TransientActivation {
    /// Watches a view's input.
    pub(super) fn watch(view: &AppView) -> Self {
        let last: Rc<Cell<Option<Instant>>> = Rc::default();
        input::watch(view, {
            let last = last.clone();
            move |_| last.set(Some(Instant::now()))
        });
        Self(last)
    }

    /// What the user has done was for the page that was there: the next one has to wait for its own.
    pub(super) fn forget(&self) {
        self.0.take();
    }

    /// Whether there is an activation; it is used up by asking.
    pub(super) fn consume(&self) -> bool {
        self.0.take().is_some_and(|at| at.elapsed() < DURATION)
    }
}
