//! `executeScript`: an app's script in a frame's document.

use gtk4::glib;
use insula_bridge::{DomError, DomErrorName};
use webkit6::WebView;
use webkit6::prelude::*;

/// The body of an asynchronous function with the argument `code`: runs it, awaits what it gives, and answers with JSON
/// `{"value": …}` or `{"error": …}` in which every value carries its type.
const EXECUTE: &str = concat!(
    include_str!("../../../../js/frame/execute.js"),
    "\nreturn execute(code);"
);

/// The isolated world of an app's scripts. They share the page's document but none of its variables, and the page's
/// Content-Security-Policy does not bind them.
const WORLD: &str = "controlled-frame";

/// What a script came to, as JSON.
pub(crate) enum Outcome {
    /// `{"value": …}`
    Value(String),
    /// `{"name": …, "message": …}` and perhaps `stack` and `thrown`: what the script threw.
    Thrown(String),
}

/// Runs a script in a view's top document.
pub(super) async fn run(view: &WebView, code: &str) -> Result<Outcome, DomError> {
    let arguments = glib::VariantDict::new(None);
    arguments.insert("code", code);
    let outcome = view
        .call_async_javascript_function_future(EXECUTE, Some(&arguments.end()), Some(WORLD), Some("executeScript"))
        .await;
    match outcome {
        Ok(value) => {
            let json = value.to_str();
            Ok(
                match json.strip_prefix("{\"error\":").and_then(|rest| rest.strip_suffix('}')) {
                    Some(error) => Outcome::Thrown(error.to_owned()),
                    None => Outcome::Value(json.to_string()),
                },
            )
        }
        Err(error) => Err(DomError::new(
            DomErrorName::OperationError,
            format!(
                "The frame's document went away while the script ran ({}).",
                error.message()
            ),
        )),
    }
}
