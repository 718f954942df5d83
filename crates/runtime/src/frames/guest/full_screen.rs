//! A frame's page that fills the screen: it covers the app, whose window covers the screen.
//!
//! The engine asks nobody beforehand. So the page is told that it fills the screen, and of a page that may not that is taken
//! back at once.

use super::Guest;
use super::permissions::origin_of;
use crate::notice;
use crate::translations::tr_with;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use insula_bridge::{FramePermission, FramePermissionRequest, PermissionAnswer};
use insula_permissions::{PermissionName, Verdict};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use webkit6::prelude::*;

/// What it takes.
const NAMES: [PermissionName; 1] = [PermissionName::Fullscreen];

/// Whether a frame fills the screen.
#[derive(Default)]
pub(super) struct FullScreen {
    filled: RefCell<Option<Filled>>,
    /// Whether the app is being asked.
    is_asked: Cell<bool>,
}

/// How it was before.
struct Filled {
    window: gtk::Window,
    /// Whether the window did so already, for the app.
    was_full: bool,
    unfulled: Option<glib::SignalHandlerId>,
    keys: gtk::EventControllerKey,
}

impl Guest {
    pub(super) fn follow_full_screen(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        // The engine would make the window of the app's page fill the screen, whoever asks.
        self.view.connect_enter_fullscreen(move |_| {
            crate::guard("a frame's enter-fullscreen", true, || {
                if let Some(guest) = weak.upgrade() {
                    guest.wants_screen();
                }
                true
            })
        });
        let weak = Rc::downgrade(self);
        self.view.connect_leave_fullscreen(move |_| {
            crate::guard("a frame's leave-fullscreen", true, || {
                if let Some(guest) = weak.upgrade() {
                    guest.give_screen_back();
                }
                true
            })
        });
    }

    fn wants_screen(self: &Rc<Self>) {
        let url = self.navigable.borrow().url().to_owned();
        if !self.may_ask(&NAMES, &url) || self.page.app_may(self.key.0, NAMES[0]) != Verdict::Allow {
            return self.leave_screen();
        }
        if self.fills_screen_unasked() {
            return self.fill_screen();
        }
        if self.full_screen.is_asked.replace(true) {
            return self.leave_screen();
        }
        let ((document, frame), asking) = (self.key, self.permissions.document());
        let answer = self.page.ask_permission(
            document,
            frame,
            FramePermissionRequest {
                permission: FramePermission::Fullscreen,
                url: None,
                origin: Some(origin_of(&url)),
                user_gesture: None,
                last_unlocked_by_self: None,
                request_method: None,
                lacks: None,
            },
        );
        let guest = Rc::downgrade(self);
        glib::spawn_future_local(async move {
            let answer = answer.await;
            let Some(guest) = guest.upgrade() else { return };
            guest.full_screen.is_asked.set(false);
            let is_there = guest.permissions.document() == asking;
            match answer == PermissionAnswer::Allow && is_there {
                true => guest.fill_screen(),
                false => guest.leave_screen(),
            }
        });
    }

    fn fill_screen(self: &Rc<Self>) {
        if self.full_screen.filled.borrow().is_some() {
            return;
        }
        let window = self.view.root().and_downcast::<gtk::Window>();
        let Some(window) = window.filter(|_| self.page.app_may(self.key.0, NAMES[0]) == Verdict::Allow) else {
            return self.leave_screen();
        };
        self.grant(&NAMES);
        let was_full = window.is_fullscreen();
        self.stage.fill(Some(self.key));
        window.fullscreen();
        let weak = Rc::downgrade(self);
        // The desktop has ways out of the full screen, too.
        let unfulled = window.connect_fullscreened_notify(move |window| {
            if let Some(guest) = weak.upgrade()
                && !window.is_fullscreen()
            {
                guest.leave_screen();
            }
        });
        let keys = gtk::EventControllerKey::new();
        keys.set_propagation_phase(gtk::PropagationPhase::Capture);
        let weak = Rc::downgrade(self);
        keys.connect_key_pressed(move |_, key, _, _| match weak.upgrade() {
            Some(guest) if key == gtk::gdk::Key::Escape => {
                guest.leave_screen();
                glib::Propagation::Stop
            }
            _ => glib::Propagation::Proceed,
        });
        window.add_controller(keys.clone());
        let who = origin_of(self.navigable.borrow().url());
        notice::show(
            &self.stage,
            &tr_with("{who} fills the screen. Press Escape to leave.", &[("who", &who)]),
        );
        self.full_screen.filled.replace(Some(Filled {
            window,
            was_full,
            unfulled: Some(unfulled),
            keys,
        }));
        self.view.grab_focus();
    }

    /// Ends what the page has of the full screen, whether it fills it or only believes so.
    pub(super) fn leave_screen(&self) {
        self.give_screen_back();
        self.run_quietly("document.exitFullscreen?.()");
    }

    /// The app is seen again.
    pub(super) fn give_screen_back(&self) {
        let Some(mut filled) = self.full_screen.filled.take() else {
            return;
        };
        if let Some(unfulled) = filled.unfulled.take() {
            filled.window.disconnect(unfulled);
        }
        filled.window.remove_controller(&filled.keys);
        if !filled.was_full {
            filled.window.unfullscreen();
        }
        notice::hide(&self.stage);
        self.stage.fill(None);
    }
}
