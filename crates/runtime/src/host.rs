//! What an app's page asks, and who answers: the UI process's side of the bridge.
//!
//! Every call names the document that makes it. It is answered only when that document was proven, its view still shows
//! the app, and the permission check, made here for each call, allows it.

mod answer;
mod capture;
mod document;
mod frames;
mod gate;
mod gestures;
mod held;
mod network;
mod permissions;
mod questions;

use crate::app::App;
use crate::app_view::AppView;
use crate::ask::Prompts;
use crate::frames::{Frames, Making, Page};
use crate::guard;
use crate::stage::Stage;
pub(crate) use answer::network_state;
use answer::{Failure, Success};
use document::Document;
use gestures::Gestures;
use gtk4::glib;
use gtk4::prelude::*;
pub(crate) use held::refused;
use insula_bridge::{
    Call, DomError, DomErrorName, Event, FrameEvent, NetworkEvent, Note, ParseError, PermissionEvent, Question,
    StageEvent, wire,
};
use insula_bridge::{Dialog, DialogAnswer, FrameId, QuestionId, StageNote};
use insula_net::page::DocumentNetwork;
use insula_net::{AppId, Broker};
use insula_permissions::{AddressSpace, Authority, Caller, FeatureSet, Operation, PermissionName, Verdict};
use questions::Questions;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::rc::Weak;
use std::sync::Arc;
use std::task::{Context, Waker};
use url::Url;
use webkit6::prelude::*;
use webkit6::{SecurityOrigin, UserMessage};

/// A page with more frames of other origins than this has strangers in it whoever of them leaves.
const MOST_STRANGERS: usize = 4_096;

/// The host of an app's documents.
pub(crate) struct Host {
    app: Rc<App>,
    view: AppView,
    stage: Stage,
    frames: Rc<Frames>,
    authority: Arc<Authority>,
    prompts: Rc<Prompts>,
    broker: Broker,
    gestures: Gestures,
    documents: RefCell<HashMap<u64, Rc<Document>>>,
    /// The frames of the page that show another origin's document.
    strangers: RefCell<HashSet<u64>>,
    questions: Questions,
    once_proven: RefCell<Option<Box<dyn FnOnce()>>>,
}

impl Host {
    /// Starts answering an app's view.
    pub(crate) fn new(
        app: &Rc<App>,
        view: &AppView,
        stage: &Stage,
        authority: &Arc<Authority>,
        prompts: &Rc<Prompts>,
        broker: Broker,
        making: Making,
    ) -> Rc<Self> {
        let host = Rc::new_cyclic(|weak: &Weak<Self>| {
            let link = Rc::new(PageLink { host: weak.clone() });
            Self {
                app: app.clone(),
                view: view.clone(),
                stage: stage.clone(),
                frames: Frames::new(stage, making, link),
                authority: authority.clone(),
                prompts: prompts.clone(),
                broker,
                gestures: Gestures::watch(view),
                documents: RefCell::default(),
                strangers: RefCell::default(),
                questions: Questions::default(),
                once_proven: RefCell::default(),
            }
        });
        host.listen();
        capture::watch(&host);
        held::follow(&host);
        host
    }

    /// The frames of the app.
    pub(crate) fn frames(&self) -> &Rc<Frames> {
        &self.frames
    }

    /// Calls back once the first page of the app is in the window.
    pub(crate) fn once_proven(&self, callback: impl FnOnce() + 'static) {
        self.once_proven.replace(Some(Box::new(callback)));
    }

    /// Tells every document that what it may do has changed, and ends its frames and its recordings if it may have none
    /// any more.
    pub(crate) fn permissions_changed(self: &Rc<Self>) {
        let documents: Vec<Rc<Document>> = self.documents.borrow().values().cloned().collect();
        for document in &documents {
            let state = network_state(self.authority.network_state(&self.caller(document, false)));
            self.emit(document.id, &Event::Network(NetworkEvent::StateChange { state }));
            self.emit(document.id, &Event::Permission(PermissionEvent::Change));
            frames::end_refused(self, document);
        }
        capture::end_refused(self);
        held::end_refused(self);
    }

