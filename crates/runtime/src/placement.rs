//! Where frames lie in their window: from CSS pixels of a page to widget coordinates.

mod transformed;

use gtk4::graphene;
use gtk4::gsk;
use insula_bridge::{Clip, Color, FrameLayout, Rect};
use transformed::Transformed;

/// Where a frame lies in the stage's coordinates, and what of it shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placement {
    /// Left and top edge of the view.
    pub(crate) origin: (f32, f32),
    /// The view's own size, before its transform.
    pub(crate) size: (i32, i32),
    /// The view's transform.
    pub(crate) scale: f32,
    /// The view's zoom level.
    pub(crate) zoom: f32,
    /// Where it really lies, when it does not lie upright.
    pub(crate) transformed: Option<Transformed>,
    /// The part that shows.
    pub(crate) clip: Rounded,
    /// Whether it lies above the app's view.
    pub(crate) above: bool,
    /// How much of it is seen.
    pub(crate) opacity: f32,
    /// The colour beneath it, beside its corners.
    pub(crate) backdrop: Color,
    /// The colour beneath it, inside of them.
    pub(crate) through: Color,
    /// Whether anything of it shows.
    pub(crate) visible: bool,
    /// The app's elements above it, which the pointer belongs to.
    pub(crate) occluders: Vec<Rect>,
    /// What tints it, when it lies above the app's view.
    pub(crate) tints: Vec<(Rounded, Color)>,
    /// What the app paints above it, when it lies above the app's view.
    pub(crate) overlays: Vec<Rounded>,
}

/// A rectangle with round corners.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rounded {
    pub(crate) rect: Rect,
    /// Top left, top right, bottom right, bottom left.
    radii: [f32; 4],
}

impl Rounded {
    /// For GSK.
    pub(crate) fn to_gsk(self) -> gsk::RoundedRect {
        let [top_left, top_right, bottom_right, bottom_left] =
            self.radii.map(|radius| graphene::Size::new(radius, radius));
        gsk::RoundedRect::new(self.bounds(), top_left, top_right, bottom_right, bottom_left)
    }

    /// Without its corners.
    pub(crate) fn bounds(&self) -> graphene::Rect {
        let Rect(x, y, width, height) = self.rect;
        graphene::Rect::new(x, y, width.max(0.0), height.max(0.0))
    }

    /// Whether its corners are round.
    pub(crate) fn is_rounded(&self) -> bool {
        self.radii.iter().any(|radius| *radius > 0.0)
    }
}

/// What CSS `zoom` may do to a site.
const SMALLEST_ZOOM: f32 = 0.05;
const LARGEST_ZOOM: f32 = 20.0;

/// No screen is larger, in pixels.
const LARGEST: i32 = 1 << 15;

/// How a view's CSS pixels become the screen's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    /// Widget pixels a CSS pixel: the user's zoom, of the app and of all text.
    pub(crate) zoom: f32,
    /// How much of that the engine does by itself, in every view.
    pub(crate) text: f32,
    /// Device pixels a widget pixel.
    pub(crate) device: f32,
}

impl Scale {
    /// In widget pixels.
    fn rect(self, rect: Rect) -> Rect {
        Rect(
            rect.0 * self.zoom,
            rect.1 * self.zoom,
            rect.2 * self.zoom,
            rect.3 * self.zoom,
        )
    }

    /// In widget pixels, with its edges on whole device pixels, as WebKit snaps boxes.
    fn snapped(self, rect: Rect) -> Rect {
        let snap = |length: f32| (length * self.device).round() / self.device;
        let rect = self.rect(rect);
        let (left, top) = (snap(rect.0), snap(rect.1));
        Rect(left, top, snap(rect.0 + rect.2) - left, snap(rect.1 + rect.3) - top)
    }

    /// The size of a view, of which nothing else is known yet.
    pub(crate) fn size(self, width: f32, height: f32) -> (i32, i32) {
        let snapped = self.snapped(Rect(0.0, 0.0, width, height));
        (whole(snapped.2), whole(snapped.3))
    }

    /// The zoom level of a view that CSS `zoom` enlarges as well.
    pub(crate) fn content_zoom(self, zoom: f32) -> f32 {
        self.zoom / self.text * zoom.clamp(SMALLEST_ZOOM, LARGEST_ZOOM)
    }

    /// A clip in widget pixels, snapped likewise.
    fn clip(self, clip: &Clip) -> Rounded {
        Rounded {
            rect: self.snapped(Rect(clip.x, clip.y, clip.width, clip.height)),
            radii: clip.radii.map(|radius| radius * self.zoom),
        }
    }
}

