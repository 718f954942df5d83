//! The widget in which an app and its frames lie.
//!
//! A frame's view lies above the app's, and what the app has over the frame without anything showing through is painted
//! a second time. Where that would not look right, as with shadows, the page has a hole, and the frame's view lies
//! beneath it (see `js/page/compositor/plan.js`). The stage paints what shows there through neither.

#[cfg(test)]
mod engine_tests;
mod first_paint;
mod imp;
mod layouts;

use crate::app_view::AppView;
use crate::environment;
use crate::placement::{Placement, Scale};
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use gtk4::subclass::prelude::*;
use insula_bridge::{FocusDirection, FrameId, FrameSize, Layout};
use layouts::Layouts;
use webkit6::WebView;
use webkit6::prelude::*;

glib::wrapper! {
    /// See the [module](self).
    pub struct Stage(ObjectSubclass<imp::Stage>)
        @extends gtk::Widget,
        @implements gtk::Accessible, gtk::Buildable, gtk::ConstraintTarget;
}

/// A frame among all frames of an app: its document, and its number there.
pub(crate) type FrameKey = (u64, FrameId);

impl Stage {
    /// Draws nothing of the app until its first page has been painted: before that its view is white, whatever the desktop's
    /// colours are. Meanwhile there is the window's background, or the app's own where it has one.
    pub(crate) fn hold_back(&self, background: Option<gtk::gdk::RGBA>) {
        let Some(app) = self.imp().app.borrow().clone() else {
            return;
        };
        let first_paint = first_paint::FirstPaint::of(app.upcast_ref());
        self.imp().held_back.replace(Some((first_paint, background)));
    }

    /// A stage with an app on it.
    pub(crate) fn new(app: &AppView) -> Self {
        let stage: Self = glib::Object::new();
        app.set_parent(&stage);
        stage.imp().app.replace(Some(app.clone()));
        app.connect_zoom_level_notify(glib::clone!(
            #[weak]
            stage,
            move |_| stage.zoomed()
        ));
        stage.connect_scale_factor_notify(Self::place_all);
        if let Some(settings) = gtk::Settings::default() {
            settings.connect_gtk_xft_dpi_notify(glib::clone!(
                #[weak]
                stage,
                move |_| stage.zoomed()
            ));
        }
        app.connect_painted(glib::clone!(
            #[weak]
            stage,
            move || stage.painted()
        ));
        stage
    }

    /// Puts a frame's view beneath the app. It shows once a layout has said where. Scripts of its first page ask how large it
    /// is before that, so it gets its size at once, where the page knows that.
    pub(crate) fn add_frame(&self, key: FrameKey, view: &WebView, size: Option<FrameSize>) {
        if view.parent().as_ref() != Some(self.upcast_ref()) {
            // Hidden from the start: WebKit can lose a view's return when it is shown, hidden and shown at once.
            view.set_child_visible(false);
            view.insert_before(self, self.imp().app.borrow().as_ref());
        }
        view.update_state(&[gtk::accessible::State::Hidden(false)]);
        self.imp().frames.borrow_mut().push(imp::StagedFrame {
            key,
            view: view.clone(),
            layout: None,
            order: usize::MAX,
            size_to_come: (1, 1),
            zoom: 1.0,
            first_paint: first_paint::FirstPaint::of(view),
        });
        if let Some(size) = size {
            self.foresee_size(key, size);
        }
        self.place(key.0);
    }

    /// Keeps a view alive and rendering, but out of sight, until a frame needs it.
    pub(crate) fn add_spare(&self, view: &impl IsA<gtk::Widget>) {
        view.insert_before(self, self.first_child().as_ref());
        let view: &gtk::Widget = view.upcast_ref();
        // Nor is it there for screen readers.
        view.update_state(&[gtk::accessible::State::Hidden(true)]);
        self.imp().spares.borrow_mut().push(view.clone().upcast());
        self.queue_allocate();
    }

    /// Takes a spare view's place away: a frame took it, or it is no longer needed.
    pub(crate) fn release_spare(&self, view: &impl IsA<gtk::Widget>) {
        self.imp()
            .spares
            .borrow_mut()
            .retain(|spare| spare != view.upcast_ref());
    }

    /// Takes a frame's view away.
    pub(crate) fn remove_frame(&self, key: FrameKey) {
        let removed = {
            let mut frames = self.imp().frames.borrow_mut();
            let index = frames.iter().position(|frame| frame.key == key);
            index.map(|index| frames.remove(index))
        };
        if let Some(frame) = removed {
            frame.view.unparent();
            self.update_holes();
            self.queue_draw();
        }
    }

    /// Has a frame cover the app and all other frames, or none.
    pub(crate) fn fill(&self, full: Option<FrameKey>) {
        let before = self.imp().full.replace(full);
        for frame in self.imp().frames.borrow().iter() {
            if full == Some(frame.key) {
                frame.view.set_child_visible(true);
                // Above the app, so that what the user does is for it.
                frame.view.insert_before(self, None::<&gtk::Widget>);
            } else if before == Some(frame.key) {
                frame.view.insert_before(self, self.imp().app.borrow().as_ref());
            }
        }
        self.place_all();
        self.queue_allocate();
        self.queue_draw();
    }

