//! What an app's page asks, and who answers: the UI process's side of the bridge.
//!
//! Every call names the document that makes it. It is answered only when that document was proven, its view still shows
//! the app, and the permission check, made here for each call, allows it.

mod answer;
mod document;
mod frames;
mod gate;
mod gestures;
mod network;

use crate::app::App;
use crate::app_view::AppView;
use crate::ask::Prompts;
use crate::frames::{Frames, Making};
use crate::guard;
use crate::stage::Stage;
pub(crate) use answer::network_state;
use answer::{Failure, Success};
use document::Document;
use gestures::Gestures;
use gtk4::glib;
use gtk4::prelude::*;
use insula_bridge::{Call, DomError, DomErrorName, Event, wire};
use insula_net::{AppId, Broker, DocumentId};
use insula_permissions::{Authority, Caller};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use url::Url;
use webkit6::UserMessage;
use webkit6::prelude::*;

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
        let host = Rc::new_cyclic(|weak: &std::rc::Weak<Self>| {
            let weak = weak.clone();
            let report = Rc::new(move |key: crate::stage::FrameKey, event: Event| {
                if let Some(host) = weak.upgrade() {
                    host.emit(key.0, &event);
                }
            });
            Self {
                app: app.clone(),
                view: view.clone(),
                stage: stage.clone(),
                frames: Frames::new(app, stage, making, report),
                authority: authority.clone(),
                prompts: prompts.clone(),
                broker,
                gestures: Gestures::watch(view),
                documents: RefCell::default(),
            }
        });
        host.listen();
        host
    }

    /// The frames of the app.
    pub(crate) fn frames(&self) -> &Rc<Frames> {
        &self.frames
    }

    /// Tells every document that the grant may have changed, and ends what it no longer covers.
    pub(crate) fn grant_changed(&self, revoked: bool) {
        let documents: Vec<Rc<Document>> = self.documents.borrow().values().cloned().collect();
        for document in &documents {
            let state = network_state(self.authority.network_state(&self.caller(document, false)));
            self.emit(document.id, &Event::NetworkState { state });
        }
        if revoked {
            self.broker.revoke(&AppId::new(self.app.id.as_str()));
        }
    }

    /// Sends an event to a document.
    pub(crate) fn emit(&self, document: u64, event: &Event) {
        let parameters = (document, event.name(), event.to_json()).to_variant();
        let message = UserMessage::new(wire::EVENT, Some(&parameters));
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
                let ids: Vec<u64> = host.documents.borrow().keys().copied().collect();
                ids.into_iter().for_each(|id| host.end(id));
            }
        });
        let host = Rc::downgrade(self);
        self.stage.connect_leave(move |key, direction| {
            if let Some(host) = host.upgrade() {
                host.emit(
                    key.0,
                    &Event::Leave {
                        frame: key.1,
                        direction,
                    },
                );
            }
        });
    }

    /// A message of the web process. What does not have the right form is ignored: only a broken process sends it.
    fn received(self: &Rc<Self>, message: &UserMessage) {
        let parameters = message.parameters();
        match message.name().as_deref() {
            Some(wire::HELLO) => {
                if let Some((id, top_level, origin, _url)) =
                    parameters.and_then(|it| it.get::<(u64, bool, String, String)>())
                    && origin == self.app.origin.to_string()
                {
                    self.begin(id, top_level);
                }
            }
            Some(wire::GOODBYE) => {
                if let Some((id,)) = parameters.and_then(|it| it.get::<(u64,)>()) {
                    self.end(id);
                }
            }
            Some(wire::CALL) => self.called(message, parameters),
            Some(wire::NOTIFY) => match self.parse(parameters) {
                Some((document, Ok(call))) => frames::notified(self, &document, call),
                Some((_, Err(error))) => tracing::warn!("the page said what cannot be understood: {error}"),
                None => {}
            },
            _ => {}
        }
    }

    fn begin(&self, id: u64, top_level: bool) {
        let network = self.broker.document(DocumentId {
            app: AppId::new(self.app.id.as_str()),
            document: id,
        });
        let document = Document { id, top_level, network };
        self.documents.borrow_mut().insert(id, Rc::new(document));
    }

    fn end(&self, id: u64) {
        let ended = self.documents.borrow_mut().remove(&id);
        if let Some(document) = ended {
            self.frames.destroy_document(id);
            self.stage.forget_document(id);
            document.network.close();
        }
    }

    /// A call: answered now, or when its work is done.
    fn called(self: &Rc<Self>, message: &UserMessage, parameters: Option<glib::Variant>) {
        let (document, call) = match self.parse(parameters) {
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
        glib::spawn_future_local(async move {
            let outcome = host.perform(&document, call).await;
            answer::send(&message, outcome);
        });
    }

    async fn perform(self: &Rc<Self>, document: &Rc<Document>, call: Call) -> Result<Success, Failure> {
        match call {
            Call::CreateFrame(_) | Call::NavigateFrame(_) | Call::Go(_) | Call::ExecuteScript(_) => {
                frames::perform(self, document, call).await
            }
            _ => network::perform(self, document, call).await,
        }
    }

    /// The document and the call that a message means; nothing when the document is not a proven, present one.
    fn parse(
        &self,
        parameters: Option<glib::Variant>,
    ) -> Option<(Rc<Document>, Result<Call, insula_bridge::ParseCallError>)> {
        let (id, method, parameters) = parameters?.get::<(u64, String, String)>()?;
        let document = self.documents.borrow().get(&id).cloned()?;
        let shown = self.view.uri().and_then(|uri| Url::parse(&uri).ok())?;
        self.app
            .owns(&shown)
            .then(|| (document, Call::parse(&method, &parameters)))
    }

    /// The facts about a calling document.
    fn caller(&self, document: &Document, user_activation: bool) -> Caller {
        Caller {
            top_level: document.top_level,
            user_activation,
            ..self.app.caller()
        }
    }
}

fn not_active() -> DomError {
    DomError::new(DomErrorName::InvalidStateError, "The document is not active.")
}
