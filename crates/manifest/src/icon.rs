use insula_vocabulary::ISOLATED_APP_SCHEME;
use serde_json::Value;
use url::Url;

use crate::json::{Members, item_path, kind};
use crate::location::{is_trustworthy_download, resolve, same_origin};
use crate::warning::{Warnings, quote};

/// Most icons that are read.
const MAXIMUM_ICONS: usize = 100;

/// Most sizes and purposes of one icon that are read.
const MAXIMUM_TOKENS: usize = 50;

/// A picture that stands for the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icon {
    /// Where it is: inside the app, at https (with a warning when the app is not), or itself in a `data:` URL.
    pub src: Url,
    /// The sizes it is meant for; empty when the manifest does not say.
    pub sizes: Vec<IconSize>,
    /// Its MIME type, if given. A hint: what the bytes are decides.
    pub media_type: Option<String>,
    /// What it may be used for; never empty.
    pub purposes: Vec<IconPurpose>,
}

/// One size of an icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IconSize {
    /// Any size: a vector graphic.
    Any,
    /// This many pixels.
    Pixels {
        /// Pixels from left to right.
        width: u32,
        /// Pixels from top to bottom.
        height: u32,
    },
}

/// What an icon may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IconPurpose {
    /// Anything; the default.
    Any,
    /// With its edges cut to the shape that the platform likes.
    Maskable,
    /// As a shape only, its colours ignored.
    Monochrome,
}

impl Icon {
    /// The side of the largest square that this icon is made for; `None` when it does not say, and
    /// `u32::MAX` when it fits any size.
    pub fn largest_side(&self) -> Option<u32> {
        let side = |size: &IconSize| match size {
            IconSize::Any => u32::MAX,
            IconSize::Pixels { width, height } => *width.min(height),
        };
        self.sizes.iter().map(side).max()
    }
}

pub(crate) fn read(members: &Members<'_>, base: &Url, warnings: &mut Warnings) -> Vec<Icon> {
    let path = members.path("icons");
    let items = members.array("icons", warnings).unwrap_or_default();
    if items.len() > MAXIMUM_ICONS {
        warnings.add(&path, format!("only the first {MAXIMUM_ICONS} icons are read"));
    }
    let mut icons = Vec::new();
    for (index, item) in items.iter().take(MAXIMUM_ICONS).enumerate() {
        let path = item_path(&path, index);
        match item {
            Value::Object(map) => {
                icons.extend(read_one(&Members::new(map, &path), base, warnings));
            }
            other => warnings.add(&path, format!("is {}, not an object; ignored", kind(other))),
        }
    }
    icons
}

fn read_one(members: &Members<'_>, base: &Url, warnings: &mut Warnings) -> Option<Icon> {
    let path = members.path("src");
    if members.value("src").is_none() {
        warnings.add(&path, "is missing; the icon is ignored");
        return None;
    }
    let src = members.string("src", warnings)?;
    let src = resolve(src, base, &path, warnings)?;
    if src.scheme() != "data" && !same_origin(&src, base) && !is_trustworthy_download(&src) {
        let message = format!("an icon cannot come from {}; ignored", quote(src.as_str()));
        warnings.add(&path, message);
        return None;
    }
    if base.scheme() == ISOLATED_APP_SCHEME && matches!(src.scheme(), "https" | "http") {
        let message = "is on the web, from where no icon is fetched: put the picture into the app";
        warnings.add(&path, message);
    }
    let media_type = members.string("type", warnings).map(str::trim).and_then(|text| {
        let looks_right = text.split_once('/').is_some_and(|(kind, subtype)| {
            !kind.is_empty() && !subtype.is_empty() && text.chars().all(|c| c.is_ascii_graphic())
        });
        if !looks_right {
            warnings.add(&members.path("type"), "is not a MIME type; ignored");
        }
        looks_right.then(|| text.to_ascii_lowercase())
    });
    let sizes = read_sizes(members, warnings);
    let purposes = read_purposes(members, warnings)?;
    Some(Icon {
        src,
        sizes,
        media_type,
        purposes,
    })
}

fn read_sizes(members: &Members<'_>, warnings: &mut Warnings) -> Vec<IconSize> {
    let mut sizes = Vec::new();
    let text = members.string("sizes", warnings).unwrap_or_default();
    for token in text.split_ascii_whitespace().take(MAXIMUM_TOKENS) {
        match parse_size(token) {
            Some(size) => sizes.push(size),
            None => {
                let message = format!("{} is not a size like “48x48” or “any”; ignored", quote(token));
                warnings.add(&members.path("sizes"), message);
            }
        }
    }
    sizes
}

/// HTML's `sizes` of a link: digits without a leading zero, an x, digits.
fn parse_size(token: &str) -> Option<IconSize> {
    if token.eq_ignore_ascii_case("any") {
        return Some(IconSize::Any);
    }
    let (width, height) = token.split_once(['x', 'X'])?;
    let pixels = |digits: &str| {
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        plain.then(|| digits.parse().ok()).flatten()
    };
    Some(IconSize::Pixels {
        width: pixels(width)?,
        height: pixels(height)?,
    })
}

/// `None` when a purpose is given and none of it is known: such an icon must not be used.
fn read_purposes(members: &Members<'_>, warnings: &mut Warnings) -> Option<Vec<IconPurpose>> {
    let text = members.string("purpose", warnings).unwrap_or_default();
    let mut purposes = Vec::new();
    let mut any_given = false;
    for token in text.split_ascii_whitespace().take(MAXIMUM_TOKENS) {
        any_given = true;
        let purpose = match token.to_ascii_lowercase().as_str() {
            "any" => IconPurpose::Any,
            "maskable" => IconPurpose::Maskable,
            "monochrome" => IconPurpose::Monochrome,
            _ => {
                let message = format!("{} is unknown; ignored", quote(token));
                warnings.add(&members.path("purpose"), message);
                continue;
            }
        };
        if !purposes.contains(&purpose) {
            purposes.push(purpose);
        }
    }
    match (any_given, purposes.is_empty()) {
        (false, _) => Some(vec![IconPurpose::Any]),
        (true, false) => Some(purposes),
        (true, true) => {
            warnings.add(&members.path("purpose"), "has no known purpose; the icon is ignored");
            None
        }
    }
}