    /// Whether the page in the window may cover the whole screen.
    pub(crate) fn may_fill_screen(&self) -> bool {
        let operation = Operation::Use(PermissionName::Fullscreen);
        // The first page is about to come.
        let is_empty = self.documents.borrow().is_empty();
        let caller = if is_empty {
            self.app.caller()
        } else {
            self.engine_caller()
        };
        self.authority.foresee(&caller, &operation) == Verdict::Allow
    }

    /// Ends everything that the documents have: their window closes.
    pub(crate) fn close(&self) {
        self.frames.close();
        self.end_all();
    }

    /// Who it is that the engine asks for: the document in the window, whatever the user last did.
    pub(crate) fn engine_caller(&self) -> Caller {
        let documents = self.documents.borrow();
        // While one page follows another both may be there.
        let top = documents.values().filter(|it| it.top_level).max_by_key(|it| it.id);
        Caller {
            features: top.map(|document| document.features.clone()).unwrap_or_default(),
            ..self.app.caller()
        }
    }

    /// Whether an origin is the app's.
    pub(crate) fn is_apps(&self, origin: &SecurityOrigin) -> bool {
        // Its text is missing where it is opaque, which the bindings do not expect.
        let (Some(scheme), Some(host)) = (origin.protocol(), origin.host()) else {
            return false;
        };
        self.app.identity.is_origin(&scheme, &host, origin.port())
    }

    /// Whether another origin's document is in the page, in a plain iframe: what the engine asks may be for that one.
    pub(crate) fn has_strangers(&self) -> bool {
        !self.strangers.borrow().is_empty()
    }

    /// Who decides for the documents, and over which window the user is asked.
    pub(crate) fn judges(&self) -> (Arc<Authority>, Rc<Prompts>) {
        (self.authority.clone(), self.prompts.clone())
    }

    /// Sends an event to a document.
    pub(crate) fn emit(&self, document: u64, event: &Event) {
        self.send(&(document, event.frame(), event.name(), &event.to_json(), 0));
    }

    /// Asks a document. Whoever asks is answered in any case.
    fn ask<Q: Question>(&self, document: u64, frame: u32, question: &Q) -> questions::Answer<Q> {
        if !self.documents.borrow().contains_key(&document) {
            return questions::Answer::unanswered();
        }
        let (id, answer) = self.questions.open(document);
        // Plain data with string keys always serialises.
        let params = serde_json::to_string(question).unwrap_or_default();
        self.send(&(document, frame, Q::NAME, &params, id.0));
        answer
    }

    fn send(&self, parameters: &wire::Event<&str>) {
        let message = UserMessage::new(wire::EVENT, Some(&parameters.to_variant()));
        self.view
            .send_message_to_page(&message, gtk4::gio::Cancellable::NONE, |_| {});
    }

    fn listen(self: &Rc<Self>) {
        let host = Rc::downgrade(self);
        self.view.connect_user_message_received(move |_, message| {
            guard("a message of the page", true, || {
                if let Some(host) = host.upgrade() {
                    host.received(message);
                }
                true
            })
        });
        let host = Rc::downgrade(self);
        self.view.connect_web_process_terminated(move |_, _| {
            if let Some(host) = host.upgrade() {
                host.end_all();
            }
        });
        let host = Rc::downgrade(self);
        self.stage.connect_zoom(move |document, zoom| {
            if let Some(host) = host.upgrade() {
                host.emit(document, &Event::Stage(StageEvent::Zoom { zoom }));
            }
        });
        let host = Rc::downgrade(self);
        self.stage.connect_painted(move |document| {
            if let Some(host) = host.upgrade() {
                host.emit(document, &Event::Stage(StageEvent::Painted));
            }
        });
        let host = Rc::downgrade(self);
        self.stage.connect_leave(move |key, direction| {
            if let Some(host) = host.upgrade() {
                host.emit(key.0, &Event::Frame(key.1, FrameEvent::Leave { direction }));
            }
        });
    }

