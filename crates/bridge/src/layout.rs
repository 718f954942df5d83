//! Where frames lie on the app's page, in CSS pixels of the app view's viewport.

use serde::Deserialize;

/// A colour: red, green and blue from 0 to 255, alpha from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Color(pub f32, pub f32, pub f32, pub f32);

/// A rectangle: x, y, width, height.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Rect(pub f32, pub f32, pub f32, pub f32);

impl Rect {
    /// Whether a point lies inside; the right and bottom edges do not belong to it.
    pub fn contains(&self, x: f32, y: f32) -> bool {
        x >= self.0 && y >= self.1 && x < self.0 + self.2 && y < self.1 + self.3
    }
}

/// The part of the viewport in which a frame may show.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clip {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// Corner radii: top left, top right, bottom right, bottom left.
    pub radii: [f32; 4],
}

/// Where one frame lies and what of it shows.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FrameLayout {
    /// Which frame.
    pub frame: crate::FrameId,
    /// Left edge of the element's content box.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width as it appears, transforms included.
    pub width: f32,
    /// Height as it appears, transforms included.
    pub height: f32,
    /// How much CSS transforms enlarge the element; 1 without a transform.
    pub scale: f32,
    /// The part that ancestors let show.
    pub clip: Clip,
    /// Whether anything of it is rendered at all.
    pub visible: bool,
    /// The colour beneath it, which shows beside rounded corners.
    pub backdrop: Color,
    /// The app's own elements above it: there the pointer belongs to the app.
    pub occluders: Vec<Rect>,
}

/// Where all frames of one document lie.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Layout {
    /// The colour of the page's canvas, which the runtime paints beneath the frames. A document inside another may
    /// not know it.
    pub canvas: Option<Color>,
    /// Every frame of the document.
    pub frames: Vec<FrameLayout>,
}

impl Layout {
    /// Whether every number is finite and of a size that a window can have.
    pub(crate) fn is_sane(&self) -> bool {
        let sane = |number: f32| number.is_finite() && number.abs() <= 1e6;
        self.frames.len() <= 1024
            && self.frames.iter().all(|frame| {
                let clip = &frame.clip;
                frame.occluders.len() <= 4096
                    && [frame.x, frame.y, frame.width, frame.height, frame.scale]
                        .into_iter()
                        .all(sane)
                    && [clip.x, clip.y, clip.width, clip.height].into_iter().all(sane)
                    && clip.radii.into_iter().all(sane)
                    && frame
                        .occluders
                        .iter()
                        .all(|rect| [rect.0, rect.1, rect.2, rect.3].into_iter().all(sane))
            })
    }
}
