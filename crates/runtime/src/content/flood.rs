//! Pages that go from fragment to fragment faster than the runtime can follow.
//!
//! A script can do so without a pause (`location.hash = …` in a loop). Each step is a message to this process, and what it
//! cannot take in time waits in its memory, without a limit. The engine has no way to slow such a page down, so the
//! page's process ends, as that of a page does that uses up its own memory.

use gtk4::glib;
use std::cell::RefCell;
use std::time::{Duration, Instant};
use webkit6::WebView;
use webkit6::prelude::*;

/// So many steps in so much time no page takes that somebody looks at. (Chromium ignores what is beyond 200 in 10 s.)
const MOST: u32 = 1000;
const TIME: Duration = Duration::from_secs(5);

/// Ends the process of a view's page when the page floods this one. Before that it calls `ending`. Where `is_sent` says that
/// the page was sent to a URL, the page did not go there by itself.
pub(crate) fn end_on(view: &WebView, is_sent: impl Fn(&str) -> bool + 'static, ending: impl Fn() + 'static) {
    let steps = RefCell::new(Steps::new(Instant::now()));
    view.connect_uri_notify(move |view| {
        if view.uri().is_some_and(|url| is_sent(&url)) {
            return;
        }
        if steps.borrow_mut().are_too_many(Instant::now()) {
            tracing::warn!("a page was ended: it went from fragment to fragment without a pause");
            ending();
            steps.replace(Steps::new(Instant::now()));
            let view = view.clone();
            // Not here: this runs while a message of that process is being handled.
            glib::idle_add_local_full(glib::Priority::HIGH, move || {
                view.terminate_web_process();
                glib::ControlFlow::Break
            });
        }
    });
}

/// How many steps there were, and since when.
struct Steps {
    since: Instant,
    count: u32,
}

impl Steps {
    fn new(since: Instant) -> Self {
        Self { since, count: 0 }
    }

    /// Counts one more.
    fn are_too_many(&mut self, now: Instant) -> bool {
        if now.duration_since(self.since) > TIME {
            *self = Self::new(now);
        }
        self.count += 1;
        self.count > MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_at_every_picture_is_no_flood_and_a_loop_is_one() {
        let start = Instant::now();
        let mut steps = Steps::new(start);
        let mut are_too_many = |milliseconds| steps.are_too_many(start + Duration::from_millis(milliseconds));
        // 125 a second, for a minute.
        assert!(!(0..7500).any(|step| are_too_many(step * 8)));
        // Ten in a millisecond.
        assert!((0..1500).any(|step| are_too_many(100_000 + step / 10)));
    }
}
