use std::path::{Path, PathBuf};

/// The side of the icons that are laid there, in pixels.
const SIDE: u32 = 256;

/// Where an application's icon lies (Icon Theme Specification: `hicolor` is the theme that all others fall back on).
pub(crate) fn place(data_home: &Path, name: &str) -> PathBuf {
    let folder = data_home.join(format!("icons/hicolor/{SIDE}x{SIDE}/apps"));
    folder.join(format!("{name}.png"))
}
