//! How the app's scripts get into the documents of a frame.
//!
//! The engine can run a script by itself, but counts that as the user's gesture: the page could open windows whenever the
//! app looks at it. So each document asks for scripts (`js/frame/courier.js`, in a world that the page does not see), with a
//! message that is answered when there are some, and says what they came to in the next, or in one of its own.

use super::Guest;
use crate::frames::warm;
use crate::guard;
use gtk4::gio::Cancellable;
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use url::Url;
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

/// What runs in each document when it is parsed.
const PARSED: &str = "globalThis[Symbol.for('insula.document')]?.parsed();";

/// How many documents inside a page are known; those that came first are forgotten.
const MOST_INSIDE: usize = 1_000;

/// The longest name that a document gives itself.
const LONGEST_NAME: usize = 64;

/// Prepares a view's pages.
pub(in crate::frames) fn prepare(content: &UserContentManager) {
    content.register_script_message_handler_with_reply(ASK, Some(WORLD));
    content.register_script_message_handler(TELL, Some(WORLD));
    for (script, time) in [
        (COURIER, UserScriptInjectionTime::Start),
        (PARSED, UserScriptInjectionTime::End),
    ] {
        let frames = UserContentInjectedFrames::AllFrames;
        content.add_script(&UserScript::for_world(script, frames, time, WORLD, &[], &[]));
    }
}

/// Nothing is asked of a view's pages any more.
pub(in crate::frames) fn release(content: &UserContentManager) {
    for name in [ASK, TELL] {
        content.unregister_script_message_handler(name, Some(WORLD));
    }
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
    /// The documents inside the page, the oldest first.
    inside: RefCell<Vec<Desk>>,
    /// Who waits for what became of a script, by its number.
    answers: RefCell<HashMap<u64, async_channel::Sender<Outcome>>>,
    /// Whether the top document has loaded without ever asking: none runs there.
    refuses: Cell<bool>,
    is_closed: Cell<bool>,
}

/// Whether a document that calls itself so is at the top.
fn is_top(name: &str) -> bool {
    name.starts_with("top ")
}

fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// What one document is about to run and has run.
#[derive(Default)]
struct Desk {
    /// What the document calls itself. One that has never asked has no name.
    name: String,
    /// Its question, while it waits for scripts.
    asking: Option<(ScriptMessageReply, Context)>,
    /// What it has not been given: numbers, and JSON.
    waiting: Vec<(u64, String)>,
    /// The numbers of what it has been given and has not settled.
    given: Vec<u64>,
}

impl Desk {
    fn has_asked(&self) -> bool {
        !self.name.is_empty()
    }

    fn deliver(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        if let Some((reply, context)) = self.asking.take() {
            let (numbers, jobs): (Vec<u64>, Vec<String>) = self.waiting.drain(..).unzip();
            self.given.extend(numbers);
            let jobs = format!("[{}]", jobs.join(","));
            reply.return_value(&Value::new_string(&context, Some(&jobs)));
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
        inside.iter_mut().map(|desk| self.hand(desk, job)).collect()
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
            desk.waiting.push((id, json));
            desk.deliver();
        }
        Running(receiver)
    }

    /// Whether a document has asked before, and has not gone since.
    fn knows(&self, name: &str) -> bool {
        match is_top(name) {
            true => self.top.borrow().name == name,
            false => self.inside.borrow().iter().any(|desk| desk.name == name),
        }
    }

    /// A document asks for scripts.
    fn asked(&self, name: &str, question: (ScriptMessageReply, Context)) {
        if is_top(name) {
            self.refuses.set(false);
            return self.asked_at(&mut self.top.borrow_mut(), name, question);
        }
        let mut inside = self.inside.borrow_mut();
        if let Some(desk) = inside.iter_mut().find(|desk| desk.name == name) {
            return self.asked_at(desk, name, question);
        }
        if inside.len() >= MOST_INSIDE {
            self.forget(&inside.remove(0));
        }
        let mut desk = Desk::default();
        self.asked_at(&mut desk, name, question);
        inside.push(desk);
    }

    fn asked_at(&self, desk: &mut Desk, name: &str, question: (ScriptMessageReply, Context)) {
        if desk.name != name {
            // The one before, of which the last word came late, has gone with what it was given.
            self.abandon(&std::mem::take(&mut desk.given));
            desk.name = name.to_owned();
        }
        desk.asking = Some(question);
        desk.deliver();
    }

