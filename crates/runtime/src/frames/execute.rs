//! `executeScript`: an app's script in a frame's document.

use gtk4::glib;
use insula_bridge::{DomError, DomErrorName};
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use webkit6::WebView;
use webkit6::prelude::*;

/// The body of an asynchronous function with the argument `code`, which is JSON: runs it, awaits what it gives, and answers
/// with JSON `{"value": …}` or `{"error": …}` in which every value carries its type.
const EXECUTE: &str = concat!(
    include_str!("../../../../js/frame/execute.js"),
    "\nreturn execute(JSON.parse(code));"
);

/// The isolated world of an app's scripts. They share the page's document but none of its variables, and the page's
/// Content-Security-Policy does not bind them.
const WORLD: &str = "controlled-frame";

/// How the engine says that a document runs no scripts; it has no code for that.
const NO_SCRIPTS: &str = "Cannot execute JavaScript in this document";

/// What a script came to, as JSON.
pub(crate) enum Outcome {
    /// `{"value": …}`
    Value(String),
    /// `{"name": …, "message": …}` and perhaps `stack` and `thrown`: what the script threw.
    Thrown(String),
}

/// A document that scripts run in: alive until it is dropped.
pub(super) struct Document {
    /// Nothing is ever sent.
    _alive: async_channel::Sender<Infallible>,
    end: async_channel::Receiver<Infallible>,
}

impl Default for Document {
    fn default() -> Self {
        let (_alive, end) = async_channel::bounded(1);
        Self { _alive, end }
    }
}

impl Document {
    /// Something that waits for the document's end.
    pub(super) fn end(&self) -> async_channel::Receiver<Infallible> {
        self.end.clone()
    }
}

/// Runs a script in a view's top document.
///
/// # Errors
/// No scripts may run there, or the document goes before this one has ended. The engine says nothing of the latter: it
/// forgets the script.
pub(super) async fn run(
    view: &WebView,
    document_end: async_channel::Receiver<Infallible>,
    code: &str,
) -> Result<Outcome, DomError> {
    let arguments = glib::VariantDict::new(None);
    // As JSON, because a script may have U+0000 in it, at which GLib's strings end.
    arguments.insert("code", serde_json::Value::from(code).to_string());
    let arguments = arguments.end();
    let mut script =
        pin!(view.call_async_javascript_function_future(EXECUTE, Some(&arguments), Some(WORLD), Some("executeScript")));
    let mut document_end = pin!(document_end.recv());
    let outcome = poll_fn(|context| match script.as_mut().poll(context) {
        Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
        Poll::Pending => document_end.as_mut().poll(context).map(|_| None),
    });
    match outcome.await {
        Some(Ok(value)) => {
            let json = value.to_str();
            Ok(
                match json.strip_prefix("{\"error\":").and_then(|rest| rest.strip_suffix('}')) {
                    Some(error) => Outcome::Thrown(error.to_owned()),
                    None => Outcome::Value(json.to_string()),
                },
            )
        }
        Some(Err(error)) if error.message().contains(NO_SCRIPTS) => Err(DomError::new(
            DomErrorName::NotAllowedError,
            "The frame's page forbids all scripts, the app's too (Content-Security-Policy: sandbox without allow-scripts).",
        )),
        Some(Err(_)) | None => Err(DomError::new(
            DomErrorName::OperationError,
            "The frame's document went away before the script had ended.",
        )),
    }
}
