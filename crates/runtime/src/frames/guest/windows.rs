//! Windows that a frame's pages open (Controlled Frame, event `newwindow`).
//!
//! The engine wants the new window's view at once. So there is one at once, beside the opener's in its process, and all that
//! belongs to a frame with it; but its page goes nowhere until the app has put the window into an element.

use super::Guest;
use crate::unanswered::Unanswered;
use gtk4 as gtk;
use gtk4::gdk;
use gtk4::prelude::*;
use insula_bridge::WindowOpenDisposition::{self, NewBackgroundTab, NewForegroundTab, NewPopup, NewWindow};
use insula_bridge::{DomError, DomErrorName};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};
use webkit6::prelude::*;
use webkit6::{NavigationAction, NavigationType, PolicyDecision, PolicyDecisionType, WebView};

/// How many windows of a frame wait for the app's answer at once.
const MOST_WAITING: usize = 8;

/// How many a frame opens in some time, whatever the answers are. Each costs a view.
const MOST: usize = 30;
const TIME: Duration = Duration::from_secs(5);

/// How many questions of the engine a window holds until it is attached.
const MOST_HELD: usize = 16;

/// The middle button.
const MIDDLE: u32 = 2;

/// What a page, or the user in it, wants to open.
#[derive(Clone)]
pub(in crate::frames) struct Opened {
    pub(in crate::frames) url: String,
    /// As the keys and the button say that were held down.
    by_user: Option<WindowOpenDisposition>,
}

/// The windows of a frame, and the frame as a window of another.
#[derive(Default)]
pub(super) struct Windows {
    waiting: Cell<usize>,
    opened: RefCell<Vec<Instant>>,
    held: RefCell<Option<Held>>,
    /// The windows that pages of this frame and of those windows have opened: in the engine's web process they have this
    /// frame's scripts, and what these say comes here.
    family: RefCell<Vec<Weak<Guest>>>,
    /// The frame in whose family this window is.
    head: RefCell<Weak<Guest>>,
}

/// What a window waits with until an element shows it.
#[derive(Default)]
struct Held {
    decisions: Vec<(Unanswered<PolicyDecision>, PolicyDecisionType)>,
    /// Where it goes then, if no page sends it there.
    url: Option<String>,
}

impl Opened {
    fn of(action: &NavigationAction) -> Self {
        let url = action.request().and_then(|request| request.uri());
        Self {
            url: url.map(String::from).unwrap_or_default(),
            by_user: by_user(action),
        }
    }

    /// How a window is to be opened whose view is this one.
    pub(in crate::frames) fn disposition(&self, view: &WebView) -> WindowOpenDisposition {
        // The engine hides what else a page says of a window's features, such as `popup`.
        let has_features = view.window_properties().is_some_and(|it| {
            let geometry = it.geometry();
            let has_place = [geometry.x(), geometry.y(), geometry.width(), geometry.height()] != [0; 4];
            let has_bars = it.is_menubar_visible() && it.is_statusbar_visible() && it.is_locationbar_visible();
            has_place || !has_bars || !it.is_toolbar_visible() || !it.is_scrollbars_visible()
        });
        self.by_user.unwrap_or(match has_features {
            true => NewPopup,
            false => NewForegroundTab,
        })
    }
}

impl Guest {
    pub(super) fn follow_windows(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        self.view.connect_create(move |_, action| {
            crate::guard("a frame's create", None, || {
                let view = weak.upgrade()?.open(&Opened::of(action), None)?;
                Some(view.upcast::<gtk::Widget>())
            })
        });
    }

    /// Whether the user has clicked on a link so that a window is to open, which the engine leaves to whoever embeds it; it
    /// is opened then.
    pub(super) fn opens_link(self: &Rc<Self>, action: &NavigationAction) -> bool {
        let is_link = action.navigation_type() == NavigationType::LinkClicked && action.is_user_gesture();
        if !is_link || action.is_redirect() || by_user(action).is_none() {
            return false;
        }
        let opened = Opened::of(action);
        // The window has no opener.
        self.open(&opened, Some(opened.url.clone()));
        true
    }

    fn open(self: &Rc<Self>, opened: &Opened, url: Option<String>) -> Option<WebView> {
        let windows = &self.windows;
        let now = Instant::now();
        windows.opened.borrow_mut().retain(|at| now.duration_since(*at) < TIME);
        if windows.waiting.get() >= MOST_WAITING || windows.opened.borrow().len() >= MOST {
            return None;
        }
        let guest = self.frames.upgrade()?.open_window(self, opened)?;
        windows.opened.borrow_mut().push(now);
        let head = windows.head.borrow().upgrade().unwrap_or_else(|| self.clone());
        let mut family = head.windows.family.borrow_mut();
        family.retain(|guest| guest.strong_count() > 0);
        family.push(Rc::downgrade(&guest));
        guest.windows.head.replace(Rc::downgrade(&head));
        if let Some(held) = &mut *guest.windows.held.borrow_mut() {
            held.url = url;
        }
        Some(guest.view.clone())
    }

    /// The frame, and the windows whose scripts speak by way of it.
    pub(super) fn family(self: &Rc<Self>) -> Vec<Rc<Self>> {
        let mut family = vec![self.clone()];
        family.extend(self.windows.family.borrow().iter().filter_map(Weak::upgrade));
        family
    }

    /// The app is being asked about a window of this frame.
    pub(in crate::frames) fn window_waits(self: &Rc<Self>) -> impl FnOnce() + use<> {
        self.windows.waiting.set(self.windows.waiting.get() + 1);
        let weak = Rc::downgrade(self);
        move || {
            if let Some(guest) = weak.upgrade() {
                guest.windows.waiting.set(guest.windows.waiting.get() - 1);
            }
        }
    }

    /// Goes nowhere until it is attached: it is the window of another frame's page.
    pub(in crate::frames) fn hold(&self) {
        self.windows.held.replace(Some(Held::default()));
    }

    /// Whether it waits to be attached.
    pub(in crate::frames) fn is_held(&self) -> bool {
        self.windows.held.borrow().is_some()
    }

    /// An element shows it.
    ///
    /// # Errors
    /// It does not wait for that.
    pub(in crate::frames) fn attach(self: &Rc<Self>) -> Result<(), DomError> {
        let held = self.windows.held.take();
        let held = held.ok_or_else(|| DomError::new(DomErrorName::InvalidStateError, "The window is not there."))?;
        for (decision, kind) in held.decisions {
            self.decide(decision, kind);
        }
        if let Some(url) = held.url {
            self.navigate(&url);
        }
        Ok(())
    }

    /// Holds a decision back while the frame waits; gives it back otherwise.
    pub(super) fn hold_back(
        &self,
        decision: Unanswered<PolicyDecision>,
        kind: PolicyDecisionType,
    ) -> Option<Unanswered<PolicyDecision>> {
        match &mut *self.windows.held.borrow_mut() {
            Some(held) => {
                if held.decisions.len() < MOST_HELD {
                    held.decisions.push((decision, kind));
                }
                None
            }
            None => Some(decision),
        }
    }
}

/// How the user wants something to be opened, by the keys and the button that were held down.
fn by_user(action: &NavigationAction) -> Option<WindowOpenDisposition> {
    let modifiers = gdk::ModifierType::from_bits_truncate(action.modifiers());
    if action.mouse_button() == MIDDLE || modifiers.contains(gdk::ModifierType::CONTROL_MASK) {
        Some(NewBackgroundTab)
    } else if modifiers.contains(gdk::ModifierType::SHIFT_MASK) {
        Some(NewWindow)
    } else {
        None
    }
}
