//! The stage's GObject side: allocation, drawing, focus.

use super::FrameKey;
use super::first_paint::FirstPaint;
use super::layouts::Layouts;
use crate::app_view::AppView;
use crate::placement::Placement;
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::subclass::prelude::*;
use gtk4::{gdk, glib, graphene};
use insula_bridge::{Color, FocusDirection};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use webkit6::WebView;
use webkit6::prelude::WebViewExt;

/// A frame's view and where it lies.
pub(super) struct StagedFrame {
    pub(super) key: FrameKey,
    pub(super) view: WebView,
    pub(super) layout: Option<Placement>,
    /// Its place among the frames of its document, from the lowest to the topmost.
    pub(super) order: usize,
    /// How large it is until it has a place, in which it is not drawn: as it will be, once that is known.
    pub(super) size_to_come: (i32, i32),
    /// How much the app has zoomed what it shows.
    pub(super) zoom: f64,
    pub(super) first_paint: FirstPaint,
}

impl StagedFrame {
    /// Gives the view its size while it has no place.
    pub(super) fn allocate_unplaced(&self) {
        // GTK insists that a widget is measured before it is allocated.
        let _ = self.view.measure(gtk::Orientation::Horizontal, -1);
        self.view.allocate(self.size_to_come.0, self.size_to_come.1, -1, None);
    }
}

/// The canvas of a page that says nothing of it.
pub(super) const WHITE: Color = Color(255.0, 255.0, 255.0, 1.0);

type OnLeave = Box<dyn Fn(FrameKey, FocusDirection)>;
type OnZoom = Box<dyn Fn(u64, f32)>;
type OnPainted = Box<dyn Fn(u64)>;
type OnApplied = Box<dyn Fn(u64, u32)>;

pub struct Stage {
    pub(super) app: RefCell<Option<AppView>>,
    /// Whether the app's first page has been painted, and what is seen until then.
    pub(super) held_back: RefCell<Option<(FirstPaint, Option<gdk::RGBA>)>>,
    pub(super) frames: RefCell<Vec<StagedFrame>>,
    /// The one that covers all else.
    pub(super) full: Cell<Option<FrameKey>>,
    /// What each document last said. A document has an entry from its first layout until it ends.
    pub(super) layouts: RefCell<HashMap<u64, Layouts>>,
    /// Whether the frame clock's ticks are followed, as long as a layout waits.
    pub(super) is_ticking: Cell<bool>,
    pub(super) spares: RefCell<Vec<gtk::Widget>>,
    pub(super) canvas: Cell<Color>,
    pub(super) on_leave: RefCell<Option<OnLeave>>,
    pub(super) on_zoom: RefCell<Option<OnZoom>>,
    pub(super) on_painted: RefCell<Option<OnPainted>>,
    pub(super) on_applied: RefCell<Option<OnApplied>>,
    /// When the Tab key was last pressed, in the display's time.
    tab_pressed: Cell<u32>,
    /// When the press came by which the focus last left a frame.
    left_by: Cell<Option<u32>>,
}

impl Default for Stage {
    fn default() -> Self {
        Self {
            app: RefCell::default(),
            held_back: RefCell::default(),
            frames: RefCell::default(),
            full: Cell::new(None),
            layouts: RefCell::default(),
            is_ticking: Cell::new(false),
            spares: RefCell::default(),
            canvas: Cell::new(WHITE),
            on_leave: RefCell::default(),
            on_zoom: RefCell::default(),
            on_painted: RefCell::default(),
            on_applied: RefCell::default(),
            tab_pressed: Cell::new(0),
            left_by: Cell::new(None),
        }
    }
}

#[glib::object_subclass]
impl ObjectSubclass for Stage {
    const NAME: &'static str = "InsulaStage";
    type Type = super::Stage;
    type ParentType = gtk::Widget;

    fn class_init(class: &mut Self::Class) {
        class.set_accessible_role(gtk::AccessibleRole::Group);
    }
}

impl ObjectImpl for Stage {
    fn constructed(&self) {
        self.parent_constructed();
        let keys = gtk::EventControllerKey::new();
        keys.set_propagation_phase(gtk::PropagationPhase::Capture);
        keys.connect_key_pressed(glib::clone!(
            #[weak(rename_to = stage)]
            self,
            #[upgrade_or]
            glib::Propagation::Proceed,
            move |keys, key, _, _| match key {
                gdk::Key::Tab | gdk::Key::ISO_Left_Tab => stage.tab_pressed(keys.current_event_time()),
                _ => glib::Propagation::Proceed,
            }
        ));
        self.obj().add_controller(keys);
    }

