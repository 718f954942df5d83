//! The app's own view: a WebKit view that lets the pointer through where its frames are.

use crate::placement::Placement;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::subclass::prelude::*;
use webkit6::prelude::*;
use webkit6::{LoadEvent, WebView, WebViewBase};

glib::wrapper! {
    /// See the [module](self).
    pub struct AppView(ObjectSubclass<imp::AppView>)
        @extends WebView, WebViewBase, gtk::Widget,
        @implements gtk::Accessible, gtk::Buildable, gtk::ConstraintTarget;
}

impl AppView {
    /// Where frames lie. There the pointer is the frame's, unless an element of the app covers it.
    pub(crate) fn set_holes(&self, holes: Vec<Placement>) {
        self.imp().holes.replace(holes);
    }

    /// Makes the view's own background transparent, or white again. The engine then takes it for the canvas of a dark page
    /// as well, until the page changes its colour scheme.
    pub(crate) fn set_see_through(&self, see_through: bool) {
        if self.imp().see_through.replace(see_through) != see_through {
            let alpha = if see_through { 0.0 } else { 1.0 };
            self.set_background_color(&gtk::gdk::RGBA::new(1.0, 1.0, 1.0, alpha));
            self.imp().is_colored.set(true);
            if !see_through && let Some(on_opaque) = &*self.imp().on_opaque.borrow() {
                on_opaque();
            }
        }
    }

    /// Whether the view is white because it was made so, after it was transparent.
    pub(crate) fn is_colored(&self) -> bool {
        self.imp().is_colored.get() && !self.is_see_through()
    }

    /// Calls back when the view has become white.
    pub(crate) fn connect_opaque(&self, callback: impl Fn() + 'static) {
        self.imp().on_opaque.replace(Some(Box::new(callback)));
    }

    /// Whether what lies beneath the view is seen where the page paints nothing.
    pub(crate) fn is_see_through(&self) -> bool {
        self.imp().see_through.get()
    }

    /// Lets two fingers enlarge the page, or not. The engine tells nobody here how much they have: frames would not follow.
    pub(crate) fn let_pinch(&self, can_be: bool) {
        let mut held = self.imp().held_pinches.borrow_mut();
        if can_be {
            for (gesture, phase) in held.drain(..) {
                gesture.set_propagation_phase(phase);
            }
        } else if held.is_empty() {
            let controllers = self.observe_controllers();
            let all = (0..controllers.n_items()).filter_map(|index| controllers.item(index));
            held.extend(
                all.filter_map(|it| it.downcast::<gtk::GestureZoom>().ok())
                    .map(|gesture| {
                        let phase = gesture.propagation_phase();
                        gesture.set_propagation_phase(gtk::PropagationPhase::None);
                        (gesture, phase)
                    }),
            );
        }
    }

    /// Whether the page that is here now has been painted.
    pub(crate) fn has_painted(&self) -> bool {
        self.imp().has_painted.get()
    }

    /// How many pictures the view has drawn.
    pub(crate) fn pictures(&self) -> u64 {
        self.imp().pictures.get()
    }

    /// Whether somebody wants to know when the page is painted.
    pub(crate) fn watch_painting(&self, watched: bool) {
        self.imp().watched.set(watched);
    }

    /// Calls back soon after the page has been painted anew, while that is watched; once for all that is painted
    /// meanwhile.
    pub(crate) fn connect_painted(&self, callback: impl Fn() + 'static) {
        self.imp().on_painted.replace(Some(Box::new(callback)));
    }

    /// How much the user has zoomed the app.
    pub(crate) fn page_zoom(&self) -> f32 {
        self.zoom_level() as f32
    }
}

mod imp {
    use super::*;
    use std::cell::{Cell, RefCell};
    use std::time::Duration;

    /// How long after a page was painted that is told.
    const PAINTED_DELAY: Duration = Duration::from_millis(40);

    #[derive(Default)]
    pub struct AppView {
        pub(super) holes: RefCell<Vec<Placement>>,
        pub(super) see_through: Cell<bool>,
        pub(super) is_colored: Cell<bool>,
        pub(super) on_opaque: RefCell<Option<Box<dyn Fn()>>>,
        pub(super) has_painted: Cell<bool>,
        pub(super) pictures: Cell<u64>,
        pub(super) watched: Cell<bool>,
        /// The engine's gestures that enlarge the page, while they may not, with when they were looked for.
        pub(super) held_pinches: RefCell<Vec<(gtk::GestureZoom, gtk::PropagationPhase)>>,
        pub(super) on_painted: RefCell<Option<Box<dyn Fn()>>>,
        /// Whether the page has been painted and nobody been told yet.
        painted: Cell<bool>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for AppView {
        const NAME: &'static str = "InsulaAppView";
        type Type = super::AppView;
        type ParentType = WebView;

        fn class_init(class: &mut Self::Class) {
            class.set_accessible_role(gtk::AccessibleRole::Document);
        }
    }

    impl ObjectImpl for AppView {
        fn constructed(&self) {
            self.parent_constructed();
            self.obj().connect_load_changed(|view, event| {
                if event == LoadEvent::Committed {
                    view.imp().has_painted.set(false);
                }
            });
            self.obj().connect_title_notify(|view| {
                let title = view.title().unwrap_or_default();
                view.update_property(&[gtk::accessible::Property::Label(&title)]);
            });
        }
    }

    impl WidgetImpl for AppView {
        fn contains(&self, x: f64, y: f64) -> bool {
            let (x_f32, y_f32) = (x as f32, y as f32);
            let taken = self.holes.borrow().iter().any(|hole| hole.takes_pointer(x_f32, y_f32));
            !taken && self.parent_contains(x, y)
        }

        /// GTK asks for this only when the engine has a new picture of the page.
        fn snapshot(&self, snapshot: &gtk::Snapshot) {
            self.parent_snapshot(snapshot);
            self.has_painted.set(true);
            self.pictures.set(self.pictures.get() + 1);
            if !self.watched.get() || self.painted.replace(true) {
                return;
            }
            let view = self.obj().downgrade();
            glib::timeout_add_local_once(PAINTED_DELAY, move || {
                let Some(view) = view.upgrade() else { return };
                view.imp().painted.set(false);
                if let Some(on_painted) = &*view.imp().on_painted.borrow() {
                    on_painted();
                }
            });
        }
    }
}

#[expect(
    unsafe_code,
    reason = "the bindings declare no subclassing for WebKit's views; this is what makes it possible"
)]
mod subclassing {
    use super::imp;
    use gtk4::glib::subclass::prelude::*;
    use webkit6::{WebView, WebViewBase};

    // SAFETY: both are derivable GObject classes whose class structures begin with their parents'; no virtual function
    // of their own is overridden, only GtkWidget's.
    unsafe impl IsSubclassable<imp::AppView> for WebViewBase {}
    // SAFETY: as above.
    unsafe impl IsSubclassable<imp::AppView> for WebView {}
}
