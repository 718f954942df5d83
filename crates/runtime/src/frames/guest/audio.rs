//! What is heard of a frame.

use super::Guest;
use insula_bridge::FrameEvent;
use std::rc::Rc;
use webkit6::prelude::*;

impl Guest {
    /// Tells the app when the frame becomes loud or silent.
    pub(super) fn follow_audio(self: &Rc<Self>) {
        self.view.connect_is_playing_audio_notify(self.on(|guest: &Rc<Self>| {
            let audible = guest.is_audible();
            guest.tell(FrameEvent::AudioStateChanged { audible });
        }));
    }

    /// Whether it makes sounds, muted or not.
    pub(crate) fn is_audible(&self) -> bool {
        self.view.is_playing_audio()
    }

    /// Whether the app has muted it.
    pub(crate) fn is_muted(&self) -> bool {
        self.view.is_muted()
    }

    /// Mutes it, or lets it be heard. Its pages do not learn of it.
    pub(crate) fn set_muted(&self, muted: bool) {
        self.view.set_is_muted(muted);
    }
}