impl Placement {
    /// Places a frame in a view of this scale.
    pub(crate) fn new(layout: &FrameLayout, scale: Scale) -> Self {
        let snapped = scale.snapped(Rect(layout.x, layout.y, layout.width, layout.height));
        let transformed = layout
            .transform
            .as_ref()
            .map(|transform| Transformed::new(transform, scale));
        let transform = if layout.scale > 0.0 { layout.scale } else { 1.0 };
        let size = match &transformed {
            Some(transformed) => transformed.size,
            None => (whole(snapped.2 / transform), whole(snapped.3 / transform)),
        };
        let is_flat = transformed.as_ref().is_some_and(Transformed::is_flat);
        Self {
            origin: (snapped.0, snapped.1),
            size,
            scale: transform,
            zoom: scale.content_zoom(layout.zoom),
            above: layout.above || transformed.is_some(),
            transformed,
            clip: scale.clip(&layout.clip),
            opacity: layout.opacity.clamp(0.0, 1.0),
            backdrop: layout.backdrop,
            through: layout.through,
            visible: layout.visible && !is_flat && snapped.2 > 0.0 && snapped.3 > 0.0,
            occluders: layout.occluders.iter().map(|rect| scale.rect(*rect)).collect(),
            tints: layout
                .tints
                .iter()
                .map(|tint| (scale.clip(&tint.clip), tint.color))
                .collect(),
            overlays: layout.overlays.iter().map(|overlay| scale.clip(overlay)).collect(),
        }
    }

    /// Whether the pointer at a point belongs to the frame.
    pub(crate) fn takes_pointer(&self, x: f32, y: f32) -> bool {
        self.visible
            && self.clip.rect.contains(x, y)
            && self
                .transformed
                .as_ref()
                .is_none_or(|transformed| transformed.contains(x, y))
            && !self.occluders.iter().any(|rect| rect.contains(x, y))
    }

    /// The transform of the view's widget.
    pub(crate) fn transform(&self) -> gsk::Transform {
        if let Some(transformed) = &self.transformed {
            return transformed.transform();
        }
        let moved = gsk::Transform::new().translate(&graphene::Point::new(self.origin.0, self.origin.1));
        if (self.scale - 1.0).abs() > f32::EPSILON {
            moved.scale(self.scale, self.scale)
        } else {
            moved
        }
    }
}

/// A view's length: the whole number of pixels that leaves no gap. (What is too much of it, the clip takes away.)
fn whole(length: f32) -> i32 {
    ((length - 0.01).ceil() as i32).clamp(1, LARGEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use insula_bridge::FrameId;

    fn layout(x: f32, y: f32, width: f32, height: f32, scale: f32) -> FrameLayout {
        FrameLayout {
            frame: FrameId(1),
            x,
            y,
            width,
            height,
            scale,
            zoom: 1.0,
            transform: None,
            clip: Clip {
                x,
                y,
                width,
                height,
                radii: [0.0; 4],
            },
            visible: true,
            above: false,
            opacity: 1.0,
            backdrop: Color(255.0, 255.0, 255.0, 1.0),
            through: Color(0.0, 0.0, 0.0, 0.0),
            occluders: vec![Rect(x, y, 10.0, 10.0)],
            tints: Vec::new(),
            overlays: Vec::new(),
        }
    }

    fn scale(zoom: f32, device: f32) -> Scale {
        Scale {
            zoom,
            text: 1.0,
            device,
        }
    }

    #[test]
    fn edges_fall_on_whole_pixels() {
        let placement = Placement::new(&layout(10.4, 20.6, 100.2, 50.0, 1.0), scale(1.0, 1.0));
        assert_eq!((placement.origin, placement.size), ((10.0, 21.0), (101, 50)));
    }

    #[test]
    fn on_a_dense_screen_edges_fall_on_its_pixels() {
        let placement = Placement::new(&layout(10.4, 20.6, 100.2, 50.0, 1.0), scale(1.0, 2.0));
        assert_eq!(placement.origin, (10.5, 20.5));
        assert_eq!(placement.clip.rect, Rect(10.5, 20.5, 100.0, 50.0));
        let placement = Placement::new(&layout(0.0, 0.0, 100.5, 50.0, 1.0), scale(1.0, 2.0));
        assert_eq!(
            (placement.clip.rect.2, placement.size.0),
            (100.5, 101),
            "no gap at its end"
        );
    }

    #[test]
    fn a_zoomed_page_moves_and_enlarges_its_frames() {
        let placement = Placement::new(&layout(10.0, 20.0, 100.0, 50.0, 1.0), scale(1.5, 1.0));
        assert_eq!((placement.origin, placement.size), ((15.0, 30.0), (150, 75)));
    }

    #[test]
    fn a_transformed_element_scales_its_view() {
        let placement = Placement::new(&layout(0.0, 0.0, 200.0, 100.0, 2.0), scale(1.0, 1.0));
        assert_eq!((placement.size, placement.scale), ((100, 50), 2.0));
    }

    #[test]
    fn the_pointer_belongs_to_the_app_where_its_elements_cover_the_frame() {
        let placement = Placement::new(&layout(100.0, 100.0, 200.0, 100.0, 1.0), scale(1.0, 1.0));
        assert!(!placement.takes_pointer(105.0, 105.0));
        assert!(placement.takes_pointer(150.0, 150.0));
        assert!(!placement.takes_pointer(99.0, 150.0));
        assert!(!placement.takes_pointer(300.0, 150.0));
    }
}
