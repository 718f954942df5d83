//! Presses and keys that were not meant for a question: a page can put a button where a question is about to appear, and
//! have the second click of a double click answer it; it can ask for a key to be tapped until a question takes it.

use super::recent_input::RecentInput;
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{gdk, glib};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// For how long a question takes no press and no key. It is longer than the time in which two clicks are a double click,
/// and about as long as it takes to notice that something new is on the screen.
const CALM: Duration = Duration::from_millis(500);

/// For how long the keys have to rest that the user pressed in the app before the question came, or while it was young: who
/// taps along with a page, one key or several, does not read.
const REST: Duration = Duration::from_secs(3);

/// Swallows every press of a button, a finger or a pen, and every key but Escape, until the window has been on the
/// screen, and active, for [`CALM`], and nobody has pressed anything for as long. The keys that the user has pressed in
/// the app before are swallowed for longer, and so is what a key repeats while it is held.
pub(crate) fn swallow_early_presses(window: &gtk::Window, recent: &Rc<RecentInput>) {
    let guard = Rc::new(Guard::new(Instant::now()));
    let restart = {
        let (guard, recent) = (guard.clone(), recent.clone());
        move || guard.restart(Instant::now(), recent.keys())
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
    // The question may have lain under another window until now.
    window.connect_is_active_notify(move |_| restart());
    let presses = gtk::EventControllerLegacy::new();
    presses.set_propagation_phase(gtk::PropagationPhase::Capture);
    presses.connect_event(move |_, event| {
        let now = Instant::now();
        let is_taken = match event.event_type() {
            gdk::EventType::ButtonPress | gdk::EventType::TouchBegin => guard.takes_press(now),
            gdk::EventType::KeyPress | gdk::EventType::KeyRelease => event
                .downcast_ref::<gdk::KeyEvent>()
                .is_none_or(|key| guard.takes(key, now)),
            _ => true,
        };
        if is_taken {
            glib::Propagation::Proceed
        } else {
            glib::Propagation::Stop
        }
    });
    window.add_controller(presses);
}

/// What a question takes for an answer.
struct Guard {
    /// When the last press came that was not meant for the question.
    calm_since: Cell<Instant>,
    /// The keys that were pressed for something else than the question.
    others: RefCell<BTreeSet<Key>>,
    /// When one of those keys was last pressed.
    last_other: Cell<Instant>,
    /// The keys that are down, as the keyboard numbers them.
    down: RefCell<BTreeSet<u32>>,
}

/// What a key means, whatever is held along with it.
pub(super) type Key = u32;

impl Guard {
    fn new(now: Instant) -> Self {
        Self {
            calm_since: Cell::new(now),
            others: RefCell::default(),
            last_other: Cell::new(now),
            down: RefCell::default(),
        }
    }

    /// The question comes to the user, who has pressed these keys elsewhere.
    fn restart(&self, now: Instant, elsewhere: impl IntoIterator<Item = Key>) {
        self.calm_since.set(now);
        self.last_other.set(now);
        self.others.borrow_mut().extend(elsewhere);
    }

    fn takes(&self, event: &gdk::KeyEvent, now: Instant) -> bool {
        if event.event_type() == gdk::EventType::KeyRelease {
            self.down.borrow_mut().remove(&event.keycode());
            return true;
        }
        // Escape leaves the question, which decides nothing. A modifier alone does nothing.
        event.keyval() == gdk::Key::Escape
            || event.is_modifier()
            || self.takes_key(super::recent_input::key(event), event.keycode(), now)
    }

    fn takes_key(&self, key: Key, keycode: u32, now: Instant) -> bool {
        let is_held = !self.down.borrow_mut().insert(keycode);
        if !self.takes_press(now) || is_held {
            self.calm_since.set(now);
            self.last_other.set(now);
            self.others.borrow_mut().insert(key);
            return false;
        }
        let is_other = self.others.borrow().contains(&key) && now.duration_since(self.last_other.get()) < REST;
        if is_other {
            self.last_other.set(now);
        }
        !is_other
    }

    /// Whether a press is meant for the question. If it comes too early, the wait begins again.
    fn takes_press(&self, now: Instant) -> bool {
        let is_calm = now.duration_since(self.calm_since.get()) >= CALM;
        if !is_calm {
            self.calm_since.set(now);
        }
        is_calm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys by letter; each has a number of its own on the keyboard.
    fn press(guard: &Guard, start: Instant, letter: char, milliseconds: u64) -> bool {
        let taken = guard.takes_key(
            letter.into(),
            letter.into(),
            start + Duration::from_millis(milliseconds),
        );
        guard.down.borrow_mut().clear();
        taken
    }

    #[test]
    fn presses_count_after_a_calm_and_from_then_on() {
        let start = Instant::now();
        let guard = Guard::new(start);
        let takes = |milliseconds| guard.takes_press(start + Duration::from_millis(milliseconds));
        assert!(!takes(10) && !takes(499), "a double click");
        assert!(!takes(900), "clicking along");
        assert!(takes(1400) && takes(1450), "one answer after the other");
    }

    #[test]
    fn keys_wait_as_presses_do_and_the_two_wait_for_each_other() {
        let start = Instant::now();
        let guard = Guard::new(start);
        assert!(!press(&guard, start, 'a', 400));
        assert!(!guard.takes_press(start + Duration::from_millis(800)));
        assert!(press(&guard, start, 'b', 1300) && press(&guard, start, 'c', 1310));
        assert!(guard.takes_press(start + Duration::from_millis(1320)));
    }

    #[test]
    fn a_key_that_was_tapped_before_has_to_rest_however_slowly_it_is_tapped() {
        let start = Instant::now();
        let guard = Guard::new(start);
        guard.restart(start, ['a'.into()]);
        for milliseconds in [900, 1900, 2900, 4900, 7800] {
            assert!(!press(&guard, start, 'a', milliseconds), "{milliseconds}");
        }
        assert!(press(&guard, start, 'b', 7900), "another key was never the page's");
        assert!(press(&guard, start, 'a', 10_900));
        guard.restart(start, ['a'.into(), 'b'.into()]);
        for (letter, milliseconds) in [('a', 2000), ('b', 4500), ('a', 7000), ('b', 9500)] {
            assert!(!press(&guard, start, letter, milliseconds), "in turns: {milliseconds}");
        }
    }

    #[test]
    fn a_key_that_is_held_answers_nothing() {
        let start = Instant::now();
        let guard = Guard::new(start);
        let held = |milliseconds| guard.takes_key(1, 1, start + Duration::from_millis(milliseconds));
        assert!(held(600), "it is pressed once");
        assert!(!held(630) && !held(5000));
        guard.down.borrow_mut().clear();
        assert!(!held(5100), "letting go and pressing again is tapping");
    }
}
