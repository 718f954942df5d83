//! One frame: its view, what the view asks, and what the app is told of it.

use super::execute::{self, Outcome};
use super::{Report, net_error, warm};
use crate::guard;
use crate::stage::FrameKey;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use insula_bridge::{DomError, DomErrorName, Event, FocusDirection};
use insula_frame::{LoadEvent, Loads, NetError, Partition, Signal, Source};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use webkit6::prelude::*;
use webkit6::{
    LoadEvent as EngineLoad, NavigationPolicyDecision, NetworkSession, PolicyDecision, PolicyDecisionType,
    ResponsePolicyDecision, ScriptDialogType, WebView,
};

/// Defines a function that focuses the first or the last stop of a document.
const FOCUS_EDGE: &str = include_str!("../../../../js/frame/focus-edge.js");

/// A frame.
pub(crate) struct Guest {
    key: FrameKey,
    pub(super) partition: Partition,
    /// Held so that the session lives as long as the frame.
    _session: NetworkSession,
    view: WebView,
    loads: RefCell<Loads>,
    /// The URL that the app asked for and whose load has not begun: until then the view already shows it as its own.
    requested: RefCell<Option<String>>,
    /// The app asked for another place in the same document, which the engine does not report as a load.
    stepping: Cell<bool>,
    shows_error_page: Cell<bool>,
    report: Report,
}

impl Guest {
    pub(super) fn new(
        key: FrameKey,
        partition: Partition,
        session: NetworkSession,
        view: warm::FrameView,
        report: Report,
    ) -> Rc<Self> {
        let guest = Rc::new(Self {
            key,
            partition,
            _session: session,
            view: view.widget.clone(),
            loads: RefCell::default(),
            requested: RefCell::default(),
            stepping: Cell::new(false),
            shows_error_page: Cell::new(false),
            report,
        });
        guest.follow_loads();
        guest.follow_reports(&view);
        guest.answer_questions();
        guest.follow_focus();
        guest
    }

    /// Goes to where an element's `src` says.
    pub(crate) fn navigate(&self, src: &str) {
        match Source::parse(src) {
            // The engine would show a blank page without a word.
            Source::Load(url) if url.port().is_some_and(insula_net::is_bad_port) => {
                self.view.stop_loading();
                self.signal(Signal::Started(url.to_string()));
                self.fail(url.as_str(), NetError::UnsafePort);
            }
            Source::Load(url) => {
                if self.is_step_within(&url) {
                    self.stepping.set(true);
                } else {
                    self.requested.replace(Some(url.to_string()));
                }
                self.view.load_uri(url.as_str());
            }
            Source::Refused { url, error } => {
                let events = self.loads.borrow_mut().refuse(&url, error);
                self.tell(events);
                self.requested.replace(Some("about:blank".to_owned()));
                self.view.load_uri("about:blank");
            }
        }
    }

    /// Moves in the session history; answers whether there is such an entry.
    pub(crate) fn go(&self, delta: i32) -> bool {
        if delta == 0 {
            self.view.reload();
            return true;
        }
        let item = self.view.back_forward_list().and_then(|list| list.nth_item(delta));
        if let Some(item) = &item {
            self.view.go_to_back_forward_list_item(item);
        }
        item.is_some()
    }

    /// Loads the document again.
    pub(crate) fn reload(&self) {
        self.view.reload();
    }

    /// Stops loading.
    pub(crate) fn stop(&self) {
        self.view.stop_loading();
    }

    /// Runs a script in the top document.
    ///
    /// # Errors
    /// There is no document to run it in.
    pub(crate) async fn execute_script(&self, code: &str) -> Result<Outcome, DomError> {
        if self.shows_error_page.get() {
            return Err(DomError::new(
                DomErrorName::InvalidStateError,
                "The frame shows an error page.",
            ));
        }
        execute::run(&self.view, code).await
    }

    /// Gives the frame the keyboard; by Tab, its first or last stop.
    pub(crate) fn focus(&self, direction: FocusDirection) {
        self.view.grab_focus();
        let call = match direction {
            FocusDirection::Here => return,
            FocusDirection::Forward => "focusEdge('forward')",
            FocusDirection::Backward => "focusEdge('backward')",
        };
        let script = format!("{FOCUS_EDGE}\n{call}");
        self.view
            .evaluate_javascript(&script, Some(warm::WORLD), None, gtk::gio::Cancellable::NONE, |_| {});
    }

    /// Ends the frame's web page.
    pub(super) fn close(&self) {
        self.view.try_close();
    }

