//! How the app's scripts get into the documents of a frame.
//!
//! The engine can run a script by itself, but counts that as the user's gesture: the page could open windows whenever the
//! app looks at it. So each document asks for scripts (`js/frame/courier.js`, in a world that the page does not see), with a
//! message that is answered when there are some, and says what they came to in another.

use super::Guest;
use crate::frames::warm;
use crate::guard;
use gtk4::gio::Cancellable;
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use webkit6::javascriptcore::{Context, Value};
use webkit6::prelude::*;
use webkit6::{ScriptMessageReply, UserContentInjectedFrames, UserContentManager, UserScript, UserScriptInjectionTime};

/// The isolated world of an app's scripts. They share the page's document but none of its variables, and the page's
/// Content-Security-Policy does not bind them.
pub(in crate::frames) const WORLD: &str = "controlled-frame";

/// The names of the messages, in that world only.
const ASK: &str = "scripts";
const TELL: &str = "settled";

/// What runs in each document, before its own scripts.
const COURIER: &str = concat!(
    "(() => {\n",
    include_str!("../../../../../js/frame/execute.js"),
    include_str!("../../../../../js/frame/plain.js"),
    include_str!("../../../../../js/frame/moments.js"),
    include_str!("../../../../../js/frame/select.js"),
    include_str!("../../../../../js/frame/content-scripts.js"),
    include_str!("../../../../../js/frame/courier.js"),
    "\nserve(webkit.messageHandlers);\n})();"
);

/// How many documents inside a page are known; those that came first are forgotten.
const MOST_INSIDE: usize = 1_000;

/// The longest name that a document gives itself, and the longest part of its URL that goes along, in bytes.
const LONGEST_NAME: usize = 64;
const LONGEST_URL: usize = 3 * 4096;

/// Prepares a view's pages.
pub(in crate::frames) fn prepare(content: &UserContentManager) {
    content.register_script_message_handler_with_reply(ASK, Some(WORLD));
    content.register_script_message_handler(TELL, Some(WORLD));
    content.add_script(&UserScript::for_world(
        COURIER,
        UserContentInjectedFrames::AllFrames,
        UserScriptInjectionTime::Start,
        WORLD,
        &[],
        &[],
    ));
}

/// A script for documents.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Job<'a> {
    pub(super) code: &'a str,
    pub(super) match_about_blank: bool,
    pub(super) run_at: insula_bridge::RunAt,
    pub(super) form: insula_bridge::ScriptForm,
}

impl<'a> Job<'a> {
    /// A script of the runtime's own.
    pub(super) fn of_runtime(code: &'a str) -> Self {
        Self {
            code,
            match_about_blank: false,
            run_at: insula_bridge::RunAt::DocumentStart,
            form: insula_bridge::ScriptForm::Structured,
        }
    }
}

/// What became of a script in one document.
pub(super) enum Outcome {
    /// The JSON of what it came to.
    Settled(String),
    /// No scripts run in the document.
    Refused,
    /// The document has gone.
    Gone,
}

/// A script that was handed to a document.
pub(super) struct Running(async_channel::Receiver<Outcome>);

impl Running {
    /// Waits until it is known what became of it.
    pub(super) async fn outcome(self) -> Outcome {
        self.0.recv().await.unwrap_or(Outcome::Gone)
    }
}

/// What takes scripts to a frame's documents.
#[derive(Default)]
pub(super) struct Courier {
    top: RefCell<Desk>,
    /// The documents inside the page by the names that they gave themselves, the oldest first.
    inside: RefCell<Vec<(String, Desk)>>,
    /// Who waits for what became of a script, by its number.
    answers: RefCell<HashMap<u64, async_channel::Sender<Outcome>>>,
    /// Whether the top document has loaded without ever asking: none runs there.
    refuses: Cell<bool>,
    is_closed: Cell<bool>,
}

fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// What one document is about to run and has run.
#[derive(Default)]
struct Desk {
    /// Its question, while it waits for scripts.
    asking: Option<(ScriptMessageReply, Context)>,
    /// The name that it has given itself, once it has asked.
    name: Option<String>,
    /// The JSON of what it has not been given.
    waiting: Vec<String>,
    /// The numbers of what has not settled.
    unsettled: Vec<u64>,
}

impl Desk {
    fn asks(&mut self, name: String, question: (ScriptMessageReply, Context)) {
        self.name = Some(name);
        self.asking = Some(question);
        self.deliver();
    }

    fn deliver(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        if let Some((reply, context)) = self.asking.take() {
            let jobs = std::mem::take(&mut self.waiting).join(",");
            reply.return_value(&Value::new_string(&context, Some(&format!("[{jobs}]"))));
        }
    }
}

impl Courier {
    /// Has a script run in the top document.
    pub(super) fn run(&self, job: &Job<'_>) -> Running {
        if self.refuses.get() {
            let (sender, receiver) = async_channel::bounded(1);
            // It is the first that the channel takes.
            let _ = sender.try_send(Outcome::Refused);
            return Running(receiver);
        }
        self.hand(&mut self.top.borrow_mut(), job)
    }

    /// Has a script run in all documents inside, in the order in which those came.
    pub(super) fn run_inside(&self, job: &Job<'_>) -> Vec<Running> {
        let mut inside = self.inside.borrow_mut();
        inside.iter_mut().map(|(_, desk)| self.hand(desk, job)).collect()
    }

