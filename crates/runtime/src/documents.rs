//! The app's documents in one window: which there are, and what they are told and asked.
//!
//! A document is among them from the moment at which its web process has proven it (`webprocess/src/proof.rs`) until it
//! ends. What comes of a document that is not among them is nobody's, and is not answered.

mod document;
mod listeners;
mod policies;
mod questions;
mod strangers;

pub(crate) use document::Document;

use crate::app::App;
use crate::app_view::AppView;
use crate::guard;
use gtk4::glib;
use gtk4::prelude::*;
use insula_bridge::{Event, Question, QuestionId, wire};
use insula_net::page::AppNetwork;
use insula_permissions::{Caller, FeatureSet, PermissionName};
use listeners::Listeners;
use policies::Policies;
use questions::{Answer, Questions};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use strangers::Strangers;
use url::Url;
use webkit6::prelude::*;
use webkit6::{LoadEvent, PolicyDecisionType, UserMessage};

/// The documents of one view.
pub(crate) struct Documents {
    app: Rc<App>,
    view: AppView,
    network: AppNetwork,
    present: RefCell<HashMap<u64, Rc<Document>>>,
    strangers: Strangers,
    policies: Policies,
    /// Whether another site's page has come into the view last.
    is_others: Cell<bool>,
    questions: Questions,
    pages: Listeners<()>,
    ended: Listeners<u64>,
}

impl Documents {
    /// No documents yet. From now on the view's web process tells which come and go.
    pub(crate) fn of(view: &AppView, app: &Rc<App>, network: &AppNetwork) -> Rc<Self> {
        let documents = Rc::new(Self {
            app: app.clone(),
            view: view.clone(),
            network: network.clone(),
            present: RefCell::default(),
            strangers: Strangers::default(),
            policies: Policies::default(),
            is_others: Cell::default(),
            questions: Questions::default(),
            pages: Listeners::default(),
            ended: Listeners::default(),
        });
        let weak = Rc::downgrade(&documents);
        view.connect_user_message_received(move |_, message| {
            guard("a message of the web process", true, || {
                weak.upgrade().is_some_and(|documents| documents.received(message))
            })
        });
        if app.identity.is_on_the_web() {
            let weak = Rc::downgrade(&documents);
            view.connect_decide_policy(move |_, decision, kind| {
                guard("decide-policy", false, || {
                    if let Some(documents) = weak.upgrade().filter(|_| kind == PolicyDecisionType::Response) {
                        documents.policies.response_came(&documents.app.identity, decision);
                    }
                    // Others decide.
                    false
                })
            });
        }
        let weak = Rc::downgrade(&documents);
        view.connect_load_changed(move |view, event| {
            if let Some(documents) = weak.upgrade().filter(|_| event == LoadEvent::Committed) {
                documents.committed(view);
            }
        });
        let weak = Rc::downgrade(&documents);
        view.connect_web_process_terminated(move |_, _| {
            if let Some(documents) = weak.upgrade() {
                documents.end_all();
            }
        });
        documents
    }

    /// The app whose documents they are.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// The view that they are in.
    pub(crate) fn view(&self) -> &AppView {
        &self.view
    }

    /// Calls back whenever a page of the app, which is a top document, has come into the view.
    pub(crate) fn connect_page(&self, callback: impl Fn() + 'static) {
        self.pages.add(move |()| callback());
    }

    /// Calls back when a document has ended.
    pub(crate) fn connect_ended(&self, callback: impl Fn(u64) + 'static) {
        self.ended.add(callback);
    }

    /// The document with a number, as long as it is there.
    pub(crate) fn find(&self, id: u64) -> Option<Rc<Document>> {
        self.present.borrow().get(&id).cloned()
    }

    /// Whether a document is still there, and not just another one of its number.
    pub(crate) fn is_present(&self, document: &Rc<Document>) -> bool {
        self.find(document.id).is_some_and(|known| Rc::ptr_eq(&known, document))
    }

    /// Whether the view shows a page of the app, by the engine's word. While it shows another, no document is the app's
    /// whatever its process says.
    pub(crate) fn are_shown(&self) -> bool {
        let shown = self.view.uri().and_then(|uri| Url::parse(&uri).ok());
        shown.is_some_and(|url| self.app.identity.owns(&url))
    }

    /// Whether the view shows another site, or is about to, as that of a web app may. The view's URL is not enough: it is
    /// the app's already while the way back takes its time, and the other site's page is still there.
    pub(crate) fn is_away(&self) -> bool {
        let shown = self.view.uri().and_then(|uri| Url::parse(&uri).ok());
        self.is_others.get() || shown.is_some_and(|url| self.is_elsewhere(&url))
    }

    /// The app's page, where the view shows it: the top document, proven, and no other site has come after it. For what
    /// the engine asks without saying for whom.
    pub(crate) fn page(&self) -> Option<Rc<Document>> {
        self.top().filter(|_| !self.is_away())
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.present.borrow().is_empty()
    }

    /// All that are there.
    pub(crate) fn all(&self) -> Vec<Rc<Document>> {
        self.present.borrow().values().cloned().collect()
    }

    /// Whether another origin's document is in the page, in an iframe.
    pub(crate) fn has_strangers(&self) -> bool {
        self.strangers.are_there()
    }

    /// Whether the response that a document came with, or the document around it, takes a permission away that the app's
    /// documents can have otherwise.
    pub(crate) fn is_taken(&self, document: &Document, name: PermissionName) -> bool {
        let has = |features: &FeatureSet| name.feature().is_none_or(|feature| features.has(feature));
        has(&self.app.features) && !has(document.features())
    }

