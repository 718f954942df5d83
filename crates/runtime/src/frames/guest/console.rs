//! What a frame's pages write to their console (Controlled Frame, event `consolemessage`).
//!
//! The engine tells nobody. Scripts of the runtime's own do (`js/frame/console.js`): at most 1,000 messages and a million
//! characters in a second, and 65,536 characters of one. The rest is left out.
//!
//! A page can come to speak to the one of them that reports as those in its world do. So that one bounds what a document
//! says, and here is bounded what all documents of a frame say.

use super::Guest;
use insula_bridge::FrameEvent;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// The longest message that is believed to come from those scripts.
const LONGEST: usize = 512 * 1024;

/// How much an app is told of a frame's consoles in a second.
const MOST_MESSAGES: usize = 4_000;
const MOST_BYTES: usize = 8 << 20;
const SECOND: Duration = Duration::from_secs(1);

/// How much a frame's consoles have said since when.
#[derive(Default)]
pub(super) struct Said(Cell<Option<(Instant, usize, usize)>>);

impl Said {
    /// Whether so much more may be told.
    fn take(&self, bytes: usize, now: Instant) -> bool {
        let current = self.0.get().filter(|(since, ..)| now.duration_since(*since) < SECOND);
        let (since, messages, all) = current.unwrap_or((now, 0, 0));
        let (messages, all) = (messages + 1, all + bytes);
        self.0.set(Some((since, messages, all)));
        messages <= MOST_MESSAGES && all <= MOST_BYTES
    }
}

impl Guest {
    /// A script has reported a message: its level, its line and its URL, and on the next line the text.
    pub(super) fn console_said(&self, report: &str) {
        let Some((head, message)) = report.split_once('\n').filter(|_| report.len() <= LONGEST) else {
            return;
        };
        if !self.said.take(report.len(), Instant::now()) {
            return;
        }
        let mut head = head.splitn(3, ' ');
        let level = head.next().and_then(|level| level.parse().ok());
        let line = head.next().and_then(|line| line.parse().ok());
        let Some(level) = level.filter(|level| (-1..=2).contains(level)) else {
            return;
        };
        self.tell(FrameEvent::ConsoleMessage {
            level,
            message: message.to_owned(),
            line: line.unwrap_or_default(),
            source_id: head.next().unwrap_or_default().to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_second_so_much_is_told_and_of_the_next_as_much() {
        let (said, now) = (Said::default(), Instant::now());
        assert_eq!((0..5_000).filter(|_| said.take(10, now)).count(), MOST_MESSAGES);
        let later = now + SECOND;
        assert_eq!((0..100).filter(|_| said.take(1 << 20, later)).count(), 8);
        assert!(said.take(10, later + SECOND));
    }
}
