//! A frame's page on paper (Controlled Frame, `print`).

use super::Guest;
use crate::guard;
use gtk4::glib;
use gtk4::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use webkit6::PrintOperation;

thread_local! {
    /// Whether the user is being asked how to print, by whichever frame.
    static IS_ASKING: Cell<bool> = const { Cell::new(false) };
}

impl Guest {
    /// Prints the page as the user says in the system's dialog. While one is open, there is no other.
    pub(crate) fn print(self: &Rc<Self>) {
        // A frame that is not seen, or not yet, can be printed as well.
        if IS_ASKING.replace(true) {
            return;
        }
        let guest = self.clone();
        // The dialog has a loop of its own. Nothing of this program's may be underneath.
        glib::idle_add_local_once(move || {
            guard("a dialog for printing", (), || {
                // A frame that has been removed meanwhile is in no window.
                if let Some(window) = guest.view.root().and_downcast::<gtk4::Window>() {
                    PrintOperation::new(&guest.view).run_dialog(Some(&window));
                }
            });
            IS_ASKING.set(false);
        });
    }
}
