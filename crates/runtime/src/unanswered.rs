//! What the engine asks. A question is a value that is used up by its answer; dropped without one, it denies.

use webkit6::prelude::*;
use webkit6::{PermissionRequest, PolicyDecision, ScriptDialog, ScriptDialogType};

/// Something that the engine asks.
pub(crate) trait Question {
    /// Says no.
    fn deny(&self);
}

/// A question that has not been answered.
#[must_use = "a question that is dropped is denied"]
pub(crate) struct Unanswered<Q: Question>(Option<Q>);

impl<Q: Question> Unanswered<Q> {
    /// Takes a question from the engine.
    pub(crate) fn new(question: Q) -> Self {
        Self(Some(question))
    }

    /// What is asked.
    pub(crate) fn question(&self) -> &Q {
        // Only what consumes the value takes the question out of it.
        self.0.as_ref().expect("a question that was answered is gone")
    }

    /// Answers it: the engine is told by `answer`.
    pub(crate) fn answer(mut self, answer: impl FnOnce(&Q)) {
        if let Some(question) = self.0.take() {
            answer(&question);
        }
    }
}

impl<Q: Question> Drop for Unanswered<Q> {
    fn drop(&mut self) {
        if let Some(question) = self.0.take() {
            question.deny();
        }
    }
}

/// Whether a document may use something of the device or the desktop.
impl Question for PermissionRequest {
    fn deny(&self) {
        PermissionRequestExt::deny(self);
    }
}

/// Whether a document may go somewhere, open a window, or show a response.
impl Question for PolicyDecision {
    fn deny(&self) {
        self.ignore();
    }
}

/// What to do about a script's dialog. Its page waits until the engine lets go of it.
impl Question for ScriptDialog {
    fn deny(&self) {
        match self.dialog_type() {
            ScriptDialogType::Confirm => self.confirm_set_confirmed(false),
            // Nobody could be asked, and the app decides where the frame goes.
            ScriptDialogType::BeforeUnloadConfirm => self.confirm_set_confirmed(true),
            // A prompt without a text is one that was refused.
            _ => {}
        }
        self.close();
    }
}