    /// Zooms what a frame shows, besides what the user zooms.
    pub(crate) fn zoom_frame(&self, key: FrameKey, factor: f64) {
        let mut frames = self.imp().frames.borrow_mut();
        if let Some(frame) = frames.iter_mut().find(|frame| frame.key == key) {
            let by_others = frame.layout.as_ref().map_or(1.0, |placement| f64::from(placement.zoom));
            frame.zoom = factor;
            frame.view.set_zoom_level(by_others * factor);
        }
    }

    /// Says where the frames of a document lie; it holds as soon as the page's own picture of the same moment is shown.
    pub(crate) fn set_layout(&self, document: u64, layout: Layout) {
        self.foresee_sizes(document, &layout);
        let is_first = {
            let mut all = self.imp().layouts.borrow_mut();
            let is_first = !all.contains_key(&document);
            all.entry(document).or_default().arrive(layout);
            is_first
        };
        if is_first {
            self.tell_zoom(document);
        }
        if !self.imp().is_ticking.replace(true) {
            self.add_tick_callback(|stage, _| stage.tick());
        }
    }

    /// Gives a frame the size that it is about to have, without waiting for the next allocation: its first page may be there
    /// before.
    fn foresee_size(&self, key: FrameKey, size: FrameSize) {
        let scale = self.scale();
        let mut frames = self.imp().frames.borrow_mut();
        if let Some(frame) = frames.iter_mut().find(|frame| frame.key == key) {
            frame.size_to_come = scale.size(size.width, size.height);
            frame.view.set_zoom_level(scale.content_zoom(size.zoom).into());
            frame.allocate_unplaced();
        }
    }

    /// Gives frames that have no place yet the size that they are about to have: scripts of their first page ask for it.
    fn foresee_sizes(&self, document: u64, layout: &Layout) {
        let scale = self.scale();
        let mut frames = self.imp().frames.borrow_mut();
        let coming = |frame: &&mut imp::StagedFrame| frame.key.0 == document && frame.layout.is_none();
        for frame in frames.iter_mut().filter(coming) {
            if let Some(found) = layout.frames.iter().find(|found| found.frame == frame.key.1) {
                frame.size_to_come = Placement::new(found, scale).size;
                self.queue_allocate();
            }
        }
    }

    /// An animation frame of a document begins that has told a layout shortly before.
    pub(crate) fn note_animation_frame(&self, document: u64) {
        if let Some(layouts) = self.imp().layouts.borrow_mut().get_mut(&document) {
            layouts.animation_frame();
        }
    }

    /// A tick of the frame clock, while some layout waits. What is placed now is drawn in the same tick, as is the page's
    /// new picture.
    fn tick(&self) -> glib::ControlFlow {
        let has_picture = self.has_new_picture();
        let mut due = Vec::new();
        let mut is_waiting = false;
        for (document, layouts) in self.imp().layouts.borrow_mut().iter_mut() {
            due.extend(layouts.tick(has_picture).map(|layout| (*document, layout)));
            is_waiting |= layouts.is_waiting();
        }
        for (document, layout) in due {
            self.apply_layout(document, layout);
        }
        self.imp().is_ticking.set(is_waiting);
        if is_waiting {
            glib::ControlFlow::Continue
        } else {
            glib::ControlFlow::Break
        }
    }

    /// Whether the app has a picture that has not been on the screen yet. Only a drawing tells: GTK asks a view to draw
    /// itself when there is something new, and keeps what is drawn for later in the same tick.
    fn has_new_picture(&self) -> bool {
        let Some(app) = self.imp().app.borrow().clone() else {
            return false;
        };
        let before = app.pictures();
        imp::draw_nowhere(|nowhere| self.snapshot_child(&app, nowhere));
        app.pictures() != before
    }

    /// Forgets what a document said, when it ends.
    pub(crate) fn forget_document(&self, document: u64) {
        let keys: Vec<FrameKey> = self
            .imp()
            .frames
            .borrow()
            .iter()
            .map(|frame| frame.key)
            .filter(|key| key.0 == document)
            .collect();
        for key in keys {
            self.remove_frame(key);
        }
        let mut layouts = self.imp().layouts.borrow_mut();
        layouts.remove(&document);
        // The next page says what colour its canvas has, unless only documents inside of it have frames: they do not know it.
        if layouts.is_empty() {
            self.imp().canvas.set(imp::WHITE);
        }
    }

    /// Calls back when Tab leaves a frame.
    pub(crate) fn connect_leave(&self, callback: impl Fn(FrameKey, FocusDirection) + 'static) {
        self.imp().on_leave.replace(Some(Box::new(callback)));
    }

