//! Text that the app looks for in a frame's page (Chromium's `find` and `stopFinding`).
//!
//! The engine marks all that it finds, selects one, and says how many there are. Which one it is, is counted here: each search
//! for another text begins at the beginning of the page.

use super::Guest;
use super::scripts::{Execution, ScriptError};
use async_channel::{Receiver, Sender};
use gtk4::glib;
use insula_bridge::{DomError, DomErrorName, FindResult, ScriptForm, SelectionRect, StopFindingAction};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use webkit6::FindOptions;
use webkit6::prelude::*;

/// So many are counted.
const MOST: u32 = 10_000;

/// How long a text may be, in bytes.
const LONGEST: usize = 65_536;

/// How long the page has to say where what is found lies.
const PATIENCE: Duration = Duration::from_millis(500);

/// In the world of the app's scripts.
const RECT: &str = include_str!("../../../../../js/frame/found-rect.js");
const CLEAR: &str = "getSelection()?.removeAllRanges()";
const ACTIVATE: &str = "getSelection()?.focusNode?.parentElement?.closest('a[href], area[href]')?.click()";

/// What is looked for in a frame.
#[derive(Default)]
pub(super) struct Finding {
    /// The text, and whether its letters are as large.
    wanted: RefCell<Option<(String, bool)>>,
    /// Which one is selected, from 1 upwards.
    ordinal: Cell<u32>,
    /// Who waits for an answer: one, because a second search takes the place of the first.
    waiting: RefCell<Option<(u64, Sender<Told>)>>,
    last: Cell<u64>,
    /// What the engine looks for. It is asked again when it has answered: a page that hangs does not get more and more.
    asked: RefCell<Option<Asked>>,
    /// How many answers of the engine nobody wants any more.
    stale: Cell<u32>,
}

struct Asked {
    search: u64,
    is_first: bool,
    backward: bool,
}

/// What is told to whoever waits.
enum Told {
    /// The engine has time.
    Go,
    /// The engine has found so many, of which it selects this one.
    Found(u32, u32),
}

impl Finding {
    /// Another search begins.
    fn next(&self) -> (u64, Receiver<Told>) {
        let search = self.last.get() + 1;
        self.last.set(search);
        let (sender, receiver) = async_channel::bounded(2);
        self.waiting.replace(Some((search, sender)));
        (search, receiver)
    }

    /// Whether the engine was asked for that last.
    fn has_found(&self, text: &str, match_case: bool) -> bool {
        let wanted = self.wanted.borrow();
        wanted
            .as_ref()
            .is_some_and(|(it, case)| it == text && *case == match_case)
    }

    fn is_waited_for(&self, search: u64) -> bool {
        self.waiting.borrow().as_ref().is_some_and(|(it, _)| *it == search)
    }

    /// The page is gone, and with it what was found.
    pub(super) fn end(&self) {
        self.stop();
        self.stale.set(0);
    }

    /// Nothing is looked for any more.
    fn stop(&self) {
        self.waiting.take();
        self.wanted.take();
        if self.asked.take().is_some() {
            self.stale.set(self.stale.get() + 1);
        }
    }

    /// The engine has answered.
    fn found(&self, count: u32) {
        if let Some(stale) = self.stale.get().checked_sub(1) {
            return self.stale.set(stale);
        }
        let Some(asked) = self.asked.take() else { return };
        let ordinal = self.step(count, asked.is_first, asked.backward);
        if let Some((search, sender)) = &*self.waiting.borrow() {
            let told = match *search == asked.search {
                true => Told::Found(count, ordinal),
                false => Told::Go,
            };
            // Whoever waited may have gone.
            let _ = sender.try_send(told);
        }
    }

    /// Which of so many it is after a step.
    fn step(&self, count: u32, is_first: bool, backward: bool) -> u32 {
        let before = if is_first { 0 } else { self.ordinal.get() };
        let ordinal = match (count, backward) {
            (0, _) => 0,
            (_, false) if before >= count => 1,
            (_, false) => before + 1,
            (_, true) if before <= 1 || before > count => count,
            (_, true) => before - 1,
        };
        self.ordinal.set(ordinal);
        ordinal
    }
}

impl Guest {
    pub(super) fn follow_finds(self: &Rc<Self>) {
        let Some(engine) = self.view.find_controller() else {
            return;
        };
        let found = self.with(|guest: &Rc<Self>, count: u32| guest.finding.found(count.min(MOST)));
        engine.connect_found_text(found);
        engine.connect_failed_to_find_text(self.on(|guest: &Rc<Self>| guest.finding.found(0)));
    }