    /// Whether going to a URL stays in the current document: it differs in nothing but its fragment.
    fn is_step_within(&self, url: &url::Url) -> bool {
        let current = self.view.uri().and_then(|uri| url::Url::parse(&uri).ok());
        let without_fragment = |url: &url::Url| {
            let mut url = url.clone();
            url.set_fragment(None);
            url
        };
        url.fragment().is_some()
            && current.is_some_and(|current| {
                current.fragment() != url.fragment() && without_fragment(&current) == without_fragment(url)
            })
    }

    fn signal(&self, signal: Signal) {
        let events = self.loads.borrow_mut().step(signal);
        self.tell(events);
    }

    fn tell(&self, events: Vec<LoadEvent>) {
        for event in events {
            (self.report)(
                self.key,
                Event::Frame {
                    frame: self.key.1,
                    kind: event.kind,
                    is_top_level: event.url.is_some().then_some(event.is_top_level),
                    url: event.url,
                    code: event.error.map(NetError::code),
                    reason: event.error.map(|error| error.reason().to_owned()),
                },
            );
        }
    }

    fn tell_history(&self) {
        let history = Event::History {
            frame: self.key.1,
            can_go_back: self.view.can_go_back(),
            can_go_forward: self.view.can_go_forward(),
            url: self.uri(),
        };
        (self.report)(self.key, history);
    }

    fn uri(&self) -> String {
        self.view.uri().map(String::from).unwrap_or_default()
    }

    /// The engine's load signals.
    fn follow_loads(self: &Rc<Self>) {
        self.view
            .connect_load_changed(self.with(|guest, event: EngineLoad| match event {
                EngineLoad::Started => {
                    guest.requested.take();
                    guest.stepping.set(false);
                    guest.signal(Signal::Started(guest.uri()));
                }
                EngineLoad::Committed => {
                    guest.tell_history();
                    guest.signal(Signal::Committed(guest.uri()));
                }
                EngineLoad::Finished => guest.signal(Signal::Finished),
                _ => {}
            }));
        let weak = Rc::downgrade(self);
        self.view.connect_load_failed(move |_, _, uri, error| {
            guard("load-failed", (), || {
                if let Some(guest) = weak.upgrade() {
                    guest.load_failed(uri, error);
                }
            });
            true
        });
        let weak = Rc::downgrade(self);
        self.view.connect_load_failed_with_tls_errors(move |_, uri, _, _| {
            guard("load-failed-with-tls-errors", (), || {
                if let Some(guest) = weak.upgrade() {
                    guest.fail(uri, NetError::CertificateInvalid);
                }
            });
            true
        });
        self.view.connect_uri_notify(self.on(|guest| {
            let weak = Rc::downgrade(guest);
            // A load that begins changes the URL a moment before it is reported; only what no load explains was a step
            // within the document.
            glib::idle_add_local_full(glib::Priority::HIGH, move || {
                if let Some(guest) = weak.upgrade() {
                    guest.uri_changed();
                }
                glib::ControlFlow::Break
            });
        }));
        self.view.connect_is_loading_notify(self.on(|guest| {
            if !guest.view.is_loading() && guest.stepping.take() {
                guest.stepped();
            }
        }));
        if let Some(list) = self.view.back_forward_list() {
            let weak = Rc::downgrade(self);
            // The binding lacks this signal: one of its arguments is a list of items.
            list.connect_local("changed", false, move |_| {
                if let Some(guest) = weak.upgrade() {
                    guest.tell_history();
                }
                None
            });
        }
    }

    fn uri_changed(&self) {
        let explained = self.requested.borrow().is_some() || self.stepping.get() || self.view.is_loading();
        if !explained && !self.loads.borrow().is_loading() {
            self.stepped();
        }
    }

    fn stepped(&self) {
        self.tell_history();
        self.signal(Signal::SameDocument(self.uri()));
    }

    fn load_failed(&self, uri: &str, error: &glib::Error) {
        self.requested.take();
        match net_error::name_of(error, uri) {
            NetError::Aborted => self.signal(Signal::Failed(uri.to_owned(), NetError::Aborted)),
            error => self.fail(uri, error),
        }
    }

    /// A load failed: tells the app, and shows a page that says so.
    fn fail(&self, uri: &str, error: NetError) {
        self.signal(Signal::Failed(uri.to_owned(), error));
        if self.loads.borrow().is_loading() {
            self.shows_error_page.set(true);
            let page = format!(
                "<!doctype html><meta charset=utf-8><title>{0}</title><body style='font:16px sans-serif;margin:2em'>\
                 <p>This page cannot be shown.<p>{0}",
                error.reason()
            );
            self.view.load_alternate_html(&page, uri, None);
        }
    }

