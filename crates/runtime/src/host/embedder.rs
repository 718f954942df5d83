//! The documents of a window, as the frames in them know them.

use crate::ask::Prompts;
use crate::documents::Documents;
use crate::frames::Page;
use insula_bridge::{Dialog, DialogAnswer, Event, FrameEvent, FrameId};
use insula_permissions::{AddressSpace, Operation, Verdict};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use webkit6::prelude::WebViewExt;

/// The side of the frames' embedder: the app's documents, and the user whom it takes to ask.
pub(super) struct Embedder {
    pub(super) documents: Rc<Documents>,
    pub(super) prompts: Rc<Prompts>,
}

impl Page for Embedder {
    fn tell(&self, document: u64, frame: FrameId, event: FrameEvent) {
        self.documents.emit(document, &Event::Frame(frame, event));
    }

    fn may_load(&self, document: u64, address: AddressSpace) -> Pin<Box<dyn Future<Output = bool>>> {
        let (documents, prompts) = (self.documents.clone(), self.prompts.clone());
        Box::pin(async move {
            let Some(document) = documents.find(document) else {
                return false;
            };
            let caller = || documents.is_present(&document).then(|| document.caller(false));
            prompts.obtain(caller, &Operation::LoadInFrame { address }).await
        })
    }

    fn may_load_unasked(&self, document: u64, address: AddressSpace) -> bool {
        let document = self.documents.find(document);
        document.is_some_and(|document| {
            let operation = Operation::LoadInFrame { address };
            self.prompts.authority().foresee(&document.caller(false), &operation) == Verdict::Allow
        })
    }

    fn title(&self) -> String {
        let title = self.documents.view().title().filter(|title| !title.is_empty());
        title.map_or_else(|| self.documents.app().name().to_owned(), String::from)
    }

    fn ask_dialog(&self, document: u64, frame: FrameId, dialog: Dialog) -> Pin<Box<dyn Future<Output = DialogAnswer>>> {
        Box::pin(self.documents.ask(document, frame.0, &dialog).receive())
    }
}
