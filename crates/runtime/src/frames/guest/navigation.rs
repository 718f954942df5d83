//! Where the app sends a frame, and where the frame's pages may go.

use super::Guest;
use super::courier::Job;
use crate::content::attachment;
use crate::frames::gate::{Gate, Opening};
use crate::frames::near;
use crate::guard;
use crate::unanswered::Unanswered;
use gtk4::gio;
use gtk4::gio::prelude::*;
use gtk4::glib;
use insula_frame::{AskedBy, Happened, NetError, NoDocument, Source};
use insula_permissions::AddressSpace;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use url::Url;
use webkit6::prelude::*;
use webkit6::{
    BackForwardListItem, NavigationPolicyDecision, PolicyDecision, PolicyDecisionType, ResponsePolicyDecision, WebView,
};

/// How long a page has to let a load begin. The engine calls a web process unresponsive that has not answered for three
/// seconds.
const PATIENCE: Duration = Duration::from_secs(4);

/// The next step that a frame takes: a document is shown, or could not be had.
#[derive(Default)]
pub(super) struct Step(RefCell<Option<Gate>>);

impl Step {
    /// What waits for it.
    fn next(&self) -> Opening {
        self.0.borrow_mut().get_or_insert_default().opening()
    }

    /// It is done, or there will be none any more.
    pub(super) fn done(&self) {
        self.0.take();
    }
}

/// Asks a view for a load.
type Ask = Rc<dyn Fn(&WebView)>;

/// What the app asked for last.
#[derive(Default)]
pub(super) struct Asked {
    /// How it is asked of the engine: once or, if it does not begin, twice.
    ask: RefCell<Option<Ask>>,
    /// The URL, where it named one.
    url: RefCell<Option<String>>,
    /// The entry of the session history, where it named one.
    entry: RefCell<Option<BackForwardListItem>>,
}

impl Asked {
    pub(super) fn forget(&self) {
        self.ask.take();
        self.begun();
    }

    /// It has begun. It may have to be asked for again until its document is there.
    pub(super) fn begun(&self) {
        self.url.take();
        self.entry.take();
    }

    /// Without a load the frame has come from one URL to another, and to an entry of its session history; answers whether the
    /// app asked for that, which needs nothing more then.
    pub(super) fn came_to(&self, shown: &str, url: &str, entry: Option<&BackForwardListItem>) -> bool {
        let is_asked = match &*self.entry.borrow() {
            Some(asked) => Some(asked) == entry && asked.uri().as_deref() == Some(url),
            None => self.url.borrow().as_deref() == Some(url) && is_same_but_fragment(shown, url),
        };
        if is_asked {
            self.forget();
        }
        is_asked
    }

    /// Whether the app sends the frame to a URL. While it waits for that, the engine calls this the view's own.
    pub(super) fn is_to(&self, url: &str) -> bool {
        let entry = self.entry.borrow();
        let entry = entry.as_ref().and_then(|entry| entry.uri());
        entry.as_deref() == Some(url) || self.url.borrow().as_deref() == Some(url)
    }

    /// Whether the app sends the frame to another entry of its session history.
    pub(super) fn is_traversal(&self) -> bool {
        self.entry.borrow().is_some()
    }

    /// Where the app sends the frame, until the load has begun.
    pub(super) fn url(&self) -> Option<String> {
        self.url.borrow().clone()
    }

    pub(super) fn ask(&self, view: &WebView) {
        let ask = self.ask.borrow().clone();
        if let Some(ask) = ask {
            ask(view);
        }
    }
}

impl Guest {
    /// Goes to where an element's `src` says.
    pub(crate) fn navigate(self: &Rc<Self>, src: &str) {
        let source = Source::parse(src, self.navigable.borrow().rules());
        match source {
            // The engine would show a blank page without a word.
            Source::Load(url) if url.port().is_some_and(insula_net::http::is_bad_port) => {
                self.view.stop_loading();
                self.happened(Happened::Unreachable {
                    url: url.into(),
                    error: NetError::UnsafePort,
                });
            }
            // HTML, "navigate": a document that is there and is named by a fragment only shows its part.
            Source::Load(url) if url.fragment().is_some() && self.is_at_rest_in(url.as_str()) => {
                // By the courier: what the engine itself runs would count as the user's gesture.
                drop(self.courier.run(&Job::of_runtime("location.replace(location.href)")));
                self.happened(Happened::Settled {
                    url: url.into(),
                    is_asked: true,
                });
            }
            Source::Load(url) => self.load(url.as_str()),
            Source::Refused { url, error } => self.happened(Happened::Refused { url, error }),
            Source::NotListed(url) => {
                self.view.stop_loading();
                self.happened(Happened::Unreachable {
                    url: url.into(),
                    error: NetError::BlockedByClient,
                });
            }
        }
    }

