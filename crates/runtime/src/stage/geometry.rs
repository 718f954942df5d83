//! From CSS pixels of a page to widget coordinates.

use gtk4::graphene;
use gtk4::gsk;
use insula_bridge::{Color, FrameLayout, Rect};

/// Where a frame lies in the stage's coordinates, and what of it shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placement {
    /// Left and top edge of the view.
    pub(crate) origin: (f32, f32),
    /// The view's own size, before its transform.
    pub(crate) size: (i32, i32),
    /// The view's transform.
    pub(crate) scale: f32,
    /// The part that shows.
    pub(crate) clip: Rect,
    /// Its corner radii: top left, top right, bottom right, bottom left.
    pub(crate) radii: [f32; 4],
    /// The colour beneath it.
    pub(crate) backdrop: Color,
    /// Whether anything of it shows.
    pub(crate) visible: bool,
    /// The app's elements above it.
    pub(crate) occluders: Vec<Rect>,
}

impl Placement {
    /// Places a frame in a view that is zoomed by `zoom`. Edges are snapped to whole pixels, as WebKit snaps boxes.
    pub(crate) fn new(layout: &FrameLayout, zoom: f32) -> Self {
        let snapped = snap(Rect(
            layout.x * zoom,
            layout.y * zoom,
            layout.width * zoom,
            layout.height * zoom,
        ));
        let scale = if layout.scale > 0.0 { layout.scale } else { 1.0 };
        let clip = &layout.clip;
        let clip = snap(Rect(
            clip.x * zoom,
            clip.y * zoom,
            clip.width * zoom,
            clip.height * zoom,
        ));
        let size = ((snapped.2 / scale).round() as i32, (snapped.3 / scale).round() as i32);
        Self {
            origin: (snapped.0, snapped.1),
            size: (size.0.max(1), size.1.max(1)),
            scale,
            clip,
            radii: layout.clip.radii.map(|radius| radius * zoom),
            backdrop: layout.backdrop,
            visible: layout.visible && snapped.2 >= 1.0 && snapped.3 >= 1.0,
            occluders: layout
                .occluders
                .iter()
                .map(|rect| Rect(rect.0 * zoom, rect.1 * zoom, rect.2 * zoom, rect.3 * zoom))
                .collect(),
        }
    }

    /// Whether the pointer at a point belongs to the frame.
    pub(crate) fn takes_pointer(&self, x: f32, y: f32) -> bool {
        self.visible && self.clip.contains(x, y) && !self.occluders.iter().any(|rect| rect.contains(x, y))
    }

    /// The transform of the view's widget.
    pub(crate) fn transform(&self) -> gsk::Transform {
        let moved = gsk::Transform::new().translate(&graphene::Point::new(self.origin.0, self.origin.1));
        if (self.scale - 1.0).abs() > f32::EPSILON {
            moved.scale(self.scale, self.scale)
        } else {
            moved
        }
    }

    /// The rounded part that shows.
    pub(crate) fn rounded_clip(&self) -> gsk::RoundedRect {
        let [top_left, top_right, bottom_right, bottom_left] =
            self.radii.map(|radius| graphene::Size::new(radius, radius));
        gsk::RoundedRect::new(self.clip_rect(), top_left, top_right, bottom_right, bottom_left)
    }

    /// The part that shows, without its corners.
    pub(crate) fn clip_rect(&self) -> graphene::Rect {
        graphene::Rect::new(self.clip.0, self.clip.1, self.clip.2.max(0.0), self.clip.3.max(0.0))
    }

    /// Whether its corners are round.
    pub(crate) fn is_rounded(&self) -> bool {
        self.radii.iter().any(|radius| *radius > 0.0)
    }
}

fn snap(rect: Rect) -> Rect {
    let (left, top) = (rect.0.round(), rect.1.round());
    Rect(
        left,
        top,
        (rect.0 + rect.2).round() - left,
        (rect.1 + rect.3).round() - top,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use insula_bridge::{Clip, FrameId};

    fn layout(x: f32, y: f32, width: f32, height: f32, scale: f32) -> FrameLayout {
        FrameLayout {
            frame: FrameId(1),
            x,
            y,
            width,
            height,
            scale,
            clip: Clip {
                x,
                y,
                width,
                height,
                radii: [0.0; 4],
            },
            visible: true,
            backdrop: Color(255.0, 255.0, 255.0, 1.0),
            occluders: vec![Rect(x, y, 10.0, 10.0)],
        }
    }

    #[test]
    fn edges_fall_on_whole_pixels() {
        let placement = Placement::new(&layout(10.4, 20.6, 100.2, 50.0, 1.0), 1.0);
        assert_eq!((placement.origin, placement.size), ((10.0, 21.0), (101, 50)));
    }

    #[test]
    fn a_zoomed_page_moves_and_enlarges_its_frames() {
        let placement = Placement::new(&layout(10.0, 20.0, 100.0, 50.0, 1.0), 1.5);
        assert_eq!((placement.origin, placement.size), ((15.0, 30.0), (150, 75)));
    }

    #[test]
    fn a_transformed_element_scales_its_view() {
        let placement = Placement::new(&layout(0.0, 0.0, 200.0, 100.0, 2.0), 1.0);
        assert_eq!((placement.size, placement.scale), ((100, 50), 2.0));
    }

    #[test]
    fn the_pointer_belongs_to_the_app_where_its_elements_cover_the_frame() {
        let placement = Placement::new(&layout(100.0, 100.0, 200.0, 100.0, 1.0), 1.0);
        assert!(!placement.takes_pointer(105.0, 105.0));
        assert!(placement.takes_pointer(150.0, 150.0));
        assert!(!placement.takes_pointer(99.0, 150.0));
        assert!(!placement.takes_pointer(300.0, 150.0));
    }
}
