//! Windows that a stranger may have opened.
//!
//! A page's window has an opener, and the proof looks at it. A window without one (`noopener`, `target=_blank`) may come
//! from any document of the page, a cross-origin iframe too, and the engine lets such a window show the app. Nobody says
//! who asked. But WebKit makes the new page while the asking is under way, so at that moment it is seen whether there is
//! a stranger at all who could be asking: if there is one, no page in that window is proven.

use crate::proof;
use crate::webkit::gio::prelude::*;
use crate::webkit::{Frame, WebPage, glib};
use std::cell::RefCell;
use std::collections::HashSet;

/// Whether any frame inside, at any depth, is another origin's. `length` and the frames may be seen of every window.
const LOOK: &str = r#"
(function hasStranger(window) {
  for (let index = 0; index < window.length; index++) {
    const frame = window[index];
    try { if (frame.origin !== self.origin) return true } catch { return true }
    if (hasStranger(frame)) return true;
  }
  return false;
})(self)
"#;

thread_local! {
    /// The main frames of this process.
    static MAIN_FRAMES: RefCell<Vec<glib::WeakRef<Frame>>> = RefCell::default();
    /// The pages that a stranger may have asked for.
    static DOUBTFUL: RefCell<HashSet<u64>> = RefCell::default();
}

/// A document comes to be in a frame.
pub(crate) fn document_created(frame: &Frame) {
    if !frame.is_main_frame() {
        return;
    }
    MAIN_FRAMES.with_borrow_mut(|frames| {
        frames.retain(|known| known.upgrade().is_some_and(|known| known != *frame));
        frames.push(frame.downgrade());
    });
}

/// A page comes to be, for a window of the runtime's own or for one that a page opens.
pub(crate) fn page_created(page: &WebPage) {
    let frames: Vec<Frame> =
        MAIN_FRAMES.with_borrow(|frames| frames.iter().filter_map(glib::WeakRef::upgrade).collect());
    // What cannot be seen is not trusted.
    let has_stranger = |frame: &Frame| proof::look(frame, LOOK).is_none_or(|seen| seen.to_boolean());
    if frames.iter().any(has_stranger) {
        DOUBTFUL.with_borrow_mut(|doubtful| doubtful.insert(page.id()));
    }
}

/// Whether a stranger may have opened the window that a page is in.
pub(crate) fn may_have_opened(page: &WebPage) -> bool {
    DOUBTFUL.with_borrow(|doubtful| doubtful.contains(&page.id()))
}
