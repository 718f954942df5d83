//! Those who want to know when documents come and go.

use std::cell::RefCell;
use std::rc::Rc;

type Callback<T> = Rc<dyn Fn(T)>;

/// Callbacks for one kind of event. A callback may cause further events, and add callbacks.
pub(super) struct Listeners<T>(RefCell<Vec<Callback<T>>>);

impl<T> Default for Listeners<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Copy> Listeners<T> {
    /// Has `callback` called at every event from now on.
    pub(super) fn add(&self, callback: impl Fn(T) + 'static) {
        self.0.borrow_mut().push(Rc::new(callback));
    }

    /// Calls back, in the order in which the callbacks were added.
    pub(super) fn tell(&self, event: T) {
        let callbacks = self.0.borrow().clone();
        for callback in callbacks {
            callback(event);
        }
    }
}
