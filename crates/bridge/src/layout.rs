//! Where frames lie on the app's page, in CSS pixels of the app view's viewport.

use serde::Deserialize;

/// A colour: red, green and blue from 0 to 255, alpha from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Color(pub f32, pub f32, pub f32, pub f32);

impl Color {
    fn is_sane(self) -> bool {
        all_sane(&[self.0, self.1, self.2, self.3])
    }
}

/// A rectangle: x, y, width, height.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Rect(pub f32, pub f32, pub f32, pub f32);

impl Rect {
    /// Whether a point lies inside; the right and bottom edges do not belong to it.
    pub fn contains(&self, x: f32, y: f32) -> bool {
        x >= self.0 && y >= self.1 && x < self.0 + self.2 && y < self.1 + self.3
    }
}

/// A rectangle with round corners: a part of the viewport, or of a frame that is turned.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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

/// How CSS transforms place a frame that does not lie upright: rotated, skewed, mirrored, or wider than it is high.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Transform {
    /// From the frame's own pixels to the viewport: a, b, c, d, e, f of CSS' `matrix()`.
    pub matrix: [f32; 6],
    /// The frame's own width.
    pub width: f32,
    /// Its own height.
    pub height: f32,
    /// What shows of it, in its own pixels.
    pub shape: Clip,
}

/// A colour that the app has over a part of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Tint {
    /// Which part.
    pub clip: Clip,
    /// Translucent, or it would be an overlay.
    pub color: Color,
}

/// Where one frame lies and what of it shows.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FrameLayout {
    /// Which frame.
    pub frame: crate::FrameId,
    /// Left edge of the element's content box; of the box around it when it is turned.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width as it appears, transforms included.
    pub width: f32,
    /// Height as it appears, transforms included.
    pub height: f32,
    /// How much CSS transforms enlarge the element; 1 without a transform, or with `transform`.
    pub scale: f32,
    /// How much CSS `zoom` enlarges the element and what it shows; 1 without, or with `transform`.
    pub zoom: f32,
    /// Where it lies exactly, when it does not lie upright.
    pub transform: Option<Transform>,
    /// The part that ancestors let show.
    pub clip: Clip,
    /// Whether anything of it is rendered at all.
    pub visible: bool,
    /// Whether it lies above the app's page, and not beneath a hole in that.
    pub above: bool,
    /// How much of it is seen, from 0 to 1; the rest is what lies beneath it.
    pub opacity: f32,
    /// The colour beneath it, which shows beside rounded corners.
    pub backdrop: Color,
    /// The colour beneath it, which shows through it.
    pub through: Color,
    /// The app's own elements above it: there the pointer belongs to the app.
    pub occluders: Vec<Rect>,
    /// What tints a frame that lies above the page, such as the backdrop of a dialog.
    pub tints: Vec<Tint>,
    /// What the app paints above a frame that lies above its page, the tints aside.
    pub overlays: Vec<Clip>,
}

/// Where all frames of one document lie.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Layout {
    /// The page waits until it hears that the layout with this number is on the screen.
    pub number: Option<u32>,
    /// The colour of the page's canvas, which the runtime paints beneath the frames. A document inside another may
    /// not know it.
    pub canvas: Option<Color>,
    /// Every frame of the document, from the lowest to the topmost.
    pub frames: Vec<FrameLayout>,
}

/// More elements above one frame are absurd.
const MOST_ABOVE: usize = 4096;

impl Layout {
    /// Whether every number is finite and of a size that a window can have.
    pub(crate) fn is_sane(&self) -> bool {
        self.frames.len() <= 1024
            && self.canvas.is_none_or(Color::is_sane)
            && self.frames.iter().all(FrameLayout::is_sane)
    }
}

impl FrameLayout {
    fn is_sane(&self) -> bool {
        self.occluders.len() <= MOST_ABOVE
            && self.tints.len() <= MOST_ABOVE
            && self.overlays.len() <= MOST_ABOVE
            && all_sane(&[self.x, self.y, self.width, self.height])
            && all_sane(&[self.scale, self.zoom, self.opacity])
            && self.clip.is_sane()
            && self.transform.is_none_or(|transform| transform.is_sane())
            && self.backdrop.is_sane()
            && self.through.is_sane()
            && self
                .occluders
                .iter()
                .all(|rect| all_sane(&[rect.0, rect.1, rect.2, rect.3]))
            && self
                .tints
                .iter()
                .all(|tint| tint.clip.is_sane() && tint.color.is_sane())
            && self.overlays.iter().all(Clip::is_sane)
    }
}

impl Transform {
    fn is_sane(&self) -> bool {
        all_sane(&self.matrix) && all_sane(&[self.width, self.height]) && self.shape.is_sane()
    }
}

impl Clip {
    fn is_sane(&self) -> bool {
        all_sane(&[self.x, self.y, self.width, self.height]) && all_sane(&self.radii)
    }
}

fn all_sane(numbers: &[f32]) -> bool {
    numbers
        .iter()
        .all(|number| number.is_finite() && number.abs() <= LARGEST)
}

/// No window comes near it, in pixels.
const LARGEST: f32 = 1e6;
