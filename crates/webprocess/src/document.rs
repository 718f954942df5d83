//! The proven documents of this process, from their first moment to their last.
//!
//! Everything that a document has of the native side ends with it: its functions are refused, its descriptors closed,
//! its values let go. A document ends when its frame goes, when the frame's next document comes, or with the process.

use crate::descriptor::Descriptor;
use crate::guard;
use crate::proof::{self, Proof};
use crate::webkit::gio::prelude::*;
use crate::webkit::{Frame, UserMessage, WebPage, gio, glib, javascriptcore as jsc};
use insula_bridge::wire::{self, WebProcessConfig};
use insula_bridge::{NetworkEvent, NetworkState};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::{Rc, Weak};
use url::Url;

/// One proven document.
pub(crate) struct Document {
    /// Its number, never used again in this process.
    pub(crate) id: u64,
    /// The policy-controlled features that it has.
    pub(crate) features: Vec<String>,
    page: glib::WeakRef<WebPage>,
    frame: u64,
    alive: Cell<bool>,
    listener: RefCell<Option<jsc::Value>>,
    descriptors: RefCell<Vec<Weak<Descriptor>>>,
}

thread_local! {
    static DOCUMENTS: RefCell<HashMap<u64, Rc<Document>>> = RefCell::default();
    static LAST: Cell<u64> = const { Cell::new(0) };
    /// The pages that have shown the app.
    static PAGES: RefCell<HashSet<u64>> = RefCell::default();
    /// What the last event said of the grant, for the documents to come.
    static NETWORK_STATE: Cell<Option<NetworkState>> = const { Cell::new(None) };
}

impl Document {
    /// Registers a proven document and tells the UI process of it.
    pub(crate) fn begin(page: &WebPage, frame: &Frame, config: &WebProcessConfig, proof: &Proof) -> Rc<Self> {
        let id = LAST.get() + 1;
        LAST.set(id);
        let document = Rc::new(Self {
            id,
            features: features(config, proof),
            page: page.downgrade(),
            frame: frame.id(),
            alive: Cell::new(true),
            listener: RefCell::default(),
            descriptors: RefCell::default(),
        });
        DOCUMENTS.with_borrow_mut(|documents| documents.insert(id, document.clone()));
        proof::number(frame, id);
        PAGES.with_borrow_mut(|pages| pages.insert(page.id()));
        let frame_id = frame.id();
        frame.add_weak_ref_notify_local(move || end_of_frame(frame_id));
        let hello: wire::Hello<&str> = (id, proof.top_level, &proof.origin, &proof.url, proof.parent);
        document.tell(wire::HELLO, &hello.to_variant());
        document
    }

    /// Whether the document is still the one in its frame.
    pub(crate) fn is_alive(&self) -> bool {
        self.alive.get()
    }

    /// Sends a message that has an answer; without one (the view is gone, nobody answers) `answered` gets the error.
    pub(crate) fn ask(
        &self,
        name: &str,
        parameters: &glib::Variant,
        answered: impl FnOnce(Result<UserMessage, glib::Error>) + 'static,
    ) {
        let message = UserMessage::new(name, Some(parameters));
        match self.page.upgrade() {
            Some(page) => page.send_message_to_view(&message, gio::Cancellable::NONE, answered),
            None => answered(Err(glib::Error::new(gio::IOErrorEnum::Closed, "the page is gone"))),
        }
    }

    /// Sends a message that has no answer.
    pub(crate) fn tell(&self, name: &str, parameters: &glib::Variant) {
        self.ask(name, parameters, |_| {});
    }

    /// Sets the function that is called with events.
    pub(crate) fn listen(&self, listener: jsc::Value) {
        self.listener.replace(Some(listener));
    }

    /// Remembers a descriptor, to close it when the document ends.
    pub(crate) fn own(&self, descriptor: &Rc<Descriptor>) {
        let mut descriptors = self.descriptors.borrow_mut();
        descriptors.retain(|known| known.strong_count() > 0);
        descriptors.push(Rc::downgrade(descriptor));
    }

    fn end(&self) {
        if !self.alive.replace(false) {
            return;
        }
        self.listener.take();
        for descriptor in self.descriptors.take() {
            if let Some(descriptor) = descriptor.upgrade() {
                descriptor.discard();
            }
        }
        let goodbye: wire::Goodbye = (self.id,);
        self.tell(wire::GOODBYE, &goodbye.to_variant());
    }
}

/// Permissions Policy: what the document's response leaves it, of what the document around it has. The UI process works
/// this out by itself and decides by that; here it decides what scripts find.
fn features(config: &WebProcessConfig, proof: &Proof) -> Vec<String> {
    let Ok(url) = Url::parse(&proof.url) else {
        return Vec::new();
    };
    let mut features: Vec<String> = config.app.features_at(&url).map(str::to_owned).collect();
    if proof.parent != 0 {
        DOCUMENTS.with_borrow(|documents| {
            let parent = documents.get(&proof.parent);
            features.retain(|feature| parent.is_some_and(|parent| parent.features.contains(feature)));
        });
    }
    features
}

/// Whether there has been a proven document in a page.
pub(crate) fn has_been_in(page: &WebPage) -> bool {
    PAGES.with_borrow(|pages| pages.contains(&page.id()))
}

/// Ends whatever proven document is in a frame.
pub(crate) fn end_of_frame(frame: u64) {
    let ended: Vec<Rc<Document>> = DOCUMENTS.with_borrow_mut(|documents| {
        documents
            .extract_if(|_, document| document.frame == frame)
            .map(|(_, document)| document)
            .collect()
    });
    for document in ended {
        document.end();
    }
}

/// The state of the grant for a document: as an event has told it, or as it was when the process started.
pub(crate) fn network_state(document: &Document, config: &WebProcessConfig) -> NetworkState {
    if document
        .features
        .iter()
        .any(|feature| feature == "unrestricted-network")
    {
        NETWORK_STATE.get().unwrap_or(config.network_state)
    } else {
        NetworkState::Unavailable
    }
}

/// Takes a message of the UI process: an event or a question for the document that it names, or what is refused to all.
/// Answers whether it was one.
pub(crate) fn deliver(message: &UserMessage) -> bool {
    if message.name().as_deref() == Some(wire::REFUSED) {
        if let Some((names,)) = message.parameters().and_then(|it| it.get::<wire::Refused>()) {
            guard::refuse(names);
        }
        return true;
    }
    if message.name().as_deref() != Some(wire::EVENT) {
        return false;
    }
    let Some((id, frame, event, parameters, question)) = message.parameters().and_then(|it| it.get::<wire::Event>())
    else {
        return true;
    };
    // To a document without the feature it is always unavailable, which says nothing about others.
    if let Some(state) = NetworkEvent::read_state(&event, &parameters)
        && state != NetworkState::Unavailable
    {
        NETWORK_STATE.set(Some(state));
    }
    let listener = DOCUMENTS.with_borrow(|documents| documents.get(&id).and_then(|it| it.listener.borrow().clone()));
    if let Some(listener) = listener
        && let Some(context) = listener.context()
    {
        let arguments = [
            jsc::Value::new_number(&context, frame.into()),
            jsc::Value::new_string(&context, Some(&event)),
            jsc::Value::new_string(&context, Some(&parameters)),
            jsc::Value::new_number(&context, question as f64),
        ];
        crate::jsc::call(&listener, &arguments);
    }
    true
}
