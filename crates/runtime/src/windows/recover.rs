//! An app whose web process died is loaded again; one that keeps dying is not, and says so.

use crate::app::App;
use crate::app_view::AppView;
use crate::content::{notice, repaint};
use crate::guard;
use crate::translations::tr;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};
use webkit6::prelude::*;

/// How many deaths within [`WINDOW`] are followed by loading the app again.
const ATTEMPTS: usize = 3;
const WINDOW: Duration = Duration::from_secs(30);

/// Starts looking after an app's view.
pub(crate) fn watch(view: &AppView, app: &Rc<App>) {
    let deaths = RefCell::new(VecDeque::new());
    let app = app.clone();
    view.connect_web_process_terminated(move |view, reason| {
        guard("web-process-terminated", (), || {
            tracing::warn!("the web process of {} ended: {reason:?}", app.name());
            repaint::at_next_page(view.upcast_ref());
            let url = view.uri().map_or_else(|| app.start_url().to_string(), String::from);
            if again(&mut deaths.borrow_mut(), Instant::now()) {
                view.load_uri(&url);
            } else {
                let page = notice::page(
                    &tr("This app keeps crashing"),
                    &tr("Close its window and open it again to try once more."),
                    None,
                );
                view.load_alternate_html(&page, &url, None);
            }
        });
    });
}

/// Whether to load again after one more death.
fn again(deaths: &mut VecDeque<Instant>, now: Instant) -> bool {
    deaths.retain(|death| now.duration_since(*death) < WINDOW);
    deaths.push_back(now);
    deaths.len() <= ATTEMPTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_that_keeps_dying_is_given_up_until_it_has_rested() {
        let start = Instant::now();
        let mut deaths = VecDeque::new();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(again(&mut deaths, at(0)) && again(&mut deaths, at(1)) && again(&mut deaths, at(2)));
        assert!(!again(&mut deaths, at(3)));
        assert!(again(&mut deaths, at(60)));
    }
}
