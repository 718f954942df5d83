//! Where links of the app's own page lead: within the app they stay, in this window or a new one; out of it they open in a
//! program of the user's, by the [rule].

mod allowance;
mod program;
mod question;
mod rule;

use crate::app::App;
use crate::app_view::AppView;
use crate::ask::RecentInput;
use crate::content::{attachment, contexts};
use crate::documents::Documents;
use crate::guard;
use crate::translations::tr_with;
use allowance::Allowance;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use insula_manifest::Destination;
use program::Program;
use question::Question;
use rule::{Attempt, Verdict};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use url::Url;
use webkit6::prelude::*;
use webkit6::{
    NavigationAction, NavigationPolicyDecision, NavigationType, NetworkError, PolicyDecision, PolicyDecisionType,
    PolicyError, ResponsePolicyDecision,
};

/// Gives the view of a new window that a page in a view opens.
type OpenWindow = dyn Fn(&AppView) -> Option<AppView>;

/// What the windows know and links need.
pub(super) struct Surroundings {
    pub(super) open_window: Box<OpenWindow>,
    /// What is in the page.
    pub(super) documents: Weak<Documents>,
    /// What the user has done in the app's windows.
    pub(super) recent: Rc<RecentInput>,
    /// Whether WebDriver drives the view. It has no input that could be seen, and may all that a user may.
    pub(super) automation: bool,
}

/// Starts deciding for an app's view.
pub(super) fn follow(view: &AppView, app: &Rc<App>, surroundings: Surroundings) {
    let links = Rc::new(Links {
        app: app.clone(),
        view: view.downgrade(),
        allowance: Allowance::watch(view),
        wanted: RefCell::default(),
        is_asking: Rc::default(),
        surroundings,
    });
    let of_view = links.clone();
    view.connect_decide_policy(move |_, decision, kind| {
        guard("decide-policy", false, || of_view.decide(decision, kind))
    });
    let of_view = links.clone();
    view.connect_load_failed(move |_, _, uri, error| {
        // `decide` ignored this load, and has opened its URL outside.
        let decided =
            error.matches(PolicyError::FrameLoadInterruptedByPolicyChange) || error.matches(NetworkError::Cancelled);
        guard("load-failed", false, || !decided && of_view.leave(uri))
    });
    let of_view = links.clone();
    view.connect_load_failed_with_tls_errors(move |_, uri, _, _| {
        guard("load-failed-with-tls-errors", false, || of_view.leave(uri))
    });
    view.connect_create(move |opener, action| guard("create", None, || links.create(opener, action).map(Cast::upcast)));
}

/// The links of one view.
struct Links {
    app: Rc<App>,
    view: glib::WeakRef<AppView>,
    allowance: Allowance,
    /// Where a click or a key has last sent a document of the view, by the engine's word.
    wanted: RefCell<Option<Url>>,
    /// Whether the user is being asked about a program.
    is_asking: Rc<Cell<bool>>,
    surroundings: Surroundings,
}

impl Links {
    /// A new window, for a page of the app. Windows are the user's: no page opens one by itself.
    fn create(&self, opener: &AppView, action: &NavigationAction) -> Option<AppView> {
        let url = url_of(action).filter(|_| action.is_user_gesture())?;
        // A site's script that opens another site, to sign in for instance, waits for what that tells it.
        let is_visit = self.app.identity.is_on_the_web()
            && action.navigation_type() != NavigationType::LinkClicked
            && matches!(url.scheme(), "http" | "https" | "about");
        if self.app.identity.destination(&url) != Destination::App && !is_visit {
            self.open_outside(&url, true);
            return None;
        }
        let is_allowed = self.surroundings.automation || self.allowance.take();
        is_allowed.then(|| (self.surroundings.open_window)(opener)).flatten()
    }

    /// Opens a page outside in a program of the user's: one that the web process did not load, or one that could not be
    /// reached from here, perhaps for its certificate. Answers whether it is outside.
    fn leave(&self, uri: &str) -> bool {
        let uri = uri.strip_prefix(contexts::leave_prefix()).unwrap_or(uri);
        let outside = Url::parse(uri).ok().filter(|url| !self.shows(url));
        if let Some(url) = &outside {
            let is_wanted = self.wanted.borrow_mut().take_if(|wanted| wanted == url).is_some();
            self.open_outside(url, is_wanted);
        }
        outside.is_some()
    }

