//! When frames are made. To make a view takes the main thread some hundredths of a second, in which it does nothing else:
//! not even take back what the user takes back. And it starts a process. So a few frames are made at once, and of many one
//! after the other, with as much time for everything else in between, and not before those that have gone are really gone.
//! Before each of them what has come meanwhile is heard: that the page has removed it, perhaps.

use super::ending;
use super::gate::Gate;
use crate::stage::FrameKey;
use gtk4::glib;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How much of each second frames are made without a pause. Ten frames of one site are there in less.
const AT_ONCE: Duration = Duration::from_millis(200);
const SECOND: Duration = Duration::from_secs(1);

/// How many may be ending when one of the others is made.
const MOST_ENDING: usize = 8;

/// How long the main thread has for everything else before each of the others, at least.
const PAUSE: Duration = Duration::from_millis(10);

/// The frames that are about to be made.
pub(super) struct Turns {
    /// Each with a gate that opens when it is made, or is not to be made any more.
    coming: RefCell<HashMap<FrameKey, Gate>>,
    /// Those whose turn comes later, in their order.
    waiting: RefCell<VecDeque<(FrameKey, Gate)>>,
    /// How long frames were made, and since when that is counted.
    spent: Cell<(Duration, Instant)>,
    is_pausing: Cell<bool>,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            coming: RefCell::default(),
            waiting: RefCell::default(),
            spent: Cell::new((Duration::ZERO, Instant::now())),
            is_pausing: Cell::default(),
        }
    }
}

/// A frame that is about to be made. It has been, or has failed to be, when this is dropped.
#[must_use = "a frame that is not coming any more is not made"]
pub(crate) struct Coming {
    key: FrameKey,
    turns: Rc<Turns>,
    /// Since when it is its turn.
    began: Cell<Option<Instant>>,
}

impl Turns {
    /// A frame is to be made when it is its turn. Nothing if that has been said already.
    pub(super) fn announce(self: &Rc<Self>, key: FrameKey) -> Option<Coming> {
        let mut coming = self.coming.borrow_mut();
        if coming.contains_key(&key) {
            return None;
        }
        coming.insert(key, Gate::default());
        Some(Coming {
            key,
            turns: self.clone(),
            began: Cell::default(),
        })
    }

    /// Whether a frame is about to be made.
    pub(super) fn is_coming(&self, key: FrameKey) -> bool {
        self.coming.borrow().contains_key(&key)
    }

    /// Whether frames are about to be made beside one.
    pub(super) fn are_others_coming(&self, key: FrameKey) -> bool {
        self.coming.borrow().keys().any(|coming| *coming != key)
    }

    /// Waits until a frame has been made, if it is about to be.
    pub(super) async fn made(&self, key: FrameKey) {
        let made = self.coming.borrow().get(&key).map(Gate::opening);
        if let Some(made) = made {
            made.wait().await;
        }
    }

    /// Frames that are not to be made any more.
    pub(super) fn cancel(&self, is_it: impl Fn(FrameKey) -> bool) {
        self.coming.borrow_mut().retain(|key, _| !is_it(*key));
        self.waiting.borrow_mut().retain(|(key, _)| !is_it(*key));
    }

    /// Whether one can be made at once.
    fn has_time(&self) -> bool {
        if self.spent.get().1.elapsed() > SECOND {
            self.spent.set((Duration::ZERO, Instant::now()));
        }
        self.spent.get().0 < AT_ONCE && ending::count() < MOST_ENDING
    }

    fn spend(&self, time: Duration) {
        let (spent, since) = self.spent.get();
        self.spent.set((spent + time, since));
    }

    /// Gives the next that waits its turn: at once, or after a pause when there is no time for that.
    fn go_on(self: &Rc<Self>, pause: Duration) {
        if self.is_pausing.replace(true) {
            return;
        }
        let pause = if self.has_time() { Duration::ZERO } else { pause };
        let turns = self.clone();
        // After the engine's messages, which are of a higher priority, and before pictures.
        glib::timeout_add_local_full(pause, glib::Priority::HIGH_IDLE, move || {
            turns.is_pausing.set(false);
            if ending::count() >= MOST_ENDING {
                turns.go_on(PAUSE);
            } else {
                // Whoever waits at the gate goes on, and has the next one go on when the frame is made.
                drop(turns.waiting.borrow_mut().pop_front());
            }
            glib::ControlFlow::Break
        });
    }
}

impl Coming {
    /// Waits until it is the frame's turn. Answers whether it is still to be made.
    pub(crate) async fn turn(&self) -> bool {
        let turns = &self.turns;
        let gate = Gate::default();
        let opening = gate.opening();
        turns.waiting.borrow_mut().push_back((self.key, gate));
        turns.go_on(PAUSE);
        opening.wait().await;
        self.began.set(Some(Instant::now()));
        turns.is_coming(self.key)
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        let (key, turns) = (self.key, &self.turns);
        let took = self.began.get().map_or(Duration::ZERO, |began| began.elapsed());
        turns.spend(took);
        turns.cancel(|it| it == key);
        if !turns.waiting.borrow().is_empty() {
            turns.go_on(took.max(PAUSE));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insula_bridge::FrameId;

    #[test]
    fn what_the_page_says_meanwhile_is_heard_before_the_next_frame_is_made() {
        let context = glib::MainContext::default();
        let _guard = context.acquire().unwrap();
        let turns = Rc::new(Turns::default());
        let made: Rc<RefCell<Vec<FrameKey>>> = Rc::default();
        let [first, second, third] = [1, 2, 3].map(|number| (1, FrameId(number)));
        for key in [first, second, third] {
            let coming = turns.announce(key).unwrap();
            let (turns, made) = (turns.clone(), made.clone());
            context.spawn_local(async move {
                if !coming.turn().await {
                    return;
                }
                made.borrow_mut().push(key);
                // The engine's messages come with this priority.
                glib::idle_add_local_full(glib::Priority::DEFAULT, move || {
                    turns.cancel(|it| it == second);
                    glib::ControlFlow::Break
                });
            });
        }
        while turns.is_coming(third) {
            context.iteration(true);
        }
        assert_eq!(*made.borrow(), [first, third]);
    }
}
