//! What the user has done in the app a moment ago. No script can do any of it.

use super::press_guard::Key;
use crate::input;
use gtk4 as gtk;
use gtk4::gdk;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How long a key is remembered.
const REMEMBERED: Duration = Duration::from_secs(10);

/// As many keys as anybody taps along with.
const MOST: usize = 64;

/// How long the user is there after having done something.
const PRESENCE: Duration = Duration::from_secs(5);

/// What the user has done in the windows of an app, wherever in them: in the page, in a frame.
pub(crate) struct RecentInput {
    keys: RefCell<VecDeque<(Instant, Key)>>,
    last: Cell<Option<Instant>>,
}

impl RecentInput {
    /// Nothing has been done yet. Outside of questions nobody makes one: a question that knows no input takes each key
    /// for an answer.
    pub(super) fn none() -> Rc<Self> {
        Rc::new(Self {
            keys: RefCell::default(),
            last: Cell::default(),
        })
    }

    /// Watches a window, and calls back at everything that the user does in it.
    pub(super) fn watch(self: &Rc<Self>, window: &gtk::Window, done: impl Fn() + 'static) {
        let recent = self.clone();
        input::watch(window, move |event| {
            recent.remember(event);
            done();
        });
    }

    /// When the user has done something last.
    pub(crate) fn last(&self) -> Option<Instant> {
        self.last.get()
    }

    /// Whether the user has done something a moment ago.
    pub(crate) fn is_user_there(&self) -> bool {
        self.last.get().is_some_and(|last| last.elapsed() < PRESENCE)
    }

    /// The keys that the user has pressed a moment ago.
    pub(super) fn keys(&self) -> Vec<Key> {
        let keys = self.keys.borrow();
        let recent = keys.iter().filter(|(at, _)| at.elapsed() < REMEMBERED);
        recent.map(|(_, key)| *key).collect()
    }

    fn remember(&self, event: &gdk::Event) {
        let now = Instant::now();
        self.last.set(Some(now));
        if let Some(event) = event.downcast_ref::<gdk::KeyEvent>() {
            let mut keys = self.keys.borrow_mut();
            keys.push_back((now, key(event)));
            if keys.len() > MOST {
                keys.pop_front();
            }
        }
    }
}

/// The key of an event, with or without Shift.
pub(super) fn key(event: &gdk::KeyEvent) -> Key {
    use gtk4::glib::translate::IntoGlib;
    event.keyval().to_lower().into_glib()
}
