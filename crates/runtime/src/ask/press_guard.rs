//! Presses that were not meant for a question: a page can put a button where a question is about to appear, and have the
//! second click of a double click answer it.
//!
//! Only the pointer waits. A page cannot choose which key a user is about to press, and nothing has the keyboard that
//! a stray key would grant by.

use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{gdk, glib};
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// For how long a question takes no press. It is longer than the time in which two clicks are a double click, and about
/// as long as it takes to notice that something new is on the screen.
const CALM: Duration = Duration::from_millis(500);

/// Swallows every press of a button, a finger or a pen until the window has been on the screen, and active, for
/// [`CALM`], and nobody has pressed anything for as long: who clicks along has not read the question yet.
pub(crate) fn swallow_early_presses(window: &gtk::Window) {
    let restless = Rc::new(Cell::new(Instant::now()));
    let restart = {
        let restless = restless.clone();
        move || restless.set(Instant::now())
    };
    window.connect_map({
        let restart = restart.clone();
        move |window| {
            restart();
            // Presses wait in the queue while a window paints for the first time, which may take long.
            let Some(clock) = window.frame_clock() else { return };
            let painted = Rc::new(Cell::new(None));
            let handler = clock.connect_after_paint({
                let (restart, painted) = (restart.clone(), painted.clone());
                move |clock| {
                    restart();
                    if let Some(handler) = painted.take() {
                        clock.disconnect(handler);
                    }
                }
            });
            painted.set(Some(handler));
        }
    });
    // It may come back from under another window.
    window.connect_is_active_notify(move |_| restart());
    let presses = gtk::EventControllerLegacy::new();
    presses.set_propagation_phase(gtk::PropagationPhase::Capture);
    presses.connect_event(move |_, event| {
        let is_press = matches!(
            event.event_type(),
            gdk::EventType::ButtonPress | gdk::EventType::TouchBegin
        );
        if is_press && is_early(&restless, Instant::now()) {
            glib::Propagation::Stop
        } else {
            glib::Propagation::Proceed
        }
    });
    window.add_controller(presses);
}

/// Whether a press comes too early. If it does, the wait begins again.
fn is_early(restless: &Cell<Instant>, now: Instant) -> bool {
    let early = now.duration_since(restless.get()) < CALM;
    if early {
        restless.set(now);
    }
    early
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presses_count_after_a_calm_and_from_then_on() {
        let start = Instant::now();
        let restless = Cell::new(start);
        let is_early = |milliseconds| is_early(&restless, start + Duration::from_millis(milliseconds));
        assert!(is_early(10) && is_early(499), "a double click");
        assert!(is_early(900), "clicking along");
        assert!(!is_early(1400) && !is_early(1450), "one answer after the other");
    }
}
