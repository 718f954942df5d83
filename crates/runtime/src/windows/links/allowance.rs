//! How often a page may put something on the user's screen.

use crate::app_view::AppView;
use crate::input;
use std::cell::Cell;
use std::rc::Rc;

/// The right to open a window, to start another program or to ask about one. There is one for each thing that the user
/// does in the page: a page can take the user somewhere, but not flood the desktop.
///
/// The right does not expire, because an app may have to ask a server before it knows where to go.
pub(super) struct Allowance(Rc<Cell<bool>>);

impl Allowance {
    /// Watches a view's input. There is nothing to take before the first.
    pub(super) fn watch(view: &AppView) -> Self {
        let is_there = Rc::new(Cell::new(false));
        input::watch(view, {
            let is_there = is_there.clone();
            move |_| is_there.set(true)
        });
        Self(is_there)
    }

    /// Takes it, if it is there.
    pub(super) fn take(&self) -> bool {
        self.0.take()
    }
}
