use crate::json::Members;
use crate::warning::{Warnings, quote};

/// Longest colour that is read, in bytes.
const MAXIMUM: usize = 200;

/// A colour of a manifest, in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color {
    /// From 0 to 255.
    pub red: u8,
    /// From 0 to 255.
    pub green: u8,
    /// From 0 to 255.
    pub blue: u8,
}

/// A colour of CSS that nothing shows through: what lies behind a window is not the app's to choose.
pub(crate) fn read(members: &Members<'_>, member: &str, warnings: &mut Warnings) -> Option<Color> {
    let written = members.string(member, warnings)?;
    let parsed = (written.len() <= MAXIMUM).then(|| csscolorparser::parse(written.trim()).ok());
    match parsed.flatten().map(|color| color.to_rgba8()) {
        Some([red, green, blue, 255]) => Some(Color { red, green, blue }),
        Some(_) => {
            let message = format!("{} is translucent; ignored", quote(written));
            warnings.add(&members.path(member), message);
            None
        }
        None => {
            let message = format!("{} is not a colour of CSS; ignored", quote(written));
            warnings.add(&members.path(member), message);
            None
        }
    }
}
