//! What a frame's pages ask of the device and of the desktop (Controlled Frame, event `permissionrequest`).
//!
//! A page gets it under eight conditions: the app's manifest turns the feature on, and lists the page or the element hands
//! it on (`insula_frame::Delegation`); the page's own policy does not forbid it; the page asks; the app listens, answers,
//! and allows it; and the app has the permission itself, which the user may have to decide then. Where one fails before the
//! app is asked, nobody is.

use super::Guest;
use crate::powerful_features::{self, end_recordings};
use crate::unanswered::Unanswered;
use gtk4::glib;
use insula_bridge::{FramePermission, FramePermissionRequest, PermissionAnswer};
use insula_frame::Delegation;
use insula_manifest::ResponsePolicy;
use insula_permissions::{PermissionName, Verdict};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};
use url::Url;
use webkit6::prelude::*;
use webkit6::{
    ClipboardPermissionRequest, DeviceInfoPermissionRequest, GeolocationPermissionRequest,
    NotificationPermissionRequest, PermissionRequest, PermissionStateQuery, PointerLockPermissionRequest,
    ResponsePolicyDecision,
};

/// How many questions of a frame's pages wait for their answers at once. A page that asks more is refused.
const MOST: usize = 16;

/// How long a click in a document may still be why that asks for something: a gesture counts for so long in the engine.
const GESTURE: Duration = Duration::from_secs(5);

/// How soon to look whether a recording that was ended has not begun anew.
const AGAIN: Duration = Duration::from_millis(100);

/// What a frame's pages may have.
#[derive(Default)]
pub(super) struct Permissions {
    delegation: RefCell<Delegation>,
    /// What the document's own header leaves it.
    policy: RefCell<ResponsePolicy>,
    /// The same of the document that is on its way, with its URL.
    coming: RefCell<Option<(String, ResponsePolicy)>>,
    /// What the document has been allowed.
    granted: RefCell<Vec<PermissionName>>,
    /// Which document it is.
    document: Cell<u64>,
    waiting: Rc<Cell<usize>>,
    /// When the user last did something in a document of another origin inside the page.
    stranger_acted: Cell<Option<Instant>>,
}

