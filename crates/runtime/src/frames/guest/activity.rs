//! Whether somebody uses a frame.

use super::Guest;
use crate::input::{Activity, Follower};
use insula_bridge::FrameEvent;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// What the user does in a frame, once the app wants to know it.
#[derive(Default)]
pub(super) struct Use {
    activity: OnceCell<Rc<Activity>>,
    follower: RefCell<Option<Rc<Follower>>>,
}

impl Guest {
    /// Tells the app when nobody has used the frame for some time, and when somebody does again; without a time never.
    pub(crate) fn follow_use(self: &Rc<Self>, interval: Option<Duration>) {
        let activity = self.in_use.activity.get_or_init(|| {
            let activity = Rc::new(Activity::default());
            activity.watch(&self.view);
            activity
        });
        let guest = Rc::downgrade(self);
        let changed = move |idle| {
            if let Some(guest) = guest.upgrade() {
                guest.tell(if idle { FrameEvent::Idle } else { FrameEvent::Active });
            }
        };
        let follower = interval.map(|interval| activity.follow(interval, changed));
        self.in_use.follower.replace(follower);
    }
}
