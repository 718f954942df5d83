//! What is on the screen.

use std::fmt;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;
use std::time::Duration;

use crate::session::{Point, Rect};
use crate::wait;

/// The colour of a pixel: red, green, blue.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// Whether no channel differs by more than `tolerance`.
    pub fn is_near(self, other: Self, tolerance: u8) -> bool {
        let near = |one: u8, two: u8| one.abs_diff(two) <= tolerance;
        near(self.0, other.0) && near(self.1, other.1) && near(self.2, other.2)
    }
}

impl fmt::Debug for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// A picture of a screen, or of what a program shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Screenshot {
    width: u32,
    height: u32,
    /// Three bytes a pixel, row by row.
    pixels: Vec<u8>,
}

impl fmt::Debug for Screenshot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Screenshot({}×{})", self.width, self.height)
    }
}

impl Screenshot {
    /// From the bytes that an X server sends: blue, green, red, nothing.
    pub(crate) fn from_bgrx(width: u32, height: u32, bytes: &[u8]) -> Self {
        let pixels = bytes
            .chunks_exact(4)
            .flat_map(|pixel| [pixel[2], pixel[1], pixel[0]])
            .collect();
        Self { width, height, pixels }
    }

    /// From a "portable pixmap" of three bytes a pixel: `P6`, width, height, the highest value, then the pixels.
    pub(crate) fn from_ppm(bytes: &[u8]) -> Self {
        let mut rest = bytes;
        let mut word = || {
            let end = rest
                .iter()
                .position(u8::is_ascii_whitespace)
                .expect("a header of four words");
            let word = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest = &rest[end + 1..];
            word
        };
        let [kind, width, height, highest] = std::array::from_fn(|_| word());
        assert_eq!((&*kind, &*highest), ("P6", "255"), "this is another kind of picture");
        let number = |word: String| word.parse().expect("a number of pixels");
        let (width, height): (u32, u32) = (number(width), number(height));
        assert_eq!(rest.len(), width as usize * height as usize * 3, "pixels are missing");
        Self {
            width,
            height,
            pixels: rest.to_vec(),
        }
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Reads a PNG file of eight bits a channel.
    pub fn load(path: &Path) -> Self {
        Self::from_png(&fs::read(path).expect("a picture"))
    }

    /// From the bytes of such a file.
    pub fn from_png(file: &[u8]) -> Self {
        let decoder = png::Decoder::new(std::io::Cursor::new(file));
        let mut reader = decoder.read_info().expect("a PNG header");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a picture that fits into memory")];
        let info = reader.next_frame(&mut bytes).expect("the pixels of a picture");
        let channels = info.color_type.samples();
        Self {
            width: info.width,
            height: info.height,
            pixels: bytes
                .chunks_exact(channels)
                .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
                .collect(),
        }
    }

    /// The colour at a point of the screen. Panics outside of it.
    pub fn at(&self, point: Point) -> Colour {
        let (x, y) = (point.x.round() as i64, point.y.round() as i64);
        assert!(
            (0..i64::from(self.width)).contains(&x) && (0..i64::from(self.height)).contains(&y),
            "{point:?} is not on the screen"
        );
        let index = (y as usize * self.width as usize + x as usize) * 3;
        Colour(self.pixels[index], self.pixels[index + 1], self.pixels[index + 2])
    }

    /// The mean colour of a rectangle, which must lie on the screen.
    pub fn mean(&self, rect: Rect) -> Colour {
        let mut sums = [0u64; 3];
        let mut count = 0;
        for y in rect.top() as i64..rect.bottom() as i64 {
            for x in rect.left() as i64..rect.right() as i64 {
                let colour = self.at(Point {
                    x: x as f64,
                    y: y as f64,
                });
                sums[0] += u64::from(colour.0);
                sums[1] += u64::from(colour.1);
                sums[2] += u64::from(colour.2);
                count += 1;
            }
        }
        assert!(count > 0, "{rect:?} is empty");
        let mean = |sum: u64| (sum / count) as u8;
        Colour(mean(sums[0]), mean(sums[1]), mean(sums[2]))
    }

    /// The smallest rectangle that has every pixel near a colour; nothing when there is none.
    pub fn bounds_of(&self, colour: Colour, tolerance: u8) -> Option<Rect> {
        let mut bounds: Option<(u32, u32, u32, u32)> = None;
        for (index, pixel) in self.pixels.chunks_exact(3).enumerate() {
            if !Colour(pixel[0], pixel[1], pixel[2]).is_near(colour, tolerance) {
                continue;
            }
            let (x, y) = (index as u32 % self.width, index as u32 / self.width);
            bounds = Some(match bounds {
                None => (x, y, x, y),
                Some((left, top, right, bottom)) => (left.min(x), top.min(y), right.max(x), bottom.max(y)),
            });
        }
        bounds.map(|(left, top, right, bottom)| Rect {
            x: left.into(),
            y: top.into(),
            width: (right - left + 1).into(),
            height: (bottom - top + 1).into(),
        })
    }

    /// Writes it as a PNG file.
    pub fn save(&self, path: &Path) {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("a folder for pictures");
        }
        let file = BufWriter::new(File::create(path).expect("a file for a picture"));
        let mut encoder = png::Encoder::new(file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().expect("a PNG header");
        writer.write_image_data(&self.pixels).expect("the pixels of a picture");
    }
}

/// What a screen shows once it no longer changes.
pub(crate) fn settled(screenshot: impl Fn() -> Screenshot) -> Screenshot {
    let mut last = screenshot();
    wait::until("the screen stays the same", || {
        let same = wait::holds_for(Duration::from_millis(150), || screenshot() == last);
        if !same {
            last = screenshot();
        }
        same.then_some(())
    });
    last
}
