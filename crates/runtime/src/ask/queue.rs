//! The questions of an app: one at a time, whichever of its windows they come from.

use super::audit::{self, InUse};
use super::failure;
use super::prompt::{self, Answer, Question};
use super::recent_input::RecentInput;
use crate::app::App;
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{gio, glib};
use insula_permissions::{Authority, Closed, DecidedBy, PermissionName, PermissionState, PolicySet, Subject};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

/// What is still to be asked.
pub(crate) struct Queue {
    pub(super) app: Rc<App>,
    pub(super) authority: Arc<Authority>,
    pub(super) recent: Rc<RecentInput>,
    /// The first may be on the screen.
    waiting: RefCell<VecDeque<Waiting>>,
    /// The question on the screen.
    shown: RefCell<Option<(Vec<PermissionName>, gtk::Window)>>,
    /// Who waits to ask something that is not about a permission, and over which window.
    turns: RefCell<VecDeque<(gtk::Window, async_channel::Sender<Hold>)>>,
    /// What is asked in such a turn.
    other: RefCell<Option<Other>>,
    /// How many windows are open, and decisions being written, that hold back the next question.
    held: Cell<usize>,
    writes: Cell<usize>,
    /// Knows what the app uses at this moment.
    uses: RefCell<Option<Uses>>,
}

type Uses = Box<dyn Fn() -> Vec<InUse>>;

/// A question that is not about a permission.
struct Other {
    window: gtk::Window,
    /// Whether there is still something to ask.
    is_open: Box<dyn Fn() -> bool>,
    take_away: Box<dyn FnOnce()>,
}

/// While it lives nothing is asked.
pub(super) struct Hold {
    queue: Rc<Queue>,
    is_write: bool,
}

/// A question, and everybody who waits for its answer.
struct Waiting {
    names: Vec<PermissionName>,
    askers: Vec<Asker>,
}

