//! How Insula's own windows look: as the desktop's programs do, light or dark or of high contrast as the user wants it.
//!
//! libadwaita brings the look. It follows the desktop's settings by itself, and tells GTK of dark, from which the engine
//! takes `prefers-color-scheme` for pages.

use crate::translations;
use gtk4 as gtk;
use gtk4::glib;
use libadwaita as adw;

/// Styles of what only Insula has.
const STYLE: &str = include_str!("desktop.css");

/// Starts GTK and libadwaita, in the user's language.
pub(crate) fn start() -> Result<(), glib::BoolError> {
    translations::load();
    adw::init()?;
    if let Some(display) = gtk::gdk::Display::default() {
        let style = gtk::CssProvider::new();
        style.load_from_data(STYLE);
        gtk::style_context_add_provider_for_display(&display, &style, gtk::STYLE_PROVIDER_PRIORITY_APPLICATION);
    }
    Ok(())
}