    /// A message of the web process. What does not have the right form is ignored: only a broken process sends it.
    fn received(self: &Rc<Self>, message: &UserMessage) {
        let parameters = message.parameters();
        match message.name().as_deref() {
            Some(wire::HELLO) => {
                if let Some((id, top_level, origin, url, parent)) = parameters.and_then(|it| it.get::<wire::Hello>())
                    && origin == self.app.identity.origin()
                    && let Ok(url) = Url::parse(&url)
                {
                    self.begin(id, top_level, &url, parent);
                }
            }
            Some(wire::GOODBYE) => {
                if let Some((id,)) = parameters.and_then(|it| it.get::<wire::Goodbye>()) {
                    self.end(id);
                }
            }
            Some(wire::STRANGER) => {
                if let Some((frame, is_there)) = parameters.and_then(|it| it.get::<wire::Stranger>()) {
                    let mut strangers = self.strangers.borrow_mut();
                    if !is_there {
                        strangers.remove(&frame);
                    } else if strangers.len() < MOST_STRANGERS {
                        strangers.insert(frame);
                    }
                }
            }
            Some(wire::CALL) => self.called(message, parameters),
            Some(wire::NOTE) => match self.parse(parameters, Note::parse) {
                Some((document, Ok(note))) => self.told(&document, note),
                Some((_, Err(error))) => tracing::warn!("the page said what cannot be understood: {error}"),
                None => {}
            },
            Some(wire::REPLY) => {
                if let Some((document, question, answer)) = parameters.and_then(|it| it.get::<wire::Reply>()) {
                    self.questions.answered(document, QuestionId(question), answer);
                }
            }
            _ => {}
        }
    }

    /// A document that is still there.
    fn document(&self, id: u64) -> Option<Rc<Document>> {
        self.documents.borrow().get(&id).cloned()
    }

    fn begin(&self, id: u64, top_level: bool, url: &Url, parent: u64) {
        let network = DocumentNetwork::open(&self.broker, &AppId::new(self.app.id.as_str()));
        let document = Document {
            id,
            top_level,
            features: self.features(url, parent),
            network,
        };
        self.documents.borrow_mut().insert(id, Rc::new(document));
        if top_level {
            self.prompts.page_began();
            held::follow(self);
            if let Some(callback) = self.once_proven.take() {
                callback();
            }
        }
    }

    /// Permissions Policy: what the document's response leaves it, of what the document around it has.
    fn features(&self, url: &Url, parent: u64) -> FeatureSet {
        let own = self.app.features_at(url);
        match parent {
            0 => own,
            parent => match self.documents.borrow().get(&parent) {
                Some(parent) => own.intersection(&parent.features),
                // It has ended meanwhile, and this one ends too.
                None => FeatureSet::default(),
            },
        }
    }

    fn end_all(&self) {
        self.strangers.take();
        let ids: Vec<u64> = self.documents.borrow().keys().copied().collect();
        ids.into_iter().for_each(|id| self.end(id));
    }

    fn end(&self, id: u64) {
        let ended = self.documents.borrow_mut().remove(&id);
        if let Some(document) = ended {
            self.questions.forget_document(id);
            self.frames.destroy_document(id);
            self.stage.forget_document(id);
            document.network.close();
        }
    }

    /// A call: answered now, or when its work is done.
    fn called(self: &Rc<Self>, message: &UserMessage, parameters: Option<glib::Variant>) {
        let (document, call) = match self.parse(parameters, Call::parse) {
            Some((document, Ok(call))) => (document, call),
            Some((_, Err(error))) => {
                return answer::send(
                    message,
                    Err(DomError::new(DomErrorName::DataError, error.to_string()).into()),
                );
            }
            None => return answer::send(message, Err(not_active().into())),
        };
        let (host, message) = (self.clone(), message.clone());
        let mut work = Box::pin(async move {
            let outcome = host.perform(&document, call).await;
            answer::send(&message, outcome);
        });
        // It begins now and not in the next turn of the main loop: what the page says next, such as that a frame is gone, is
        // about what this has begun.
        let begun = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if begun.is_pending() {
            glib::spawn_future_local(work);
        }
    }

