//! The widget in which an app and its frames lie: the frames beneath, the app above, transparent where a frame is.
//!
//! A frame for which the page can leave no hole (it is rotated, or a picture lies behind it) lies above the app's view
//! instead, and what the app paints above that frame is painted a second time.
//!
//! The frames lie *under* the app's view so that everything the app draws over a frame, menus, dialogs, translucent
//! panes, blends with it as HTML always does. The app's page leaves holes in its backgrounds where frames are (see
//! `js/page/controlled-frame/backdrop.js`); the stage paints what would show beneath them.

mod geometry;
mod imp;
mod turned;

pub(crate) use geometry::Placement;

use geometry::Scale;

use crate::app_view::AppView;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use gtk4::subclass::prelude::*;
use insula_bridge::{FocusDirection, FrameId, Layout};
use std::cell::Cell;
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

/// How many turns of the frame clock a layout waits. The page measures before it paints, and what it paints arrives
/// one turn after its measures: applied then, frame and page move together.
const LAYOUT_DELAY: u32 = 1;

impl Stage {
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
        stage
    }

    /// Puts a frame's view beneath the app. It shows once a layout has said where.
    pub(crate) fn add_frame(&self, key: FrameKey, view: &WebView) {
        if view.parent().as_ref() != Some(self.upcast_ref()) {
            // Hidden from the start: WebKit can lose a view's return when it is shown, hidden and shown at once.
            view.set_child_visible(false);
            view.insert_before(self, self.imp().app.borrow().as_ref());
        }
        self.imp().frames.borrow_mut().push(imp::StagedFrame {
            key,
            view: view.clone(),
            layout: None,
        });
        self.place(key.0);
    }

    /// Keeps a view alive and rendering, but out of sight, until a frame needs it.
    pub(crate) fn add_spare(&self, view: &impl IsA<gtk::Widget>) {
        view.insert_before(self, self.first_child().as_ref());
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

    /// Says where the frames of a document lie; it holds from the turn of the frame clock at which the page's own
    /// picture of the same moment is shown.
    pub(crate) fn set_layout(&self, document: u64, layout: Layout) {
        let time = {
            let mut layouts = self.imp().layouts.borrow_mut();
            let said = layouts.entry(document).or_default();
            said.times += 1;
            said.times
        };
        if time == 1 {
            self.tell_zoom(document);
        }
        let pending = Cell::new(Some(layout));
        let turns = Cell::new(0);
        self.add_tick_callback(move |stage, _| {
            turns.set(turns.get() + 1);
            if turns.get() <= LAYOUT_DELAY {
                return glib::ControlFlow::Continue;
            }
            if let Some(layout) = pending.take() {
                stage.apply_layout(document, time, layout);
            }
            glib::ControlFlow::Break
        });
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
        // The next page's canvas is white unless that page says otherwise, which not every document in it can.
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

    fn apply_layout(&self, document: u64, time: u64, layout: Layout) {
        let imp = self.imp();
        // Kept for frames that are made after the page has said where they lie.
        let canvas = layout.canvas;
        match imp.layouts.borrow_mut().get_mut(&document) {
            Some(said) if said.holds < time => {
                said.holds = time;
                said.layout = Some(layout);
            }
            // Of two that are due at once GTK calls the later one first.
            Some(_) => return,
            None => return, // the document has ended meanwhile
        }
        if let Some(canvas) = canvas {
            imp.canvas.set(canvas);
        }
        self.place(document);
    }

    fn zoomed(&self) {
        for document in self.documents() {
            self.tell_zoom(document);
        }
        self.place_all();
    }

    fn tell_zoom(&self, document: u64) {
        if let Some(on_zoom) = &*self.imp().on_zoom.borrow() {
            on_zoom(document, self.zoom());
        }
    }

    fn zoom(&self) -> f32 {
        self.imp().app.borrow().as_ref().map_or(1.0, AppView::page_zoom)
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
        let scale = Scale {
            zoom: self.zoom(),
            device: self.scale_factor() as f32,
        };
        if let Some(layout) = imp
            .layouts
            .borrow()
            .get(&document)
            .and_then(|said| said.layout.as_ref())
        {
            for frame in imp
                .frames
                .borrow_mut()
                .iter_mut()
                .filter(|frame| frame.key.0 == document)
            {
                // A frame that the page has not measured yet stays as it is.
                let Some(found) = layout.frames.iter().find(|found| found.frame == frame.key.1) else {
                    continue;
                };
                let placement = Placement::new(found, scale);
                frame.view.set_child_visible(placement.visible);
                // Who enlarges an app, or a part of it, enlarges the sites in it.
                frame.view.set_zoom_level(f64::from(placement.zoom));
                frame.layout = Some(placement);
            }
        }
        self.update_holes();
        self.queue_allocate();
        self.queue_draw();
    }

    fn update_holes(&self) {
        if let Some(app) = &*self.imp().app.borrow() {
            let frames = self.imp().frames.borrow();
            let placements = frames.iter().filter_map(|frame| frame.layout.as_ref());
            app.set_holes(placements.filter(|placement| placement.visible).cloned().collect());
            app.set_see_through(!frames.is_empty());
        }
    }
}
