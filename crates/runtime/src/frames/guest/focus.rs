//! The keyboard: into a frame, and what happens there.

use super::Guest;
use crate::frames::warm;
use gtk4 as gtk;
use gtk4::prelude::*;
use insula_bridge::{FocusDirection, FrameEvent};
use std::rc::Rc;
use webkit6::prelude::*;

/// Defines a function that focuses the first or the last stop of a document.
const FOCUS_EDGE: &str = include_str!("../../../../../js/frame/focus-edge.js");

impl Guest {
    /// Gives the frame the keyboard; by Tab, its first or last stop.
    pub(crate) fn focus(&self, direction: FocusDirection) {
        let focused = self.view.root().and_then(|root| root.focus());
        let is_inside = focused.is_some_and(|focused| focused.is_ancestor(&self.view));
        // Where the keyboard is in the frame's menu, it stays there.
        if direction == FocusDirection::Here && is_inside {
            return;
        }
        self.view.grab_focus();
        let call = match direction {
            FocusDirection::Here => return,
            FocusDirection::Forward => "focusEdge('forward')",
            FocusDirection::Backward => "focusEdge('backward')",
        };
        let script = format!("{FOCUS_EDGE}\n{call}");
        self.view
            .evaluate_javascript(&script, Some(warm::WORLD), None, gtk::gio::Cancellable::NONE, |_| {});
    }

    /// Tells when the user clicks into the frame.
    pub(super) fn follow_focus(self: &Rc<Self>) {
        let controller = gtk::EventControllerFocus::new();
        controller.connect_enter(self.on(|guest| guest.tell(FrameEvent::Focused)));
        self.view.add_controller(controller);
    }
}
