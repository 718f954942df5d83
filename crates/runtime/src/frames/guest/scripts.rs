//! `executeScript`: an app's script in a frame's document.

use super::Guest;
use crate::frames::gate::{Gate, Opening};
use gtk4::glib;
use insula_bridge::{DomError, DomErrorName};
use insula_frame::NoDocument;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use webkit6::WebView;
use webkit6::prelude::*;

/// The body of an asynchronous function with the argument `code`, which is JSON: runs it, awaits what it gives, and answers
/// with the JSON of a [`Settled`], in which every value carries its type.
const EXECUTE: &str = concat!(
    include_str!("../../../../../js/frame/execute.js"),
    "\nreturn execute(JSON.parse(code));"
);

/// The isolated world of an app's scripts. They share the page's document but none of its variables, and the page's
/// Content-Security-Policy does not bind them.
pub(in crate::frames) const WORLD: &str = "controlled-frame";

/// How the engine says that a document runs no scripts; it has no code for that.
const NO_SCRIPTS: &str = "Cannot execute JavaScript in this document";

/// The longest JSON of a value, in bytes. `js/frame/execute.js` sends no more than a third of it, in characters; only a
/// process that somebody has taken over does.
const LONGEST: usize = 96 << 20;

/// What a script came to.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Settled {
    /// Its value.
    Value(Box<RawValue>),
    /// `name` and `message`, and perhaps `stack` and `thrown`: what it threw.
    Error(Box<RawValue>),
}

/// Why a script has no value.
pub(crate) enum ScriptError {
    /// It threw; the JSON of an exception.
    Thrown(Box<RawValue>),
    /// It did not run, or not to its end.
    NotRun(DomError),
}

/// The documents of a frame, for those who wait for one to come or to go.
pub(super) struct Documents {
    first: RefCell<Option<Gate>>,
    current: RefCell<Option<Gate>>,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            first: RefCell::new(Some(Gate::default())),
            current: RefCell::new(Some(Gate::default())),
        }
    }
}

impl Documents {
    /// The first document is there.
    pub(super) fn ready(&self) {
        self.first.take();
    }

    /// The document that was there is gone.
    pub(super) fn end(&self) {
        self.current.replace(Some(Gate::default()));
    }

    /// There will be none any more.
    pub(super) fn end_for_good(&self) {
        self.first.take();
        self.current.take();
    }

    /// Waits until there is a document, or will be none.
    async fn wait_for_first(&self) {
        let first = self.first.borrow().as_ref().map(Gate::opening);
        if let Some(first) = first {
            first.wait().await;
        }
    }

    /// Something that waits for the current document's end; nothing when there will be no document any more.
    fn current_end(&self) -> Option<Opening> {
        self.current.borrow().as_ref().map(Gate::opening)
    }
}

impl Guest {
    /// Runs a script in the top document, once there is one; answers its value with its types.
    ///
    /// # Errors
    /// It threw, or there is no document to run it in, or that is replaced before the script has ended.
    pub(crate) async fn execute_script(&self, code: &str) -> Result<Box<RawValue>, ScriptError> {
        self.document_of_a_site().await.map_err(ScriptError::NotRun)?;
        let Some(document_end) = self.documents.current_end() else {
            return Err(ScriptError::NotRun(document_gone()));
        };
        match run(&self.view, document_end, code).await.map_err(ScriptError::NotRun)? {
            Settled::Value(value) => Ok(value),
            Settled::Error(error) => Err(ScriptError::Thrown(error)),
        }
    }

    /// Waits until there is a document that scripts can run in.
    ///
    /// # Errors
    /// There is none of a site, but a page that says why.
    pub(super) async fn document_of_a_site(&self) -> Result<(), DomError> {
        if self.document() == Err(NoDocument::NotYet) {
            self.documents.wait_for_first().await;
        }
        match self.document() {
            Err(NoDocument::ErrorPage) => Err(DomError::new(
                DomErrorName::InvalidStateError,
                "The frame shows an error page.",
            )),
            _ => Ok(()),
        }
    }

    fn document(&self) -> Result<(), NoDocument> {
        self.navigable.borrow().document()
    }
}

/// Runs a script in a view's top document.
///
/// # Errors
/// No scripts may run there, or the document goes before this one has ended. The engine says nothing of the latter: it
/// forgets the script.
async fn run(view: &WebView, document_end: Opening, code: &str) -> Result<Settled, DomError> {
    let arguments = glib::VariantDict::new(None);
    // As JSON, because a script may have U+0000 in it, at which GLib's strings end.
    arguments.insert("code", serde_json::Value::from(code).to_string());
    let arguments = arguments.end();
    let mut script =
        pin!(view.call_async_javascript_function_future(EXECUTE, Some(&arguments), Some(WORLD), Some("executeScript")));
    let mut document_end = pin!(document_end.wait());
    let outcome = poll_fn(|context| match script.as_mut().poll(context) {
        Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
        Poll::Pending => document_end.as_mut().poll(context).map(|()| None),
    });
    match outcome.await {
        Some(Ok(value)) => {
            let json = value.to_str();
            let settled = (json.len() <= LONGEST).then(|| serde_json::from_str(&json));
            settled
                .and_then(Result::ok)
                .ok_or_else(|| DomError::new(DomErrorName::OperationError, "What the script came to cannot be read."))
        }
        Some(Err(error)) if error.message().contains(NO_SCRIPTS) => Err(DomError::new(
            DomErrorName::NotAllowedError,
            "The frame's page forbids all scripts, the app's too (Content-Security-Policy: sandbox without allow-scripts).",
        )),
        Some(Err(_)) | None => Err(document_gone()),
    }
}

fn document_gone() -> DomError {
    DomError::new(
        DomErrorName::OperationError,
        "The frame's document went away before the script had ended.",
    )
}