    fn hand(&self, desk: &mut Desk, job: &Job<'_>) -> Running {
        #[derive(Serialize)]
        struct Numbered<'a> {
            id: u64,
            #[serde(flatten)]
            job: &'a Job<'a>,
        }
        let (sender, receiver) = async_channel::bounded(1);
        // Of a frame that has gone nobody hears any more: the sender is dropped.
        if !self.is_closed.get() {
            let id = next_id();
            self.answers.borrow_mut().insert(id, sender);
            // Plain data always serialises.
            let json = serde_json::to_string(&Numbered { id, job }).unwrap_or_default();
            desk.unsettled.push(id);
            desk.waiting.push(json);
            desk.deliver();
        }
        Running(receiver)
    }

    /// The top document asks for scripts.
    fn top_asked(&self, name: String, question: (ScriptMessageReply, Context)) {
        self.refuses.set(false);
        self.top.borrow_mut().asks(name, question);
    }

    /// A document inside asks for scripts.
    fn inside_asked(&self, name: String, question: (ScriptMessageReply, Context)) {
        let mut inside = self.inside.borrow_mut();
        if let Some((_, desk)) = inside.iter_mut().find(|(known, _)| *known == name) {
            return desk.asks(name, question);
        }
        if inside.len() >= MOST_INSIDE {
            self.forget(inside.remove(0).1);
        }
        let mut desk = Desk::default();
        desk.asks(name.clone(), question);
        inside.push((name, desk));
    }

    /// A document says something: `number:json`, or `gone:name`; answers whether that is known here.
    fn told(&self, what: &str) -> bool {
        let Some((number, rest)) = what.split_once(':') else {
            return false;
        };
        if number == "gone" {
            let mut inside = self.inside.borrow_mut();
            let found = inside.iter().position(|(name, _)| name == rest);
            if let Some(at) = found {
                self.forget(inside.remove(at).1);
            }
            return found.is_some();
        }
        let Ok(number) = number.parse() else { return false };
        let Some(answer) = self.answers.borrow_mut().remove(&number) else {
            return false;
        };
        self.top.borrow_mut().unsettled.retain(|id| *id != number);
        for (_, desk) in self.inside.borrow_mut().iter_mut() {
            desk.unsettled.retain(|id| *id != number);
        }
        // Whoever asked may not wait any more.
        let _ = answer.try_send(Outcome::Settled(rest.to_owned()));
        true
    }

    fn forget(&self, desk: Desk) {
        let mut answers = self.answers.borrow_mut();
        for id in desk.unsettled {
            answers.remove(&id);
        }
    }

    /// The top document does not ask, and never will.
    fn refuse(&self) {
        if self.top.borrow().name.is_some() {
            return;
        }
        self.refuses.set(true);
        let desk = self.top.take();
        for id in desk.unsettled {
            if let Some(answer) = self.answers.borrow_mut().remove(&id) {
                let _ = answer.try_send(Outcome::Refused);
            }
        }
    }

    /// The documents that were there are gone.
    pub(super) fn end(&self) {
        self.top.take();
        self.inside.take();
        self.answers.take();
        self.refuses.set(false);
    }

    /// There will be none any more.
    pub(super) fn close(&self) {
        self.is_closed.set(true);
        self.end();
    }
}

impl Guest {
    /// The top document has loaded: one that has not asked by then is one in which the engine runs no scripts, or the empty
    /// one in which every view begins. Where nothing has come yet nobody could make use of a gesture.
    pub(super) fn look_for_courier(self: &Rc<Self>) {
        if self.courier.top.borrow().name.is_some() {
            return;
        }
        if !self.is_blank() {
            return self.courier.refuse();
        }
        let weak = Rc::downgrade(self);
        let looked = move |_| {
            guard("a document's first script", (), || {
                if let Some(guest) = weak.upgrade() {
                    guest.courier.refuse();
                }
            });
        };
        self.view
            .evaluate_javascript(COURIER, Some(WORLD), None, Cancellable::NONE, looked);
    }

    /// A document asks for scripts: `name url` of a top document, `name` of one inside. The top one of a window is known by
    /// its name, or else is the one that has just come to where it says that it is.
    fn asked(self: &Rc<Self>, who: &str, question: (ScriptMessageReply, Context)) {
        let (name, url) = match who.split_once(' ') {
            Some((name, url)) => (name, Some(url)),
            None => (who, None),
        };
        if name.len() > LONGEST_NAME || url.is_some_and(|url| url.len() > LONGEST_URL) {
            return;
        }
        let Some(url) = url else {
            return self.courier.inside_asked(name.to_owned(), question);
        };
        let family = self.family();
        let knows = |guest: &&Rc<Self>| guest.courier.top.borrow().name.as_deref() == Some(name);
        let has_come = |guest: &&Rc<Self>| {
            let is_there = guest.navigable.borrow().url().starts_with(url) || guest.is_blank() && url == "about:blank";
            is_there && guest.courier.top.borrow().name.is_none()
        };
        let found = family.iter().find(knows).or_else(|| family.iter().find(has_come));
        let courier = found.map_or(&self.courier, |guest| &guest.courier);
        courier.top_asked(name.to_owned(), question);
    }

    /// Listens to the documents.
    pub(super) fn follow_couriers(self: &Rc<Self>, view: &warm::FrameView) {
        let weak = Rc::downgrade(self);
        let asks = move |_: &UserContentManager, name: &Value, reply: &ScriptMessageReply| {
            guard("a document's question", (), || {
                if let (Some(guest), Some(context)) = (weak.upgrade(), name.context()) {
                    guest.asked(&name.to_str(), (reply.clone(), context));
                }
            });
            true
        };
        view.scripts.connect_script_message_with_reply_received(Some(ASK), asks);
        let weak = Rc::downgrade(self);
        view.scripts
            .connect_script_message_received(Some(TELL), move |_, what| {
                guard("a script's outcome", (), || {
                    if let Some(guest) = weak.upgrade() {
                        let what = what.to_str();
                        let _ = guest.family().iter().any(|guest| guest.courier.told(&what));
                    }
                });
            });
    }
}