    fn dispose(&self) {
        while let Some(child) = self.obj().first_child() {
            child.unparent();
        }
    }
}

impl WidgetImpl for Stage {
    fn measure(&self, _orientation: gtk::Orientation, _for_size: i32) -> (i32, i32, i32, i32) {
        (1, 1, -1, -1)
    }

    fn size_allocate(&self, width: i32, height: i32, _baseline: i32) {
        if let Some(app) = &*self.app.borrow() {
            app.allocate(width, height, -1, None);
        }
        for frame in self.frames.borrow().iter() {
            if self.full.get() == Some(frame.key) {
                let _ = frame.view.measure(gtk::Orientation::Horizontal, -1);
                frame.view.allocate(width, height, -1, None);
                continue;
            }
            let Some(placement) = &frame.layout else {
                frame.allocate_unplaced();
                continue;
            };
            let _ = frame.view.measure(gtk::Orientation::Horizontal, -1);
            frame
                .view
                .allocate(placement.size.0, placement.size.1, -1, Some(placement.transform()));
        }
        for spare in self.spares.borrow().iter() {
            let _ = spare.measure(gtk::Orientation::Horizontal, -1);
            spare.allocate(1, 1, -1, None);
        }
    }

    fn snapshot(&self, snapshot: &gtk::Snapshot) {
        let stage = self.obj();
        let frames = self.frames.borrow();
        if let Some(full) = frames.iter().find(|frame| self.full.get() == Some(frame.key)) {
            return stage.snapshot_child(&full.view, snapshot);
        }
        if self.is_held_back(snapshot) {
            return;
        }
        if self.app.borrow().as_ref().is_some_and(AppView::is_see_through) {
            let bounds = graphene::Rect::new(0.0, 0.0, stage.width() as f32, stage.height() as f32);
            snapshot.append_color(&rgba(self.canvas.get()), &bounds);
        }
        // No frame is drawn before the page around it has been painted.
        let has_page = self.app.borrow().as_ref().is_some_and(|app| {
            if !app.has_painted() {
                draw_nowhere(|nowhere| stage.snapshot_child(app, nowhere));
            }
            app.has_painted()
        });
        let shown: Vec<(&WebView, &Placement)> = frames
            .iter()
            .filter_map(|frame| {
                let placement = frame.layout.as_ref().filter(|placement| placement.visible)?;
                let draw = |nowhere: &gtk::Snapshot| stage.snapshot_child(&frame.view, nowhere);
                let bounds = frame.view.compute_bounds(&*stage)?;
                (frame.first_paint.has_happened(&bounds, draw, || false) && has_page)
                    .then_some((&frame.view, placement))
            })
            .collect();
        for (view, placement) in shown.iter().filter(|(_, placement)| !placement.above) {
            snapshot.append_color(&rgba(placement.backdrop), &placement.clip.bounds());
            self.snapshot_frame(view, placement, snapshot);
        }
        if let Some(app) = &*self.app.borrow() {
            stage.snapshot_child(app, snapshot);
        }
        for (view, placement) in shown.iter().filter(|(_, placement)| placement.above) {
            self.snapshot_frame(view, placement, snapshot);
        }
    }

    /// Tab goes round inside the app's page and inside each frame by itself. When a frame hands the focus on, the page
    /// decides where it goes: GTK would put it into an inner widget of the view, where keys are lost.
    fn focus(&self, direction: gtk::DirectionType) -> bool {
        let stage = self.obj();
        let direction = match direction {
            gtk::DirectionType::TabForward => Some(FocusDirection::Forward),
            gtk::DirectionType::TabBackward => Some(FocusDirection::Backward),
            // An arrow key, in a menu.
            _ => {
                let focused = stage.root().and_then(|root| root.focus());
                if let Some(menu) = focused.and_then(|focused| focused.ancestor(gtk::PopoverMenu::static_type())) {
                    return menu.child_focus(direction);
                }
                None
            }
        };
        let app = self.app.borrow().clone();
        if let (Some(direction), Some(view), Some(key), Some(app)) =
            (direction, stage.focus_child(), stage.focused_frame(), &app)
        {
            if !view.is_focus() {
                // The focus was in a popover of the view, such as the list of a `<select>`, which closes: nobody has pressed Tab.
                return view.grab_focus();
            }
            self.left_by.set(Some(self.tab_pressed.get()));
            app.grab_focus();
            if let Some(on_leave) = &*self.on_leave.borrow() {
                on_leave(key, direction);
            }
            return true;
        }
        app.is_some_and(|app| app.grab_focus())
    }
}