    /// The runtime's own scripts in the page's documents.
    fn follow_reports(self: &Rc<Self>, view: &warm::FrameView) {
        let weak = Rc::downgrade(self);
        view.scripts
            .connect_script_message_received(Some(warm::HANDLER), move |_, value| {
                guard("a frame's report", (), || {
                    let Some(guest) = weak.upgrade() else { return };
                    let property = |name| value.object_get_property(name).filter(|it| it.is_string());
                    if let Some(url) = property("subframe") {
                        guest.signal(Signal::SubframeCommitted(url.to_str().to_string()));
                    } else if property("content").is_some() {
                        guest.signal(Signal::ContentLoaded);
                    }
                });
            });
    }

    /// Everything that the engine asks. What is not allowed on purpose is denied.
    fn answer_questions(self: &Rc<Self>) {
        let view = &self.view;
        let weak = Rc::downgrade(self);
        view.connect_decide_policy(move |_, decision, kind| {
            guard("decide-policy", false, || {
                weak.upgrade().is_some_and(|guest| guest.decide(decision, kind))
            })
        });
        view.connect_permission_request(|_, request| {
            request.deny();
            true
        });
        view.connect_create(|_, _| None);
        view.connect_script_dialog(|_, dialog| {
            if dialog.dialog_type() == ScriptDialogType::BeforeUnloadConfirm {
                // Nobody could be asked, and the app decides where the frame goes.
                dialog.confirm_set_confirmed(true);
            }
            true
        });
        view.connect_authenticate(|_, request| {
            request.cancel();
            true
        });
        view.connect_enter_fullscreen(|_| true);
        view.connect_print(|_, _| true);
        view.connect_show_notification(|_, _| true);
        view.connect_web_process_terminated(self.with(|guest, _| {
            guest.shows_error_page.set(false);
            guest.signal(Signal::Failed(guest.uri(), NetError::Aborted));
        }));
    }

    /// Answers a policy question; false leaves it to the engine.
    fn decide(&self, decision: &PolicyDecision, kind: PolicyDecisionType) -> bool {
        match kind {
            PolicyDecisionType::NavigationAction => {
                let Some(action) = decision
                    .downcast_ref::<NavigationPolicyDecision>()
                    .and_then(NavigationPolicyDecision::navigation_action)
                else {
                    return false;
                };
                let url = action.request().and_then(|request| request.uri()).unwrap_or_default();
                // Documents inside the page ask here too, without saying so: what only they may be is let through.
                let inside = ["data:", "blob:", "about:", "javascript:"]
                    .iter()
                    .any(|scheme| url.starts_with(scheme));
                if let Source::Refused { url, error } = Source::parse(&url)
                    && !inside
                {
                    decision.ignore();
                    let events = self.loads.borrow_mut().refuse(&url, error);
                    self.tell(events);
                    return true;
                }
                self.shows_error_page.set(false);
                false
            }
            PolicyDecisionType::NewWindowAction => {
                decision.ignore();
                true
            }
            PolicyDecisionType::Response => {
                let Some(response) = decision.downcast_ref::<ResponsePolicyDecision>() else {
                    return false;
                };
                if response.is_mime_type_supported() {
                    return false;
                }
                decision.ignore();
                true
            }
            _ => false,
        }
    }

    fn follow_focus(self: &Rc<Self>) {
        let controller = gtk::EventControllerFocus::new();
        let weak = Rc::downgrade(self);
        controller.connect_enter(move |_| {
            if let Some(guest) = weak.upgrade() {
                (guest.report)(guest.key, Event::Focused { frame: guest.key.1 });
            }
        });
        self.view.add_controller(controller);
    }

    /// A signal handler with one argument that holds the guest weakly.
    fn with<V, A>(self: &Rc<Self>, handler: impl Fn(&Rc<Self>, A) + 'static) -> impl Fn(&V, A) + 'static {
        let weak: Weak<Self> = Rc::downgrade(self);
        move |_, argument| {
            guard("a frame's signal", (), || {
                if let Some(guest) = weak.upgrade() {
                    handler(&guest, argument);
                }
            });
        }
    }

    /// The same without an argument.
    fn on<V>(self: &Rc<Self>, handler: impl Fn(&Rc<Self>) + 'static) -> impl Fn(&V) + 'static {
        let weak: Weak<Self> = Rc::downgrade(self);
        move |_| {
            guard("a frame's signal", (), || {
                if let Some(guest) = weak.upgrade() {
                    handler(&guest);
                }
            });
        }
    }
}
