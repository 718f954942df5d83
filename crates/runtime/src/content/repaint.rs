//! Views whose web process died, and their next page.

use gtk4::glib;
use gtk4::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{LoadEvent, WebView};

/// How long the new process gets to learn that it is not seen: shown at once, it would miss the change.
const OUT_OF_SIGHT: Duration = Duration::from_millis(50);

/// Keeps a view whose process has died out of sight until it has another page. Two times in eight the engine did not
/// paint what a second process showed in a view that had been in sight all the time, nor when it was hidden for a moment
/// afterwards.
pub(crate) fn at_next_page(view: &WebView) {
    let has_focus = view.has_focus();
    view.set_visible(false);
    let handler = Rc::new(Cell::new(None));
    let connected = view.connect_load_changed({
        let handler = handler.clone();
        move |view, event| {
            if event == LoadEvent::Committed
                && let Some(handler) = handler.take()
            {
                view.disconnect(handler);
                show_soon(view, has_focus);
            }
        }
    });
    handler.set(Some(connected));
}

fn show_soon(view: &WebView, has_focus: bool) {
    let view = view.downgrade();
    glib::timeout_add_local_once(OUT_OF_SIGHT, move || {
        if let Some(view) = view.upgrade() {
            view.set_visible(true);
            if has_focus {
                view.grab_focus();
            }
        }
    });
}
