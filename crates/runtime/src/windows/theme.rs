//! The colour of a window's title bar: the page's own while it is shown (`<meta name=theme-color>`), else the manifest's
//! `theme_color`. Of another site that the window shows it has none, nor where the user wants high contrast.

use super::away::{Place, Whose};
use crate::documents::Documents;
use gtk4 as gtk;
use gtk4::gdk::RGBA;
use gtk4::prelude::*;
use libadwaita as adw;
use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;
use webkit6::prelude::*;

/// Keeps a window's title bar in the colour of what it shows.
pub(super) fn follow(window: &gtk::Window, documents: &Rc<Documents>, place: &Rc<Place>) {
    let Some(bar) = window.titlebar() else { return };
    let style = gtk::CssProvider::new();
    // It is the bar's alone, and goes with it.
    bar.style_context()
        .add_provider(&style, gtk::STYLE_PROVIDER_PRIORITY_APPLICATION);
    let shown = RefCell::new(String::new());
    let update = {
        let (documents, place) = (Rc::downgrade(documents), place.clone());
        move || {
            let Some(documents) = documents.upgrade() else { return };
            let css = color(&documents, &place).map(css).unwrap_or_default();
            if *shown.borrow() != css {
                style.load_from_data(&css);
                shown.replace(css);
            }
        }
    };
    update();
    let update = Rc::new(update);
    let view = documents.view();
    view.connect_theme_color_notify(forward(&update));
    view.connect_uri_notify(forward(&update));
    view.connect_load_changed({
        let update = update.clone();
        move |_, _| update()
    });
    let manager = adw::StyleManager::default();
    let contrast = manager.connect_high_contrast_notify(forward(&update));
    let contrast = RefCell::new(Some(contrast));
    window.connect_unrealize(move |_| {
        if let Some(contrast) = contrast.take() {
            manager.disconnect(contrast);
        }
    });
}

fn forward<T>(update: &Rc<impl Fn() + 'static>) -> impl Fn(&T) + 'static {
    let update = update.clone();
    move |_| update()
}

/// The colour that the title bar is to have.
fn color(documents: &Documents, place: &Place) -> Option<RGBA> {
    let is_apps = place.whose() == Whose::App && !documents.is_away();
    if adw::StyleManager::default().is_high_contrast() || !is_apps {
        return None;
    }
    let of_manifest = documents.app().theme();
    documents.view().theme_color().or(of_manifest)
}

/// A title bar in a colour, with what stands out from it most.
fn css(color: RGBA) -> String {
    let channel = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    let background = [color.red(), color.green(), color.blue()].map(channel);
    let text = readable(background);
    let [background, text] = [background, text].map(|parts| {
        parts.iter().fold(String::from("#"), |mut hex, part| {
            let _ = write!(hex, "{part:02x}");
            hex
        })
    });
    format!("headerbar, headerbar:backdrop {{ background: {background}; color: {text}; }}")
}

/// Black or white, whichever has the higher contrast (WCAG 2.2, "contrast ratio").
fn readable(background: [u8; 3]) -> [u8; 3] {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    let [red, green, blue] = background.map(linear);
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    let (with_white, with_black) = (1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05);
    if with_black >= with_white { [0; 3] } else { [255; 3] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_stands_out_from_the_title_bar() {
        const BLACK: [u8; 3] = [0; 3];
        const WHITE: [u8; 3] = [255; 3];
        for (background, text) in [
            (WHITE, BLACK),
            (BLACK, WHITE),
            ([255, 255, 0], BLACK),
            ([0, 0, 255], WHITE),
            ([200, 0, 0], WHITE),
            ([0, 200, 0], BLACK),
            ([117; 3], WHITE),
            ([119; 3], BLACK),
        ] {
            assert_eq!(readable(background), text, "{background:?}");
        }
    }

    #[test]
    fn nothing_shows_through_the_title_bar() {
        let css = css(RGBA::new(1.0, 0.0, 0.5, 0.1));
        assert_eq!(
            css,
            "headerbar, headerbar:backdrop { background: #ff0080; color: #000000; }"
        );
    }
}