    /// Looks for a text, or for the next place of the one that was looked for before.
    ///
    /// # Errors
    /// The text is too long, or there is no page.
    pub(crate) async fn find(&self, text: String, backward: bool, match_case: bool) -> Result<FindResult, DomError> {
        if text.len() > LONGEST {
            let message = "The text is too long to be looked for.";
            return Err(DomError::new(DomErrorName::TypeError, message));
        }
        if text.is_empty() {
            self.stop_engine();
            return Ok(FindResult::default());
        }
        let canceled = FindResult {
            canceled: true,
            ..FindResult::default()
        };
        let (search, answer) = self.finding.next();
        if self.finding.asked.borrow().is_some() && answer.recv().await.is_err() {
            return Ok(canceled);
        }
        let is_first = !self.finding.has_found(&text, match_case);
        if is_first {
            self.run(CLEAR).await?;
        }
        let engine = self.view.find_controller();
        let Some(engine) = engine.filter(|_| self.finding.is_waited_for(search)) else {
            return Ok(canceled);
        };
        self.finding.asked.replace(Some(Asked {
            search,
            is_first,
            backward,
        }));
        let mut options = FindOptions::WRAP_AROUND;
        options.set(FindOptions::CASE_INSENSITIVE, !match_case);
        options.set(FindOptions::BACKWARDS, backward);
        // From what is selected on. The engine's `search_next` would not say how many there are.
        engine.search(&text, options.bits(), MOST);
        self.finding.wanted.replace(Some((text, match_case)));
        let Ok(Told::Found(number_of_matches, active_match_ordinal)) = answer.recv().await else {
            return Ok(canceled);
        };
        let selection_rect = match active_match_ordinal {
            0 => SelectionRect::default(),
            _ => self.found_rect().await,
        };
        Ok(FindResult {
            number_of_matches,
            active_match_ordinal,
            selection_rect,
            canceled: false,
        })
    }

    /// Looks for nothing any more.
    pub(crate) fn stop_finding(self: &Rc<Self>, action: StopFindingAction) {
        self.stop_engine();
        let script = match action {
            StopFindingAction::Keep => return,
            StopFindingAction::Clear => CLEAR,
            StopFindingAction::Activate => ACTIVATE,
        };
        let guest = self.clone();
        glib::spawn_future_local(async move {
            // A page that is gone has nothing selected.
            let _ = guest.run(script).await;
        });
    }

    fn stop_engine(&self) {
        self.finding.stop();
        if let Some(engine) = self.view.find_controller() {
            engine.search_finish();
        }
    }

    async fn run(&self, script: &str) -> Result<(), DomError> {
        match self.execute_script(&Execution::of_runtime(script)).await {
            Ok(_) | Err(ScriptError::Thrown(_)) => Ok(()),
            Err(ScriptError::NotRun(error)) => Err(error),
        }
    }

    /// Nothing where the page does not say it: it may have a policy, or be of another site inside.
    async fn found_rect(&self) -> SelectionRect {
        let execution = Execution {
            form: ScriptForm::Plain,
            ..Execution::of_runtime(RECT)
        };
        let answer = glib::future_with_timeout(PATIENCE, self.execute_script(&execution)).await;
        let told = answer.ok().and_then(Result::ok);
        let told = told.and_then(|told| serde_json::from_str::<[Option<[f64; 4]>; 1]>(told.get()).ok());
        let zoom = self.shown_zoom();
        let [left, top, width, height] = told.and_then(|[rect]| rect).unwrap_or_default().map(|it| it * zoom);
        SelectionRect {
            left,
            top,
            width,
            height,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_one_it_is_is_counted_around_the_ends() {
        let finding = Finding::default();
        assert_eq!(finding.step(3, true, false), 1);
        assert_eq!(
            [false, false, false].map(|back| finding.step(3, false, back)),
            [2, 3, 1]
        );
        assert_eq!([true, true].map(|back| finding.step(3, false, back)), [3, 2]);
        assert_eq!(finding.step(2, true, true), 2);
        assert_eq!(finding.step(0, false, false), 0);
        // Some have gone meanwhile.
        finding.ordinal.set(9);
        assert_eq!(finding.step(3, false, true), 3);
    }
}
