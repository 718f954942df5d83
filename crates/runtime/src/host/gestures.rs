//! Transient activation, from real input (HTML, section 6.4 "Tracking user activation").
//!
//! The events come from the display, before the page sees them: no script can make one.

use crate::app_view::AppView;
use gtk4 as gtk;
use gtk4::gdk;
use gtk4::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How long an activation lasts.
const DURATION: Duration = Duration::from_secs(5);

/// When the user last did something in the app's own view.
pub(super) struct Gestures(Rc<Cell<Option<Instant>>>);

impl Gestures {
    /// Watches a view's input.
    pub(super) fn watch(view: &AppView) -> Self {
        let last: Rc<Cell<Option<Instant>>> = Rc::default();
        let controller = gtk::EventControllerLegacy::new();
        controller.set_propagation_phase(gtk::PropagationPhase::Capture);
        controller.connect_event({
            let last = last.clone();
            move |_, event| {
                if activates(event) {
                    last.set(Some(Instant::now()));
                }
                gtk::glib::Propagation::Proceed
            }
        });
        view.add_controller(controller);
        Self(last)
    }

    /// Whether there is an activation; it is used up by asking.
    pub(super) fn consume(&self) -> bool {
        self.0.take().is_some_and(|at| at.elapsed() < DURATION)
    }
}

/// Pressing a button, touching, pressing a key other than Escape, which means to leave.
fn activates(event: &gdk::Event) -> bool {
    match event.event_type() {
        gdk::EventType::ButtonPress | gdk::EventType::TouchEnd => true,
        gdk::EventType::KeyPress => event
            .downcast_ref::<gdk::KeyEvent>()
            .is_some_and(|key| key.keyval() != gdk::Key::Escape),
        _ => false,
    }
}