    async fn perform(self: &Rc<Self>, document: &Rc<Document>, call: Call) -> Result<Success, Failure> {
        // It may have ended since it called: what it would have now, nobody would ever end.
        if !self.is_present(document) {
            return Err(not_active().into());
        }
        match call {
            Call::Frame(frame, call) => frames::perform(self, document, frame, call).await,
            Call::Network(call) => network::perform(self, document, call).await,
            Call::Permission(call) => permissions::perform(self, document, call),
        }
    }

    fn told(self: &Rc<Self>, document: &Rc<Document>, note: Note) {
        match note {
            Note::Frame(frame, note) => frames::told(self, document, frame, note),
            Note::Stage(StageNote::Layout(layout)) => self.stage.set_layout(document.id, layout),
            Note::Network(note) => network::told(document, note),
        }
    }

    /// Whether a document is still there, and not just another one of its number.
    fn is_present(&self, document: &Rc<Document>) -> bool {
        let documents = self.documents.borrow();
        documents
            .get(&document.id)
            .is_some_and(|known| Rc::ptr_eq(known, document))
    }

    /// The document and the request that a message means; nothing when the document is not a proven, present one.
    fn parse<T>(
        &self,
        parameters: Option<glib::Variant>,
        parse: fn(u32, &str, &str) -> Result<T, ParseError>,
    ) -> Option<(Rc<Document>, Result<T, ParseError>)> {
        let (id, frame, method, parameters) = parameters?.get::<wire::Request>()?;
        let document = self.documents.borrow().get(&id).cloned()?;
        let shown = self.view.uri().and_then(|uri| Url::parse(&uri).ok())?;
        self.app
            .identity
            .owns(&shown)
            .then(|| (document, parse(frame, &method, &parameters)))
    }

    /// The facts about a calling document.
    fn caller(&self, document: &Document, user_activation: bool) -> Caller {
        Caller {
            top_level: document.top_level,
            features: document.features.clone(),
            user_activation,
            ..self.app.caller()
        }
    }
}

/// The pages of a host, as their frames know them.
struct PageLink {
    host: Weak<Host>,
}

impl Page for PageLink {
    fn tell(&self, document: u64, frame: FrameId, event: FrameEvent) {
        if let Some(host) = self.host.upgrade() {
            host.emit(document, &Event::Frame(frame, event));
        }
    }

    fn may_load(&self, document: u64, address: AddressSpace) -> Pin<Box<dyn Future<Output = bool>>> {
        let host = self.host.upgrade();
        let document = host
            .as_ref()
            .and_then(|host| host.documents.borrow().get(&document).cloned());
        match host.zip(document) {
            Some((host, document)) => Box::pin(async move { frames::may_load(&host, &document, address).await }),
            None => Box::pin(async { false }),
        }
    }

    fn may_load_unasked(&self, document: u64, address: AddressSpace) -> bool {
        let Some(host) = self.host.upgrade() else { return false };
        let document = host.documents.borrow().get(&document).cloned();
        document.is_some_and(|document| frames::may_load_unasked(&host, &document, address))
    }

    fn ask_dialog(&self, document: u64, frame: FrameId, dialog: Dialog) -> Pin<Box<dyn Future<Output = DialogAnswer>>> {
        match self.host.upgrade() {
            Some(host) => Box::pin(host.ask(document, frame.0, &dialog).receive()),
            None => Box::pin(async { Dialog::unanswered() }),
        }
    }
}

fn not_active() -> DomError {
    DomError::new(DomErrorName::InvalidStateError, "The document is not active.")
}
