//! How often something may begin.

use std::time::{Duration, Instant};

/// Gives turns: some at once, and then one after the other at an even pace (a leaky bucket).
#[derive(Debug)]
pub(crate) struct Pace {
    /// What lies between two turns of those who wait.
    interval: Duration,
    /// How far turns may be ahead of the pace.
    ahead: Duration,
    /// When the next turn would be if nobody had been ahead.
    due: Option<Instant>,
}

impl Pace {
    /// So many turns a second, and so many at once after a rest.
    pub(crate) fn new(per_second: u32, at_once: u32) -> Self {
        let interval = Duration::from_secs(1) / per_second;
        Self {
            interval,
            ahead: interval * at_once.saturating_sub(1),
            due: None,
        }
    }

    /// When whoever asks now has its turn.
    pub(crate) fn next(&mut self, now: Instant) -> Instant {
        let due = self.due.map_or(now, |due| due.max(now));
        self.due = Some(due + self.interval);
        due.checked_sub(self.ahead).map_or(now, |turn| turn.max(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_begin_at_once_and_the_others_one_after_the_other() {
        let now = Instant::now();
        let mut pace = Pace::new(10, 3);
        let waits: Vec<_> = (0..5).map(|_| (pace.next(now) - now).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 100, 200]);
        let rested = now + Duration::from_secs(1);
        let waits: Vec<_> = (0..4).map(|_| (pace.next(rested) - rested).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 100]);
    }
}