    /// Calls back for each document with frames when the user zooms, and for each new one.
    pub(crate) fn connect_zoom(&self, callback: impl Fn(u64, f32) + 'static) {
        self.imp().on_zoom.replace(Some(Box::new(callback)));
    }

    /// Calls back for each document with frames when the app's page has been painted anew.
    pub(crate) fn connect_painted(&self, callback: impl Fn(u64) + 'static) {
        self.imp().on_painted.replace(Some(Box::new(callback)));
    }

    /// Calls back with a document and the number of its layout, if that has one, once the layout holds.
    pub(crate) fn connect_applied(&self, callback: impl Fn(u64, u32) + 'static) {
        self.imp().on_applied.replace(Some(Box::new(callback)));
    }

    /// Whether the page has not said yet where a frame lies.
    pub(crate) fn awaits_place(&self, key: FrameKey) -> bool {
        let frames = self.imp().frames.borrow();
        frames.iter().any(|frame| frame.key == key && frame.layout.is_none())
    }

    /// The frame whose view has the focus, if any.
    pub(crate) fn focused_frame(&self) -> Option<FrameKey> {
        let focus = self.focus_child()?;
        self.imp()
            .frames
            .borrow()
            .iter()
            .find(|frame| frame.view == focus)
            .map(|frame| frame.key)
    }

    fn apply_layout(&self, document: u64, layout: Layout) {
        let imp = self.imp();
        if let Some(canvas) = layout.canvas {
            imp.canvas.set(canvas);
        }
        let number = layout.number;
        if let Some(layouts) = imp.layouts.borrow_mut().get_mut(&document) {
            // Kept for frames that are made after the page has said where they lie.
            layouts.apply(layout);
        }
        self.place(document);
        if let (Some(number), Some(on_applied)) = (number, &*imp.on_applied.borrow()) {
            on_applied(document, number);
        }
    }

    fn zoomed(&self) {
        for document in self.documents() {
            self.tell_zoom(document);
        }
        self.place_all();
    }

    fn painted(&self) {
        if let Some(on_painted) = &*self.imp().on_painted.borrow() {
            for document in self.documents() {
                on_painted(document);
            }
        }
    }

    fn tell_zoom(&self, document: u64) {
        if let Some(on_zoom) = &*self.imp().on_zoom.borrow() {
            on_zoom(document, self.zoom());
        }
    }

    fn zoom(&self) -> f32 {
        self.imp().app.borrow().as_ref().map_or(1.0, AppView::page_zoom) * environment::text_scale()
    }

    fn scale(&self) -> Scale {
        Scale {
            zoom: self.zoom(),
            text: environment::text_scale(),
            device: self.scale_factor() as f32,
        }
    }

    /// Those that have said where their frames lie.
    fn documents(&self) -> Vec<u64> {
        self.imp().layouts.borrow().keys().copied().collect()
    }

    fn place_all(&self) {
        for document in self.documents() {
            self.place(document);
        }
    }

    /// Puts a document's frames where its layout says.
    fn place(&self, document: u64) {
        let imp = self.imp();
        let scale = self.scale();
        if let Some(layout) = imp.layouts.borrow().get(&document).and_then(Layouts::applied) {
            let mut frames = imp.frames.borrow_mut();
            for frame in frames.iter_mut().filter(|frame| frame.key.0 == document) {
                // A frame that the page has not measured yet stays as it is.
                let Some(order) = layout.frames.iter().position(|found| found.frame == frame.key.1) else {
                    continue;
                };
                let found = &layout.frames[order];
                frame.order = order;
                let placement = Placement::new(found, scale);
                let is_full = imp.full.get() == Some(frame.key);
                frame.view.set_child_visible(placement.visible || is_full);
                // Zooming the app, or a part of it, zooms the sites in it as well.
                frame.view.set_zoom_level(f64::from(placement.zoom) * frame.zoom);
                frame.layout = Some(placement);
            }
            frames.sort_by_key(|frame| frame.order);
        }
        self.order_views();
        self.update_holes();
        self.queue_allocate();
        self.queue_draw();
    }

    /// The pointer finds the frames, and a screen reader comes upon them, in the order in which they are painted.
    fn order_views(&self) {
        let full = self.imp().full.get();
        let frames = self.imp().frames.borrow();
        let mut next = self.imp().app.borrow().clone().map(gtk::Widget::from);
        for frame in frames.iter().rev().filter(|frame| full != Some(frame.key)) {
            if frame.view.next_sibling() != next {
                frame.view.insert_before(self, next.as_ref());
            }
            next = Some(frame.view.clone().upcast());
        }
    }

    fn update_holes(&self) {
        if let Some(app) = &*self.imp().app.borrow() {
            let frames = self.imp().frames.borrow();
            let placements = frames.iter().filter_map(|frame| frame.layout.as_ref());
            app.set_holes(placements.filter(|placement| placement.visible).cloned().collect());
            app.set_see_through(!frames.is_empty() && environment::opaque_by().is_none());
            app.watch_painting(!frames.is_empty());
            app.let_pinch(frames.is_empty());
        }
    }
}
