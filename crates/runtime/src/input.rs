//! What the user does in a view or a window: real input, which comes from the display before the page sees it. No script
//! can make any.

mod activity;

pub(crate) use activity::{Activity, Follower};

use gtk4 as gtk;
use gtk4::gdk;
use gtk4::prelude::*;

/// Calls back at every input that activates (HTML, section 6.4 "Tracking user activation").
pub(crate) fn watch(view: &impl IsA<gtk::Widget>, activated: impl Fn(&gdk::Event) + 'static) {
    let controller = gtk::EventControllerLegacy::new();
    controller.set_propagation_phase(gtk::PropagationPhase::Capture);
    controller.connect_event(move |_, event| {
        if activates(event) {
            activated(event);
        }
        gtk::glib::Propagation::Proceed
    });
    view.add_controller(controller);
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
