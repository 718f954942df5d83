//! Whether somebody uses a view or the app, by real input, and since when nobody does.
//!
//! At rest nothing runs: a timer is due once an interval while somebody does, and none after that.

use gtk4 as gtk;
use gtk4::gdk;
use gtk4::glib;
use gtk4::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

/// The input that some widgets get.
pub(crate) struct Activity {
    last: Cell<Instant>,
    followers: RefCell<Vec<Weak<Follower>>>,
}

/// Somebody who wants to hear when there is no input for some time, and when there is again.
pub(crate) struct Follower {
    activity: Rc<Activity>,
    interval: Duration,
    is_idle: Cell<bool>,
    changed: Box<dyn Fn(bool)>,
}

impl Default for Activity {
    fn default() -> Self {
        Self {
            last: Cell::new(Instant::now()),
            followers: RefCell::default(),
        }
    }
}

impl Activity {
    /// Takes the input of a widget, and of all that is in it, as well.
    pub(crate) fn watch(self: &Rc<Self>, widget: &impl IsA<gtk::Widget>) {
        let controller = gtk::EventControllerLegacy::new();
        controller.set_propagation_phase(gtk::PropagationPhase::Capture);
        let weak = Rc::downgrade(self);
        controller.connect_event(move |_, event| {
            if is_input(event)
                && let Some(activity) = weak.upgrade()
            {
                activity.used();
            }
            glib::Propagation::Proceed
        });
        widget.add_controller(controller);
    }

    /// Calls back with `true` when there is no input for `interval`, and with `false` when there is again, as long as the
    /// follower is held. The time counts from now.
    pub(crate) fn follow(self: &Rc<Self>, interval: Duration, changed: impl Fn(bool) + 'static) -> Rc<Follower> {
        self.last.set(Instant::now());
        let follower = Rc::new(Follower {
            activity: self.clone(),
            interval,
            is_idle: Cell::new(false),
            changed: Box::new(changed),
        });
        let mut followers = self.followers.borrow_mut();
        followers.retain(|follower| follower.strong_count() > 0);
        followers.push(Rc::downgrade(&follower));
        follower.look_after(interval);
        follower
    }

    fn used(&self) {
        self.last.set(Instant::now());
        let followers: Vec<Rc<Follower>> = self.followers.borrow().iter().filter_map(Weak::upgrade).collect();
        for follower in followers.iter().filter(|follower| follower.is_idle.replace(false)) {
            follower.look_after(follower.interval);
            (follower.changed)(false);
        }
    }
}

impl Follower {
    fn look_after(self: &Rc<Self>, time: Duration) {
        let weak = Rc::downgrade(self);
        glib::timeout_add_local_once(time, move || {
            if let Some(follower) = weak.upgrade() {
                follower.look();
            }
        });
    }

    fn look(self: &Rc<Self>) {
        match self.interval.checked_sub(self.activity.last.get().elapsed()) {
            Some(rest) if !rest.is_zero() => self.look_after(rest),
            _ => {
                self.is_idle.set(true);
                (self.changed)(true);
            }
        }
    }
}

/// Whether the user does something: not what a display sends when a window comes under a pointer that lies still.
fn is_input(event: &gdk::Event) -> bool {
    use gdk::EventType;
    matches!(
        event.event_type(),
        EventType::ButtonPress
            | EventType::ButtonRelease
            | EventType::KeyPress
            | EventType::KeyRelease
            | EventType::MotionNotify
            | EventType::Scroll
            | EventType::TouchBegin
            | EventType::TouchUpdate
            | EventType::TouchEnd
            | EventType::TouchpadSwipe
            | EventType::TouchpadPinch
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_follows_hears_of_idle_once_and_of_use_once() {
        let context = glib::MainContext::new();
        let told = Rc::new(RefCell::new(Vec::new()));
        context
            .with_thread_default(|| {
                let activity = Rc::new(Activity::default());
                let follower = activity.follow(Duration::from_millis(30), {
                    let told = told.clone();
                    move |idle| told.borrow_mut().push(idle)
                });
                follower.look();
                assert!(told.borrow().is_empty(), "the interval has not passed");
                activity
                    .last
                    .set(Instant::now().checked_sub(Duration::from_secs(1)).expect("a time"));
                follower.look();
                activity.used();
                activity.used();
                assert_eq!(*told.borrow(), [true, false]);
                drop(follower);
                activity.used();
                assert_eq!(told.borrow().len(), 2);
            })
            .expect("a context");
    }
}
