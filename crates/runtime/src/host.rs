//! What an app's page asks, and who answers: the UI process's side of the bridge.
//!
//! Every call names the document that makes it. It is answered only when that document was proven, its view still shows
//! the app, and the permission check, which is made for each call, allows it. Which documents there are is known by
//! [`Documents`]; what a call comes to stands in a file for each of the bridge's domains.

mod activation;
mod addresses;
mod answer;
mod embedder;
mod frames;
mod gate;
mod information;
mod launch;
mod media;
mod network;
mod permissions;
mod records;
mod save;
mod socket;
mod stage;

use crate::ask::Prompts;
use crate::badge::{Badge, Mark};
use crate::content::media::MediaSources;
use crate::documents::{Document, Documents};
use crate::frames::{FrameOptions, Frames};
use crate::guard;
use crate::launches::Launch;
use crate::stage::Stage;
use crate::windows::Downloads;
use crate::writables::Writables;
use activation::TransientActivation;
use answer::{Failure, Success};
use embedder::Embedder;
use gtk4::glib;
use insula_bridge::{BadgeNote, Call, DomError, DomErrorName, Note, ParseError, wire};
use insula_permissions::Authority;
use launch::Launches;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Waker};
use webkit6::UserMessage;
use webkit6::prelude::*;

/// The host of an app's documents in one window.
pub(crate) struct Host {
    documents: Rc<Documents>,
    stage: Stage,
    frames: Rc<Frames>,
    prompts: Rc<Prompts>,
    badge: Rc<Badge>,
    launches: Rc<Launches>,
    writables: Rc<Writables>,
    media: Rc<MediaSources>,
    watches: information::Watches,
    activation: TransientActivation,
}

/// What the hosts of all windows have together.
pub(crate) struct Common<'a> {
    pub(crate) downloads: &'a Rc<Downloads>,
    pub(crate) badge: &'a Rc<Badge>,
    pub(crate) writables: &'a Rc<Writables>,
    pub(crate) media: &'a Rc<MediaSources>,
}

impl Host {
    /// Starts answering the documents of a view.
    pub(crate) fn new(
        documents: &Rc<Documents>,
        stage: &Stage,
        prompts: &Rc<Prompts>,
        common: Common<'_>,
        frame_options: FrameOptions,
    ) -> Rc<Self> {
        let embedder = Embedder {
            documents: documents.clone(),
            prompts: prompts.clone(),
            downloads: common.downloads.clone(),
        };
        let host = Rc::new(Self {
            documents: documents.clone(),
            stage: stage.clone(),
            frames: Frames::new(stage, frame_options, Rc::new(embedder)),
            prompts: prompts.clone(),
            badge: common.badge.clone(),
            launches: Launches::of(documents, common.writables),
            writables: common.writables.clone(),
            media: common.media.clone(),
            watches: information::Watches::default(),
            activation: TransientActivation::watch(documents.view()),
        });
        host.listen();
        stage::follow(stage, documents);
        host
    }

    /// The frames of the app.
    pub(crate) fn frames(&self) -> &Rc<Frames> {
        &self.frames
    }

    /// Has the window go to the page of a launch, which is told of it.
    pub(crate) fn navigate(&self, launch: Launch) {
        self.launches.navigate(launch);
    }

    /// Tells the page that is there of a launch.
    pub(crate) fn focus(&self, launch: Launch) {
        self.launches.focus(launch);
    }

    /// The page that is there stays: the user has something to lose in it.
    pub(crate) fn stays(&self) {
        self.launches.forget_coming();
    }

    /// Tells every document that what it may do has changed, and ends what it may not have any more.
    pub(crate) fn permissions_changed(&self) {
        for document in self.documents.all() {
            network::changed(self, &document);
            information::changed(self, &document);
            permissions::changed(self, &document);
            frames::end_refused(self, &document);
            save::end_refused(self, &document);
            media::end_refused(self, &document);
        }
    }

    /// Ends everything that the documents have: their window closes.
    pub(crate) fn close(&self) {
        self.frames.close();
        self.documents.end_all();
    }

    fn authority(&self) -> &Arc<Authority> {
        self.prompts.authority()
    }

    fn listen(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        self.documents.view().connect_user_message_received(move |_, message| {
            guard("a message of the page", true, || {
                if let Some(host) = weak.upgrade() {
                    host.received(message);
                }
                true
            })
        });
        let weak = Rc::downgrade(self);
        self.documents.connect_page(move || {
            if let Some(host) = weak.upgrade() {
                host.activation.forget();
            }
        });
        let weak = Rc::downgrade(self);
        self.documents.connect_ended(move |document| {
            if let Some(host) = weak.upgrade() {
                host.frames.destroy_document(document);
                host.stage.forget_document(document);
                host.watches.end(document);
                host.media.forget(document);
            }
        });
    }

    /// A message of a page. What does not have the right form is ignored: only a broken process sends it.
    fn received(self: &Rc<Self>, message: &UserMessage) {
        let parameters = message.parameters();
        match message.name().as_deref() {
            Some(wire::CALL) => self.called(message, parameters),
            Some(wire::NOTE) => match self.parse(parameters, Note::parse) {
                Some((document, Ok(note))) => self.told(&document, note),
                Some((_, Err(error))) => tracing::warn!("the page said what cannot be understood: {error}"),
                None => {}
            },
            _ => {}
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
        if !self.documents.is_present(document) {
            return Err(not_active().into());
        }
        match call {
            Call::Frame(frame, call) => frames::perform(self, document, frame, call).await,
            Call::Network(call) => network::perform(self, document, call).await,
            Call::Permission(call) => permissions::perform(self, document, call),
            Call::Launch(call) => launch::perform(self, document, call).await,
        }
    }

    fn told(self: &Rc<Self>, document: &Rc<Document>, note: Note) {
        match note {
            Note::Frame(frame, note) => frames::told(self, document, frame, note),
            Note::Stage(note) => stage::told(self, document.id, note),
            Note::Network(note) => network::told(self, document, note),
            Note::Badge(BadgeNote::Set { count }) => self.set_badge(document, count),
        }
    }

    /// The badge is the installed app's: what is outside of its scope has none.
    fn set_badge(&self, document: &Document, count: Option<u64>) {
        if document.in_scope && self.documents.app().installed {
            self.badge.set(match count {
                None => Mark::Flag,
                Some(0) => Mark::None,
                Some(count) => Mark::Count(count),
            });
        }
    }

    /// The document and the request that a message means; nothing when the document is not a proven, present one.
    fn parse<T>(
        &self,
        parameters: Option<glib::Variant>,
        parse: fn(u32, &str, &str) -> Result<T, ParseError>,
    ) -> Option<(Rc<Document>, Result<T, ParseError>)> {
        let (id, frame, method, parameters) = parameters?.get::<wire::Request>()?;
        let document = self.documents.find(id)?;
        self.documents
            .are_shown()
            .then(|| (document, parse(frame, &method, &parameters)))
    }
}

fn not_active() -> DomError {
    DomError::new(DomErrorName::InvalidStateError, "The document is not active.")
}