impl Stage {
    /// Whether there is nothing to see of the app yet; draws what is seen in its place then. The engine's first pictures of a
    /// page that is still loading may be empty, so that it is seen through them.
    fn is_held_back(&self, snapshot: &gtk::Snapshot) -> bool {
        let (stage, app) = (self.obj(), self.app.borrow().clone());
        let bounds = graphene::Rect::new(0.0, 0.0, stage.width() as f32, stage.height() as f32);
        let (is_held_back, is_over) = match (&*self.held_back.borrow(), app) {
            (Some((first_paint, background)), Some(app)) => {
                if let Some(background) = background {
                    snapshot.append_color(background, &bounds);
                }
                let draw = |nowhere: &gtk::Snapshot| stage.snapshot_child(&app, nowhere);
                let is_empty = || is_white(stage.upcast_ref(), &bounds, draw);
                let has_happened = first_paint.has_happened(&bounds, draw, is_empty);
                (!has_happened, has_happened && !WebViewExt::is_loading(&app))
            }
            _ => return false,
        };
        if is_over {
            self.held_back.take();
        }
        is_held_back
    }

    fn snapshot_frame(&self, view: &WebView, placement: &Placement, snapshot: &gtk::Snapshot) {
        if placement.clip.is_rounded() {
            snapshot.push_rounded_clip(&placement.clip.to_gsk());
        } else {
            snapshot.push_clip(&placement.clip.bounds());
        }
        if let Some(transformed) = &placement.transformed {
            let transform = transformed.transform();
            snapshot.save();
            snapshot.transform(Some(&transform));
            snapshot.push_rounded_clip(&transformed.shape.to_gsk());
            // Back to the stage's coordinates, in which the view has a transform of its own.
            snapshot.transform(transform.invert().ok().as_ref());
            self.snapshot_clipped(view, placement, snapshot);
            snapshot.pop();
            snapshot.restore();
        } else {
            self.snapshot_clipped(view, placement, snapshot);
        }
        snapshot.pop();
    }

    /// A frame, and what the app paints above one that lies above its view: the app's picture a second time. Not beyond
    /// the frame's clip, where what is translucent would be seen twice.
    fn snapshot_clipped(&self, view: &WebView, placement: &Placement, snapshot: &gtk::Snapshot) {
        let stage = self.obj();
        if placement.opacity < 1.0 {
            snapshot.append_color(&rgba(placement.through), &placement.clip.bounds());
            snapshot.push_opacity(placement.opacity.into());
            stage.snapshot_child(view, snapshot);
            snapshot.pop();
        } else {
            stage.snapshot_child(view, snapshot);
        }
        let Some(app) = &*self.app.borrow() else { return };
        for (tint, color) in placement.tints.iter().filter(|_| placement.above) {
            snapshot.push_rounded_clip(&tint.to_gsk());
            snapshot.append_color(&rgba(*color), &tint.bounds());
            snapshot.pop();
        }
        for overlay in placement.overlays.iter().filter(|_| placement.above) {
            snapshot.push_rounded_clip(&overlay.to_gsk());
            stage.snapshot_child(app, snapshot);
            snapshot.pop();
        }
    }

    /// Stops a press of Tab that has led out of a frame. The frame's view hands the press on to what has the focus by then,
    /// the app's view, which would move the focus one step further.
    fn tab_pressed(&self, time: u32) -> glib::Propagation {
        if self.left_by.get() == Some(time) {
            return glib::Propagation::Stop;
        }
        self.tab_pressed.set(time);
        glib::Propagation::Proceed
    }
}

/// Lets a widget be drawn, so that it tells what it does then, and answers what it has drawn, if anything.
/// Whether what is drawn in some bounds is white and nothing else, as the engine's picture of an empty page is.
fn is_white(widget: &gtk::Widget, bounds: &graphene::Rect, draw: impl FnOnce(&gtk::Snapshot)) -> bool {
    let renderer = widget.native().and_then(|native| native.renderer());
    let Some((renderer, node)) = renderer.zip(draw_nowhere(draw)) else {
        return false;
    };
    let picture = renderer.render_texture(node, Some(bounds));
    let stride = picture.width() as usize * 4;
    let mut pixels = vec![0; stride * picture.height() as usize];
    picture.download(&mut pixels, stride);
    pixels.iter().all(|channel| *channel == u8::MAX)
}

pub(super) fn draw_nowhere(draw: impl FnOnce(&gtk::Snapshot)) -> Option<gtk::gsk::RenderNode> {
    let nowhere = gtk::Snapshot::new();
    draw(&nowhere);
    nowhere.to_node()
}

fn rgba(color: Color) -> gdk::RGBA {
    gdk::RGBA::new(color.0 / 255.0, color.1 / 255.0, color.2 / 255.0, color.3)
}
