//! Messages between the app and a frame's page (`contentWindow.postMessage`).
//!
//! They are taken to the page, and the page's answers fetched, by scripts in the isolated world of the app's own. Both
//! directions wait for the other side: so many of the app's messages and scripts at once are on their way to a page, and a
//! page's answers are fetched when the app has taken those before.

use super::scripts::Execution;
use super::{Guest, ScriptError};
use gtk4::glib;
use insula_bridge::Messages as Answers;
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;
use url::Url;

/// The function that makes what a document's messages pass through.
const CREATE: &str = include_str!("../../../../../js/generated/messages.js");
/// The function that makes message events in the page's own world.
const SERVE: &str = include_str!("../../../../../js/frame/messages/page.js");

/// The messages of one frame.
pub(super) struct Messages {
    /// The name of the events between a document's worlds, which no page knows.
    name: String,
    /// Whether the document that is there has what its messages pass through.
    is_served: Cell<bool>,
}

impl Default for Messages {
    fn default() -> Self {
        Self {
            name: glib::uuid_string_random().into(),
            is_served: Cell::new(false),
        }
    }
}

impl Messages {
    /// The document that was there has gone.
    pub(super) fn end(&self) {
        self.is_served.set(false);
    }
}

impl Guest {
    /// Sends a message to the top document, once there is one, if it is of the origin; `*` is any.
    pub(crate) fn post_message(self: &Rc<Self>, message: String, target_origin: String) {
        let guest = self.clone();
        glib::spawn_future_local(async move {
            let _on_its_way = match guest.under_way.take(&message) {
                Ok(on_its_way) => on_its_way,
                Err(error) => return tracing::warn!("a message to a frame is lost: {}", error.message),
            };
            let is_there = guest.document_of_a_site().await.is_ok();
            if is_there && (target_origin == "*" || target_origin == guest.shown_origin()) {
                guest.deliver(&message).await;
            }
        });
    }

    async fn deliver(self: &Rc<Self>, message: &str) {
        let is_new = !self.messages.is_served.replace(true);
        let create = if is_new {
            let name = literal(&self.messages.name);
            // Nobody waits for it: the engine does one after the other, and other messages come right behind.
            self.run_in_page(&format!("{SERVE}\n({name})"));
            format!("globalThis.insulaMessages = ({})({name});\n", expression(CREATE))
        } else {
            String::new()
        };
        let (message, origin) = (literal(message), literal(&self.page.origin()));
        let code = format!("{create}insulaMessages.deliver({message}, {origin}); undefined");
        // A document that has gone needs no message.
        let _ = self.execute(&Execution::of_runtime(code)).await;
        if is_new {
            self.fetch_answers();
        }
    }

    /// Tells the app what the document answers, as long as it is there. The next answers are fetched while the app takes those
    /// before: a page that answers at once finds somebody who waits for it.
    fn fetch_answers(self: &Rc<Self>) {
        let guest = self.clone();
        glib::spawn_future_local(async move {
            let mut answers = guest.next_answers().await;
            while let Some(taken) = answers {
                let (document, frame) = guest.key;
                let next = glib::spawn_future_local({
                    let guest = guest.clone();
                    async move { guest.next_answers().await }
                });
                guest.page.tell_messages(document, frame, taken).await;
                answers = next.await.ok().flatten();
            }
        });
    }

    /// What the document has answered, once there is something; nothing when it has gone.
    async fn next_answers(&self) -> Option<Answers> {
        loop {
            let next = Execution::of_runtime("insulaMessages.next()");
            match self.execute(&next).await {
                Ok(messages) => {
                    return Some(Answers {
                        messages: messages.get().to_owned(),
                        origin: self.shown_origin(),
                    });
                }
                // They are too long together, and lost.
                Err(ScriptError::Thrown(_)) => {}
                Err(ScriptError::NotRun(_)) => return None,
            }
        }
    }

    /// The origin of the document that the user sees; nothing where there is none of a site.
    pub(in crate::frames) fn seen_origin(&self) -> Option<String> {
        let origin = self.shown_origin();
        (origin != "null").then_some(origin)
    }

    /// The origin of the document that is shown, as scripts see it.
    fn shown_origin(&self) -> String {
        let url = Url::parse(self.navigable.borrow().url());
        url.map_or_else(|_| "null".to_owned(), |url| url.origin().ascii_serialization())
    }
}

/// A JavaScript string. (JSON is JavaScript.)
fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

/// A script of one expression, without what ends it.
fn expression(script: &str) -> &str {
    script.trim_end().trim_end_matches(';')
}