/// What the question about a permission may settle as well: the grant of the network has a switch for what is near.
fn companions(names: &[PermissionName]) -> &'static [PermissionName] {
    match names {
        [PermissionName::UnrestrictedNetwork] => &[PermissionName::LocalNetwork, PermissionName::LoopbackNetwork],
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
            recent: RecentInput::none(),
            waiting: RefCell::default(),
            shown: RefCell::default(),
            turns: RefCell::default(),
            other: RefCell::default(),
            held: Cell::new(0),
            writes: Cell::new(0),
            uses: RefCell::default(),
        })
    }

    /// What the user does in the app's windows.
    pub(crate) fn recent(&self) -> &Rc<RecentInput> {
        &self.recent
    }

    /// What the organisation has decided.
    pub(crate) fn policy(&self) -> Arc<PolicySet> {
        self.authority.policy()
    }

    /// Whether a decision is not on the disk yet.
    pub(crate) fn is_writing(&self) -> bool {
        self.writes.get() > 0
    }

    /// From whom to learn what the app uses at this moment.
    pub(crate) fn set_uses(&self, uses: impl Fn() -> Vec<InUse> + 'static) {
        self.uses.replace(Some(Box::new(uses)));
    }

    /// What the app uses at this moment.
    pub(super) fn in_use(&self) -> Vec<InUse> {
        self.uses.borrow().as_ref().map_or_else(Vec::new, |uses| uses())
    }

    /// Shows what counts now, and takes the question away whose answer came from somewhere else: from the settings, from another process.
    pub(crate) fn recheck(self: &Rc<Self>) {
        audit::refresh();
        let shown = self.shown.borrow().clone();
        if let Some((names, prompt)) = shown
            && self.open_of(&names).is_empty()
        {
            prompt::take_away(&prompt);
            self.settle(&names);
        }
        self.take_other_away(|other| !(other.is_open)());
    }

    fn take_other_away(&self, is_over: impl Fn(&Other) -> bool) {
        let other = self.other.borrow_mut().take_if(|other| is_over(other));
        if let Some(other) = other {
            (other.take_away)();
        }
    }

    /// Asks about permissions as soon as nothing else is asked and the user is there. Askers about the same permissions
    /// share one question.
    pub(super) fn ask(self: &Rc<Self>, names: Vec<PermissionName>, asker: Asker) {
        {
            let mut waiting = self.waiting.borrow_mut();
            match waiting.iter_mut().find(|waiting| waiting.names == names) {
                Some(same) => same.askers.push(asker),
                None => waiting.push_back(Waiting {
                    names,
                    askers: vec![asker],
                }),
            }
        }
        self.next();
    }

    /// Waits until something that is not about a permission can be asked over a window: then nothing else is, for as long as
    /// the returned value lives. There is none when the window's page goes first.
    pub(super) async fn turn(self: &Rc<Self>, window: &gtk::Window) -> Option<Hold> {
        let (sender, turn) = async_channel::bounded(1);
        self.turns.borrow_mut().push_back((window.clone(), sender));
        self.next();
        turn.recv().await.ok()
    }

    /// Has a question go with the page over which it is asked, or once there is nothing to ask any more.
    pub(super) fn show_other(
        &self,
        window: &gtk::Window,
        is_open: impl Fn() -> bool + 'static,
        take_away: impl FnOnce() + 'static,
    ) {
        self.other.replace(Some(Other {
            window: window.clone(),
            is_open: Box::new(is_open),
            take_away: Box::new(take_away),
        }));
    }

    /// Holds questions back until a sheet or a question has left the screen.
    pub(super) fn hold_while_open(self: &Rc<Self>, dialog: &gtk::Window) {
        self.hold().while_open(dialog);
    }

    /// Holds questions back until the returned value is dropped.
    pub(super) fn hold(self: &Rc<Self>) -> Hold {
        self.held_for(false)
    }

    /// Says that a decision is being written, until the returned value is dropped.
    pub(super) fn write(self: &Rc<Self>) -> Hold {
        self.writes.set(self.writes.get() + 1);
        self.held_for(true)
    }

    fn held_for(self: &Rc<Self>, is_write: bool) -> Hold {
        self.held.set(self.held.get() + 1);
        Hold {
            queue: self.clone(),
            is_write,
        }
    }

    /// Drops the questions over a window that closes, or whose page has gone. A question that is asked over other windows
    /// too stays.
    pub(super) fn forget(self: &Rc<Self>, window: &gtk::Window) {
        {
            let mut waiting = self.waiting.borrow_mut();
            for waiting in waiting.iter_mut() {
                waiting.askers.retain(|asker| asker.window != *window);
            }
            waiting.retain(|waiting| !waiting.askers.is_empty());
        }
        self.turns.borrow_mut().retain(|(over, _)| over != window);
        self.take_other_away(|other| other.window == *window);
        let is_heard = |names: &Vec<PermissionName>| self.waiting.borrow().iter().any(|it| it.names == *names);
        let unheard = self.shown.borrow_mut().take_if(|(names, _)| !is_heard(names));
        if let Some((names, prompt)) = unheard {
            prompt::take_away(&prompt);
            self.closed(names, Closed::Ignored, || ());
        }
    }

    /// Asks what waits, if it is time for it.
    pub(super) fn next(self: &Rc<Self>) {
        while self.held.get() == 0
            && let Some(turn) = self.first_turn()
        {
            // Who does not wait any more lets go of it at once.
            let _ = turn.try_send(self.hold());
        }
        while self.held.get() == 0
            && let Some((names, window)) = self.first()
        {
            let open = self.open_of(&names);
            if open.is_empty() {
                self.settle(&names);
                continue;
            }
            let question = Question {
                also: self.undecided_of(companions(&open)),
                can_be_once: self.can_be_once(&open),
                names: open,
            };
            let (queue, over, asked) = (self.clone(), window.clone(), names.clone());
            let prompt = prompt::show(&window, &self.app, question, &self.recent, move |answer| {
                queue.answered(asked, answer, &over);
            });
            self.shown.replace(Some((names, prompt.clone())));
            self.hold_while_open(&prompt);
        }
    }

    fn first_turn(&self) -> Option<async_channel::Sender<Hold>> {
        let mut turns = self.turns.borrow_mut();
        let index = turns.iter().position(|(window, _)| self.is_user_at(window))?;
        turns.remove(index).map(|(_, turn)| turn)
    }

    fn is_user_at(&self, window: &gtk::Window) -> bool {
        window.is_active() || self.recent.is_user_there()
    }

    /// What is to be asked next, and over which of the windows that the user is at: a question in the background would
    /// take the keyboard from where the user is.
    fn first(&self) -> Option<(Vec<PermissionName>, gtk::Window)> {
        let waiting = self.waiting.borrow();
        waiting.iter().find_map(|waiting| {
            let mut windows = waiting.askers.iter().map(|asker| &asker.window);
            Some((
                waiting.names.clone(),
                windows.find(|window| self.is_user_at(window))?.clone(),
            ))
        })
    }

    /// Of which of these there is still something to ask: the answer may have come from somewhere else, or the user may
    /// have closed the question too often.
    fn open_of(&self, names: &[PermissionName]) -> Vec<PermissionName> {
        let subject = self.subject();
        let mut open = self.undecided_of(names);
        open.retain(|name| self.authority.quiet_until(&subject, *name).is_none());
        open
    }

    fn undecided_of(&self, names: &[PermissionName]) -> Vec<PermissionName> {
        let subject = self.subject();
        let is_undecided = |name: &PermissionName| {
            let now = self.authority.effective(&subject, *name);
            now.is_ok_and(|now| now.state == PermissionState::Prompt)
        };
        names.iter().copied().filter(is_undecided).collect()
    }

    /// Whether the user can allow these until the app ends. The network is asked for once, by a call of its own, and has
    /// no use that comes and goes.
    fn can_be_once(&self, names: &[PermissionName]) -> bool {
        self.authority.policy().one_time_grants() && !names.contains(&PermissionName::UnrestrictedNetwork)
    }

    fn subject(&self) -> Subject {
        Subject::app(self.app.origin.clone())
    }

    /// Those who wait hear of a decision once it is on the disk.
    fn answered(self: &Rc<Self>, names: Vec<PermissionName>, answer: Answer, window: &gtk::Window) {
        self.shown.take();
        let (queue, subject) = (self.clone(), self.subject());
        let asked = names.clone();
        let kept = move || queue.settle(&asked);
        match answer {
            Answer::Decided(decisions) => {
                let decide = move |authority: &Authority| {
                    let mut decisions = decisions.into_iter();
                    decisions.try_for_each(|(name, state)| authority.decide(&subject, name, state, DecidedBy::Prompt))
                };
                failure::keep(self, window, decide, kept);
            }
            Answer::Once(names) => {
                let grant = move |authority: &Authority| {
                    let mut names = names.into_iter();
                    names.try_for_each(|name| authority.grant_once(&subject, name, None))
                };
                failure::keep(self, window, grant, kept);
            }
            Answer::Closed => self.closed(names, Closed::Dismissed, kept),
        }
    }

    /// Writes down that a question was closed without an answer, and calls `noted` then. It is the authority that counts,
    /// and says when there are no more questions.
    fn closed(self: &Rc<Self>, names: Vec<PermissionName>, how: Closed, noted: impl FnOnce() + 'static) {
        let (hold, authority, subject) = (self.write(), self.authority.clone(), self.subject());
        glib::spawn_future_local(async move {
            let count = move || {
                let mut names = names.into_iter();
                names.try_for_each(|name| authority.closed(&subject, name, how).map(drop))
            };
            match gio::spawn_blocking(count).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!("it was not noted that a question was closed: {error}"),
                Err(_) => tracing::error!("it was not noted that a question was closed: its thread has failed"),
            }
            noted();
            drop(hold);
        });
    }

    /// A question is answered, or needs no answer any more: tells those who wait.
    fn settle(&self, names: &[PermissionName]) {
        let mut waiting = self.waiting.borrow_mut();
        let settled = waiting.iter().position(|waiting| waiting.names == names);
        let settled = settled.and_then(|index| waiting.remove(index));
        for asker in settled.into_iter().flat_map(|waiting| waiting.askers) {
            let _ = asker.answered.try_send(());
        }
    }
}

impl Hold {
    /// Holds on until a window has left the screen.
    pub(super) fn while_open(mut self, dialog: &gtk::Window) {
        self.end_write();
        let hold = RefCell::new(Some(self));
        dialog.connect_unrealize(move |_| drop(hold.take()));
    }

    fn end_write(&mut self) {
        if std::mem::take(&mut self.is_write) {
            self.queue.writes.set(self.queue.writes.get() - 1);
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.end_write();
        let queue = self.queue.clone();
        queue.held.set(queue.held.get() - 1);
        // Not now: the window that held the question back is just being taken apart.
        glib::idle_add_local_once(move || queue.next());
    }
}