    fn is_at_rest_in(&self, url: &str) -> bool {
        let navigable = self.navigable.borrow();
        navigable.is_at_rest_in(url) && navigable.document().is_ok()
    }

    /// Will be told to go there: a frame of the same site can share its process already.
    pub(in crate::frames) fn expect(&self, src: &str) {
        if let Source::Load(url) = Source::parse(src, self.navigable.borrow().rules()) {
            self.asked.url.replace(Some(url.into()));
        }
    }

    /// Moves in the session history, and waits until that is done, or comes to nothing; answers whether there is such an
    /// entry. The history is that of the page and of all frames inside it.
    pub(crate) async fn go(self: &Rc<Self>, delta: i32) -> bool {
        let done = self.step.next();
        if delta == 0 {
            if self.navigable.borrow().is_at_rest_in("") {
                return true; // There is nothing to load again.
            }
            self.reload();
        } else {
            let item = self.view.back_forward_list().and_then(|list| list.nth_item(delta));
            let Some(item) = item else { return false };
            let url = item.uri().map(String::from).unwrap_or_default();
            self.asked.forget();
            self.asked.entry.replace(Some(item.clone()));
            self.ask(url, AskedBy::Traversal, move |view| {
                view.go_to_back_forward_list_item(&item)
            });
        }
        done.wait().await;
        true
    }

    /// Loads the document again.
    pub(crate) fn reload(self: &Rc<Self>) {
        let (gone, failed, shown) = {
            let navigable = self.navigable.borrow();
            (
                navigable.gone().map(str::to_owned),
                navigable.failed_url().map(str::to_owned),
                navigable.url().to_owned(),
            )
        };
        match (gone, failed) {
            (Some(url), _) => self.load(&url),
            (None, Some(url)) => {
                self.asked.forget();
                self.asked.url.replace(Some(url.clone()));
                self.ask(url.clone(), AskedBy::Reload, move |view| load_failed(view, &url));
            }
            // There is nothing to load again.
            (None, None) if shown.is_empty() => {}
            (None, None) => {
                self.asked.forget();
                self.ask(shown, AskedBy::Reload, WebView::reload);
            }
        }
    }

    /// Stops loading.
    pub(crate) fn stop(self: &Rc<Self>) {
        self.asked.forget();
        self.happened(Happened::Stopped);
        if self.is_blank() {
            self.look_for_courier();
        }
    }

    pub(super) fn load(self: &Rc<Self>, url: &str) {
        let url = url.to_owned();
        self.asked.forget();
        self.asked.url.replace(Some(url.clone()));
        self.ask(url.clone(), AskedBy::Url, move |view| view.load_uri(&url));
    }

