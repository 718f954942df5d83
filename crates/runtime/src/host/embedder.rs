//! The documents of a window, as the frames in them know them.

use crate::ask::Prompts;
use crate::documents::Document;
use crate::documents::Documents;
use crate::frames::Page;
use crate::windows::Downloads;
use insula_bridge::{
    Dialog, DialogAnswer, Event, FrameEvent, FrameId, FramePermissionRequest, Messages, NewWindow, NewWindowAnswer,
    PermissionAnswer,
};
use insula_permissions::{AddressSpace, Caller, Denial, Operation, PermissionName, Printing, Verdict};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use url::Url;
use webkit6::Download;
use webkit6::prelude::WebViewExt;

/// The side of the frames' embedder: the app's documents, and the user whom it takes to ask.
pub(super) struct Embedder {
    pub(super) documents: Rc<Documents>,
    pub(super) prompts: Rc<Prompts>,
    pub(super) downloads: Rc<Downloads>,
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

    fn origin(&self) -> String {
        self.documents.app().identity.origin().to_owned()
    }

    fn tell_messages(&self, document: u64, frame: FrameId, messages: Messages) -> Pin<Box<dyn Future<Output = ()>>> {
        let taken = self.documents.ask(document, frame.0, &messages);
        Box::pin(async move { _ = taken.receive().await })
    }

    fn title(&self) -> String {
        let title = self.documents.view().title().filter(|title| !title.is_empty());
        title.map_or_else(|| self.documents.app().name().to_owned(), String::from)
    }

    fn ask_dialog(&self, document: u64, frame: FrameId, dialog: Dialog) -> Pin<Box<dyn Future<Output = DialogAnswer>>> {
        Box::pin(self.documents.ask(document, frame.0, &dialog).receive())
    }

    fn feature(&self, document: u64, feature: &str, page: &Url) -> (bool, bool) {
        let Some(document) = self.documents.find(document) else {
            return (false, false);
        };
        let policy = &self.documents.app().manifest.permissions_policy;
        let own = document.caller(false).features.has(feature);
        // What a header has taken from the document, it cannot hand on.
        let is_taken = policy.allows_self(feature) && !own;
        (own, policy.lists(feature, page) && !is_taken)
    }

    fn printing(&self) -> Printing {
        self.prompts.authority().policy().printing()
    }

    fn app_may(&self, document: u64, name: PermissionName) -> Verdict {
        match self.documents.find(document) {
            Some(document) => {
                let caller = caller_for_frame(&document, name);
                self.prompts.authority().foresee(&caller, &Operation::Use(name))
            }
            None => Verdict::Deny(Denial::NotGranted(name)),
        }
    }

    fn obtain(&self, document: u64, names: Vec<PermissionName>) -> Pin<Box<dyn Future<Output = bool>>> {
        let (documents, prompts) = (self.documents.clone(), self.prompts.clone());
        Box::pin(async move {
            for name in names {
                let Some(document) = documents.find(document) else {
                    return false;
                };
                let is_there = || documents.is_present(&document);
                let caller = || is_there().then(|| caller_for_frame(&document, name));
                if !prompts.obtain(caller, &Operation::Use(name)).await {
                    return false;
                }
            }
            true
        })
    }

    fn ask_permission(
        &self,
        document: u64,
        frame: FrameId,
        request: FramePermissionRequest,
    ) -> Pin<Box<dyn Future<Output = PermissionAnswer>>> {
        Box::pin(self.documents.ask(document, frame.0, &request).receive())
    }

    fn ask_new_window(
        &self,
        document: u64,
        frame: FrameId,
        window: NewWindow,
    ) -> Pin<Box<dyn Future<Output = NewWindowAnswer>>> {
        Box::pin(self.documents.ask(document, frame.0, &window).receive())
    }

    fn save<'a>(&self, download: &'a Download, name: &'a str) -> Pin<Box<dyn Future<Output = ()> + 'a>> {
        let downloads = self.downloads.clone();
        Box::pin(async move { downloads.save(download, name).await })
    }
}

/// A document as the one to whose frame's page something is to be allowed, of which it has been found that the manifest turns
/// the feature on, if only for the page.
fn caller_for_frame(document: &Document, name: PermissionName) -> Caller {
    let caller = document.caller(false);
    let own = caller.features.iter().map(str::to_owned);
    let features = own.chain(name.feature().map(str::to_owned)).collect();
    Caller { features, ..caller }
}
