//! Questions to the user: the sheet at first run, and prompts when something is needed.
//!
//! An app asks one at a time, over the window that needs the answer, and asks nothing twice at once. A question that the
//! user closes is not decided: it is asked again another time, but not again and again.

mod abreast;
mod audit;
mod beside;
mod choices;
mod expired;
mod failed;
mod failure;
mod first_run;
mod identity;
mod install;
mod parts;
mod patience;
mod permission;
mod press_guard;
mod prompt;
mod queue;
mod recent_input;
mod save;
mod sheet;
mod spoken;

use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use insula_permissions::{Authority, Caller, Operation, PermissionName, Verdict};
use queue::Asker;
use std::rc::Rc;
use std::sync::Arc;

pub(crate) use audit::{InUse, Stop, open as open_settings};
pub use failed::{Failed, tell_failure};
pub(crate) use first_run::show_if_due as show_first_run;
pub use first_run::version_of;
pub use install::ask_to_install;
pub(crate) use patience::Patience;
pub(crate) use press_guard::swallow_early_presses;
pub(crate) use queue::Queue;
pub(crate) use recent_input::RecentInput;

/// A question from another thread. It is answered when `answered` is used or dropped.
pub(crate) struct UserQuestion {
    /// About which permission.
    pub(crate) name: PermissionName,
    /// Told once the user has decided or closed the question.
    pub(crate) answered: async_channel::Sender<()>,
}

/// The questions over one window.
pub(crate) struct Prompts {
    queue: Rc<Queue>,
    window: gtk::Window,
    /// Closed once the window closes.
    questions: async_channel::Sender<UserQuestion>,
}

impl Prompts {
    /// Starts asking over a window.
    pub(crate) fn new(queue: &Rc<Queue>, window: &gtk::Window) -> Rc<Self> {
        let (questions, asked) = async_channel::unbounded();
        let prompts = Rc::new(Self {
            queue: queue.clone(),
            window: window.clone(),
            questions,
        });
        let next = {
            let queue = Rc::downgrade(queue);
            move || {
                if let Some(queue) = queue.upgrade() {
                    queue.next();
                }
            }
        };
        window.connect_is_active_notify({
            let next = next.clone();
            move |_| next()
        });
        queue.recent.watch(window, next);
        let weak = Rc::downgrade(&prompts);
        glib::spawn_future_local(async move {
            while let Ok(ask) = asked.recv().await {
                let Some(prompts) = weak.upgrade() else { break };
                prompts.enqueue(vec![ask.name], ask.answered);
            }
        });
        prompts
    }

    /// Where other threads put their questions.
    pub(crate) fn questions(&self) -> async_channel::Sender<UserQuestion> {
        self.questions.clone()
    }

    /// Asks about a permission and waits until the user has decided or closed the question.
    pub(crate) async fn ask(&self, name: PermissionName) {
        self.ask_together(vec![name]).await;
    }

    /// The same about permissions that are used together, in one question.
    async fn ask_together(&self, names: Vec<PermissionName>) {
        let (answered, answer) = async_channel::bounded(1);
        self.enqueue(names, answered);
        let _ = answer.recv().await;
    }

    /// Who decides what needs a question.
    pub(crate) fn authority(&self) -> &Arc<Authority> {
        &self.queue.authority
    }

    /// Whether a caller may do something: by the check, and where the check says so, by what the user then decides.
    /// `caller` is asked again after the question: whoever is gone by then may nothing.
    pub(crate) async fn obtain(&self, caller: impl Fn() -> Option<Caller>, operation: &Operation) -> bool {
        let check = || caller().map(|caller| self.authority().check(&caller, operation));
        match check() {
            Some(Verdict::Ask(name)) => {
                self.ask(name).await;
                check() == Some(Verdict::Allow)
            }
            verdict => verdict == Some(Verdict::Allow),
        }
    }

    /// The same for the use of several features at once: all, or none.
    pub(crate) async fn obtain_all(&self, caller: impl Fn() -> Option<Caller>, names: &[PermissionName]) -> bool {
        let check = |name: PermissionName| {
            let caller = caller()?;
            Some(self.authority().check(&caller, &Operation::Use(name)))
        };
        let mut asked = Vec::new();
        for &name in names {
            match check(name) {
                Some(Verdict::Allow) => {}
                Some(Verdict::Ask(name)) => asked.push(name),
                Some(Verdict::Deny(_)) | None => return false,
            }
        }
        if !asked.is_empty() {
            self.ask_together(asked).await;
        }
        names.iter().all(|&name| check(name) == Some(Verdict::Allow))
    }

    /// The page over which its questions would be answered has gone, and they go with it.
    pub(crate) fn page_left(&self) {
        self.queue.forget(&self.window);
    }

    /// Drops the questions of the window, which closes. What is not answered is not allowed.
    pub(crate) fn close(&self) {
        self.questions.close();
        self.queue.forget(&self.window);
    }

    fn enqueue(&self, names: Vec<PermissionName>, answered: async_channel::Sender<()>) {
        if !self.questions.is_closed() {
            let window = self.window.clone();
            self.queue.ask(names, Asker { window, answered });
        }
    }
}