    /// The facts about the page, which is the top document. Without a page nobody has any feature.
    pub(crate) fn top_caller(&self) -> Caller {
        match self.top() {
            Some(top) => top.caller(false),
            None => Caller {
                features: FeatureSet::default(),
                ..self.app.caller()
            },
        }
    }

    fn top(&self) -> Option<Rc<Document>> {
        let present = self.present.borrow();
        // While one page follows another both may be there.
        let top = present.values().filter(|it| it.top_level).max_by_key(|it| it.id);
        top.cloned()
    }

    /// Another page has come into the view.
    fn committed(&self, view: &AppView) {
        let url = view.uri().and_then(|uri| Url::parse(&uri).ok());
        match url {
            // It is whose the page before was.
            Some(url) if url.scheme() == "about" => {}
            Some(url) => self.is_others.set(self.is_elsewhere(&url)),
            None => self.is_others.set(true),
        }
    }

    /// Whether a URL is one of another site.
    fn is_elsewhere(&self, url: &Url) -> bool {
        match url.scheme() {
            "about" => false,
            // One of a page without an origin has nothing of the app's, whoever has made it.
            "blob" => !Url::parse(url.path()).is_ok_and(|whose| self.app.identity.owns(&whose)),
            _ => !self.app.identity.owns(url),
        }
    }

    /// Sends an event to a document.
    pub(crate) fn emit(&self, document: u64, event: &Event) {
        self.send(&(document, event.frame(), event.name(), &event.to_json(), 0));
    }

    /// Asks a document, for one of its frames. Whoever asks is answered in any case.
    pub(crate) fn ask<Q: Question>(&self, document: u64, frame: u32, question: &Q) -> Answer<Q> {
        if self.find(document).is_none() {
            return Answer::unanswered();
        }
        let (id, answer) = self.questions.open(document);
        // Plain data with string keys always serialises.
        let params = serde_json::to_string(question).unwrap_or_default();
        self.send(&(document, frame, Q::NAME, &params, id.0));
        answer
    }

    /// Ends all, with everything that they have.
    pub(crate) fn end_all(&self) {
        self.strangers.forget();
        let ids: Vec<u64> = self.present.borrow().keys().copied().collect();
        ids.into_iter().for_each(|id| self.end(id));
    }

    fn send(&self, parameters: &wire::Event<&str>) {
        let message = UserMessage::new(wire::EVENT, Some(&parameters.to_variant()));
        self.view
            .send_message_to_page(&message, gtk4::gio::Cancellable::NONE, |_| {});
    }

    /// A message of the web process about its documents; answers whether it is one. What does not have the right form is
    /// ignored: only a broken process sends it.
    fn received(&self, message: &UserMessage) -> bool {
        let parameters = message.parameters();
        match message.name().as_deref() {
            Some(wire::HELLO) => self.greeted(parameters),
            Some(wire::GOODBYE) => {
                if let Some((id,)) = parameters.and_then(|it| it.get::<wire::Goodbye>()) {
                    self.end(id);
                }
            }
            Some(wire::STRANGER) => {
                if let Some((frame, is_there)) = parameters.and_then(|it| it.get::<wire::Stranger>()) {
                    self.strangers.note(frame, is_there);
                }
            }
            Some(wire::REPLY) => {
                if let Some((document, question, answer)) = parameters.and_then(|it| it.get::<wire::Reply>()) {
                    self.questions.answered(document, QuestionId(question), answer);
                }
            }
            _ => return false,
        }
        true
    }

    fn greeted(&self, parameters: Option<glib::Variant>) {
        if let Some((id, top_level, origin, url, parent)) = parameters.and_then(|it| it.get::<wire::Hello>())
            && origin == self.app.identity.origin()
            && let Ok(url) = Url::parse(&url)
        {
            self.begin(id, top_level, &url, parent);
        }
    }

    fn begin(&self, id: u64, top_level: bool, url: &Url, parent: u64) {
        let document = Document {
            id,
            top_level,
            in_scope: self.app.identity.contains(url),
            has_no_sockets: self.app.identity.is_on_the_web() && !self.policies.of(url).allows("direct-sockets"),
            facts: Caller {
                installed: self.app.installed && self.app.identity.contains(url),
                top_level,
                features: self.features(url, parent),
                ..self.app.caller()
            },
            network: self.network.document(),
        };
        self.present.borrow_mut().insert(id, Rc::new(document));
        if top_level {
            self.pages.tell(());
        }
    }

    /// Permissions Policy: what the document's response leaves it, of what the document around it has.
    fn features(&self, url: &Url, parent: u64) -> FeatureSet {
        let own = match self.app.identity.is_on_the_web() {
            false => self.app.features_at(url),
            true => {
                let (own, policy) = (self.app.features_at(url), self.policies.of(url));
                own.iter().filter(|feature| policy.allows(feature)).collect()
            }
        };
        match parent {
            0 => own,
            parent => match self.find(parent) {
                Some(parent) => own.intersection(parent.features()),
                // It has ended meanwhile, and this one ends too.
                None => FeatureSet::default(),
            },
        }
    }

    fn end(&self, id: u64) {
        let ended = self.present.borrow_mut().remove(&id);
        if let Some(document) = ended {
            self.questions.forget_document(id);
            document.network.close();
            self.ended.tell(id);
        }
    }
}
