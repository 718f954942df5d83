//! Loads that the app asks for, of a frame whose page does not let go, too.

use super::Guest;
use crate::guard;
use gtk4::glib;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use webkit6::WebView;
use webkit6::prelude::*;

/// How long a page has to let a load begin. The engine calls a web process unresponsive that has not answered for three
/// seconds.
const PATIENCE: Duration = Duration::from_secs(4);

/// Asks a view for a load.
type Ask = Box<dyn Fn(&WebView)>;

/// What asked for the load that has not begun yet.
#[derive(Default)]
pub(super) struct Asked(RefCell<Option<Ask>>);

impl Asked {
    /// Forgets it: it has begun, or is not wanted any more.
    pub(super) fn forget(&self) {
        self.0.take();
    }
}

impl Guest {
    /// Asks for a load. It begins in the process of the page that is there, for which a script that keeps that busy has no
    /// time: such a process is ended, and the load begins in a new one.
    pub(super) fn ask(self: &Rc<Self>, ask: impl Fn(&WebView) + 'static) {
        ask(&self.view);
        if self.shown.borrow().is_empty() {
            // Without a document there is no script. The process may just take its time to start.
            return;
        }
        self.asked.0.replace(Some(Box::new(ask)));
        let weak = Rc::downgrade(self);
        // After the engine's own clock, in case both are late.
        glib::timeout_add_local_full(PATIENCE, glib::Priority::LOW, move || {
            guard("a load that does not begin", (), || {
                if let Some(guest) = weak.upgrade() {
                    guest.insist();
                }
            });
            glib::ControlFlow::Break
        });
    }

    fn insist(&self) {
        if self.asked.0.borrow().is_some() && !self.view.is_web_process_responsive() {
            self.view.terminate_web_process();
        }
    }

    /// The process was ended for a load: asks for it again. The app is told of nothing but the load.
    pub(super) fn ask_again(&self) {
        if let Some(ask) = self.asked.0.take() {
            ask(&self.view);
        }
    }
}
