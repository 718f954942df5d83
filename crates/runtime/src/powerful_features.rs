//! The engine's own powerful features (Permissions, "powerful feature") in the app's page: the camera, the full screen, the
//! clipboard and the like, by the permission check.
//!
//! * `requests`: what the engine asks before a page may use one.
//! * `recordings`: what it records, until that is taken back.
//! * `positions`: where the device is, told while a page may know it.
//! * `held`: what a page has from then on without asking each time, until that is taken back.

mod held;
pub(crate) mod positions;
mod recordings;
mod requests;

pub(crate) use held::refused;
pub(crate) use recordings::end as end_recordings;
pub(crate) use requests::names_of;

use crate::ask::Prompts;
use crate::documents::Documents;
use insula_permissions::{Operation, PermissionName, Verdict};
use std::rc::Rc;

/// The powerful features in one window.
pub(crate) struct PowerfulFeatures {
    documents: Rc<Documents>,
    prompts: Rc<Prompts>,
}

impl PowerfulFeatures {
    /// Starts answering the engine for the documents of a view.
    pub(crate) fn follow(documents: &Rc<Documents>, prompts: &Rc<Prompts>) -> Rc<Self> {
        let features = Rc::new(Self {
            documents: documents.clone(),
            prompts: prompts.clone(),
        });
        requests::answer(&features);
        recordings::watch(&features);
        held::watch(&features);
        features
    }

    /// Whether the page in the window may cover the whole screen.
    pub(crate) fn may_fill_screen(&self) -> bool {
        held::may_fill_screen(self)
    }

    /// Whether the page may know where the device is.
    pub(crate) fn may_know_position(&self) -> bool {
        self.allows(PermissionName::Geolocation)
    }

    /// Ends what the page may not have any more: what was decided has changed.
    pub(crate) fn end_refused(self: &Rc<Self>) {
        recordings::end_refused(self);
        held::end_refused(self);
    }

    /// Whether the page may use a feature without a question.
    fn allows(&self, name: PermissionName) -> bool {
        let page = self.documents.page();
        page.is_some_and(|page| {
            let (caller, operation) = (page.caller(false), Operation::Use(name));
            self.prompts.authority().foresee(&caller, &operation) == Verdict::Allow
        })
    }
}