/// A question that waits.
pub(super) struct Waiting(Rc<Cell<usize>>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Permissions {
    /// A response is about to become a document.
    pub(super) fn response_came(&self, response: &ResponsePolicyDecision) {
        let header = |name: &str| response.response()?.http_headers()?.list(name);
        let url = response.response().and_then(|it| it.uri()).unwrap_or_default();
        let policy = header("Permissions-Policy").zip(Url::parse(&url).ok());
        self.coming
            .replace(policy.map(|(header, document)| (url.into(), ResponsePolicy::parse(&header, &document))));
    }

    /// The user does something in a document of another origin inside the page.
    pub(super) fn stranger_acted(&self) {
        self.stranger_acted.set(Some(Instant::now()));
    }

    /// Whether such a document may be the one that asks for what takes a gesture.
    fn may_be_a_strangers(&self) -> bool {
        let acted = self.stranger_acted.get();
        acted.is_some_and(|at| at.elapsed() < GESTURE)
    }

    /// One more question may wait, unless there are too many.
    pub(super) fn wait(&self) -> Option<Waiting> {
        let waiting = self.waiting.get();
        (waiting < MOST).then(|| {
            self.waiting.set(waiting + 1);
            Waiting(self.waiting.clone())
        })
    }

    /// Which document it is that asks: another one gets no answer of this one's.
    pub(super) fn document(&self) -> u64 {
        self.document.get()
    }
}

impl Guest {
    pub(super) fn answer_permissions(self: &Rc<Self>) {
        let view = &self.view;
        let weak = Rc::downgrade(self);
        view.connect_permission_request(move |_, request| {
            crate::guard("a frame's permission-request", true, || {
                let request = Unanswered::new(request.clone());
                if let Some(guest) = weak.upgrade() {
                    guest.requested(request);
                }
                true
            })
        });
        view.connect_authenticate(|_, request| {
            // Without credentials: the page that the server sends along is shown. Cancelled, the load would be, too.
            request.authenticate(None);
            true
        });
        view.connect_print(|_, _| true);
        let weak = Rc::downgrade(self);
        view.connect_show_notification(move |_, _| {
            let guest = weak.upgrade();
            !guest.is_some_and(|guest| guest.has(PermissionName::Notifications))
        });
        let weak = Rc::downgrade(self);
        view.connect_query_permission_state(move |_, query| {
            let guest = weak.upgrade();
            guest.is_some_and(|guest| guest.answers(query))
        });
        view.connect_camera_capture_state_notify(self.on(Self::end_refused_recordings));
        view.connect_microphone_capture_state_notify(self.on(Self::end_refused_recordings));
        view.connect_display_capture_state_notify(self.on(Self::end_refused_recordings));
    }

    /// The element hands on other features than before.
    pub(crate) fn set_delegation(&self, delegation: Delegation) {
        self.permissions.delegation.replace(delegation);
    }

    /// Whether pages may fill the screen without the app being asked.
    pub(super) fn fills_screen_unasked(&self) -> bool {
        self.permissions.delegation.borrow().fills_screen()
    }

    /// Another document comes, to which nobody has allowed anything.
    pub(super) fn forget_permissions(&self) {
        let permissions = &self.permissions;
        permissions.document.set(permissions.document.get() + 1);
        permissions.granted.borrow_mut().clear();
        let without_fragment = |url: &str| url.split('#').next().map(str::to_owned);
        let url = without_fragment(self.navigable.borrow().url());
        let coming = permissions.coming.take();
        let policy = coming.filter(|(coming, _)| without_fragment(coming) == url);
        permissions
            .policy
            .replace(policy.map(|(_, policy)| policy).unwrap_or_default());
    }

    /// Takes from the page what the app does not have any more.
    pub(in crate::frames) fn permissions_changed(self: &Rc<Self>) {
        let (document, _) = self.key;
        let (kept, lost): (Vec<_>, Vec<_>) = self
            .permissions
            .granted
            .take()
            .into_iter()
            .partition(|name| self.page.app_may(document, *name) == Verdict::Allow);
        self.permissions.granted.replace(kept);
        for name in lost {
            match name {
                PermissionName::PointerLock => self.run_quietly("document.exitPointerLock?.()"),
                PermissionName::Fullscreen => self.leave_screen(),
                _ => {}
            }
        }
        self.end_refused_recordings();
    }

    /// Whether its page may know where the device is.
    pub(in crate::frames) fn may_know_position(&self) -> bool {
        self.has(PermissionName::Geolocation)
    }

    /// Whether the page has been allowed something that the app still has.
    pub(super) fn has(&self, name: PermissionName) -> bool {
        let is_granted = self.permissions.granted.borrow().contains(&name);
        is_granted && self.page.app_may(self.key.0, name) == Verdict::Allow
    }

    /// Notes what the page has been allowed.
    pub(super) fn grant(&self, names: &[PermissionName]) {
        let mut granted = self.permissions.granted.borrow_mut();
        for name in names {
            if !granted.contains(name) {
                granted.push(*name);
            }
        }
    }

    /// Whether a page at a URL may ask for permissions at all.
    pub(super) fn may_ask(&self, names: &[PermissionName], url: &str) -> bool {
        let Ok(page) = Url::parse(url) else { return false };
        let permissions = &self.permissions;
        names.iter().filter_map(|name| name.feature()).all(|feature| {
            let (own, listed) = self.page.feature(self.key.0, feature, &page);
            let delegation = permissions.delegation.borrow();
            permissions.policy.borrow().allows(feature) && delegation.hands_on(feature, &page, own, listed)
        })
    }

    /// The permission that the app cannot have itself, if there is one.
    pub(super) fn lacking(&self, names: &[PermissionName]) -> Option<String> {
        let is_denied = |name: &&PermissionName| matches!(self.page.app_may(self.key.0, **name), Verdict::Deny(_));
        names.iter().find(is_denied).map(|name| name.as_str().to_owned())
    }

    /// Runs a script of the runtime's own, out of the page's reach.
    pub(super) fn run_quietly(&self, script: &str) {
        use crate::frames::warm::WORLD;
        let none = gtk4::gio::Cancellable::NONE;
        self.view.evaluate_javascript(script, Some(WORLD), None, none, |_| {});
    }

    fn requested(self: &Rc<Self>, request: Unanswered<PermissionRequest>) {
        if request.question().is::<DeviceInfoPermissionRequest>() {
            // The names of cameras and microphones are for those who may use one.
            if self.has(PermissionName::Camera) || self.has(PermissionName::Microphone) {
                request.answer(PermissionRequestExt::allow);
            }
            return;
        }
        let Some((permission, names)) = what_is_asked(request.question()) else {
            return;
        };
        // A document inside may have a position or a recording where the page hands them on, and the pointer like any other.
        // The clipboard is the page's own.
        if permission == FramePermission::Clipboard && self.permissions.may_be_a_strangers() {
            return;
        }
        let url = self.navigable.borrow().url().to_owned();
        if !self.may_ask(&names, &url) {
            return;
        }
        let Some(waiting) = self.permissions.wait() else { return };
        let is_pointer = permission == FramePermission::PointerLock;
        let ((document, frame), asking) = (self.key, self.permissions.document());
        let answer = self.page.ask_permission(
            document,
            frame,
            FramePermissionRequest {
                permission,
                url: Some(match permission {
                    FramePermission::Geolocation | FramePermission::Media => format!("{}/", origin_of(&url)),
                    _ => url,
                }),
                origin: None,
                // The engine asks for no others.
                user_gesture: is_pointer.then_some(true),
                last_unlocked_by_self: is_pointer.then_some(false),
                request_method: None,
                lacks: self.lacking(&names),
            },
        );
        let guest = Rc::downgrade(self);
        glib::spawn_future_local(async move {
            let answer = answer.await;
            drop(waiting);
            let Some(page) = guest.upgrade().map(|guest| guest.page.clone()) else {
                return drop(request);
            };
            let is_allowed = answer == PermissionAnswer::Allow && page.obtain(document, names.clone()).await;
            match guest.upgrade() {
                Some(guest) if is_allowed && guest.permissions.document() == asking => {
                    guest.grant(&names);
                    request.answer(PermissionRequestExt::allow);
                }
                _ => drop(request),
            }
        });
    }

    /// `navigator.permissions.query` of the page's: what it was allowed is granted. All else it has to ask for, as the engine
    /// says by itself.
    fn answers(&self, query: &PermissionStateQuery) -> bool {
        let name = query.name().and_then(|name| name.parse().ok());
        let page = Url::parse(self.navigable.borrow().url()).ok();
        let is_pages = page.zip(query.security_origin()).is_some_and(|(page, origin)| {
            origin.protocol().as_deref() == Some(page.scheme())
                && origin.host().as_deref() == page.host_str()
                && origin.port() == page.port().unwrap_or_default()
        });
        let is_granted = is_pages && name.is_some_and(|name| self.has(name));
        if is_granted {
            query.finish(webkit6::PermissionState::Granted);
        }
        is_granted
    }

    /// The engine remembers for minutes what a page was granted, and does not ask again meanwhile.
    fn end_refused_recordings(self: &Rc<Self>) {
        // WebDriver's pages are granted them by the engine itself.
        if !self.view.is_controlled_by_automation() && end_recordings(&self.view, |name| self.has(name)) {
            let weak = Rc::downgrade(self);
            glib::timeout_add_local_once(AGAIN, move || {
                if let Some(guest) = weak.upgrade() {
                    guest.end_refused_recordings();
                }
            });
        }
    }
}

/// The origin of a page at a URL.
pub(super) fn origin_of(url: &str) -> String {
    Url::parse(url)
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default()
}

/// What the engine asks for, and the permissions that it takes; nothing for what no page may have.
fn what_is_asked(request: &PermissionRequest) -> Option<(FramePermission, Vec<PermissionName>)> {
    let names = powerful_features::names_of(request)?;
    let permission = if request.is::<webkit6::UserMediaPermissionRequest>() {
        FramePermission::Media
    } else if request.is::<GeolocationPermissionRequest>() {
        FramePermission::Geolocation
    } else if request.is::<NotificationPermissionRequest>() {
        FramePermission::Notifications
    } else if request.is::<ClipboardPermissionRequest>() {
        FramePermission::Clipboard
    } else if request.is::<PointerLockPermissionRequest>() {
        FramePermission::PointerLock
    } else {
        return None;
    };
    Some((permission, names))
}
