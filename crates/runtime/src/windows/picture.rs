//! Pictures of what a window shows.

use gtk4 as gtk;
use gtk4::prelude::*;

/// The page in a window with its frames, in PNG, as many pixels as the screen has for it. Nothing while the window has
/// never been painted.
///
/// The widgets are painted once more: the engine's own pictures of a view lack what lies over and under it.
pub(crate) fn of(window: &gtk::Window) -> Option<Vec<u8>> {
    let content = window.child()?;
    let renderer = window.renderer()?;
    let paintable = gtk::WidgetPaintable::new(Some(&content)).current_image();
    let (width, height) = (
        f64::from(paintable.intrinsic_width()),
        f64::from(paintable.intrinsic_height()),
    );
    let scale = content.scale_factor();
    let snapshot = gtk::Snapshot::new();
    snapshot.scale(scale as f32, scale as f32);
    paintable.snapshot(&snapshot, width, height);
    let picture = renderer.render_texture(snapshot.to_node()?, None);
    Some(picture.save_to_png_bytes().to_vec())
}
