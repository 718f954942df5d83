//! The questions of an app: one at a time, whichever of its windows they come from.

use super::failure;
use super::prompt::{self, Question};
use crate::app::App;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use insula_permissions::{Authority, DecidedBy, PermissionName, PermissionState, Subject};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

/// What is still to be asked.
pub(crate) struct Queue {
    pub(super) app: Rc<App>,
    pub(super) authority: Arc<Authority>,
    /// The first may be on the screen.
    waiting: RefCell<VecDeque<Waiting>>,
    /// How many windows there are, sheets and questions, over which nothing is asked.
    on_screen: Cell<usize>,
}

/// A question, and everybody who waits for its answer.
struct Waiting {
    name: PermissionName,
    askers: Vec<Asker>,
}

/// What the question about a permission may settle as well: the grant of the network has a switch for what is near.
fn companions(name: PermissionName) -> &'static [PermissionName] {
    match name {
        PermissionName::UnrestrictedNetwork => &[PermissionName::LocalNetwork, PermissionName::LoopbackNetwork],
        _ => &[],
    }
}

/// Who waits.
pub(super) struct Asker {
    /// Over which window to ask.
    pub(super) window: gtk::Window,
    /// Told once the user has decided or closed the question. It is dropped when the window closes.
    pub(super) answered: async_channel::Sender<()>,
}

impl Queue {
    /// Nothing to ask yet.
    pub(crate) fn new(app: &Rc<App>, authority: &Arc<Authority>) -> Rc<Self> {
        Rc::new(Self {
            app: app.clone(),
            authority: authority.clone(),
            waiting: RefCell::default(),
            on_screen: Cell::new(0),
        })
    }

    /// Asks about a permission when nothing else is asked. It is one question, whoever else asks the same.
    pub(super) fn ask(self: &Rc<Self>, name: PermissionName, asker: Asker) {
        {
            let mut waiting = self.waiting.borrow_mut();
            match waiting.iter_mut().find(|waiting| waiting.name == name) {
                Some(same) => same.askers.push(asker),
                None => waiting.push_back(Waiting {
                    name,
                    askers: vec![asker],
                }),
            }
        }
        self.next();
    }

    /// Holds questions back until a sheet or a question has left the screen.
    pub(super) fn hold_while_open(self: &Rc<Self>, dialog: &gtk::Window) {
        self.on_screen.set(self.on_screen.get() + 1);
        let queue = self.clone();
        dialog.connect_unrealize(move |_| {
            queue.on_screen.set(queue.on_screen.get() - 1);
            let queue = queue.clone();
            // A window is not the place to make another one while it goes.
            glib::idle_add_local_once(move || queue.next());
        });
    }

    /// Drops what is asked over a window that closes. What others ask as well is asked over theirs.
    pub(super) fn forget(&self, window: &gtk::Window) {
        let mut waiting = self.waiting.borrow_mut();
        for waiting in waiting.iter_mut() {
            waiting.askers.retain(|asker| asker.window != *window);
        }
        waiting.retain(|waiting| !waiting.askers.is_empty());
    }

    fn next(self: &Rc<Self>) {
        if self.on_screen.get() > 0 {
            return;
        }
        while let Some((name, window)) = self.first() {
            if self.is_open(name) {
                let queue = self.clone();
                let over = window.clone();
                let also = companions(name).iter().copied().filter(|&name| self.is_open(name));
                let question = Question {
                    name,
                    also: also.collect(),
                };
                let prompt = prompt::show(&window, &self.app, question, move |decisions| {
                    queue.decide(&decisions, &over);
                    queue.settle(name);
                });
                return self.hold_while_open(&prompt);
            }
            self.settle(name);
        }
    }

    fn first(&self) -> Option<(PermissionName, gtk::Window)> {
        let waiting = self.waiting.borrow();
        let first = waiting.front()?;
        Some((first.name, first.askers.first()?.window.clone()))
    }

    /// Whether there is still something to ask: the answer may have come from somewhere else.
    fn is_open(&self, name: PermissionName) -> bool {
        let subject = Subject::app(self.app.origin.clone());
        self.authority
            .effective(&subject, name)
            .is_ok_and(|now| now.state == PermissionState::Prompt)
    }

    fn decide(self: &Rc<Self>, decisions: &[(PermissionName, PermissionState)], window: &gtk::Window) {
        let subject = Subject::app(self.app.origin.clone());
        let decided = decisions
            .iter()
            .try_for_each(|&(name, state)| self.authority.decide(&subject, name, state, DecidedBy::Prompt));
        if let Err(error) = decided {
            self.hold_while_open(&failure::tell(window, &error));
        }
    }

    /// A question is answered, or needs no answer any more: tells those who wait.
    fn settle(&self, name: PermissionName) {
        let mut waiting = self.waiting.borrow_mut();
        let settled = waiting.iter().position(|waiting| waiting.name == name);
        let settled = settled.and_then(|index| waiting.remove(index));
        for asker in settled.into_iter().flat_map(|waiting| waiting.askers) {
            let _ = asker.answered.try_send(());
        }
    }
}
