//! How often a page may put something on the user's screen.

use crate::app_view::AppView;
use crate::windows::input;
use std::cell::Cell;
use std::rc::Rc;

/// Opening a window or starting another program, once for everything that the user does: a page can take the user
/// somewhere, but not flood the desktop.
///
/// A turn does not expire, because an app may have to ask a server before it knows where to go. The first one is there
/// from the beginning: the user has opened the window.
pub(super) struct Turn {
    is_there: Rc<Cell<bool>>,
    unlimited: bool,
}

impl Turn {
    /// Watches a view's input. WebDriver's clicks are none that could be seen: what it drives is `unlimited`.
    pub(super) fn watch(view: &AppView, unlimited: bool) -> Self {
        let is_there = Rc::new(Cell::new(true));
        input::watch(view, {
            let is_there = is_there.clone();
            move |_| is_there.set(true)
        });
        Self { is_there, unlimited }
    }

    /// Whether it is the page's turn, which is over by asking.
    pub(super) fn take(&self) -> bool {
        self.is_there.take() || self.unlimited
    }
}
