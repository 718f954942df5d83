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

/// How often a document is given that. It counts as the user's gesture, which a page could bring about again and again.
const MOST_TIMES: u8 = 2;

/// The messages of one frame.
pub(super) struct Messages {
    /// The name of the events between a document's worlds, which no page knows.
    name: String,
    /// How often the document that is there was given what its messages pass through.
    served: Cell<u8>,
}

impl Default for Messages {
    fn default() -> Self {
        Self {
            name: glib::uuid_string_random().into(),
            served: Cell::new(0),
        }
    }
}

impl Messages {
    /// The document that was there has gone.
    pub(super) fn end(&self) {
        self.served.set(0);
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
        let document = self.permissions.document();
        let is_new = self.messages.served.get() == 0;
        let create = if is_new {
            self.serve_messages();
            let name = literal(&self.messages.name);
            // One that the user has gone back to has it.
            format!("globalThis.insulaMessages ??= ({})({name});\n", expression(CREATE))
        } else {
            String::new()
        };
        let (message, origin) = (literal(message), literal(&self.page.origin()));
        let code = format!("insulaMessages.deliver({message}, {origin})");
        let is_heard = self.execute(&Execution::of_runtime(create + &code)).await;
        // Another document, or none, needs no message.
        if self.permissions.document() != document {
            return;
        }
        if is_new {
            self.fetch_answers(document);
        }
        // document.open() has the page forget what listens in it.
        if is_heard.is_ok_and(|is_heard| is_heard.get() == "false") {
            if self.messages.served.get() < MOST_TIMES {
                self.serve_messages();
            }
            // Another message may have brought it about.
            let _ = self.execute(&Execution::of_runtime(code)).await;
        }
    }

    /// Puts into the page's own world what its messages pass through there, if it is not there.
    fn serve_messages(&self) {
        self.messages.served.update(|times| times + 1);
        let name = literal(&self.messages.name);
        // Nobody waits for it: the engine does one after the other, and other messages come right behind.
        self.run_in_page(&format!("{SERVE}\n({name})"));
    }

    /// Tells the app what a document answers, as long as it is there. The next answers are fetched while the app takes those
    /// before: a page that answers at once finds somebody who waits for it.
    fn fetch_answers(self: &Rc<Self>, document: u64) {
        let guest = self.clone();
        glib::spawn_future_local(async move {
            let mut answers = guest.next_answers(document).await;
            while let Some(taken) = answers {
                let (app, frame) = guest.key;
                let next = glib::spawn_future_local({
                    let guest = guest.clone();
                    async move { guest.next_answers(document).await }
                });
                guest.page.tell_messages(app, frame, taken).await;
                answers = next.await.ok().flatten();
            }
        });
    }

    /// What a document has answered, once there is something; nothing when it has gone.
    async fn next_answers(&self, document: u64) -> Option<Answers> {
        while self.permissions.document() == document {
            // When the answers are here, another document may be.
            let origin = self.shown_origin();
            let next = Execution::of_runtime("insulaMessages.next()");
            match self.execute(&next).await {
                Ok(messages) => {
                    return Some(Answers {
                        messages: messages.get().to_owned(),
                        origin,
                    });
                }
                // They are too long together, and lost.
                Err(ScriptError::Thrown(_)) => {}
                Err(ScriptError::NotRun(_)) => return None,
            }
        }
        None
    }

    /// The origin of the document that the user sees; nothing where there is none of a site.
    pub(in crate::frames) fn seen_origin(&self) -> Option<String> {
        let origin = self.shown_origin();
        (origin != "null").then_some(origin)
    }

    /// Whether the document that is shown is of the origin of a URL, which is a site's.
    pub(super) fn shows_origin(&self, url: &Url) -> bool {
        url.origin().is_tuple() && url.origin().ascii_serialization() == self.shown_origin()
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