    /// Asks for a load. It begins in the process of the page that is there, for which a script that keeps that busy has no
    /// time: such a process is ended, and the load begins in a new one.
    fn ask(self: &Rc<Self>, url: String, by: AskedBy, ask: impl Fn(&WebView) + 'static) {
        self.tell_content_scripts();
        self.asked.ask.replace(Some(Rc::new(ask)));
        self.happened(Happened::Asked { url, by });
        if self.navigable.borrow().url().is_empty() {
            // Without a document there is nothing that could keep the load from beginning.
            return;
        }
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

    /// What the app asked for goes on without it, if it has begun.
    pub(super) fn forget_what_has_begun(self: &Rc<Self>) {
        if !self.navigable.borrow().is_asked() {
            self.asked.begun();
            self.follow_begun();
        }
    }

    /// A load that the app asked for has begun. Its document comes by way of the process of the page that is there, as long
    /// as no other has it: one that a script keeps busy is ended as well. The engine does not look.
    fn follow_begun(self: &Rc<Self>) {
        let is_kept_by_page = |guest: &Self| {
            let navigable = guest.navigable.borrow();
            navigable.is_the_apps() && !navigable.url().is_empty()
        };
        if !is_kept_by_page(self) || self.is_begun_followed.replace(true) {
            return;
        }
        let weak = Rc::downgrade(self);
        glib::spawn_future_local(async move {
            loop {
                glib::timeout_future(PATIENCE).await;
                let Some(guest) = weak.upgrade() else { return };
                if !is_kept_by_page(&guest) {
                    guest.is_begun_followed.set(false);
                    return;
                }
                let answer = guest.ask_page();
                drop(guest);
                let answered = glib::future_with_timeout(PATIENCE, answer.recv()).await.is_ok();
                let Some(guest) = weak.upgrade() else { return };
                if !answered && is_kept_by_page(&guest) && !guest.shows_dialog() {
                    guest.view.terminate_web_process();
                }
            }
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

    pub(super) fn decide(self: &Rc<Self>, decision: Unanswered<PolicyDecision>, kind: PolicyDecisionType) {
        let Some(decision) = self.hold_back(decision, kind) else {
            return;
        };
        match kind {
            PolicyDecisionType::NavigationAction => self.decide_action(decision),
            PolicyDecisionType::Response => self.decide_response(decision),
            // The app decides about windows once the engine wants one.
            PolicyDecisionType::NewWindowAction => decision.answer(PolicyDecision::use_),
            _ => drop(decision),
        }
    }

    fn decide_response(self: &Rc<Self>, decision: Unanswered<PolicyDecision>) {
        if let Some(response) = decision.question().downcast_ref::<ResponsePolicyDecision>() {
            if attachment::is_file(response) {
                // The app decides whether it is saved.
                return decision.answer(PolicyDecision::download);
            }
            if response.is_main_frame_main_resource() {
                self.permissions.response_came(response);
                let url = response.response().and_then(|it| it.uri()).unwrap_or_default();
                if asks_for_password(response) {
                    self.happened(Happened::Unauthorized { url: url.into() });
                } else if is_empty_error(response) {
                    self.kept_from
                        .replace(Some((url.into(), NetError::HttpResponseCodeFailure)));
                    return;
                }
            }
        }
        decision.answer(PolicyDecision::use_);
    }

    fn decide_action(self: &Rc<Self>, decision: Unanswered<PolicyDecision>) {
        self.tell_content_scripts();
        let navigation = decision.question().downcast_ref::<NavigationPolicyDecision>();
        let Some(action) = navigation.and_then(NavigationPolicyDecision::navigation_action) else {
            return;
        };
        let url = action.request().and_then(|request| request.uri()).unwrap_or_default();
        let url = String::from(url);
        if self.opens_link(&action) {
            return;
        }
        let (refusal, is_listed) = {
            let navigable = self.navigable.borrow();
            let rules = navigable.rules();
            (Source::refusal(&url, rules), rules.list_text(&url))
        };
        if action.is_redirect() && !is_listed {
            // If it is the top document's, the filter keeps it back.
            self.not_listed.replace(Some(url.clone()));
        }
        match refusal {
            // The load that is redirected fails, and tells.
            Some(_) if action.is_redirect() => {}
            Some(error) => self.happened(Happened::NavigationRefused { url, error }),
            None => self.decide_by_address(decision, url, action.is_redirect()),
        }
    }

    /// What is near is for the user to decide. A page that is there already may load from its own address; where a name leads
    /// may have changed since.
    fn decide_by_address(self: &Rc<Self>, decision: Unanswered<PolicyDecision>, url: String, is_redirect: bool) {
        let (address, name) = (address_of(&url), plain_name_of(&url));
        let is_at_home = || self.shown().is_some_and(|shown| is_same_host(&url, &shown));
        if name.is_none() && (address == AddressSpace::Public || is_at_home()) {
            return self.allow(decision, url, is_redirect);
        }
        let (document, page, guest) = (self.key.0, self.page.clone(), Rc::downgrade(self));
        glib::spawn_future_local(async move {
            let address = match name {
                Some(name) => address.max(address_behind(&name).await),
                None => address,
            };
            let may_load = address == AddressSpace::Public || page.may_load(document, address).await;
            let Some(guest) = guest.upgrade() else { return };
            if may_load {
                // The user may have said so just now.
                guest.follow_addresses();
                guest.allow(decision, url, is_redirect);
            } else {
                drop(decision);
                guest.keep_from(url);
            }
        });
    }

    fn allow(self: &Rc<Self>, decision: Unanswered<PolicyDecision>, url: String, is_redirect: bool) {
        if !is_redirect {
            self.happened(Happened::Navigating { url });
        }
        decision.answer(PolicyDecision::use_);
    }

    /// The engine calls the load aborted, if it tells of it at all.
    fn keep_from(self: &Rc<Self>, url: String) {
        let error = NetError::BlockedByLocalNetworkAccessChecks;
        self.kept_from.replace(Some((url.clone(), error)));
        let is_the_apps = self.asked.url.borrow_mut().take_if(|asked| *asked == url).is_some();
        self.happened(match is_the_apps {
            true => Happened::Unreachable { url, error },
            false => Happened::NavigationRefused { url, error },
        });
    }

    /// Lets the frame's pages load from the near addresses where the app may reach them, and keeps them from the others.
    pub(in crate::frames) fn follow_addresses(&self) {
        for kind in near::Kind::ALL {
            let is_open = self.page.may_load_unasked(self.key.0, kind.address());
            self.near.keep(kind, !is_open);
        }
    }

    /// The URL of the document that is shown, unless it is a page of the runtime's own: that has come from nowhere, whatever
    /// its URL.
    fn shown(&self) -> Option<String> {
        let navigable = self.navigable.borrow();
        let is_own = navigable.document() == Err(NoDocument::ErrorPage);
        (!is_own).then(|| navigable.url().to_owned())
    }

    /// Leaves the document that is shown, and the one that is on its way, if it comes from where the user no longer allows.
    pub(in crate::frames) fn leave_if(self: &Rc<Self>, is_refused: impl Fn(AddressSpace) -> bool) {
        let error = NetError::BlockedByLocalNetworkAccessChecks;
        let is_left = |url: &String| is_refused(address_of(url));
        let is_on_its_way = self.navigable.borrow().is_provisional();
        if let Some(url) = is_on_its_way.then(|| self.uri()).filter(is_left) {
            self.kept_from.replace(Some((url, error)));
            self.view.stop_loading();
        } else if let Some(url) = self.shown().filter(is_left) {
            self.view.stop_loading();
            self.happened(Happened::Unreachable { url, error });
        }
    }
}

/// Whether a server wants to know who it is, and has not been told.
fn asks_for_password(response: &ResponsePolicyDecision) -> bool {
    let response = response.response().filter(|response| response.status_code() == 401);
    let headers = response.and_then(|response| response.http_headers());
    headers.is_some_and(|headers| headers.one("WWW-Authenticate").is_some())
}

/// Whether a server says that something went wrong, and nothing else.
fn is_empty_error(response: &ResponsePolicyDecision) -> bool {
    let response = response.response().filter(|response| response.status_code() >= 400);
    let headers = response.and_then(|response| response.http_headers());
    let length = headers.and_then(|headers| headers.one("Content-Length"));
    length.is_some_and(|length| length.trim() == "0")
}

/// Loads a page anew that could not be had, in whose place there is one of the runtime's own. Newer engines would only show
/// that once more; and a load of its URL would leave an entry in the session history.
fn load_failed(view: &WebView, url: &str) {
    let entry = view.back_forward_list().and_then(|list| list.current_item());
    match entry.filter(|entry| entry.uri().as_deref() == Some(url)) {
        Some(entry) => view.go_to_back_forward_list_item(&entry),
        None => view.load_uri(url),
    }
}

/// How near a URL's host is, before its name is resolved. What has no host is loaded from nowhere.
fn address_of(url: &str) -> AddressSpace {
    let url = Url::parse(url).ok();
    let host = url.as_ref().and_then(Url::host);
    host.map_or(AddressSpace::Public, |host| insula_net::space_of_host(&host))
}

/// The name that a URL leads to without a certificate for it.
fn plain_name_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| url.scheme() == "http")?;
    url.domain().map(str::to_owned)
}

/// How near the nearest address is that a name has. One that cannot be looked up leads nowhere, or is a proxy's to look up.
async fn address_behind(name: &str) -> AddressSpace {
    let addresses = gio::Resolver::default().lookup_by_name_future(name).await;
    let addresses = addresses.unwrap_or_default().into_iter();
    let spaces = addresses.filter_map(|address| AddressSpace::of(address.to_str().parse().ok()?));
    spaces.max().unwrap_or(AddressSpace::Public)
}

fn is_same_but_fragment(one: &str, other: &str) -> bool {
    let document = |url: &str| url.split('#').next().map(str::to_owned);
    document(one) == document(other)
}

fn is_same_host(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one.host().is_some() && one.host() == other.host(),
        _ => false,
    }
}
