//! Whether somebody uses a frame.

use super::Guest;
use crate::input::{Activity, Follower};
use insula_bridge::FrameEvent;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// What the user does in a frame, once the app wants to know it.
#[derive(Default)]
pub(super) struct Use(RefCell<Option<(Rc<Activity>, Option<Rc<Follower>>)>>);

impl Guest {
    /// Tells the app when nobody has used the frame for some time, and when somebody does again; without a time never.
    pub(crate) fn follow_use(self: &Rc<Self>, interval: Option<Duration>) {
        let mut followed = self.in_use.0.borrow_mut();
        let (activity, follower) = followed.get_or_insert_with(|| {
            let activity = Rc::new(Activity::default());
            activity.watch(&self.view);
            (activity, None)
        });
        let guest = Rc::downgrade(self);
        let changed = move |idle| {
            if let Some(guest) = guest.upgrade() {
                guest.tell(if idle { FrameEvent::Idle } else { FrameEvent::Active });
            }
        };
        *follower = interval.map(|interval| activity.follow(interval, changed));
    }
}
