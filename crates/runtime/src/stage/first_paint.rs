//! When a frame's view has something to show.
//!
//! A view without a page is white, and one that waits for its first page is too. Until that is painted nothing of the
//! view is drawn, so that the app's background is seen in the frame's place, as an iframe does it.

use super::imp::draw_nowhere;
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{glib, graphene};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{LoadEvent, WebView};

/// How long after it has loaded a page may take to be painted.
const PATIENCE: Duration = Duration::from_millis(250);

/// Whether a view has painted its first page.
#[derive(Clone, Default)]
pub(super) struct FirstPaint(Rc<State>);

#[derive(Default)]
struct State {
    is_painted: Cell<bool>,
    /// Whether that is in a picture of the view's size.
    is_seen: Cell<bool>,
    /// Whether it has loaded so long ago that nothing else is to be waited for.
    is_settled: Cell<bool>,
    /// Is told by GTK of each new picture of the view. There is one from the first page's arrival until it has been painted.
    watch: RefCell<Option<gtk::WidgetPaintable>>,
}

impl FirstPaint {
    /// Waits for the first page of a view.
    pub(super) fn of(view: &WebView) -> Self {
        let first_paint = Self::default();
        let state = Rc::downgrade(&first_paint.0);
        view.connect_load_changed(move |view, event| {
            let Some(state) = state.upgrade() else { return };
            match event {
                LoadEvent::Committed if view.uri().is_some_and(|uri| uri != "about:blank") => state.watch(view),
                // Where the page has loaded without being painted anew, what the view shows is its picture.
                LoadEvent::Finished if state.watch.take().is_some() => {
                    state.is_painted.set(true);
                    view.queue_draw();
                    state.settle_soon(view);
                }
                _ => {}
            }
        });
        first_paint
    }

    /// Whether the view may be drawn, which fills some bounds. Until then it is drawn to nowhere: GTK tells nobody that a
    /// widget has something new to show as long as what it had before has not been drawn. A view paints its page before it
    /// has a size, as a picture of one pixel; that is none of its page.
    ///
    /// Nor is one that `is_empty`: the engine's first picture of a page that has just loaded can be. A page that stays so is
    /// shown in a moment.
    pub(super) fn has_happened(
        &self,
        bounds: &graphene::Rect,
        draw: impl FnOnce(&gtk::Snapshot),
        is_empty: impl FnOnce() -> bool,
    ) -> bool {
        if !self.0.is_seen.get() {
            let picture = draw_nowhere(draw).map(|node| node.bounds());
            let fills = picture.is_some_and(|picture| fills(&picture, bounds));
            if self.0.is_painted.get() && fills && (self.0.is_settled.get() || !is_empty()) {
                self.0.is_seen.set(true);
                self.0.watch.replace(None);
            }
        }
        self.0.is_seen.get()
    }
}

/// Whether a picture is one of a view with these bounds. It may be somewhat smaller, while the view grows.
fn fills(picture: &graphene::Rect, bounds: &graphene::Rect) -> bool {
    picture.width() * 2.0 >= bounds.width() && picture.height() * 2.0 >= bounds.height()
}

impl State {
    fn settle_soon(self: &Rc<Self>, view: &WebView) {
        let (state, view) = (Rc::downgrade(self), view.downgrade());
        glib::timeout_add_local_once(PATIENCE, move || {
            if let Some((state, view)) = state.upgrade().zip(view.upgrade()) {
                state.is_settled.set(true);
                view.queue_draw();
            }
        });
    }

    fn watch(self: &Rc<Self>, view: &WebView) {
        if self.is_painted.get() {
            return;
        }
        let paintable = gtk::WidgetPaintable::new(Some(view));
        paintable.connect_invalidate_contents(glib::clone!(
            #[weak(rename_to = state)]
            self,
            move |_| state.is_painted.set(true)
        ));
        self.watch.replace(Some(paintable));
    }
}