    /// A document says something: `number:json`, or `gone:name`; answers whether that is known here.
    fn told(&self, what: &str) -> bool {
        let Some((number, rest)) = what.split_once(':') else {
            return false;
        };
        if number == "gone" {
            let mut inside = self.inside.borrow_mut();
            let found = inside.iter().position(|desk| desk.name == rest);
            if let Some(at) = found {
                self.forget(&inside.remove(at));
            }
            return found.is_some();
        }
        let Ok(number) = number.parse() else { return false };
        let Some(answer) = self.answers.borrow_mut().remove(&number) else {
            return false;
        };
        self.top.borrow_mut().given.retain(|id| *id != number);
        for desk in self.inside.borrow_mut().iter_mut() {
            desk.given.retain(|id| *id != number);
        }
        // Whoever asked may not wait any more.
        let _ = answer.try_send(Outcome::Settled(rest.to_owned()));
        true
    }

    fn forget(&self, desk: &Desk) {
        self.abandon(&desk.given);
        self.abandon(&desk.waiting.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    }

    /// Nobody will hear what these come to.
    fn abandon(&self, ids: &[u64]) {
        let mut answers = self.answers.borrow_mut();
        for id in ids {
            answers.remove(id);
        }
    }

    /// The top document does not ask, and never will.
    fn refuse(&self) {
        if self.top.borrow().has_asked() {
            return;
        }
        self.refuses.set(true);
        for (id, _) in self.top.take().waiting {
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
        if self.courier.top.borrow().has_asked() {
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

    /// A document asks for scripts, with its name in the first line.
    fn asked(self: &Rc<Self>, message: &str, question: (ScriptMessageReply, Context)) {
        // JSON has no line breaks.
        let mut lines = message.split('\n');
        let name = lines.next().unwrap_or_default();
        if name.len() > LONGEST_NAME {
            return;
        }
        let mut url = None;
        for line in lines {
            match line.strip_prefix("at:") {
                Some(at) => url = Some(at),
                None => self.told(line),
            }
        }
        let speaker = self.speaker(name, url);
        if speaker.courier.knows(name) || url.is_some_and(|url| speaker.may_have_come(name, url)) {
            speaker.courier.asked(name, question);
        }
    }

    /// Whether a document that nobody knows yet may be one of those that the frame shows now. One that was left may speak once
    /// more after the next one has come, and would be given what is meant for that.
    fn may_have_come(&self, name: &str, url: &str) -> bool {
        !is_top(name) || self.is_at(url) || Url::parse(url).is_ok_and(|url| self.shows_origin(&url))
    }

    /// Whether it shows a document that says that it is at a URL, which may be cut off.
    fn is_at(&self, url: &str) -> bool {
        self.navigable.borrow().url().starts_with(url) || self.is_blank() && url == "about:blank"
    }

    fn told(self: &Rc<Self>, what: &str) {
        let _ = self.family().iter().any(|guest| guest.courier.told(what));
    }

    /// The frame whose document has a name: the one that knows it, or else the one that has just come to where the document
    /// says that it is.
    fn speaker(self: &Rc<Self>, name: &str, url: Option<&str>) -> Rc<Self> {
        let family = self.family();
        let knows = |guest: &&Rc<Self>| guest.courier.top.borrow().name == name;
        let has_come = |guest: &&Rc<Self>| {
            is_top(name) && url.is_some_and(|url| guest.is_at(url)) && !guest.courier.top.borrow().has_asked()
        };
        let found = family.iter().find(knows).or_else(|| family.iter().find(has_come));
        found.unwrap_or(self).clone()
    }

    /// Listens to the documents.
    pub(super) fn follow_couriers(self: &Rc<Self>, view: &warm::FrameView) {
        let weak = Rc::downgrade(self);
        let asks = move |_: &UserContentManager, message: &Value, reply: &ScriptMessageReply| {
            guard("a document's question", (), || {
                if let (Some(guest), Some(context)) = (weak.upgrade(), message.context()) {
                    guest.asked(&message.to_str(), (reply.clone(), context));
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
                        guest.told(&what.to_str());
                    }
                });
            });
    }
}