    /// Whether the window shows what is at a URL: the app's pages, and while it visits them, those of other sites.
    fn shows(&self, url: &Url) -> bool {
        let identity = &self.app.identity;
        identity.contains(url) || identity.is_on_the_web() && matches!(url.scheme(), "http" | "https")
    }

    fn decide(&self, decision: &PolicyDecision, kind: PolicyDecisionType) -> bool {
        match kind {
            PolicyDecisionType::NavigationAction => {
                let action = decision
                    .downcast_ref::<NavigationPolicyDecision>()
                    .and_then(NavigationPolicyDecision::navigation_action);
                let Some((action, url)) = action.and_then(|action| url_of(&action).map(|url| (action, url))) else {
                    return false;
                };
                if action.is_user_gesture() {
                    self.wanted.replace(Some(url.clone()));
                }
                match url.scheme() {
                    // Frames inside the page ask here too, without saying so. Whether it is the page itself that leaves is
                    // known where the request is made, and it is stopped there (`webprocess/src/leaving.rs`).
                    "https" | "http" | "about" | "blob" | "data" => false,
                    _ if self.app.identity.contains(&url) => false,
                    _ => {
                        decision.ignore();
                        self.leave(url.as_str());
                        true
                    }
                }
            }
            // Other origins' pages have been stopped before. One that comes so far all the same leaves here.
            PolicyDecisionType::Response => {
                let Some(response) = decision.downcast_ref::<ResponsePolicyDecision>() else {
                    return false;
                };
                if self.app.identity.is_on_the_web() && attachment::is_file(response) {
                    decision.download();
                    return true;
                }
                let leaves = response.is_main_frame_main_resource()
                    && response
                        .request()
                        .and_then(|it| it.uri())
                        .is_some_and(|uri| self.leave(&uri));
                if leaves {
                    decision.ignore();
                }
                leaves
            }
            _ => false,
        }
    }

    /// Opens a URL with the program that the user chose for its scheme, or asks first. `by_user` is the engine's word that
    /// a click or a key led here.
    fn open_outside(&self, url: &Url, by_user: bool) {
        if self.app.identity.destination(url) == Destination::Nowhere || self.is_asking.get() {
            return;
        }
        let documents = self.surroundings.documents.upgrade();
        let has_strangers = documents.is_some_and(|documents| documents.has_strangers());
        let verdict = rule::decide(Attempt {
            by_user: by_user || self.surroundings.automation,
            is_web: matches!(url.scheme(), "http" | "https"),
            has_strangers,
        });
        if verdict == Verdict::Refuse || !(self.surroundings.automation || self.allowance.take()) {
            return tracing::warn!("the page may open {url} only when the user has done something for it");
        }
        let Some(program) = Program::of(url) else {
            return tracing::warn!("{url} does not open: no program is registered for it");
        };
        let parent = self
            .view
            .upgrade()
            .and_then(|view| view.root().and_downcast::<gtk::Window>());
        match (verdict, parent) {
            (Verdict::Ask, Some(parent)) => {
                self.is_asking.set(true);
                let (is_asking, to_open) = (self.is_asking.clone(), url.clone());
                let who = match has_strangers {
                    true => tr_with("“{app}”, or another site’s page in it,", &[("app", self.app.name())]),
                    false => format!("“{}”", self.app.name()),
                };
                let question = Question {
                    who: &who,
                    url,
                    program: &program.name(),
                };
                question::ask(&parent, question, &self.surroundings.recent, move |allowed| {
                    is_asking.set(false);
                    if allowed {
                        program.open(&to_open);
                    }
                });
            }
            (Verdict::Ask, None) => {}
            _ => program.open(url),
        }
    }
}

fn url_of(action: &NavigationAction) -> Option<Url> {
    let uri = action.request()?.uri()?;
    Url::parse(&uri).ok()
}
