//! Pictures of what a window shows.

use gtk4 as gtk;
use gtk4::glib::WeakRef;
use gtk4::prelude::*;

/// What is in a window, as it was painted last: the page with its frames.
///
/// GTK forgets what it has painted as soon as something is to be painted anew, which in a page that moves is at any time.
/// For whoever follows it, it keeps the last picture until there is another.
pub(crate) struct Picture {
    window: WeakRef<gtk::Window>,
    paintable: gtk::WidgetPaintable,
}

impl Picture {
    /// Follows what is in a window now, and stays in it.
    pub(crate) fn follow(window: &gtk::Window) -> Self {
        Self {
            window: window.downgrade(),
            paintable: gtk::WidgetPaintable::new(window.child().as_ref()),
        }
    }

    /// The picture in PNG, as many pixels as the screen has for it. Nothing while the window has never been painted.
    ///
    /// The widgets are painted once more: the engine's own pictures of a view lack what lies over and under it.
    pub(crate) fn png(&self) -> Option<Vec<u8>> {
        let window = self.window.upgrade()?;
        let renderer = window.renderer()?;
        let painted = self.paintable.current_image();
        let (width, height) = (
            f64::from(painted.intrinsic_width()),
            f64::from(painted.intrinsic_height()),
        );
        let scale = window.scale_factor();
        let snapshot = gtk::Snapshot::new();
        snapshot.scale(scale as f32, scale as f32);
        painted.snapshot(&snapshot, width, height);
        let picture = renderer.render_texture(snapshot.to_node()?, None);
        Some(picture.save_to_png_bytes().to_vec())
    }
}
