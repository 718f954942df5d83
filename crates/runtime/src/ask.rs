//! Questions to the user: the sheet at first run, and prompts when something is needed.
//!
//! One is asked at a time, over the app's window, and nothing is asked twice at once. A question that the user closes
//! is not decided: it is asked again another time.

mod engine;
mod press_guard;
mod prompt;
mod settings;
mod sheet;

use crate::app::App;
use gtk4 as gtk;
use gtk4::glib;
use insula_permissions::{Authority, DecidedBy, PermissionName, PermissionState, Subject};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

pub(crate) use engine::answer_engine;
pub(crate) use settings::open as open_settings;
pub(crate) use sheet::{Occasion, show as show_sheet};

/// A question from another thread. It is answered when `answered` is used or dropped.
pub(crate) struct Ask {
    /// About which permission.
    pub(crate) name: PermissionName,
    /// Told once the user has decided or closed the question.
    pub(crate) answered: async_channel::Sender<()>,
}

/// The queue of questions of an app.
pub(crate) struct Prompts {
    app: Rc<App>,
    window: gtk::Window,
    authority: Arc<Authority>,
    waiting: RefCell<VecDeque<Waiting>>,
    /// While the sheet or a question is on the screen.
    busy: Cell<bool>,
    /// Once the window closes.
    closed: Cell<bool>,
    questions: async_channel::Sender<Ask>,
}

struct Waiting {
    name: PermissionName,
    answered: Vec<async_channel::Sender<()>>,
}

impl Prompts {
    /// Starts asking over a window.
    pub(crate) fn new(app: &Rc<App>, window: &gtk::Window, authority: &Arc<Authority>) -> Rc<Self> {
        let (questions, asked) = async_channel::unbounded::<Ask>();
        let prompts = Rc::new(Self {
            app: app.clone(),
            window: window.clone(),
            authority: authority.clone(),
            waiting: RefCell::default(),
            busy: Cell::new(false),
            closed: Cell::new(false),
            questions,
        });
        let weak = Rc::downgrade(&prompts);
        glib::spawn_future_local(async move {
            while let Ok(ask) = asked.recv().await {
                let Some(prompts) = weak.upgrade() else { break };
                prompts.enqueue(ask);
            }
        });
        prompts
    }

    /// Where other threads put their questions.
    pub(crate) fn questions(&self) -> async_channel::Sender<Ask> {
        self.questions.clone()
    }

    /// Asks about a permission and waits until the user has decided or closed the question.
    pub(crate) async fn ask(self: &Rc<Self>, name: PermissionName) {
        let (answered, answer) = async_channel::bounded(1);
        self.enqueue(Ask { name, answered });
        let _ = answer.recv().await;
    }

    /// Holds questions back, or lets them come: while the sheet is open nothing else is asked.
    pub(crate) fn set_busy(self: &Rc<Self>, busy: bool) {
        self.busy.set(busy);
        self.next();
    }

    /// Drops what is still to be asked: the window closes, and what is not answered is not allowed.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        self.waiting.take();
    }

    fn enqueue(self: &Rc<Self>, ask: Ask) {
        if self.closed.get() {
            return;
        }
        {
            let mut waiting = self.waiting.borrow_mut();
            match waiting.iter_mut().find(|waiting| waiting.name == ask.name) {
                Some(same) => same.answered.push(ask.answered),
                None => waiting.push_back(Waiting {
                    name: ask.name,
                    answered: vec![ask.answered],
                }),
            }
        }
        self.next();
    }

    fn next(self: &Rc<Self>) {
        if self.busy.get() {
            return;
        }
        let Some(name) = self.waiting.borrow().front().map(|waiting| waiting.name) else {
            return;
        };
        if !self.is_open(name) {
            return self.settle();
        }
        self.busy.set(true);
        let prompts = self.clone();
        prompt::show(&self.window, &self.app, name, move |decision| {
            if let Some(state) = decision {
                prompts.decide(name, state);
            }
            prompts.busy.set(false);
            prompts.settle();
        });
    }

    /// Whether there is still something to ask: the answer may have come from somewhere else.
    fn is_open(&self, name: PermissionName) -> bool {
        let subject = Subject::app(self.app.origin.clone());
        self.authority
            .effective(&subject, name)
            .is_ok_and(|now| now.state == PermissionState::Prompt)
    }

    fn decide(&self, name: PermissionName, state: PermissionState) {
        let subject = Subject::app(self.app.origin.clone());
        if let Err(error) = self.authority.decide(&subject, name, state, DecidedBy::Prompt) {
            tracing::error!("the decision about {name} was not kept: {error}");
        }
    }

    /// The first question is answered: tells those who wait, and asks the next.
    fn settle(self: &Rc<Self>) {
        let settled = self.waiting.borrow_mut().pop_front();
        for answered in settled.into_iter().flat_map(|waiting| waiting.answered) {
            let _ = answered.try_send(());
        }
        self.next();
    }
}
