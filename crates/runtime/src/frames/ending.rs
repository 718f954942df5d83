//! How a frame's web page ends, and its process with it.

use super::warm;
use gtk4::gio::Cancellable;
use gtk4::glib;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use webkit6::WebView;
use webkit6::prelude::*;

/// How long a process has to say that it listens. With the time that it takes to notice that frames were taken back, it
/// is less than a second.
const PATIENCE: Duration = Duration::from_millis(500);

thread_local! {
    /// How many views are ending: as many processes may be about to go.
    static ENDING: Cell<usize> = const { Cell::new(0) };
}

/// How many views are ending now.
pub(super) fn count() -> usize {
    ENDING.get()
}

/// Ends a view's page. A process that answers ends by itself, or waits for the next frame, which is the faster for it;
/// one that does not, because a script keeps it busy, would run for as long as the app does, and is ended.
/// One in which other frames are stays: they are as busy as this one, and it ends with the last of them.
pub(super) fn end(view: &WebView, is_shared: bool) {
    let ending = Rc::new(Cell::new(Some(view.clone())));
    ENDING.set(ENDING.get() + 1);
    // Whatever comes back: a page that runs no scripts answers, too. A script that never settles would keep the view, and
    // the page in it, for as long as the app runs: the engine holds both until it has the script's value.
    view.evaluate_javascript("", Some(warm::WORLD), None, Cancellable::NONE, {
        let ending = ending.clone();
        move |_| {
            if let Some(view) = ending.take() {
                ENDING.set(ENDING.get() - 1);
                now(&view);
            }
        }
    });
    view.try_close();
    glib::timeout_add_local_once(PATIENCE, move || {
        let Some(view) = ending.take() else { return };
        ENDING.set(ENDING.get() - 1);
        if is_shared {
            now(&view);
        } else {
            view.terminate_web_process();
        }
    });
}

/// Ends a view's page and its process, which would wait for a next frame for half an hour, with all that the page knew: what
/// its partition kept in memory ends now, and there will be no such frame. The page may finish what it does at its end.
pub(super) fn end_process(view: &WebView) {
    let ending = Rc::new(Cell::new(Some(view.clone())));
    ENDING.set(ENDING.get() + 1);
    let end = move || {
        if let Some(view) = ending.take() {
            ENDING.set(ENDING.get() - 1);
            view.terminate_web_process();
            now(&view);
        }
    };
    view.connect_close({
        let end = end.clone();
        // Not while the engine still tells of it.
        move |_| _ = glib::idle_add_local_once(end.clone())
    });
    view.try_close();
    glib::timeout_add_local_once(PATIENCE, end);
}

/// Ends a view's page without asking its process.
#[expect(
    unsafe_code,
    reason = "the bindings let nobody else end a view that is still referred to"
)]
pub(crate) fn now(view: &WebView) {
    // SAFETY: a widget may be disposed of while there are references to it, as `gtk_window_destroy` does; a WebKit view
    // closes its page then. Nothing asks this one for anything any more: its frame, or its window, is gone.
    unsafe { view.run_dispose() };
}
