//! One frame: its view, what the view asks, and what the app is told of it.

mod asked;
mod loads;

use super::execute::{self, Document, Outcome};
use super::{Report, ending, warm};
use crate::guard;
use crate::stage::FrameKey;
use asked::Asked;
use gtk4 as gtk;
use gtk4::prelude::*;
use insula_bridge::{DomError, DomErrorName, Event, FocusDirection};
use insula_frame::{LoadEvent, Loads, NetError, Partition, Signal, Source};
use loads::Inside;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use webkit6::prelude::*;
use webkit6::{
    NavigationPolicyDecision, NetworkSession, PolicyDecision, PolicyDecisionType, ResponsePolicyDecision,
    ScriptDialogType, WebView,
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
    asked: Asked,
    /// The URL of the document that is shown. The view's own is already that of a load which the app asked for.
    shown: RefCell<String>,
    /// The documents inside it that are loading.
    inside: RefCell<Inside>,
    /// What its scripts run in.
    document: RefCell<Document>,
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
            asked: Asked::default(),
            shown: RefCell::default(),
            inside: RefCell::default(),
            document: RefCell::default(),
            report,
        });
        guest.follow_loads();
        guest.follow_reports(&view);
        guest.answer_questions();
        guest.follow_focus();
        guest
    }

    /// Goes to where an element's `src` says.
    pub(crate) fn navigate(self: &Rc<Self>, src: &str) {
        match Source::parse(src) {
            // The engine would show a blank page without a word.
            Source::Load(url) if url.port().is_some_and(insula_net::is_bad_port) => {
                self.view.stop_loading();
                self.signal(Signal::Began);
                self.signal(Signal::Started(url.to_string()));
                self.fail(url.as_str(), NetError::UnsafePort);
            }
            Source::Load(url) => self.ask(move |view| view.load_uri(url.as_str())),
            Source::Refused { url, error } => {
                self.tell(vec![LoadEvent::refused(&url, error)]);
                self.ask(|view| view.load_uri("about:blank"));
            }
        }
    }

    /// Moves in the session history; answers whether there is such an entry.
    pub(crate) fn go(self: &Rc<Self>, delta: i32) -> bool {
        if delta == 0 {
            self.reload();
            return true;
        }
        let item = self.view.back_forward_list().and_then(|list| list.nth_item(delta));
        let exists = item.is_some();
        if let Some(item) = item {
            self.ask(move |view| view.go_to_back_forward_list_item(&item));
        }
        exists
    }

    /// Loads the document again.
    pub(crate) fn reload(self: &Rc<Self>) {
        self.ask(WebView::reload);
    }

    /// Stops loading.
    pub(crate) fn stop(&self) {
        self.asked.forget();
        self.view.stop_loading();
    }

    /// Tells that the frame does not get, or keep, its document.
    pub(super) fn abort(&self) {
        let url = self.view.uri().unwrap_or_default();
        self.tell(vec![LoadEvent::refused(&url, NetError::AccessDenied)]);
    }

    /// Runs a script in the top document.
    ///
    /// # Errors
    /// There is no document to run it in, or it is replaced before the script has ended.
    pub(crate) async fn execute_script(&self, code: &str) -> Result<Outcome, DomError> {
        if self.loads.borrow().shows_error_page() {
            return Err(DomError::new(
                DomErrorName::InvalidStateError,
                "The frame shows an error page.",
            ));
        }
        let document_end = self.document.borrow().end();
        execute::run(&self.view, document_end, code).await
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

    /// Calls back when WebDriver closes the frame. A page that closes itself is not told apart from that; without
    /// WebDriver it closes nothing.
    pub(super) fn connect_close(&self, closed: impl Fn() + 'static) {
        if self.view.is_controlled_by_automation() {
            self.view.connect_close(move |_| guard("close", (), &closed));
        }
    }

    /// Ends the frame's web page, and its process.
    pub(super) fn close(&self) {
        self.asked.forget();
        self.document.take();
        // Without a document there is no script that could keep the process busy.
        if self.view.is_controlled_by_automation() {
            // WebDriver closes one window after the other, and asks each time which are left.
            ending::now(&self.view);
        } else if self.shown.borrow().is_empty() {
            self.view.try_close();
        } else {
            ending::end(&self.view);
        }
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

    /// The runtime's own scripts in the page's documents.
    fn follow_reports(self: &Rc<Self>, view: &warm::FrameView) {
        let weak = Rc::downgrade(self);
        view.scripts
            .connect_script_message_received(Some(warm::HANDLER), move |_, value| {
                guard("a frame's report", (), || {
                    let Some(guest) = weak.upgrade() else { return };
                    let property = |name| value.object_get_property(name).filter(|it| it.is_string());
                    if let Some(url) = property("subframe") {
                        guest.committed_inside(&url.to_str());
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
            // Without credentials: the page that the server sends along is shown. Cancelled, the load would be, too.
            request.authenticate(None);
            true
        });
        view.connect_enter_fullscreen(|_| true);
        view.connect_print(|_, _| true);
        view.connect_show_notification(|_, _| true);
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
                if let Some(error) = refusal(&url) {
                    decision.ignore();
                    // The load that is redirected fails, and tells.
                    if !action.is_redirect() {
                        self.tell(vec![LoadEvent::refused(&url, error)]);
                    }
                    return true;
                }
                if !action.is_redirect() {
                    self.inside.borrow_mut().asked(&url);
                }
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

/// Why a page may not go somewhere. Documents inside it ask like the top one, without saying so: what only they may be
/// is let through.
fn refusal(url: &str) -> Option<NetError> {
    let inside = ["data:", "blob:", "about:", "javascript:"];
    match Source::parse(url) {
        Source::Refused { error, .. } if !inside.iter().any(|scheme| url.starts_with(scheme)) => Some(error),
        _ => None,
    }
}
