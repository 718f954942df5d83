//! Messages between the app and a frame's page (`contentWindow.postMessage`).
//!
//! They are taken to the page, and the page's answers fetched, by scripts in the isolated world of the app's own. Both
//! directions wait for the other side: so many of the app's messages at once are on their way to a page, and a page's
//! answers are fetched when the app has taken those before.

use super::{Guest, ScriptError};
use gtk4::glib;
use insula_bridge::Messages as Answers;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use url::Url;

/// How many messages of the app are on their way to a page at once, and how many bytes they have together. What comes
/// beyond is for a page that does not answer, and is lost.
const MOST: usize = 1_000;
const MOST_BYTES: usize = 64 << 20;

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
    on_their_way: RefCell<OnTheirWay>,
}

#[derive(Default)]
struct OnTheirWay {
    count: usize,
    bytes: usize,
}

impl Default for Messages {
    fn default() -> Self {
        Self {
            name: glib::uuid_string_random().into(),
            is_served: Cell::new(false),
            on_their_way: RefCell::default(),
        }
    }
}

impl Messages {
    /// The document that was there has gone.
    pub(super) fn end(&self) {
        self.is_served.set(false);
    }

    /// Takes one more on the way, if there is room.
    fn enter(&self, bytes: usize) -> bool {
        let mut all = self.on_their_way.borrow_mut();
        let has_room = all.count < MOST && all.bytes + bytes <= MOST_BYTES;
        if has_room {
            all.count += 1;
            all.bytes += bytes;
        }
        has_room
    }

    fn leave(&self, bytes: usize) {
        let mut all = self.on_their_way.borrow_mut();
        all.count -= 1;
        all.bytes -= bytes;
    }
}

impl Guest {
    /// Sends a message to the top document, once there is one, if it is of the origin; `*` is any.
    pub(crate) fn post_message(self: &Rc<Self>, message: String, target_origin: String) {
        let bytes = message.len();
        if !self.messages.enter(bytes) {
            return tracing::warn!("a message to a frame is lost: {MOST} are on their way, or {MOST_BYTES} bytes");
        }
        let guest = self.clone();
        glib::spawn_future_local(async move {
            let is_there = guest.document_of_a_site().await.is_ok();
            if is_there && (target_origin == "*" || target_origin == guest.shown_origin()) {
                guest.deliver(&message).await;
            }
            guest.messages.leave(bytes);
        });
    }

    async fn deliver(self: &Rc<Self>, message: &str) {
        let is_new = !self.messages.is_served.replace(true);
        if is_new {
            let serve = format!("{SERVE}\n({})", literal(&self.messages.name));
            self.run_in_page(&serve).await;
        }
        let create = if is_new {
            format!(
                "globalThis.insulaMessages = ({})({});\n",
                expression(CREATE),
                literal(&self.messages.name)
            )
        } else {
            String::new()
        };
        let (message, origin) = (literal(message), literal(&self.page.origin()));
        let code = format!("{create}insulaMessages.deliver({message}, {origin}); undefined");
        // A document that has gone needs no message.
        let _ = self.execute_script(&code).await;
        if is_new {
            self.fetch_answers();
        }
    }

    /// Tells the app what the document answers, as long as it is there.
    fn fetch_answers(self: &Rc<Self>) {
        let guest = self.clone();
        glib::spawn_future_local(async move {
            loop {
                let messages = match guest.execute_script("insulaMessages.next()").await {
                    Ok(messages) => messages,
                    // They are too long together, and lost.
                    Err(ScriptError::Thrown(_)) => continue,
                    Err(ScriptError::NotRun(_)) => return,
                };
                let (document, frame) = guest.key;
                let answers = Answers {
                    messages: messages.get().to_owned(),
                    origin: guest.shown_origin(),
                };
                guest.page.tell_messages(document, frame, answers).await;
            }
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_messages_are_on_their_way_and_no_more() {
        let messages = Messages::default();
        assert!((0..MOST).all(|_| messages.enter(1)));
        assert!(!messages.enter(1));
        messages.leave(1);
        assert!(messages.enter(1));
        let messages = Messages::default();
        assert!(messages.enter(MOST_BYTES - 1));
        assert!(!messages.enter(2));
        assert!(messages.enter(1));
    }
}
