//! What a frame's pages write to their console (Controlled Frame, event `consolemessage`).
//!
//! The engine tells nobody. Scripts of the runtime's own do, which pages cannot find (`js/frame/console.js`): at most 1,000
//! messages and a million characters in a second, and 65,536 characters of one. The rest is left out.

use super::Guest;
use insula_bridge::FrameEvent;

/// The longest message that is believed to come from those scripts.
const LONGEST: usize = 512 * 1024;

impl Guest {
    /// A script has reported a message: its level, its line and its URL, and on the next line the text.
    pub(super) fn console_said(&self, report: &str) {
        let Some((head, message)) = report.split_once('\n').filter(|_| report.len() <= LONGEST) else {
            return;
        };
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
