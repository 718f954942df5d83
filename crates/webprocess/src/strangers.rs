//! Documents of other origins among the app's own, and windows that one of them may have opened.
//!
//! A page's window has an opener, and the proof looks at it. A window without one (`noopener`, `target=_blank`) may come
//! from any document of the page, a cross-origin iframe too, and the engine lets such a window show the app. Nobody says
//! who asked. But WebKit makes the new page while the asking is under way, so at that moment it is seen whether there is
//! a stranger at all who could be asking, in an iframe or at the top of a window that it opened itself: if there is one,
//! no page in that window is proven.
//!
//! Some questions of the engine (the clipboard's, the pointer's) do not say either whose they are. The UI process answers
//! them, and is told of every stranger before its first script.

use crate::proof;
use crate::webkit::gio::prelude::*;
use crate::webkit::{Frame, UserMessage, WebPage, gio, glib};
use insula_bridge::wire::{self, WebProcessConfig};
use std::cell::RefCell;
use std::collections::HashSet;

/// A function of the app's origin: whether the frame or any inside it, at any depth, is another's. `length` and the
/// frames may be seen of every window.
const LOOK: &str = r#"
(own) => (function isStranger(window) {
  try { if (window.origin !== own) return true } catch { return true }
  for (let index = 0; index < window.length; index++) if (isStranger(window[index])) return true;
  return false;
})(self)
"#;

thread_local! {
    /// The main frames of this process.
    static MAIN_FRAMES: RefCell<Vec<glib::WeakRef<Frame>>> = RefCell::default();
    /// The frames that strangers are in.
    static STRANGERS: RefCell<HashSet<u64>> = RefCell::default();
    /// The pages that a stranger may have asked for.
    static DOUBTFUL: RefCell<HashSet<u64>> = RefCell::default();
}

/// A document comes to be in a frame.
pub(crate) fn document_created(config: &WebProcessConfig, page: &WebPage, frame: &Frame) {
    tell_of_strangers(config, page, frame);
    if !frame.is_main_frame() {
        return;
    }
    MAIN_FRAMES.with_borrow_mut(|frames| {
        frames.retain(|known| known.upgrade().is_some_and(|known| known != *frame));
        frames.push(frame.downgrade());
    });
}

fn tell_of_strangers(config: &WebProcessConfig, page: &WebPage, frame: &Frame) {
    let id = frame.id();
    let origin = proof::look(frame, "self.origin");
    if origin.is_some_and(|origin| origin.to_str() == config.app.origin()) {
        return left(page, id);
    }
    if STRANGERS.with_borrow_mut(|strangers| strangers.insert(id)) {
        tell(page, id, true);
        let page = page.downgrade();
        frame.add_weak_ref_notify_local(move || {
            if let Some(page) = page.upgrade() {
                left(&page, id);
            }
        });
    }
}

fn left(page: &WebPage, frame: u64) {
    if STRANGERS.with_borrow_mut(|strangers| strangers.remove(&frame)) {
        tell(page, frame, false);
    }
}

fn tell(page: &WebPage, frame: u64, is_there: bool) {
    let stranger: wire::Stranger = (frame, is_there);
    let message = UserMessage::new(wire::STRANGER, Some(&stranger.to_variant()));
    page.send_message_to_view(&message, gio::Cancellable::NONE, |_| {});
}

/// A page comes to be, for a window of the runtime's own or for one that a page opens.
pub(crate) fn page_created(config: &WebProcessConfig, page: &WebPage) {
    let frames: Vec<Frame> =
        MAIN_FRAMES.with_borrow(|frames| frames.iter().filter_map(glib::WeakRef::upgrade).collect());
    let look = format!("({LOOK})({})", serde_json::json!(config.app.origin()));
    // What cannot be seen is not trusted.
    let has_stranger = |frame: &Frame| proof::look(frame, &look).is_none_or(|seen| seen.to_boolean());
    if frames.iter().any(has_stranger) {
        DOUBTFUL.with_borrow_mut(|doubtful| doubtful.insert(page.id()));
    }
}

/// Whether a stranger may have opened the window that a page is in.
pub(crate) fn may_have_opened(page: &WebPage) -> bool {
    DOUBTFUL.with_borrow(|doubtful| doubtful.contains(&page.id()))
}
