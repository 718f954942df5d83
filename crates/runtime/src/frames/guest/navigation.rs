//! Where the app sends a frame, and where the frame's pages may go.

use super::Guest;
use crate::frames::requests::Unanswered;
use crate::guard;
use gtk4::glib;
use gtk4::prelude::*;
use insula_frame::{Happened, NetError, Source};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{NavigationPolicyDecision, PolicyDecision, PolicyDecisionType, ResponsePolicyDecision, WebView};

/// How long a page has to let a load begin. The engine calls a web process unresponsive that has not answered for three
/// seconds.
const PATIENCE: Duration = Duration::from_secs(4);

/// Asks a view for a load.
type Ask = Box<dyn Fn(&WebView)>;

/// What the app asked for last, to ask again.
#[derive(Default)]
pub(super) struct Asked(RefCell<Option<Ask>>);

impl Asked {
    pub(super) fn forget(&self) {
        self.0.take();
    }

    pub(super) fn ask_again(&self, view: &WebView) {
        if let Some(ask) = self.0.take() {
            ask(view);
        }
    }
}

impl Guest {
    /// Goes to where an element's `src` says.
    pub(crate) fn navigate(self: &Rc<Self>, src: &str) {
        match Source::parse(src) {
            // The engine would show a blank page without a word.
            Source::Load(url) if url.port().is_some_and(insula_net::http::is_bad_port) => {
                self.view.stop_loading();
                self.happened(Happened::Unreachable {
                    url: url.into(),
                    error: NetError::UnsafePort,
                });
            }
            Source::Load(url) => self.load(url.as_str()),
            Source::Refused { url, error } => self.happened(Happened::Refused { url, error }),
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
    pub(crate) fn stop(self: &Rc<Self>) {
        self.asked.forget();
        self.happened(Happened::Stopped);
        self.view.stop_loading();
    }

    pub(super) fn load(self: &Rc<Self>, url: &str) {
        let url = url.to_owned();
        self.ask(move |view| view.load_uri(&url));
    }

    /// Asks for a load. It begins in the process of the page that is there, for which a script that keeps that busy has no
    /// time: such a process is ended, and the load begins in a new one.
    fn ask(self: &Rc<Self>, ask: impl Fn(&WebView) + 'static) {
        ask(&self.view);
        if self.navigable.borrow().url().is_empty() {
            // Without a document there is no script. The process may just take its time to start.
            return;
        }
        self.asked.0.replace(Some(Box::new(ask)));
        self.happened(Happened::Asked);
        let weak = Rc::downgrade(self);
        // After the engine's own clock, in case both are late.
        glib::timeout_add_local_full(PATIENCE, glib::Priority::LOW, move || {
            guard("a load that does not begin", (), || {
                if let Some(guest) = weak.upgrade()
                    && guest.navigable.borrow().is_asked()
                    && !guest.view.is_web_process_responsive()
                {
                    guest.view.terminate_web_process();
                }
            });
            glib::ControlFlow::Break
        });
    }

    /// Answers the engine's questions about navigations.
    pub(super) fn decide_navigation(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        self.view.connect_decide_policy(move |_, decision, kind| {
            guard("decide-policy", true, || {
                let decision = Unanswered::new(decision.clone());
                if let Some(guest) = weak.upgrade() {
                    guest.decide(decision, kind);
                }
                true
            })
        });
    }

    fn decide(self: &Rc<Self>, decision: Unanswered<PolicyDecision>, kind: PolicyDecisionType) {
        match kind {
            PolicyDecisionType::NavigationAction => self.decide_action(decision),
            PolicyDecisionType::Response => {
                let is_shown = |response: &ResponsePolicyDecision| response.is_mime_type_supported();
                if decision.question().downcast_ref().is_none_or(is_shown) {
                    decision.answer(PolicyDecision::use_);
                }
            }
            // The app decides about windows, in a member that is to come; until then there are none.
            _ => drop(decision),
        }
    }

    fn decide_action(self: &Rc<Self>, decision: Unanswered<PolicyDecision>) {
        let navigation = decision.question().downcast_ref::<NavigationPolicyDecision>();
        let Some(action) = navigation.and_then(NavigationPolicyDecision::navigation_action) else {
            return;
        };
        let url = action.request().and_then(|request| request.uri()).unwrap_or_default();
        let url = String::from(url);
        match Source::refusal(&url) {
            // The load that is redirected fails, and tells.
            Some(_) if action.is_redirect() => {}
            Some(error) => self.happened(Happened::NavigationRefused { url, error }),
            None => {
                if !action.is_redirect() {
                    self.happened(Happened::Navigating { url });
                }
                decision.answer(PolicyDecision::use_);
            }
        }
    }
}
